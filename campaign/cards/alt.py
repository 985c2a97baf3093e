"""The alternative text of a card: made from the same words, and checked against what is drawn."""

import re
from collections.abc import Iterator

from campaign.cards.desk import Desk
from campaign.cards.fields import tidy
from campaign.cards.flaws import ALT, Flaw
from campaign.cards.tree import Line, Sheet

ALT_CHARACTERS = 1500
"""The longest alternative text every service takes."""
_NOT_SAID = ("", "link")
"""What the layout adds itself, and the caption of a code: its address is in the post."""
_ENDING = 3
"""Letters by which a word may differ: a tile says “октябрь”, the sentence “18 октября”."""
_WORDS = re.compile(r"[^\W_]+")


def alt_text(desk: Desk, patterns: tuple[str, ...]) -> str:
    """The sentences of the alternative text; one without a value is left out."""
    parts = (tidy(desk.words.fill(pattern)) for pattern in patterns)
    return " ".join(part if part[-1] in ".!?…" else f"{part}." for part in parts if part)


def alt_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """An alternative text must say what the card says and be short enough for every service."""
    alt = sheet.alt
    if not alt.strip():
        yield Flaw(ALT, "the picture has no alternative text", field="alt")
    elif len(alt) > ALT_CHARACTERS:
        message = f"the alternative text has {len(alt)} characters, {ALT_CHARACTERS} are allowed"
        yield Flaw(ALT, message, f"shorten it by {len(alt) - ALT_CHARACTERS}", "alt")
    else:
        yield from _unsaid(sheet)


def _unsaid(sheet: Sheet) -> Iterator[Flaw]:
    """Words of a field that are drawn but not said; what the layout adds itself (day numbers, marks) has no field."""
    said = "".join(_WORDS.findall(sheet.alt.casefold()))
    for line in sheet.boxes:
        if isinstance(line, Line) and line.field not in _NOT_SAID:
            stems = (word[: max(2, len(word) - _ENDING)] for word in _WORDS.findall(line.text.casefold()))
            if not all(stem in said for stem in stems):
                message = f"the alternative text does not say “{line.text}”, which is on the card"
                yield Flaw(ALT, message, f"add {{{line.field}}} to `alt:` of the template", line.field)
