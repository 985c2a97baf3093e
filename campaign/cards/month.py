"""A month from Monday to Sunday, and the marks that tell its days apart without relying on colour."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from campaign.cards.desk import Block, Desk, Look, strikes
from campaign.cards.fields import Entry
from campaign.cards.layers import MonthGrid
from campaign.cards.tree import Area, Box, Line, moved
from campaign.language import weekday_names

_MARK = 0.84
"""A mark's share of the room a day has."""
CALLED_OFF = frozenset({"cancelled", "postponed"})
_UNFILLED = CALLED_OFF | {"tentative"}


def mark(desk: Desk, entry: Entry, side: int) -> tuple[Box, ...]:
    """The mark of an entry in a square: event a filled plate, observance a ring, span a band.

    Called off is an empty plate; moved has a dot at its corner, not yet confirmed a frame.
    """
    ink, sea = desk.colour("text"), desk.colour("mark")
    if entry.is_span:
        height = round(side * 0.56)
        return (Area(0, (side - height) // 2, side, height, desk.colour("band"), height // 2),)
    if entry.kind == "observance":
        return (Area(0, 0, side, side, sea, side // 2, max(3, side // 16)),)
    radius = max(4, side // 5)
    if entry.status in _UNFILLED:
        return (Area(0, 0, side, side, desk.colour("soft"), radius, max(3, side // 18)),)
    plate = Area(0, 0, side, side, ink, radius)
    return (plate, *_corner(desk, side)) if entry.status == "moved" else (plate,)


def _small_ring(desk: Desk, side: int) -> tuple[Area, ...]:
    """An observance on the day of an event: its ring, small, at the corner of the plate."""
    ring = max(14, round(side * 0.38))
    place, border = -round(ring * 0.32), max(3, ring // 6)
    disc = Area(place, place, ring, ring, desk.colour("ground"), ring // 2)
    return disc, Area(place, place, ring, ring, desk.colour("mark"), ring // 2, border)


def _corner(desk: Desk, side: int) -> tuple[Area, ...]:
    dot = max(10, round(side * 0.32))
    x, rim = side - round(dot * 0.7), max(2, dot // 7)
    y = -round(dot * 0.3)
    return (
        Area(x - rim, y - rim, dot + 2 * rim, dot + 2 * rim, desk.colour("ground"), dot // 2 + rim),
        Area(x, y, dot, dot, desk.colour("accent"), dot // 2),
    )


@dataclass(frozen=True, slots=True)
class Grid:
    """The room of a month: its head of weekdays, and one cell per day."""

    desk: Desk
    look: Look
    entries: tuple[Entry, ...]
    head: int
    cell: tuple[float, float]

    @property
    def size(self) -> int:
        """Of the numbers."""
        return max(self.look.smallest, min(self.look.largest, round(self.cell[1] * 0.5)))

    @property
    def side(self) -> int:
        """Of a mark; even, so that it has a middle."""
        return round(min(self.cell) * _MARK) // 2 * 2

    def middle(self, day: dt.date, row: int) -> tuple[int, int]:
        return round((day.weekday() + 0.5) * self.cell[0]), round(self.head + (row + 0.5) * self.cell[1])


def month_grid(layer: MonthGrid, desk: Desk, width: int, height: int) -> Block:
    """The weekday row and the weeks, filling the box."""
    values = desk.words.values
    weeks = calendar.Calendar(calendar.MONDAY).monthdatescalendar(values[layer.year], values[layer.month])
    look = desk.look(layer.style, layer.size, layer.colour)
    head = look.step(look.smallest)
    grid = Grid(desk, look, values[layer.of], head, (width / 7, (height - head) / len(weeks)))
    boxes: list[Box] = list(_weekdays(grid))
    for row, week in enumerate(weeks):
        days = [day for day in week if day.month == values[layer.month]]
        boxes += _bands(grid, days, row)
        for day in days:
            boxes += _day(grid, day, grid.middle(day, row))
    return Block(height, tuple(boxes))


def _weekdays(grid: Grid) -> Iterator[Box]:
    look = grid.desk.look("small", None, "soft")
    for number, name in enumerate(weekday_names(grid.desk.words.language, short=True)):
        line = grid.desk.line(name, look, look.smallest)
        left = round((number + 0.5) * grid.cell[0] - line.width / 2)
        yield moved(line, left, grid.head - round(look.smallest * 0.62))


def _bands(grid: Grid, days: list[dt.date], row: int) -> Iterator[Area]:
    """The part of each span that falls into one week."""
    height = round(grid.side * 0.72)
    for entry in grid.entries:
        inside = [day for day in days if entry.is_span and entry.date <= day <= entry.last]
        if inside:
            (left, middle), (right, _) = (grid.middle(day, row) for day in (inside[0], inside[-1]))
            width, x, y = right - left + grid.side, left - grid.side // 2, middle - height // 2
            yield Area(x, y, width, height, grid.desk.colour("band"), height // 2)


def _day(grid: Grid, day: dt.date, middle: tuple[int, int]) -> Iterator[Box]:
    """The mark of its event, else of its observance, and the number upon it."""
    desk, side = grid.desk, grid.side
    event, observance = _most_important(grid, day, "event"), _most_important(grid, day, "observance")
    shown = event or observance
    marks = mark(desk, shown, side) if shown else ()
    if event and observance:
        marks = (*marks, *_small_ring(desk, side))
    yield from (moved(box, middle[0] - side // 2, middle[1] - side // 2) for box in marks)
    number = _number(grid, day, middle, paper=event is not None and event.status not in _UNFILLED)
    yield number
    if event and event.status in CALLED_OFF:
        yield from strikes([number])


def _most_important(grid: Grid, day: dt.date, kind: str) -> Entry | None:
    """Of several on one day the first that takes place."""
    here = [entry for entry in grid.entries if entry.date == day and entry.kind == kind and not entry.is_span]
    return min(here, key=lambda entry: entry.status in _UNFILLED, default=None)


def _number(grid: Grid, day: dt.date, middle: tuple[int, int], *, paper: bool) -> Line:
    look = replace(grid.look, colour=grid.desk.colour("ground")) if paper else grid.look
    line = grid.desk.line(str(day.day), look, grid.size)
    return moved(line, middle[0] - round(line.width / 2), middle[1] + round(look.cap * grid.size / 2))
