"""A compact VTIMEZONE of any zone: two yearly rules where the zone has them, else each change of the years in use."""

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

PROOF = 8
"""Further years in which a rule must hold before it is written as one."""
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = dt.timedelta(days=1)
_EPOCH = dt.datetime.fromisoformat("1970-01-01T00:00")


@dataclass(frozen=True, slots=True)
class Change:
    """Clocks go from one offset to another at `wall`, by the clock as it was before."""

    wall: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str
    summer: bool


@lru_cache(maxsize=64)
def changes(zone: str, first: int, last: int) -> tuple[Change, ...]:
    """Every change of the zone's clocks from the first year to the last."""
    clock = ZoneInfo(zone)
    day = dt.datetime(first, 1, 1, tzinfo=dt.UTC)
    found = []
    while day.year <= last:
        if _offset(day, clock) != _offset(day + _DAY, clock):
            found.append(_change(day, clock))
        day += _DAY
    return tuple(found)


def _offset(moment: dt.datetime, clock: ZoneInfo) -> dt.timedelta:
    return moment.astimezone(clock).utcoffset() or dt.timedelta()


def _change(day: dt.datetime, clock: ZoneInfo) -> Change:
    """The change within a day, found by halving; changes fall on whole minutes."""
    low, high, before = 0, 24 * 60, _offset(day, clock)
    while high - low > 1:
        middle = (low + high) // 2
        same = _offset(day + dt.timedelta(minutes=middle), clock) == before
        low, high = (middle, high) if same else (low, middle)
    instant = day + dt.timedelta(minutes=high)
    local = instant.astimezone(clock)
    after = local.utcoffset() or dt.timedelta()
    return Change((instant + before).replace(tzinfo=None), before, after, local.tzname() or "", bool(local.dst()))


def yearly_rule(found: Sequence[Change], years: range) -> str:
    """The RRULE that gives exactly these changes, one in each of the years; empty when there is none."""
    walls = [change.wall for change in found]
    if [wall.year for wall in walls] != list(years):
        return ""
    first = walls[0]
    kinds = {(at.wall.month, at.wall.weekday(), at.wall.time(), at.before, at.after, at.name) for at in found}
    common = set.intersection(*({_from_end(wall), (wall.day - 1) // 7 + 1} for wall in walls)) - {0}
    if len(kinds) > 1 or not common:
        return ""
    return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={min(common)}{_WEEKDAYS[first.weekday()]}"


def _from_end(wall: dt.datetime) -> int:
    """-1 on the last such weekday of its month, else 0."""
    return -1 if wall.day + 7 > calendar.monthrange(wall.year, wall.month)[1] else 0


def observances(zone: str, first: int, last: int) -> Iterator[tuple[Change, str]]:
    """What a VTIMEZONE lists for events of these years: (change, its rule or nothing)."""
    years = range(first - 1, last + PROOF + 1)
    wide = changes(zone, years[0], years[-1])
    kinds = [[change for change in wide if change.summer is summer] for summer in (True, False)]
    rules = [yearly_rule(kind, years) for kind in kinds]
    if all(rules):
        yield from ((kind[0], rule) for kind, rule in zip(kinds, rules, strict=True))
        return
    yield _standing(zone, first - 1)
    yield from ((change, "") for change in wide if change.wall.year <= last)


def _standing(zone: str, year: int) -> tuple[Change, str]:
    """The offset a zone has before its first change in use."""
    local = dt.datetime(year, 1, 1, tzinfo=ZoneInfo(zone))
    offset = local.utcoffset() or dt.timedelta()
    return Change(_EPOCH, offset, offset, local.tzname() or "", bool(local.dst())), ""


def timezone(zone: str, first: int, last: int) -> Any:
    """The VTIMEZONE for events of these years."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

    component = Timezone()
    component.add("tzid", zone)
    for change, rule in observances(zone, first, last):
        part = TimezoneDaylight() if change.summer else TimezoneStandard()
        part.add("dtstart", change.wall)
        part.add("tzoffsetfrom", change.before)
        part.add("tzoffsetto", change.after)
        part.add("tzname", change.name)
        if rule:
            part.add("rrule", vRecur.from_ical(rule))
        component.add_component(part)
    return component
