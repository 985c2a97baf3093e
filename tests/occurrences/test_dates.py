"""Rules to dates, against dateutil's own expansion and against a calendar program's."""

import datetime as dt
from itertools import pairwise

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from campaign.model import Rule, Window
from campaign.occurrences import is_public_holiday, next_dates
from campaign.occurrences.dates import dates, is_working_day
from tests.occurrences.entries import day, repeat, window

RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO",
    "FREQ=WEEKLY;BYDAY=TU,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYDAY=2SA",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1",
    "FREQ=WEEKLY",
    "FREQ=MONTHLY",
    "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=18",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
)
DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31))


def own(found) -> list[dt.date]:
    return [date for date, _ in found]


def by_dateutil(rrule: str, start: dt.date, last: dt.date, count: int | None = None) -> list[dt.date]:
    ends = f"UNTIL={last:%Y%m%d}T000000" if count is None else f"COUNT={count}"
    rule = rrulestr(f"{rrule};{ends}", dtstart=dt.datetime.combine(start, dt.time()))
    return [found.date() for found in rule if found.date() <= last]


@given(rrule=st.sampled_from(RULES), start=DAYS, first=DAYS, length=st.integers(0, 800))
def test_a_window_shows_what_the_whole_rule_has_there(rrule, start, first, length):
    span = Window(first, first + dt.timedelta(days=length))
    expected = [date for date in by_dateutil(rrule, start, span.last) if date >= first]
    assert own(dates(repeat(rrule, start=start), span, "")) == expected


@given(rrule=st.sampled_from(RULES), start=DAYS, count=st.integers(1, 40), first=DAYS)
def test_count_is_counted_from_the_start_wherever_the_window_lies(rrule, start, count, first):
    span = Window(first, first + dt.timedelta(days=400))
    expected = [date for date in by_dateutil(rrule, start, span.last, count) if date >= first]
    assert own(dates(repeat(rrule, start=start, count=count), span, "")) == expected


@given(
    rrule=st.sampled_from([rule for rule in RULES if "BYSETPOS" not in rule]),
    start=DAYS,
    skipped=st.frozensets(st.integers(0, 400), max_size=6),
    added=st.frozensets(st.integers(0, 400), max_size=4),
)
def test_a_calendar_program_finds_the_same_dates(rrule, start, skipped, added):
    start = own(dates(repeat(rrule, start=start), Window(start, start + dt.timedelta(days=3000)), ""))[0]
    less, more = ({start + dt.timedelta(days=offset) for offset in offsets} for offsets in (skipped, added))
    ours = repeat(rrule, start=start, skipped=frozenset(less), added=frozenset(more))
    event = icalendar.Event(uid="rūķīši")
    event.start = start
    event.add("rrule", icalendar.vRecur.from_ical(rrule))
    for name, days in (("exdate", less), ("rdate", more)):
        event.add(name, sorted(days), parameters={"VALUE": "DATE"})
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    last = start + dt.timedelta(days=400)
    theirs = recurring_ical_events.of(calendar).between(start, last + dt.timedelta(days=1))
    assert own(dates(ours, Window(start, last), "")) == sorted(found.start for found in theirs)


def test_short_months_have_no_31st():
    found = own(dates(repeat("FREQ=MONTHLY;BYMONTHDAY=31"), window("2026-01-01", "2026-12-31"), ""))
    assert [date.month for date in found] == [1, 3, 5, 7, 8, 10, 12]


def test_count_counts_before_dates_are_skipped():
    weekly = repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-10-02", count=3, skipped=frozenset({day("2023-10-09")}))
    assert own(dates(weekly, window("2023-01-01", "2024-01-01"), "")) == [day("2023-10-02"), day("2023-10-16")]


def test_until_is_included_and_added_dates_are_not_bound_by_it():
    daily = repeat("FREQ=DAILY", start="2023-10-01", until="2023-10-02", added=frozenset({day("2023-10-20")}))
    found = own(dates(daily, window("2023-01-01", "2023-12-31"), ""))
    assert found == [day("2023-10-01"), day("2023-10-02"), day("2023-10-20")]


@pytest.mark.parametrize(
    ("past", "expected"),
    [(False, ["2023-10-16", "2023-10-23"]), (True, ["2023-10-02", "2023-10-09", "2023-10-16", "2023-10-23"])],
)
def test_the_past_reaches_back_to_the_start(past, expected):
    found = dates(repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-10-02"), window("2023-10-10", "2023-10-23", past=past), "")
    assert own(found) == [day(date) for date in expected]


def test_without_a_start_even_the_past_begins_with_the_window():
    found = dates(repeat("FREQ=WEEKLY;BYDAY=MO"), window("2023-10-10", "2023-10-23", past=True), "")
    assert own(found) == [day("2023-10-16"), day("2023-10-23")]


# ---------------------------------------------------------------- holidays and working days


@pytest.mark.parametrize(
    ("wish", "kept"),
    [
        ("keep", [("2026-11-18", "2026-11-18"), ("2026-12-18", "2026-12-18")]),
        ("skip", [("2026-12-18", "2026-12-18")]),
        ("next working day", [("2026-11-18", "2026-11-19"), ("2026-12-18", "2026-12-18")]),
    ],
)
def test_a_date_on_a_holiday(wish, kept):
    monthly = repeat("FREQ=MONTHLY;BYMONTHDAY=18", on_holiday=wish)
    found = dates(monthly, window("2026-11-01", "2026-12-31"), "LV")
    assert found == [(day(date), day(at)) for date, at in kept]


def test_a_move_over_christmas_reaches_the_first_working_day():
    yearly = repeat("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", on_holiday="next working day")
    assert dates(yearly, window("2026-12-01", "2026-12-31"), "LV") == [(day("2026-12-24"), day("2026-12-28"))]


def test_a_date_moved_into_the_window_belongs_to_it_under_its_own_name():
    daily = repeat("FREQ=MONTHLY;BYMONTHDAY=18", on_holiday="next working day")
    assert dates(daily, window("2026-11-19", "2026-11-30"), "LV") == [(day("2026-11-18"), day("2026-11-19"))]


def test_an_added_date_stays_on_its_holiday():
    holiday = day("2026-11-18")
    monthly = repeat("FREQ=MONTHLY;BYMONTHDAY=2", on_holiday="skip", added=frozenset({holiday}))
    assert (holiday, holiday) in dates(monthly, window("2026-11-01", "2026-11-30"), "LV")


@pytest.mark.parametrize(
    ("nth", "country", "month", "expected"),
    [
        (-1, "LV", "2026-12", "2026-12-30"),  # New Year's Eve is a holiday
        (-1, "", "2026-12", "2026-12-31"),
        (1, "LV", "2026-01", "2026-01-05"),  # the bridging day of 2 January, then a weekend
        (1, "LV", "2026-05", "2026-05-05"),
        (11, "LV", "2026-01", "2026-01-17"),  # a Saturday worked in exchange
    ],
)
def test_working_days_follow_the_countrys_calendar(nth, country, month, expected):
    rule = Rule("", working_day=nth)
    assert next_dates(rule, day(f"{month}-01"), 1, country) == [day(expected)]


def test_a_month_without_so_many_working_days_is_left_out():
    found = next_dates(Rule("", working_day=23), day("2026-01-01"), 3)
    assert [(date.month, date.day) for date in found] == [(7, 31), (12, 31), (3, 31)]


def test_working_days_come_once_a_month_from_the_start_on():
    found = next_dates(Rule("", working_day=-1), day("2026-01-31"), 24, "LV")
    assert found[0] == day("2026-02-27")
    assert all(
        (later.year * 12 + later.month) - (earlier.year * 12 + earlier.month) == 1 for earlier, later in pairwise(found)
    )
    assert all(is_working_day(date, "LV") for date in found)


def test_working_days_end_with_the_calendar():
    assert next_dates(Rule("", working_day=-1), day("9999-11-20"), 5) == [day("9999-11-30"), day("9999-12-31")]


@pytest.mark.parametrize(
    ("date", "country", "is_holiday"),
    [
        ("2023-05-29", "LV", True),  # declared the night before
        ("2023-11-18", "LV", True),
        ("2023-11-18", "EE", False),
        ("2023-10-18", "LV", False),
        ("2023-12-25", "XX", False),  # no calendar known
    ],
)
def test_public_holidays(date, country, is_holiday):
    assert is_public_holiday(day(date), country) is is_holiday


# ---------------------------------------------------------------- previews


@pytest.mark.parametrize(
    ("rrule", "expected"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", ["2026-11-28", "2026-12-12", "2026-12-26"]),
        ("FREQ=MONTHLY;BYDAY=2SA", ["2026-12-12", "2027-01-09", "2027-02-13"]),
        ("FREQ=YEARLY;BYEASTER=1", ["2027-03-29", "2028-04-17", "2029-04-02"]),
    ],
)
def test_next_dates_of_a_rule(rrule, expected):
    assert next_dates(Rule("", rrule), day("2026-11-23"), 3) == [day(date) for date in expected]
