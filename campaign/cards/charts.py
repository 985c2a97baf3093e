"""Charts that are read without their colours: every bar and line is named where it stands."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from campaign.cards.desk import FAR, Block, Desk, Look, paragraph
from campaign.cards.fields import Bar, Series, bar_words, number_words
from campaign.cards.layers import BarChart, LineChart, SeriesStroke
from campaign.cards.lists import largest_that_fits, sizes_of, spread, too_many
from campaign.cards.tree import Area, Box, Colour, Line, moved, stroke

_WIDE, _LABELS_SHARE = 2.0, 0.38
"""In a room so much wider than high, labels stand beside their bars and take this share of the width."""
_NAMES_SHARE = 0.34
"""How much of a line chart's width the names at the ends of its lines may take."""
_DASHES = {"dashed": (22.0, 14.0), "dotted": (2.0, 14.0)}
"""Length drawn and left out, in pixels at the scale 1."""
_STROKES = (
    SeriesStroke(colour="mark", dash="solid", point="disc"),
    SeriesStroke(colour="text", dash="dashed", point="square"),
    SeriesStroke(colour="soft", dash="dotted", point="ring"),
)
Point = tuple[float, float]


# ---------------------------------------------------------------- bars


def bar_chart(layer: BarChart, desk: Desk, width: int, height: int) -> Block:
    """Every bar below its label at one size, the largest that lets all of them fit."""
    bars: tuple[Bar, ...] = desk.words.values[layer.of]
    look = desk.look(layer.style, layer.size, layer.colour)
    beside = width > _WIDE * height

    def at(size: int) -> Block | None:
        rows = _bars(layer, desk, look.sized(size), width, beside=beside)
        return spread(rows, height, round(size * (0.45 if beside else 0.7)), round(size * 1.5))

    return largest_that_fits(sizes_of(look), at, too_many(layer.of, len(bars)))


def _bars(layer: BarChart, desk: Desk, look: Look, width: int, *, beside: bool) -> list[Block]:
    bars: tuple[Bar, ...] = desk.words.values[layer.of]
    size, language = look.largest, desk.words.language
    strong = desk.look("strong").sized(size)
    values = [desk.line(bar_words(bar, language), strong, size, layer.of) for bar in bars]
    begins = round(width * _LABELS_SHARE) if beside else 0
    labels = [paragraph(desk, bar.label, look, ((begins or width) - size, FAR), 2, pattern=layer.of) for bar in bars]
    room = width - begins - max(value.width for value in values) - round(size * 0.6)
    most = max(bar.value for bar in bars) or 1
    colours = _colours(bars, desk)
    return [
        _bar(label, value, (begins, round(room * bar.value / most)), colour)
        for bar, label, value, colour in zip(bars, labels, values, colours, strict=True)
    ]


def _colours(bars: tuple[Bar, ...], desk: Desk) -> list[Colour]:
    """All alike, or the emphasised ones in the colour of marks."""
    emphasised = any(bar.strong for bar in bars)
    return [desk.colour("mark" if bar.strong or not emphasised else "band") for bar in bars]


def _bar(label: Block, value: Line, span: tuple[int, int], colour: tuple[int, int, int, float]) -> Block:
    """The label, below it or beside it the bar, behind the bar its value."""
    begins, length = span
    tall = round(value.size * 1.1)
    top = max(0, (label.height - tall) // 2) if begins else label.height + round(value.size * 0.5)
    bar = Area(begins, top, max(length, tall // 3), tall, colour, min(tall // 5, 8))
    baseline = top + round(tall / 2 + value.size * 0.33)
    written = moved(value, begins + bar.width + round(value.size * 0.45), baseline)
    drop = max(0, (tall - label.height) // 2) if begins else 0
    return Block(max(top + tall, label.height), (*label.at(0, drop), bar, written), label.flaws)


# ---------------------------------------------------------------- lines


@dataclass(frozen=True, slots=True)
class Plot:
    """The area in which lines are drawn: its size in pixels, its years and its highest value."""

    desk: Desk
    width: int
    height: int
    years: tuple[int, int]
    most: float

    def point(self, year: int, value: float) -> Point:
        first, last = self.years
        return (year - first) / max(1, last - first) * self.width, self.height * (1 - value / self.most)


def line_chart(layer: LineChart, desk: Desk, width: int, height: int) -> Block:
    """Lines over years from zero up, a few thin rules with their values, the years below, the names at the ends."""
    lines: tuple[Series, ...] = desk.words.values[layer.of]
    look = desk.look(layer.style, layer.size, layer.colour)
    small = look.sized(look.smallest)
    size = small.largest
    years = sorted({year for line in lines for year in line.values})
    most = _round_up(max(max(line.values.values()) for line in lines))
    names = round(width * _NAMES_SHARE) if len(lines) > 1 else _longest_value(desk, lines[0], small) + 2 * size
    left = desk.width(number_words(most, desk.words.language), small, size) + round(size * 0.7)
    plot = Plot(desk, width - names - left, height - round(size * 2), (years[0], years[-1]), most)
    if plot.height < 4 * size:
        return Block(flaws=(too_many(layer.of, len(lines)),))
    ends = _apart([plot.point(max(line.values), line.values[max(line.values)])[1] for line in lines], size * 2.6)
    drawn = [
        _line(plot, line, style, replace(small, colour=desk.colour(style.colour)), (names - size, end, len(lines) > 1))
        for line, style, end in zip(lines, layer.strokes or _STROKES, ends, strict=False)
    ]
    inner = Block(height, (*_scale(plot, small, years), *chain.from_iterable(block.boxes for block in drawn)))
    flaws = tuple(chain.from_iterable(block.flaws for block in drawn))
    return Block(height, inner.at(left, size), flaws)


def _longest_value(desk: Desk, line: Series, look: Look) -> int:
    return max(
        desk.width(number_words(value, desk.words.language), look, look.largest) for value in line.values.values()
    )


def _round_up(value: float) -> float:
    """The next number whose half is round as well."""
    power = 10.0 ** math.floor(math.log10(value or 1))
    return next(step * power for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if step * power >= value)


def _scale(plot: Plot, look: Look, years: Sequence[int]) -> Iterator[Box]:
    """Rules at zero, half and full; the first, the last and a few years between."""
    desk, size = plot.desk, look.largest
    soft = replace(look, colour=desk.colour("soft"))
    for share in (0.0, 0.5, 1.0):
        y = round(plot.height * (1 - share))
        yield Area(0, y, plot.width, 2, desk.colour("rule"))
        value = desk.line(number_words(plot.most * share, desk.words.language), soft, size)
        yield moved(value, -value.width - round(size * 0.7), y + round(look.cap * size / 2))
    step = max(1, math.ceil(len(years) / max(2, plot.width // (size * 4))))
    for year in dict.fromkeys([*years[::step][: -1 if (len(years) - 1) % step else None], years[-1]]):
        written = desk.line(str(year), soft, size)
        x = round(plot.point(year, 0)[0] - written.width / 2)
        yield moved(written, min(plot.width - written.width // 2, x), plot.height + round(size * 1.2))


def _line(plot: Plot, line: Series, style: SeriesStroke, look: Look, label: tuple[int, float, bool]) -> Block:
    """The stroke, its points, and at its end the last value and, of several lines, the name."""
    desk, size = plot.desk, look.largest
    thick = max(4.0, size / 6)
    points = [plot.point(year, value) for year, value in sorted(line.values.items())]
    strokes = [stroke(part, thick, look.colour) for part in _parts(points, style.dash, desk.scale)]
    marks = list(chain.from_iterable(_point(desk, style, point, round(size * 0.62), look) for point in points))
    last = line.values[max(line.values)]
    words = number_words(last, desk.words.language) + (f"  {line.name}" if label[2] else "")
    written = paragraph(desk, words, look, (label[0], FAR), 3, pattern="series")
    top = round(label[1] - look.cap * size / 2)
    return Block(0, (*strokes, *marks, *written.at(plot.width + size, top)), written.flaws)


def _parts(points: Sequence[Point], dash: str, scale: float) -> Iterator[tuple[Point, ...]]:
    """The whole line, or the drawn pieces of a broken one."""
    if dash not in _DASHES:
        yield tuple(points)
        return
    drawn, left_out = (length * scale for length in _DASHES[dash])
    for (x, y), (to_x, to_y) in pairwise(points):
        length = math.hypot(to_x - x, to_y - y)
        steps = max(1, round(length / (drawn + left_out)))
        share = drawn / (drawn + left_out)
        for step in range(steps):
            begin, end = step / steps, (step + share) / steps
            yield (
                (x + (to_x - x) * begin, y + (to_y - y) * begin),
                (x + (to_x - x) * end, y + (to_y - y) * end),
            )


def _point(desk: Desk, style: SeriesStroke, point: Point, side: int, look: Look) -> Iterator[Area]:
    x, y = (round(value - side / 2) for value in point)
    radius = 2 if style.point == "square" else side // 2
    yield Area(x, y, side, side, look.colour, radius)
    if style.point == "ring":
        inner = side - 2 * max(4, side // 4)
        inset = (side - inner) // 2
        yield Area(x + inset, y + inset, inner, inner, desk.colour("ground"), inner // 2)


def _apart(wanted: Sequence[float], least: float) -> list[float]:
    """Heights of labels, moved so that no two are nearer than `least`; their order stays."""
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    placed = list(wanted)
    for above, below in pairwise(order):
        placed[below] = max(placed[below], placed[above] + least)
    return placed
