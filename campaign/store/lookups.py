"""What people ask the ledger: how things stand, why a delivery is where it is, and proof of what happened."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from campaign.errors import CampaignError
from campaign.store.ledger import page_missing
from campaign.store.schema import amendment, attempt, delivery

_SHOWN = [
    "key",
    "entry",
    "name",
    "campaign",
    "account",
    "kind",
    "language",
    "role",
    "nature",
    "state",
    "held_for",
    "reason",
    "due",
    "expires",
    "next_try",
    "attempt",
    "revision",
    "published_revision",
    "published_at",
    "updated_at",
    "sequence",
    "withdrawn",
    "orphaned",
    "remote_id",
    "receipt",
    "first_tried",
    "last_tried",
    "source",
    "planned_at",
]


def counts(connection: Connection) -> dict[str, int]:
    """State → number of deliveries."""
    query = select(delivery.c.state, func.count().label("number")).group_by(delivery.c.state)
    return {row.state: row.number for row in connection.execute(query.order_by(delivery.c.state))}


def deliveries(connection: Connection) -> Iterator[Mapping[str, Any]]:
    """Every delivery by due time; those without one first."""
    columns = [delivery.c[name] for name in _SHOWN]
    order = (delivery.c.due.is_not(None), delivery.c.due, delivery.c.key)
    for row in connection.execute(select(*columns).order_by(*order)):
        yield dict(row._mapping)


def delivery_of(connection: Connection, key: str) -> Mapping[str, Any] | None:
    """Everything about one delivery, its contents included."""
    found = connection.execute(select(delivery).where(delivery.c.key == key)).first()
    return dict(found._mapping) if found else None


def keys_like(connection: Connection, part: str) -> list[str]:
    """Keys that begin with `part`: an entry names all its deliveries."""
    found = select(delivery.c.key).where(delivery.c.key.startswith(part, autoescape=True)).order_by(delivery.c.key)
    return list(connection.execute(found).scalars())


def all_keys(connection: Connection) -> list[str]:
    """Every key, for suggestions."""
    return list(connection.execute(select(delivery.c.key).order_by(delivery.c.key)).scalars())


def keys_of(connection: Connection, words: str) -> list[str]:
    """The deliveries that a key, or the beginning of one, names; raises with the nearest ones when there are none."""
    if delivery_of(connection, words):
        return [words]
    beginnings = [words + sign for sign in (">", ":", "@", "+", "/")]
    found = [key for beginning in beginnings for key in keys_like(connection, beginning)]
    if found:
        return found
    near = difflib.get_close_matches(words, all_keys(connection), 3, 0.5)
    hint = " Did you mean:\n  " + "\n  ".join(near) if near else " `campaign status` lists all of them."
    raise CampaignError(f"No delivery is called “{words}”.{hint}")


def one_key(connection: Connection, words: str) -> str:
    """Exactly one delivery."""
    found = keys_of(connection, words)
    if len(found) > 1:
        raise CampaignError(f"“{words}” names {len(found)} deliveries; say which:\n  " + "\n  ".join(found))
    return found[0]


def attempts(connection: Connection, key: str) -> list[Mapping[str, Any]]:
    """The history of one delivery, oldest first."""
    rows = connection.execute(select(attempt).where(attempt.c.key == key).order_by(attempt.c.id))
    return [dict(row._mapping) for row in rows]


def is_out(connection: Connection, key: str) -> bool:
    """True while a post is public."""
    return connection.execute(select(delivery.c.state).where(delivery.c.key == key)).scalar() == "sent"


def asked_of(connection: Connection, key: str) -> Iterator[str]:
    """What somebody wants done with a post that is out, while it is not done; in words."""
    wish = {"edit": "corrected", "remove": "retracted"}
    for found in connection.execute(select(amendment).where(amendment.c.key == key, amendment.c.state == "open")):
        why = f" ({found.outcome})" if found.outcome else ""
        yield f"{found.placed_by} wants it {wish[found.action]}, which is not done yet{why}."


def waits_for_page(connection: Connection, key: str) -> bool:
    """True while the page a post links to is not public."""
    waiting = select(delivery.c.key).where(delivery.c.key == key, page_missing(), delivery.c.kind != "site")
    return connection.execute(waiting).first() is not None
