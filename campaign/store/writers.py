"""One writer at a time, and one commit for all who queue: what costs is the disk's word that it has everything.

Whoever leaves while others wait lets them go on in the same transaction, and waits with them for its commit. A block
that fails undoes what it wrote and nothing else. Known from databases as group commit.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, NestedTransaction
from sqlalchemy.exc import DBAPIError

from campaign.errors import CampaignError

MOST = 64
"""How many blocks share a transaction at most, so that none waits long for its commit."""
PATIENCE = 0.05
"""Seconds after which somebody who waits looks whether the others are gone, and commits himself."""


class LostTransaction(CampaignError):
    """A full disk, for example, undoes a whole transaction and not only the statement that met it."""


LOST = "The ledger could not be written: the database has thrown away the whole transaction. Is the disk full?"


def _is_open(connection: Connection) -> bool:
    """False when SQLite has rolled everything back by itself (https://sqlite.org/lang_transaction.html, 3)."""
    return bool(getattr(connection.connection.dbapi_connection, "in_transaction", True))


def _is_undone(savepoint: NestedTransaction, connection: Connection) -> bool:
    """Undo one block; False when the whole transaction is gone."""
    try:
        savepoint.rollback()
    except DBAPIError:
        return False
    return _is_open(connection)


def _is_kept(savepoint: NestedTransaction) -> bool:
    """False when there is nothing left of the transaction to keep a block's words in."""
    try:
        savepoint.commit()
    except DBAPIError:
        return False
    return True


class Group:
    """Blocks that become durable together."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.size = 0
        self.over = threading.Event()
        self.error: BaseException | None = None


class Writers:
    """The queue of those who write to one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._group: Group | None = None

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends."""
        group = self._begun()
        savepoint = group.connection.begin_nested() if group.size > 1 else None
        try:
            yield group.connection
        except BaseException as error:
            if savepoint is None:
                self._given_up(group, None)
            elif _is_undone(savepoint, group.connection):
                self._left(group)
            else:
                self._given_up(group, error)
            raise
        if savepoint is not None and not _is_kept(savepoint):
            self._given_up(group, LostTransaction(LOST))
        else:
            self._left(group)
        if group.error is not None:
            raise group.error

    def _begun(self) -> Group:
        with self._counting:
            self._waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._counting:
                self._waiting -= 1
        try:
            if self._group is None:
                self._group = Group(self._opened())
        except BaseException:
            self._turn.release()
            raise
        self._group.size += 1
        return self._group

    def _opened(self) -> Connection:
        connection = self._engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def _given_up(self, group: Group, error: BaseException | None) -> None:
        """Nothing of the transaction is kept: the first block failed, or the database threw away everybody's words."""
        self._group = None
        group.error = error
        try:
            group.connection.close()
        finally:
            group.over.set()
            self._turn.release()

    def _left(self, group: Group) -> None:
        if self._waiting and group.size < MOST:
            self._turn.release()
            self._await(group)
        else:
            self._commit(group)
            self._turn.release()

    def _await(self, group: Group) -> None:
        """Until the commit; who should have made it may have been interrupted on the way."""
        while not group.over.wait(PATIENCE):
            if self._turn.acquire(blocking=False):
                try:
                    if not group.over.is_set():
                        self._commit(group)
                finally:
                    self._turn.release()

    def _commit(self, group: Group) -> None:
        self._group = None
        try:
            with group.connection as connection:
                if _is_open(connection):
                    connection.commit()
                else:
                    group.error = LostTransaction(LOST)
        except BaseException as error:  # noqa: BLE001 - everybody whose words were in it has to hear of it
            group.error = error
        finally:
            group.over.set()
