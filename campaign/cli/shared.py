"""What every command has in common: where the workspace is, how dates are written, how results are shown."""

import datetime as dt
import getpass
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from campaign.app import App
    from campaign.workspace import Workspace

Where = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", envvar="CAMPAIGN_WORKSPACE", help="The workspace; default: found from here up."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print data for programs.")]


def a_mode(text: str) -> str:
    """One of the four; empty: as configured."""
    if text not in ("", "live", "sandbox", "rehearsal", "demo"):
        raise typer.BadParameter(f"“{text}”: live, sandbox, rehearsal or demo")
    return text


Mode = Annotated[
    str, typer.Option("--mode", callback=a_mode, help="live, sandbox, rehearsal or demo; default: as configured.")
]


def a_day(text: str) -> dt.date:
    """`2023-09-01`, and nothing like it."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise typer.BadParameter(f"“{text}”: write a day like 2023-09-01")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"“{text}” is not a day of the calendar") from error


Day = Annotated[dt.date | None, typer.Option(parser=a_day, metavar="YYYY-MM-DD")]


def console() -> "Console":
    """Plain when piped, coloured on a terminal."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 200
    return Console(highlight=False, emoji=False, width=width, soft_wrap=width is not None)


def errors() -> "Console":
    """The same for what is not the answer: progress, warnings."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, emoji=False)


def local(instant: str | None, zone: str) -> str:
    """`2023-09-18 09:00 EEST`: wall time and zone, for people."""
    if instant is None:
        return "at once"
    return f"{dt.datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"


def print_json(data: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")


def here(where: Path | None, mode: str = "") -> "Workspace":
    """The workspace of a command."""
    from campaign.workspace import find_workspace, open_workspace

    return open_workspace(find_workspace(where or Path.cwd()), mode)


def opened(where: Path | None, mode: str = "") -> "App":
    """The workspace's ledger, opened for a look or a decision; never creates one."""
    from campaign.app import open_app
    from campaign.errors import CampaignError

    found = here(where, mode)
    if not found.has_ledger:
        raise CampaignError(
            f"Nothing has run in mode “{found.settings.mode}” yet: "
            "start `campaign run`, or rehearse with `campaign rehearse`."
        )
    return open_app(found, report=errors().print)


def somebody() -> str:
    """Who is at the keyboard, for the audit log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
