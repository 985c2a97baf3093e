"""Messages and pages: their keys, times and ends."""

import datetime as dt

import pytest

from campaign.model import (
    AsSoonAsRead,
    EventTime,
    Expiry,
    Page,
    Period,
    Relative,
    Repeat,
    RepeatingEvent,
    Schedules,
    SeriesItem,
    Spot,
    Variant,
)
from campaign.occurrences import expand
from tests.occurrences.entries import (
    campaign,
    day,
    event,
    expanded,
    message,
    observances,
    repeat,
    wall,
    walls,
    window,
)
from tests.samples import make_site

OCTOBER = window("2023-10-01", "2023-10-31")
DISCUSSION = event("discussion", "2023-10-18 10:00", "2023-10-18 12:00")
WEDNESDAYS = repeat("FREQ=WEEKLY;BYDAY=WE", "18:00", start="2023-09-06")
WEEKLY = event("circle", RepeatingEvent(WEDNESDAYS, dt.time(19)))
EXHIBITION = event("exhibition", EventTime(wall("2023-10-10 00:00"), wall("2023-10-20 00:00"), all_day=True))
UTC = dt.UTC


def only(found):
    (occurrence,) = found.values()
    return occurrence


# ---------------------------------------------------------------- one-off


def test_a_dated_message_has_no_time_in_its_key():
    occurrence = only(expanded(campaign(message("ķirši", "2023-10-18 08:00")), OCTOBER))
    assert (occurrence.key, occurrence.date) == ("kampana/ķirši", None)
    assert occurrence.due == dt.datetime(2023, 10, 18, 5, tzinfo=UTC)
    assert occurrence.wall == wall("2023-10-18 08:00")


@pytest.mark.parametrize(
    ("at", "past", "is_there"),
    [
        ("2023-09-30 23:59", False, False),
        ("2023-09-30 23:59", True, True),
        ("2023-10-01 00:00", False, True),  # still September in UTC
        ("2023-10-31 23:59", False, True),
        ("2023-11-01 00:00", True, False),
    ],
)
def test_the_window_is_one_of_local_days(at, past, is_there):
    found = expanded(campaign(message("signs", at)), window("2023-10-01", "2023-10-31", past=past))
    assert bool(found) is is_there


def test_at_now_is_always_there_and_never_dated():
    occurrence = only(expanded(campaign(message("steidzami", AsSoonAsRead())), OCTOBER))
    assert (occurrence.due, occurrence.wall, occurrence.expires) == (None, None, None)


def test_drafts_are_expanded_too():
    assert expanded(campaign(message("melnraksts", "2023-10-18 08:00", draft=True), draft=True), OCTOBER)


@pytest.mark.parametrize(("at", "shift"), [("2023-10-29 03:30", "fold"), ("2023-03-26 03:30", "gap")])
def test_a_change_of_the_clocks_is_told(at, shift):
    occurrence = only(expanded(campaign(message("signs", at)), window("2023-01-01", "2023-12-31")))
    assert (occurrence.shifted, occurrence.wall) == (shift, wall(at))


# ---------------------------------------------------------------- repeating


def test_a_repeating_message_is_keyed_by_its_own_date():
    found = expanded(campaign(message("padoms", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-10-09"))), OCTOBER)
    assert walls(found) == {
        "kampana/padoms@2023-10-09": "2023-10-09 09:00",
        "kampana/padoms@2023-10-16": "2023-10-16 09:00",
        "kampana/padoms@2023-10-23": "2023-10-23 09:00",
        "kampana/padoms@2023-10-30": "2023-10-30 09:00",
    }


def test_one_date_otherwise_keeps_its_key():
    on = {day("2023-10-09"): Variant(time=dt.time(15, 30)), day("2023-10-16"): Variant(cancelled=True)}
    tip = message("padoms", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-10-09", count=3), on=on)
    expected = {"kampana/padoms@2023-10-09": "2023-10-09 15:30", "kampana/padoms@2023-10-23": "2023-10-23 09:00"}
    assert walls(expanded(campaign(tip), OCTOBER)) == expected


def test_a_date_moved_off_a_holiday_keeps_its_key_and_says_so():
    tip = message("padoms", repeat("FREQ=MONTHLY;BYMONTHDAY=18", on_holiday="next working day"))
    occurrence = only(expanded(campaign(tip), window("2026-11-01", "2026-11-30")))
    assert occurrence.key == "kampana/padoms@2026-11-18"
    assert (occurrence.date, occurrence.wall, occurrence.shifted) == (
        day("2026-11-18"),
        wall("2026-11-19 09:00"),
        "holiday",
    )


def test_a_rule_without_start_has_no_past():
    open_ended, begun = (
        message(name, repeat("FREQ=DAILY", start=start)) for name, start in (("a", None), ("b", "2023-10-01"))
    )
    found = expanded(campaign(open_ended, begun), window("2023-10-03", "2023-10-04", past=True))
    assert [key[-12:] for key in found] == [
        "b@2023-10-01",
        "b@2023-10-02",
        "a@2023-10-03",
        "b@2023-10-03",
        "a@2023-10-04",
        "b@2023-10-04",
    ]


def test_the_same_date_has_the_same_key_in_every_window():
    tip = campaign(message("padoms", repeat("FREQ=MONTHLY;BYDAY=2SA")))
    year = expanded(tip, window("2023-01-01", "2023-12-31"))
    months = [expanded(tip, window(f"2023-{month:02}-01", f"2023-{month:02}-28")) for month in range(1, 13)]
    assert {key for month in months for key in month} == set(year)


# ---------------------------------------------------------------- series


def series(*names: str, **more) -> list:
    days = repeat("FREQ=DAILY", start="2023-11-25", **more)
    return [message(name, SeriesItem(days, place)) for place, name in enumerate(names)]


def test_items_of_a_series_take_its_dates_in_turn():
    found = expanded(
        campaign(*series("pirmā", "otrā", "trešā", skipped=frozenset({day("2023-11-26")}))),
        window("2023-11-01", "2023-12-31"),
    )
    assert walls(found) == {
        "kampana/pirmā": "2023-11-25 09:00",
        "kampana/otrā": "2023-11-27 09:00",
        "kampana/trešā": "2023-11-28 09:00",
    }


def test_an_item_beyond_the_last_date_does_not_appear():
    assert list(expanded(campaign(*series("a", "b", until="2023-11-25")), window("2023-11-01", "2023-12-31"))) == [
        "kampana/a"
    ]


def test_a_series_keeps_its_numbering_when_the_window_moves_on():
    found = expanded(campaign(*series("a", "b", "c")), window("2023-11-26", "2023-12-31"))
    assert walls(found) == {"kampana/b": "2023-11-26 09:00", "kampana/c": "2023-11-27 09:00"}


# ---------------------------------------------------------------- relative

NINE = dt.time(9)


@pytest.mark.parametrize(
    ("relative", "expected"),
    [
        (Relative("discussion", days=-3, time=NINE), "2023-10-15 09:00"),
        (Relative("discussion", days=-3), "2023-10-15 10:00"),
        (Relative("discussion", minutes=-120), "2023-10-18 08:00"),
        (Relative("discussion", days=1, minutes=30), "2023-10-19 10:30"),
        (Relative("discussion", minutes=15, end=True), "2023-10-18 12:15"),
        (Relative("discussion", days=2, end=True, time=NINE), "2023-10-20 09:00"),
        (Relative("discussion", days=-1, weekday=0, time=NINE), "2023-10-16 09:00"),
        (Relative("discussion", days=-1, weekday=2, time=NINE), "2023-10-11 09:00"),
        (Relative("discussion", days=1, weekday=2, time=NINE), "2023-10-25 09:00"),
        (Relative("exhibition", days=-1, end=True, time=NINE), "2023-10-19 09:00"),
        (Relative("exhibition", minutes=-60, end=True), "2023-10-20 23:00"),
        (Relative("exhibition", days=0, time=NINE), "2023-10-10 09:00"),
        (Relative("kickoff", days=7), "2023-10-09 08:15"),
        (Relative("reminder", days=-1, time=NINE), "2023-10-16 09:00"),
        (Relative("eu-atd", days=-1, time=NINE), "2023-10-17 09:00"),
    ],
)
def test_a_time_measured_from_another_entry(relative, expected):
    around = (message("kickoff", "2023-10-02 08:15"), message("reminder", Relative("discussion", days=-1, time=NINE)))
    one = campaign(
        message("x", relative), *around, DISCUSSION, EXHIBITION, period=Period(day("2023-09-18"), day("2023-10-19"))
    )
    found = expanded(Schedules(campaigns=(one,), observances=observances()), OCTOBER)
    assert walls(found)["kampana/x"] == expected


def test_hours_before_are_real_hours_on_a_night_the_clocks_change():
    early = event("pastaiga", "2023-03-26 06:00")
    found = expanded(
        campaign(message("x", Relative("pastaiga", minutes=-240)), early), window("2023-03-01", "2023-03-31")
    )
    assert found["kampana/x"].wall == wall("2023-03-26 01:00")
    assert found["kampana/x"].due == dt.datetime(2023, 3, 25, 23, tzinfo=UTC)


def test_measured_from_a_repeating_event_each_date_has_its_own():
    one = campaign(message("atgādinājums", Relative("circle", days=-1, time=NINE)), WEEKLY)
    found = {
        key: value for key, value in walls(expanded(one, window("2023-10-01", "2023-10-17"))).items() if "atg" in key
    }
    assert found == {
        "kampana/atgādinājums@2023-10-04": "2023-10-03 09:00",
        "kampana/atgādinājums@2023-10-11": "2023-10-10 09:00",
        "kampana/atgādinājums@2023-10-18": "2023-10-17 09:00",
    }


def test_a_weekday_before_reaches_beyond_the_window():
    one = campaign(message("x", Relative("circle", days=-1, weekday=3, time=NINE)), WEEKLY)
    found = walls(expanded(one, window("2023-10-12", "2023-10-12")))
    assert found["kampana/x@2023-10-18"] == "2023-10-12 09:00"


def test_a_chain_carries_the_date_of_its_first_link():
    links = (message("a", Relative("circle", days=-40)), message("b", Relative("a", days=-40, time=NINE)))
    found = expanded(campaign(*links, WEEKLY), window("2023-10-14", "2023-10-15"))
    assert {key: at for key, at in walls(found).items() if "/b" in key} == {"kampana/b@2024-01-03": "2023-10-15 09:00"}


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_nothing_is_measured_from_an_event_that_is_off(status):
    off = event("discussion", "2023-10-18 10:00", status=status)
    one = campaign(message("x", Relative("discussion", days=-3)), message("y", Relative("x", days=1)), off)
    assert list(expanded(one, OCTOBER)) == ["kampana/discussion"]


def test_a_date_that_is_off_loses_its_reminder_only():
    circle = event("circle", WEEKLY.time, on={day("2023-10-11"): Variant(cancelled=True)})
    found = expanded(campaign(message("x", Relative("circle", days=-1)), circle), window("2023-10-01", "2023-10-20"))
    assert [key for key in found if "/x" in key] == ["kampana/x@2023-10-04", "kampana/x@2023-10-18"]


def test_entries_measured_from_each_other_yield_nothing():
    ring = [
        message("a", Relative("b", days=1)),
        message("b", Relative("c", days=1)),
        message("c", Relative("a", days=1)),
    ]
    assert expanded(campaign(*ring, message("d", Relative("d", days=1))), OCTOBER) == {}


@pytest.mark.parametrize("anchor", ["nezināms", "steidzami"])
def test_what_has_no_time_gives_none(anchor):
    one = campaign(message("x", Relative(anchor, days=1)), message("steidzami", AsSoonAsRead()))
    assert list(expanded(one, OCTOBER)) == ["kampana/steidzami"]


def test_beyond_the_end_of_the_calendar_there_is_nothing():
    one = campaign(
        message("x", Relative("discussion", days=10**7)),
        message("y", Relative("discussion", days=-(10**7))),
        DISCUSSION,
    )
    assert list(expanded(one, OCTOBER)) == ["kampana/discussion"]


def test_an_observance_twice_in_the_period_tells_them_apart():
    one = campaign(
        message("x", Relative("eu-atd", days=-1, time=NINE)), period=Period(day("2022-01-01"), day("2023-12-31"))
    )
    found = expanded(Schedules(campaigns=(one,), observances=observances()), window("2022-01-01", "2023-12-31"))
    assert list(found) == ["kampana/x@2022-10-18", "kampana/x@2023-10-18"]


def test_without_a_period_an_observance_is_told_apart_by_its_date():
    one = campaign(message("x", Relative("eu-atd", days=-1, time=NINE)))
    assert list(expanded(Schedules(campaigns=(one,), observances=observances()), OCTOBER)) == ["kampana/x@2023-10-18"]


def test_what_follows_an_open_ended_rule_has_no_past():
    circle = event("circle", RepeatingEvent(Repeat(WEDNESDAYS.rule, dt.time(18))))
    one = campaign(message("x", Relative("circle", days=2, time=NINE)), circle)
    found = expanded(one, window("2023-10-05", "2023-10-14", past=True))
    assert [key for key in found if "/x" in key] == ["kampana/x@2023-10-04", "kampana/x@2023-10-11"]


# ---------------------------------------------------------------- expiry


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [
        (Expiry(wall=wall("2023-10-19 00:00")), "2023-10-18 21:00"),
        (Expiry(end_of_day=True), "2023-10-17 21:00"),
        (Expiry(entry="discussion"), "2023-10-18 07:00"),
        (Expiry(entry="discussion", entry_end=True), "2023-10-18 09:00"),
        (Expiry(entry="exhibition"), "2023-10-09 21:00"),
        (Expiry(entry="exhibition", entry_end=True), "2023-10-20 21:00"),
        (Expiry(entry="eu-atd", entry_end=True), "2023-10-18 21:00"),
        (Expiry(entry="circle"), "2023-10-18 15:00"),
        (Expiry(entry="nezināms"), None),
        (None, None),
    ],
)
def test_when_a_message_is_too_old_to_push(expiry, expected):
    eve = message("eve", "2023-10-17 16:00", expires=expiry)
    one = campaign(eve, DISCUSSION, EXHIBITION, WEEKLY, period=Period(day("2023-09-18"), day("2023-10-19")))
    found = expanded(Schedules(campaigns=(one,), observances=observances()), OCTOBER)["kampana/eve"]
    assert found.expires == (wall(expected).replace(tzinfo=UTC) if expected else None)


def test_each_reminder_expires_with_its_own_date():
    reminder = message("x", Relative("circle", days=-10, time=NINE), expires=Expiry(entry="circle"))
    found = expanded(campaign(reminder, WEEKLY), window("2023-10-01", "2023-10-03"))
    assert found["kampana/x@2023-10-11"].expires == dt.datetime(2023, 10, 11, 15, tzinfo=UTC)


def test_at_now_may_expire_with_an_event():
    urgent = message("steidzami", AsSoonAsRead(), expires=Expiry(entry="discussion"))
    found = expanded(campaign(urgent, DISCUSSION), OCTOBER)
    assert found["kampana/steidzami"].expires == dt.datetime(2023, 10, 18, 7, tzinfo=UTC)


# ---------------------------------------------------------------- pages and order


def test_pages_wait_for_their_day_or_appear_at_once():
    pages = {
        name: Page(name, {"lv": Spot(name)}, {}, {}, published)
        for name, published in (("a", day("2023-10-18")), ("b", None))
    }
    found = expanded(Schedules(pages=pages), OCTOBER)
    assert walls(found) == {"pages/b": "", "pages/a": "2023-10-18 00:00"}
    assert found["pages/a"].due == dt.datetime(2023, 10, 17, 21, tzinfo=UTC)


def test_what_goes_out_at_once_comes_first_then_by_time_and_key():
    late, early = message("a", "2023-10-20 09:00"), message("b", "2023-10-18 09:00")
    twin, urgent = message("c", "2023-10-18 09:00"), message("z", AsSoonAsRead())
    found = expanded(campaign(late, twin, early, urgent), OCTOBER)
    assert [key[-1] for key in found] == ["z", "b", "c", "a"]


def test_the_same_files_expand_to_the_same_occurrences():
    one = Schedules(campaigns=(campaign(message("a", repeat("FREQ=DAILY")), DISCUSSION, WEEKLY),))
    assert list(expand(one, make_site(), OCTOBER)) == list(expand(one, make_site(), OCTOBER))
