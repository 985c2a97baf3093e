"""What an event must tell (EVT01), and texts that have not followed its changes (EVT02)."""

import datetime as dt
import difflib
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from campaign.compose import fields_in
from campaign.language import ACCESSIBILITY
from campaign.language.names import NAMES
from campaign.lint.subjects import Subject, finding, listed, tellings
from campaign.model import Event, EventTime, Message, Problem, Relative, RepeatingEvent, Schedules, Severity, Site


def review(subjects: Iterable[Subject], schedules: Schedules, site: Site, today: dt.date) -> Iterator[Problem]:
    """The events themselves, then the messages tied to one that moved or was called off."""
    events = {event.key: event for campaign in schedules.campaigns for event in campaign.events}
    for event in events.values():
        yield from _order(event)
        if _is_ahead(event, today):
            yield from _gaps(event)
            yield from _unknown_terms(event)
            yield from _own_words(event)
    for subject in subjects:
        for event in _tied(subject, events):
            yield from _not_followed(subject, event, site, today)


# ---------------------------------------------------------------- EVT01


def _is_ahead(event: Event, today: dt.date) -> bool:
    if event.status == "cancelled":
        return False
    return isinstance(event.time, RepeatingEvent) or (event.time.ends or event.time.starts).date() >= today


def _order(event: Event) -> Iterator[Problem]:
    time = event.time
    if isinstance(time, EventTime) and time.ends is not None and time.ends < time.starts:
        message = f"“{event.id}” ends ({time.ends:%Y-%m-%d %H:%M}) before it starts ({time.starts:%Y-%m-%d %H:%M})"
        day = time.starts.date() + dt.timedelta(days=time.ends.time() <= time.starts.time())
        hint = f"ends: {day} {time.ends:%H:%M}   (or correct `starts:`)"
        yield finding(event, "EVT01", Severity.ERROR, (message, hint), ("ends", "starts"))


def _gaps(event: Event) -> Iterator[Problem]:
    """One warning for all that people need to know before they come, and are not told."""
    missing = [field for field, is_missing in _needed(event).items() if is_missing]
    if missing:
        words = listed([_ASKED[field] for field in missing])
        hint = f"add {', '.join(f'`{field}:`' for field in missing)}"
        message = f"“{event.id}” does not tell {words}"
        fields = [f"title.{language}" for language in event.languages]
        yield finding(event, "EVT01", Severity.WARNING, (message, hint), fields)


def _unknown_terms(event: Event) -> Iterator[Problem]:
    """Accessibility that has no words in the languages of the readers."""
    for term in event.accessibility:
        if term not in ACCESSIBILITY:
            close = difflib.get_close_matches(term, ACCESSIBILITY, 1)
            message = f"visitors of “{event.id}” read “{term.replace('-', ' ')}” in every language: it has no words yet"
            hint = f"accessibility: [{close[0]}]" if close else f"known are {', '.join(ACCESSIBILITY)}"
            yield finding(event, "EVT01", Severity.WARNING, (message, hint), ("accessibility",))


_ASKED = {
    "ends": "when it ends",
    "place": "where it is",
    "online": "its address online",
    "organizer": "who holds it",
    "accessibility": "who can take part (accessibility)",
    "spoken": "in which language it is held",
    "price": "what it costs (0 when free)",
}


def _needed(event: Event) -> dict[str, bool]:
    time = event.time
    open_end = time.ends is None and not (isinstance(time, EventTime) and time.all_day)
    return {
        "ends": open_end,
        "place": event.attendance != "online" and not event.place,
        "online": event.attendance != "in-person" and not event.online,
        "organizer": not event.organizer,
        "accessibility": not event.accessibility,
        "spoken": not event.spoken,
        "price": not event.price,
    }


# ---------------------------------------------------------------- EVT02


def names_day(text: str, day: dt.date, language: str) -> bool:
    """Whether a text names a day, in words of its language or in figures."""
    month = _month(day.month - 1, language)
    in_words = rf"\b{day.day}(?:\.|st|nd|rd|th)?\s+(?:of\s+)?{month}\b|\b{month}\.?\s+{day.day}(?:st|nd|rd|th)?\b"
    in_figures = rf"\b0?{day.day}[./]0?{day.month}\b|{day.isoformat()}"
    return re.search(f"{in_words}|{in_figures}", text, re.IGNORECASE) is not None


@functools.cache
def _month(month: int, language: str) -> str:
    """A pattern for a month's forms; where they share a stem, for any ending of that (`septembra`, `septembrim`)."""
    names = NAMES.get(language)
    if names is None:
        return "(?!)"
    forms = [names.months[month], names.months_in[month], names.months_short[month].rstrip(".")]
    stem = "".join(one for one, _ in itertools.takewhile(_are_equal, zip(*forms[:2], strict=False)))
    patterns = [*map(re.escape, forms), *([rf"{stem}\w{{0,3}}"] if len(stem) > 3 else [])]
    return f"(?:{'|'.join(patterns)})"


def _are_equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def old_start(event: Event) -> tuple[dt.date, dt.datetime] | None:
    """When an event that moved was to start, and since which day people have been told."""
    told = [change for change in event.changes if change.was.keys() & {"starts", "date", "dates"}]
    if not told or not isinstance(event.time, EventTime):
        return None
    latest = max(told, key=lambda change: change.on)
    written = next(latest.was[field] for field in ("starts", "date", "dates") if field in latest.was)
    was = dt.datetime.fromisoformat(written.split(" to ")[0].strip())
    return None if was == event.time.starts else (latest.on, was)


def is_outdated(text: str, event: Event, language: str) -> bool:
    """Whether a text names the day or hour an event moved away from, and not the new one beside it."""
    old = old_start(event)
    if old is None or not isinstance(event.time, EventTime):
        return False
    was, starts = old[1], event.time.starts
    if was.date() != starts.date():
        return names_day(text, was.date(), language) and not names_day(text, starts.date(), language)
    return _names_time(text, was.time()) and not _names_time(text, starts.time())


def _names_time(text: str, time: dt.time) -> bool:
    return re.search(rf"\b0?{time.hour}[.:]{time.minute:02}\b", text) is not None


def _tied(subject: Subject, events: Mapping[str, Event]) -> Iterator[Event]:
    """The events a message is about: named by `event:`, measured from, or spoken of in a field."""
    message = subject.entry
    if isinstance(message, Message):
        names = {message.event, message.when.anchor if isinstance(message.when, Relative) else ""}
        names |= {
            name.partition(".")[0].removeprefix("days-to ")
            for text in message.text.values()
            for name in fields_in(text)
        }
        yield from (
            events[f"{message.campaign}/{name}"] for name in sorted(names) if f"{message.campaign}/{name}" in events
        )


def _not_followed(subject: Subject, event: Event, site: Site, today: dt.date) -> Iterator[Problem]:
    message, day = subject.entry, subject.days(today)[-1]
    if event.status in {"cancelled", "postponed"} and day >= today:
        told = f"“{subject.called}” still goes out on {day}, and “{event.id}” is {event.status}"
        hint = "take it out, or keep it if it says so"
        yield finding(message, "EVT02", Severity.WARNING, (told, hint), ("event", "at"))
    old = old_start(event)
    if old is None or day < old[0]:
        return
    for language in dict.fromkeys(
        telling.language
        for telling in tellings(subject, site)
        if is_outdated(f"{telling.words.title}\n{telling.words.text}", event, telling.language)
    ):
        told = f"“{subject.called}” ({language}) names the old time of “{event.id}”, which moved from {_said(old[1])}"
        yield _outdated(message, event, told, language)


def _own_words(event: Event) -> Iterator[Problem]:
    for language in event.languages:
        words = f"{event.title.get(language, '')}\n{event.summary.get(language, '')}"
        if is_outdated(words, event, language) and (old := old_start(event)):
            told = f"“{event.id}” ({language}) still names its old time, {_said(old[1])}"
            yield _outdated(event, event, told, language)


def _outdated(entry: Message | Event, event: Event, told: str, language: str) -> Problem:
    hint = f"write {{{event.id}.date}} and {{{event.id}.time}}: they follow the event by themselves"
    fields = (f"text.{language}", f"summary.{language}", f"title.{language}")
    return replace(finding(entry, "EVT02", Severity.WARNING, (told, hint), fields), language=language)


def _said(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment.time() != dt.time() else f"{moment:%Y-%m-%d}"
