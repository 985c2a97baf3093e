"""`kill -9` at random points while posts go out, and answers that get lost: everybody sees each post exactly once.

What counts is what the services show, after every lease has run out and every lost answer has been looked up.
"""

import datetime as dt
import os
import random
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.faults.processes import (
    Daemon,
    Service,
    both_services,
    campaign_of,
    happens,
    live_workspace,
    message,
    plan_then_write,
    states,
)

SOAK = os.environ.get("CAMPAIGN_SOAK") == "1"
KILLS = 300 if SOAK else 12
A_ROUND = 12
"""Kills while one load of posts goes out."""
MESSAGES = 25
"""On two accounts each: 50 posts."""
LOSSES = "0.25"
"""How often a service loses an answer, on top of the kills."""
UNSETTLED = {"planned", "claimed", "sending", "waiting", "uncertain"}


@dataclass
class Storm:
    """What came of a round, or of several."""

    kills: int = 0
    starts: int = 0
    released: int = 0  # claims that a kill left behind
    cut_off: int = 0  # requests that a kill cut off
    lost: int = 0
    doubled: int = 0
    stuck: int = 0

    def add(self, other: "Storm") -> None:
        for name, number in vars(other).items():
            setattr(self, name, getattr(self, name) + number)


@pytest.mark.slow
@pytest.mark.soak
def test_killed_at_any_point_it_publishes_everything_once(
    tmp_path: Path, counterpart: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    counterpart("fribidi")
    seed = int(os.environ.get("CAMPAIGN_SEED", "0")) or secrets.randbelow(1 << 32)
    chance, total, begun = random.Random(seed), Storm(), time.monotonic()
    while total.kills < KILLS:
        total.add(storm(tmp_path / f"storm-{total.kills}", chance, min(A_ROUND, KILLS - total.kills)))
        with capsys.disabled():
            print(f"\n{total}, {time.monotonic() - begun:.0f} s, CAMPAIGN_SEED={seed}", end=" ", flush=True)
    assert (total.lost, total.doubled, total.stuck) == (0, 0, 0)
    assert total.kills == KILLS


def storm(root: Path, chance: random.Random, kills: int) -> Storm:
    """Kill the daemon again and again while posts go out, then let it finish, and count."""
    root.mkdir()
    found = Storm()
    with both_services(root, "--faults", LOSSES, "--seed", str(chance.getrandbits(30))) as services:
        prepare(root, services)
        while found.kills < kills:
            live_and_die(root, services, chance)
            found.kills += 1
        with Daemon(root) as daemon:
            daemon.until(lambda: not UNSETTLED & set(states(root).values()))
            daemon.stop()
        found.add(count(root, services))
    return found


def prepare(root: Path, services: Mapping[str, Service]) -> None:
    live_workspace(root, {name: found.address for name, found in services.items()}, {"kampana": campaign_of("  []\n")})
    (root / "assets" / "photos").mkdir(parents=True)
    Image.new("RGB", (600, 315), "navy").save(root / "assets" / "photos" / "punkts.jpg")
    now = dt.datetime.now(dt.UTC)
    plan_then_write(root, schedule(now + dt.timedelta(days=2)), schedule(now))


def schedule(at: dt.datetime) -> str:
    """All posts at one minute, every third with a picture."""
    picture = ", images: [{file: photos/punkts.jpg, alt: {lv: Zila krāsa bez raksta}, consent: nobody shown}]"
    texts = {number: f"Glāžšķūņu rūķīši, ziņa nr. {number}." for number in range(MESSAGES)}
    lines = [message(f"zina-{n}", f"{at:%Y-%m-%d %H:%M}", text, "" if n % 3 else picture) for n, text in texts.items()]
    return campaign_of("".join(lines))


def live_and_die(root: Path, services: Mapping[str, Service], chance: random.Random) -> None:
    """One life: it ends at any moment, or a moment after the services did something for it."""
    with Daemon(root) as daemon:
        if chance.random() < 0.2:
            time.sleep(chance.random() * 3)
        for _ in range(chance.randrange(1, 9)):
            if not something_happens(services):
                break
        time.sleep(chance.random() * 0.03)
        daemon.kill()


def something_happens(services: Mapping[str, Service]) -> bool:
    seen = [service.acts() for service in services.values()]
    return happens(lambda: [service.acts() for service in services.values()] != seen, 3, step=0.001)


def count(root: Path, services: Mapping[str, Service]) -> Storm:
    """What everybody sees, and what the ledger still has open."""
    found = Storm(stuck=sum(state != "sent" for state in states(root).values()))
    for service in services.values():
        seen = Counter(re.findall(r"ziņa nr\. (\d+)\.", " ".join(service.texts())))
        found.lost += sum(not seen[str(number)] for number in range(MESSAGES))
        found.doubled += sum(times - 1 for times in seen.values())
    for log in root.glob("daemon-*.log"):
        words = log.read_text(encoding="utf-8")
        found.starts += 1
        for released, cut_off in re.findall(r"(\d+) released, (\d+) in doubt", words):
            found.released += int(released)
            found.cut_off += int(cut_off)
    return found
