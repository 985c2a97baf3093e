"""What is on a post's card: its template's fields, in final words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from campaign.compose.book import Book, Request, finding
from campaign.compose.digest import listed, period_of
from campaign.compose.facts import facts_of
from campaign.compose.fields import Speaker
from campaign.language import LANGUAGES, moment, phrase, when
from campaign.model import Account, Card, CardChoice, Contact, Digest, Event, EventFacts, Fact, Message, Occurrence

Maker = Callable[[Speaker, str], dict[str, Any]]


def card_for(request: Request, speaker: Speaker, title: str, choice: CardChoice | None) -> Card | None:
    """The card's inputs where the account takes pictures; what is missing becomes a problem of the speaker's."""
    account = request.account
    if choice is None or choice.template == "none" or not _takes_cards(account):
        return None
    made = _MAKERS.get(choice.template, _announcement)(speaker, title)
    given = {name: _in_language(value, speaker, name) for name, value in choice.fields.items()}
    fields = _frame(request) | made | {name: value for name, value in given.items() if value is not None}
    if fields["kicker"] == fields.get("title"):
        fields["kicker"] = ""
    absent = [name for name in _NEEDED.get(choice.template, ()) if not fields.get(name) and name not in given]
    speaker.problems += [_missing(speaker, choice.template, name) for name in absent]
    return Card(choice.template, account.limits.card_size, request.language, fields)


def _takes_cards(account: Account) -> bool:
    return account.limits.images > 0 and account.kind != "calendar"


def _missing(speaker: Speaker, template: str, name: str) -> Any:
    hint = _HINTS.get(name, f"card: {{template: {template}, {name}: …}}")
    message = f"the card “{template}” needs {_CALLED.get(name, name)}; this post waits"
    return finding(speaker.entry, "CRD01", message, hint=hint, fields=("card",), language=speaker.language)


def _in_language(value: Any, speaker: Speaker, name: str) -> Any:
    """The editor's value in the card's language; None, with a problem, where that language is missing."""
    if isinstance(value, str):
        return speaker.say(value, "card")
    if isinstance(value, list | tuple):
        return [_in_language(item, speaker, name) for item in value]
    return _translated(value, speaker, name) if isinstance(value, Mapping) else value


def _translated(value: Mapping[str, Any], speaker: Speaker, name: str) -> Any:
    if not value or not set(value) <= {*LANGUAGES, "uk", *speaker.book.site.languages}:
        return {key: _in_language(item, speaker, name) for key, item in value.items()}
    if speaker.language in value:
        return _in_language(value[speaker.language], speaker, name)
    message = f"the card's {name} is not given in {speaker.language}; this post waits"
    hint = f'add to {name}: {speaker.language}: "…"'
    problem = finding(speaker.entry, "TRN01", message, hint=hint, fields=("card",), language=speaker.language)
    speaker.problems.append(problem)
    return None


# ---------------------------------------------------------------- the fields of each template


def _frame(request: Request) -> dict[str, Any]:
    """What every card carries: whose it is, which campaign, where to find help."""
    campaign = getattr(request.occurrence.entry, "campaign", "")
    return request.book.once(
        ("card frame", campaign, request.language),
        lambda: {
            "site": request.book.site.name.get(request.language, ""),
            "kicker": _kicker(request.book, campaign, request.language),
            "help": help_line(request.book, request.language),
        },
    )


def _kicker(book: Book, campaign: str, language: str) -> str:
    return book.campaigns[campaign].title.get(language, "") if campaign in book.campaigns else ""


def help_line(book: Book, language: str) -> str:
    """`Palīdzība: +371 28612120 · Briesmās: 112`, from the site's help lines; the emergency number comes last."""
    known = [book.schedules.contacts[name] for name in book.site.helplines if name in book.schedules.contacts]
    emergency = [contact.display for contact in known if contact.phone == "112"]
    helping = [contact.display for contact in known if contact.phone != "112"]
    named = (("help_at", helping), ("in_danger", emergency))
    return " · ".join(phrase(name, language, numbers=", ".join(numbers)) for name, numbers in named if numbers)


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


def _fact(speaker: Speaker, title: str) -> dict[str, Any]:
    known = speaker.book.schedules.facts
    names = speaker.entry.facts if isinstance(speaker.entry, Message) else ()
    facts = [known[name] for name in (*names, *speaker.facts) if name in known]
    return {"statement": title, "source": short_source(facts[0]) if facts else ""}


def short_source(fact: Fact) -> str:
    """A source as one line names it: its words without addresses, or only the host; and its year."""
    words = re.split(r"[,;]?\s*(?:text reproduced at\s*)?https?://", fact.source)[0].strip()
    source = words or urlsplit(fact.source).netloc.removeprefix("www.")
    year = str(fact.as_of.year) if fact.as_of else ""
    return f"{source}, {year}" if year and year not in source else source


def _checklist(speaker: Speaker, title: str) -> dict[str, Any]:
    return {"title": title}


def _contacts(speaker: Speaker, title: str) -> dict[str, Any]:
    entry, known = speaker.entry, speaker.book.schedules.contacts
    names = (entry.contacts if isinstance(entry, Message) else ()) or speaker.book.site.helplines
    shown = [_contact(known[name], speaker.language) for name in names if name in known]
    return {"title": title, "contacts": shown}


def _contact(contact: Contact, language: str) -> dict[str, str]:
    return {"name": contact.name.get(language, ""), "phone": contact.display}


def _month(speaker: Speaker, title: str) -> dict[str, Any]:
    entry = speaker.entry
    digest = entry.digest if isinstance(entry, Message) and entry.digest else Digest("month")
    if speaker.day is None:
        return {"title": title}
    day = period_of(digest, speaker.day)[0] if digest.period == "next month" else speaker.day
    first, last = period_of(Digest("month"), day)
    entries = listed(speaker.request, digest, first, last)
    return {"title": title, "year": first.year, "month": first.month, "entries": [asdict(item) for item in entries]}


_MAKERS: Mapping[str, Maker] = {
    "announcement": _announcement,
    "event": _event,
    "fact": _fact,
    "checklist": _checklist,
    "contacts": _contacts,
    "month-calendar": _month,
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "event": ("starts",),
    "fact": ("statement", "source"),
    "checklist": ("items",),
    "contacts": ("contacts",),
    "month-calendar": ("month",),
}
_CALLED: Mapping[str, str] = {
    "starts": "the event it shows",
    "statement": "what it states (statement:)",
    "source": "the source of its figure",
    "items": "its list (items:)",
    "contacts": "the numbers it shows",
    "month": "a month to show",
}
_HINTS: Mapping[str, str] = {
    "starts": "tie the message to an event: `event: discussion`",
    "source": "name the source of the figure: `facts: [eu-7000-per-year]`",
    "items": 'card: {template: checklist, items: {lv: ["…", "…"]}}',
    "contacts": "name them: `contacts: [emergency]`",
    "month": "give the message a time, as in `at: 2023-09-01 09:00`",
}
