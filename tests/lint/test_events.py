"""EVT01 and EVT02: what an event tells, and who has followed its changes."""

import datetime as dt
from dataclasses import replace

import pytest

from campaign.lint import is_outdated
from campaign.lint.events import names_day
from campaign.model import Change, EventTime, Relative, RepeatingEvent, Severity
from tests.lint.findings import TEXT, everywhere, findings, of, say, told
from tests.occurrences.entries import day, event, repeat, wall

FULL = replace(
    event("saruna", "2023-10-18 10:00", "2023-10-18 12:00"),
    title=TEXT,
    attendance="mixed",
    place=everywhere("Rīga"),
    online="https://kampana.example/tiesraide",
    organizer=everywhere("Rīkotāji"),
    spoken=("lv",),
    accessibility=("step-free",),
    price="0",
)
MOVED = replace(FULL, changes=(Change(day("2023-10-12"), {"starts": "2023-09-26 13:00"}),))


def test_a_full_event_is_fine():
    assert findings(FULL) == []


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ({"time": EventTime(wall("2023-10-18 10:00"))}, "when it ends"),
        ({"time": RepeatingEvent(repeat("FREQ=DAILY"))}, "when it ends"),
        ({"place": {}}, "where it is"),
        ({"online": ""}, "its address online"),
        ({"attendance": "in-person", "online": "", "place": {}}, "where it is"),
        ({"attendance": "online", "online": "", "place": {}}, "its address online"),
        ({"organizer": {}}, "who holds it"),
        ({"accessibility": ()}, "who can take part (accessibility)"),
        ({"spoken": ()}, "in which language it is held"),
        ({"price": ""}, "what it costs (0 when free)"),
        ({"spoken": (), "price": ""}, "in which language it is held and what it costs (0 when free)"),
    ],
)
def test_all_that_people_need_to_know_is_asked_for_at_once(gap, words):
    assert told(findings(replace(FULL, **gap))) == [("warning", f"“saruna” does not tell {words}")]


@pytest.mark.parametrize(
    "event",
    [
        replace(FULL, time=EventTime(wall("2023-10-18"), all_day=True)),
        replace(FULL, attendance="in-person", online=""),
        replace(FULL, attendance="online", place={}),
        replace(FULL, status="cancelled", price=""),
    ],
    ids=["all day", "in person", "online", "cancelled"],
)
def test_nothing_is_asked_for_that_is_not_needed(event):
    assert findings(event) == []


def test_of_an_event_that_is_over_nothing_is_asked():
    assert of("EVT01", findings(replace(FULL, price=""), today="2023-10-19")) == []


def test_an_end_before_the_start_is_an_error_with_the_line_to_write():
    turned = replace(FULL, time=EventTime(wall("2023-10-18 10:00"), wall("2023-10-17 12:00")))
    (problem,) = findings(turned)
    assert (problem.code, problem.severity, problem.entry) == ("EVT01", Severity.ERROR, "kampana/saruna")
    assert problem.hint.startswith("ends: 2023-10-18 12:00")


# ---------------------------------------------------------------- EVT02


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Tiekamies 26. septembrī!", "lv"),
        ("26. septembris – saruna", "lv"),
        ("no 26. sept. plkst. 13", "lv"),
        ("26.09. plkst. 13.00", "lv"),
        ("26.9.2023", "lv"),
        ("On 26 September we meet", "en"),
        ("September 26th, 13:00", "en"),
        ("the 26th of september", "en"),
        ("26 Sept", "en"),
        ("2023-09-26", "en"),
        ("pārcelts no 26. septembra", "lv"),
        ("26 сентября в Риге", "ru"),
        ("26 вересня", "uk"),
        ("26/9", "de"),
    ],
)
def test_a_day_is_found_in_words_and_figures(text, language):
    assert names_day(text, dt.date(2023, 9, 26), language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("126. septembrī", "lv"),
        ("27. septembrī", "lv"),
        ("26. oktobrī", "lv"),
        ("September 2026", "en"),
        ("26 cilvēki septembrī", "lv"),
        ("tālrunis 126.09", "lv"),
        ("26 September", "de"),
        ("26. septs", "lv"),
        ("26 сентиментов", "ru"),
    ],
)
def test_other_days_are_not_taken_for_it(text, language):
    assert not names_day(text, dt.date(2023, 9, 26), language)


def test_march_and_may_are_told_apart():
    assert names_day("26 мая", dt.date(2023, 5, 26), "ru")
    assert not names_day("26 марта", dt.date(2023, 5, 26), "ru")
    assert not names_day("26 мая", dt.date(2023, 3, 26), "ru")


@pytest.mark.parametrize(
    "tie",
    [{"event": "saruna"}, {"when": Relative("saruna", days=-1)}, {"text": everywhere("26. septembrī, {saruna.time}")}],
    ids=["named", "measured from it", "speaking of it"],
)
def test_a_message_tied_to_a_moved_event_must_not_name_the_old_day(tie):
    message = say("x", **{"text": everywhere("26. septembrī"), "when": "2023-10-17 09:00", **tie})
    (problem,) = of("EVT02", findings(message, MOVED))
    assert (problem.severity, problem.entry, problem.language) == (Severity.WARNING, "kampana/x", "lv")
    assert "names the old time of “saruna”, which moved from 2023-09-26 13:00" in problem.message
    assert "{saruna.date}" in problem.hint


@pytest.mark.parametrize(
    "message",
    [
        say("x", "2023-10-17 09:00", text=everywhere("26. septembrī")),
        say("x", "2023-10-11 09:00", text=everywhere("26. septembrī"), event="saruna"),
        say(
            "x",
            "2023-10-17 09:00",
            text=everywhere("Pārcelts no 26. septembra uz 18. oktobri: 26. septembrī, 18. oktobrī"),
            event="saruna",
        ),
        say("x", "2023-10-17 09:00", text=everywhere("18. oktobrī"), event="saruna"),
    ],
    ids=["not tied", "before it moved", "names both", "names the new day"],
)
def test_right_words_about_a_moved_event_are_left_alone(message):
    assert of("EVT02", findings(message, MOVED)) == []


def test_on_the_day_of_the_change_the_old_day_is_old():
    message = say("x", "2023-10-12 10:00", text=everywhere("26.09."), event="saruna")
    assert len(of("EVT02", findings(message, MOVED))) == 3


def test_an_events_own_words_must_follow_it():
    (problem,) = of("EVT02", findings(replace(MOVED, title={**TEXT, "ru": "Встреча 26 сентября"})))
    assert (problem.entry, problem.language) == ("kampana/saruna", "ru")


@pytest.mark.parametrize(
    ("was", "text", "outdated"),
    [
        ({"starts": "2023-10-18 09:00"}, "plkst. 9.00", True),
        ({"starts": "2023-10-18 09:00"}, "9:00, nevis 10.00", False),
        ({"starts": "2023-10-18 10:00"}, "plkst. 10.00", False),
        ({"date": "2023-10-17"}, "17. oktobrī", True),
        ({"dates": "2023-10-16 to 2023-10-17"}, "16. oktobrī", True),
        ({"place": "Liepāja"}, "Liepājā", False),
    ],
)
def test_whether_a_text_is_outdated(was, text, outdated):
    assert is_outdated(text, replace(FULL, changes=(Change(day("2023-10-12"), was),)), "lv") is outdated


def test_of_a_repeating_event_no_old_day_is_known():
    weekly = RepeatingEvent(repeat("FREQ=WEEKLY;BYDAY=MO"), dt.time(12))
    assert not is_outdated("26. septembrī", replace(MOVED, time=weekly), "lv")


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_a_message_about_an_event_that_is_off_is_asked_about(status):
    found = of("EVT02", findings(say("x", event="saruna"), replace(FULL, status=status)))
    assert told(found) == [("warning", f"“x” still goes out on 2023-10-18, and “saruna” is {status}")]


def test_what_went_out_before_is_not_asked_about():
    off = replace(FULL, status="cancelled")
    assert of("EVT02", findings(say("x", event="saruna"), off, today="2023-10-19")) == []
