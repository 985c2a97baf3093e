"""The photo card as other engines draw it: a page in headless Chromium, and Satori with resvg.

A card is a mapping of `kicker`, `title`, `date`, `site` and `help` to words, of `photo` and `logo` to files. Each engine starts once a call, warms up with the first two cards, and then draws every card.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Literal

from PIL import Image, ImageOps
from playwright.sync_api import Page

from tests import browsers
from tests.bench.engines.processes import megabytes, named, seconds

HERE = Path(__file__).parent
SIZE = (1200, 630)
LOGO, TINT = (84, 56), "#f0b84a"
WARM = 2
Cards = Sequence[Mapping[str, str]]
Media = Literal["jpeg", "png"]


@dataclass(frozen=True)
class Drawn:
    """A picture; processor and wall time it took, and the memory (PSS) of all the engine's processes after it."""

    content: bytes
    cpu_ms: float
    wall_ms: float
    memory_mb: float


def chromium(cards: Cards, media: Media) -> list[Drawn]:
    """Words replaced in one page, then a screenshot: `png`, or `jpeg` of quality 85. FileNotFoundError without it."""
    program = shutil.which("chromium")
    if program is None:
        raise FileNotFoundError("chromium")
    with ready(cards) as ours, browsers.chromium(Path(program)) as browser:
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        page.goto((HERE / "card.html").as_uri())
        return [_screenshot(page, card, media) for card in [*ours[:WARM], *ours]][WARM:]


def _screenshot(page: Page, card: Mapping[str, str], media: Media) -> Drawn:
    card = {**card, **{name: Path(card[name]).as_uri() for name in ("photo", "logo")}}
    before, begun = seconds(named("chrom", os.getpid())), time.perf_counter()
    page.evaluate("card => show(card)", card)
    content = page.screenshot(type=media, quality=85 if media == "jpeg" else None)
    wall, processes = time.perf_counter() - begun, named("chrom", os.getpid())
    cpu = sum(after - before.get(process, 0) for process, after in seconds(processes).items())
    return Drawn(content, cpu * 1000, wall * 1000, megabytes(processes))


def satori(cards: Cards) -> list[Drawn]:
    """PNG, the only thing resvg writes, by one process of Node.js. FileNotFoundError without it or its packages."""
    if not (HERE.parents[1] / "node" / "node_modules" / "satori").exists():
        raise FileNotFoundError("satori: tests/system-packages installs it")
    with ready(cards) as ours, _node() as node:
        return [_answer(node, card) for card in [*ours[:WARM], *ours]][WARM:]


@contextmanager
def _node() -> Iterator[subprocess.Popen[str]]:
    command = ["node", str(HERE / "satori.mjs")]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as node:
        yield node


def _answer(node: subprocess.Popen[str], card: Mapping[str, str]) -> Drawn:
    assert node.stdin
    assert node.stdout
    print(json.dumps(card), file=node.stdin, flush=True)
    said = json.loads(node.stdout.readline())
    return Drawn(base64.b64decode(said["png"]), said["cpu_ms"], said["wall_ms"], megabytes([node.pid]))


@contextmanager
def ready(cards: Cards) -> Iterator[list[dict[str, str]]]:
    """The cards with photo and logo cropped, scaled and coloured beforehand: no engine is measured at that."""
    with tempfile.TemporaryDirectory() as folder:
        photo, logo = cache(partial(_photo, Path(folder))), cache(partial(_logo, Path(folder)))
        yield [{**card, "photo": photo(card["photo"]), "logo": logo(card["logo"])} for card in cards]


def _photo(folder: Path, source: str) -> str:
    file = folder / f"{len(list(folder.iterdir()))}.jpg"
    ImageOps.fit(Image.open(source).convert("RGB"), SIZE).save(file, quality=92, subsampling=0)
    return str(file)


def _logo(folder: Path, source: str) -> str:
    file = folder / f"{len(list(folder.iterdir()))}.png"
    tinted = Image.new("RGBA", LOGO, TINT)
    tinted.putalpha(Image.open(source).convert("RGBA").getchannel("A").resize(LOGO))
    tinted.save(file)
    return str(file)
