"""The daemon as a process: two of them, a gentle end, a full disk, no network, edits at the last moment, its pages."""

import datetime as dt
import resource
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.bluesky import FakeBluesky
from tests.fakes.mastodon import FakeMastodon
from tests.fakes.server import Handling
from tests.faults.processes import Daemon, campaign_of, happens, live_workspace, message, run_once, states
from tests.workspaces import edit_schedule, write_schedule

pytestmark = pytest.mark.slow
TEXT = "Glāžšķūņu rūķīši sargā."
LATER = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).strftime("%Y-%m-%d 09:00")


@dataclass
class Scene:
    """A workspace in live mode, known to a first pass, with its services in this process."""

    root: Path
    mastodon: FakeMastodon
    bluesky: FakeBluesky

    def write(self, *names: str, at: str = "now", text: str = TEXT) -> None:
        """Messages that go out as soon as they are read."""
        lines = "".join(message(name, at, f"{text} ({name})") for name in names)
        write_schedule(self.root, "kampana", campaign_of(lines))

    def texts(self) -> list[str]:
        return [post["text"].split("\n")[0] for post in self.mastodon.posts]


@pytest.fixture
def scene(tmp_path: Path, counterpart: Callable[[str], Path]) -> Iterator[Scene]:
    counterpart("fribidi")
    with FakeMastodon() as mastodon, FakeBluesky() as bluesky:
        addresses = {"mastodon": mastodon.address, "bluesky": bluesky.address}
        found = Scene(live_workspace(tmp_path, addresses, {"kampana": campaign_of("  []\n")}), mastodon, bluesky)
        found.write("rits", at=LATER)
        run_once(tmp_path)
        yield found


@contextmanager
def serving(scene: Scene) -> Iterator[Daemon]:
    """The daemon, once its first pass is over."""
    with Daemon(scene.root) as daemon:
        daemon.until(lambda: "Next:" in daemon.said)
        yield daemon


# ---------------------------------------------------------------- one at a time, and a gentle end


def test_a_second_daemon_refuses_and_names_the_first(scene: Scene) -> None:
    with serving(scene) as first, Daemon(scene.root) as second:
        assert second.process.wait(30) == 1
        assert f"(process {first.process.pid})" in second.said
        assert "Traceback" not in second.said


def test_a_daemon_that_was_killed_leaves_no_lock(scene: Scene) -> None:
    with serving(scene) as first:
        first.kill()
    with serving(scene) as second:
        assert second.process.poll() is None


def test_a_gentle_end_waits_for_the_request_in_flight_and_gives_the_others_back(scene: Scene) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def slow(handling: Handling) -> None:
        arrived.set()
        go_on.wait(20)
        handling.reply(handling.act())

    scene.mastodon.fault(slow)
    scene.write("a", "b", "c")
    with Daemon(scene.root) as daemon:
        assert arrived.wait(30)
        daemon.process.terminate()
        assert not happens(lambda: daemon.process.poll() is not None, 0.5)
        go_on.set()
        assert daemon.process.wait(30) == 0
        assert "Traceback" not in daemon.said
    found = states(scene.root)
    assert sorted(found[f"kampana/{name}>mastodon:lv"] for name in "abc") == ["planned", "planned", "sent"]
    assert len(scene.mastodon.posts) == 1


# ---------------------------------------------------------------- trouble around it


def test_a_full_disk_stops_nothing_for_good(scene: Scene) -> None:
    with serving(scene) as daemon:
        unlimited = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        scene.write("pilns")
        assert not happens(lambda: bool(scene.texts()) or daemon.process.poll() is not None, 3)
        assert urllib.request.urlopen(daemon.url, timeout=10).status == 200
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, unlimited)
        daemon.until(lambda: scene.texts() == [f"{TEXT} (pilns)"])
        daemon.until(lambda: states(scene.root)["kampana/pilns>mastodon:lv"] == "sent")


def test_a_disk_that_fills_up_during_a_request_loses_and_doubles_nothing(scene: Scene) -> None:
    with serving(scene) as daemon:
        limit = lambda soft: resource.prlimit(  # noqa: E731
            daemon.process.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY)
        )

        def full(handling: Handling) -> None:
            limit(0)
            handling.reply(handling.act())

        scene.mastodon.fault(full)
        scene.write("vidus")
        daemon.until(lambda: bool(scene.texts()))
        assert not happens(lambda: daemon.process.poll() is not None, 1)
        limit(resource.RLIM_INFINITY)
        daemon.until(lambda: states(scene.root)["kampana/vidus>mastodon:lv"] == "sent")
    assert scene.texts() == [f"{TEXT} (vidus)"]


def test_without_a_network_posts_wait_and_go_out_when_it_is_back(scene: Scene) -> None:
    with serving(scene) as daemon:
        with scene.mastodon.down():
            scene.write("tikls")
            daemon.until(lambda: states(scene.root).get("kampana/tikls>mastodon:lv") == "waiting")
            daemon.until(lambda: states(scene.root)["kampana/tikls>bluesky:lv"] == "sent")
        daemon.until(lambda: states(scene.root)["kampana/tikls>mastodon:lv"] == "sent")
    assert scene.texts() == [f"{TEXT} (tikls)"]


# ---------------------------------------------------------------- edits


def test_an_edit_is_seen_at_once_and_its_post_goes_out_once(scene: Scene) -> None:
    with serving(scene) as daemon:
        scene.write("rits", at=f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M}", text="Labots teksts.")
        daemon.until(lambda: states(scene.root)["kampana/rits>mastodon:lv"] == "sent")
        edit_schedule(scene.root, "kampana", "Labots", "Vēlreiz labots")
        daemon.until(lambda: daemon.said.count("edited") == 2)
        daemon.stop()
    assert scene.texts() == ["Labots teksts. (rits)"]


def test_a_post_withdrawn_before_its_time_never_goes_out(scene: Scene) -> None:
    with serving(scene) as daemon:
        write_schedule(scene.root, "kampana", campaign_of(message("cits", "now", TEXT)))
        daemon.until(lambda: states(scene.root)["kampana/rits>mastodon:lv"] == "cancelled")
        daemon.until(lambda: states(scene.root)["kampana/cits>mastodon:lv"] == "sent")
    assert scene.texts() == [TEXT]


# ---------------------------------------------------------------- what people see


def fetch(url: str, tag: str = "") -> tuple[int, str, str]:
    """Status, ETag and body."""
    request = urllib.request.Request(url, headers={"If-None-Match": tag} if tag else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.headers["ETag"], reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["ETag"] or "", error.read().decode()


def test_it_serves_the_site_and_answers_304_until_something_changes(scene: Scene) -> None:
    with serving(scene) as daemon:
        feed = daemon.url + "lv/feed.xml"
        scene.write("pirmais")
        daemon.until(lambda: fetch(feed)[0] == 200)
        tag = fetch(feed)[1]
        assert fetch(feed, tag)[::2] == (304, "")
        scene.write("pirmais", "otrais")
        daemon.until(lambda: f"{TEXT} (otrais)" in fetch(feed)[2])
        assert fetch(feed, tag)[0] == 200


def test_after_a_restart_the_last_pages_are_there_before_anything_else_is_done(scene: Scene) -> None:
    scene.write("pirmais")
    run_once(scene.root)
    with Daemon(scene.root) as daemon:
        assert TEXT in fetch(daemon.url + "lv/feed.xml")[2]
        assert daemon.said.startswith("live: http://")
