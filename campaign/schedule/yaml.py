"""YAML → a tree of nodes that know their place. Bounded before anything is built; every scalar stays text.

PyYAML's C parser gives events; we walk them ourselves, because that is where size can be counted, nothing gets
expanded, and the style of a scalar (plain, quoted, block) and its exact place are still known.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from campaign.schedule.mistakes import Mistake, told
from campaign.schedule.syntax import explain

LARGEST_FILE = 256 * 1024
DEEPEST = 32
MOST_EVENTS = 20_000
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Control characters, line separators that only some programs see, marks that turn the direction of reading (a text
can say something else than what is sent), byte order marks, noncharacters."""


@dataclass(slots=True)
class Text:
    """A scalar, as written. `end` is its end in the source, `style` one of '' (plain), '"', "'", '|', '>'."""

    text: str
    line: int
    column: int
    end: int = 0
    style: str = ""


@dataclass(slots=True)
class Items:
    """A list."""

    nodes: list["Node"]
    line: int
    column: int


@dataclass(slots=True)
class Table:
    """A mapping; a key met again is kept apart in `doubles` and its value is not taken."""

    pairs: dict[str, tuple[Text, "Node"]]
    line: int
    column: int
    flow: bool = False
    doubles: list[Text] = field(default_factory=list)


Node = Text | Items | Table


@dataclass(slots=True)
class Tree:
    """What a source holds. With any mistake none of it may be used."""

    root: Node | None = None
    mistakes: list[Mistake] = field(default_factory=list)


def decode(data: bytes) -> str:
    """The text of a file, or a `Mistake` with the place that is not text."""
    if len(data) > LARGEST_FILE:
        raise Mistake(
            "YML03", f"this file is larger than {LARGEST_FILE // 1024} KB", hint="split it into several campaigns"
        )
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise Mistake(
            "YML04",
            f"this file is not UTF-8: byte {data[error.start]:#04x} is no letter there",
            hint="save it again with the encoding UTF-8",
            at=_place(before),
        ) from error
    return _printable(source)


def _printable(source: str) -> str:
    stray = UNPRINTABLE.search(source)
    if stray:
        name = f"U+{ord(stray[0]):04X}"
        raise Mistake(
            "YML04",
            f"an invisible control character ({name}) stands here",
            hint="delete it; it often comes along when text is pasted from another program",
            at=_place(source[: stray.start()]),
        )
    return source


def _place(before: str) -> tuple[int, int]:
    """Line and column of what follows `before`."""
    lines = re.split("\r\n|\r|\n", before)
    return len(lines), len(lines[-1]) + 1


def parse(source: str) -> Tree:
    """The tree of a decoded source; all refused features are told, a syntax error ends it."""
    tree = Tree()
    builder = _Builder(tree)
    try:
        for event in _bounded(source):
            builder.take(event)
    except Mistake as mistake:
        tree.mistakes.append(mistake)
    except yaml.YAMLError as error:
        tree.mistakes.append(explain(error, source))
    return tree


def _bounded(source: str) -> Iterator[Any]:
    depth = 0
    documents = 0
    for count, event in enumerate(yaml.parse(source, Loader=yaml.CLoader)):
        kind = type(event)
        if count >= MOST_EVENTS:
            raise _limit(event, f"this file holds more than {MOST_EVENTS} items", "split it into several campaigns")
        if kind in _OPENING:
            depth += 1
            if depth > DEEPEST:
                raise _limit(event, f"lists and mappings are nested deeper than {DEEPEST} levels", "")
        elif kind in _CLOSING:
            depth -= 1
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                hint = "remove the line ---, or move the rest to its own file"
                raise Mistake("YML02", "a second document begins here", hint=hint, at=_start(event))
        yield event


_OPENING = frozenset({yaml.MappingStartEvent, yaml.SequenceStartEvent})
_CLOSING = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})


def _limit(event: Any, message: str, hint: str) -> Mistake:
    return Mistake("YML03", message, hint=hint, at=_start(event))


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


class _Builder:
    """Puts events together; `open` is the stack of unfinished collections, each with the key that waits for a value."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.open: list[Items | Table] = []
        self.keys: list[Text | None] = []

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._begin(event, Table({}, *_start(event), bool(event.flow_style)))
        elif kind is yaml.SequenceStartEvent:
            self._begin(event, Items([], *_start(event)))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.keys.pop()
            self._place(self.open.pop())
        elif kind is yaml.AliasEvent:
            self._refuse(event, f"*{event.anchor} repeats another place of the file")
            self._place(Text("", *_start(event)))
        elif kind is yaml.DocumentStartEvent and event.tags:
            self._refuse(event, "%TAG declares a YAML tag")

    def _scalar(self, event: Any) -> None:
        start = event.start_mark
        node = Text(event.value, start.line + 1, start.column + 1, event.end_mark.index, event.style)
        if event.tag is not None or event.anchor is not None:
            self._refuse_marks(event)
        if event.style == '"' and UNPRINTABLE.search(event.value):
            raise Mistake("YML04", "the text holds an escaped control character", at=(node.line, node.column))
        self._place(node)

    def _begin(self, event: Any, node: Items | Table) -> None:
        if event.tag is not None or event.anchor is not None:
            self._refuse_marks(event)
        if self.open and isinstance(self.open[-1], Table) and self.keys[-1] is None:
            raise Mistake(
                "YML02",
                "a list or a mapping stands where a key is expected",
                hint="put a text that begins with { or [ in quotes",
                at=(node.line, node.column),
            )
        self.open.append(node)
        self.keys.append(None)

    def _place(self, node: Node) -> None:
        if not self.open:
            self.tree.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Items):
            parent.nodes.append(node)
            return
        key = self.keys[-1]
        if key is None and isinstance(node, Text):
            self.keys[-1] = node
        elif key is not None:
            self.keys[-1] = None
            if key.text in parent.pairs:
                parent.doubles.append(key)
            else:
                parent.pairs[key.text] = (key, node)

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, f"&{event.anchor} marks this place to be repeated elsewhere")
        if event.tag is not None:
            self._refuse(event, f"{told(event.tag)} gives this value a type")

    def _refuse(self, event: Any, what: str) -> None:
        place = _start(event)
        hint = "write the value out; put a text that begins with *, & or ! in quotes"
        self.tree.mistakes.append(Mistake("YML02", f"{what}, which schedules do without", hint=hint, at=place))
