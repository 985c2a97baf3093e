"""The sample workspace's campaigns as values, read without the product's own reader."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from campaign.compose import Book, Composed, compose
from campaign.model import (
    Account,
    At,
    Campaign,
    CardChoice,
    Contact,
    Event,
    EventFacts,
    EventTime,
    Fact,
    Message,
    Observance,
    Occurrence,
    Rule,
    Schedules,
    Site,
    Spot,
    ThreadPost,
)
from tests.samples import make_site

SCHEDULES = Path(__file__).parents[2] / "schedules"
SPOT = Spot("schedules/sample.yaml", 7, 3)
RIGA = "Europe/Riga"
LANGUAGES = ("lv", "en", "ru")


def load(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = yaml.load((SCHEDULES / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return raw


def utc(wall: dt.datetime) -> dt.datetime:
    return wall.replace(tzinfo=ZoneInfo(RIGA)).astimezone(dt.UTC)


def contacts() -> dict[str, Contact]:
    return {
        raw["id"]: Contact(raw["id"], SPOT, raw["phone"], raw.get("display", raw["phone"]), raw["name"])
        for raw in load("contacts.yaml")["contacts"]
    }


def facts() -> dict[str, Fact]:
    return {
        raw["id"]: Fact(raw["id"], SPOT, raw["claim"], raw["source"], dt.date.fromisoformat(raw["as_of"]))
        for raw in load("facts.yaml")["facts"]
        if len(raw["as_of"]) == 10
    }


def observances() -> dict[str, Observance]:
    return {
        raw["id"]: Observance(raw["id"], SPOT, raw["name"], Rule("yearly", raw["rule"]), int(raw.get("days", 1)))
        for raw in load("observances.yaml")["observances"]
    }


def event(campaign: dict[str, Any], raw: dict[str, Any]) -> Event:
    starts = dt.datetime.fromisoformat(raw.get("starts") or raw["date"])
    ends = dt.datetime.fromisoformat(raw["ends"]) if "ends" in raw else None
    return Event(
        campaign["campaign"],
        raw["id"],
        SPOT,
        EventTime(starts, ends, all_day="date" in raw),
        RIGA,
        LANGUAGES,
        raw["title"],
        status=raw["status"],
        attendance=raw["attendance"],
        place=raw.get("place", {}),
        online=raw.get("online", ""),
        organizer=raw["organizer"],
        spoken=tuple(raw["spoken"]),
        accessibility=tuple(raw["accessibility"]),
        price=raw["price"],
    )


def message(campaign: dict[str, Any], raw: dict[str, Any]) -> Message:
    card = raw["card"] if isinstance(raw["card"], dict) else {"template": raw["card"]}
    thread = tuple(ThreadPost(post["text"]) for post in raw.get("thread", ()))
    joined = {language: "\n\n".join(post.text[language] for post in thread) for language in LANGUAGES}
    return Message(
        campaign["campaign"],
        raw["id"],
        SPOT,
        At(dt.datetime.fromisoformat(raw["at"])),
        RIGA,
        LANGUAGES,
        tuple(raw.get("accounts", campaign["accounts"])),
        text=raw.get("text", joined),
        thread=thread,
        link=campaign["link"],
        hashtags=dict.fromkeys(LANGUAGES, tuple(campaign["hashtags"])),
        footer={} if "contacts" in raw else campaign["footer"],
        facts=tuple(raw.get("facts", ())),
        cards=(CardChoice(card["template"], {name: value for name, value in card.items() if name != "template"}),),
        contacts=tuple(raw.get("contacts", ())),
        event=raw.get("event", ""),
        observance=raw.get("observance", ""),
        own_issue=raw.get("own_issue") == "true",
    )


def campaign_of(name: str) -> Campaign:
    raw = load(name)
    return Campaign(
        raw["campaign"],
        SPOT,
        raw["title"],
        LANGUAGES,
        RIGA,
        tuple(message(raw, one) for one in raw.get("messages", ())),
        tuple(event(raw, one) for one in raw["events"]),
        tuple(raw["observances"]),
    )


def event_occurrence(entry: Event, **changed: Any) -> Occurrence:
    """The event's one date, as the stage before gives it."""
    assert isinstance(entry.time, EventTime)
    size = 10 if entry.time.all_day else 16
    given = EventFacts(
        entry.time.starts.isoformat()[:size],
        entry.time.ends.isoformat()[:size] if entry.time.ends else "",
        entry.time.all_day,
        RIGA,
        entry.status,
        entry.attendance,
        online=entry.online,
        spoken=entry.spoken,
        accessibility=entry.accessibility,
        price=entry.price,
    )
    return Occurrence(entry.key, entry, event=replace(given, **changed))


def message_occurrence(entry: Message) -> Occurrence:
    assert isinstance(entry.when, At)
    return Occurrence(entry.key, entry, due=utc(entry.when.wall), wall=entry.when.wall)


def observance_occurrence(entry: Observance, first: str, last: str = "") -> Occurrence:
    day = EventFacts(first, last or first, all_day=True, zone=RIGA)
    return Occurrence(f"observances/{entry.id}@{first}", entry, dt.date.fromisoformat(first), event=day)


SEPTEMBER_DAYS = {
    "lv-knowledge-day": "2023-09-01",
    "un-charity": "2023-09-05",
    "un-police-cooperation": "2023-09-07",
    "un-literacy": "2023-09-08",
    "un-democracy": "2023-09-15",
    "un-equal-pay": "2023-09-18",
    "un-peace": "2023-09-21",
    "un-sign-languages": "2023-09-23",
    "un-access-to-information": "2023-09-28",
    "un-translation": "2023-09-30",
}


def sample_book(site: Site | None = None) -> Book:
    """The two campaigns of the sample workspace, with September's days and events in the calendar."""
    campaigns = (campaign_of("september-2023.yaml"), campaign_of("eu-anti-trafficking-day-2023.yaml"))
    days = observances()
    moved = {"seminar-hotels": {"was_starts": "2023-09-26T13:00", "changes": 1}}
    calendar = [event_occurrence(entry, **moved.get(entry.id, {})) for one in campaigns for entry in one.events]
    calendar += [observance_occurrence(days[name], date) for name, date in SEPTEMBER_DAYS.items()]
    calendar.append(observance_occurrence(days["lv-month-thb"], "2023-09-18", "2023-10-18"))
    calendar.append(observance_occurrence(days["eu-atd"], "2023-10-18"))
    schedules = Schedules(campaigns, contacts(), facts(), days)
    return Book(schedules, site or make_site(), tuple(calendar))


BOOK = sample_book()
CAMPAIGN = BOOK.campaigns["eu-anti-trafficking-day-2023"]
MESSAGES = {entry.id: entry for entry in CAMPAIGN.messages}
EVENTS = {entry.id: entry for one in BOOK.schedules.campaigns for entry in one.events}


def account(name: str) -> Account:
    return BOOK.site.accounts[name]


def composed(name: str, account_id: str, language: str = "lv") -> Composed:
    """What the account gets of one of the campaign's messages."""
    return compose(message_occurrence(MESSAGES[name]), account(account_id), language, BOOK)


def said(entry: Message, account_id: str = "mastodon", language: str = "lv", book: Book = BOOK) -> Composed:
    """What the account gets of a message made for a test."""
    return compose(message_occurrence(entry), book.site.accounts[account_id], language, book)
