"""Calendars: what several independent readers make of them, and what happens when an event changes."""

import datetime as dt
import json
import subprocess
import warnings
from dataclasses import replace
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

from campaign.outputs.ics import calendars
from tests.outputs.published import SITE, september, with_row

HOTELS = "calendar-2023-09/seminar-hotels"
LECTURE = "calendar-2023-09/online-lecture"
DAY_OFF = dt.timedelta(days=1)


def made(rows=None):
    return calendars(rows or september(), SITE)


def parts(content, name="VEVENT") -> list[Any]:
    """The components of one kind, as icalendar reads them."""
    return icalendar.Calendar.from_ical(content).walk(name)


def event_of(entry, rows=None, language="lv") -> Any:
    events = parts(made(rows)[f"{language}/calendar.ics"])
    return next(event for event in events if event["UID"] == f"{entry}@kampana.example")


def with_facts(entry, **changes):
    """The ledger with the facts of one event changed."""
    return tuple(changed(row, changes) if row.entry == entry else row for row in september())


def changed(row, changes):
    return replace(row, post=replace(row.post, event=replace(row.post.event, **changes)))


def moment(value):
    return value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value.isoformat()


def read_by_icalendar(content):
    return [
        [
            str(event["UID"]),
            moment(event["DTSTART"].dt),
            moment(event["DTEND"].dt),
            str(event["STATUS"]),
            int(event["SEQUENCE"]),
            str(event["SUMMARY"]),
        ]
        for event in parts(content)
    ]


def read_by_ical(content):
    events: list[Any] = IcsCalendarStream.calendar_from_ics(content.decode()).events
    return [
        [event.uid, moment(event.dtstart), moment(event.dtend), event.status.value, event.sequence, event.summary]
        for event in events
    ]


@pytest.mark.real
@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_three_readers_agree_on_every_event(language, counterpart, tmp_path):
    content = made()[f"{language}/calendar.ics"]
    file = tmp_path / "calendar.ics"
    file.write_bytes(content)
    script = __file__.replace("test_ics.py", "readers.mjs")
    command = [counterpart("node"), script, counterpart("ical.js"), file]
    read_by_ical_js = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    expected = read_by_icalendar(content)
    assert len(expected) == 15
    assert sorted(read_by_ical(content)) == sorted(expected) == sorted(read_by_ical_js)


def test_expanding_the_calendar_gives_each_event_once_at_its_time():
    content = made()["lv/calendar.ics"]
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        found = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between((2023, 1, 1), (2024, 1, 1))
    assert sorted((str(event["UID"]), moment(event["DTSTART"].dt)) for event in found) == sorted(
        (uid, start) for uid, start, *_ in read_by_icalendar(content)
    )


def test_a_wall_time_is_the_local_time_on_both_sides_of_the_clock_change():
    for starts, utc in (("2023-10-28T10:00", "07:00"), ("2023-10-30T10:00", "08:00"), ("2024-03-31T10:00", "07:00")):
        event = event_of(LECTURE, with_facts(LECTURE, starts=starts, ends=starts))
        assert moment(event["DTSTART"].dt).endswith(f"T{utc}:00+00:00")


def test_an_all_day_span_ends_on_the_day_after_and_blocks_nobody():
    event = event_of("observances/lv-month-thb@2023-09-18")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (dt.date(2023, 9, 18), dt.date(2023, 10, 19))
    assert event["TRANSP"] == "TRANSPARENT"


def test_a_moved_event_keeps_its_uid_and_says_when_it_was():
    event = event_of(HOTELS)
    assert event["SEQUENCE"] == 1
    assert "Pārcelts (iepriekš: 2023. gada 26. septembrī plkst. 13.00)." in event["DESCRIPTION"]
    assert event["STATUS"] == "CONFIRMED"


@pytest.mark.parametrize(
    ("status", "told", "summary"),
    [
        ("confirmed", "CONFIRMED", "Mācības viesnīcu darbiniekiem"),
        ("tentative", "TENTATIVE", "Mācības viesnīcu darbiniekiem"),
        ("postponed", "TENTATIVE", "Atlikts: Mācības viesnīcu darbiniekiem"),
        ("cancelled", "CANCELLED", "Atcelts: Mācības viesnīcu darbiniekiem"),
    ],
)
def test_the_state_is_told_to_programs_and_to_people(status, told, summary):
    event = event_of(HOTELS, with_facts(HOTELS, status=status))
    assert (event["STATUS"], event["SUMMARY"]) == (told, summary)


def test_withdrawn_stays_as_cancelled_and_tells_nothing_but_why():
    event = event_of(LECTURE, with_row(september(), LECTURE, withdrawn="kļūda"))
    assert (event["STATUS"], event["SUMMARY"], event["DESCRIPTION"]) == ("CANCELLED", "Atsaukts", "kļūda")
    assert not {"LOCATION", "CONFERENCE", "URL", "IMAGE", "CATEGORIES"} & set(event)


def test_stamps_come_from_the_ledger():
    event = event_of(HOTELS)
    assert event["CREATED"].dt == dt.datetime(2023, 8, 25, 6, tzinfo=dt.UTC)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == dt.datetime(2023, 9, 14, 6, tzinfo=dt.UTC)


def test_same_rows_in_any_order_give_the_same_bytes():
    assert made() == made(tuple(reversed(september())))


def test_an_online_event_can_be_joined_and_one_with_a_place_found():
    assert str(event_of(LECTURE)["CONFERENCE"]) == "https://kampana.example/lekcija"
    assert event_of(LECTURE)["CONFERENCE"].params["LABEL"] == "Pievienoties tiešsaistē"
    assert event_of(HOTELS)["LOCATION"] == "Rīga"


@pytest.mark.parametrize("line", ["VERSION:2.0", "METHOD:PUBLISH", "X-WR-TIMEZONE:Europe/Riga", "COLOR:teal"])
def test_a_calendar_says_what_programs_look_for(line):
    assert f"{line}\r\n".encode() in made()["lv/calendar.ics"]


def test_refresh_is_asked_for_in_both_dialects():
    content = made()["lv/2023/09.ics"].decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in content
    assert "X-PUBLISHED-TTL:PT6H\r\n" in content


def test_both_names_are_the_month_in_words():
    calendar = icalendar.Calendar.from_ical(made()["lv/2023/09.ics"])
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Notikumu kalendārs – Septembris, 2023"


def test_a_month_holds_what_falls_into_it():
    october = parts(made()["lv/2023/10.ics"])
    assert [event["UID"] for event in october] == ["observances/lv-month-thb@2023-09-18@kampana.example"]
    assert len(parts(made()["lv/2023/09.ics"])) == 15


def test_an_event_has_a_file_beside_its_page():
    path = f"ru/e/{LECTURE}/event.ics"
    assert [event["UID"] for event in parts(made()[path])] == [f"{LECTURE}@kampana.example"]


def test_no_line_is_longer_than_75_octets():
    lines = b"".join(made().values()).split(b"\r\n")
    assert max(map(len, lines)) <= 75


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("a\r\nSTATUS:CANCELLED", "a STATUS:CANCELLED"),
        ("a\nATTENDEE:x", "a ATTENDEE:x"),
        ("a\rATTENDEE:x", "a ATTENDEE:x"),
        ("a\u2028ATTENDEE:x", "a ATTENDEE:x"),
        ('a;b,c:d"', 'a;b,c:d"'),
        ("a\x00b", "ab"),
    ],
)
def test_a_title_adds_no_line_of_its_own(title, told):
    rows = tuple(
        replace(row, post=replace(row.post, title=title)) if row.entry == HOTELS else row for row in september()
    )
    event = event_of(HOTELS, rows)
    assert (event["STATUS"], event["SUMMARY"]) == ("CONFIRMED", told)
    assert "ATTENDEE" not in event


def test_an_event_without_an_end_has_none():
    assert "DTEND" not in event_of(HOTELS, with_facts(HOTELS, ends=""))


def test_every_zone_in_use_is_described():
    content = made(with_facts(LECTURE, zone="America/New_York"))["lv/calendar.ics"]
    zones = parts(content, "VTIMEZONE")
    assert [str(zone["TZID"]) for zone in zones] == ["America/New_York", "Europe/Riga"]


def test_a_calendar_is_there_before_its_first_event():
    files = calendars((), SITE)
    assert set(files) == {"lv/calendar.ics", "en/calendar.ics", "ru/calendar.ics"}
    assert [part.name for part in icalendar.Calendar.from_ical(files["lv/calendar.ics"]).subcomponents] == ["VTIMEZONE"]
