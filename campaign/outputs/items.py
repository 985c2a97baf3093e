"""What feeds show: the newest posts per language, for all, events and each topic."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import escape

from campaign.language import date_text, phrase, topic_name
from campaign.model import Picture, Published, Site
from campaign.outputs import by_language, clean, localised, one_each, one_line, openable, slug
from campaign.outputs.prose import inline, paragraphs

NEWEST = 50

Size = Callable[[Picture], int]
"""True length in bytes of a picture as published."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The first picture of a post, as feeds name it."""

    url: str
    media_type: str
    length: int
    picture: Picture


@dataclass(frozen=True, slots=True)
class Item:
    """One published post, as every feed shows it."""

    id: str
    title: str
    link: str
    text: str
    html: str
    published: dt.datetime
    updated: dt.datetime
    topics: tuple[str, ...]
    enclosure: Enclosure | None


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed in one language; `folder` is its address, `gone` what was withdrawn: (id, when, why)."""

    folder: str
    language: str
    title: str
    items: tuple[Item, ...]
    gone: tuple[tuple[str, dt.datetime, str], ...]
    updated: dt.datetime


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows of one feed, newest first; `folder` is its address, `label` its name beside the site's."""

    folder: str
    language: str
    label: str
    title: str
    rows: tuple[Published, ...]


def shelves(rows: Iterable[Published], site: Site) -> Iterator[Shelf]:
    """The feeds there are, per language: all, events, one per topic."""
    for language, own in by_language(one_each(rows, "feed"), site, "feed").items():
        ordered = sorted(own, key=lambda row: (row.published, row.key), reverse=True)
        name = localised(site.name, language)
        yield Shelf(language, language, phrase("all_news", language), name, tuple(ordered))
        events = tuple(row for row in ordered if row.post.kind == "event")
        label = phrase("events", language)
        yield Shelf(f"{language}/events", language, label, f"{name}: {label}", events)
        for topic in sorted({topic for row in ordered for topic in row.post.topics}):
            about = tuple(row for row in ordered if topic in row.post.topics)
            label = topic_name(topic, language)
            yield Shelf(f"{language}/topics/{slug(topic)}", language, label, f"{name}: {label}", about)


def listing(rows: Iterable[Published], site: Site, size: Size) -> Iterator[Feed]:
    """The feeds with their newest items."""
    made = _Items(site, size)
    return (_feed(shelf, made) for shelf in shelves(rows, site))


class _Items(dict[str, Item]):
    """Row key → item, made once however many feeds show it."""

    def __init__(self, site: Site, size: Size) -> None:
        super().__init__()
        self.site, self.size = site, size

    def of(self, row: Published) -> Item:
        if row.key not in self:
            self[row.key] = _item(row, self.site, self.size)
        return self[row.key]


def _feed(shelf: Shelf, made: _Items) -> Feed:
    shown = [row for row in shelf.rows if not row.withdrawn][:NEWEST]
    gone = [row for row in shelf.rows if row.withdrawn][:NEWEST]
    begun = dt.datetime(made.site.tag_year, 1, 1, tzinfo=dt.UTC)
    return Feed(
        shelf.folder,
        shelf.language,
        one_line(shelf.title),
        tuple(made.of(row) for row in shown),
        tuple((guid(row, made.site), row.updated, clean(row.withdrawn)) for row in gone),
        max((row.updated for row in shelf.rows), default=begun),
    )


def guid(row: Published, site: Site) -> str:
    """The entry's `tag:` address, which never changes."""
    return f"tag:{site.host},{site.tag_year}:{row.entry}:{row.post.language}"


def _item(row: Published, site: Site, size: Size) -> Item:
    post = row.post
    enclosure = _enclosure(post.pictures[0], site, size) if post.pictures else None
    return Item(
        guid(row, site),
        one_line(post.title) or localised(site.name, post.language),
        openable(post.link) or f"{site.base_url}/{post.language}/",
        clean(post.text),
        _content(row, site, enclosure),
        row.published,
        row.updated,
        post.topics,
        enclosure,
    )


def _enclosure(picture: Picture, site: Site, size: Size) -> Enclosure:
    return Enclosure(f"{site.base_url}/pictures/{picture.name}", picture.media_type, size(picture), picture)


def _content(row: Published, site: Site, enclosure: Enclosure | None) -> str:
    post = row.post
    parts = []
    if row.corrected:
        parts.append(f"<p><em>{inline(corrected_on(row, site))}</em></p>")
    if enclosure:
        shown = enclosure.picture
        size = f'width="{shown.width}" height="{shown.height}"'
        parts.append(f'<p><img src="{escape(enclosure.url)}" alt="{escape(clean(shown.alt))}" {size}></p>')
    parts.append(clean(post.html) or paragraphs(post.text))
    parts.append(paragraphs(post.footer))
    if post.sources:
        parts.append(f"<p>{phrase('sources_of_figures', post.language)}: {inline('; '.join(post.sources))}</p>")
    return "\n".join(part for part in parts if part)


def corrected_on(row: Published, site: Site) -> str:
    """The public note of a correction, with its day."""
    day = row.updated.astimezone(ZoneInfo(site.timezone)).date()
    return phrase("corrected_on", row.post.language, date=date_text("date", day, row.post.language), note=row.corrected)
