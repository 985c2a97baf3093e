"""What people want done with posts that are out: an edit or a removal per delivery, done by its account's lane."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, not_, or_, select, update

from campaign.model import State
from campaign.store import attempts, holds
from campaign.store.schema import amendment, delivery, hold


@dataclass(frozen=True, slots=True)
class Order:
    """One edit or removal that somebody asked for; times in ms."""

    id: int
    key: str
    account: str
    action: str  # edit, remove
    revision: str
    content: str
    reason: str
    tries: int
    placed_by: str


def place(connection: Connection, key: str, action: str, now: int, **words: str) -> int:
    """Ask for an edit (revision, content) or a removal (reason), `placed_by` whom; it replaces one that is open."""
    unfinished = and_(amendment.c.key == key, amendment.c.state == "open")
    connection.execute(update(amendment).where(unfinished).values(state="replaced"))
    values = {
        "key": key,
        "action": action,
        "state": "open",
        "placed_at": now,
        "next_try": now,
        "placed_by": "",
        **words,
    }
    return int(connection.execute(amendment.insert().values(values)).inserted_primary_key[0])  # type: ignore[index]


def _asked_for(now: int) -> ColumnElement[bool]:
    """Condition: open, its time has come, the post is out and its account not blocked. Only edits obey other holds."""
    blocked = exists(
        select(hold.c.id).where(
            hold.c.lifted.is_(None), hold.c.source == "blocked", hold.c.scope == "account:" + delivery.c.account
        )
    ).correlate(delivery)
    return and_(
        amendment.c.state == "open",
        amendment.c.next_try <= now,
        or_(delivery.c.state == str(State.SENT), and_(amendment.c.action == "remove", _half_out())),
        not_(blocked),
        or_(amendment.c.action == "remove", not_(holds.active())),
    )


def _half_out() -> ColumnElement[bool]:
    """Condition: a torn thread that nobody is sending."""
    return and_(attempts.is_torn(), delivery.c.state.in_([str(state) for state in HALF_OUT]))


HALF_OUT = (State.PLANNED, State.WAITING, State.HELD, State.REJECTED, State.MISSED)


def accounts_asked(connection: Connection, now: int) -> list[str]:
    """Accounts with something to edit or remove now."""
    joined = amendment.join(delivery, delivery.c.key == amendment.c.key)
    query = select(delivery.c.account).select_from(joined).where(_asked_for(now)).distinct()
    return list(connection.execute(query).scalars())


def asked(connection: Connection, account: str, now: int) -> list[Order]:
    """What one account has to edit or remove now, in the order it was asked for."""
    joined = amendment.join(delivery, delivery.c.key == amendment.c.key)
    columns = [delivery.c.account if name == "account" else amendment.c[name] for name in Order.__slots__]
    query = select(*columns).select_from(joined).where(_asked_for(now), delivery.c.account == account)
    return [Order(**row) for row in connection.execute(query.order_by(amendment.c.id)).mappings()]


def change(connection: Connection, order_id: int, **values: Any) -> bool:
    """Write down what became of an order that is still open; False when another one took its place."""
    same = and_(amendment.c.id == order_id, amendment.c.state == "open")
    return connection.execute(update(amendment).where(same).values(values)).rowcount == 1


def is_being_removed(connection: Connection, key: str) -> bool:
    """True while a removal is open."""
    removal = and_(amendment.c.key == key, amendment.c.state == "open", amendment.c.action == "remove")
    return connection.execute(select(amendment.c.id).where(removal)).first() is not None


def of_keys(connection: Connection, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Key → the last thing that was asked for."""
    query = select(amendment).where(amendment.c.key.in_(keys)).order_by(amendment.c.id)
    return {row["key"]: dict(row) for row in connection.execute(query).mappings()}
