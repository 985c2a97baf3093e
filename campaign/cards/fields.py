"""What a template may be given: the kinds of fields, their typed values, and `{field|filter}` in its texts."""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from campaign.cards.flaws import FIELDS, Flaw
from campaign.language import clock, date_text, phrase, sentence_case, weekday_names
from campaign.language.names import NAMES

Kind = Literal[
    "text", "address", "status", "year", "month", "flag", "date", "number",
    "texts", "contacts", "entries", "photo", "bars", "series",
]  # fmt: skip
_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|(\w+))?\}")
_SPACES = re.compile(r"[ \t\r\n\f\v\x1c-\x1f\x85\u2028\u2029]+")
_NEVER_DRAWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\ud800-\udfff]")
_ALT_CHARACTERS = 1200  # what a list may take of the 1,500 that services allow


def tidy(text: str) -> str:
    """One paragraph: runs of spaces and line ends become one space, no-break spaces stay, controls go."""
    one_line = _NEVER_DRAWN.sub("", _SPACES.sub(" ", text)).strip(" ")
    return one_line if one_line.strip() else ""


def _day(value: object) -> object:
    """A date may arrive as a whole moment, and as "" when there is none."""
    if isinstance(value, dt.datetime):
        return value.date()
    return (value[:10] or None) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(lambda value: tidy(value) if isinstance(value, str) else value)]
Day = Annotated[dt.date | None, BeforeValidator(_day)]


Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Status = Literal["", "confirmed", "tentative", "postponed", "cancelled", "moved"]
_LONGEST_ADDRESS = 400  # a code of more is too fine for a telephone's camera


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Contact:
    """Who answers, and the number as displayed."""

    name: Text
    phone: Text


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Entry:
    """One line of a calendar; `ends` is the last day of a span, `time` a wall time or already in words."""

    date: Annotated[dt.date, BeforeValidator(_day)]
    title: Text
    ends: Day = None
    time: Text = ""
    kind: Literal["event", "observance"] = "event"
    status: Status = ""

    @property
    def last(self) -> dt.date:
        return self.ends or self.date

    @property
    def is_span(self) -> bool:
        return self.last > self.date


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Photo:
    """A photo below `assets/`; `focus` is what must stay in view, from 0 to 1 across and down."""

    file: Text
    alt: Text = ""
    credit: Text = ""
    consent: Text = ""
    focus: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] = (0.5, 0.5)
    digest: str = ""


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Bar:
    """One bar of a chart; `shown` is its value in words where the number alone would not do."""

    label: Text
    value: Amount
    shown: Text = ""
    strong: bool = False


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Series:
    """One line of a chart: its name, and year → value."""

    name: Text
    values: Annotated[dict[Annotated[int, Field(ge=1900, le=2200)], Amount], Field(min_length=2, max_length=40)]


_EMPTY: Mapping[Kind, Any] = {
    "text": "",
    "address": "",
    "status": "",
    "year": None,
    "month": None,
    "flag": False,
    "date": None,
    "number": None,
    "photo": None,
}


_SHAPES: Mapping[Kind, str] = {
    "text": "a text in quotes",
    "address": f"an address of at most {_LONGEST_ADDRESS} characters",
    "status": "confirmed, tentative, postponed, cancelled or moved",
    "year": "a year from 1900 to 2200",
    "month": "a month from 1 to 12",
    "flag": "true or false",
    "date": "a day such as 2026-11-25",
    "number": "a whole number",
    "photo": "a picture, {file: photos/name.jpg, alt: …, consent: …}",
    "bars": 'a list of {label: "…", value: 12}, at most 8',
    "series": 'a list of {name: "…", values: {2021: 12, 2022: 15}}, at most 3',
    "texts": 'a list of texts, ["…", "…"]',
    "contacts": "a list of {name: …, phone: …}",
    "entries": "a list of {date: …, title: …}",
}


@cache
def _reader(kind: Kind) -> TypeAdapter[Any]:
    shapes: dict[Kind, Any] = {
        "text": Text,
        "address": Annotated[Text, Field(max_length=_LONGEST_ADDRESS)],
        "status": Status,
        "year": Annotated[int, Field(ge=1900, le=2200)],
        "month": Annotated[int, Field(ge=1, le=12)],
        "flag": bool,
        "date": Day,
        "number": Annotated[int, Field(ge=0, le=10_000_000)],
        "photo": Photo,
        "bars": Annotated[tuple[Bar, ...], Field(max_length=8)],
        "series": Annotated[tuple[Series, ...], Field(max_length=3)],
        "texts": tuple[Text, ...],
        "contacts": tuple[Contact, ...],
        "entries": tuple[Entry, ...],
    }
    return TypeAdapter(shapes[kind])


@dataclass(frozen=True, slots=True)
class Declared:
    """One field of a template, declared as `text`, or `text?` where it may be left out."""

    name: str
    kind: Kind
    optional: bool


@dataclass(frozen=True, slots=True)
class Words:
    """The typed values of one card in one language."""

    language: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def fill(self, pattern: str) -> str:
        """`pattern` with every `{field|filter}` replaced; an absent value is an empty text."""
        return _PLACEHOLDER.sub(lambda match: self._text(match[1], match[2] or ""), pattern)

    def _text(self, name: str, filter_name: str) -> str:
        value = self.values.get(name)
        if value is None or value in ("", (), False):
            return ""
        return FILTERS[filter_name](value, self.language) if filter_name else str(value)


def read_fields(
    declared: tuple[Declared, ...], given: Mapping[str, Any], one_of: tuple[str, ...] = ()
) -> tuple[dict[str, Any], tuple[Flaw, ...]]:
    """The values by name, absent ones empty; unknown, missing and mistyped fields are flaws.

    At least one field of `one_of` must be given.
    """
    names = [one.name for one in declared]
    flaws = [_unknown(name, names) for name in given if name not in names]
    values: dict[str, Any] = {}
    for one in declared:
        value = given.get(one.name)
        if value is None or value in ("", [], ()):
            values[one.name] = _EMPTY.get(one.kind, ())
            missing = not one.optional
        else:
            values[one.name], problem = _read(one, value)
            flaws += problem
            missing = not problem and not one.optional and values[one.name] in ("", (), None)
        if missing:
            flaws.append(Flaw(FIELDS, f"this card cannot be drawn without “{one.name}”", field=one.name))
    return values, tuple(flaws or _none_of(one_of, values))


def _none_of(names: tuple[str, ...], values: Mapping[str, Any]) -> Iterator[Flaw]:
    """A flaw when all of these fields are empty."""
    if names and not any(values.get(name) for name in names):
        listed = " or ".join(f"“{name}”" for name in names)
        yield Flaw(FIELDS, f"this card cannot be drawn without {listed}", field=names[0])


def _read(one: Declared, value: Any) -> tuple[Any, list[Flaw]]:
    try:
        return _reader(one.kind).validate_python(value), []
    except ValidationError as error:
        where = ".".join([one.name, *(str(part) for part in error.errors(include_url=False)[0]["loc"])])
        message = f"“{where}” of the card is not as it should be: {one.name} is {_SHAPES[one.kind]}"
        return _EMPTY.get(one.kind, ()), [Flaw(FIELDS, message, field=one.name)]


def _unknown(name: str, names: list[str]) -> Flaw:
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean “{near[0]}”?" if near else f"it has: {', '.join(names)}"
    return Flaw(FIELDS, f"this card has no field “{name}”", hint, name)


def placeholders(pattern: str) -> Iterator[tuple[str, str]]:
    """(field, filter) of every placeholder in a template's text."""
    return ((match[1], match[2] or "") for match in _PLACEHOLDER.finditer(pattern))


# ---------------------------------------------------------------- filters


def _sentence_list(texts: tuple[str, ...], _language: str) -> str:
    return "; ".join(text.rstrip(".;") for text in texts)


def _contact_list(contacts: tuple[Contact, ...], _language: str) -> str:
    return "; ".join(f"{contact.name}: {contact.phone}" for contact in contacts)


def _entry_list(entries: tuple[Entry, ...], language: str) -> str:
    """As many entries as alternative text has room for; the others are counted."""
    shown: list[str] = []
    for number, entry in enumerate(entries):
        line = f"{day_words(entry, language)} – {entry_words(entry, language)}"
        if sum(map(len, shown)) + len(line) > _ALT_CHARACTERS:
            return "; ".join([*shown, phrase("more_events", language, n=len(entries) - number)])
        shown.append(line)
    return "; ".join(shown)


def day_words(entry: Entry, language: str) -> str:
    """The day of an entry as its line begins: `5. sept.`, of a span both days."""
    first = date_text("day_short", entry.date, language)
    return f"{first} – {date_text('day_short', entry.last, language)}" if entry.is_span else first


def entry_words(entry: Entry, language: str) -> str:
    """Title with what became of it and its time."""
    state = status_words(entry.status, language)
    parts = (state, entry.title, time_words(entry, language))
    return ", ".join(part for part in parts if part)


def time_words(entry: Entry, language: str) -> str:
    """The time of an entry; a bare wall time is written as the language does."""
    if re.fullmatch(r"\d\d:\d\d(:\d\d)?", entry.time):
        return clock(dt.time.fromisoformat(entry.time), language)
    return entry.time


def number_words(value: float, language: str) -> str:
    """A number as the language writes it: `7 000`, `7,000`."""
    from babel.numbers import format_decimal

    return format_decimal(value, locale=language)


def bar_words(bar: Bar, language: str) -> str:
    """The value of a bar as it is shown."""
    return bar.shown or number_words(bar.value, language)


def _series_words(line: Series, language: str) -> str:
    values = ", ".join(f"{year} – {number_words(value, language)}" for year, value in sorted(line.values.items()))
    return f"{line.name}: {values}"


def status_words(status: str, language: str) -> str:
    """What became of an event; nothing while it stands as announced."""
    return "" if status in ("", "confirmed") else phrase(f"status_{status}", language)


FILTERS: Mapping[str, Callable[[Any, str], str]] = {
    "day": lambda day, _: str(day.day),
    "month": lambda day, language: NAMES[language].months[day.month - 1],
    "month_short": lambda day, language: NAMES[language].months_short[day.month - 1],
    "weekday": lambda day, language: weekday_names(language)[day.weekday()],
    "date": lambda day, language: date_text("date", day, language),
    "date_long": lambda day, language: sentence_case(date_text("date_long", day, language)),
    "sentence": lambda text, _: sentence_case(text),
    "status": status_words,
    "was": lambda text, language: sentence_case(phrase("was", language, when=text)),
    "source": lambda text, language: phrase("source", language, source=text),
    "list": _sentence_list,
    "contacts": _contact_list,
    "entries": _entry_list,
    "alt": lambda photo, _: str(photo.alt),
    "credit": lambda photo, language: phrase("photo_credit", language, credit=photo.credit) if photo.credit else "",
    "number": number_words,
    "today": lambda _, language: phrase("today_is", language),
    "scan": lambda _, language: phrase("scan", language),
    "days_until": lambda days, language: phrase("days_until", language, n=days) if days else "",
    "bars": lambda bars, language: "; ".join(f"{bar.label}: {bar_words(bar, language)}" for bar in bars),
    "series": lambda lines, language: "; ".join(_series_words(line, language) for line in lines),
}
"""Everything a template may do to a value."""
