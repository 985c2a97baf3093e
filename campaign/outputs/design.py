"""The look of the site: templates, styles and the script of the exit control, and what every page shows.

Designers override single files: templates are looked up in the workspace first, then in the package.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from campaign.language import date_text, interval, own_name, phrase, topic_name, weekday_names, when
from campaign.model import Picture, Site
from campaign.outputs import POLICY, Files, HelpLine, clean, localised, openable
from campaign.outputs.items import Shelf
from campaign.outputs.prose import bound, inline, paragraphs, telephone

LOCALES = {"lv": "lv_LV", "en": "en_GB", "ru": "ru_RU", "uk": "uk_UA"}
_STATIC = ("site.css", "exit.js", "icon.svg")


@dataclass(frozen=True, slots=True)
class Page:
    """One page's place and what its head says; `path` and `alternates` (language → path) end in a slash."""

    path: str
    language: str
    title: str
    description: str = ""
    alternates: Mapping[str, str] = field(default_factory=dict)
    picture: Picture | None = None
    article: bool = False
    section: str = ""  # path of the menu entry it belongs to
    listed: bool = True  # search engines may show it


@lru_cache(maxsize=8)
def _environment(assets: tuple[Path, ...]) -> Environment:
    loader = FileSystemLoader([root / "site" for root in assets])
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.globals |= {
        "CSP": POLICY,
        "LOCALES": LOCALES,
        "date_text": date_text,
        "interval": interval,
        "openable": openable,
        "own_name": own_name,
        "telephone": telephone,
        "topic_name": topic_name,
        "when": when,
    }
    found.filters |= {"paragraphs": paragraphs, "inline": inline, "bound": bound}
    return found


@dataclass(frozen=True, slots=True)
class Offer:
    """What readers can choose from: languages, feeds, and the languages that have a calendar to follow."""

    languages: tuple[str, ...]
    shelves: tuple[Shelf, ...] = ()
    calendars: frozenset[str] = frozenset()

    def in_language(self, language: str) -> list[Shelf]:
        """The feeds in one language."""
        return [shelf for shelf in self.shelves if shelf.language == language]

    def subscribable(self, language: str) -> bool:
        """True where there is a feed or a calendar to follow."""
        return language in self.calendars or bool(self.in_language(language))


class Design:
    """Renders pages of one site."""

    def __init__(
        self, site: Site, helplines: Mapping[str, Sequence[HelpLine]], assets: Sequence[Path], offer: Offer
    ) -> None:
        self.site, self.helplines, self.offer = site, helplines, offer
        self.environment = _environment(tuple(assets))
        self.static = {_hashed(name, content): content for name, content in _read(assets)}
        self._names = {name: f"/{path}" for name, path in zip(_STATIC, self.static, strict=True)}
        self._prefix = urlsplit(site.base_url).path.rstrip("/")

    def render(self, template: str, page: Page, **view: Any) -> Files:
        """The page's file."""
        language = page.language
        text = self.environment.get_template(template).render(
            page=page,
            site=self.site,
            name=localised(self.site.name, language),
            publisher=localised(self.site.publisher, language),
            helplines=self.helplines.get(language, ()),
            shelves=self.offer.in_language(language),
            calendar=language in self.offer.calendars,
            languages=self.offer.languages,
            sections=self._sections(language),
            weekdays=weekday_names(language),
            say=partial(_say, language),
            href=self.href,
            static=lambda name: self.href(self._names[name]),
            absolute=self.absolute,
            **view,
        )
        file = page.path if page.path.endswith(".html") else f"{page.path}index.html"
        return {file: clean(text).encode()}

    def _sections(self, language: str) -> list[tuple[str, str]]:
        """(path, name) of what the menu offers."""
        offered = [(f"{language}/", "calendar"), (f"{language}/archive/", "archive")]
        return offered + ([(f"{language}/subscribe/", "subscribe")] if self.offer.subscribable(language) else [])

    def href(self, path: str) -> str:
        """A path as pages of this site link to it."""
        return f"{self._prefix}/{path.lstrip('/')}"

    def absolute(self, path: str) -> str:
        """A path with the site's own address, for machines elsewhere."""
        return f"{self.site.base_url}/{path.lstrip('/')}"


def _say(language: str, name: str, /, **values: Any) -> str:
    return phrase(name, language, **values)


def _read(assets: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for name in _STATIC:
        path = next(path for root in assets if (path := root / "site" / name).is_file())
        yield name, path.read_bytes()


def _hashed(name: str, content: bytes) -> str:
    """A name that changes with the content, so that a page never meets another build's style."""
    stem, _, ending = name.partition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{ending}"
