"""Delivering's side of the ledger: claims, the step into `sending`, outcomes. Each function is one query or one step.

A completion is fenced by owner and attempt: whoever lost a row cannot write its outcome. Nothing here reads a clock.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)

from campaign.model import Post, Receipt, State
from campaign.store import attempts, holds
from campaign.store.schema import amendment, delivery, pace, recipient
from campaign.store.states import OPEN, SETTLED, allow
from campaign.store.values import POST

_local = delivery.c.kind.in_(("feed", "site", "calendar"))


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery as the courier needs it; times in ms."""

    key: str
    account: str
    language: str
    role: str
    state: State
    held_for: str
    owner: str | None
    attempt: int
    due: int | None
    revision: str
    content: str
    frozen: str | None
    frozen_revision: str | None
    service_key: str | None
    first_tried: int | None
    last_tried: int | None
    look_ups: int
    planned_at: int
    reason: str
    answers: str

    @property
    def post(self) -> Post:
        """The bytes that go out: frozen ones once there are any."""
        return POST.validate_json(self.frozen or self.content)


_ROW = select(*(delivery.c[name] for name in Row.__slots__)).where(delivery.c.key == bindparam("row_key"))


def row(connection: Connection, key: str) -> Row | None:
    """One delivery by its key."""
    found = connection.execute(_ROW, {"row_key": key}).mappings().first()
    return Row(**{**found, "state": State(found["state"])}) if found else None


# ---------------------------------------------------------------- what is due


def is_due(now: int) -> ColumnElement[bool]:
    """Condition: open, its time has come and is not over, not held. An edit of what is out is due at once."""
    return and_(
        delivery.c.state.in_([str(state) for state in OPEN]),
        or_(delivery.c.due.is_(None), delivery.c.due <= now, delivery.c.published_revision.is_not(None)),
        or_(delivery.c.next_try.is_(None), delivery.c.next_try <= now),
        is_in_time(now),
        not_(holds.active()),
    )


def is_in_time(now: int) -> ColumnElement[bool]:
    """Condition: neither expired nor late, or a person insists, or it is out and only its edit is to follow."""
    unexpired = or_(delivery.c.expires.is_(None), delivery.c.expires > now)
    latest = delivery.c.due + delivery.c.late_after
    return or_(
        and_(unexpired, or_(latest.is_(None), latest >= now)),
        delivery.c.insisted,
        delivery.c.published_revision.is_not(None),
    )


@cache
def page_missing() -> ColumnElement[bool]:
    """Condition: the page the post links to is still to come (networks fetch link previews at once)."""
    page = delivery.alias("page")
    coming = ("planned", "claimed", "sending", "waiting", "held", "sent")
    return exists(
        select(page.c.key).where(
            page.c.kind == "site",
            page.c.entry == delivery.c.page,
            page.c.language == delivery.c.language,
            page.c.public_at.is_(None),
            page.c.state.in_(coming),
        )
    ).correlate(delivery)


@cache
def answered() -> ColumnElement[bool]:
    """Condition: the post it answers is out, or it answers none."""
    parent = delivery.alias("parent")
    out = exists(select(parent.c.key).where(parent.c.key == delivery.c.answers, parent.c.state == str(State.SENT)))
    return or_(delivery.c.answers == "", out.correlate(delivery))


def _may_go(now: int) -> ColumnElement[bool]:
    remote = and_(not_(_local), delivery.c.role != "carried")
    return and_(is_due(now), remote, not_(page_missing()), answered())


def due_accounts(connection: Connection, now: int) -> list[str]:
    """Accounts that have something to send now."""
    condition = _may_go(now)
    return list(connection.execute(select(delivery.c.account).where(condition).distinct()).scalars())


def next_due(connection: Connection, now: int) -> int | None:
    """The earliest instant after `now` at which something may have to be done; None when nothing is planned."""
    open_states = delivery.c.state.in_([*(str(state) for state in OPEN), "uncertain"])
    times = (delivery.c.due, delivery.c.next_try, delivery.c.expires)
    found = [connection.execute(select(func.min(time)).where(open_states, time > now)).scalar() for time in times]
    free = select(func.min(pace.c.free_at)).where(pace.c.free_at > now)
    asked = select(func.min(amendment.c.next_try)).where(amendment.c.state == "open", amendment.c.next_try > now)
    found += [connection.execute(query).scalar() for query in (free, asked)]
    mails = select(func.min(recipient.c.next_try)).where(recipient.c.state == "waiting", recipient.c.next_try > now)
    found.append(connection.execute(mails).scalar())
    return min((time for time in found if time is not None), default=None)


def claim(connection: Connection, account: str, owner: str, now: int, limit: int = 20) -> list[str]:
    """Take up to `limit` due rows of an account, the earliest first; their keys."""
    condition = and_(_may_go(now), delivery.c.account == account)
    order = (delivery.c.due.is_not(None), delivery.c.due, delivery.c.key)
    wanted = select(delivery.c.key).where(condition).order_by(*order).limit(limit).with_for_update(skip_locked=True)
    keys = list(connection.execute(wanted).scalars())
    taken = {
        "state": str(State.CLAIMED),
        "owner": owner,
        "attempt": delivery.c.attempt + 1,
        "lease": now + LEASE,
        "reason": "",
    }
    ours = and_(delivery.c.key.in_(keys), delivery.c.state.in_(allow(OPEN, State.CLAIMED)))
    connection.execute(update(delivery).where(ours).values(taken))
    return keys


LEASE = 15 * 60 * 1000
"""How long a claim is believed by other processes: longer than any attempt may take."""


def release(connection: Connection, owner: str, account: str) -> int:
    """Give an account's claimed rows back: nothing of them left the house."""
    ours = and_(
        delivery.c.owner == owner,
        delivery.c.account == account,
        delivery.c.state.in_(allow([State.CLAIMED], State.PLANNED)),
    )
    return connection.execute(update(delivery).where(ours).values(state="planned", owner=None, lease=None)).rowcount


def recover(connection: Connection, owner: str, now: int) -> tuple[int, int]:
    """After taking the instance lock: dead owners' claims are released, their open requests become uncertain."""
    dead = and_(delivery.c.owner.is_not(None), delivery.c.owner != owner)
    return _given_up(connection, dead, now, "the daemon stopped while it was sending")


def reclaim(connection: Connection, account: str, owner: str, now: int) -> tuple[int, int]:
    """The same for a lane of our own whose outcome could not be written down; only that lane itself may ask."""
    left = and_(delivery.c.account == account, delivery.c.owner == owner)
    return _given_up(connection, left, now, "what became of the request could not be written down")


def _given_up(connection: Connection, whose: ColumnElement[bool], now: int, reason: str) -> tuple[int, int]:
    freed = and_(whose, delivery.c.state.in_(allow([State.CLAIMED], State.PLANNED)))
    in_doubt = and_(whose, delivery.c.role != "issue", delivery.c.state.in_(allow([State.SENDING], State.UNCERTAIN)))
    released = connection.execute(update(delivery).where(freed).values(state="planned", owner=None)).rowcount
    values = {"state": "uncertain", "owner": None, "next_try": now, "last_tried": now, "reason": reason}
    return released, connection.execute(update(delivery).where(in_doubt).values(values)).rowcount


def accounts_left(connection: Connection, owner: str) -> list[str]:
    """Accounts whose lane is at work for this owner, or broke off without a word."""
    busy = and_(delivery.c.owner == owner, delivery.c.state.in_([str(State.CLAIMED), str(State.SENDING)]))
    return list(connection.execute(select(delivery.c.account).where(busy).distinct()).scalars())


# ---------------------------------------------------------------- one attempt


def begin(connection: Connection, row: Row, owner: str, now: int, frozen: Mapping[str, str]) -> bool:
    """Into `sending`, durable before the request; False if it is late, or a hold, an edit or another owner came first.

    `frozen` holds service_key, frozen and frozen_revision; from here on they are the bytes of this delivery.
    """
    given = {"row_key": row.key, "its_owner": owner, "its_number": row.attempt, "its_revision": row.revision}
    fresh = {f"new_{name}": value for name, value in frozen.items()}
    if connection.execute(_beginning(), {**given, **fresh, "now": now}).rowcount == 0:
        return False
    attempts.write(connection, row.key, now, "send", "sending", revision=frozen["frozen_revision"])
    return True


@cache
def _beginning() -> Update:
    """Built once: putting a statement together costs more than running it."""
    now: Any = bindparam("now", type_=BigInteger)
    values = {
        **{name: bindparam(f"new_{name}") for name in ("service_key", "frozen", "frozen_revision")},
        "state": str(State.SENDING),
        "last_tried": now,
        "first_tried": func.coalesce(delivery.c.first_tried, now),
        "look_ups": 0,
        "next_try": None,
    }
    fence = and_(
        _mine([State.CLAIMED], State.SENDING),
        delivery.c.revision == bindparam("its_revision"),
        is_in_time(now),
        not_(holds.active()),
        answered(),
    )
    return update(delivery).where(fence).values(values)


def _mine(sources: Sequence[State], target: State) -> ColumnElement[bool]:
    """Condition: the row is where `sources` say, and still ours."""
    return and_(
        delivery.c.key == bindparam("row_key"),
        delivery.c.owner == bindparam("its_owner"),
        delivery.c.attempt == bindparam("its_number"),
        delivery.c.state.in_(allow(sources, target)),
    )


def finish(connection: Connection, fence: tuple[str, str, int], state: State, now: int, **values: Any) -> bool:
    """The outcome of a request; `fence` is (key, owner, attempt). False when the row was lost to another owner."""
    key, owner, number = fence
    given = {"row_key": key, "its_owner": owner, "its_number": number}
    new = {f"new_{name}": value for name, value in values.items()}
    won = connection.execute(_finishing(state, tuple(sorted(values))), {**given, **new}).rowcount
    outcome = str(state) if won else f"lost: {state}"
    words = {"detail": str(values.get("reason", "")), "receipt": values.get("receipt", "")}
    attempts.write(connection, key, now, "send", outcome, **words)
    return bool(won)


@cache
def _finishing(state: State, names: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    values |= {"state": str(state), "owner": None, "lease": None}
    return update(delivery).where(_mine([State.SENDING], state)).values(values)


def settle(connection: Connection, key: str, sources: Sequence[State], state: State, **values: Any) -> bool:
    """A step outside a request: a look-up, a person's word, a late row. False when the row was not in `sources`."""
    found = and_(delivery.c.key == key, delivery.c.state.in_(allow(sources, state)))
    return connection.execute(update(delivery).where(found).values(state=str(state), **values)).rowcount == 1


def published(receipt: Receipt, revision: str, content: str, now: int) -> dict[str, Any]:
    """The columns a published remote row gets."""
    return {
        "remote_id": receipt.remote_id,
        "receipt": json.dumps({"remote_id": receipt.remote_id, "url": receipt.url, "data": dict(receipt.data)}),
        "published_revision": revision,
        "published_content": content,
        "published_at": now,
        "updated_at": now,
        "next_try": None,
        "held_for": "",
        "reason": "",
    }


def in_doubt(connection: Connection, now: int) -> list[str]:
    """Uncertain rows whose next look-up is due; those without one wait for a person."""
    condition = and_(delivery.c.state == "uncertain", delivery.c.next_try <= now)
    return list(connection.execute(select(delivery.c.key).where(condition).order_by(delivery.c.key)).scalars())


def expire(connection: Connection, now: int) -> int:
    """Open push rows that are too late: expired or `skip` → missed, else held until a person decides."""
    pushed = and_(delivery.c.state.in_([str(state) for state in OPEN]), delivery.c.kind.not_in(("site", "calendar")))
    first_time = and_(delivery.c.published_revision.is_(None), not_(delivery.c.insisted))
    over = and_(pushed, first_time, delivery.c.expires <= now)
    held_over = and_(
        delivery.c.state == "held",
        delivery.c.published_revision.is_(None),
        delivery.c.expires <= now,
        delivery.c.kind.not_in(("site", "calendar")),
        not_(delivery.c.insisted),
    )
    its_time = or_(delivery.c.due.is_(None), delivery.c.due <= now)
    orphans = and_(pushed, delivery.c.published_revision.is_(None), its_time, _unanswerable())
    late = and_(pushed, first_time, delivery.c.role != "carried", delivery.c.due + delivery.c.late_after < now)
    allow([State.PLANNED, State.WAITING, State.HELD], State.MISSED)
    allow([State.PLANNED, State.WAITING], State.HELD)
    missed = {"state": "missed", "owner": None, "next_try": None}
    steps = (
        (or_(over, held_over), {**missed, "held_for": "", "reason": "its time was over before it could be sent"}),
        (orphans, {**missed, "reason": "the post it answers is not out and will not be"}),
        (and_(late, delivery.c.late_then == "skip"), {**missed, "reason": "too late, and to be skipped when late"}),
        (late, {"state": "held", "held_for": "late", "next_try": None, "reason": "too late to send without asking"}),
    )
    return sum(connection.execute(update(delivery).where(where).values(values)).rowcount for where, values in steps)


@cache
def _unanswerable() -> ColumnElement[bool]:
    """Condition: the post it answers is gone, or will never be."""
    parent = delivery.alias("parent")
    over = [str(state) for state in SETTLED if state is not State.SENT]
    coming = select(parent.c.key).where(parent.c.key == delivery.c.answers, parent.c.state.not_in(over))
    return and_(delivery.c.answers != "", not_(exists(coming).correlate(delivery)))


def touch(connection: Connection, key: str, state: State, **values: Any) -> bool:
    """Change a row that stays in its state."""
    same = and_(delivery.c.key == key, delivery.c.state == str(state))
    return connection.execute(update(delivery).where(same).values(**values)).rowcount == 1


def contents_due(connection: Connection, until: int) -> list[tuple[str, str]]:
    """(key, content) of everything planned up to an instant."""
    open_states = [str(state) for state in OPEN]
    condition = and_(delivery.c.state.in_(open_states), or_(delivery.c.due.is_(None), delivery.c.due <= until))
    rows = connection.execute(select(delivery.c.key, delivery.c.content).where(condition).order_by(delivery.c.due))
    return [(row.key, row.content) for row in rows if row.content]


def reopen_issue(connection: Connection, key: str, reason: str) -> None:
    """Mail the rest of an issue whose uncertain recipients a person has settled."""
    doubtful = and_(delivery.c.key == key, delivery.c.state == str(State.UNCERTAIN), delivery.c.role == "issue")
    connection.execute(update(delivery).where(doubtful).values(state="sending", owner=None, reason=reason))
