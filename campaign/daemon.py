"""The daemon: the clock, the watching of files, signals, one instance per workspace.

APScheduler only wakes (its jobs set an event); the database decides what is due. So a restart, a missed tick, a
suspended laptop or a stepped clock loses nothing: the next pass finds whatever is due by then.
"""

import datetime as dt
import fcntl
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from campaign import deliver
from campaign.app import App, now, open_app
from campaign.connect.checks import ending
from campaign.errors import CampaignError
from campaign.report import status
from campaign.workers import Lanes
from campaign.workspace import Workspace

if TYPE_CHECKING:
    from campaign.web.app import Server

SAFETY_SECONDS = 15
HOUSEKEEPING_MINUTES = 30
Report = Callable[[str], None]


def run(where: Workspace, report: Report, *, once: bool = False) -> None:
    """Run until SIGTERM or Ctrl-C; `once` makes one pass and waits for its requests. Refuses a second instance."""
    report = _never_failing(report)
    with instance_lock(where.var):
        app = open_app(where, report=report)
        try:
            _start(app)
            if once:
                _one_pass_only(app)
            else:
                Daemon(app, report).run()
        finally:
            app.close()


def _never_failing(report: Report) -> Report:
    def say(words: str) -> None:
        with suppress(OSError):  # a full disk under the log must not end the clock
            report(words)

    return say


def _start(app: App) -> None:
    released, doubtful = deliver.recover(app.desk)
    if released or doubtful:
        app.report(f"The last run ended in the midst: {released} released, {doubtful} in doubt and being looked up.")


def _one_pass_only(app: App) -> None:
    app.replan()
    app.run_pass()
    if isinstance(app.lanes, Lanes):
        app.lanes.stop()
        for error in app.lanes.failures():
            raise CampaignError(f"Not everything could be tried ({type(error).__name__}: {error}).") from error


class AtWork(CampaignError):
    """Another process looks after this mode of the workspace."""


@contextmanager
def instance_lock(var: Path) -> Iterator[None]:
    """Hold the mode's lock file; the system frees it when the process ends, however it ends."""
    var.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(var / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            raise AtWork(
                f"`campaign run` is already at work on {var} (process {holder}). Two of them would do everything twice."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


class Daemon:
    """One opened workspace, kept going."""

    def __init__(self, app: App, report: Report) -> None:
        """Wire the wake-ups; nothing runs before `run`."""
        self.app = app
        self.report = report
        self.ended = threading.Event()
        self._wake = threading.Event()
        self._server: Server | None = None
        self._troubled = ""
        self._ends_told: dict[str, int] = {}
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=dt.UTC,
        )
        app.wake = self._wake.set

    def run(self) -> None:
        """Serve and keep passing until a signal comes."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: self.stop())
        self._serve()  # what was public before the restart, at once
        self._pass()  # everything that came due while nobody was looking
        self._say_what_is_next()
        self._scheduler.add_job(self._wake.set, "interval", seconds=SAFETY_SECONDS, id="safety")
        self._scheduler.add_job(
            self._prepare, "interval", minutes=HOUSEKEEPING_MINUTES, next_run_time=now(), id="housekeeping"
        )
        self._scheduler.start()
        watcher = threading.Thread(target=self._watch, name="watch", daemon=True)
        watcher.start()
        try:
            while not self.ended.is_set():
                self._wake.wait()
                self._wake.clear()
                if not self.ended.is_set():
                    self._pass()
        finally:
            self._scheduler.shutdown(wait=False)
            if self._server is not None:
                self._server.stop()
            self.report("Stopped: requests in flight were waited for, the rest is as it was.")

    def stop(self) -> None:
        """End gently: nothing new begins, requests in flight are waited for."""
        self.app.stopping = True
        self.ended.set()
        self._wake.set()

    # ------------------------------------------------------------ a pass

    def _pass(self) -> None:
        troubles = self._lanes_failures()
        try:
            self._follow_files()
            self.app.run_pass()
            self._show()
            self._arm()
        except Exception as error:  # noqa: BLE001 - a full disk or a locked database must not end the clock
            troubles.append(error)
        for trouble in troubles:
            self._trouble(trouble)
        if not troubles:
            self._recovered()

    def _follow_files(self) -> None:
        adopted = self.app.replan()
        if adopted is not None and str(adopted) != "nothing changed":
            self.report(f"Plan: {adopted}.")
        if adopted is not None and adopted.look_again:
            threading.Timer(4, self._wake.set).start()

    def _lanes_failures(self) -> list[BaseException]:
        return self.app.lanes.failures() if isinstance(self.app.lanes, Lanes) else []

    def _trouble(self, error: BaseException) -> None:
        words = f"{type(error).__name__}: {error}".splitlines()[0]
        if words != self._troubled:
            self.report(f"This pass could not be finished ({words}); it is tried again every {SAFETY_SECONDS} s.")
        self._troubled = words

    def _recovered(self) -> None:
        if self._troubled:
            self.report("Passes work again.")
        self._troubled = ""

    def _arm(self) -> None:
        """Wake when the next thing is due; the safety tick covers whatever this misses."""
        due = self.app.next_due()
        if due is not None:
            self._scheduler.add_job(self._wake.set, "date", run_date=max(due, now()), id="tick", replace_existing=True)

    def _prepare(self) -> None:
        self.app.read_limits()
        for trouble in self.app.prepare():
            self.report(f"A picture cannot be drawn: {trouble}")
        for words in ending(self.app.desk.channels, self.app.site.accounts, now(), self._ends_told):
            self.report(words)
        self.app.gallery.prune(now())

    def _watch(self) -> None:
        from watchfiles import watch

        bell = self.app.workspace.bell.parent
        bell.mkdir(parents=True, exist_ok=True)
        for _ in watch(*self.app.workspace.watched, bell, stop_event=self.ended, debounce=400, raise_interrupt=False):
            self._wake.set()

    # ------------------------------------------------------------ what people see

    def _serve(self) -> None:
        from campaign.web.app import serve
        from campaign.web.public import Public

        self._public = Public.load(self.app.public)
        serving = self.app.workspace.settings.serve
        self._server = serve(self._public, serving.host, serving.port)
        self.report(f"{self.app.workspace.settings.mode}: http://{serving.host}:{self._server.port}/")

    def _show(self) -> None:
        if self._server is not None and self.app.built_anew():
            self._public.reload(self.app.public)

    def _say_what_is_next(self) -> None:
        found = status(self.app.database)
        waits = sum(number for state, number in found["counts"].items() if state in ("held", "uncertain", "rejected"))
        if waits:
            self.report(f"{waits} deliveries wait for a person: see `campaign status`.")
        for hold in found["holds"]:
            self.report(f"Held: {hold['scope']} ({hold['reason']}).")
        coming = next((row for row in found["rows"] if row["state"] == "planned" and row["due"]), None)
        if coming:
            due = dt.datetime.fromisoformat(coming["due"]).astimezone(ZoneInfo(self.app.site.timezone))
            self.report(f"Next: {due:%Y-%m-%d %H:%M} {coming['key']}")
        else:
            self.report("Nothing is planned yet: the files are watched.")
