"""A newsletter issue's side of the ledger: what it carries, and one row per recipient with a state of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select, update

from campaign.model import State
from campaign.store import holds
from campaign.store.ledger import Row
from campaign.store.schema import delivery, recipient
from campaign.store.states import OPEN, allow

_OPEN = [str(state) for state in OPEN]


def carried(connection: Connection, issue: Row) -> list[tuple[str, str, str]]:
    """(key, revision, content) of the messages this issue takes along: due up to its own time, not held."""
    condition = and_(
        delivery.c.account == issue.account,
        delivery.c.language == issue.language,
        delivery.c.role == "carried",
        delivery.c.state == str(State.PLANNED),
        delivery.c.due <= issue.due,
        not_(holds.active()),
    )
    columns = (delivery.c.key, delivery.c.revision, delivery.c.content)
    rows = connection.execute(select(*columns).where(condition).order_by(delivery.c.own_time, delivery.c.key))
    return [(row.key, row.revision, row.content) for row in rows]


def freeze(connection: Connection, issue: Row, recipients: Sequence[tuple[str, str]], now: int) -> None:
    """Fix the audience (address, message id) and mark what is carried as sent with the issue as receipt."""
    rows = [
        {"issue": issue.key, "address": address, "message_id": message_id, "state": str(State.PLANNED)}
        for address, message_id in recipients
    ]
    if rows:
        connection.execute(recipient.insert(), rows)
    for key, revision, content in carried(connection, issue):
        values = {
            "state": "sent",
            "remote_id": issue.key,
            "published_revision": revision,
            "published_content": content,
            "published_at": now,
            "updated_at": now,
            "reason": "",
        }
        allow([State.PLANNED], State.SENT)
        connection.execute(update(delivery).where(delivery.c.key == key).values(values))


def give_back(connection: Connection, issue: str) -> int:
    """No recipient got the issue: what it carried waits for the next one."""
    mine = and_(delivery.c.role == "carried", delivery.c.remote_id == issue, delivery.c.state == "sent")
    allow([State.SENT], State.PLANNED)
    values = {"state": "planned", "remote_id": None, "published_revision": None, "published_at": None}
    return connection.execute(update(delivery).where(mine).values(values)).rowcount


def being_sent(connection: Connection, account: str) -> list[str]:
    """Issues of an account that are frozen and not finished."""
    condition = and_(delivery.c.account == account, delivery.c.role == "issue", delivery.c.state == "sending")
    return list(connection.execute(select(delivery.c.key).where(condition).order_by(delivery.c.key)).scalars())


def accounts_being_sent(connection: Connection, now: int) -> list[str]:
    """Accounts with an issue that has recipients to mail now, or none left and only has to be closed."""
    mine = recipient.c.issue == delivery.c.key
    to_mail = exists(select(recipient.c.address).where(mine, _due(now)))
    unfinished = exists(select(recipient.c.address).where(mine, recipient.c.state.in_([*_OPEN, str(State.SENDING)])))
    condition = and_(delivery.c.role == "issue", delivery.c.state == "sending", or_(to_mail, not_(unfinished)))
    return list(connection.execute(select(delivery.c.account).where(condition).distinct()).scalars())


def _due(now: int) -> Any:
    return and_(
        recipient.c.state.in_(_OPEN),
        or_(recipient.c.next_try.is_(None), recipient.c.next_try <= now),
        not_(holds.active()),
    )


def take(connection: Connection, issue: str, owner: str, now: int) -> Mapping[str, Any] | None:
    """Step one recipient into `sending`, holds tested here; None when there is nobody to mail now."""
    condition = and_(delivery.c.key == issue, recipient.c.issue == delivery.c.key, _due(now))
    columns = (recipient.c.address, recipient.c.message_id, recipient.c.attempt)
    found = connection.execute(select(*columns).where(condition).order_by(recipient.c.address).limit(1)).first()
    if found is None:
        return None
    mine = and_(recipient.c.issue == issue, recipient.c.address == found.address, recipient.c.state.in_(_OPEN))
    values = {"state": str(State.SENDING), "owner": owner, "attempt": found.attempt + 1}
    taken = connection.execute(update(recipient).where(mine).values(values)).rowcount
    return {**found._mapping, "attempt": found.attempt + 1} if taken else None


def outcome(connection: Connection, fence: tuple[str, str, str, int], state: State, **values: Any) -> bool:
    """The answer for one recipient; `fence` is (issue, address, owner, attempt)."""
    issue, address, owner, number = fence
    mine = and_(
        recipient.c.issue == issue,
        recipient.c.address == address,
        recipient.c.owner == owner,
        recipient.c.attempt == number,
        recipient.c.state.in_(allow([State.SENDING], state)),
    )
    return connection.execute(update(recipient).where(mine).values(state=str(state), **values)).rowcount == 1


def recover(connection: Connection, owner: str) -> int:
    """Recipients a dead owner was mailing: nobody knows, so they wait for a person."""
    dead = and_(recipient.c.owner.is_not(None), recipient.c.owner != owner)
    return _given_up(connection, dead, "the daemon stopped while it was mailing this address")


def reclaim(connection: Connection, account: str, owner: str) -> int:
    """The same for addresses of our own lane whose outcome could not be written down; only that lane may ask."""
    its_issues = select(delivery.c.key).where(delivery.c.account == account)
    left = and_(recipient.c.owner == owner, recipient.c.issue.in_(its_issues))
    return _given_up(connection, left, "what became of this mail could not be written down")


def _given_up(connection: Connection, whose: ColumnElement[bool], detail: str) -> int:
    sending = and_(whose, recipient.c.state.in_(allow([State.SENDING], State.UNCERTAIN)))
    return connection.execute(update(recipient).where(sending).values(state="uncertain", detail=detail)).rowcount


def counts(connection: Connection, issue: str) -> dict[str, int]:
    """State → number of recipients."""
    query = (
        select(recipient.c.state, func.count().label("number"))
        .where(recipient.c.issue == issue)
        .group_by(recipient.c.state)
    )
    return {row.state: row.number for row in connection.execute(query)}


def recipients(connection: Connection, issue: str) -> list[Mapping[str, Any]]:
    """Every recipient of an issue, by address."""
    rows = connection.execute(select(recipient).where(recipient.c.issue == issue).order_by(recipient.c.address))
    return [dict(row._mapping) for row in rows]


def answer(connection: Connection, issue: str, state: State, now: int) -> int:
    """A person's word on every uncertain recipient of an issue: `sent`, or `waiting` to be mailed again."""
    doubtful = and_(recipient.c.issue == issue, recipient.c.state.in_(allow([State.UNCERTAIN], state)))
    values: dict[str, Any] = {"state": str(state), "owner": None, "next_try": None, "detail": "decided by a person"}
    if state is State.SENT:
        values["sent_at"] = now
    return connection.execute(update(recipient).where(doubtful).values(values)).rowcount
