"""Where a line of text may end, and how a paragraph fills its box: as large as possible, in balanced lines."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain, pairwise, starmap
from operator import sub
from typing import TYPE_CHECKING

import regex

from campaign.cards.runs import clusters

if TYPE_CHECKING:
    from pyphen import Pyphen

Width = Callable[[str], float]
"""The width of a text for each pixel of text size."""
Hyphens = Callable[[str], Sequence[str]]
"""The parts between which a word may be broken."""

_WORDS_AND_SPACES = re.compile(r"[^ ]+ *")
_PLAIN = re.compile(r"[\w.,:;!?()„“”«»…\u00a0\u202f]*")
_STAYS_BEFORE = re.compile(
    r"(?:^|[\s(„“«])(?:\w"  # one-letter words: в, и, a, I
    r"|(?:[Pp]lkst|[Nn]r|No|[Tt]el|[Тт]ел|ул|вул|ст|пл)\.|№"
    r"|[^\W\d_]\."  # initials: А. С.
    r"|(?:\d{1,4}\.?–)?\d{1,4}\."  # 18. oktobrī, 12.–18. oktobris, 2023. gada
    r"|(?:\d+–)?\+?\d+(?:[.,]\d{3})*"  # 116 006, 180 dienas, 2–3 dienas, 18 октября; not a time
    r")$"
)
_STAYS_AFTER = re.compile(r"[–—%€°)»”]")
_NEVER_INSIDE = re.compile(r"(?<=[\d.:]–)(?=\d)|(?<=\d[-/.,:])(?=\d)|(?<=\b\w-)(?=\w)")
_COMPOUND = re.compile(r"[\w-]{1,20}[.,:;!?)”»]*")
"""A compound this short is not torn at its hyphen."""
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
"""Scripts that put no spaces between words."""
_UNRULED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Of these the ones for which the Unicode rules need a dictionary: Thai, Lao, Burmese, Khmer."""
_SPACE = re.compile(r" +")
_SEPARATORS = " ·|•"
_SOFT_HYPHEN = "\u00ad"
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
    if (_PLAIN.fullmatch(bare) or _COMPOUND.fullmatch(bare)) and not _UNSPACED.search(bare):
        return (word,)
    from uniseg.linebreak import line_break_units

    breakable = _breakable(word)
    parts: list[str] = []
    position = 0
    for unit in line_break_units(word):
        if position in breakable:
            parts.append(unit)
        else:
            parts[-1] += unit
        position += len(unit)
    return tuple(parts)


def _breakable(word: str) -> set[int]:
    """Where no range, no bound space and nothing that a reader calls a character would be torn."""
    joined = chain(_NEVER_INSIDE.finditer(word), _SPACE.finditer(word))
    return set(accumulate(map(len, clusters(word)), initial=0)) - {match.end() for match in joined}


def line_of(parts: Sequence[str]) -> str:
    """The parts as one line: spaces and separators at its end are not drawn, a soft hyphen only there."""
    line = "".join(parts).rstrip(_SEPARATORS)
    if _SOFT_HYPHEN not in line:
        return line
    return line.replace(_SOFT_HYPHEN, "") + ("-" if line.endswith(_SOFT_HYPHEN) else "")


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


def fit(text: str, shape: Shape, width: Width, hyphens: Hyphens | None = None) -> Fitted:
    """The paragraph as large as it can be; of equal sizes the fewest lines.

    Only what is wider than the box at the smallest size is torn, in as few parts as will do: first what merely belongs
    together, then words between their `hyphens`, and texts without spaces anywhere.
    """
    parts = pieces(text)
    fitted = _filled(parts, shape, width)
    if fitted.size >= shape.smallest:
        return fitted
    room = shape.width / shape.smallest
    torn = tuple(chain.from_iterable(_torn(part, room, width, hyphens) for part in parts))
    return _filled(torn, shape, width) if len(torn) > len(parts) else fitted


def _filled(parts: tuple[str, ...], shape: Shape, width: Width) -> Fitted:
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


def _balanced(parts: Sequence[str], most: int, line: Callable[[int, int], float]) -> Iterator[list[int]]:
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


def _ruler(parts: Sequence[str], width: Width) -> Callable[[int, int], float]:
    """The width of the line that these parts make, without what is not drawn at its end and with its hyphen."""
    drawn = [line_of([part]) for part in parts]
    last = [width(word) for word in drawn]
    inside = [
        width(part.rstrip(_SOFT_HYPHEN)) if part != word else wide
        for part, word, wide in zip(parts, drawn, last, strict=True)
    ]
    through = list(accumulate(inside, initial=0.0))
    ends = list(map(sub, last, inside))
    return lambda start, end: through[end] - through[start] + ends[end - 1]


def _weight(ending: str) -> float:
    """How good a line end this is."""
    if ending.endswith(("-", _SOFT_HYPHEN)):
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


# ---------------------------------------------------------------- tearing what is too wide

_LEAST = 3
"""A part of a word has at least so many letters."""
_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_TORN = re.compile(r"[\d@/_#]|\w[.:]\w")
"""Addresses, hashtags, numbers and names with digits."""
_LOOSE = re.compile(r"(?<= )(?=[^\W\d_])|(?<=[^\d ] )(?=\d)")
"""Between words that belong together (18.–24. oktobris, plkst. 10.00); never inside a number (116 006)."""
_MAY_TEAR = re.compile(rf"{_LOOSE.pattern}|(?<={_SOFT_HYPHEN})(?!$)|(?<=\w{{{_LEAST}}}-)(?=\w{{{_LEAST}}})")
_TOO_SHORT = re.compile(rf"[^\W\d_]{{1,{_LEAST - 1}}}{_SOFT_HYPHEN}")
_LETTER_AND_SPACES = regex.compile(r"\X *")
_DICTIONARIES = {"lv": "lv_LV", "en": "en_GB", "ru": "ru_RU", "uk": "uk_UA"}


@lru_cache(maxsize=4096)
def syllables(language: str, word: str) -> tuple[str, ...]:
    """The parts between which a word may be broken; the whole word where no rules are known."""
    if language not in _DICTIONARIES:
        return (word,)
    places = _dictionary(language).positions(word)
    return tuple(word[start:end] for start, end in pairwise([0, *places, len(word)]))


@cache
def _dictionary(language: str) -> "Pyphen":
    from pyphen import Pyphen

    return Pyphen(lang=_DICTIONARIES[language], left=_LEAST, right=_LEAST)


def _torn(part: str, room: float, width: Width, hyphens: Hyphens | None) -> Sequence[str]:
    """A part that is wider than the room as the fewest that are not; where there are none, whole."""
    if width(line_of([part])) <= room:
        return (part,)
    return _fewest(_LOOSE.split(part), room, width) or _fewest(_bits(part, hyphens), room, width) or (part,)


def _fewest(bits: Sequence[str], room: float, width: Width) -> Sequence[str]:
    """The bits joined to as few parts as the room allows; none where one bit is too wide."""
    line = _ruler(bits, width)

    def within(start: int, end: int) -> float:
        wide = line(start, end)
        return wide if wide <= room else math.inf

    for ends in _balanced(bits, len(bits), within):
        spans = list(pairwise([0, *ends]))
        parts = [_one_part(bits[start:end]) for start, end in spans]
        if max(starmap(within, spans)) < math.inf and not any(map(_TOO_SHORT.fullmatch, parts)):
            return parts
    return ()


def _one_part(bits: Sequence[str]) -> str:
    whole = "".join(bits)
    return whole.replace(_SOFT_HYPHEN, "") + (_SOFT_HYPHEN if whole.endswith(_SOFT_HYPHEN) else "")


def _bits(part: str, hyphens: Hyphens | None) -> list[str]:
    """The smallest parts; a soft hyphen ends those at whose end a hyphen is drawn."""
    if _UNRULED.search(part):
        return _LETTER_AND_SPACES.findall(part)
    if hyphens is None:
        return [part]

    def marked(word: str) -> str:
        if _NOT_TORN.search(word):
            return word
        return _LETTERS.sub(lambda letters: _SOFT_HYPHEN.join(hyphens(letters[0])), word)

    return _MAY_TEAR.split("".join(marked(word) for word in _WORDS_AND_SPACES.findall(part)))
