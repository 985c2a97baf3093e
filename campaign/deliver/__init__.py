"""Outbox to world to ledger: each due delivery once, as the public sees it.

A lane is one account: its deliveries go out one after another, so order and pace are the account's own; lanes do not
wait for each other. A lane first looks lost answers up, then corrects and retracts what it is asked to, then goes on
with issues being mailed, then takes what is due, no faster than the account's pace.
"""

from collections.abc import Sequence

from campaign.deliver.amendments import amend
from campaign.deliver.attempts import deliver
from campaign.deliver.desk import Desk, Press
from campaign.deliver.doubts import look_up
from campaign.deliver.issues import freeze_issue, mail_issues
from campaign.store import amendments, issues, ledger, paces, to_ms

__all__ = ["Desk", "Press", "accounts_with_work", "amend", "recover", "run_lane"]


def recover(desk: Desk) -> tuple[int, int]:
    """Before the first claim after a start: what dead owners left; (released, now in doubt)."""
    with desk.database.write() as connection:
        released, doubtful = ledger.recover(connection, desk.owner, to_ms(desk.clock()))
        return released, doubtful + issues.recover(connection, desk.owner)


def accounts_with_work(desk: Desk) -> Sequence[str]:
    """Accounts whose lane has something to do now, or broke off in the midst of it, by name."""
    now = to_ms(desk.clock())
    with desk.database.read() as connection:
        doubtful = {_account_of(key) for key in ledger.in_doubt(connection, now)}
        due = ledger.due_accounts(connection, now)
        left = [*ledger.accounts_left(connection, desk.owner), *amendments.accounts_asked(connection, now)]
        mailing = issues.accounts_being_sent(connection, now)
    return sorted(doubtful | ({*due, *left, *mailing} & desk.accounts))


def run_lane(desk: Desk, account: str) -> int:
    """Do everything one account has to do now; how many deliveries were tried or looked up."""
    _reclaim(desk, account)
    tried = _look_doubts_up(desk, account) + amend(desk, account)
    tried += mail_issues(desk, account) if account in desk.presses else 0
    while account in desk.accounts and not desk.stopping():
        keys = _claimed(desk, account)
        if not keys:
            return tried
        tried += _send_all(desk, account, keys)
    return tried


def _claimed(desk: Desk, account: str) -> Sequence[str]:
    """As many due rows as the account's pace lets through; none in its quiet hours."""
    now, manner = desk.clock(), desk.manners.get(account)
    instant, rules = to_ms(now), manner.paces if manner else {}
    silent = manner.quiet.until(now.astimezone(desk.zone)) if manner and manner.quiet else None
    with desk.database.write() as connection:
        if silent:
            paces.wake(connection, account, instant, to_ms(silent))
        allowed = 0 if silent else min(AT_ONCE, paces.allowance(connection, account, rules, instant))
        keys = ledger.claim(connection, account, desk.owner, instant, allowed) if allowed else []
        paces.spend(connection, account, rules, instant, len(keys))
    return keys


AT_ONCE = 20
"""How many rows a lane claims together."""


def _reclaim(desk: Desk, account: str) -> None:
    """What an earlier run of this lane left when its outcome could not be written down, on a full disk for example."""
    with desk.database.read() as connection:
        if account not in ledger.accounts_left(connection, desk.owner):
            return
    with desk.database.write() as connection:
        ledger.reclaim(connection, account, desk.owner, to_ms(desk.clock()))
        issues.reclaim(connection, account, desk.owner)


def _send_all(desk: Desk, account: str, keys: Sequence[str]) -> int:
    """Stops at the end of the program, and where the service asks for a rest; the other claims are given back."""
    for number, key in enumerate(keys):
        if desk.stopping():
            _release(desk, account)
            return number
        if account in desk.presses:
            freeze_issue(desk, key)
            mail_issues(desk, account)
        elif not deliver(desk, key):
            _release(desk, account)
            return number + 1
    return len(keys)


def _look_doubts_up(desk: Desk, account: str) -> int:
    with desk.database.read() as connection:
        doubtful = [key for key in ledger.in_doubt(connection, to_ms(desk.clock())) if _account_of(key) == account]
    for key in doubtful:
        if not desk.stopping():
            look_up(desk, key)
    return len(doubtful)


def _account_of(key: str) -> str:
    return key.rsplit(">", 1)[1].rsplit(":", 1)[0]


def _release(desk: Desk, account: str) -> None:
    with desk.database.write() as connection:
        ledger.release(connection, desk.owner, account)
