"""The own outlets' side of the ledger: feed, site and calendar rows settle here, and projections read them."""

import datetime as dt
import json
from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true, update

from campaign.model import EventFacts, Published, State
from campaign.store import from_ms
from campaign.store.ledger import is_due
from campaign.store.schema import amendment, delivery
from campaign.store.states import allow
from campaign.store.values import POST

_LOCAL = delivery.c.kind.in_(("feed", "site", "calendar"))
_SCHEDULE = ("starts", "ends", "all_day", "zone", "status", "place", "online")
"""What makes a calendar client show something else: a change of these counts in SEQUENCE (RFC 5545, 3.8.7.4)."""


def contents_due(connection: Connection, now: int) -> list[tuple[str, str]]:
    """(key, content) of everything that would be published here now."""
    rows = connection.execute(select(delivery.c.key, delivery.c.content).where(is_due(now), _LOCAL)).all()
    return [(row.key, row.content) for row in rows]


def settle(connection: Connection, now: int, only: str = "") -> int:
    """Publish every due row of an own outlet, or this one; how many."""
    columns = [
        delivery.c[name]
        for name in [
            "key",
            "kind",
            "revision",
            "content",
            "published_content",
            "published_revision",
            "sequence",
            "withdrawn",
        ]
    ]
    wanted = delivery.c.key == only if only else true()
    rows = connection.execute(select(*columns).where(is_due(now), _LOCAL, wanted)).all()
    for row in rows:
        values = {
            "state": "sent",
            "published_revision": row.revision,
            "published_content": row.content,
            "sequence": _sequence(row.content, row.published_content, row.sequence) + bool(row.withdrawn),
            "reason": "",
            "withdrawn": "",
        }
        if row.revision != row.published_revision or row.withdrawn:
            values["updated_at"] = now
        if row.published_revision is None:
            values |= {"published_at": now, "public_at": None}
        same = and_(delivery.c.key == row.key, delivery.c.revision == row.revision)
        connection.execute(update(delivery).where(same).values(values))
    return len(rows)


def note_correction(connection: Connection, key: str, note: str, now: int) -> None:
    """Put a public, dated note on what is out."""
    values = {"corrected": note, "updated_at": now}
    connection.execute(update(delivery).where(delivery.c.key == key, _LOCAL).values(values))


def withdraw(connection: Connection, key: str, reason: str, now: int) -> None:
    """Take a page, item or event back for good: feeds get a tombstone, calendars CANCELLED, the page a notice."""
    sources = allow([State.SENT, State.PLANNED, State.HELD], State.RETRACTED)
    out = and_(delivery.c.key == key, _LOCAL, delivery.c.state.in_(sources), delivery.c.published_revision.is_not(None))
    values = {"state": "retracted", "withdrawn": reason, "updated_at": now, "sequence": delivery.c.sequence + 1}
    connection.execute(update(delivery).where(out).values(values))


def _sequence(content: str, published: str | None, sequence: int) -> int:
    event = POST.validate_json(content).event
    if event is None:
        return 0
    if published is None:
        return event.changes + (event.status == "cancelled")
    before = POST.validate_json(published).event
    return sequence + (before is None or _schedule(event) != _schedule(before))


def _schedule(event: EventFacts) -> tuple[object, ...]:
    return tuple(getattr(event, name) for name in _SCHEDULE)


def published(connection: Connection) -> Iterator[Published]:
    """Everything the own outlets show, whatever its state, in the order of keys."""
    shown = and_(_LOCAL, delivery.c.published_revision.is_not(None))
    for row in connection.execute(select(delivery).where(shown).order_by(delivery.c.key)):
        yield Published(
            key=row.key,
            entry=row.entry,
            account=row.account,
            kind=row.kind,
            post=POST.validate_json(row.published_content),
            published=from_ms(row.published_at),
            updated=from_ms(row.updated_at),
            due=None if row.due is None else from_ms(row.due),
            sequence=row.sequence,
            corrected=row.corrected,
            withdrawn=row.withdrawn if row.state != "retracted" else row.withdrawn or "retracted",
        )


def signature(connection: Connection) -> tuple[object, ...]:
    """Differs whenever the own outlets have to be built anew; cheap enough for every pass."""
    shown = and_(_LOCAL, delivery.c.published_revision.is_not(None))
    counted = (func.count(), func.sum(delivery.c.updated_at), func.sum(delivery.c.sequence))  # a clock may step back
    return tuple(connection.execute(select(*counted).where(shown)).one())


def fetched(connection: Connection, accounts: Collection[str], now: int) -> list[str]:
    """Contents of these accounts' posts that are out, going out, or about to be edited: services fetch their pictures.

    Nothing that is still to come is among them: a picture is no more public before its time than its post.
    """
    queries = (
        select(func.coalesce(delivery.c.frozen, delivery.c.content)).where(_leaving(accounts, now)),
        select(delivery.c.published_content).where(_out(accounts)),
        select(amendment.c.content).join(delivery, delivery.c.key == amendment.c.key).where(_edited(accounts)),
    )
    return sorted({content for query in queries for content in connection.execute(query).scalars() if content})


def fetched_signature(connection: Connection, accounts: Collection[str], now: int) -> tuple[object, ...]:
    """Differs whenever `fetched` may; cheap enough for every pass."""
    leaving = select(delivery.c.key, delivery.c.revision).where(_leaving(accounts, now)).order_by(delivery.c.key)
    out = select(func.count(), func.sum(delivery.c.updated_at)).where(_out(accounts))
    edited = select(func.max(amendment.c.id)).join(delivery, delivery.c.key == amendment.c.key).where(_edited(accounts))
    return tuple(tuple(map(tuple, connection.execute(query))) for query in (leaving, out, edited))


def _leaving(accounts: Collection[str], now: int) -> ColumnElement[bool]:
    on_the_way = delivery.c.state.in_(("claimed", "sending", "uncertain", "waiting"))
    return and_(delivery.c.account.in_(accounts), or_(on_the_way, is_due(now)))


def _out(accounts: Collection[str]) -> ColumnElement[bool]:
    return and_(delivery.c.account.in_(accounts), delivery.c.state == str(State.SENT))


def _edited(accounts: Collection[str]) -> ColumnElement[bool]:
    return and_(delivery.c.account.in_(accounts), amendment.c.state == "open", amendment.c.action == "edit")


def mark_public(connection: Connection, now: int) -> int:
    """A build showed everything that was published: remote posts may link to it."""
    shown = and_(delivery.c.published_revision.is_not(None), delivery.c.public_at.is_(None))
    return connection.execute(update(delivery).where(shown, _LOCAL).values(public_at=now)).rowcount


def ahead(connection: Connection, language: str, first: dt.date, last: dt.date) -> list[str]:
    """Contents of the events on the own site that touch these days, for an issue; by start."""
    condition = and_(
        or_(delivery.c.kind == "site", delivery.c.kind == "calendar"),
        delivery.c.published_revision.is_not(None),
        delivery.c.language == language,
        delivery.c.withdrawn == "",
        delivery.c.state != "retracted",
    )
    seen: dict[str, tuple[str, str]] = {}
    for row in connection.execute(select(delivery.c.entry, delivery.c.published_content).where(condition)):
        event = json.loads(row.published_content).get("event")
        if (
            event
            and event["starts"][:10] <= last.isoformat()
            and (event["ends"] or event["starts"])[:10] >= first.isoformat()
        ):
            seen.setdefault(row.entry, (event["starts"], row.published_content))
    return [content for _, content in sorted(seen.values())]
