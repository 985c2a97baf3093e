"""The mail in a real browser: readable, accessible and silent at every width, light and dark."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from campaign.newsletter.issue import Mail
from tests.newsletter.editions import WEEKLY, compiled

pytestmark = [pytest.mark.browser, pytest.mark.real]
CASES = [(width, scheme) for width in (320, 640) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def browser(counterpart: Callable[[str], Path]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=counterpart("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def shown(mail: Mail) -> str:
    html = mail.html
    for picture in mail.pictures:
        html = html.replace(f"cid:{picture.content_id}", f"data:{picture.media_type};base64,{picture.data}")
    return html


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda asked: requested.append(asked.url))
    page.set_content(shown(compiled()))
    yield page
    context.close()
    assert [url for url in requested if not url.startswith("data:")] == []


def test_it_fits_the_window(page: Page):
    assert page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    assert page.locator("h1").bounding_box()


def test_every_reader_can_use_it(page: Page, counterpart: Callable[[str], Path]):
    page.add_script_tag(path=counterpart("axe"))
    result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(finding["id"], [node["html"] for node in finding["nodes"]]) for finding in result["violations"]] == []


def test_the_colours_follow_the_reader(page: Page):
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    colour = page.locator(".sheet >> nth=1").evaluate("element => getComputedStyle(element).backgroundColor")
    assert colour == ("rgb(23, 33, 38)" if dark else "rgb(255, 255, 255)")


def test_the_preview_line_is_for_the_inbox_only(page: Page):
    assert not page.locator(".preheader").is_visible()
    assert page.locator("h1").inner_text() == WEEKLY.title


def test_the_picture_is_shown_whole(page: Page):
    box = page.locator("img").bounding_box()
    assert box
    assert box["width"] <= 600
    assert base64.b64decode(compiled().pictures[0].data)[:4] == b"\x89PNG"
