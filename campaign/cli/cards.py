"""Draw cards for a look at them, once or while a template is edited."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.cli.schedules import First, Last, planned_for, window_of
from campaign.cli.shared import Where, console, errors, here
from campaign.errors import CampaignError

if TYPE_CHECKING:
    from campaign.model import Window
    from campaign.prints import Drawn
    from campaign.workspace import Workspace

NO_CARDS = "no entry of these days has a card"


def register(cli: typer.Typer) -> None:
    """Add this module's command."""
    cli.command(rich_help_panel="Schedules")(card)


def card(
    what: Annotated[str, typer.Argument(metavar="KEY|TEMPLATE", help="An entry, a delivery, or a template.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every card of the days given.")] = False,
    first: First = None,
    last: Last = None,
    size: Annotated[
        str, typer.Option("--size", help="og, mail, feed, square, story, print; several by comma; all.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Where to write them; default: var/cards there.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Show them when they are drawn.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Draw a template anew whenever a file of it changes.")] = False,
    where: Where = None,
) -> None:
    """Draw cards: of one entry, of a template with sample data, or all of a month; with a contact sheet."""
    if not what and not every:
        raise typer.BadParameter("name an entry or a template, or say --all")
    found, sizes = here(where), tuple(filter(None, size.split(",")))
    out = out or found.root / "var" / "cards"
    if watch and not what:
        raise typer.BadParameter("name the template to watch")
    if watch:
        _watch(found, what, sizes, (out, show))
        return
    drawn = _draw(found, (what, sizes, window_of(first, last)), out)
    for path in drawn.files:
        console().print(str(path))
    errors().print(f"{len(drawn.files)} pictures, {drawn.painted} drawn anew; all of them on {drawn.page}")
    if show and drawn.files:
        typer.launch(str(drawn.page if len(drawn.files) > 1 else drawn.files[0]))
    if drawn.flaws:
        from campaign.cards.flaws import said

        raise CampaignError("\n".join(said(flaw) for flaw in drawn.flaws))


def _draw(found: "Workspace", asked: tuple[str, tuple[str, ...], "Window | None"], out: Path) -> "Drawn":
    """With a bar that fills as pictures are painted."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from campaign import prints

    what, sizes, window = asked
    gallery = prints.open_gallery(found)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=errors(), transient=True) as shown:
        task = shown.add_task("laying out", total=None)
        if what in gallery.studio.templates():
            wanted = prints.of_template(gallery.studio, what, sizes, found.settings.languages)
        else:
            wanted = prints.of_plan(gallery.studio, planned_for(found, window, gallery.studio), what, sizes)
        if not wanted.prints and not wanted.flaws:
            raise CampaignError(f"there is no template and no entry with a card called “{what}”" if what else NO_CARDS)
        shown.update(task, total=len(wanted.prints), description="drawing")
        return prints.draw(gallery, wanted, out, lambda: shown.advance(task))


def _watch(found: "Workspace", what: str, sizes: tuple[str, ...], page: tuple[Path, bool]) -> None:
    """Until Ctrl-C; the page looks for a newer picture every second."""
    from campaign.prints import watched

    out, show = page
    for number, told in enumerate(watched(found, what, sizes, out)):
        console().print(told)
        if show and number == 0:
            typer.launch(str(out / "index.html"))
