"""What a program and everything it started has taken: processor time in seconds, memory in MB.

A process may end while it is looked at; then it no longer counts.
"""

import ctypes
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def named(start: str, process: int) -> list[int]:
    """Those that a process started, and these again, whose program's name begins so."""
    children = defaultdict(list)
    for one, name, parent in _all():
        children[parent].append((one, name))
    waiting, found = list(children[process]), []
    while waiting:
        one, name = waiting.pop()
        found += [one] if name.startswith(start) else []
        waiting += children[one]
    return found


def _all() -> Iterator[tuple[int, str, int]]:
    """Every process: its number, its program's name, its parent's number."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            known, _, rest = status.read_text().rpartition(")")
            yield int(status.parent.name), known.partition("(")[2], int(rest.split()[1])


def seconds(processes: Iterable[int]) -> dict[int, float]:
    """Processor time of each so far, to the nanosecond: /proc/<pid>/stat counts in steps of 10 ms."""
    found = {}
    for process in processes:
        with suppress(OSError):
            found[process] = time.clock_gettime(_clock(process))
    return found


def _clock(process: int) -> int:
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(process, ctypes.byref(clock)):
        raise ProcessLookupError(process)
    return clock.value


def megabytes(processes: Iterable[int]) -> float:
    """Memory of all together, what they share counted once (PSS)."""
    total = 0
    for process in processes:
        with suppress(OSError):
            pss = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(pss[1]) if pss else 0
    return total / 1024
