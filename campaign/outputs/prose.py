"""Plain words → HTML: paragraphs, addresses and telephone numbers, everything else escaped."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from campaign.outputs import clean, openable

Phones = Sequence[tuple[str, str]]
"""(as displayed, as dialled) of each number."""

_ADDRESS = r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]”“»]"
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def paragraphs(text: str, phones: Phones = ()) -> Markup:
    """One `<p>` per block of lines."""
    blocks = _PARAGRAPHS.split(clean(text).strip())
    return Markup("\n").join(Markup("<p>{}</p>").format(inline(block, phones)) for block in blocks if block)


def inline(text: str, phones: Phones = ()) -> Markup:
    """One run of text with its addresses and numbers as links; line ends are kept."""
    dialled = dict(phones)
    numbers = "|".join(re.escape(display) for display in sorted(dialled, key=len, reverse=True))
    wanted = re.compile(rf"({_ADDRESS}|(?<![\d+])(?:{numbers})(?!\d))" if numbers else f"({_ADDRESS})")
    parts = wanted.split(clean(text))
    return Markup("").join(_linked(part, dialled) if index % 2 else _lines(part) for index, part in enumerate(parts))


def _lines(text: str) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in text.split("\n"))


def _linked(part: str, dialled: dict[str, str]) -> Markup:
    if part in dialled:
        return telephone(part, dialled[part])
    return Markup('<a href="{0}" rel="noopener">{0}</a>').format(part) if openable(part) else escape(part)


def telephone(display: str, phone: str) -> Markup:
    """A number to be called by touching it."""
    return Markup('<a class="tel" href="tel:{}">{}</a>').format(phone, display)


def bound(text: str) -> str:
    """Spans of time, days with their month, and a dash with the word before it stay on one line."""
    joined = re.sub(r"(?<=\d)–(?=\d)", "\u2060–\u2060", text)
    return re.sub(r" (?=[–—] )|(?<=\d\.) (?=[^\W\d])|(?<=plkst\.) |(?<=\d) (?=[гр]\.)", "\u00a0", joined)


def beyond_title(text: str, title: str) -> str:
    """The text after its first sentence where that is the title, so that a page does not say it twice."""
    rest = text.removeprefix(title)
    if rest == text or not (rest[:1] in {"", ".", "!", "?", "…", "\n"} or title[-1:] in {".", "!", "?", "…"}):
        return text
    return rest.lstrip(".!?… \n")
