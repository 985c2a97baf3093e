"""What composing needs to know beyond the entry itself, looked up once per plan."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from campaign.model import (
    Account,
    Campaign,
    Card,
    Event,
    EventFacts,
    EventTime,
    Image,
    Message,
    Observance,
    Occurrence,
    Page,
    Post,
    Problem,
    Schedules,
    Site,
    Spot,
    Tier,
    address_of,
)
from campaign.model import Severity as Weight

Made = TypeVar("Made")
Entry = Message | Event | Observance | Page


@dataclass(frozen=True, slots=True)
class Composed:
    """What one account gets of one occurrence; without a post, `skip` or `problems` say why.

    Beside a post, `problems` are warnings.
    """

    post: Post | None = None
    cards: tuple[Card, ...] = ()
    closing: Card | None = None  # what ends them where they become several pictures
    images: tuple[Image, ...] = ()
    thread_images: tuple[tuple[Image, ...], ...] = ()  # of each post that follows in a thread
    problems: tuple[Problem, ...] = ()
    skip: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One post to compose: this occurrence, for this account, in this language."""

    occurrence: Occurrence
    account: Account
    language: str
    book: "Book"


@dataclass(frozen=True, eq=False)
class Book:
    """Everything a plan composes from. `calendar` holds the occurrences of events and observances."""

    schedules: Schedules
    site: Site
    calendar: tuple[Occurrence, ...] = ()
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def campaigns(self) -> Mapping[str, Campaign]:
        return {campaign.id: campaign for campaign in self.schedules.campaigns}

    @cached_property
    def mistaken(self) -> frozenset[str]:
        """Entries (`campaign/entry`, `contacts/emergency`) that stand in the files and have a mistake themselves."""
        return frozenset(problem.entry for problem in self.schedules.problems if problem.tier is Tier.ENTRY)

    @cached_property
    def unreadable(self) -> tuple[str, ...]:
        """Registries that cannot be read."""
        return tuple(file.path for file in self.schedules.files if file.registry and not file.readable)

    @cached_property
    def entries(self) -> Mapping[str, Message | Event]:
        """Messages and events by their key."""
        messages = {message.key: message for campaign in self.schedules.campaigns for message in campaign.messages}
        return messages | {event.key: event for campaign in self.schedules.campaigns for event in campaign.events}

    @cached_property
    def dates(self) -> Mapping[str, tuple[Occurrence, ...]]:
        """The dated occurrences of an event (by its key) or an observance (by its id), earliest first."""
        found: dict[str, list[Occurrence]] = defaultdict(list)
        for occurrence in self.calendar:
            entry = occurrence.entry
            if occurrence.event is not None and not occurrence.announcement:
                found[entry.key if isinstance(entry, Event) else entry.id].append(occurrence)
        return {name: tuple(sorted(dated, key=starts_of)) for name, dated in found.items()}

    def once(self, name: object, make: Callable[[], Made]) -> Made:
        """What was made under this name before, or now."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made

    def page_of(self, entry_key: str, language: str) -> str:
        """Address of an entry's own page, or nothing where the site has none in this language."""
        has_page = self.once(
            ("site in", language),
            lambda: any(language in account.languages for account in self.site.of_kind("site")),
        )
        return f"{self.site.base_url}{address_of(entry_key, language)}" if has_page else ""

    def occurrence_of(self, name: str, day: dt.date | None, own: dt.date | None = None) -> Occurrence | None:
        """The date of an event (by its key) or observance (by its id) that a text means.

        That of the rule's `own` date, else the next one from `day` on, else the last; a single event has only one.
        """
        dated = self.dates.get(name, ())
        ours = (occurrence for occurrence in dated if own is not None and occurrence.date == own)
        ahead = (occurrence for occurrence in dated if day is None or starts_of(occurrence)[:10] >= day.isoformat())
        return next(ours, None) or next(ahead, None) or (dated[-1] if dated else self._single(name))

    def _single(self, key: str) -> Occurrence | None:
        """The one date of an event that the calendar no longer holds."""
        entry = self.entries.get(key)
        if not isinstance(entry, Event) or not isinstance(entry.time, EventTime):
            return None
        time, size = entry.time, 10 if entry.time.all_day else 16
        ends = time.ends.isoformat()[:size] if time.ends else ""
        starts = time.starts.isoformat()[:size]
        facts = EventFacts(starts, ends, time.all_day, entry.timezone, entry.status, entry.attendance)
        return Occurrence(key, entry, event=facts)


def starts_of(occurrence: Occurrence) -> str:
    """When an event or observance starts, as its facts say."""
    return occurrence.event.starts if occurrence.event else ""


def local_time(occurrence: Occurrence, site: Site) -> dt.datetime | None:
    """The wall time at which a post goes out; None when that is not known beforehand."""
    if occurrence.wall is not None and not occurrence.shifted:
        return occurrence.wall
    if occurrence.due is None:
        return None
    zone = getattr(occurrence.entry, "timezone", site.timezone)
    return occurrence.due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def key_of(entry: Entry) -> str:
    """The entry as a problem names it."""
    if isinstance(entry, Message | Event):
        return entry.key
    return f"{'pages' if isinstance(entry, Page) else 'observances'}/{entry.id}"


def spot_of(entry: Entry, *fields: str) -> Spot:
    """Where the first of these fields stands in the entry's file."""
    spots = {} if isinstance(entry, Observance) else entry.spots
    for name in fields:
        if name in spots:
            return spots[name]
    if isinstance(entry, Page):
        return next(iter(entry.spots.values()), Spot(f"schedules/pages/{entry.id}.md"))
    return entry.spot


def place_of_card(spots: Mapping[str, Spot], number: int, above: str = "card") -> str:
    """The path of an entry's card of this number: `card`, and in a list `card.1`."""
    in_list = f"{above}.{number}"
    return in_list if in_list in spots else above


def finding(entry: Entry, code: str, message: str, **more: Any) -> Problem:
    """An error that keeps this entry's post from going out; `fields` says where it stands, most exact first."""
    fields = more.pop("fields", ())
    return Problem(
        spot=spot_of(entry, *fields),
        code=code,
        severity=Weight.ERROR,
        message=message,
        field=fields[0] if fields else "",
        tier=Tier.CONTENT,
        entry=key_of(entry),
        **more,
    )
