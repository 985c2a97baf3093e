"""How people say that something repeats, where schedules say it in one way only (pure)."""

from campaign.schedule.words import WEEKDAYS

_WORKING_DAYS = "every monday, tuesday, wednesday, thursday and friday"
_OTHER_WORDS = {
    "daily": "every day",
    "weekly": "every monday",
    "monthly": "monthly on 1",
    "weekdays": _WORKING_DAYS,
    "every weekday": _WORKING_DAYS,
    "every workday": _WORKING_DAYS,
    "every working day": _WORKING_DAYS,
    "katru dienu": "every day",
    "katru darba dienu": _WORKING_DAYS,
}
_IN_LATVIAN = ("pirmdien", "otrdien", "trešdien", "ceturtdien", "piektdien", "sestdien", "svētdien")


def otherwise_said(plain: str) -> str:
    """What words that schedules do not know surely mean; a day alone or in Latvian is meant weekly."""
    meant = _OTHER_WORDS.get(plain, "")
    day = plain.removeprefix("every ").removeprefix("katru ").removeprefix("on ")
    english = (name for name in WEEKDAYS if day in {name, f"{name}s"})
    latvian = (name for name, stem in zip(WEEKDAYS, _IN_LATVIAN, strict=True) if day.startswith(stem))
    return meant or next((f"every {name}" for name in (*english, *latvian)), "")
