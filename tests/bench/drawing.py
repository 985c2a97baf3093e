"""The cards that are measured: one template with titles that were never drawn before.

`python -m tests.bench.drawing SIZE...` draws thirty photo cards, each in these sizes, and prints the most memory in MB
that its process ever held.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from campaign.cards import Studio
from campaign.model import Card, Picture

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
PHOTO = {"file": "photos/harbour.jpg", "alt": "Laivas ostā", "consent": "nobody shown"}
WEB = ("og", "mail", "feed", "square", "story")
WARM = 6
"""Cards drawn before anything is measured: the photo is developed, the logo scaled, each common word has its mask."""
TITLES = (Path(__file__).with_name("titles.txt")).read_text(encoding="utf-8").splitlines()
TITLE = {"fact": "statement"}


def studio() -> Studio:
    """A studio that has drawn nothing."""
    return Studio([ASSETS], "ministry")


def card(by: Studio, template: str, size: str, title: str, *, photo: bool) -> Card:
    """The template's sample in Latvian with this title."""
    sample = by.sample(template, size, "lv")
    changes = {TITLE.get(template, "title"): title} | ({"photo": PHOTO} if photo else {})
    return replace(sample, fields={**sample.fields, **changes})


def planned(template: str, size: str, titles: Sequence[str], *, photo: bool) -> list[Picture]:
    """The cards as the outbox holds them: laid out by another studio than the one that will draw them."""
    by = studio()
    return [_laid(by, card(by, template, size, title, photo=photo)) for title in titles]


def _laid(by: Studio, one: Card) -> Picture:
    laid = by.picture(one)
    assert laid.picture, laid.flaws
    return laid.picture


def drawn(by: Studio, titles: Sequence[str], sizes: Sequence[str] = ("og",)) -> Iterator[bytes]:
    """Photo cards, planned and painted by one studio."""
    for title in titles:
        for size in sizes:
            yield by.paint(_laid(by, card(by, "announcement", size, title, photo=True)))[0]


def peak_mb() -> float:
    """The most memory this process held since it started its program; `ru_maxrss` would count its parent's too."""
    peak = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    assert peak
    return int(peak[1]) / 1024


if __name__ == "__main__":
    assert all(drawn(studio(), TITLES[WARM:], sys.argv[1:]))
    print(peak_mb())
