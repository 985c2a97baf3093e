"""Posts that answer an earlier one, and threads that were interrupted."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from campaign.channels.chain import parts_of
from campaign.deliver import accounts_with_work, run_lane
from campaign.errors import Rejected, Transient
from campaign.model import Attempt, Post, Receipt, Segment, State
from campaign.plan.reconcile import Circumstances, reconcile
from campaign.settle import Person
from campaign.settle.corrections import retract
from campaign.store import ledger, outbox, to_ms
from campaign.store.database import Database
from campaign.store.values import Change, Wanted, frozen
from tests.ledgers import Clock, Service, make_desk, make_wanted, open_ledger, put, states
from tests.samples import make_site

QUIZ, REPLY = "kampana/quiz>mastodon:lv", "kampana/answer>mastodon:lv"


class Listening(Service):
    """Remembers what each post answered."""

    def send(self, attempt: Attempt) -> Receipt:
        receipt = super().send(attempt)
        self.answered = {**getattr(self, "answered", {}), attempt.key: attempt.parent}
        return receipt


def go(database: Database, service: Service, clock: Clock) -> None:
    with database.write() as connection:
        ledger.expire(connection, to_ms(clock()))
    desk = make_desk(database, {"mastodon": service}, clock)
    for account in accounts_with_work(desk):
        run_lane(desk, account)


def answering(key: str) -> Wanted:
    post = Post("message", "lv", "Atbilde", "Glāžšķūņu rūķīši atbild", reply_to=key)
    return make_wanted(REPLY, answers=key, content=frozen(post))


def quiz_and_answer(folder: Path, state: State = State.PLANNED) -> tuple[Database, Clock]:
    database, clock = open_ledger(folder), Clock()
    put(database, make_wanted(QUIZ), state=state)
    put(database, answering(QUIZ))
    return database, clock


def test_an_answer_knows_the_post_it_answers(tmp_path: Path) -> None:
    database, clock = quiz_and_answer(tmp_path)
    service = Listening()
    go(database, service, clock)
    go(database, service, clock)
    assert states(database) == {QUIZ: "sent", REPLY: "sent"}
    assert service.answered[REPLY].remote_id.startswith(QUIZ)


def test_an_answer_waits_for_a_post_that_is_held_up(tmp_path: Path) -> None:
    database, clock = quiz_and_answer(tmp_path)
    service = Service(faults=[("before", Transient("vēlāk"))])
    go(database, service, clock)
    assert states(database) == {QUIZ: "waiting", REPLY: "planned"}
    clock.advance(minutes=20)
    go(database, service, clock)
    go(database, service, clock)
    assert states(database) == {QUIZ: "sent", REPLY: "sent"}


def test_an_answer_to_what_was_not_sent_is_not_sent(tmp_path: Path) -> None:
    database, clock = quiz_and_answer(tmp_path)
    service = Service(faults=[("before", Rejected("par garu"))])
    go(database, service, clock)
    go(database, service, clock)
    clock.advance(minutes=1)
    go(database, service, clock)
    assert states(database) == {QUIZ: "rejected", REPLY: "missed"}
    assert service.posts == {}


def test_an_answer_is_not_given_up_before_its_time(tmp_path: Path) -> None:
    database, clock = open_ledger(tmp_path), Clock()
    put(database, make_wanted(QUIZ), state=State.PAST)
    put(database, make_wanted(REPLY, answers=QUIZ, due=to_ms(clock()) + 60_000))
    go(database, Service(), clock)
    assert states(database)[REPLY] == "planned"


class Chained(Service):
    """Publishes a thread post by post; its second post fails once."""

    torn = True

    def send(self, attempt: Attempt) -> Receipt:
        parts = [attempt.post.text, *(segment.text for segment in attempt.post.thread)]
        for number, text in enumerate(parts, start=1):
            if attempt.notes.get(f"part-{number}"):
                continue
            if number == 2 and self.torn:
                self.torn = False
                raise Transient("vēlāk")
            self.posts[f"{attempt.key}#{number}"] = text
            receipt = {"remote_id": f"{attempt.key}#{number}", "url": "", "data": {}}
            attempt.note(f"part-{number}", json.dumps(receipt))
        return Receipt(f"{attempt.key}#1")

    def remove(self, receipt: Receipt) -> None:
        for part in parts_of(receipt):
            super().remove(part)


def test_a_torn_thread_is_finished_with_the_words_it_began_with_late_or_not(tmp_path: Path) -> None:
    database, clock = open_ledger(tmp_path), Clock()
    post = Post("message", "lv", "Rūķīši", "Pirmais", thread=(Segment("Otrais"), Segment("Trešais")))
    put(database, make_wanted(content=frozen(post), late_then="skip"))
    service = Chained()
    go(database, service, clock)
    other = make_wanted(content=frozen(replace(post, text="Cits sākums", thread=(Segment("Cits"),))), revision="r2")
    rewrite(database, other)
    clock.advance(hours=5)
    go(database, service, clock)
    assert list(service.posts.values()) == ["Pirmais", "Otrais", "Trešais"]
    assert list(states(database).values()) == ["sent"]


def rewrite(database: Database, wanted: Wanted) -> None:
    with database.write() as connection:
        outbox.rewrite(connection, [Change(wanted.key, State.WAITING, None, wanted)])


def torn(folder: Path, **changes: Any) -> tuple[Database, Clock, Chained]:
    """A thread whose first post is out, and whose second one was not taken yet."""
    database, clock, service = open_ledger(folder), Clock(), Chained()
    post = Post("message", "lv", "Rūķīši", "Pirmais", thread=(Segment("Otrais"),))
    put(database, make_wanted(content=frozen(post), **changes))
    go(database, service, clock)
    assert list(service.posts.values()) == ["Pirmais"]
    return database, clock, service


def test_no_plan_decides_about_a_thread_that_has_begun(tmp_path: Path) -> None:
    database, clock, _ = torn(tmp_path)
    with database.read() as connection:
        known = outbox.known(connection)
    [key] = known
    gone = list(reconcile({}, known, Circumstances(to_ms(clock()))))
    stopped = Circumstances(to_ms(clock()), stopped={key: "nepareizs numurs"})
    held = [change.state for change in reconcile({key: make_wanted(revision="r2")}, known, stopped)]
    assert (gone, held) == ([], [None])
    assert known[key].torn


def test_a_thread_that_stops_halfway_is_taken_back_when_it_is_retracted(tmp_path: Path) -> None:
    database, clock, service = torn(tmp_path)
    [key] = states(database)
    [answer] = retract(database, make_site(), key, "kļūda", Person("anna", clock()))
    assert (answer.result, answer.words) == ("asked", "the first posts of its thread are being removed")
    clock.advance(hours=1)
    go(database, service, clock)
    assert service.posts == {}
    assert states(database) == {key: "retracted"}


def test_a_thread_keeps_its_words_when_its_tries_run_out(tmp_path: Path) -> None:
    database, clock, service = torn(tmp_path)
    service.send = lambda attempt: (_ for _ in ()).throw(Transient("vēlāk"))  # type: ignore[method-assign]
    for _ in range(22):
        clock.advance(minutes=20)
        go(database, service, clock)
    with database.read() as connection:
        [row] = [ledger.row(connection, key) for key in states(database)]
    assert row is not None
    assert (row.state, row.frozen is not None) == (State.REJECTED, True)
