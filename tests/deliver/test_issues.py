"""Newsletter issues: frozen once, mailed recipient by recipient, every one accounted for."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from campaign.deliver import Desk, accounts_with_work, recover, run_lane
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from campaign.model import Card, Picture, Post, State
from campaign.report import prove
from campaign.settle import Person, resolve, retry
from campaign.store import holds, issues, ledger, pictures, to_ms
from campaign.store.database import Database
from campaign.store.values import frozen
from tests.ledgers import NOON, Clock, make_desk, make_wanted, open_ledger, put, states

ISSUE = "newsletter/weekly@2023-09-18>newsletter:lv"
NEWS = "kampana/kickoff>newsletter:lv"
READERS = ("a@example.org", "b@example.org", "c@example.org")


@dataclass
class Mailer:
    """A press whose readers' inboxes are a dictionary; `faults` by address, each raised once."""

    inboxes: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[str, list[tuple[str, Exception]]] = field(default_factory=dict)
    compiled: list[int] = field(default_factory=list)
    empty: bool = False

    def compile(self, issue: Post, key: str, carried: Sequence[Post], ahead: Sequence[Post]) -> str | None:
        self.compiled.append(len(carried))
        return None if self.empty else f"{key}: {[post.title for post in carried]}"

    def audience(self, language: str, key: str) -> Sequence[tuple[str, str]]:
        return [(address, f"<{address}>") for address in READERS]

    def mail(self, frozen: str, address: str, message_id: str, at: dt.datetime) -> str:
        when, fault = self.faults[address].pop(0) if self.faults.get(address) else ("", None)
        if fault is not None and when == "before":
            raise fault
        self.inboxes.setdefault(address, []).append(frozen)
        if fault is not None:
            raise fault
        return "250 ok"


def desk_with(folder: Path, mailer: Mailer) -> tuple[Database, Clock, Desk]:
    database = open_ledger(folder)
    clock = Clock()
    put(
        database,
        make_wanted(ISSUE, kind="newsletter", role="issue", nature="digest"),
        make_wanted(NEWS, kind="newsletter", role="carried", late_after=None),
    )
    return database, clock, make_desk(database, {}, clock, {"newsletter": mailer})


def run(desk: Desk, clock: Clock, passes: int = 1, **step: float) -> None:
    for _ in range(passes):
        for account in accounts_with_work(desk):
            run_lane(desk, account)
        clock.advance(**step)


def test_an_issue_reaches_everybody_once_and_carries_its_messages(tmp_path: Path) -> None:
    mailer = Mailer()
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock, passes=3, minutes=5)
    assert states(database) == {ISSUE: "sent", NEWS: "sent"}
    assert {address: len(mails) for address, mails in mailer.inboxes.items()} == dict.fromkeys(READERS, 1)
    assert mailer.compiled == [1]


def test_a_held_message_waits_for_the_next_issue(tmp_path: Path) -> None:
    mailer = Mailer()
    database, clock, desk = desk_with(tmp_path, mailer)
    with database.write() as connection:
        holds.place(connection, NOON, f"key:{NEWS}", "person", reason="pārbaude")
    run(desk, clock)
    assert (states(database)[NEWS], mailer.compiled) == ("planned", [0])


def test_a_mail_of_its_own_leaves_the_news_to_the_issue(tmp_path: Path) -> None:
    mailer = Mailer()
    database, clock, desk = desk_with(tmp_path, mailer)
    own, key = Post("message", "lv", "Steidzami", "Rūķīši", own_issue=True), "kampana/alert>newsletter:lv"
    with database.write() as connection:
        ledger.touch(connection, ISSUE, State.PLANNED, due=to_ms(NOON) + 3_600_000)
    put(database, make_wanted(key, kind="newsletter", role="issue", content=frozen(own)))
    run(desk, clock)
    assert states(database) == {ISSUE: "planned", NEWS: "planned", key: "sent"}


def test_news_wait_for_their_page_and_never_come_too_late(tmp_path: Path) -> None:
    mailer = Mailer()
    database, clock, desk = desk_with(tmp_path, mailer)
    put(database, make_wanted("kampana/kickoff>site:lv", kind="site"))
    old = make_wanted("kampana/old>newsletter:lv", kind="newsletter", role="carried", expires=to_ms(NOON))
    put(database, replace(old, late_after=None))
    run(desk, clock)
    assert mailer.compiled == [0]


def test_what_an_issue_carried_has_the_issue_as_its_receipt(tmp_path: Path) -> None:
    database, clock, desk = desk_with(tmp_path, Mailer())
    run(desk, clock)
    proof = prove(database, NEWS)
    assert [line["outcome"] for line in proof["attempts"]] == ["sent"]
    assert json.loads(proof["delivery"]["receipt"])["remote_id"] == ISSUE


def test_an_issue_that_reached_nobody_can_be_mailed_again(tmp_path: Path) -> None:
    mailer = Mailer(faults={address: [("before", Rejected("554 policy"))] for address in READERS})
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock)
    retry(database, ISSUE, Person("anna", clock()), {})
    run(desk, clock, passes=2, minutes=1)
    assert states(database) == {ISSUE: "sent", NEWS: "sent"}
    assert {len(mails) for mails in mailer.inboxes.values()} == {1}


def test_the_picture_of_an_issue_is_painted_before_it_freezes(tmp_path: Path) -> None:
    mailer = Mailer()
    database, clock, desk = desk_with(tmp_path, mailer)
    card = Picture("p1", Card("announcement", "og", "lv", {}), "Rūķīši", 1200, 630)
    with database.write() as connection:
        content = frozen(Post("digest", "lv", "Ziņas", "", pictures=(card,)))
        ledger.touch(connection, ISSUE, State.PLANNED, content=content)
    run(replace(desk, load=lambda picture: keep(database, picture)), clock)
    with database.read() as connection:
        assert pictures.load(connection, "p1") == (b"png", "image/png")
    assert states(database)[ISSUE] == "sent"


def keep(database: Database, picture: Picture) -> tuple[bytes, str]:
    with database.write() as connection:
        pictures.save(connection, picture.id, (b"png", "image/png"), NOON)
    return b"png", "image/png"


def test_an_issue_with_nothing_to_say_is_not_mailed(tmp_path: Path) -> None:
    mailer = Mailer(empty=True)
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock)
    assert states(database) == {ISSUE: "missed", NEWS: "planned"}
    assert mailer.inboxes == {}


def test_greylisted_readers_are_mailed_later_and_the_others_not_again(tmp_path: Path) -> None:
    mailer = Mailer(faults={"b@example.org": [("before", Transient("450 try later"))]})
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock)
    assert states(database)[ISSUE] == "sending"
    run(desk, clock, passes=5, minutes=20)
    assert states(database)[ISSUE] == "sent"
    assert {len(mails) for mails in mailer.inboxes.values()} == {1}


def test_a_refused_address_does_not_spoil_the_issue(tmp_path: Path) -> None:
    mailer = Mailer(faults={"b@example.org": [("before", Rejected("550 5.1.1 unknown"))]})
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock)
    with database.read() as connection:
        assert issues.counts(connection, ISSUE) == {"rejected": 1, "sent": 2}
    assert states(database)[ISSUE] == "sent"


def test_a_lost_answer_is_never_mailed_again_by_itself(tmp_path: Path) -> None:
    mailer = Mailer(faults={"b@example.org": [("after", Uncertain("cut after the final dot"))]})
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock, passes=5, hours=1)
    assert states(database)[ISSUE] == "uncertain"
    assert len(mailer.inboxes["b@example.org"]) == 1


@pytest.mark.parametrize(("address", "mails"), [("", 1), (None, 2)])
def test_a_person_settles_a_lost_answer(tmp_path: Path, address: str | None, mails: int) -> None:
    mailer = Mailer(faults={"b@example.org": [("after", Uncertain("cut after the final dot"))]})
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock)
    resolve(database, ISSUE, Person("anna", clock()), address)
    run(desk, clock, passes=3, minutes=1)
    assert states(database)[ISSUE] == "sent"
    assert len(mailer.inboxes["b@example.org"]) == mails


def test_when_nobody_gets_it_what_it_carried_is_given_back(tmp_path: Path) -> None:
    mailer = Mailer(faults={address: [("before", Rejected("550 5.1.1"))] for address in READERS})
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock)
    assert states(database) == {ISSUE: "rejected", NEWS: "planned"}


def test_a_blocked_account_stops_the_issue_until_it_is_resumed(tmp_path: Path) -> None:
    mailer = Mailer(faults={"a@example.org": [("before", AccountBlocked("535 no"))]})
    database, clock, desk = desk_with(tmp_path, mailer)
    run(desk, clock, passes=3, minutes=1)
    assert mailer.inboxes == {}
    with database.write() as connection:
        holds.lift(connection, clock(), "account:newsletter", "blocked")
    run(desk, clock, passes=2, minutes=30)
    assert states(database)[ISSUE] == "sent"


def test_after_a_crash_only_the_reader_being_mailed_is_in_doubt(tmp_path: Path) -> None:
    mailer = Mailer()
    database, clock, desk = desk_with(tmp_path, mailer)

    class Killed(BaseException):
        pass

    mailer.faults = {"b@example.org": [("after", Killed())]}  # type: ignore[list-item]
    with pytest.raises(Killed):
        run(desk, clock)
    other = make_desk(database, {}, clock, {"newsletter": mailer})
    object.__setattr__(other, "owner", "two")
    assert recover(other) == (0, 1)
    run(other, clock, passes=2, minutes=1)
    with database.read() as connection:
        assert issues.counts(connection, ISSUE) == {"sent": 2, "uncertain": 1}
    assert states(database)[ISSUE] == State.UNCERTAIN
    assert to_ms(clock()) > to_ms(NOON)
