"""The month as grid and list."""

import datetime as dt
from dataclasses import replace

import pytest

from campaign.outputs.month import by_month, lines_of, month_of, when_short
from tests.outputs.published import september

SEPTEMBER = dt.date(2023, 9, 1)
HOTELS = "calendar-2023-09/seminar-hotels"


def rows_of(language="lv"):
    return [row for row in september((language,)) if row.kind == "site"]


def row_of(entry, **facts):
    row = next(row for row in rows_of() if row.entry == entry)
    assert row.post.event
    return replace(row, post=replace(row.post, event=replace(row.post.event, **facts)))


def month(rows, first=SEPTEMBER, language="lv"):
    return month_of(first, by_month(rows, language)[first])


def cells(month):
    return {cell.day.day: cell for week in month.weeks for cell in week if cell}


def test_september_2023_begins_on_a_friday_and_ends_on_a_saturday():
    found = month(rows_of())
    assert len(found.weeks) == 5
    assert [cell is not None for cell in found.weeks[0]] == [False] * 4 + [True] * 3
    assert [cell is not None for cell in found.weeks[-1]] == [True] * 6 + [False]


def test_the_list_names_each_of_the_fifteen_entries_once():
    found = month(rows_of())
    assert found.count == 15
    assert [day.day for day, _ in found.days] == [1, 5, 7, 8, 12, 15, 18, 20, 21, 23, 27, 28, 29, 30]
    assert sum(len(lines) for _, lines in found.days) == 15


def test_a_moved_event_stands_on_both_days():
    days = cells(month(rows_of()))
    (left,), (moved,) = days[26].lines, days[27].lines
    assert (left.mark, left.struck, left.word, left.time) == ("left", True, "Pārcelts, notiks 27. septembrī", "13.00")
    assert (moved.mark, moved.struck, moved.word, moved.time) == ("moved", False, "Pārcelts", "13.00")


def test_moved_within_the_day_stands_there_once():
    lines = list(lines_of(row_of(HOTELS, was_starts="2023-09-27T10:00"), "lv"))
    assert [line.mark for line in lines] == ["moved"]


def test_moved_out_of_the_month_leaves_a_line_in_it():
    row = row_of(HOTELS, starts="2023-11-02T13:00", ends="2023-11-02T16:00")
    assert list(by_month([row], "lv")) == [SEPTEMBER, dt.date(2023, 11, 1)]
    assert [line.mark for _, lines in month([row], language="en").days for line in lines] == ["left"]


@pytest.mark.parametrize(("status", "struck"), [("cancelled", True), ("postponed", True), ("tentative", False)])
def test_other_states_have_a_word_of_their_own(status, struck):
    (line,) = lines_of(row_of(HOTELS, status=status, was_starts=""), "ru")
    assert (line.mark, line.struck, bool(line.word)) == (status, struck, True)


def test_a_span_is_one_bar_per_week():
    found = month(rows_of())
    bars = [(cell.day.day, bar.run) for week in found.weeks for cell in week if cell for bar in cell.bars if bar.line]
    assert bars == [(18, 7), (25, 6)]


def test_a_span_from_an_earlier_month_continues():
    october = month(rows_of(), dt.date(2023, 10, 1))
    assert [line.row.entry for line in october.continuing] == ["observances/lv-month-thb@2023-09-18"]
    assert not october.days


def test_overlapping_spans_lie_in_lanes_of_their_own():
    spans = [
        row_of("observances/lv-month-thb@2023-09-18", starts=f"2023-09-{first:02d}", ends=f"2023-09-{last:02d}")
        for first, last in ((11, 13), (12, 15), (14, 17))
    ]
    spans = [replace(row, entry=f"{row.entry}{number}") for number, row in enumerate(spans)]
    days = cells(month(spans))
    assert [len(days[day].bars) for day in (10, 11, 12, 14, 17)] == [0, 1, 2, 2, 1]
    assert [bar.run for bar in days[14].bars] == [4, 0]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (HOTELS, ["13.00–16.00", "13.00"]),
        ("observances/lv-month-thb@2023-09-18", ["18. septembris – 18. oktobris"]),
        ("observances/un-peace@2023-09-21", [""]),
    ],
)
def test_beside_a_title_stands_its_time_or_its_days(entry, told):
    assert [when_short(line, "lv") for line in lines_of(row_of(entry), "lv")] == told


def test_past_midnight_only_the_start_is_said():
    (line,) = lines_of(row_of(HOTELS, was_starts="", starts="2023-09-27T22:00", ends="2023-09-28T02:00"), "lv")
    assert line.days == 2
