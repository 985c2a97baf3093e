"""Opening a ledger: transactions, migration, and the stamp of its mode."""

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from campaign.errors import CampaignError
from campaign.store import to_ms
from campaign.store.schema import setting
from campaign.store.writers import Writers

__all__ = ["REVISION", "Connection", "Database", "open_database"]

REVISION = "0002"
"""The schema this release works with."""
_WRITERS = 3_104_211_860
"""Any number; all writers of a PostgreSQL ledger queue for it."""


class Database:
    """One opened ledger. `write()` is one durable transaction, `read()` one snapshot."""

    def __init__(self, url: str) -> None:
        """Open without touching the schema; `open_database` is what callers want."""
        self.engine = _engine(url)
        self._writers = Writers(self.engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends; writers of this process queue here, not in SQLite."""
        with _in_words(self.engine), self._writers.turn() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot; writes in it are a mistake and are rolled back."""
        with _in_words(self.engine), self.engine.execution_options(reader=True).connect() as connection:
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
    with ExitStack() as refused:
        refused.callback(database.close)
        refused.enter_context(_in_words(database.engine))
        found = _revision(database.engine)
        if found != REVISION:
            from campaign.store.migrate import upgrade

            upgrade(database.engine, found)
        _stamp(database, mode, now)
        refused.pop_all()
    return database


@contextmanager
def _in_words(engine: Engine) -> Iterator[None]:
    """What a person has to mend (a full disk, a lock, no database there) is told; wrong SQL stays a bug."""
    try:
        yield
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):
            raise
        raise CampaignError(f"The ledger {engine.url} cannot be used: {error.orig}") from error


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        try:
            engine = create_engine(_with_driver(url))
        except ModuleNotFoundError as error:
            raise CampaignError(
                f"A ledger on {make_url(url)} needs {error.name}: install campaign[postgres]."
            ) from error
        event.listen(engine, "begin", _begin_postgres)
        return engine
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _with_driver(url: str) -> URL:
    found = make_url(url)
    return found.set(drivername="postgresql+psycopg") if found.drivername in ("postgres", "postgresql") else found


def _prepare_sqlite(connection, record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - DBAPI objects have no public type
    connection.isolation_level = None  # we send BEGIN ourselves: the driver opens no transaction before a write
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reader", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgres(connection: Connection) -> None:
    """One writer at a time among all processes, as SQLite has it: holds, plans and the audit chain rely on it."""
    if connection.get_execution_options().get("reader", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


def _revision(engine: Engine) -> str:
    with engine.execution_options(reader=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _stamp(database: Database, mode: str, now: dt.datetime) -> None:
    with database.read() as connection:
        found = _mode(connection)
    if found is None:
        with database.write() as connection:
            found = _mode(connection)
            if found is None:
                birth = [{"name": "mode", "value": mode}, {"name": "born", "value": str(to_ms(now))}]
                connection.execute(setting.insert(), birth)
    if found not in (None, mode):
        raise CampaignError(
            f"This ledger belongs to mode “{found}” and cannot be opened as “{mode}”: "
            "what was only recorded there must never count as sent. Each mode has its own folder in var/."
        )


def _mode(connection: Connection) -> str | None:
    return connection.execute(select(setting.c.value).where(setting.c.name == "mode")).scalar()
