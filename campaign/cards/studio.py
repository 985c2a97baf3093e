"""The studio: lays cards out, paints them, and says what keeps one from being drawn."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.cards import carousel, photos
from campaign.cards.desk import Desk
from campaign.cards.fields import Photo, Words, read_fields
from campaign.cards.flaws import TEMPLATE, UNKNOWN, CardError, Flaw
from campaign.cards.layout import lay_out
from campaign.cards.shelf import Shelf, digest, no_such
from campaign.cards.templates import Design
from campaign.cards.tree import Sheet
from campaign.language import LANGUAGES
from campaign.model import MOST_BYTES, Card, File, Picture

if TYPE_CHECKING:
    from PIL import Image

    from campaign.cards.paint import Painter
    from campaign.cards.tree import Photo as PhotoBox

_KEPT = 2048
"""Laid-out cards remembered: a year's of a large team."""
_ENCODING = "2"
"""Changes when cards of the same inputs shall be new pictures: a new way of setting or drawing them."""
STANDARD_THEME = "plain"


@dataclass(frozen=True, slots=True)
class Laid:
    """A card as a picture to be painted, or why it cannot be; `rest` entries go on to another page."""

    picture: Picture | None
    flaws: tuple[Flaw, ...] = ()
    rest: int = 0


class Studio:
    """Assets are looked up in the order of the roots: the workspace's first, then the package's.

    Files are read once: after an edit below `assets/` a new studio is opened. Any thread may use it.
    """

    def __init__(self, assets: Sequence[Path], theme: str = STANDARD_THEME) -> None:
        self.roots, self.theme = tuple(assets), theme
        self._shelf = Shelf(assets, theme)
        self._laid: OrderedDict[str, Laid] = OrderedDict()
        self._lock = threading.Lock()
        self._header = lru_cache(maxsize=512)(_header)

    # ------------------------------------------------------------ templates

    def templates(self) -> tuple[str, ...]:
        """Every template there is, by name."""
        return self._shelf.templates()

    def troubles(self) -> Iterator[Flaw]:
        """What is wrong with the files below `assets/cards/`, used or not."""
        return self._shelf.troubles()

    def sizes(self, template: str) -> tuple[str, ...]:
        """The sizes a template comes in."""
        return tuple(self._shelf.template(template)[0].sizes)

    def sample(self, template: str, size: str, language: str) -> Card:
        """A card with the template's own sample words."""
        samples = self._shelf.template(template)[0].sample
        if language not in samples:
            raise CardError((Flaw(UNKNOWN, f"the card {template} has no sample in “{language}”"),))
        return Card(template, size, language, samples[language])

    # ------------------------------------------------------------ cards

    def picture(self, card: Card, most_bytes: int = MOST_BYTES, media_type: str = "") -> Laid:
        """The laid-out card as a picture to be painted, or what keeps it from being drawn.

        `media_type`: the only one that will do; else PNG, or JPEG where there is a photo.
        """
        key = f"{most_bytes} {media_type} {_canonical(card)}"
        with self._lock:
            if key in self._laid:
                self._laid.move_to_end(key)
                return self._laid[key]
        laid = self._picture(card, most_bytes, media_type)
        with self._lock:
            self._laid[key] = laid
            if len(self._laid) > _KEPT:
                self._laid.popitem(last=False)
        return laid

    def pictures(
        self,
        cards: Sequence[Card],
        closing: Card | None,
        most: int,
        most_bytes: int = MOST_BYTES,
        media_type: str = "",
    ) -> tuple[Laid, ...]:
        """The cards in order, each followed by further pages with what it had no room for, `closing` after several.

        Never more than `most`: what then still does not fit is counted in words on the last page.
        """
        pages = carousel.pages(self._follow, tuple(cards), closing, most)
        numbered = (self._numbered(page, pages) for page in range(1, len(pages) + 1))
        return tuple(self.picture(card, most_bytes, media_type) for card in numbered)

    def _follow(self, card: Card) -> Card | None:
        """The page with what this one has no room for."""
        laid = self.picture(card)
        then = self._shelf.template(card.template)[0].then if laid.rest else None
        if then is None:
            return None
        return replace(card, template=then, fields={**card.fields, "entries": card.fields["entries"][-laid.rest :]})

    def _numbered(self, page: int, pages: Sequence[Card]) -> Card:
        card = pages[page - 1]
        if len(pages) < 2 or self.picture(card).picture is None:
            return card
        if "pages" not in self._shelf.template(card.template)[0].fields:
            return card
        return replace(card, fields={**card.fields, "page": page, "pages": len(pages)})

    def _picture(self, card: Card, most_bytes: int, wanted: str) -> Laid:
        try:
            pinned = self._pinned(card)
            sheet, flaws = self.sheet(pinned)
        except CardError as error:
            return Laid(None, error.flaws)
        except Exception as error:  # noqa: BLE001 - a template is data: whatever it makes fail holds its posts only
            return Laid(None, (_unusable(card, error),))
        if flaws:
            return Laid(None, flaws)
        size = self._design(card).size
        natural = "application/pdf" if size.format == "pdf" else "image/jpeg" if sheet.has_photo else "image/png"
        media_type = wanted or natural
        most = min(most_bytes, size.bytes)
        template = self._shelf.template(card.template)[1]
        identity = digest(
            _ENCODING, _canonical(pinned), template, self._shelf.kit.digest, str(most), *{media_type} - {natural}
        )
        width, height = (pixels * size.density for pixels in size.pixels)
        return Laid(Picture(identity, pinned, sheet.alt, width, height, media_type, "", most), (), sheet.rest)

    def sheet(self, card: Card) -> tuple[Sheet, tuple[Flaw, ...]]:
        """The box tree of a card; raises `CardError` where there is none."""
        template, _ = self._shelf.template(card.template)
        design = self._design(card)
        if card.language not in LANGUAGES:
            raise CardError((no_such("language", card.language, LANGUAGES),))
        values, flaws = read_fields(template.declared, card.fields, template.one_of)
        if flaws:
            raise CardError(flaws)
        kit, size = self._shelf.kit, design.size
        desk = Desk(kit.theme, kit.fonts, Words(card.language, values), design.tone, size.scale)
        return lay_out(desk, design, template.alt)

    def _design(self, card: Card) -> Design:
        template = self._shelf.template(card.template)[0]
        if card.size not in template.sizes:
            raise CardError((no_such("size", card.size, template.sizes),))
        return template.design(card.size, photo=bool(card.fields.get("photo")))

    def _pinned(self, card: Card) -> Card:
        """The card with the hash of each photo's bytes among its inputs."""
        declared = self._shelf.template(card.template)[0].declared
        names = [one.name for one in declared if one.kind == "photo" and card.fields.get(one.name)]
        if not names:
            return card
        values, flaws = read_fields(declared, card.fields)
        if flaws:
            raise CardError(flaws)
        pinned = {name: asdict(self._with_digest(values[name])) for name in names}
        return replace(card, fields={**card.fields, **pinned})

    def _with_digest(self, photo: Photo) -> Photo:
        if photo.digest:
            return photo
        path = self._found(photo.file)
        return replace(photo, digest=self._inspected(path, photo.file).digest)

    # ------------------------------------------------------------ photos

    def photo(self, file: str, alt: str, credit: str, most_bytes: int = MOST_BYTES) -> Laid:
        """A picture file below `assets/`, pinned by the hash of its bytes, or why it cannot be used.

        What its alternative text lacks is a finding about words, which weighs by mode: the rules tell it.
        """
        try:
            header = self._inspected(self._found(file), file)
        except CardError as error:
            return Laid(None, error.flaws)
        identity = digest(_ENCODING, header.digest, str(most_bytes))
        source = File(file, header.digest)
        return Laid(Picture(identity, source, alt, header.width, header.height, "image/jpeg", credit, most_bytes))

    def _found(self, file: str) -> Path:
        path, flaws = photos.found(self._shelf.roots, file)
        if path is None:
            raise CardError(flaws)
        return path

    def _inspected(self, path: Path, file: str) -> photos.Header:
        state = path.stat()
        return self._header(path, file, state.st_mtime_ns, state.st_size)

    # ------------------------------------------------------------ pixels

    def paint(self, picture: Picture) -> tuple[bytes, str]:
        """The picture's bytes and media type; raises `CardError` when it cannot be read or shown."""
        if isinstance(picture.source, File):
            path = self._found(picture.source.path)
            return photos.develop(path, picture.source, picture.most_bytes), "image/jpeg"
        from campaign.cards.encode import encode

        image, flaws = self._painted(picture.source)
        if flaws:
            raise CardError(flaws)
        density = self._design(picture.source).size.density
        return encode(image, picture.media_type, picture.most_bytes, density), picture.media_type

    def proof(self, picture: Picture) -> tuple[Flaw, ...]:
        """What only its pixels tell: text that cannot be read where it stands, a photo that cannot be decoded."""
        try:
            if isinstance(picture.source, File):
                self.paint(picture)
                return ()
            return self._painted(picture.source)[1]
        except CardError as error:
            return error.flaws

    def _painted(self, card: Card) -> tuple["Image.Image", tuple[Flaw, ...]]:
        sheet, flaws = self.sheet(card)
        if flaws:
            raise CardError(flaws)
        try:
            return self._painter.paint(sheet, card.language, self._design(card).size.density)
        except (ArithmeticError, LookupError, OSError, TypeError, ValueError) as error:
            raise CardError((_unusable(card, error),)) from error

    @cached_property
    def _painter(self) -> "Painter":
        from campaign.cards.paint import Painter

        return Painter(self._shelf.kit.fonts, self._shelf.kit.logo, lru_cache(maxsize=1)(self._covered))

    def _covered(self, box: "PhotoBox") -> "Image.Image":
        from PIL import Image

        size = box.width, box.height
        data = photos.cover(self._found(box.file), File(box.file, box.digest), size, box.focus)
        return Image.frombytes("RGB", size, data)


def _unusable(card: Card, error: Exception) -> Flaw:
    message = f"the card {card.template} cannot be drawn ({type(error).__name__}: {error})"
    return Flaw(
        TEMPLATE,
        message,
        "look at its layers and the kinds of its fields",
        "",
        f"assets/cards/{card.template}.yaml",
        1,
        1,
    )


def _header(path: Path, file: str, _changed: int, _size: int) -> photos.Header:
    return photos.inspect(path, file)


def _canonical(card: Card) -> str:
    inputs: list[Any] = [card.template, card.size, card.language, dict(card.fields)]
    return json.dumps(inputs, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
