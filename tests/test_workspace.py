"""Finding a workspace, and where each mode keeps what it makes."""

from pathlib import Path

import pytest
from PIL import Image

from campaign.errors import CampaignError
from campaign.workspace import demo_workspace, find_workspace, open_workspace, package_assets, sample
from tests.ledgers import NOON
from tests.workspaces import CONFIG, KICKOFF, make_workspace, open_virtual, states_of

PICTURE = "    images: [{file: photos/rūķis.jpg, alt: {lv: Rūķis ar lukturi rokā, en: A gnome with a lantern}}]\n"


def test_a_workspace_is_found_from_any_folder_in_it(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "ministry")
    assert find_workspace(root / "schedules") == root


def test_outside_a_workspace_people_are_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="campaign init DIR"):
        find_workspace(tmp_path)


@pytest.mark.parametrize("mode", ["live", "sandbox", "rehearsal", "demo"])
def test_each_mode_has_its_own_folder_and_ledger(tmp_path: Path, mode: str) -> None:
    where = open_workspace(make_workspace(tmp_path), mode)
    assert where.var == tmp_path / "var" / mode
    assert where.ledger == f"sqlite:///{tmp_path}/var/{mode}/campaign.db"
    assert not where.has_ledger


def test_another_database_is_for_live_mode_only(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, config='database = "postgresql+psycopg://localhost/campaign"\n' + CONFIG)
    assert open_workspace(root, "live").ledger.startswith("postgresql")
    assert open_workspace(root, "sandbox").ledger.startswith("sqlite")


def test_a_workspaces_own_assets_come_first(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    (root / "assets").mkdir()
    assert open_workspace(root).assets == (root / "assets", package_assets())


def test_the_demo_falls_back_to_the_sample_that_comes_with_the_program(tmp_path: Path) -> None:
    where = demo_workspace(tmp_path)
    assert (where.root, where.var, where.settings.mode) == (sample(), tmp_path / "var" / "demo", "demo")


def test_the_demo_of_a_broken_workspace_says_so(tmp_path: Path) -> None:
    root = make_workspace(tmp_path, config="mode = 1")
    with pytest.raises(CampaignError, match="mistake"):
        demo_workspace(root)


def with_picture(root: Path) -> Path:
    """The first message shows a picture of the workspace's own."""
    made = make_workspace(root, {"kampana": KICKOFF.replace("    card: none\n", "    card: none\n" + PICTURE, 1)})
    (root / "assets" / "photos").mkdir(parents=True)
    Image.new("RGB", (600, 315), "navy").save(root / "assets" / "photos" / "rūķis.jpg")
    return made


def test_schedules_may_name_the_workspaces_own_pictures_and_those_of_the_program(tmp_path: Path) -> None:
    files = open_workspace(with_picture(tmp_path)).asset_files
    assert {Path("photos/rūķis.jpg"), Path("cards/themes/ministry.yaml")} <= set(files)


def test_a_message_with_a_picture_of_the_workspace_is_planned(tmp_path: Path) -> None:
    app, _ = open_virtual(with_picture(tmp_path), NOON)
    app.replan()
    assert [problem.message for problem in app.schedules.problems] == []
    assert states_of(app)["kampana/eve>mastodon:lv"] == "planned"
    app.close()
