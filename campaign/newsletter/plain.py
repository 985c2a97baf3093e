"""The long form of a message as plain text, for the mail's text part."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table", "hr"})
_BEFORE = dict.fromkeys(_BLOCKS, "\n\n") | {"br": "\n", "tr": "\n", "td": " ", "th": " ", "li": "\n– "}


class _Reader(HTMLParser):
    """Collects text; blocks become paragraphs, list items dashes, and links keep their address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(_BEFORE.get(tag, ""))
        if tag == "a":
            self._address = dict(attrs).get("href") or ""
        elif tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._address:
            self.parts.append(f" ({self._address})")
            self._address = ""

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))


def plain_text(html: str) -> str:
    """Sanitised HTML as text; nothing that can be read is lost."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", "".join(reader.parts)))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
