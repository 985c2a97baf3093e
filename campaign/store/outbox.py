"""Planning's side of the ledger: what is known about each key, and the changes a plan makes to it."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from campaign.model import State
from campaign.store import attempts, from_ms, to_ms
from campaign.store.schema import delivery, horizon, setting, source
from campaign.store.states import allow
from campaign.store.values import Change, Known, Wanted, schedule_of


def known(connection: Connection) -> dict[str, Known]:
    """Every row, by key."""
    columns = [
        delivery.c[name]
        for name in [
            "key",
            "name",
            "account",
            "kind",
            "nature",
            "source",
            "state",
            "held_for",
            "due",
            "expires",
            "late_after",
            "late_then",
            "revision",
            "published_revision",
            "orphaned",
            "withdrawn",
        ]
    ]
    rows = connection.execute(select(*columns)).mappings()
    torn = attempts.torn_keys(connection)
    return {row["key"]: _known({**row, "torn": row["key"] in torn}) for row in rows}


def _known(row: Mapping[str, Any]) -> Known:
    kept = {name: row[name] for name in Known.__slots__ if name in row and name != "state"}
    return Known(**kept, state=State(row["state"]), schedule=schedule_of(row))


def insert(connection: Connection, changes: Sequence[Change], now: dt.datetime) -> None:
    """Add rows that are new."""
    rows = [
        {
            **asdict(change.wanted),
            "state": str(change.state),
            "held_for": change.held_for,
            "reason": change.reason,
            "planned_at": to_ms(now),
        }
        for change in changes
        if change.wanted is not None
    ]
    if rows:
        connection.execute(delivery.insert(), rows)


def rewrite(connection: Connection, changes: Iterable[Change]) -> None:
    """Give rows their new wording and times, whatever their state; what is frozen or published stays."""
    rows = [
        {"row_key": change.key, **{name: value for name, value in asdict(change.wanted).items() if name != "key"}}
        for change in changes
        if change.wanted is not None
    ]
    if rows:
        names = [name for name in Wanted.__slots__ if name != "key"]
        values: dict[str, Any] = {name: bindparam(name) for name in names} | {"orphaned": False}
        connection.execute(update(delivery).where(delivery.c.key == bindparam("row_key")).values(values), rows)


def move(connection: Connection, change: Change) -> bool:
    """Take the step a plan decided; False when the row had moved on."""
    if change.was is None or change.state is None:
        return False
    values = {
        "state": str(change.state),
        "held_for": change.held_for,
        "reason": change.reason,
        "next_try": None,
        "owner": None,
        "insisted": False,
        "frozen": None,  # nothing of it is in doubt in these states: today's wording counts
    }
    condition = (delivery.c.key == change.key) & delivery.c.state.in_(allow([change.was], change.state))
    return connection.execute(update(delivery).where(condition).values(values)).rowcount == 1


def give_claims_back(connection: Connection) -> None:
    """What is only claimed has not left the house: the plan decides about it anew, the lane claims it again."""
    claimed = delivery.c.state.in_(allow([State.CLAIMED], State.PLANNED))
    connection.execute(update(delivery).where(claimed).values(state="planned", owner=None, lease=None))


def orphan(connection: Connection, change: Change, now: dt.datetime) -> None:
    """Mark a published row as no longer in the files; own events and observances are withdrawn with it."""
    values: dict[str, Any] = {"orphaned": change.orphaned}
    if change.withdrawn is not None:
        values |= {"withdrawn": change.withdrawn, "updated_at": to_ms(now), "sequence": delivery.c.sequence + 1}
    connection.execute(update(delivery).where(delivery.c.key == change.key).values(values))


# ---------------------------------------------------------------- how far planning went, and what it read


def horizons(connection: Connection) -> dict[tuple[str, str], int]:
    """(entry, account) → the instant up to which its dates were planned already."""
    rows = connection.execute(select(horizon))
    return {(row.entry, row.account): row.planned_through for row in rows}


def extend_horizons(connection: Connection, names: Collection[tuple[str, str]], through: int) -> None:
    """Remember that these entries were planned up to `through`; never moves back."""
    found = horizons(connection)
    new = [
        {"entry": entry, "account": account, "planned_through": through}
        for entry, account in names
        if (entry, account) not in found
    ]
    later = [
        {"of_entry": entry, "of_account": account}
        for entry, account in names
        if found.get((entry, account), through) < through
    ]
    its_row = (horizon.c.entry == bindparam("of_entry")) & (horizon.c.account == bindparam("of_account"))
    if later:
        connection.execute(update(horizon).where(its_row).values(planned_through=through), later)
    if new:
        connection.execute(horizon.insert(), new)


def sources(connection: Connection) -> dict[str, Mapping[str, Any]]:
    """The schedule files as they were read last, by path."""
    return {row.path: dict(row._mapping) for row in connection.execute(select(source))}


def remember_sources(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace what is known about the schedule files."""
    connection.execute(delete(source))
    if rows:
        connection.execute(source.insert(), list(rows))


def setting_of(connection: Connection, name: str) -> str:
    """One stored word, or ""."""
    return str(connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar() or "")


def set_setting(connection: Connection, name: str, value: str) -> None:
    """Store one word."""
    if connection.execute(update(setting).where(setting.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(setting.insert().values(name=name, value=value))


def born(connection: Connection) -> dt.datetime:
    """When this ledger was begun: entries that repeat without a `from` begin here."""
    return from_ms(int(setting_of(connection, "born")))
