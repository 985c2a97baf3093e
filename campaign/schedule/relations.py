"""What entries of one file say about each other: anchors of times, expiry, the event spoken of, what is answered."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from campaign.model import AsSoonAsRead, Event, EventTime, Expiry, Message, Relative
from campaign.schedule.entries import Head
from campaign.schedule.mistakes import Mistake, told
from campaign.schedule.reading import LONGEST_LINE, Reading

Entries = Mapping[str, Message | Event]
Circles = Mapping[str, frozenset[str]]
"""Key (`at`, `reply_to`) → the messages that come back to themselves by it."""


def related(messages: Sequence[Message], events: Sequence[Event], head: Head, reading: Reading) -> tuple[Message, ...]:
    """The messages whose relations hold; the others are told, and with each those that depend on it."""
    events_by_id = {event.id: event for event in events}
    standing = [_timed(message, events_by_id, head, reading) for message in messages]
    circular = {"at": _circular(_anchors(standing)), "reply_to": _circular(_answers(standing))}
    while True:
        entries: dict[str, Message | Event] = {message.id: message for message in standing} | events_by_id
        left = [message for message in standing if _holds(message, entries, circular, head, reading)]
        if len(left) == len(standing):
            return tuple(left)
        standing = left


def _timed(message: Message, events: Mapping[str, Event], head: Head, reading: Reading) -> Message:
    """Days before something that lasts all day: the campaign's default time counts, for the day has none."""
    when = message.when
    if not isinstance(when, Relative) or when.time is not None or when.minutes:
        return message
    anchor = events.get(when.anchor)
    all_day = isinstance(anchor.time, EventTime) and anchor.time.all_day if anchor else _is_day(when.anchor, reading)
    if not all_day or "time" not in head.defaults:
        return message
    return dataclasses.replace(message, when=dataclasses.replace(when, time=head.defaults["time"]))


def _is_day(name: str, reading: Reading) -> bool:
    return "observances" in reading.known and name in reading.known["observances"].names


def _anchors(messages: Iterable[Message]) -> Mapping[str, str]:
    return {message.id: message.when.anchor for message in messages if isinstance(message.when, Relative)}


def _answers(messages: Iterable[Message]) -> Mapping[str, str]:
    """What each message of this file answers in it."""
    own = (message for message in messages if message.reply_to.startswith(f"{message.campaign}/"))
    return {message.id: message.reply_to.partition("/")[2] for message in own}


def _circular(after: Mapping[str, str]) -> frozenset[str]:
    """Names that come after themselves."""
    settled: set[str] = set()
    circular: set[str] = set()
    for start in after:
        path: dict[str, None] = {}
        name = start
        while name in after and name not in settled and name not in path:
            path[name] = None
            name = after[name]
        if name in path:
            chain = list(path)
            circular.update(chain[chain.index(name) :])
        settled.update(path)
    return frozenset(circular)


def _holds(message: Message, entries: Entries, circular: Circles, head: Head, reading: Reading) -> bool:
    reading.begin("message", message.key)
    for key, mistake in _mistakes(message, entries, circular, head, reading):
        spot = message.spots.get(key, message.spot)
        mistake.line, mistake.column = spot.line, spot.column
        _mend(mistake, key, message, reading)
        reading.report(mistake, path=key)
    return reading.end()


def _mend(mistake: Mistake, key: str, message: Message, reading: Reading) -> None:
    """A wrong name is a part of its value only: the hint is the whole line with the right one."""
    anchor = message.when.anchor if isinstance(message.when, Relative) else ""
    answered = message.reply_to.partition("/")[2]
    wrong = {"at": anchor, "expires": _expiry_name(message.expires), "event": message.event, "reply_to": answered}
    line = reading.line(mistake.line).strip()
    if mistake.instead and len(line) <= LONGEST_LINE:
        mistake.hint = line.replace(wrong[key], mistake.instead)
    mistake.instead = ""


def _expiry_name(expires: Expiry | None) -> str:
    if expires is None:
        return ""
    return expires.relative.anchor if expires.relative else expires.entry


def _mistakes(
    message: Message, entries: Entries, circular: Circles, head: Head, reading: Reading
) -> Iterator[tuple[str, Mistake]]:
    """The key that is wrong and why."""
    if message.id in circular["reply_to"]:
        yield "reply_to", Mistake("REF02", "it answers itself, in a circle")
    elif name := _answers([message]).get(message.id):
        yield from (("reply_to", mistake) for mistake in _answered(name, entries, head, reading))
    if message.id in circular["at"]:
        yield "at", Mistake("REF02", "its time depends on itself, in a circle")
    elif isinstance(message.when, Relative):
        yield from (("at", mistake) for mistake in _anchor(message.when, entries, head, reading))
    if message.expires:
        yield from (("expires", mistake) for mistake in _expiry(message.expires, entries, head, reading))
    if message.event and not isinstance(entries.get(message.event), Event):
        events = [name for name, entry in entries.items() if isinstance(entry, Event)]
        yield "event", _no_entry("event", message.event, events, head, reading)


def _answered(name: str, entries: Entries, head: Head, reading: Reading) -> Iterator[Mistake]:
    if isinstance(entries.get(name), Event):
        yield Mistake("FMT02", f"{told(name)} is an event; only a message can be answered")
    elif name not in entries:
        messages = [key for key, entry in entries.items() if isinstance(entry, Message)]
        yield _no_entry("message", name, messages, head, reading)


def _no_entry(what: str, name: str, known: Iterable[str], head: Head, reading: Reading) -> Mistake:
    if f"{head.campaign}/{name}" in reading.held:
        return Mistake("REF02", f"{told(name)} has a mistake itself")
    return reading.unknown(what, name, list(known))


def _anchor(when: Relative, entries: Entries, head: Head, reading: Reading) -> Iterator[Mistake]:
    anchor = entries.get(when.anchor)
    if anchor is not None:
        yield from _measurable(when, anchor)
    elif f"{head.campaign}/{when.anchor}" in reading.held or not _is_day(when.anchor, reading):
        yield _no_entry("entry or observance", when.anchor, [*entries, *sorted(_days(reading))], head, reading)
    elif head.period is None:
        yield Mistake("FMT03", f"period: is missing at the top of the file; it says which {told(when.anchor)} is meant")
    elif when.time is None and not when.minutes:
        yield _needs_time(when)


def _days(reading: Reading) -> frozenset[str]:
    return reading.known["observances"].names if "observances" in reading.known else frozenset()


def _measurable(when: Relative, anchor: Message | Event) -> Iterator[Mistake]:
    """Why a time cannot be counted from this entry."""
    if isinstance(anchor, Event):
        yield from _measurable_event(when, anchor)
        return
    if isinstance(anchor.when, AsSoonAsRead):
        yield Mistake("FMT02", f"{told(anchor.id)} goes out now; no time can be counted from it")
    if when.end:
        yield Mistake("FMT02", f"{told(anchor.id)} is a message and has no end")


def _measurable_event(when: Relative, anchor: Event) -> Iterator[Mistake]:
    if when.end and anchor.time.ends is None:
        yield Mistake("FMT02", f"the event {told(anchor.id)} does not say when it ends")
    if isinstance(anchor.time, EventTime) and anchor.time.all_day and when.time is None and not when.minutes:
        yield _needs_time(when)


def _needs_time(when: Relative) -> Mistake:
    return Mistake("FMT03", f"{told(when.anchor)} lasts all day, so a time of day must be said", hint="at: …, 09:00")


def _expiry(expires: Expiry, entries: Entries, head: Head, reading: Reading) -> Iterator[Mistake]:
    if expires.relative:
        yield from _anchor(expires.relative, entries, head, reading)
    if not expires.entry:
        return
    anchor = entries.get(expires.entry)
    if anchor is None:
        yield _no_entry("entry", expires.entry, entries, head, reading)
    else:
        yield from _measurable(Relative(expires.entry, minutes=1, end=expires.entry_end), anchor)
