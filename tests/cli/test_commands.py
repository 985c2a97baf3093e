"""Every command as a person types it, on a small workspace."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from campaign.cli import cli
from campaign.errors import CampaignError
from tests.test_promises import at
from tests.workspaces import KICKOFF, edit_schedule, make_workspace, open_virtual, write_schedule

DAYS = ("--from", "2023-09-01", "--to", "2023-09-30")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "ministry")


def campaign(root: Path, *words: str) -> Result:
    result = CliRunner().invoke(cli, [*words, "--workspace", str(root)])
    if isinstance(result.exception, CampaignError):
        raise result.exception
    return result


def plan_of(root: Path) -> dict[str, dict[str, str]]:
    data = json.loads(campaign(root, "plan", *DAYS, "--json").stdout)
    return {row["key"]: row for row in data["rows"]} | {"hash": data["hash"]}


def test_a_sound_workspace_has_no_errors(root: Path) -> None:
    result = campaign(root, "check")
    assert result.exit_code == 0
    assert "error" not in result.stdout


def test_an_error_is_shown_with_its_place_and_exits_1(root: Path) -> None:
    edit_schedule(root, "kampana", "at: 2023-09-18 09:00", "at: 31.02.2023 9:00")
    result = campaign(root, "check")
    assert result.exit_code == 1
    assert "schedules/kampana.yaml:8:" in result.stdout


def test_check_of_one_file_leaves_the_others_out(root: Path) -> None:
    edit_schedule(root, "kampana", "at: 2023-09-18 09:00", "at: 31.02.2023 9:00")
    result = campaign(root, "check", str(root / "schedules" / "contacts.yaml"))
    assert "kampana.yaml" not in result.stdout
    assert result.exit_code == 0


def test_check_as_json_names_every_part_of_a_finding(root: Path) -> None:
    edit_schedule(root, "kampana", "at: 2023-09-18 09:00", "at: 31.02.2023 9:00")
    findings = json.loads(campaign(root, "check", "--json").stdout)
    wrong = next(finding for finding in findings if finding["severity"] == "error")
    assert {"file", "line", "column", "code", "message", "hint"} <= set(wrong)
    assert wrong["entry"] == "kampana/kickoff"


def test_the_same_files_give_the_same_plan_to_the_letter(root: Path) -> None:
    assert campaign(root, "plan", *DAYS, "--json").stdout == campaign(root, "plan", *DAYS, "--json").stdout


def test_one_letter_changes_exactly_its_own_rows(root: Path) -> None:
    before = plan_of(root)
    edit_schedule(root, "kampana", "rūķīši sāk", "rūķīši sāks")
    after = plan_of(root)
    assert before["hash"] != after["hash"]
    changed = {key for key in before if key != "hash" and before[key] != after[key]}
    assert changed == {"kampana/kickoff>site:lv", "kampana/kickoff>mastodon:lv"}


def test_the_plan_in_words_groups_by_day(root: Path) -> None:
    result = campaign(root, "plan", *DAYS)
    assert "Monday, 2023-09-18 (EEST)" in result.stdout
    assert "09:00  kampana/kickoff" in result.stdout


def test_a_rehearsal_tells_what_went_where(root: Path) -> None:
    result = campaign(root, "rehearse", *DAYS, "--json")
    assert json.loads(result.stdout)["accounts"]["mastodon"] == {"sent": 4}


def test_looking_into_a_rehearsal(root: Path) -> None:
    campaign(root, "rehearse", *DAYS)
    words = ("--mode", "rehearsal")
    counts = json.loads(campaign(root, "status", *words, "--json").stdout)["counts"]
    assert counts == {"sent": 8}
    assert "It was published on" in campaign(root, "why", "kampana/kickoff>mastodon:lv", *words).stdout
    assert json.loads(campaign(root, "prove", "kampana/kickoff>mastodon:lv", *words).stdout)["chain_whole"]


def test_hold_and_resume(root: Path) -> None:
    campaign(root, "rehearse", *DAYS)
    words = ("--mode", "rehearsal")
    assert "Held: all" in campaign(root, "hold", "--reason", "sēras", *words).stdout
    assert "HOLD all" in campaign(root, "status", *words).stdout
    assert "Resumed: all" in campaign(root, "resume", *words).stdout


def test_looking_before_anything_ran_says_what_to_do(root: Path) -> None:
    with pytest.raises(CampaignError, match="Nothing has run"):
        campaign(root, "status")


def test_a_preview_is_one_page_with_its_pictures(root: Path, tmp_path: Path) -> None:
    edit_schedule(
        root, "kampana", '    card: none\n    text: {lv: "Glāžšķ', '    card: announcement\n    text: {lv: "Glāžšķ'
    )
    campaign(root, "preview", *DAYS, "--out", str(tmp_path / "preview"))
    page = (tmp_path / "preview" / "index.html").read_text(encoding="utf-8")
    assert "Glāžšķūņu rūķīši sāk kampaņu." in page
    assert list((tmp_path / "preview" / "pictures").glob("*.png"))


@pytest.mark.parametrize("words", [("--all", *DAYS), ("kampana/kickoff", *DAYS), ("event",)])
def test_cards_are_drawn(root: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    edit_schedule(
        root, "kampana", '    card: none\n    text: {lv: "Glāžšķ', '    card: announcement\n    text: {lv: "Glāžšķ'
    )
    result = campaign(root, "card", *words, "--out", str(tmp_path / "cards"))
    assert result.exit_code == 0
    assert len(list((tmp_path / "cards").glob("*.png"))) == 2


def test_the_schema_of_every_kind_is_printed() -> None:
    result = CliRunner().invoke(cli, ["schema"])
    assert "campaign" in json.loads(result.stdout)


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--from", "1.9.2023"),
        ("plan", "--from", "2023-02-31"),
        ("plan", "--from", "2023-09-30", "--to", "2023-09-01"),
        ("resolve", "a/b>c:lv"),
        ("card",),
        ("status", "--mode", "real"),
        ("nonsense",),
    ],
)
def test_wrong_usage_exits_2(root: Path, words: tuple[str, ...]) -> None:
    assert campaign(root, *words).exit_code == 2


def test_init_writes_a_workspace_that_checks_and_never_overwrites(tmp_path: Path) -> None:
    made = CliRunner().invoke(cli, ["init", str(tmp_path / "new")])
    assert made.exit_code == 0
    assert campaign(tmp_path / "new", "check").exit_code == 0
    again = CliRunner().invoke(cli, ["init", str(tmp_path / "new")])
    assert isinstance(again.exception, CampaignError)


def test_a_plan_does_not_miss_what_an_open_series_sent_before_today(root: Path) -> None:
    tip = "  - {id: tip, repeat: every monday, until: 2023-12-31, time: 09:00, card: none, text: {lv: Padoms., en: A tip.}}\n"
    write_schedule(root, "kampana", KICKOFF + tip)
    app, clock = open_virtual(root, at("2023-09-01 09:00"))
    app.replan()
    clock.now = at("2023-09-04 09:00")
    app.run_pass()
    app.close()
    shown = campaign(root, "plan").stdout
    assert "new kampana/tip@2023-12-25>" in shown
    assert "no longer in the files" not in shown


def test_looking_writes_nothing(root: Path) -> None:
    app, _ = open_virtual(root, at("2023-09-18 09:00"))
    app.replan()
    app.run_pass()
    app.close()
    before = everything(root)
    for words in (("plan",), ("plan", "--json"), ("check",), ("status",), ("why", "kampana/kickoff>site:lv")):
        campaign(root, *words)
    assert everything(root) == before


def everything(root: Path) -> dict[str, object]:
    """Each file with its bytes; of the ledger what stands in it."""
    files = {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file() and ".db" not in path.name}
    ledger = sqlite3.connect(root / "var/sandbox/campaign.db")
    found: dict[str, object] = {**files, "ledger": list(ledger.iterdump())}
    ledger.close()
    return found


def test_a_preview_shows_the_mail_with_its_help_lines(tmp_path: Path) -> None:
    from tests.workspaces import copy_sample

    sample = copy_sample(tmp_path / "sample")
    campaign(
        sample,
        "preview",
        "newsletter/weekly-issue",
        "--from",
        "2023-09-11",
        "--to",
        "2023-09-24",
        "--out",
        str(tmp_path / "out"),
    )
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "srcdoc" in page
    assert "tel:112" in page
