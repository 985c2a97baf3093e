"""The same loop on a virtual clock: the whole pipeline in minutes, with everything written down and nothing sent."""

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from campaign.app import App, open_app
from campaign.deliver import recover
from campaign.deliver.issues import NOTHING_TO_SAY
from campaign.errors import CampaignError
from campaign.model import Severity, State, Window
from campaign.report import status
from campaign.store import from_ms, outbox, to_ms
from campaign.workspace import Workspace

_STOPS = (State.HELD, State.UNCERTAIN, State.REJECTED)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a rehearsal."""

    folder: Path
    first: dt.date
    last: dt.date
    passes: int
    plan_hash: str
    accounts: dict[str, dict[str, int]]
    waiting: tuple[str, ...]
    findings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "folder": str(self.folder),
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "passes": self.passes,
            "hash": self.plan_hash,
            "accounts": self.accounts,
            "waiting": list(self.waiting),
        }


class VirtualClock:
    """A clock that stands where it is put, and never goes back."""

    def __init__(self, start: dt.datetime) -> None:
        """Stand at `start` (UTC)."""
        self.now = start

    def __call__(self) -> dt.datetime:
        """The virtual time."""
        return self.now

    def advance(self, to: dt.datetime) -> None:
        """Go on to an instant."""
        self.now = max(self.now, to)


def rehearse(
    where: Workspace,
    days: tuple[dt.date, dt.date],
    *,
    into: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Rehearsed:
    """Play the days (both included) from local midnight; empty first, unless `into` names a folder to continue in."""
    first, last = days
    if last < first:
        raise CampaignError(f"The rehearsal ends ({last}) before it begins ({first}).")
    folder = into or where.var
    if into is None and folder.exists():
        shutil.rmtree(folder)
    zone = ZoneInfo(where.settings.timezone)
    clock = VirtualClock(dt.datetime.combine(first, dt.time(), zone).astimezone(dt.UTC))
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
    app = open_app(Workspace(where.root, where.settings, folder), clock, lambda _: None, virtual=True)
    try:
        return _played(app, clock, end, days, progress)
    finally:
        app.close()


def _played(
    app: App, clock: VirtualClock, end: dt.datetime, days: tuple[dt.date, dt.date], progress: Callable[[str], None]
) -> Rehearsed:
    with app.database.read() as connection:
        stood = outbox.setting_of(connection, "clock")
        born = outbox.born(connection).astimezone(ZoneInfo(app.site.timezone)).date()
    if stood:
        clock.advance(from_ms(int(stood)))
    recover(app.desk)
    progress("reading and planning")
    window = Window(min(born, days[0]), days[1], past=True)
    app.read()
    planned = app.plan(window)
    app.adopt(planned)
    passes = _play(app, clock, end, progress)
    progress("building the site")
    app.build(progress, force=True)
    return _summary(app, planned.hash, days, passes, planned.findings(live=False))


def _play(app: App, clock: VirtualClock, end: dt.datetime, progress: Callable[[str], None]) -> int:
    passes = 0
    while clock.now < end:
        progress(f"{clock.now.astimezone(ZoneInfo(app.site.timezone)):%Y-%m-%d %H:%M}")
        app.run_pass()
        passes += 1
        clock.advance(min(app.next_due() or end, end))
        with app.database.write() as connection:
            outbox.set_setting(connection, "clock", str(to_ms(clock.now)))
    return passes


def _summary(
    app: App, plan_hash: str, days: tuple[dt.date, dt.date], passes: int, problems: tuple[Any, ...]
) -> Rehearsed:
    rows = status(app.database)["rows"]
    accounts: dict[str, Counter[str]] = {}
    for row in rows:
        empty = row["role"] == "issue" and row["state"] == State.MISSED and row["reason"] == NOTHING_TO_SAY
        accounts.setdefault(row["account"], Counter())["empty" if empty else row["state"]] += 1
    counted = Counter(problem.severity for problem in problems)
    findings = [f"{counted[severity]} {severity}s" for severity in Severity if counted[severity]]
    return Rehearsed(
        folder=app.workspace.var,
        first=days[0],
        last=days[1],
        passes=passes,
        plan_hash=plan_hash,
        accounts={account: dict(sorted(counts.items())) for account, counts in sorted(accounts.items())},
        waiting=tuple(f"{row['key']}: {row['state']}, {row['reason']}" for row in rows if row["state"] in _STOPS),
        findings=(f"`campaign check` has {', '.join(findings)} for this workspace",) if findings else (),
    )
