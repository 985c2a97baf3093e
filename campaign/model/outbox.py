"""What is going out, and what came of it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from campaign.model.entries import Event, Message, Observance, Page
from campaign.model.problems import Problem

Kind = Literal["message", "digest", "event", "observance", "page"]


class State(StrEnum):
    """Where a delivery stands; the transitions are declared in `store`."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    WAITING = "waiting"  # tried, certainly not published, to be tried again
    UNCERTAIN = "uncertain"  # the answer was lost
    REJECTED = "rejected"
    MISSED = "missed"
    HELD = "held"  # this row needs a person
    CANCELLED = "cancelled"
    PAST = "past"  # due before its key could have been planned here
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Window:
    """Local dates, both included. Entries that repeat without a `from` begin at `first`."""

    first: dt.date
    last: dt.date
    past: bool = False  # also everything due before `first` that is not open-ended


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One dated instance of an entry.

    `key` is `campaign/entry[@date]`, `date` the rule's own date. `due` is an instant in UTC; None: at once, as
    soon as it is known. `wall` is the local time as written, before a gap moved it. `event` is this date's event.
    `answers` is the key of the occurrence it answers; empty where its entry answers none, or none so early.
    """

    key: str
    entry: Message | Event | Observance | Page
    date: dt.date | None = None
    due: dt.datetime | None = None
    wall: dt.datetime | None = None
    expires: dt.datetime | None = None
    event: "EventFacts | None" = None
    announcement: str = ""  # "14d-1000", "moved@2023-09-14", "cancelled": a post made from an event
    shifted: str = ""  # "gap", "fold", "holiday" when `due` is not simply `wall`
    answers: str = ""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One dated event in one language; texts are empty until a language is chosen.

    Wall times are ISO 8601 without offset in `zone` (`2023-09-12T10:00`); all-day events hold dates, `ends` being
    the last day included. `was_starts` is the start first announced when it moved.
    """

    starts: str
    ends: str
    all_day: bool
    zone: str
    status: Literal["confirmed", "tentative", "postponed", "cancelled"] = "confirmed"
    attendance: Literal["", "in-person", "online", "mixed"] = ""  # "" for observances
    place: str = ""
    address: str = ""
    online: str = ""
    organizer: str = ""
    spoken: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    price: str = ""
    was_starts: str = ""
    reason: str = ""  # why it moved or was called off
    changed_on: str = ""
    changes: int = 0  # how many changes were announced; counts in SEQUENCE


@dataclass(frozen=True, slots=True)
class Card:
    """The inputs of one drawn picture: final words only, so that any machine can paint it from the ledger."""

    template: str
    size: str
    language: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A photo or other ready-made picture below `assets/`, pinned by the hash of its bytes."""

    path: str
    digest: str


MOST_BYTES = 950_000
"""What the strictest service takes for one picture."""
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a post. `id` is the hash of its inputs, template and assets, never of pixels."""

    id: str
    source: Card | File
    alt: str
    width: int
    height: int
    media_type: str = "image/png"
    credit: str = ""
    most_bytes: int = MOST_BYTES

    @property
    def name(self) -> str:
        """Its file name on the public site."""
        return f"{self.id[:32]}.{_ENDINGS[self.media_type]}"


@dataclass(frozen=True, slots=True)
class Segment:
    """One further post of a thread; it answers the one before it."""

    text: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """Final wording in one language for one account; its JSON is what the ledger freezes and hashes."""

    kind: Kind
    language: str
    title: str
    text: str  # exactly what is sent: summary, footer, link and hashtags within the account's limits
    summary: str = ""  # the editors' text alone, fields filled
    footer: str = ""
    html: str = ""  # long form, sanitised
    link: str = ""
    hashtags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    event: EventFacts | None = None
    sources: tuple[str, ...] = ()  # of the figures used
    phones: tuple[tuple[str, str], ...] = ()  # (display, phone) of every number named in the text
    date: str = ""  # the local time it belongs to, ISO 8601: `at`, an event's start, a page's date
    translated_from: str = ""
    own_issue: bool = False
    ahead_days: int = 0  # of an issue: how many days of coming events it lists
    even_empty: bool = False  # of an issue: mailed also when there is nothing to say
    also_in: tuple[str, ...] = ()  # further languages of the same post, in the order of their texts
    content_warning: str = ""  # only where the service has a field for it; elsewhere it opens the text
    thread: tuple[Segment, ...] = ()  # what follows `text` and `pictures`, where the service has threads
    reply_to: str = ""  # the delivery this one answers, where the service has answers

    @property
    def every_picture(self) -> tuple[Picture, ...]:
        """Those of the whole thread."""
        return (*self.pictures, *(picture for segment in self.thread for picture in segment.pictures))


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as planned: what goes where and when. `post` is None where nothing can be composed (see problems)."""

    key: str  # campaign/entry[@date]>account:language
    occurrence: Occurrence
    account: str
    kind: str  # of the account
    language: str
    post: Post | None
    skip: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """One delivery of an own outlet as the ledger has it published; projections read nothing else."""

    key: str
    entry: str  # campaign/entry[@date]
    account: str
    kind: str  # feed, site or calendar
    post: Post
    published: dt.datetime  # first publication, UTC
    updated: dt.datetime  # last change of the published content, UTC
    due: dt.datetime | None = None
    sequence: int = 0
    corrected: str = ""  # a public note
    withdrawn: str = ""  # published, then withdrawn: the public reason; kept as a tombstone


# ---------------------------------------------------------------- the channel contract


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a service accepted: its id for the post, the public address, and what else edit and remove need."""

    remote_id: str
    url: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to publish a frozen post. The bytes never change between tries of one revision.

    `service_key` is the service's own idempotency key, derived once and stored before the first request.
    `notes` are ids that earlier steps were handed; `note(name, value)` is durable when it returns.
    Notes named `part-1`, `part-2` … are posts of a thread that are public already.
    `known`, for `find` only, are remote ids of this account already in the ledger: it must never claim one of them.
    `parent` is the receipt of the post that this one answers.
    """

    key: str
    revision: str
    service_key: str
    post: Post
    now: dt.datetime
    first_tried: dt.datetime
    load: Callable[[Picture], tuple[bytes, str]]  # picture → bytes and media type, within the account's limits
    note: Callable[[str, str], None]
    notes: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    parent: Receipt | None = None


def address_of(entry_key: str, language: str) -> str:
    """Path of an entry's own page, from its key: `/lv/e/campaign/entry/2023-09-05/`; articles `/lv/pages/<id>/`."""
    path = entry_key.replace("@", "/").replace("+", "/")
    return f"/{language}/{path}/" if path.startswith("pages/") else f"/{language}/e/{path}/"
