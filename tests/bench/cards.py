"""What a card costs in processor time, beside what its bare encoding costs."""

import io
import time
from collections.abc import Callable
from typing import Any

from campaign.cards.paint import encode, paint
from campaign.model import Card
from tests.cards.cases import card, drawn, studio

CARDS = (("announcement", "og"), ("event", "og"), ("event", "feed"), ("month-calendar", "feed"))


def run() -> list[dict[str, Any]]:
    """Rows of name, value, unit, reference (the bare encoding of the same picture) and ratio."""
    return [row for template, size in CARDS for row in _rows(template, size)]


def _rows(template: str, size: str) -> list[dict[str, Any]]:
    cards = [_changed(template, size, number) for number in range(30)]
    pictures = [drawn(one) for one in cards]
    image, _ = paint(studio().sheet(cards[0])[0], studio()._kit.fonts, studio()._kit.logo, "lv")
    encoding = _milliseconds(lambda number: encode(image))
    layout = _milliseconds(lambda number: studio().sheet(cards[number % 30]))
    again = _milliseconds(lambda number: studio().picture(cards[number % 30]))
    whole = _milliseconds(lambda number: studio().paint(pictures[number % 30]))
    name = f"{template} {size}"
    return [
        _row(f"{name}, new words, laid out", layout, "ms", encoding),
        _row(f"{name}, laid out before", again, "ms", layout),
        _row(f"{name}, painted and encoded", whole, "ms", encoding),
        _row(f"{name}, cards per second and core", 1000 / whole, "/s", 1000 / encoding),
        _row(f"{name}, size", len(encode(image)) / 1000, "kB", _jpeg(image) / 1000),
    ]


def _changed(template: str, size: str, number: int) -> Card:
    field = "kicker" if template == "month-calendar" else "title"
    return card(template, {field: f"Glāžšķūņu rūķīši dzērumā čiepj Baha koncertflīģeļu vākus {number}"}, size)


def _milliseconds(work: Callable[[int], object], times: int = 30) -> float:
    """Processor time of one call, the first left out."""
    work(0)
    started = time.process_time()
    for number in range(times):
        work(number)
    return (time.process_time() - started) / times * 1000


def _row(name: str, value: float, unit: str, reference: float) -> dict[str, Any]:
    figures = {"value": round(value, 3), "reference": round(reference, 3), "ratio": round(value / reference, 3)}
    return {"name": name, "unit": unit, **figures}


def _jpeg(image: Any) -> int:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, subsampling=0)
    return out.tell()


if __name__ == "__main__":
    for row in run():
        print("{name:45} {value:10} {unit:4} reference {reference:10} ratio {ratio}".format(**row))
