"""Whether a line of text can be read on the pixels behind it (WCAG 2, 1.4.3)."""

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache

from PIL import Image

from campaign.cards.flaws import LEGIBLE, Flaw
from campaign.cards.tree import Line

_SAMPLES = 6000
_WORST_SHARE = 0.05


def dim(image: Image.Image, line: Line) -> Iterator[Flaw]:
    """A flaw when the contrast of the worst twentieth of its background is below what its size needs."""
    ratio = contrast_behind(image, line)
    needed = least_contrast(line)
    if ratio < needed:
        measured = math.floor(ratio * 10) / 10
        message = f"“{line.text}” has a contrast of {measured:g}:1 with its background, {needed:g}:1 is the least"
        yield Flaw(LEGIBLE, message, "choose another colour or a calmer picture behind it", line.field)


def least_contrast(line: Line) -> float:
    """3:1 for large text: at least 24 px, or bold from 18.7 px, when the card is shown at half its size."""
    return 3.0 if line.size / 2 >= (18.7 if line.bold else 24) else 4.5


def contrast_behind(image: Image.Image, line: Line) -> float:
    """The contrast at the 5th percentile of the pixels under the line, averaged four by four or coarser."""
    left, top, right, bottom = line.frame
    box = max(0, left), max(0, top), min(image.width, right), min(image.height, bottom)
    if box[0] >= box[2] or box[1] >= box[3]:
        return 1.0
    region = image.crop(box)
    factor = max(4, round((region.width * region.height / _SAMPLES) ** 0.5))
    text = luminance(line.colour[:3])
    colours = region.reduce(factor).getcolors(region.width * region.height) or []
    return _percentile((_contrast(text, luminance(rgb)), count) for count, rgb in colours if isinstance(rgb, tuple))


def _percentile(weighed: Iterable[tuple[float, int]]) -> float:
    ordered = sorted(weighed)
    seen, limit = 0, sum(count for _, count in ordered) * _WORST_SHARE
    for ratio, count in ordered:
        seen += count
        if seen >= limit:
            return ratio
    return 1.0


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@lru_cache(maxsize=65_536)
def luminance(rgb: tuple[int, ...]) -> float:
    """Relative luminance of an sRGB colour."""
    red, green, blue = (_linear(value / 255) for value in rgb[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
