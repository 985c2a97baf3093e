"""Feeds of the ledger's feed rows: RSS 2.0, Atom and JSON Feed 1.1, and an index of them.

feedgen writes RSS and Atom; what it gets wrong is put right by the two extensions at the end, and its defaults
that name the present moment or its own version are always set.
"""

import datetime as dt
import html
import json
from collections.abc import Iterable, Iterator, Sequence
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from campaign.language import topic_name
from campaign.model import Published, Site
from campaign.outputs import Files, clean, localised, slug
from campaign.outputs.items import Enclosure, Feed, Item, Size, listing

GENERATOR = "campaign"
MEDIA = "http://search.yahoo.com/mrss/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
TYPES = {
    "feed.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
}


def feeds(rows: Iterable[Published], site: Site, size: Size) -> Files:
    """Every feed and the OPML index of them."""
    found = list(listing(rows, site, size))
    files = {f"{feed.folder}/{name}": content for feed in found for name, content in _forms(feed, site)}
    return files | ({"feeds.opml": opml(found, site)} if found else {})


def _forms(feed: Feed, site: Site) -> Iterator[tuple[str, bytes]]:
    writer = _writer(feed, site)
    yield "feed.xml", rss(writer, feed, site)
    yield "atom.xml", atom(writer, feed, site)
    yield "feed.json", json_feed(feed, site)


# ---------------------------------------------------------------- the three forms


def rss(writer: Any, feed: Feed, site: Site) -> bytes:
    """RSS 2.0."""
    _address(writer, feed, site, "feed.xml")
    return bytes(writer.rss_str())


def atom(writer: Any, feed: Feed, site: Site) -> bytes:
    """Atom (RFC 4287), with tombstones (RFC 6721) of what was withdrawn."""
    _address(writer, feed, site, "atom.xml")
    return bytes(writer.atom_str())


def json_feed(feed: Feed, site: Site) -> bytes:
    """JSON Feed 1.1."""
    content: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{site.base_url}/{feed.language}/",
        "feed_url": f"{site.base_url}/{feed.folder}/feed.json",
        "language": feed.language,
        "authors": [{"name": _publisher(site, feed.language), "url": site.base_url}],
        "items": [_json_item(item, feed.language) for item in feed.items],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _json_item(item: Item, language: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": item.id,
        "url": item.link,
        "title": item.title,
        "content_html": item.html,
        "summary": item.text,
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "tags": list(item.topics),
        "language": language,
    }
    if item.enclosure:
        shown["image"] = item.enclosure.url
        shown["attachments"] = [
            {
                "url": item.enclosure.url,
                "mime_type": item.enclosure.media_type,
                "size_in_bytes": item.enclosure.length,
                "title": clean(item.enclosure.picture.alt),
            }
        ]
    return shown


def opml(found: Sequence[Feed], site: Site) -> bytes:
    """An index that feed readers import, RSS addresses only."""
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = clean(localised(site.name, found[0].language))
    ET.SubElement(head, "dateModified").text = _rfc822(max(feed.updated for feed in found))
    body = ET.SubElement(root, "body")
    for feed in found:
        home = f"{site.base_url}/{feed.language}/"
        address = f"{site.base_url}/{feed.folder}/feed.xml"
        facts = {"text": feed.title, "title": feed.title, "type": "rss", "xmlUrl": address, "htmlUrl": home}
        ET.SubElement(body, "outline", facts, language=feed.language)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def _rfc822(moment: dt.datetime) -> str:
    return format_datetime(moment.astimezone(dt.UTC), usegmt=True)


def _publisher(site: Site, language: str) -> str:
    return clean(localised(site.publisher, language) or localised(site.name, language))


# ---------------------------------------------------------------- feedgen


def _writer(feed: Feed, site: Site) -> Any:
    """A feedgen generator that holds everything but the address of the form to be written."""
    from feedgen.feed import FeedGenerator

    generator: Any = FeedGenerator
    writer = generator()
    writer.id(f"tag:{site.host},{site.tag_year}:{feed.folder}")
    writer.title(feed.title)
    writer.description(feed.title)
    writer.language(feed.language)
    writer.updated(feed.updated)
    writer.generator(GENERATOR)
    writer.author(name=_publisher(site, feed.language), uri=site.base_url)
    writer.register_extension("withdrawn", _Tombstones, _EntryDetails)
    writer.withdrawn.gone = feed.gone
    for item in feed.items:
        _add(writer.add_entry(order="append"), item, feed.language)
    return writer


def _address(writer: Any, feed: Feed, site: Site, name: str) -> None:
    """The form's own address first: RSS names the last link as the site's, whatever its relation."""
    own = {"href": f"{site.base_url}/{feed.folder}/{name}", "rel": "self", "type": TYPES[name]}
    home = {"href": f"{site.base_url}/{feed.language}/", "rel": "alternate", "type": "text/html"}
    writer.link([own, home], replace=True)


def _add(entry: Any, item: Item, language: str) -> None:
    entry.id(item.id)
    entry.title(item.title)
    entry.link(href=item.link, rel="alternate", type="text/html", hreflang=language)
    entry.summary(item.text)
    entry.content(item.html, type="html")
    entry.published(item.published)
    entry.updated(item.updated)
    entry.category([{"term": slug(topic), "label": clean(topic_name(topic, language))} for topic in item.topics])
    if item.enclosure:
        entry.enclosure(item.enclosure.url, str(item.enclosure.length), item.enclosure.media_type)
    entry.withdrawn.enclosure = item.enclosure
    entry.withdrawn.links = {link["href"]: link for link in entry.link()}


class _Tombstones:
    """Feed extension: what was withdrawn, for readers that keep copies."""

    gone: Sequence[tuple[str, dt.datetime, str]] = ()

    def extend_ns(self) -> dict[str, str]:
        return {"at": TOMBSTONES, "media": MEDIA}

    def extend_rss(self, feed: Any) -> Any:
        return feed

    def extend_atom(self, feed: Any) -> Any:
        for identity, when, why in self.gone:
            entry = _child(feed, f"{{{TOMBSTONES}}}deleted-entry", ref=identity, when=when.isoformat())
            _child(entry, f"{{{TOMBSTONES}}}comment").text = why
        return feed


class _EntryDetails:
    """Entry extension: feedgen keeps only the address of an Atom entry's links, and knows one form of picture."""

    enclosure: Enclosure | None = None
    links: dict[str, dict[str, str]]

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_atom(self, entry: Any) -> Any:
        for link in entry.iter("link"):
            for name, value in self.links[link.get("href")].items():
                link.set(name, value)
        return entry

    def extend_rss(self, entry: Any) -> Any:
        for description in entry.iter("description"):  # readers take it for HTML
            description.text = html.escape(description.text, quote=False)
        if self.enclosure:
            shown = self.enclosure.picture
            content = _child(
                entry,
                f"{{{MEDIA}}}content",
                url=self.enclosure.url,
                type=self.enclosure.media_type,
                fileSize=str(self.enclosure.length),
                medium="image",
                width=str(shown.width),
                height=str(shown.height),
            )
            _child(content, f"{{{MEDIA}}}description", type="plain").text = clean(shown.alt)
        return entry


def _child(parent: Any, name: str, **attributes: str) -> Any:
    child = parent.makeelement(name, attributes)
    parent.append(child)
    return child
