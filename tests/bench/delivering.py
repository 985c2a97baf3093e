"""Ten accounts at once, each service answering after 50 ms: rate, CPU and lateness beside the same calls alone."""

import datetime as dt
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from campaign.deliver import accounts_with_work, run_lane
from campaign.model import Attempt, Receipt
from campaign.store.database import Database
from campaign.workers import Lanes
from tests.bench.measuring import figure
from tests.ledgers import Service, make_desk, make_wanted, open_ledger, put

ACCOUNTS, POSTS, LATENCY = 10, 1_000, 0.050


def run() -> list[dict[str, Any]]:
    bare = taken(alone)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.filled(Path(folder))
        ours = taken(ledger.deliver)
    late = sorted(ledger.lateness)
    ideal = POSTS / ACCOUNTS * LATENCY
    each = 1e6 / POSTS
    return [
        figure("ten accounts, 50 ms a call: deliveries", POSTS / ours.wall, "posts/s", "wall"),
        figure(
            "  the same calls and nothing else",
            POSTS / bare.wall,
            "posts/s",
            "we reach, of these",
            bare.wall / ours.wall,
        ),
        figure("  CPU of a delivery", (ours.cpu - bare.cpu) * each, "µs", "without the bare calls'"),
        figure("  1,000 posts due at once: lateness, median", late[len(late) // 2], "s", f"bare: {ideal / 2:.2f} s"),
        figure(
            "  1,000 posts due at once: lateness, p99",
            late[int(len(late) * 0.99)],
            "s",
            f"bare: {ideal:.2f} s",
            late[int(len(late) * 0.99)] / ideal,
        ),
    ]


@dataclass(frozen=True)
class Taken:
    wall: float
    cpu: float


def taken(work: Callable[[], object]) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu)


def alone() -> None:
    """A thread per account that makes its calls one after another."""
    threads = [threading.Thread(target=_calls) for _ in range(ACCOUNTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _calls() -> None:
    for _ in range(POSTS // ACCOUNTS):
        time.sleep(LATENCY)


class Slow(Service):
    """Answers after a while, and knows when each post was asked for."""

    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__()
        self._told = told

    def send(self, attempt: Attempt) -> Receipt:
        time.sleep(LATENCY)
        self._told()
        return super().send(attempt)


@dataclass
class Ledger:
    """A thousand posts, all due now, on ten accounts."""

    database: Database
    lateness: list[float] = field(default_factory=list)
    begun: float = 0

    @classmethod
    def filled(cls, folder: Path) -> "Ledger":
        database = open_ledger(folder)
        rows = (make_wanted(f"kampana/zina-{number:04}>konts-{number % ACCOUNTS}:lv") for number in range(POSTS))
        put(database, *rows)
        return cls(database)

    def deliver(self) -> None:
        """What a pass of the daemon does: a lane for each account that has work."""
        services = {f"konts-{number}": Slow(self._told) for number in range(ACCOUNTS)}
        now = dt.datetime(2023, 9, 18, 9, 0, tzinfo=dt.UTC)
        desk = replace(make_desk(self.database, services, lambda: now), stopping=lambda: False)  # type: ignore[arg-type]
        lanes = Lanes(lambda account: run_lane(desk, account), lambda: None)
        self.begun = time.perf_counter()
        lanes.start(accounts_with_work(desk))
        lanes.stop()
        self.database.close()
        assert len(self.lateness) == POSTS

    def _told(self) -> None:
        self.lateness.append(time.perf_counter() - self.begun)
