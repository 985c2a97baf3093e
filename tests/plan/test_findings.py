"""How findings weigh by mode, and that what is told once still stops everything it touches."""

import datetime as dt
from pathlib import Path

from campaign.app import App
from campaign.plan import Plan
from tests.test_promises import at
from tests.workspaces import edit_schedule, make_workspace, open_virtual

LONG = "Ļoti gara doma. " * 40


def planned(folder: Path, *edits: tuple[str, str]) -> Plan:
    root = make_workspace(folder)
    edit_schedule(root, "contacts", "2023-09-01", "2023-01-01")
    for old, new in edits:
        edit_schedule(root, "kampana", old, new)
    app: App = open_virtual(root, at("2023-09-17 09:00"))[0]
    app.read()
    return app.plan()


def weights(plan: Plan, code: str, *, live: bool) -> list[str]:
    return [str(found.severity) for found in plan.findings(live=live) if found.code == code]


def test_a_finding_about_content_stays_a_warning_beside_one_that_stops_the_post(tmp_path: Path) -> None:
    plan = planned(tmp_path, ("sāk kampaņu.", f"sāk kampaņu. {LONG} {{emergency}}"), ("begins.", "begins. {emergency}"))
    assert weights(plan, "LEN01", live=False) == ["error"]
    assert weights(plan, "CON02", live=False) == ["warning"]
    assert weights(plan, "CON02", live=True) == ["error"]


def test_a_missing_alt_text_holds_in_live_mode_only(tmp_path: Path) -> None:
    picture = '    card: none\n    images: [{file: photos/library.jpg, alt: {lv: Lasītava}, consent: nobody shown}]\n    text: {lv: "Glāž'
    plan = planned(tmp_path, ('    card: none\n    text: {lv: "Glāž', picture))
    assert weights(plan, "IMG01", live=False) == ["warning"]
    assert weights(plan, "IMG01", live=True) == ["error"]
    assert all(row.content for row in plan.rows)
    assert {row.language for row in plan.rows if row.key in plan.stopped} == {"en"}


def test_a_photo_without_a_record_of_consent_holds_in_live_mode_only(tmp_path: Path) -> None:
    photo = "{file: photos/desk.jpg, alt: {lv: Galds, en: A desk}}"
    card = f'    card: {{template: announcement, photo: {photo}}}\n    text: {{lv: "Glāž'
    plan = planned(tmp_path, ('    card: none\n    text: {lv: "Glāž', card))
    assert weights(plan, "IMG02", live=False) == ["warning"]
    assert weights(plan, "IMG02", live=True) == ["error"]
    assert all(row.content for row in plan.rows)
    assert {row.name for row in plan.rows if row.key in plan.stopped} == {"kampana/kickoff"}


def test_a_mistake_in_the_campaigns_footer_is_told_once_and_stops_every_entry(tmp_path: Path) -> None:
    footer = "accounts: [site, mastodon]\nfooter: {lv: '{emergenci}', en: '{emergency}'}"
    plan = planned(tmp_path, ("accounts: [site, mastodon]", footer))
    unknown = [found for found in plan.findings(live=True) if found.code == "REF01"]
    assert [(found.spot.line, found.hint) for found in unknown] == [(6, "nearest: {emergency}")]
    assert len([found for found in plan.findings(live=True) if found.code == "TRN01"]) == 1
    assert {row.name for row in plan.rows if row.key in plan.stopped} == {"kampana/kickoff", "kampana/eve"}
    assert plan.window.first <= dt.date(2023, 9, 18)
