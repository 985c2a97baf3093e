"""Messages and pages to occurrences."""

import datetime as dt
from collections.abc import Iterator

from campaign.model import AsSoonAsRead, Message, Occurrence, Page, Window
from campaign.occurrences.clock import after, midnight, to_utc
from campaign.occurrences.moments import HORIZON, Moment, Scope, is_due_in, measure, message_moments, moments, widened


def of_message(scope: Scope, message: Message, window: Window) -> Iterator[Occurrence]:
    """A message's dates in the window; `at: now` has none and is always there."""
    limits = _moments_of_expiry(scope, message, window)
    if isinstance(message.when, AsSoonAsRead):
        yield Occurrence(message.key, message, expires=_expires(message, None, limits))
        return
    for moment in message_moments(scope, message, window):
        if is_due_in(moment, window):
            due, shift = to_utc(moment.starts, message.timezone)
            yield Occurrence(
                key=message.key if moment.date is None else f"{message.key}@{moment.date}",
                entry=message,
                date=moment.date,
                due=due,
                wall=moment.starts,
                expires=None if message.expires is None else _expires(message, moment, limits),
                shifted=shift or ("holiday" if moment.moved else ""),
            )


def _moments_of_expiry(scope: Scope, message: Message, window: Window) -> list[Moment]:
    expiry = message.expires
    anchor = "" if expiry is None else expiry.relative.anchor if expiry.relative else expiry.entry
    return moments(scope, anchor, widened(window, HORIZON)) if anchor else []


def _expires(message: Message, moment: Moment | None, limits: list[Moment]) -> dt.datetime | None:
    """The instant a message is too old to push, by its own wall time, its day's end or another entry."""
    expiry, wall = message.expires, None
    if expiry is None:
        return None
    if expiry.wall is not None:
        wall = expiry.wall
    elif expiry.end_of_day and moment is not None:
        wall = after(moment.starts.date())
    elif expiry.entry and (limit := _limit(moment, limits)):
        wall = limit.over if expiry.entry_end else limit.starts
    elif expiry.relative and (limit := _limit(moment, limits)):
        measured = measure(expiry.relative, limit, message.timezone)
        wall = measured.starts if measured else None
    return None if wall is None else to_utc(wall, message.timezone)[0]


def _limit(moment: Moment | None, limits: list[Moment]) -> Moment | None:
    """The instance that ends a message's use: the only one, the one of its own date, else the next to come."""
    if len(limits) < 2 or moment is None:
        return limits[0] if limits else None
    own = (limit for limit in limits if moment.date is not None and limit.date == moment.date)
    coming = (limit for limit in limits if limit.starts >= moment.starts)
    return next(own, None) or next(coming, None)


def of_page(page: Page, zone: str) -> Occurrence:
    """An article: from the beginning of its day on, or at once."""
    wall = None if page.published is None else midnight(page.published)
    due, shift = (None, "") if wall is None else to_utc(wall, zone)
    return Occurrence(f"pages/{page.id}", page, due=due, wall=wall, shifted=shift)
