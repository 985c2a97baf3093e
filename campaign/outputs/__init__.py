"""Projections of the ledger: feeds, calendars and pages, each a pure function from published rows to bytes.

Same rows, same bytes: nothing here knows the clock. Here stands what all of them share.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from campaign.model import Published, Site

Files = dict[str, bytes]
"""Path below the public root → content."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'"
)
"""The content security policy of public pages: nothing from elsewhere, nothing inline."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OPENABLE = re.compile(r"(?:https?://[^\s/]|mailto:[^\s])\S*", re.IGNORECASE)
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9._-]*")


class HelpLine(NamedTuple):
    """A number that every page shows."""

    name: str
    display: str
    phone: str


def clean(text: str) -> str:
    """Without the characters that no feed, page or calendar may hold."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Clean words for a title: line ends are spaces."""
    return " ".join(clean(text).split())


def openable(url: str) -> str:
    """The address if a reader may be sent there (http, https, mailto), else nothing."""
    return url if _OPENABLE.fullmatch(url) else ""


def slug(name: str) -> str:
    """A topic's name in an address; names without Latin letters become a short hash."""
    folded = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    return plain or f"t-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def contained(path: str) -> bool:
    """True for a path that cannot leave the folder it is put in."""
    return all(_SEGMENT.fullmatch(part) for part in path.split("/"))


def one_each(rows: Iterable[Published], kind: str) -> tuple[Published, ...]:
    """The rows of one kind of outlet, one per entry and language (the newest), in order of their keys."""
    newest: dict[tuple[str, str], Published] = {}
    for row in sorted(rows, key=lambda row: (row.updated, row.key)):
        if row.kind == kind:
            newest[row.entry, row.post.language] = row
    return tuple(newest[key] for key in sorted(newest))


def by_language(rows: Iterable[Published], site: Site, kind: str) -> dict[str, tuple[Published, ...]]:
    """Rows per language, languages in the site's order.

    Every language of the account of that kind is there, so that what people subscribed to is never missing.
    """
    spoken = {language for account in site.of_kind(kind) for language in account.languages}
    found: dict[str, list[Published]] = {language: [] for language in site.languages if language in spoken}
    for row in rows:
        if row.post.language in site.languages:
            found.setdefault(row.post.language, []).append(row)
    return {language: tuple(found[language]) for language in site.languages if language in found}


def localised(texts: Mapping[str, str], language: str) -> str:
    """The operator's words in a language, else in the first they gave."""
    return texts.get(language) or next(iter(texts.values()), "")
