"""What the page shows: days, their entries, and each post as its account gets it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from campaign.model import Account, Draft, Limits, Picture, Post, Problem, Segment, address_of
from campaign.newsletter.issue import Mail
from campaign.preview.looks import Look
from campaign.preview.words import marked
from campaign.text import length, urls

Show = Callable[[Picture], str]
"""The address of a picture from the page; "" where it cannot be drawn."""


@dataclass(frozen=True, slots=True)
class LinkCard:
    """What the network makes of the link of a post without pictures; words and picture may be unknown to us."""

    host: str
    title: str = ""
    words: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One post of a thread: the words and pictures, and how long the service takes the words to be."""

    text: Markup
    pictures: tuple[tuple[Picture, str], ...]
    count: int
    most: int  # 0: no limit
    card: LinkCard | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """What readers see of a post. `answers`: the place on this page of the post it answers, and its title."""

    post: Post
    pieces: tuple[Piece, ...]
    mail: Mail | None
    answers: tuple[str, str]
    undrawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One post of one account and language. `drawing` is None where nothing can be published: see `problems`."""

    id: str
    draft: Draft
    account: Account
    look: Look
    name: str
    handle: str
    visibility: str
    waits: str
    problems: tuple[Problem, ...]
    drawing: Drawing | None

    @property
    def time(self) -> str:
        """The hour that stands beside it, in local time."""
        wall = self.draft.occurrence.wall
        return f"{wall:%H:%M}" if wall else ""

    @property
    def path(self) -> str:
        """Where the own site shows it."""
        return address_of(self.draft.occurrence.key, self.draft.language)

    @property
    def languages(self) -> tuple[str, ...]:
        """Those of the text, in their order."""
        return (self.draft.language, *(self.draft.post.also_in if self.draft.post else ()))


@dataclass(slots=True)
class Entry:
    """One dated entry with all its posts: a row of them for each account."""

    id: str
    key: str
    title: str
    language: str  # of the title
    when: str  # as the page says it
    state: str
    notes: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    rows: dict[str, list[Shown]] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Each language once, in the order of the posts."""
        return tuple(dict.fromkeys(language for one in self.shown for language in one.languages))

    @property
    def classes(self) -> str:
        """Its accounts and languages, for the choice of what is shown."""
        return " ".join([*(f"a-{name}" for name in self.rows), *(f"l-{name}" for name in self.languages)])

    @property
    def shown(self) -> list[Shown]:
        """All posts."""
        return [one for row in self.rows.values() for one in row]

    @property
    def pictures(self) -> list[tuple[Picture, str]]:
        """Each picture of the entry once, for the contact sheet."""
        pieces = (piece for one in self.shown if one.drawing for piece in one.drawing.pieces)
        each = (found for piece in pieces for found in piece.pictures)
        return list({picture.id: (picture, file) for picture, file in each}.values())


@dataclass(slots=True)
class Day:
    """One day of the page; without a date for what goes out as soon as it is read."""

    date: dt.date | None
    entries: list[Entry] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Where it begins on the page."""
        return f"day-{self.date or 'now'}"

    @property
    def posts(self) -> int:
        """How many posts it shows."""
        return sum(len(entry.shown) for entry in self.entries)

    @property
    def classes(self) -> str:
        """The accounts that say something that day, for the choice of what is shown."""
        return " ".join(dict.fromkeys(f"a-{name}" for entry in self.entries for name in entry.rows))

    @property
    def name(self) -> str:
        """As a heading says it."""
        return f"{self.date:%A}, {self.date.day} {self.date:%B %Y}" if self.date else "At once"

    @property
    def month(self) -> str:
        """What days are gathered by; sorts as they do."""
        return f"{self.date:%Y-%m}" if self.date else ""

    @property
    def month_name(self) -> str:
        """Above the days of a month."""
        return f"{self.date:%B %Y}" if self.date else "No day"


@dataclass(frozen=True, slots=True)
class Painter:
    """Draws posts. `pages` are the posts of the own site by address: what a network reads to make a card of a link."""

    pages: Mapping[str, Post]
    show: Show

    def pieces(self, post: Post, limits: Limits, look: Look) -> tuple[Piece, ...]:
        """The post and what follows it in its thread."""
        segments = (Segment(post.text, post.pictures), *post.thread)
        return tuple(self._piece(post, segment, limits, look) for segment in segments)

    def _piece(self, post: Post, segment: Segment, limits: Limits, look: Look) -> Piece:
        drawn = ((picture, self.show(picture)) for picture in segment.pictures)
        album = limits.album_characters if len(segment.pictures) > 1 else 0
        return Piece(
            text=marked(segment.text, look),
            pictures=tuple((picture, file) for picture, file in drawn if file),
            count=length(post.content_warning + segment.text, limits),
            most=album or limits.characters,
            card=self._card(post, segment, look) if look.link_card and not segment.pictures else None,
        )

    def _card(self, post: Post, segment: Segment, look: Look) -> LinkCard | None:
        """The card of the first link of the text; of a post alone, of its own link else."""
        address = next((url.text for url in urls(segment.text)), "" if post.thread else post.link)
        if not address:
            return None
        host, page = address.split("://", 1)[-1].split("/", 1)[0], self.pages.get(address)
        picture = self.show(page.pictures[0]) if page and page.pictures else ""
        if look.link_card == "own":
            return LinkCard(host, post.title or address, first_words(post.summary), picture)
        return LinkCard(host, page.title, first_words(page.text), picture) if page else LinkCard(host)


def first_words(text: str) -> str:
    """As much of a text as cards of links show, ending at a word."""
    line = " ".join(text.split())
    return line if len(line) <= 140 else line[:140].rsplit(" ", 1)[0] + "…"
