"""Pixels: pinned small pictures, contrast, smooth gradients, clean files."""

import io
from itertools import pairwise

import pytest
from PIL import Image
from pixelmatch.contrib.PIL import pixelmatch

from campaign.cards import CardError, Studio
from campaign.cards.contrast import contrast_behind, dim, luminance
from campaign.cards.paint import encode, paint
from campaign.cards.tree import Area, Line, Shade, Sheet, Stroke, stroke
from campaign.model import Card
from tests.cards.cases import (
    ASSETS,
    GOLDEN,
    LANGUAGES,
    PAINTED,
    PANGRAM,
    SIZES,
    TEMPLATES,
    card,
    drawn,
    name_of,
    small,
    studio,
)

INK, PAPER = (18, 48, 58, 1.0), (250, 249, 246, 1.0)


def painted(*boxes, width=200, height=100):
    sheet = Sheet(width, height, boxes, "alt")
    return paint(sheet, studio()._kit.fonts, studio()._kit.logo, "lv")[0]


def line(text="Rūķīši", colour=INK, size=40):
    return Line(10, 60, 150, text, "bold", size, colour, bold=True, field="title")


@pytest.mark.parametrize("case", PAINTED, ids=name_of)
def test_the_picture_is_the_pinned_one(case, counterpart, tmp_path):
    counterpart("fribidi")
    now = small(card(case[0], None, *case[1:]))
    with Image.open(GOLDEN / f"{name_of(case)}.png") as file:
        pinned = file.convert("RGB")
    difference = Image.new("RGBA", now.size)
    changed = pixelmatch(now.convert("RGBA"), pinned.convert("RGBA"), difference, threshold=0.1)
    difference.save(tmp_path / "difference.png")
    assert changed <= now.width * now.height // 1000, tmp_path


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("size", SIZES)
def test_every_card_is_a_small_clean_png(template, size):
    data, media_type = studio().paint(drawn(card(template, None, size)))
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert (image.format, image.mode, image.info) == ("PNG", "RGB", {})
    assert media_type == "image/png"
    assert len(data) < (200_000 if size == "og" else 300_000)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ["confirmed", "moved", "postponed", "cancelled", "tentative"])
def test_an_event_can_be_read_whatever_became_of_it(language, status):
    changes = {
        "status": status,
        "was": "17.10.2023",
        "title": PANGRAM if language != "ru" else "Съешь ещё этих мягких булок",
    }
    data, _ = studio().paint(drawn(card("event", changes, "feed", language)))
    assert data.startswith(b"\x89PNG")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_card_can_be_read_in_every_language(template, language):
    data, _ = studio().paint(drawn(card(template, None, "og", language)))
    assert data.startswith(b"\x89PNG")


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
    for size in SIZES:
        one = card("month-calendar", {"year": 2024, "month": month, "entries": [span, *entries]}, size)
        assert studio().paint(drawn(one))[1] == "image/png"


def test_a_file_too_large_for_the_services_is_saved_in_fewer_colours():
    noise = Image.merge("RGB", [Image.effect_noise((1200, 630), 90) for _ in range(3)])
    with Image.open(io.BytesIO(encode(noise))) as image:
        assert image.mode == "P"


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [((0, 0, 0), (255, 255, 255), 21.0), ((118, 118, 118), (255, 255, 255), 4.54)]
)
def test_luminance_is_that_of_the_guideline(one, other, ratio):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(
    ("size", "grey", "flawed"), [(40, 145, False), (40, 170, True), (30, 110, False), (30, 130, True)]
)
def test_large_bold_text_needs_less_contrast(size, grey, flawed):
    ground = Image.new("RGB", (200, 100), "white")
    assert bool(list(dim(ground, line(colour=(grey, grey, grey, 1.0), size=size)))) is flawed


def test_contrast_is_that_of_the_worst_twentieth_of_the_background():
    ground = Image.new("RGB", (200, 100), "white")
    ground.paste((60, 60, 60), (0, 0, 14, 100))
    assert contrast_behind(ground, line()) > 10
    ground.paste((60, 60, 60), (0, 0, 30, 100))
    assert contrast_behind(ground, line()) < 2


def test_text_that_cannot_be_read_is_not_painted(tmp_path):
    (tmp_path / "cards").mkdir()
    theme = (ASSETS / "cards" / "theme.yaml").read_text(encoding="utf-8")
    (tmp_path / "cards" / "theme.yaml").write_text(
        theme.replace('paper: "#faf9f6"', 'paper: "#55707a"'), encoding="utf-8"
    )
    pale = Studio([tmp_path, ASSETS])
    picture = drawn(card("announcement"), by=pale)
    with pytest.raises(CardError, match=r"IMG03 .* has a contrast of [\d.]+:1") as raised:
        pale.paint(picture)
    assert {flaw.code for flaw in raised.value.flaws} == {"IMG03"}


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


def test_a_card_that_no_longer_fits_its_template_is_not_painted():
    picture = drawn(card("announcement"))
    broken = type(picture)(picture.id, Card("announcement", "og", "lv", {"title": ""}), "alt", 1200, 630)
    with pytest.raises(CardError, match="CRD02"):
        studio().paint(broken)
