"""A text as a network shows it: its addresses and hashtags marked, folded where the network folds it."""

import regex
from markupsafe import Markup, escape

from campaign.preview.looks import Look
from campaign.text import Span, hashtags, urls


def marked(text: str, look: Look) -> Markup:
    """Safe HTML of the whole text."""
    head, rest = folded(text, look.folds_after)
    more = Markup(' <span class="more">… more</span>') if rest else Markup("")
    return _marked(head, look) + more + _marked(rest, look)


def folded(text: str, signs: int) -> tuple[str, str]:
    """(what is seen at once, the rest with the space before it), cut after a whole word."""
    clusters = regex.findall(r"\X", text) if signs else []
    if len(clusters) <= signs:
        return text, ""
    seen = "".join(clusters[:signs])
    cut = max(seen.rfind(" "), seen.rfind("\n"))
    return (text[:cut], text[cut:]) if cut > 0 else (text, "")


def shortened(address: str, signs: int) -> str:
    """An address as networks print it that hide its beginning and cut its end; 0 signs: as it is."""
    if not signs:
        return address
    bare = address.partition("://")[2].removeprefix("www.").rstrip("/")
    return bare if len(bare) <= signs else f"{bare[:signs]}…"


def _marked(text: str, look: Look) -> Markup:
    addresses = [(span, _address(span, look)) for span in urls(text)]
    tags = [(span, Markup("<b>{}</b>").format(span.text)) for span in hashtags(text)]
    out, end = Markup(""), 0
    for span, markup in sorted(addresses + tags):
        out += escape(text[end : span.start]) + markup
        end = span.end
    return out + escape(text[end:])


def _address(span: Span, look: Look) -> Markup:
    shown = shortened(span.text, look.address_signs)
    if not look.links:
        return escape(shown)
    return Markup('<a href="{}">{}</a>').format(span.text, shown)
