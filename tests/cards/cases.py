"""Cards that several tests start from, and what is pinned of them.

python -m tests.cards.cases      # pins the layouts and the small pictures anew, after a look at every one
"""

import io
import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from campaign.cards import Flaw, Studio
from campaign.cards.tree import Line, Sheet
from campaign.model import Card, Picture

ASSETS = Path(__file__).parents[2] / "assets"
SNAPSHOTS = Path(__file__).parent / "snapshots"
GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("lv", "en", "ru", "uk")
SIZES = ("og", "mail", "feed", "square", "story", "print")
SCREENS = SIZES[:-1]
TEMPLATES = (
    "announcement", "chart", "checklist", "contacts", "countdown", "cover", "event", "fact", "help", "month-calendar",
    "month-list", "quote", "thanks", "week",
)  # fmt: skip
PHOTO = {"photo": {"file": "photos/harbour.jpg", "alt": "Kuģi Rīgas ostā", "consent": "nobody shown"}}
Case = tuple[str, str, str]
"""Template, size, language."""
LAID: list[Case] = [(template, size, "lv") for template in TEMPLATES for size in ("og", "feed")] + [
    ("announcement", "og", "ru"),
    ("countdown", "story", "uk"),
    ("event", "og", "en"),
    ("fact", "mail", "en"),
    ("month-calendar", "og", "ru"),
    ("month-calendar", "square", "uk"),
    ("event", "print", "lv"),
]
PAINTED: list[Case] = [
    ("announcement", "og", "lv"),
    ("chart", "square", "uk"),
    ("cover", "mail", "en"),
    ("event", "feed", "ru"),
    ("month-calendar", "feed", "lv"),
]
ON_PHOTO = ("cover",)
"""The pinned pictures of these templates stand on a photo."""
PANGRAM = "Glāžšķūņu rūķīši dzērumā čiepj Baha koncertflīģeļu vākus"


@cache
def studio(theme: str = "ministry") -> Studio:
    return Studio([ASSETS], theme)


def card(template: str, changes: Mapping[str, Any] | None = None, size: str = "og", language: str = "lv") -> Card:
    """The template's sample with some fields changed."""
    sample = studio().sample(template, size, language)
    return Card(template, size, language, {**sample.fields, **(changes or {})})


def drawn(one: Card, by: Studio | None = None) -> Picture:
    laid = (by or studio()).picture(one)
    assert laid.picture, laid.flaws
    return laid.picture


def refusals(one: Card, by: Studio | None = None) -> tuple[Flaw, ...]:
    """Why a card is not drawn; none when it is."""
    laid = (by or studio()).picture(one)
    assert bool(laid.picture) is not bool(laid.flaws)
    return laid.flaws


def flaws_of(one: Card) -> list[str]:
    return [flaw.code for flaw in refusals(one)]


def lines(one: Card) -> list[Line]:
    return [box for box in studio().sheet(one)[0].boxes if isinstance(box, Line)]


def beyond(sheet: Sheet) -> list[str]:
    """Lines that leave the sheet or are too small to read."""
    return [
        line.text
        for line in sheet.boxes
        if isinstance(line, Line)
        and not (
            0 <= line.x <= line.x + line.width <= sheet.width
            and 0 <= line.frame[1] <= line.frame[3] <= sheet.height
            and line.size >= 28
        )
    ]


def layout(one: Card) -> str:
    """The box tree as pinned: one box per line."""
    sheet = studio().sheet(one)[0].as_json()
    boxes = ",\n  ".join(json.dumps(box, ensure_ascii=False) for box in sheet.pop("boxes"))
    return f'{json.dumps(sheet, ensure_ascii=False)[:-1]},\n "boxes": [\n  {boxes}\n ]}}\n'


def pinned_card(case: Case) -> Card:
    return card(case[0], PHOTO if case[0] in ON_PHOTO and case in PAINTED else None, *case[1:])


def small(case: Case) -> Image.Image:
    """The painted card at half its size."""
    data, _ = studio().paint(drawn(pinned_card(case)))
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").reduce(2)


def golden(case: Case) -> Path:
    return GOLDEN / f"{name_of(case)}.{'jpg' if case[0] in ON_PHOTO else 'png'}"


def artefacts(otherwise: Path) -> Path:
    """Where pictures of differences are kept: the folder that a build collects, else the test's own."""
    folder = Path(os.environ.get("CAMPAIGN_ARTEFACTS") or otherwise)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def name_of(case: Case) -> str:
    return "-".join(case)


def pin() -> None:
    for folder in (SNAPSHOTS, GOLDEN):
        for old in folder.iterdir():
            old.unlink()
    for case in LAID:
        text = layout(card(case[0], None, *case[1:]))
        (SNAPSHOTS / f"{name_of(case)}.json").write_text(text, encoding="utf-8")
    for case in PAINTED:
        if case[0] in ON_PHOTO:
            small(case).save(golden(case), quality=95, subsampling=0)
        else:
            small(case).quantize(128).save(golden(case), optimize=True)


if __name__ == "__main__":
    pin()
