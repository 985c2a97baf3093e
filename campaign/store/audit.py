"""The audit log: append-only, each record bound to the one before it by its hash."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, desc, or_, select

from campaign.store import to_ms
from campaign.store.schema import audit


def record(connection: Connection, now: dt.datetime, who: str, action: str, **detail: Any) -> None:
    """Append one record; `key=` names the delivery it is about."""
    key = str(detail.pop("key", ""))
    previous = connection.execute(_LAST).scalar() or ""
    row = {
        "at": to_ms(now),
        "who": who,
        "action": action,
        "key": key,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
        "previous": previous,
    }
    connection.execute(_APPEND, {**row, "hash": _digest(row)})


_LAST = select(audit.c.hash).order_by(desc(audit.c.id)).limit(1)
_APPEND = audit.insert()


def records(connection: Connection, key: str) -> Iterator[Mapping[str, Any]]:
    """Everything recorded about one delivery, oldest first; plans count when they name it."""
    about = or_(audit.c.key == key, audit.c.detail.contains(json.dumps(key, ensure_ascii=False), autoescape=True))
    for row in connection.execute(select(audit).where(about).order_by(audit.c.id)):
        yield dict(row._mapping)


def first_broken(connection: Connection) -> int | None:
    """The id of the first record that was changed, removed or inserted afterwards; None when the chain is whole."""
    previous = ""
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        values = {name: row._mapping[name] for name in ("at", "who", "action", "key", "detail", "previous")}
        if row.previous != previous or row.hash != _digest(values):
            return int(row.id)
        previous = row.hash
    return None


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
