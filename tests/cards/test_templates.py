"""Templates are data: what is wrong with a file is told with its name and line, and no card of it is drawn."""

import io
import shutil

import pytest
from PIL import Image

from campaign.cards import Studio
from campaign.cards.tree import Area, Emblem, Line, Stroke
from campaign.model import Card
from tests.cards.cases import ASSETS, LANGUAGES, drawn

FRAME = """\
fields: {help: text?}
places:
  og: {all: [0, 0, 1200, 630], main: [60, 60, 1000, 400]}
  feed: {all: [0, 0, 1080, 1350]}
layers:
  - {kind: fill, box: all, colour: ground}
alt: ["{help}"]
"""
PLAIN = """\
frame: bare
tone: light
fields: {title: text}
layers:
  - {kind: text, text: "{title}", style: headline, lines: 3, box: main}
alt: ["{title}"]
"""
CHART = """\
frame: bare
tone: light
fields: {title: text, series: series}
layers:
  - {kind: text, text: "{title}", style: label, box: [60, 20, 900, 40]}
  - kind: line_chart
    of: series
    box: [60, 100, 1000, 460]
    strokes:
      - {colour: mark, dash: solid, point: disc}
      - {colour: text, dash: solid, point: disc}
alt: ["{title}", "{series|series}"]
"""
TITLE = "Glāžšķūņu rūķīši"


@pytest.fixture
def workspace(tmp_path):
    """A workspace of its own: the shipped theme beside whatever templates a test writes."""
    (tmp_path / "cards" / "frames").mkdir(parents=True)
    (tmp_path / "cards" / "themes").mkdir()
    (tmp_path / "cards" / "frames" / "bare.yaml").write_text(FRAME, encoding="utf-8")
    return tmp_path


def opened(workspace, text=PLAIN):
    (workspace / "cards" / "own.yaml").write_text(text, encoding="utf-8")
    return Studio([workspace, ASSETS], "ministry")


def draw(workspace, text=PLAIN, size="og"):
    return opened(workspace, text).picture(Card("own", size, "lv", {"title": TITLE}))


def with_theme(workspace, old, new):
    """The flaws of a card when the ministry's theme says something else."""
    theme = (ASSETS / "cards" / "themes" / "ministry.yaml").read_text(encoding="utf-8")
    assert old in theme
    changed = theme.replace(old, new)
    (workspace / "cards" / "themes" / "ministry.yaml").write_text(changed, encoding="utf-8")
    return draw(workspace).flaws


def line_of(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_team_may_add_a_template_of_its_own(workspace):
    laid = draw(workspace)
    assert not laid.flaws
    assert laid.picture.alt == "Glāžšķūņu rūķīši."


def test_the_workspace_comes_before_the_package(workspace):
    shutil.copy(ASSETS / "cards" / "announcement.yaml", workspace / "cards" / "fact.yaml")
    studio = Studio([workspace, ASSETS], "ministry")
    assert studio.sample("fact", "og", "lv").fields["title"].startswith("Pēc mēneša")
    assert "announcement" in studio.templates()


@pytest.mark.parametrize("theme", ["ministry", "plain"])
def test_nothing_is_wrong_with_what_is_shipped(theme):
    assert list(Studio([ASSETS], theme).troubles()) == []


def test_every_template_has_a_sample_in_every_language():
    studio = Studio([ASSETS], "plain")
    assert all(studio.sample(name, "og", language) for name in studio.templates() for language in LANGUAGES)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fields:", "fields: [", "not readable YAML"),
        (PLAIN, "- one", "not a mapping"),
        ("tone: light\n", "", "tone: Field required"),
        ("tone: light", "tone: pale", "there is no tone “pale”"),
        ("box: main", "box: main, colour: papier", "there is no role of a colour “papier”"),
        ("box: main", "box: main, tone: pale", "there is no tone “pale”"),
        ("style: headline", "style: heading", "there is no style “heading”"),
        ("kind: text", "kind: script", "script"),
        ('{title}", style', '{titel}", style', "“titel” is not among its fields"),
        ('["{title}"]', '["{title|eval}"]', "there is no filter “eval”"),
        ("title: text", "title: prose", "there is no kind of field “prose”"),
        ("lines: 3", "lines: 3, size: [12, 40]", "12 px is too small"),
        ("lines: 3", "lines: 3, at: {poster: {lines: 2}}", "there is no size “poster”"),
        ("layers:", "places: {poster: {main: [0, 0, 9, 9]}}\nlayers:", "there is no size “poster”"),
        ("lines: 3", "lines: 3, colur: text", "colur"),
        ("lines: 3", "lines: 3, lines: 4", "stands here twice"),
        ("lines: 3", "lines: 3, size: [80, 40]", "smallest size 80 is larger"),
        ("layers:", "then: nowhere\nlayers:", "there is no card “nowhere”"),
        ("box: main", "box: mian", "there is no place “mian”"),
        (", box: main", "", "needs a box"),
        ("frame: bare", "frame: bear", "there is no frame “bear”"),
        ("frame: bare\n", "", "there is no frame “”"),
        ("layers:", "deep: " + "[" * 5000 + "\nlayers:", "nested too deep"),
        ('title}", style', 'title|date_long}", style', "cannot be drawn"),
        ("fields: {title", "fields: {1x: text, title", "should match pattern"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template_is_told_with_its_file_and_line(workspace, old, new, told):
    assert old in PLAIN
    broken = PLAIN.replace(old, new, 1)
    laid = draw(workspace, broken)
    assert laid.picture is None
    flaw = laid.flaws[0]
    assert (flaw.code, flaw.file) == ("CRD04", "assets/cards/own.yaml")
    assert flaw.line >= 1
    assert told in flaw.message


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: text", "kind: script", "script"),
        ("style: headline", "style: heading", "no style"),
        ("box: main", "box: main, colour: papier", "no role"),
        ("lines: 3", "lines: 3, at: {poster: {lines: 2}}", "no size"),
    ],
)
def test_an_unknown_layer_style_role_or_size_is_pointed_at(workspace, old, new, told):
    (flaw,) = draw(workspace, PLAIN.replace(old, new)).flaws
    assert told in flaw.message
    assert flaw.line == line_of(PLAIN, "style: headline")


def test_a_mistake_in_a_frame_is_told_with_the_frame(workspace):
    frame = workspace / "cards" / "frames" / "bare.yaml"
    frame.write_text(FRAME.replace("colour: ground", "colour: paper"), encoding="utf-8")
    (flaw,) = draw(workspace).flaws
    assert (flaw.file, flaw.line) == ("assets/cards/frames/bare.yaml", line_of(FRAME, "colour: ground"))


def test_every_trouble_is_told_once_whether_a_card_uses_it_or_not(workspace):
    broken = PLAIN.replace("style: headline", "style: heading").replace("tone: light", "tone: pale")
    troubles = list(opened(workspace, broken).troubles())
    assert sorted(flaw.line for flaw in troubles) == [2, 5]
    assert {flaw.file for flaw in troubles} == {"assets/cards/own.yaml"}


def test_a_font_that_is_none_is_told(workspace):
    (workspace / "fonts").mkdir()
    (workspace / "fonts" / "SourceSans3-Bold.otf").write_text("Glāžšķūņu rūķīši")
    (flaw,) = draw(workspace).flaws
    assert "SourceSans3-Bold.otf cannot be read" in flaw.message


def test_aliases_cannot_make_a_small_template_huge(workspace):
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    laid = draw(workspace, bomb + PLAIN)
    assert laid.picture is None
    assert "too many parts" in laid.flaws[0].message


def test_an_alternative_text_without_a_drawn_word_is_refused(workspace):
    silent = PLAIN.replace('alt: ["{title}"]', 'alt: ["Karte"]')
    (flaw,) = draw(workspace, silent).flaws
    assert (flaw.code, flaw.field) == ("IMG01", "title")
    assert "does not say “Glāžšķūņu rūķīši”" in flaw.message


def test_an_alternative_text_of_nothing_is_refused(workspace):
    silent = PLAIN.replace('alt: ["{title}"]', 'alt: ["{help}"]')
    assert [flaw.code for flaw in draw(workspace, silent).flaws] == ["IMG01"]


def test_lines_of_a_chart_told_apart_by_colour_alone_are_refused(workspace):
    (flaw,) = opened(workspace, CHART).troubles()
    assert (flaw.code, flaw.file, flaw.line) == ("CRD04", "assets/cards/own.yaml", line_of(CHART, "kind: line_chart"))
    assert "by colour alone" in flaw.message


@pytest.mark.parametrize("other", ["dash: dashed, point: disc", "dash: solid, point: square"])
def test_another_dash_or_point_tells_lines_of_a_chart_apart(workspace, other):
    told_apart = CHART.replace("text, dash: solid, point: disc", f"text, {other}")
    assert list(opened(workspace, told_apart).troubles()) == []


def test_a_size_may_leave_a_layer_out_or_change_it(workspace):
    (workspace / "cards" / "frames" / "bare.yaml").write_text(
        FRAME.replace("colour: ground", "colour: ground, at: {feed: none}"), encoding="utf-8"
    )
    changed = PLAIN.replace("box: main", "box: main, at: {tall: {box: [60, 60, 900, 400], lines: 1}}")
    studio = opened(workspace, changed)
    sheet, _ = studio.sheet(Card("own", "feed", "lv", {"title": TITLE}))
    assert [type(box).__name__ for box in sheet.boxes] == ["Line"]
    assert studio.sizes("own") == ("og", "feed")


def test_a_layer_is_left_out_where_its_place_is_missing(workspace):
    sheet, _ = opened(workspace).sheet(Card("own", "feed", "lv", {"title": TITLE}))
    assert [type(box).__name__ for box in sheet.boxes] == ["Area"]


def boxes(workspace, layer, kind):
    """The boxes of one kind that a layer adds to the plain template."""
    text = PLAIN.replace("alt:", f"  - {layer}\nalt:").replace("{title: text}", "{title: text, items: texts?}")
    text = text.replace('alt: ["{title}"]', 'alt: ["{title}", "{items|list}", "viens divi rūķīši"]')
    fields = {"title": TITLE, "items": ["Viens", "Divi", "Trīs"]}
    sheet, flaws = opened(workspace, text).sheet(Card("own", "og", "lv", fields))
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
    own = Studio([workspace, ASSETS], "ministry")
    data, _ = own.paint(drawn(Card("own", "og", "lv", {"title": "Rūķīši"}), by=own))
    with Image.open(io.BytesIO(data)) as image:
        colours = image.crop((60, 500, 150, 560)).convert("RGB").getcolors(9999) or []
    assert (10, 92, 99) in {colour for _, colour in colours}


@pytest.mark.parametrize(
    ("template", "size", "language", "hint"),
    [
        ("none", "og", "lv", "there are: announcement, "),
        ("evnt", "og", "lv", "card: event"),
        ("fact", "poster", "lv", "there are: og, "),
        ("fact", "og", "xx", "there are: lv, "),
    ],
)
def test_an_unknown_template_size_or_language_is_told_with_what_there_is(template, size, language, hint):
    laid = Studio([ASSETS], "ministry").picture(Card(template, size, language, {}))
    assert laid.picture is None
    assert laid.flaws[0].code == "CRD01"
    assert laid.flaws[0].hint.startswith(hint)


def test_a_missing_font_keeps_cards_from_being_drawn(workspace):
    flaws = with_theme(workspace, "SourceSans3-Bold", "Absent")
    assert flaws[0].message == "assets/fonts/Absent.otf is missing"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("smallest: 28", "smallest: 12", "smallest"),
        ("ground: ink, depth", "ground: inc, depth", "the tone dark names a colour “inc”"),
        ("font: bold, size: [44", "font: bald, size: [44", "“bald” is not among the fonts"),
        ('ink: "#12303a"', 'ink: "#12303"', "ink"),
    ],
)
def test_a_mistake_in_a_theme_is_told_with_its_file(workspace, old, new, told):
    flaw = with_theme(workspace, old, new)[0]
    assert (flaw.code, flaw.file) == ("CRD04", "assets/cards/themes/ministry.yaml")
    assert flaw.line >= 1
    assert told in flaw.message


def test_a_style_below_the_least_size_makes_no_card(workspace):
    flaws = with_theme(workspace, "size: [44, 88]", "size: [9, 20]")
    assert [flaw.code for flaw in flaws] == ["IMG03"]
