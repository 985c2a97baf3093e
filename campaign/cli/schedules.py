"""Look at what the files say before anything goes out: check, plan, preview, schema."""

import datetime as dt
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from campaign.cli.shared import AsJson, Mode, Where, a_day, console, here, print_json

if TYPE_CHECKING:
    from campaign.cards import Studio
    from campaign.model import Problem, Schedules, Window
    from campaign.plan import Plan
    from campaign.workspace import Workspace

Paths = Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", help="Only what concerns these files.")]
First = Annotated[dt.date | None, typer.Option("--from", parser=a_day, metavar="YYYY-MM-DD", help="The first day.")]
Last = Annotated[dt.date | None, typer.Option("--to", parser=a_day, metavar="YYYY-MM-DD", help="The last day.")]
COLOURS = {"error": "bold red", "warning": "yellow", "hint": "blue"}
FAR = dt.timedelta(days=400)


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (check, plan, preview, schema):
        cli.command(rich_help_panel="Schedules")(command)


def check(paths: Paths = None, where: Where = None, mode: Mode = "", as_json: AsJson = False) -> None:
    """Every problem in schedules, configuration and templates, and how to mend it. Errors exit 1, warnings 0."""
    from campaign.plan.pictures import of_files, of_pixels
    from campaign.settings import open_studio

    found = here(where, mode)
    studio = open_studio(found.settings, found.assets)
    planned = planned_for(found, None, studio)
    told = planned.findings(live=found.settings.mode == "live")
    drawn = (*of_files(studio, told), *of_pixels(studio, planned.drafts))
    findings = _with_ledger(found, planned, (*told, *drawn))
    problems = _about(sorted(findings, key=lambda problem: (problem.spot, problem.code)), paths, found)
    if as_json:
        print_json([_as_dict(problem) for problem in problems])
    else:
        _show_problems(problems, found.settings.mode)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


def plan(first: First = None, last: Last = None, where: Where = None, mode: Mode = "", as_json: AsJson = False) -> None:
    """What will go where and when, and what differs from the ledger. Writes nothing."""
    found = here(where, mode)
    planned = planned_for(found, window_of(first, last))
    rows = [_row(row) for row in planned.rows if _inside(row.due, first, last, found)]
    if as_json:
        print_json({"hash": planned.hash, "rows": rows})
        return
    _show_plan(planned, rows, found)


def preview(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="Only these entries.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Where to write it.")] = Path("var/preview"),
    first: First = None,
    last: Last = None,
    where: Where = None,
    mode: Mode = "",
) -> None:
    """One HTML page with each post exactly as each account will get it: text, count, card, alt text, mail."""
    from campaign.preview import write_preview

    found = here(where, mode)
    planned = planned_for(found, window_of(first, last))
    written = write_preview(found, planned, keys or [], out)
    console().print(f"{written.posts} posts on {written.page}")


def schema(
    out: Annotated[Path | None, typer.Option("--out", help="Write one file per kind into this folder.")] = None,
) -> None:
    """The JSON Schema of every file a team writes, so that editors complete and explain."""
    import json

    from campaign.cards.reading import json_schema as of_cards
    from campaign.schedule import json_schema as of_schedules

    schemas = {**of_schedules(), **of_cards()}
    if out is None:
        print_json(schemas)
        return
    out.mkdir(parents=True, exist_ok=True)
    for kind, content in schemas.items():
        path = out / f"{kind}.schema.json"
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        console().print(str(path))


# ---------------------------------------------------------------- reading and planning


def planned_for(found: "Workspace", window: "Window | None", studio: "Studio | None" = None) -> "Plan":
    """What the files say of a window; `studio` lays the cards out, where the caller has one opened."""
    from campaign.model import Window
    from campaign.plan import plan as make
    from campaign.schedule import read
    from campaign.settings import open_studio

    site, today = found.site(), _today(found)
    schedules: Schedules = read(found.schedules, site, assets=found.asset_files, today=today)
    everything = Window(today, today + FAR, past=True)
    return make(schedules, site, window or everything, studio or open_studio(found.settings, found.assets), today)


def _today(found: "Workspace") -> dt.date:
    from zoneinfo import ZoneInfo

    return dt.datetime.now(ZoneInfo(found.settings.timezone)).date()


def window_of(first: dt.date | None, last: dt.date | None) -> "Window | None":
    from campaign.model import Window

    if first is None and last is None:
        return None
    start = first or dt.date(1970, 1, 1)
    end = last or start + FAR
    if end < start:
        raise typer.BadParameter(f"--to {end} is before --from {start}")
    return Window(start, end)


def _inside(due: int | None, first: dt.date | None, last: dt.date | None, found: "Workspace") -> bool:
    from zoneinfo import ZoneInfo

    from campaign.store import from_ms

    if due is None:
        return True
    day = from_ms(due).astimezone(ZoneInfo(found.settings.timezone)).date()
    return (first or day) <= day <= (last or day)


def _row(row: Any) -> dict[str, Any]:
    from campaign.store import from_ms

    due = None if row.due is None else from_ms(row.due).isoformat().replace("+00:00", "Z")
    return {
        "key": row.key,
        "due": due,
        "account": row.account,
        "kind": row.kind,
        "language": row.language,
        "role": row.role,
        "revision": row.revision,
    }


# ---------------------------------------------------------------- showing


def _with_ledger(found: "Workspace", planned: "Plan", problems: "tuple[Problem, ...]") -> "list[Problem]":
    """What the ledger adds (edits of what is out), and without what it settles (times of what went out)."""
    if not found.has_ledger:
        return list(problems)
    from campaign.app import open_app
    from campaign.plan.adopt import all_out, edited_after_sending

    app = open_app(found)
    try:
        with app.database.read() as connection:
            out = all_out(connection)
            kept = [problem for problem in problems if problem.code != "TIM01" or problem.entry not in out]
            return [*kept, *edited_after_sending(connection, planned)]
    finally:
        app.close()


def _about(problems: "list[Problem]", paths: list[Path] | None, found: "Workspace") -> "list[Problem]":
    if not paths:
        return list(problems)
    wanted = [path.resolve() for path in paths]
    return [
        problem
        for problem in problems
        if any((found.root / problem.spot.file).resolve().is_relative_to(path) for path in wanted)
    ]


def _as_dict(problem: "Problem") -> dict[str, Any]:
    values = asdict(problem)
    return {**values.pop("spot"), **values}


def _show_problems(problems: "list[Problem]", mode: str) -> None:
    from rich.markup import escape

    out = console()
    said = ("", "")
    for problem in problems:
        spot = f"{problem.spot.file}:{problem.spot.line}:{problem.spot.column}"
        colour = COLOURS[problem.severity]
        out.print(f"{spot}: [{colour}]{problem.severity}[/] {problem.code} {escape(problem.message)}", soft_wrap=True)
        if problem.hint and (problem.code, problem.hint) != said:
            hint = problem.hint.replace("\n", "\n    ")
            out.print(f"    [dim]{escape(hint)}[/]", soft_wrap=True)
        said = (problem.code, problem.hint)
    counted = Counter(problem.severity for problem in problems)
    words = [f"{number} {severity}{'s' if number > 1 else ''}" for severity, number in counted.items()]
    if not problems:
        out.print("[green]No problems found.[/]")
        return
    more = (
        ""
        if mode == "live"
        else " Live mode takes findings about content more seriously: `campaign check --mode live`."
    )
    out.print(f"\n{', '.join(words)}.{more}")


def _show_plan(planned: "Plan", rows: list[dict[str, Any]], found: "Workspace") -> None:
    out = console()
    day = ""
    for (due, entry), places in _grouped(rows).items():
        this_day, time = _local(due, found)
        if this_day != day:
            out.print(f"\n[bold]{this_day}[/]")
            day = this_day
        out.print(f"  {time:5}  {entry}  [dim]{places}[/]", soft_wrap=True)
    skipped = [draft for draft in planned.drafts if draft.skip]
    for draft in skipped:
        out.print(f"[dim]not sent[/] {draft.key}: {draft.skip}", soft_wrap=True)
    out.print(f"\n{len(rows)} deliveries · plan [bold]{planned.hash[:16]}[/]")
    _show_differences(found)


def _grouped(rows: list[dict[str, Any]]) -> dict[tuple[str | None, str], str]:
    """(due, entry) → `site mastodon [lv en ru] · newsletter [lv]`."""
    places: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    for row in sorted(rows, key=lambda row: (row["due"] or "", row["key"])):
        entry = row["key"].split(">", 1)[0]
        places.setdefault((row["due"], entry), {}).setdefault(row["account"], []).append(row["language"])
    return {key: _places(accounts) for key, accounts in places.items()}


def _places(accounts: dict[str, list[str]]) -> str:
    by_languages: dict[str, list[str]] = {}
    for account, languages in accounts.items():
        by_languages.setdefault(" ".join(languages), []).append(account)
    return " · ".join(f"{' '.join(names)} ({languages})" for languages, names in by_languages.items())


def _local(due: str | None, found: "Workspace") -> tuple[str, str]:
    from zoneinfo import ZoneInfo

    if due is None:
        return "at once", ""
    moment = dt.datetime.fromisoformat(due).astimezone(ZoneInfo(found.settings.timezone))
    return f"{moment:%A, %Y-%m-%d} ({moment:%Z})", f"{moment:%H:%M}"


def _show_differences(found: "Workspace") -> None:
    if not found.has_ledger:
        console().print("[dim]There is no ledger yet: everything is new.[/]")
        return
    from campaign.app import open_app

    app = open_app(found)
    try:
        app.read()
        changes = app.differences(app.plan())
    finally:
        app.close()
    out = console()
    for change in changes[:40]:
        out.print(f"[cyan]{change.verb}[/] {change.key}" + (f"  [dim]{change.reason}[/]" if change.reason else ""))
    if len(changes) > 40:
        out.print(f"[dim]… and {len(changes) - 40} more[/]")
    if not changes:
        out.print("The ledger agrees with the files.")
