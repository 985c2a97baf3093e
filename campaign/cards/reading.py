"""Templates, their frames, themes and sizes read from files; whatever is wrong is a `CardError` that names the line."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, RootModel, ValidationError

from campaign.cards.flaws import CardError, Flaw
from campaign.cards.layers import LAYER, LineChart, flat
from campaign.cards.source import Source, Table, checked, read_source, troubles
from campaign.cards.templates import Design, FrameFile, Places, Sample, Template, TemplateFile
from campaign.cards.theme import Size, Theme, Tone

ROLES = frozenset(Tone.model_fields)
SizesFile = RootModel[dict[str, Size]]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of every kind of file below `assets/cards/`, by kind."""
    kinds: dict[str, type[BaseModel]] = {
        "card-template": TemplateFile,
        "card-frame": FrameFile,
        "card-theme": Theme,
        "card-sizes": SizesFile,
    }
    return {kind: model.model_json_schema() for kind, model in kinds.items()}


@dataclass(frozen=True, slots=True)
class Looks:
    """What templates may name: the theme's styles and tones, and the sizes there are."""

    theme: Theme
    sizes: Mapping[str, Size]


def read_theme(path: Path, name: str) -> Theme:
    return checked(Theme, read_source(path, name))


def read_sizes(path: Path, name: str) -> Mapping[str, Size]:
    """Every size by name."""
    return checked(SizesFile, read_source(path, name)).root


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame and the file it came from."""

    source: Source
    file: FrameFile


def read_frame(path: Path, name: str) -> Frame:
    source = read_source(path, name)
    return Frame(source, checked(FrameFile, source))


def read_template(source: Source, frame: Frame, looks: Looks) -> Template:
    """One template in every size for which its frame or itself has places; overrides (`at:`) are applied here."""
    file = checked(TemplateFile, source)
    flaws = [*_unknown_sizes(frame.source, frame.file.places, looks), *_unknown_sizes(source, file.places, looks)]
    designs, with_photo = (
        dict(_designs((frame, source, file), looks, changes, flaws)) for changes in ({}, frame.file.with_photo)
    )
    flaws += [*_lost(frame.source, frame, file), *_lost(source, frame, file)]
    fields = {**file.fields, **{name: kind for name, kind in frame.file.fields.items() if name not in file.fields}}
    sample = _merged(frame.file.sample, file.sample)
    alt = (*file.alt, *frame.file.alt)
    template = Template(Path(source.name).stem, fields, designs, alt, sample, with_photo, file.then, file.one_of)
    flaws += [source.wrong(what) for what in dict.fromkeys(template.troubles())]
    if file.tone not in looks.theme.tones:
        flaws.append(_no_such(source, "tone", file.tone, looks.theme.tones, source.table.places["tone"]))
    if flaws:
        raise CardError(tuple(dict.fromkeys(flaws)))
    return template


def _designs(
    read: tuple[Frame, Source, TemplateFile], looks: Looks, changes: Places, flaws: list[Flaw]
) -> Iterator[tuple[str, Design]]:
    """Every size for which there are places; `changes` are those of cards with a photo."""
    frame, source, file = read
    for size in looks.sizes:
        places = frame.file.places.get(size, {}) | changes.get(size, {}) | file.places.get(size, {})
        if places:
            spot = Spot(size, looks, places, flaws)
            shared = tuple(_layers(frame.source, spot))
            yield size, Design(looks.sizes[size], file.tone, len(shared), (*shared, *_layers(source, spot)))


def _lost(source: Source, frame: Frame, file: TemplateFile) -> Iterator[Flaw]:
    """Layers in a place that no size has: they would be missing without a word."""
    everywhere = (frame.file.places, frame.file.with_photo, file.places)
    known = {name for places in everywhere for boxes in places.values() for name in boxes}
    for layer in source.table.get("layers", []):
        for part in _with_overrides(layer):
            if isinstance(part.get("box"), str) and part["box"] not in known:
                yield _no_such(source, "place", part["box"], sorted(known), part.places.get("box", layer.place))


def _with_overrides(layer: Table) -> Iterator[Table]:
    """A layer, and what it says of single sizes."""
    yield layer
    yield from (change for change in (layer.get("at") or {}).values() if isinstance(change, Table))


def _merged(under: Sample, over: Sample) -> Sample:
    """The frame's sample words of a language below the template's own."""
    return {language: {**under.get(language, {}), **words} for language, words in over.items()}


def _unknown_sizes(source: Source, places: Collection[str], looks: Looks) -> Iterator[Flaw]:
    for size in places:
        if size not in looks.sizes:
            place = source.place_of(source.table, ("places", size))
            yield _no_such(source, "size", size, looks.sizes, place)


# ---------------------------------------------------------------- layers in one size


@dataclass(frozen=True, slots=True)
class Spot:
    """One size of one template while its layers are read; `flaws` gathers what is wrong."""

    size: str
    looks: Looks
    places: Mapping[str, tuple[int, int, int, int]]
    flaws: list[Flaw]

    def placed(self, box: Any) -> Any:
        """The box of a place; the name of a place that this size does not have stays."""
        return self.places.get(box, box) if isinstance(box, str) else box


def _layers(source: Source, spot: Spot) -> Iterator[Any]:
    """Every layer of a file as this size has it."""
    for raw in source.table.get("layers", []):
        spot.flaws.extend(_unknown_overrides(source, raw, spot.looks))
        data = _at(raw, spot)
        if data is None:
            continue
        data = data.with_changes(Table({"box": spot.placed(data.get("box"))}, data.place, {}))
        if isinstance(data["box"], str):
            continue
        if data["box"] is None:
            spot.flaws.append(source.wrong("a layer needs a box, unless it is part of a stack", data.place))
            continue
        try:
            layer = LAYER.validate_python(data)
        except ValidationError as error:
            spot.flaws.extend(troubles(source, data, error))
            continue
        spot.flaws.extend(source.wrong(what, data.place) for what in _unknown_looks(layer, spot.looks.theme))
        yield layer


def _at(layer: Table, spot: Spot) -> Table | None:
    """A layer as one size has it: what its shape says, then what its size says; None where it is left out."""
    changes = layer.get("at") or {}
    merged = layer.without("at")
    for name in (spot.looks.sizes[spot.size].shape, spot.size):
        change = changes.get(name, Table({}, layer.place, {}))
        if not isinstance(change, Table):
            return None
        merged = merged.with_changes(change)
    if isinstance(merged.get("items"), list) and all(isinstance(item, Table) for item in merged["items"]):
        items = [item for item in (_at(item, spot) for item in merged["items"]) if item is not None]
        return merged.with_changes(Table({"items": items}, merged.place, {}))
    return merged


def _unknown_overrides(source: Source, layer: Table, looks: Looks) -> Iterator[Flaw]:
    known = {*looks.sizes, *(size.shape for size in looks.sizes.values())}
    changes = layer.get("at") or Table({}, layer.place, {})
    for name in changes:
        if name not in known:
            yield _no_such(source, "size", name, sorted(known), changes.places.get(name, layer.place))
    for item in layer.get("items") or []:
        yield from _unknown_overrides(source, item, looks)


# ---------------------------------------------------------------- what a theme does not have


def _unknown_looks(layer: Any, theme: Theme) -> Iterator[str]:
    """Styles, roles, tones and sizes of text that the theme does not have, in a layer and those inside it."""
    for one in flat([layer]):
        yield from _unknown("style", _named(one, "style", "phone"), theme.styles)
        yield from _unknown("role of a colour", (name.partition("@")[0] for name in _colours(one)), ROLES)
        yield from _unknown("tone", _named(one, "tone"), theme.tones)
        if getattr(one, "size", None) and one.size[0] < theme.smallest:
            yield f"a text of {one.size[0]} px is too small: {theme.smallest} px is the least"
        if isinstance(one, LineChart):
            yield from _alike(one)


def _alike(chart: LineChart) -> Iterator[str]:
    """Lines of a chart that only their colour would tell apart."""
    looks = [(stroke.dash, stroke.point) for stroke in chart.strokes]
    if len(set(looks)) < len(looks):
        yield "two lines of the chart are told apart by colour alone: give them another dash or another point"


def _unknown(what: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"there is no {what} “{name}”; there are: {', '.join(sorted(known))}"


def _no_such(source: Source, what: str, name: str, known: Iterable[str], place: tuple[int, int]) -> Flaw:
    return source.wrong(f"there is no {what} “{name}”; there are: {', '.join(known)}", place)


def _colours(layer: Any) -> Iterator[str]:
    yield from _named(layer, "colour", "tint", "plate", "mark_colour")
    yield from getattr(layer, "colours", ())
    yield from (stroke.colour for stroke in getattr(layer, "strokes", ()))


def _named(layer: Any, *keys: str) -> Iterator[str]:
    return (getattr(layer, key) for key in keys if getattr(layer, key, None))
