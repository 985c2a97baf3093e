"""A ledger in a folder, rows to put into it, and a clock that a test moves."""

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from campaign.deliver import Desk
from campaign.deliver.desk import Press
from campaign.errors import DeliveryError
from campaign.model import Attempt, Limits, Picture, Post, Receipt, State
from campaign.store import outbox, to_ms
from campaign.store.database import Database, open_database
from campaign.store.values import Change, Wanted, frozen

NOON = dt.datetime(2023, 9, 18, 9, 0, tzinfo=dt.UTC)


def open_ledger(folder: Path, mode: str = "sandbox", now: dt.datetime = NOON) -> Database:
    """The fresh or existing ledger of a folder: SQLite, or a schema of its own where PostgreSQL is under test."""
    database = open_database(_under_test.url_of(folder), mode, now)
    _under_test.opened.append(database)
    return database


def in_file(folder: Path) -> str:
    """SQLite, as the program does it by itself."""
    return f"sqlite:///{folder}/campaign.db"


def in_postgres(folder: Path) -> str:
    """A schema named after the folder, made if it is not there."""
    schema = f"t{hashlib.sha256(str(folder).encode()).hexdigest()[:24]}"
    engine = create_engine(os.environ[POSTGRES])
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    engine.dispose()
    url = make_url(os.environ[POSTGRES]).update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)


POSTGRES = "CAMPAIGN_TEST_POSTGRES"
"""A variable with the URL of a database whose contents may go; without it only SQLite is tested."""
KINDS = {"sqlite": in_file} | ({"postgres": in_postgres} if os.environ.get(POSTGRES) else {})


@dataclass
class _UnderTest:
    url_of: Callable[[Path], str] = in_file
    opened: list[Database] = field(default_factory=list)


_under_test = _UnderTest()


@contextmanager
def ledgers_of(kind: str) -> Iterator[None]:
    """Every ledger opened meanwhile is of this kind, and closed afterwards."""
    _under_test.url_of = KINDS[kind]
    try:
        yield
    finally:
        _under_test.url_of = in_file
        while _under_test.opened:
            _under_test.opened.pop().close()


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
