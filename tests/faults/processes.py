"""The real daemon and the services it meets, each as a process of its own, so that any of them can be killed."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.fakes.bluesky import HANDLE, PASSWORD
from tests.fakes.mastodon import TOKEN
from tests.workspaces import ROOT, make_workspace, write_schedule

PATIENCE = 60.0
"""Seconds after which something that should have happened never will; far above what a busy machine needs."""
CONFIG = """
mode = "live"
name.lv = "Kampaņa"
languages = ["lv"]
timezone = "UTC"
base_url = "https://kampana.example"
request_seconds = {seconds}
reachable = [{reachable}]
serve.port = 0
[accounts.feed]
kind = "feed"
[accounts.site]
kind = "site"
[accounts.mastodon]
kind = "mastodon"
server = "http://{mastodon}"
[accounts.bluesky]
kind = "bluesky"
server = "http://{bluesky}"
handle = "{handle}"
"""


# ---------------------------------------------------------------- services


@dataclass(frozen=True)
class Service:
    """A recording service; `state` is the file that holds all it knows."""

    address: str
    state: Path
    process: subprocess.Popen[str]

    def truth(self) -> dict[str, Any]:
        """What the public sees there, as the service itself tells it."""
        with urllib.request.urlopen(f"http://{self.address}/_truth", timeout=10) as reply:
            found: dict[str, Any] = json.loads(reply.read())
        return found

    def texts(self) -> list[str]:
        return [post["text"] for post in self.truth()["posts"]]

    def acts(self) -> int:
        """A number that grows with everything the service does."""
        return self.state.stat().st_mtime_ns if self.state.exists() else 0


@contextmanager
def service(name: str, folder: Path, *options: str, port: int = 0) -> Iterator[Service]:
    """Start a fake; it keeps what it knows in `folder` and ends with the block."""
    state = folder / f"{name}.json"
    command = [sys.executable, "-m", f"tests.fakes.{name}", "--port", str(port), "--state", str(state), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            yield Service(url.removeprefix("http://"), state, process)
        finally:
            process.terminate()


@contextmanager
def both_services(folder: Path, *options: str) -> Iterator[dict[str, Service]]:
    with service("mastodon", folder, *options) as mastodon, service("bluesky", folder, *options) as bluesky:
        yield {"mastodon": mastodon, "bluesky": bluesky}


# ---------------------------------------------------------------- workspaces


def live_workspace(
    root: Path, addresses: Mapping[str, str], schedules: Mapping[str, str], *, seconds: float = 2
) -> Path:
    """A workspace in live mode whose accounts are services on loopback."""
    reachable = ", ".join(f'"{address}"' for address in addresses.values())
    config = CONFIG.format(reachable=reachable, seconds=seconds, handle=HANDLE, **addresses)
    make_workspace(root, schedules, config)
    folder = root / "config" / "secrets"
    folder.mkdir()
    (folder / "mastodon_token").write_text(TOKEN)
    (folder / "bluesky_app_password").write_text(PASSWORD)
    return root


def campaign_of(messages: str, accounts: str = "site, feed, mastodon, bluesky") -> str:
    """A schedule file around some messages."""
    head = f"campaign: kampana\ntitle: {{lv: Kampaņa}}\nlanguages: [lv]\naccounts: [{accounts}]\nmessages:\n"
    return head + messages


def message(name: str, at: str, text: str, extra: str = "") -> str:
    return f'  - {{id: {name}, at: "{at}", card: none, text: {{lv: "{text}"}}{extra}}}\n'


def plan_then_write(root: Path, before: str, after: str) -> None:
    """Let a first pass know the entries while they lie ahead, then give them their real times."""
    write_schedule(root, "kampana", before)
    run_once(root)
    write_schedule(root, "kampana", after)


# ---------------------------------------------------------------- the daemon


class Daemon:
    """`campaign run` as a process; what it says goes to a file."""

    def __init__(self, root: Path, *options: str) -> None:
        self.log = root / f"daemon-{time.monotonic_ns()}.log"
        command = [sys.executable, "-m", "campaign", "run", "-w", str(root), *options]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=out, stderr=out, env=os.environ | {"COLUMNS": "200"}
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.kill()

    @property
    def said(self) -> str:
        """Everything it reported so far."""
        return self.log.read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        """Where it serves the site, once it says so."""
        self.until(lambda: "http://127.0.0.1:" in self.said)
        found = re.search(r"http://127\.0\.0\.1:\d+/", self.said)
        assert found
        return found[0]

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition; a daemon that ends before is a failure."""
        happens(lambda: condition() or self.process.poll() is not None, PATIENCE)
        assert condition(), f"exit code {self.process.poll()}:\n{self.said}"


def run_once(root: Path) -> None:
    """One pass, its requests included."""
    with Daemon(root, "--once") as daemon:
        assert daemon.process.wait(PATIENCE) == 0, daemon.said


def happens(condition: Callable[[], bool], seconds: float, step: float = 0.05) -> bool:
    """Wait for something at most so long; whether it came."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True


# ---------------------------------------------------------------- the ledger, read from outside


def ask(root: Path, query: str, mode: str = "live") -> list[tuple[Any, ...]]:
    """Rows of a running daemon's ledger; it is only read."""
    with closing(sqlite3.connect(f"file:{root}/var/{mode}/campaign.db?mode=ro", uri=True, timeout=30)) as ledger:
        return ledger.execute(query).fetchall()


def states(root: Path) -> dict[str, str]:
    """Key → state."""
    return dict(ask(root, "SELECT key, state FROM delivery"))


def all_sent(root: Path) -> bool:
    return set(states(root).values()) == {"sent"}
