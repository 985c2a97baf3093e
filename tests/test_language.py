"""Words and dates in Latvian, English, Russian and Ukrainian."""

import datetime as dt
import re
import string

import pytest
from babel import Locale
from babel.dates import format_date, format_interval
from hypothesis import given
from hypothesis import strategies as st

from campaign.language import (
    LANGUAGES,
    accessibility,
    clock,
    date_text,
    days_between,
    days_to,
    interval,
    language_name,
    moment,
    month_names,
    own_name,
    phrase,
    plural,
    sentence_case,
    time_text,
    topic_name,
    weekday_names,
    when,
)
from campaign.language.phrases import PHRASES, TABLES
from campaign.model import EventFacts

LOCALES = {"lv": "lv", "en": "en_GB", "ru": "ru", "uk": "uk"}
DAY = dt.date(2023, 9, 18)
STRANGERS = {
    "lv": re.compile("[Ѐ-ӿ]"),
    "en": re.compile("[Ѐ-ӿ]"),
    "ru": re.compile("[ІіЇїЄєҐґʼ]"),
    "uk": re.compile("[ЁёЪъЫыЭэ’']"),
}
"""Letters of a neighbouring alphabet; Ukrainian writes its apostrophe as the letter U+02BC."""
BELOW_A_NUMBER = {"days_until"}
days = st.dates(dt.date(1990, 1, 1), dt.date(2050, 12, 31))


def plain_spaces(text):
    """Babel binds with narrow and thin spaces; people type plain ones."""
    return text.replace("\u202f", " ").replace("\u2009", " ").replace("\u00a0", " ")


def fields_of(wording):
    forms = wording.values() if isinstance(wording, dict) else (wording,)
    return [{name for _, name, _, _ in string.Formatter().parse(form) if name is not None} for form in forms]


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (
            "date_long",
            (
                "pirmdiena, 2023. gada 18. septembris",
                "Monday, 18 September 2023",
                "понедельник, 18 сентября 2023 г.",
                "понеділок, 18 вересня 2023 р.",
            ),
        ),
        ("date", ("2023. gada 18. septembris", "18 September 2023", "18 сентября 2023 г.", "18 вересня 2023 р.")),
        ("day", ("18. septembris", "18 September", "18 сентября", "18 вересня")),
        ("date_in", ("2023. gada 18. septembrī", "18 September 2023", "18 сентября 2023 г.", "18 вересня 2023 р.")),
        ("day_in", ("18. septembrī", "18 September", "18 сентября", "18 вересня")),
        ("day_short", ("18. sept.", "18 Sept", "18 сент.", "18 вер.")),
        ("month_heading", ("2023. gada septembris", "September 2023", "сентябрь 2023", "вересень 2023")),
        ("month_title", ("Septembris, 2023", "September, 2023", "Сентябрь 2023", "Вересень 2023")),
    ],
)
def test_each_named_pattern_in_each_language(pattern, written):
    assert tuple(date_text(pattern, DAY, language) for language in LANGUAGES) == written


@given(days, st.sampled_from(LANGUAGES))
def test_dates_agree_with_the_unicode_tables(day, language):
    locale = LOCALES[language]
    assert date_text("date_long", day, language) == plain_spaces(format_date(day, "full", locale))
    assert date_text("date", day, language) == plain_spaces(format_date(day, "long", locale))
    assert date_text("day", day, language) == format_date(day, "d. MMMM" if language == "lv" else "d MMMM", locale)


@given(days)
def test_month_headings_agree_where_the_pattern_is_named(day):
    assert date_text("month_heading", day, "lv") == format_date(day, "y. 'gada' LLLL", "lv")
    assert date_text("month_heading", day, "en") == format_date(day, "LLLL y", "en_GB")
    assert date_text("month_heading", day, "ru") == format_date(day, "LLLL y", "ru")
    assert date_text("month_heading", day, "uk") == format_date(day, "LLLL y", "uk")


@given(days, st.integers(1, 400), st.sampled_from(LANGUAGES))
def test_short_intervals_of_one_year_agree_with_the_unicode_tables(first, length, language):
    last = min(first + dt.timedelta(days=length), dt.date(first.year, 12, 31))
    if first == last:
        return
    expected = plain_spaces(str(format_interval(first, last, "yMMMd", locale=LOCALES[language])))
    assert interval(first, last, language, short=True) == expected


@pytest.mark.parametrize(
    ("last", "written"),
    [
        (
            dt.date(2023, 9, 20),
            (
                "2023. gada 18.–20. septembris",
                "18–20 September 2023",
                "18–20 сентября 2023 г.",
                "18–20 вересня 2023 р.",
            ),
        ),
        (
            dt.date(2023, 10, 18),
            (
                "2023. gada 18. septembris – 18. oktobris",
                "18 September – 18 October 2023",
                "18 сентября – 18 октября 2023 г.",
                "18 вересня – 18 жовтня 2023 р.",
            ),
        ),
        (
            dt.date(2024, 1, 2),
            (
                "2023. gada 18. septembris – 2024. gada 2. janvāris",
                "18 September 2023 – 2 January 2024",
                "18 сентября 2023 г. – 2 января 2024 г.",
                "18 вересня 2023 р. – 2 січня 2024 р.",
            ),
        ),
        (DAY, ("2023. gada 18. septembris", "18 September 2023", "18 сентября 2023 г.", "18 вересня 2023 р.")),
    ],
)
def test_intervals_say_what_is_common_once(last, written):
    assert tuple(interval(DAY, last, language) for language in LANGUAGES) == written


def test_days_of_one_month_need_no_year():
    assert days_between(DAY, dt.date(2023, 9, 20), "lv") == "18.–20. septembris"
    assert days_between(DAY, dt.date(2023, 10, 18), "lv", short=True) == "18. sept. – 18. okt."
    assert days_between(DAY, DAY, "en") == "18 September"


# ---------------------------------------------------------------- times


def test_times_as_each_language_writes_them():
    ten, noon = dt.time(10), dt.time(12, 5)
    assert [time_text(ten, language) for language in LANGUAGES] == ["plkst. 10.00", "10:00", "10:00", "10:00"]
    assert [time_text(ten, language, noon) for language in LANGUAGES] == [
        "plkst. 10.00–12.05",
        "10:00–12:05",
        "10:00–12:05",
        "10:00–12:05",
    ]
    assert [clock(dt.time(9, 5), language) for language in LANGUAGES] == ["09.05", "09:05", "09:05", "09:05"]


@pytest.mark.parametrize(
    ("wall", "year", "written"),
    [
        (
            "2023-10-18T10:00",
            2023,
            ("18. oktobrī plkst. 10.00", "18 October at 10:00", "18 октября в 10:00", "18 жовтня о 10:00"),
        ),
        ("2023-10-18", 2023, ("18. oktobrī", "18 October", "18 октября", "18 жовтня")),
        (
            "2024-01-08T10:00",
            2023,
            (
                "2024. gada 8. janvārī plkst. 10.00",
                "8 January 2024 at 10:00",
                "8 января 2024 г. в 10:00",
                "8 січня 2024 р. о 10:00",
            ),
        ),
    ],
)
def test_a_moment_in_running_text_names_another_year(wall, year, written):
    assert tuple(moment(wall, language, year) for language in LANGUAGES) == written


def test_ukrainian_says_eleven_after_another_preposition():
    said = [moment(f"2023-10-18T{hour:02d}:30", "uk", 2023) for hour in range(24)]
    assert [text for text in said if " об " in text] == ["18 жовтня об 11:30"]
    assert moment("2023-10-18T11:30", "ru", 2023) == "18 октября в 11:30"


@pytest.mark.parametrize(
    ("starts", "ends", "written"),
    [
        ("2023-09-12T10:00", "2023-09-12T15:00", "otrdiena, 2023. gada 12. septembris, plkst. 10.00–15.00"),
        ("2023-09-12T10:00", "", "otrdiena, 2023. gada 12. septembris, plkst. 10.00"),
        (
            "2023-09-12T22:00",
            "2023-09-13T01:00",
            "otrdiena, 2023. gada 12. septembris, plkst. 22.00 – trešdiena, 2023. gada 13. septembris, plkst. 01.00",
        ),
        ("2023-09-29", "2023-09-29", "piektdiena, 2023. gada 29. septembris"),
        ("2023-09-29", "", "piektdiena, 2023. gada 29. septembris"),
        ("2023-09-18", "2023-10-18", "2023. gada 18. septembris – 18. oktobris"),
    ],
)
def test_an_event_says_its_whole_time(starts, ends, written):
    assert when(EventFacts(starts, ends, len(starts) == 10, "Europe/Riga"), "lv") == written


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("language", "classes"),
    [
        ("lv", "zero one other other zero zero one other zero one zero"),
        ("en", "other one other other other other other other other other other"),
        ("ru", "many one few many many many one few many one many"),
        ("uk", "many one few many many many one few many one many"),
    ],
)
def test_plural_classes_of_telling_numbers(language, classes):
    numbers = (0, 1, 2, 5, 10, 11, 21, 22, 100, 101, 111)
    expected = dict(zip(numbers, classes.split(), strict=True))
    assert {n: plural(n, language) for n in numbers} == expected


@given(st.integers(0, 100_000), st.sampled_from(LANGUAGES))
def test_plural_classes_agree_with_the_unicode_rules(n, language):
    assert plural(n, language) == Locale.parse(LOCALES[language]).plural_form(n)


@pytest.mark.parametrize("n", [1.5, 0.1, 1.1, 10.5, 11.1])
def test_fractions_agree_with_the_unicode_rules(n):
    from decimal import Decimal

    for language in LANGUAGES:
        assert plural(n, language) == Locale.parse(LOCALES[language]).plural_form(Decimal(str(n)))


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (0, ("šodien", "today", "сегодня", "сьогодні")),
        (1, ("rīt", "tomorrow", "завтра", "завтра")),
        (-1, ("vakar", "yesterday", "вчера", "вчора")),
        (2, ("pēc 2 dienām", "in 2 days", "через 2 дня", "через 2 дні")),
        (11, ("pēc 11 dienām", "in 11 days", "через 11 дней", "через 11 днів")),
        (21, ("pēc 21 dienas", "in 21 days", "через 21 день", "через 21 день")),
        (-3, ("pirms 3 dienām", "3 days ago", "3 дня назад", "3 дні тому")),
        (-21, ("pirms 21 dienas", "21 days ago", "21 день назад", "21 день тому")),
    ],
)
def test_how_far_away_a_day_is(distance, said):
    assert tuple(days_to(distance, language) for language in LANGUAGES) == said


# ---------------------------------------------------------------- phrases


@pytest.mark.parametrize("name", sorted(PHRASES))
def test_a_phrase_exists_in_every_language_with_the_same_fields(name):
    wordings = PHRASES[name]
    assert tuple(wordings) == LANGUAGES
    found = [fields for wording in wordings.values() for fields in fields_of(wording)]
    assert all(fields == found[0] for fields in found)


@pytest.mark.parametrize("name", sorted(name for name, said in PHRASES.items() if isinstance(said["lv"], dict)))
def test_a_counting_phrase_has_every_plural_class(name):
    for language in LANGUAGES:
        rule = Locale.parse(LOCALES[language]).plural_form
        assert set(PHRASES[name][language]) == {*rule.tags, "other"}
        assert ("7" in phrase(name, language, n=7)) == (name not in BELOW_A_NUMBER)


@pytest.mark.parametrize("name", sorted(PHRASES))
def test_a_phrase_is_tidy(name):
    for wording in PHRASES[name].values():
        for form in (wording,) if isinstance(wording, str) else wording.values():
            assert form == form.strip()
            assert "  " not in form
            assert form


@pytest.mark.parametrize("name", sorted(PHRASES))
def test_no_letter_strays_from_one_alphabet_into_another(name):
    for language, strangers in STRANGERS.items():
        wording = PHRASES[name][language]
        for form in (wording,) if isinstance(wording, str) else wording.values():
            assert not strangers.search(form)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_can_come_from_every_language(code):
    assert len({phrase(f"translated_from_{code}", language) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1, ("diena līdz notikumam:", "day to go until", "день до события:", "день до події:")),
        (3, ("dienas līdz notikumam:", "days to go until", "дня до события:", "дні до події:")),
        (12, ("dienu līdz notikumam:", "days to go until", "дней до события:", "днів до події:")),
        (21, ("diena līdz notikumam:", "days to go until", "день до события:", "день до події:")),
    ],
)
def test_the_words_below_a_number_agree_with_it(n, said):
    assert tuple(phrase("days_until", language, n=n) for language in LANGUAGES) == said


def test_no_table_takes_the_name_of_another():
    assert sum(len(table) for table in TABLES) == len(PHRASES)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: phrase("glāžšķūnis", "lv"), "there is no phrase 'glāžšķūnis'"),
        (lambda: phrase("canceled", "lv"), "near: cancelled"),
        (lambda: phrase("moved", "et"), "not written in 'et'"),
        (lambda: phrase("was", "lv"), "when"),
        (lambda: phrase("more_events", "lv"), "needs n"),
    ],
)
def test_what_is_unknown_fails_at_once(call, told):
    with pytest.raises(KeyError, match=told):
        call()


def test_values_are_never_interpreted():
    assert phrase("reason", "lv", reason="{n} %s $x") == "Iemesls: {n} %s $x"


def test_seed_title_in_each_language():
    titles = [phrase("calendar_of", language, period=date_text("month_title", DAY, language)) for language in LANGUAGES]
    assert titles == [
        "Notikumu kalendārs – Septembris, 2023",
        "Calendar of Events – September, 2023",
        "Календарь событий – Сентябрь 2023",
        "Календар подій – Вересень 2023",
    ]


def test_leaving_quickly_promises_nothing_it_cannot_keep():
    assert "does not erase your browsing history" in phrase("exit_explained", "en")
    assert "neizdzēš pārlūkošanas vēsturi" in phrase("exit_explained", "lv")


# ---------------------------------------------------------------- names


def test_weekdays_begin_on_monday():
    assert weekday_names("lv")[0] == "pirmdiena"
    assert weekday_names("lv", short=True) == ("P", "O", "T", "C", "Pk", "S", "Sv")
    assert [len(weekday_names(language, short=True)) for language in LANGUAGES] == [7, 7, 7, 7]
    assert [month_names(language)[8] for language in LANGUAGES] == ["septembris", "September", "сентябрь", "вересень"]


def test_languages_by_their_own_name_and_by_ours():
    assert [own_name(language) for language in LANGUAGES] == ["Latviešu", "English", "Русский", "Українська"]
    assert [language_name("ru", language) for language in LANGUAGES] == ["krievu", "Russian", "русский", "російська"]
    assert language_name("fi", "lv") == "somu"
    assert language_name("fi", "uk") == "фінська"
    assert language_name("x-unknown", "lv") == "x-unknown"


def test_ids_without_words_are_shown_as_written():
    assert accessibility("step-free", "lv") == "piekļuve bez pakāpieniem"
    assert accessibility("glass-shed", "lv") == "glass shed"
    assert topic_name("prevention", "ru") == "Предотвращение"
    assert topic_name("safe-sheds", "en") == "Safe sheds"


def test_sentence_case_leaves_the_rest_alone():
    assert [sentence_case(text) for text in ("ārā", "ES diena", "", "čau, LV")] == ["Ārā", "ES diena", "", "Čau, LV"]
