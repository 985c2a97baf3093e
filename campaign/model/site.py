"""What the operator decided, as the pure modules need it: the site, its accounts and their limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from campaign.model.entries import Localised, Schedules
from campaign.model.pace import Pace, Quiet
from campaign.model.times import IfLate

LOCAL_KINDS = frozenset({"feed", "site", "calendar"})
"""Kinds whose rows settle in the ledger without a request; their files are projections of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account's service allows; `compose` obeys it and never cuts. 0 means no limit.

    `unit` says how the text is counted: graphemes, weighted (as X does), utf16 (code units), bytes, threads (an emoji
    is its bytes) or escaped (as LinkedIn wants its signs written).
    """

    characters: int = 0
    unit: Literal["graphemes", "weighted", "utf16", "bytes", "threads", "escaped"] = "graphemes"
    album_characters: int = 0  # of a post with several pictures, where that is less
    bytes: int = 0
    url_weight: int = 0  # what any http(s) address costs; 0: counted in full
    images: int = 4
    alt_characters: int = 1500
    image_bytes: int = 950_000
    image_pixels: int = 4_000_000
    card_size: str = "og"  # which size of a card template this account takes
    layout: Literal["message", "parts"] = "message"  # one text with link and hashtags, or the parts kept apart
    editable: bool = True
    removable: bool = True
    threads: bool = False  # several posts in a row, each answering the one before
    replies: bool = False  # a post may answer an earlier one of the same account
    warnings: bool = False  # has a field for content warnings; elsewhere the warning opens the text
    alt_texts: bool = True  # has a field for them; elsewhere what a picture says follows the text
    most_hashtags: int = 0
    least_images: int = 0  # a post without a picture is refused
    hosted: bool = False  # fetches pictures from their public address
    picture_type: str = ""  # the only media type it takes; "": PNG and JPEG
    pace: tuple[int, int] = (0, 0)  # at most so many posts in so many seconds


@dataclass(frozen=True, slots=True)
class Account:
    """One configured identity on a kind of service."""

    id: str
    kind: str
    languages: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)
    together: bool = False  # one post holds all its languages
    spacing: float = 0  # seconds between two posts, at least
    quiet: Quiet | None = None  # when nothing is pushed, in the site's local time

    @property
    def paces(self) -> dict[str, Pace]:
        """By name, what its posts keep."""
        posts, seconds = self.limits.pace
        found = {"service": Pace(posts, seconds)} if posts else {}
        return found | ({"spacing": Pace(1, self.spacing)} if self.spacing else {})

    @property
    def local(self) -> bool:
        """True where being published is a row in our own ledger and nothing else."""
        return self.kind in LOCAL_KINDS


@dataclass(frozen=True, slots=True)
class Site:
    """The operator's decisions that shape what is planned; never secrets."""

    name: Localised
    base_url: str  # no trailing slash
    languages: tuple[str, ...]
    timezone: str
    country: str  # ISO 3166, for public holidays
    accounts: Mapping[str, Account]
    if_late: IfLate
    helplines: tuple[str, ...] = ()  # contact ids shown on every page
    exit_url: str = ""  # where "leave this page quickly" goes
    tag_year: int = 2023  # the year in `tag:` addresses; never changed once feeds are out (RFC 4151)
    publisher: Localised = field(default_factory=dict)
    contact_url: str = ""

    def of_kind(self, kind: str) -> tuple[Account, ...]:
        """The accounts of one kind, in the order of the configuration."""
        return tuple(account for account in self.accounts.values() if account.kind == kind)

    @property
    def host(self) -> str:
        """The host name of the public site, as UIDs and `tag:` addresses use it."""
        return self.base_url.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]


def help_lines(site: Site, schedules: Schedules) -> dict[str, list[tuple[str, str, str]]]:
    """Language → (name, number as displayed, number) of the contacts that every page and mail shows."""
    contacts = [schedules.contacts[name] for name in site.helplines if name in schedules.contacts]
    return {
        language: [(contact.name.get(language, ""), contact.display, contact.phone) for contact in contacts]
        for language in site.languages
    }
