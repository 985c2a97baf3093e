"""One attempt: durable before the request, fenced after it."""

import datetime as dt
from typing import Any

from campaign.channels.base import Channel, ReadsAddresses
from campaign.deliver.desk import Desk
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Throttled, Transient, Uncertain
from campaign.model import Attempt, Post, Receipt, State
from campaign.policy import next_attempt
from campaign.store import attempts, audit, from_ms, holds, ledger, paces, to_ms
from campaign.store.ledger import Row
from campaign.store.values import POST


def deliver(desk: Desk, key: str) -> bool:
    """Send one claimed row and write down what came of it; False when the whole account has to rest."""
    with desk.database.read() as connection:
        row = ledger.row(connection, key)
    if row is None or not is_mine(row, desk) or not pictures_ready(desk, row):
        return True
    now = desk.clock()
    frozen = freeze(desk, row)
    with desk.database.write() as connection:
        if not ledger.begin(connection, row, desk.owner, to_ms(now), frozen):
            ledger.settle(connection, key, [State.CLAIMED], State.PLANNED, owner=None, lease=None)
            return True
    try:
        receipt = desk.channels[row.account].send(attempt_of(desk, key, now))
    except DeliveryError as error:
        _failed(desk, row, error)
        return not isinstance(error, Throttled)
    except Exception as error:  # noqa: BLE001 - a bug in a channel must end as "uncertain", never as a second post
        desk.report(f"{key}: {type(error).__name__}: {error}")
        _failed(desk, row, Uncertain(f"unexpected: {type(error).__name__}"))
    else:
        done = to_ms(desk.clock())
        values = ledger.published(receipt, frozen["frozen_revision"], frozen["frozen"], done)
        with desk.database.write() as connection:
            if ledger.finish(connection, (key, desk.owner, row.attempt), State.SENT, done, **values):
                audit.record(connection, desk.clock(), desk.owner, "published", key=key, receipt=values["receipt"])
    return True


def is_mine(row: Row, desk: Desk) -> bool:
    """True while this process holds the claim and has not begun."""
    return row.state is State.CLAIMED and row.owner == desk.owner


def pictures_ready(desk: Desk, row: Row) -> bool:
    """Paint what is missing before anything is sent; a picture that cannot be drawn holds the row."""
    try:
        for picture in row.post.every_picture:
            desk.load(picture)
    except DeliveryError as error:
        values = {"owner": None, "held_for": "content", "reason": str(error)}
        with desk.database.write() as connection:
            ledger.settle(connection, row.key, [State.CLAIMED], State.HELD, **values)
        return False
    return True


def freeze(desk: Desk, row: Row) -> dict[str, str]:
    """The bytes of this delivery: those of an earlier, doubtful try, else today's wording."""
    content = row.frozen or row.content
    revision = row.frozen_revision if row.frozen and row.frozen_revision else row.revision
    due = row.due if row.due is not None else row.planned_at
    fresh = row.service_key is None or revision != row.frozen_revision
    key = desk.channels[row.account].service_key(row.key, revision, due) if fresh else row.service_key
    return {"frozen": content, "frozen_revision": revision, "service_key": key or ""}


def attempt_of(desk: Desk, key: str, now: dt.datetime, wording: tuple[str, str] | None = None) -> Attempt:
    """The channel's view of a row: its frozen bytes, or another wording (content, revision) that is to replace them."""
    with desk.database.read() as connection:
        row = ledger.row(connection, key)
        if row is None or (row.frozen is None and wording is None):
            raise Uncertain("the frozen bytes are missing")
        content, revision = wording or (row.frozen or "", row.frozen_revision or row.revision)
        notes = attempts.notes(connection, key, revision)
        post = _post(content)
        parent = attempts.receipt_of(connection, post.reply_to) if post.reply_to else None
        if parent and not can_be_named(desk.channels[row.account], parent):
            parent = None

    def note(name: str, value: str) -> None:
        with desk.database.write() as connection:
            attempts.write_note(connection, key, revision, name, value)

    return Attempt(
        key=key,
        revision=revision,
        service_key=row.service_key or "",
        post=post,
        now=now,
        first_tried=from_ms(row.first_tried) if row.first_tried else now,
        load=desk.load,
        note=note,
        notes=notes,
        parent=parent,
    )


def can_be_named(channel: Channel, receipt: Receipt) -> bool:
    """False for a post of which a person only said that it is out, where the service needs its own number of it."""
    return receipt.remote_id not in ("", receipt.url) or (bool(receipt.url) and isinstance(channel, ReadsAddresses))


def _post(content: str) -> Post:
    return POST.validate_json(content)


def _failed(desk: Desk, row: Row, error: DeliveryError) -> None:
    now = desk.clock()
    fence = (row.key, desk.owner, row.attempt)
    with desk.database.write() as connection:
        state, values = verdict(error, attempts.tries(connection, row.key), now, desk.jitter())
        if attempts.torn(connection, row.key):
            values = {name: value for name, value in values.items() if name != "frozen"} | {"insisted": True}
        finished = ledger.finish(connection, fence, state, to_ms(now), reason=str(error), **values)
        if isinstance(error, Throttled) and error.after:
            paces.rest(connection, row.account, to_ms(now), to_ms(now + error.after))
        if finished and isinstance(error, AccountBlocked):
            holds.place(connection, now, f"account:{row.account}", "blocked", reason=str(error))
        if finished and state in (State.REJECTED, State.UNCERTAIN):
            audit.record(connection, now, desk.owner, str(state), key=row.key, reason=str(error))
    desk.report(f"{row.key}: {state}: {error}")


def verdict(error: DeliveryError, attempts: int, now: dt.datetime, jitter: float) -> tuple[State, dict[str, Any]]:
    """What happens next, by the kind of error. Only what may be public keeps its frozen bytes."""
    match error:
        case Rejected():
            return State.REJECTED, {"frozen": None}
        case AccountBlocked():
            return State.WAITING, {"frozen": None, "next_try": None}
        case Transient():
            again = next_attempt(error.after, attempts, now, jitter)
            if again is None:
                return State.REJECTED, {"frozen": None}
            return State.WAITING, {"frozen": None, "next_try": to_ms(again)}
        case _:
            return State.UNCERTAIN, {"next_try": to_ms(now), "last_tried": to_ms(now)}
