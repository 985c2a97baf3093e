"""When a post goes out, in the words of the page: local time with its zone, and what is special about it."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from campaign.model import Account, Draft, Event, Message, Site


def zone_of(draft: Draft, site: Site) -> ZoneInfo:
    """The zone in which the entry's times are written."""
    return ZoneInfo(getattr(draft.occurrence.entry, "timezone", "") or site.timezone)


def day_of(draft: Draft) -> dt.date | None:
    """The day on which it goes out; of events and observances, which are on the site at once, their own day."""
    wall, post = draft.occurrence.wall, draft.post
    if wall is not None:
        return wall.date()
    date = post.date if post else ""
    return dt.date.fromisoformat(date[:10]) if date else draft.occurrence.date


def order_of(draft: Draft) -> str:
    """What days and entries are sorted by; what has no time goes out at once and comes first."""
    wall, date = draft.occurrence.wall, day_of(draft)
    stated = draft.post.date if draft.post else ""
    return wall.isoformat() if wall else stated or (date.isoformat() if date else "")


def when_of(draft: Draft, site: Site) -> str:
    """The local time with its zone."""
    due, facts = draft.occurrence.due, draft.occurrence.event
    if due is not None:
        local = due.astimezone(zone_of(draft, site))
        offset = f"{local:%z}"
        return f"{local:%H:%M}, {local.tzinfo}, UTC{offset[:3]}:{offset[3:]}"
    if facts is not None:
        return "Shown as soon as it is read"
    return "At once, as soon as it is read"


_SHIFTED = {
    "gap": "The clocks skip the hour that is written there, so it goes out an hour later.",
    "fold": "That hour comes twice, for the clocks go back; it goes out the first time.",
    "holiday": "Moved because of a public holiday.",
}


def notes_of(draft: Draft, site: Site) -> Iterator[str]:
    """What is special about its time."""
    occurrence = draft.occurrence
    if occurrence.shifted:
        yield _SHIFTED[occurrence.shifted]
    if occurrence.expires:
        yield f"Not sent after {spoken(occurrence.expires.astimezone(zone_of(draft, site)))}."


def waits_of(draft: Draft, account: Account, site: Site, issue: dt.datetime | None) -> str:
    """Why this account is later than the entry: the issue that carries it, its quiet hours; "" where it is not."""
    if issue is not None:
        return f"In the issue of {spoken(issue.astimezone(zone_of(draft, site)))}"
    due = draft.occurrence.due
    ends = account.quiet.until(due.astimezone(ZoneInfo(site.timezone))) if account.quiet and due else None
    return f"Quiet hours: waits until {ends:%H:%M}" if ends else ""


def state_of(draft: Draft) -> str:
    """What keeps an entry from going out at all."""
    entry = draft.occurrence.entry
    if isinstance(entry, Message | Event):
        return "draft, never sent" if entry.draft else "invented example" if entry.placeholder else ""
    return ""


def spoken(local: dt.datetime) -> str:
    """`18 September, 09:00`."""
    return f"{local.day} {local:%B, %H:%M}"
