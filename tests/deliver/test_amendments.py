"""Corrections and retractions: asked for in the ledger, done by the account's lane, each result written down."""

import datetime as dt
from pathlib import Path

import pytest

from campaign.deliver import accounts_with_work, run_lane
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Throttled, Transient, Uncertain
from campaign.model import Attempt, Receipt
from campaign.settle import Person, resolve
from campaign.store import amendments, audit, holds, lookups, to_ms
from campaign.store.database import Database
from tests.ledgers import NOON, Clock, Service, make_desk, make_wanted, open_ledger, put, states

KEY = "kampana/kickoff>mastodon:lv"


class Grudging(Service):
    """A service that gives these answers to edits and removals, in turn, and then does as it is told."""

    def __init__(self, *answers: Exception) -> None:
        super().__init__()
        self.answers = list(answers)

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        if self.answers:
            raise self.answers.pop(0)
        return super().edit(receipt, attempt)

    def remove(self, receipt: Receipt) -> None:
        if self.answers:
            raise self.answers.pop(0)
        super().remove(receipt)


def published(folder: Path, service: Service) -> tuple[Database, Clock]:
    database, clock = open_ledger(folder), Clock()
    put(database, make_wanted())
    run_lane(make_desk(database, {"mastodon": service}, clock), "mastodon")
    assert states(database) == {KEY: "sent"}
    return database, clock


def ask(database: Database, action: str, **words: str) -> None:
    with database.write() as connection:
        amendments.place(connection, KEY, action, to_ms(NOON), placed_by="anna", **words)


def ask_edit(database: Database) -> None:
    content = make_wanted().content.replace("kickoff", "labots")
    ask(database, "edit", revision="r2", content=content)


def go_on(database: Database, service: Service, clock: Clock) -> None:
    desk = make_desk(database, {"mastodon": service}, clock)
    for account in accounts_with_work(desk):
        run_lane(desk, account)


def order(database: Database) -> dict[str, object]:
    with database.read() as connection:
        return amendments.of_keys(connection, [KEY])[KEY]


def row(database: Database) -> dict[str, object]:
    with database.read() as connection:
        return dict(lookups.delivery_of(connection, KEY) or {})


def test_an_edit_changes_the_one_post_and_is_audited(tmp_path: Path) -> None:
    service = Service()
    database, clock = published(tmp_path, service)
    ask_edit(database)
    go_on(database, service, clock)
    assert list(service.posts.values()) == ["Glāžšķūņu rūķīši kampana/labots>mastodon:lv"]
    assert (row(database)["published_revision"], row(database)["state"]) == ("r2", "sent")
    with database.read() as connection:
        assert [(line["who"], line["action"]) for line in audit.records(connection, KEY)][-1] == ("anna", "edited")


def test_a_removal_is_final_and_keeps_its_reason(tmp_path: Path) -> None:
    service = Service()
    database, clock = published(tmp_path, service)
    ask(database, "remove", reason="nepareizs tālrunis")
    go_on(database, service, clock)
    assert service.posts == {}
    assert (row(database)["state"], row(database)["withdrawn"]) == ("retracted", "nepareizs tālrunis")


@pytest.mark.parametrize("answer", [Transient("vēlāk", dt.timedelta(seconds=40)), Uncertain("nav atbildes")])
def test_an_edit_without_an_answer_is_tried_again(tmp_path: Path, answer: DeliveryError) -> None:
    service = Grudging(answer)
    database, clock = published(tmp_path, service)
    ask_edit(database)
    go_on(database, service, clock)
    assert (order(database)["state"], row(database)["published_revision"]) == ("open", "r1")
    clock.advance(minutes=20)
    go_on(database, service, clock)
    assert (order(database)["state"], row(database)["published_revision"]) == ("done", "r2")


def test_an_edit_is_never_tried_before_the_service_allows_it(tmp_path: Path) -> None:
    service = Grudging(Transient("vēlāk", dt.timedelta(seconds=40)))
    database, clock = published(tmp_path, service)
    ask_edit(database)
    go_on(database, service, clock)
    clock.advance(seconds=39)
    go_on(database, service, clock)
    assert order(database)["state"] == "open"


@pytest.mark.parametrize(
    ("answer", "words"), [(Rejected("par vecu"), "par vecu"), (KeyError("kļūda"), "unexpected: KeyError")]
)
def test_what_a_service_will_not_do_is_told(tmp_path: Path, answer: Exception, words: str) -> None:
    service = Grudging(answer)
    database, clock = published(tmp_path, service)
    ask(database, "remove", reason="kļūda")
    go_on(database, service, clock)
    assert (order(database)["state"], order(database)["outcome"]) == ("refused", words)
    assert row(database)["state"] == "sent"


def test_a_blocked_account_is_retracted_from_once_it_is_resumed(tmp_path: Path) -> None:
    service = Grudging(AccountBlocked("žetons beidzies"))
    database, clock = published(tmp_path, service)
    ask(database, "remove", reason="kļūda")
    go_on(database, service, clock)
    clock.advance(hours=1)
    go_on(database, service, clock)
    assert service.posts
    with database.write() as connection:
        holds.lift(connection, clock(), "account:mastodon", "blocked")
    go_on(database, service, clock)
    assert row(database)["state"] == "retracted"


def test_a_hold_stops_edits_but_no_retraction(tmp_path: Path) -> None:
    service = Service()
    database, clock = published(tmp_path, service)
    with database.write() as connection:
        holds.place(connection, clock(), "all", "person", reason="sēras")
    ask_edit(database)
    go_on(database, service, clock)
    assert order(database)["state"] == "open"
    ask(database, "remove", reason="kļūda")
    go_on(database, service, clock)
    assert row(database)["state"] == "retracted"


def test_a_later_order_takes_the_place_of_one_that_is_open(tmp_path: Path) -> None:
    service = Grudging(Transient("vēlāk"))
    database, clock = published(tmp_path, service)
    ask_edit(database)
    go_on(database, service, clock)
    ask(database, "remove", reason="tomēr prom")
    clock.advance(minutes=20)
    go_on(database, service, clock)
    assert service.posts == {}


def test_a_post_in_doubt_is_removed_when_it_is_found(tmp_path: Path) -> None:
    service = Service(faults=[("after", Uncertain("nav atbildes"))])
    database, clock = open_ledger(tmp_path), Clock()
    put(database, make_wanted())
    go_on(database, service, clock)
    assert states(database) == {KEY: "uncertain"}
    ask(database, "remove", reason="kļūda")
    for _ in range(3):
        clock.advance(minutes=5)
        go_on(database, service, clock)
    assert service.posts == {}
    assert states(database) == {KEY: "retracted"}


def test_a_post_that_a_person_vouched_for_is_not_said_to_be_removed(tmp_path: Path) -> None:
    service = Service(faults=[("after", Uncertain("nav atbildes"))])
    database, clock = open_ledger(tmp_path), Clock()
    put(database, make_wanted())
    go_on(database, service, clock)
    resolve(database, KEY, Person("anna", NOON), "https://social.example/1")
    ask(database, "remove", reason="kļūda")
    go_on(database, service, clock)
    assert (order(database)["state"], states(database)[KEY]) == ("refused", "sent")
    assert service.posts


def test_a_rest_holds_for_edits_too(tmp_path: Path) -> None:
    service = Grudging(Throttled("par daudz", dt.timedelta(minutes=30)))
    database, clock = published(tmp_path, service)
    ask(database, "remove", reason="kļūda")
    go_on(database, service, clock)
    service.answers = [AssertionError("too early")]
    clock.advance(minutes=29)
    go_on(database, service, clock)
    assert order(database)["state"] == "open"
    service.answers = []
    clock.advance(minutes=2)
    go_on(database, service, clock)
    assert order(database)["state"] == "done"


def test_a_bug_in_a_look_up_keeps_nothing_else_waiting(tmp_path: Path) -> None:
    service = Service(faults=[("after", Uncertain("nav atbildes"))], finds=[TypeError("naive and aware")])
    database, clock = open_ledger(tmp_path), Clock()
    put(database, make_wanted(), make_wanted("kampana/cits>mastodon:lv"))
    go_on(database, service, clock)
    clock.advance(minutes=5)
    go_on(database, service, clock)
    assert sorted(states(database).values()) == ["sent", "uncertain"]
