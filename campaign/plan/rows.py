"""A draft as the row the outbox wants: times, late rule, what it waits for, and the hash of its content."""

import datetime as dt
import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TypedDict
from zoneinfo import ZoneInfo

from campaign.model import Account, Draft, Event, IfLate, Message, Occurrence, Page, Problem, Severity, Site
from campaign.store import to_ms
from campaign.store.values import Wanted, frozen

ON_TIME = dt.timedelta(minutes=2)
"""What is at most this late is not late: a busy minute must not turn `skip` into silence."""


ITS_DAY = dt.timedelta(hours=15)
"""From 09:00 to midnight: a change of an event that is written down in the afternoon is still told that day."""


class Issues:
    """When each newsletter account mails an issue, so that messages know which one carries them."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        """Collect the issue times of the window."""
        self._times: dict[tuple[str, str], list[dt.datetime]] = {}
        for draft in drafts:
            due = draft.occurrence.due
            if draft.kind == "newsletter" and role_of(draft) == "issue" and due and not _own_issue(draft):
                self._times.setdefault((draft.account, draft.language), []).append(due)
        for times in self._times.values():
            times.sort()

    def carrying(self, draft: Draft) -> dt.datetime | None:
        """The issue a message goes with: the first at or after its own time."""
        times = self._times.get((draft.account, draft.language), [])
        due = draft.occurrence.due
        position = bisect_left(times, due) if due else 0
        return times[position] if position < len(times) else None

    def problems(self, drafts: Sequence[Draft]) -> Iterator[Problem]:
        """Messages that expire before the issue that would carry them."""
        for draft in drafts:
            entry, expires = draft.occurrence.entry, draft.occurrence.expires
            if (
                draft.kind != "newsletter"
                or role_of(draft) != "carried"
                or not isinstance(entry, Message)
                or not expires
            ):
                continue
            issue = self.carrying(draft)
            if issue and issue >= expires:
                yield Problem(
                    entry.spots.get("expires", entry.spot),
                    "TIM02",
                    Severity.ERROR,
                    f"“{entry.id}” expires before the newsletter issue that would carry it "
                    f"({issue.astimezone(ZoneInfo(entry.timezone)):%Y-%m-%d %H:%M}): it will not be mailed.",
                    "Let it expire later, or write `own_issue: true` to mail it by itself.",
                    entry=entry.key,
                    account=draft.account,
                )


def role_of(draft: Draft) -> str:
    """post; on a newsletter account an issue, or carried by one."""
    entry = draft.occurrence.entry
    if draft.kind != "newsletter":
        return "post"
    return "issue" if isinstance(entry, Message) and (entry.digest or entry.own_issue) else "carried"


def _own_issue(draft: Draft) -> bool:
    entry = draft.occurrence.entry
    return isinstance(entry, Message) and entry.own_issue


def wanted_of(draft: Draft, site: Site, issues: Issues) -> Wanted | None:
    """The row of a draft; None for what is skipped or still a draft of its editors."""
    if draft.skip or getattr(draft.occurrence.entry, "draft", False):
        return None
    content = frozen(draft.post) if draft.post else ""
    return Wanted(
        key=draft.key,
        entry=draft.occurrence.key,
        name=name_of(draft.occurrence),
        campaign=draft.occurrence.key.split("/", 1)[0],
        account=draft.account,
        kind=draft.kind,
        language=draft.language,
        role=role_of(draft),
        nature=_nature(draft),
        page=_page(draft.occurrence),
        source=_source(draft),
        **_times(draft, site, issues),
        revision=hashlib.sha256(content.encode()).hexdigest()[:32] if content else "",
        content=content,
        answers=draft.post.reply_to if draft.post else "",
    )


class _Times(TypedDict):
    due: int | None
    own_time: int | None
    expires: int | None
    late_after: int | None
    late_then: str


def _times(draft: Draft, site: Site, issues: Issues) -> _Times:
    """In ms. Nothing is late or expires on the own site and calendar; what an issue carries is due with it."""
    carried = role_of(draft) == "carried"
    own, expires, late = draft.occurrence.due, draft.occurrence.expires, _late(draft, site)
    due = (issues.carrying(draft) or own) if carried else _awake(own, site.accounts[draft.account], site)
    pushed = draft.kind not in ("site", "calendar")
    if own is not None and draft.occurrence.announcement.startswith(("moved", "cancelled")):
        own, late = own + ITS_DAY, IfLate(max(late.within, ITS_DAY), late.then)
    return {
        "due": None if due is None else to_ms(due),
        "own_time": None if own is None else to_ms(own),
        "expires": to_ms(expires) if expires and pushed else None,
        "late_after": max(late.within, ON_TIME) // dt.timedelta(milliseconds=1) if pushed and not carried else None,
        "late_then": late.then,
    }


def _awake(due: dt.datetime | None, account: Account, site: Site) -> dt.datetime | None:
    """The time, or the end of the account's quiet hours around it."""
    if due is None or account.quiet is None:
        return due
    until = account.quiet.until(due.astimezone(ZoneInfo(site.timezone)))
    return until.astimezone(dt.UTC) if until else due


def in_quiet_hours(drafts: Sequence[Draft], site: Site) -> Iterator[Problem]:
    """Messages that wait for the morning, or would be over by then."""
    for draft in drafts:
        entry, due = draft.occurrence.entry, draft.occurrence.due
        account = site.accounts[draft.account]
        awake = _awake(due, account, site)
        if not isinstance(entry, Message) or awake == due or awake is None:
            continue
        over = draft.occurrence.expires is not None and draft.occurrence.expires <= awake
        local = awake.astimezone(ZoneInfo(entry.timezone))
        yield Problem(
            entry.spots.get("time", entry.spots.get("at", entry.spot)),
            "TIM03",
            Severity.ERROR if over else Severity.HINT,
            f"“{entry.id}” falls into the quiet hours of {account.id}: it goes out there at {local:%Y-%m-%d %H:%M}"
            + (", when it has expired" if over else ""),
            "Choose a time outside them, or let it expire later." if over else "",
            entry=entry.key,
            account=draft.account,
        )


def name_of(occurrence: Occurrence) -> str:
    """`campaign/entry` without date; of an announcement its event."""
    entry = occurrence.entry
    if isinstance(entry, Message | Event):
        return entry.key
    return f"pages/{entry.id}" if isinstance(entry, Page) else f"observances/{entry.id}"


def _nature(draft: Draft) -> str:
    entry = draft.occurrence.entry
    if isinstance(entry, Message):
        return "digest" if entry.digest else "message"
    if isinstance(entry, Event):
        return "message" if draft.occurrence.announcement else "event"
    return "page" if isinstance(entry, Page) else "observance"


def _late(draft: Draft, site: Site) -> IfLate:
    entry = draft.occurrence.entry
    own = entry.if_late if isinstance(entry, Message) else None
    return own or site.if_late


def _page(occurrence: Occurrence) -> str:
    if not occurrence.announcement:
        return occurrence.key
    date = f"@{occurrence.date}" if occurrence.date and f"@{occurrence.date}" in occurrence.key else ""
    return name_of(occurrence) + date


def _source(draft: Draft) -> str:
    entry = draft.occurrence.entry
    return entry.spots[draft.language].file if isinstance(entry, Page) else entry.spot.file
