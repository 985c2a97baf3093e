"""Where a line of text may end, and how a paragraph fills its box: as large as possible, in balanced lines."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, starmap
from operator import add

_WORDS_AND_SPACES = re.compile(r"[^ ]+ *")
_PLAIN = re.compile(r"[\w.,:;!?()„“”«»…\u00a0\u202f]*")
_STAYS_BEFORE = re.compile(
    r"(?:^|[\s(„“«])(?:\w"  # one-letter words: в, и, a, I
    r"|plkst\.|Nr\.|No\.|№|ул\.|г\."
    r"|[^\W\d_]\."  # initials: А. С.
    r"|\d{1,4}\."  # 18. oktobrī, 2023. gada
    r"|\+?\d+(?:[.,]\d{3})*"  # 116 006, 180 dienas, 18 октября; not a time
    r")$"
)
_STAYS_AFTER = re.compile(r"[–—%€°)»”]")
_NEVER_INSIDE = re.compile(r"(?<=[\d.:]–)(?=\d)|(?<=\d[-/.,:])(?=\d)|(?<=\b\w-)(?=\w)")
_COMPOUND = re.compile(r"[\w-]{1,20}[.,:;!?)”»]*")
"""A compound this short is not torn at its hyphen."""
_SPACE = re.compile(r" +")
_SEPARATORS = " ·|•"
_EVENNESS = 4
"""Lines are broken so that the sum of their widths to this power is least: none much wider, none much shorter."""
_SMALL = 3
_HANGING, _HYPHENATED, _RESTING = 1.06, 1.2, 0.88
"""A line that ends with a small word or a hyphen counts as wider, one that ends with a comma as narrower than it is:
among breaks of about the same width the better reading wins."""


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[str, ...]:
    """The parts of a text that never break: words, with what belongs to them (10.00–16.00, 116 006, 18. oktobrī)."""
    parts: list[str] = []
    for word in _WORDS_AND_SPACES.findall(text):
        if parts and _belong_together(parts[-1], word):
            parts[-1] += word
        else:
            parts.append(word)
    return tuple(piece for part in parts for piece in _inner(part))


def _belong_together(before: str, after: str) -> bool:
    return bool(_STAYS_BEFORE.search(before.rstrip(" ")) or _STAYS_AFTER.match(after))


@lru_cache(maxsize=16_384)
def _inner(word: str) -> tuple[str, ...]:
    """Breaks inside a word (addresses, compounds) by the Unicode line breaking rules, but none inside a range."""
    bare = word.replace(" ", "")
    if _PLAIN.fullmatch(bare) or _COMPOUND.fullmatch(bare):
        return (word,)
    from uniseg.linebreak import line_break_units

    joined = {match.start() for match in _NEVER_INSIDE.finditer(word)} | {
        match.end() for match in _SPACE.finditer(word)
    }
    parts: list[str] = []
    position = 0
    for unit in line_break_units(word):
        if position in joined:
            parts[-1] += unit
        else:
            parts.append(unit)
        position += len(unit)
    return tuple(parts)


def line_of(parts: Sequence[str]) -> str:
    """The parts as one line: spaces and separators at its end are not drawn."""
    return "".join(parts).rstrip(_SEPARATORS)


# ---------------------------------------------------------------- filling a box


@dataclass(frozen=True, slots=True)
class Shape:
    """What a paragraph must fit: its box, the number of lines, the range of sizes, and the font's proportions."""

    width: float
    height: float
    lines: int
    smallest: int
    largest: int
    leading: float
    cap: float

    def size(self, widest: float, lines: int) -> float:
        """The largest size at which these lines fit."""
        return min(self.largest, self.width / max(widest, 0.01), self.height / self.tall(lines))

    def tall(self, lines: int) -> float:
        """From the top of the first line's capitals to the last baseline, for each pixel of text size."""
        return self.cap + (lines - 1) * self.leading


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines at a size; a size below the smallest allowed means that the paragraph does not fit."""

    lines: tuple[str, ...]
    widths: tuple[float, ...]  # for each pixel of text size
    size: int

    def height(self, shape: Shape) -> int:
        return math.ceil(self.size * shape.tall(len(self.lines)))


def fit(text: str, shape: Shape, width: Callable[[str], float]) -> Fitted:
    """The paragraph as large as it can be; of equal sizes the fewest lines. `width` is for each pixel of text size."""
    parts = pieces(text)
    best: tuple[float, list[int]] = (0.0, [])
    line = _ruler(parts, width)
    for ends in _balanced(parts, shape.lines, line):
        size = shape.size(max(starmap(line, pairwise([0, *ends]))), len(ends))
        if size > best[0]:
            best = (size, ends)
        if shape.height / shape.tall(len(ends)) <= best[0]:
            break
    spans = list(pairwise([0, *best[1]]))
    lines = tuple(line_of(parts[start:end]) for start, end in spans)
    return Fitted(lines, tuple(starmap(line, spans)), math.floor(best[0]))


def _balanced(parts: tuple[str, ...], most: int, line: Callable[[int, int], float]) -> Iterator[list[int]]:
    """For one line, two lines …: where each line ends so that they are as even as can be."""
    count = len(parts)
    weights = [*(_weight(part.rstrip(" ")) for part in parts[:-1]), 1.0]

    def judged(start: int, end: int) -> float:
        return float((line(start, end) * weights[end - 1]) ** _EVENNESS)

    cost = [0.0, *(judged(0, end) for end in range(1, count + 1))]
    breaks: list[list[int]] = [[end] for end in range(count + 1)]
    for lines in range(1, min(most, count) + 1):
        if lines > 1:
            cost, breaks = _one_line_more(lines, cost, breaks, judged)
        yield breaks[count]


def _ruler(parts: tuple[str, ...], width: Callable[[str], float]) -> Callable[[int, int], float]:
    """The width of the line that these parts make, without what is not drawn at its end."""
    drawn = [line_of([part]) for part in parts]
    widths = [width(word) for word in drawn]
    ends = [width(part[len(word) :]) if part != word else 0.0 for part, word in zip(parts, drawn, strict=True)]
    through = list(accumulate(map(add, widths, ends), initial=0.0))
    return lambda start, end: through[end] - through[start] - ends[end - 1]


def _weight(ending: str) -> float:
    """How good a line end this is."""
    if ending.endswith("-"):
        return _HYPHENATED
    if ending.endswith((",", ";", ":", ".", "!", "?", "–", "—")):
        return _RESTING
    return _HANGING if len(ending) <= _SMALL else 1.0


def _one_line_more(
    lines: int, cost: list[float], breaks: list[list[int]], judged: Callable[[int, int], float]
) -> tuple[list[float], list[list[int]]]:
    new_cost, new_breaks = [math.inf] * len(cost), list(breaks)
    for end in range(lines, len(cost)):
        for start in range(end - 1, lines - 2, -1):
            last = judged(start, end)
            if last >= new_cost[end]:
                break
            total = cost[start] + last
            if total < new_cost[end]:
                new_cost[end], new_breaks[end] = total, [*breaks[start], end]
    return new_cost, new_breaks
