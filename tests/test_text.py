"""Counting as each service counts, and what is found in a text."""

import unicodedata
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.model import Limits
from campaign.text import (
    byte_length,
    escaped,
    first_sentence,
    fits,
    graphemes,
    hashtags,
    is_hashtag,
    length,
    most_images,
    urls,
    weighted,
)

FAMILY = "👩‍👩‍👧"
X = Limits(280, unit="weighted")
MASTODON = Limits(500, url_weight=23)

UNITS = get_args(Limits.__annotations__["unit"])

latvian = st.text(alphabet="aābcčdeēgģiīkķlļnņrsštuūvzž .,–“”0123456789\n", max_size=400)
anything = st.text(max_size=80)


# ---------------------------------------------------------------- graphemes and bytes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("glāžšķūņu rūķīši", 16),
        ("glāžšķūņu rūķīši".encode().decode(), 16),
        (unicodedata.normalize("NFD", "glāžšķūņu rūķīši"), 16),
        ("Свердлов – «ёж» № 5", 19),
        (FAMILY, 1),
        ("🇱🇻🇪🇪", 2),
        ("👍🏽 ā", 3),
        ("a\r\nb", 3),
        ("a\nb", 3),
        ("e\u0301\u0323", 1),
        ("각", 1),
        ("नि", 1),
        ("1️⃣", 1),
    ],
)
def test_a_grapheme_is_what_a_reader_calls_a_character(text, count):
    assert graphemes(text) == count


@given(anything)
def test_the_fast_count_agrees_with_segmentation(text):
    import regex

    assert graphemes(text) == len(regex.findall(r"\X", text))


@given(latvian)
def test_latvian_counts_letter_by_letter(text):
    assert graphemes(text) == len(text)


@given(anything)
def test_bytes_are_those_of_utf8(text):
    assert byte_length(text) == len(text.encode())


def test_units_count_differently():
    counts = {unit: length(f"ā{FAMILY}#", Limits(unit=unit)) for unit in UNITS}
    assert counts == {"graphemes": 3, "weighted": 4, "utf16": 10, "bytes": 21, "threads": 20, "escaped": 11}


@pytest.mark.parametrize(
    ("text", "count"), [("ā", 1), ("e\u0301", 2), ("漢", 1), ("👍", 4), ("👍🏽 ā", 10), ("🇱🇻", 8), ("1\ufe0f\u20e3", 7), ("№ – „ “ …", 9)]
)  # fmt: skip
def test_threads_counts_an_emoji_as_its_bytes(text, count):
    assert length(text, Limits(500, unit="threads")) == count


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Zvani 112!", "Zvani 112!"),
        ("(a) [b] {c} <d> e_f g~h *i* j|k l\\m @n", r"\(a\) \[b\] \{c\} \<d\> e\_f g\~h \*i\* j\|k l\\m \@n"),
        ("Kopā #CilvēkuTirdzniecība.", r"Kopā {hashtag|\#|CilvēkuTirdzniecība}."),
        ("#Droši_2023 C#", r"{hashtag|\#|Droši\_2023} C\#"),
        ("https://a.lv/x_y#z", r"https://a.lv/x\_y\#z"),
    ],
)
def test_linkedin_gets_signs_escaped_and_hashtags_in_their_own_form(text, written):
    assert escaped(text) == written
    assert length(text, Limits(3000, unit="escaped")) == len(written)


def test_a_long_text_goes_under_one_picture_where_albums_take_less():
    telegram = Limits(4096, unit="utf16", album_characters=1024, images=10)
    assert [most_images("ā" * letters, telegram) for letters in (1024, 1025)] == [10, 1]
    assert most_images("ā" * 1025, Limits(500)) == 4


# ---------------------------------------------------------------- Mastodon: addresses and mentions


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("https://kampana.example/lv/e/eu-anti-trafficking-day-2023/kickoff/", 23),
        ("http://a.lv", 23),
        ("Lasi: https://kampana.example/lv, un zvani.", 6 + 23 + 11),
        ("https://a.lv/ā https://a.lv/b", 47),
        ("www.lv", 6),
        ("@piemers@mastodon.example sveiks", 15),
        ("@piemers sveiks", 15),
        ("raksti uz x@y.lv", 16),
    ],
)
def test_an_address_has_its_weight_and_a_mention_its_local_part(text, count):
    assert length(text, MASTODON) == count


def test_without_a_weight_addresses_count_in_full():
    assert length("https://kampana.example/lv", Limits(300)) == 26


# ---------------------------------------------------------------- X


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("ā" * 280, 280),
        ("āЯ–„“”’½©", 9),
        ("…", 2),
        ("€", 2),
        ("№", 2),
        ("•", 2),
        ("←", 2),
        (FAMILY, 2),
        ("🇱🇻", 2),
        ("1️⃣", 2),
        ("☎️", 2),
        ("👍🏽", 2),
        ("e\u0301", 1),
        ("漢字", 4),
        ("www.lv", 23),
        ("(www.lv)", 25),
        ("a.lv,b.lv", 47),
        ("rīga.lv", 23),
        ("x@y.lv", 6),
        ("@user.lv", 8),
        ("#www.lv", 7),
        ("u.c.", 4),
        ("plkst.10.00", 11),
        ("18.10.2023.", 11),
        ("https://www.vārds.lv/ceļš/ļoti/gara/adrese", 23),
        ("https://a.lv/ā)", 24),
        ("https://a.lv/x_(y)", 23),
        ("https://europa.eu/x.", 24),
    ],
)
def test_x_weighs_letters_signs_and_addresses(text, weight):
    assert weighted(text) == weight


def test_280_letters_fit_and_281_do_not():
    assert fits("ā" * 280, X)
    assert not fits("ā" * 281, X)


@given(anything, st.sampled_from(UNITS), st.integers(1, 90), st.booleans())
def test_the_quick_answer_never_differs_from_the_count(text, unit, limit, weighs_addresses):
    limits = Limits(limit, unit=unit, bytes=100, url_weight=23 if weighs_addresses else 0)
    text += " https://a.lv" if weighs_addresses else ""
    assert fits(text, limits) == (length(text, limits) <= limit and byte_length(text) <= 100)


# ---------------------------------------------------------------- addresses and hashtags


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vairāk: https://kampana.example/lv.", ["https://kampana.example/lv"]),
        ("(https://a.lv/x)", ["https://a.lv/x"]),
        ("https://a.lv/x_(y), tad", ["https://a.lv/x_(y)"]),
        ("“https://a.lv/ā” un http://b.lv/?q=1&r=2!", ["https://a.lv/ā", "http://b.lv/?q=1&r=2"]),
        ("HTTPS://A.LV", ["HTTPS://A.LV"]),
        ("javascript://x www.lv mailto:x@y.lv", []),
    ],
)
def test_addresses_end_before_the_sentence_does(text, found):
    assert [span.text for span in urls(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#CilvēkuTirdzniecība, #EndHumanTrafficking.", ["#CilvēkuTirdzniecība", "#EndHumanTrafficking"]),
        ("#ТорговляЛюдьми (#Rīga_2023)", ["#ТорговляЛюдьми", "#Rīga_2023"]),
        ("#2023 #18oktobris", ["#18oktobris"]),
        ("C#moll a#b ##x", []),
        ("https://a.lv/lapa#saturs #saturs", ["#saturs"]),
        ("#ES-diena", ["#ES"]),
    ],
)
def test_hashtags_are_whole_words(text, found):
    assert [span.text for span in hashtags(text)] == found


@given(st.text(alphabet="ā #htps:/.lv_1-", max_size=60))
def test_spans_are_where_they_say(text):
    for span in (*urls(text), *hashtags(text)):
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize(
    ("tag", "good"),
    [
        ("#EndHumanTrafficking", True),
        ("Rīga_1", True),
        ("#ES-diena", False),
        ("#2023", False),
        ("#", False),
        ("# x", False),
    ],
)
def test_a_hashtag_is_made_of_letters_digits_and_underscores(tag, good):
    assert is_hashtag(tag) is good


# ---------------------------------------------------------------- the first sentence


@pytest.mark.parametrize(
    ("text", "language", "sentence"),
    [
        ("Pēc mēneša, 18. oktobrī, ir diena. Līdz tai stāstīsim.", "lv", "Pēc mēneša, 18. oktobrī, ir diena"),
        ("18. oktobrī plkst. 10.00 Rīgā – “Kā atpazīt”. Dalība", "lv", "18. oktobrī plkst. 10.00 Rīgā – “Kā atpazīt”"),
        ("Rīkojums Nr. 29 „Par plānu”. Otrs", "lv", "Rīkojums Nr. 29 „Par plānu”"),
        ("29. Rīgas maratons. Nāc", "lv", "29. Rīgas maratons"),
        ("Zvani 112. Palīdzēs.", "lv", "Zvani 112"),
        ("Kur zvanīt? Briesmās – 112.", "lv", "Kur zvanīt?"),
        ("“Vai zini?” Jā.", "lv", "“Vai zini?”"),
        ("Paldies… Jums", "lv", "Paldies…"),
        ("А. С. Пушкин родился в Москве. Да", "ru", "А. С. Пушкин родился в Москве"),
        ("Сегодня 18. Узнайте больше.", "ru", "Сегодня 18"),
        ("Чекаємо на вул. Шевченка в Ризі. Так", "uk", "Чекаємо на вул. Шевченка в Ризі"),
        ("Бібліотека ім. Лесі Українки поруч. Так", "uk", "Бібліотека ім. Лесі Українки поруч"),
        ("It began in 2007. Learn how", "en", "It began in 2007"),
        ("Ask Dr. Ozols about it. Call.", "en", "Ask Dr. Ozols about it"),
        ("Pirmā rinda\nOtrā rinda.", "lv", "Pirmā rinda"),
        ("Viens teikums.", "lv", "Viens teikums"),
        ("Trīs punkti...", "lv", "Trīs punkti..."),
        ("", "lv", ""),
    ],
)
def test_the_first_sentence_knows_dates_times_and_initials(text, language, sentence):
    assert first_sentence(text, language) == sentence


@given(anything, st.sampled_from(["lv", "en", "ru", "uk"]))
def test_a_first_sentence_stands_in_its_text(text, language):
    assert first_sentence(text, language) in text
