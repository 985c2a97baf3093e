"""Shapes with smooth edges, and gradients without bands: what a drawing library alone does not give."""

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from PIL import Image, ImageDraw, ImageMath

from campaign.cards.tree import Shade, Veil

_FINE = 4
_LARGE = 600
"""Shapes larger than this are drawn twice as large only, which nobody can see and memory can."""
_DENSEST = 247
"""Of 255: even the densest veil lets a little of the photo through."""
_BAYER = (0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5)
"""Ordered dithering, four by four: finer steps than an eye sees, and a file packs the pattern well."""
_SHADES = bytes(round(value / 17) * 17 for value in range(256))
"""Edges in 16 shades: nobody sees the difference, and a file is a sixth smaller."""


def smooth(mask: Image.Image) -> Image.Image:
    """A mask whose edges have few shades."""
    return Image.frombytes("L", mask.size, mask.tobytes().translate(_SHADES))


@lru_cache(maxsize=64)
def area_mask(width: int, height: int, radius: int, border: int) -> Image.Image:
    """A rounded area or frame, drawn four times as large and reduced, so that its edge is smooth."""
    if not radius and not border:
        return Image.new("L", (width, height), 255)
    fine = _FINE if max(width, height) <= _LARGE else 2
    mask = Image.new("L", (width * fine, height * fine), 0)
    shape = (0, 0, width * fine - 1, height * fine - 1)
    fill, outline = (0, 255) if border else (255, None)
    ImageDraw.Draw(mask).rounded_rectangle(shape, radius * fine, fill, outline, max(1, border * fine))
    return smooth(mask.reduce(fine))


def corner(points: Iterable[tuple[float, float]]) -> tuple[int, int]:
    """The whole pixel left of and above all points."""
    xs, ys = zip(*points, strict=True)
    return math.floor(min(xs)), math.floor(min(ys))


@lru_cache(maxsize=512)
def stroke_mask(points: tuple[tuple[float, float], ...], thickness: float, pad: int) -> Image.Image:
    """A line through points with round ends, `pad` pixels of room around it."""
    left, top = corner(points)
    placed = [((x - left + pad) * _FINE, (y - top + pad) * _FINE) for x, y in points]
    size = [int(max(axis)) + pad * _FINE + _FINE for axis in zip(*placed, strict=True)]
    mask = Image.new("L", (size[0] - size[0] % _FINE, size[1] - size[1] % _FINE), 0)
    pen, half = ImageDraw.Draw(mask), thickness * _FINE / 2
    pen.line(placed, 255, round(thickness * _FINE), "curve")
    for x, y in (placed[0], placed[-1]):
        pen.ellipse((x - half, y - half, x + half, y + half), 255)
    return smooth(mask.reduce(_FINE))


# ---------------------------------------------------------------- gradients


def gradient(shade: Shade) -> Image.Image:
    """Ordered dithering of half a level keeps a dark gradient from showing bands."""
    parts = _parts(shade)
    channels = zip(shade.first[:3], shade.last[:3], strict=True)
    return Image.merge("RGB", [_channel(parts, first, last) for first, last in channels])


def veil_mask(veil: Veil, strength: float) -> Image.Image:
    """The opacity of a veil; `strength` above 1 makes it denser, so that its dense part reaches further."""
    ends = (round(255 * colour[3] * strength) for colour in (veil.first, veil.last))
    return _channel(_parts(veil), *ends).point([min(value, _DENSEST) for value in range(256)])


def _parts(shade: Shade | Veil) -> dict[str, Image.Image]:
    size = shade.width, shade.height
    turn = math.radians(shade.angle)
    across, down = abs(math.cos(turn)), abs(math.sin(turn))
    return {
        "across": _ramp(size, across / (across + down), across=True),
        "down": _ramp(size, down / (across + down), across=False),
        "noise": _dither(size),
    }


def _channel(parts: dict[str, Image.Image], first: int, last: int) -> Image.Image:
    def levels(images: dict[str, Any]) -> Any:
        way = images["across"] + images["down"]
        return images["convert"](way * (last - first) + first + images["noise"], "L")

    return cast("Image.Image", ImageMath.lambda_eval(levels, **parts))


def _ramp(size: tuple[int, int], share: float, *, across: bool) -> Image.Image:
    """From 0 to `share`."""
    length = size[0] if across else size[1]
    line = Image.new("F", (length, 1) if across else (1, length))
    line.putdata([share * step / max(1, length - 1) for step in range(length)])
    return line.resize(size, Image.Resampling.NEAREST)


def _dither(size: tuple[int, int]) -> Image.Image:
    tile = Image.new("F", (4, 4))
    tile.putdata([(value + 0.5) / 16 for value in _BAYER])
    image = Image.new("F", size)
    for x in range(0, size[0], 4):
        image.paste(tile, (x, 0))
    strip = image.crop((0, 0, size[0], 4))
    for y in range(4, size[1], 4):
        image.paste(strip, (0, y))
    return image
