"""Putting a plan into the ledger: twice is once, and people are told what changed."""

from pathlib import Path

from campaign.app import App
from campaign.plan.adopt import all_out, edited_after_sending
from campaign.store import audit
from tests.ledgers import Clock
from tests.test_promises import EVE, KEY, at
from tests.workspaces import edit_schedule, make_workspace, open_virtual, states_of


def adopted(folder: Path) -> tuple[App, Clock, Path]:
    root = make_workspace(folder)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    return app, clock, root


def test_adopting_the_same_plan_again_changes_nothing(tmp_path: Path) -> None:
    app, _, _ = adopted(tmp_path)
    again = app.replan(again=True)
    assert str(again) == "nothing changed"


def test_unchanged_files_are_not_even_read_again(tmp_path: Path) -> None:
    app, _, _ = adopted(tmp_path)
    assert app.replan() is None


def test_people_are_told_what_changed(tmp_path: Path) -> None:
    app, _, root = adopted(tmp_path)
    edit_schedule(root, "kampana", "Rīt ir diena.", "Rīt ir tā diena.")
    edit_schedule(root, "kampana", "  - id: kickoff", "  - id: start")
    words = str(app.replan())
    assert "4 new" in words
    assert "4 cancelled" in words
    assert "2 edited" in words


def test_a_plan_is_in_the_audit_log_with_its_hash(tmp_path: Path) -> None:
    app, _, _ = adopted(tmp_path)
    with app.database.read() as connection:
        (record,) = audit.records(connection, KEY)
    assert record["action"] == "planned"
    assert app.plan().hash in record["detail"]


def test_what_would_change_is_told_without_changing_it(tmp_path: Path) -> None:
    app, _, root = adopted(tmp_path)
    edit_schedule(root, "kampana", "Rīt ir diena.", "Rīt ir tā diena.")
    app.read()
    changes = {change.key: change.verb for change in app.differences(app.plan())}
    assert changes == {EVE: "edited", EVE.replace("mastodon", "site"): "edited"}
    assert states_of(app)[EVE] == "planned"


def test_an_edit_of_what_is_out_is_a_finding(tmp_path: Path) -> None:
    app, clock, root = adopted(tmp_path)
    clock.now = at("2023-09-18 09:00")
    app.run_pass()
    app.run_pass()
    edit_schedule(root, "kampana", "sāk kampaņu", "ir sākuši")
    app.read()
    with app.database.read() as connection:
        (problem,) = edited_after_sending(connection, app.plan())
        assert all_out(connection) == {"kampana/kickoff"}
    assert (problem.code, problem.entry, problem.severity) == ("EDT01", "kampana/kickoff", "warning")
    assert "mastodon (lv)" in problem.message


def test_drafts_are_planned_and_never_rowed(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    edit_schedule(root, "kampana", "  - id: eve", "  - draft: true\n    id: eve")
    app, _ = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    assert EVE not in states_of(app)
    assert EVE in {draft.key for draft in app.plan().drafts}


def test_pages_keep_their_help_numbers_while_a_contact_has_a_mistake(tmp_path: Path) -> None:
    app, _, root = adopted(tmp_path)
    before = app.helplines()
    assert before["lv"] == [("Palīdzība", "112", "112")]
    edit_schedule(root, "contacts", "verified_on: 2023-09-01", "verified_on: 01.09.2023")
    app.replan()
    assert app.helplines() == before
