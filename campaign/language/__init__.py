"""Words, dates and plurals in the languages we publish in: Latvian, English, Russian and Ukrainian.

Nothing here falls back to another language: an unknown phrase, field or language is an error at once.
"""

import difflib

from campaign.language.dates import Pattern, clock, date_text, days_between, interval, moment, time_text, when
from campaign.language.names import NAMES
from campaign.language.phrases import PHRASES
from campaign.language.plural import plural

LANGUAGES = ("lv", "en", "ru", "uk")
"""The languages every phrase exists in."""

_OWN_NAMES = {"lv": "Latviešu", "en": "English", "ru": "Русский", "uk": "Українська"}

__all__ = [
    "ACCESSIBILITY",
    "LANGUAGES",
    "Pattern",
    "accessibility",
    "clock",
    "date_text",
    "days_between",
    "days_to",
    "interval",
    "language_name",
    "moment",
    "month_names",
    "own_name",
    "phrase",
    "plural",
    "sentence_case",
    "time_text",
    "topic_name",
    "weekday_names",
    "when",
]


def phrase(name: str, language: str, /, n: int | None = None, **values: object) -> str:
    """What the product says under this name; a phrase that counts needs `n`. Values are never interpreted."""
    try:
        wording = PHRASES[name][language]
    except KeyError:
        raise KeyError(_unknown(name, language)) from None
    if not isinstance(wording, str):
        if n is None:
            raise KeyError(f"the phrase {name!r} counts something: it needs n")
        wording = wording[plural(n, language)]
    return wording.format(n=n, **values)


def _unknown(name: str, language: str) -> str:
    if name in PHRASES:
        return f"the phrase {name!r} is not written in {language!r}"
    return f"there is no phrase {name!r}; near: {', '.join(difflib.get_close_matches(name, PHRASES)) or 'none'}"


def days_to(days: int, language: str) -> str:
    """How far away a day is, in running text: today, tomorrow, in 3 days, 3 days ago."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    return phrase(near, language) if near else phrase("in_days" if days > 0 else "days_ago", language, n=abs(days))


def sentence_case(text: str) -> str:
    """The first letter as a capital, all others as they are."""
    return text[:1].upper() + text[1:]


def weekday_names(language: str, *, short: bool = False) -> tuple[str, ...]:
    """Monday first."""
    return NAMES[language].weekdays_short if short else NAMES[language].weekdays


def month_names(language: str) -> tuple[str, ...]:
    """January first, as a heading names them."""
    return NAMES[language].months


def own_name(language: str) -> str:
    """A language's name in itself, for the links that switch languages."""
    return _OWN_NAMES[language]


def language_name(code: str, language: str) -> str:
    """A language's name in another one; what our own table lacks comes from the Unicode tables."""
    if f"language_{code}" in PHRASES:
        return phrase(f"language_{code}", language)
    from babel import Locale

    return str(Locale.parse(language).languages.get(code, code))


ACCESSIBILITY = tuple(sorted(name.removeprefix("access_") for name in PHRASES if name.startswith("access_")))
"""The accessibility ids that every language has words for."""


def accessibility(term: str, language: str) -> str:
    """An accessibility id in words; one the table does not know is shown as the editor wrote it."""
    name = f"access_{term}"
    return phrase(name, language) if name in PHRASES else term.replace("-", " ")


def topic_name(topic: str, language: str) -> str:
    """A topic id in words; one the table does not know is shown as the editor wrote it."""
    name = f"topic_{topic}"
    return phrase(name, language) if name in PHRASES else sentence_case(topic.replace("-", " "))
