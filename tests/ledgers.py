"""A ledger in a folder, rows to put into it, and a clock that a test moves."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from campaign.deliver import Desk
from campaign.deliver.desk import Press
from campaign.errors import DeliveryError
from campaign.model import Attempt, Limits, Picture, Post, Receipt, State
from campaign.store import outbox, to_ms
from campaign.store.database import Database, open_database
from campaign.store.values import Change, Wanted, frozen

NOON = dt.datetime(2023, 9, 18, 9, 0, tzinfo=dt.UTC)


def open_ledger(folder: Path, mode: str = "sandbox", now: dt.datetime = NOON) -> Database:
    """A fresh or existing SQLite ledger."""
    return open_database(f"sqlite:///{folder}/campaign.db", mode, now)


def make_wanted(key: str = "kampana/kickoff>mastodon:lv", *, kind: str = "mastodon", **changes: Any) -> Wanted:
    """A row as a plan wants it, due at noon."""
    entry, place = key.split(">")
    account, language = place.split(":")
    post = Post("message", language, "Glāžšķūņu rūķīši", f"Glāžšķūņu rūķīši {key}")
    row = Wanted(
        key=key,
        entry=entry,
        name=entry.split("@")[0],
        campaign=entry.split("/")[0],
        account=account,
        kind=kind,
        language=language,
        role="post",
        nature="message",
        page=entry,
        source="schedules/kampana.yaml",
        due=to_ms(NOON),
        own_time=to_ms(NOON),
        expires=None,
        late_after=2 * 3600 * 1000,
        late_then="ask",
        revision="r1",
        content=frozen(post),
    )
    return replace(row, **{"own_time": changes.get("due", row.due), **changes})


def put(database: Database, *rows: Wanted, state: State = State.PLANNED, now: dt.datetime = NOON) -> None:
    """Insert planned rows."""
    with database.write() as connection:
        outbox.insert(connection, [Change(row.key, None, state, row) for row in rows], now)


def states(database: Database) -> dict[str, str]:
    """Key → state."""
    with database.read() as connection:
        return {key: str(known.state) for key, known in outbox.known(connection).items()}


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: dt.datetime = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Move it on."""
        self.now += dt.timedelta(**parts)


@dataclass
class Service:
    """A channel whose world is a dictionary. `faults` are raised in turn: before publishing, or `after` it."""

    posts: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, Exception]] = field(default_factory=list)
    finds: list[Exception] = field(default_factory=list)
    calls: int = 0
    limits: Limits = field(default_factory=Limits)
    look_ups: int = 1
    longest: float = 10.0

    def service_key(self, key: str, revision: str, due_ms: int) -> str:
        return f"{key}/{due_ms}"

    def send(self, attempt: Attempt) -> Receipt:
        self.calls += 1
        when, fault = self.faults.pop(0) if self.faults else ("", None)
        if fault is not None and when == "before":
            raise fault
        self.posts[f"{attempt.service_key}#{self.calls}"] = attempt.post.text
        if fault is not None:
            raise fault
        return Receipt(f"{attempt.service_key}#{self.calls}", f"https://social.example/{self.calls}")

    def find(self, attempt: Attempt) -> Receipt | None:
        if self.finds:
            raise self.finds.pop(0)
        found = [name for name in self.posts if name.startswith(attempt.service_key + "#")]
        return Receipt(found[0]) if found else None

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        self.posts[receipt.remote_id] = attempt.post.text
        return receipt

    def remove(self, receipt: Receipt) -> None:
        self.posts.pop(receipt.remote_id, None)

    def check(self) -> str:
        return "ok"


def no_picture(picture: Picture) -> tuple[bytes, str]:
    """For posts without pictures."""
    raise DeliveryError(f"no picture expected: {picture.id}")


def make_desk(
    database: Database, services: Mapping[str, Service], clock: Clock, presses: Mapping[str, Press] | None = None
) -> Desk:
    """A courier's desk over fake services."""
    return Desk(
        database=database,
        channels=services,
        presses=presses or {},
        load=no_picture,
        owner="test",
        clock=clock,
        jitter=lambda: 0.5,
        stopping=lambda: False,
        longest=150,
        report=lambda _: None,
    )
