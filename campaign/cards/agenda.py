"""The lines of a calendar's month: smaller if need be, and what does not fit counted in words, never cut."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from campaign.cards.desk import FAR, Block, Desk, Look, paragraph, strikes
from campaign.cards.fields import Entry, status_words, time_words
from campaign.cards.layers import Agenda
from campaign.cards.lists import sizes_of, spread, too_many
from campaign.cards.month import CALLED_OFF, mark
from campaign.cards.tree import Line, moved
from campaign.language import date_text, days_between, phrase

_CLOCK = re.compile(r"\d{1,2}[.:]\d{2}(?:–\d{1,2}[.:]\d{2})?$")
_MARK, _DAY_TO_TITLE, _REMARK = 1.2, 0.5, 0.4
"""Widths in text sizes: the mark with its space, the space before the title, the space before a remark."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What all rows share: the size of their text, and where the day's number ends and the title begins."""

    desk: Desk
    look: Look
    strong: Look
    first: dt.date  # of the days shown
    day_ends: int
    begins: int
    width: int

    @property
    def size(self) -> int:
        return self.look.largest


def agenda(layer: Agenda, desk: Desk, width: int, height: int) -> Block:
    """Every entry at the largest size that lets all of them fit; at the smallest as many as there is room for."""
    entries: tuple[Entry, ...] = desk.words.values[layer.of]
    look = desk.look(layer.style, layer.size, layer.colour)
    if not entries:
        text = phrase("no_events", desk.words.language)
        return paragraph(desk, text, look, (width, height), 3, pattern=layer.of)
    blocks: list[Block] = []
    rows = _rows(entries, layer, desk, look, width)
    for size in sizes_of(look):
        rows = _rows(entries, layer, desk, look.sized(size), width)
        blocks = [_entry(rows, entry) for entry in entries]
        block = spread(blocks, height, *_gaps(size))
        if block and not block.flaws:
            return block
    return _shortened(rows, blocks, height) or Block(flaws=(too_many(layer.of, len(entries)),))


def _first_day(layer: Agenda, values: Mapping[str, Any]) -> dt.date:
    if layer.year and layer.month:
        return dt.date(values[layer.year], values[layer.month], 1)
    return values[layer.since] if layer.since else dt.date.min


def _rows(entries: tuple[Entry, ...], layer: Agenda, desk: Desk, look: Look, width: int) -> Rows:
    size, first = look.largest, _first_day(layer, desk.words.values)
    strong = desk.look("strong").sized(size)
    days = [_day(entry, first, desk) for entry in entries]
    ends = round(size * _MARK) + max((desk.width(day, strong, size) for day in days), default=0)
    return Rows(desk, look, strong, first, ends, ends + round(size * _DAY_TO_TITLE), width)


def _gaps(size: int) -> tuple[int, int]:
    return round(size * 0.5), size


def _shortened(rows: Rows, blocks: list[Block], height: int) -> Block | None:
    desk = rows.desk
    for shown in range(len(blocks) - 1, 0, -1):
        text = phrase("more_events", desk.words.language, n=len(blocks) - shown)
        more = paragraph(desk, text, rows.strong, (rows.width - rows.begins, FAR), 2)
        block = spread([*blocks[:shown], replace(more, boxes=more.at(rows.begins, 0))], height, *_gaps(rows.size))
        if block:
            return replace(block, rest=len(blocks) - shown)
    return None


def _day(entry: Entry, first: dt.date, desk: Desk) -> str:
    """The number of its day; none for a span that began in an earlier month."""
    if entry.date < first:
        return ""
    return f"{entry.date.day}." if desk.words.language == "lv" else str(entry.date.day)


def _entry(rows: Rows, entry: Entry) -> Block:
    """Mark, day and title; time, span and what became of it follow the title or stand below it."""
    desk, size = rows.desk, rows.size
    title = paragraph(desk, entry.title, rows.look, (rows.width - rows.begins, FAR), 4, pattern="entries")
    top, side = round(rows.look.cap * size), round(size * 0.78)
    day = desk.line(_day(entry, rows.first, desk), rows.strong, size)
    lines = [replace(box, field="") for box in title.at(rows.begins, 0) if isinstance(box, Line)]
    boxes = (
        *(moved(box, 0, (top - side) // 2) for box in mark(desk, entry, side)),
        *([moved(day, rows.day_ends - day.width, top)] if day.text else []),
        *lines,
        *(strikes(lines) if entry.status in CALLED_OFF else ()),
    )
    return _with_remarks(rows, entry, replace(title, boxes=boxes))


def _with_remarks(rows: Rows, entry: Entry, row: Block) -> Block:
    desk, size = rows.desk, rows.size
    space, boxes = round(size * _REMARK), list(row.boxes)
    x, y = rows.begins + row.last_width, row.height
    flaws = desk.glyphs(entry.time, rows.look, "entries")
    for text, style, colour in () if flaws else _remarks(rows, entry):
        line = desk.line(text, desk.look(style, None, colour), size)
        if x + space + line.width > rows.width:
            x, y = rows.begins - space, y + rows.look.step(size)
        boxes.append(moved(line, x + space, y))
        x += space + line.width
    return replace(row, height=y, boxes=tuple(boxes), flaws=(*row.flaws, *flaws))


def _remarks(rows: Rows, entry: Entry) -> Iterator[tuple[str, str, str]]:
    """(words, style, colour) of what is said beside the title."""
    language = rows.desk.words.language
    if entry.is_span and entry.date < rows.first:
        yield days_between(entry.date, entry.last, language, short=True), "body", "soft"
    elif entry.is_span:
        yield f"→ {date_text('day_short', entry.last, language)}", "body", "soft"
    state = status_words(entry.status, language)
    if state:
        yield state, "strong", "alert"
    if entry.time and entry.status not in CALLED_OFF:
        words = time_words(entry, language)
        bare = _CLOCK.search(words)
        yield bare[0] if bare else words, "body", "soft"
