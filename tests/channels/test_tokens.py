"""Tokens that change while they are used."""

import threading
from pathlib import Path

from campaign.channels.tokens import TokenFolder


def test_a_token_is_there_after_a_restart(tmp_path: Path) -> None:
    TokenFolder(tmp_path / "tokens").save("bluesky", {"refresh": "glāžšķūņu"})
    assert TokenFolder(tmp_path / "tokens").load("bluesky") == {"refresh": "glāžšķūņu"}


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    TokenFolder(tmp_path / "tokens").save("bluesky", {"refresh": "x"})
    assert (tmp_path / "tokens" / "bluesky.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "tokens").stat().st_mode & 0o777 == 0o700


def test_a_broken_file_is_no_token(tmp_path: Path) -> None:
    (tmp_path / "bluesky.json").write_text("{half", encoding="utf-8")
    assert TokenFolder(tmp_path).load("bluesky") == {}
    assert TokenFolder(tmp_path).load("mastodon") == {}


def test_savers_at_the_same_time_leave_one_whole_token(tmp_path: Path) -> None:
    tokens = TokenFolder(tmp_path)
    savers = [threading.Thread(target=tokens.save, args=("a", {"n": str(n) * 1000})) for n in range(8)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    assert len(set(tokens.load("a")["n"])) == 1
