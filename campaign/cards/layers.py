"""The layers a card is made of: a closed set, each with its box and what it may be told."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, cast

from pydantic import Field, TypeAdapter

from campaign.cards.fields import placeholders
from campaign.cards.theme import Colour, Data, Name, Range

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the size it stands in."""
IconName = Literal["calendar", "pin", "phone", "source", "quote", "next", "blank"]


class _Layer(Data):
    when: dict[str, bool | tuple[str, ...]] = Field(default={}, description="drawn only if these fields are so")
    tone: Name | None = Field(default=None, description="the tone it stands on, where that is not the template's")
    at: dict[str, dict[str, Any] | Literal["none"]] = Field(
        default={}, description="what is otherwise in a size or shape (wide, tall); none leaves it out there"
    )


class _Placed(_Layer):
    box: Box | Name = Field(
        description="x, y, width, height, or the name of a place; in a size without that place it is left out"
    )

    @property
    def area(self) -> Box:
        """The box, once a place's name was replaced by it."""
        return cast("Box", self.box)


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
    """The motif, large: circles around the middle of the box, `count` of them from its edge inwards."""

    kind: Literal["rings"]
    colour: Colour = "motif"
    count: int = Field(default=4, ge=1, le=12)
    border: int = Field(default=2, ge=1)


class ImageLayer(_Placed):
    """A photo of a field, filling the box; what is cut off is chosen around its focus."""

    kind: Literal["image"]
    of: Name


class Scrim(_Placed):
    """A veil over a photo so that text can be read on it; made denser where a bright photo needs it."""

    kind: Literal["scrim"]
    colours: tuple[Colour, Colour]
    angle: int = 90


class Logo(_Placed):
    """The theme's logo, as large as the box allows, at its left; `tint` draws its shape in one colour."""

    kind: Literal["logo"]
    tint: Colour | None = None


class Dots(_Placed):
    """One dot per page of a carousel, the shown one long; from the left of the box."""

    kind: Literal["page_dots"]
    page: Name
    pages: Name
    colour: Colour = "mark"


class Code(_Placed):
    """A QR code of an address, dark on a light plate with the quiet zone that scanners need."""

    kind: Literal["qr"]
    of: Name


class _Flowing(_Layer):
    box: Box | Name | None = None
    gap: int = Field(default=0, description="free space above it when it is part of a stack, at the size `og`")
    anchor: Literal["top", "middle", "bottom"] = "top"
    align: Literal["left", "centre", "right"] = "left"
    style: Name = "body"
    size: Range | None = None
    colour: Colour | None = None


class TextLayer(_Flowing):
    """One paragraph, as large as its box and `lines` allow, in balanced lines."""

    kind: Literal["text"]
    text: str
    lines: int = Field(default=1, ge=1, le=14)
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


class Icon(_Flowing):
    """A sign alone; `height` at the size `og`."""

    kind: Literal["icon"]
    icon: IconName
    height: int = Field(default=72, ge=8)


class ListLayer(_Flowing):
    """The texts of a field, each with its mark."""

    kind: Literal["list"]
    of: Name
    mark: Literal["check", "number"] = "check"
    mark_colour: Colour = "mark"


class Contacts(_Flowing):
    """Who answers and the number, large, in one or two columns."""

    kind: Literal["contacts"]
    of: Name
    columns: int = Field(default=1, ge=1, le=2)
    phone: Name = "phone"


class Agenda(_Flowing):
    """The lines of a calendar, each with the mark its day has in the month grid."""

    kind: Literal["agenda"]
    of: Name
    year: Name | None = None
    month: Name | None = None
    since: Name | None = Field(default=None, description="the first day shown, where it is not a month")


class MonthGrid(_Flowing):
    """A month from Monday to Sunday with its days marked."""

    kind: Literal["month_grid"]
    year: Name
    month: Name
    of: Name


class BarChart(_Flowing):
    """Bars from the left, each with its label above and its value behind; the emphasised ones in the mark's colour."""

    kind: Literal["bar_chart"]
    of: Name


class LineChart(_Flowing):
    """Lines over years, each named at its end and told apart by its stroke and points, never by colour alone."""

    kind: Literal["line_chart"]
    of: Name
    strokes: tuple["SeriesStroke", ...] = ()


class SeriesStroke(Data):
    """How one line of a chart is drawn."""

    colour: Colour
    dash: Literal["solid", "dashed", "dotted"]
    point: Literal["disc", "square", "ring"]


Flowing = Annotated[
    TextLayer | Badge | Rule | Icon | ListLayer | Contacts | Agenda | MonthGrid | BarChart | LineChart,
    Field(discriminator="kind"),
]


class Stack(_Placed):
    """Layers below each other; what is left of the height goes to the first that can use it."""

    kind: Literal["stack"]
    anchor: Literal["top", "middle", "bottom"] = "top"
    items: tuple[Flowing, ...]


Layer = Annotated[
    Fill | Gradient | Rings | ImageLayer | Scrim | Logo | Dots | Code | Stack
    | TextLayer | Badge | Rule | Icon | ListLayer | Contacts | Agenda | MonthGrid | BarChart | LineChart,
    Field(discriminator="kind"),
]  # fmt: skip
LAYER: TypeAdapter[Any] = TypeAdapter(Layer)


def mentions(layer: Any) -> Iterator[tuple[str, str]]:
    """(field, filter) of every field a layer speaks of."""
    yield from placeholders(getattr(layer, "text", ""))
    yield from ((name, "") for name in layer.when)
    named = (getattr(layer, name, None) for name in ("of", "year", "month", "since", "page", "pages"))
    yield from ((name, "") for name in named if name)


def flat(layers: Iterable[Any]) -> Iterator[Any]:
    """Every layer, and those inside stacks."""
    for layer in layers:
        yield layer
        yield from flat(layer.items) if isinstance(layer, Stack) else ()
