"""Events, the posts made from them, and observances to occurrences."""

import datetime as dt
from collections.abc import Iterator

from campaign.model import Announcement, Change, Event, EventFacts, EventTime, Observance, Occurrence, Relative, Window
from campaign.occurrences.clock import after, shifted, to_utc
from campaign.occurrences.dates import observance_dates
from campaign.occurrences.moments import (
    HORIZON,
    Moment,
    event_moments,
    is_current,
    is_due_in,
    measure,
    observance_moment,
    reaching,
)

CHANGES_ARE_TOLD_AT = dt.time(9)
"""A change names its day only; what is announced of it goes out at this local time."""

_TIME_FIELDS = ("starts", "date", "dates")


# ---------------------------------------------------------------- events


def of_event(event: Event, window: Window, country: str) -> Iterator[Occurrence]:
    """Every date of an event that is not over: one-off ones however far ahead, repeating ones to the horizon."""
    due, shift = (None, "") if event.publish is None else to_utc(event.publish.wall, event.timezone)
    wall = None if event.publish is None else event.publish.wall
    for moment in _dates(event, window, country):
        key = _key(event.key, moment)
        yield Occurrence(key, event, moment.date, due, wall, event=facts_of(event, moment), shifted=shift)


def _dates(event: Event, window: Window, country: str) -> list[Moment]:
    """The event's current dates; the day before the window may hold one that ends within it."""
    span = Window(shifted(window.first, -1), shifted(window.last, HORIZON), window.past)
    return [moment for moment in event_moments(event, span, country) if is_current(moment, window)]


def _key(base: str, moment: Moment) -> str:
    return base if moment.date is None else f"{base}@{moment.date}"


def facts_of(event: Event, moment: Moment) -> EventFacts:
    """The dated event; words (place, organiser, reason) stay in the entry until a language is chosen."""
    starts, ends = _iso(moment.starts, moment), _iso(moment.ends, moment)
    return EventFacts(
        starts=starts,
        ends=ends or (starts if moment.all_day else ""),
        all_day=moment.all_day,
        zone=event.timezone,
        status=moment.status,
        attendance=event.attendance,
        online=event.online,
        spoken=event.spoken,
        accessibility=event.accessibility,
        price=event.price,
        was_starts=_was_starts(event, starts),
        changed_on=max((change.on.isoformat() for change in event.changes), default=""),
        changes=len(event.changes),
    )


def _iso(wall: dt.datetime | None, moment: Moment) -> str:
    if wall is None:
        return ""
    return wall.date().isoformat() if moment.all_day else wall.isoformat(timespec="minutes")


def _was_starts(event: Event, starts: str) -> str:
    """The start before the latest change of it; of a repeating event no single one can be told."""
    if not isinstance(event.time, EventTime):
        return ""
    told = [change for change in sorted(event.changes, key=_on) if _old_start(change)]
    was = _old_start(told[-1]).replace(" ", "T") if told else ""
    return "" if was == starts else was


def _on(change: Change) -> dt.date:
    return change.on


def _old_start(change: Change) -> str:
    """What a change says the start was (`2023-09-26 13:00`, or the first day of a span)."""
    written = next((change.was[name] for name in _TIME_FIELDS if name in change.was), "")
    return written.split(" to ", 1)[0].strip()


# ---------------------------------------------------------------- announcements


def of_announcements(event: Event, window: Window, country: str) -> Iterator[Occurrence]:
    """The posts made from an event: reminders follow its current time and stop when it is called off."""
    for announcement in event.announce:
        if isinstance(announcement.when, Relative):
            yield from _reminders(event, announcement, announcement.when, window, country)
        elif announcement.when == "moved":
            yield from _moved(event, window, country)
        else:
            yield from _cancelled(event, window, country)


def _reminders(
    event: Event, announcement: Announcement, relative: Relative, window: Window, country: str
) -> Iterator[Occurrence]:
    for moment in event_moments(event, reaching(relative, window), country):
        told = measure(relative, moment, event.timezone) if moment.takes_place else None
        if told is not None and is_due_in(told, window):
            key = _key(f"{event.key}-{announcement.id}", moment)
            yield _announced(event, moment, key, announcement.id, told.starts)


def _moved(event: Event, window: Window, country: str) -> Iterator[Occurrence]:
    """One post per day on which a change of time was told; a called-off event has nothing more to say of it."""
    days = {change.on for change in event.changes if _old_start(change)}
    if event.status == "postponed" and event.changes:
        days.add(max(event.changes, key=_on).on)
    for day in sorted(days):
        concerned = _concerned(event, window, country, day)
        told = dt.datetime.combine(day, CHANGES_ARE_TOLD_AT)
        if concerned is not None and concerned.status != "cancelled" and is_due_in(Moment(None, told), window):
            yield _announced(event, concerned, f"{event.key}+moved@{day}", f"moved@{day}", told)


def _cancelled(event: Event, window: Window, country: str) -> Iterator[Occurrence]:
    """One post for the whole event, on the day of its last change or at once."""
    if event.status != "cancelled":
        yield from _dates_called_off(event, window, country)
        return
    day = max((change.on for change in event.changes), default=None)
    concerned = _concerned(event, window, country, day or window.first)
    told = None if day is None else dt.datetime.combine(day, CHANGES_ARE_TOLD_AT)
    if concerned is None:
        return
    if is_current(concerned, window) if told is None else is_due_in(Moment(None, told), window):
        yield _announced(event, concerned, f"{event.key}+cancelled", "cancelled", told)


def _dates_called_off(event: Event, window: Window, country: str) -> Iterator[Occurrence]:
    """One post for each date that `on` calls off, at once."""
    for moment in _dates(event, window, country):
        if moment.status == "cancelled":
            yield _announced(event, moment, _key(f"{event.key}+cancelled", moment), "cancelled", None)


def _concerned(event: Event, window: Window, country: str, day: dt.date) -> Moment | None:
    """The date a change of the whole event is about: the first not over on that day, else the last there was."""
    first = min(day, window.first)
    known = event_moments(event, Window(shifted(first, -1), shifted(window.last, HORIZON), window.past), country)
    ahead = (moment for moment in known if moment.last_day >= day)
    return next(ahead, None) or (known[-1] if known else None)


def _announced(event: Event, moment: Moment, key: str, announcement: str, wall: dt.datetime | None) -> Occurrence:
    """A post about one date of an event, of use until that begins (an all-day one: until its first day is over)."""
    due, shift = (None, "") if wall is None else to_utc(wall, event.timezone)
    begins = after(moment.starts.date()) if moment.all_day else moment.starts
    return Occurrence(
        key=key,
        entry=event,
        date=moment.date,
        due=due,
        wall=wall,
        expires=to_utc(begins, event.timezone)[0],
        event=facts_of(event, moment),
        announcement=announcement,
        shifted=shift,
    )


# ---------------------------------------------------------------- observances


def of_observance(
    observance: Observance, first: dt.date, last: dt.date, zone: str, country: str
) -> Iterator[Occurrence]:
    """The all-day entries of an observance whose first day lies between two days."""
    for day in observance_dates(observance, first, last, country):
        moment = observance_moment(observance, day, day)
        facts = EventFacts(day.isoformat(), moment.last_day.isoformat(), all_day=True, zone=zone)
        yield Occurrence(f"observances/{observance.id}@{day}", observance, day, event=facts)
