"""The engine that shapes text, and the fonts it draws with: the asked one, those it falls back on, the emoji."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from unicodedata import normalize

from campaign.cards.flaws import TEMPLATE, CardError, Flaw
from campaign.cards.runs import (
    Cluster,
    Run,
    clusters,
    in_visual_order,
    is_opening,
    is_punctuation,
    is_right_to_left,
    visible,
    wants_picture,
)

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

__all__ = [
    "EMOJI_DROP",
    "EMOJI_HEIGHT",
    "EMOJI_WIDTH",
    "Engine",
    "Fonts",
    "Run",
    "engine",
    "is_right_to_left",
    "missing_engine",
    "shaping",
]
MEASURED_AT = 200
"""Words are measured once at this size; their width at any other is proportional."""
EMOJI_HEIGHT, EMOJI_WIDTH = 1.06, 1.12
"""What an emoji takes on the line, for each pixel of text size."""
EMOJI_DROP = 0.2
"""How far the lower edge of an emoji's picture lies below the baseline: its middle is that of Source Sans' capitals."""
_EMOJI_SIZE = 109
"""The one size in which pictures are kept in a CBDT font."""
_NEEDS_NO_GLYPH = frozenset("\u00ad\u200b\u2060")
_JOINER = "\u200d"
_NEVER_PLAIN = frozenset({_JOINER, "\ufe0e", "\ufe0f"})
"""These ask for one form or another of what they follow, even where a font knows them."""
_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
"""The engine joins a letter with its accents, or takes it apart, where the font has it only so."""
_SPACES = frozenset("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
_HYPHEN, _UNBREAKING_HYPHEN = "\u2010", "\u2011"


@dataclass(frozen=True, slots=True)
class Engine:
    """Versions of what draws; empty where it is missing. Without `shaping` text is set letter by letter."""

    pillow: str
    raqm: str
    harfbuzz: str
    freetype: str
    fribidi: str

    @property
    def shaping(self) -> bool:
        return bool(self.raqm)


@cache
def engine() -> Engine:
    """What this machine draws with."""
    import PIL
    from PIL import features

    def version(name: str) -> str:
        return (features.version(name) or "") if features.check(name) else ""

    return Engine(PIL.__version__, *(version(name) for name in ("raqm", "harfbuzz", "freetype2", "fribidi")))


def missing_engine() -> str | None:
    """What to install so that cards look as designed; None when nothing is missing."""
    if engine().shaping:
        return None
    return (
        "Cards are drawn without text shaping: the library FriBidi is not installed. "
        "On Debian or Ubuntu: sudo apt-get install libfribidi0"
    )


class Fonts:
    """The fonts of a theme by name. Any thread may measure and draw: each opens the files for itself.

    `fallback` tells for a font in which others, in order, what it lacks is looked for; `emoji` names the CBDT font
    of colour pictures. A font whose pictures would be drawn as nothing is refused with a `CardError`.
    """

    def __init__(
        self, files: Mapping[str, Path], fallback: Mapping[str, Sequence[str]] | None = None, emoji: str = ""
    ) -> None:
        self._files, self._emoji = files, emoji
        self._chains = {name: (name, *(fallback or {}).get(name, ())) for name in files}
        self._open = threading.local()
        self._width = lru_cache(maxsize=16_384)(self._measured)
        self._pictured = lru_cache(maxsize=4096)(self._has_picture)
        self.lacking = lru_cache(maxsize=4096)(self._lacking)
        self.runs = lru_cache(maxsize=4096)(self._runs)
        self.emoji = lru_cache(maxsize=256)(self._picture)
        for name, path in files.items():
            _refuse_what_stays_invisible(path, pictures=name == emoji)

    def at(self, name: str, size: int) -> "FreeTypeFont":
        """The font at a size in pixels, kept open for this thread; the emoji in the only size they have."""
        from PIL import ImageFont

        size = _EMOJI_SIZE if name == self._emoji else size
        opened: dict[tuple[str, int], FreeTypeFont] = self._open.__dict__.setdefault("fonts", {})
        if (name, size) not in opened:
            opened[name, size] = ImageFont.truetype(self._files[name], size)
        return opened[name, size]

    def width(self, name: str, language: str, text: str) -> float:
        """The width of a word for each pixel of text size."""
        return self._width(name, language, text)

    def run_width(self, run: Run, language: str) -> float:
        """The width of a run for each pixel of text size: how far the next one stands from its left edge."""
        return self.width(run.font, language, run.text)

    def cap_height(self, name: str) -> float:
        """The height of a capital letter for each pixel of text size."""
        return _cap_height(self._files[name])

    # ------------------------------------------------------------ which font draws what

    def _runs(self, name: str, text: str) -> tuple[Run, ...]:
        """A line as runs from left to right; nearly always one."""
        if self._has(name, text):
            return (Run(name, text),)
        return in_visual_order(self._in_fonts(name, text))

    def _in_fonts(self, name: str, text: str) -> list[Cluster]:
        """Every cluster with its font; punctuation and spaces go with the letters they belong to."""
        parts = [self._in_font(name, cluster) for cluster in clusters(text)]
        for before, here in pairwise(range(len(parts))):
            if is_punctuation(parts[here].text):
                parts[here] = self._joined(parts[here], parts[before])
        for after, here in pairwise(range(len(parts) - 1, -1, -1)):
            if is_opening(parts[here].text):
                parts[here] = self._joined(parts[here], parts[after])
        return parts

    def _joined(self, mark: Cluster, letter: Cluster) -> Cluster:
        fits = not mark.emoji and not letter.emoji and self._has(letter.font, visible(mark.text) or " ")
        return replace(mark, font=letter.font) if fits else mark

    def _in_font(self, name: str, cluster: str) -> Cluster:
        """A cluster that no font has stays in the asked one."""
        font = self._font_of(name, cluster) or name
        return Cluster(cluster, font, font == self._emoji)

    def _font_of(self, name: str, cluster: str) -> str:
        """The first font that has all of it, pictures before letters where they are asked for; empty when none has."""
        needed = visible(cluster)
        if not needed or self._has(name, cluster):
            return name
        if wants_picture(cluster) and (_JOINER in cluster or self._pictured(cluster)):
            return self._emoji if self._pictured(cluster) else ""
        return self._font_of_letters(name, needed) or (self._emoji if self._pictured(cluster) else "")

    def _font_of_letters(self, name: str, needed: str) -> str:
        forms = (needed, *(normalize(form, needed) for form in _FORMS))
        return next((font for form in forms for font in self._chains[name] if self._has(font, form)), "")

    def _lacking(self, name: str, text: str) -> str:
        """The characters of a text that no font can draw; of a sequence that has no picture of its own, all."""
        if self._has(name, text):
            return ""
        fonts = (*self._chains[name], *filter(None, [self._emoji]))
        lacking: list[str] = []
        for cluster in clusters(text):
            if not self._font_of(name, cluster):
                signs = visible(cluster)
                lacking += [sign for sign in signs if not any(self._has(font, sign) for font in fonts)] or signs
        return "".join(dict.fromkeys(lacking))

    def _has(self, name: str, text: str) -> bool:
        return _characters(self._files[name]).issuperset(text)

    # ------------------------------------------------------------ measuring and pictures

    def _measured(self, name: str, language: str, text: str) -> float:
        if name == self._emoji:
            return EMOJI_WIDTH
        if self._has(name, text):
            return self._in_one_font(name, language, text)
        runs = self.runs(name, text)
        if len(runs) == 1 and runs[0].font == name:
            return self._in_one_font(name, language, text)
        return sum(self.run_width(run, language) for run in runs)

    def _in_one_font(self, name: str, language: str, text: str) -> float:
        word = text.rstrip(" ")
        if word and word != text:
            return self._width(name, language, word) + self._width(name, language, text[len(word) :])
        return float(self.at(name, MEASURED_AT).getlength(text, **shaping(language))) / MEASURED_AT

    def _has_picture(self, cluster: str) -> bool:
        """True when the emoji font shows the whole cluster as one picture."""
        if not self._emoji or not self._has(self._emoji, visible(cluster)):
            return False
        widest = _widest(self._files[self._emoji]) * _EMOJI_SIZE
        return 0 < self.at(self._emoji, _EMOJI_SIZE).getlength(_one_picture(cluster)) < 1.5 * widest

    def _picture(self, cluster: str, size: int) -> "Image":
        """An emoji `EMOJI_HEIGHT` high at this text size, pasted with itself as mask; shared, so never changed."""
        from PIL import Image, ImageDraw

        font, text = self.at(self._emoji, _EMOJI_SIZE), _one_picture(cluster)
        left, top, right, bottom = map(round, font.getbbox(text, anchor="ls"))
        sheet = Image.new("RGBA", (right - left, bottom - top))
        ImageDraw.Draw(sheet).text((-left, -top), text, font=font, anchor="ls", embedded_color=True)
        high = max(1, round(EMOJI_HEIGHT * size))
        wide = max(1, round(high * sheet.width / sheet.height))
        drawn = Image.frombytes("RGBa", sheet.size, sheet.tobytes())  # on nothing, colours come out times their alpha
        return drawn.resize((wide, high), Image.Resampling.LANCZOS).convert("RGBA")


def shaping(language: str, *, leftwards: bool = False) -> dict[str, Any]:
    """What Pillow is told about a text; it refuses to be told anything without the shaping library."""
    if not engine().shaping:
        return {}
    return {"language": language, "direction": "rtl"} if leftwards else {"language": language}


def _one_picture(cluster: str) -> str:
    """The selector of pictures is no part of the sequences that fonts know."""
    return cluster.replace("\ufe0f", "")


# ---------------------------------------------------------------- what is in a file


@cache
def _characters(path: Path) -> frozenset[str]:
    """What the font draws by itself; the engine makes special spaces and the hyphen that never breaks from others."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        known = frozenset(map(chr, font.getBestCmap())) - _NEVER_PLAIN
    spaces = _SPACES if " " in known else frozenset()
    return known | _NEEDS_NO_GLYPH | spaces | (frozenset({_UNBREAKING_HYPHEN}) if _HYPHEN in known else frozenset())


@cache
def _cap_height(path: Path) -> float:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return float(font["OS/2"].sCapHeight / font["head"].unitsPerEm)


@cache
def _widest(path: Path) -> float:
    """The advance of the widest glyph for each pixel of text size."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return float(font["hhea"].advanceWidthMax / font["head"].unitsPerEm)


@cache
def _refuse_what_stays_invisible(path: Path, *, pictures: bool) -> None:
    """Colour pictures are drawn from CBDT only; those of COLRv1 would be missing without a word."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            why = _invisible("CBDT" in font, "COLR" in font and font["COLR"].version > 0, pictures)
    except (TTLibError, OSError) as error:
        flaw = Flaw(TEMPLATE, f"the font {path.name} cannot be read", "take an .otf or .ttf file")
        raise CardError((flaw,)) from error
    if why:
        hint = "take the CBDT edition, as NotoColorEmoji.ttf is"
        raise CardError((Flaw(TEMPLATE, f"the font {path.name} cannot be used: {why}", hint),))


def _invisible(has_pictures: bool, has_new_pictures: bool, wanted: bool) -> str:  # noqa: FBT001 - three facts
    """Why nothing would be drawn of a font's pictures; empty where it would."""
    if has_new_pictures and not has_pictures:
        return "its pictures are in the format COLRv1, and nothing would be drawn"
    if wanted and not has_pictures:
        return "it is named for the emoji and has no colour pictures in the format CBDT"
    return ""
