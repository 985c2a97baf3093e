"""What the demo publishes, through the eyes of others: browsers, checkers, feed readers, calendars, a link checker."""

import json
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import pytest
from icalendar import Calendar
from lxml import html

from campaign.rehearsal import Rehearsed
from campaign.web.app import Server, serve
from campaign.web.public import Public
from campaign.workspace import open_workspace
from tests.browsers import chromium, violations, watched
from tests.outputs.test_ics import read_by_ical, read_by_icalendar
from tests.workspaces import ROOT

LANGUAGES = ("lv", "en", "ru")
BASE = open_workspace(ROOT, "demo").settings.site().base_url
PAGES = (
    "",
    "2023/09/",
    "2023/10/",
    "e/calendar-2023-09/seminar-hotels/",
    "e/calendar-2023-09/exhibition/",
    "e/eu-anti-trafficking-day-2023/discussion/",
    "e/eu-anti-trafficking-day-2023/who-to-call/",
    "e/observances/lv-month-thb/2023-09-18/",
    "archive/",
    "subscribe/",
    "no-such-page/",
)
EVERYWHERE = (
    "/",
    "/lv/pages/cilvektirdzniecibas-noversana/",
    *(f"/{name}/{path}" for name in LANGUAGES for path in PAGES),
)


@pytest.fixture(scope="module")
def public(demo: Rehearsed) -> Path:
    return (demo.folder / "public").resolve()


@cache
def tree(file: Path) -> Any:
    return html.parse(str(file), html.HTMLParser(encoding="utf-8"))


def pages(public: Path) -> list[Path]:
    return sorted(public.rglob("*.html"))


def address(file: Path, public: Path) -> str:
    return f"{BASE}/{file.relative_to(public).as_posix().removesuffix('index.html')}"


def file_at(url: str, public: Path) -> Path:
    """The file behind an address of our own."""
    path = public / unquote(urlsplit(url).path).lstrip("/")
    return path / "index.html" if path.is_dir() else path


def own(url: str) -> bool:
    return url == BASE or url.startswith(f"{BASE}/")


# ---------------------------------------------------------------- links and languages


def test_every_own_link_and_picture_leads_somewhere(public: Path) -> None:
    asked = {
        urljoin(address(page, public), str(url)): page.relative_to(public)
        for page in pages(public)
        for url in tree(page).xpath("//@href | //@src | //meta[starts-with(@property, 'og:')]/@content")
        if str(url).startswith(("/", "#", ".", "http"))
    }
    ours = {url: page for url, page in asked.items() if own(url)}
    assert len(ours) > 350
    assert {url: page for url, page in ours.items() if not file_at(url, public).is_file()} == {}


def test_every_anchor_is_there(public: Path) -> None:
    for page in pages(public):
        for url in tree(page).xpath("//a/@href[contains(., '#')]"):
            target = urlsplit(urljoin(address(page, public), str(url)))
            if own(target.geturl()):
                assert tree(file_at(target.geturl(), public)).xpath("//*[@id=$name]", name=target.fragment), (page, url)


def test_every_picture_says_what_it_shows(public: Path) -> None:
    shown = [picture for page in pages(public) for picture in tree(page).xpath("//main//img")]
    assert len(shown) > 30
    assert all(len(picture.get("alt", "")) > 30 for picture in shown)


def languages_of(page: Path) -> dict[str, str]:
    links = tree(page).xpath("//link[@rel='alternate'][@hreflang][not(@type)]")
    return {link.get("hreflang"): link.get("href") for link in links}


def test_every_translation_leads_back(public: Path) -> None:
    for page in pages(public):
        for url in languages_of(page).values():
            back = languages_of(file_at(url, public)).values()
            assert page in {file_at(other, public) for other in back}, (page, url)


def test_every_page_has_its_way_out_and_the_help_numbers(public: Path) -> None:
    for page in pages(public):
        assert tree(page).xpath("//a[contains(@class, 'leave')][contains(@rel, 'noreferrer')]"), page
        assert {"tel:112", "tel:+37128612120"} <= set(tree(page).xpath("//a/@href")), page


# ---------------------------------------------------------------- feeds and calendars


def test_feeds_name_their_own_address_and_no_item_twice(public: Path) -> None:
    for file in sorted(public.rglob("*.xml")):
        feed = feedparser.parse(str(file))
        assert not feed.bozo, file
        assert [link.href for link in feed.feed.links if link.rel == "self"] == [address(file, public)]
        assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    for file in sorted(public.rglob("feed.json")):
        feed = json.loads(file.read_text(encoding="utf-8"))
        assert feed["feed_url"] == address(file, public)
        assert len({item["id"] for item in feed["items"]}) == len(feed["items"])


def test_all_calendars_are_read_alike_by_three_readers(public: Path, counterpart: Callable[[str], Path]) -> None:
    script = Path(__file__).parent / "outputs" / "readers.mjs"
    for file in sorted(public.rglob("calendar.ics")):
        content = file.read_bytes()
        command = [counterpart("node"), script, counterpart("ical.js"), file]
        by_ical_js = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        assert sorted(read_by_ical(content)) == sorted(read_by_icalendar(content)) == sorted(by_ical_js)


def test_calendar_lines_are_short_and_events_are_told_apart(public: Path) -> None:
    files = sorted(public.rglob("*.ics"))
    assert len(files) > 40
    for file in files:
        lines = file.read_bytes().split(b"\r\n")
        assert max(map(len, lines)) <= 75, file
        assert not any(b"\n" in line for line in lines)
        names = [str(event["UID"]) for event in Calendar.from_ical(file.read_bytes()).walk("VEVENT")]
        assert len(set(names)) == len(names)


# ---------------------------------------------------------------- browser and checker


@pytest.fixture(scope="module")
def server(public: Path) -> Iterator[Server]:
    running = serve(Public.load(public), port=0)
    yield running
    running.stop()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_quiet_and_fit(width: int, server: Server, counterpart: Callable[[str], Path]) -> None:
    site = f"http://127.0.0.1:{server.port}"
    with chromium(counterpart("chromium")) as browser:
        for path in EVERYWHERE:
            with watched(browser, site, viewport={"width": width, "height": 800}) as (page, seen):
                page.goto(site + path)
                assert violations(page, counterpart("axe")) == [], path
                assert page.evaluate("document.documentElement.scrollWidth") == width, path
                assert (seen.abroad, seen.dialogs, page.context.cookies()) == ([], [], [])
                assert [words for words in seen.complaints if "404" not in words] == []


@pytest.mark.slow
def test_the_nu_checker_finds_no_error(public: Path, counterpart: Callable[[str], Path]) -> None:
    checker: list[str | Path] = [
        counterpart("java"),
        "-Xss4m",
        "-jar",
        counterpart("vnu"),
        "--format",
        "json",
        "--skip-non-html",
    ]
    checked = subprocess.run([*checker, public], capture_output=True, check=False, text=True)
    assert [found for found in json.loads(checked.stderr)["messages"] if found["type"] == "error"] == []


# ---------------------------------------------------------------- mail


def test_mails_know_nobody_and_load_nothing(demo: Rehearsed) -> None:
    import email
    from email import policy

    for file in (demo.folder / "outbox").rglob("*.eml"):
        mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        body = html.document_fromstring(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
        assert body.xpath("//script | //iframe | //form | //link[@rel='stylesheet']") == []
        assert all(str(url).startswith("cid:") for url in body.xpath("//@src")), file
        address_of_reader = str(mail["To"]).lower()
        assert not any(
            address_of_reader in str(url).lower() for url in body.xpath("//@href[not(contains(., 'mailto:'))]")
        )
