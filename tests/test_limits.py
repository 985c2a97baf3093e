"""What servers say they allow: asked once a day, kept when they do not answer."""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import Transient
from campaign.limits import read_anew, stored
from campaign.model import Limits
from tests.ledgers import Service

NOW = dt.datetime.now(dt.UTC)


@dataclass
class Telling(Service):
    """A service that tells its limits, unless it is down."""

    told: Limits | None = None
    asked: int = 0

    def read_limits(self) -> Limits:
        self.asked += 1
        if self.told is None:
            raise Transient("nav atbildes")
        return self.told


def read(file: Path, now: dt.datetime = NOW, **channels: Service) -> bool:
    return read_anew(channels, file, now, lambda _: None)


def test_what_a_server_says_is_kept_for_a_day(tmp_path: Path) -> None:
    file, server = tmp_path / "limits.json", Telling(told=Limits(characters=5000))
    assert read(file, mastodon=server)
    assert not read(file, NOW + dt.timedelta(hours=23), mastodon=server)
    assert stored(file) == {"mastodon": Limits(characters=5000)}
    assert server.asked == 1
    assert not read(file, NOW + dt.timedelta(hours=25), mastodon=server)
    assert server.asked == 2


def test_a_server_that_is_down_keeps_what_it_said_and_is_asked_again(tmp_path: Path) -> None:
    file, server = tmp_path / "limits.json", Telling(told=Limits(characters=5000))
    read(file, mastodon=server)
    os.utime(file, (0, 0))
    server.told = None
    assert not read(file, mastodon=server)
    assert not read(file, mastodon=server)
    assert server.asked == 3
    assert stored(file)["mastodon"].characters == 5000


def test_an_account_that_is_gone_leaves_the_snapshot(tmp_path: Path) -> None:
    file, server = tmp_path / "limits.json", Telling(told=Limits(characters=700))
    read(file, vecs=server, mastodon=server)
    os.utime(file, (0, 0))
    assert read(file, mastodon=server)
    assert set(stored(file)) == {"mastodon"}


def test_services_that_tell_nothing_leave_no_file(tmp_path: Path) -> None:
    assert not read(tmp_path / "limits.json", bluesky=Service())
    assert not (tmp_path / "limits.json").exists()


def test_a_broken_snapshot_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "limits.json").write_text("{")
    assert stored(tmp_path / "limits.json") == {}
