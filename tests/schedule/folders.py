"""Folders of schedules made up by tests, and the small file most mistakes are shown in."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from campaign.model import Message, Problem, Schedules
from campaign.schedule import read
from tests.samples import make_site

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "schedules"
TODAY = dt.date(2026, 11, 20)

HEAD = """\
campaign: kampana
title: {lv: Kampaņa, en: Campaign}
languages: [lv, en]
accounts: [feed, mastodon]
"""
TEXT = "text: {lv: glāžšķūņu rūķīši, en: gnomes}"

REGISTRIES = {
    "contacts.yaml": """\
contacts:
  - {id: emergency, phone: "112", name: {lv: Vienotais ārkārtas tālrunis, en: Emergency number}}
  - {id: helpline-thb, phone: "+37128612120", display: "+371 28612120", name: {lv: Uzticības tālrunis}}
""",
    "facts.yaml": """\
facts:
  - {id: eu-7000-per-year, claim: {lv: 7000 cietušo gadā}, source: European Commission, as_of: 2023-10-18}
""",
    "observances.yaml": """\
observances:
  - {id: eu-atd, name: {lv: ES diena pret cilvēku tirdzniecību}, rule: FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=18}
""",
    "places.yaml": """\
places:
  - {id: riga-library, name: {lv: Rīgas bibliotēka, en: Riga Library}}
""",
    "pages/kickoff.lv.md": "---\ntitle: Sākums\n---\nGarāks teksts.\n",
}


def wall(written: str) -> dt.datetime:
    """A local time, as schedules write it."""
    return dt.datetime.fromisoformat(written)


def folder(where: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder `schedules` with these files."""
    root = where / "schedules"
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    root.mkdir(exist_ok=True)
    return root


def read_files(where: Path, files: Mapping[str, str | bytes]) -> Schedules:
    """These files beside the small registries."""
    return read(folder(where, {**REGISTRIES, **files}), make_site(), today=TODAY)


def read_text(where: Path, text: str) -> Schedules:
    """One campaign file beside the small registries."""
    return read_files(where, {"kampana.yaml": text})


def entries(kind: str, *blocks: str) -> str:
    """A campaign with entries of one kind, each given as its lines."""
    listed = "".join("  - " + "\n    ".join(block.strip().splitlines()) + "\n" for block in blocks)
    return f"{HEAD}{kind}:\n{listed}"


def message(*lines: str) -> str:
    """A campaign with one message that is right but for these lines."""
    return entries("messages", "\n".join(["id: m", *lines]))


def the_message(schedules: Schedules) -> Message:
    """The only message; a problem would say why there is none."""
    assert [str(problem) for problem in schedules.problems] == []
    return schedules.campaigns[0].messages[0]


def codes(schedules: Schedules) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in schedules.problems]


def the_problem(schedules: Schedules) -> Problem:
    """The only problem."""
    assert len(schedules.problems) == 1, [str(problem) for problem in schedules.problems]
    return schedules.problems[0]
