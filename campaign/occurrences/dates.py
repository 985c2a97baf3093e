"""Rules to dates: dateutil on naive local days, working days by the country's calendar."""

import calendar
import datetime as dt
import functools
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dateutil.rrule import rrulestr

from campaign.model import Observance, Repeat, Rule, Window
from campaign.occurrences.clock import midnight, shifted

if TYPE_CHECKING:
    from holidays import HolidayBase

LONGEST_BREAK = 14
"""Days within which every calendar has a working day."""


# ---------------------------------------------------------------- working days


@functools.cache
def _holidays(country: str) -> "HolidayBase | None":
    """The country's calendar, moved and one-off days included; None where there is none."""
    import holidays

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None


@functools.lru_cache(maxsize=16_384)
def is_public_holiday(day: dt.date, country: str) -> bool:
    known = _holidays(country)
    return known is not None and day in known


@functools.lru_cache(maxsize=16_384)
def is_working_day(day: dt.date, country: str) -> bool:
    """Saturdays worked in exchange for a free Friday count; without a known country only weekends are free."""
    known = _holidays(country)
    return day.weekday() < 5 if known is None else known.is_working_day(day)


def _next_working_day(day: dt.date, country: str) -> dt.date:
    following = (shifted(day, step) for step in range(1, LONGEST_BREAK + 1))
    return next((later for later in following if is_working_day(later, country)), day)


def _working_days_of_months(nth: int, start: dt.date, country: str) -> Iterator[dt.date]:
    """The `nth` working day of each month from `start` on; a month that has none is left out."""
    for month in itertools.count(start.year * 12 + start.month - 1):
        year, index = divmod(month, 12)
        if year > dt.MAXYEAR:
            return
        length = calendar.monthrange(year, index + 1)[1]
        days = [dt.date(year, index + 1, day) for day in range(1, length + 1)]
        working = [day for day in days if is_working_day(day, country)]
        position = nth - 1 if nth > 0 else nth + len(working)
        if 0 <= position < len(working) and working[position] >= start:
            yield working[position]


# ---------------------------------------------------------------- dates of a rule


def rule_dates(rule: Rule, start: dt.date, country: str) -> Iterator[dt.date]:
    """Every date of a rule from `start` on, in order and without end where the rule has none."""
    if rule.working_day:
        return _working_days_of_months(rule.working_day, start, country)
    return (day.date() for day in rrulestr(rule.rrule, dtstart=midnight(start)))


def next_dates(rule: Rule, start: dt.date, count: int, country: str = "") -> list[dt.date]:
    """The first `count` dates on or after `start`, for previews."""
    return list(itertools.islice(rule_dates(rule, start, country), count))


def _keeps_step_from_any_day(rule: Rule) -> bool:
    """True where starting later changes no later date, so that years gone by need no counting through."""
    rrule = rule.rrule
    if any(part in rrule for part in ("INTERVAL", "COUNT", "BYSETPOS", "FREQ=YEARLY")):
        return False
    return rule.working_day != 0 or any(part in rrule for part in ("FREQ=DAILY", "BYDAY", "BYMONTHDAY"))


def _own_dates(repeat: Repeat, first: dt.date, last: dt.date, country: str) -> set[dt.date]:
    start = repeat.start or first
    if repeat.count is None and _keeps_step_from_any_day(repeat.rule):
        start = max(start, first)
    last = last if repeat.until is None else min(last, repeat.until)
    counted = itertools.islice(rule_dates(repeat.rule, start, country), repeat.count)
    ruled = itertools.takewhile(lambda day: day <= last, counted)
    return ({day for day in ruled if day >= first} | repeat.added) - repeat.skipped


def dates(repeat: Repeat, window: Window, country: str) -> list[tuple[dt.date, dt.date]]:
    """A repeating entry's dates in the window, each as (the rule's own date, the day it is kept on).

    Only `on_holiday` parts the two, and never an added date: somebody wrote that one down. `count` counts the rule's
    dates before any is skipped, as COUNT does in RFC 5545; added dates are not counted.
    """
    first = repeat.start if window.past and repeat.start else window.first
    reach = LONGEST_BREAK if repeat.on_holiday == "next working day" else 0
    own = sorted(_own_dates(repeat, shifted(first, -reach), window.last, country))
    return [(date, day) for date, day in _kept(repeat, own, country) if day >= first]


def _kept(repeat: Repeat, own: list[dt.date], country: str) -> Iterator[tuple[dt.date, dt.date]]:
    for date in own:
        if repeat.on_holiday == "keep" or date in repeat.added or not is_public_holiday(date, country):
            yield date, date
        elif repeat.on_holiday == "next working day":
            yield date, _next_working_day(date, country)


@functools.lru_cache(maxsize=256)
def series_days(repeat: Repeat, first: dt.date, last: dt.date, country: str) -> tuple[tuple[dt.date, dt.date], ...]:
    """All dates of a series up to `last`; its many items share one list."""
    return tuple(dates(repeat, Window(repeat.start or first, last, past=True), country))


def observance_dates(observance: Observance, first: dt.date, last: dt.date, country: str) -> list[dt.date]:
    """First days of an observance from `first` to `last`, in the years it is marked."""
    begin = first
    if "INTERVAL" in observance.rule.rrule and observance.first:
        begin = min(first, dt.date(observance.first, 1, 1))
    until = observance.until or dt.MAXYEAR
    days = itertools.takewhile(lambda day: day <= last, rule_dates(observance.rule, begin, country))
    return [day for day in days if day >= first and (observance.first or 0) <= day.year <= until]
