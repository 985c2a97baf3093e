"""Where templates, frames, themes, fonts and the logo lie: looked up in the workspace first, then in the package."""

import difflib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

from campaign.cards.flaws import TEMPLATE, UNKNOWN, CardError, Flaw
from campaign.cards.fonts import Fonts
from campaign.cards.reading import Frame, Looks, read_frame, read_sizes, read_template, read_theme
from campaign.cards.source import Source, read_source
from campaign.cards.templates import Template
from campaign.cards.theme import Size, Theme


@dataclass(frozen=True, slots=True)
class Kit:
    """What all templates share, opened once, and the hash of its bytes."""

    theme: Theme
    sizes: Mapping[str, Size]
    fonts: Fonts
    logo: Path
    digest: str


class Shelf:
    """Files are read once: after an edit below `assets/` a new shelf is opened."""

    def __init__(self, roots: Sequence[Path], theme: str) -> None:
        self.roots, self._theme = tuple(roots), theme
        self._templates: dict[str, tuple[Template, str]] = {}

    def templates(self) -> tuple[str, ...]:
        """Every template there is, by name."""
        return self._names("cards")

    def themes(self) -> tuple[str, ...]:
        """Every theme there is, by name."""
        return self._names("cards/themes")

    def _names(self, folder: str) -> tuple[str, ...]:
        files = (file for root in self.roots for file in (root / folder).glob("*.yaml"))
        return tuple(sorted({file.stem for file in files} - {"sizes"}))

    def template(self, name: str) -> tuple[Template, str]:
        """A template and the hash of all files it is made from; raises `CardError`."""
        if name not in self._templates:
            if name not in self.templates():
                raise CardError((no_such("card", name, self.templates()),))
            file = f"cards/{name}.yaml"
            source = read_source(self.asset(file), f"assets/{file}")
            frame = self._frame(source)
            template = read_template(source, frame, Looks(self.kit.theme, self.kit.sizes))
            if template.then and template.then not in self.templates():
                message = f"there is no card “{template.then}”; there are: {', '.join(self.templates())}"
                raise CardError((source.wrong(message, source.table.places["then"]),))
            parts = (self.asset(file), self.asset(frame.source.name.removeprefix("assets/")))
            self._templates[name] = template, digest(*(part.read_bytes() for part in parts))
        return self._templates[name]

    def troubles(self) -> Iterator[Flaw]:
        """Everything that is wrong with any theme or template, used or not."""
        others = (Shelf(self.roots, name) for name in self.themes() if name != self._theme)
        kits = [_flaws_of(partial(getattr, shelf, "kit")) for shelf in (self, *others)]
        yield from chain.from_iterable(kits)
        for name in () if kits[0] else self.templates():
            yield from _flaws_of(partial(self.template, name))

    @cached_property
    def kit(self) -> Kit:
        """Theme, sizes, fonts and logo; raises `CardError`."""
        if self._theme not in self.themes():
            raise CardError((no_such("theme", self._theme, self.themes()),))
        theme_file, sizes_file = f"cards/themes/{self._theme}.yaml", "cards/sizes.yaml"
        theme = read_theme(self.asset(theme_file), f"assets/{theme_file}")
        sizes = read_sizes(self.asset(sizes_file), f"assets/{sizes_file}")
        fonts = {name: self.asset(file) for name, file in theme.fonts.items()}
        logo = self.asset(theme.logo)
        files = (self.asset(theme_file), self.asset(sizes_file), logo, *fonts.values())
        opened = Fonts(fonts, theme.fallback, theme.emoji or "")
        return Kit(theme, sizes, opened, logo, digest(*(file.read_bytes() for file in files)))

    def _frame(self, source: Source) -> Frame:
        """The frame that a template names."""
        name, known = source.table.get("frame", ""), self._names("cards/frames")
        if name not in known:
            message = f"there is no frame “{name}”; there are: {', '.join(known)}"
            raise CardError((source.wrong(message, source.place_of(source.table, ("frame",))),))
        file = f"cards/frames/{name}.yaml"
        return read_frame(self.asset(file), f"assets/{file}")

    def asset(self, file: str) -> Path:
        """The file below the first root that has it; raises `CardError`."""
        for root in self.roots:
            if (root / file).is_file():
                return root / file
        raise CardError((Flaw(TEMPLATE, f"assets/{file} is missing", "cards are not drawn until it is there"),))


def _flaws_of(read: Callable[[], object]) -> tuple[Flaw, ...]:
    """What is wrong with something that is read."""
    try:
        read()
    except CardError as error:
        return error.flaws
    return ()


def no_such(what: str, name: str, known: Iterable[str]) -> Flaw:
    """Something a card names that does not exist, with the nearest that does."""
    names = list(known)
    close = difflib.get_close_matches(str(name), names, 1)
    hint = f"{what}: {close[0]}" if close else f"there are: {', '.join(names)}"
    return Flaw(UNKNOWN, f"there is no {what} “{name}”; this post waits", hint)


def digest(*parts: str | bytes) -> str:
    """One hash of several parts, each with its length."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()
