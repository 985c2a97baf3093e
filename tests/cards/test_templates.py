"""Templates are data: what is wrong with a file is told with its name, and no card of it is drawn."""

import io
import shutil

import pytest
from PIL import Image

from campaign.cards import Studio
from campaign.cards.tree import Area, Emblem, Line, Stroke
from campaign.model import Card
from tests.cards.cases import ASSETS, drawn

PLAIN = """
fields: {title: text}
sizes: {og: [1200, 630]}
layers:
  - {kind: fill, box: [0, 0, 1200, 630], colour: paper}
  - {kind: text, text: "{title}", style: headline, lines: 3, box: [60, 60, 1000, 400]}
alt: ["{title}"]
"""


@pytest.fixture
def workspace(tmp_path):
    """A workspace of its own: the shipped theme beside whatever templates a test writes."""
    (tmp_path / "cards").mkdir()
    return tmp_path


def draw(workspace, text, title="Glāžšķūņu rūķīši"):
    (workspace / "cards" / "own.yaml").write_text(text, encoding="utf-8")
    return Studio([workspace, ASSETS]).picture(Card("own", "og", "lv", {"title": title}))


def test_a_team_may_add_a_template_of_its_own(workspace):
    picture, flaws = draw(workspace, PLAIN)
    assert not flaws
    assert picture.alt == "Glāžšķūņu rūķīši."


def test_the_workspace_comes_before_the_package(workspace):
    shutil.copy(ASSETS / "cards" / "announcement.yaml", workspace / "cards" / "fact.yaml")
    studio = Studio([workspace, ASSETS])
    assert studio.sample("fact", "og", "lv").fields["title"].startswith("Pēc mēneša")
    assert "announcement" in studio.templates()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fields:", "fields: [", "not readable YAML"),
        (PLAIN, "- one", "not a mapping"),
        (PLAIN, "alt: [x]", "it needs `sizes:`"),
        ("colour: paper", "colour: papier", "the theme has no colour “papier”"),
        ("style: headline", "style: heading", "the theme has no style “heading”"),
        ("kind: fill", "kind: script", "script"),
        ('{title}", style', '{titel}", style', "“titel” is not among its fields"),
        ('["{title}"]', '["{title|eval}"]', "there is no filter “eval”"),
        ("title: text", "title: prose", "there is no kind of field “prose”"),
        ("lines: 3,", "", "needs a box"),
        ("lines: 3", "lines: 3, size: [12, 40]", "12 px is too small"),
        ("lines: 3", "lines: 3, at: {square: {lines: 2}}", "a size it does not have"),
        ("lines: 3", "lines: 3, colur: ink", "colur"),
        ("[1200, 630]", "[1200, 63000]", "sizes.og.size.1"),
        ("  - {kind: fill", "  - fill\n  - {kind: fill", "every layer is a mapping"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template_is_told_with_its_file(workspace, old, new, told):
    broken = PLAIN.replace(", box: [60, 60, 1000, 400]", "") if told == "needs a box" else PLAIN.replace(old, new)
    picture, flaws = draw(workspace, broken)
    assert picture is None
    assert flaws[0].code == "CRD04"
    assert flaws[0].message.startswith("own.yaml cannot be used")
    assert told in flaws[0].message


def test_aliases_cannot_make_a_small_template_huge(workspace):
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    picture, flaws = draw(workspace, bomb + PLAIN)
    assert picture is None
    assert flaws[0].code == "CRD04"


def test_a_size_may_leave_a_layer_out_or_change_it(workspace):
    two = PLAIN.replace("og: [1200, 630]", "og: [1200, 630], tall: [1080, 1350]").replace(
        "colour: paper", "colour: paper, at: {tall: none}"
    )
    (workspace / "cards" / "own.yaml").write_text(two, encoding="utf-8")
    studio = Studio([workspace, ASSETS])
    kinds = [type(box).__name__ for box in studio.sheet(Card("own", "tall", "lv", {"title": "Rūķīši"}))[0].boxes]
    assert kinds == ["Line"]


def boxes(workspace, layer, kind):
    """The boxes of one kind that a layer adds to the plain template."""
    text = PLAIN.replace("alt:", f"  - {layer}\nalt:").replace("{title: text}", "{title: text, items: texts?}")
    (workspace / "cards" / "own.yaml").write_text(text, encoding="utf-8")
    fields = {"title": "Glāžšķūņu rūķīši", "items": ["Viens", "Divi", "Trīs"]}
    sheet, flaws = Studio([workspace, ASSETS]).sheet(Card("own", "og", "lv", fields))
    assert not flaws
    return [box for box in sheet.boxes if isinstance(box, kind)]


def test_a_list_may_be_numbered(workspace):
    lines = boxes(workspace, "{kind: list, of: items, mark: number, box: [60, 300, 600, 300]}", Line)
    assert [line.text for line in lines[1:]] == ["1.", "Viens", "2.", "Divi", "3.", "Trīs"]
    assert len({line.x for line in lines if line.text.endswith(".")}) == 1


def test_a_rule_sets_parts_of_a_stack_apart(workspace):
    items = "[{kind: text, text: viens}, {kind: rule, gap: 20, width: 90}, {kind: text, text: divi, gap: 20}]"
    areas = boxes(workspace, f"{{kind: stack, box: [60, 300, 600, 300], items: {items}}}", Area)
    assert [(area.x, area.width, area.height) for area in areas[1:]] == [(60, 90, 6)]


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_a_text_is_aligned_in_its_box(workspace, align):
    layer = f"{{kind: text, text: rūķīši, style: label, align: {align}, box: [60, 300, 600, 300]}}"
    line = boxes(workspace, layer, Line)[-1]
    right = line.x + line.width
    assert {"left": line.x == 60, "centre": abs(line.x + right - 720) <= 2, "right": right == 660}[align]


@pytest.mark.parametrize("icon", ["calendar", "pin", "phone", "source"])
def test_a_sign_stands_beside_the_first_line(workspace, icon):
    layer = f"{{kind: text, text: rūķīši, style: label, icon: {icon}, box: [60, 300, 600, 300]}}"
    strokes, line = boxes(workspace, layer, Stroke), boxes(workspace, layer, Line)[-1]
    assert strokes
    assert all(60 <= box.x + x < line.x for box in strokes for x, _ in box.points)


def test_a_logo_without_a_tint_keeps_its_own_colours(workspace):
    assert boxes(workspace, "{kind: logo, box: [60, 500, 90, 60]}", Emblem) == [Emblem(60, 500, 90, 60, None)]
    own = Studio([workspace, ASSETS])
    data, _ = own.paint(drawn(Card("own", "og", "lv", {"title": "Rūķīši"}), by=own))
    with Image.open(io.BytesIO(data)) as image:
        colours = image.crop((60, 500, 150, 560)).getcolors(9999) or []
    assert (10, 92, 99) in {colour for _, colour in colours}


@pytest.mark.parametrize(
    ("template", "size", "language"), [("none", "og", "lv"), ("fact", "poster", "lv"), ("fact", "og", "xx")]
)
def test_an_unknown_template_size_or_language_is_told_with_what_there_is(template, size, language):
    picture, flaws = Studio([ASSETS]).picture(Card(template, size, language, {}))
    assert picture is None
    assert flaws[0].code == "CRD01"
    assert flaws[0].hint.startswith("there are: ")


def test_a_missing_font_keeps_cards_from_being_drawn(workspace):
    theme = (ASSETS / "cards" / "theme.yaml").read_text(encoding="utf-8")
    (workspace / "cards" / "theme.yaml").write_text(theme.replace("SourceSans3-Bold", "Absent"), encoding="utf-8")
    _, flaws = draw(workspace, PLAIN)
    assert flaws[0].message == "assets/fonts/Absent.otf is missing"


def test_a_theme_with_too_small_letters_is_refused(workspace):
    theme = (ASSETS / "cards" / "theme.yaml").read_text(encoding="utf-8")
    (workspace / "cards" / "theme.yaml").write_text(theme.replace("smallest: 28", "smallest: 12"), encoding="utf-8")
    _, flaws = draw(workspace, PLAIN)
    assert flaws[0].message.startswith("theme.yaml cannot be used: smallest")


def test_a_style_below_the_least_size_makes_no_card(workspace):
    theme = (ASSETS / "cards" / "theme.yaml").read_text(encoding="utf-8")
    (workspace / "cards" / "theme.yaml").write_text(theme.replace("size: [44, 88]", "size: [9, 20]"), encoding="utf-8")
    _, flaws = draw(workspace, PLAIN)
    assert [flaw.code for flaw in flaws] == ["IMG03"]
