"""Opening a ledger: transactions, migration, and the stamp of its mode."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url

from campaign.errors import CampaignError
from campaign.store import to_ms
from campaign.store.schema import setting

__all__ = ["REVISION", "Connection", "Database", "open_database"]

REVISION = "0001"
"""The schema this release works with."""


class Database:
    """One opened ledger. `write()` is one durable transaction, `read()` one snapshot."""

    def __init__(self, url: str) -> None:
        """Open without touching the schema; `open_database` is what callers want."""
        self.engine = _engine(url)
        self._one_writer = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends; writers of this process queue here, not in SQLite."""
        with self._one_writer, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot; writes in it are a mistake and are rolled back."""
        with self.engine.execution_options(reader=True).connect() as connection:
            yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def open_database(url: str, mode: str, now: dt.datetime) -> Database:
    """Open, create or migrate the ledger of one mode.

    Raises `CampaignError` when it belongs to another mode or was written by a newer release.
    """
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    database = Database(url)
    found = _revision(database.engine)
    if found != REVISION:
        from campaign.store.migrate import upgrade

        upgrade(database.engine, found)
    _stamp(database, mode, now)
    return database


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, isolation_level="READ COMMITTED")
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection, record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - DBAPI objects have no public type
    connection.isolation_level = None  # we send BEGIN ourselves: the driver opens no transaction before a write
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reader", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _revision(engine: Engine) -> str:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _stamp(database: Database, mode: str, now: dt.datetime) -> None:
    with database.write() as connection:
        found = connection.execute(select(setting.c.value).where(setting.c.name == "mode")).scalar()
        if found is None:
            connection.execute(
                setting.insert(), [{"name": "mode", "value": mode}, {"name": "born", "value": str(to_ms(now))}]
            )
        elif found != mode:
            raise CampaignError(
                f"This ledger belongs to mode “{found}” and cannot be opened as “{mode}”: "
                "what was only recorded there must never count as sent. Each mode has its own folder in var/."
            )
