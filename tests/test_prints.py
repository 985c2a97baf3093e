"""Cards drawn for a look at them: every size, nothing twice, a contact sheet; anew while a template is edited."""

import shutil
from itertools import islice

import pytest
from typer.testing import CliRunner

from campaign.cards.gallery import Gallery
from campaign.cli import cli
from campaign.prints import draw, of_template, open_gallery, watched
from campaign.workspace import open_workspace
from tests.cards.cases import studio
from tests.workspaces import ROOT


@pytest.fixture
def root(tmp_path):
    """The sample workspace, with templates of its own to edit."""
    for name in ("schedules", "config"):
        shutil.copytree(ROOT / name, tmp_path / "here" / name)
    (tmp_path / "here" / "assets" / "cards").mkdir(parents=True)
    for name in ("thanks", "announcement"):
        shutil.copy(ROOT / "assets" / "cards" / f"{name}.yaml", tmp_path / "here" / "assets" / "cards")
    return tmp_path / "here"


def card(root, *words):
    return CliRunner().invoke(cli, ["card", *words, "--workspace", str(root), "--out", str(root / "out")])


def test_a_month_in_five_sizes_is_drawn_once(root):
    asked = ("--all", "--size", "all", "--from", "2023-10-01", "--to", "2023-10-03")
    first, second = card(root, *asked), card(root, *asked)
    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert ", 0 drawn anew" not in first.output
    assert ", 0 drawn anew" in second.output
    sizes = {file.stem.rsplit("-", 3)[1] for file in (root / "out").glob("notikumu*.png")}
    assert sizes == {"og", "mail", "feed", "square", "story"}


def test_several_sizes_of_a_template_are_drawn_on_one_sheet(root):
    done = card(root, "thanks", "--size", "og,print")
    assert done.exit_code == 0
    sheet = (root / "out" / "index.html").read_text(encoding="utf-8")
    assert 'src="thanks-og-lv.png"' in sheet
    assert 'href="thanks-print-lv.pdf"' in sheet
    assert "Paldies!" in sheet


@pytest.mark.parametrize("words", [("thanks", "--size", "glāze"), ("nav-tada",), ("thanks", "--from", "nope")])
def test_what_does_not_exist_is_said_in_words(root, words):
    done = card(root, *words)
    assert done.exit_code != 0
    assert "Traceback" not in done.output


def test_entries_that_cannot_be_drawn_are_told_and_the_others_are_drawn(root):
    template = root / "assets" / "cards" / "announcement.yaml"
    template.write_text(template.read_text(encoding="utf-8").replace("tone: dark", "tone: pale"), encoding="utf-8")
    done = card(root, "--all", "--from", "2023-10-01", "--to", "2023-10-31")
    assert done.exit_code != 0
    assert "assets/cards/announcement.yaml:3:1: CRD04" in str(done.exception)
    assert list((root / "out").glob("*.png"))


def test_a_sheet_that_is_watched_looks_for_a_newer_one(tmp_path):
    wanted = of_template(studio(), "thanks", ("og",), ["lv", "et"])
    drawn = draw(Gallery(studio(), tmp_path / "cache"), wanted, tmp_path / "out", refresh=1)
    assert '<meta http-equiv="refresh" content="1">' in drawn.page.read_text(encoding="utf-8")
    assert (drawn.painted, len(drawn.files)) == (1, 1)


def test_an_edited_template_is_drawn_anew_and_a_broken_one_is_told_with_its_line(root):
    where, told = open_workspace(root), []
    template = root / "assets" / "cards" / "thanks.yaml"
    good = template.read_text(encoding="utf-8")
    for number, words in enumerate(islice(watched(where, "thanks", ("og",), root / "out"), 3)):
        told.append(words)
        template.write_text([good.replace("anchor: middle", "anchor: nowhere"), good, good][number], encoding="utf-8")
    assert "3 pictures on" in told[0]
    assert "assets/cards/thanks.yaml:8" in told[1]
    assert "3 pictures on" in told[2]


def test_the_gallery_is_that_of_the_mode(root):
    where = open_workspace(root)
    picture = of_template(open_gallery(where).studio, "thanks", ("og",), ["lv"]).prints[0].picture
    assert open_gallery(where).path(picture).parent == where.var / "cards"
