"""A month from Monday to Sunday, and the marks that tell its days apart without relying on colour."""

import calendar
import datetime as dt
from collections.abc import Iterator

from campaign.cards.desk import Block, Desk, Look, strikes
from campaign.cards.fields import Entry
from campaign.cards.templates import MonthGrid
from campaign.cards.tree import Area, Box, Line, moved
from campaign.language import weekday_names

_MARK = 0.84
"""A mark's share of the room a day has."""
CALLED_OFF = frozenset({"cancelled", "postponed"})


def mark(desk: Desk, entry: Entry, side: int) -> tuple[Box, ...]:
    """The mark of an entry in a square: event a filled plate, observance a ring, span a band.

    Called off is an empty plate; moved has a dot at its corner, not yet confirmed a frame.
    """
    ink, sea = desk.colour("ink"), desk.colour("sea")
    if entry.is_span:
        height = round(side * 0.56)
        return (Area(0, (side - height) // 2, side, height, desk.colour("band"), height // 2),)
    if entry.kind == "observance":
        return (Area(0, 0, side, side, sea, side // 2, max(3, side // 16)),)
    radius = max(4, side // 5)
    if entry.status in CALLED_OFF | {"tentative"}:
        return (Area(0, 0, side, side, desk.colour("slate"), radius, max(3, side // 18)),)
    plate = Area(0, 0, side, side, ink, radius)
    return (plate, *_corner(desk, side)) if entry.status == "moved" else (plate,)


def _corner(desk: Desk, side: int) -> tuple[Area, ...]:
    dot = max(10, round(side * 0.32))
    x, rim = side - round(dot * 0.7), max(2, dot // 7)
    y = -round(dot * 0.3)
    return (
        Area(x - rim, y - rim, dot + 2 * rim, dot + 2 * rim, desk.colour("paper"), dot // 2 + rim),
        Area(x, y, dot, dot, desk.colour("accent"), dot // 2),
    )


def month_grid(layer: MonthGrid, desk: Desk, width: int, height: int) -> Block:
    """The weekday row and the weeks, filling the box."""
    values = desk.words.values
    year, month, entries = values[layer.year], values[layer.month], values[layer.of]
    weeks = calendar.Calendar(calendar.MONDAY).monthdatescalendar(year, month)
    look = desk.look(layer.style, layer.size, layer.colour)
    head = look.step(look.smallest)
    cell = (width / 7, (height - head) / len(weeks))
    size = max(look.smallest, min(look.largest, round(cell[1] * 0.5)))
    boxes: list[Box] = list(_weekdays(desk, cell[0], head))
    for row, week in enumerate(weeks):
        days = [day for day in week if day.month == month]
        boxes += _bands(desk, days, entries, cell, round(head + row * cell[1]))
        for day in days:
            middle = (round((day.weekday() + 0.5) * cell[0]), round(head + (row + 0.5) * cell[1]))
            boxes += _day(desk, look, size, _room(cell), day, entries, middle)
    return Block(height, tuple(boxes))


def _room(cell: tuple[float, float]) -> int:
    side = round(min(cell) * _MARK)
    return side - side % 2


def _weekdays(desk: Desk, column: float, height: int) -> Iterator[Box]:
    look = desk.look("small", None, "slate")
    for number, name in enumerate(weekday_names(desk.words.language, short=True)):
        line = desk.line(name, look, look.smallest)
        yield moved(line, round((number + 0.5) * column - line.width / 2), height - round(look.smallest * 0.62))


def _bands(
    desk: Desk, days: list[dt.date], entries: tuple[Entry, ...], cell: tuple[float, float], top: int
) -> Iterator[Area]:
    """The part of each span that falls into one week."""
    colour, side = desk.colour("band"), _room(cell)
    for entry in entries:
        inside = [day for day in days if entry.is_span and entry.date <= day <= entry.last]
        if inside:
            left = round((inside[0].weekday() + 0.5) * cell[0]) - side // 2
            right = round((inside[-1].weekday() + 0.5) * cell[0]) + side // 2
            height = round(side * 0.72)
            yield Area(left, top + round((cell[1] - height) / 2), right - left, height, colour, height // 2)


def _day(
    desk: Desk, look: Look, size: int, side: int, day: dt.date, entries: tuple[Entry, ...], middle: tuple[int, int]
) -> Iterator[Box]:
    here = [entry for entry in entries if entry.date == day and not entry.is_span]
    events = [entry for entry in here if entry.kind == "event"]
    standing = [entry for entry in events if entry.status not in CALLED_OFF | {"tentative"}]
    observed = [entry for entry in here if entry.kind == "observance"]
    shown = (standing or events)[:1]
    plate = side if not observed else round(side * 0.74)
    for entry, room in [*((one, side) for one in observed[:1]), *((one, plate) for one in shown)]:
        yield from (moved(box, middle[0] - room // 2, middle[1] - room // 2) for box in mark(desk, entry, room))
    number = _number(desk, look, size, day, middle, paper=bool(standing))
    yield number
    if shown and shown[0].status in CALLED_OFF:
        yield from strikes([number])


def _number(desk: Desk, look: Look, size: int, day: dt.date, middle: tuple[int, int], *, paper: bool) -> Line:
    colour = desk.colour("paper") if paper else look.colour
    line = desk.line(str(day.day), look, size)
    baseline = middle[1] + round(look.cap * size / 2)
    return Line(middle[0] - round(line.width / 2), baseline, line.width, line.text, line.font, size, colour, line.bold)
