"""Connecting accounts and looking how they stand, as a person at a terminal does it."""

import json
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from campaign.cli import cli
from campaign.errors import CampaignError
from tests.fakes.bluesky import HANDLE, PASSWORD, FakeBluesky
from tests.fakes.mastodon import TOKEN
from tests.test_connect import SMALL, World, everything_in, secrets_in, tables, world_of
from tests.workspaces import make_workspace

PROGRAM = [sys.executable, "-m", "campaign", "account"]


@pytest.fixture
def blue() -> Iterator[FakeBluesky]:
    with FakeBluesky() as server:
        yield server


@pytest.fixture
def root(tmp_path: Path, blue: FakeBluesky) -> Path:
    reachable = f'reachable = ["{blue.address}"]\n'
    return make_workspace(tmp_path, config=SMALL.replace("[accounts.feed]", f"{reachable}[accounts.feed]"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield world_of("mastodon", tmp_path, stack)


def account(root: Path, *words: str, typed: str = "") -> Result:
    result = CliRunner().invoke(cli, ["account", *words, "--workspace", str(root)], input=typed)
    if isinstance(result.exception, CampaignError):
        raise result.exception
    return result


def add(root: Path, blue: FakeBluesky, *words: str, typed: str = "") -> Result:
    return account(root, "add", "bluesky", "--set", f"server={blue.url}", *words, typed=typed)


def test_questions_are_answered_one_below_the_other(root: Path, blue: FakeBluesky) -> None:
    result = add(root, blue, typed=f"{HANDLE}\n{PASSWORD}\n")
    assert (result.exit_code, "The account's name, without @." in result.stdout) == (0, True)
    assert f"Connected: @{HANDLE}" in result.stdout
    assert tables(root)["bluesky"]["handle"] == HANDLE
    assert secrets_in(root) == {"bluesky_app_password": PASSWORD}


def test_what_comes_next_is_told(root: Path, blue: FakeBluesky) -> None:
    result = add(root, blue, "zils", typed=f"{HANDLE}\n{PASSWORD}\n")
    assert "Kept in: config/secrets/zils_app_password, config/secrets/tokens/zils.json" in result.stdout
    assert "The mode is sandbox: nothing is sent there" in result.stdout


def test_secrets_come_from_standard_input_line_by_line(root: Path, blue: FakeBluesky) -> None:
    add(root, blue, "--set", f"handle={HANDLE}", "--secret", "app_password=-", typed=f"{PASSWORD}\n")
    assert secrets_in(root) == {"bluesky_app_password": PASSWORD}


@pytest.mark.parametrize(
    "words",
    [
        ("--secret", f"app_password={PASSWORD}"),
        ("--secret", PASSWORD),
        ("--set", "handle"),
        ("--set", "=x"),
    ],
)
def test_wrong_usage_exits_2_and_repeats_no_secret(root: Path, blue: FakeBluesky, words: tuple[str, str]) -> None:
    before = everything_in(root)
    result = add(root, blue, *words)
    assert result.exit_code == 2
    assert PASSWORD not in result.output
    assert everything_in(root) == before


def test_giving_up_keeps_nothing(root: Path, blue: FakeBluesky) -> None:
    before = everything_in(root)
    with pytest.raises(CampaignError, match="nothing was kept"):
        add(root, blue, typed=f"{HANDLE}\n")
    assert everything_in(root) == before


def test_a_check_shows_who_we_are_and_exits_0(root: Path, blue: FakeBluesky) -> None:
    add(root, blue, typed=f"{HANDLE}\n{PASSWORD}\n")
    result = account(root, "check")
    assert (result.exit_code, f"@{HANDLE}" in result.stdout) == (0, True)


def test_a_check_of_an_account_that_is_not_connected_exits_1_with_the_command(tmp_path: Path) -> None:
    result = account(make_workspace(tmp_path), "check", "mastodon")
    assert result.exit_code == 1
    assert "campaign account add mastodon mastodon --again" in result.stdout


def test_a_check_as_json_names_every_part(tmp_path: Path) -> None:
    [found] = json.loads(account(make_workspace(tmp_path), "check", "bluesky", "--json").stdout)
    assert found == {
        "account": "bluesky",
        "kind": "bluesky",
        "state": "not connected",
        "words": "It has no secrets yet.",
        "ends": None,
        "days_left": None,
        "mend": "campaign account add bluesky bluesky --again",
    }


def test_without_accounts_on_networks_a_check_says_how_to_get_one(tmp_path: Path) -> None:
    assert "campaign account add" in account(make_workspace(tmp_path, config=SMALL), "check").stdout


# ---------------------------------------------------------------- at a real terminal


def at_terminal(
    root: Path, words: list[str], answers: dict[str, str], seen: Callable[[str], None], *, ends: int = 0
) -> str:
    """Everything a terminal shows; `answers` are typed after the prompts that end so."""
    leader, follower = pty.openpty()
    command = [*PROGRAM, *words, "--workspace", str(root)]
    env = {**os.environ, "COLUMNS": "100", "TERM": "xterm"}
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=env, start_new_session=True
    )
    os.close(follower)
    shown, waiting = "", dict(answers)
    given_up = threading.Timer(60, process.kill)
    given_up.start()
    while piece := _read(leader):
        shown += re.sub(r"\x1b\[[\d;]*m", "", piece)
        seen(shown)
        for prompt in [prompt for prompt in waiting if shown.rstrip(" ").endswith(prompt)]:
            os.write(leader, f"{waiting.pop(prompt)}\n".encode())
    os.close(leader)
    given_up.cancel()
    assert process.wait() == ends, shown
    return shown


def _read(leader: int) -> str:
    try:
        return os.read(leader, 4096).decode(errors="replace")
    except OSError:  # the other end is closed
        return ""


def test_a_secret_that_is_typed_is_not_shown(root: Path, blue: FakeBluesky) -> None:
    words = ["add", "bluesky", "--set", f"server={blue.url}"]
    shown = at_terminal(root, words, {"handle:": HANDLE, "app password:": PASSWORD}, lambda _: None)
    assert HANDLE in shown
    assert PASSWORD not in shown
    assert secrets_in(root) == {"bluesky_app_password": PASSWORD}


def test_giving_up_at_a_terminal_is_told_in_words(root: Path, blue: FakeBluesky) -> None:
    words = ["add", "bluesky", "--set", f"server={blue.url}"]
    ctrl_d = "\x04"
    shown = at_terminal(root, words, {"handle:": HANDLE, "app password:": ctrl_d}, lambda _: None, ends=1)
    assert "Given up: nothing was kept." in shown
    assert "Traceback" not in shown


def test_from_the_first_question_to_the_first_posts_no_secret_gets_out(
    world: World, counterpart: Callable[[str], Path]
) -> None:
    counterpart("fribidi")
    went: list[threading.Thread] = []

    def go(shown: str) -> None:
        found = re.search(r"(http://127\S+/oauth/authorize\S+)\s", shown)
        if found and not went:
            went.append(threading.Thread(target=world.authority.browse, args=(found[1],)))
            went[0].start()

    shown = at_terminal(world.root, ["add", "mastodon"], {"server:": world.authority.url}, go)
    went[0].join()
    told = shown + str(account(world.root, "check").output) + live_run(world.root)
    secret = {world.root / "config" / "secrets" / "mastodon_token"}
    leaking = {file for file in world.root.rglob("*") if file.is_file() and TOKEN.encode() in file.read_bytes()}
    assert (TOKEN in told, leaking) == (False, secret)


def live_run(root: Path) -> str:
    """One pass in live mode; what it prints."""
    command = [sys.executable, "-m", "campaign", "run", "--once", "--mode", "live", "--workspace", str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stderr
