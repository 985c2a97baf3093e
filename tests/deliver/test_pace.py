"""How fast an account goes on: what the service allows, what the operator wants, and the hours in which people sleep."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.deliver import run_lane
from campaign.errors import Throttled
from campaign.model import Account, Limits, Pace, Quiet
from campaign.store import ledger, to_ms
from campaign.store.database import Database
from tests.ledgers import NOON, Clock, Service, make_desk, make_wanted, open_ledger, put, states

RIGA = ZoneInfo("Europe/Riga")


def many(folder: Path, number: int) -> Database:
    database = open_ledger(folder)
    put(database, *(make_wanted(f"kampana/e{n:02}>mastodon:lv") for n in range(number)))
    return database


def go(database: Database, service: Service, clock: Clock, account: Account) -> int:
    desk = replace(make_desk(database, {"mastodon": service}, clock), manners={"mastodon": account}, zone=RIGA)
    before = len(service.posts)
    run_lane(desk, "mastodon")
    return len(service.posts) - before


def account(limits: Limits | None = None, spacing: float = 0, quiet: Quiet | None = None) -> Account:
    return Account("mastodon", "mastodon", ("lv",), limits or Limits(), spacing=spacing, quiet=quiet)


def test_no_more_goes_out_than_the_service_allows_in_its_time(tmp_path: Path) -> None:
    database, service, clock = many(tmp_path, 30), Service(), Clock()
    slow = account(Limits(pace=(10, 100)))
    assert go(database, service, clock, slow) == 10
    clock.advance(seconds=9)
    assert go(database, service, clock, slow) == 0
    clock.advance(seconds=1)
    assert go(database, service, clock, slow) == 1
    clock.advance(seconds=100)
    assert go(database, service, clock, slow) == 10


def test_a_restart_forgets_no_pace(tmp_path: Path) -> None:
    database, clock = many(tmp_path, 30), Clock()
    assert go(database, Service(), clock, account(Limits(pace=(10, 100)))) == 10
    database.close()
    assert go(open_ledger(tmp_path), Service(), clock, account(Limits(pace=(10, 100)))) == 0


def test_posts_keep_the_distance_the_operator_wants(tmp_path: Path) -> None:
    database, service, clock = many(tmp_path, 3), Service(), Clock()
    spaced = account(spacing=600)
    sent = []
    for _ in range(31):
        sent.append(go(database, service, clock, spaced))
        clock.advance(minutes=1)
    assert [minute for minute, number in enumerate(sent) if number] == [0, 10, 20]


def test_the_clock_is_set_to_the_moment_an_account_may_go_on(tmp_path: Path) -> None:
    database, clock = many(tmp_path, 2), Clock()
    go(database, Service(), clock, account(spacing=600))
    with database.read() as connection:
        assert ledger.next_due(connection, to_ms(clock())) == to_ms(NOON + dt.timedelta(seconds=600))


def test_a_limit_told_by_the_service_rests_the_whole_account(tmp_path: Path) -> None:
    database, clock = many(tmp_path, 5), Clock()
    service = Service(faults=[("before", Throttled("par daudz", dt.timedelta(seconds=90)))])
    go(database, service, clock, account())
    assert service.calls == 1
    clock.advance(seconds=89)
    calls = service.calls
    assert (go(database, service, clock, account()), service.calls) == (0, calls)
    clock.advance(seconds=6)
    assert go(database, service, clock, account()) > 0


def test_in_quiet_hours_nothing_goes_out_and_then_all_of_it(tmp_path: Path) -> None:
    database, service = many(tmp_path, 2), Service()
    night = account(quiet=Quiet(dt.time(11), dt.time(13, 30)))  # it is 12:00 in Riga
    clock = Clock(NOON)
    assert go(database, service, clock, night) == 0
    clock.now = dt.datetime(2023, 9, 18, 10, 29, tzinfo=dt.UTC)
    assert go(database, service, clock, night) == 0
    clock.advance(minutes=1)
    assert go(database, service, clock, night) == 2
    assert set(states(database).values()) == {"sent"}


@pytest.mark.parametrize(
    ("hours", "time", "ends"),
    [
        ("22:00-07:00", "2023-09-18 23:30", "2023-09-19 07:00"),
        ("22:00-07:00", "2023-09-18 06:59", "2023-09-18 07:00"),
        ("22:00-07:00", "2023-09-18 07:00", ""),
        ("22:00-07:00", "2023-09-18 21:59", ""),
        ("12:00-13:00", "2023-09-18 12:00", "2023-09-18 13:00"),
        ("12:00-13:00", "2023-09-18 13:00", ""),
    ],
)
def test_quiet_hours_may_span_midnight(hours: str, time: str, ends: str) -> None:
    from campaign.channels.account import hours_of

    quiet = hours_of(hours)
    assert quiet is not None
    found = quiet.until(dt.datetime.fromisoformat(time).replace(tzinfo=RIGA))
    assert (f"{found:%Y-%m-%d %H:%M}" if found else "") == ends


@given(
    st.integers(1, 50), st.integers(1, 3600), st.lists(st.tuples(st.integers(0, 600), st.integers(1, 60)), max_size=60)
)
def test_no_window_of_the_given_length_ever_holds_more_than_twice_its_posts(
    posts: int, seconds: int, wishes: list[tuple[int, int]]
) -> None:
    pace, arrival, now, sent = Pace(posts, seconds), 0, 1_700_000_000_000, []
    for wait, wanted in wishes:
        now += wait * 1000
        allowed = min(wanted, pace.allowance(arrival, now))
        arrival = pace.after(arrival, now, allowed)
        sent += [now] * allowed
    for first in sent:
        in_window = sum(first <= time < first + seconds * 1000 for time in sent)
        assert in_window <= 2 * posts


def test_a_clock_that_is_set_back_silences_nobody(tmp_path: Path) -> None:
    database, clock = open_ledger(tmp_path), Clock(NOON + dt.timedelta(days=3))
    put(database, *(make_wanted(f"kampana/e{n:02}>mastodon:lv", late_after=None) for n in range(9)))
    slow = account(Limits(pace=(2, 100)))
    assert go(database, Service(faults=[("before", Throttled("par daudz", dt.timedelta(hours=20)))]), clock, slow) == 0
    clock.now = NOON
    assert go(database, Service(), clock, slow) == 2
    assert go(database, Service(), clock, slow) == 0


def test_quiet_hours_that_the_operator_takes_away_are_over(tmp_path: Path) -> None:
    database, service, clock = many(tmp_path, 2), Service(), Clock(NOON)
    assert go(database, service, clock, account(quiet=Quiet(dt.time(11), dt.time(20)))) == 0
    assert go(database, service, clock, account()) == 2


def test_after_a_clock_was_set_back_a_new_rest_counts(tmp_path: Path) -> None:
    database, clock = open_ledger(tmp_path), Clock(NOON + dt.timedelta(days=3))
    put(database, *(make_wanted(f"kampana/e{n:02}>mastodon:lv", late_after=None) for n in range(3)))
    go(database, Service(faults=[("before", Throttled("par daudz", dt.timedelta(hours=20)))]), clock, account())
    clock.now = NOON
    go(database, Service(faults=[("before", Throttled("par daudz", dt.timedelta(hours=1)))]), clock, account())
    clock.advance(minutes=59)
    assert go(database, Service(), clock, account()) == 0
    clock.advance(minutes=2)
    assert go(database, Service(), clock, account()) > 0
