"""One delivery through every fault: the public sees it exactly once, or a person is asked."""

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.deliver import accounts_with_work, recover, run_lane
from campaign.deliver.attempts import verdict
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.model import State
from campaign.settle import Person, retry
from campaign.store import holds, ledger, outbox, to_ms
from campaign.store.database import Database
from tests.ledgers import NOON, Clock, Service, make_desk, make_wanted, open_ledger, put, states

KEY = "kampana/kickoff>mastodon:lv"


def one_due(folder: Path, service: Service) -> tuple[Database, Clock]:
    database = open_ledger(folder)
    put(database, make_wanted(KEY))
    return database, Clock()


def run(database: Database, service: Service, clock: Clock, passes: int = 1, **step: float) -> None:
    desk = make_desk(database, {"mastodon": service}, clock)
    for _ in range(passes):
        for account in accounts_with_work(desk):
            run_lane(desk, account)
        clock.advance(**step)


@pytest.mark.parametrize("losses", [0, 1, 2, 5])
def test_lost_answers_never_publish_twice(tmp_path: Path, losses: int) -> None:
    service = Service(faults=[("after", Uncertain("the answer was lost"))] * losses)
    database, clock = one_due(tmp_path, service)
    run(database, service, clock, passes=10, seconds=30)
    assert states(database) == {KEY: "sent"}
    assert len(service.posts) == 1


@pytest.mark.parametrize("losses", [1, 2, 3])
def test_requests_that_never_arrived_are_sent_again_with_the_same_key(tmp_path: Path, losses: int) -> None:
    service = Service(faults=[("before", Uncertain("nobody knows"))] * losses)
    database, clock = one_due(tmp_path, service)
    run(database, service, clock, passes=12, seconds=30)
    assert states(database) == {KEY: "sent"}
    assert len(service.posts) == 1


def test_absence_is_not_believed_while_the_request_may_still_arrive(tmp_path: Path) -> None:
    service = Service(faults=[("before", Uncertain("nobody knows"))], longest=60)
    database, clock = one_due(tmp_path, service)
    run(database, service, clock, passes=5, seconds=10)
    assert states(database) == {KEY: "uncertain"}
    assert service.calls == 1


def test_a_look_up_is_work_done_so_that_the_clock_is_set_for_the_next_one(tmp_path: Path) -> None:
    service = Service(faults=[("before", Uncertain("nobody knows"))], longest=60)
    database, clock = one_due(tmp_path, service)
    run(database, service, clock, seconds=1)
    assert run_lane(make_desk(database, {"mastodon": service}, clock), "mastodon") == 1


def test_where_nobody_can_tell_a_person_decides(tmp_path: Path) -> None:
    service = Service(faults=[("after", Uncertain("lost"))], finds=[Uncertain("no history here")] * 9)
    database, clock = one_due(tmp_path, service)
    run(database, service, clock, passes=5, hours=1)
    assert states(database) == {KEY: "uncertain"}
    assert service.calls == 1


def test_an_uncertain_delivery_of_an_account_that_is_gone_waits_for_a_person(tmp_path: Path) -> None:
    service = Service(faults=[("after", Uncertain("lost"))])
    database, clock = one_due(tmp_path, service)
    run(database, service, clock)
    put(database, make_wanted("kampana/eve>mastodon:lv"))
    desk = make_desk(database, {}, clock)
    assert accounts_with_work(desk) == ["mastodon"]
    run_lane(desk, "mastodon")
    assert accounts_with_work(desk) == []
    assert states(database) == {KEY: "uncertain", "kampana/eve>mastodon:lv": "planned"}


def test_a_transient_failure_is_tried_again_and_not_before_the_service_said(tmp_path: Path) -> None:
    service = Service(faults=[("before", Transient("busy", dt.timedelta(minutes=30)))])
    database, clock = one_due(tmp_path, service)
    run(database, service, clock, passes=29, minutes=1)
    assert service.calls == 1
    run(database, service, clock, passes=3, minutes=1)
    assert states(database) == {KEY: "sent"}


def test_only_requests_count_as_tries_and_a_person_gives_new_ones(tmp_path: Path) -> None:
    service, clock, database = Service(faults=[("before", Transient("busy"))] * 21), Clock(), open_ledger(tmp_path)
    put(database, make_wanted(KEY, late_after=None))
    for _ in range(30):
        with database.write() as connection:
            ledger.claim(connection, "mastodon", "test", to_ms(NOON))
            outbox.give_claims_back(connection)
    run(database, service, clock, passes=19, seconds=1000)
    assert (states(database), service.calls) == ({KEY: "waiting"}, 19)
    run(database, service, clock)
    assert states(database) == {KEY: "rejected"}
    retry(database, KEY, Person("anna", clock()), {})
    run(database, service, clock)
    assert states(database) == {KEY: "waiting"}


def test_a_refused_post_stops_with_its_reason(tmp_path: Path) -> None:
    service = Service(faults=[("before", Rejected("too long"))])
    database, clock = one_due(tmp_path, service)
    run(database, service, clock, passes=3, minutes=1)
    assert states(database) == {KEY: "rejected"}
    assert service.calls == 1


def test_a_blocked_account_is_held_and_leaves_others_alone(tmp_path: Path) -> None:
    blocked, other = Service(faults=[("before", AccountBlocked("token revoked"))]), Service()
    database, clock = one_due(tmp_path, blocked)
    put(database, make_wanted("kampana/eve>mastodon:lv"), make_wanted("kampana/kickoff>bluesky:lv", kind="bluesky"))
    desk = make_desk(database, {"mastodon": blocked, "bluesky": other}, clock)
    for account in accounts_with_work(desk):
        run_lane(desk, account)
    assert blocked.calls == 1
    assert len(other.posts) == 1
    with database.write() as connection:
        holds.lift(connection, clock(), "account:mastodon", "blocked")
    run_lane(desk, "mastodon")
    assert len(blocked.posts) == 2


def test_a_bug_in_a_channel_ends_as_uncertain_and_not_as_a_second_post(tmp_path: Path) -> None:
    service = Service(faults=[("after", ZeroDivisionError("kļūda"))], finds=[Uncertain("?")])
    database, clock = one_due(tmp_path, service)
    run(database, service, clock, passes=3, hours=1)
    assert states(database) == {KEY: "uncertain"}
    assert len(service.posts) == 1


def test_an_edit_while_in_doubt_never_sends_other_bytes(tmp_path: Path) -> None:
    service = Service(faults=[("before", Uncertain("nobody knows"))])
    database, clock = one_due(tmp_path, service)
    run(database, service, clock)
    with database.write() as connection:
        ledger.touch(connection, KEY, State.UNCERTAIN, revision="r2", content="{}")
    run(database, service, clock, passes=6, seconds=30)
    assert list(service.posts.values()) == [f"Glāžšķūņu rūķīši {KEY}"]


def test_what_a_dead_owner_was_sending_is_looked_up_first(tmp_path: Path) -> None:
    service = Service()
    database, clock = one_due(tmp_path, service)
    desk = make_desk(database, {"mastodon": service}, clock)
    with database.write() as connection:
        ledger.claim(connection, "mastodon", "dead", to_ms(NOON))
        row = ledger.row(connection, KEY)
        assert row is not None
        frozen = {"frozen": row.content, "frozen_revision": "r1", "service_key": f"{KEY}/{to_ms(NOON)}"}
        ledger.begin(connection, row, "dead", to_ms(NOON), frozen)
    service.posts[f"{KEY}/{to_ms(NOON)}#1"] = "it had arrived"
    assert recover(desk) == (0, 1)
    run(database, service, clock, passes=3, seconds=30)
    assert service.calls == 0
    assert states(database) == {KEY: "sent"}


class FullDisk:
    """A ledger whose next writes fail after `good` ones."""

    def __init__(self, database: Database, good: int) -> None:
        self.database, self.good = database, good
        self.read = database.read

    def write(self):
        self.good -= 1
        if self.good < 0:
            raise OSError(28, "No space left on device")
        return self.database.write()


@pytest.mark.parametrize("good", range(6))
def test_a_ledger_that_cannot_be_written_for_a_while_loses_and_doubles_nothing(tmp_path: Path, good: int) -> None:
    service = Service()
    database, clock = one_due(tmp_path, service)
    broken = replace(make_desk(database, {"mastodon": service}, clock), database=FullDisk(database, good))  # type: ignore[arg-type]
    with suppress(OSError):
        run_lane(broken, "mastodon")
    run(database, service, clock, passes=3, seconds=30)
    assert states(database) == {KEY: "sent"}
    assert len(service.posts) == 1


def test_a_hold_stops_what_is_due_and_releases_no_burst(tmp_path: Path) -> None:
    service = Service()
    database, clock = one_due(tmp_path, service)
    with database.write() as connection:
        holds.place(connection, NOON, "all", "person", reason="sēras")
    run(database, service, clock, passes=3, hours=1)
    with database.write() as connection:
        ledger.expire(connection, to_ms(clock()))
        holds.lift(connection, clock(), "all", "person")
    run(database, service, clock)
    assert service.calls == 0
    assert states(database) == {KEY: "held"}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Transient("x"), State.WAITING),
        (Rejected("x"), State.REJECTED),
        (AccountBlocked("x"), State.WAITING),
        (Uncertain("x"), State.UNCERTAIN),
    ],
)
def test_only_what_may_be_public_keeps_its_frozen_bytes(error: DeliveryError, state: State) -> None:
    found, values = verdict(error, 1, NOON, 0.5)
    assert found is state
    assert ("frozen" in values) == (state is not State.UNCERTAIN)


def test_tries_are_bounded(tmp_path: Path) -> None:
    assert verdict(Transient("x"), 20, NOON, 0.5)[0] is State.REJECTED
