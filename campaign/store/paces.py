"""How fast each account may go on, kept in the ledger so that a restart forgets nothing.

A pace of `posts` in `seconds` is one instant per account: when the next post would arrive if all had kept it
(the generic cell rate algorithm of ITU-T I.371, the same as a token bucket, without tokens to count).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select, update

from campaign.model import Pace
from campaign.store.schema import pace


def allowance(connection: Connection, account: str, paces: Mapping[str, Pace], now: int) -> int:
    """How many posts an account may send now; 0 while it rests."""
    known = {row.name: row for row in connection.execute(select(pace).where(pace.c.account == account))}
    if _rests(known.get(REST), now):
        return 0
    arrivals = {name: known[name].arrival if name in known else 0 for name in paces}
    return min((pace.allowance(arrivals[name], now) for name, pace in paces.items()), default=MANY)


def spend(connection: Connection, account: str, paces: Mapping[str, Pace], now: int, posts: int) -> None:
    """Count posts that go out now."""
    known = {row.name: row.arrival for row in connection.execute(select(pace).where(pace.c.account == account))}
    for name, rule in paces.items():
        arrival = rule.after(known.get(name, 0), now, posts)
        _write(connection, account, name, arrival, rule.free_at(arrival))


def rest(connection: Connection, account: str, now: int, until: int) -> None:
    """Let an account send nothing before `until`, as its service asks; never shorter than it asked before."""
    standing = connection.execute(_OF, {"of_account": account, "of_name": REST}).first()
    latest = max(until, standing.free_at) if _rests(standing, now) and standing else until
    _write(connection, account, REST, now, latest)


def wake(connection: Connection, account: str, now: int, at: int) -> None:
    """Look at the account again at this instant: its quiet hours end."""
    _write(connection, account, QUIET, now, at)


def is_resting(connection: Connection, account: str, now: int) -> bool:
    """True while the service wants to hear nothing."""
    return _rests(connection.execute(_OF, {"of_account": account, "of_name": REST}).first(), now)


def resting(connection: Connection, account: str, now: int) -> int | None:
    """Until when an account sends nothing; None when it may."""
    query = select(func.max(pace.c.free_at)).where(pace.c.account == account, pace.c.free_at > now)
    found = connection.execute(query).scalar()
    return None if found is None else int(found)


MANY = 1_000_000
REST, QUIET = "rest", "quiet"
"""What is no pace: the service asked for a pause (`arrival` is when it did); people sleep."""
_OF = select(pace).where(pace.c.account == bindparam("of_account"), pace.c.name == bindparam("of_name"))


def _rests(row: Row[Any] | None, now: int) -> bool:
    """A rest that was asked for in the future was so before the clock was set back: it counts no more."""
    return row is not None and row.arrival <= now < row.free_at


def _write(connection: Connection, account: str, name: str, arrival: int, free_at: int) -> None:
    same = and_(pace.c.account == account, pace.c.name == name)
    values = {"arrival": arrival, "free_at": free_at}
    if connection.execute(update(pace).where(same).values(values)).rowcount == 0:
        connection.execute(pace.insert().values(account=account, name=name, **values))
