"""Posts made from the calendar: the whole list, or a shorter form that says how much it leaves out."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from campaign.compose.book import Request
from campaign.language import date_text, days_between, interval, phrase, time_text
from campaign.model import Digest, Event, EventFacts, Observance, Occurrence


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the calendar, as a list and a card show it."""

    date: str
    ends: str  # the last day, where that is another one
    time: str
    title: str
    kind: str  # event or observance
    status: str  # confirmed, moved, cancelled, postponed or tentative


def period_of(digest: Digest, day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of what a digest of this day covers; weeks run from Monday to Sunday."""
    if digest.period.endswith("week"):
        monday = day - dt.timedelta(days=day.weekday() - (7 if digest.period == "next week" else 0))
        return monday, monday + dt.timedelta(days=6)
    first = day.replace(day=1)
    if digest.period == "next month":
        first = (first + dt.timedelta(days=31)).replace(day=1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def period_title(digest: Digest, first: dt.date, last: dt.date, language: str) -> str:
    """`Notikumu kalendārs – Septembris, 2023`; weeks are named by their days."""
    weekly = digest.period.endswith("week")
    period = interval(first, last, language) if weekly else date_text("month_title", first, language)
    return phrase("calendar_of", language, period=period)


def listed(request: Request, digest: Digest, first: dt.date, last: dt.date) -> tuple[Listed, ...]:
    """Events and observances of the period that may be shown when the digest goes out, in their order."""
    due = request.occurrence.due
    name = ("listed", request.language, first, last, digest.campaigns, due)
    return request.book.once(name, lambda: tuple(_listed(request, digest.campaigns, first, last)))


def _listed(request: Request, campaigns: tuple[str, ...], first: dt.date, last: dt.date) -> Iterator[Listed]:
    calendar_entries = ((one.event, one) for one in request.book.calendar if one.event is not None)
    found = [(facts, one) for facts, one in calendar_entries if _touches(facts, first.isoformat(), last.isoformat())]
    for facts, occurrence in sorted(found, key=lambda pair: (pair[0].starts, pair[1].key)):
        title = _title(occurrence, request, campaigns)
        if title:
            yield _line(facts, occurrence, title, request.language)


def _touches(facts: EventFacts, first: str, last: str) -> bool:
    return facts.starts[:10] <= last and (facts.ends or facts.starts)[:10] >= first


def _title(occurrence: Occurrence, request: Request, campaigns: tuple[str, ...]) -> str:
    """How the entry is called, or nothing where it is not to be listed."""
    entry, book = occurrence.entry, request.book
    if isinstance(entry, Observance):
        ours = any(entry.id in book.campaigns[name].observances for name in campaigns if name in book.campaigns)
        return entry.name.get(request.language, "") if ours or not campaigns else ""
    if not isinstance(entry, Event) or occurrence.announcement or request.language not in entry.languages:
        return ""
    return "" if _hidden(occurrence, entry, request, campaigns) else entry.title.get(request.language, "")


def _hidden(occurrence: Occurrence, entry: Event, request: Request, campaigns: tuple[str, ...]) -> bool:
    """True for drafts, events of other campaigns, and those that are not to be told yet."""
    known, due = request.book.campaigns, request.occurrence.due
    campaign = known.get(entry.campaign)
    draft = entry.draft or (campaign is not None and campaign.draft)
    embargoed = occurrence.due is not None and due is not None and occurrence.due > due
    return draft or embargoed or (bool(campaigns) and entry.campaign not in campaigns)


def _line(facts: EventFacts, occurrence: Occurrence, title: str, language: str) -> Listed:
    date, ends = facts.starts[:10], facts.ends[:10]
    time = "" if facts.all_day else time_text(dt.datetime.fromisoformat(facts.starts).time(), language)
    kind = "event" if isinstance(occurrence.entry, Event) else "observance"
    moved = facts.was_starts and facts.status == "confirmed"
    return Listed(date, "" if ends == date else ends, time, title, kind, "moved" if moved else facts.status)


def line_text(item: Listed, language: str) -> str:
    """`5. – Starptautiskā labdarības diena`; `27. – Mācības, plkst. 13.00 (pārcelts)`."""
    dash = "—" if language in {"ru", "uk"} else "–"
    time = f", {item.time}" if item.time else ""
    state = f" ({phrase(f'status_{item.status}', language).lower()})" if item.status != "confirmed" else ""
    return f"{_days_text(item, language)} {dash} {item.title}{time}{state}"


def _days_text(item: Listed, language: str) -> str:
    first, dot = dt.date.fromisoformat(item.date), "." if language == "lv" else ""
    last = dt.date.fromisoformat(item.ends) if item.ends else first
    if first == last:
        return f"{first.day}{dot}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{dot}–{last.day}{dot}"
    return days_between(first, last, language, short=True).replace(" – ", "–")
