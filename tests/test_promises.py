"""What happens when…: each sentence of `docs/what-happens-when.md` is a test of the same name."""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaign.errors import CampaignError
from campaign.rehearsal import rehearse
from campaign.store import outlets
from campaign.workspace import open_workspace
from tests.workspaces import (
    CONFIG,
    KICKOFF,
    edit_schedule,
    make_workspace,
    open_virtual,
    states_of,
    write_schedule,
)

RIGA = ZoneInfo("Europe/Riga")
DAYS = (dt.date(2023, 9, 15), dt.date(2023, 9, 30))
KEY = "kampana/kickoff>mastodon:lv"
EVE = "kampana/eve>mastodon:lv"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=RIGA).astimezone(dt.UTC)


def sent(root: Path) -> list[str]:
    """The requests that went out, by folder."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("request*.json"))


def play(root: Path, into: Path, last: dt.date = DAYS[1]) -> list[str]:
    rehearse(open_workspace(root, "rehearsal"), (DAYS[0], last), into=into)
    return sent(into / "outbox")


def test_rehearsing_twice_into_one_folder_sends_nothing_twice(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    first = play(root, tmp_path / "out")
    assert len(first) == 4
    before = {path: (tmp_path / "out" / "outbox" / path).stat().st_mtime_ns for path in first}
    assert play(root, tmp_path / "out") == first
    assert {path: (tmp_path / "out" / "outbox" / path).stat().st_mtime_ns for path in first} == before


def test_editing_a_sent_message_sends_nothing(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    first = play(root, tmp_path / "out")
    edit_schedule(root, "kampana", "sāk kampaņu", "ir sākuši kampaņu")
    assert play(root, tmp_path / "out", dt.date(2023, 10, 5)) == first


def test_an_unsent_message_that_is_moved_goes_out_once_at_its_new_time(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    play(root, tmp_path / "out", dt.date(2023, 9, 19))
    edit_schedule(root, "kampana", "2023-09-20 09:00", "2023-09-25 10:00")
    play(root, tmp_path / "out", dt.date(2023, 9, 24))
    assert not [path for path in sent(tmp_path / "out" / "outbox") if "eve" in path]
    assert len([path for path in play(root, tmp_path / "out") if "eve" in path]) == 2


def test_renaming_the_id_of_a_sent_message_sends_nothing(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    first = play(root, tmp_path / "out")
    edit_schedule(root, "kampana", "id: kickoff", "id: start")
    assert play(root, tmp_path / "out", dt.date(2023, 10, 5)) == first


def test_an_unreadable_file_holds_what_was_planned_from_it(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    write_schedule(root, "kampana", KICKOFF + "  - id: [broken")
    clock.now = at("2023-09-18 09:00")
    app.replan()
    app.run_pass()
    assert states_of(app)[KEY] == "planned"
    write_schedule(root, "kampana", KICKOFF)
    app.replan()
    app.run_pass()
    app.run_pass()
    assert states_of(app)[KEY] == "sent"


def test_an_entry_that_is_wrong_is_held_and_the_others_go_on(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    edit_schedule(root, "kampana", "at: 2023-09-18 09:00", "at: 18.09.2023 9:00")
    clock.now = at("2023-09-20 09:00")
    app.replan()
    app.run_pass()
    app.run_pass()
    found = states_of(app)
    assert (found[KEY], found[EVE]) == ("held", "sent")


def test_an_unreadable_registry_holds_everything_and_cancels_nothing(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    write_schedule(root, "contacts", "contacts: [")
    clock.now = at("2023-09-18 09:00")
    app.replan()
    app.run_pass()
    assert set(states_of(app).values()) == {"planned"}


def test_a_file_named_hold_holds_everything(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    (root / "schedules" / "HOLD").write_text("Valsts sēras\n", encoding="utf-8")
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    clock.now = at("2023-09-18 09:30")
    app.replan()
    app.run_pass()
    assert "sent" not in states_of(app).values()
    (root / "schedules" / "HOLD").unlink()
    clock.now = at("2023-09-18 12:00")
    app.replan()
    app.run_pass()
    assert states_of(app)[KEY] in {"held", "past"}


def test_what_was_only_recorded_never_counts_as_sent(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, _ = open_virtual(root, at("2023-09-18 09:00"))
    app.replan()
    app.run_pass()
    app.run_pass()
    assert states_of(app)[KEY] == "sent"
    live, _ = open_virtual(root, at("2023-09-17 09:00"), "live")
    live.replan()
    assert states_of(live)[KEY] == "planned"


def test_a_downtime_longer_than_if_late_asks_a_person(tmp_path: Path) -> None:
    app, clock = open_virtual(make_workspace(tmp_path), at("2023-09-17 09:00"))
    app.replan()
    clock.now = at("2023-09-18 11:30")
    app.run_pass()
    app.run_pass()
    assert states_of(app)[KEY] == "held"


def test_a_short_downtime_sends_late(tmp_path: Path) -> None:
    app, clock = open_virtual(make_workspace(tmp_path), at("2023-09-17 09:00"))
    app.replan()
    clock.now = at("2023-09-18 10:30")
    app.run_pass()
    app.run_pass()
    assert states_of(app)[KEY] == "sent"


def test_what_was_over_before_it_was_first_read_is_past_on_networks_and_shown_on_the_site(tmp_path: Path) -> None:
    app, _ = open_virtual(make_workspace(tmp_path), at("2023-10-17 09:00"))
    app.replan()
    app.run_pass()
    found = states_of(app)
    assert (found[KEY], found["kampana/kickoff>site:lv"]) == ("past", "sent")


def test_a_removed_message_is_cancelled_and_one_that_comes_back_is_revived(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, _ = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    (root / "schedules" / "kampana.yaml").unlink()
    app.replan()
    assert states_of(app)[KEY] == "cancelled"
    write_schedule(root, "kampana", KICKOFF)
    app.replan()
    assert states_of(app)[KEY] == "planned"


def test_a_vanished_file_cancels_only_after_two_reads(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.rules = type(app.rules)(live=False, certain=False)
    app.replan()
    (root / "schedules" / "kampana.yaml").unlink()
    adopted = app.replan()
    assert adopted is not None
    assert adopted.look_again
    assert states_of(app)[KEY] == "planned"
    clock.advance(seconds=5)
    app.replan()
    assert states_of(app)[KEY] == "cancelled"


def test_at_now_in_a_new_file_asks_and_in_a_known_one_goes_out(tmp_path: Path) -> None:
    now_message = "  - {id: urgent, at: now, accounts: [mastodon], card: none, text: {lv: Steidzami., en: Urgent.}}\n"
    root = make_workspace(tmp_path, {"kampana": KICKOFF + now_message})
    app, _ = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    assert states_of(app)["kampana/urgent>mastodon:lv"] == "held"
    write_schedule(root, "kampana", KICKOFF + now_message.replace("urgent", "warning"))
    app.replan()
    app.run_pass()
    assert states_of(app)["kampana/warning>mastodon:lv"] == "sent"


def test_live_mode_holds_what_an_unverified_contact_touches(tmp_path: Path) -> None:
    text = KICKOFF.replace("sāk kampaņu.", "sāk kampaņu. {emergency}").replace("begins.", "begins. {emergency}")
    root = make_workspace(tmp_path, {"kampana": text})
    edit_schedule(root, "contacts", ", verified_on: 2023-09-01", "")
    live, _ = open_virtual(root, at("2023-09-17 09:00"), "live")
    live.replan()
    found = states_of(live)
    assert (found[KEY], found[EVE]) == ("held", "planned")
    edit_schedule(root, "contacts", "status: sourced", "status: sourced, verified_on: 2023-09-16")
    live.replan()
    assert states_of(live)[KEY] == "planned"


def test_too_long_for_one_account_in_one_language_holds_only_that(tmp_path: Path) -> None:
    text = KICKOFF.replace("Glāžšķūņu rūķīši sāk kampaņu.", "Glāžšķūņu rūķīši sāk kampaņu. " * 20)
    app, _ = open_virtual(make_workspace(tmp_path, {"kampana": text}), at("2023-09-17 09:00"))
    app.replan()
    found = states_of(app)
    assert (found[KEY], found["kampana/kickoff>mastodon:en"]) == ("held", "planned")


def test_a_second_mode_never_opens_the_ledger_of_another(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    rehearse(open_workspace(root, "rehearsal"), DAYS, into=tmp_path / "out")
    with pytest.raises(CampaignError, match="belongs to mode"):
        rehearse(open_workspace(root, "demo"), DAYS, into=tmp_path / "out")


def test_no_secret_is_loaded_outside_live_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_workspace(tmp_path, config=CONFIG)
    (root / "config" / "secrets").mkdir()
    (root / "config" / "secrets" / "mastodon_token").write_text("kanarijputniņš", encoding="utf-8")
    monkeypatch.setenv("CAMPAIGN_ACCOUNTS__BLUESKY__APP_PASSWORD", "kanarijputniņš")
    sandbox, live = open_workspace(root).settings, open_workspace(root, "live").settings
    assert (sandbox.accounts["mastodon"].token, sandbox.accounts["bluesky"].app_password) == (None, None)  # type: ignore[union-attr]
    assert live.accounts["mastodon"].token.get_secret_value() == "kanarijputniņš"  # type: ignore[union-attr]
    assert live.accounts["bluesky"].app_password.get_secret_value() == "kanarijputniņš"  # type: ignore[union-attr]
    assert "kanarijputniņš" not in json.dumps(live.model_dump(mode="json"))


MOVED = """
events:
  - id: seminar
    title: {lv: "Seminārs", en: "Seminar"}
    starts: 2023-09-25 10:00
    ends: 2023-09-25 12:00
    place: {lv: Rīga, en: Riga}
    card: none
    announce: [when moved, 1 day before 10:00]
"""


def test_a_change_written_in_the_afternoon_is_told_the_same_day(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, {"kampana": KICKOFF + MOVED})
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    clock.now = at("2023-09-19 15:00")
    changed = 'starts: 2023-09-26 10:00\n    changes: [{on: 2023-09-19, was: {starts: "2023-09-25 10:00"}}]'
    edit_schedule(root, "kampana", "starts: 2023-09-25 10:00", changed)
    edit_schedule(root, "kampana", "ends: 2023-09-25", "ends: 2023-09-26")
    app.replan()
    app.run_pass()
    app.run_pass()
    assert states_of(app)["kampana/seminar+moved@2023-09-19>mastodon:lv"] == "sent"


def test_a_moved_event_moves_its_reminder(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, {"kampana": KICKOFF + MOVED})
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    changed = 'starts: 2023-09-28 10:00\n    changes: [{on: 2023-09-19, was: {starts: "2023-09-25 10:00"}}]'
    edit_schedule(root, "kampana", "starts: 2023-09-25 10:00", changed)
    edit_schedule(root, "kampana", "ends: 2023-09-25", "ends: 2023-09-28")
    app.replan()
    reminder = "kampana/seminar-1d-1000>mastodon:lv"
    clock.now = at("2023-09-24 10:30")
    app.run_pass()
    assert states_of(app)[reminder] == "planned"
    clock.now = at("2023-09-27 10:00")
    app.run_pass()
    app.run_pass()
    assert states_of(app)[reminder] == "sent"


def test_a_cancelled_event_stops_its_reminder_and_stays_in_the_calendar(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, {"kampana": KICKOFF + MOVED})
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    app.run_pass()
    edit_schedule(
        root, "kampana", "    card: none\n    announce", "    card: none\n    status: cancelled\n    announce"
    )
    app.replan()
    clock.now = at("2023-09-24 10:00")
    app.run_pass()
    found = states_of(app)
    assert found["kampana/seminar-1d-1000>mastodon:lv"] == "cancelled"
    with app.database.read() as connection:
        shown = {row.key: row for row in outlets.published(connection)}
    calendar = shown["kampana/seminar>calendar:lv"]
    assert calendar.post.event is not None
    assert (calendar.post.event.status, calendar.sequence) == ("cancelled", 1)
