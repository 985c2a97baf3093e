"""The words of `repeat:` and recurrence rules in RFC 5545's notation → `model.Rule` (pure)."""

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping

from campaign.model import Rule
from campaign.schedule.mistakes import Mistake, nearest, told
from campaign.schedule.spoken import otherwise_said
from campaign.schedule.words import MONTHS, WEEKDAYS

SHORT = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ORDINALS = {
    "1st": 1,
    "first": 1,
    "2nd": 2,
    "second": 2,
    "3rd": 3,
    "third": 3,
    "4th": 4,
    "fourth": 4,
    "5th": 5,
    "last": -1,
}
EXAMPLES = (
    "every day, every monday, every 2 weeks on monday, monthly on 15, monthly on 2nd saturday, yearly on 18 october"
)
LONGEST_RULE = 200
EASTER_OFFSETS = range(-80, 241)
"""Days from Easter that stay within its year, however early or late it is; beyond them dateutil is wrong or fails."""
MOST_WORKING_DAYS = 18
"""So many every month has, even one with a week of holidays."""

_WEEKDAY = f"(?:{'|'.join(WEEKDAYS)})"
_SHORT = f"(?:{'|'.join(SHORT)})"
_ORDINALS = "|".join(ORDINALS)


def rule(words: str, start: dt.date | None = None) -> Rule:
    """The rule that `repeat:` says; `start` is where the dates shown for an ambiguous one begin."""
    plain = " ".join(words.lower().split())
    if is_notation(words):
        return Rule(words, _notation(words))
    if len(plain) <= LONGEST_RULE:
        _refuse_two_meanings(plain, start)
        for pattern, build in _GRAMMAR:
            match = pattern.fullmatch(plain)
            if match:
                return build(words, match)
    raise _not_understood(words, plain)


def is_notation(words: str) -> bool:
    """Whether the rule is written as calendars write it, not in words."""
    return words.strip().lower().startswith(("rrule:", "freq="))


def needs_start(found: Rule) -> bool:
    """Whether the dates depend on where counting begins: every second week, every third day."""
    return re.search(r"INTERVAL=(?!1(?:;|$))", found.rrule) is not None


def could_be(found: Rule, day: dt.date) -> bool:
    """False when the rule surely never falls on this day: the wrong weekday, day of the month or month."""
    parts = dict(piece.split("=") for piece in found.rrule.split(";") if piece)
    weekdays = re.findall(_SHORT, parts.get("BYDAY", SHORT[day.weekday()]))
    numbers = parts.get("BYMONTHDAY", str(day.day))
    months = parts.get("BYMONTH", str(day.month)).split(",")
    return (
        SHORT[day.weekday()] in weekdays
        and ("-" in numbers or day.day in map(int, numbers.split(",")))
        and day.month in map(int, months)
    )


# ---------------------------------------------------------------- the grammar


def _daily(words: str, match: re.Match[str]) -> Rule:
    return Rule(words, "FREQ=DAILY" + _interval(match[1]))


def _weekly(words: str, match: re.Match[str]) -> Rule:
    days = ",".join(SHORT[number] for number, name in enumerate(WEEKDAYS) if re.search(name, match["days"]))
    return Rule(words, f"FREQ=WEEKLY{_interval(match['weeks'])};BYDAY={days}")


def _monthly_date(words: str, match: re.Match[str]) -> Rule:
    number = -1 if match[1] == "last day" else int(match[1])
    if number > 31 or number == 0:
        raise Mistake("FMT02", f"{told(words)}: no month has a day {number}")
    return Rule(words, f"FREQ=MONTHLY;BYMONTHDAY={number}")


def _monthly_weekday(words: str, match: re.Match[str]) -> Rule:
    return Rule(words, f"FREQ=MONTHLY;BYDAY={ORDINALS[match[1]]}{SHORT[WEEKDAYS.index(match[2])]}")


def _working_day(words: str, match: re.Match[str]) -> Rule:
    number = ORDINALS.get(match[1]) or int(match[1][:-2])
    if number != -1 and not 1 <= number <= MOST_WORKING_DAYS:
        raise Mistake("FMT02", f"{told(words)}: a month surely has {MOST_WORKING_DAYS} working days, not more")
    return Rule(words, working_day=number)


def _yearly(words: str, match: re.Match[str]) -> Rule:
    number, month = int(match[1]), MONTHS.index(match[2]) + 1
    length = 29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31
    if not 1 <= number <= length:
        raise Mistake("FMT02", f"{told(words)}: {match[2].capitalize()} has {length} days at most")
    return Rule(words, f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={number}")


def _easter(words: str, match: re.Match[str]) -> Rule:
    offset = int(f"{match[1]}{match[2]}") if match[1] else 0
    if offset not in EASTER_OFFSETS:
        raise Mistake("FMT02", f"{told(words)}: that day is not always in the year of that Easter")
    return Rule(words, f"FREQ=YEARLY;BYEASTER={offset}")


def _interval(number: str | None) -> str:
    if number is None:
        return ""
    if not 1 <= int(number) <= 366:
        raise Mistake("FMT02", f"every {number}: the interval goes from 1 to 366")
    return "" if int(number) == 1 else f";INTERVAL={int(number)}"


_GRAMMAR: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], Rule]], ...] = (
    (re.compile(r"every(?: ([0-9]{1,4}))? days?"), _daily),
    (
        re.compile(
            rf"every (?:(?:(?P<weeks>[0-9]{{1,4}}) )?weeks? on )?(?P<days>{_WEEKDAY}(?:(?:, | and |, and ){_WEEKDAY})*)"
        ),
        _weekly,
    ),
    (re.compile(r"monthly on ([0-9]{1,4}|last day)"), _monthly_date),
    (re.compile(rf"monthly on ({_ORDINALS}) ({_WEEKDAY})"), _monthly_weekday),
    (re.compile(rf"monthly on ({_ORDINALS}|[0-9]{{1,2}}(?:st|nd|rd|th)) working day"), _working_day),
    (re.compile(rf"yearly on ([0-9]{{1,3}}) ({'|'.join(MONTHS)})"), _yearly),
    (re.compile(r"easter(?: ([+-]) ([0-9]{1,3}))?"), _easter),
)


# ---------------------------------------------------------------- what is refused


def _refuse_two_meanings(plain: str, start: dt.date | None) -> None:
    match = re.fullmatch(rf"every (other|second|2nd|third|3rd|fourth|4th) ({_WEEKDAY})", plain)
    if not match:
        return
    ordinal = "2nd" if match[1] == "other" else match[1]
    number, weekday = ORDINALS[ordinal], match[2]
    weeks, months = f"every {number} weeks on {weekday}", f"monthly on {ordinal} {weekday}"
    if start:
        weeks_next, months_next = _both_ways(number, WEEKDAYS.index(weekday), start)
        said = f"“{weeks}” ({weeks_next}) or “{months}” ({months_next})"
    else:
        said = f"“{weeks}” or “{months}”"
    raise Mistake("FMT05", f"{told(plain)} has two meanings: {said}", hint=f"repeat: {weeks}   or   repeat: {months}")


def _both_ways(number: int, weekday: int, start: dt.date) -> tuple[str, str]:
    """The next three dates of "every n weeks" and of "the n-th of each month"."""
    first = start + dt.timedelta(days=(weekday - start.weekday()) % 7)
    weekly = [first + dt.timedelta(weeks=number * turn) for turn in range(3)]
    days = (start + dt.timedelta(days=ahead) for ahead in range(130))
    monthly = [day for day in days if day.weekday() == weekday and (day.day - 1) // 7 == number - 1][:3]
    return ", ".join(map(str, weekly)), ", ".join(map(str, monthly))


def _not_understood(words: str, plain: str) -> Mistake:
    if meant := otherwise_said(plain):
        return Mistake("FMT02", f"{told(words)} is not understood", instead=meant)
    known = {
        *WEEKDAYS,
        *MONTHS,
        *ORDINALS,
        "every",
        "day",
        "days",
        "weeks",
        "on",
        "and",
        "monthly",
        "yearly",
        "easter",
        "working",
    }
    spelled = [
        word if re.fullmatch(r"[0-9]+|[+,-]|", word) else nearest(word, known) or word for word in plain.split()[:12]
    ]
    guess = " ".join(spelled)
    if guess != plain and any(pattern.fullmatch(guess) for pattern, _ in _GRAMMAR):
        return Mistake("FMT02", f"{told(words)} is not understood", instead=guess)
    return Mistake("FMT02", f"{told(words)} is not understood; write for example {EXAMPLES}")


# ---------------------------------------------------------------- RFC 5545


def _numbers(highest: int, signed: str = "[+-]?") -> Callable[[str], bool]:
    shape = re.compile(rf"{signed}[0-9]{{1,3}}(?:,{signed}[0-9]{{1,3}})*")
    return lambda value: (
        bool(shape.fullmatch(value)) and all(1 <= abs(int(part)) <= highest for part in value.split(","))
    )


def _shape(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


_PARTS: dict[str, Callable[[str], bool]] = {
    "FREQ": _shape("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": _numbers(366, ""),
    "BYDAY": _shape(rf"(?:[+-]?[1-5])?{_SHORT}(?:,(?:[+-]?[1-5])?{_SHORT})*"),
    "BYMONTH": _numbers(12, ""),
    "BYMONTHDAY": _numbers(31),
    "BYYEARDAY": _numbers(366),
    "BYWEEKNO": _numbers(53),
    "BYSETPOS": _numbers(366),
    "BYEASTER": lambda value: re.fullmatch("[+-]?[0-9]{1,3}", value) is not None and int(value) in EASTER_OFFSETS,
    "WKST": _shape("|".join(SHORT)),
}
_YEARLY = {"BYEASTER", "BYWEEKNO", "BYYEARDAY"}
_ELSEWHERE = {
    "COUNT": "the key count: says how often",
    "UNTIL": "the key until: says the last date",
    "DTSTART": "the key from: says the first date",
    "BYHOUR": "the key time: says the time",
    "BYMINUTE": "the key time: says the time",
    "BYSECOND": "the key time: says the time",
}


def _notation(words: str) -> str:
    """A rule as it stands in calendars, restricted to what a schedule may say."""
    text = words.strip().upper().removeprefix("RRULE:").strip()
    if len(text) > LONGEST_RULE:
        raise Mistake("FMT02", f"{told(words)} is too long for a rule")
    parts: dict[str, str] = {}
    for piece in text.split(";"):
        name, value = _part(piece)
        if name in parts:
            raise Mistake("FMT04", f"{told(name)} stands in the rule twice")
        parts[name] = value
    _check_together(words, parts)
    if not _ever_happens(_same_days(parts)):
        raise Mistake("FMT02", f"{told(words)} never meets a date")
    return text


def _part(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    if name in _ELSEWHERE:
        raise Mistake("FMT02", f"{told(piece)} does not belong into a rule: {_ELSEWHERE[name]}")
    if name == "BYDAY" and not _PARTS[name](value):
        raise Mistake("FMT02", f"{told(piece)} is not accepted in a rule; its days are {', '.join(SHORT)}")
    if name not in _PARTS or not _PARTS[name](value):
        raise Mistake("FMT02", f"{told(piece)} is not accepted in a rule, which repeats daily to yearly")
    return name, value


def _check_together(words: str, parts: Mapping[str, str]) -> None:
    often = parts.get("FREQ", "")
    filters = {name for name in parts if name.startswith("BY")}
    short = often in {"DAILY", "WEEKLY"}
    for wrong, why in (
        (not often, "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY is missing"),
        (often != "YEARLY" and filters & _YEARLY, "BYEASTER, BYWEEKNO and BYYEARDAY go with FREQ=YEARLY only"),
        (filters == {"BYSETPOS"}, "BYSETPOS picks from other days, as in BYDAY=MO,TU;BYSETPOS=-1"),
        (short and "BYSETPOS" in filters, "BYSETPOS goes with FREQ=MONTHLY or YEARLY only"),
        (short and re.search("[0-9]", parts.get("BYDAY", "")), "BYDAY=2SA goes with FREQ=MONTHLY or YEARLY only"),
        (often == "DAILY" and filters and "INTERVAL" in parts, "INTERVAL and BY… do not go together with FREQ=DAILY"),
    ):
        if wrong:
            raise Mistake("FMT02", f"{told(words)}: {why}")


def _same_days(parts: Mapping[str, str]) -> str:
    """A rule that meets a date exactly when this one does, and is quick to ask: no interval, whole years at a time."""
    often = "YEARLY" if parts["FREQ"] in {"DAILY", "WEEKLY"} else parts["FREQ"]
    filters = sorted(f"{name}={value}" for name, value in parts.items() if name.startswith("BY"))
    return ";".join([f"FREQ={often}", *filters])


@functools.lru_cache(maxsize=1024)
def _ever_happens(notation: str) -> bool:
    """Whether the rule meets a date at all; asked in the last forty years that dates reach.

    dateutil looks on to the year 9999 before it gives up, seconds for a daily rule; the calendar of those
    forty years is that of 1960 to 1999, and there giving up is quick.
    """
    from dateutil.rrule import rrulestr

    try:
        dates = rrulestr(notation, dtstart=dt.datetime(9960, 1, 1))  # noqa: DTZ001 (a local date)
    except ValueError:
        return False
    return next(iter(dates), None) is not None
