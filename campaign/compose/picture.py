"""What is on a card: the fields of each template, in final words."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from campaign.compose.book import Book
from campaign.compose.digest import listed, period_of
from campaign.compose.facts import facts_of
from campaign.compose.fields import Speaker
from campaign.language import interval, moment, phrase, when
from campaign.model import Contact, Digest, Event, EventFacts, Fact, Message, Observance, Occurrence

Maker = Callable[[Speaker, str], dict[str, Any] | None]
"""From what the post is about and its title; None where there is nothing to show."""


def made_for(template: str, speaker: Speaker, title: str) -> dict[str, Any] | None:
    """What the program knows of a card's fields; a template of the team's own is made like an announcement."""
    return _MAKERS.get(template, _announcement)(speaker, title)


def help_line(book: Book, language: str) -> str:
    """`Palīdzība: +371 28612120 · Briesmās: 112`, from the site's help lines; the emergency number comes last."""
    known = [book.schedules.contacts[name] for name in book.site.helplines if name in book.schedules.contacts]
    emergency = [contact.display for contact in known if contact.phone == "112"]
    helping = [contact.display for contact in known if contact.phone != "112"]
    named = (("help_at", helping), ("in_danger", emergency))
    return " · ".join(phrase(name, language, numbers=", ".join(numbers)) for name, numbers in named if numbers)


# ---------------------------------------------------------------- days and events


def _announcement(speaker: Speaker, title: str) -> dict[str, Any]:
    occurrence = _tied(speaker)
    return {"title": title} | ({"date": occurrence.event.starts[:10]} if occurrence and occurrence.event else {})


def _tied(speaker: Speaker) -> Occurrence | None:
    """The event or day that the post belongs to."""
    entry = speaker.entry
    if not isinstance(entry, Message):
        return speaker.request.occurrence
    name = entry.event or entry.observance
    return speaker.occurrence_of(name) if name else None


def _name(occurrence: Occurrence, language: str) -> str:
    """What the registry or the file calls an event or a day; "" in a language without a name."""
    entry = occurrence.entry
    names = entry.name if isinstance(entry, Observance) else entry.title if isinstance(entry, Event) else {}
    return names.get(language, "")


def _event(speaker: Speaker, title: str) -> dict[str, Any]:
    occurrence, language = _tied(speaker), speaker.language
    facts = facts_of(occurrence, language, speaker.book) if occurrence else None
    if occurrence is None or facts is None:
        return {"title": title}
    entry = occurrence.entry
    name = entry.title.get(language, title) if isinstance(entry, Event) else title
    return {
        "title": name,
        "starts": facts.starts,
        "ends": facts.ends,
        "all_day": facts.all_day,
        "when": when(facts, language),
        "place": facts.place or (phrase("online", language) if facts.attendance == "online" else ""),
        "status": _status(facts),
        "was": moment(facts.was_starts, language) if facts.was_starts else "",
    }


def _status(facts: EventFacts) -> str:
    return "moved" if facts.was_starts and facts.status == "confirmed" else facts.status


def _countdown(speaker: Speaker, title: str) -> dict[str, Any]:
    """The days from the post's own to that of its event or observance; none once that is over."""
    occurrence = _tied(speaker)
    if occurrence is None or occurrence.event is None:
        return {"title": title}
    starts = dt.date.fromisoformat(occurrence.event.starts[:10])
    days = (starts - speaker.day).days if speaker.day else None
    ahead = {"days": days} if days is not None and days >= 0 else {}
    return {"title": _name(occurrence, speaker.language), "date": starts.isoformat()} | ahead


# ---------------------------------------------------------------- the calendar


def _digest(speaker: Speaker, standard: Digest) -> Digest:
    """The message's own digest, else what the card shows by itself."""
    entry = speaker.entry
    return entry.digest if isinstance(entry, Message) and entry.digest else standard


def _month(speaker: Speaker, title: str) -> dict[str, Any]:
    """A whole month, that of the digest; its list fills the place where other cards say where help is."""
    digest = _digest(speaker, Digest("month"))
    if speaker.day is None:
        return {"title": title}
    day = period_of(digest, speaker.day)[0] if digest.period == "next month" else speaker.day
    first, last = period_of(Digest("month"), day)
    entries = [asdict(item) for item in listed(speaker.request, digest, first, last)]
    return {"title": title, "help": "", "year": first.year, "month": first.month, "entries": entries}


def _week(speaker: Speaker, title: str) -> dict[str, Any] | None:
    """Monday to Sunday; nothing at all for a week without entries."""
    digest = _digest(speaker, Digest("week"))
    if speaker.day is None:
        return {"title": title}
    period = digest if digest.period.endswith("week") else Digest("week")
    first, last = period_of(period, speaker.day)
    entries = [asdict(item) for item in listed(speaker.request, digest, first, last)]
    language = speaker.language
    words = {"kicker": phrase("week_ahead", language), "title": interval(first, last, language)}
    return words | {"since": first.isoformat(), "entries": entries} if entries else None


# ---------------------------------------------------------------- figures and words


def _fact(speaker: Speaker, title: str) -> dict[str, Any]:
    return {"statement": title, "source": _source(speaker)}


def _chart(speaker: Speaker, title: str) -> dict[str, Any]:
    return {"title": title, "source": _source(speaker)}


def _source(speaker: Speaker) -> str:
    """The source of the first figure that the message lists or its text names."""
    known = speaker.book.schedules.facts
    names = speaker.entry.facts if isinstance(speaker.entry, Message) else ()
    facts = [known[name] for name in (*names, *speaker.facts) if name in known]
    return short_source(facts[0]) if facts else ""


def short_source(fact: Fact) -> str:
    """A source as one line names it: its words without addresses, or only the host; and its year."""
    words = re.split(r"[,;]?\s*(?:text reproduced at\s*)?https?://", fact.source)[0].strip()
    source = words or urlsplit(fact.source).netloc.removeprefix("www.")
    year = str(fact.as_of.year) if fact.as_of else ""
    return f"{source}, {year}" if year and year not in source else source


def _titled(speaker: Speaker, title: str) -> dict[str, Any]:
    return {"title": title}


def _quote(speaker: Speaker, title: str) -> dict[str, Any]:
    """Nothing: what somebody said is given word for word, or not at all."""
    return {}


def _thanks(speaker: Speaker, title: str) -> dict[str, Any]:
    thanks = phrase("thanks", speaker.language)
    return {"title": thanks, "text": "" if title == thanks else title}


# ---------------------------------------------------------------- whom to call


def _contacts(speaker: Speaker, title: str) -> dict[str, Any]:
    """The numbers that the message names, else the help lines, which then stand there once."""
    named = speaker.entry.contacts if isinstance(speaker.entry, Message) else ()
    return {"title": title, "help": "", "contacts": _numbers(speaker, named or speaker.book.site.helplines)}


def _help(speaker: Speaker, title: str) -> dict[str, Any]:
    contacts = _numbers(speaker, speaker.book.site.helplines)
    return {"title": phrase("help_is_there", speaker.language), "help": "", "contacts": contacts}


def _numbers(speaker: Speaker, names: tuple[str, ...]) -> list[dict[str, str]]:
    known = speaker.book.schedules.contacts
    return [_contact(known[name], speaker.language) for name in names if name in known]


def _contact(contact: Contact, language: str) -> dict[str, str]:
    return {"name": contact.name.get(language, ""), "phone": contact.display}


# ---------------------------------------------------------------- by template

_MAKERS: Mapping[str, Maker] = {
    "announcement": _announcement,
    "event": _event,
    "countdown": _countdown,
    "month-calendar": _month,
    "week": _week,
    "fact": _fact,
    "chart": _chart,
    "cover": _titled,
    "checklist": _titled,
    "quote": _quote,
    "thanks": _thanks,
    "contacts": _contacts,
    "help": _help,
}
FURTHER: Mapping[str, str] = {"month-list": "month-calendar"}
"""Templates of further pictures, and whose they are."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "event": ("starts",),
    "countdown": ("days", "title"),
    "month-calendar": ("month",),
    "week": ("since",),
    "fact": ("statement", "source"),
    "chart": ("bars|series", "source"),
    "checklist": ("items",),
    "quote": ("quote", "name"),
    "contacts": ("contacts",),
    "help": ("contacts",),
}
CALLED: Mapping[str, str] = {
    "starts": "the event it shows",
    "days": "an event or a day that lies ahead",
    "title": "a title (title:)",
    "month": "a month to show",
    "since": "a week to show",
    "statement": "what it states (statement:)",
    "source": "the source of its figure",
    "bars|series": "its figures (bars: or series:)",
    "items": "its list (items:)",
    "quote": "the words that somebody said (quote:)",
    "name": "who said it (name:)",
    "contacts": "the numbers it shows",
}
HINTS: Mapping[str, str] = {
    "starts": "tie the message to an event: `event: discussion`",
    "days": "tie the message to one and send it before: `event: discussion` or `observance: eu-atd`",
    "month": "give the message a time, as in `at: 2023-09-01 09:00`",
    "since": "give the message a time, as in `at: 2023-09-01 09:00`",
    "source": "name the source of the figure: `facts: [eu-7000-per-year]`",
    "bars|series": 'bars: [{label: {lv: "…", en: "…"}, value: 310}]',
    "items": 'card: {template: checklist, items: {lv: ["…", "…"]}}',
    "name": 'name: {lv: "…", en: "…"}',
    "contacts": "name them: `contacts: [emergency]`",
}
