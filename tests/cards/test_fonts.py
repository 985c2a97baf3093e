"""Which font draws which part of a line, in which order, how wide, and in which colours."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

import pytest
from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.otTables import PaintFormat
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from campaign.cards.breaks import Shape, fit
from campaign.cards.flaws import TEMPLATE, CardError
from campaign.cards.fonts import EMOJI_HEIGHT, EMOJI_WIDTH, Fonts, Run, is_right_to_left, shaping
from campaign.cards.runs import clusters

FOLDER = Path(__file__).parents[2] / "assets" / "fonts"
FILES = {
    "regular": "SourceSans3-Regular.otf",
    "semibold": "SourceSans3-Semibold.otf",
    "bold": "SourceSans3-Bold.otf",
    "noto": "NotoSans-Regular.ttf",
    "noto_bold": "NotoSans-Bold.ttf",
    "hebrew": "NotoSansHebrew-Regular.ttf",
    "hebrew_bold": "NotoSansHebrew-Bold.ttf",
    "arabic": "NotoSansArabic-Regular.ttf",
    "arabic_bold": "NotoSansArabic-Bold.ttf",
    "symbols": "NotoSansSymbols-Regular.ttf",
    "emoji": "NotoColorEmoji.ttf",
}
PLAIN, BOLD = ("noto", "hebrew", "arabic", "symbols"), ("noto_bold", "hebrew_bold", "arabic_bold", "symbols")
ALPHABETS = {
    "lv": "aābcčdeēfgģhiījkķlļmnņoprsštuūvzž",
    "lt": "aąbcčdeęėfghiįyjklmnoprsštuųūvzž",
    "et": "abdefghijklmnoprsšzžtuvõäöü",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "pl": "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "signs": "0123456789.,:;!?–—-„“”«»’'()[]/@#&%+€£$№§°…·•×→←✓♥\u00a0\u2060\u00ad",
}
MIXED = "→ ✓ ♥ 🕯️ 🇱🇻 👩‍👧 שלום مرحبا"
LETTERS = "aāžж שלבםعمر12 ,.()–„“+\u00a0☎★✓Ӓ\u0304\u200d\ufe0f\u200e\u200f\u00ad🕯💛👩👧🇱🇻中"


@cache
def fonts():
    return Fonts(
        {name: FOLDER / file for name, file in FILES.items()},
        {"regular": PLAIN, "semibold": BOLD, "bold": BOLD},
        "emoji",
    )


def shown(text, name="regular"):
    """The runs as they stand on the line."""
    return [(run.font, run.text) for run in fonts().runs(name, text)]


@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize("name", ["regular", "semibold", "bold"])
def test_the_main_fonts_have_every_letter_of_the_languages_written_here(name, alphabet):
    text = ALPHABETS[alphabet] + ALPHABETS[alphabet].upper()
    assert fonts().runs(name, text) == (Run(name, text),)
    assert fonts().lacking(name, text) == ""


def test_every_part_of_a_mixed_line_finds_its_font(counterpart):
    counterpart("fribidi")
    assert shown(MIXED) == [
        ("regular", "→ ✓ ♥ "),
        ("emoji", "🕯️"),
        ("regular", " "),
        ("emoji", "🇱🇻"),
        ("regular", " "),
        ("emoji", "👩‍👧"),
        ("regular", " "),
        ("arabic", "مرحبا"),
        ("hebrew", "שלום "),
    ]
    assert fonts().lacking("regular", MIXED) == ""


@pytest.mark.parametrize(("text", "font"), [("Ӓ", "noto_bold"), ("ש", "hebrew_bold"), ("ع", "arabic_bold")])
def test_bold_text_falls_back_on_bold_letters(text, font):
    assert shown(text, "bold") == [(font, text)]


def test_a_letter_with_its_accents_is_never_divided_between_fonts():
    assert shown("rū\u0316ķis") == [("regular", "r"), ("noto", "ū\u0316"), ("regular", "ķis")]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("zvani (שלום) tagad", ["zvani ", "(", "שלום", ") ", "tagad"]),
        ("gan „שלום”, gan „مرحبا”", ["gan ", "„", "שלום", "”, ", "gan ", "„", "مرحبا", "”"]),
        ("„שלום” un „مرحبا”", ["„مرحبا”", " ", "un", "„שלום” "]),
        ("שלום Rīga עולם", ["עולם", " ", "Rīga", "שלום "]),
        ("התקשרו 116 006 (חינם)", ["(חינם)", " ", "116 006", "התקשרו "]),
        ("اتصلوا +371 28612120 مجانا", ["مجانا", " ", "+371 28612120", "اتصلوا "]),
        ("السعر 20 من 50", ["50", "من ", " ", "20", "السعر "]),
        ("\u200fRīga שלום", ["שלום", " ", "Rīga", "\u200f"]),
        ("שלום 10.30", ["10.30", "שלום "]),
        ("Rīga שלום 10", ["Rīga ", "10", "שלום "]),
    ],
)
def test_a_line_reads_in_the_direction_of_its_first_letter_and_numbers_always_to_the_right(text, order):
    assert [run for _, run in shown(text)] == order


@pytest.mark.parametrize(
    ("text", "expected"),
    [("שלום Rīga", True), ("Rīga שלום", False), ("116 006 – عربي", True), ("112", False), ("", False),
     ("\u200fRīga", True), ("\u200eשלום", False), ("🕯️ שלום", True)],
)  # fmt: skip
def test_the_first_letter_tells_where_a_text_begins(text, expected):
    assert is_right_to_left(text) is expected


def test_a_bracket_alone_between_right_to_left_words_is_turned_round(counterpart):
    counterpart("fribidi")
    font = fonts().at("regular", 60)
    turned = font.getmask("(", **shaping("lv", leftwards=True))
    assert bytes(turned) == bytes(font.getmask(")", **shaping("lv")))
    assert bytes(turned) != bytes(font.getmask("(", **shaping("lv")))


# ---------------------------------------------------------------- what no font has


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("glāžšķūņu 中 rūķīši 中文", "中文"),
        ("👩‍🚒 dzēš", "👩🚒"),
        ("👋🏽 sveiki", "🏽"),
        ("🇦🇫", "🇦🇫"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e007f"),
        ("a\nb", "\n"),
    ],
)  # fmt: skip
def test_what_no_font_has_is_named(text, lacking, counterpart):
    counterpart("fribidi")
    assert fonts().lacking("regular", text) == lacking


@pytest.mark.parametrize(
    "mark", "\u00a0\u2060\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2066\u2069\ufe0e\ufe0f\u202f\u2009\u2011"
)
def test_invisible_marks_and_special_spaces_are_never_lacking(mark):
    assert fonts().lacking("regular", f"rūķ{mark}īši") == ""
    assert fonts().lacking("regular", mark) == ""


def test_without_emoji_and_fallback_everything_foreign_is_lacking():
    alone = Fonts({"regular": FOLDER / FILES["regular"]})
    assert alone.lacking("regular", "rūķīši → ☎ 🕯️ ש") == "☎🕯ש"


@pytest.mark.parametrize(("text", "font"), [("☎", "symbols"), ("☎\ufe0f", "emoji"), ("⭐", "emoji"), ("⭐\ufe0e", "symbols"),
                                            ("♥", "regular"), ("♥\ufe0f", "emoji"), ("✓\ufe0f", "regular")])  # fmt: skip
def test_a_sign_is_a_picture_only_where_unicode_or_the_writer_wants_it(text, font):
    assert shown(text) == [(font, text)]


@pytest.mark.parametrize("flag", ["🇱🇻", "🇱🇹", "🇪🇪", "🇪🇺", "🇺🇦", "🇵🇱", "🇫🇮", "🇸🇪", "🇩🇪"])
def test_flags_are_one_picture_each(flag, counterpart):
    counterpart("fribidi")
    assert shown(flag * 2) == [("emoji", flag)] * 2


# ---------------------------------------------------------------- widths


@pytest.mark.parametrize("text", [MIXED, "rūķīši ☎ 116 006", "שלום, עולם! 116 006 Rīga", "Ӓӧ 💛 (مرحبا)"])
def test_the_width_of_a_line_is_that_of_its_runs(text):
    whole = fonts().width("bold", "lv", text)
    assert whole == pytest.approx(sum(fonts().run_width(run, "lv") for run in fonts().runs("bold", text)))


def test_the_words_of_a_fitted_mixed_paragraph_add_up_to_its_lines():
    text = "Zvani 📞 116 006, שלום עולם (חינם), ☎ مرحبا بكم – palīdzēsim 💛 rūķīšiem"
    width = partial(fonts().width, "regular", "lv")
    fitted = fit(text, Shape(500, 400, 4, 28, 60, leading=1.2, cap=0.66), width)
    assert len(fitted.lines) > 1
    assert fitted.widths == pytest.approx(tuple(map(width, fitted.lines)), abs=0.02)


def test_an_emoji_is_as_wide_as_its_picture():
    assert fonts().width("bold", "lv", "💛🕯️") == 2 * EMOJI_WIDTH
    picture = fonts().emoji("🕯️", 100)
    assert picture.height == round(EMOJI_HEIGHT * 100)
    assert picture.width == pytest.approx(EMOJI_WIDTH * 100, abs=2)


def test_ink_ends_where_the_measured_line_ends():
    text, size = "rūķis ☎ Ӓ שלום ", 60
    sheet = Image.new("L", (900, 120))
    x = 0.0
    for run in fonts().runs("regular", text + "ž"):
        told = shaping("lv", leftwards=run.leftwards)
        ImageDraw.Draw(sheet).text((x, 90), run.text, 255, fonts().at(run.font, size), "ls", **told)
        x += fonts().run_width(run, "lv") * size
    assert (sheet.getbbox() or (0, 0, 0, 0))[2] == pytest.approx(
        fonts().width("regular", "lv", text + "ž") * size, abs=4
    )


def test_a_soft_hyphen_takes_no_room_inside_a_line(counterpart):
    counterpart("fribidi")
    assert fonts().width("bold", "lv", "kon\u00adcerts") == pytest.approx(
        fonts().width("bold", "lv", "koncerts"), abs=0.01
    )


def test_threads_measure_alike():
    fresh = Fonts({name: FOLDER / file for name, file in FILES.items()}, {"bold": BOLD}, "emoji")
    words = [f"glāžšķūņu rūķīši {number} 💛 שלום" for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        widths = list(pool.map(partial(fresh.width, "bold", "lv"), words))
    assert widths == [fonts().width("bold", "lv", word) for word in words]


@given(st.text(LETTERS, max_size=16))
def test_runs_hold_every_grapheme_once_and_never_part_of_one(text):
    runs = fonts().runs("bold", text)
    assert all(any(cluster in run.text for run in runs) for cluster in clusters(text))
    assert sorted(text) == sorted("".join(run.text for run in runs))
    assert fonts().width("bold", "lv", text) >= 0
    assert set(fonts().lacking("bold", text)) <= set(text)


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize("emoji", ["💛", "🕯️", "🇱🇻", "👩‍👧", "📅", "⚠️", "1️⃣"])
def test_an_emoji_is_drawn_in_colour_on_nothing(emoji, counterpart):
    counterpart("fribidi")
    picture = fonts().emoji(emoji, 60)
    assert picture.getchannel("A").getextrema() == (0, 255)
    solid = [pixel for pixel in picture.get_flattened_data() if pixel[3] > 200]
    assert len(set(solid)) > 30


def test_the_flag_of_latvia_is_red_white_red():
    picture = fonts().emoji("🇱🇻", 100)
    column = [picture.getpixel((picture.width // 2, round(picture.height * share)))[:3] for share in (0.3, 0.5, 0.7)]
    assert [red > green + 60 for red, green, _ in column] == [True, False, True]


def test_the_edge_of_an_emoji_is_no_darker_than_its_inside():
    picture = fonts().emoji("💛", 60)
    edge = [pixel for pixel in picture.get_flattened_data() if 60 < pixel[3] < 160]
    assert min(red for red, *_ in edge) > 180


def test_an_emoji_is_scaled_once():
    assert fonts().emoji("💛", 44) is fonts().emoji("💛", 44)


# ---------------------------------------------------------------- fonts that are refused


def square():
    pen = TTGlyphPen(None)
    for place in ((0, 0), (0, 700), (700, 700), (700, 0)):
        (pen.lineTo if place != (0, 0) else pen.moveTo)(place)
    pen.closePath()
    return pen.glyph()


def built(path, layers=None):
    """A font with one square for the yellow heart, painted with these layers."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "heart"])
    builder.setupCharacterMap({ord("💛"): "heart"})
    builder.setupGlyf({".notdef": square(), "heart": square()})
    builder.setupHorizontalMetrics({".notdef": (800, 0), "heart": (800, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    if layers:
        builder.font["COLR"] = buildCOLR({"heart": layers})
        builder.font["CPAL"] = buildCPAL([[(1.0, 0.8, 0.0, 1.0)]])
    builder.save(path)
    return path


def test_a_font_whose_pictures_would_stay_invisible_is_refused_in_plain_words(tmp_path):
    paint = {"Format": PaintFormat.PaintSolid, "PaletteIndex": 0, "Alpha": 1.0}
    path = built(tmp_path / "New.ttf", {"Format": PaintFormat.PaintGlyph, "Glyph": "heart", "Paint": paint})
    with pytest.raises(CardError, match=r"New\.ttf cannot be used: .*COLRv1, and nothing would be drawn") as caught:
        Fonts({"regular": FOLDER / FILES["regular"], "emoji": path}, emoji="emoji")
    assert caught.value.flaws[0].code == TEMPLATE


def test_a_font_without_pictures_is_no_emoji_font(tmp_path):
    path = built(tmp_path / "Flat.ttf")
    assert Fonts({"regular": path}).lacking("regular", "💛") == ""
    with pytest.raises(CardError, match="no colour pictures"):
        Fonts({"regular": FOLDER / FILES["regular"], "emoji": path}, emoji="emoji")
