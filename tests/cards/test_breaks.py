"""Where lines end, and how a paragraph fills its box."""

import re
from functools import partial
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uniseg.linebreak import line_break_units

from campaign.cards.breaks import Shape, fit, line_of, pieces, syllables
from campaign.cards.runs import clusters


def monospaced(text):
    return 0.5 * len(text)


def set_in(text, width=400.0, height=300.0, lines=4, sizes=(28, 80), hyphens=None):
    return fit(text, Shape(width, height, lines, sizes[0], sizes[1], leading=1.2, cap=0.7), monospaced, hyphens)


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Ieeja 10.00–16.00 bez maksas", "10.00–16.00 "),
        ("zvani 116 006 tagad", "116 006 tagad"),
        ("zvani +371 28612120, mēs palīdzēsim", "+371 28612120, "),
        ("rīt plkst. 10.00 sākam", "plkst. 10.00 "),
        ("ES diena 18. oktobrī Rīgā", "18. oktobrī "),
        ("2023. gada septembris", "2023. gada "),
        ("встреча 18 октября в Риге", "18 октября "),
        ("встреча 18 октября в Риге", "в Риге"),
        ("noteikumi Nr. 344 stājas spēkā", "Nr. 344 stājas "),
        ("rūķīši – glāžšķūņos", "rūķīši – "),
        ("raksti uz e-pastu šodien", "e-pastu "),
        ("no 2023–2025 gadam", "2023–2025 "),
        ("Anti-Trafficking Day", "Anti-Trafficking "),
        ("А. С. Пушкин писал", "А. С. Пушкин "),
        ("tikai 50 % dalībnieku", "50 % "),
        ("viens\u00a0vesels vārds", "viens\u00a0vesels "),
        ("no 12.–18. oktobrim", "12.–18. oktobrim"),
        ("vēl 2–3 dienas", "2–3 dienas"),
        ("дом № 5 рядом", "№ 5 рядом"),
        ("тел. 116 006", "тел. 116 006"),
        ("вул. Садова тут", "вул. Садова "),
        ("Зустріч о 10.00 там", "о 10.00 "),
        ("ми у Ризі", "у Ризі"),
        ("разом із Ригою й Києвом", "й Києвом"),
        ("з Риги в Київ", "в Київ"),
        ("Where I am", "I am"),
    ],
)
def test_what_belongs_together_stays_on_one_line(text, together):
    assert any(together in piece for piece in pieces(text))


def test_a_time_lets_the_next_word_go():
    assert "10.00–16.00 " in pieces("Ieeja 10.00–16.00 bez maksas")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Palīdzība: +371 28612120 · Briesmās: 112", ("Palīdzība: ", "+371 28612120 · ", "Briesmās: ", "112")),
        ("Ko darīt, ja šaubāties?", ("Ko ", "darīt, ", "ja ", "šaubāties?")),
        ("Помощь за счёт государства — до 180 дней", ("Помощь ", "за ", "счёт ", "государства — ", "до ", "180 дней")),
        ("Call the helpline, a free number", ("Call ", "the ", "helpline, ", "a free ", "number")),
        ("(a) viens; (b) divi", ("(a) ", "viens; ", "(b) ", "divi")),
        ("likumi.lv/ta/id/308253", ("likumi.lv/", "ta/", "id/", "308253")),
        ("ES–Latvijas sadarbība", ("ES–", "Latvijas ", "sadarbība")),
        ("日本語です。東京", ("日", "本", "語", "で", "す。", "東", "京")),
        ("palīdzība👩‍👧🇱🇻", ("palīdzība", "👩‍👧", "🇱🇻")),
        ("kon\u00adcerts rīt", ("kon\u00ad", "certs ", "rīt")),
        ("", ()),
    ],
)
def test_a_sentence_falls_into_these_pieces(text, expected):
    assert pieces(text) == expected


@given(st.text(alphabet="abcāčžабвж -–—.,!?", max_size=80))
def test_our_breaks_are_breaks_that_unicode_allows(text):
    words = " ".join(text.split())
    allowed = set(accumulate(len(unit) for unit in line_break_units(words)))
    ours = set(accumulate(len(piece) for piece in pieces(words)))
    starts_with_mark = {match.start() for match in re.finditer(r"(?<= )[-–—.,!?]", words)}
    assert ours <= allowed | starts_with_mark


def test_an_address_may_break_where_unicode_allows_it():
    assert pieces("https://likumi.lv/ta/id/308253-dazadi") != ("https://likumi.lv/ta/id/308253-dazadi",)


@given(st.text(alphabet="aāčzж 0123456789.–-/,:()„“«» \u00a0", max_size=60))
def test_nothing_is_lost_between_the_pieces(text):
    words = text.strip(" ")
    assert "".join(pieces(words)) == words


@given(st.lists(st.sampled_from([*"aж ,–-", "👩‍👧", "🇱🇻", "🕯️", "1️⃣", "👋🏽", "❤️‍🩹", "e\u0301", "語", "ก็"]), max_size=20))
def test_no_break_goes_through_what_a_reader_calls_a_character(signs):
    text = "".join(signs).strip(" ")
    whole = set(accumulate(map(len, clusters(text))))
    assert set(accumulate(map(len, pieces(text)))) <= whole


def test_a_separator_at_the_end_of_a_line_is_not_drawn():
    assert line_of(["+371 28612120 · "]) == "+371 28612120"


def test_lines_are_balanced():
    assert set_in("viens divi trīs četri", width=200, sizes=(28, 28)).lines == ("viens divi", "trīs četri")


def test_a_line_ends_at_a_comma_rather_than_in_the_middle_of_a_thought():
    assert set_in("Pēc mēneša, rudenī, būs diena", width=260, sizes=(28, 28)).lines[0] == "Pēc mēneša,"


def test_a_line_does_not_end_with_a_small_word():
    assert set_in("mēs strādājam ar bērniem kopā", width=260, sizes=(28, 28)).lines == (
        "mēs strādājam",
        "ar bērniem kopā",
    )


def test_a_short_text_takes_the_largest_size_and_one_line():
    fitted = set_in("rūķīši")
    assert (fitted.size, fitted.lines) == (80, ("rūķīši",))


def test_a_word_too_long_for_the_smallest_size_is_told_by_the_size():
    assert set_in("glāžšķūņurūķīšukoncertflīģeļuvāki").size < 28


@given(st.lists(st.text("aāčģķļņšūžийж", min_size=1, max_size=12), min_size=1, max_size=40))
def test_a_fitted_paragraph_is_inside_its_box(words):
    text = " ".join(words)
    shape = Shape(400, 300, 5, 20, 80, leading=1.2, cap=0.7)
    fitted = fit(text, shape, monospaced)
    assert " ".join(fitted.lines) == text
    assert len(fitted.lines) <= 5
    assert max(map(monospaced, fitted.lines)) * fitted.size <= 400
    assert fitted.size * shape.tall(len(fitted.lines)) <= 300.001


@given(st.lists(st.text("aāč", min_size=2, max_size=9), min_size=2, max_size=9), st.integers(2, 4))
def test_no_other_way_to_break_allows_larger_letters_by_more_than_the_taste_for_good_breaks(words, lines):
    fitted = set_in(" ".join(words), lines=lines, sizes=(1, 200))
    best = max(
        min(200.0, 400 / max(widths), 300 / (0.7 + (len(widths) - 1) * 1.2))
        for widths in every_way(tuple(words), lines)
    )
    assert fitted.size >= best * 0.75


def every_way(words, most):
    if not words:
        return [()]
    ways = []
    for first in range(1, len(words) + 1 if most > 1 else 1):
        ways += [(monospaced(" ".join(words[:first])), *rest) for rest in every_way(words[first:], most - 1)]
    return [*ways, (monospaced(" ".join(words)),)] if most >= 1 else ways


# ---------------------------------------------------------------- hyphens

LONG = {
    "lv": "koncertflīģeļuvākotājiem",
    "en": "counterrevolutionaries",
    "ru": "достопримечательностями",
    "uk": "взаємодопомагатимемося",
}


def hyphenated(text, language="lv", **box):
    return set_in(text, hyphens=partial(syllables, language), **box)


@pytest.mark.parametrize("language", LONG)
def test_a_word_wider_than_the_box_at_the_smallest_size_is_hyphenated(language):
    word = LONG[language]
    fitted = hyphenated(f"{word}, labi", language, width=216)
    assert fitted.size >= 28
    assert [line.endswith("-") for line in fitted.lines[:2]] == [True, False]
    assert " ".join(fitted.lines).replace("- ", "") == f"{word}, labi"
    assert fitted.widths == tuple(map(monospaced, fitted.lines))


def test_a_word_that_fits_at_the_smallest_size_stays_whole():
    assert (
        hyphenated("ļoti gara koncertflīģeļuvāku rinda", width=260).lines
        == set_in("ļoti gara koncertflīģeļuvāku rinda", width=260).lines
    )


def test_no_more_hyphens_are_drawn_than_the_width_asks_for():
    assert hyphenated("koncertflīģeļuvākotājiem", width=200, lines=9, height=900).lines == (
        "koncertflī-",
        "ģeļuvākotājiem",
    )


def test_what_belongs_to_a_hyphenated_word_stays_with_its_part():
    lines = hyphenated("18 koncertflīģeļuvākotājiem", width=200, sizes=(28, 28)).lines
    assert lines[0].startswith("18 kon")


@pytest.mark.parametrize(
    "word",
    ["https://koncertflīģelis.lv", "koncertflīģelis.lv/vāki", "raksti@koncertflīģelis.lv", "#koncertflīģeļuvāki",
     "koncertflīģelis2023gadam", "koncertflīģeļu_vākotājs", "28612120286121202861"],
)  # fmt: skip
def test_addresses_hashtags_and_numbers_are_never_hyphenated(word):
    assert not any(line.endswith("-") for line in hyphenated(word, width=100, lines=9, height=900).lines)


def test_what_belongs_together_parts_only_where_it_cannot_fit_and_a_number_never():
    assert set_in("18.–24. septembris", width=200, sizes=(28, 28)).lines == ("18.–24.", "septembris")
    assert set_in("plkst. 10.00–16.00", width=160, sizes=(28, 28)).lines == ("plkst.", "10.00–16.00")
    assert set_in("+371 28612120", width=140, sizes=(28, 28)).size < 28


def test_a_compound_too_wide_is_broken_at_its_own_hyphen_first():
    lines = hyphenated("Anti-Trafficking", "en", width=160, sizes=(28, 28)).lines
    assert lines == ("Anti-", "Trafficking")


@given(st.sampled_from(sorted(LONG)), st.text("aāčģķļņšūžoeirtnsжийоеак", max_size=24))
def test_syllables_join_to_the_word_and_leave_three_letters_at_its_ends(language, word):
    parts = syllables(language, word)
    assert "".join(parts) == word
    assert len(parts) == 1 or min(len(parts[0]), len(parts[-1])) >= 3


def test_a_language_without_patterns_is_not_hyphenated():
    assert syllables("de", "Donaudampfschifffahrt") == ("Donaudampfschifffahrt",)


@given(st.lists(st.text("aāčģķļņšūžoeirt", min_size=1, max_size=30), min_size=1, max_size=6), st.integers(80, 400))
def test_hyphenated_words_join_back_and_keep_inside_the_box(words, width):
    fitted = hyphenated(" ".join(words), width=width, lines=40, height=4000)
    joined = "".join(line.removesuffix("-") if line.endswith("-") else f"{line} " for line in fitted.lines)
    assert joined.rstrip() == " ".join(words)
    assert max(map(monospaced, fitted.lines)) * fitted.size <= width
    assert all(len(line) > 3 for line in fitted.lines if line.endswith("-"))


def test_a_soft_hyphen_shows_only_at_the_end_of_a_line():
    text = "kon\u00adcert\u00adflīģeļi"
    assert set_in(text, width=800).lines == ("koncertflīģeļi",)
    assert set_in(text, width=180, sizes=(28, 28)).lines == ("koncert-", "flīģeļi")


def test_a_text_without_spaces_still_fills_its_lines():
    thai = "ภาษาไทยเขียนโดยไม่เว้นวรรคระหว่างคำ"
    fitted = set_in(thai, width=200)
    assert fitted.size >= 28
    assert "".join(fitted.lines) == thai
    assert len(set_in("日本語の長い文章です。東京から大阪まで", width=200).lines) > 1
