"""Schedules to dated occurrences: recurrence and time zones, pure.

Dates are computed on the local calendar; one rule (`to_utc`) turns local times into instants, so that no change of
clocks skips a date or doubles it. An occurrence's key holds a local date or none, never an instant.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from campaign.model import EventFacts, Occurrence, Schedules, Site, Window
from campaign.occurrences.answers import with_answers
from campaign.occurrences.clock import shifted, to_utc, to_wall
from campaign.occurrences.dates import is_public_holiday, next_dates
from campaign.occurrences.events import of_announcements, of_event, of_observance
from campaign.occurrences.messages import of_message, of_page
from campaign.occurrences.moments import HORIZON, scope_of

__all__ = ["calendar", "expand", "is_public_holiday", "next_dates", "to_utc", "to_wall"]

_AT_ONCE = dt.datetime.min.replace(tzinfo=dt.UTC)


def expand(schedules: Schedules, site: Site, window: Window) -> Iterator[Occurrence]:
    """Everything the files say for the window, drafts included: at once first, then by due time; equals by key."""
    found = list(_entries(schedules, site, window))
    found.extend(_observances(schedules, site, window))
    found.extend(of_page(page, site.timezone) for page in schedules.pages.values())
    found.sort(key=_order)
    return with_answers(found, schedules, site, window)


def _order(occurrence: Occurrence) -> tuple[dt.datetime, str]:
    return occurrence.due or _AT_ONCE, occurrence.key


def _entries(schedules: Schedules, site: Site, window: Window) -> Iterator[Occurrence]:
    for campaign in schedules.campaigns:
        scope = scope_of(campaign, schedules, site)
        for message in campaign.messages:
            yield from of_message(scope, message, window)
        for event in campaign.events:
            yield from of_event(event, window, site.country)
            yield from of_announcements(event, window, site.country)


def _observances(schedules: Schedules, site: Site, window: Window) -> Iterable[Occurrence]:
    """The days that campaigns name, once each. A day carries no mark of its own, so those of a draft campaign wait."""
    found: dict[str, Occurrence] = {}
    ahead = shifted(window.last, HORIZON)
    for campaign in schedules.campaigns:
        if campaign.period is None or campaign.draft:
            continue
        last = min(campaign.period.last, ahead)
        for name in campaign.observances:
            if observance := schedules.observances.get(name):
                days = of_observance(observance, campaign.period.first, last, site.timezone, site.country)
                found |= {day.key: day for day in days if window.past or _ends_within(day, window)}
    return found.values()


def _ends_within(day: Occurrence, window: Window) -> bool:
    return day.event is not None and _last_day(day.event) >= window.first.isoformat()


def calendar(occurrences: Iterable[Occurrence], first: dt.date, last: dt.date) -> tuple[Occurrence, ...]:
    """Events and observances that overlap a span of local days, by start and key; posts about events are none."""
    begin, end = first.isoformat(), last.isoformat()
    overlapping = [
        (event.starts, day.key, day)
        for day in occurrences
        if (event := day.event) and not day.announcement and event.starts[:10] <= end and _last_day(event) >= begin
    ]
    return tuple(day for _, _, day in sorted(overlapping, key=lambda entry: entry[:2]))


def _last_day(event: EventFacts) -> str:
    """Its last local day, ISO 8601; an end at midnight belongs to the day before."""
    if event.ends.endswith("T00:00") and event.ends > event.starts:
        return shifted(dt.date.fromisoformat(event.ends[:10]), -1).isoformat()
    return (event.ends or event.starts)[:10]
