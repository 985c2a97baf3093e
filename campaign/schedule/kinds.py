"""The kinds of values: names, dates, files, lists and mappings of them."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from campaign.model import AsSoonAsRead, At, Rule
from campaign.schedule import rules, words
from campaign.schedule.mistakes import Mistake, nearest, quoted, told
from campaign.schedule.reading import (
    MISSING,
    MOST_RULES,
    Form,
    Kind,
    Reading,
    Schema,
    Values,
    each,
    fill,
    form_schema,
    not_a,
    pairs,
    take,
)
from campaign.schedule.yaml import Node, Text

ID = re.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
LANGUAGE = re.compile("[a-z]{2,3}")
LONGEST_ID = 80
_ADDRESS = re.compile(r"https?://[^\s/$.?#<>\"'\\^`{|}][^\s<>\"'\\^`{|}]*", re.IGNORECASE)
PHONE = re.compile(r"\+?[0-9]{2,15}")
_TAG = re.compile(r"#?(\w+)")


# ---------------------------------------------------------------- one scalar


def scalar(node: Node) -> str:
    """The words of a scalar that is not for publication."""
    if not isinstance(node, Text):
        raise not_a(node, "one value")
    if not node.text.strip():
        raise Mistake("FMT02", "a value should stand here, but there is none")
    return node.text.strip()


def said(parse: Callable[[str], Any], schema: Schema) -> Kind:
    """A scalar that a pure function understands."""
    return Kind(lambda node, path, reading: parse(scalar(node)), schema)


def choice(*known: str) -> Kind:
    """One of a few words."""

    def parse(text: str) -> str:
        if text in known:
            return text
        listed = ", ".join(known)
        raise Mistake("FMT02", f"{told(text)} is none of {listed}", instead=nearest(text, known))

    return said(parse, {"enum": list(known)})


def number(lowest: int, highest: int) -> Kind:
    """A whole number within bounds."""

    def parse(text: str) -> int:
        if re.fullmatch("[0-9]{1,6}", text) and lowest <= int(text) <= highest:
            return int(text)
        raise Mistake("FMT02", f"{told(text)} is not a whole number from {lowest} to {highest}")

    return said(parse, {"type": ["integer", "string"], "minimum": lowest, "maximum": highest, "pattern": "^[0-9]+$"})


def identity(text: str) -> str:
    if ID.fullmatch(text) and len(text) <= LONGEST_ID:
        return text
    letters = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    plain = re.sub("[^a-z0-9]+", "-", letters).strip("-")[:LONGEST_ID].strip("-")
    raise Mistake(
        "FMT02",
        f"{told(text)} is no id: small letters a-z, digits and - in between, at most {LONGEST_ID}",
        instead=plain,
    )


def _flag(text: str) -> bool:
    if text in {"true", "false"}:
        return text == "true"
    meant = (
        "true"
        if text.lower() in {"yes", "true", "on", "1", "jā"}
        else "false"
        if text.lower() in {"no", "false", "off", "0", "nē"}
        else ""
    )
    raise Mistake("FMT02", f"{told(text)} is neither true nor false", instead=meant)


def _address(text: str) -> str:
    if _ADDRESS.fullmatch(text):
        return text
    meant = f"https://{text}" if re.fullmatch(r"(?:www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", text) else ""
    raise Mistake("FMT02", f"{told(text)} is not an address that begins with https:// or http://", instead=meant)


def _language(text: str) -> str:
    if LANGUAGE.fullmatch(text):
        return text
    raise Mistake("FMT02", f"{told(text)} is no language code of two or three small letters, for example lv")


def _hashtag(text: str) -> str:
    match = _TAG.fullmatch(text)
    if match and not match[1].isdigit():
        return f"#{match[1]}"
    raise Mistake(
        "FMT02",
        f"{told(text)} is no hashtag: letters, digits and _ only",
        instead=quoted("#" + re.sub(r"\W+", "", text)),
    )


def _hashtag_node(node: Node, path: str, reading: Reading) -> str:
    if isinstance(node, Text) and not node.text:
        line = reading.line(node.line).strip()
        raise Mistake(
            "LOS01", "# begins a comment here; a hashtag needs quotes", hint=re.sub(r"#(\w+)", r'"#\1"', line, count=1)
        )
    return _hashtag(scalar(node))


def _file_name(text: str) -> str:
    parts = text.split("/")
    if "\\" in text or ":" in text or any(part in {"", ".", ".."} for part in parts):
        raise Mistake("FMT02", f"{told(text)} is not a file below assets/, for example photos/hall.jpg")
    return text


def _asset(node: Node, path: str, reading: Reading) -> str:
    name = _file_name(scalar(node))
    if reading.assets is None or name in reading.assets:
        return name
    same = next((asset for asset in sorted(reading.assets) if asset.lower() == name.lower()), "")
    if same:
        raise Mistake("REF01", f"{told(name)} differs from the file {told(same)} in capital letters", instead=same)
    raise reading.unknown(
        "file below assets/", name, (asset for asset in reading.assets if not asset.endswith((".yaml", ".ttf")))
    )


def as_written(kind: Kind) -> Kind:
    """Checked as its kind, kept as the editor wrote it."""

    def read(node: Node, path: str, reading: Reading) -> str:
        kind.read(node, path, reading)
        return scalar(node)

    return Kind(read, kind.schema)


_STRING: Schema = {"type": "string", "minLength": 1}
WORDS_SCHEMA: Schema = {"type": ["string", "number", "boolean"], "minLength": 1}
_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_CLOCK: Schema = {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}
_WALL: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$"}
ID_SCHEMA: Schema = {"type": ["string", "integer"], "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"}
_PARTIAL: Schema = {"type": ["string", "integer"], "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
_ONE_PARTIAL = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_SPAN: Schema = {"type": ["string", "integer"], "pattern": f"^{_ONE_PARTIAL}( to {_ONE_PARTIAL})?$"}

NOTE = said(str, WORDS_SCHEMA)
IDENTITY = said(identity, ID_SCHEMA)
FLAG = said(_flag, {"enum": [True, False, "true", "false"]})
ADDRESS = said(_address, {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"})
LANGUAGE_CODE = said(_language, {"type": "string", "pattern": "^[a-z]{2,3}$"})
DAY = said(words.day, _DAY)
CLOCK = said(words.clock, _CLOCK)
CLOCKS = said(words.clocks, {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}( ?[-–] ?[0-9]{2}:[0-9]{2})?$"})
WALL = said(lambda text: At(words.wall(text)), _WALL)
PERIOD = said(words.span, _SPAN)
FIRST_DAY = said(lambda text: words.partial(text).first, _PARTIAL)
LAST_DAY = said(lambda text: words.partial(text).last, _PARTIAL)
PARTIAL = as_written(FIRST_DAY)
EXPIRY = said(words.expiry, _STRING)
IF_LATE = said(words.late, {"type": "string", "pattern": "^(skip|ask|[0-9]+ ?[a-z]+( then (skip|ask))?)$"})
ASSET = Kind(_asset, _STRING)


def _when(text: str) -> Any:
    """`now`, a relative time, a wall time, or (a date alone) its date and no time."""
    if text == "now":
        return AsSoonAsRead()
    if meant := words.guess_relative(text):
        raise Mistake("FMT02", f"{told(text)} is not understood as a time before or after something", instead=meant)
    return words.relative(text) if words.is_relative(text) else words.moment(text)


WHEN = said(_when, _STRING)


def _rule(node: Node, path: str, reading: Reading) -> Rule:
    text = scalar(node)
    reading.rules += rules.is_notation(text)
    if reading.rules > MOST_RULES:
        raise Mistake("YML03", f"this file holds more than {MOST_RULES} rules like {told(text)}")
    return rules.rule(text, reading.start)


RULE = Kind(_rule, _STRING)


# ---------------------------------------------------------------- lists and names


def listing(kind: Kind) -> Kind:
    """A list of one kind of values."""
    return Kind(
        lambda node, path, reading: tuple(each(kind, node, path, reading)), {"type": "array", "items": kind.schema}
    )


def name_of(registry: str, what: str) -> Kind:
    """An id that a registry must have."""
    return Kind(lambda node, path, reading: reading.find(registry, what, identity(scalar(node))), ID_SCHEMA)


def _account(node: Node, path: str, reading: Reading) -> str:
    name = scalar(node)
    if name not in reading.site.accounts:
        raise reading.unknown("account", name, reading.site.accounts)
    return name


def _distinct(node: Node, path: str, reading: Reading) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each(Kind(_account, ID_SCHEMA), node, path, reading)))


HASHTAG = Kind(_hashtag_node, _STRING)
ACCOUNTS = Kind(_distinct, {"type": "array", "items": {"type": "string"}})
TOPICS = listing(IDENTITY)
DAYS = listing(DAY)


# ---------------------------------------------------------------- forms as values


def form(keys: Form, build: Callable[[Values], Any] = dict) -> Kind:
    """A mapping with the keys of a form, built into a value of the model; nothing is built without what it needs."""
    needed = [name for name, key in keys.items() if key.required]

    def read(node: Node, path: str, reading: Reading) -> Any:
        values = fill(keys, node, path, reading)
        return build(values) if all(name in values for name in needed) else MISSING

    return Kind(read, form_schema(keys))


def either(when_text: Kind, otherwise: Kind) -> Kind:
    """One kind where a single value stands, another where a list or mapping does."""
    return Kind(
        lambda node, path, reading: (when_text if isinstance(node, Text) else otherwise).read(node, path, reading),
        {"anyOf": [when_text.schema, otherwise.schema]},
    )


def by_name(check: Callable[[str, Reading], Any], kind: Kind) -> Kind:
    """A mapping whose keys a function understands (an account, a date)."""

    def read(node: Node, path: str, reading: Reading) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for name, key, value in pairs(node, path, reading):
            try:
                understood = check(name, reading)
            except Mistake as mistake:
                mistake.hint = reading.mended(key, mistake.instead) if mistake.instead else ""
                mistake.instead = ""
                reading.report(mistake, key, f"{path}.{name}")
                continue
            taken = take(kind, value, f"{path}.{name}", reading)
            if taken is not MISSING:
                found[understood] = taken
        return found

    return Kind(read, {"type": "object", "additionalProperties": kind.schema})
