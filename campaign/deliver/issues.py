"""Newsletter issues: frozen in one transaction, then mailed recipient by recipient, each with a state of its own."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from campaign.deliver.attempts import is_mine, pictures_ready, verdict
from campaign.deliver.desk import Desk
from campaign.errors import AccountBlocked, DeliveryError, Uncertain
from campaign.model import State
from campaign.store import attempts, audit, from_ms, holds, issues, ledger, outlets, to_ms
from campaign.store.database import Connection
from campaign.store.ledger import Row
from campaign.store.values import POST

NOTHING_TO_SAY = "nothing to say: no news and no events ahead"


def freeze_issue(desk: Desk, key: str) -> None:
    """The step of an issue into `sending`: its content, its audience, what it carries, all holds tested here.

    Its picture is painted before: inside the transaction nothing else may be written.
    """
    with desk.database.read() as connection:
        seen = ledger.row(connection, key)
    if seen is None or not is_mine(seen, desk) or not pictures_ready(desk, seen):
        return
    with desk.database.write() as connection:
        row = ledger.row(connection, key)
        if row is None or not is_mine(row, desk):
            return
        if row.revision != seen.revision or not _frozen(desk, connection, row):
            ledger.settle(connection, key, [State.CLAIMED], State.PLANNED, owner=None, lease=None)


def _frozen(desk: Desk, connection: Connection, row: Row) -> bool:
    """False when a hold or the end of its time came between."""
    now = to_ms(desk.clock())
    taken = [] if row.post.own_issue else issues.carried(connection, row, now)
    mail = _compiled(desk, connection, row, taken)
    if mail is None:
        return ledger.settle(connection, row.key, [State.CLAIMED], State.MISSED, owner=None, reason=NOTHING_TO_SAY)
    fields = {"frozen": mail, "frozen_revision": row.revision, "service_key": row.key}
    if not ledger.begin(connection, row, desk.owner, now, fields):
        return False
    issues.freeze(connection, row.key, desk.presses[row.account].audience(row.language, row.key))
    issues.carry(connection, row.key, taken, now)
    return True


def _compiled(desk: Desk, connection: Connection, row: Row, taken: Sequence[issues.Carried]) -> str | None:
    press = desk.presses[row.account]
    post = row.post
    if post.own_issue:
        return press.compile(post, row.key, [], [])
    due = from_ms(row.due if row.due is not None else row.planned_at)
    first = dt.date.fromisoformat(post.date[:10]) if post.date else due.date()
    last = first + dt.timedelta(days=post.ahead_days)
    ahead = [POST.validate_json(content) for content in outlets.ahead(connection, row.language, first, last)]
    return press.compile(post, row.key, [POST.validate_json(content) for _, _, content in taken], ahead)


def mail_issues(desk: Desk, account: str) -> int:
    """Mail every recipient that is due; how many were tried."""
    with desk.database.read() as connection:
        keys = issues.being_sent(connection, account)
    tried = 0
    for key in keys:
        while not desk.stopping() and _mail_next(desk, account, key):
            tried += 1
        _close(desk, key)
    return tried


def _mail_next(desk: Desk, account: str, key: str) -> bool:
    """One recipient; False when nobody is due, or the account is blocked."""
    now = desk.clock()
    with desk.database.write() as connection:
        taken = issues.take(connection, key, desk.owner, to_ms(now))
        row = ledger.row(connection, key)
    if taken is None or row is None or row.frozen is None:
        return False
    fence = (key, taken["address"], desk.owner, taken["attempt"])
    try:
        answer = desk.presses[account].mail(row.frozen, taken["address"], taken["message_id"], now)
    except DeliveryError as error:
        return _not_mailed(desk, account, fence, error)
    with desk.database.write() as connection:
        issues.outcome(connection, fence, State.SENT, sent_at=to_ms(desk.clock()), detail=answer)
    return True


def _not_mailed(desk: Desk, account: str, fence: tuple[str, str, str, int], error: DeliveryError) -> bool:
    now = desk.clock()
    state, values = verdict(error, fence[3], now, desk.jitter())
    kept: dict[str, Any] = {"next_try": values.get("next_try")} if not isinstance(error, Uncertain) else {}
    with desk.database.write() as connection:
        issues.outcome(connection, fence, state, detail=str(error), **kept)
        if isinstance(error, AccountBlocked):
            holds.place(connection, now, f"account:{account}", "blocked", reason=str(error))
    desk.report(f"{fence[0]}: one recipient {state}: {error}")
    return not isinstance(error, AccountBlocked)


def _close(desk: Desk, key: str) -> None:
    """Compute the issue's state from its recipients once none of them is still to be mailed."""
    with desk.database.write() as connection:
        row = ledger.row(connection, key)
        counts = issues.counts(connection, key)
        unfinished = sum(counts.get(str(state), 0) for state in (State.PLANNED, State.WAITING, State.SENDING))
        if row is None or row.state is not State.SENDING or unfinished:
            return
        state = _state_of(counts)
        now = to_ms(desk.clock())
        values: dict[str, Any] = {"reason": _summary(counts), "owner": None}
        if state is State.SENT:
            published = {"published_revision": row.frozen_revision, "published_content": row.content}
            values |= {**published, "published_at": now, "updated_at": now}
        elif state is State.REJECTED:
            issues.give_back(connection, key, now)
            values["frozen"] = None
        ledger.settle(connection, key, [State.SENDING], state, **values)
        attempts.write(connection, key, now, "send", str(state), detail=_summary(counts))
        audit.record(connection, desk.clock(), desk.owner, "mailed", key=key, counts=counts)


def _state_of(counts: dict[str, int]) -> State:
    if counts.get(State.UNCERTAIN, 0):
        return State.UNCERTAIN
    return State.SENT if counts.get(State.SENT, 0) or not counts else State.REJECTED


def _summary(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "nobody to mail"
