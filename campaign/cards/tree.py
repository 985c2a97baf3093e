"""A laid-out card: boxes in painting order, every figure in pixels. Plain values, so that JSON can hold them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

Colour = tuple[int, int, int, float]
"""Red, green, blue from 0 to 255 and opacity from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Area:
    """A plain area; with `border` only a frame of that width, drawn inside."""

    x: int
    y: int
    width: int
    height: int
    colour: Colour
    radius: int = 0
    border: int = 0


@dataclass(frozen=True, slots=True)
class Shade:
    """A gradient from one colour to another."""

    x: int
    y: int
    width: int
    height: int
    first: Colour
    last: Colour
    angle: int


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, with round ends."""

    x: int
    y: int
    points: tuple[tuple[float, float], ...]  # from x, y
    thickness: float
    colour: Colour


def stroke(points: Iterable[tuple[float, float]], thickness: float, colour: Colour, down: int = 0) -> Stroke:
    """A line through points, rounded so that the box tree is the same on every machine."""
    return Stroke(0, down, tuple((round(x, 2), round(y, 2)) for x, y in points), round(thickness, 1), colour)


@dataclass(frozen=True, slots=True)
class Emblem:
    """The logo, scaled into this place."""

    x: int
    y: int
    width: int
    height: int
    tint: Colour | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: `x` is its left end, `y` its baseline."""

    x: int
    y: int
    width: int
    text: str
    font: str
    size: int
    colour: Colour
    bold: bool
    field: str = ""

    @property
    def frame(self) -> tuple[int, int, int, int]:
        """Where its letters are, accents and descenders included (figures have none): left, top, right, bottom."""
        above, below = (0.66, 0.0) if self.text.isdigit() else (0.9, 0.25)
        return self.x, self.y - round(self.size * above), self.x + self.width, self.y + round(self.size * below)


Box = Area | Shade | Stroke | Emblem | Line
AnyBox = TypeVar("AnyBox", bound=Box)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One card before any pixel is drawn."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    alt: str

    def as_json(self) -> dict[str, Any]:
        boxes = [{"kind": type(box).__name__.lower(), **asdict(box)} for box in self.boxes]
        return {"width": self.width, "height": self.height, "alt": self.alt, "boxes": boxes}


def moved(box: AnyBox, right: int, down: int) -> AnyBox:
    """The same box elsewhere."""
    return replace(box, x=box.x + right, y=box.y + down)
