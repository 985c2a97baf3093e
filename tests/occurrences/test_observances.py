"""Observances: the September of the sample, first years, moving dates, spans."""

from dataclasses import replace

import pytest
import yaml

from campaign.model import Period, Rule, Schedules
from tests.occurrences.entries import SCHEDULES, campaign, day, expanded, facts_of, observances, observing, window

SEPTEMBER = {
    "lv-knowledge-day": "2023-09-01",
    "un-charity": "2023-09-05",
    "un-police-cooperation": "2023-09-07",
    "un-literacy": "2023-09-08",
    "un-democracy": "2023-09-15",
    "lv-month-thb": "2023-09-18",
    "un-equal-pay": "2023-09-18",
    "un-peace": "2023-09-21",
    "un-sign-languages": "2023-09-23",
    "un-access-to-information": "2023-09-28",
    "un-translation": "2023-09-30",
}


def keys(names, first, last, **more) -> list[str]:
    schedules = observing(*names, first=first, last=last, **more)
    return sorted(expanded(schedules, window(first, last)))


def test_the_september_of_the_sample_has_exactly_its_eleven_days():
    named = yaml.load((SCHEDULES / "september-2023.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)["observances"]
    expected = sorted(f"observances/{name}@{date}" for name, date in SEPTEMBER.items())
    assert keys(named, "2023-09-01", "2023-09-30") == expected
    assert len(expected) == 11


def test_an_observance_is_an_all_day_entry_in_the_sites_zone():
    found = expanded(
        observing("lv-month-thb", first="2023-09-01", last="2023-09-30"), window("2023-09-01", "2023-09-30")
    )
    facts = facts_of(found["observances/lv-month-thb@2023-09-18"])
    assert (facts.starts, facts.ends, facts.all_day, facts.zone) == ("2023-09-18", "2023-10-18", True, "Europe/Riga")
    assert (facts.attendance, found["observances/lv-month-thb@2023-09-18"].due) == ("", None)


@pytest.mark.parametrize(("year", "is_marked"), [(2022, False), (2023, True), (2024, True)])
def test_police_cooperation_is_marked_since_2023(year, is_marked):
    found = keys(["un-police-cooperation"], f"{year}-09-01", f"{year}-09-30")
    assert found == ([f"observances/un-police-cooperation@{year}-09-07"] if is_marked else [])


def test_the_last_year_of_an_observance():
    ended = {"x": replace(observances()["un-peace"], id="x", until=2024)}
    assert keys(["x"], "2023-01-01", "2026-12-31", known=ended) == [
        "observances/x@2023-09-21",
        "observances/x@2024-09-21",
    ]


def test_the_thirtieth_of_july_has_two():
    found = keys(["un-thb", "un-friendship"], "2026-07-01", "2026-07-31")
    assert found == ["observances/un-friendship@2026-07-30", "observances/un-thb@2026-07-30"]


@pytest.mark.parametrize(
    ("name", "dates"),
    [
        ("un-cooperatives", ["2025-07-05", "2026-07-04"]),
        ("migratory-birds", ["2025-05-10", "2025-10-11", "2026-05-09", "2026-10-10"]),
        ("imo-maritime", ["2025-09-25", "2026-09-24"]),
        ("un-habitat", ["2025-10-06", "2026-10-05"]),
        ("un-road-victims", ["2025-11-16", "2026-11-15"]),
        ("unesco-philosophy", ["2025-11-20", "2026-11-19"]),
    ],
)
def test_days_with_a_moving_date(name, dates):
    assert keys([name], "2025-01-01", "2026-12-31") == [f"observances/{name}@{date}" for date in dates]


def test_every_second_year_is_counted_from_the_first():
    biennial = replace(
        observances()["un-peace"], id="x", first=2021, rule=Rule("", "FREQ=YEARLY;INTERVAL=2;BYMONTH=9;BYMONTHDAY=21")
    )
    assert keys(["x"], "2022-01-01", "2026-12-31", known={"x": biennial}) == [
        "observances/x@2023-09-21",
        "observances/x@2025-09-21",
    ]


def test_named_by_several_campaigns_a_day_is_there_once():
    first, second = (observing("eu-atd", first=f"2023-{month}-01", last="2023-12-31") for month in ("09", "10"))
    both = Schedules(campaigns=(*first.campaigns, *second.campaigns), observances=observances())
    assert list(expanded(both, window("2023-09-01", "2023-12-31"))) == ["observances/eu-atd@2023-10-18"]


def test_a_day_outside_the_period_does_not_belong_to_it():
    assert keys(["eu-atd", "un-charity"], "2023-09-06", "2023-10-17") == []


def test_a_span_is_there_until_it_is_over_and_days_far_ahead_are_not():
    schedules = observing("lv-month-thb", first="2023-09-01", last="2033-12-31")
    found = list(expanded(schedules, window("2023-10-18", "2023-10-31")))
    assert found == ["observances/lv-month-thb@2023-09-18", "observances/lv-month-thb@2024-09-18"]
    assert "observances/lv-month-thb@2023-09-18" not in expanded(schedules, window("2023-10-19", "2023-10-31"))


def test_the_past_has_every_day_of_the_period():
    schedules = observing("un-peace", first="2020-01-01", last="2023-12-31")
    assert len(expanded(schedules, window("2023-12-01", "2023-12-31", past=True))) == 4


def test_a_draft_campaign_shows_no_day_and_an_unknown_name_none():
    draft = campaign(observances=("eu-atd",), period=Period(day("2023-09-01"), day("2023-12-31")), draft=True)
    assert expanded(Schedules(campaigns=(draft,), observances=observances()), window("2023-09-01", "2023-12-31")) == {}
    assert keys(["nezināma"], "2023-09-01", "2023-12-31") == []
