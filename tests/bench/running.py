"""What a person waits for: help, the demo's rehearsal, the daemon's first page; beside a bare Python."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.bench.measuring import best, cost, figure
from tests.workspaces import ROOT, copy_sample


def run() -> list[dict[str, Any]]:
    return [*helping(), *rehearsing(), *starting()]


def helping() -> list[dict[str, Any]]:
    bare = best(lambda: cost(["-c", "pass"]))
    told = best(lambda: cost(["-m", "campaign", "--help"]))
    return [
        figure("campaign --help", told.wall, "s", f"wall; aim: under 0.25 s; bare Python {bare.wall:.3f} s"),
        figure("  its CPU", told.cpu, "s CPU", "against bare Python", told.cpu / max(bare.cpu, 0.001)),
    ]


def rehearsing() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        copy_sample(Path(folder) / "w")
        played = cost(["-m", "campaign", "demo", "--once", "-w", f"{folder}/w"])
    return [
        figure("rehearsal of the demo: two months, three languages", played.wall, "s", "wall; aim: under 20 s"),
        figure("  its CPU", played.cpu, "s CPU"),
        figure("  its peak memory", played.peak_mb, "MB"),
    ]


def starting() -> list[dict[str, Any]]:
    """The sample workspace in sandbox mode: a first start, then one that finds everything built."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder) / "w")
        first, again = started(root), started(root)
    return [
        figure("campaign run, first start, to the first page", first[0], "s CPU"),
        figure("campaign run, later start, to the first page", again[0], "s CPU", "aim: under 1.2 s"),
        figure("  wall", again[2], "s"),
        figure("  memory then (PSS)", again[1], "MB", "aim: under 90 MB"),
    ]


def started(root: Path) -> tuple[float, float, float]:
    """(CPU seconds, PSS in MB, wall seconds) when the first page has been answered."""
    log, begun = root / "run.log", time.monotonic()
    with (
        log.open("w") as out,
        subprocess.Popen(
            [sys.executable, "-m", "campaign", "run", "-w", str(root)],
            cwd=ROOT,
            stderr=out,
            env=os.environ | {"CAMPAIGN_SERVE__PORT": "0"},
        ) as process,
    ):
        address = None
        while address is None and process.poll() is None and time.monotonic() < begun + 120:
            time.sleep(0.005)
            address = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text(encoding="utf-8"))
        assert address, log.read_text(encoding="utf-8")
        while not answers(f"{address[0]}lv/"):
            time.sleep(0.02)
        found = spent(process.pid), memory(process.pid), time.monotonic() - begun
        process.send_signal(signal.SIGTERM)
    return found


def answers(page: str) -> bool:
    """A first start has nothing to show before its first build."""
    try:
        with urllib.request.urlopen(page, timeout=30) as reply:
            return bool(reply.status == 200)
    except urllib.error.HTTPError:
        return False


def spent(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    pss = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    assert pss
    return int(pss[1]) / 1024
