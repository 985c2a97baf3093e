"""Tokens that change while they are used."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from campaign.channels.tokens import TokenFolder
from campaign.errors import AccountBlocked


def test_a_token_is_there_after_a_restart(tmp_path: Path) -> None:
    TokenFolder(tmp_path / "tokens").save("bluesky", {"refresh": "glāžšķūņu"})
    assert TokenFolder(tmp_path / "tokens").load("bluesky") == {"refresh": "glāžšķūņu"}


def test_nobody_else_may_read_any_of_it(tmp_path: Path) -> None:
    tokens = TokenFolder(tmp_path / "tokens")
    tokens.save("bluesky", {"refresh": "x"})
    tokens.save("bluesky", {"refresh": "y"})
    with tokens.exclusive("bluesky"):
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "tokens").iterdir()}
    assert modes == dict.fromkeys(("bluesky.json", "bluesky.json.previous", "bluesky.lock"), 0o600)
    assert (tmp_path / "tokens").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("content", ["{half", "[]", '"x"', ""])
def test_a_broken_file_is_no_token(tmp_path: Path, content: str) -> None:
    (tmp_path / "bluesky.json").write_text(content, encoding="utf-8")
    assert TokenFolder(tmp_path).load("bluesky") == {}
    assert TokenFolder(tmp_path).load("mastodon") == {}


def test_what_is_saved_replaces_everything_from_before(tmp_path: Path) -> None:
    tokens = TokenFolder(tmp_path)
    tokens.save("x", {"access": "a1", "refresh": "r1", "ends": "1700000000"})
    tokens.save("x", {"access": "a2", "refresh": ""})
    assert tokens.load("x") == {"access": "a2", "refresh": ""}


def test_the_version_before_is_kept_beside(tmp_path: Path) -> None:
    tokens = TokenFolder(tmp_path)
    for number in (1, 2, 3, 3):
        tokens.save("x", {"refresh": f"r{number}"})
    assert json.loads((tmp_path / "x.json.previous").read_text()) == {"refresh": "r2"}
    assert tokens.load("x") == {"refresh": "r3"}


def test_savers_at_the_same_time_leave_one_whole_token(tmp_path: Path) -> None:
    tokens = TokenFolder(tmp_path)
    savers = [threading.Thread(target=tokens.save, args=("a", {"n": str(n) * 1000})) for n in range(8)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    assert len(set(tokens.load("a")["n"])) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.json.previous"]


COUNT = """
import sys, pathlib
from campaign.channels.tokens import TokenFolder
tokens = TokenFolder(pathlib.Path(sys.argv[1]))
for _ in range(25):
    with tokens.exclusive("a"):
        tokens.save("a", {"n": str(int(tokens.load("a").get("n", 0)) + 1)})
"""


def test_only_one_process_at_a_time_is_inside(tmp_path: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)]) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert TokenFolder(tmp_path).load("a") == {"n": "75"}


def test_accounts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    tokens = TokenFolder(tmp_path)
    with tokens.exclusive("a"), tokens.exclusive("b"):
        tokens.save("b", {"n": "1"})
    assert tokens.load("b") == {"n": "1"}


def test_a_folder_that_cannot_be_used_blocks_the_account_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("not a folder")
    tokens = TokenFolder(tmp_path / "tokens")
    with pytest.raises(AccountBlocked, match="“x”"), tokens.exclusive("x"):
        raise AssertionError("nobody gets in")
    with pytest.raises(AccountBlocked, match="“x”"):
        tokens.save("x", {"refresh": "kanarijputnins"})


def test_a_save_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    tokens = TokenFolder(tmp_path)
    tokens.save("x", {"refresh": "r1"})
    (tmp_path / "x.json.previous").mkdir()
    with pytest.raises(AccountBlocked):
        tokens.save("x", {"refresh": "r2"})
    assert tokens.load("x") == {"refresh": "r1"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.json", "x.json.previous"]
