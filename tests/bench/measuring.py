"""How figures are taken: CPU time and memory of a process of its own, and the form they are told in."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.workspaces import ROOT


@dataclass(frozen=True)
class Cost:
    """What a process took; `said` is the last line it printed."""

    cpu: float
    wall: float
    peak_mb: float
    said: Any


def figure(name: str, value: float, unit: str, reference: str = "", ratio: float | None = None) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, "reference": reference, "ratio": ratio}


def cost(arguments: Sequence[str], **environment: str) -> Cost:
    """Run Python with these arguments and wait for it; children count."""
    begun = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, env=os.environ | environment
    ) as process:
        assert process.stdout
        lines = process.stdout.read().decode().splitlines()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    said = lines[-1] if lines else ""
    wall = time.monotonic() - begun
    return Cost(
        used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, json.loads(said) if said[:1] == "{" else said
    )


def best(run: Callable[[], Cost], times: int = 5) -> Cost:
    """The cheapest of some runs: what the work costs when nothing else disturbs it."""
    return min((run() for _ in range(times)), key=lambda one: one.cpu)


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that a call takes in this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun
