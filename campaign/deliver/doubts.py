"""Lost answers: ask whether it arrived, never guess. Only proved absence is sent again, with the same bytes and key."""

import datetime as dt
from dataclasses import replace

from campaign.deliver.attempts import attempt_of
from campaign.deliver.desk import Desk
from campaign.errors import AccountBlocked, DeliveryError, Transient
from campaign.model import Receipt, State
from campaign.policy import CAP, next_look_up
from campaign.store import attempts, audit, from_ms, holds, ledger, to_ms
from campaign.store.ledger import Row


def look_up(desk: Desk, key: str) -> None:
    """Settle one uncertain row as far as the service can tell."""
    with desk.database.read() as connection:
        row = ledger.row(connection, key)
    if row is None or row.state is not State.UNCERTAIN or row.frozen is None:
        return
    channel = desk.channels.get(row.account)
    if channel is None:
        _ask_a_person(desk, row, "its account is not configured any more, so nobody can look")
        return
    with desk.database.read() as connection:
        known = attempts.remote_ids(connection, row.account, besides=key)
    try:
        receipt = channel.find(replace(attempt_of(desk, key, desk.clock()), known=known))
    except (Transient, AccountBlocked) as error:
        _later(desk, row, error)
    except DeliveryError as error:
        _ask_a_person(desk, row, str(error))
    else:
        if receipt is None:
            longest = min(channel.longest, desk.longest)
            _absent(desk, row, channel.look_ups, dt.timedelta(seconds=longest))
        else:
            _found(desk, row, receipt)


def _found(desk: Desk, row: Row, receipt: Receipt) -> None:
    now = to_ms(desk.clock())
    values = ledger.published(receipt, row.frozen_revision or row.revision, row.frozen or row.content, now)
    with desk.database.write() as connection:
        if ledger.settle(connection, row.key, [State.UNCERTAIN], State.SENT, owner=None, **values):
            attempts.write(connection, row.key, now, "find", "sent", receipt=values["receipt"])
            audit.record(connection, desk.clock(), desk.owner, "found", key=row.key, receipt=values["receipt"])


def _absent(desk: Desk, row: Row, needed: int, longest: dt.timedelta) -> None:
    now = desk.clock()
    last_tried = from_ms(row.last_tried or row.planned_at)
    counts = now >= last_tried + longest  # an earlier look-up proves nothing: the request may still arrive
    empty = row.look_ups + 1 if counts else 0
    again = next_look_up(empty, needed, last_tried, longest, now)
    with desk.database.write() as connection:
        if again is not None:
            ledger.touch(connection, row.key, State.UNCERTAIN, look_ups=empty, next_try=to_ms(again))
            return
        reason = "the service has nothing of it: it is sent again with the same bytes"
        sources = [State.UNCERTAIN]
        if ledger.settle(connection, row.key, sources, State.WAITING, owner=None, next_try=None, reason=reason):
            attempts.write(connection, row.key, to_ms(now), "find", "absent")


def _later(desk: Desk, row: Row, error: DeliveryError) -> None:
    now = desk.clock()
    after = error.after if isinstance(error, Transient) and error.after else CAP / 15
    with desk.database.write() as connection:
        ledger.touch(connection, row.key, State.UNCERTAIN, next_try=to_ms(now + min(after, CAP)), reason=str(error))
        if isinstance(error, AccountBlocked):
            holds.place(connection, now, f"account:{row.account}", "blocked", reason=str(error))


def _ask_a_person(desk: Desk, row: Row, reason: str) -> None:
    with desk.database.write() as connection:
        ledger.touch(connection, row.key, State.UNCERTAIN, next_try=None, reason=reason)
        attempts.write(connection, row.key, to_ms(desk.clock()), "find", "cannot tell", detail=reason)
    desk.report(f"{row.key}: nobody can tell whether it is public: settle it with `campaign resolve`")
