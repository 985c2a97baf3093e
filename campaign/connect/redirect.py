"""The browser's way back: to a listener on this machine, or to an address that the person pastes here."""

import html
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Protocol
from urllib.parse import urlsplit

from campaign.channels.authorisation import Journey, belongs, code_of
from campaign.errors import CampaignError

HOST = "127.0.0.1"
MINUTES = 10
"""How long we listen."""
PAGE = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1.25rem/1.5 sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem }}</style>
<h1>{title}</h1>
<p>{words}</p>
"""
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Connection": "close",
}


class WayBack(Protocol):
    """How the code comes from the browser to us."""

    @property
    def address(self) -> str:
        """Where the browser is sent back to."""

    @property
    def listens(self) -> bool:
        """False: the person has to bring the answer."""

    def code(self, journey: Journey) -> str:
        """The code; raises `CampaignError` when there is none."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """The person copies the address that the browser ended on, or the code that was shown."""

    address: str
    ask: Callable[[], str]
    listens: bool = False

    def code(self, journey: Journey) -> str:
        return code_of(self.ask(), journey)


class Listener(HTTPServer):
    """Waits for one answer; whatever else knocks is told that nothing is here."""

    listens = True
    timeout = 1.0

    def __init__(self, port: int, path: str) -> None:
        """Port 0: any that is free."""
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise CampaignError(f"Port {port} is in use here ({error.strerror}). Try again, or use --paste.") from error
        self.address = f"http://{HOST}:{self.server_port}{path}"
        self.journey: Journey | None = None
        self.answer = ""

    def code(self, journey: Journey) -> str:
        self.journey = journey
        end = time.monotonic() + MINUTES * 60
        while not self.answer and time.monotonic() < end:
            self.handle_request()
        if not self.answer:
            raise CampaignError(
                f"No answer came within {MINUTES} minutes. Run the command again, perhaps with --paste."
            )
        return code_of(self.answer, journey)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is not worth a word; the next one is waited for."""


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    timeout = 5.0

    def do_GET(self) -> None:
        """Called for each request."""
        journey = self.server.journey
        here = urlsplit(self.path).path == urlsplit(self.server.address).path
        if journey is None or not here or not belongs(self.path, journey):
            self._show(404, "Nothing here", "This address is for one answer only. Look at the terminal.")
            return
        self.server.answer = self.path
        try:
            code_of(self.path, journey)
        except CampaignError as error:
            self._show(200, "Not connected", f"{error} You can close this window.")
        else:
            self._show(200, "Thank you", "You can close this window. The rest is told in the terminal.")

    def _show(self, status: int, title: str, words: str) -> None:
        page = PAGE.format(title=html.escape(title), words=html.escape(words)).encode()
        self.send_response_only(status)
        for name, value in {**HEADERS, "Content-Length": str(len(page))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """The address holds the code: it is not written anywhere."""


@contextmanager
def listening(address: str) -> Iterator[Listener]:
    """A listener at an address of this machine, as `http://127.0.0.1:9999/`."""
    parts = urlsplit(address)
    listener = Listener(parts.port or 0, parts.path or "/")
    try:
        yield listener
    finally:
        listener.server_close()


def is_here(address: str) -> bool:
    """True for an address that a listener of ours can have."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname == HOST and parts.port is not None
