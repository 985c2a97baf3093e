"""When something goes out: wall times, rules and relations as a team writes them, before any instant is known."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

LateAction = Literal["ask", "skip"]


@dataclass(frozen=True, slots=True)
class IfLate:
    """Sent when at most `within` late; after that a person is asked, or it is skipped (`missed`)."""

    within: dt.timedelta
    then: LateAction = "ask"


@dataclass(frozen=True, slots=True)
class At:
    """One wall time in the campaign's zone."""

    wall: dt.datetime


@dataclass(frozen=True, slots=True)
class AsSoonAsRead:
    """`at: now`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence of dates. `rrule` is RFC 5545 without prefix (dateutil's BYEASTER included).

    `working_day` n is the n-th working day of each month instead (-1 the last one).
    """

    words: str  # as the editor wrote it
    rrule: str = ""
    working_day: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """A recurring entry: dates by `rule` at `time`; the rule's own date is its identity."""

    rule: Rule
    time: dt.time
    start: dt.date | None = None  # `from`
    until: dt.date | None = None
    count: int | None = None
    skipped: frozenset[dt.date] = frozenset()  # `except`
    added: frozenset[dt.date] = frozenset()  # `also`
    on_holiday: Literal["keep", "skip", "next working day"] = "keep"


@dataclass(frozen=True, slots=True)
class SeriesItem:
    """The `index`-th date (from 0) of a series; keyed by its id alone."""

    repeat: Repeat
    index: int


@dataclass(frozen=True, slots=True)
class Relative:
    """`3 days before discussion, 09:00`: `days` and `minutes` are signed, before is negative.

    `weekday` (0 Monday) means the nearest such day strictly before (`days` < 0) or after the anchor.
    Without `time` the anchor's own time counts.
    """

    anchor: str  # an entry of the same file, or an observance
    days: int = 0
    minutes: int = 0
    weekday: int | None = None
    end: bool = False  # measured from the anchor's end
    time: dt.time | None = None


When = At | AsSoonAsRead | Repeat | SeriesItem | Relative


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a message is too old to push: a wall time, the end of its day, an entry's start or end, a relative time."""

    wall: dt.datetime | None = None
    end_of_day: bool = False
    entry: str = ""
    entry_end: bool = False
    relative: Relative | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included."""

    first: dt.date
    last: dt.date
