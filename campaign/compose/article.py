"""Long form: Markdown to the safe HTML that pages, feeds and mails carry."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


_LEADS_NOWHERE = re.compile(r"<a(?![^>]* href=)[^>]*>(.*?)</a>", re.DOTALL)
"""What is left of a link whose address is not allowed."""


@lru_cache(maxsize=1)
def _renderer() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})


@lru_cache(maxsize=512)
def to_html(markdown: str) -> str:
    """Rendered and sanitised: no raw HTML, scripts, styles or images from elsewhere."""
    import nh3

    allowed = nh3.ALLOWED_TAGS - {"img"}
    rendered = nh3.clean(_renderer().render(markdown), tags=allowed, url_schemes={"http", "https", "mailto", "tel"})
    return _LEADS_NOWHERE.sub(r"\1", rendered).strip()


@lru_cache(maxsize=512)
def first_paragraph(markdown: str) -> str:
    """The first paragraph as plain text, on one line."""
    tokens = _renderer().parse(markdown)
    starts = (place for place, token in enumerate(tokens) if token.type == "paragraph_open")
    place = next(starts, None)
    if place is None:
        return ""
    inline = tokens[place + 1].children or ()
    words = "".join(" " if child.type.endswith("break") else child.content for child in inline)
    return re.sub(r"\s+", " ", words).strip()
