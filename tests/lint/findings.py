"""Entries in a few words, and what the rules find in them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from campaign.lint import review
from campaign.model import (
    Campaign,
    Contact,
    Draft,
    Event,
    Fact,
    Message,
    Occurrence,
    Problem,
    Schedules,
    Site,
    Spot,
    Variant,
    When,
)
from campaign.occurrences import expand
from tests.occurrences.entries import campaign, day, message, window
from tests.samples import make_site

CONTACTS = Spot("schedules/contacts.yaml")
FACTS = Spot("schedules/facts.yaml")
TEXT = {"lv": "Glāžšķūņu rūķīši.", "en": "Gnomes of the glass shed.", "ru": "Гномы стекольного сарая."}
SITE = replace(make_site(), helplines=())


def say(name: str, when: When | str = "2023-10-18 10:00", **more: Any) -> Message:
    """A message on a feed and two networks, in three languages."""
    told = {"text": TEXT, "accounts": ("feed", "mastodon", "bluesky"), **more}
    spots = {f"text.{language}": Spot("schedules/kampaņa.yaml", line) for line, language in enumerate(told["text"], 20)}
    return replace(message(name, when), spots={"at": Spot("schedules/kampaņa.yaml", 10), **spots}, **told)


def everywhere(text: str) -> Mapping[str, str]:
    return dict.fromkeys(("lv", "en", "ru"), text)


def number(name: str, verified: str | None = None, **more: Any) -> Contact:
    return Contact(
        name, CONTACTS, "116111", "116 111", {"lv": "Tālrunis"}, verified_on=day(verified) if verified else None, **more
    )


def figure(name: str, as_of: str | None = None, until: str | None = None, by: str = "") -> Fact:
    return Fact(name, FACTS, {"lv": "48"}, "avots", day(as_of) if as_of else None, day(until) if until else None, by)


def schedules(*entries: Message | Event | Campaign | Contact | Fact, **more: Any) -> Schedules:
    said = [entry for entry in entries if isinstance(entry, Message | Event)]
    return Schedules(
        campaigns=(*(entry for entry in entries if isinstance(entry, Campaign)), *([campaign(*said)] if said else [])),
        contacts={entry.id: entry for entry in entries if isinstance(entry, Contact)},
        facts={entry.id: entry for entry in entries if isinstance(entry, Fact)},
        **more,
    )


def drafts(files: Schedules, site: Site, span: tuple[str, str]) -> Iterator[Draft]:
    for occurrence in expand(files, site, window(*span, past=True)):
        entry = occurrence.entry
        for name in _accounts(occurrence) if isinstance(entry, Message | Event) else ():
            account = site.accounts[name]
            for language in entry.languages if isinstance(entry, Message | Event) else ():
                skip = entry.variants.get(name, Variant()).skip if isinstance(entry, Message) else ""
                yield Draft(f"{occurrence.key}>{name}:{language}", occurrence, name, account.kind, language, None, skip)


def _accounts(occurrence: Occurrence) -> tuple[str, ...]:
    entry = occurrence.entry
    if isinstance(entry, Message):
        return entry.accounts
    told = isinstance(entry, Event) and occurrence.announcement
    return entry.announce_accounts if isinstance(entry, Event) and told else ("site", "feed")


def findings(
    *entries: Message | Event | Campaign | Contact | Fact | Schedules,
    today: str = "2023-09-01",
    span: tuple[str, str] = ("2023-09-01", "2023-12-31"),
    site: Site = SITE,
) -> list[Problem]:
    """What `review` says of some entries, seen on a day."""
    given = [entry for entry in entries if isinstance(entry, Schedules)]
    files = given[0] if given else schedules(*(entry for entry in entries if not isinstance(entry, Schedules)))
    return review(files, list(drafts(files, site, span)), site, dt.date.fromisoformat(today))


def of(code: str, found: list[Problem]) -> list[Problem]:
    return [problem for problem in found if problem.code == code]


def told(found: list[Problem]) -> list[tuple[str, str]]:
    """Weight and words of each finding."""
    return [(str(problem.severity), problem.message) for problem in found]
