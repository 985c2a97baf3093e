"""What a post claims: numbers to call that somebody has confirmed (CON02), figures that still hold (FAC02)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from dateutil.relativedelta import relativedelta

from campaign.lint.subjects import Subject, Telling, finding, listed, tellings
from campaign.model import Contact, Fact, Message, Problem, Schedules, Severity, Site

CONFIRMED_FOR = dt.timedelta(days=90)
SOURCE_LASTS_MONTHS = 24


def review(subjects: Iterable[Subject], schedules: Schedules, site: Site, today: dt.date) -> Iterator[Problem]:
    """The numbers and figures of everything that goes out."""
    for subject in subjects:
        told = list(tellings(subject, site))
        for account, group in _grouped(subject, told).items():
            for language, names in _alike(_numbers(group, subject, site)):
                contacts = [contact for name, contact in schedules.contacts.items() if name in names]
                yield from _contacts(subject, contacts, today, (language, account))
        yield from _figures(subject, told, schedules.facts, today)


def _text_fields(subject: Subject, language: str = "") -> list[str]:
    languages = [language] if language else subject.entry.languages
    return [f"{field}.{name}" for field in ("text", "title") for name in languages]


# ---------------------------------------------------------------- CON02: contacts


def _grouped(subject: Subject, told: Iterable[Telling]) -> dict[str, list[Telling]]:
    """All accounts of a message as one (""). Of an event only what networks get, account by account.

    The event's own pages carry the helplines whatever it says, and stay.
    """
    groups: dict[str, list[Telling]] = {}
    for telling in told:
        if isinstance(subject.entry, Message):
            groups.setdefault("", []).append(telling)
        elif not telling.account.local:
            groups.setdefault(telling.account.id, []).append(telling)
    return groups


def _numbers(group: Iterable[Telling], subject: Subject, site: Site) -> dict[str, frozenset[str]]:
    """Language → what stands in braces in its texts and cards, the contacts a message lists, and a card's help line."""
    shown: dict[str, frozenset[str]] = {}
    message = subject.entry if isinstance(subject.entry, Message) else None
    for telling in group:
        has_card = telling.account.limits.images > 0 and bool(telling.words.cards)
        named = message.contacts if message else ()
        numbers = telling.fields.union(named, site.helplines if has_card else ())
        shown[telling.language] = shown.get(telling.language, frozenset()) | numbers
    return shown


def _alike(shown: Mapping[str, frozenset[str]]) -> list[tuple[str, frozenset[str]]]:
    """All languages as one ("") where they show the same, else each by itself."""
    if len(set(shown.values())) == 1:
        return [("", next(iter(shown.values())))]
    return list(shown.items())


def _contacts(
    subject: Subject, contacts: Iterable[Contact], today: dt.date, where: tuple[str, str]
) -> Iterator[Problem]:
    """An error when a number may not be shown on the next day of posting, a warning when that comes later."""
    next_day, last_day = subject.next_day(today), subject.days(today)[-1]
    now = [(contact, doubt) for contact in contacts if (doubt := _doubt(contact, next_day))]
    later = [contact for contact in contacts if _doubt(contact, last_day)]
    if now:
        yield _unconfirmed(subject, now, today, where)
    elif later:
        yield _soon_unconfirmed(subject, later)


def _doubt(contact: Contact, day: dt.date) -> str:
    """Why a number may not be shown on a day; "" when it may.

    A person's confirmation settles what public pages disagree about, until a newer page says otherwise.
    """
    verified = contact.verified_on
    conflicting = contact.status == "conflicting" or len({claim.text for claim in contact.claims}) > 1
    disagree = "public pages disagree about its hours"
    if verified is None:
        return f"never; {disagree}" if conflicting else "never"
    if day - verified > CONFIRMED_FOR:
        return f"last on {verified}, {(day - verified).days} days before the post"
    if conflicting and any(claim.as_of > verified.isoformat() for claim in contact.claims):
        return f"not since {verified}, when {disagree}"
    return ""


def _unconfirmed(
    subject: Subject, doubtful: list[tuple[Contact, str]], today: dt.date, where: tuple[str, str]
) -> Problem:
    language, account = where
    entry = subject.entry
    what = f"“{entry.id}”" if isinstance(entry, Message) else f"what is announced of “{entry.id}”"
    narrowed = "".join(f" {word} {value}" for word, value in (("in", language), ("on", account)) if value)
    shown = ", ".join(f"{contact.id} {contact.display} ({doubt})" for contact, doubt in doubtful)
    message = f"{what}{narrowed} shows numbers that nobody has confirmed: {shown}; live mode holds it until then"
    place = doubtful[0][0].spot.file
    hint = f"call each number, then write the day of the call beside it in {place}: verified_on: {today}"
    found = finding(entry, "CON02", Severity.ERROR, (message, hint), _text_fields(subject, language))
    return replace(found, language=language, account=account)


def _soon_unconfirmed(subject: Subject, fading: list[Contact]) -> Problem:
    names, counts = listed([contact.id for contact in fading]), "count" if len(fading) > 1 else "counts"
    until = min(contact.verified_on for contact in fading if contact.verified_on) + CONFIRMED_FOR
    message = f"“{subject.called}” goes on after {until}, the last day for which {names} {counts} as confirmed"
    hint = f"call again before then and move verified_on in {fading[0].spot.file} to the day of the call"
    return finding(subject.entry, "CON02", Severity.WARNING, (message, hint), _text_fields(subject))


# ---------------------------------------------------------------- FAC02: figures


def _figures(subject: Subject, told: Iterable[Telling], facts: Mapping[str, Fact], today: dt.date) -> Iterator[Problem]:
    """Each fact once per message: an objection on the next day of posting as it weighs, on a later one a warning."""
    next_day = subject.next_day(today)
    days = [day for day in subject.days(today) if day >= next_day]
    for name, field in _facts_named(subject, told).items():
        fact = facts.get(name)
        objections = ((day, found) for day in days if fact and (found := _objection(fact, facts, day)))
        for day, (severity, why, hint) in list(objections)[:1]:
            weight = severity if day == next_day else Severity.WARNING
            message = f"“{subject.called}” uses the fact {name} on {day}: {why}"
            yield finding(subject.entry, "FAC02", weight, (message, hint), [field, *_text_fields(subject)])


def _facts_named(subject: Subject, told: Iterable[Telling]) -> dict[str, str]:
    """Facts a message lists or speaks, each with the field it stands in."""
    entry = subject.entry
    named = (
        {f"fact {name}": f"facts.{place}" for place, name in enumerate(entry.facts)}
        if isinstance(entry, Message)
        else {}
    )
    for telling in told:
        spoken = sorted(name for name in telling.fields if name.startswith("fact "))
        named = dict.fromkeys(spoken, f"text.{telling.language}") | named
    return {name.removeprefix("fact ").strip(): field for name, field in named.items()}


def _objection(fact: Fact, facts: Mapping[str, Fact], day: dt.date) -> tuple[Severity, str, str] | None:
    """What speaks against using a fact on a day: how much it weighs, why, and what to do."""
    place = fact.spot.file
    successor = facts.get(fact.superseded_by)
    if fact.as_of and fact.as_of > day:
        return (
            Severity.ERROR,
            f"its source is of {fact.as_of}, later than the post",
            "use a fact that was known by then",
        )
    if successor and successor.as_of and successor.as_of <= day:
        why = f"{successor.id} has superseded it since {successor.as_of}"
        return Severity.ERROR, why, f"write {successor.id} in `facts:` and its figure into the text"
    if fact.valid_until and fact.valid_until < day:
        why = f"it could be used until {fact.valid_until}"
        return Severity.WARNING, why, f"look for what holds now, or move valid_until in {place} when it still does"
    if fact.as_of and fact.as_of + relativedelta(months=SOURCE_LASTS_MONTHS) < day:
        why = f"its source is of {fact.as_of}, over {SOURCE_LASTS_MONTHS} months before the post"
        return Severity.WARNING, why, f"look for a newer source and put it, with its date, into {place}"
    return None
