"""A pytest plugin: every secret of the tests holds a canary, and after the whole suite it is searched for.

It may stand in the folder of secrets, where it belongs, and nowhere else: in no log, error, record, database, page or
output of a test.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

CANARY = "kanarijputnins"
HOME = "secrets"
"""The folder secrets live in, in a workspace or by itself in a test."""
SAID = pytest.StashKey[list[str]]()
LARGEST = 50_000_000


def leaks(folder: Path) -> Iterator[Path]:
    """Files below a folder, but not in a folder of secrets, that hold a canary."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or HOME in path.relative_to(folder).parts:
            continue
        if path.stat().st_size <= LARGEST and CANARY.encode() in path.read_bytes():
            yield path


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SAID] = []


class Listener:
    """Reads what tests printed and logged."""

    def __init__(self, said: list[str]) -> None:
        self.said = said

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if any(CANARY in text for _, text in report.sections):
            self.said.append(report.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.pluginmanager.register(Listener(session.config.stash[SAID]))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    factory = getattr(session.config, "_tmp_path_factory", None)
    folder = getattr(factory, "_basetemp", None)
    found = [str(path.relative_to(folder)) for path in leaks(folder)] if folder else []
    session.config.stash[SAID].extend(found)
    if session.config.stash[SAID]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if said := config.stash[SAID]:
        terminalreporter.section("secrets that got out", red=True)
        for place in said:
            terminalreporter.write_line(place)
    else:
        terminalreporter.write_line("No canary was found outside the folders of secrets.")
