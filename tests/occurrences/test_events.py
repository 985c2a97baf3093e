"""Events, the posts made from them, and the calendar they fill."""

import datetime as dt

import pytest

from campaign.model import Announcement, At, Change, EventTime, Relative, Repeat, RepeatingEvent, Schedules, Variant
from campaign.occurrences import calendar, expand
from tests.occurrences.entries import (
    campaign,
    day,
    event,
    expanded,
    facts_of,
    message,
    observing,
    repeat,
    wall,
    walls,
    window,
)
from tests.samples import make_site

AUTUMN = window("2023-09-01", "2023-10-31")
UTC = dt.UTC
REMINDERS = (
    Announcement("14d-1000", Relative("discussion", days=-14, time=dt.time(10))),
    Announcement("2h", Relative("discussion", minutes=-120)),
    Announcement("moved", "moved"),
    Announcement("cancelled", "cancelled"),
)
MOVED = Change(day("2023-10-12"), {"starts": "2023-10-17 10:00"}, {"lv": "Zāle aizņemta"})


def discussion(**more):
    return event("discussion", "2023-10-18 10:00", "2023-10-18 12:00", announce=REMINDERS, **more)


def circle(**more):
    weekly = RepeatingEvent(repeat("FREQ=WEEKLY;BYDAY=WE", "18:00", start="2023-10-04"), dt.time(19, 30))
    return event("circle", weekly, **more)


def facts(entry, span=AUTUMN):
    return {key: facts_of(occurrence) for key, occurrence in expanded(campaign(entry), span).items()}


# ---------------------------------------------------------------- events


def test_an_event_appears_at_once_with_what_is_known_of_it():
    lecture = event(
        "lekcija",
        "2023-09-20 18:00",
        "2023-09-20 19:00",
        attendance="online",
        online="https://kampana.example/lekcija",
        spoken=("lv", "ru"),
        accessibility=("live-captions",),
        price="0",
        place={"lv": "Rīga"},
    )
    found = expanded(campaign(lecture), AUTUMN)["kampana/lekcija"]
    assert (found.due, found.date, found.announcement) == (None, None, "")
    known = facts_of(found)
    assert (known.starts, known.ends, known.all_day, known.zone) == (
        "2023-09-20T18:00",
        "2023-09-20T19:00",
        False,
        "Europe/Riga",
    )
    assert (known.attendance, known.online, known.price) == ("online", "https://kampana.example/lekcija", "0")
    assert (known.spoken, known.accessibility) == (("lv", "ru"), ("live-captions",))
    assert known.place == known.organizer == known.reason == ""  # chosen with the language


def test_publish_says_when_it_may_appear():
    found = expanded(campaign(discussion(publish=At(wall("2023-09-20 09:00")))), AUTUMN)["kampana/discussion"]
    assert (found.due, found.wall) == (dt.datetime(2023, 9, 20, 6, tzinfo=UTC), wall("2023-09-20 09:00"))


@pytest.mark.parametrize(
    ("ends", "expected"),
    [("", ("2023-09-29", "2023-09-29")), ("2023-10-01", ("2023-09-29", "2023-10-01"))],
)
def test_an_all_day_event_holds_dates(ends, expected):
    time = EventTime(wall("2023-09-29"), wall(ends) if ends else None, all_day=True)
    known = facts(event("izstāde", time))["kampana/izstāde"]
    assert (known.starts, known.ends, known.all_day) == (*expected, True)


@pytest.mark.parametrize(
    ("starts", "ends", "past", "is_there"),
    [
        ("2023-08-31 18:00", "2023-08-31 20:00", False, False),
        ("2023-08-31 18:00", "2023-08-31 20:00", True, True),
        ("2023-08-31 22:00", "2023-09-01 02:00", False, True),
        ("2023-09-01 00:00", "", False, True),
        ("2031-05-01 10:00", "", False, True),
    ],
)
def test_a_single_event_is_there_until_it_is_over(starts, ends, past, is_there):
    found = expanded(campaign(event("x", starts, ends)), window("2023-09-01", "2023-10-31", past=past))
    assert bool(found) is is_there


def test_a_repeating_event_reaches_400_days_beyond_the_window():
    found = list(expanded(campaign(circle()), window("2023-10-10", "2023-10-20")))
    assert found[0] == "kampana/circle@2023-10-11"
    assert found[-1] == "kampana/circle@2024-11-20"


def test_the_date_of_last_night_is_still_running():
    night = event("nakts", RepeatingEvent(Repeat(repeat("FREQ=DAILY").rule, dt.time(22)), dt.time(2)))
    known = facts(night, window("2023-10-10", "2023-10-10"))["kampana/nakts@2023-10-09"]
    assert (known.starts, known.ends) == ("2023-10-09T22:00", "2023-10-10T02:00")


def test_one_date_may_begin_at_another_time_or_be_called_off():
    on = {day("2023-10-11"): Variant(time=dt.time(17)), day("2023-10-18"): Variant(cancelled=True)}
    known = facts(circle(on=on))
    assert (known["kampana/circle@2023-10-11"].starts, known["kampana/circle@2023-10-11"].ends) == (
        "2023-10-11T17:00",
        "2023-10-11T18:30",
    )
    assert known["kampana/circle@2023-10-18"].status == "cancelled"
    assert known["kampana/circle@2023-10-25"].status == "confirmed"


def test_a_moved_event_keeps_its_key_and_tells_its_last_start():
    before = Change(day("2023-10-01"), {"starts": "2023-10-16 10:00"})
    place = Change(day("2023-10-14"), {"place": "Rīga"})
    known = facts(discussion(changes=(place, MOVED, before)))["kampana/discussion"]
    assert (known.was_starts, known.changed_on, known.changes) == ("2023-10-17T10:00", "2023-10-14", 3)


@pytest.mark.parametrize(
    ("was", "told"),
    [
        ({"date": "2023-10-17"}, "2023-10-17"),
        ({"dates": "2023-10-16 to 2023-10-17"}, "2023-10-16"),
        ({"place": "Rīga"}, ""),
        ({"starts": "2023-10-18 10:00"}, ""),  # moved back to where it was
        ({}, ""),
    ],
)
def test_what_a_change_says_of_the_start(was, told):
    assert facts(discussion(changes=(Change(day("2023-10-12"), was),)))["kampana/discussion"].was_starts == told


# ---------------------------------------------------------------- posts made from events


def announced(entry, span=AUTUMN):
    return {key: value for key, value in expanded(campaign(entry), span).items() if value.announcement}


def test_reminders_are_keyed_by_their_distance():
    found = announced(discussion())
    assert walls(found) == {
        "kampana/discussion-14d-1000": "2023-10-04 10:00",
        "kampana/discussion-2h": "2023-10-18 08:00",
    }
    reminder = found["kampana/discussion-14d-1000"]
    assert (reminder.announcement, reminder.entry.id, reminder.event.starts) == (
        "14d-1000",
        "discussion",
        "2023-10-18T10:00",
    )
    assert reminder.expires == dt.datetime(2023, 10, 18, 7, tzinfo=UTC)


def test_when_it_moves_reminders_follow_and_the_move_is_told_that_morning():
    found = announced(discussion(changes=(MOVED,)))
    assert walls(found) == {
        "kampana/discussion-14d-1000": "2023-10-04 10:00",
        "kampana/discussion+moved@2023-10-12": "2023-10-12 09:00",
        "kampana/discussion-2h": "2023-10-18 08:00",
    }
    told = found["kampana/discussion+moved@2023-10-12"]
    assert (told.announcement, told.event.was_starts) == ("moved@2023-10-12", "2023-10-17T10:00")


def test_two_moves_are_told_twice_and_a_change_of_place_is_no_move():
    again, place = Change(day("2023-10-14"), {"starts": "x"}), Change(day("2023-10-15"), {"place": "Rīga"})
    found = announced(discussion(changes=(MOVED, again, place)))
    assert [key for key in found if "moved" in key] == [
        "kampana/discussion+moved@2023-10-12",
        "kampana/discussion+moved@2023-10-14",
    ]


def test_a_called_off_event_says_only_that():
    found = announced(discussion(status="cancelled", changes=(MOVED, Change(day("2023-10-15")))))
    assert walls(found) == {"kampana/discussion+cancelled": "2023-10-15 09:00"}
    assert found["kampana/discussion+cancelled"].event.status == "cancelled"


def test_without_a_day_of_change_it_is_called_off_at_once():
    assert walls(announced(discussion(status="cancelled"))) == {"kampana/discussion+cancelled": ""}
    assert announced(discussion(status="cancelled"), window("2023-10-19", "2023-12-31")) == {}


def test_a_postponed_event_tells_its_last_change_and_reminds_of_nothing():
    found = announced(discussion(status="postponed", changes=(Change(day("2023-10-15")),)))
    assert walls(found) == {"kampana/discussion+moved@2023-10-15": "2023-10-15 09:00"}


def test_what_was_told_before_the_window_is_not_told_again():
    assert list(announced(discussion(changes=(MOVED,)), window("2023-10-13", "2023-10-31"))) == [
        "kampana/discussion-2h"
    ]


def test_each_date_of_a_repeating_event_is_announced():
    announce = (
        Announcement("1d-1000", Relative("circle", days=-1, time=dt.time(10))),
        Announcement("cancelled", "cancelled"),
    )
    found = announced(
        circle(announce=announce, on={day("2023-10-18"): Variant(cancelled=True)}), window("2023-10-10", "2023-10-24")
    )
    assert walls(found) == {
        "kampana/circle+cancelled@2023-10-18": "",
        "kampana/circle-1d-1000@2023-10-11": "2023-10-10 10:00",
        "kampana/circle-1d-1000@2023-10-25": "2023-10-24 10:00",
    }


def test_a_change_of_a_repeating_event_is_told_once_with_its_next_date():
    entry = circle(announce=REMINDERS[2:], changes=(Change(day("2023-10-12"), {"starts": "17:00"}),))
    found = announced(entry)
    assert walls(found) == {"kampana/circle+moved@2023-10-12": "2023-10-12 09:00"}
    assert found["kampana/circle+moved@2023-10-12"].event.starts == "2023-10-18T18:00"


def test_an_all_day_event_is_worth_announcing_through_its_first_day():
    time = EventTime(wall("2023-09-29"), wall("2023-09-30"), all_day=True)
    entry = event("izstāde", time, announce=(Announcement("0d-1000", Relative("izstāde", time=dt.time(10))),))
    assert announced(entry)["kampana/izstāde-0d-1000"].expires == dt.datetime(2023, 9, 29, 21, tzinfo=UTC)


def test_an_event_that_repeats_no_more_has_nothing_to_tell():
    over = RepeatingEvent(repeat("FREQ=DAILY", start="2020-01-01", until="2020-01-05"))
    assert expanded(campaign(event("x", over, status="cancelled", announce=REMINDERS)), AUTUMN) == {}


# ---------------------------------------------------------------- the calendar


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2023-09-01", "2023-09-30", ["observances/lv-month-thb@2023-09-18", "kampana/saruna", "kampana/vakars"]),
        ("2023-09-21", "2023-09-21", ["observances/lv-month-thb@2023-09-18"]),
        ("2023-10-18", "2023-10-18", ["observances/lv-month-thb@2023-09-18"]),
        ("2023-10-19", "2023-10-31", []),
    ],
)
def test_a_calendar_holds_what_overlaps_it(first, last, expected):
    announce = (Announcement("1d", Relative("saruna", days=-1)),)
    one = campaign(
        event("saruna", "2023-09-19 10:00", "2023-09-19 12:00", announce=announce),
        event("vakars", "2023-09-20 20:00", "2023-09-21 00:00"),
        message("x", "2023-09-20 10:00"),
    )
    days = observing("lv-month-thb", first="2023-09-01", last="2023-09-30")
    schedules = Schedules(campaigns=(one, *days.campaigns), observances=days.observances)
    found = calendar(expand(schedules, make_site(), AUTUMN), day(first), day(last))
    assert [occurrence.key for occurrence in found] == expected
