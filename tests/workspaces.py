"""Workspaces made of a few lines, and the sample workspace of the repository."""

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path

from campaign.app import App, open_app
from campaign.report import status
from campaign.workspace import Workspace, open_workspace
from tests.ledgers import Clock

ROOT = Path(__file__).parent.parent
CONTACTS = """
contacts:
  - {id: emergency, phone: "112", hours: {always: true}, name: {lv: Palīdzība, en: Help}, status: sourced, verified_on: 2023-09-01}
"""
CONFIG = """
mode = "sandbox"
name.lv = "Kampaņa"
name.en = "Campaign"
languages = ["lv", "en"]
base_url = "https://kampana.example"
helplines = ["emergency"]
[accounts.feed]
kind = "feed"
[accounts.site]
kind = "site"
[accounts.calendar]
kind = "calendar"
[accounts.mastodon]
kind = "mastodon"
server = "https://mastodon.example"
[accounts.bluesky]
kind = "bluesky"
server = "https://bsky.social"
handle = "kampana.example"
"""
KICKOFF = """
campaign: kampana
title: {lv: Kampaņa, en: Campaign}
languages: [lv, en]
accounts: [site, mastodon]
messages:
  - id: kickoff
    at: 2023-09-18 09:00
    card: none
    text: {lv: "Glāžšķūņu rūķīši sāk kampaņu.", en: "The campaign begins."}
  - id: eve
    at: 2023-09-20 09:00
    card: none
    text: {lv: "Rīt ir diena.", en: "Tomorrow is the day."}
"""


def make_workspace(root: Path, schedules: Mapping[str, str] | None = None, config: str = CONFIG) -> Path:
    """Write a workspace; by default one campaign with two messages in two languages."""
    (root / "config").mkdir(parents=True, exist_ok=True)
    (root / "schedules").mkdir(exist_ok=True)
    (root / "config" / "campaign.toml").write_text(config, encoding="utf-8")
    for name, text in {"contacts": CONTACTS, **(schedules or {"kampana": KICKOFF})}.items():
        write_schedule(root, name, text)
    return root


def write_schedule(root: Path, name: str, text: str) -> None:
    """Write one schedule file."""
    (root / "schedules" / f"{name}.yaml").write_text(text, encoding="utf-8")


def edit_schedule(root: Path, name: str, old: str, new: str) -> None:
    """Replace words in a schedule file; they have to be there."""
    path = root / "schedules" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def copy_sample(root: Path) -> Path:
    """The sample workspace, to be changed by a test."""
    for name in ("schedules", "config"):
        shutil.copytree(ROOT / name, root / name)
    return root


def open_virtual(root: Path, now: dt.datetime, mode: str = "") -> tuple[App, Clock]:
    """The workspace opened on a clock that the test moves."""
    clock = Clock(now)
    found = open_workspace(root, mode)
    return open_app(Workspace(found.root, found.settings, found.var), clock, lambda _: None, virtual=True), clock


def states_of(app: App) -> dict[str, str]:
    """Key → state."""
    return {row["key"]: row["state"] for row in status(app.database)["rows"]}
