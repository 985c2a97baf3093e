"""Counting a text as each service counts it; finding its addresses, hashtags and first sentence."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import regex

from campaign.model import Limits
from campaign.text.x import weighted

__all__ = [
    "Span",
    "byte_length",
    "escaped",
    "first_sentence",
    "fits",
    "graphemes",
    "hashtags",
    "is_hashtag",
    "length",
    "letters",
    "most_images",
    "urls",
    "weighted",
]


class Span(NamedTuple):
    """A piece of a text with its place, in code points."""

    start: int
    end: int
    text: str


_ADDRESS = re.compile(r"""https?://[^\s<>"“”„«»]+""", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<![\w/&#])[#\uff03](\w*[^\W\d_]\w*)")
_MENTION = re.compile(r"(?<![\w/@.])@([A-Za-z0-9_]+)@[A-Za-z0-9_](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_CLUSTER = regex.compile(r"\X")
_PICTOGRAPH = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")
# Letters that never join a neighbour: Latin, Cyrillic, general punctuation, the euro and numero signs.
# Anything else, and a carriage return, needs real segmentation.
_JOINING = re.compile("[^\n\x20-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20ac\u2116]")
_SENTENCE_MARK = re.compile(r"[.!?…]+[”’»\")\]]*(?=\s+(\S))")
_LAST_WORD = re.compile(r"[^\s(“„«.-]+$")
_ABBREVIATIONS = frozenset(
    {"nr", "plkst", "piem", "sk", "gs", "st", "tel", "dr", "mr", "mrs", "no", "vs"}
    | {"им", "ул", "тел", "гг", "ім", "вул", "просп", "рр"}
)
_CLOSING = {")": "(", "]": "["}


def length(text: str, limits: Limits) -> int:
    """How long the service behind these limits takes the text to be."""
    if count := _COUNTS.get(limits.unit):
        return count(text)
    return graphemes(text) - (_discount(text, limits.url_weight) if limits.url_weight else 0)


def fits(text: str, limits: Limits) -> bool:
    """True when the service behind these limits takes the text whole."""
    if limits.characters and _bound(text, limits) > limits.characters < length(text, limits):
        return False
    return not limits.bytes or 4 * len(text) <= limits.bytes or byte_length(text) <= limits.bytes


def most_images(text: str, limits: Limits) -> int:
    """How many pictures a post with this text may have: one only, where a long text does not go under several."""
    if limits.images > 1 and 0 < limits.album_characters < length(text, limits):
        return 1
    return limits.images


def _bound(text: str, limits: Limits) -> int:
    """What a text can count at most, told without looking at its letters."""
    if limits.unit == "weighted":
        return 6 * len(text) + 23 * text.count(".")
    if limits.unit == "escaped":
        return 2 * len(text) + len("{hashtag||}") * (text.count("#") + text.count("＃"))
    widest = {"utf16": 2, "bytes": 4, "threads": 4}.get(limits.unit, 1)
    return widest * len(text) + limits.url_weight * text.count("://")


def graphemes(text: str) -> int:
    """What a reader calls characters: an emoji family or a letter with its marks is one."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return len(_CLUSTER.findall(text)) if _JOINING.search(text) else len(text)


def byte_length(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def _utf16_length(text: str) -> int:
    """Code units of UTF-16: most letters are one, most emoji several."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _threads_length(text: str) -> int:
    """As Threads counts: an emoji is the bytes of its UTF-8, everything else its code points.

    A sign that may or may not be shown as an emoji (©, ☎) counts as one.
    """
    if not _PICTOGRAPH.search(text):
        return len(text)
    return sum(len(one.encode()) if _PICTOGRAPH.search(one) else len(one) for one in _CLUSTER.findall(text))


def letters(text: str) -> str:
    """What two copies of a text have in common however a service spaces it."""
    return "".join(unicodedata.normalize("NFC", text).split())


def urls(text: str) -> list[Span]:
    """Every http(s) address, without the punctuation that only ends the sentence around it."""
    if "://" not in text:
        return []
    return [_trimmed(match.start(), match.group()) for match in _ADDRESS.finditer(text)]


def hashtags(text: str) -> list[Span]:
    """Every hashtag with its `#`: letters, digits and `_`, not digits alone, never inside a word or an address."""
    if "#" not in text and "\uff03" not in text:
        return []
    addresses = urls(text)
    return [
        Span(match.start(), match.end(), match.group())
        for match in _HASHTAG.finditer(text)
        if not any(address.start <= match.start() < address.end for address in addresses)
    ]


def is_hashtag(text: str) -> bool:
    """True when the whole text, with or without its `#`, is one hashtag on every service."""
    return _HASHTAG.fullmatch(f"#{text.removeprefix('#')}") is not None


@lru_cache(maxsize=4096)  # an entry that repeats says the same each time
def first_sentence(text: str, language: str) -> str:
    """A title where none is given, without its full stop. `18. oktobrī`, `Nr. 29` and initials end no sentence."""
    paragraph = text.strip().partition("\n")[0].rstrip()
    for mark in _SENTENCE_MARK.finditer(paragraph):
        if _ends_sentence(paragraph, mark, language):
            paragraph = paragraph[: mark.end()]
            break
    return paragraph[:-1] if paragraph.endswith(".") and not paragraph.endswith("..") else paragraph


def _ends_sentence(paragraph: str, mark: re.Match[str], language: str) -> bool:
    if mark[1].islower() or mark.group()[0] != ".":
        return not mark[1].islower()
    last = _LAST_WORD.search(paragraph[max(0, mark.start() - 12) : mark.start()])
    word = last[0] if last else ""
    if word.isdigit():
        return language != "lv" or len(word) > 2
    return len(word) > 1 and word.casefold() not in _ABBREVIATIONS


def _trimmed(start: int, address: str) -> Span:
    while address[-1] in ".,;:!?'’…" or _unopened(address):
        address = address[:-1]
    return Span(start, start + len(address), address)


def _unopened(address: str) -> bool:
    opening = _CLOSING.get(address[-1])
    return opening is not None and address.count(address[-1]) > address.count(opening)


def _discount(text: str, url_weight: int) -> int:
    """What Mastodon does not count: the rest of an address beyond its weight, and the host of a mention."""
    saved = sum(graphemes(address.text) - url_weight for address in urls(text))
    if "@" in text:
        saved += sum(len(match.group()) - len(match.group(1)) - 1 for match in _MENTION.finditer(text))
    return saved


# ---------------------------------------------------------------- as LinkedIn wants it written

_RESERVED = re.compile(r"[\\<>#~_|\[\]*(){}@]")


def escaped(text: str) -> str:
    r"""A text in LinkedIn's own notation: reserved signs behind a backslash, hashtags as `{hashtag|\#|Tag}`.

    https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format
    """
    written, end = "", 0
    for tag in hashtags(text):
        name = _RESERVED.sub(r"\\\g<0>", tag.text[1:])
        written += _RESERVED.sub(r"\\\g<0>", text[end : tag.start]) + rf"{{hashtag|\#|{name}}}"
        end = tag.end
    return written + _RESERVED.sub(r"\\\g<0>", text[end:])


_COUNTS: Mapping[str, Callable[[str], int]] = {
    "weighted": weighted,
    "utf16": _utf16_length,
    "bytes": byte_length,
    "threads": _threads_length,
    "escaped": lambda text: _utf16_length(escaped(text)),
}
"""How each unit counts; graphemes need the limits besides."""
