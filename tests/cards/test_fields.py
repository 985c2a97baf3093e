"""The words a card is given: typed, tidied, and put into the template's patterns."""

import datetime as dt
import re

import pytest

from campaign.cards.fields import Declared, Entry, Words, read_fields, tidy
from tests.cards.cases import TEMPLATES, card, drawn, flaws_of, lines, refusals


def read(kind, value, *, optional=False):
    values, flaws = read_fields((Declared("name", kind, optional),), {"name": value})
    return values["name"], [flaw.message for flaw in flaws]


def words(**values):
    return Words("lv", values)


def test_line_ends_become_spaces_and_no_break_spaces_stay():
    assert tidy("  glāžšķūņu\n\n rūķīši,\t116\u00a0006 ") == "glāžšķūņu rūķīši, 116\u00a0006"


def test_a_soft_hyphen_and_a_blank_text_are_nothing():
    assert tidy("rū\u00adķīši") == "rūķīši"
    assert tidy(" \u00a0 ") == ""


@pytest.mark.parametrize(
    "given", ["2023-09-18", "2023-09-18T10:00", dt.date(2023, 9, 18), dt.datetime(2023, 9, 18, 10, tzinfo=dt.UTC)]
)
def test_a_date_may_come_as_a_day_or_a_moment(given):
    assert read("date", given) == (dt.date(2023, 9, 18), [])


@pytest.mark.parametrize("empty", [None, "", [], " \u00a0"])
def test_a_required_text_must_say_something(empty):
    assert read("text", empty)[1] == ["this card cannot be drawn without “name”"]


def test_an_optional_field_may_be_absent():
    assert read("text", None, optional=True) == ("", [])
    assert read("entries", (), optional=True) == ((), [])


@pytest.mark.parametrize(
    ("kind", "value"),
    [("text", 7), ("date", "18.09.2023"), ("year", 23), ("month", 13), ("flag", "maybe"), ("texts", "viens"),
     ("contacts", [{"name": "Policija"}]), ("entries", [{"date": "2023-09-01"}])],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_told_by_its_field(kind, value):
    _, messages = read(kind, value)
    assert len(messages) == 1
    assert messages[0].startswith("“name")


def test_an_unknown_field_is_refused_with_the_nearest_name():
    (flaw,) = refusals(card("announcement", {"titel": "Glāžšķūņu rūķīši"}))
    assert (flaw.code, flaw.field, flaw.hint) == ("CRD02", "titel", "did you mean “title”?")


def test_a_fact_without_a_source_is_not_drawn():
    assert flaws_of(card("fact", {"source": ""})) == ["CRD02"]


def test_a_field_of_another_shape_says_what_it_takes():
    (flaw,) = refusals(card("checklist", {"items": "viens"}))
    assert 'items is a list of texts, ["…", "…"]' in flaw.message


def test_an_absent_value_leaves_nothing_behind():
    assert words().fill("{place}, Rīga") == ", Rīga"


def test_a_value_is_never_read_as_a_pattern():
    assert words(title="{site} {{x}} %s ${y}").fill("{title}") == "{site} {{x}} %s ${y}"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{day|day}. {day|month}", "18. oktobris"),
        ("{day|month_short}", "okt."),
        ("{day|weekday}", "trešdiena"),
        ("{day|date_long}", "Trešdiena, 2023. gada 18. oktobris"),
        ("{day|date}", "2023. gada 18. oktobris"),
        ("{status|status}", "Pārcelts"),
        ("{was|was}", "Iepriekš: otrdiena"),
        ("{source|source}", "Avots: Eiropas Komisija"),
        ("{items|list}", "Viens; Divi"),
        ("{title|sentence}", "Ēnas"),
    ],
)
def test_each_filter_speaks_the_language_of_the_card(pattern, expected):
    values = {
        "day": dt.date(2023, 10, 18), "status": "moved", "was": "otrdiena", "source": "Eiropas Komisija",
        "items": ("Viens.", "Divi;"), "title": "ēnas",
    }  # fmt: skip
    assert words(**values).fill(pattern) == expected


def test_a_long_calendar_is_counted_in_the_alternative_text():
    entries = tuple(Entry(dt.date(2023, 9, 1 + day % 30), f"Glāžšķūņu rūķīšu diena {day}") for day in range(60))
    text = words(entries=entries).fill("{entries|entries}")
    assert len(text) < 1300
    assert text.endswith(("notikumi", "notikumu", "notikums"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_alternative_text_holds_every_word_of_the_card(template):
    """All but the layout's own words, which have no field, and endings: a tile says oktobris, the sentence oktobrī."""
    said = drawn(card(template)).alt.lower()
    shown = {word for line in lines(card(template)) if line.field for word in re.findall(r"[^\W_]+", line.text.lower())}
    assert shown
    assert [word for word in shown if word[: max(2, len(word) - 3)] not in said] == []


def test_a_moved_event_says_so_first():
    alt = drawn(card("event", {"status": "moved", "was": "2023. gada 17. oktobris"})).alt
    assert alt.startswith("Pārcelts. ")
    assert "Iepriekš: 2023. gada 17. oktobris." in alt


@pytest.mark.parametrize(
    ("template", "changes"),
    [
        ("event", {"status": "glāžšķūņu"}),
        ("event", {"link": "https://info.kampana.example/" + "x" * 4000}),
        ("chart", {"series": [{"name": "Zvani", "values": {2019: -5, 2020: -1}}]}),
        ("chart", {"series": [{"name": "Zvani", "values": {2019: float("inf"), 2020: 1}}]}),
        ("chart", {"series": [], "bars": []}),
    ],
)
def test_a_value_that_cannot_be_shown_is_refused_when_the_card_is_laid_out(template, changes):
    assert flaws_of(card(template, changes, "print")) == ["CRD02"]
