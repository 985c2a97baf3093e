"""One rule from local time to UTC, and clamped steps on the calendar."""

import datetime as dt
import functools
import zoneinfo


@functools.cache
def _zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name)


def to_utc(wall: dt.datetime, zone: str) -> tuple[dt.datetime, str]:
    """The instant of a local time: shifted forward by a gap ("gap"), the first of two ("fold"), else "".

    A wall time that was itself computed from an instant carries `fold` and is taken at its word.
    """
    if wall.fold:  # outside the cache: walls that differ in fold alone are equal
        return wall.replace(tzinfo=_zone(zone)).astimezone(dt.UTC), ""
    return _resolved(wall, zone)


@functools.lru_cache(maxsize=16_384)
def _resolved(wall: dt.datetime, zone: str) -> tuple[dt.datetime, str]:
    """Posts gather at few times of day, so most of a plan asks for what was asked before."""
    aware = wall.replace(tzinfo=_zone(zone))
    offset, later = aware.utcoffset(), aware.replace(fold=1).utcoffset()
    instant = aware.astimezone(dt.UTC)
    if offset == later or offset is None or later is None:
        return instant, ""
    return instant, "gap" if offset < later else "fold"


def to_wall(instant: dt.datetime, zone: str) -> dt.datetime:
    """The local time of an instant, naive, `fold` telling the second of two."""
    return instant.astimezone(_zone(zone)).replace(tzinfo=None)


def shifted(day: dt.date, days: int) -> dt.date:
    """`days` later (or earlier), as far as the calendar goes."""
    ordinal = min(max(day.toordinal() + days, dt.date.min.toordinal()), dt.date.max.toordinal())
    return dt.date.fromordinal(ordinal)


def midnight(day: dt.date) -> dt.datetime:
    """The local time a day begins at."""
    return dt.datetime.combine(day, dt.time())


@functools.lru_cache(maxsize=4096)
def after(day: dt.date) -> dt.datetime:
    """The local midnight that ends a day."""
    return midnight(shifted(day, 1))
