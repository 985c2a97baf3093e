"""Mend what is out: correct, retract."""

import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.cli.deliveries import Key, person_at
from campaign.cli.shared import AsJson, Mode, Where, console, opened, print_json

if TYPE_CHECKING:
    from campaign.app import App
    from campaign.settle.corrections import Answer

WAITS = 60
"""Seconds for which a command waits for a daemon at work to tell the results."""
COLOURS = {"done": "green", "asked": "yellow", "cannot": "red", "nothing": "dim"}


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (correct, retract):
        cli.command(rich_help_panel="Deliveries")(command)


def a_note(text: str) -> tuple[str, str]:
    """`lv:tālrunis labots`: a language and what stands on its pages."""
    language, colon, words = text.partition(":")
    if not colon or not words.strip() or not language.isalpha():
        raise typer.BadParameter(f"“{text}”: write a language and a note, as in lv:tālrunis labots")
    return language.strip(), words.strip()


def correct(
    key: Key,
    note: Annotated[
        list[str] | None,
        typer.Option("--note", metavar="LANG:TEXT", help="What was wrong, for readers of the own pages; per language."),
    ] = None,
    reply: Annotated[
        bool, typer.Option("--reply", help="Where a post cannot be changed, answer it with the new wording.")
    ] = False,
    where: Where = None,
    mode: Mode = "",
    as_json: AsJson = False,
) -> None:
    """Bring what is already out to the wording of the files, on every account that can."""
    from campaign.settle.corrections import Correction
    from campaign.settle.corrections import correct as mend

    notes = dict(a_note(text) for text in note or ())
    app = opened(where, mode)
    app.replan(again=True)
    wish = Correction(person_at(app), notes, app.stopped(), reply)
    _show(app, mend(app.database, app.site, key, wish), as_json)


def retract(
    key: Key,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; readers of feeds and pages may see it.")],
    where: Where = None,
    mode: Mode = "",
    as_json: AsJson = False,
) -> None:
    """Withdraw what is out, on every account that can, and hold what is not out yet."""
    from campaign.settle.corrections import retract as withdraw

    app = opened(where, mode)
    _show(app, withdraw(app.database, app.site, key, reason, person_at(app)), as_json)


def _show(app: "App", answers: "list[Answer]", as_json: bool) -> None:
    answers = _carried_out(app, answers)
    if as_json:
        print_json([asdict(answer) for answer in answers])
    else:
        for answer in answers:
            console().print(f"[{COLOURS[answer.result]}]{answer.result:>7}[/]  {answer.key}\n         {answer.words}")
    if any(answer.result == "cannot" for answer in answers):
        raise typer.Exit(1)


def _carried_out(app: "App", answers: "list[Answer]") -> "list[Answer]":
    """What the networks said: asked from here, or by the daemon where one is at work."""
    from campaign.daemon import AtWork, instance_lock
    from campaign.settle.corrections import results

    def told() -> "list[Answer]":
        return results(app.database, app.site, answers)

    try:
        with instance_lock(app.workspace.var):
            app.amend()
            app.build()
    except AtWork:
        app.workspace.ring()
        return _awaited(told)
    return told()


def _awaited(told: "Callable[[], list[Answer]]") -> "list[Answer]":
    second = threading.Event()
    for _ in range(WAITS):
        found = told()
        if not any(answer.result == "asked" for answer in found):
            return found
        second.wait(1)
    return told()
