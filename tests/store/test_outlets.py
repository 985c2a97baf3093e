"""Feed, site and calendar rows: published in the ledger, counted in SEQUENCE, shown until they are retracted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaign.model import EventFacts, Post
from campaign.store import outbox, outlets, to_ms
from campaign.store.database import Database
from campaign.store.schema import delivery
from campaign.store.values import POST, Change, Wanted
from tests.ledgers import NOON, make_wanted, open_ledger, put

KEY = "k/seminar>calendar:lv"
NOW = to_ms(NOON)
SEMINAR = EventFacts("2023-09-27T13:00", "2023-09-27T16:00", all_day=False, zone="Europe/Riga", place="Rīga")


def event(revision: str = "r1", **facts: Any) -> Wanted:
    post = Post("event", "lv", "Seminārs", "Seminārs Rīgā", event=replace(SEMINAR, **facts))
    content = POST.dump_json(post).decode()
    return make_wanted(KEY, kind="calendar", nature="event", due=None, revision=revision, content=content)


def published(database: Database, *edits: Wanted) -> int:
    """SEQUENCE after publishing each edit in turn."""
    put(database, edits[0])
    for edit in edits:
        with database.write() as connection:
            outbox.rewrite(connection, [Change(KEY, None, wanted=edit)])
            connection.execute(delivery.update().values(state="planned"))
            outlets.settle(connection, NOW)
    with database.read() as connection:
        (row,) = outlets.published(connection)
    return row.sequence


@pytest.mark.parametrize(
    ("edits", "sequence"),
    [
        ([event()], 0),
        ([event(changes=1)], 1),
        ([event(changes=1, status="cancelled")], 2),
        ([event(), event("r2", organizer="Kampaņas rīkotāji")], 0),
        ([event(), event("r2", starts="2023-09-28T13:00")], 1),
        ([event(), event("r2", place="Jelgava")], 1),
        ([event(), event("r2", status="cancelled"), event("r3")], 2),
    ],
)
def test_sequence_counts_what_a_calendar_shows_otherwise(tmp_path: Path, edits: list[Wanted], sequence: int) -> None:
    assert published(open_ledger(tmp_path), *edits) == sequence


def test_the_first_publication_stays_and_the_last_change_moves(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    put(database, event())
    for step, revision in enumerate(("r1", "r2")):
        with database.write() as connection:
            outbox.rewrite(connection, [Change(KEY, None, wanted=event(revision))])
            connection.execute(delivery.update().values(state="planned"))
            outlets.settle(connection, NOW + step * 1000)
    with database.read() as connection:
        (row,) = outlets.published(connection)
    assert (to_ms(row.published), to_ms(row.updated)) == (NOW, NOW + 1000)


def test_a_held_edit_keeps_the_published_words_public(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    put(database, event())
    with database.write() as connection:
        outlets.settle(connection, NOW)
        outbox.rewrite(connection, [Change(KEY, None, wanted=event("r2", place="Jelgava"))])
        connection.execute(delivery.update().values(state="held"))
        outlets.settle(connection, NOW)
        (row,) = outlets.published(connection)
    assert row.post.event is not None
    assert row.post.event.place == "Rīga"


def test_the_signature_changes_with_everything_that_is_shown(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    put(database, event())
    seen = []
    with database.write() as connection:
        for step, values in enumerate(({}, {"updated_at": NOW + 5}, {"sequence": 9})):
            if step == 0:
                outlets.settle(connection, NOW)
            else:
                connection.execute(delivery.update().values(values))
            seen.append(outlets.signature(connection))
    assert len(set(seen)) == 3
