"""TIM01: when posts go out."""

import datetime as dt
from dataclasses import replace

import pytest

from campaign.model import (
    AsSoonAsRead,
    EventTime,
    Expiry,
    Observance,
    Period,
    Relative,
    RepeatingEvent,
    Rule,
    SeriesItem,
    Severity,
    Variant,
)
from tests.lint.findings import TEXT, everywhere, findings, of, say, schedules, told
from tests.occurrences.entries import SPOT, campaign, day, event, repeat, wall

NETWORKS = ("mastodon", "bluesky")


def times(*entries, **more):
    return told(of("TIM01", findings(*entries, **more)))


# ---------------------------------------------------------------- past


def test_a_file_that_is_over_is_told_once():
    talk = event("c", "2023-10-18 10:00", "2023-10-18 12:00")
    found = of("TIM01", findings(say("a", "2023-10-18 10:00"), say("b", "2023-10-19 10:00"), talk, today="2026-11-23"))
    assert told(found) == [
        ("warning", "all 3 dates of “kampana” lie in the past (last: b, 2023-10-19): nothing of it is pushed any more")
    ]
    assert (found[0].spot, found[0].entry) == (SPOT, "")


def test_in_a_running_file_each_message_behind_is_told_with_the_next_year():
    found = of("TIM01", findings(say("a", "2023-10-18 10:00"), say("b", "2023-10-20 10:00"), today="2023-10-19"))
    assert told(found) == [
        ("warning", "“a” lies in the past (2023-10-18): what has not gone out by now is not pushed any more")
    ]
    assert found[0].hint == "if another year is meant: at: 2024-10-18 10:00"
    assert found[0].spot.line == 10


@pytest.mark.parametrize(
    ("at", "today", "hint"),
    [
        ("2022-12-01 10:00", "2023-10-19", "at: 2023-12-01 10:00"),
        ("2020-02-29 10:00", "2022-10-19", "at: 2023-02-28 10:00"),
        ("2021-10-18 10:00", "2023-10-19", "at: 2024-10-18 10:00"),
    ],
)
def test_a_year_gone_by_is_offered_as_the_next_one(at, today, hint):
    (problem,) = of("TIM01", findings(say("a", at), say("b", "2023-12-20 10:00"), today=today))
    assert problem.hint == f"if another year is meant: {hint}"


def test_a_message_measured_from_a_past_event_is_told_without_a_year():
    talk = event("saruna", "2023-10-10 10:00")
    found = of("TIM01", findings(say("a", Relative("saruna", days=1)), talk, say("b"), today="2023-10-15"))
    assert [problem.hint for problem in found] == ["give it a time ahead if it is still to go out"]


@pytest.mark.parametrize(
    "entry",
    [
        say("x", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04")),
        say("x", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04", until="2023-11-20")),
        say("x", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04", count=12)),
        say("x", SeriesItem(repeat("FREQ=DAILY", start="2023-10-19"), 0)),
        say("x", AsSoonAsRead()),
        event("x", RepeatingEvent(repeat("FREQ=DAILY"))),
        event("x", EventTime(wall("2023-10-01"), wall("2023-10-19"), all_day=True)),
    ],
)
def test_what_goes_on_is_not_past(entry):
    assert times(entry, today="2023-10-19", span=("2023-09-01", "2023-11-10")) == []


def test_of_a_repetition_that_has_ended_nothing_is_told_in_a_running_file():
    ended = say("x", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04", until="2023-10-09"))
    assert times(ended, say("y", "2023-12-01 10:00"), today="2023-10-19") == []


@pytest.mark.parametrize(
    "entry",
    [
        say("x", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04", until="2023-10-09")),
        say("x", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04", count=6)),
        say("x", SeriesItem(repeat("FREQ=DAILY", start="2023-10-09"), 0)),
        event("x", RepeatingEvent(repeat("FREQ=DAILY", start="2023-10-01", until="2023-10-09"))),
    ],
)
def test_what_has_ended_is_past(entry):
    assert times(entry, today="2023-10-19") == [
        (
            "warning",
            "the only date of “kampana” lies in the past (last: x, 2023-10-09): nothing of it is pushed any more",
        )
    ]


# ---------------------------------------------------------------- clocks


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (
            "2024-03-31 03:30",
            "03:30 on 2024-03-31 does not exist in Europe/Riga, the clocks change: “x” goes out at 04:30 (01:30 UTC)",
        ),
        (
            "2023-10-29 03:30",
            "03:30 on 2023-10-29 comes twice in Europe/Riga, the clocks change: “x” goes out at the first (00:30 UTC)",
        ),
    ],
)
def test_a_time_in_a_change_of_the_clocks_names_the_instant(at, words):
    found = times(say("x", at, accounts=("feed",)), span=("2023-09-01", "2024-12-31"))
    assert found == [("warning", words)]


# ---------------------------------------------------------------- night and holidays


@pytest.mark.parametrize(
    ("at", "is_night"),
    [("21:59", False), ("22:00", True), ("23:30", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_night_is_from_ten_to_seven(at, is_night):
    found = times(say("x", f"2023-10-18 {at}"))
    assert found == ([("warning", f"“x” goes out at night: 2023-10-18 {at}")] if is_night else [])


@pytest.mark.parametrize("accounts", [("feed",), ("site", "calendar"), ("newsletter",)])
def test_at_night_and_on_holidays_what_wakes_nobody_may_appear(accounts):
    assert times(say("x", "2023-11-18 02:00", accounts=accounts)) == []


def test_the_national_day_is_warned_of():
    found = of("TIM01", findings(say("x", "2023-11-18 10:00")))
    assert told(found) == [("warning", "“x” goes out on a public holiday: 2023-11-18")]
    assert times(say("x", "2023-11-17 10:00")) == []


def test_a_repeating_message_is_told_once_and_offered_the_wish():
    found = of("TIM01", findings(say("x", repeat("FREQ=DAILY", start="2023-12-20"))))
    assert told(found) == [("warning", "“x” goes out on a public holiday: 2023-12-24 and 3 more")]
    assert found[0].hint.startswith("on_holiday: next working day")


def test_a_moved_date_is_shown_as_a_hint():
    moved = say(
        "x", repeat("FREQ=MONTHLY;BYMONTHDAY=18", start="2023-11-01", until="2023-11-30", on_holiday="next working day")
    )
    assert times(moved) == [("hint", "“x” of 2023-11-18 goes out on 2023-11-21, the next working day")]


def test_an_item_of_a_series_may_be_moved_too():
    days = repeat("FREQ=MONTHLY;BYMONTHDAY=18", start="2023-11-01", on_holiday="next working day")
    assert times(say("x", SeriesItem(days, 0))) == [
        ("hint", "“x” of a public holiday goes out on 2023-11-21, the next working day")
    ]


def test_hours_of_posts_that_are_out_are_left_alone():
    assert times(say("x", "2023-10-18 02:00"), say("y", "2023-12-01 10:00"), today="2023-10-19") == [
        ("warning", "“x” lies in the past (2023-10-18): what has not gone out by now is not pushed any more")
    ]


# ---------------------------------------------------------------- two in a row


def test_two_entries_within_half_an_hour_are_told_once_for_all_their_accounts():
    found = of("TIM01", findings(say("a", "2023-10-18 10:00"), say("b", "2023-10-18 10:29")))
    assert told(found) == [("warning", "“b” goes out 29 minutes after “a” on bluesky and mastodon (2023-10-18 10:29)")]
    assert found[0].entry == "kampana/b"


@pytest.mark.parametrize(
    ("at", "accounts"),
    [("2023-10-18 10:30", NETWORKS), ("2023-10-18 10:05", ("feed", "newsletter")), ("2023-10-19 10:05", NETWORKS)],
)
def test_half_an_hour_apart_or_elsewhere_is_enough(at, accounts):
    assert times(say("a", accounts=NETWORKS), say("b", at, accounts=accounts)) == []


def test_two_dates_of_one_entry_may_be_close():
    on = {day("2023-10-01"): Variant(time=dt.time(23, 50)), day("2023-10-02"): Variant(time=dt.time(0, 5))}
    (found,) = times(say("x", repeat("FREQ=DAILY", start="2023-10-01", count=2), on=on))
    assert "at night" in found[1]


@pytest.mark.parametrize(
    ("expires", "is_never"), [("2023-10-18 09:59", True), ("2023-10-18 10:00", True), ("2023-10-18 10:01", False)]
)
def test_what_expires_before_its_own_time_never_goes_out(expires, is_never):
    entry = say("x", "2023-10-18 10:00", expires=Expiry(wall=dt.datetime.fromisoformat(expires)))
    found = of("TIM02", findings(entry))
    assert [problem.severity for problem in found] == ([Severity.ERROR] if is_never else [])
    assert of("TIM02", findings(replace(entry, accounts=("feed",)))) == []


def test_two_entries_of_one_name_are_told_apart():
    first, second = say("a", "2023-10-18 10:00"), replace(say("a", "2023-10-18 10:00"), campaign="cita")
    (found,) = times(campaign(first), replace(campaign(second), id="cita"))
    assert found[1].startswith("“a” goes out together with “cita/a” on bluesky")


def test_repeating_pairs_are_told_once():
    daily, weekly = (
        say(name, repeat(rule, time))
        for name, rule, time in (("a", "FREQ=DAILY", "09:00"), ("b", "FREQ=WEEKLY;BYDAY=MO", "09:00"))
    )
    found = times(daily, weekly, span=("2023-09-01", "2023-10-31"))
    assert found == [("warning", "“b” goes out together with “a” on bluesky and mastodon (2023-09-04 09:00)")]


def test_the_languages_of_one_entry_count_once():
    assert times(say("a")) == []


# ---------------------------------------------------------------- observances

ATD = Observance("eu-atd", SPOT, TEXT, Rule("", "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=18"), first=2007)
MONTH = replace(ATD, id="month", rule=Rule("", "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=18"), days=31)


def speaking(text, at, observance="eu-atd"):
    return schedules(
        say("x", at, text=everywhere(text), observance=observance), observances={"eu-atd": ATD, "month": MONTH}
    )


@pytest.mark.parametrize(
    ("text", "at", "wrong"),
    [
        ("Šodien ir ES diena.", "2023-10-18 08:00", ""),
        ("Šodien ir ES diena.", "2023-10-17 08:00", "“x” (lv) says today on 2023-10-17, but eu-atd is on 2023-10-18"),
        ("Today it is.", "2023-10-19 08:00", "“x” (lv) says today on 2023-10-19, but eu-atd is on 2023-10-18"),
        ("Завтра День ЕС.", "2023-10-17 08:00", ""),
        ("Rīt ir ES diena.", "2023-10-16 08:00", "“x” (lv) says tomorrow on 2023-10-16, but eu-atd is on 2023-10-18"),
        ("Rītdiena tuvojas.", "2023-10-02 08:00", ""),
        ("Pēc mēneša ir ES diena.", "2023-09-18 08:00", ""),
    ],
)
def test_today_and_tomorrow_are_said_on_the_right_day(text, at, wrong):
    assert times(speaking(text, at)) == ([("error", wrong)] if wrong else [])


@pytest.mark.parametrize(
    ("at", "is_wrong"), [("2023-09-18", False), ("2023-10-18", False), ("2023-10-19", True), ("2023-09-17", True)]
)
def test_any_day_of_a_span_is_its_day(at, is_wrong):
    assert bool(times(speaking("Šodien!", f"{at} 10:00", "month"))) is is_wrong


def test_before_its_first_year_there_is_nothing_to_speak_of():
    found = times(speaking("ES diena.", "2006-10-18 10:00"), today="2006-09-01", span=("2006-09-01", "2006-12-31"))
    assert found == [("error", "“x” speaks on 2006-10-18 of eu-atd, which is marked since 2007 only")]


@pytest.mark.parametrize(("year", "is_wrong"), [(2006, True), (2007, False), (2026, False)])
def test_a_campaign_cannot_name_a_day_before_its_first_year(year, is_wrong):
    naming = campaign(observances=("eu-atd", "cita"), period=Period(dt.date(year, 9, 1), dt.date(year, 10, 31)))
    found = times(schedules(naming, observances={"eu-atd": ATD}))
    assert found == (
        [("error", "eu-atd is marked since 2007 only: “kampana” does not show it on 2006-10-18")] if is_wrong else []
    )


def test_a_day_outside_the_period_is_not_asked_for():
    naming = campaign(observances=("eu-atd",), period=Period(day("2006-09-01"), day("2006-09-30")))
    assert times(schedules(naming, observances={"eu-atd": ATD})) == []


def test_one_date_at_night_is_found():
    on = {day("2023-10-02"): Variant(time=dt.time(23))}
    found = times(
        say("x", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04"), on=on), span=("2023-09-01", "2023-10-31")
    )
    assert found == [("warning", "“x” goes out at night: 2023-10-02 23:00")]


def test_severity_of_a_wrong_day_stops_the_entry():
    (problem,) = of("TIM01", findings(speaking("Šodien!", "2023-10-17 10:00")))
    assert (problem.severity, problem.entry) == (Severity.ERROR, "kampana/x")
