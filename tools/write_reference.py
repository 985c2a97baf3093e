"""Write docs/reference.md from the program itself: settings, commands, keys of the files, states of deliveries.

Run it after a change of any of these; `tests/test_docs.py` fails until it was. `--check` only says whether it is due.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer.main import get_command

from campaign.channels import ACCOUNTS
from campaign.cli import cli
from campaign.model import State
from campaign.newsletter import NewsletterSettings, Recipient
from campaign.schedule import json_schema
from campaign.settings import SECRET_FIELDS, Serving, Settings
from campaign.store.states import OPEN, SETTLED, STEPS

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"
OPENING = """\
# Reference

This page is written by `tools/write_reference.py` from the program itself. Do not edit it by hand: a test compares
the two.

- [Settings](#settings): what the operator decides in `config/campaign.toml`
- [Commands](#commands): the command line
- [Files](#files): every key of the files in `schedules/`
- [States](#states): where a delivery can stand

The codes of findings have [a page of their own](findings.md).
"""
SETTINGS = """\
## Settings

They stand in `config/campaign.toml`. An environment variable overrides each of them: `CAMPAIGN_` and the name in
capitals, `__` where the file has a dot (`CAMPAIGN_MODE=live`, `CAMPAIGN_SERVE__PORT=8080`).
Secrets stand in neither: see [secrets](operator.md#secrets).
"""
ACCOUNT = """\
### Accounts

An account is a table `[accounts.<name>]`; schedules call it by that name. Its `kind` says which other settings it has.
A field marked *secret* is a file `config/secrets/<name>_<field>`, loaded in live mode only.
"""
COMMANDS = """\
## Commands

Every command has `--help`. Exit code 0: fine; 1: problems found, or it cannot be done; 2: wrong usage.
Three options mean the same wherever they are: `--workspace DIR` (or `-w`, or `CAMPAIGN_WORKSPACE`) names the workspace,
which is otherwise found from the current folder upwards; `--mode` looks at another mode than the configured one;
`--json` prints data for programs.
"""
FILES = """\
## Files

Every `schedules/<name>.yaml` is a campaign, but for the six registries. Articles are
`schedules/pages/<id>.<language>.md`.
`campaign schema --out DIR` writes the same as JSON Schema, so that an editor program completes and explains.
"""
STATES = """\
## States

A delivery is one entry on one account in one language. What to do in each state:
[the operator's page](operator.md#deliveries-and-what-to-do).
"""
COMMON = {"where": "--workspace", "mode": "--mode", "as_json": "--json"}
ALIKE = 8
"""So many keys that an earlier table has word for word are named and not explained again."""
Row = Sequence[str]
Told = dict[str, list[Row]]


def main() -> None:
    """Write the page, or check it."""
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE} is out of date: run {Path(__file__).name}")


def page() -> str:
    """The whole page."""
    parts = [OPENING, *settings(), *commands(), *files(), STATES, states()]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts if part)


def table(head: Row, rows: Sequence[Row]) -> str:
    """A Markdown table; `|` and `<` inside a cell are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(words: str) -> str:
    outside = words.split("`")[::2]
    for part in outside:
        words = words.replace(part, part.replace("<", "&lt;")) if "<" in part else words
    return words.replace("|", "\\|")


# ---------------------------------------------------------------- settings


def settings() -> Iterator[str]:
    """The operator's file: general settings, then each kind of account."""
    yield SETTINGS
    yield "### General\n"
    own = [row for row in rows_of(Settings) if row[0] not in ("`serve`", "`accounts`")]
    yield table(("setting", "means", "default"), [*own, *rows_of(Serving, "serve.")])
    yield ACCOUNT
    models: tuple[type[BaseModel], ...] = (*ACCOUNTS, NewsletterSettings)
    for model in models:
        kind = get_args(model.model_fields["kind"].annotation)[0]
        yield f"#### `{kind}`\n\n{first_line(model)}\n"
        rows = [row for row in rows_of(model) if row[0] != "`kind`"]
        extra = list(rows_of(Recipient, "recipients[].")) if model is NewsletterSettings else []
        yield table(("setting", "means", "default"), [*rows, *extra])


def first_line(model: type[BaseModel]) -> str:
    """What a model is, in its own words."""
    return (model.__doc__ or "").strip().splitlines()[0]


def rows_of(model: type[BaseModel], prefix: str = "") -> Iterator[Row]:
    """One row per field."""
    for name, field in model.model_fields.items():
        secret = name in SECRET_FIELDS and SecretStr.__name__ in str(field.annotation)
        means = (field.description or "").replace("\n", " ") + choices(field)
        yield f"`{prefix}{name}`", f"*Secret.* {means}" if secret else means, default(field)


def choices(field: FieldInfo) -> str:
    """The accepted words of a field that has only some."""
    if get_origin(field.annotation) is not Literal:
        return ""
    return " One of " + ", ".join(f"`{value}`" for value in get_args(field.annotation)) + "."


def default(field: FieldInfo) -> str:
    """What holds when a setting is not there."""
    value = field.default
    if field.is_required() or value is PydanticUndefined:
        return "required"
    if value is None or value in ("", (), {}):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


# ---------------------------------------------------------------- commands


def commands() -> Iterator[str]:
    """Each command with its arguments and options."""
    yield COMMANDS
    for name, command in every_command(get_command(cli), "campaign"):
        yield f"### `{name}`\n\n{command.help}\n"
        rows = [parameter(found) for found in command.params if found.name not in COMMON]
        if rows:
            yield table(("argument or option", "means", "default"), rows) + "\n"
        common = [f"`{COMMON[found.name]}`" for found in command.params if found.name in COMMON]
        yield f"{'Also' if rows else 'Takes'} {', '.join(common)}.\n" if common else ""


def every_command(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(its words, the command), those of groups inside it too."""
    for name, command in group.commands.items():
        inner = f"{path} {name}"
        yield from every_command(command, inner) if hasattr(command, "commands") else [(inner, command)]


def parameter(found: Any) -> Row:
    """One argument or option."""
    sign = found.metavar or "" if found.param_type_name == "argument" else ", ".join(found.opts)
    value = "" if found.param_type_name == "argument" else found.metavar or value_of(found)
    shown = "required" if found.required else default_of(found.default)
    return f"`{sign}{f' {value}' if value else ''}`", found.help or "", shown


def value_of(found: Any) -> str:
    """The name of an option's value; a switch has none."""
    if found.is_flag:
        return ""
    annotation = found.type_descriptor.annotation
    return "PATH" if annotation is Path else "WORD"


def default_of(value: Any) -> str:
    """What holds when an option is not given."""
    return f"`{value}`" if value not in (None, "", False) and not isinstance(value, list | tuple) else "none"


# ---------------------------------------------------------------- files


def files() -> Iterator[str]:
    """Every kind of file, from the schema that editor programs use."""
    yield FILES
    for kind, schema in json_schema().items():
        where = "schedules/&lt;name&gt;.yaml" if kind == "campaign" else f"schedules/{kind}.yaml"
        yield f"### {kind}\n\n{schema['title']}: {where}\n"
        yield from keys(schema, "", {})


def keys(schema: Mapping[str, Any], path: str, told: Told) -> Iterator[str]:
    """The keys of one mapping, then those of the mappings inside it; what was told before is not told again."""
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    required = schema.get("required", ())
    rows: list[Row] = [
        (f"`{name}`", meaning(found), "yes" if name in required else "") for name, found in properties.items()
    ]
    if rows in told.values() or not any(row[1] for row in rows):
        return
    yield (f"#### `{path}`\n\n" if path else "") + shortened(rows, told) + "\n"
    told |= {path: rows} if path else {}
    for name, found in properties.items():
        for inner, sign in mappings(found):
            yield from keys(inner, f"{path}.{name}{sign}".lstrip("."), told)


def meaning(schema: Mapping[str, Any]) -> str:
    """What a key is for, and its words where it takes only some."""
    words = str(schema.get("description", ""))
    return words + (": " + ", ".join(f"`{word}`" for word in schema["enum"]) if "enum" in schema else "")


def shortened(rows: list[Row], told: Told) -> str:
    """The table of what is new, and the names of what the most similar table has word for word."""
    nearest = max(told, key=lambda path: len([row for row in rows if row in told[path]]), default="")
    alike = [row for row in rows if row in told.get(nearest, ())]
    if len(alike) < ALIKE:
        return table(("key", "means", "required"), rows)
    new = [row for row in rows if row not in alike]
    names = f"As in `{nearest}`: {', '.join(row[0] for row in alike)}."
    return f"{table(('key', 'means', 'required'), new)}\n\n{names}" if new else names


def mappings(schema: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The mappings with named keys that a value may be, hold as items, or hold under any name."""
    if "properties" in schema:
        yield schema, ""
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from mappings(choice)
    for name, sign in (("items", "[]"), ("additionalProperties", ".*")):
        inner = schema.get(name)
        if isinstance(inner, Mapping):
            yield from ((found, sign + more) for found, more in mappings(inner))


# ---------------------------------------------------------------- states


def states() -> str:
    """Every state, whether it waits for something, and the steps out of it."""
    steps = {state: ", ".join(f"`{step}`" for step in State if step in STEPS[state]) for state in State}
    rows = [(f"`{state}`", awaited(state), steps[state] or "nothing: it is final") for state in State]
    return table(("state", "waits for", "may become"), rows)


def awaited(state: State) -> str:
    """What a state waits for."""
    if state in SETTLED:
        return "nothing"
    by_person = {State.HELD: "a person", State.UNCERTAIN: "a look-up, or a person"}
    return "its time" if state in OPEN else by_person.get(state, "the request")


if __name__ == "__main__":
    main()
