"""Pillow draws the box tree; what lies below the words of a card is drawn once for all cards that share it."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from campaign.cards.contrast import dim, lightness
from campaign.cards.flaws import Flaw
from campaign.cards.fonts import EMOJI_DROP, EMOJI_WIDTH, Fonts, shaping
from campaign.cards.masks import area_mask, corner, gradient, smooth, stroke_mask, veil_mask
from campaign.cards.runs import Run
from campaign.cards.tree import (
    Area,
    Box,
    Code,
    Colour,
    Emblem,
    Line,
    Photo,
    Shade,
    Sheet,
    Stroke,
    Veil,
    bounds,
    enlarged,
)

_KEPT_PIXELS = 7_000_000
"""Grounds remembered, in pixels of four bytes each: enough for one card in five sizes."""
_KEPT_SURVEYS = 100
_KEPT_WORDS = 1024
"""Words remembered as masks, of some five thousand pixels each."""
_STRENGTHS = (1.3, 1.7, 2.2, 3.0, 5.0, 40.0)
"""A veil over a photo is made so much denser, one after the other, until every line can be read."""
_QUIET_ZONE = 4
_WORDS = re.compile(r"[^ ]+ *| +")
Develop = Callable[[Photo], Image.Image]
"""A photo as it fills its place."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands below the words of a card: all boxes of its frame, in one language."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    language: str
    strength: float


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a ground once drawn: how light it is, and what of its own text cannot be read."""

    light: Image.Image
    flaws: tuple[Flaw, ...]


@dataclass(slots=True)
class Canvas:
    """A card while it is drawn; `light` is that of its ground, `drawn` what stands on the ground since."""

    image: Image.Image
    light: Image.Image | None
    language: str
    strength: float
    flaws: list[Flaw] = field(default_factory=list)
    drawn: list[Box] = field(default_factory=list)

    def dim(self, line: Line) -> Iterator[Flaw]:
        """Whether a line can be read: on its ground, or on the real pixels where something was drawn since."""
        if self.light and not any(_meet(bounds(box), line.frame) for box in self.drawn):
            return dim(line, self.light)
        left, top = max(0, line.frame[0]), max(0, line.frame[1])
        right, bottom = min(self.image.width, line.frame[2]), min(self.image.height, line.frame[3])
        if left >= right or top >= bottom:
            return iter(())
        return dim(line, lightness(self.image.crop((left, top, right, bottom))), (left, top))


def _meet(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


class Painter:
    """Draws the sheets of one theme. Any thread may use it."""

    def __init__(self, fonts: Fonts, logo: Path, develop: Develop) -> None:
        self._fonts, self._logo, self._develop = fonts, logo, develop
        self._grounds: OrderedDict[Ground, tuple[Image.Image, Survey]] = OrderedDict()
        self._surveys: dict[Ground, Survey] = {}
        self._lock = threading.Lock()
        self._word = lru_cache(maxsize=_KEPT_WORDS)(self._masked_word)
        self._stamped = lru_cache(maxsize=16)(self._scaled_logo)

    def paint(self, sheet: Sheet, language: str, density: int = 1) -> tuple[Image.Image, tuple[Flaw, ...]]:
        """The picture, and every line that cannot be read on what is behind it."""
        boxes = sheet.boxes if density == 1 else tuple(enlarged(box, density) for box in sheet.boxes)
        ground = self._readable(sheet, boxes, language, density)
        below, survey = self._ground(ground)
        canvas = Canvas(below.copy(), survey.light, language, ground.strength, list(survey.flaws))
        for box in boxes[sheet.shared :]:
            self._draw(canvas, box)
        return canvas.image, tuple(canvas.flaws)

    def _readable(self, sheet: Sheet, boxes: tuple[Box, ...], language: str, density: int) -> Ground:
        """The ground with the weakest veil on which every line can be read; the densest where none is enough."""
        own, shared = boxes[sheet.shared :], boxes[: sheet.shared]
        veiled = any(isinstance(box, Veil) for box in shared)
        plates = [bounds(box) for box in own if not isinstance(box, Line)]
        lines = [box for box in own if isinstance(box, Line) and not any(_meet(box.frame, one) for one in plates)]
        size = sheet.width * density, sheet.height * density
        for strength in _STRENGTHS if veiled else _STRENGTHS[:1]:
            ground = Ground(*size, shared, language, strength)
            survey = self._seen(ground)
            if not survey.flaws and not any(next(dim(line, survey.light), None) for line in lines):
                break
        return ground

    def _seen(self, ground: Ground) -> Survey:
        """How light a ground is; remembered for many grounds, whose pixels are not."""
        with self._lock:
            found = self._surveys.get(ground)
        return found or self._drawn(ground)[1]

    def _ground(self, ground: Ground) -> tuple[Image.Image, Survey]:
        with self._lock:
            if ground in self._grounds:
                self._grounds.move_to_end(ground)
                return self._grounds[ground]
        drawn = self._drawn(ground)
        with self._lock:
            self._grounds[ground] = drawn
            while len(self._grounds) > 1 and sum(one.width * one.height for one in self._grounds) > _KEPT_PIXELS:
                self._grounds.popitem(last=False)
        return drawn

    def _drawn(self, ground: Ground) -> tuple[Image.Image, Survey]:
        blank = Image.new("RGB", (ground.width, ground.height), "white")
        canvas = Canvas(blank, None, ground.language, ground.strength)
        for box in ground.boxes:
            self._draw(canvas, box)
        survey = Survey(lightness(canvas.image), tuple(canvas.flaws))
        with self._lock:
            self._surveys[ground] = survey
            if len(self._surveys) > _KEPT_SURVEYS:
                self._surveys.pop(next(iter(self._surveys)))
        return canvas.image, survey

    def _draw(self, canvas: Canvas, box: Box) -> None:
        match box:
            case Line():
                canvas.flaws += canvas.dim(box)
                self._write(canvas.image, box, canvas.language)
                return
            case Photo():
                canvas.image.paste(self._develop(box), (box.x, box.y))
            case Veil():
                canvas.image.paste(box.first[:3], (box.x, box.y), veil_mask(box, canvas.strength))
            case Emblem():
                self._stamp(canvas.image, box)
            case _:
                draw_shape(canvas.image, box)
        canvas.drawn.append(box)

    # ------------------------------------------------------------ text and logo

    def _write(self, image: Image.Image, line: Line, language: str) -> None:
        x = float(line.x)
        for run in self._fonts.runs(line.font, line.text):
            if run.emoji:
                picture = self._fonts.emoji(run.text, line.size)
                left = round(x + (EMOJI_WIDTH * line.size - picture.width) / 2)
                image.paste(picture, (left, line.y + round(EMOJI_DROP * line.size) - picture.height), picture)
            else:
                self._write_run(image, line, run, (x, language))
            x += self._fonts.run_width(run, language) * line.size

    def _write_run(self, image: Image.Image, line: Line, run: Run, start: tuple[float, str]) -> None:
        """Word by word, each as it was drawn before; a text that runs leftwards in one piece."""
        x, language = start
        for word in (run.text,) if run.leftwards else _WORDS.findall(run.text):
            mask, (left, top) = self._word(run.font, line.size, language, word, run.leftwards)
            image.paste(line.colour[:3], (round(x) + left, line.y + top), mask)
            if not run.leftwards:
                x += self._fonts.width(run.font, language, word) * line.size

    def _masked_word(self, *how: Any) -> tuple[Image.Image, tuple[int, int]]:
        """A word as a mask, and where it stands from the start of its baseline."""
        font, size, language, word, leftwards = how
        opened, told = self._fonts.at(font, size), shaping(language, leftwards=leftwards)
        pad, base = size // 3 + 1, size * 5 // 4
        width = 2 * pad + round(self._fonts.width(font, language, word) * size)
        mask = Image.new("L", (width, size * 19 // 10), 0)
        ImageDraw.Draw(mask).text((pad, base), word, 255, opened, "ls", **told)
        box = mask.getbbox() or (pad, base, pad + 1, base + 1)
        return smooth(mask.crop(box)), (box[0] - pad, box[1] - base)

    def _stamp(self, image: Image.Image, emblem: Emblem) -> None:
        picture = self._stamped(emblem.width, emblem.height)
        place = emblem.x, emblem.y + (emblem.height - picture.height) // 2
        if emblem.tint:
            fill(image, emblem.tint, smooth(picture.getchannel("A")), place)
        else:
            image.paste(picture.convert("RGB"), place, picture.getchannel("A"))

    def _scaled_logo(self, width: int, height: int) -> Image.Image:
        with Image.open(self._logo, formats=("PNG",)) as opened:
            picture = opened.convert("RGBA")
        scale = min(width / picture.width, height / picture.height)
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        return picture.resize(size, Image.Resampling.LANCZOS)


# ---------------------------------------------------------------- shapes


def draw_shape(image: Image.Image, box: Any) -> None:
    """What needs neither font, logo nor photo."""
    match box:
        case Area(radius=0, border=0) if box.colour[3] == 1:
            image.paste(box.colour[:3], (box.x, box.y, box.x + box.width, box.y + box.height))
        case Area():
            fill(image, box.colour, area_mask(box.width, box.height, box.radius, box.border), (box.x, box.y))
        case Stroke():
            pad = round(box.thickness) + 1
            left, top = corner(box.points)
            mask = stroke_mask(box.points, box.thickness, pad)
            fill(image, box.colour, mask, (box.x + left - pad, box.y + top - pad))
        case Shade():
            image.paste(gradient(box), (box.x, box.y))
        case Code():
            plate, modules = _code(box.address, box.side)
            image.paste("white", (box.x, box.y, box.x + plate.width, box.y + plate.height), plate)
            fill(image, box.dark, modules, (box.x, box.y))


def fill(image: Image.Image, colour: Colour, mask: Image.Image, place: tuple[int, int]) -> None:
    """A colour through a mask, as opaque as the colour says."""
    opacity = colour[3]
    if opacity:
        levels = mask if opacity == 1 else mask.point([round(value * opacity) for value in range(256)])
        image.paste(colour[:3], place, levels)


@lru_cache(maxsize=32)
def _code(address: str, side: int) -> tuple[Image.Image, Image.Image]:
    """Plate and modules of a QR code; a fixed mask, since the search for the best one costs six times the rest."""
    import segno

    matrix = segno.make(address, error="m", mask=2, boost_error=False, micro=False).matrix
    modules = len(matrix) + 2 * _QUIET_ZONE
    step = max(1, side // modules)
    dark = Image.new("L", (modules, modules), 0)
    for y, row in enumerate(matrix):
        for x, value in enumerate(row):
            if value:
                dark.putpixel((x + _QUIET_ZONE, y + _QUIET_ZONE), 255)
    whole = modules * step
    return area_mask(whole, whole, step * 2, 0), dark.resize((whole, whole), Image.Resampling.NEAREST)
