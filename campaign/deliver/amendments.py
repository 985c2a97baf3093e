"""Corrections and retractions: what a person asked for, done by the account's own lane, each result written down.

Edits and removals may be repeated: a lost answer is simply tried again.
"""

import json

from campaign.channels import chain
from campaign.deliver.attempts import attempt_of, can_be_named
from campaign.deliver.desk import Desk
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Throttled, Transient, Uncertain
from campaign.model import Receipt, State
from campaign.policy import next_attempt
from campaign.store import amendments, attempts, audit, holds, ledger, paces, to_ms
from campaign.store.amendments import Order
from campaign.store.database import Connection


def amend(desk: Desk, account: str) -> int:
    """Carry out what is asked of one account now; how many orders were tried."""
    if account not in desk.channels:
        return 0
    with desk.database.read() as connection:
        now = to_ms(desk.clock())
        orders = [] if paces.is_resting(connection, account, now) else amendments.asked(connection, account, now)
    for order in orders:
        if not desk.stopping():
            _carry_out(desk, order)
    return len(orders)


def _carry_out(desk: Desk, order: Order) -> None:
    with desk.database.write() as connection:
        receipt = attempts.receipt_of(connection, order.key) or chain.begun(attempts.begun(connection, order.key))
        if receipt is None or not amendments.change(connection, order.id, tries=order.tries + 1):
            return
        words = {"detail": order.reason, "revision": order.revision}
        attempts.write(connection, order.key, to_ms(desk.clock()), order.action, "sending", **words)
    try:
        changed = _asked(desk, order, receipt)
    except DeliveryError as error:
        _not_done(desk, order, error)
    except Exception as error:  # noqa: BLE001 - a bug in a channel must be told to the person who waits for the result
        _not_done(desk, order, Rejected(f"unexpected: {type(error).__name__}"))
    else:
        _done(desk, order, changed)


def _asked(desk: Desk, order: Order, receipt: Receipt) -> Receipt:
    channel = desk.channels[order.account]
    if not can_be_named(channel, receipt):
        raise Rejected("a person said that it is out, and the service's own number of it is not known: do it by hand")
    if order.action == "remove":
        channel.remove(receipt)
        return receipt
    wording = (order.content, order.revision)
    return channel.edit(receipt, attempt_of(desk, order.key, desk.clock(), wording))


def _done(desk: Desk, order: Order, receipt: Receipt) -> None:
    now = desk.clock()
    verb = "edited" if order.action == "edit" else "removed"
    with desk.database.write() as connection:
        if order.action == "edit":
            values = ledger.published(receipt, order.revision, order.content, to_ms(now))
            del values["published_at"]
            ledger.touch(connection, order.key, State.SENT, **values)
        else:
            words = {"withdrawn": order.reason or "retracted", "updated_at": to_ms(now)}
            ledger.settle(connection, order.key, [State.SENT, *amendments.HALF_OUT], State.RETRACTED, **words)
        stored = json.dumps({"remote_id": receipt.remote_id, "url": receipt.url, "data": dict(receipt.data)})
        attempts.write(connection, order.key, to_ms(now), order.action, verb, receipt=stored)
        amendments.change(connection, order.id, state="done", outcome=verb)
        audit.record(connection, now, order.placed_by, verb, key=order.key, reason=order.reason)


def _not_done(desk: Desk, order: Order, error: DeliveryError) -> None:
    now = desk.clock()
    with desk.database.write() as connection:
        attempts.write(connection, order.key, to_ms(now), order.action, "not done", detail=str(error))
        if isinstance(error, AccountBlocked):
            holds.place(connection, now, f"account:{order.account}", "blocked", reason=str(error))
            amendments.change(connection, order.id, outcome=str(error))
            return
        if isinstance(error, Throttled) and error.after:
            paces.rest(connection, order.account, to_ms(now), to_ms(now + error.after))
        after = error.after if isinstance(error, Transient) else None
        again = next_attempt(after, order.tries + 1, now, desk.jitter())
        if isinstance(error, Transient | Uncertain) and again is not None:
            amendments.change(connection, order.id, outcome=str(error), next_try=to_ms(again))
            return
        _refused(connection, desk, order, error)
    desk.report(f"{order.key} could not be {'corrected' if order.action == 'edit' else 'retracted'}: {error}")


def _refused(connection: Connection, desk: Desk, order: Order, error: DeliveryError) -> None:
    amendments.change(connection, order.id, state="refused", outcome=str(error))
    audit.record(connection, desk.clock(), order.placed_by, f"not {order.action}ed", key=order.key, reason=str(error))
