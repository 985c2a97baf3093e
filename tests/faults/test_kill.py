"""`kill -9` at random points while posts go out, and answers that get lost: everybody sees each post exactly once.

What counts is what the services show, after every lease has run out and every lost answer has been looked up.
"""

import datetime as dt
import os
import random
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from tests.faults.processes import (
    Daemon,
    Service,
    all_sent,
    ask,
    both_services,
    campaign_of,
    live_workspace,
    message,
    plan_then_write,
    states,
    wait_until,
)

SOAK = os.environ.get("CAMPAIGN_SOAK") == "1"
KILLS = 300 if SOAK else 12
A_ROUND = 12
"""Kills while one load of posts goes out."""
MESSAGES = 25
"""On two accounts each: 50 posts."""
LOSSES = "0.25"
"""How often a service loses an answer, on top of the kills."""


@dataclass
class Storm:
    """What came of a round."""

    kills: int = 0
    starts: int = 0
    in_doubt: int = 0  # requests that a kill cut off
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)

    def __add__(self, other: "Storm") -> "Storm":
        return Storm(
            self.kills + other.kills,
            self.starts + other.starts,
            self.in_doubt + other.in_doubt,
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.left | other.left,
        )


def schedule(at: str) -> str:
    picture = ", images: [{file: photos/punkts.jpg, alt: {lv: Zila krāsa bez raksta}}]"
    return campaign_of(
        "".join(
            message(f"zina-{number}", at, f"Glāžšķūņu rūķīši, ziņa nr. {number}.", picture if number % 3 == 0 else "")
            for number in range(MESSAGES)
        )
    )


def storm(root: Path, chance: random.Random, kills: int) -> Storm:
    """Kill the daemon again and again while it has something to do, then let it finish and count."""
    root.mkdir()
    with both_services(root, "--faults", LOSSES, "--seed", str(chance.getrandbits(30))) as services:
        live_workspace(root, {name: found.address for name, found in services.items()}, {"kampana": schedule("")})
        (root / "assets" / "photos").mkdir(parents=True)
        Image.new("RGB", (600, 315), "navy").save(root / "assets" / "photos" / "punkts.jpg")
        now = dt.datetime.now(dt.UTC)
        plan_then_write(root, schedule(f"{now.year + 1}-01-01 09:00"), schedule(f"{now:%Y-%m-%d %H:%M}"))
        found = Storm()
        while found.kills < kills and not (found.kills and all_sent(root)):
            _run_and_kill(root, services, chance, found)
        _finish(root, found)
        return count(services, found)


def _run_and_kill(root: Path, services: Mapping[str, Service], chance: random.Random, found: Storm) -> None:
    """One life: it ends some acts of the services after its start, a moment before or after the next one."""
    acts, moment = chance.randrange(1, 9), chance.random() * 0.03
    with Daemon(root) as daemon:
        for _ in range(acts):
            before = [service.acts() for service in services.values()]
            patience = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=4)
            while before == [service.acts() for service in services.values()] and dt.datetime.now(dt.UTC) < patience:
                wait_until(lambda: True)
        daemon.ended_within(moment)
        daemon.kill()
    found.kills += 1
    found.starts += 1
