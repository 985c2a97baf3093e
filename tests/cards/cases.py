"""Cards that several tests start from, and what is pinned of them.

python -m tests.cards.cases      # pins the layouts and the small pictures anew, after a look at every one
"""

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from campaign.cards import Studio
from campaign.model import Card, Picture

ASSETS = Path(__file__).parents[2] / "assets"
SNAPSHOTS = Path(__file__).parent / "snapshots"
GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("lv", "en", "ru")
SIZES = ("og", "feed")
TEMPLATES = ("announcement", "checklist", "contacts", "event", "fact", "month-calendar")
LAID = [(template, size, "lv") for template in TEMPLATES for size in SIZES] + [
    ("announcement", "og", "ru"),
    ("event", "og", "en"),
    ("month-calendar", "og", "ru"),
]
PAINTED = [("announcement", "og", "lv"), ("event", "feed", "ru"), ("month-calendar", "feed", "lv")]
PANGRAM = "Glāžšķūņu rūķīši dzērumā čiepj Baha koncertflīģeļu vākus"


@cache
def studio() -> Studio:
    return Studio([ASSETS])


def card(template: str, changes: Mapping[str, Any] | None = None, size: str = "og", language: str = "lv") -> Card:
    """The template's sample with some fields changed."""
    sample = studio().sample(template, size, language)
    return Card(template, size, language, {**sample.fields, **(changes or {})})


def drawn(one: Card, by: Studio | None = None) -> Picture:
    picture, flaws = (by or studio()).picture(one)
    assert picture, flaws
    return picture


def flaws_of(one: Card) -> list[str]:
    picture, flaws = studio().picture(one)
    assert bool(picture) is not bool(flaws)
    return [flaw.code for flaw in flaws]


def layout(one: Card) -> str:
    """The box tree as pinned: one box per line."""
    sheet = studio().sheet(one)[0].as_json()
    boxes = ",\n  ".join(json.dumps(box, ensure_ascii=False) for box in sheet.pop("boxes"))
    return f'{json.dumps(sheet, ensure_ascii=False)[:-1]},\n "boxes": [\n  {boxes}\n ]}}\n'


def small(one: Card) -> Image.Image:
    """The painted card at half its size."""
    data, _ = studio().paint(drawn(one))
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").reduce(2)


def name_of(case: tuple[str, str, str]) -> str:
    return "-".join(case)


def main() -> None:
    for case in LAID:
        (SNAPSHOTS / f"{name_of(case)}.json").write_text(layout(card(case[0], None, *case[1:])), encoding="utf-8")
    for case in PAINTED:
        small(card(case[0], None, *case[1:])).quantize(64).save(GOLDEN / f"{name_of(case)}.png", optimize=True)


if __name__ == "__main__":
    main()
