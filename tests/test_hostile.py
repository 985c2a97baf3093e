"""Files written by an attacker, from the schedule to a real browser: nothing runs, nothing leaks, nothing stops."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from PIL import Image

from campaign.rehearsal import Rehearsed, rehearse
from campaign.web.app import serve
from campaign.web.public import Public
from campaign.workspace import open_workspace
from tests.browsers import chromium, watched
from tests.test_promises import at
from tests.workspaces import CONFIG, CONTACTS, edit_schedule, make_workspace, open_virtual, states_of

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/track.png)",
    "<iframe src=https://evil.example></iframe>",
    "{{7*7}} {% for x in y %} ${7*7} %s %n",
    "</title></script><script>alert(1)</script>",
    "--><!-- ]]>",
    "<style>@import url(https://evil.example/x.css)</style>",
    "<base href=https://evil.example>",
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
    'x" onmouseover="alert(1)" style="x',
    "\nEND:VEVENT\nBEGIN:VEVENT\nUID:evil",
    "\r\nBcc: victim@example.org",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<form action=https://evil.example><input name=x></form>",
    "garš" * 60,
)
ACTIVE = (
    "//script[not(@src)][not(@type='application/ld+json')] | //iframe | //object | //embed | //base | //style"
    " | //meta[@http-equiv='refresh'] | //*[@onerror or @onload or @onmouseover] | //img[starts-with(@src, 'http')]"
    " | //form | //a[starts-with(@href, 'javascript:') or starts-with(@href, 'data:')] | //a[not(@href)]"
)


def said(payload: str) -> str:
    """A text in both languages with the payload in it."""
    return json.dumps({"lv": f"Rūķīši {payload}", "en": f"Gnomes {payload}"}, ensure_ascii=False)


def schedule() -> str:
    entries = [
        f"""
  - id: m{number}
    at: 2023-09-20 {8 + number % 12:02}:00
    title: {said(payload)}
    text: {said(payload)}
    footer: {said(payload)}
    body: pages/x{number}
    card: none
    note: {json.dumps(payload)}
"""
        for number, payload in enumerate(PAYLOADS)
    ]
    events = [
        f"""
  - id: e{number}
    title: {said(payload)}
    summary: {said(payload)}
    starts: 2023-09-21 10:00
    place: {said(payload)}
    organizer: {said(payload)}
    price: {json.dumps(payload)}
    card: none
    changes: [{{on: 2023-09-16, was: {{starts: "2023-09-20 10:00"}}, reason: {said(payload)}}}]
"""
        for number, payload in enumerate(PAYLOADS)
    ]
    head = f"campaign: kampana\ntitle: {said(PAYLOADS[0])}\nlanguages: [lv, en]\naccounts: [site, feed]\n"
    return f"{head}messages:{''.join(entries)}events:{''.join(events)}"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """All payloads in every field, rehearsed."""
    root = make_workspace(tmp_path_factory.mktemp("hostile"), {"kampana": schedule()})
    (root / "schedules" / "pages").mkdir()
    for number, payload in enumerate(PAYLOADS):
        text = f"---\ntitle: {json.dumps(payload)}\n---\n# {payload}\n\n- {payload}\n\n[a]({payload}) <{payload}>\n"
        for language in ("lv", "en"):
            page = root / "schedules" / "pages" / f"x{number}.{language}.md"
            page.write_text(f"{text}\n| a |\n|---|\n| {payload} |\n", encoding="utf-8", newline="")
    days = dt.date(2023, 9, 15), dt.date(2023, 9, 30)
    return rehearse(open_workspace(root, "rehearsal"), days, into=root / "played")


def test_everything_goes_out_as_text(played: Rehearsed) -> None:
    assert played.waiting == ()
    files = sorted((played.folder / "public").resolve().rglob("*.html"))
    assert len(files) > 2 * 3 * len(PAYLOADS)
    for file in files:
        tree = html.parse(str(file), html.HTMLParser(encoding="utf-8"))
        assert tree.xpath(ACTIVE) == [], file


def test_a_calendar_holds_the_events_that_were_written_and_no_other(played: Rehearsed) -> None:
    from icalendar import Calendar

    text = (played.folder / "public" / "lv" / "calendar.ics").read_bytes()
    names = [str(event["UID"]) for event in Calendar.from_ical(text).walk("VEVENT")]
    assert sorted(names) == sorted(f"kampana/e{number}@kampana.example" for number in range(len(PAYLOADS)))


def test_feeds_hold_no_active_content(played: Rehearsed) -> None:
    import feedparser

    for file in sorted((played.folder / "public").resolve().rglob("*.xml")):
        feed = feedparser.parse(str(file), sanitize_html=False)
        assert not feed.bozo
        for entry in feed.entries:
            for part in (entry.summary_detail, *entry.get("content", ())):
                shown = part.value if part.type == "text/html" else "x"
                assert html.fragment_fromstring(shown or "x", create_parent="div").xpath(ACTIVE) == [], file


@pytest.mark.browser
def test_a_browser_stays_quiet_on_every_page(played: Rehearsed, counterpart: Callable[[str], Path]) -> None:
    public = (played.folder / "public").resolve()
    server = serve(Public.load(public), port=0)
    site = f"http://127.0.0.1:{server.port}"
    phone: Any = {"viewport": {"width": 360, "height": 740}}
    with chromium(counterpart("chromium")) as browser, watched(browser, site, **phone) as (page, seen):
        for file in sorted(public.rglob("index.html")):
            page.goto(f"{site}/{file.parent.relative_to(public)}/")
            assert seen.nothing, (file, seen)
            assert page.evaluate("document.documentElement.scrollWidth") == 360, file
    server.stop()


# ---------------------------------------------------------------- pictures


def workspace_with_photo(root: Path) -> Path:
    make_workspace(root)
    edit_schedule(
        root,
        "kampana",
        '    card: none\n    text: {lv: "Glāž',
        '    card: none\n    images: [{file: photos/bilde.png, alt: {lv: Zāle, en: Hall}}]\n    text: {lv: "Glāž',
    )
    photo = root / "assets" / "photos" / "bilde.png"
    photo.parent.mkdir(parents=True)
    Image.effect_noise((300, 200), 80).save(photo)
    photo.write_bytes(photo.read_bytes()[:2000])
    return root


def test_a_damaged_picture_holds_its_own_posts_and_the_site_is_built(tmp_path: Path) -> None:
    root = workspace_with_photo(tmp_path)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    for moment in ("2023-09-18 09:00", "2023-09-20 09:00"):
        clock.now = at(moment)
        app.run_pass()
    states = states_of(app)
    assert {states[f"kampana/kickoff>site:{language}"] for language in ("lv", "en")} == {"held"}
    assert states["kampana/eve>site:lv"] == "sent"
    app.build()
    assert (app.public / "lv" / "e" / "kampana" / "eve" / "index.html").is_file()


def test_a_mended_picture_goes_out(tmp_path: Path) -> None:
    root = workspace_with_photo(tmp_path)
    app, clock = open_virtual(root, at("2023-09-17 09:00"))
    app.replan()
    clock.now = at("2023-09-18 09:00")
    app.run_pass()
    app.close()
    Image.effect_noise((300, 200), 80).save(root / "assets" / "photos" / "bilde.png")
    again, _ = open_virtual(root, at("2023-09-18 09:10"))
    again.replan()
    again.run_pass()
    assert states_of(again)["kampana/kickoff>site:lv"] == "sent"


def test_an_article_loses_links_that_lead_nowhere_and_keeps_their_words(tmp_path: Path) -> None:
    from campaign.compose.article import to_html

    assert to_html("[rūķīši](ftp://x) un [citi](https://x.example/)") == (
        '<p>rūķīši un <a href="https://x.example/" rel="noopener noreferrer">citi</a></p>'
    )


def test_the_help_contacts_are_the_only_numbers_to_dial(played: Rehearsed) -> None:
    assert '"112"' in CONTACTS
    assert "emergency" in CONFIG
    for file in (played.folder / "public").resolve().rglob("*.html"):
        dialled = html.parse(str(file)).xpath("//a[starts-with(@href, 'tel:')]/@href")
        assert set(dialled) == {"tel:112"}
