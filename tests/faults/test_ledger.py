"""A ledger that cannot be written for a while: the clock goes on, and so does everything once it can be again."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from campaign.app import App
from campaign.daemon import Daemon
from tests.workspaces import CONFIG, edit_schedule, make_workspace, open_virtual, states_of

KEY = "kampana/kickoff>mastodon:lv"
NOON = dt.datetime(2023, 9, 17, 9, tzinfo=dt.UTC)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[App, Daemon, list[str]]]:
    """A daemon on a clock that stands, with what it says."""
    said: list[str] = []
    app, _ = open_virtual(make_workspace(tmp_path, config=CONFIG), NOON)
    daemon = Daemon(app, said.append)
    daemon._pass()
    yield app, daemon, said
    app.close()


@contextmanager
def read_only(app: App) -> Iterator[None]:
    """Every write is answered as on a medium mounted read-only."""

    def refuse(connection: sqlite3.Connection, _: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(app.database.engine, "connect", refuse)
    app.database.engine.dispose()
    yield
    event.remove(app.database.engine, "connect", refuse)
    app.database.engine.dispose()


def test_a_read_only_ledger_stops_nothing_for_good(opened: tuple[App, Daemon, list[str]], tmp_path: Path) -> None:
    app, daemon, said = opened
    edit_schedule(tmp_path, "kampana", "at: 2023-09-18 09:00", "at: 2023-09-17 11:59")
    with read_only(app):
        daemon._pass()
        daemon._pass()
    assert states_of(app)[KEY] == "planned"
    daemon._pass()
    daemon._pass()
    assert states_of(app)[KEY] == "sent"
    failed, again = (line for line in said if "pass" in line.lower())
    assert "attempt to write a readonly database" in failed
    assert again == "Passes work again."


def test_a_page_that_cannot_be_built_keeps_back_only_what_links_to_it(
    opened: tuple[App, Daemon, list[str]], tmp_path: Path
) -> None:
    app, daemon, said = opened
    app.virtual = False
    (tmp_path / "var" / "sandbox" / "public").mkdir(parents=True)
    (tmp_path / "var" / "sandbox" / "public" / "foreign.txt").write_text("svešs")
    edit_schedule(tmp_path, "kampana", "at: 2023-09-18 09:00", "at: 2023-09-17 11:59")
    edit_schedule(
        tmp_path,
        "kampana",
        "id: eve\n    at: 2023-09-20 09:00",
        "id: eve\n    accounts: [mastodon]\n    at: 2023-09-17 11:59",
    )
    daemon._pass()
    daemon._pass()
    found = states_of(app)
    assert (found[KEY], found["kampana/eve>mastodon:lv"]) == ("planned", "sent")
    assert any("foreign" in line or "not ours" in line for line in said)
