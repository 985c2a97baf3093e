"""Which date of a message another one answers: the last that goes out no later than itself."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from campaign.model import AsSoonAsRead, Message, Occurrence, Schedules, Site, Window
from campaign.occurrences.clock import to_utc
from campaign.occurrences.moments import HORIZON, message_moments, scope_of, widened

Sent = Mapping[str, list[tuple[dt.datetime, str]]]
"""Message → when each of its occurrences goes out, and their keys; earliest first."""


def with_answers(found: Iterable[Occurrence], schedules: Schedules, site: Site, window: Window) -> Iterator[Occurrence]:
    """The occurrences, each with the key of the one it answers."""
    sent = _sent(schedules, site, widened(window, HORIZON))
    for occurrence in found:
        entry = occurrence.entry
        if isinstance(entry, Message) and entry.reply_to:
            yield replace(occurrence, answers=_answered(occurrence, entry.reply_to, sent))
        else:
            yield occurrence


def _sent(schedules: Schedules, site: Site, window: Window) -> Sent:
    """Of the messages that another one answers."""
    answered = {message.reply_to for campaign in schedules.campaigns for message in campaign.messages}
    found: dict[str, list[tuple[dt.datetime, str]]] = {}
    for campaign in schedules.campaigns:
        for message in [one for one in campaign.messages if one.key in answered]:
            if isinstance(message.when, AsSoonAsRead):
                found[message.key] = [(dt.datetime.min.replace(tzinfo=dt.UTC), message.key)]
                continue
            moments = message_moments(scope_of(campaign, schedules, site), message, window)
            keys = [message.key if one.date is None else f"{message.key}@{one.date}" for one in moments]
            times = [to_utc(one.starts, message.timezone)[0] for one in moments]
            found[message.key] = sorted(zip(times, keys, strict=True))
    return found


def _answered(occurrence: Occurrence, name: str, sent: Sent) -> str:
    """The key, or nothing; what goes out at once can only answer what happens once."""
    dates = sent.get(name, [])
    if occurrence.due is None:
        return name if [key for _, key in dates] == [name] else ""
    return next((key for due, key in reversed(dates) if due <= occurrence.due), "")
