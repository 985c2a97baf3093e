"""Holds cover what they say, overlap, and are mirrored from files."""

from pathlib import Path

import pytest

from campaign.store import holds, ledger, to_ms
from tests.ledgers import NOON, make_wanted, open_ledger, put

KEY = "kampana/kickoff@2023-09-18>mastodon:lv"


def claimable(folder: Path, *scopes: str) -> bool:
    database = open_ledger(folder)
    put(database, make_wanted(KEY))
    with database.write() as connection:
        for scope in scopes:
            holds.place(connection, NOON, scope, "person", reason="pārbaude")
        return ledger.claim(connection, "mastodon", "one", to_ms(NOON)) == [KEY]


@pytest.mark.parametrize(
    "scope",
    [
        "all",
        "account:mastodon",
        "campaign:kampana",
        "entry:kampana/kickoff",
        "entry:kampana/kickoff@2023-09-18",
        "file:schedules/kampana.yaml",
        f"key:{KEY}",
    ],
)
def test_a_hold_covers_its_scope(tmp_path: Path, scope: str) -> None:
    assert not claimable(tmp_path, scope)


@pytest.mark.parametrize("scope", ["account:bluesky", "campaign:kampan", "entry:kampana/kick", "file:x.yaml"])
def test_a_hold_covers_nothing_else(tmp_path: Path, scope: str) -> None:
    assert claimable(tmp_path, scope)


def test_overlapping_holds_end_one_by_one(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    put(database, make_wanted(KEY))
    with database.write() as connection:
        holds.place(connection, NOON, "all", "person", reason="a")
        holds.place(connection, NOON, "account:mastodon", "blocked", reason="b")
        holds.lift(connection, NOON, "all", "person")
        assert holds.over(connection, KEY) == ["account:mastodon: b"]
        holds.lift(connection, NOON, "account:mastodon", "blocked")
        assert holds.over(connection, KEY) == []


def test_mirrored_holds_follow_their_cause(tmp_path: Path) -> None:
    with open_ledger(tmp_path).write() as connection:
        holds.mirror(connection, NOON, "unreadable", {"file:a.yaml": "x", "file:b.yaml": "x"})
        holds.place(connection, NOON, "file:a.yaml", "person", reason="y")
        holds.mirror(connection, NOON, "unreadable", {"file:b.yaml": "z"})
        standing = [(hold["scope"], hold["source"], hold["reason"]) for hold in holds.standing(connection)]
    assert standing == [("file:b.yaml", "unreadable", "z"), ("file:a.yaml", "person", "y")]
