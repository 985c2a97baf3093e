"""Card templates and their theme: data from `assets/cards/*.yaml`, a closed set of layer kinds, nothing interpreted."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from campaign.cards.fields import FILTERS, Declared, Kind, placeholders

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the size it stands in."""
Range = Annotated[tuple[int, int], Field(description="smallest and largest text size in pixels")]
Colour = Annotated[
    str, Field(pattern=r"^[a-z_]+(@0?\.\d+)?$", description="a colour of the theme, `paper@.14` for a tint")
]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
IconName = Literal["calendar", "pin", "phone", "source", "blank"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Style(_Data):
    """How a kind of text looks; `leading` is the distance of baselines in text sizes."""

    font: Name
    size: Range
    leading: float = Field(default=1.2, ge=1, le=2)
    colour: Colour = "ink"


class Theme(_Data):
    """Colours, fonts, logo and text styles that all templates share."""

    colours: dict[Name, Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]]
    fonts: dict[Name, str]
    logo: str
    smallest: int = Field(default=28, ge=28, description="no text is ever drawn smaller than this")
    styles: dict[Name, Style]


# ---------------------------------------------------------------- layers


class _Layer(_Data):
    when: dict[str, bool | tuple[str, ...]] = Field(default={}, description="drawn only if these fields are so")


class _Placed(_Layer):
    box: Box


class Fill(_Placed):
    """A plain area; `radius` rounds its corners, `border` leaves only a frame of that width."""

    kind: Literal["fill"]
    colour: Colour
    radius: int = 0
    border: int = 0


class Gradient(_Placed):
    """From one colour to the other, downwards at 90 degrees, to the right at 0."""

    kind: Literal["gradient"]
    colours: tuple[Colour, Colour]
    angle: int = 90


class Rings(_Placed):
    """The motif of the logo, large: circles around the middle of the box, `count` of them from its edge inwards."""

    kind: Literal["rings"]
    colour: Colour
    count: int = Field(default=3, ge=1, le=12)
    border: int = Field(default=2, ge=1)


class Logo(_Placed):
    """The theme's logo, as large as the box allows, at its left; `tint` draws its shape in one colour."""

    kind: Literal["logo"]
    tint: Colour | None = None


class _Flowing(_Layer):
    box: Box | None = None
    gap: int = Field(default=0, description="free space above it when it is part of a stack")
    anchor: Literal["top", "middle", "bottom"] = "top"
    align: Literal["left", "centre", "right"] = "left"
    style: Name = "body"
    size: Range | None = None
    colour: Colour | None = None


class TextLayer(_Flowing):
    """One paragraph, as large as its box and `lines` allow, in balanced lines."""

    kind: Literal["text"]
    text: str
    lines: int = Field(default=1, ge=1, le=12)
    icon: IconName | None = None
    struck: bool = False


class Badge(_Flowing):
    """A short word on a rounded plate."""

    kind: Literal["badge"]
    text: str
    plate: Colour = "accent"


class Rule(_Flowing):
    """A short thick line that sets parts of a stack apart."""

    kind: Literal["rule"]
    width: int = 96
    thickness: int = 6


class ListLayer(_Flowing):
    """The texts of a field, each with its mark."""

    kind: Literal["list"]
    of: Name
    mark: Literal["check", "number"] = "check"
    mark_colour: Colour = "sea"


class Contacts(_Flowing):
    """Who answers and the number, large, in one or two columns."""

    kind: Literal["contacts"]
    of: Name
    columns: int = Field(default=1, ge=1, le=2)
    phone: Name = "phone"


class Agenda(_Flowing):
    """The lines of a calendar's month, each with the mark its day has in the month grid."""

    kind: Literal["agenda"]
    year: Name
    month: Name
    of: Name


class MonthGrid(_Flowing):
    """A month from Monday to Sunday with its days marked."""

    kind: Literal["month_grid"]
    year: Name
    month: Name
    of: Name


Flowing = Annotated[
    TextLayer | Badge | Rule | ListLayer | Contacts | Agenda | MonthGrid,
    Field(discriminator="kind"),
]


class Stack(_Placed):
    """Layers below each other; what is left of the height goes to the first that can use it."""

    kind: Literal["stack"]
    anchor: Literal["top", "middle", "bottom"] = "top"
    items: tuple[Flowing, ...]


Layer = Annotated[
    Fill | Gradient | Rings | Logo | Stack | TextLayer | Badge | Rule | ListLayer | Contacts | Agenda | MonthGrid,
    Field(discriminator="kind"),
]


# ---------------------------------------------------------------- templates


class Design(_Data):
    """One size of a template: its layers with the overrides of that size in place."""

    size: tuple[Annotated[int, Field(ge=200, le=2400)], Annotated[int, Field(ge=200, le=2400)]]
    layers: tuple[Layer, ...]

    @model_validator(mode="after")
    def _everything_has_its_place(self) -> Self:
        for layer in self.layers:
            if layer.box is None:
                raise ValueError(f"a layer of kind {layer.kind} needs a box, unless it is part of a stack")
        return self


class Template(_Data):
    """One kind of card in every size it comes in."""

    id: str
    fields: dict[Name, Annotated[str, Field(pattern=r"^[a-z]+\??$")]]
    sizes: dict[Name, Design]
    alt: tuple[str, ...] = Field(min_length=1)
    sample: dict[str, dict[str, Any]] = {}

    @property
    def declared(self) -> tuple[Declared, ...]:
        kinds: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}
        return tuple(Declared(name, kinds[kind.rstrip("?")], kind.endswith("?")) for name, kind in self.fields.items())

    @model_validator(mode="after")
    def _speaks_of_its_own_fields(self) -> Self:
        for kind in self.fields.values():
            if kind.rstrip("?") not in get_args(Kind):
                raise ValueError(f"there is no kind of field “{kind}”; there are: {', '.join(get_args(Kind))}")
        for name, filter_name in self._mentions():
            if name not in self.fields:
                raise ValueError(f"“{name}” is not among its fields")
            if filter_name and filter_name not in FILTERS:
                raise ValueError(f"there is no filter “{filter_name}”; there are: {', '.join(FILTERS)}")
        return self

    def _mentions(self) -> Iterator[tuple[str, str]]:
        for pattern in self.alt:
            yield from placeholders(pattern)
        for layer in flat(layer for design in self.sizes.values() for layer in design.layers):
            yield from placeholders(getattr(layer, "text", ""))
            yield from ((name, "") for name in layer.when)
            yield from ((getattr(layer, name), "") for name in ("of", "year", "month") if hasattr(layer, name))


def flat(layers: Iterator[Any]) -> Iterator[Any]:
    """Every layer, and those inside stacks."""
    for layer in layers:
        yield layer
        yield from flat(iter(layer.items)) if isinstance(layer, Stack) else ()
