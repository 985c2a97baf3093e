"""Local time to UTC: proved on every half hour of a year and every minute of the days the clocks change."""

import datetime as dt
import zoneinfo

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st

from campaign.occurrences import to_utc
from campaign.occurrences.clock import after, shifted, to_wall
from tests.occurrences.entries import campaign, expanded, message, repeat, wall, window

ZONES = ("Europe/Riga", "America/New_York", "Australia/Lord_Howe")
CHANGES_OF_2026 = {
    "Europe/Riga": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-10-04", "2026-04-05"),
}
HALF_HOURS = [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48)]


def by_dateutil(local: dt.datetime, zone: str) -> dt.datetime:
    """An independent answer: imaginary times resolved forward, the first of two."""
    return tz.resolve_imaginary(local.replace(tzinfo=tz.gettz(zone), fold=0)).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("zone", "local", "instant", "shift"),
    [
        ("Europe/Riga", "2023-10-18 10:00", "2023-10-18 07:00", ""),
        ("Europe/Riga", "2023-03-26 03:30", "2023-03-26 01:30", "gap"),
        ("Europe/Riga", "2023-10-29 03:30", "2023-10-29 00:30", "fold"),
        ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:30", "gap"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", "fold"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:45", "gap"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", "fold"),
        ("UTC", "2026-03-29 03:30", "2026-03-29 03:30", ""),
        ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 19:00", "gap"),
    ],
)
def test_gap_shifts_forward_and_fold_takes_the_first(zone, local, instant, shift):
    assert to_utc(wall(local), zone) == (wall(instant).replace(tzinfo=dt.UTC), shift)


def test_a_shifted_time_reads_later_by_the_gap():
    instant, _ = to_utc(wall("2023-03-26 03:30"), "Europe/Riga")
    assert to_wall(instant, "Europe/Riga") == wall("2023-03-26 04:30")


@pytest.mark.parametrize("zone", ZONES)
def test_every_half_hour_of_a_year_comes_once_a_day(zone):
    daily = [message(f"m{number:02}", repeat("FREQ=DAILY", time), zone) for number, time in enumerate(HALF_HOURS)]
    found = expanded(campaign(*daily), window("2026-01-01", "2026-12-31")).values()
    assert len(found) == 48 * 365
    assert len({(occurrence.entry.id, occurrence.date) for occurrence in found}) == 48 * 365
    assert all(occurrence.wall and occurrence.due == by_dateutil(occurrence.wall, zone) for occurrence in found)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", [0, 1], ids=["gap", "fold"])
def test_every_minute_of_a_day_the_clocks_change(zone, change):
    midnight = wall(CHANGES_OF_2026[zone][change])
    minutes = [midnight + dt.timedelta(minutes=minute) for minute in range(1440)]
    answers = [to_utc(minute, zone) for minute in minutes]
    assert [instant for instant, _ in answers] == [by_dateutil(minute, zone) for minute in minutes]
    length = 30 if zone == "Australia/Lord_Howe" else 60
    assert [shift for _, shift in answers if shift] == [("gap", "fold")[change]] * length


@given(
    local=st.datetimes(min_value=wall("1970-01-02"), max_value=wall("2037-12-30")),
    zone=st.sampled_from(sorted(zoneinfo.available_timezones() - {"localtime"})),
)
def test_instants_lie_at_the_wall_time_or_just_after_its_gap(local, zone):
    instant, shift = to_utc(local, zone)
    back = to_wall(instant, zone)
    assert (back == local) == (shift != "gap")
    assert back >= local
    assert back.fold == 0
    assert to_utc(back, zone)[0] == instant


@given(
    local=st.datetimes(min_value=wall("2020-01-02"), max_value=wall("2037-12-30")),
    zone=st.sampled_from(ZONES),
)
def test_a_wall_time_computed_from_an_instant_leads_back_to_it(local, zone):
    instant = local.replace(tzinfo=dt.UTC)
    assert to_utc(to_wall(instant, zone), zone)[0] == instant


def test_the_second_of_two_equal_wall_times_is_not_taken_for_the_first():
    first, second = wall("2023-10-29 03:30"), wall("2023-10-29 03:30").replace(fold=1)
    assert to_utc(first, "Europe/Riga")[0] + dt.timedelta(hours=1) == to_utc(second, "Europe/Riga")[0]


def test_days_end_at_the_next_midnight_and_at_the_calendars_end():
    assert after(dt.date(2023, 9, 30)) == wall("2023-10-01")
    assert shifted(dt.date.max, 5) == dt.date.max
    assert shifted(dt.date(1, 1, 3), -5) == dt.date.min
