"""The time grammar: what is accepted means one thing; what is refused comes with the accepted form."""

import datetime as dt

import pytest

from campaign.model import Announcement, Expiry, IfLate, Period, Relative, Rule
from campaign.schedule import rules, words
from campaign.schedule.mistakes import Mistake
from tests.schedule.folders import wall

NINE = dt.time(9)


def refused(parse, *arguments) -> Mistake:
    with pytest.raises(Mistake) as caught:
        parse(*arguments)
    return caught.value


# ---------------------------------------------------------------- dates and times


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-25 09:00", (dt.date(2026, 11, 25), NINE)),
        ("2026-11-25", (dt.date(2026, 11, 25), None)),
        ("2024-02-29 23:59", (dt.date(2024, 2, 29), dt.time(23, 59))),
    ],
)
def test_a_moment_is_a_date_and_perhaps_a_time(written, meant):
    assert words.moment(written) == meant


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("25.11.2026", "2026-11-25"),
        ("25.11.2026.", "2026-11-25"),
        ("25. 11. 2026", "2026-11-25"),
        ("25.11.2026 9:00", "2026-11-25 09:00"),
        ("25/11/2026 09:00", "2026-11-25 09:00"),
        ("11/25/2026 5 pm", "2026-11-25 17:00"),
        ("2026.11.25 09:00", "2026-11-25 09:00"),
        ("2026-11-5", "2026-11-05"),
        ("2026-11-25 9:00", "2026-11-25 09:00"),
        ("2026-11-25  09:00", "2026-11-25 09:00"),
        ("2026-11-25T09:00", "2026-11-25 09:00"),
        ("2026-11-25 09:00:00", "2026-11-25 09:00"),
        ("2026-11-25, 9.30", "2026-11-25 09:30"),
        ("18 October 2026 09:00", "2026-10-18 09:00"),
        ("Oct 18, 2026", "2026-10-18"),
        ("31.02.2026", ""),
        ("tomorrow", ""),
        ("rīt 9:00", ""),
    ],
)
def test_a_date_in_another_form_is_refused_with_the_accepted_one(written, instead):
    assert refused(words.moment, written).instead == instead


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2026-02-31", "February 2026 has 28 days"),
        ("2024-02-30 09:00", "February 2024 has 29 days"),
        ("2026-04-31", "April 2026 has 30 days"),
        ("2026-13-01", "no month 13"),
        ("2026-00-01", "no month 0"),
        ("0026-11-25", "out of reach"),
        ("9999-11-25 09:00", "out of reach"),
        ("2026-11-25 24:00", "00:00 of the next day"),
        ("2026-11-25 25:00", "not a time"),
    ],
)
def test_a_date_that_does_not_exist_is_refused_with_the_reason(written, why):
    assert why in refused(words.moment, written).message


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("9:00", "09:00"),
        ("9.00", "09:00"),
        ("9", "09:00"),
        ("9 pm", "21:00"),
        ("12 am", "00:00"),
        ("plkst. 9.30", "09:30"),
        ("deviņos", ""),
    ],
)
def test_a_time_in_another_form_is_refused_with_the_accepted_one(written, instead):
    assert refused(words.clock, written).instead == instead


@pytest.mark.parametrize("written", ["10:00-12:00", "10:00 - 12:00", "10:00–12:00"])
def test_two_times_are_joined_by_a_dash(written):
    assert words.clocks(written) == (dt.time(10), dt.time(12))


def test_digits_of_other_alphabets_are_no_digits():
    assert refused(words.moment, "２０２６-11-25").code == "FMT02"


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2023", dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2023-09-18", dt.date(2023, 9, 18), dt.date(2023, 9, 18)),
        ("2023-09-18 to 2023-10-19", dt.date(2023, 9, 18), dt.date(2023, 10, 19)),
        ("2026-11 to 2027", dt.date(2026, 11, 1), dt.date(2027, 12, 31)),
    ],
)
def test_a_period_is_widened_to_whole_days(written, first, last):
    assert words.span(written) == Period(first, last)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("2023-10 to 2023-09", "2023-09 to 2023-10"),
        ("2023-09-18 - 2023-10-19", "2023-09-18 to 2023-10-19"),
        ("2023-09-18–2023-10-19", "2023-09-18 to 2023-10-19"),
    ],
)
def test_a_period_written_otherwise_is_refused_with_the_accepted_form(written, instead):
    assert refused(words.span, written).instead == instead


# ---------------------------------------------------------------- relative times


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3 days before discussion, 09:00", Relative("discussion", days=-3, time=NINE)),
        ("3 days before discussion 09:00", Relative("discussion", days=-3, time=NINE)),
        ("3 days before discussion", Relative("discussion", days=-3)),
        ("2 hours before discussion", Relative("discussion", minutes=-120)),
        ("30 minutes after discussion", Relative("discussion", minutes=30)),
        ("1 week before discussion, 09:00", Relative("discussion", days=-7, time=NINE)),
        ("1 day before end of exhibition, 10:00", Relative("exhibition", days=-1, end=True, time=dt.time(10))),
        ("2 days after quiz-1, 09:00", Relative("quiz-1", days=2, time=NINE)),
        ("monday before donate, 09:00", Relative("donate", days=-1, weekday=0, time=NINE)),
        ("sunday after end of donate", Relative("donate", days=1, weekday=6, end=True)),
        ("0 days before 16-days, 08:00", Relative("16-days", time=dt.time(8))),
    ],
)
def test_relative_times(written, meant):
    assert words.relative(written) == meant


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("3 days before 10:00", "FMT02", "an entry"),
        ("few days before discussion", "FMT02", "not understood"),
        ("2 hours before discussion, 09:00", "FMT06", "only one"),
        ("9999 weeks before discussion", "FMT02", "ten years"),
        ("caturday before discussion", "FMT02", "no day of the week"),
    ],
)
def test_relative_times_that_say_too_little_or_too_much_are_refused(written, code, said):
    mistake = refused(words.relative, written)
    assert (mistake.code, said in mistake.message) == (code, True)


def test_the_hint_of_a_relative_time_keeps_its_words():
    assert refused(words.relative, "3 days before discussion, 9:00").instead == "3 days before discussion, 09:00"


@pytest.mark.parametrize(
    ("written", "name", "when"),
    [
        ("14 days before 10:00", "14d-1000", Relative("seminars", days=-14, time=dt.time(10))),
        ("14 days before, 10:00", "14d-1000", Relative("seminars", days=-14, time=dt.time(10))),
        ("2 weeks before 10:00", "14d-1000", Relative("seminars", days=-14, time=dt.time(10))),
        ("1 day before", "1d", Relative("seminars", days=-1)),
        ("2 hours before", "2h", Relative("seminars", minutes=-120)),
        ("90 minutes before", "90m", Relative("seminars", minutes=-90)),
        ("monday before 10:00", "monday-1000", Relative("seminars", days=-1, weekday=0, time=dt.time(10))),
        ("when moved", "moved", "moved"),
        ("when cancelled", "cancelled", "cancelled"),
    ],
)
def test_announcements_have_an_id_that_says_their_offset(written, name, when):
    assert words.announcement(written, "seminars") == Announcement(name, when)


@pytest.mark.parametrize(
    "written", ["1 day after 10:00", "1 day before discussion", "when it rains", "1 day before end of"]
)
def test_announcements_come_before_their_own_event(written):
    assert "announced for example" in refused(words.announcement, written, "seminars").message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2023-10-12 00:00", Expiry(wall=wall("2023-10-12 00:00"))),
        ("end of day", Expiry(end_of_day=True)),
        ("discussion", Expiry(entry="discussion")),
        ("end of discussion", Expiry(entry="discussion", entry_end=True)),
        ("1 day after discussion, 09:00", Expiry(relative=Relative("discussion", days=1, time=NINE))),
        ("16-days", Expiry(entry="16-days")),
    ],
)
def test_expiry(written, meant):
    assert words.expiry(written) == meant


def test_an_expiry_without_a_time_offers_the_last_minute_of_that_day():
    assert refused(words.expiry, "2023-10-12").instead == "2023-10-12 23:59"


@pytest.mark.parametrize(
    ("written", "minutes", "then"),
    [
        ("2h", 120, "ask"),
        ("2 hours", 120, "ask"),
        ("30 min", 30, "ask"),
        ("45m then ask", 45, "ask"),
        ("2h then skip", 120, "skip"),
        ("1 day", 1440, "ask"),
        ("skip", 0, "skip"),
        ("ask", 0, "ask"),
    ],
)
def test_lateness(written, minutes, then):
    assert words.late(written) == IfLate(dt.timedelta(minutes=minutes), then)


@pytest.mark.parametrize("written", ["soon", "2", "2h then wait", "-2h", "9999h"])
def test_lateness_in_other_words_is_refused(written):
    assert "2h" in refused(words.late, written).message


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("written", "rrule"),
    [
        ("every day", "FREQ=DAILY"),
        ("every 3 days", "FREQ=DAILY;INTERVAL=3"),
        ("every monday", "FREQ=WEEKLY;BYDAY=MO"),
        ("Every  Monday", "FREQ=WEEKLY;BYDAY=MO"),
        ("every monday and thursday", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("every week on friday", "FREQ=WEEKLY;BYDAY=FR"),
        ("every 2 weeks on monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("monthly on 15", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("monthly on 31", "FREQ=MONTHLY;BYMONTHDAY=31"),
        ("monthly on last day", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("monthly on 2nd saturday", "FREQ=MONTHLY;BYDAY=2SA"),
        ("monthly on last friday", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("yearly on 18 october", "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=18"),
        ("yearly on 29 february", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        ("easter", "FREQ=YEARLY;BYEASTER=0"),
        ("easter + 1", "FREQ=YEARLY;BYEASTER=1"),
        ("easter - 2", "FREQ=YEARLY;BYEASTER=-2"),
        ("RRULE:FREQ=MONTHLY;BYDAY=1SA", "FREQ=MONTHLY;BYDAY=1SA"),
        ("freq=yearly;bymonth=9;byday=-1th", "FREQ=YEARLY;BYMONTH=9;BYDAY=-1TH"),
        ("RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO"),
    ],
)
def test_the_words_of_repeat(written, rrule):
    assert rules.rule(written) == Rule(written, rrule)


@pytest.mark.parametrize(
    ("written", "which"),
    [("monthly on last working day", -1), ("monthly on 1st working day", 1), ("monthly on 10th working day", 10)],
)
def test_working_days_of_a_month(written, which):
    assert rules.rule(written) == Rule(written, working_day=which)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("evry day", "every day"),
        ("every munday", "every monday"),
        ("monthly on 2nd saterday", "monthly on 2nd saturday"),
        ("yearly on 18 oktober", "yearly on 18 october"),
        ("katru dienu", "every day"),
        ("katru pirmdienu", "every monday"),
        ("mondays", "every monday"),
        ("weekly", "every monday"),
        ("every weekday", "every monday, tuesday, wednesday, thursday and friday"),
        ("reizēm", ""),
    ],
)
def test_a_misspelt_rule_is_refused_with_the_right_spelling(written, instead):
    assert refused(rules.rule, written).instead == instead


@pytest.mark.parametrize(
    "written",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=MINUTELY;INTERVAL=5",
        "RRULE:FREQ=HOURLY",
        "RRULE:FREQ=DAILY;COUNT=5",
        "RRULE:FREQ=DAILY;UNTIL=20301231",
        "RRULE:FREQ=DAILY;BYHOUR=9",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=YEARLY;BYYEARDAY=366;BYDAY=MO;BYSETPOS=5",
        "RRULE:FREQ=YEARLY;BYSETPOS=1",
        "RRULE:FREQ=WEEKLY;BYDAY=2MO",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-1",
        "RRULE:FREQ=DAILY;BYDAY=MO;BYMONTH=2;BYMONTHDAY=31",
        "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "RRULE:FREQ=WEEKLY;BYMONTH=6;BYMONTHDAY=31",
        "RRULE:FREQ=MONTHLY;BYDAY=53MO",
        "RRULE:FREQ=MONTHLY;BYEASTER=1",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;FREQ=DAILY",
        "RRULE:BYDAY=MO",
        "RRULE:",
        "RRULE:FREQ=DAILY;" + "BYDAY=MO;" * 100,
        "RRULE:FREQ=DAILY;INTERVAL=" + "9" * 5000,
        "every " + "9" * 5000 + " days",
        "every 0 days",
        "every 999 days",
        "monthly on 0",
        "monthly on 32",
        "monthly on 21st working day",
        "monthly on other working day",
        "yearly on 31 february",
        "yearly on 31 april",
        "easter + 999",
        "easter - 81",
        "RRULE:FREQ=YEARLY;BYEASTER=-81",
        "RRULE:FREQ=YEARLY;BYEASTER=241",
        "RRULE:FREQ=YEARLY;BYEASTER=999",
        "",
    ],
)
def test_rules_that_never_or_too_often_happen_are_refused(written):
    assert refused(rules.rule, written).code in {"FMT02", "FMT04"}


@pytest.mark.parametrize("written", ["every 2nd saturday", "every second saturday", "every other saturday"])
def test_every_second_saturday_is_refused_with_both_meanings_and_their_dates(written):
    mistake = refused(rules.rule, written, dt.date(2026, 11, 1))
    assert mistake.code == "FMT05"
    assert "“every 2 weeks on saturday” (2026-11-07, 2026-11-21, 2026-12-05)" in mistake.message
    assert "saturday” (2026-11-14, 2026-12-12, 2027-01-09)" in mistake.message


def test_without_a_first_date_both_meanings_are_told_without_dates():
    assert "(" not in refused(rules.rule, "every 3rd monday").message


@pytest.mark.parametrize(
    ("written", "needed"),
    [
        ("every day", False),
        ("every 2 weeks on monday", True),
        ("every 10 days", True),
        ("RRULE:FREQ=DAILY;INTERVAL=1", False),
        ("monthly on last working day", False),
    ],
)
def test_an_interval_above_one_needs_a_first_date(written, needed):
    assert rules.needs_start(rules.rule(written)) is needed


@pytest.mark.parametrize(
    ("written", "day", "possible"),
    [
        ("every monday", dt.date(2023, 10, 30), True),
        ("every monday", dt.date(2023, 10, 31), False),
        ("monthly on 15", dt.date(2023, 10, 14), False),
        ("monthly on last day", dt.date(2023, 10, 31), True),
        ("yearly on 18 october", dt.date(2023, 11, 18), False),
        ("monthly on last working day", dt.date(2023, 10, 31), True),
        ("easter + 1", dt.date(2023, 4, 10), True),
    ],
)
def test_dates_that_no_rule_can_meet_are_known(written, day, possible):
    assert rules.could_be(rules.rule(written), day) is possible
