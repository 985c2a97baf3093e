"""Dates and times as each language writes them: eight named patterns, no skeletons."""

import datetime as dt
from functools import lru_cache
from typing import Literal

from campaign.language.names import NAMES
from campaign.model import EventFacts

Pattern = Literal["date_long", "date", "day", "date_in", "day_in", "day_short", "month_heading", "month_title"]
"""`…_in` is the form in running text ("on …"): Latvian needs its locative there."""

_PATTERNS: dict[str, dict[str, str]] = {
    "lv": {
        "date_long": "{weekday}, {y}. gada {d}. {month}",
        "date": "{y}. gada {d}. {month}",
        "day": "{d}. {month}",
        "date_in": "{y}. gada {d}. {month_in}",
        "day_in": "{d}. {month_in}",
        "day_short": "{d}. {month_short}",
        "month_heading": "{y}. gada {month}",
        "month_title": "{Month}, {y}",
    },
    "en": {
        "date_long": "{weekday}, {d} {month} {y}",
        "date": "{d} {month} {y}",
        "day": "{d} {month}",
        "date_in": "{d} {month} {y}",
        "day_in": "{d} {month}",
        "day_short": "{d} {month_short}",
        "month_heading": "{month} {y}",
        "month_title": "{Month}, {y}",
    },
    "ru": {
        "date_long": "{weekday}, {d} {month_in} {y} г.",
        "date": "{d} {month_in} {y} г.",
        "day": "{d} {month_in}",
        "date_in": "{d} {month_in} {y} г.",
        "day_in": "{d} {month_in}",
        "day_short": "{d} {month_short}",
        "month_heading": "{month} {y}",
        "month_title": "{Month} {y}",
    },
    "uk": {
        "date_long": "{weekday}, {d} {month_in} {y} р.",
        "date": "{d} {month_in} {y} р.",
        "day": "{d} {month_in}",
        "date_in": "{d} {month_in} {y} р.",
        "day_in": "{d} {month_in}",
        "day_short": "{d} {month_short}",
        "month_heading": "{month} {y}",
        "month_title": "{Month} {y}",
    },
}
_YEAR = {"lv": "{y}. gada {days}", "en": "{days} {y}", "ru": "{days} {y} г.", "uk": "{days} {y} р."}
_TIME_WORD = {"lv": "plkst. {}", "en": "{}", "ru": "{}", "uk": "{}"}
_MOMENT = {"lv": "{} plkst. {}", "en": "{} at {}", "ru": "{} в {}", "uk": "{} о {}"}
_MOMENT_BEFORE_VOWEL = {"uk": "{} об {}"}
"""Ukrainian says `об 11:00`: eleven is the only hour whose name begins with a vowel."""


@lru_cache(maxsize=4096)
def date_text(pattern: Pattern, day: dt.date, language: str) -> str:
    """A day, or its month, in one of the named patterns."""
    names, month = NAMES[language], day.month - 1
    return _PATTERNS[language][pattern].format(
        y=day.year,
        d=day.day,
        weekday=names.weekdays[day.weekday()],
        month=names.months[month],
        month_in=names.months_in[month],
        month_short=names.months_short[month],
        Month=names.months[month].capitalize(),
    )


def clock(time: dt.time, language: str) -> str:
    """The bare time: `10.00` in Latvian, `10:00` elsewhere."""
    return f"{time.hour:02d}{'.' if language == 'lv' else ':'}{time.minute:02d}"


def time_text(time: dt.time, language: str, end: dt.time | None = None) -> str:
    """A time that stands alone, or a span of one day: `plkst. 10.00`, `plkst. 10.00–12.00`."""
    span = clock(time, language) if end is None else f"{clock(time, language)}–{clock(end, language)}"
    return _TIME_WORD[language].format(span)


def days_between(first: dt.date, last: dt.date, language: str, *, short: bool = False) -> str:
    """From one day to another without a year, both included: `18.–20. septembris`, `18 September – 18 October`."""
    pattern: Pattern = "day_short" if short else "day"
    end = date_text(pattern, last, language)
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{'.' if language == 'lv' else ''}–{end}"
    return f"{date_text(pattern, first, language)} – {end}"


def interval(first: dt.date, last: dt.date, language: str, *, short: bool = False) -> str:
    """From one day to another, both included; `short` abbreviates the months."""
    if first.year != last.year:
        return f"{date_text('date', first, language)} – {date_text('date', last, language)}"
    return _YEAR[language].format(y=first.year, days=days_between(first, last, language, short=short))


def moment(wall: str, language: str, year: int = 0) -> str:
    """A day with its time, in running text; the year is said unless it is `year`.

    `wall` is a local date or date and time in ISO 8601, as `EventFacts` holds it.
    """
    at = dt.datetime.fromisoformat(wall)
    day = date_text("day_in" if at.year == year else "date_in", at.date(), language)
    if len(wall) == len("2023-09-18"):
        return day
    wording = _MOMENT_BEFORE_VOWEL.get(language) if at.hour == 11 else None
    return (wording or _MOMENT[language]).format(day, clock(at.time(), language))


def when(event: EventFacts, language: str) -> str:
    """An event's whole time as a label: `otrdiena, 2023. gada 12. septembris, plkst. 10.00–15.00`."""
    starts = dt.datetime.fromisoformat(event.starts)
    ends = dt.datetime.fromisoformat(event.ends) if event.ends else None
    if event.all_day:
        last = ends.date() if ends else starts.date()
        one_day = last == starts.date()
        return date_text("date_long", last, language) if one_day else interval(starts.date(), last, language)
    day = date_text("date_long", starts.date(), language)
    if ends is None or ends.date() == starts.date():
        return f"{day}, {time_text(starts.time(), language, ends.time() if ends else None)}"
    beyond = f"{date_text('date_long', ends.date(), language)}, {time_text(ends.time(), language)}"
    return f"{day}, {time_text(starts.time(), language)} – {beyond}"
