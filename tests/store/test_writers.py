"""Writers queue, and one commit serves all who wait."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event

from campaign.errors import CampaignError
from campaign.store import outbox
from campaign.store.database import Connection, Database
from tests.ledgers import open_ledger

Write = Callable[[Connection], None]


def writing(name: str) -> Write:
    return lambda connection: outbox.set_setting(connection, name, "rūķīši")


def failing(name: str) -> Write:
    def write(connection: Connection) -> None:
        outbox.set_setting(connection, name, "rūķīši")
        raise LookupError(name)

    return write


def together(database: Database, first: Write, *others: Write) -> list[BaseException | None]:
    """All in one transaction: the first block ends only when the others stand in the queue."""
    inside, go_on = threading.Event(), threading.Event()

    def leading(connection: Connection) -> None:
        inside.set()
        assert go_on.wait(5)
        first(connection)

    def run(write: Write) -> None:
        with database.write() as connection:
            write(connection)

    with ThreadPoolExecutor(1 + len(others)) as pool:
        running = [pool.submit(run, leading)]
        assert inside.wait(5)
        running += [pool.submit(run, other) for other in others]
        while database._writers._waiting < len(others):
            threading.Event().wait(0.001)
        go_on.set()
        return [one.exception(timeout=10) for one in running]


def stored(folder: Path, *names: str) -> list[str]:
    database = open_ledger(folder)
    with database.read() as connection:
        return [name for name in names if outbox.setting_of(connection, name)]


def commits_of(database: Database) -> list[object]:
    seen: list[object] = []
    event.listen(database.engine, "commit", seen.append)
    return seen


def test_one_commit_serves_all_who_wait(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    commits = commits_of(database)
    names = [f"n{number}" for number in range(8)]
    assert together(database, *(writing(name) for name in names)) == [None] * 8
    assert len(commits) == 1
    database.close()
    assert stored(tmp_path, *names) == names


def test_a_block_that_fails_undoes_what_it_wrote_and_nothing_else(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    errors = together(database, writing("a"), failing("b"), writing("c"))
    assert [type(error) for error in errors] == [type(None), LookupError, type(None)]
    assert stored(tmp_path, "a", "b", "c") == ["a", "c"]


def test_a_first_block_that_fails_stops_nobody(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    errors = together(database, failing("a"), writing("b"))
    assert [type(error) for error in errors] == [LookupError, type(None)]
    assert stored(tmp_path, "a", "b") == ["b"]


def test_a_commit_that_fails_is_told_to_everybody_in_it(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)

    def full(_: object) -> None:
        raise CampaignError("the disk is full")

    event.listen(database.engine, "commit", full)
    errors = together(database, writing("a"), writing("b"), writing("c"))
    event.remove(database.engine, "commit", full)
    assert [str(error) for error in errors] == ["the disk is full"] * 3
    assert stored(tmp_path, "a", "b", "c") == []


def test_after_a_failure_the_next_writer_begins_anew(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    with pytest.raises(LookupError), database.write() as connection:
        failing("a")(connection)
    with database.write() as connection:
        writing("b")(connection)
    assert stored(tmp_path, "a", "b") == ["b"]


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    names = [f"n{number}" for number in range(200)]

    def write(name: str) -> None:
        with database.write() as connection:
            writing(name)(connection)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(write, names))
    database.close()
    assert stored(tmp_path, *names) == names


def test_who_waits_commits_himself_when_the_others_are_gone(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    writers = database._writers
    with database.write() as connection:
        writing("a")(connection)
        writers._waiting += 1
    writers._waiting -= 1
    assert stored(tmp_path, "a") == ["a"]


def test_when_the_database_throws_everything_away_nobody_is_told_otherwise(tmp_path: Path, ledger_kind: str) -> None:
    if ledger_kind != "sqlite":
        pytest.skip("PostgreSQL undoes the one statement")
    database = open_ledger(tmp_path)

    def fills_the_disk(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        outbox.set_setting(connection, "b", "x" * 1_000_000)

    errors = together(database, writing("a"), fills_the_disk, writing("c"))
    kept = [name for name, error in zip("abc", errors, strict=True) if error is None]
    database.close()
    assert stored(tmp_path, "a", "b", "c") == kept
    assert errors[1] is not None
