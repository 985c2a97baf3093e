"""Holds: rows of their own, so that several at once work; tested inside the transaction that starts a request."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, or_, select, update

from campaign.store import audit, to_ms
from campaign.store.schema import delivery, hold


@cache
def active() -> ColumnElement[bool]:
    """Condition: some hold that is not lifted covers the delivery row."""
    return exists(select(hold.c.id).where(hold.c.lifted.is_(None), _covers())).correlate(delivery)


@cache
def _covers() -> ColumnElement[bool]:
    return or_(
        hold.c.scope == "all",
        hold.c.scope == "account:" + delivery.c.account,
        hold.c.scope == "campaign:" + delivery.c.campaign,
        hold.c.scope.in_(("entry:" + delivery.c.name, "entry:" + delivery.c.entry)),
        hold.c.scope == "file:" + delivery.c.source,
        hold.c.scope == "key:" + delivery.c.key,
    )


def place(connection: Connection, now: dt.datetime, scope: str, source: str, **words: str) -> None:
    """Hold `scope` unless the same source holds it already; `reason` and `by` are for people."""
    same = (hold.c.scope == scope) & (hold.c.source == source) & hold.c.lifted.is_(None)
    reason, by = words.get("reason", ""), words.get("by", "")
    known = connection.execute(select(hold.c.id, hold.c.reason).where(same)).first()
    if known is None:
        connection.execute(
            hold.insert().values(scope=scope, source=source, reason=reason, since=to_ms(now), placed_by=by)
        )
        audit.record(connection, now, by or source, "held", scope=scope, reason=reason)
    elif known.reason != reason:
        connection.execute(update(hold).where(hold.c.id == known.id).values(reason=reason))


def lift(connection: Connection, now: dt.datetime, scope: str, source: str, by: str = "") -> int:
    """End the holds of one source on a scope; the number that were active."""
    condition = (hold.c.scope == scope) & (hold.c.source == source) & hold.c.lifted.is_(None)
    lifted = connection.execute(update(hold).where(condition).values(lifted=to_ms(now), lifted_by=by)).rowcount
    if lifted:
        audit.record(connection, now, by or source, "resumed", scope=scope)
    return lifted


def mirror(connection: Connection, now: dt.datetime, source: str, wanted: Mapping[str, str]) -> None:
    """Make the active holds of an automatic source exactly `wanted` (scope → reason)."""
    found = select(hold.c.scope).where(hold.c.source == source, hold.c.lifted.is_(None))
    for scope in set(connection.execute(found).scalars()) - set(wanted):
        lift(connection, now, scope, source)
    for scope, reason in wanted.items():
        place(connection, now, scope, source, reason=reason)


def standing(connection: Connection) -> list[Mapping[str, Any]]:
    """Every hold that is not lifted, oldest first."""
    rows = connection.execute(select(hold).where(hold.c.lifted.is_(None)).order_by(hold.c.id))
    return [dict(row._mapping) for row in rows]


def over(connection: Connection, key: str, source: str = "") -> list[str]:
    """Why one delivery is held (by one source, or any), in words; empty when it is not."""
    found = select(hold.c.scope, hold.c.reason).where(hold.c.lifted.is_(None), delivery.c.key == key, _covers())
    found = found.where(hold.c.source == source) if source else found
    return [f"{row.scope}: {row.reason}" for row in connection.execute(found)]
