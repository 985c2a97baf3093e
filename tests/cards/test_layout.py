"""Layouts without pixels: pinned box trees, and what must hold for any words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from campaign.cards.alt import alt_flaws
from campaign.cards.tree import Area, Line, Sheet, Stroke
from tests.cards.cases import (
    ASSETS,
    LAID,
    LANGUAGES,
    PANGRAM,
    SIZES,
    SNAPSHOTS,
    TEMPLATES,
    beyond,
    card,
    drawn,
    flaws_of,
    layout,
    lines,
    name_of,
    refusals,
    studio,
)

PIXELS = {
    "og": (1200, 630), "mail": (1200, 400), "feed": (1080, 1350), "square": (1080, 1080), "story": (1080, 1920),
    "print": (2480, 3508),
}  # fmt: skip


@pytest.mark.parametrize("case", LAID, ids=name_of)
def test_the_layout_is_the_pinned_one(case, counterpart):
    counterpart("fribidi")
    pinned = (SNAPSHOTS / f"{name_of(case)}.json").read_text(encoding="utf-8")
    assert layout(card(case[0], None, *case[1:])) == pinned


def test_nothing_is_pinned_that_is_not_tested():
    assert {path.stem for path in SNAPSHOTS.iterdir()} == {name_of(case) for case in LAID}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sample_is_laid_out_in_every_size_and_language(template, size, language):
    picture = drawn(card(template, None, size, language))
    assert (picture.width, picture.height) == PIXELS[size]
    assert 0 < len(picture.alt) <= 1500


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_is_small_or_leaves_the_card(template, size):
    sheet, _ = studio().sheet(card(template, None, size))
    assert beyond(sheet) == []
    for line in (box for box in sheet.boxes if isinstance(box, Line)):
        assert 20 <= line.x <= line.x + line.width <= sheet.width - 20
        assert 16 <= line.frame[1] <= line.frame[3] <= sheet.height - 16


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_story_keeps_its_top_and_bottom_free(template):
    for line in lines(card(template, None, "story")):
        assert 250 <= line.frame[1] <= line.frame[3] <= 1920 - 250


@given(st.text(min_size=1, max_size=80))
def test_no_text_whatever_makes_the_studio_fail(title):
    laid = studio().picture(card("announcement", {"title": title}))
    assert bool(laid.picture) is not bool(laid.flaws)


def test_the_width_of_a_line_is_what_the_font_engine_measures():
    for line in lines(card("announcement", {"title": PANGRAM})):
        font = ImageFont.truetype(ASSETS / f"fonts/SourceSans3-{line.font.capitalize()}.otf", line.size)
        assert line.width == pytest.approx(font.getlength(line.text), abs=line.size / 20)


def test_too_long_a_title_says_how_much_to_shorten():
    flaws = refusals(card("announcement", {"title": "glāžšķūņu rūķīši " * 30}))
    assert (flaws[0].code, flaws[0].field) == ("CRD03", "title")
    assert "509 characters" in flaws[0].message
    assert flaws[0].hint.startswith("shorten it by about ")


def test_one_word_too_wide_is_told_as_well():
    assert flaws_of(card("event", {"title": "glāžšķūņurūķīši" * 30})) == ["CRD03"]


def test_a_missing_glyph_is_named():
    (flaw,) = refusals(card("announcement", {"title": "Glāžšķūņu rūķīši 中"}))
    assert (flaw.code, flaw.field) == ("IMG03", "title")
    assert "“中” (U+4E2D)" in flaw.message


@pytest.mark.parametrize(
    "letters", ["āčēģīķļņšūž ĀČĒĢĪĶĻŅŠŪŽ", "абвгдеёжзий ЪЫЭЮЯ", "€ № – — „“ «» → ✓ °", "ґєії ąčęėįšųūž õäöü"]
)
def test_the_fonts_have_every_letter_we_write(letters):
    assert flaws_of(card("announcement", {"title": letters})) == []


@pytest.mark.parametrize(
    ("alt", "codes"), [("x" * 1500, []), ("x" * 1501, ["IMG01"]), ("", ["IMG01"]), (" ", ["IMG01"])]
)
def test_an_alternative_text_says_something_within_what_services_take(alt, codes):
    assert [flaw.code for flaw in alt_flaws(Sheet(100, 100, (), alt))] == codes


def test_more_items_make_smaller_letters():
    few, many = (
        card("checklist", {"items": ["Pārbaudiet darba devēju un līgumu"] * count}, "feed") for count in (3, 12)
    )
    assert max(line.size for line in lines(few) if line.field == "items") > max(
        line.size for line in lines(many) if line.field == "items"
    )


def test_a_long_word_makes_the_whole_list_smaller():
    items = ["Pārbaudiet darba devēju", "cilvēktirdzniecībasnovēršanaspamat"]
    assert flaws_of(card("checklist", {"items": items})) == []
    assert flaws_of(card("checklist", {"items": [*items, "glāžšķūņurūķīši" * 30]})) == ["CRD03"]


def test_too_many_items_are_told_with_their_number():
    flaws = refusals(card("checklist", {"items": ["Pārbaudiet darba devēju un līgumu"] * 30}))
    assert "30 lines" in flaws[0].message


def test_a_cancelled_event_is_struck_through_and_says_so():
    sheet, _ = studio().sheet(card("event", {"status": "cancelled"}))
    when = next(box for box in sheet.boxes if isinstance(box, Line) and "plkst." in box.text)
    lines_drawn = [box for box in sheet.boxes if isinstance(box, Stroke)]
    strikes = [box for box in lines_drawn if (box.x, box.points[-1][0]) == (when.x, when.width)]
    assert len(strikes) == 1
    assert when.y - when.size < strikes[0].y < when.y
    assert "Atcelts" in [box.text for box in sheet.boxes if isinstance(box, Line)]


@pytest.mark.parametrize(
    ("status", "word"), [("moved", "Pārcelts"), ("postponed", "Atlikts"), ("tentative", "Vēl nav apstiprināts")]
)
def test_what_became_of_an_event_is_a_word_on_a_plate(status, word):
    sheet, _ = studio().sheet(card("event", {"status": status}))
    number = next(at for at, box in enumerate(sheet.boxes) if isinstance(box, Line) and box.text == word)
    plate, text = sheet.boxes[number - 1], sheet.boxes[number]
    assert isinstance(plate, Area)
    assert isinstance(text, Line)
    assert plate.x < text.x < text.x + text.width < plate.x + plate.width


def test_without_a_figure_the_statement_grows():
    plain, figured = card("fact", {"figure": None}), card("fact")
    assert max(line.size for line in lines(plain) if line.field == "statement") > max(
        line.size for line in lines(figured) if line.field == "statement"
    )


def test_the_lines_of_a_help_text_do_not_end_with_a_dot():
    one = card("announcement", {"help": "Palīdzība: +371 28612120 · Briesmās: 112"})
    assert [line.text for line in lines(one) if line.field == "help"] == ["Palīdzība: +371 28612120", "Briesmās: 112"]


def test_dates_are_spelled_in_the_language_of_the_card():
    one = card("announcement", {"date": dt.date(2023, 10, 18)}, language="ru")
    assert "Среда, 18 октября 2023 г." in [line.text for line in lines(one)]
