"""Reading one file: forms of keys, the values they take, and what is found on the way.

A `Form` is a table of keys. A `Kind` says how a value is read from a node and what its JSON Schema is, so that what
`check` accepts and what an editor program completes come from one declaration.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from campaign.model import Place, Problem, Severity, Site, Spot, Tier
from campaign.schedule.mistakes import Mistake, nearest, quoted, told, unknown
from campaign.schedule.yaml import Items, Node, Table, Text

MOST_PROBLEMS = 200
"""Per file; beyond them only the first problem of each entry is told."""
MOST_GUESSES = 50
"""Per file; looking for the nearest name is what costs most in a file full of mistakes."""
MOST_RULES = 300
"""Per file, in RFC 5545's notation: finding out that one never meets a date takes a while."""
LONGEST_LINE = 240
"""So much of a line is looked at for a hint."""
Values = dict[str, Any]
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value. `read(node, path, reading)` returns it or raises a `Mistake`."""

    read: Callable[[Node, str, "Reading"], Any]
    schema: Schema


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a form; `told` explains it to the editor."""

    kind: Kind
    told: str
    required: bool = False


Form = Mapping[str, Key]


@dataclass(frozen=True, slots=True)
class Known:
    """The names of one registry; `broken` ones stand there with a mistake, `readable` is False for a whole bad file."""

    file: str
    names: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    readable: bool = True


@dataclass(slots=True)
class Reading:
    """One file being read: its text, what else is known, where we are, and the problems found."""

    file: str
    source: str
    site: Site
    known: Mapping[str, Known] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    assets: frozenset[str] | None = None
    today: dt.date | None = None
    languages: tuple[str, ...] = ()
    any_language: bool = False  # registries may hold more languages than the site shows
    entry: str = ""  # "campaign/entry" while one is read
    noun: str = "file"
    start: dt.date | None = None  # where dates shown for an ambiguous rule begin
    spots: dict[str, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    held: set[str] = field(default_factory=set)  # entries with a mistake
    guesses: int = 0
    rules: int = 0  # in RFC 5545's notation
    _lines: list[str] | None = None

    @property
    def sound(self) -> bool:
        """Whether what is being read is free of mistakes so far."""
        return self.entry not in self.held

    def line(self, number: int) -> str:
        if self._lines is None:
            self._lines = self.source.splitlines()
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def spot(self, node: Node) -> Spot:
        return Spot(self.file, node.line, node.column)

    def begin(self, noun: str, entry: str) -> None:
        """From here on mistakes concern this entry alone."""
        self.noun, self.entry, self.spots = noun, entry, {}

    def end(self) -> bool:
        """Back to the file; whether the entry was free of mistakes."""
        sound = self.sound
        self.noun, self.entry = "file", ""
        return sound

    def report(self, mistake: Mistake, node: Node | None = None, path: str = "") -> None:
        """Keep the mistake as a problem: of the entry being read, else of the whole file."""
        first = self.sound
        self.held.add(self.entry)
        if len(self.problems) >= MOST_PROBLEMS and not first:
            return
        self.problems.append(
            Problem(
                self._spot_of(mistake, node),
                mistake.code,
                Severity.ERROR,
                f"{mistake.message}. {self._meanwhile()}",
                hint=mistake.hint or self._hint(mistake, node, path),
                field=path,
                tier=Tier.ENTRY if self.entry else Tier.FILE,
                entry=self.entry,
            )
        )

    def _spot_of(self, mistake: Mistake, node: Node | None) -> Spot:
        if mistake.line or node is None:
            return Spot(self.file, mistake.line or 1, mistake.column or 1)
        return self.spot(node)

    def _hint(self, mistake: Mistake, node: Node | None, path: str) -> str:
        """The mended line, or the key with its mended value."""
        if not mistake.instead:
            return ""
        whole = "" if mistake.code.startswith("LOS") else self.mended(node, mistake.instead)
        key = path.rpartition(".")[2]
        return whole or (mistake.instead if not key or key.isdigit() else f"{key}: {mistake.instead}")

    def mended(self, node: Node | None, instead: str) -> str:
        """The line of a scalar with other words in its place; nothing when it cannot be found there."""
        line = self.line(node.line) if isinstance(node, Text) else ""
        if not isinstance(node, Text) or not node.text or len(line) > LONGEST_LINE:
            return ""
        start = node.column - 1
        for written in (node.text, f'"{node.text}"', f"'{node.text}'"):
            if line.startswith(written, start):
                return (line[:start] + instead + line[start + len(written) :]).strip()
        return ""

    def _meanwhile(self) -> str:
        if self.entry:
            return f"This {self.noun} is held, the others go on."
        return "Nothing of this file is taken; what was planned from it is held."

    def find(self, registry: str, what: str, name: str) -> str:
        """The name, if its registry has it; of an unreadable registry every name is believed."""
        known = self.known.get(registry, Known(f"{registry}.yaml"))
        if name in known.broken:
            raise Mistake("REF02", f"the {what} {told(name)} has a mistake in {known.file}")
        if known.readable and name not in known.names:
            raise self.unknown(what, name, known.names)
        return name

    def unknown(self, what: str, word: str, known: Iterable[str]) -> Mistake:
        """REF01; the nearest name is looked for as long as that stays cheap."""
        self.guesses += 1
        return unknown(what, word, known if self.guesses <= MOST_GUESSES else ())


# ---------------------------------------------------------------- forms

MISSING: Any = object()
"""Stands for a value with a mistake, which has been told."""


def take(kind: Kind, node: Node, path: str, reading: Reading) -> Any:
    """The value, or `MISSING` after telling the mistake; its place is noted."""
    reading.spots[path] = Spot(reading.file, node.line, node.column)
    try:
        return kind.read(node, path, reading)
    except Mistake as mistake:
        reading.report(mistake, node, path)
        return MISSING


def fill(form: Form, node: Node, path: str, reading: Reading) -> Values:
    """All values of a mapping that are free of mistakes; every other is told."""
    values: Values = {}
    if not isinstance(node, Table):
        reading.report(not_a(node, "several keys with their values"), node, path)
        return values
    for name, key_node, value in pairs(node, path, reading):
        key = form.get(name)
        inside = f"{path}.{name}" if path else name
        if key is None:
            reading.report(_unknown_key(name, key_node, form, reading), key_node, inside)
            continue
        found = take(key.kind, value, inside, reading)
        if found is not MISSING:
            values[name] = found
    for name, key in form.items():
        if key.required and name not in node.pairs:
            reading.report(Mistake("FMT03", f"{name}: is missing ({key.told})"), node, path)
    return values


def form_schema(form: Form, **rules: Any) -> Schema:
    """The JSON Schema of a mapping with these keys and no other."""
    required = [name for name, key in form.items() if key.required]
    return {
        "type": "object",
        "properties": {name: {**key.kind.schema, "description": key.told} for name, key in form.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
        **rules,
    }


def pairs(node: Node, path: str, reading: Reading) -> Iterator[tuple[str, Text, Node]]:
    """Key, its node and its value; keys that stand twice are told."""
    if not isinstance(node, Table):
        raise not_a(node, "several keys with their values")
    for double in node.doubles:
        first = node.pairs[double.text][0]
        message = (
            f"{told(double.text)} stands here a second time (the first is in line {first.line}); only one can count"
        )
        reading.report(Mistake("FMT04", message, hint="remove one of the two"), double, path)
    for name, (key, value) in node.pairs.items():
        yield name, key, value


def under(node: Node, key: str) -> Node:
    """The value of a key, or the mapping itself: where to point at."""
    return node.pairs[key][1] if isinstance(node, Table) and key in node.pairs else node


def says(node: Node, key: str) -> bool:
    """Whether the mapping has this key, its value right or wrong."""
    return isinstance(node, Table) and key in node.pairs


def each(kind: Kind, node: Node, path: str, reading: Reading) -> list[Any]:
    """The values of a list that are free of mistakes."""
    if not isinstance(node, Items):
        raise not_a(node, "a list", _listed(kind, node.text) if isinstance(node, Text) and node.text else "")
    found = [take(kind, item, f"{path}.{number}", reading) for number, item in enumerate(node.nodes)]
    return [value for value in found if value is not MISSING]


def _listed(kind: Kind, text: str) -> str:
    """The list that one value was meant to be: hashtags in quotes, mappings with the keys they need."""
    if "#" in text:
        words = [quoted(word) for word in re.split(r"[,;\s]+", text) if word]
        return f"[{', '.join(words)}]"
    first, *more = kind.schema.get("required", ("",))
    inside = ", ".join([f"{first}: {text}", *(f"{name}: …" for name in more)]) if first else ""
    return f"[{{{inside}}}]" if inside else f"[{text}]"


def not_a(node: Node, expected: str, instead: str = "") -> Mistake:
    """The mistake of a node of the wrong shape."""
    if isinstance(node, Text):
        said = told(node.text) if node.text else "nothing"
        return Mistake("FMT02", f"{expected} should stand here, not {said}", instead=instead)
    if isinstance(node, Items):
        return Mistake("FMT02", f"{expected} should stand here, not a list", instead=instead)
    return Mistake("FMT02", f"{expected} should stand here, not keys with values", instead=instead)


_OTHER_WORDS = {
    "when": "at",
    "date": "at",
    "publish": "at",
    "start": "starts",
    "end": "ends",
    "begins": "starts",
    "location": "place",
    "where": "place",
    "venue": "place",
    "tags": "hashtags",
    "channels": "accounts",
    "platforms": "accounts",
    "networks": "accounts",
    "content": "text",
    "description": "summary",
    "url": "link",
    "photos": "images",
    "pictures": "images",
    "name": "title",
    "recurrence": "repeat",
    "spoiler": "content_warning",
    "in_reply_to": "reply_to",
    "handle": "handles",
    "rrule": "repeat",
}


def _unknown_key(name: str, key: Text, form: Form, reading: Reading) -> Mistake:
    reading.guesses += 1
    if reading.guesses > MOST_GUESSES:
        return Mistake("FMT01", f"there is no key {told(name)} here")
    meant = _OTHER_WORDS.get(name.lower(), "")
    close = meant if meant in form else nearest(name, form)
    if not close:
        return Mistake("FMT01", f"there is no key {told(name)} here; known are {', '.join(form)}")
    return Mistake(
        "FMT01",
        f"there is no key {told(name)} here; the nearest is {told(close)}",
        hint=reading.mended(key, close) or f"{close}:",
    )
