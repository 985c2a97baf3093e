"""Correcting and retracting as people do it: the commands, beside a daemon at work and without one, on lossy services."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.bluesky import FakeBluesky
from tests.fakes.mastodon import FakeMastodon
from tests.fakes.server import error_before, lost_after
from tests.faults.processes import Daemon, campaign_of, live_workspace, message, run_once, states
from tests.workspaces import ROOT, edit_schedule, write_schedule

pytestmark = pytest.mark.slow
TEXT = "Zvaniet rūķīšiem: 12345."
LATER = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).strftime("%Y-%m-%d 09:00")
MASTODON, BLUESKY, SITE = (f"kampana/numurs>{account}:lv" for account in ("mastodon", "bluesky", "site"))


@dataclass
class Scene:
    """One message that is out on both networks and on the site."""

    root: Path
    mastodon: FakeMastodon
    bluesky: FakeBluesky

    def command(self, *words: str) -> dict[str, tuple[str, str]]:
        """Key → (result, words) of a command's answers."""
        program = [sys.executable, "-m", "campaign", *words, "--json", "-w", str(self.root)]
        done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, env=dict(os.environ), check=False)
        assert done.stdout, done.stderr
        return {answer["key"]: (answer["result"], answer["words"]) for answer in json.loads(done.stdout)}

    def page(self) -> str:
        return (self.root / "var/live/public/lv/e/kampana/numurs/index.html").read_text()


@pytest.fixture
def scene(tmp_path: Path, counterpart: Callable[[str], Path]) -> Iterator[Scene]:
    counterpart("fribidi")
    with FakeMastodon() as mastodon, FakeBluesky() as bluesky:
        addresses = {"mastodon": mastodon.address, "bluesky": bluesky.address}
        before = campaign_of(message("numurs", LATER, TEXT))
        found = Scene(live_workspace(tmp_path, addresses, {"kampana": before}), mastodon, bluesky)
        run_once(tmp_path)
        write_schedule(tmp_path, "kampana", campaign_of(message("numurs", "now", TEXT)))
        run_once(tmp_path)
        assert [len(service.posts) for service in (mastodon, bluesky)] == [1, 1]
        yield found


def test_a_correction_reaches_the_network_through_the_daemon_at_work(scene: Scene) -> None:
    with Daemon(scene.root) as daemon:
        daemon.until(lambda: "planned" in daemon.said or "Next" in daemon.said or "Nothing" in daemon.said)
        edit_schedule(scene.root, "kampana", "12345", "116006")
        answers = scene.command("correct", "kampana/numurs", "--note", "lv:tālruņa numurs")
        assert answers[MASTODON] == ("done", "edited")
        assert answers[BLUESKY][0] == "cannot"
        daemon.until(lambda: "tālruņa numurs" in scene.page())
    assert "116006" in scene.mastodon.posts[0]["text"]
    assert scene.mastodon.state["edits"] == 1


def test_without_a_daemon_the_command_corrects_by_itself_and_replies_where_it_must(scene: Scene) -> None:
    edit_schedule(scene.root, "kampana", "12345", "116006")
    answers = scene.command("correct", "kampana/numurs", "--reply")
    assert answers[MASTODON] == ("done", "edited")
    assert answers[BLUESKY][0] == "asked"
    run_once(scene.root)
    first, reply = scene.bluesky.posts
    assert reply["text"].startswith("Labojums. Zvaniet rūķīšiem: 116006.")
    assert "12345" in first["text"]


def test_a_retraction_holds_against_lost_answers_and_a_restart(scene: Scene) -> None:
    scene.mastodon.fault(lost_after, on=f"DELETE /api/v1/statuses/{scene.mastodon.posts[0]['id']}")
    scene.bluesky.fault(error_before, on="POST /xrpc/com.atproto.repo.deleteRecord")
    first = scene.command("retract", "kampana/numurs", "--reason", "Nepareizs tālrunis.")
    assert {first[MASTODON][0], first[BLUESKY][0]} == {"asked"}
    with Daemon(scene.root) as daemon:
        daemon.until(lambda: {states(scene.root)[key] for key in (MASTODON, BLUESKY)} == {"retracted"})
    assert [len(service.posts) for service in (scene.mastodon, scene.bluesky)] == [0, 0]
    assert "Nepareizs tālrunis." in scene.page()


def test_after_a_retraction_nothing_brings_the_post_back(scene: Scene) -> None:
    scene.command("retract", "kampana/numurs", "--reason", "Nepareizs tālrunis.")
    edit_schedule(scene.root, "kampana", "12345", "116006")
    run_once(scene.root)
    run_once(scene.root)
    assert [len(service.posts) for service in (scene.mastodon, scene.bluesky)] == [0, 0]
    assert {states(scene.root)[key] for key in (MASTODON, BLUESKY, SITE)} == {"retracted"}
