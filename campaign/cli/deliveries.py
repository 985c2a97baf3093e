"""Look into deliveries and settle them: status, why, prove, retry, resolve, hold, resume."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from campaign.cli.shared import AsJson, Mode, Where, console, local, opened, print_json, somebody

if TYPE_CHECKING:
    from rich.table import Table

    from campaign.app import App
    from campaign.settle import Person

Key = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="campaign/entry>account:language (campaign/entry@date for a repeating one), or its beginning.",
    ),
]
Target = Annotated[
    str, typer.Argument(metavar="[WHAT]", help="An account, a campaign, an entry or a delivery; default: everything.")
]
COLOURS = {
    "sent": "green",
    "planned": "cyan",
    "waiting": "yellow",
    "held": "yellow",
    "uncertain": "bold red",
    "rejected": "red",
    "missed": "magenta",
}
SETTLED = frozenset({"sent", "past", "cancelled", "retracted"})


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (status, why, prove, retry, resolve, hold, resume):
        cli.command(rich_help_panel="Deliveries")(command)


def person_at(app: "App") -> "Person":
    """Who is at the keyboard, now."""
    from campaign.settle import Person

    return Person(somebody(), app.clock())


def status(
    where: Where = None,
    mode: Mode = "",
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="Also what is settled.")] = False,
) -> None:
    """How things stand: what is planned, held, in doubt, sent."""
    from campaign.report import status as look

    app = opened(where, mode)
    found = look(app.database)
    if as_json:
        print_json(found)
        return
    _show_status(found, app, every)


def _show_status(found: dict[str, Any], app: "App", every: bool) -> None:
    out = console()
    words = [f"[{COLOURS.get(state, 'dim')}]{number} {state}[/]" for state, number in found["counts"].items()]
    out.print(f"[bold]{app.workspace.settings.mode}[/] · " + (" · ".join(words) or "nothing planned yet"))
    zone = app.site.timezone
    for hold in found["holds"]:
        since, reason = local(hold["since"], zone), hold["reason"] or "no reason given"
        out.print(f"[yellow]HOLD[/] {hold['scope']} since {since}: {reason}")
    rows = [row for row in found["rows"] if every or row["state"] not in SETTLED or row["orphaned"]]
    if rows:
        out.print(_table(rows, zone))
    else:
        out.print("Nothing waits. `campaign status --all` lists what is settled.")


def _table(rows: list[dict[str, Any]], zone: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("due", "state", "delivery", ""):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(
            local(row["due"], zone), f"[{COLOURS.get(row['state'], 'dim')}]{row['state']}[/]", row["key"], _remark(row)
        )
    return table


def _remark(row: dict[str, Any]) -> str:
    if row["orphaned"]:
        return "published, no longer in the files"
    return "; ".join(filter(None, [row["reason"], *row["holds"]]))


def why(key: Key, where: Where = None, mode: Mode = "", as_json: AsJson = False) -> None:
    """Why a delivery is where it is, in plain words."""
    from campaign.report import why as explain

    app = opened(where, mode)
    found = explain(app.database, key, app.site, app.clock())
    if as_json:
        print_json([{"key": name, "why": words} for name, words in found])
        return
    out = console()
    for name, words in found:
        out.print(f"[bold]{name}[/]\n  {words}", soft_wrap=True)


def prove(key: Key, where: Where = None, mode: Mode = "") -> None:
    """Everything known about one delivery, as JSON: contents, attempts, receipts, audit records."""
    from campaign.report import prove as evidence

    print_json(evidence(opened(where, mode).database, key))


def retry(key: Key, where: Where = None, mode: Mode = "") -> None:
    """Send what is past, missed, rejected or held, although it is late."""
    from campaign.settle import retry as insist

    app = opened(where, mode)
    names = insist(app.database, key, person_at(app), app.stopped())
    app.workspace.ring()
    for name in names:
        console().print(f"{name} goes out with the next pass of `campaign run`.")


def resolve(
    key: Key,
    sent: Annotated[str | None, typer.Option("--sent", metavar="URL", help="It is public, at this address.")] = None,
    not_sent: Annotated[bool, typer.Option("--not-sent", help="It is not public: send it again.")] = False,
    where: Where = None,
    mode: Mode = "",
) -> None:
    """Say what became of an uncertain delivery, after looking."""
    from campaign.settle import resolve as settle

    if (sent is None) == (not not_sent):
        raise typer.BadParameter("say either --sent URL or --not-sent")
    app = opened(where, mode)
    name, state = settle(app.database, key, person_at(app), sent)
    app.workspace.ring()
    console().print(f"{name} is {state} now.")


def hold(
    what: Target = "all",
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; shown to everybody.")] = "",
    where: Where = None,
    mode: Mode = "",
) -> None:
    """Stop everything, an account, a campaign, an entry or one delivery, until `campaign resume`."""
    from campaign.settle import hold as stop

    app = opened(where, mode)
    scope = stop(app.database, app.site, what, reason, person_at(app))
    console().print(f"[yellow]Held: {scope}.[/] Nothing of it will be sent until `campaign resume {what}`.")


def resume(what: Target = "all", where: Where = None, mode: Mode = "") -> None:
    """Lift a hold. What became too late meanwhile is not sent: it waits for `campaign retry`."""
    from campaign.settle import resume as lift

    app = opened(where, mode)
    scope, lifted = lift(app.database, app.site, what, person_at(app))
    app.workspace.ring()
    words = f"Resumed: {scope}." if lifted else f"Nothing was held as {scope}."
    console().print(words + " What is late now waits for a person: see `campaign status`.")
