"""Lost answers: ask whether it arrived, never guess. Only proved absence is sent again, with the same bytes and key."""

import datetime as dt
from dataclasses import replace

from campaign.deliver.attempts import attempt_of
from campaign.deliver.desk import Desk
from campaign.errors import AccountBlocked, DeliveryError, Throttled, Transient
from campaign.model import Receipt, State
from campaign.policy import LONGEST_WAIT, MOST_ATTEMPTS, next_look_up
from campaign.store import attempts, audit, from_ms, holds, ledger, paces, to_ms
from campaign.store.ledger import Row

SOON = dt.timedelta(minutes=1)
"""When to look again where the service did not say."""


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
    except Exception as error:  # noqa: BLE001 - a bug in a channel must not keep the rest of the account waiting
        _ask_a_person(desk, row, f"unexpected: {type(error).__name__}")
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
        if attempts.tries(connection, row.key) >= MOST_ATTEMPTS:
            reason = f"it was sent {MOST_ATTEMPTS} times, and the service has nothing of it"
            ledger.touch(connection, row.key, State.UNCERTAIN, next_try=None, reason=reason)
            return
        reason = "the service has nothing of it: it is sent again with the same bytes"
        sources = [State.UNCERTAIN]
        late = {"insisted": True} if attempts.torn(connection, row.key) else {}
        if ledger.settle(connection, row.key, sources, State.WAITING, owner=None, next_try=None, reason=reason, **late):
            attempts.write(connection, row.key, to_ms(now), "find", "absent")


def _later(desk: Desk, row: Row, error: DeliveryError) -> None:
    now = desk.clock()
    told = error.after if isinstance(error, Transient) else None
    again = now + (min(told, LONGEST_WAIT) if told else SOON)
    with desk.database.write() as connection:
        if isinstance(error, Throttled) and told:
            paces.rest(connection, row.account, to_ms(now), to_ms(again))
        ledger.touch(connection, row.key, State.UNCERTAIN, next_try=to_ms(again), reason=str(error))
        if isinstance(error, AccountBlocked):
            holds.place(connection, now, f"account:{row.account}", "blocked", reason=str(error))


def _ask_a_person(desk: Desk, row: Row, reason: str) -> None:
    with desk.database.write() as connection:
        ledger.touch(connection, row.key, State.UNCERTAIN, next_try=None, reason=reason)
        attempts.write(connection, row.key, to_ms(desk.clock()), "find", "cannot tell", detail=reason)
    desk.report(f"{row.key}: nobody can tell whether it is public: settle it with `campaign resolve`")
