"""VTIMEZONE: short, and right at every hour of the years in use."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from campaign.outputs.zones import observances, timezone

ZONES = (
    "Europe/Riga",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Asia/Jerusalem",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "UTC",
)


def read_back(zone, first, last, tmp_path):
    file = tmp_path / "zone.ics"
    file.write_bytes(timezone(zone, first, last).to_ical())
    return tzical(str(file)).get()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", [2019, 2023, 2026])
def test_another_reader_gives_the_same_offset_on_every_day(zone, year, tmp_path):
    read, real = read_back(zone, year, year, tmp_path), ZoneInfo(zone)
    noons = [dt.datetime.fromisoformat(f"{year}-01-01T12:00") + dt.timedelta(days=day) for day in range(365)]
    wrong = [noon for noon in noons if noon.replace(tzinfo=read).utcoffset() != noon.replace(tzinfo=real).utcoffset()]
    assert not wrong


@pytest.mark.parametrize("year", [2023, 2024])
def test_riga_is_right_in_every_hour_that_exists_once(year, tmp_path):
    read, real = read_back("Europe/Riga", year, year, tmp_path), ZoneInfo("Europe/Riga")
    for hour in range(365 * 24):
        wall = dt.datetime.fromisoformat(f"{year}-01-01T00:00") + dt.timedelta(hours=hour)
        one, other = (wall.replace(tzinfo=real, fold=fold).utcoffset() for fold in (0, 1))
        if one == other:
            assert wall.replace(tzinfo=read).utcoffset() == one


def test_riga_has_two_rules():
    content = timezone("Europe/Riga", 2023, 2023).to_ical().decode().replace("\r\n", "\n")
    assert content == (
        "BEGIN:VTIMEZONE\nTZID:Europe/Riga\n"
        "BEGIN:DAYLIGHT\nDTSTART:20220327T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nTZNAME:EEST\n"
        "TZOFFSETFROM:+0200\nTZOFFSETTO:+0300\nEND:DAYLIGHT\n"
        "BEGIN:STANDARD\nDTSTART:20221030T040000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZNAME:EET\n"
        "TZOFFSETFROM:+0300\nTZOFFSETTO:+0200\nEND:STANDARD\n"
        "END:VTIMEZONE\n"
    )


@pytest.mark.parametrize("zone", ZONES)
def test_no_zone_is_longer_than_a_page(zone):
    assert len(timezone(zone, 2023, 2026).to_ical()) < 1300


def test_a_zone_without_a_yearly_rule_lists_its_changes():
    assert not any(rule for _, rule in observances("Asia/Jerusalem", 2023, 2023))
    assert all(rule for _, rule in observances("Europe/Riga", 2023, 2023))


def test_a_zone_that_gave_its_summer_time_up_has_no_rule_for_it():
    assert not any(rule for _, rule in observances("America/Sao_Paulo", 2019, 2019))
