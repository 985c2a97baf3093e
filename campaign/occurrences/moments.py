"""When each entry of a campaign happens, in local time: its own dates, or measured from another entry."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from campaign.model import (
    AsSoonAsRead,
    At,
    Campaign,
    Event,
    EventTime,
    Message,
    Observance,
    Relative,
    Repeat,
    RepeatingEvent,
    Schedules,
    SeriesItem,
    Site,
    Window,
)
from campaign.occurrences.clock import after, midnight, shifted, to_utc, to_wall
from campaign.occurrences.dates import dates, observance_dates, series_days

HORIZON = 400
"""Days beyond the window that calendars look ahead."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One instance of an entry. `date` is its identity, None for an entry that happens once.

    An all-day one holds the midnights of its first and last day. `open_ended` tells a rule without `from`.
    """

    date: dt.date | None
    starts: dt.datetime
    ends: dt.datetime | None = None
    all_day: bool = False
    status: Literal["confirmed", "tentative", "postponed", "cancelled"] = "confirmed"
    open_ended: bool = False
    moved: bool = False  # off a public holiday

    @property
    def takes_place(self) -> bool:
        """False when it was called off or put off without a new date: nothing is measured from it."""
        return self.status not in {"cancelled", "postponed"}

    @property
    def last_day(self) -> dt.date:
        return (self.ends or self.starts).date()

    @property
    def over(self) -> dt.datetime:
        """The local time it is over; all-day ones end with their last day."""
        return after(self.last_day) if self.all_day else self.ends or self.starts


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the entries of one campaign look up what they are measured from."""

    campaign: Campaign
    entries: Mapping[str, Message | Event]
    observances: Mapping[str, Observance]
    country: str


def scope_of(campaign: Campaign, schedules: Schedules, site: Site) -> Scope:
    entries: dict[str, Message | Event] = {message.id: message for message in campaign.messages}
    entries |= {event.id: event for event in campaign.events}
    return Scope(campaign, entries, schedules.observances, site.country)


# ---------------------------------------------------------------- the window


def is_due_in(moment: Moment, window: Window) -> bool:
    day = moment.starts.date()
    if day > window.last:
        return False
    return day >= window.first or (window.past and not moment.open_ended)


def is_current(moment: Moment, window: Window) -> bool:
    """True for what is not over before the window begins, or belongs to a past that is wanted."""
    return moment.last_day >= window.first or (window.past and not moment.open_ended)


def widened(window: Window, days: int) -> Window:
    return Window(shifted(window.first, -days), shifted(window.last, days), window.past)


# ---------------------------------------------------------------- moments of entries


def moments(scope: Scope, name: str, window: Window, above: frozenset[str] = frozenset()) -> list[Moment]:
    """When the entry or observance called `name` happens; nothing for what is unknown or measured from itself."""
    entry = scope.entries.get(name)
    if name in above:
        return []
    if isinstance(entry, Message):
        return message_moments(scope, entry, window, above)
    if isinstance(entry, Event):
        return event_moments(entry, window, scope.country)
    return _observance_moments(scope, scope.observances[name], window) if name in scope.observances else []


def message_moments(
    scope: Scope, message: Message, window: Window, above: frozenset[str] = frozenset()
) -> list[Moment]:
    """Times of a message; none for `at: now`. Repeating ones are limited to the window, others are not."""
    match message.when:
        case At(wall):
            return [Moment(None, wall)]
        case AsSoonAsRead():
            return []
        case Repeat() as repeat:
            return list(_repeated(message, repeat, window, scope.country))
        case SeriesItem(repeat, index):
            days = series_days(repeat, window.first, window.last, scope.country)[index : index + 1]
            return [Moment(None, dt.datetime.combine(day, repeat.time), moved=day != own) for own, day in days]
        case Relative() as relative:
            anchors = moments(scope, relative.anchor, reaching(relative, window), above | {message.id})
            measured = (measure(relative, anchor, message.timezone) for anchor in anchors if anchor.takes_place)
            return [moment for moment in measured if moment is not None]


def _repeated(message: Message, repeat: Repeat, window: Window, country: str) -> Iterator[Moment]:
    """A date that `on` calls off is left out: a message has nothing to be called off visibly."""
    for date, day in dates(repeat, window, country):
        variant = message.on.get(date)
        if variant is None:
            yield Moment(
                date, dt.datetime.combine(day, repeat.time), open_ended=repeat.start is None, moved=day != date
            )
        elif not variant.cancelled:
            wall = dt.datetime.combine(day, variant.time or repeat.time)
            yield Moment(date, wall, open_ended=repeat.start is None, moved=day != date)


def event_moments(event: Event, window: Window, country: str) -> list[Moment]:
    """Dates of an event as they now stand, called off ones included."""
    time = event.time
    if isinstance(time, EventTime):
        return [Moment(None, time.starts, time.ends, time.all_day, event.status)]
    return [_dated(event, time, date, day) for date, day in dates(time.repeat, window, country)]


def _dated(event: Event, time: RepeatingEvent, date: dt.date, day: dt.date) -> Moment:
    """One date of a repeating event. `on` moves start and end together; an end before the start is the next day's."""
    usual = dt.datetime.combine(day, time.repeat.time)
    variant = event.on.get(date)
    starts = usual if variant is None or variant.time is None else dt.datetime.combine(day, variant.time)
    ends = None
    if time.ends is not None:
        until = dt.datetime.combine(day if time.ends > time.repeat.time else shifted(day, 1), time.ends)
        ends = starts + (until - usual)
    status = "cancelled" if variant is not None and variant.cancelled else event.status
    return Moment(date, starts, ends, status=status, open_ended=time.repeat.start is None, moved=day != date)


def _observance_moments(scope: Scope, observance: Observance, window: Window) -> list[Moment]:
    """The observance's days within the campaign's period; without a period each year's, told apart by date."""
    period = scope.campaign.period
    first, last = (period.first, period.last) if period else (window.first, window.last)
    days = observance_dates(observance, first, last, scope.country)
    once = period is not None and len(days) == 1
    return [observance_moment(observance, day, None if once else day) for day in days]


def observance_moment(observance: Observance, day: dt.date, date: dt.date | None) -> Moment:
    return Moment(date, midnight(day), midnight(shifted(day, observance.days - 1)), all_day=True)


# ---------------------------------------------------------------- measured from another


def measure(relative: Relative, anchor: Moment, zone: str) -> Moment | None:
    """The moment so many days or minutes from another; None beyond the calendar's end.

    Days are counted on the local calendar, minutes in real time, so "2 hours before" is two hours also on a night when
    the clocks change.
    """
    try:
        wall = _wall(relative, anchor, zone)
    except OverflowError:
        return None
    return Moment(anchor.date, wall, open_ended=anchor.open_ended)


def _wall(relative: Relative, anchor: Moment, zone: str) -> dt.datetime:
    base = anchor.starts
    if relative.end:
        base = anchor.over if relative.minutes else anchor.ends or anchor.starts
    wall = dt.datetime.combine(_day(relative, base.date()), base.time() if relative.time is None else relative.time)
    if not relative.minutes:
        return wall
    return to_wall(to_utc(wall, zone)[0] + dt.timedelta(minutes=relative.minutes), zone)


def _day(relative: Relative, day: dt.date) -> dt.date:
    if relative.weekday is None:
        return day + dt.timedelta(days=relative.days)
    if relative.days < 0:
        return day - dt.timedelta(days=(day.weekday() - relative.weekday) % 7 or 7)
    return day + dt.timedelta(days=(relative.weekday - day.weekday()) % 7 or 7)


def reaching(relative: Relative, window: Window) -> Window:
    """The window in which anchors of this window's dates may lie."""
    return widened(window, abs(relative.days) + abs(relative.minutes) // 1440 + 8)
