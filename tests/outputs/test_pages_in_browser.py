"""Pages in a real browser: accessibility, requests, leaving the page, and life without script."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from campaign.web.app import Server, serve
from campaign.web.public import Public
from tests.browsers import chromium, violations
from tests.outputs.published import SITE

pytestmark = [pytest.mark.browser, pytest.mark.real]

MONTH = "/lv/2023/09/"
PAGES = (
    "/",
    "/lv/",
    MONTH,
    "/ru/2023/10/",
    "/lv/e/calendar-2023-09/seminar-hotels/",
    "/ru/e/calendar-2023-09/exhibition/",
    "/en/e/calendar-2023-09/online-lecture/",
    "/lv/e/observances/lv-month-thb/2023-09-18/",
    "/ru/e/eu-anti-trafficking-day-2023/the-day/",
    "/lv/pages/noversana/",
    "/lv/archive/",
    "/en/subscribe/",
    "/lv/no-such-page/",
)


@pytest.fixture(scope="module")
def server(exported) -> Iterator[Server]:
    running = serve(Public.load(exported), port=0)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(counterpart) -> Iterator[Any]:
    with chromium(counterpart("chromium")) as started:
        yield started


@contextmanager
def opened(browser, server, path, **settings) -> Iterator[tuple[Any, list[str]]]:
    """A page, and the addresses it asked for; the place readers leave to is played by the browser itself."""
    context = browser.new_context(**settings)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.route(
        f"{SITE.exit_url}**", lambda route: route.fulfill(body="<title>LSM</title>", content_type="text/html")
    )
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}{path}")
    yield page, asked
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_an_accessibility_violation(path, browser, server, counterpart):
    looks = ({"width": 1280, "height": 800}, "light"), ({"width": 360, "height": 740}, "dark")
    for viewport, scheme in looks:
        with opened(browser, server, path, viewport=viewport, color_scheme=scheme) as (page, _):
            assert violations(page, counterpart("axe")) == []


def test_without_script_everything_is_there(browser, server):
    with opened(browser, server, MONTH, java_script_enabled=False) as (page, _):
        assert page.locator("main a:visible").count() > 15
        assert page.locator(".leave").get_attribute("href") == SITE.exit_url
        assert not page.locator(".keys").is_visible()


@pytest.mark.parametrize("path", [MONTH, "/lv/e/calendar-2023-09/seminar-hotels/"])
def test_a_page_whose_script_never_came_is_accessible(path, browser, server, counterpart):
    with opened(browser, server, "/lv/404.html") as (page, _):
        page.route("**/*.js", lambda route: route.abort())
        page.goto(f"http://127.0.0.1:{server.port}{path}")
        assert not page.locator(".keys").is_visible()
        assert violations(page, counterpart("axe")) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_small_phone(path, browser, server):
    with opened(browser, server, path, viewport={"width": 320, "height": 600}) as (page, _):
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_month_takes_three_requests_and_none_leaves_the_site(browser, server):
    with opened(browser, server, MONTH) as (page, asked):
        page.wait_for_load_state("networkidle")
        assert len([url for url in asked if not url.endswith(".svg")]) == 3
        assert all(url.startswith(f"http://127.0.0.1:{server.port}/") for url in asked)


def test_nothing_is_refused_by_the_content_security_policy(browser, server):
    with opened(browser, server, "/lv/404.html") as (page, _):
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        for path in PAGES:
            page.goto(f"http://127.0.0.1:{server.port}{path}")
        assert [text for text in complaints if "404" not in text] == []


def test_phones_see_the_list_and_wide_screens_also_the_grid(browser, server):
    for width, grid in ((360, False), (800, False), (1280, True)):
        with opened(browser, server, MONTH, viewport={"width": width, "height": 800}) as (page, _):
            assert page.locator("table.month").is_visible() is grid
            assert page.locator("#agenda").is_visible()


def test_a_bar_covers_exactly_its_days(browser, server):
    with opened(browser, server, MONTH, viewport={"width": 1280, "height": 800}) as (page, _):
        bars = [page.locator(".bar").nth(number).bounding_box() for number in (0, 1)]
        week = page.locator("table.month tbody tr").nth(3).bounding_box()
        day = week["width"] / 7
        assert week["width"] - day / 4 < bars[0]["width"] < week["width"]
        assert day * 5.75 < bars[1]["width"] < day * 6


# ---------------------------------------------------------------- leaving the page


def press_shift(page, times):
    for _ in range(times):
        page.keyboard.press("Shift")


def test_shift_three_times_leaves_and_back_does_not_return(browser, server):
    with opened(browser, server, MONTH) as (page, _):
        press_shift(page, 3)
        page.wait_for_url(SITE.exit_url)
        page.go_back()
        assert "127.0.0.1" not in page.url


def test_each_press_is_announced(browser, server):
    with opened(browser, server, "/en/2023/09/") as (page, _):
        press_shift(page, 1)
        assert page.locator(".exit [role=status]").text_content() == "Shift, press 2 more times to exit."
        press_shift(page, 1)
        assert page.locator(".exit [role=status]").text_content() == "Shift, press 1 more time to exit."
        assert page.locator(".lights .on").count() == 2


def test_shift_as_a_modifier_does_not_count(browser, server):
    with opened(browser, server, MONTH) as (page, _):
        for _ in range(4):
            page.keyboard.press("Shift+A")
        press_shift(page, 2)
        assert page.locator(".lights .on").count() == 2
        assert page.url.endswith(MONTH)


def test_another_key_in_between_starts_again(browser, server):
    with opened(browser, server, MONTH) as (page, _):
        press_shift(page, 2)
        page.keyboard.press("b")
        assert page.locator(".lights .on").count() == 0
        press_shift(page, 2)
        assert page.url.endswith(MONTH)


def test_presses_are_forgotten_after_five_seconds(browser, server):
    with opened(browser, server, "/lv/404.html") as (page, _):
        page.clock.install()
        page.goto(f"http://127.0.0.1:{server.port}{MONTH}")
        press_shift(page, 2)
        page.clock.fast_forward(5001)
        assert page.locator(".exit [role=status]").text_content() == ""
        press_shift(page, 1)
        assert page.locator(".lights .on").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_the_button_leaves_with_and_without_script(script, browser, server):
    with opened(browser, server, MONTH, java_script_enabled=script) as (page, asked):
        page.locator(".leave").click()
        page.wait_for_url(SITE.exit_url)
        left = [url for url in asked if url.startswith(SITE.exit_url)]
        assert len(left) == 1


def test_leaving_tells_the_other_site_nothing(browser, server):
    with opened(browser, server, MONTH) as (page, _):
        with page.expect_request(f"{SITE.exit_url}**") as leaving:
            press_shift(page, 3)
        assert "referer" not in leaving.value.headers


def test_the_first_tab_skips_to_the_content_and_the_second_leaves(browser, server):
    with opened(browser, server, MONTH) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "leave"


# ---------------------------------------------------------------- the checker of the W3C


@pytest.mark.slow
def test_the_nu_checker_finds_no_error_in_the_whole_export(exported, counterpart):
    command = [counterpart("java"), "-Xss4m", "-jar", counterpart("vnu"), "--format", "json", "--skip-non-html"]
    checked = subprocess.run([*command, exported.resolve()], capture_output=True, check=False, text=True)
    messages = json.loads(checked.stderr)["messages"]
    assert [(found["url"].rsplit("/", 3), found["message"]) for found in messages if found["type"] == "error"] == []
