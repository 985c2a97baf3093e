"""The real September and October 2023, end to end: what `make demo` shows."""

import json
import re
from datetime import date
from pathlib import Path

import feedparser
import pytest
from icalendar import Calendar

from campaign.rehearsal import Rehearsed, rehearse
from campaign.schedule import read
from campaign.workspace import Workspace, open_workspace
from tests.workspaces import ROOT

LANGUAGES = ("lv", "en", "ru")
CAMPAIGN = "eu-anti-trafficking-day-2023"


def requests(demo: Rehearsed) -> dict[str, dict[str, object]]:
    """Folder name → the request that would have been sent."""
    found = (demo.folder / "outbox").glob("*/request.json")
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in found}


def page(demo: Rehearsed, path: str) -> str:
    return (demo.folder / "public" / path / "index.html").read_text(encoding="utf-8")


def test_every_message_goes_out_in_each_language_on_every_account_it_names(demo: Rehearsed) -> None:
    where = open_workspace(ROOT, "demo")
    schedules = read(where.schedules, where.settings.site())
    campaign = next(found for found in schedules.campaigns if found.id == CAMPAIGN)
    wanted = {
        f"{CAMPAIGN}_{message.id}_{account}_{language}"
        for message in campaign.messages
        for account in message.accounts
        for language in message.languages
        if account in ("mastodon", "bluesky", "x") or (account, language) == ("facebook", "lv")
    }
    assert len(campaign.messages) == 11
    assert wanted <= set(requests(demo))


def test_every_post_has_its_picture_with_a_text_in_its_place(demo: Rehearsed) -> None:
    for name, request in requests(demo).items():
        pictures = request["pictures"]
        assert pictures, name
        assert all(len(picture["alt"]) > 30 for picture in pictures), name  # type: ignore[attr-defined]


def test_nothing_is_left_waiting_and_everything_is_accounted_for(demo: Rehearsed) -> None:
    assert demo.waiting == ()
    states = {state for counts in demo.accounts.values() for state in counts}
    assert states <= {"sent", "empty"}
    assert demo.accounts["newsletter"]["sent"] > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_september_lists_its_15_entries_with_one_moved_and_one_cancelled(demo: Rehearsed, language: str) -> None:
    september = page(demo, f"{language}/2023/09")
    table = september[september.index("<table") : september.index("</table>")]
    assert len(set(re.findall(r'href="(/[^"#]+)"', table))) == 15
    assert len(re.findall(r'<li class="line', september)) == 15
    words = {"lv": ("Pārcelts", "Atcelts"), "en": ("Rescheduled", "Cancelled"), "ru": ("Перенесено", "Отменено")}
    assert all(word in september for word in words[language])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_feeds_parse_cleanly_and_hold_the_campaign(demo: Rehearsed, language: str, name: str) -> None:
    feed = feedparser.parse(str(demo.folder / "public" / language / name))
    assert feed.bozo == 0
    assert len([entry for entry in feed.entries if CAMPAIGN in entry.id]) == 11
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_calendars_keep_what_moved_and_what_was_cancelled(demo: Rehearsed, language: str) -> None:
    text = (demo.folder / "public" / language / "calendar.ics").read_bytes()
    events = {str(event["UID"]).split("@")[0]: event for event in Calendar.from_ical(text).walk("VEVENT")}
    moved, cancelled = events["calendar-2023-09/seminar-hotels"], events["calendar-2023-09/exhibition"]
    assert (str(cancelled["STATUS"]), str(cancelled["SEQUENCE"])) == ("CANCELLED", "2")
    assert str(moved["SEQUENCE"]) == "1"
    assert len(events) == 18


def test_the_policy_text_is_an_article(demo: Rehearsed) -> None:
    article = page(demo, "lv/pages/cilvektirdzniecibas-noversana")
    assert "Iekšlietu ministrijas izstrādātās" in article


def test_mails_are_multipart_and_one_per_reader_and_issue(demo: Rehearsed) -> None:
    mails = sorted((demo.folder / "outbox").rglob("*.eml"))
    assert len(mails) == demo.accounts["newsletter"]["sent"] * 2 - 2 * _carried(demo)
    assert all(b"multipart/alternative" in mail.read_bytes() for mail in mails)


def _carried(demo: Rehearsed) -> int:
    """Messages that went with an issue instead of being one: three, in three languages."""
    return 3 * len(LANGUAGES)


def test_the_same_ledger_gives_the_same_bytes(demo: Rehearsed, tmp_path: Path) -> None:
    before = _tree(demo.folder / "public")
    found = open_workspace(ROOT, "demo")
    again = rehearse(
        Workspace(found.root, found.settings, tmp_path), (date(2023, 9, 1), date(2023, 10, 31)), into=tmp_path
    )
    assert again.plan_hash == demo.plan_hash
    assert _tree(tmp_path / "public") == before


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
