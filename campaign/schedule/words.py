"""The time words of schedules: dates, times, periods, relative times, expiry, lateness (pure).

Every function takes what the editor wrote and returns a value of the model, or raises a `Mistake` that carries the
accepted form. There is one way to write each thing; what can be guessed is offered, never silently taken.
"""

import calendar
import datetime as dt
import re

from campaign.model import Announcement, Expiry, IfLate, Period, Relative
from campaign.schedule.mistakes import Mistake, nearest, told

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2199
LONGEST_OFFSET = dt.timedelta(days=3660)
MINUTES = {"minute": 1, "min": 1, "m": 1, "hour": 60, "h": 60, "day": 1440, "d": 1440, "week": 10080}

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})")
_LATE = re.compile(r"([0-9]{1,3}) ?(m|min|minutes?|h|hours?|d|days?)(?: then (skip|ask))?")
_RELATIVE = re.compile(
    r"(?:(?P<count>[0-9]{1,4}) (?P<unit>minute|hour|day|week)s?|(?P<weekday>[a-z]+day)) (?P<side>before|after)"
    r"(?P<end> end of)?(?: (?P<anchor>[a-z0-9][a-z0-9-]*))??(?:,? (?P<time>[0-9]{1,2}[:.][0-9]{2}))?"
)


# ---------------------------------------------------------------- dates and times


def day(words: str) -> dt.date:
    """`2026-11-25`."""
    match = _DAY.fullmatch(words)
    if match:
        return _calendar_day(words, int(match[1]), int(match[2]), int(match[3]))
    raise _not(words, "a date in the form year-month-day", _guess_day(words), "2026-11-25")


def clock(words: str) -> dt.time:
    """`09:00`."""
    match = _CLOCK.fullmatch(words)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return dt.time(int(match[1]), int(match[2]))
    if words == "24:00":
        raise Mistake("FMT02", "a day ends at 23:59; “24:00” is 00:00 of the next day")
    raise _not(words, "a time in the form hours:minutes", _guess_clock(words), "09:00")


def clocks(words: str) -> tuple[dt.time, dt.time | None]:
    """`10:00-12:00`, or one time alone."""
    first, dash, last = words.partition("-")
    if not dash:
        first, dash, last = words.partition("–")
    return clock(first.strip()), clock(last.strip()) if dash else None


def moment(words: str) -> tuple[dt.date, dt.time | None]:
    """`2026-11-25 09:00`, or the date alone."""
    date, space, time = words.partition(" ")
    if _DAY.fullmatch(date) and (not space or _CLOCK.fullmatch(time)):
        return day(date), clock(time) if space else None
    raise _not(
        words, "a date and time in the form year-month-day hours:minutes", _guess_moment(words), "2026-11-25 09:00"
    )


def wall(words: str, usual: str = "09:00") -> dt.datetime:
    """`2026-11-25 09:00`, both parts required; `usual` is the time offered where it is missing."""
    if _CLOCK.fullmatch(words):
        raise Mistake("FMT02", f"{told(words)} is a time without its day; both are needed, as in 2026-11-25 {words}")
    date, time = moment(words)
    if time is None:
        raise Mistake("FMT02", f"{told(words)} has no time of day", instead=f"{words} {usual}")
    return dt.datetime.combine(date, time)


def span(words: str) -> Period:
    """`2023-09-18 to 2023-10-18`; both ends may be partial, and one alone stands for both."""
    first, to, last = words.partition(" to ")
    if not to:
        guess = re.sub(r"\s+[-–—]\s+|\s*[–—]\s*|\s*\.\.\.?\s*", " to ", words)
        if guess != words:
            raise Mistake("FMT02", f"{told(words)} is not a period; it says “to” between its ends", instead=guess)
    period = Period(partial(first.strip()).first, partial((last if to else first).strip()).last)
    if period.last < period.first:
        raise Mistake("FMT02", f"{told(words)} ends before it begins", instead=f"{last.strip()} to {first.strip()}")
    return period


def partial(words: str) -> Period:
    """A day, a month `2021-02` or a year `2017`, widened to its first and last day."""
    if re.fullmatch("[0-9]{4}", words):
        _within_reach(int(words))
        return Period(dt.date(int(words), 1, 1), dt.date(int(words), 12, 31))
    if re.fullmatch("[0-9]{4}-[0-9]{2}", words):
        first = _calendar_day(f"{words}-01", int(words[:4]), int(words[5:]), 1)
        return Period(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
    date = day(words)
    return Period(date, date)


def _calendar_day(words: str, year: int, month: int, number: int) -> dt.date:
    _within_reach(year)
    if not 1 <= month <= 12:
        raise Mistake("FMT02", f"{told(words)}: there is no month {month}")
    length = calendar.monthrange(year, month)[1]
    if not 1 <= number <= length:
        name = MONTHS[month - 1].capitalize()
        raise Mistake("FMT02", f"{told(words)}: {name} {year} has {length} days", instead=f"{year}-{month:02}-{length}")
    return dt.date(year, month, number)


def _within_reach(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Mistake("FMT02", f"the year {year:04} is out of reach ({FIRST_YEAR} to {LAST_YEAR})")


# ---------------------------------------------------------------- what was probably meant


def _not(words: str, what: str, guess: str, example: str) -> Mistake:
    if guess:
        return Mistake("FMT02", f"{told(words)} is not {what}", instead=guess)
    return Mistake("FMT02", f"{told(words)} is not {what}, for example {example}")


_DAY_GUESSES = (
    re.compile(r"(?P<day>[0-9]{1,2})[./-] ?(?P<month>[0-9]{1,2})[./-] ?(?P<year>[0-9]{4})\.?"),
    re.compile(r"(?P<year>[0-9]{4})[./-](?P<month>[0-9]{1,2})[./-](?P<day>[0-9]{1,2})\.?"),
    re.compile(r"(?P<day>[0-9]{1,2})\.? (?P<name>[a-z]+) (?P<year>[0-9]{4})"),
    re.compile(r"(?P<name>[a-z]+) (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})"),
)


def _guess_day(words: str) -> str:
    """The ISO date that a date in another form means, or nothing."""
    for pattern in _DAY_GUESSES:
        match = pattern.fullmatch(words.strip().lower())
        if match:
            parts = match.groupdict()
            month = _month(parts["name"]) if "name" in parts else int(parts["month"])
            number = int(parts["day"])
            if month > 12 >= number:
                month, number = number, month
            try:
                return dt.date(int(parts["year"]), month, number).isoformat()
            except ValueError:
                return ""
    return ""


def _month(name: str) -> int:
    return next((number for number, month in enumerate(MONTHS, 1) if len(name) >= 3 and month.startswith(name)), 0)


def _guess_clock(words: str) -> str:
    match = re.fullmatch(
        r"(?:plkst\.? ?)?([0-9]{1,2})(?:[.:h]([0-9]{2}))?(?::[0-9]{2})? ?(am|pm|h)?", words.strip().lower()
    )
    if not match:
        return ""
    hour = int(match[1]) % 12 + (12 if match[3] == "pm" else 0) if match[3] in {"am", "pm"} else int(match[1])
    minute = int(match[2] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def _guess_moment(words: str) -> str:
    alone = _guess_day(words)
    if alone:
        return alone
    match = re.fullmatch(
        r"(.*?[0-9]{1,4}\.?)(?:[\sT,]+)((?:plkst\.? ?)?[^\sT,]+(?: ?[ap]m)?)", words.strip(), re.IGNORECASE
    )
    date, time = (_guess_day(match[1]), _guess_clock(match[2])) if match else ("", "")
    return f"{date} {time}" if date and time else ""


# ---------------------------------------------------------------- relative to something else


def is_relative(words: str) -> bool:
    """Whether the editor speaks of a time before or after something."""
    return " before" in words or " after" in words


_IN_LATVIAN = {"diena": "day", "dienas": "days", "dienām": "days", "nedēļas": "weeks", "stundas": "hours"}
_SIDES = {"pirms": "before", "pēc": "after"}


def guess_relative(words: str) -> str:
    """The relative time that a misspelled one, or one in Latvian, means; nothing when it is none."""
    said = words.split()
    if len(said) < 4:
        return ""
    count, unit, side, *rest = said
    side = _SIDES.get(side) or nearest(side, ("before", "after"))
    guess = " ".join((count, _IN_LATVIAN.get(unit, unit), side, *rest))
    return guess if guess != words and _RELATIVE.fullmatch(guess) else ""


def relative(words: str) -> Relative:
    """`3 days before discussion, 09:00` · `2 hours before discussion` · `1 day before end of exhibition, 10:00`."""
    match = _RELATIVE.fullmatch(words)
    if not match or not match["anchor"]:
        raise Mistake(
            "FMT02",
            f"{told(words)} is not understood; a relative time names a number of days or hours, "
            "before or after, and an entry, for example 3 days before discussion, 09:00",
        )
    return _relative(words, match, match["anchor"])


def _relative(words: str, match: re.Match[str], anchor: str) -> Relative:
    sign = -1 if match["side"] == "before" else 1
    time = _relative_clock(words, match["time"])
    end = bool(match["end"])
    if match["weekday"]:
        if match["weekday"] not in WEEKDAYS:
            raise Mistake("FMT02", f"{told(match['weekday'])} is no day of the week")
        return Relative(anchor, days=sign, weekday=WEEKDAYS.index(match["weekday"]), end=end, time=time)
    offset = dt.timedelta(minutes=int(match["count"]) * MINUTES[match["unit"]])
    if offset > LONGEST_OFFSET:
        raise Mistake("FMT02", f"{told(words)} lies more than ten years away")
    if match["unit"] in {"day", "week"}:
        return Relative(anchor, days=sign * offset.days, end=end, time=time)
    if time is not None:
        raise Mistake(
            "FMT06", f"{told(words)} counts {match['unit']}s and names a time of day; only one of the two counts"
        )
    return Relative(anchor, minutes=sign * int(offset.total_seconds() // 60), end=end)


def _relative_clock(words: str, time: str | None) -> dt.time | None:
    if time is None:
        return None
    try:
        return clock(time)
    except Mistake as mistake:
        corrected = words.removesuffix(time) + mistake.instead if mistake.instead else ""
        raise Mistake(mistake.code, mistake.message, instead=corrected) from None


def announcement(words: str, event: str) -> Announcement:
    """`14 days before 10:00` · `2 hours before` · `when moved` · `when cancelled`; the id is part of a key."""
    if words == "when moved":
        return Announcement("moved", "moved")
    if words == "when cancelled":
        return Announcement("cancelled", "cancelled")
    match = _RELATIVE.fullmatch(words)
    if not match or match["anchor"] or match["end"] or match["side"] == "after":
        raise Mistake(
            "FMT02",
            f"{told(words)} is not understood; an event is announced for example "
            "14 days before 10:00, 2 hours before, when moved, when cancelled",
        )
    when = _relative(words, match, event)
    return Announcement(_announcement_id(when), when)


def _announcement_id(when: Relative) -> str:
    time = f"-{when.time:%H%M}" if when.time else ""
    if when.weekday is not None:
        return f"{WEEKDAYS[when.weekday]}{time}"
    if when.minutes:
        return f"{-when.minutes // 60}h" if when.minutes % 60 == 0 else f"{-when.minutes}m"
    return f"{-when.days}d{time}"


def expiry(words: str) -> Expiry:
    """`2023-10-12 00:00` · `end of day` · `discussion` (its start) · `end of discussion` · `1 day after discussion`."""
    if words == "end of day":
        return Expiry(end_of_day=True)
    if is_relative(words):
        return Expiry(relative=relative(words))
    ends = words.startswith("end of ")
    entry = words.removeprefix("end of ")
    if re.fullmatch("[a-z0-9][a-z0-9-]*", entry) and not re.match("[0-9]{4}-[0-9]{2}", entry):
        return Expiry(entry=entry, entry_end=ends)
    if not re.match("[0-9]", words):
        message = f"{told(words)} is not understood; write for example end of day, 2026-11-25 18:00, end of discussion"
        raise Mistake("FMT02", message, instead="end of day" if re.search(r"\bday$", words) else "")
    return Expiry(wall=wall(words, "23:59"))


def late(words: str) -> IfLate:
    """`2h` · `30 min then skip` · `skip` · `ask`."""
    if words == "skip":
        return IfLate(dt.timedelta(), "skip")
    if words == "ask":
        return IfLate(dt.timedelta(), "ask")
    match = _LATE.fullmatch(words)
    if not match:
        raise Mistake("FMT02", f"{told(words)} is not understood; write for example 2h, 30 min then skip, skip or ask")
    within = dt.timedelta(minutes=int(match[1]) * MINUTES[match[2].rstrip("s")])
    return IfLate(within, "skip" if match[3] == "skip" else "ask")
