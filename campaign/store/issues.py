"""A newsletter issue's side of the ledger: what it carries, and one row per recipient with a state of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, not_, or_, select, update

from campaign.model import Receipt, State
from campaign.store import attempts, holds, ledger
from campaign.store.ledger import Row, is_in_time, page_missing
from campaign.store.schema import delivery, recipient
from campaign.store.states import OPEN, allow

_OPEN = [str(state) for state in OPEN]


Carried = tuple[str, str, str]
"""Key, revision and content of a message that an issue takes along."""


def carried(connection: Connection, issue: Row, now: int) -> list[Carried]:
    """The messages this issue takes along: due up to its own time, not held, their pages public."""
    condition = and_(
        delivery.c.account == issue.account,
        delivery.c.language == issue.language,
        delivery.c.role == "carried",
        delivery.c.state == str(State.PLANNED),
        delivery.c.due <= issue.due,
        delivery.c.orphaned.is_(False),
        is_in_time(now),
        not_(page_missing()),
        not_(holds.active()),
    )
    columns = (delivery.c.key, delivery.c.revision, delivery.c.content)
    rows = connection.execute(select(*columns).where(condition).order_by(delivery.c.own_time, delivery.c.key))
    return [(row.key, row.revision, row.content) for row in rows]


def freeze(connection: Connection, issue: str, recipients: Sequence[tuple[str, str]]) -> None:
    """Fix the audience (address, message id). Whom an earlier try of this issue reached is not mailed again."""
    again = and_(recipient.c.issue == issue, recipient.c.state.in_(allow([State.REJECTED], State.PLANNED)))
    connection.execute(delete(recipient).where(again))
    reached = set(connection.execute(select(recipient.c.address).where(recipient.c.issue == issue)).scalars())
    rows = [
        {"issue": issue, "address": address, "message_id": message_id, "state": str(State.PLANNED)}
        for address, message_id in recipients
        if address not in reached
    ]
    if rows:
        connection.execute(recipient.insert(), rows)


def carry(connection: Connection, issue: str, taken: Sequence[Carried], now: int) -> None:
    """Mark what an issue carries as sent, with the issue as receipt."""
    for key, revision, content in taken:
        published = ledger.published(Receipt(issue), revision, content, now)
        if ledger.settle(connection, key, [State.PLANNED], State.SENT, **published):
            attempts.write(connection, key, now, "send", "sent", revision=revision, receipt=published["receipt"])


def give_back(connection: Connection, issue: str, now: int) -> None:
    """No recipient got the issue: what it carried waits for the next one."""
    mine = and_(delivery.c.role == "carried", delivery.c.remote_id == issue, delivery.c.state == "sent")
    published = ("remote_id", "receipt", "published_revision", "published_content", "published_at", "updated_at")
    for key in list(connection.execute(select(delivery.c.key).where(mine)).scalars()):
        ledger.settle(connection, key, [State.SENT], State.PLANNED, **dict.fromkeys(published))
        attempts.write(connection, key, now, "send", "planned", detail=f"nobody got {issue}")


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
