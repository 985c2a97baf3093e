"""A real browser, and what it saw: requests, complaints, dialogs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium(program: Path) -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(program), args=FLAGS)
        yield started
        started.close()


@dataclass
class Seen:
    """What a browser did that no page of ours may make it do."""

    abroad: list[str] = field(default_factory=list)  # requests to anybody else
    complaints: list[str] = field(default_factory=list)  # the console, uncaught errors
    dialogs: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """True when the browser stayed quiet."""
        return not (self.abroad or self.complaints or self.dialogs)


@contextmanager
def watched(browser: Browser, own: str, **settings: Any) -> Iterator[tuple[Page, Seen]]:
    """A page, and all that happens in it; `own` is the beginning of the addresses it may ask for."""
    context = browser.new_context(**settings)
    page, seen = context.new_page(), Seen()

    def asked(request: Request) -> None:
        seen.abroad += [] if request.url.startswith(own) else [request.url]

    def opened(dialog: Dialog) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    context.on("request", asked)
    page.on("console", lambda message: seen.complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: seen.complaints.append(f"{page.url}: {error}"))
    page.on("dialog", opened)
    yield page, seen
    context.close()


def violations(page: Page, axe: Path) -> list[tuple[str, list[str]]]:
    """What axe finds wrong with the page as it stands."""
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]
