"""Whether a line of text can be read on the pixels behind it (WCAG 2, 1.4.3)."""

import math
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any, cast

from PIL import Image, ImageMath

from campaign.cards.flaws import LEGIBLE, Flaw
from campaign.cards.tree import Line

REDUCED = 4
"""Pixels are averaged four by four: text is far larger, and the verdict is the same."""
_WORST_SHARE = 0.05
_Frame = tuple[int, int, int, int]


def dim(line: Line, light: Image.Image, origin: tuple[int, int] = (0, 0)) -> Iterator[Flaw]:
    """A flaw when the contrast of the worst twentieth of its background is below what its size needs.

    `light` is the `lightness` of the picture, or of the part of it that begins at `origin`.
    """
    left, top, right, bottom = line.frame
    shifted = left - origin[0], top - origin[1], right - origin[0], bottom - origin[1]
    ratio, needed = worst_contrast(light, shifted, line.colour[:3]), least_contrast(line)
    if ratio < needed:
        measured = math.floor(ratio * 10) / 10
        message = f"“{line.text}” has a contrast of {measured:g}:1 with its background, {needed:g}:1 is the least"
        yield Flaw(LEGIBLE, message, "choose another colour or a calmer picture behind it", line.field)


def least_contrast(line: Line) -> float:
    """3:1 for large text: at least 24 px, or bold from 18.7 px, when the card is shown at half its size."""
    return 3.0 if line.size / 2 >= (18.7 if line.bold else 24) else 4.5


def lightness(image: Image.Image) -> Image.Image:
    """The square root of the relative luminance, 0 to 255, a quarter as wide and high: a map of what is how bright."""
    parts = zip("rgb", image.reduce(REDUCED).split(), strict=True)

    def levels(images: dict[str, Any]) -> Any:
        # WCAG's sRGB curve; its straight part below 0.04 differs by less than one level of the map.
        def linear(name: str) -> Any:
            return ((images["float"](images[name]) / 255 + 0.055) / 1.055) ** 2.4

        luminance = linear("r") * 0.2126 + linear("g") * 0.7152 + linear("b") * 0.0722
        return images["convert"](luminance**0.5 * 255 + 0.5, "L")

    return cast("Image.Image", ImageMath.lambda_eval(levels, **dict(parts)))


def worst_contrast(light: Image.Image, frame: _Frame, colour: tuple[int, ...]) -> float:
    """The contrast of a colour at the 5th percentile of the pixels of a frame, given in pixels of the full picture."""
    left, top = (max(0, -(-side // REDUCED)) for side in frame[:2])
    right, bottom = min(light.width, frame[2] // REDUCED), min(light.height, frame[3] // REDUCED)
    if left >= right or top >= bottom:
        return 1.0
    counts = light.crop((left, top, right, bottom)).histogram()
    ratios, levels = _from_worst(colour)
    seen = list(accumulate(map(counts.__getitem__, levels)))
    return ratios[bisect_left(seen, max(1, seen[-1] * _WORST_SHARE))]


@lru_cache(maxsize=64)
def _from_worst(colour: tuple[int, ...]) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Contrasts with the colour from the lowest on, and the level of a lightness map that each belongs to."""
    own = luminance(colour)
    ratios, levels = zip(*sorted((contrast(own, (level / 255) ** 2), level) for level in range(256)), strict=True)
    return ratios, levels


def contrast(one: float, other: float) -> float:
    """The ratio of two relative luminances, from 1 to 21."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def luminance(rgb: tuple[int, ...]) -> float:
    """Relative luminance of an sRGB colour."""
    red, green, blue = (_linear(value / 255) for value in rgb[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
