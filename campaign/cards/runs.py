"""A text as runs: stretches that one font draws in one direction, in the order in which they stand on the line.

Directions follow the rules of UAX #9 without explicit embeddings and paired brackets; numbers written in groups
(116 006, +371 28612120) are one number, so that no one reads a telephone number backwards.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, takewhile

import regex

INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}--[\U000E0020-\U000E007F]]", regex.V1)
"""Joiners, variation selectors, soft hyphens, direction marks: the engine hides them where a font has none. A tag is
none of these: a flag without its tags is another flag."""
_CLUSTER = regex.compile(r"\X")
_MAY_RUN_LEFT = regex.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_PICTURED = regex.compile(
    r"\p{Emoji}\ufe0f|\p{Emoji_Presentation}(?!\ufe0e)|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3"
)
_NUMBER = regex.compile(r"(?<!\d)\+?[0-9]+(?:[ \u2009\u202f][0-9]+)*")
_OPENING, _OTHER_PUNCTUATION = frozenset({"Ps", "Pi"}), frozenset({"Zs", "Pc", "Pd", "Pe", "Pf", "Po"})
_STRONG = {"L": "L", "R": "R", "AL": "R"}
_PLACED = frozenset({"L", "R", "EN", "AN"})
_SEPARATED = frozenset({("EN", "ES"), ("EN", "CS"), ("AN", "CS")})
_RAISED = ({"L": 0, "R": 1}, {"R": 1})
"""The level of letters in a line that runs to the right, to the left; of everything else it is 2."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one font draws in one go; an emoji is a run of its own and a picture.

    `leftwards` goes to `shaping()`: such a run is set from right to left even where it holds nothing but a bracket.
    """

    font: str
    text: str
    emoji: bool = False
    leftwards: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a reader calls a character, and the font that has it."""

    text: str
    font: str
    emoji: bool = False


def clusters(text: str) -> list[str]:
    """What a reader calls characters: an emoji family or a letter with its marks is one."""
    return _CLUSTER.findall(text)


def visible(cluster: str) -> str:
    """The characters of a cluster that need a glyph."""
    return INVISIBLE.sub("", cluster)


def wants_picture(cluster: str) -> bool:
    """True for what Unicode shows in colour unless told otherwise."""
    return _PICTURED.match(cluster) is not None


def is_punctuation(cluster: str) -> bool:
    """True for spaces, punctuation and invisible marks: they belong to what stands before them."""
    return not visible(cluster) or unicodedata.category(cluster[0]) in _OTHER_PUNCTUATION


def is_opening(cluster: str) -> bool:
    """True for brackets and quotation marks that belong to what follows."""
    return unicodedata.category(cluster[0]) in _OPENING


def is_right_to_left(text: str) -> bool:
    """True when the first letter of the text is written from right to left; U+200F or U+200E before it decides."""
    if not _MAY_RUN_LEFT.search(text):
        return False
    return next((side for sign in text if (side := _STRONG.get(unicodedata.bidirectional(sign)))), "L") == "R"


# ---------------------------------------------------------------- order on the line


def in_visual_order(parts: Sequence[Cluster]) -> tuple[Run, ...]:
    """The clusters as runs, from left to right."""
    levels = _levels([part.text for part in parts])
    runs = [
        (level, run)
        for level, group in groupby(zip(levels, parts, strict=True), key=lambda pair: pair[0])
        for run in _runs((part for _, part in group), leftwards=level % 2 == 1)
    ]
    for turned in range(max(levels, default=0), 0, -1):
        runs = list(_reversed_from(turned, runs))
    return tuple(run for _, run in runs)


def _runs(parts: Iterable[Cluster], *, leftwards: bool) -> Iterator[Run]:
    for (font, emoji), group in groupby(parts, key=lambda part: (part.font, part.emoji)):
        if emoji:
            yield from (Run(font, part.text, emoji, leftwards) for part in group)
        else:
            yield Run(font, "".join(part.text for part in group), emoji, leftwards)


def _reversed_from(least: int, runs: Iterable[tuple[int, Run]]) -> Iterator[tuple[int, Run]]:
    """Every unbroken row of runs of at least this level, turned round."""
    for turned, group in groupby(runs, key=lambda pair: pair[0] >= least):
        row = list(group)
        yield from reversed(row) if turned else row


def _levels(parts: Sequence[str]) -> list[int]:
    """Embedding levels: even ones run to the right, odd ones to the left."""
    text = "".join(parts)
    if not _MAY_RUN_LEFT.search(text):
        return [0] * len(parts)
    base = int(is_right_to_left(text))
    kinds = _sides(_numbers(_kinds(parts, text), "LR"[base]), "LR"[base])
    levels = [_RAISED[base].get(kind, 2) for kind in kinds]
    ending = len(parts) - len(list(takewhile(str.isspace, reversed(parts))))
    return levels[:ending] + [base] * (len(parts) - ending)


def _kinds(parts: Sequence[str], text: str) -> list[str]:
    """The bidirectional class of each cluster; the spaces of a telephone number are part of it."""
    numbers = {place for number in _NUMBER.finditer(text) for place in range(*number.span())}
    starts = accumulate(map(len, parts[:-1]), initial=0)
    return [
        "EN" if start in numbers else unicodedata.bidirectional(part[0])
        for part, start in zip(parts, starts, strict=True)
    ]


def _numbers(kinds: Sequence[str], base: str) -> list[str]:
    """Rules W2 to W7: which number stands among which letters, and what belongs to it."""
    row = [base, *kinds, base]
    row = ["AN" if (kind, letter) == ("EN", "AL") else kind for kind, letter in _after_letters(row)]
    for place in range(1, len(row) - 1):
        if row[place - 1] == row[place + 1] and (row[place - 1], row[place]) in _SEPARATED:
            row[place] = row[place - 1]
    for way in (range(1, len(row)), range(len(row) - 2, -1, -1)):
        _sign(row, way)
    row = ["L" if (kind, letter) == ("EN", "L") else _STRONG.get(kind, kind) for kind, letter in _after_letters(row)]
    return row[1:-1]


def _after_letters(row: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each kind with that of the last letter up to it."""
    last = row[0]
    for kind in row:
        last = kind if kind in _STRONG else last
        yield kind, last


def _sign(row: list[str], way: range) -> None:
    """A currency or per cent sign beside a number is part of it."""
    for place in way:
        if row[place] == "ET" and row[place - way.step] == "EN":
            row[place] = "EN"


def _sides(kinds: Sequence[str], base: str) -> list[str]:
    """Rules N1 and N2: what is neither letter nor number goes with both its neighbours, else with the line."""
    sides: list[str] = []
    for neutral, group in groupby(kinds, key=lambda kind: kind not in _PLACED):
        row = list(group)
        if neutral:
            before = _side(sides[-1]) if sides else base
            after = next(map(_side, kinds[len(sides) + len(row) :]), base)
            row = [before if before == after else base] * len(row)
        sides += row
    return sides


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"
