"""Put a plan into the ledger: one transaction that adds, renews, moves and cancels, holds what it must, and says so."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from campaign.compose.book import spot_of
from campaign.model import LOCAL_KINDS, Draft, Post, Problem, Schedules, Severity, State, Tier, Window
from campaign.plan import Plan
from campaign.plan.reconcile import Circumstances, reconcile
from campaign.store import audit, holds, to_ms
from campaign.store import outbox as store
from campaign.store.database import Connection, Database
from campaign.store.states import SETTLED
from campaign.store.values import Change, Known, Wanted

VANISHED_FOR = 3_000
"""A file counts as gone when two reads this many ms apart miss it: editors save by deleting and writing anew."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What a plan changed, for people: verb → number of rows, and whether a second look is needed soon."""

    changes: Mapping[str, int]
    look_again: bool = False

    def __str__(self) -> str:
        """`12 new, 1 moved` or `nothing changed`."""
        words = [f"{number} {verb}" for verb, number in self.changes.items() if number]
        return ", ".join(words) or "nothing changed"


def adopt(database: Database, plan: Plan, schedules: Schedules, now: dt.datetime, rules: "Rules") -> Adopted:
    """Make the outbox follow the files. Doing it twice changes nothing."""
    with database.write() as connection:
        store.give_claims_back(connection)
        around = _circumstances(connection, plan, schedules, now, rules)
        gone = _remember_files(connection, schedules, now, rules)
        around = replace(around, kept_files=around.kept_files | gone)
        _hold_unreadable(connection, schedules, gone, now)
        changes = list(reconcile({row.key: row for row in plan.rows}, store.known(connection), around))
        _apply(connection, changes, now)
        store.extend_horizons(connection, _planned_names(plan, schedules), _through(plan.window))
        counted = _counted(changes)
        if changes:
            verbs = {verb: [c.key for c in changes if c.verb == verb][:500] for verb in counted}
            audit.record(connection, now, "plan", "planned", hash=plan.hash, **verbs)
    return Adopted(counted, look_again=bool(gone))


@dataclass(frozen=True, slots=True)
class Rules:
    """How findings weigh: in live mode errors of content hold; a virtual pass is certain of vanished files at once."""

    live: bool
    certain: bool = False


def differences(
    connection: Connection, plan: Plan, schedules: Schedules, now: dt.datetime, rules: Rules
) -> list[Change]:
    """What `adopt` would change, without changing it."""
    around = _circumstances(connection, plan, schedules, now, rules)
    return list(reconcile({row.key: row for row in plan.rows}, store.known(connection), around))


def edited_after_sending(connection: Connection, plan: Plan) -> list[Problem]:
    """Texts that were changed although they are out already: the edit reaches nobody there."""
    known = store.known(connection)
    entries = {draft.key: draft.occurrence.entry for draft in plan.drafts}
    edited: dict[str, list[Wanted]] = {}
    for row in plan.rows:
        if row.key in known and _is_out_otherwise(row, known[row.key]):
            edited.setdefault(row.name, []).append(row)
    return [
        Problem(
            spot_of(entries[rows[0].key], f"text.{rows[0].language}"),
            "EDT01",
            Severity.WARNING,
            f"“{name}” is already out on {', '.join(f'{row.account} ({row.language})' for row in rows)}; "
            "what was published there stays as it was.",
            "Own pages, feeds and calendars follow the edit; `campaign correct` brings the rest to it where it can.",
            entry=name,
        )
        for name, rows in edited.items()
    ]


def all_out(connection: Connection) -> frozenset[str]:
    """Entries of which everything is published or settled: findings about their time come too late to matter."""
    open_names = {row.name for row in store.known(connection).values() if row.state not in SETTLED}
    return frozenset(row.name for row in store.known(connection).values()) - open_names


def _is_out_otherwise(row: Wanted, found: Known) -> bool:
    remote = row.kind not in LOCAL_KINDS and row.role == "post"
    return remote and found.state is State.SENT and found.published_revision != row.revision


def _circumstances(
    connection: Connection, plan: Plan, schedules: Schedules, now: dt.datetime, rules: Rules
) -> Circumstances:
    known_files = store.sources(connection)
    unreadable = {file.path for file in schedules.files if not file.readable}
    wrong = {problem.entry for problem in schedules.problems if _stops_entry(problem)}
    return Circumstances(
        now=to_ms(now),
        planned_through=store.horizons(connection),
        stopped=stopped(plan, rules),
        unedited_files=frozenset(
            file.path
            for file in schedules.files
            if file.path not in known_files or known_files[file.path]["digest"] == file.digest
        ),
        ended=frozenset(draft.key for draft in plan.drafts if _is_over(draft, now)),
        kept_files=frozenset(unreadable),
        kept_names=frozenset(wrong),
        cancels=_is_readable(schedules),
        joint={draft.key: _others(draft, draft.post) for draft in plan.drafts if draft.post and draft.post.also_in},
    )


def _others(draft: Draft, post: Post) -> tuple[str, ...]:
    """The keys its further languages would have as posts of their own."""
    return tuple(f"{draft.occurrence.key}>{draft.account}:{language}" for language in post.also_in)


def _is_readable(schedules: Schedules) -> bool:
    """False when registries cannot be read, or nothing at all: a folder that is empty or gone is never meant."""
    return bool(schedules.files) and all(file.readable for file in schedules.files if file.registry)


def stopped(plan: Plan, rules: Rules) -> dict[str, str]:
    """Key → why it must not go out: in live mode for every error that touches it, else if it cannot be composed."""
    missing = {row.key for row in plan.rows if not row.content}
    return {
        key: f"{problem.code} {problem.message}"
        for key, problem in plan.stopped.items()
        if rules.live or key in missing
    } | dict.fromkeys(missing - set(plan.stopped), "it could not be composed")


def _is_over(draft: Draft, now: dt.datetime) -> bool:
    post = draft.post
    if draft.occurrence.announcement or post is None or post.kind != "event" or post.event is None:
        return False
    return (post.event.ends or post.event.starts)[:10] < now.date().isoformat()


def _planned_names(plan: Plan, schedules: Schedules) -> set[tuple[str, str]]:
    """Entry and account of everything this plan looked at, also where it found no date in its window."""
    messages = [message for campaign in schedules.campaigns for message in campaign.messages if not message.draft]
    events = [event for campaign in schedules.campaigns for event in campaign.events]
    told = {(message.key, account) for message in messages for account in message.accounts}
    announced = {(event.key, account) for event in events for account in event.announce_accounts}
    return told | announced | {(row.name, row.account) for row in plan.rows}


def _through(window: Window) -> int:
    return to_ms(dt.datetime.combine(window.last + dt.timedelta(days=1), dt.time(), dt.UTC))


def _apply(connection: Connection, changes: Sequence[Change], now: dt.datetime) -> None:
    store.insert(connection, [change for change in changes if change.was is None], now)
    seen = [change for change in changes if change.was is not None]
    store.rewrite(connection, seen)
    for change in seen:
        if change.state is not None:
            store.move(connection, change)
        if change.orphaned or change.withdrawn is not None:
            store.orphan(connection, change, now)


def _counted(changes: Iterable[Change]) -> dict[str, int]:
    return dict(Counter(change.verb for change in changes))


def _remember_files(connection: Connection, schedules: Schedules, now: dt.datetime, rules: Rules) -> frozenset[str]:
    """Store what was read; the files that are missing for the first time, which are kept until a second look."""
    seen = {file.path for file in schedules.files}
    if not seen:
        return frozenset()
    rows: list[dict[str, Any]] = [
        {"path": file.path, "digest": file.digest, "campaign": file.campaign, "missing_since": None}
        for file in schedules.files
    ]
    gone = [row for path, row in store.sources(connection).items() if path not in seen and not rules.certain]
    kept = [{**row, "missing_since": row["missing_since"] or to_ms(now)} for row in gone]
    kept = [row for row in kept if to_ms(now) - row["missing_since"] < VANISHED_FOR]
    store.remember_sources(connection, [*rows, *kept])
    return frozenset(row["path"] for row in kept)


def _hold_unreadable(connection: Connection, schedules: Schedules, gone: Iterable[str], now: dt.datetime) -> None:
    wanted = {"all": "the file HOLD: " + schedules.hold} if schedules.hold is not None else {}
    holds.mirror(connection, now, "HOLD", wanted)
    unreadable = [file for file in schedules.files if not file.readable]
    broken = {f"file:{path}": f"{path} is gone; it is looked for once more" for path in gone}
    broken |= {f"file:{file.path}": f"{file.path} cannot be read" for file in unreadable}
    registries = [file.path for file in unreadable if file.registry]
    broken |= {"all": f"the registry {', '.join(registries)} cannot be read"} if registries else {}
    broken |= {} if schedules.files else {"all": "no schedule file can be found"}
    wrong = [problem for problem in schedules.problems if _stops_entry(problem)]
    for problem in reversed(wrong):
        broken[f"entry:{problem.entry}"] = f"{problem.code} {problem.message}"
    holds.mirror(connection, now, "unreadable", broken)


def _stops_entry(problem: Problem) -> bool:
    return problem.tier is Tier.ENTRY and problem.severity is Severity.ERROR and problem.entry != ""
