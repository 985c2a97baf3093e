"""The rows of the ledger as planning and delivering speak of them; no SQL is loaded for these."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from campaign.model import Post, State

POST: TypeAdapter[Post] = TypeAdapter(Post)
"""A post and its JSON, the form in which the ledger freezes and hashes it."""


CORRECTION = "correction"
"""The nature of a post that a person asked for and no file holds."""


def frozen(post: Post) -> str:
    """The JSON; what a post leaves at its default stays out, so that a field that is new changes no revision."""
    return POST.dump_json(post, exclude_defaults=True).decode()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row as the files want it; times in ms, `content` is the post's JSON and `revision` its hash."""

    key: str
    entry: str
    name: str
    campaign: str
    account: str
    kind: str
    language: str
    role: str
    nature: str
    page: str
    source: str
    due: int | None
    own_time: int | None
    expires: int | None
    late_after: int | None
    late_then: str
    revision: str
    content: str
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What planning needs to know of a row that exists."""

    key: str
    name: str
    account: str
    kind: str
    nature: str
    source: str
    state: State
    held_for: str
    due: int | None
    schedule: str  # due, expiry and late rule, to see whether they changed
    revision: str
    published_revision: str | None
    orphaned: bool
    withdrawn: str
    torn: bool = False  # the first posts of its thread are out, the rest is to follow


_NEW = {State.PLANNED: "new", State.PAST: "over already", State.HELD: "new and held"}


@dataclass(frozen=True, slots=True)
class Change:
    """What planning decided for one key. `state` None: the row keeps its state.

    `was` is the state the decision was made on: a row that moved on meanwhile is left alone and seen again.
    """

    key: str
    was: State | None  # None: a new row
    state: State | None = None
    wanted: Wanted | None = None  # new wording, times and place in the files
    held_for: str = ""
    reason: str = ""
    orphaned: bool = False
    withdrawn: str | None = None

    @property
    def verb(self) -> str:
        """What it does, in a word for people."""
        if self.was is None:
            return _NEW.get(self.state or State.PLANNED, str(self.state))
        if self.orphaned:
            return "published, no longer in the files"
        return "edited" if self.state is None else str(self.state)


def schedule_of(row: Wanted | Mapping[str, Any]) -> str:
    """Due, expiry and late rule as one comparable word."""
    values = asdict(row) if isinstance(row, Wanted) else row
    return f"{values['due']}/{values['expires']}/{values['late_after']}/{values['late_then']}"
