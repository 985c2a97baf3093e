"""Pillow draws the box tree: antialiased shapes, dithered gradients, text, and the contrast behind every line."""

import io
import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageDraw, ImageMath

from campaign.cards.contrast import dim
from campaign.cards.flaws import Flaw
from campaign.cards.fonts import Fonts, shaping
from campaign.cards.tree import Area, Box, Colour, Emblem, Line, Shade, Sheet, Stroke

LARGEST_FILE = 950_000
"""What the strictest service takes for one picture, in bytes."""
_FINE = 4
_LARGE = 600
"""Shapes larger than this are drawn twice as large only, which nobody can see and memory can."""
_BAYER = (0, 32, 8, 40, 2, 34, 10, 42, 48, 16, 56, 24, 50, 18, 58, 26, 12, 44, 4, 36, 14, 46, 6, 38, 60, 28, 52, 20,
          62, 30, 54, 22, 3, 35, 11, 43, 1, 33, 9, 41, 51, 19, 59, 27, 49, 17, 57, 25, 15, 47, 7, 39, 13, 45, 5, 37,
          63, 31, 55, 23, 61, 29, 53, 21)  # fmt: skip


def paint(sheet: Sheet, fonts: Fonts, logo: Path, language: str) -> tuple[Image.Image, tuple[Flaw, ...]]:
    """The picture, and every line that cannot be read on what is behind it."""
    ground = tuple(takewhile(lambda box: not isinstance(box, Line), sheet.boxes))
    image = _ground(sheet.width, sheet.height, ground, logo).copy()
    rest = sheet.boxes[len(ground) :]
    flaws: list[Flaw] = []
    for box in rest:
        if isinstance(box, Line):
            flaws += dim(image, box)
        _draw(image, box, logo)
        if isinstance(box, Line):
            _write(image, box, fonts, language)
    return image, tuple(flaws)


def encode(image: Image.Image) -> bytes:
    """PNG without metadata; in 256 colours only when it would be too large otherwise."""
    data = _png(image)
    return data if len(data) <= LARGEST_FILE else _png(image.quantize(256, Image.Quantize.MEDIANCUT))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()


@lru_cache(maxsize=8)
def _ground(width: int, height: int, boxes: tuple[Box, ...], logo: Path) -> Image.Image:
    """Everything below the first line of text: the same for all cards of a template and size."""
    image = Image.new("RGB", (width, height), "white")
    for box in boxes:
        _draw(image, box, logo)
    return image


def _draw(image: Image.Image, box: Box, logo: Path) -> None:
    match box:
        case Area(radius=0, border=0) if box.colour[3] == 1:
            image.paste(box.colour[:3], (box.x, box.y, box.x + box.width, box.y + box.height))
        case Area():
            _fill(image, box.colour, _area_mask(box.width, box.height, box.radius, box.border), (box.x, box.y))
        case Stroke():
            pad = round(box.thickness) + 1
            mask = _stroke_mask(box.points, box.thickness, pad)
            left, top = _corner(box.points)
            _fill(image, box.colour, mask, (box.x + left - pad, box.y + top - pad))
        case Shade():
            image.paste(_gradient(box), (box.x, box.y))
        case Emblem():
            _stamp(image, box, logo)
        case Line():
            return


def _write(image: Image.Image, line: Line, fonts: Fonts, language: str) -> None:
    pen = ImageDraw.Draw(image)
    pen.text((line.x, line.y), line.text, line.colour[:3], fonts.at(line.font, line.size), "ls", **shaping(language))


def _fill(image: Image.Image, colour: Colour, mask: Image.Image, place: tuple[int, int]) -> None:
    opacity = colour[3]
    image.paste(
        colour[:3], place, mask if opacity == 1 else mask.point([round(value * opacity) for value in range(256)])
    )


# ---------------------------------------------------------------- masks


@lru_cache(maxsize=64)
def _area_mask(width: int, height: int, radius: int, border: int) -> Image.Image:
    """A rounded area or frame, drawn four times as large and reduced, so that its edge is smooth."""
    if not radius and not border:
        return Image.new("L", (width, height), 255)
    fine = _FINE if max(width, height) <= _LARGE else 2
    mask = Image.new("L", (width * fine, height * fine), 0)
    shape = (0, 0, width * fine - 1, height * fine - 1)
    fill, outline = (0, 255) if border else (255, None)
    ImageDraw.Draw(mask).rounded_rectangle(shape, radius * fine, fill, outline, max(1, border * fine))
    return mask.reduce(fine)


def _corner(points: Iterable[tuple[float, float]]) -> tuple[int, int]:
    xs, ys = zip(*points, strict=True)
    return int(min(xs)), int(min(ys))


@lru_cache(maxsize=512)
def _stroke_mask(points: tuple[tuple[float, float], ...], thickness: float, pad: int) -> Image.Image:
    left, top = _corner(points)
    placed = [((x - left + pad) * _FINE, (y - top + pad) * _FINE) for x, y in points]
    size = [int(max(axis)) + pad * _FINE + _FINE for axis in zip(*placed, strict=True)]
    mask = Image.new("L", (size[0] - size[0] % _FINE, size[1] - size[1] % _FINE), 0)
    pen, half = ImageDraw.Draw(mask), thickness * _FINE / 2
    pen.line(placed, 255, round(thickness * _FINE), "curve")
    for x, y in (placed[0], placed[-1]):
        pen.ellipse((x - half, y - half, x + half, y + half), 255)
    return mask.reduce(_FINE)


# ---------------------------------------------------------------- gradient and logo


def _gradient(shade: Shade) -> Image.Image:
    """Ordered dithering of half a level keeps a dark gradient from showing bands."""
    size = shade.width, shade.height
    turn = math.radians(shade.angle)
    across, down = abs(math.cos(turn)), abs(math.sin(turn))
    parts = {
        "across": _ramp(size, across / (across + down), across=True),
        "down": _ramp(size, down / (across + down), across=False),
        "noise": _dither(size),
    }
    channels = zip(shade.first[:3], shade.last[:3], strict=True)
    return Image.merge("RGB", [_channel(parts, first, last) for first, last in channels])


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
    tile = Image.new("F", (8, 8))
    tile.putdata([value / 64 for value in _BAYER])
    image = Image.new("F", size)
    for x in range(0, size[0], 8):
        image.paste(tile, (x, 0))
    strip = image.crop((0, 0, size[0], 8))
    for y in range(8, size[1], 8):
        image.paste(strip, (0, y))
    return image


def _stamp(image: Image.Image, emblem: Emblem, logo: Path) -> None:
    with Image.open(logo, formats=("PNG",)) as opened:
        picture = opened.convert("RGBA")
    scale = min(emblem.width / picture.width, emblem.height / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    place = emblem.x, emblem.y + (emblem.height - size[1]) // 2
    if emblem.tint:
        _fill(image, emblem.tint, picture.getchannel("A"), place)
    else:
        image.paste(picture.convert("RGB"), place, picture.getchannel("A"))
