"""The studio: looks templates, fonts and photos up, lays cards out, paints them."""

import difflib
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from campaign.cards import photos
from campaign.cards.desk import Desk
from campaign.cards.fields import Words, read_fields
from campaign.cards.flaws import TEMPLATE, UNKNOWN, CardError, Flaw
from campaign.cards.fonts import Fonts
from campaign.cards.layout import lay_out
from campaign.cards.reading import read_template, read_theme, refuse_unknown_looks
from campaign.cards.templates import Template, Theme
from campaign.cards.tree import Sheet
from campaign.language import LANGUAGES
from campaign.model import Card, File, Picture

_KEPT = 2048
"""Laid-out cards remembered: a year's of a large team."""
_ENCODING = "1"
"""Changes when cards of the same inputs shall be new pictures: a new way of setting or drawing them."""
Laid = tuple[Picture | None, tuple[Flaw, ...]]


@dataclass(frozen=True, slots=True)
class Kit:
    """What all templates share, opened once, and the hash of its bytes."""

    theme: Theme
    fonts: Fonts
    logo: Path
    digest: str


class Studio:
    """Assets are looked up in the order of the roots: the workspace's first, then the package's.

    Files are read once: after an edit below `assets/` a new studio is opened. Any thread may use it.
    """

    def __init__(self, assets: Sequence[Path]) -> None:
        self._roots = tuple(assets)
        self._laid: OrderedDict[str, Laid] = OrderedDict()
        self._read: dict[str, tuple[Template, str]] = {}
        self._lock = threading.Lock()

    # ------------------------------------------------------------ cards

    def templates(self) -> tuple[str, ...]:
        """Every template there is, by name."""
        files = (file for root in self._roots for file in (root / "cards").glob("*.yaml"))
        return tuple(sorted({file.stem for file in files} - {"theme"}))

    def sizes(self, template: str) -> tuple[str, ...]:
        """The sizes a template comes in."""
        return tuple(self._template(template)[0].sizes)

    def sample(self, template: str, size: str, language: str) -> Card:
        """A card with the template's own sample words."""
        samples = self._template(template)[0].sample
        if language not in samples:
            raise CardError((Flaw(UNKNOWN, f"the card {template} has no sample in “{language}”"),))
        return Card(template, size, language, samples[language])

    def picture(self, card: Card) -> Laid:
        """The laid-out card as a picture to be painted, or what keeps it from being drawn."""
        key = _canonical(card)
        with self._lock:
            if key in self._laid:
                self._laid.move_to_end(key)
                return self._laid[key]
        laid = self._picture(card, key)
        with self._lock:
            self._laid[key] = laid
            if len(self._laid) > _KEPT:
                self._laid.popitem(last=False)
        return laid

    def sheet(self, card: Card) -> tuple[Sheet, tuple[Flaw, ...]]:
        """The box tree of a card; raises `CardError` where there is none."""
        template, _ = self._template(card.template)
        if card.size not in template.sizes:
            raise CardError((_no_such("size", card.size, template.sizes),))
        if card.language not in LANGUAGES:
            raise CardError((_no_such("language", card.language, LANGUAGES),))
        values, flaws = read_fields(template.declared, card.fields)
        if flaws:
            raise CardError(flaws)
        desk = Desk(self._kit.theme, self._kit.fonts, Words(card.language, values))
        return lay_out(desk, template.sizes[card.size], template.alt)

    def _picture(self, card: Card, key: str) -> Laid:
        try:
            sheet, flaws = self.sheet(card)
        except CardError as error:
            return None, error.flaws
        if flaws:
            return None, flaws
        digest = _digest(_ENCODING, key, self._template(card.template)[1], self._kit.digest)
        return Picture(digest, card, sheet.alt, sheet.width, sheet.height), ()

    # ------------------------------------------------------------ photos

    def photo(self, file: str, alt: str, credit: str) -> Laid:
        """A picture file below `assets/`, pinned by the hash of its bytes, or why it cannot be used.

        What its alternative text lacks is a finding about words, which weighs by mode: the rules tell it.
        """
        path, flaws = photos.found(self._roots, file)
        if path is None:
            return None, flaws
        try:
            header = photos.inspect(path, file)
        except CardError as error:
            return None, error.flaws
        identity = _digest(_ENCODING, header.digest)
        source = File(file, header.digest)
        return Picture(identity, source, alt, header.width, header.height, "image/jpeg", credit), ()

    # ------------------------------------------------------------ pixels

    def paint(self, picture: Picture) -> tuple[bytes, str]:
        """The picture's bytes and media type; raises `CardError` when it cannot be read or shown."""
        if isinstance(picture.source, File):
            return self._developed(picture.source), "image/jpeg"
        from campaign.cards.paint import encode, paint

        sheet, flaws = self.sheet(picture.source)
        if not flaws:
            image, flaws = paint(sheet, self._kit.fonts, self._kit.logo, picture.source.language)
        if flaws:
            raise CardError(flaws)
        return encode(image), "image/png"

    def _developed(self, source: File) -> bytes:
        path, flaws = photos.found(self._roots, source.path)
        if path is None:
            raise CardError(flaws)
        return photos.develop(path, source)

    # ------------------------------------------------------------ assets

    @cached_property
    def _kit(self) -> Kit:
        theme_file = self._asset("cards/theme.yaml")
        theme = read_theme(theme_file)
        fonts = {name: self._asset(file) for name, file in theme.fonts.items()}
        logo = self._asset(theme.logo)
        files = (theme_file, logo, *fonts.values())
        return Kit(theme, Fonts(fonts), logo, _digest(*(file.read_bytes() for file in files)))

    def _template(self, name: str) -> tuple[Template, str]:
        if name not in self._read:
            if name not in self.templates():
                raise CardError((_no_such("card", name, self.templates()),))
            path = self._asset(f"cards/{name}.yaml")
            template = read_template(path)
            refuse_unknown_looks(template, self._kit.theme, path)
            self._read[name] = template, _digest(path.read_bytes())
        return self._read[name]

    def _asset(self, file: str) -> Path:
        for root in self._roots:
            if (root / file).is_file():
                return root / file
        raise CardError((Flaw(TEMPLATE, f"assets/{file} is missing", "cards are not drawn until it is there"),))


def _no_such(what: str, name: str, known: Any) -> Flaw:
    close = difflib.get_close_matches(str(name), list(known), 1)
    hint = f"{what}: {close[0]}" if close else f"there are: {', '.join(known)}"
    return Flaw(UNKNOWN, f"there is no {what} “{name}”; this post waits", hint)


def _canonical(card: Card) -> str:
    inputs = [card.template, card.size, card.language, dict(card.fields)]
    return json.dumps(inputs, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))


def _digest(*parts: str | bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()
