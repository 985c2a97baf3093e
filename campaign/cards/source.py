"""YAML files below `assets/cards/` with the line of every key, so that a mistake can be pointed at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from campaign.cards.flaws import TEMPLATE, CardError, Flaw

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int, int]
"""Line and column, from 1."""
_WAITS = "cards of this kind are not drawn until it is mended"
_MOST_NODES, _DEEPEST = 20_000, 40


class Table(dict[str, Any]):
    """A mapping that knows where it and each of its keys stand."""

    def __init__(self, pairs: Mapping[str, Any], place: Place, places: Mapping[str, Place]) -> None:
        super().__init__(pairs)
        self.place, self.places = place, places

    def with_changes(self, other: "Table") -> "Table":
        """The same with the other's keys in place of its own."""
        return Table({**self, **other}, self.place, {**self.places, **other.places})

    def without(self, *keys: str) -> "Table":
        return Table({key: value for key, value in self.items() if key not in keys}, self.place, self.places)


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read: its name as the team knows it, and its content."""

    name: str
    table: Table = field(repr=False)

    def wrong(self, what: str, place: Place = (1, 1)) -> Flaw:
        return Flaw(TEMPLATE, f"this card file cannot be used: {what}", _WAITS, "", self.name, *place)

    def place_of(self, start: Any, loc: Iterable[Any]) -> Place:
        """Where the innermost part of a validation error's location stands that is known."""
        here, place = start, getattr(start, "place", (1, 1))
        for part in loc:
            if isinstance(here, Table) and part in here:
                here, place = here[part], here.places.get(part, place)
            elif isinstance(here, list) and isinstance(part, int) and part < len(here):
                here = here[part]
                place = getattr(here, "place", place)
        return place


def read_source(path: Path, name: str) -> Source:
    """The file as tables and lists; `CardError` when it is not readable YAML or not a mapping."""
    try:
        data = path.read_bytes()
        _refuse_depth(data)
        loader = yaml.CSafeLoader(data)
        node = loader.get_single_node()
        table = _Reading(loader).value(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or "it ends too early"
        raise CardError((Source(name, _EMPTY).wrong(f"it is not readable YAML ({problem})", place),)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        what = str(error).splitlines()[0] if str(error) else "too deep"
        raise CardError((Source(name, _EMPTY).wrong(f"it is not readable YAML ({what})"),)) from error
    if not isinstance(table, Table):
        raise CardError((Source(name, _EMPTY).wrong("it is not a mapping"),))
    return Source(name, table)


_EMPTY = Table({}, (1, 1), {})


def _refuse_depth(data: bytes) -> None:
    """The library nests as the file does: one that is too deep would end the process."""
    depth = 0
    for event in yaml.parse(data, yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError("it is nested too deep")


class _Reading:
    """Nodes become tables and lists; their number is bounded, so that aliases cannot blow up."""

    def __init__(self, loader: Any) -> None:
        self._loader, self._nodes = loader, 0

    def value(self, node: Any) -> Any:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise ValueError("it has too many parts")
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return self._table(node)
        return self._loader.construct_object(node)

    def _table(self, node: yaml.MappingNode) -> Table:
        pairs: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for key_node, value_node in node.value:
            key = str(self._loader.construct_object(key_node))
            if key in pairs:
                raise yaml.MarkedYAMLError(problem=f"{key}: stands here twice", problem_mark=key_node.start_mark)
            pairs[key], places[key] = self.value(value_node), _place(key_node)
        return Table(pairs, _place(node), places)


def _place(node: Any) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def troubles(source: Source, start: Any, error: ValidationError) -> Iterator[Flaw]:
    """Every mistake of a validation, with its place."""
    for one in error.errors(include_url=False):
        loc = one["loc"]
        key = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
        message = one["msg"].removeprefix("Value error, ")
        yield source.wrong(f"{key}: {message}" if key else message, source.place_of(start, loc))


def checked(model: type[Model], source: Source) -> Model:
    """The whole file as a model; `CardError` with everything that is wrong with it."""
    try:
        return model.model_validate(source.table)
    except ValidationError as error:
        raise CardError(tuple(troubles(source, source.table, error))) from error
