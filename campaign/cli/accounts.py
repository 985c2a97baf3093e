"""Connect accounts and see how they stand: account add, account check."""

import datetime as dt
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from campaign.cli.shared import AsJson, Where, console, here, print_json
from campaign.errors import CampaignError

if TYPE_CHECKING:
    from campaign.connect import Connected, Wish
    from campaign.connect.checks import Standing
    from campaign.connect.interview import Question

account = typer.Typer(help="Connect accounts on networks, and see how they stand.", no_args_is_help=True)
COLOURS = {"ok": "green", "blocked": "bold red", "not connected": "yellow", "not reached": "yellow"}
SAYS = {
    "answer": "the address, or the code",
    "client_id": "client id",
    "client_secret": "client secret",
}


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    cli.add_typer(account, name="account", rich_help_panel="Accounts")


def an_answer(text: str) -> tuple[str, str]:
    """`server=https://mastodon.example`."""
    name, sign, value = text.partition("=")
    if not sign or not re.fullmatch(r"\w+", name):
        raise typer.BadParameter("write a field and its value, as in server=https://mastodon.example")
    return name, value


def a_secret(text: str) -> str:
    """`token=-`: the name of a secret that stands on standard input; a secret itself is never repeated."""
    name, _, value = text.partition("=")
    if value != "-" or not re.fullmatch(r"\w+", name):
        raise typer.BadParameter("others may see what is typed here: write FIELD=- and give the secret on its own line")
    return name


@account.command()
def add(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The service: mastodon, bluesky, facebook, matrix …")],
    name: Annotated[
        str,
        typer.Argument(metavar="[NAME]", help="What schedules call it; default: its kind.", show_default=False),
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Connect an account anew that is there already.")] = False,
    paste: Annotated[bool, typer.Option("--paste", help="The browser is on another machine.")] = False,
    redirect: Annotated[
        str, typer.Option("--redirect", metavar="URL", help="The address registered with the application.")
    ] = "",
    answers: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Answer a question beforehand.")
    ] = None,
    secrets: Annotated[
        list[str] | None,
        typer.Option("--secret", metavar="FIELD=-", help="Read a secret from standard input, a line each."),
    ] = None,
    where: Where = None,
) -> None:
    """Connect an account: asks what it needs, proves it without publishing, and keeps it only then."""
    from campaign.connect import Wish, connect

    given = dict(an_answer(answer) for answer in answers or ())
    piped = {field: sys.stdin.readline().strip() for field in [a_secret(secret) for secret in secrets or ()]}
    wish = Wish(kind, name or kind, given, piped, again=again, paste=paste, back=redirect)
    try:
        connected = connect(here(where, "sandbox"), wish, Terminal(), _now)
    except (typer.Abort, KeyboardInterrupt, EOFError):
        raise CampaignError("\nGiven up: nothing was kept.") from None
    _show_connected(wish, connected)
    _show_next(wish, here(where).settings.mode)


@account.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these accounts.")] = None,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Ask every service who we are, without publishing. Exits 1 if one does not take us."""
    from campaign.connect.checks import look

    found = look(here(where, "sandbox").root, names or [], _now)
    if as_json:
        print_json([_as_dict(standing) for standing in found])
    else:
        _show_standings(found)
    if any(standing.state != "ok" for standing in found):
        raise typer.Exit(1)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


# ---------------------------------------------------------------- asking


def _unseen(prompt: str) -> str:
    """What is typed, echoed nowhere: the terminal is silenced before the prompt appears, so no early key is shown."""
    import getpass

    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return str(typer.prompt(prompt.removesuffix(": "), hide_input=True, default="", show_default=False))


class Terminal:
    """Asks at the terminal, one question below the other."""

    def begin(self, account: str, words: str) -> None:
        console().print(f"\n[bold]{account}[/]  {_plain(words)}")

    def ask(self, question: "Question") -> str:
        console().print(f"\n{_plain(question.words)}")
        return str(typer.prompt(_name(question)))

    def hidden(self, question: "Question") -> str:
        may_lack = " Leave it empty if there is none." if question.optional else ""
        console().print(f"\n{_plain(question.words)}{may_lack} [dim]It is not shown while you type or paste it.[/]")
        while not (secret := _unseen(f"{_name(question)}: ")) and not question.optional:
            pass
        return secret

    def choose(self, words: str, options: Sequence[tuple[str, str]]) -> str:
        out = console()
        out.print(f"\n{escape(words)}")
        for number, (_, label) in enumerate(options, start=1):
            out.print(f"  [bold]{number}[/]  {escape(label)}")
        while (number := int(typer.prompt("number", type=int))) not in range(1, len(options) + 1):
            self.mend(f"Write a number from 1 to {len(options)}.")
        return options[number - 1][0]

    def visit(self, address: str, back: str, *, listens: bool) -> None:
        out = console()
        out.print("\nOpen this address in a browser that is signed in as the account, and allow access:\n")
        out.print(address, style="cyan", soft_wrap=True, markup=False)
        if listens:
            out.print("\n[dim]Waiting for the browser to come back. Ctrl-C gives up.[/]")
        elif back.startswith("http"):
            out.print(f"\nThe browser then goes to {escape(back)}. Whatever it shows there, copy its whole address.")
        else:
            out.print("\nThe service then shows a code: copy it.")

    def mend(self, words: str) -> None:
        console().print(f"[red]{_plain(words)}[/]")


def _name(question: "Question") -> str:
    return SAYS.get(question.name, question.name.replace("_", " "))


def _plain(words: str) -> str:
    """What stands between backticks in another colour, and nothing else taken for markup."""
    parts = escape(" ".join(words.split())).split("`")
    return "".join(f"[cyan]{part}[/]" if index % 2 else part for index, part in enumerate(parts))


# ---------------------------------------------------------------- showing


def _show_connected(wish: "Wish", connected: "Connected") -> None:
    from campaign.connect.checks import command

    out = console()
    out.print(f"\n[bold green]Connected:[/] {escape(connected.who)}")
    if connected.ends:
        out.print(f"Until {connected.ends:%Y-%m-%d}; you are told before. Then: `{command(wish.kind, wish.name)}`")
    out.print("Kept in: " + ", ".join(connected.kept))


def _show_next(wish: "Wish", mode: str) -> None:
    out = console()
    out.print(f"\nNext: name “{wish.name}” under `accounts` of a campaign, and start `campaign run` anew.")
    if mode != "live":
        out.print(f"The mode is {mode}: nothing is sent there until {CONFIG_MODE} says so.")


CONFIG_MODE = 'mode = "live" in config/campaign.toml'


def _as_dict(standing: "Standing") -> dict[str, Any]:
    from campaign.connect.checks import days_left

    ends = standing.ends
    return {
        "account": standing.account,
        "kind": standing.kind,
        "state": standing.state,
        "words": standing.words,
        "ends": None if ends is None else ends.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "days_left": None if ends is None else days_left(ends, _now()),
        "mend": None if standing.state == "ok" else standing.again,
    }


def _show_standings(found: "list[Standing]") -> None:
    from rich.table import Table

    out = console()
    if not found:
        out.print("There is no account on a network yet: `campaign account add KIND`.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("account", "state", "who it is, or what is wrong", "until"):
        table.add_column(name, overflow="fold")
    for standing in found:
        state = f"[{COLOURS[standing.state]}]{standing.state}[/]"
        table.add_row(standing.account, state, escape(standing.words), _until(standing))
    out.print(table)
    _show_what_to_do(found)


def _show_what_to_do(found: "list[Standing]") -> None:
    from campaign.connect.checks import threshold

    now, out = _now(), console()
    for standing in found:
        blocked = standing.state in ("blocked", "not connected")
        if blocked or threshold(standing.ends, now) is not None:
            out.print(f"\n{standing.account}: [bold]{standing.again}[/]", soft_wrap=True)


def _until(standing: "Standing") -> str:
    from campaign.connect.checks import days_left, threshold

    if standing.ends is None:
        return "[dim]–[/]"
    now = _now()
    left, reached = days_left(standing.ends, now), threshold(standing.ends, now)
    colour = {None: "default", 14: "yellow", 3: "red", 1: "bold red"}[reached]
    return f"[{colour}]{standing.ends:%Y-%m-%d} ({left} days)[/]"
