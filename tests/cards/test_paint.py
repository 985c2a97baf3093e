"""Pixels: pinned small pictures, contrast, veils over photos, smooth gradients."""

import io
from itertools import pairwise

import pytest
from PIL import Image
from pixelmatch.contrib.PIL import pixelmatch

from campaign.cards import CardError, Studio
from campaign.cards.contrast import dim, lightness, luminance, worst_contrast
from campaign.cards.paint import Painter
from campaign.cards.tree import Area, Line, Photo, Shade, Sheet, Stroke, Veil, stroke
from campaign.model import Card
from tests.cards.cases import (
    ASSETS,
    GOLDEN,
    LANGUAGES,
    PAINTED,
    PANGRAM,
    PHOTO,
    SCREENS,
    TEMPLATES,
    artefacts,
    card,
    drawn,
    golden,
    name_of,
    small,
    studio,
)

INK, PAPER, SUN = (18, 48, 58, 1.0), (250, 249, 246, 1.0), (240, 184, 74, 1.0)
VEIL_ELSEWHERE = """\
frame: open
tone: dark
fields: {title: text}
layers:
  - {kind: image, box: all, of: photo}
  - {kind: scrim, box: foot, colours: [ground@.9, ground@.9]}
  - {kind: text, text: "{title}", style: headline, lines: 3, box: main}
alt: ["{title}"]
"""


def undeveloped(photo):
    raise AssertionError(photo)


def paint(sheet):
    kit = studio()._shelf.kit
    return Painter(kit.fonts, kit.logo, undeveloped).paint(sheet, "lv")


def painted(*boxes, width=200, height=100):
    return paint(Sheet(width, height, boxes, "alt"))[0]


def line(text="Rūķīši", colour=INK, size=40):
    return Line(10, 60, 150, text, "bold", size, colour, bold=True, field="title")


# ---------------------------------------------------------------- whole cards


@pytest.mark.parametrize("case", PAINTED, ids=name_of)
def test_the_picture_is_the_pinned_one(case, counterpart, tmp_path):
    counterpart("fribidi")
    now = small(case)
    with Image.open(golden(case)) as file:
        pinned = file.convert("RGB")
    difference = Image.new("RGBA", now.size)
    changed = pixelmatch(now.convert("RGBA"), pinned.convert("RGBA"), difference, threshold=0.1)
    kept = artefacts(tmp_path) / f"{name_of(case)}-difference.png"
    difference.save(kept)
    assert changed <= now.width * now.height // 1000, kept


def test_a_picture_that_changed_is_noticed():
    now, other = small(PAINTED[0]), small(PAINTED[0])
    other.paste((250, 249, 246), (60, 60, 90, 90))
    assert pixelmatch(now.convert("RGBA"), other.convert("RGBA"), threshold=0.1) > now.width * now.height // 1000


def test_nothing_is_pinned_that_is_not_compared():
    assert set(GOLDEN.iterdir()) == {golden(case) for case in PAINTED}


@pytest.mark.parametrize("theme", ["ministry", "plain"])
@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_sample_can_be_read_in_every_language(theme, size, template):
    by = studio(theme)
    found = {language: by.proof(drawn(card(template, None, size, language), by=by)) for language in LANGUAGES}
    assert found == dict.fromkeys(LANGUAGES, ())


@pytest.mark.parametrize("theme", ["ministry", "plain"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_sample_can_be_read_on_a_photo(theme, template):
    by = studio(theme)
    sizes = ("og", "story")
    found = {size: by.proof(drawn(card(template, PHOTO, size), by=by)) for size in sizes}
    assert found == dict.fromkeys(sizes, ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ["confirmed", "moved", "postponed", "cancelled", "tentative"])
def test_an_event_can_be_read_whatever_became_of_it(language, status):
    title = PANGRAM if language in ("lv", "en") else "Съешь ещё этих мягких булок"
    one = card("event", {"status": status, "was": "17.10.2023", "title": title}, "feed", language)
    assert studio().proof(drawn(one)) == ()


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_can_be_read_with_all_marks_on_it(month):
    kinds = [("event", ""), ("event", "moved"), ("event", "cancelled"), ("observance", ""), ("event", "tentative")]
    entries = [
        {
            "date": f"2024-{month:02}-{day:02}",
            "title": "Rūķīšu diena",
            "kind": kinds[day % 5][0],
            "status": kinds[day % 5][1],
        }
        for day in range(1, 29)
    ]
    span = {"date": f"2024-{month:02}-03", "ends": f"2024-{month:02}-27", "title": "Mēnesis", "kind": "observance"}
    for size in ("og", "feed"):
        one = card("month-calendar", {"year": 2024, "month": month, "entries": [span, *entries]}, size)
        assert studio().proof(drawn(one)) == ()


def test_a_card_that_no_longer_fits_its_template_is_not_painted():
    picture = drawn(card("announcement"))
    broken = type(picture)(picture.id, Card("announcement", "og", "lv", {"title": ""}), "alt", 1200, 630)
    with pytest.raises(CardError, match="CRD02"):
        studio().paint(broken)
    assert [flaw.code for flaw in studio().proof(broken)] == ["CRD02"]


# ---------------------------------------------------------------- contrast


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [((0, 0, 0), (255, 255, 255), 21.0), ((118, 118, 118), (255, 255, 255), 4.54)]
)
def test_luminance_is_that_of_the_guideline(one, other, ratio):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("grey", [0, 20, 90, 128, 200, 255])
def test_the_map_of_lightness_is_that_of_the_guideline(grey):
    light = lightness(Image.new("RGB", (40, 40), (grey, grey, grey)))
    assert light.size == (10, 10)
    (level,) = light.crop((5, 5, 6, 6)).tobytes()
    assert (level / 255) ** 2 == pytest.approx(luminance((grey, grey, grey)), abs=0.005)


@pytest.mark.parametrize(
    ("size", "grey", "flawed"), [(40, 145, False), (40, 170, True), (30, 110, False), (30, 130, True)]
)
def test_large_bold_text_needs_less_contrast(size, grey, flawed):
    light = lightness(Image.new("RGB", (200, 100), "white"))
    assert bool(list(dim(line(colour=(grey, grey, grey, 1.0), size=size), light))) is flawed


def test_contrast_is_that_of_the_worst_twentieth_of_the_background():
    ground, frame = Image.new("RGB", (200, 100), "white"), (0, 0, 200, 100)
    ground.paste((60, 60, 60), (0, 0, 8, 100))
    assert worst_contrast(lightness(ground), frame, INK[:3]) > 10
    ground.paste((60, 60, 60), (0, 0, 12, 100))
    assert worst_contrast(lightness(ground), frame, INK[:3]) < 2


def test_a_part_of_a_picture_is_judged_like_the_whole():
    ground = Image.new("RGB", (200, 100), "white")
    ground.paste((60, 60, 60), (0, 20, 160, 80))
    whole, part = lightness(ground), lightness(ground.crop((8, 20, 200, 100)))
    assert [flaw.message for flaw in dim(line(), whole)] == [flaw.message for flaw in dim(line(), part, (8, 20))]
    assert list(dim(line(), whole))


def test_text_that_cannot_be_read_is_not_painted(tmp_path):
    (tmp_path / "cards" / "themes").mkdir(parents=True)
    theme = (ASSETS / "cards" / "themes" / "ministry.yaml").read_text(encoding="utf-8")
    assert 'paper: "#faf9f6"' in theme
    dimmed = theme.replace('paper: "#faf9f6"', 'paper: "#55707a"')
    (tmp_path / "cards" / "themes" / "ministry.yaml").write_text(dimmed, encoding="utf-8")
    pale = Studio([tmp_path, ASSETS], "ministry")
    picture = drawn(card("announcement"), by=pale)
    with pytest.raises(CardError, match=r"IMG03 .* has a contrast of [\d.]+:1") as raised:
        pale.paint(picture)
    assert {flaw.code for flaw in raised.value.flaws} == {"IMG03"}
    assert pale.proof(picture) == raised.value.flaws


def test_a_word_on_a_plate_is_judged_on_the_plate():
    ground, plate = Area(0, 0, 200, 100, PAPER), Area(0, 0, 200, 100, INK)
    _, flaws = paint(Sheet(200, 100, (ground, plate, line(colour=INK)), "alt", shared=1))
    assert [flaw.code for flaw in flaws] == ["IMG03"]


# ---------------------------------------------------------------- photos


def veiled(grey):
    """How much of a photo of one grey its veil lets through, and what cannot be read on it."""
    kit = studio()._shelf.kit
    photo = Photo(0, 0, 200, 100, "photos/x.jpg", "", (0.5, 0.5))
    veil = Veil(0, 0, 200, 100, (*INK[:3], 0.5), (*INK[:3], 0.5), 90)
    sheet = Sheet(200, 100, (photo, veil, line(colour=SUN, size=30)), "alt", shared=2)
    painter = Painter(kit.fonts, kit.logo, lambda _: Image.new("RGB", (200, 100), (grey, grey, grey)))
    image, flaws = painter.paint(sheet, "lv")
    red = image.crop((190, 90, 191, 91)).tobytes()[0]
    return (red - INK[0]) / (grey - INK[0]), flaws


def test_a_bright_photo_makes_the_veil_denser_and_is_still_readable():
    (of_dark, dark), (of_bright, bright) = veiled(60), veiled(255)
    assert of_dark > of_bright + 0.1
    assert (dark, bright) == ((), ())


@pytest.fixture
def album(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "cards").mkdir()
    Image.new("RGB", (1200, 900), "white").save(tmp_path / "photos" / "sniegs.jpg")
    return tmp_path


def on_snow(template, size="og"):
    return card(template, {"photo": {"file": "photos/sniegs.jpg", "alt": "Sniegs", "consent": "nobody shown"}}, size)


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("template", ["announcement", "quote", "event", "cover"])
def test_every_word_can_be_read_on_a_photo_of_snow(album, template, size):
    by = Studio([album, ASSETS], "ministry")
    assert by.proof(drawn(on_snow(template, size), by=by)) == ()


def test_a_photo_that_no_veil_makes_readable_is_refused(album):
    (album / "cards" / "own.yaml").write_text(VEIL_ELSEWHERE, encoding="utf-8")
    by = Studio([album, ASSETS], "ministry")
    fields = {"title": "Glāžšķūņu rūķīši", "photo": on_snow("announcement").fields["photo"]}
    picture = drawn(Card("own", "og", "lv", fields), by=by)
    assert {(flaw.code, flaw.field) for flaw in by.proof(picture)} == {("IMG03", "title")}


def test_a_photo_that_cannot_be_decoded_makes_no_card(album):
    (album / "photos" / "sniegs.jpg").write_bytes((album / "photos" / "sniegs.jpg").read_bytes()[:400])
    by = Studio([album, ASSETS], "ministry")
    laid = by.picture(on_snow("announcement"))
    flaws = by.proof(laid.picture) if laid.picture else laid.flaws
    assert [flaw.code for flaw in flaws] == ["CRD05"]


@pytest.mark.parametrize("file", ["photos/nav.jpg", "../photos/sniegs.jpg", "/etc/passwd"])
def test_a_card_whose_photo_is_not_there_is_not_drawn(album, file):
    by = Studio([album, ASSETS], "ministry")
    one = card("announcement", {"photo": {"file": file, "alt": "Sniegs", "consent": "nobody shown"}})
    assert [flaw.code for flaw in by.picture(one).flaws] == ["CRD05"]


def test_a_photo_that_changed_since_the_card_was_planned_is_refused(album):
    by = Studio([album, ASSETS], "ministry")
    picture = drawn(on_snow("announcement"), by=by)
    Image.new("RGB", (1200, 900), "black").save(album / "photos" / "sniegs.jpg")
    with pytest.raises(CardError, match="has changed since it was planned"):
        Studio([album, ASSETS], "ministry").paint(picture)


@pytest.mark.parametrize(("focus", "seen"), [((0.0, 0.5), "red"), ((1.0, 0.5), "blue")])
def test_what_is_cut_off_is_chosen_around_the_focus(album, focus, seen):
    both = Image.new("RGB", (3000, 800), "red")
    both.paste((0, 0, 255), (1500, 0, 3000, 800))
    both.save(album / "photos" / "divi.png")
    by = Studio([album, ASSETS], "ministry")
    photo = {"file": "photos/divi.png", "alt": "Divi laukumi", "consent": "nobody shown", "focus": list(focus)}
    data, _ = by.paint(drawn(card("announcement", {"photo": photo}, "story"), by=by))
    with Image.open(io.BytesIO(data)) as image:
        red, _, blue = image.convert("RGB").crop((540, 120, 541, 121)).tobytes()
    assert (red > blue) is (seen == "red")


# ---------------------------------------------------------------- shapes


def test_a_dark_gradient_shows_no_bands():
    image = painted(Shade(0, 0, 200, 400, (18, 48, 58, 1.0), (12, 38, 48, 1.0), 90), height=400)
    rows = [image.crop((0, y, 200, y + 1)).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) for y in range(400)]
    steps = [abs(one - other) for above, below in pairwise(rows) for one, other in zip(above, below, strict=True)]
    assert max(steps) <= 2
    assert len(image.crop((0, 190, 200, 210)).getcolors()) > 2


def test_a_gradient_runs_from_the_first_colour_to_the_last():
    image = painted(Shade(0, 0, 200, 100, (0, 0, 0, 1.0), (200, 100, 50, 1.0), 0))
    assert image.getpixel((0, 50)) == pytest.approx((0, 0, 0), abs=1)
    assert image.getpixel((199, 50)) == pytest.approx((200, 100, 50), abs=1)


def test_edges_of_shapes_are_smooth():
    image = painted(Area(20, 20, 60, 60, INK, 30))
    assert image.getpixel((50, 50)) == INK[:3]
    assert len(image.getcolors()) > 10


def test_a_frame_leaves_its_middle_empty():
    image = painted(Area(20, 20, 60, 60, INK, 10, 4))
    assert (image.getpixel((50, 50)), image.getpixel((50, 22))) == ((255, 255, 255), INK[:3])


def test_a_tint_lets_the_ground_through():
    image = painted(Area(0, 0, 200, 100, (0, 0, 0, 1.0)), Area(0, 0, 200, 100, (255, 255, 255, 0.5)))
    assert image.getpixel((9, 9)) == pytest.approx((128, 128, 128), abs=1)


def test_a_stroke_has_its_thickness_and_round_ends():
    image = painted(stroke(((0, 0), (100, 0)), 8, INK), width=200)
    moved = painted(Stroke(40, 50, ((0.0, 0.0), (100.0, 0.0)), 8, INK))
    assert [moved.getpixel((90, y)) == INK[:3] for y in (44, 48, 52, 56)] == [False, True, True, False]
    assert moved.getpixel((37, 50)) != (255, 255, 255)
    assert image.getpixel((50, 1)) == INK[:3]


def test_shapes_may_reach_beyond_the_edge():
    image = painted(Area(-50, -50, 100, 100, INK, 50), Area(150, 60, 100, 100, INK, 50))
    assert (image.getpixel((0, 0)), image.getpixel((199, 99))) == (INK[:3], INK[:3])
