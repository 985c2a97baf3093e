"""The engine that shapes text, and the fonts it draws with."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

MEASURED_AT = 200
"""Words are measured once at this size; their width at any other is proportional."""
_INVISIBLE = frozenset("\u00a0\u2060\u200b")


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
    """The fonts of a theme by name. Any thread may measure and draw: each opens the files for itself."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._open = threading.local()
        self._width = lru_cache(maxsize=16_384)(self._measured)
        self.lacking = lru_cache(maxsize=4096)(self._lacking)

    def at(self, name: str, size: int) -> "FreeTypeFont":
        """The font at a size in pixels, kept open for this thread."""
        from PIL import ImageFont

        opened: dict[tuple[str, int], FreeTypeFont] = self._open.__dict__.setdefault("fonts", {})
        if (name, size) not in opened:
            opened[name, size] = ImageFont.truetype(self._files[name], size)
        return opened[name, size]

    def width(self, name: str, language: str, text: str) -> float:
        """The width of a word for each pixel of text size."""
        return self._width(name, language, text)

    def cap_height(self, name: str) -> float:
        """The height of a capital letter for each pixel of text size."""
        return _cap_height(self._files[name])

    def _measured(self, name: str, language: str, text: str) -> float:
        return float(self.at(name, MEASURED_AT).getlength(text, **shaping(language))) / MEASURED_AT

    def _lacking(self, name: str, text: str) -> str:
        """The characters of a text that the font cannot draw."""
        known = _characters(self._files[name])
        return "".join(
            dict.fromkeys(letter for letter in text if ord(letter) not in known and letter not in _INVISIBLE)
        )


def shaping(language: str) -> dict[str, Any]:
    """What Pillow is told about a text; it refuses to be told anything without the shaping library."""
    return {"language": language} if engine().shaping else {}


@cache
def _characters(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _cap_height(path: Path) -> float:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return float(font["OS/2"].sCapHeight / font["head"].unitsPerEm)
