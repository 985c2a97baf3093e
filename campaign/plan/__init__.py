"""Files to outbox: what goes where and when. A function: same files, site, limits and window, same plan, same hash."""

import gc
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from campaign import lint, occurrences
from campaign.cards import Studio
from campaign.compose import Book, compose
from campaign.model import (
    Account,
    Draft,
    Event,
    Message,
    Occurrence,
    Page,
    Problem,
    Schedules,
    Severity,
    Site,
    Spot,
    Tier,
    Window,
)
from campaign.plan.pictures import illustrated
from campaign.plan.rows import Issues, in_quiet_hours, wanted_of
from campaign.plan.together import roomy, together
from campaign.store.values import Wanted


@dataclass(frozen=True)
class Plan:
    """Every row of a window, and everything that is wrong with it."""

    drafts: tuple[Draft, ...]
    rows: tuple[Wanted, ...]  # in the order of their keys
    problems: tuple[Problem, ...]
    window: Window
    limits: str = ""  # what every account's service allowed when this was composed

    @cached_property
    def hash(self) -> str:
        """One word for the whole plan: what somebody signs."""
        found = hashlib.sha256(self.limits.encode())
        for row in self.rows:
            times = f"{row.due}\t{row.expires}\t{row.late_after}\t{row.late_then}"
            found.update(f"{row.key}\t{times}\t{row.revision}\n".encode())
        return found.hexdigest()

    @cached_property
    def stopped(self) -> dict[str, Problem]:
        """Key → the first finding of severity E that touches it."""
        errors = [problem for problem in self.problems if problem.severity is Severity.ERROR and problem.entry]
        by_entry: dict[str, list[Problem]] = {}
        for problem in errors:
            by_entry.setdefault(problem.entry, []).append(problem)
        return {
            row.key: problem
            for row in self.rows
            for problem in by_entry.get(row.name, ())
            if problem.language in ("", row.language) and problem.account in ("", row.account)
        }

    def findings(self, *, live: bool) -> tuple[Problem, ...]:
        """The problems as they weigh in a mode: outside live mode a content error that stops nothing is a warning."""
        if live:
            return _each_once(self.problems)
        empty = {row.key for row in self.rows if not row.content}
        stuck = {_said(problem) for draft in self.drafts if draft.key in empty for problem in draft.problems}
        return _each_once(
            replace(problem, severity=Severity.WARNING)
            if problem.severity is Severity.ERROR and problem.tier is Tier.CONTENT and _said(problem) not in stuck
            else problem
            for problem in self.problems
        )


def _said(problem: Problem) -> tuple[Spot, str, str]:
    return problem.spot, problem.code, problem.message


def _each_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What stops several posts is told once, in the order of its places."""
    unique = {_said(problem): problem for problem in problems}
    return tuple(unique[said] for said in sorted(unique))


def plan(schedules: Schedules, site: Site, window: Window, studio: Studio, today: date | None = None) -> Plan:
    """Compose every occurrence of the window for each account and language that wants it.

    `today` is for findings such as "already past" only; rows never depend on it.
    """
    with _garbage_left():
        return _plan(schedules, site, window, studio, today or window.first)


@contextmanager
def _garbage_left() -> Iterator[None]:
    """A plan is many small objects without rings: to search it for rings again and again takes a fifth longer."""
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()


def _plan(schedules: Schedules, site: Site, window: Window, studio: Studio, today: date) -> Plan:
    found = tuple(occurrences.expand(schedules, site, window))
    calendar = tuple(occurrence for occurrence in found if occurrence.event and not occurrence.announcement)
    book = Book(schedules, site, calendar)
    drafts = tuple(
        draft
        for occurrence in found
        for account in accounts_of(occurrence, site)
        for draft in _drafts(occurrence, account, book, studio)
    )
    issues = Issues(drafts)
    rows = sorted(filter(None, (wanted_of(draft, site, issues) for draft in drafts)), key=lambda row: row.key)
    problems = [
        *schedules.problems,
        *_no_language(found, site),
        *(problem for draft in drafts for problem in draft.problems),
        *issues.problems(drafts),
        *in_quiet_hours(drafts, site),
        *lint.review(schedules, drafts, site, today),
    ]
    return Plan(drafts, tuple(rows), tuple(dict.fromkeys(problems)), window, _limits_of(site))


def _limits_of(site: Site) -> str:
    return repr([(name, account.limits) for name, account in sorted(site.accounts.items())])


def accounts_of(occurrence: Occurrence, site: Site) -> Iterator[Account]:
    """Where an occurrence goes: messages where they say, events and observances to the own outlets."""
    entry = occurrence.entry
    if isinstance(entry, Message):
        names = entry.accounts
    elif isinstance(entry, Event) and occurrence.announcement:
        names = tuple(name for name in entry.announce_accounts if name in site.accounts)
        names = tuple(name for name in names if site.accounts[name].kind not in ("calendar", "newsletter"))
    else:
        kinds = {Event: ("site", "calendar", "feed"), Page: ("site",)}.get(type(entry), ("site", "calendar"))
        names = tuple(account.id for account in site.accounts.values() if account.kind in kinds)
    return (site.accounts[name] for name in names if name in site.accounts)


def _languages(occurrence: Occurrence, account: Account) -> Sequence[str]:
    entry = occurrence.entry
    if isinstance(entry, Message | Event):
        return [language for language in entry.languages if language in account.languages]
    titles = entry.title if isinstance(entry, Page) else entry.name
    return [language for language in account.languages if language in titles]


def _no_language(found: Sequence[Occurrence], site: Site) -> Iterator[Problem]:
    entries = {occurrence.entry.key: occurrence for occurrence in found if isinstance(occurrence.entry, Message)}
    for key, occurrence in entries.items():
        for account in accounts_of(occurrence, site):
            if not _languages(occurrence, account):
                spoken = ", ".join(account.languages)
                yield Problem(
                    occurrence.entry.spot,  # type: ignore[union-attr]
                    "ACC01",
                    Severity.ERROR,
                    f"“{key}” goes to “{account.id}”, which only speaks {spoken}: nothing of it will appear there.",
                    f"Add a text in {spoken}, or take {account.id} out of its accounts.",
                    entry=key,
                    account=account.id,
                )


def _drafts(occurrence: Occurrence, account: Account, book: Book, studio: Studio) -> Iterator[Draft]:
    """A draft for each language of the account, or one for all of them."""
    languages = _languages(occurrence, account)
    if account.together:
        languages = [language for language in account.languages if language in languages]
    if not account.together or len(languages) < 2:
        yield from (_draft(occurrence, account, language, book, studio) for language in languages)
        return
    spacious = roomy(account, len(languages))
    yield together([_draft(occurrence, spacious, language, book, studio) for language in languages], account)


def _draft(occurrence: Occurrence, account: Account, language: str, book: Book, studio: Studio) -> Draft:
    made = compose(occurrence, account, language, book)
    key = f"{occurrence.key}>{account.id}:{language}"
    draft = Draft(key, occurrence, account.id, account.kind, language, made.post, made.skip, made.problems)
    return illustrated(made, account, draft, studio)
