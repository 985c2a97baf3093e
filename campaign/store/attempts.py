"""The history of each delivery: one line a try, the ids that services handed out on the way, what they accepted."""

import json
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, and_, bindparam, exists, func, select, update

from campaign.model import Receipt
from campaign.store.schema import attempt, delivery, note


def write(connection: Connection, key: str, at: int, action: str, outcome: str, **words: str) -> None:
    """Append one line to the history of a delivery (detail, revision, receipt)."""
    words = {f"new_{name}": words.get(name, "") for name in ("detail", "revision", "receipt")}
    given = {"new_key": key, "new_action": action, "new_at": at, "new_outcome": outcome}
    connection.execute(_writing(), {**given, **words})


@cache
def _writing() -> Insert:
    names = ("key", "action", "at", "outcome", "detail", "revision", "receipt")
    number = select(delivery.c.attempt).where(delivery.c.key == bindparam("new_key")).scalar_subquery()
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return attempt.insert().values({**values, "number": func.coalesce(number, 0)})


def tries(connection: Connection, key: str) -> int:
    """Requests made for a delivery since a person last asked for it; a claim that was given back is none."""
    asked = select(func.coalesce(func.max(attempt.c.id), 0)).where(attempt.c.key == key, attempt.c.action == "retry")
    made = and_(attempt.c.key == key, attempt.c.action == "send", attempt.c.outcome == "sending")
    query = select(func.count()).where(made, attempt.c.id > asked.scalar_subquery())
    return int(connection.execute(query).scalar_one())


def write_note(connection: Connection, key: str, revision: str, name: str, value: str) -> None:
    """Keep an id that a service handed out on the way, before it is used."""
    same = and_(note.c.key == key, note.c.name == name)
    if connection.execute(update(note).where(same).values(value=value, revision=revision)).rowcount == 0:
        connection.execute(note.insert().values(key=key, name=name, value=value, revision=revision))


def notes(connection: Connection, key: str, revision: str) -> dict[str, str]:
    """The ids handed out for one revision so far."""
    rows = connection.execute(_NOTES, {"of_key": key, "of_revision": revision})
    return {row.name: row.value for row in rows}


_NOTES = select(note.c.name, note.c.value).where(
    note.c.key == bindparam("of_key"), note.c.revision == bindparam("of_revision")
)


def is_torn() -> ColumnElement[bool]:
    """Condition: only the first posts of a thread are out. It is finished with the same words, or taken back whole."""
    begun = and_(note.c.key == delivery.c.key, note.c.name == "part-1", note.c.value != "")
    return and_(delivery.c.published_revision.is_(None), exists(select(note.c.key).where(begun)).correlate(delivery))


def torn(connection: Connection, key: str) -> bool:
    """True while a delivery is."""
    return connection.execute(select(delivery.c.key).where(delivery.c.key == key, is_torn())).first() is not None


def torn_keys(connection: Connection) -> frozenset[str]:
    """Every one of them; there are hardly ever any."""
    begun = and_(note.c.name == "part-1", note.c.value != "", delivery.c.published_revision.is_(None))
    found = select(note.c.key).join(delivery, delivery.c.key == note.c.key).where(begun)
    return frozenset(connection.execute(found).scalars())


def begun(connection: Connection, key: str) -> dict[str, str]:
    """`part-1`, `part-2` … as they were noted of a torn thread."""
    parts = and_(note.c.key == key, note.c.name.startswith("part-"), note.c.value != "")
    return {row.name: row.value for row in connection.execute(select(note.c.name, note.c.value).where(parts))}


def remote_ids(connection: Connection, account: str, besides: str) -> frozenset[str]:
    """Remote ids of this account that belong to other deliveries, every post of a thread among them."""
    condition = and_(delivery.c.account == account, delivery.c.remote_id.is_not(None), delivery.c.key != besides)
    found = set(connection.execute(select(delivery.c.remote_id).where(condition)).scalars())
    threads = select(delivery.c.receipt).where(condition, delivery.c.receipt.contains('"parts"'))
    for stored in connection.execute(threads).scalars():
        found |= {part["remote_id"] for part in json.loads(json.loads(stored)["data"]["parts"])}
    return frozenset(found)


def receipt_of(connection: Connection, key: str) -> Receipt | None:
    """What the service accepted; None while nothing is out."""
    stored = connection.execute(select(delivery.c.receipt).where(delivery.c.key == key)).scalar()
    return Receipt(**json.loads(stored)) if stored else None
