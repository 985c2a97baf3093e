"""The JSON Schemas: what the reading accepts they accept, seen as an editor program sees YAML; what it refuses by form, too."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from campaign.schedule import json_schema
from campaign.schedule.registries import REGISTRIES as REGISTRY_FILES
from tests.schedule.folders import HEAD, REGISTRIES, SAMPLE, TEXT, codes, entries, message, read_files, read_text

AT = "at: 2026-11-25 09:00"
SCHEMAS = json_schema()


class Editor(yaml.SafeLoader):
    """YAML 1.2's core types, as editor programs see them: 12:30 and dates stay text, 12 and true do not."""


Editor.yaml_implicit_resolvers = {}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
Editor.add_implicit_resolver("tag:yaml.org,2002:float", re.compile("^[-+]?[0-9]+[.][0-9]*$"), list("-+0123456789"))
Editor.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:null|~|)$"), ["n", "~", ""])


def wrongs(kind: str, text: str) -> list[str]:
    """What an editor program underlines."""
    document = yaml.load(text, Editor)
    return [error.message for error in Draft202012Validator(SCHEMAS[kind]).iter_errors(document)]


def kind_of(path: Path) -> str:
    return path.stem if path.stem in REGISTRY_FILES else "campaign"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_schema_is_valid_and_says_what_it_is_for(kind):
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["title"]
    assert json.loads(json.dumps(SCHEMAS[kind])) == SCHEMAS[kind]


def test_there_is_a_schema_for_every_kind_of_file():
    assert set(SCHEMAS) == {"campaign", "contacts", "facts", "observances", "places", "partners", "glossary"}


def objects(schema: Any):
    """Every mapping with known keys inside a schema."""
    if isinstance(schema, dict):
        if "properties" in schema and "additionalProperties" in schema:
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_key_is_explained_and_no_other_is_known(kind):
    for found in objects(SCHEMAS[kind]):
        assert found["additionalProperties"] is False
        assert all(key["description"] for key in found["properties"].values())


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.yaml")), ids=lambda path: path.name)
def test_the_files_of_the_sample_workspace_fit(path):
    assert wrongs(kind_of(path), path.read_text()) == []


@pytest.mark.parametrize("name", [name for name in REGISTRIES if name.endswith(".yaml")])
def test_the_small_registries_fit(name):
    assert wrongs(name.removesuffix(".yaml"), REGISTRIES[name]) == []


RIGHT = [
    message(AT, TEXT),
    message("at: now", TEXT, "draft: true", "own_issue: false", "languages: [lv]", "note: 2023"),
    message("repeat: every monday", "time: 09:00", "from: 2026-11-23", "count: 12", "except: [2026-11-30]", TEXT),
    message("repeat: monthly on 1", "time: 09:00", "digest: month", "card: month-calendar"),
    message(
        "repeat: monthly on 1", "time: 09:00", "digest: {period: next month, intro: {lv: Labdien}, if_empty: skip}"
    ),
    message(AT, TEXT, "card: {template: checklist, items: {lv: [a, b]}}", "images: [{file: a.jpg, alt: {lv: zāle}}]"),
    message(AT, TEXT, "card: [{template: chart, bars: [{label: {lv: Zvani}, value: 310}]}, help]"),
    message(AT, TEXT, "card: {template: cover, photo: {file: a.jpg, alt: {lv: zāle}, focus: [0.4, 1]}}"),
    message(
        AT,
        TEXT,
        "variants: {mastodon: {text: {lv: x}}, newsletter: {hashtags: [], footer: none, card: none}, feed: {skip: nē}}",
    ),
    message(
        AT,
        TEXT,
        "link: https://kampana.example",
        "hashtags: {lv: ['#Kopā'], en: []}",
        "footer: none",
        "if_late: 2h then skip",
    ),
    message(AT, TEXT, "content_warning: {lv: vardarbība}", "draft: true"),
    message(AT, "thread: [{text: {lv: x, en: y}}, {text: {lv: x}, images: [{file: a.jpg, alt: {lv: zāle}}]}]"),
    message("repeat: every day", "time: 09:00", "on: {2026-12-24: {status: cancelled, reason: {lv: svētki}}}", TEXT),
    entries(
        "events",
        "id: e\ntitle: {lv: x}\nstarts: 2026-11-25 10:00\nends: 2026-11-25 12:00\nprice: 0\nplace: riga-library\nspoken: [lv]",
    ),
    entries(
        "events",
        "id: e\ntitle: {lv: x}\ndates: 2026-11-25 to 2026-12-10\nplace: {lv: Rīga}\nannounce: [1 day before 10:00, when moved]",
    ),
    entries(
        "events",
        "id: e\ntitle: {lv: x}\nrepeat: every monday\ntime: 10:00-12:00\nchanges: [{on: 2026-11-20, was: {place: Rīga}}]",
    ),
    entries(
        "series",
        "id: s\nrepeat: every day\nfrom: 2026-11-25\ntime: 09:00\nitems: [{id: 16-days, text: {lv: x}}, {id: 17, text: {lv: y}}]",
    ),
    HEAD
    + "period: 2026\nobservances: [eu-atd]\ndefaults: {time: 09:00, card: none, expires: end of day, if_late: ask}\n",
]


@pytest.mark.parametrize("written", RIGHT)
def test_what_is_read_fits(written, tmp_path):
    assert codes(read_text(tmp_path, written)) == []
    assert wrongs("campaign", written) == []


WRONG = [
    message(AT, TEXT, "texts: {lv: x}"),
    message(AT, TEXT, "draft: maybe"),
    message(AT, TEXT, "repeat: every day"),
    message(AT),
    message(TEXT),
    message(AT, TEXT, "digest: month"),
    message("repeat: every day", "time: 9:00", TEXT),
    message("repeat: every day", "time: 09:00", "from: 25.11.2026", TEXT),
    message("repeat: every day", "time: 09:00", "from: 2026-11-25", "count: daudz", TEXT),
    message("repeat: every day", "time: 09:00", "on_holiday: varbūt", TEXT),
    message(AT, TEXT, "accounts: feed"),
    message(AT, TEXT, "link: javascript:alert(1)"),
    message(AT, TEXT, "images: [{alt: {lv: x}}]"),
    message(AT, TEXT, "card: {items: {lv: [a]}}"),
    message(AT, TEXT, "card: [cover, {items: {lv: [a]}}]"),
    message(AT, TEXT, "card: {template: cover, photo: photos/hall.jpg}"),
    message(AT, TEXT, "card: {template: cover, photo: {file: a.jpg, focus: [0.4]}}"),
    message(AT, TEXT, "card: {template: cover, photo: {file: a.jpg, focus: [0.4, 40]}}"),
    message(AT, TEXT, "card: {template: cover, photo: {file: a.jpg, fokus: [0, 1]}}"),
    message(AT, TEXT, "variants: {feed: {skp: x}}"),
    message(AT, "thread: [{text: {lv: x}}]"),
    message(AT, TEXT, "thread: [{text: {lv: x}}, {text: {lv: y}}]"),
    message(AT, TEXT, "reply_to: Viktorīna 1"),
    entries("messages", f"{AT}\n{TEXT}"),
    entries("messages", f"id: Mans Ziņojums\n{AT}\n{TEXT}"),
    entries("events", "id: e\ntitle: {lv: x}"),
    entries("events", "id: e\ntitle: {lv: x}\ndate: 2026-11-25\nstarts: 2026-11-25 10:00"),
    entries("events", "id: e\ntitle: {lv: x}\ndate: 2026-11-25\nattendance: in person"),
    HEAD + "massages: []\n",
    HEAD.replace("campaign: kampana\n", ""),
    HEAD + "messages: {id: m}\n",
    HEAD + "period: 09.2023\n",
]


@pytest.mark.parametrize("written", WRONG)
def test_what_is_refused_for_its_form_does_not_fit(written, tmp_path):
    assert codes(read_text(tmp_path, written)) != []
    assert wrongs("campaign", written) != []


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("contacts", "contacts:\n  - {id: a, name: {lv: x}}\n"),
        ("facts", "facts:\n  - {id: a, claim: {lv: x}, source: s, as_of: 02.2021}\n"),
        ("observances", "observances:\n  - {id: a, name: {lv: x}, rule: easter, days: daudz}\n"),
        ("places", "places:\n  - {id: a, name: {lv: x}, adress: {lv: y}}\n"),
        ("partners", "partners:\n  - {id: riga, handles: {x: '@riga'}}\n"),
        ("partners", "partners:\n  - {id: riga, name: Rīga, handles: {x: divi vārdi}}\n"),
        ("glossary", "words:\n  - {prefer: {lv: x}}\n"),
    ],
)
def test_wrong_registries_do_not_fit(kind, written, tmp_path):
    assert codes(read_files(tmp_path, {f"{kind}.yaml": written})) != []
    assert wrongs(kind, written) != []
