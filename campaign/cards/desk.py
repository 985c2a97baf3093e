"""Setting type: a paragraph into a width, with the gates that need no pixels."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from campaign.cards.breaks import Fitted, Shape, fit, syllables
from campaign.cards.fields import Words, placeholders
from campaign.cards.flaws import LEGIBLE, OVERFLOW, Flaw
from campaign.cards.fonts import Fonts
from campaign.cards.theme import Theme
from campaign.cards.tree import Box, Colour, Line, Stroke, moved

_STRIKE_ABOVE_BASELINE = 0.24
_OF_THE_DAY = ("day", "month", "month_short", "weekday")
"""Parts of a date on a tile: the sentence with the date says them."""
FAR = 100_000
"""A height that never limits."""


@dataclass(frozen=True, slots=True)
class Look:
    """A style with its colour looked up and its range of sizes decided."""

    font: str
    smallest: int
    largest: int
    leading: float
    colour: Colour
    cap: float
    struck: bool = False

    def sized(self, size: int) -> "Look":
        """The same at exactly this size."""
        return replace(self, smallest=size, largest=size)

    def step(self, size: int) -> int:
        """The distance of baselines in pixels."""
        return round(size * self.leading)


@dataclass(frozen=True, slots=True)
class Block:
    """Something set: its boxes from a corner at 0, 0, and what is wrong with it."""

    height: int = 0
    boxes: tuple[Box, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    last_width: int = 0  # of its last line
    rest: int = 0  # entries that did not fit and go on elsewhere

    def at(self, x: int, y: int) -> tuple[Box, ...]:
        return tuple(moved(box, x, y) for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Desk:
    """What setting type needs: the theme, its fonts and the words of one card."""

    theme: Theme
    fonts: Fonts
    words: Words
    tone: str
    scale: float = 1

    def colour(self, role: str) -> Colour:
        """What a role is on this tone: `text`, or `text@.14` for a tint; opacity 0 for none."""
        role, _, tint = role.partition("@")
        name, _, own = str(getattr(self.theme.tones[self.tone], role)).partition("@")
        if name == "none":
            return 0, 0, 0, 0.0
        value = self.theme.colours[name].removeprefix("#")
        opacity = round(float(tint or 1) * float(own or 1), 4)
        return int(value[:2], 16), int(value[2:4], 16), int(value[4:], 16), opacity

    def on(self, tone: str | None) -> "Desk":
        """The same where another tone is the ground."""
        return self if tone in (None, self.tone) else replace(self, tone=tone)

    def gap(self, pixels: int) -> int:
        """A distance given for the size `og`, in this size."""
        return round(pixels * self.scale)

    def look(self, style: str, size: tuple[int, int] | None = None, colour: str | None = None) -> Look:
        chosen = self.theme.styles[style]
        smallest, largest = size or chosen.size
        largest = max(smallest, self.gap(largest))
        cap = self.fonts.cap_height(chosen.font)
        return Look(chosen.font, smallest, largest, chosen.leading, self.colour(colour or chosen.colour), cap)

    def width(self, text: str, look: Look, size: int) -> int:
        """The width of one line in pixels."""
        return round(self.fonts.width(look.font, self.words.language, text) * size)

    def line(self, text: str, look: Look, size: int, field: str = "", *, width: int | None = None, y: int = 0) -> Line:
        """One line of text with its baseline at `y`."""
        wide = self.width(text, look, size) if width is None else width
        return Line(0, y, wide, text, look.font, size, look.colour, look.font == "bold", field)

    def glyphs(self, text: str, look: Look, field: str) -> tuple[Flaw, ...]:
        """A flaw when the font lacks a character: it would be drawn as an empty box."""
        lacking = self.fonts.lacking(look.font, text)
        if not lacking:
            return ()
        names = ", ".join(f"“{letter}” (U+{ord(letter):04X})" for letter in lacking[:5])
        return (Flaw(LEGIBLE, f"the card's font has no {names}", "write it in words or leave it out", field),)


def paragraph(desk: Desk, text: str, look: Look, box: tuple[int, int], lines: int = 1, *, pattern: str = "") -> Block:
    """A paragraph from the top of its capitals to its last baseline, in a width and height."""
    if not text:
        return Block()
    field = next((name if said not in _OF_THE_DAY else "" for name, said in placeholders(pattern)), pattern)
    lacking = desk.glyphs(text, look, field)
    if lacking:
        return Block(flaws=lacking)
    shape = Shape(box[0], box[1], lines, look.smallest, look.largest, look.leading, look.cap)
    language = desk.words.language
    fitted = fit(text, shape, partial(desk.fonts.width, look.font, language), partial(syllables, language))
    if fitted.size < look.smallest:
        return Block(flaws=(_too_long(text, fitted, shape, field),))
    top, step = round(look.cap * fitted.size), look.step(fitted.size)
    placed = tuple(
        desk.line(words, look, fitted.size, field, width=round(width * fitted.size), y=top + number * step)
        for number, (words, width) in enumerate(zip(fitted.lines, fitted.widths, strict=True))
    )
    boxes: tuple[Box, ...] = (*placed, *strikes(placed)) if look.struck else placed
    return Block(top + (len(placed) - 1) * step, boxes, (), placed[-1].width)


def needed(desk: Desk, text: str, look: Look, width: int, lines: int) -> int:
    """The height a paragraph takes at its smallest size, rounding included; 0 when it cannot fit at all."""
    return paragraph(desk, text, look.sized(look.smallest), (width, FAR), lines).height + 2


def strikes(lines: Iterable[Line]) -> tuple[Stroke, ...]:
    """A line through each line of text."""
    return tuple(
        Stroke(
            line.x,
            line.y - round(line.size * _STRIKE_ABOVE_BASELINE),
            ((0.0, 0.0), (float(line.width), 0.0)),
            max(2.0, round(line.size / 14, 1)),
            line.colour,
        )
        for line in lines
    )


def _too_long(text: str, fitted: Fitted, shape: Shape, field: str) -> Flaw:
    """How much too long, from the size at which it would have fitted."""
    scale = fitted.size / shape.smallest
    room = max(1, int(len(text) * (scale if shape.lines == 1 or len(fitted.lines) == 1 else scale**2)))
    message = f"the text “{_beginning(text)}” does not fit the card: it has {len(text)} characters, about {room} fit"
    return Flaw(OVERFLOW, message, f"shorten it by about {len(text) - room} characters", field)


def _beginning(text: str) -> str:
    return text if len(text) <= 40 else text[:39].rstrip() + "…"
