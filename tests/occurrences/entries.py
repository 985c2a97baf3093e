"""Campaigns, messages and events in a few words, and what becomes of them in a window."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from campaign.model import (
    At,
    Campaign,
    Event,
    EventFacts,
    EventTime,
    Message,
    Observance,
    Occurrence,
    Period,
    Repeat,
    RepeatingEvent,
    Rule,
    Schedules,
    Spot,
    When,
    Window,
)
from campaign.occurrences import expand
from tests.samples import make_site

SPOT = Spot("schedules/kampaņa.yaml")
SCHEDULES = Path(__file__).parents[2] / "schedules"
LANGUAGES = ("lv", "en", "ru")


def wall(words: str) -> dt.datetime:
    """`2023-10-18 10:00`."""
    return dt.datetime.fromisoformat(words)


def day(words: str) -> dt.date:
    return dt.date.fromisoformat(words)


def window(first: str, last: str, *, past: bool = False) -> Window:
    return Window(day(first), day(last), past)


def message(name: str, when: When | str, zone: str = "Europe/Riga", **more: Any) -> Message:
    told = At(wall(when)) if isinstance(when, str) else when
    return Message("kampana", name, SPOT, told, zone, LANGUAGES, ("feed",), text={"lv": "glāžšķūņu rūķīši"}, **more)


def event(name: str, starts: str | RepeatingEvent | EventTime, ends: str = "", **more: Any) -> Event:
    time = EventTime(wall(starts), wall(ends) if ends else None) if isinstance(starts, str) else starts
    return Event("kampana", name, SPOT, time, "Europe/Riga", LANGUAGES, {"lv": "Tikšanās"}, **more)


def repeat(rrule: str, time: str = "09:00", **more: Any) -> Repeat:
    """A repetition; `start` and `until` may be written."""
    dates: dict[str, Any] = {name: _day(more.pop(name, None)) for name in ("start", "until")}
    return Repeat(Rule(rrule, rrule), dt.time.fromisoformat(time), **dates, **more)


def _day(said: str | dt.date | None) -> dt.date | None:
    return day(said) if isinstance(said, str) else said


def campaign(*entries: Message | Event, **more: Any) -> Campaign:
    messages = tuple(entry for entry in entries if isinstance(entry, Message))
    events = tuple(entry for entry in entries if isinstance(entry, Event))
    return Campaign("kampana", SPOT, {"lv": "Kampaņa"}, LANGUAGES, "Europe/Riga", messages, events, **more)


def expanded(what: Campaign | Schedules, span: Window, country: str = "LV") -> dict[str, Occurrence]:
    """Key → occurrence, in the order of the expansion."""
    schedules = what if isinstance(what, Schedules) else Schedules(campaigns=(what,))
    found = list(expand(schedules, replace(make_site(), country=country), span))
    assert len({occurrence.key for occurrence in found}) == len(found), "two occurrences of one key"
    return {occurrence.key: occurrence for occurrence in found}


def facts_of(occurrence: Occurrence) -> EventFacts:
    """The dated event of an occurrence that must have one."""
    assert occurrence.event is not None
    return occurrence.event


def walls(found: dict[str, Occurrence]) -> dict[str, str]:
    """Key → local time, to read in a test."""
    return {key: f"{occurrence.wall:%Y-%m-%d %H:%M}" if occurrence.wall else "" for key, occurrence in found.items()}


def observances() -> dict[str, Observance]:
    """The days of the sample workspace, those with a moving date among them."""
    data = yaml.load((SCHEDULES / "observances.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    return {entry["id"]: _observance(entry) for entry in (*data["observances"], *data["moving"])}


def _observance(entry: dict[str, Any]) -> Observance:
    first = entry.get("first")
    rule = Rule(entry["rule"], entry["rule"])
    days = int(entry.get("days", 1))
    return Observance(entry["id"], SPOT, entry["name"], rule, days, int(first) if first else None)


def observing(*names: str, first: str, last: str, known: dict[str, Observance] | None = None) -> Schedules:
    """A campaign that names some days for a period."""
    one = campaign(observances=names, period=Period(day(first), day(last)))
    return Schedules(campaigns=(one,), observances=known or observances())
