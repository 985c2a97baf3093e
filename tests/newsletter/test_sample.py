"""The sample workspace: nothing of the seed is lost, it reads without a mistake, and its newsletter works."""

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path

import pytest

from campaign.cards import Studio
from campaign.model import Schedules, Severity, Site, Window
from campaign.newsletter import NewsletterSettings
from campaign.plan import Plan, plan
from campaign.schedule import read
from campaign.settings import load

ROOT = Path(__file__).parents[2]
SEED = "c19446e875dc5deb65ce9724d8b8b42c56994fb59127621e64711b3484f14302"
SEPTEMBER = [
    ("lv-knowledge-day", "2023-09-01"),
    ("un-charity", "2023-09-05"),
    ("un-police-cooperation", "2023-09-07"),
    ("un-literacy", "2023-09-08"),
    ("un-democracy", "2023-09-15"),
    ("lv-month-thb", "2023-09-18"),
    ("un-equal-pay", "2023-09-18"),
    ("un-peace", "2023-09-21"),
    ("un-sign-languages", "2023-09-23"),
    ("un-access-to-information", "2023-09-28"),
    ("un-translation", "2023-09-30"),
]


@cache
def sample() -> tuple[Schedules, Site]:
    site = load(ROOT).site()
    return read(ROOT / "schedules", site), site


@cache
def planned(first: dt.date = dt.date(2023, 9, 1), last: dt.date = dt.date(2023, 10, 31)) -> Plan:
    return plan(*sample(), Window(first, last), Studio([ROOT / "assets"]))


def due(key: str) -> dt.datetime:
    found = {row.key: row.due for row in planned().rows}
    milliseconds = found[key]
    assert milliseconds is not None
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)


def keys(account: str) -> list[str]:
    return [row.key for row in planned().rows if row.account == account]


# ---------------------------------------------------------------- nothing lost


def test_the_sample_reads_without_a_single_problem():
    assert [str(problem) for problem in sample()[0].problems] == []


def test_the_seed_text_is_there_byte_for_byte():
    page = sample()[0].pages["cilvektirdzniecibas-noversana"]
    heading = "Notikumu kalendārs - Septembris, 2023"
    whole = "\n\n".join([heading, page.title["lv"], page.markdown["lv"].strip()])
    assert hashlib.sha256(whole.encode()).hexdigest() == SEED
    assert heading in page.note


def test_eleven_messages_speak_three_languages():
    schedules, _ = sample()
    messages = next(c for c in schedules.campaigns if c.id == "eu-anti-trafficking-day-2023").messages
    assert len(messages) == 11
    assert {tuple(message.text) for message in messages} == {("lv", "en", "ru")}


def test_september_has_its_eleven_days_and_four_events():
    days = {row.entry for row in planned().rows if row.nature == "observance" and "@2023-09" in row.entry}
    assert days == {f"observances/{name}@{date}" for name, date in SEPTEMBER}
    events = {row.entry for row in planned().rows if row.nature == "event" and row.campaign == "calendar-2023-09"}
    assert len(events) == 4


def test_a_moved_and_a_cancelled_event_are_told_when_it_happened():
    assert due("calendar-2023-09/seminar-hotels+moved@2023-09-14>mastodon:lv").date() == dt.date(2023, 9, 14)
    cancelled = [key for key in keys("mastodon") if "exhibition" in key and "cancelled" in key and key.endswith(":lv")]
    assert [due(key).date() for key in cancelled] == [dt.date(2023, 9, 22)]


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_the_running_calendar_has_something_this_season(language: str):
    season = planned(dt.date(2026, 11, 1), dt.date(2026, 12, 31))
    days = [
        row.entry
        for row in season.rows
        if row.account == "site" and row.nature == "observance" and row.language == language
    ]
    assert {"observances/un-vaw@2026-11-25", "observances/16-days@2026-11-25"} <= set(days)
    assert f"notikumu-kalendars/month-calendar@2026-12-01>site:{language}" in {row.key for row in season.rows}


# ---------------------------------------------------------------- findings


def test_findings_are_those_the_sample_deserves():
    errors = {(p.code, p.spot.file) for p in planned().problems if p.severity is Severity.ERROR}
    assert {code for code, _ in errors} == {"CON02"}
    warned = [p for p in planned().problems if p.code == "FAC02"]
    assert [p.entry for p in warned] == ["eu-anti-trafficking-day-2023/help-180-days"]


def test_every_message_shows_numbers_that_nobody_confirmed_yet():
    entries = {p.entry for p in planned().problems if p.code == "CON02" and p.entry.startswith("eu-anti")}
    assert len({entry for entry in entries if not entry.endswith("/discussion")}) == 11


# ---------------------------------------------------------------- the newsletter


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
@pytest.mark.parametrize(
    ("message", "thursday"),
    [("kickoff", "2023-09-21"), ("who-to-call", "2023-10-12"), ("thanks", "2023-10-19")],
)
def test_messages_go_with_the_next_thursday(message: str, thursday: str, language: str):
    issue = f"newsletter/weekly-issue@{thursday}>newsletter:{language}"
    assert due(f"eu-anti-trafficking-day-2023/{message}>newsletter:{language}") == due(issue)
    assert due(issue) == dt.datetime.fromisoformat(f"{thursday}T10:00+03:00")


def test_messages_of_their_own_issue_go_at_their_own_time():
    campaign = "eu-anti-trafficking-day-2023"
    assert due(f"{campaign}/event-announcement>newsletter:lv") == dt.datetime(2023, 10, 13, 6, tzinfo=dt.UTC)
    assert due(f"{campaign}/the-day>newsletter:lv") == dt.datetime(2023, 10, 18, 5, tzinfo=dt.UTC)


def test_two_readers_per_language_get_the_sample_newsletter():
    account = load(ROOT).accounts["newsletter"]
    assert isinstance(account, NewsletterSettings)
    assert [len(account.audience(language)) for language in ("lv", "en", "ru")] == [2, 2, 2]
    assert account.discreet


def test_nothing_of_the_sample_can_be_sent_by_accident():
    settings = load(ROOT)
    assert settings.mode == "sandbox"
    assert not [name for name in settings.base_url.split("/") if name.endswith((".lv", ".com"))]
