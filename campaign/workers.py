"""Who runs what is due: a thread per account at most, so that a slow service delays nobody else."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

SEATS = 16


class Lanes:
    """Runs one piece of work per account at a time; a second call for a busy account is dropped, not queued.

    What came due meanwhile is found by the pass that `done` asks for.
    """

    def __init__(self, run: Callable[[str], int], done: Callable[[], None]) -> None:
        """`run(account)` works a lane off; `done()` is called when a lane that did something has ended."""
        self._run = run
        self._done = done
        self._busy: dict[str, Future[int]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=SEATS, thread_name_prefix="lane")

    def start(self, accounts: Iterable[str]) -> None:
        """Start the lane of each account that is not at work already."""
        started = []
        with self._lock:
            for account in accounts:
                running = self._busy.get(account)
                if running is None or running.done():
                    self._busy[account] = self._pool.submit(self._run, account)
                    started.append(self._busy[account])
        for lane in started:
            lane.add_done_callback(self._ended)

    def _ended(self, lane: "Future[int]") -> None:
        """Only now does the lane count as free, so that the pass asked for here can start it again."""
        if not lane.cancelled() and not lane.exception() and lane.result():
            self._done()

    def failures(self) -> list[BaseException]:
        """What crashed a lane since the last call; each is a bug to be reported."""
        with self._lock:
            ended = [account for account, future in self._busy.items() if future.done()]
            lanes = [self._busy.pop(account) for account in ended]
        return [error for lane in lanes if not lane.cancelled() and (error := lane.exception())]

    def stop(self) -> None:
        """Wait for the requests in flight; lanes stop by themselves once asked to."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class InTurn:
    """The same on a virtual clock: every lane in the caller's thread, in the order given, so runs are repeatable."""

    def __init__(self, run: Callable[[str], int]) -> None:
        """`run(account)` works a lane off."""
        self._run = run

    def start(self, accounts: Iterable[str]) -> None:
        """Work each lane off before returning."""
        for account in accounts:
            self._run(account)
