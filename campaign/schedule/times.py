"""When entries happen: which of their keys go together, and the times they make."""

import dataclasses
import datetime as dt
from typing import Any

from campaign.model import AsSoonAsRead, At, EventTime, Relative, Repeat, RepeatingEvent, Rule, When
from campaign.schedule.forms import REPEATING
from campaign.schedule.mistakes import Mistake, told
from campaign.schedule.reading import Reading, Values, says, under
from campaign.schedule.rules import could_be, needs_start
from campaign.schedule.words import WEEKDAYS
from campaign.schedule.yaml import Node

_NOWHERE = At(dt.datetime(1900, 1, 1))  # noqa: DTZ001 (a wall time)
"""Stands where no time can be told; its entry is never taken."""


def message_time(values: Values, defaults: Values, node: Node, reading: Reading) -> When:
    """The time of a message from `at` or `repeat`."""
    if says(node, "at") == says(node, "repeat"):
        reading.report(_at_or_repeat(node), node, "at")
        return _NOWHERE
    if says(node, "repeat"):
        return repeat(values, _time_of_day(values, defaults, node, reading), node, reading)
    _refuse(("on", *REPEATING), "repeat", node, reading)
    return _once(values, defaults, node, reading)


def _at_or_repeat(node: Node) -> Mistake:
    if says(node, "at"):
        return Mistake("FMT06", "a message has either at: or repeat:, not both", hint="remove one of the two")
    return Mistake("FMT03", "at: is missing (when it goes out), or repeat:", hint="at: 2026-11-25 09:00")


def _once(values: Values, defaults: Values, node: Node, reading: Reading) -> When:
    when = values.get("at")
    time = values.get("time")
    if isinstance(when, AsSoonAsRead):
        return when
    if isinstance(when, Relative):
        _refuse_second_time(when.time is not None or when.minutes != 0, node, reading)
        return dataclasses.replace(when, time=when.time or time)
    if not isinstance(when, tuple):
        return _NOWHERE
    date, clock = when
    _refuse_second_time(clock is not None, node, reading)
    clock = clock or time or defaults.get("time")
    if clock is None and not says(node, "time"):
        mistake = Mistake("FMT03", f"“{date}” has no time of day, and the campaign no default", instead=f"{date} 09:00")
        reading.report(mistake, under(node, "at"), "at")
    return At(dt.datetime.combine(date, clock or dt.time()))


def _refuse_second_time(said: bool, node: Node, reading: Reading) -> None:  # noqa: FBT001 (it reads as a statement)
    if said and says(node, "time"):
        mistake = Mistake("FMT06", "at: says the time already", hint="remove time:")
        reading.report(mistake, under(node, "time"), "time")


def _time_of_day(values: Values, defaults: Values, node: Node, reading: Reading) -> dt.time:
    time = values.get("time", defaults.get("time"))
    if time is None and not says(node, "time"):
        reading.report(Mistake("FMT03", "time: is missing (the time of day)", hint="time: 09:00"), node, "time")
    return time or dt.time()


def repeat(values: Values, time: dt.time, node: Node, reading: Reading) -> Repeat | At:
    """The recurrence that an entry's keys make."""
    if "repeat" not in values:
        return _NOWHERE
    rule = values["repeat"]
    _check_limits(values, node, reading)
    _check_dates(rule, values, node, reading)
    counted = "count:" if says(node, "count") else "an interval above 1" if needs_start(rule) else ""
    if counted and not says(node, "from"):
        message = f"from: is missing; with {counted} the first date must be said"
        reading.report(Mistake("FMT03", message, hint="from: 2026-11-23"), under(node, "repeat"), "from")
    return Repeat(
        rule,
        time,
        start=values.get("from"),
        until=values.get("until"),
        count=values.get("count"),
        skipped=frozenset(values.get("except", ())),
        added=frozenset(values.get("also", ())),
        on_holiday=values.get("on_holiday", "keep"),
    )


def _check_limits(values: Values, node: Node, reading: Reading) -> None:
    if says(node, "count") and says(node, "until"):
        mistake = Mistake("FMT06", "count: and until: both say the end", hint="remove one of the two")
        reading.report(mistake, under(node, "count"), "count")
    first, last = values.get("from"), values.get("until")
    if first and last and last < first:
        mistake = Mistake("FMT02", f"until: {last} lies before from: {first}", instead=f"{first}")
        reading.report(mistake, under(node, "until"), "until")


def _check_dates(rule: Rule, values: Values, node: Node, reading: Reading) -> None:
    """A date to leave out or to change that is none of the rule's would silently do nothing."""
    for key in ("except", "on"):
        for day in values.get(key, ()):
            if not could_be(rule, day) and day not in values.get("also", ()):
                name = WEEKDAYS[day.weekday()]
                message = f"{day} is a {name} and none of the dates of {told(rule.words)}, so {key}: does nothing there"
                reading.report(Mistake("FMT02", message, hint=_dates_near(rule, day)), under(node, key), key)


def _dates_near(rule: Rule, day: dt.date) -> str:
    """The dates before and after a wrong one."""
    days = [day + dt.timedelta(days=ahead) for ahead in range(-40, 41)]
    possible = [near for near in days if could_be(rule, near)]
    before = [str(near) for near in possible if near < day][-1:]
    after = [str(near) for near in possible if near > day][:1]
    return f"the nearest dates are {' and '.join(before + after)}" if before + after else ""


def event_time(values: Values, node: Node, reading: Reading) -> EventTime | RepeatingEvent:
    """The time of an event from `starts`, `date`, `dates` or `repeat`."""
    nowhere = EventTime(_NOWHERE.wall)
    ways = [key for key in ("starts", "date", "dates", "repeat") if says(node, key)]
    if len(ways) != 1:
        reading.report(_ways(ways), node, "starts")
        return nowhere
    if ways[0] != "starts":
        _refuse(("ends",), "starts", node, reading)
    if ways[0] != "repeat":
        _refuse(("on", "time", *REPEATING), "repeat", node, reading)
    if ways[0] not in values:
        return nowhere
    return _event_time(ways[0], values, node, reading)


def _event_time(way: str, values: Values, node: Node, reading: Reading) -> EventTime | RepeatingEvent:
    value: Any = values[way]
    if way == "starts":
        ends = values.get("ends")
        return EventTime(value.wall, ends.wall if ends else None)
    if way == "date":
        return EventTime(_midnight(value), _midnight(value), all_day=True)
    if way == "dates":
        return EventTime(_midnight(value.first), _midnight(value.last), all_day=True)
    if not says(node, "time"):
        reading.report(Mistake("FMT03", "time: is missing", hint="time: 10:00-12:00"), node, "time")
    starts, ends = values.get("time", (dt.time(), None))
    repeated = repeat(values, starts, node, reading)
    return RepeatingEvent(repeated, ends) if isinstance(repeated, Repeat) else EventTime(_NOWHERE.wall)


def _ways(ways: list[str]) -> Mistake:
    if ways:
        return Mistake(
            "FMT06", f"{' and '.join(f'{key}:' for key in ways)} both say when it is", hint="keep one of them"
        )
    return Mistake(
        "FMT03", "starts: is missing (when it starts), or date:, dates: or repeat:", hint="starts: 2026-11-25 10:00"
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _refuse(keys: tuple[str, ...], only_with: str, node: Node, reading: Reading) -> None:
    for key in keys:
        if says(node, key):
            message = f"{key}: goes with {only_with}: only"
            reading.report(Mistake("FMT06", message, hint=f"remove {key}:"), under(node, key), key)
