"""Templates and theme read from their files; whatever is wrong with one is a `CardError` that names it."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from campaign.cards.flaws import TEMPLATE, CardError, Flaw
from campaign.cards.templates import Template, Theme, flat

Model = TypeVar("Model", bound=BaseModel)


def read_theme(path: Path) -> Theme:
    return _checked(Theme, _read(path), path)


def read_template(path: Path) -> Template:
    """One template; per-size overrides (`at:`) are applied here, so that nothing below knows of them."""
    data = _read(path)
    layers, sizes = data.pop("layers", None), data.pop("sizes", None)
    if not isinstance(layers, list) or not isinstance(sizes, dict):
        raise _wrong(path, "it needs `sizes:` and a list of `layers:`")
    _refuse_unknown_sizes(path, layers, set(sizes))
    designs = {name: {"size": size, "layers": _layers_at(layers, name)} for name, size in sizes.items()}
    return _checked(Template, {"id": path.stem, **data, "sizes": designs}, path)


def _layers_at(layers: list[Any], size: str) -> list[Any]:
    return [_at(layer, size) for layer in layers if _at(layer, size) is not None]


def _at(layer: Any, size: str) -> Any:
    """A layer as one size has it; `at: {size: none}` leaves it out there."""
    if not isinstance(layer, dict):
        return layer
    change = layer.get("at", {}).get(size, {})
    if change in ("none", None):
        return None
    merged = {**{key: value for key, value in layer.items() if key != "at"}, **change}
    return {**merged, "items": _layers_at(merged["items"], size)} if isinstance(merged.get("items"), list) else merged


def _refuse_unknown_sizes(path: Path, layers: list[Any], sizes: set[str]) -> None:
    for layer in layers:
        if not isinstance(layer, dict):
            raise _wrong(path, "every layer is a mapping with its `kind:`")
        changes = layer.get("at", {})
        if not isinstance(changes, dict) or not set(changes) <= sizes:
            raise _wrong(path, f"`at:` names a size it does not have; it has: {', '.join(sorted(sizes))}")
        _refuse_unknown_sizes(path, layer.get("items", []), sizes)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _wrong(path, f"it is not readable YAML ({str(error).splitlines()[0]})") from error
    if not isinstance(data, dict):
        raise _wrong(path, "it is not a mapping")
    return data


def _checked(model: type[Model], data: dict[str, Any], path: Path) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _wrong(path, f"{where}: {first['msg']}" if where else first["msg"]) from error


def _wrong(path: Path, what: str) -> CardError:
    return CardError(
        (Flaw(TEMPLATE, f"{path.name} cannot be used: {what}", "cards of this kind are not drawn until it is mended"),)
    )


def refuse_unknown_looks(template: Template, theme: Theme, path: Path) -> None:
    """Styles, colours and sizes that the theme does not have, as a `CardError`."""
    for layer in flat(layer for design in template.sizes.values() for layer in design.layers):
        _refuse_unknown(path, "style", _named(layer, "style", "phone"), theme.styles)
        _refuse_unknown(path, "colour", (name.partition("@")[0] for name in _colours(layer)), theme.colours)
        if getattr(layer, "size", None) and layer.size[0] < theme.smallest:
            raise _wrong(path, f"a text of {layer.size[0]} px is too small: {theme.smallest} px is the least")


def _refuse_unknown(path: Path, what: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise _wrong(path, f"the theme has no {what} “{name}”; it has: {', '.join(known)}")


def _colours(layer: Any) -> Iterator[str]:
    yield from _named(layer, "colour", "tint", "plate", "mark_colour")
    yield from getattr(layer, "colours", ())


def _named(layer: Any, *keys: str) -> Iterator[str]:
    return (getattr(layer, key) for key in keys if getattr(layer, key, None))
