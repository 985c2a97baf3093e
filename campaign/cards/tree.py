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
class Photo:
    """A photo that fills this place; `focus` is what stays in view."""

    x: int
    y: int
    width: int
    height: int
    file: str
    digest: str
    focus: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Veil:
    """A gradient of opacity over a photo, made denser where a bright photo needs it."""

    x: int
    y: int
    width: int
    height: int
    first: Colour
    last: Colour
    angle: int


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code in a square, its quiet zone included."""

    x: int
    y: int
    side: int
    address: str
    dark: Colour


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


Box = Area | Shade | Stroke | Emblem | Photo | Veil | Code | Line
AnyBox = TypeVar("AnyBox", bound=Box)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One card before any pixel is drawn; the first `shared` boxes are those of its frame."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    alt: str
    shared: int = 0
    rest: int = 0  # entries that did not fit and go on to another page

    @property
    def has_photo(self) -> bool:
        return any(isinstance(box, Photo) for box in self.boxes)

    def as_json(self) -> dict[str, Any]:
        boxes = [{"kind": type(box).__name__.lower(), **asdict(box)} for box in self.boxes]
        figures = {"width": self.width, "height": self.height, "shared": self.shared, "rest": self.rest}
        return {**figures, "alt": self.alt, "boxes": boxes}


def moved(box: AnyBox, right: int, down: int) -> AnyBox:
    """The same box elsewhere."""
    return replace(box, x=box.x + right, y=box.y + down)


def bounds(box: Box) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is drawn."""
    match box:
        case Line():
            return box.frame
        case Code():
            return box.x, box.y, box.x + box.side, box.y + box.side
        case Stroke():
            xs, ys = zip(*box.points, strict=True)
            pad = round(box.thickness) + 1
            return (
                box.x + round(min(xs)) - pad, box.y + round(min(ys)) - pad,
                box.x + round(max(xs)) + pad, box.y + round(max(ys)) + pad,
            )  # fmt: skip
        case _:
            return box.x, box.y, box.x + box.width, box.y + box.height


def enlarged(box: AnyBox, times: int) -> AnyBox:
    """The same box on a canvas so many times as fine."""
    grown: dict[str, Any] = {name: getattr(box, name) * times for name in _LENGTHS if hasattr(box, name)}
    if isinstance(box, Stroke):
        grown["points"] = tuple((x * times, y * times) for x, y in box.points)
    return replace(box, **grown)


_LENGTHS = ("x", "y", "width", "height", "radius", "border", "thickness", "side", "size")
