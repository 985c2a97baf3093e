"""What a team writes: campaigns, messages, events and the registries, read and typed (format.md).

Inheritance is resolved while reading: a message already carries its campaign's accounts, link, hashtags,
footer, languages and defaults, so no later stage asks its campaign for them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from campaign.model.problems import Problem, Spot
from campaign.model.times import At, Expiry, IfLate, Period, Relative, Repeat, Rule, When

Localised = Mapping[str, str]
"""Language → text."""
Attendance = Literal["in-person", "online", "mixed"]


# ---------------------------------------------------------------- messages


@dataclass(frozen=True, slots=True)
class Image:
    """A picture file, relative to `assets/`: beside the cards, or as the photo of one."""

    file: str
    alt: Localised
    credit: str = ""
    consent: str = ""  # the record of the consent of everybody shown, or why none is needed
    focus: tuple[float, float] = (0.5, 0.5)  # on a card: what must stay in view, from 0 to 1 across and down


@dataclass(frozen=True, slots=True)
class CardChoice:
    """Which card template draws a picture, with the fields the editor gave it (`items`, …) and its photo."""

    template: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    photo: Image | None = None


EVENT_CARDS = (CardChoice("event"),)
"""What an event shows unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A text made from the calendar."""

    period: Literal["month", "week", "next month", "next week"]
    campaigns: tuple[str, ...] = ()  # empty: all of them
    intro: Localised = field(default_factory=dict)
    if_empty: Literal["skip", "send"] = "skip"


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """One post of a thread, as written."""

    text: Localised
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """What one account, kind or date says otherwise; `None` means "as the message says"."""

    text: Localised | None = None
    title: Localised | None = None
    link: Localised | None = None
    hashtags: Mapping[str, tuple[str, ...]] | None = None
    footer: Localised | None = None  # `footer: none` is an empty mapping
    cards: tuple[CardChoice, ...] | None = None  # `card: none` is an empty tuple
    images: tuple[Image, ...] | None = None
    skip: str = ""  # the reason why this account gets nothing
    cancelled: bool = False  # one date of a repeating event, called off visibly
    reason: Localised | None = None
    time: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One text to go out, once or recurring.

    `thread` is the same text as several posts in a row; `text` then holds them all, in the languages each one has.
    """

    campaign: str
    id: str
    spot: Spot
    when: When
    timezone: str
    languages: tuple[str, ...]  # the first of the campaign's is the source language
    accounts: tuple[str, ...]
    text: Localised = field(default_factory=dict)
    title: Localised = field(default_factory=dict)
    body: str = ""  # `pages/<id>`
    topics: tuple[str, ...] = ()
    link: Localised = field(default_factory=dict)
    hashtags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    footer: Localised = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    cards: tuple[CardChoice, ...] = ()
    images: tuple[Image, ...] = ()
    contacts: tuple[str, ...] = ()
    event: str = ""
    observance: str = ""
    note: str = ""
    placeholder: bool = False
    draft: bool = False
    expires: Expiry | None = None
    if_late: IfLate | None = None
    variants: Mapping[str, Variant] = field(default_factory=dict)  # by account id, else by kind
    on: Mapping[dt.date, Variant] = field(default_factory=dict)
    own_issue: bool = False
    digest: Digest | None = None
    content_warning: Localised = field(default_factory=dict)
    thread: tuple[ThreadPost, ...] = ()
    reply_to: str = ""  # the key of the message it answers
    spots: Mapping[str, Spot] = field(default_factory=dict)  # "text.lv" → where it stands

    @property
    def key(self) -> str:
        """`campaign/entry`."""
        return f"{self.campaign}/{self.id}"


# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class EventTime:
    """Wall times in the campaign's zone; an all-day event holds the midnights of its first and last day."""

    starts: dt.datetime
    ends: dt.datetime | None = None
    all_day: bool = False


@dataclass(frozen=True, slots=True)
class RepeatingEvent:
    """`repeat` + `from` + `time: 10:00-12:00`."""

    repeat: Repeat
    ends: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change the public is told of: `on` this day, what it `was` (`starts`, `ends`, `place`, …, as written)."""

    on: dt.date
    was: Mapping[str, str] = field(default_factory=dict)
    reason: Localised = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A post made from the event itself; `id` is its part of the key (`14d-1000`, `moved`, `cancelled`)."""

    id: str
    when: Relative | Literal["moved", "cancelled"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something with a place or a duration; it appears in the calendar, on the site and in the feeds."""

    campaign: str
    id: str
    spot: Spot
    time: EventTime | RepeatingEvent
    timezone: str
    languages: tuple[str, ...]
    title: Localised
    summary: Localised = field(default_factory=dict)
    status: Literal["confirmed", "tentative", "postponed", "cancelled"] = "confirmed"
    changes: tuple[Change, ...] = ()
    attendance: Attendance = "in-person"
    place: Localised = field(default_factory=dict)  # resolved: the place's name when it came from places.yaml
    place_id: str = ""
    online: str = ""
    organizer: Localised = field(default_factory=dict)
    spoken: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    price: str = ""  # "" not said, "0" free
    announce: tuple[Announcement, ...] = ()
    announce_accounts: tuple[str, ...] = ()  # the campaign's accounts
    publish: At | None = None  # None: at once
    topics: tuple[str, ...] = ()
    link: Localised = field(default_factory=dict)
    hashtags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    footer: Localised = field(default_factory=dict)
    cards: tuple[CardChoice, ...] = EVENT_CARDS
    images: tuple[Image, ...] = ()
    on: Mapping[dt.date, Variant] = field(default_factory=dict)
    note: str = ""
    placeholder: bool = False
    draft: bool = False
    spots: Mapping[str, Spot] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """`campaign/entry`."""
        return f"{self.campaign}/{self.id}"


# ---------------------------------------------------------------- campaigns and registries


@dataclass(frozen=True, slots=True)
class Campaign:
    """One schedule file."""

    id: str
    spot: Spot
    title: Localised
    languages: tuple[str, ...]
    timezone: str
    messages: tuple[Message, ...] = ()  # the items of `series` among them
    events: tuple[Event, ...] = ()
    observances: tuple[str, ...] = ()
    period: Period | None = None
    topics: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One public page's word about a contact's hours."""

    text: str
    source: str = ""
    as_of: str = ""
    where: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A help contact; `display` is what a text shows."""

    id: str
    spot: Spot
    phone: str
    display: str
    name: Localised
    provider: Localised = field(default_factory=dict)
    always: bool = False
    hours: Localised = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    source: str = ""
    status: str = ""
    verified_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure or statement; partial dates are widened (`as_of` to their first day, `valid_until` to the last)."""

    id: str
    spot: Spot
    claim: Localised
    source: str
    as_of: dt.date | None = None
    valid_until: dt.date | None = None
    superseded_by: str = ""


@dataclass(frozen=True, slots=True)
class Observance:
    """An awareness day or span of `days`."""

    id: str
    spot: Spot
    name: Localised
    rule: Rule
    days: int = 1
    first: int | None = None  # first year marked
    until: int | None = None
    authority: str = ""
    source: str = ""
    draft_names: tuple[str, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event is held."""

    id: str
    spot: Spot
    name: Localised
    address: Localised = field(default_factory=dict)
    entrance: Localised = field(default_factory=dict)
    map: str = ""
    accessibility: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody whom texts name: by their handle where they have one on a network, elsewhere by their name."""

    id: str
    spot: Spot
    name: Localised
    handles: Mapping[str, str] = field(default_factory=dict)  # by account id or kind


@dataclass(frozen=True, slots=True)
class GlossaryWord:
    """A word to avoid and what to prefer, in one language."""

    language: str
    avoid: str
    prefer: str
    reason: str = ""
    spot: Spot = Spot("glossary.yaml")


@dataclass(frozen=True, slots=True)
class Page:
    """An article: Markdown per language with its front matter."""

    id: str
    spots: Mapping[str, Spot]
    title: Localised
    markdown: Localised
    published: dt.date | None = None
    updated: dt.date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that was read: `digest` of its bytes; `campaign` is empty for registries and unreadable files."""

    path: str
    digest: str
    campaign: str = ""
    readable: bool = True
    registry: bool = False


@dataclass(frozen=True, slots=True)
class Schedules:
    """Everything below `schedules/`, as far as it reads, and what is wrong with the rest."""

    campaigns: tuple[Campaign, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    observances: Mapping[str, Observance] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    glossary: tuple[GlossaryWord, ...] = ()
    pages: Mapping[str, Page] = field(default_factory=dict)
    files: tuple[SourceFile, ...] = ()
    problems: tuple[Problem, ...] = ()
    hold: str | None = None  # the first line of the file HOLD
