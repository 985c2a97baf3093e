"""The documentation says what is: its reference, its codes, its examples, the tests and pages it links to."""

import datetime as dt
import re
import shutil
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pydantic import BaseModel
from typer.main import get_command

from campaign.cards import Studio
from campaign.channels import ACCOUNTS
from campaign.cli import cli
from campaign.model import Problem, Window
from campaign.newsletter import NewsletterSettings, Recipient
from campaign.plan import plan
from campaign.schedule import json_schema, read
from campaign.settings import Serving, Settings
from campaign.workspace import open_workspace
from tests.workspaces import ROOT
from tools import write_reference

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
MODELS: list[type[BaseModel]] = [Settings, Serving, *ACCOUNTS, NewsletterSettings, Recipient]
EXAMPLE = re.compile(r"^```yaml ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOML = re.compile(r"^ *```toml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!`)\[[^\]`]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
NAMED_TEST = re.compile(r"\[(test_\w+)\]\(\.\./(tests/[\w/]+\.py)\)")
CODE = re.compile(r'"([A-Z]{3}\d\d)"')
REGISTRIES = ("contacts", "facts", "observances", "places", "partners", "glossary")
TODAY = dt.date(2027, 11, 20)
HEAD = """\
campaign: piemers
title: {lv: Piemērs, en: Example}
languages: [lv, en]
accounts: [feed, site, mastodon]
"""
AROUND = {
    "messages": f"{HEAD}messages:\n  - {{id: first-message, at: 2027-12-01 09:00, text: {{lv: Sākums., en: Start.}}}}\n",
    "events": f"{HEAD}events:\n",
}


DISCUSSION = """\
events:
  - {id: discussion, title: {lv: Diskusija, en: Talk}, starts: 2027-12-14 10:00, ends: 2027-12-14 12:00}
"""


def examples() -> Iterator[object]:
    for page in PAGES:
        for number, (kind, body) in enumerate(EXAMPLE.findall(page.read_text(encoding="utf-8"))):
            yield pytest.param(kind, body, id=f"{page.name}-{number}")


def time_words() -> list[str]:
    """What the table of times says one may write."""
    page = (ROOT / "docs/editor.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `((?:at|repeat): [^`]+)`", page, re.MULTILINE)


def slug(heading: str) -> str:
    """The anchor of a heading, as repositories on the web make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).strip().replace(" ", "-")


def anchors(page: Path) -> set[str]:
    prose = FENCED.sub("", page.read_text(encoding="utf-8"))
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", prose, re.MULTILINE)}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """(file, anchor) of every link that does not leave the repository."""
    for link in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if "://" not in link and not link.startswith("mailto:"):
            path, _, anchor = link.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def findings(folder: Path, file: str, text: str) -> list[Problem]:
    """What `campaign check` says of one file beside the sample's registries."""
    for name in REGISTRIES:
        shutil.copyfile(ROOT / "schedules" / f"{name}.yaml", folder / f"{name}.yaml")
    (folder / file).write_text(text, encoding="utf-8")
    sample = open_workspace(ROOT)
    site = sample.settings.site()
    schedules = read(folder, site, assets=sample.asset_files, today=TODAY)
    window = Window(TODAY, TODAY + dt.timedelta(days=90), past=True)
    return list(plan(schedules, site, window, Studio(sample.assets), TODAY).findings(live=False))


# ---------------------------------------------------------------- the reference


def test_the_reference_is_what_the_program_says() -> None:
    assert (ROOT / "docs/reference.md").read_text(encoding="utf-8") == write_reference.page()


@pytest.mark.parametrize("model", MODELS)
def test_every_setting_is_explained(model: type[BaseModel]) -> None:
    assert not [name for name, field in model.model_fields.items() if not field.description]


@pytest.mark.parametrize("kind", sorted(json_schema()))
def test_every_key_of_a_file_is_explained(kind: str) -> None:
    schema = json_schema()[kind]
    assert not [name for name, value in schema["properties"].items() if not value.get("description")]


# ---------------------------------------------------------------- findings and examples


def test_every_code_has_its_paragraph_and_every_paragraph_its_code() -> None:
    used = {code for path in (ROOT / "campaign").rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))}
    page = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == used


@pytest.mark.parametrize(("kind", "body"), list(examples()))
def test_every_example_passes_check(kind: str, body: str, tmp_path: Path) -> None:
    text = AROUND[kind] + textwrap.indent(body, "  ") if kind else body
    key = body.partition(":")[0]
    file = f"{key}.yaml" if not kind and key in REGISTRIES else "piemers.yaml"
    problems = findings(tmp_path, file, text)
    assert [str(problem) for problem in problems if problem.severity == "error"] == []
    assert {problem.code for problem in problems} <= {"CON02", "EVT01"}


@pytest.mark.parametrize("words", time_words())
def test_the_time_words_are_understood(words: str, tmp_path: Path) -> None:
    clock = "\n    time: 09:00\n    from: 2027-11-22" if words.startswith("repeat:") else ""
    entry = f"  - id: m\n    {words}{clock}\n    text: {{lv: glāžšķūņu rūķīši, en: gnomes}}\n"
    problems = findings(tmp_path, "piemers.yaml", AROUND["messages"] + entry + DISCUSSION)
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


def test_an_example_with_a_mistake_would_be_found(tmp_path: Path) -> None:
    wrong = f"{AROUND['messages']}  - {{id: glazskunu, at: 25.11.2027, text: {{lv: glāžšķūņu rūķīši, en: gnomes}}}}\n"
    assert {"FMT02"} <= {problem.code for problem in findings(tmp_path, "piemers.yaml", wrong)}


def test_each_kind_of_file_has_an_example() -> None:
    kinds = {
        kind or body.partition(":")[0] for kind, body in EXAMPLE.findall((ROOT / "docs/editor.md").read_text("utf-8"))
    }
    assert kinds >= {"campaign", "messages", "events", "contacts", "facts", "places"}


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```toml" in page.read_text("utf-8")], ids=lambda page: page.name
)
def test_every_configuration_shown_is_accepted(page: Path) -> None:
    config = tomllib.loads((ROOT / "config/campaign.toml").read_text(encoding="utf-8"))
    for block in TOML.findall(page.read_text(encoding="utf-8")):
        shown = tomllib.loads(textwrap.dedent(block))
        others = {
            name: account for name, account in config["accounts"].items() if name not in shown.get("accounts", {})
        }
        Settings(**config | shown | {"accounts": others | shown.get("accounts", {})})


# ---------------------------------------------------------------- promises and links


def test_what_happens_when_names_tests_that_exist() -> None:
    named = NAMED_TEST.findall((ROOT / "docs/what-happens-when.md").read_text(encoding="utf-8"))
    missing = [name for name, file in named if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert missing == []
    assert len(named) == len(set(named))


def test_every_promise_is_told() -> None:
    promises = (ROOT / "tests/test_promises.py").read_text(encoding="utf-8")
    page = (ROOT / "docs/what-happens-when.md").read_text(encoding="utf-8")
    told = {name for name, file in NAMED_TEST.findall(page) if file == "tests/test_promises.py"}
    assert set(re.findall(r"^def (test_\w+)", promises, re.MULTILINE)) == told


def test_each_failure_stands_in_one_sentence_with_one_test() -> None:
    page = (ROOT / "docs/what-happens-when.md").read_text(encoding="utf-8")
    items = re.split(r"^- ", page, flags=re.MULTILINE)[1:]
    assert len(items) == len(NAMED_TEST.findall(page))
    assert not [item for item in items if not item.startswith("**") or len(NAMED_TEST.findall(item)) != 1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    for path, anchor in links(page):
        assert path.exists(), path
        assert not anchor or anchor in anchors(path), f"{path.name}#{anchor}"


def test_every_page_of_the_documentation_is_reachable_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        waiting += [path for path, _ in links(page) if path.suffix == ".md" and path not in seen]
    assert set(PAGES) - seen == set()


def test_every_module_stands_in_the_package_map() -> None:
    page = (ROOT / "docs/developer.md").read_text(encoding="utf-8")
    found = [path for path in (ROOT / "campaign").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    names = {path.stem for path in found if not path.stem.startswith("__")}
    assert {name for name in names if not re.search(rf"`{name}`", page)} == set()


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "channels"], ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    known = set(get_command(cli).commands)  # type: ignore[attr-defined]
    written = "\n".join(re.findall(r"`[^`\n]+`|^```.*?^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    named = set(re.findall(r"(?:^|[`/] ?)campaign ([a-z]+)\b", written, re.MULTILINE))
    assert named - known == set()


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize("name", ["post.png", "month.png"])
def test_pictures_are_sharp_and_small(name: str) -> None:
    path = ROOT / "docs/images" / name
    with Image.open(path) as picture:
        assert picture.width >= 1200
    assert path.stat().st_size < 250_000
