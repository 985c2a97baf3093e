"""What `campaign correct` and `campaign retract` do, from the files to the outbox and the public pages."""

import datetime as dt
import json
from pathlib import Path

import pytest

from campaign.app import App
from campaign.errors import Rejected
from campaign.report import prove
from campaign.settle import Person
from campaign.settle.corrections import Answer, Correction, correct, results, retract
from tests.ledgers import Clock
from tests.test_promises import at
from tests.workspaces import CONFIG, KICKOFF, edit_schedule, make_workspace, open_virtual, states_of

EVENT = """
campaign: kampana
title: {lv: Kampaņa}
languages: [lv]
accounts: [feed, site, calendar, mastodon, bluesky]
messages:
  - id: numurs
    at: 2023-09-18 09:00
    card: none
    text: {lv: "Zvaniet rūķīšiem: 12345."}
events:
  - id: saruna
    title: {lv: Saruna}
    starts: 2023-10-18 10:00
    ends: 2023-10-18 12:00
    place: {lv: Rīga}
"""
MASTODON, BLUESKY, SITE = (f"kampana/numurs>{account}:lv" for account in ("mastodon", "bluesky", "site"))


def published(folder: Path) -> tuple[App, Clock, Person]:
    app, clock = open_virtual(make_workspace(folder, {"kampana": EVENT}, ONE_LANGUAGE), at("2023-09-17 09:00"))
    app.replan()
    go(app, clock, "2023-09-18 09:00")
    app.build()
    return app, clock, Person("anna", clock())


def go(app: App, clock: Clock, when: str) -> None:
    clock.now = at(when)
    app.replan()
    app.run_pass()
    app.run_pass()


def corrected(app: App, clock: Clock, *, reply: bool = False, what: str = "kampana/numurs") -> dict[str, Answer]:
    edit_schedule(app.workspace.root, "kampana", "12345", "116006")
    clock.now += dt.timedelta(minutes=5)
    app.replan()
    wish = Correction(Person("anna", clock()), {"lv": "tālruņa numurs"}, app.stopped(), reply)
    answers = correct(app.database, app.site, what, wish)
    app.amend()
    app.run_pass()
    app.run_pass()
    app.build(force=True)
    return {answer.key: answer for answer in results(app.database, app.site, answers)}


def withdrawn(app: App, clock: Clock, what: str = "kampana/numurs") -> dict[str, Answer]:
    clock.now += dt.timedelta(minutes=5)
    answers = retract(app.database, app.site, what, "Nepareizs tālrunis.", Person("anna", clock()))
    app.amend()
    app.build(force=True)
    return {answer.key: answer for answer in results(app.database, app.site, answers)}


def public(app: App, path: str) -> str:
    return (app.public / path).read_text(encoding="utf-8")


def outbox(app: App, pattern: str) -> list[dict[str, object]]:
    return [json.loads(file.read_text()) for file in sorted((app.workspace.var / "outbox").glob(pattern))]


def test_a_correction_edits_where_it_can_and_offers_a_reply_where_not(tmp_path: Path) -> None:
    app, clock, _ = published(tmp_path)
    answers = corrected(app, clock)
    assert (answers[MASTODON].result, answers[MASTODON].words) == ("done", "edited")
    assert answers[BLUESKY].result == "cannot"
    assert "--reply" in answers[BLUESKY].words
    [edit] = outbox(app, "kampana_numurs_mastodon_lv/corrected-*request.json")
    assert edit["method"] == "PUT"


def test_a_correction_stands_on_the_page_with_its_day_and_note(tmp_path: Path) -> None:
    app, clock, _ = published(tmp_path)
    corrected(app, clock)
    page = public(app, "lv/e/kampana/numurs/index.html")
    assert "116006" in page
    assert "Labojums (2023. gada 18. septembris): tālruņa numurs" in page
    assert "2023-09-18T06:05:00" in public(app, "lv/atom.xml")


def test_a_correcting_reply_goes_out_once_and_is_not_taken_for_a_leftover(tmp_path: Path) -> None:
    app, clock, _ = published(tmp_path)
    answers = corrected(app, clock, reply=True)
    key = "kampana/numurs+correction-1>bluesky:lv"
    assert key in answers[BLUESKY].words
    assert states_of(app)[key] == "sent"
    [request] = outbox(app, "kampana_numurs+correction-1_bluesky_lv/request.json")
    assert "Labojums. Zvaniet rūķīšiem: 116006." in json.dumps(request, ensure_ascii=False)
    go(app, clock, "2023-09-19 09:00")
    assert states_of(app)[key] == "sent"


def test_the_same_correcting_reply_is_not_asked_for_twice(tmp_path: Path) -> None:
    app, clock, anna = published(tmp_path)
    corrected(app, clock, reply=True)
    [again] = correct(app.database, app.site, BLUESKY, Correction(anna, reply=True))
    assert again.result == "nothing"
    assert len([key for key in states_of(app) if "+correction-" in key]) == 1


def test_what_is_out_as_the_files_say_is_left_alone(tmp_path: Path) -> None:
    app, _, anna = published(tmp_path)
    [answer] = correct(app.database, app.site, MASTODON, Correction(anna))
    assert (answer.result, answer.words) == ("nothing", "what is out there is what the files say")


def test_a_wording_that_must_not_go_out_corrects_nothing(tmp_path: Path) -> None:
    app, _, anna = published(tmp_path)
    edit_schedule(tmp_path, "kampana", "12345", "x" * 600)
    app.replan()
    [answer] = correct(app.database, app.site, MASTODON, Correction(anna, stopped=app.stopped()))
    assert answer.result == "cannot"
    assert "must not go out" in answer.words


def test_a_retraction_withdraws_everything_and_says_why(tmp_path: Path) -> None:
    app, clock, _ = published(tmp_path)
    answers = withdrawn(app, clock)
    assert {answer.result for answer in answers.values()} == {"done"}
    assert {states_of(app)[key] for key in answers} == {"retracted"}
    assert "Nepareizs tālrunis." in public(app, "lv/e/kampana/numurs/index.html")
    assert "deleted-entry" in public(app, "lv/atom.xml")
    assert outbox(app, "kampana_numurs_bluesky_lv/removed.json")


def test_a_retracted_event_is_cancelled_in_the_calendar(tmp_path: Path) -> None:
    app, clock, _ = published(tmp_path)
    withdrawn(app, clock, "kampana/saruna")
    calendar = public(app, "lv/calendar.ics")
    event = calendar[calendar.index("UID:kampana/saruna") :]
    assert "STATUS:CANCELLED" in event
    assert "SEQUENCE:1" in event


def test_what_was_not_out_when_it_was_retracted_never_goes_out(tmp_path: Path) -> None:
    app, clock = open_virtual(make_workspace(tmp_path, {"kampana": KICKOFF}), at("2023-09-17 09:00"))
    app.replan()
    answers = withdrawn(app, clock, "kampana/kickoff")
    assert all("will not go out" in answer.words for answer in answers.values())
    go(app, clock, "2023-09-18 09:01")
    assert {states_of(app)[key] for key in answers if "mastodon" in key} == {"planned"}
    go(app, clock, "2023-09-19 09:00")
    assert "sent" not in {states_of(app)[key] for key in answers}


def test_what_was_retracted_stays_so_although_it_is_in_the_files(tmp_path: Path) -> None:
    app, clock, _ = published(tmp_path)
    answers = withdrawn(app, clock)
    edit_schedule(tmp_path, "kampana", "12345", "67890")
    go(app, clock, "2023-09-18 11:00")
    assert {states_of(app)[key] for key in answers} == {"retracted"}


@pytest.mark.parametrize("verb", ["edited", "removed"])
def test_what_was_done_and_who_wanted_it_can_be_proved(tmp_path: Path, verb: str) -> None:
    app, clock, _ = published(tmp_path)
    corrected(app, clock) if verb == "edited" else withdrawn(app, clock)
    proof = prove(app.database, MASTODON)
    assert [line["action"] for line in proof["audit"] if line["who"] == "anna"][-1] in (verb, "correct", "retract")
    assert verb in [line["outcome"] for line in proof["attempts"]]
    assert proof["chain_whole"]


def test_where_an_edit_was_refused_a_reply_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, clock, _ = published(tmp_path)

    def refuse(*_: object) -> None:
        raise Rejected("Bildes mainīt nevar.")

    monkeypatch.setattr(app.desk.channels["mastodon"], "edit", refuse)
    refused = corrected(app, clock, what=MASTODON)[MASTODON]
    assert refused.result == "cannot"
    assert "with --reply it is answered" in refused.words
    [reply] = correct(app.database, app.site, MASTODON, Correction(Person("anna", clock()), reply=True))
    assert "numurs+correction-1>mastodon:lv" in reply.words


WEEKLY = """
campaign: kampana
title: {lv: Kampaņa}
languages: [lv]
accounts: [mastodon]
messages:
  - id: padoms
    repeat: every monday
    from: 2023-09-18
    time: 09:00
    card: none
    text: {lv: "Zvaniet rūķīšiem: 12345."}
"""
ONE_LANGUAGE = CONFIG.replace('languages = ["lv", "en"]', 'languages = ["lv"]').replace('name.en = "Campaign"\n', "")


def test_a_repeating_entry_that_was_retracted_sends_no_later_date(tmp_path: Path) -> None:
    app, clock = open_virtual(make_workspace(tmp_path, {"kampana": WEEKLY}, ONE_LANGUAGE), at("2023-09-17 09:00"))
    app.replan()
    go(app, clock, "2023-09-18 09:00")
    withdrawn(app, clock, "kampana/padoms")
    for day in ("2023-09-25", "2023-11-20", "2023-12-04"):
        go(app, clock, f"{day} 09:00")
    assert {state for key, state in states_of(app).items() if "@2023-09-18" not in key} <= {"planned", "held"}


def test_with_a_broken_file_nothing_is_said_to_be_put_right(tmp_path: Path) -> None:
    app, _, anna = published(tmp_path)
    edit_schedule(tmp_path, "kampana", "12345", "116006")
    edit_schedule(tmp_path, "kampana", "card: none", "card: [none")
    app.replan(again=True)
    answers = correct(app.database, app.site, "kampana/numurs", Correction(anna, stopped=app.stopped()))
    assert {answer.result for answer in answers} == {"cannot"}
    app.build(force=True)
    assert "Labojums" not in public(app, "lv/e/kampana/numurs/index.html")


def test_what_left_the_files_is_not_said_to_be_right(tmp_path: Path) -> None:
    app, clock, anna = published(tmp_path)
    edit_schedule(tmp_path, "kampana", "id: numurs", "id: cits")
    go(app, clock, "2023-09-18 09:05")
    answers = correct(app.database, app.site, "kampana/numurs", Correction(anna))
    assert {(answer.result, "no longer in the files" in answer.words) for answer in answers} == {("cannot", True)}


def test_a_reply_that_corrects_a_thread_says_all_of_it(tmp_path: Path) -> None:
    thread = EVENT.replace(
        'text: {lv: "Zvaniet rūķīšiem: 12345."}', 'thread: [{text: {lv: "Pirmais."}}, {text: {lv: "Zvaniet: 12345."}}]'
    )
    app, clock = open_virtual(make_workspace(tmp_path, {"kampana": thread}, ONE_LANGUAGE), at("2023-09-17 09:00"))
    app.replan()
    go(app, clock, "2023-09-18 09:00")
    corrected(app, clock, reply=True)
    [request] = outbox(app, "kampana_numurs+correction-1_bluesky_lv/request.json")
    said = json.dumps(request, ensure_ascii=False)
    assert "Labojums. Pirmais." in said
    assert "Zvaniet: 116006." in said
