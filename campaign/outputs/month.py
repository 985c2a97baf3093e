"""A month of the calendar as a grid of weeks and as a list of days (pure)."""

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from campaign.language import clock, date_text, days_between, moment, phrase
from campaign.model import EventFacts, Published
from campaign.outputs.occasion import first_day, last_day, months_between

Mark = Literal["", "left", "moved", "cancelled", "postponed", "tentative"]
"""What a reader must be told beside the title; `left` stands on the date an event moved away from."""
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on its day or days."""

    row: Published
    first: dt.date
    last: dt.date
    time: str = ""
    mark: Mark = ""
    word: str = ""  # what the mark says
    was: str = ""  # of what moved: when it was first announced for

    @property
    def struck(self) -> bool:
        """It will not happen on this day."""
        return self.mark in {"left", "cancelled", "postponed"}

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Bar:
    """A span within one week: `run` cells long from here; 0 where an earlier cell draws it, or none does."""

    line: Line | None = None
    run: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the grid; `bars` are the spans crossing it, each in its lane of the week."""

    day: dt.date
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """One month; days outside it are None in the grid."""

    first: dt.date
    weeks: tuple[tuple[Cell | None, ...], ...]
    continuing: tuple[Line, ...]  # began in an earlier month
    days: tuple[tuple[dt.date, tuple[Line, ...]], ...]  # only days with something on them

    @property
    def count(self) -> int:
        """How many entries there are, each counted once."""
        return len(
            {line.row.entry for line in self.continuing} | {line.row.entry for _, lines in self.days for line in lines}
        )


def by_month(rows: Iterable[Published], language: str) -> dict[dt.date, list[Line]]:
    """The lines of every month with something in it, a date that was moved away from included."""
    found: dict[dt.date, list[Line]] = {}
    for row in rows:
        for line in lines_of(row, language):
            for month in months_between(line.first, line.last):
                found.setdefault(month, []).append(line)
    return dict(sorted(found.items()))


def month_of(first: dt.date, lines: Iterable[Line]) -> Month:
    """The month that begins on `first`, of the lines that fall into it.

    The grid also shows the day an event left; the list names each entry once, with the day it was announced for.
    """
    lines = sorted(lines, key=lambda line: (line.first, -line.days, line.time, line.row.entry))
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    continuing = tuple(line for line in lines if line.first < first)
    here = {line.row.key for line in lines if line.mark == "moved"}
    listed = [line for line in lines[len(continuing) :] if line.mark != "left" or line.row.key not in here]
    by_day = groupby(listed, key=lambda line: line.first)
    return Month(
        first,
        tuple(_week(week, first.month, lines) for week in weeks),
        continuing,
        tuple((day, tuple(found)) for day, found in by_day),
    )


def lines_of(row: Published, language: str) -> Iterator[Line]:
    """A row's line on its day and, when it moved to another day, one on the day it left."""
    facts = row.post.event
    if facts is None:
        return
    first, last = first_day(facts), last_day(facts)
    mark: Mark = "moved" if facts.status == "confirmed" else facts.status
    word = phrase(f"status_{mark}", language)
    line = Line(row, first, last, _time(facts, language))
    was = moment(facts.was_starts, language, first.year) if facts.was_starts and mark == "moved" else ""
    told = facts.was_starts or mark != "moved"
    yield replace(line, mark=mark, word=word, was=was) if told else line
    if facts.status == "confirmed" and facts.was_starts and facts.was_starts[:10] != facts.starts[:10]:
        left = dt.date.fromisoformat(facts.was_starts[:10])
        word = phrase("moved_away", language, day=date_text("day_in", first, language))
        yield Line(row, left, left, _clock(facts.was_starts, language), "left", word)


def _time(facts: EventFacts, language: str) -> str:
    return "" if facts.all_day else _clock(facts.starts, language)


def _clock(wall: str, language: str) -> str:
    return clock(dt.datetime.fromisoformat(wall).time(), language) if "T" in wall else ""


def when_short(line: Line, language: str) -> str:
    """What a list says beside a title: the time of a short event, the days of a long one."""
    if line.days > 1:
        return days_between(line.first, line.last, language)
    facts = line.row.post.event
    if facts is None or not line.time or line.mark == "left":
        return line.time
    same_day = facts.ends[:10] == facts.starts[:10]
    return f"{line.time}–{_clock(facts.ends, language)}" if same_day else line.time


def _week(week: Sequence[dt.date], month: int, lines: Sequence[Line]) -> tuple[Cell | None, ...]:
    inside = [day for day in week if day.month == month]
    lanes = _lanes([line for line in lines if line.days > 1], inside)
    return tuple(_cell(day, inside, lanes, lines) if day.month == month else None for day in week)


def _lanes(spans: Sequence[Line], week: Sequence[dt.date]) -> list[list[Line]]:
    """Spans of a week on as few lanes as keep them apart."""
    lanes: list[list[Line]] = []
    for span in spans:
        if span.first > week[-1] or span.last < week[0]:
            continue
        free = next((lane for lane in lanes if lane[-1].last < span.first), None)
        if free is None:
            lanes.append([span])
        else:
            free.append(span)
    return lanes


def _cell(day: dt.date, week: Sequence[dt.date], lanes: Sequence[Sequence[Line]], lines: Sequence[Line]) -> Cell:
    bars = [_bar(day, week, lane) for lane in lanes]
    used = max((index + 1 for index, lane in enumerate(lanes) if any(_on(line, day) for line in lane)), default=0)
    return Cell(day, tuple(bars[:used]), tuple(line for line in lines if line.days == 1 and line.first == day))


def _on(line: Line, day: dt.date) -> bool:
    return line.first <= day <= line.last


def _bar(day: dt.date, week: Sequence[dt.date], lane: Sequence[Line]) -> Bar:
    line = next((line for line in lane if _on(line, day)), None)
    begins = line is not None and day == max(line.first, week[0])
    if line is None or not begins:
        return Bar()
    return Bar(line, (min(line.last, week[-1]) - day).days + 1)
