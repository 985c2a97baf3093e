"""The files are edited, lost and found again while the clock goes on: the ledger follows, and nothing slips through."""

import datetime as dt
from pathlib import Path

import pytest

from campaign.app import App
from campaign.model import Published
from campaign.settle import Person, hold, resume
from campaign.store import ledger, outlets, to_ms
from campaign.store.schema import delivery
from tests.test_promises import KEY, MOVED, at
from tests.workspaces import (
    CONFIG,
    KICKOFF,
    ROOT,
    edit_schedule,
    make_workspace,
    open_virtual,
    states_of,
    write_schedule,
)

CALENDAR = "kampana/seminar>calendar:lv"


def claim(app: App) -> list[str]:
    """What a lane holds while it sends the first of them."""
    with app.database.write() as connection:
        connection.execute(delivery.update().where(delivery.c.kind == "site").values(state="sent", public_at=1))
        return ledger.claim(connection, "mastodon", app.desk.owner, to_ms(app.clock()))


@pytest.mark.parametrize("edit", ["removed", "unverified"])
def test_what_is_taken_from_the_files_while_it_waits_its_turn_is_not_sent(tmp_path: Path, edit: str) -> None:
    root = make_workspace(tmp_path, {"kampana": KICKOFF.replace("rūķīši sāk", "rūķīši {emergency} sāk")})
    app, clock = open_virtual(root, at("2023-09-17 09:00"), "live")
    app.replan()
    clock.now = at("2023-09-18 09:00")
    assert KEY in claim(app)
    if edit == "removed":
        edit_schedule(root, "kampana", "id: kickoff", "id: other")
    else:
        edit_schedule(root, "contacts", ", verified_on: 2023-09-01", "")
    app.replan()
    assert states_of(app)[KEY] == {"removed": "cancelled", "unverified": "held"}[edit]


def test_a_date_that_no_plan_had_reached_before_a_downtime_is_late_and_not_past(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, config="horizon_days = 1\n" + CONFIG)
    app, clock = open_virtual(root, at("2023-09-10 09:00"))
    app.replan()
    assert KEY not in states_of(app)
    clock.now = at("2023-09-18 10:00")
    app.replan()
    app.run_pass()
    assert states_of(app)[KEY] == "sent"


def test_an_account_added_later_gets_no_old_at_now(tmp_path: Path) -> None:
    urgent = "  - {id: urgent, at: now, accounts: [mastodon, extra], card: none, text: {lv: Ziņa., en: News.}}\n"
    root = make_workspace(tmp_path, {"kampana": KICKOFF})
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    write_schedule(root, "kampana", KICKOFF + urgent)
    app.replan()
    (root / "config" / "campaign.toml").write_text(
        CONFIG + '[accounts.extra]\nkind = "mastodon"\nserver = "https://other.example"\n', encoding="utf-8"
    )
    later, _ = open_virtual(root, clock.now + dt.timedelta(days=300))
    later.replan()
    assert states_of(later)["kampana/urgent>extra:lv"] == "held"


def test_a_folder_that_is_gone_holds_everything_and_cancels_nothing(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, {"kampana": KICKOFF + MOVED})
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    before = states_of(app)
    (root / "schedules").rename(tmp_path / "away")
    clock.now = at("2023-09-18 09:00")
    for _ in range(2):
        app.replan()
        app.run_pass()
    assert states_of(app) == before
    (tmp_path / "away").rename(root / "schedules")
    app.replan()
    app.run_pass()
    assert states_of(app)[KEY] == "sent"


def test_a_file_that_vanished_a_moment_ago_sends_nothing(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.rules = type(app.rules)(live=False, certain=False)
    app.replan()
    clock.now = at("2023-09-18 09:00")
    (root / "schedules" / "kampana.yaml").unlink()
    app.replan()
    app.run_pass()
    assert set(states_of(app).values()) == {"planned"}


def shown(app: App) -> dict[str, Published]:
    with app.database.read() as connection:
        return {row.key: row for row in outlets.published(connection)}


def test_a_withdrawn_event_comes_back_only_when_nothing_holds_it(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, {"kampana": KICKOFF + MOVED})
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    app.run_pass()
    write_schedule(root, "kampana", KICKOFF)
    app.replan()
    assert shown(app)[CALENDAR].withdrawn
    write_schedule(root, "kampana", KICKOFF + MOVED)
    hold(app.database, app.site, "calendar", "sēras", Person("anna", clock.now))
    app.replan()
    app.run_pass()
    assert shown(app)[CALENDAR].withdrawn
    resume(app.database, app.site, "calendar", Person("anna", clock.now))
    app.run_pass()
    assert (shown(app)[CALENDAR].withdrawn, shown(app)[CALENDAR].sequence) == ("", 2)


def test_an_edit_that_was_held_goes_with_its_event(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, {"kampana": KICKOFF + MOVED})
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    app.run_pass()
    hold(app.database, app.site, "all", "sēras", Person("anna", clock.now))
    edit_schedule(root, "kampana", "lv: Rīga", "lv: Cēsis")
    app.replan()
    app.run_pass()
    write_schedule(root, "kampana", KICKOFF)
    app.replan()
    resume(app.database, app.site, "all", Person("anna", clock.now))
    app.run_pass()
    assert shown(app)[CALENDAR].withdrawn
    assert shown(app)[CALENDAR].post.event.place == "Rīga"  # type: ignore[union-attr]


def test_an_edit_of_an_own_page_shows_at_once_even_if_its_time_moves_too(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    clock.now = at("2023-09-18 09:00")
    app.run_pass()
    edit_schedule(root, "kampana", "2023-09-18 09:00", "2023-09-28 09:00")
    edit_schedule(root, "kampana", "sāk kampaņu", "sāks kampaņu")
    app.replan()
    app.run_pass()
    assert "sāks kampaņu" in shown(app)["kampana/kickoff>site:lv"].post.text


def test_an_edit_after_the_clock_went_back_is_shown(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    app, clock = open_virtual(root, at("2023-09-18 09:00"))
    app.replan()
    app.run_pass()
    app.build()
    clock.now = at("2023-09-18 07:00")
    edit_schedule(root, "kampana", "sāk kampaņu", "sāks kampaņu")
    app.replan()
    app.run_pass()
    assert app.build() is not None


def test_a_language_less_takes_nothing_down_that_is_out(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, {"kampana": KICKOFF + MOVED})
    app, clock = open_virtual(root, at("2023-09-18 09:00"))
    app.replan()
    app.run_pass()
    app.build()
    fewer = CONFIG.replace('languages = ["lv", "en"]', 'languages = ["lv"]')
    (root / "config" / "campaign.toml").write_text(fewer, encoding="utf-8")
    later, _ = open_virtual(root, clock.now + dt.timedelta(minutes=1))
    later.replan()
    later.run_pass()
    assert later.build(force=True) is not None
    assert states_of(later)["kampana/kickoff>mastodon:en"] == "sent"
    assert shown(later)["kampana/kickoff>site:en"].withdrawn == ""


def test_a_photo_that_was_missing_is_noticed_when_it_comes(tmp_path: Path) -> None:
    picture = '    images: [{file: photos/hall.jpg, alt: {lv: Zāle., en: The hall.}}]\n    text: {lv: "Glāž'
    root = make_workspace(tmp_path, {"kampana": KICKOFF.replace('    text: {lv: "Glāž', picture)})
    (root / "assets" / "photos").mkdir(parents=True)
    app, _ = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    assert app.replan() is None
    assert KEY not in states_of(app)
    (root / "assets" / "photos" / "hall.jpg").write_bytes(next((ROOT / "assets/photos").glob("*.jpg")).read_bytes())
    app.replan()
    assert states_of(app)[KEY] == "planned"
