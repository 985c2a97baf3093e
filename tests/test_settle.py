"""What a person is told, and what a person decides."""

import datetime as dt
from pathlib import Path

import pytest

from campaign.app import App
from campaign.errors import CampaignError
from campaign.report import prove, status, why
from campaign.settle import Person, hold, resolve, resume, retry, scope_of
from campaign.store import paces, to_ms
from campaign.store.schema import delivery
from tests.ledgers import Clock
from tests.test_promises import KEY, MOVED, at
from tests.workspaces import KICKOFF, edit_schedule, make_workspace, open_virtual, states_of


def planned(folder: Path, now: str = "2023-09-17 09:00") -> tuple[App, Clock, Person]:
    app, clock = open_virtual(make_workspace(folder), at(now))
    app.replan()
    return app, clock, Person("anna", clock())


def go(app: App, clock: Clock, when: str) -> None:
    clock.now = at(when)
    app.run_pass()
    app.run_pass()


def test_a_held_campaign_sends_nothing_and_lifting_releases_no_burst(tmp_path: Path) -> None:
    app, clock, anna = planned(tmp_path)
    assert hold(app.database, app.site, "kampana", "sēras", anna) == "campaign:kampana"
    go(app, clock, "2023-09-18 12:00")
    assert resume(app.database, app.site, "kampana", Person("anna", clock())) == ("campaign:kampana", 1)
    go(app, clock, "2023-09-18 12:01")
    assert states_of(app)[KEY] == "held"


def test_retry_sends_what_is_late_past_or_missed(tmp_path: Path) -> None:
    app, clock, anna = planned(tmp_path, "2023-10-17 09:00")
    assert states_of(app)[KEY] == "past"
    assert len(retry(app.database, "kampana/kickoff>mastodon", anna, app.stopped())) == 2
    go(app, clock, "2023-10-17 09:01")
    assert states_of(app)[KEY] == "sent"


def test_retry_of_what_is_out_is_refused_in_words(tmp_path: Path) -> None:
    app, clock, anna = planned(tmp_path)
    go(app, clock, "2023-09-18 09:00")
    with pytest.raises(CampaignError, match="Nothing to retry"):
        retry(app.database, KEY, anna, app.stopped())


def test_an_unknown_key_gets_the_nearest_ones(tmp_path: Path) -> None:
    app, _, _ = planned(tmp_path)
    with pytest.raises(CampaignError, match=r"kampana/kickoff>mastodon:lv"):
        why(app.database, "kampana/kikoff>mastodon:lv", app.site, app.clock())


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("all", "all"),
        ("mastodon", "account:mastodon"),
        ("kampana", "campaign:kampana"),
        ("kampana/kickoff", "entry:kampana/kickoff"),
        (KEY, f"key:{KEY}"),
    ],
)
def test_a_hold_names_its_scope(tmp_path: Path, words: str, scope: str) -> None:
    app, _, _ = planned(tmp_path)
    with app.database.read() as connection:
        assert scope_of(connection, words, app.site) == scope


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2023-09-17 10:00", "It is planned for 2023-09-18 09:00 EEST (+0300)."),
        ("2023-09-18 09:00", "It was published on 2023-09-18 09:00 EEST"),
        ("2023-09-18 12:00", "It waits for a person."),
    ],
)
def test_why_speaks_in_sentences(tmp_path: Path, when: str, words: str) -> None:
    app, clock, _ = planned(tmp_path)
    go(app, clock, when)
    assert words in why(app.database, KEY, app.site, app.clock())[0][1]


def test_proof_holds_bytes_attempts_and_an_unbroken_chain(tmp_path: Path) -> None:
    app, clock, _ = planned(tmp_path)
    go(app, clock, "2023-09-18 09:00")
    proof = prove(app.database, KEY)
    assert proof["delivery"]["published_content"]["text"].startswith("Glāžšķūņu rūķīši sāk kampaņu.")
    assert [line["outcome"] for line in proof["attempts"]] == ["sending", "sent"]
    assert [line["action"] for line in proof["audit"]] == ["planned", "published"]
    assert proof["chain_whole"]


def test_status_counts_add_up(tmp_path: Path) -> None:
    app, _, _ = planned(tmp_path)
    found = status(app.database)
    assert sum(found["counts"].values()) == len(found["rows"]) == 8
    assert found["rows"][0]["due"] == "2023-09-18T06:00:00Z"
    assert dt.datetime.fromisoformat(found["rows"][0]["due"]).tzinfo is not None


def test_a_word_of_a_person_passes_no_finding(tmp_path: Path) -> None:
    text = KICKOFF.replace("rūķīši sāk", "rūķīši {emergency} sāk")
    root = make_workspace(tmp_path, {"kampana": text})
    edit_schedule(root, "contacts", ", verified_on: 2023-09-01", "")
    app, clock = open_virtual(root, at("2023-10-17 09:00"), "live")
    app.replan()
    assert states_of(app)[KEY] == "past"
    with pytest.raises(CampaignError, match="CON02"):
        retry(app.database, KEY, Person("anna", clock()), app.stopped())


@pytest.mark.parametrize("words", ["kampana/seminar-1d-1000", "kampana/seminar"])
def test_a_hold_of_an_announcement_or_its_event_holds_it(tmp_path: Path, words: str) -> None:
    app, clock = open_virtual(make_workspace(tmp_path, {"kampana": KICKOFF + MOVED}), at("2023-09-17 09:00"))
    app.replan()
    hold(app.database, app.site, words, "sēras", Person("anna", clock()))
    go(app, clock, "2023-09-24 10:00")
    row = next(row for row in status(app.database)["rows"] if row["key"] == "kampana/seminar-1d-1000>mastodon:lv")
    assert (row["state"], row["holds"]) == ("planned", [f"entry:{words}: sēras"])


def test_what_a_person_says_was_not_sent_is_sent_however_late(tmp_path: Path) -> None:
    app, clock, _ = planned(tmp_path)
    with app.database.write() as connection:
        connection.execute(delivery.update().where(delivery.c.key == KEY).values(state="uncertain"))
    go(app, clock, "2023-09-19 09:00")
    resolve(app.database, KEY, Person("anna", clock()), None)
    go(app, clock, "2023-09-19 09:01")
    assert states_of(app)[KEY] == "sent"


def test_why_says_that_an_account_rests_and_what_an_answer_waits_for(tmp_path: Path) -> None:
    app, clock, _ = planned(tmp_path)
    with app.database.write() as connection:
        paces.rest(connection, "mastodon", to_ms(clock()), to_ms(clock() + dt.timedelta(hours=2)))
        connection.execute(delivery.update().where(delivery.c.key == KEY).values(answers="kampana/eve>mastodon:lv"))
    [(_, words)] = why(app.database, KEY, app.site, clock())
    assert "rests until 2023-09-17 11:00 EEST" in words
    assert "It answers kampana/eve>mastodon:lv, and goes out after it." in words
