"""Claiming and completing deliveries through the store, beside bare durable commits of the same SQLite."""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from campaign.deliver import run_lane
from tests.bench.measuring import figure
from tests.ledgers import Clock, Service, make_desk, make_wanted, open_ledger, put

ROWS = 1_000


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        ours = rate(lambda: deliver(Path(folder)))
        bare = rate(lambda: commits(Path(folder)))
    name = "deliver: claim, freeze, send to a fake, complete, audit"
    return [
        figure(name, ours, "posts/s", "wall; three durable commits each"),
        figure(
            "  bare sqlite3 commits, WAL, FULL, one row each", bare, "commits/s", "we make posts, of these", ours / bare
        ),
    ]


def rate(work: Callable[[], int]) -> float:
    begun = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - begun)


def deliver(folder: Path) -> int:
    database, service = open_ledger(folder), Service()
    put(database, *(make_wanted(f"kampana/zina-{number}>mastodon:lv") for number in range(ROWS)))
    run_lane(make_desk(database, {"mastodon": service}, Clock()), "mastodon")
    database.close()
    assert len(service.posts) == ROWS
    return ROWS


def commits(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE row (key TEXT PRIMARY KEY, state TEXT)")
        for number in range(ROWS):
            connection.execute("INSERT INTO row VALUES (?, 'sent')", (f"zina-{number}",))
    return ROWS
