"""`python -m tests.bench.pictures`: draw the pictures of docs/cards.md anew: every template, ours beside Chromium's."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tests.bench.cards import content
from tests.bench.drawing import ROOT, TITLES, WARM, drawn, studio
from tests.bench.engines import chromium

FOLDER = ROOT / "docs" / "cards"
WIDTH, HEIGHT = 480, 252
BESIDE = (13, 27)
"""Which titles are shown beside what Chromium makes of them."""
PAPER, GAP = "#ffffff", 16
WIDTHS = (600, 320)
"""As a network shows a card on a desk, and on a telephone."""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    by = studio()
    for template in by.templates():
        picture = by.picture(by.sample(template, "og", "lv")).picture
        assert picture, template
        small = _opened(by.paint(picture)[0]).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        small.quantize(128, Image.Quantize.MEDIANCUT).save(FOLDER / f"{template}.png", optimize=True)
    cards = content()
    theirs = chromium([cards[number - WARM] for number in BESIDE], "png")
    for place, (number, other) in enumerate(zip(BESIDE, theirs, strict=True), 1):
        ours = next(drawn(by, [TITLES[number]]))
        _beside([_opened(ours), _opened(other.content)], FOLDER / f"beside-{place}.jpg")


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def _beside(pictures: Sequence[Image.Image], target: Path) -> None:
    """Two cards in each width, one row below the other."""
    heights = [round(width * 630 / 1200) for width in WIDTHS]
    whole = Image.new("RGB", (2 * WIDTHS[0] + GAP, sum(heights) + GAP), PAPER)
    top = 0
    for width, height in zip(WIDTHS, heights, strict=True):
        for place, picture in enumerate(pictures):
            whole.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (place * (width + GAP), top))
        top += height + GAP
    whole.save(target, quality=85, subsampling=0, optimize=True)


if __name__ == "__main__":
    main()
