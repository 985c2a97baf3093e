"""When posts go out: past, at night, on holidays, close together, on the wrong day, while the clocks change (TIM01)."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dateutil.relativedelta import relativedelta

from campaign.lint.subjects import Subject, finding, listed
from campaign.model import (
    AsSoonAsRead,
    At,
    Campaign,
    Event,
    EventTime,
    Message,
    Observance,
    Occurrence,
    Problem,
    Repeat,
    RepeatingEvent,
    Schedules,
    Severity,
    Site,
)
from campaign.occurrences import is_public_holiday, next_dates, to_wall

QUIET_KINDS = frozenset({"feed", "site", "calendar", "newsletter"})
"""Where readers come by themselves, or a letter waits: nobody is called to a screen at the very minute."""

NIGHT_FROM, NIGHT_UNTIL = 22, 7
CLOSE = dt.timedelta(minutes=30)
WHEN = ("at", "repeat", "announce")
"""The fields that say when, as far as an entry has them."""

_TODAY = re.compile(r"\b(?:šodien|today|сегодня|сьогодні)\b", re.IGNORECASE)
_TOMORROW = re.compile(r"\b(?:rīt|tomorrow|завтра)\b", re.IGNORECASE)


def review(subjects: Sequence[Subject], schedules: Schedules, site: Site, today: dt.date) -> Iterator[Problem]:
    """Warnings about the hour look ahead only: what is out is out."""
    by_name = {subject.name: subject for subject in subjects}
    for campaign in schedules.campaigns:
        yield from _past(campaign, by_name, site.country, today)
        yield from _not_yet_marked(campaign, schedules.observances)
    for subject in subjects:
        yield from _said_day(subject, schedules.observances, today)
        ahead, calling = _ahead(subject, today), _ahead(subject, today, _networks(site))
        yield from _never_pushed(subject, calling)
        yield from _clock_changes(subject, ahead)
        yield from _off_holidays(subject, ahead)
        yield from _at_night(subject, calling)
        yield from _on_holidays(subject, calling, site.country)
    yield from _close_together(subjects, _networks(site), today)


def _networks(site: Site) -> frozenset[str]:
    return frozenset(account.id for account in site.accounts.values() if account.kind not in QUIET_KINDS)


def _ahead(subject: Subject, today: dt.date, accounts: frozenset[str] | None = None) -> dict[dt.datetime, Occurrence]:
    """Local time → what goes out then, from today on, to any account or to some."""
    return {
        draft.occurrence.wall: draft.occurrence
        for draft in subject.drafts
        if draft.occurrence.wall is not None
        and draft.occurrence.wall.date() >= today
        and (accounts is None or draft.account in accounts)
    }


def _warning(subject: Subject, message: str, hint: str, severity: Severity = Severity.WARNING) -> Problem:
    return finding(subject.entry, "TIM01", severity, (message, hint), _present(subject.entry))


def _present(entry: Message | Event) -> list[str]:
    return [field for field in WHEN if field in entry.spots]


# ---------------------------------------------------------------- past


def _past(campaign: Campaign, subjects: Mapping[str, Subject], country: str, today: dt.date) -> Iterator[Problem]:
    """One warning for a file that is over; in a running one each message whose only time lies behind."""
    entries: tuple[Message | Event, ...] = (*campaign.messages, *campaign.events)
    days = [(entry, _last_day(entry, subjects.get(entry.key), country)) for entry in entries]
    dated = [(entry, day) for entry, day in days if day is not None]
    if not dated:
        return
    latest, last = max(dated, key=lambda pair: pair[1])
    if last < today:
        yield _all_past(campaign, len(dated), f"{latest.id}, {last}")
        return
    for entry, day in dated:
        if day < today and isinstance(entry, Message) and not isinstance(entry.when, Repeat):
            yield _gone_by(entry, day, today)


def _last_day(entry: Message | Event, subject: Subject | None, country: str) -> dt.date | None:
    """The last day an entry has something to say or show; None where no day can be told."""
    when = entry.when if isinstance(entry, Message) else entry.time
    match when:
        case EventTime():
            return (when.ends or when.starts).date()
        case At(wall):
            return wall.date()
        case RepeatingEvent(repeat):
            return _last_date(repeat, country)
        case Repeat():
            return _last_date(when, country)
    walls = [draft.occurrence.wall for draft in subject.drafts] if subject else []
    return max((wall.date() for wall in walls if wall is not None), default=None)


def _last_date(repeat: Repeat, country: str) -> dt.date:
    """The end of a repetition, as far as it has one."""
    if repeat.until is not None:
        return repeat.until
    if repeat.count is None or repeat.start is None:
        return dt.date.max
    return max((*next_dates(repeat.rule, repeat.start, repeat.count, country), *repeat.added), default=dt.date.max)


def _all_past(campaign: Campaign, count: int, last: str) -> Problem:
    said = f"all {count} dates of “{campaign.id}” lie" if count > 1 else f"the only date of “{campaign.id}” lies"
    message = f"{said} in the past (last: {last}): nothing of it is pushed any more"
    hint = "if it is meant for another year, move its dates on and give it a `campaign:` of its own"
    return Problem(campaign.spot, "TIM01", Severity.WARNING, message, hint)


def _gone_by(message: Message, day: dt.date, today: dt.date) -> Problem:
    said = f"“{message.id}” lies in the past ({day}): what has not gone out by now is not pushed any more"
    hint = "give it a time ahead if it is still to go out"
    if isinstance(message.when, At):
        years = today.year - day.year + (1 if (day.month, day.day) < (today.month, today.day) else 0)
        hint = f"if another year is meant: at: {message.when.wall + relativedelta(years=years):%Y-%m-%d %H:%M}"
    return finding(message, "TIM01", Severity.WARNING, (said, hint), _present(message))


def _never_pushed(subject: Subject, calling: Mapping[dt.datetime, Occurrence]) -> Iterator[Problem]:
    """What expires before its own time."""
    for wall, occurrence in calling.items():
        if occurrence.due and occurrence.expires and occurrence.expires <= occurrence.due:
            until = to_wall(occurrence.expires, subject.entry.timezone)
            message = (
                f"“{subject.called}” expires ({until:%Y-%m-%d %H:%M}) before its own time ({wall:%Y-%m-%d %H:%M}): "
                "no network will ever get it"
            )
            fields = ("expires", *_present(subject.entry))
            yield finding(subject.entry, "TIM02", Severity.ERROR, (message, "let it expire later"), fields)
            return


# ---------------------------------------------------------------- clocks, hours, holidays


def _clock_changes(subject: Subject, ahead: Mapping[dt.datetime, Occurrence]) -> Iterator[Problem]:
    """Times that do not exist or exist twice, each with the instant that is used."""
    zone = subject.entry.timezone
    for wall, occurrence in ahead.items():
        if occurrence.due is not None and occurrence.shifted in {"gap", "fold"}:
            used = f"{to_wall(occurrence.due, zone):%H:%M}" if occurrence.shifted == "gap" else "the first"
            why = "does not exist" if occurrence.shifted == "gap" else "comes twice"
            message = (
                f"{wall:%H:%M} on {wall:%Y-%m-%d} {why} in {zone}, the clocks change: “{subject.called}” goes out at "
            )
            hint = "choose an hour that every day has, such as 09:00"
            yield _warning(subject, f"{message}{used} ({occurrence.due:%H:%M} UTC)", hint)


def _at_night(subject: Subject, ahead: Mapping[dt.datetime, Occurrence]) -> Iterator[Problem]:
    nights = [wall for wall in ahead if wall.hour >= NIGHT_FROM or wall.hour < NIGHT_UNTIL]
    if nights:
        message = f"“{subject.called}” goes out at night: {_dates(nights, '%Y-%m-%d %H:%M')}"
        yield _warning(subject, message, f"between {NIGHT_UNTIL:02}:00 and {NIGHT_FROM}:00 it meets people awake")


def _on_holidays(subject: Subject, ahead: Mapping[dt.datetime, Occurrence], country: str) -> Iterator[Problem]:
    free = [wall for wall in ahead if is_public_holiday(wall.date(), country)]
    if free:
        message = f"“{subject.called}” goes out on a public holiday: {_dates(free, '%Y-%m-%d')}"
        repeats = isinstance(subject.entry, Message) and isinstance(subject.entry.when, Repeat)
        hint = (
            "on_holiday: next working day   (or skip)"
            if repeats
            else "keep it if the day is meant, else choose another"
        )
        yield _warning(subject, message, hint)


def _off_holidays(subject: Subject, ahead: Mapping[dt.datetime, Occurrence]) -> Iterator[Problem]:
    """What `on_holiday` has changed, for those who asked for it."""
    for wall, occurrence in ahead.items():
        if occurrence.shifted == "holiday":
            message = f"“{subject.called}” of {occurrence.date or 'a public holiday'} goes out on {wall:%Y-%m-%d}"
            yield _warning(
                subject, f"{message}, the next working day", "nothing to do: on_holiday asks for it", Severity.HINT
            )


def _dates(walls: Sequence[dt.datetime], form: str) -> str:
    """The first of some dates, and how many more there are."""
    more = f" and {len(walls) - 1} more" if len(walls) > 1 else ""
    return f"{min(walls).strftime(form)}{more}"


# ---------------------------------------------------------------- two in a row


def _close_together(subjects: Iterable[Subject], accounts: frozenset[str], today: dt.date) -> Iterator[Problem]:
    """Pairs of entries that follow each other too soon on an account, each pair once; languages of one count once."""
    by_name = {subject.name: subject for subject in subjects}
    pairs: dict[tuple[str, str], list[tuple[dt.datetime, dt.timedelta, str]]] = {}
    for account, posts in _lanes(subjects, accounts, today).items():
        for (earlier, first), (later, second) in itertools.pairwise(sorted(posts)):
            if first != second and later - earlier < CLOSE:
                pairs.setdefault((first, second), []).append((later, later - earlier, account))
    for (first, second), times in pairs.items():
        yield _follows(by_name[first], by_name[second], times)


def _lanes(
    subjects: Iterable[Subject], accounts: frozenset[str], today: dt.date
) -> dict[str, set[tuple[dt.datetime, str]]]:
    """Account → what it posts from today on: the instant and the entry."""
    lanes: dict[str, set[tuple[dt.datetime, str]]] = {}
    for subject in subjects:
        for draft in subject.drafts:
            due, wall = draft.occurrence.due, draft.occurrence.wall
            if due is not None and wall is not None and draft.account in accounts and wall.date() >= today:
                lanes.setdefault(draft.account, set()).add((due, subject.name))
    return dict(sorted(lanes.items()))


def _follows(first: Subject, second: Subject, times: list[tuple[dt.datetime, dt.timedelta, str]]) -> Problem:
    later, apart, _ = min(times)
    minutes = int(apart.total_seconds() // 60)
    soon = f"{minutes} minutes after" if minutes else "together with"
    accounts = listed(sorted({account for _, _, account in times}))
    when = f"{to_wall(later, second.entry.timezone):%Y-%m-%d %H:%M}"
    other = first.called if first.called != second.called else first.name
    message = f"“{second.called}” goes out {soon} “{other}” on {accounts} ({when})"
    return _warning(second, message, "leave half an hour between two posts: each is read less when they come at once")


# ---------------------------------------------------------------- observances


def _said_day(subject: Subject, observances: Mapping[str, Observance], today: dt.date) -> Iterator[Problem]:
    """A message tied to an observance must not come before its first year, nor say "today" on another day."""
    entry = subject.entry
    if not isinstance(entry, Message) or isinstance(entry.when, AsSoonAsRead) or entry.observance not in observances:
        return
    observance, day = observances[entry.observance], subject.next_day(today)
    if observance.first and day.year < observance.first:
        message = f"“{entry.id}” speaks on {day} of {observance.id}, which is marked since {observance.first} only"
        yield finding(entry, "TIM01", Severity.ERROR, (message, "leave it out in that year"), _present(entry))
    else:
        yield from itertools.islice(_wrong_days(entry, observance, day), 1)


def _wrong_days(entry: Message, observance: Observance, day: dt.date) -> Iterator[Problem]:
    for language, text in entry.text.items():
        for word, ahead in _days_said(text):
            if not _is_marked(observance, day + dt.timedelta(days=ahead)):
                yield _wrong_day(entry, observance, language, (day, word))


def _days_said(text: str) -> Iterator[tuple[str, int]]:
    """The first of the words for a day that a text has, and how far ahead that lies."""
    if _TODAY.search(text):
        yield "today", 0
    elif _TOMORROW.search(text):
        yield "tomorrow", 1


def _is_marked(observance: Observance, day: dt.date) -> bool:
    begun = day - dt.timedelta(days=observance.days - 1)
    return next((first <= day for first in next_dates(observance.rule, begun, 1)), False)


def _wrong_day(entry: Message, observance: Observance, language: str, said: tuple[dt.date, str]) -> Problem:
    day, word = said
    nearest = next_dates(observance.rule, day - dt.timedelta(days=60), 1)
    message = (
        f"“{entry.id}” ({language}) says {word} on {day}, but {observance.id} is on {listed([str(d) for d in nearest])}"
    )
    fields = [*_present(entry), f"text.{language}"]
    return finding(
        entry, "TIM01", Severity.ERROR, (message, "move the message to that day, or change its words"), fields
    )


def _not_yet_marked(campaign: Campaign, observances: Mapping[str, Observance]) -> Iterator[Problem]:
    """Days that a campaign names for a time before they were first marked."""
    for name in campaign.observances if campaign.period else ():
        observance, period = observances.get(name), campaign.period
        if observance is None or period is None or not observance.first:
            continue
        day = next(iter(next_dates(observance.rule, period.first, 1)), None)
        if day is not None and day <= period.last and day.year < observance.first:
            message = f"{name} is marked since {observance.first} only: “{campaign.id}” does not show it on {day}"
            hint = f"leave {name} out of `observances:`, or move `period:` on"
            yield Problem(campaign.spot, "TIM01", Severity.ERROR, message, hint, field="observances")
