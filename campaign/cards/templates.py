"""Card templates and their frames: data from `assets/cards/`, and what is drawn from once they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import Field

from campaign.cards.fields import FILTERS, Declared, Kind, placeholders
from campaign.cards.layers import Box, Layer, flat, mentions
from campaign.cards.theme import Data, Name, Size

CardName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
FieldKind = Annotated[str, Field(pattern=r"^[a-z]+\??$", description="a kind of field; with `?` it may be left out")]
Places = dict[Name, dict[Name, Box]]
Sample = dict[str, dict[str, Any]]


# ---------------------------------------------------------------- files


class FrameFile(Data):
    """What templates share: named places in every size, and the layers below and beside the template's own."""

    fields: dict[Name, FieldKind] = Field(default={})
    places: Annotated[Places, Field(description="size → place → box; a size without places is not offered")]
    with_photo: Places = Field(default={}, description="places that are elsewhere on a card with a photo")
    layers: tuple[Layer, ...] = ()
    alt: Annotated[tuple[str, ...], Field(description="sentences after the template's own")] = ()
    sample: Sample = Field(default={})


class TemplateFile(Data):
    """One kind of card."""

    frame: Name
    tone: Name
    fields: dict[Name, FieldKind]
    places: Places = Field(default={})
    layers: tuple[Layer, ...]
    one_of: Annotated[tuple[Name, ...], Field(description="at least one of these fields must be given")] = ()
    then: Annotated[CardName | None, Field(description="the template of what did not fit")] = None
    alt: Annotated[tuple[str, ...], Field(min_length=1, description="sentences that say what the card shows")]
    sample: Sample = Field(default={})


# ---------------------------------------------------------------- what is drawn from


@dataclass(frozen=True, slots=True)
class Design:
    """One size of a template: its layers with their places and the overrides of that size in them."""

    size: Size
    tone: str
    shared: int  # so many of the layers are the frame's
    layers: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of card in every size it comes in; its frame's fields, sentences and samples are among its own."""

    id: str
    fields: Mapping[str, str]
    sizes: Mapping[str, Design]
    alt: tuple[str, ...]
    sample: Sample
    with_photo: Mapping[str, Design]
    then: str | None = None
    one_of: tuple[str, ...] = ()

    def design(self, size: str, *, photo: bool) -> Design:
        """How it is drawn in one of its sizes."""
        return (self.with_photo if photo else self.sizes)[size]

    @property
    def declared(self) -> tuple[Declared, ...]:
        kinds: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}
        return tuple(Declared(name, kinds[kind.rstrip("?")], kind.endswith("?")) for name, kind in self.fields.items())

    def troubles(self) -> Iterator[str]:
        """Kinds, fields and filters that do not exist."""
        for kind in self.fields.values():
            if kind.rstrip("?") not in get_args(Kind):
                yield f"there is no kind of field “{kind}”; there are: {', '.join(get_args(Kind))}"
        for name, filter_name in self._mentions():
            if name not in self.fields:
                yield f"“{name}” is not among its fields"
            if filter_name and filter_name not in FILTERS:
                yield f"there is no filter “{filter_name}”; there are: {', '.join(FILTERS)}"

    def _mentions(self) -> Iterator[tuple[str, str]]:
        for pattern in self.alt:
            yield from placeholders(pattern)
        for layer in flat(layer for design in self.sizes.values() for layer in design.layers):
            yield from mentions(layer)
