"""Make, rehearse and run: init, demo, rehearse, run, build."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.cli.shared import AsJson, Mode, Where, a_day, console, errors, here, print_json

if TYPE_CHECKING:
    from campaign.rehearsal import Rehearsed

First = Annotated[dt.date, typer.Option("--from", parser=a_day, metavar="YYYY-MM-DD", help="The first day.")]
Last = Annotated[dt.date, typer.Option("--to", parser=a_day, metavar="YYYY-MM-DD", help="The last day.")]


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (init, demo, rehearse, run, build):
        cli.command(rich_help_panel="Running")(command)


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]) -> None:
    """Write a new workspace with a sample month."""
    from campaign.care import write_workspace

    written = write_workspace(folder)
    out = console()
    out.print(f"[green]{folder}[/] is a workspace now ({written} files): a sample month, in sandbox mode.\n")
    out.print(f"  cd {folder}")
    out.print("  campaign check      what is wrong, and how to mend it")
    out.print("  campaign preview    every post as each account will get it")
    out.print("  campaign run        watch, plan, publish; in sandbox mode nothing leaves this machine")


def demo(
    once: Annotated[bool, typer.Option("--once", help="Exit after building; CI=true implies it.")] = False,
    where: Where = None,
) -> None:
    """Rehearse the sample's September and October 2023 into var/demo, and show the result in a browser."""
    from campaign.rehearsal import rehearse as play
    from campaign.workspace import demo_workspace

    found = demo_workspace(where or Path.cwd())
    with progress() as shown:
        result = play(found, (dt.date(2023, 9, 1), dt.date(2023, 10, 31)), progress=shown)
    _show(result)
    if not once and os.environ.get("CI", "").lower() not in ("true", "1"):
        _serve(result.folder / "public", found.settings.serve.host, found.settings.serve.port)


def rehearse(
    first: First,
    last: Last,
    into: Annotated[Path | None, typer.Option("--into", help="Continue, or begin, in this folder.")] = None,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Play the whole pipeline on a virtual clock: everything is written down, nothing is sent."""
    from campaign.rehearsal import rehearse as play

    found = here(where, "rehearsal")
    with progress() as shown:
        result = play(found, (first, last), into=into, progress=shown)
    if as_json:
        print_json(result.as_dict())
    else:
        _show(result)


def run(
    where: Where = None,
    mode: Mode = "",
    once: Annotated[bool, typer.Option("--once", help="One pass, then exit.")] = False,
) -> None:
    """The daemon: watch the files, plan, publish on time, rebuild and serve the site. Ctrl-C stops it gently."""
    from campaign.daemon import run as start

    start(here(where, mode), errors().print, once=once)


def build(where: Where = None, mode: Mode = "") -> None:
    """Only rebuild public/ from the ledger."""
    from campaign.cli.shared import opened

    app = opened(where, mode)
    with progress() as shown:
        built = app.build(shown, force=True)
    if built is not None:
        console().print(f"{app.public}: {built.files} files, {built.changed} of them changed.")


def _show(result: "Rehearsed") -> None:
    from rich.table import Table

    out = console()
    out.print(f"\n[bold]{result.first} – {result.last}[/] on a virtual clock, {result.passes} passes\n")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("account")
    states = sorted({state for counts in result.accounts.values() for state in counts})
    for state in states:
        table.add_column(state, justify="right")
    for account, counts in sorted(result.accounts.items()):
        table.add_row(account, *(str(counts.get(state, "") or "·") for state in states))
    out.print(table)
    for line in result.waiting[:12]:
        out.print(f"[yellow]waits[/] {line}")
    for line in result.findings:
        out.print(f"[dim]{line}[/]")
    out.print(f"\nwould have been sent  {result.folder / 'outbox'}\nwhat the public sees   {result.folder / 'public'}")


def _serve(public: Path, host: str, port: int) -> None:
    import signal
    import threading

    from campaign.web.app import serve
    from campaign.web.public import Public

    server = serve(Public.load(public), host, port, next_free=True)
    console().print(f"\n[bold green]http://{host}:{server.port}/[/]  Ctrl-C ends it")
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    stop.wait()
    server.stop()


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """One line that says what is going on, on a terminal; nothing when piped."""
    shown = errors()
    if not shown.is_terminal:
        yield lambda _: None
        return
    with shown.status("") as status:
        yield status.update
