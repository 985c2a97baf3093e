"""Pages of the ledger's site rows: months, entries, articles, the archive and the ways to subscribe."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from campaign.language import date_text, phrase
from campaign.model import EventFacts, Post, Published, Site, address_of
from campaign.outputs import Files, HelpLine, by_language, localised, one_each, openable
from campaign.outputs.design import Design, Offer, Page
from campaign.outputs.items import corrected_on, shelves
from campaign.outputs.linked import event_data, moment
from campaign.outputs.month import Line, Month, by_month, month_of, when_short
from campaign.outputs.occasion import changed, details, months_of, own_words
from campaign.outputs.prose import beyond_title

TEMPLATES = {"event": "event.html", "page": "article.html"}
"""By kind of entry; messages, digests and observances share one."""


def pages(
    rows: Sequence[Published],
    site: Site,
    helplines: Mapping[str, Sequence[HelpLine]],
    today: dt.date,
    assets: Sequence[Path],
) -> Files:
    """Path → bytes of every page and of what pages need."""
    dated = by_language(one_each(rows, "calendar"), site, "calendar")
    books = _books(rows, site, dated)
    offer = Offer(tuple(books), tuple(shelves(rows, site)), frozenset(dated))
    design = Design(site, helplines, assets, offer)
    files = dict(design.static)
    for book in books.values():
        for part in (_entries, _months, _lists):
            for made in part(book, books, design):
                files |= made
        files |= _home(book, books, design, today)
    return files | _root(books, design)


@dataclass(frozen=True, slots=True)
class Book:
    """All that is out on the site in one language; `files` are the entries that have a calendar file."""

    language: str
    rows: Mapping[str, Published]  # by entry
    titles: Mapping[str, str]  # of what was not withdrawn, by path
    months: Mapping[dt.date, Sequence[Line]]
    files: Mapping[str, Published]
    file_months: frozenset[dt.date]

    @property
    def standing(self) -> list[Published]:
        """What was not withdrawn."""
        return [row for row in self.rows.values() if not row.withdrawn]


Books = Mapping[str, Book]


def _books(rows: Sequence[Published], site: Site, dated: Mapping[str, Sequence[Published]]) -> dict[str, Book]:
    """A book per language; before anything is out, empty ones, so that there is a site at all."""
    shown = by_language(one_each(rows, "site"), site, "site")
    return {
        language: Book(
            language,
            {row.entry: row for row in own},
            {address_of(row.entry, language)[1:]: row.post.title for row in own if not row.withdrawn},
            by_month((row for row in own if not row.withdrawn), language),
            {row.entry: row for row in dated.get(language, ())},
            frozenset(_file_months(dated.get(language, ()))),
        )
        for language, own in shown.items()
    }


def _file_months(rows: Sequence[Published]) -> Iterator[dt.date]:
    """Months that have a calendar file."""
    return (month for row in rows if row.post.event for month in months_of(row.post.event))


# ---------------------------------------------------------------- one page per entry


def _entries(book: Book, books: Books, design: Design) -> Iterator[Files]:
    for entry, row in book.rows.items():
        path = address_of(entry, book.language)[1:]
        alternates = {other: address_of(entry, other)[1:] for other in books if entry in books[other].rows}
        section = f"{book.language}/" if row.post.event else f"{book.language}/archive/"
        page = Page(path, book.language, row.post.title, alternates=alternates, article=True, section=section)
        if row.withdrawn:
            title = phrase("withdrawn", book.language)
            page = replace(page, title=title, listed=False)
            yield design.render("notice.html", page, text=phrase("withdrawn_text", book.language), reason=row.withdrawn)
        else:
            yield _entry(row, page, book, design)


def _entry(row: Published, page: Page, book: Book, design: Design) -> Files:
    post = row.post
    picture = post.pictures[0] if post.pictures else None
    page = replace(page, description=_first_words(post.summary or post.text), picture=picture)
    view: dict[str, Any] = {
        "row": row,
        "post": post,
        "body": own_words(post) if post.event else beyond_title(post.text, post.title),
        "dates": _dates(row, design.site),
        "correction": corrected_on(row, design.site) if row.corrected else "",
        "link": _onward(post, page, book, design),
        "month": "",
        "file": "",
    }
    if post.event:
        view |= _event_view(row, post.event, page, book) | {"data": _data(row, post.event, page, design)}
    return design.render(TEMPLATES.get(post.kind, "message.html"), page, **view)


def _event_view(row: Published, facts: EventFacts, page: Page, book: Book) -> dict[str, Any]:
    return {
        "facts": facts,
        "changed": changed(facts, book.language),
        "details": list(details(facts, book.language)),
        "machine": {name: moment(getattr(facts, name), facts) for name in ("starts", "ends")},
        "month": f"{book.language}/{months_of(facts)[0]:%Y/%m}/",
        "file": f"{page.path}event.ics" if row.entry in book.files else "",
    }


def _data(row: Published, facts: EventFacts, page: Page, design: Design) -> str:
    return event_data(row, facts, design.site, design.absolute(page.path)) if row.post.kind == "event" else ""


def _onward(post: Post, page: Page, book: Book, design: Design) -> tuple[str, str] | None:
    """(address, what stands there) of the link a post carries; on the site itself, the other entry's title."""
    path = post.link.removeprefix(f"{design.site.base_url}/")
    if path == page.path or not openable(post.link):
        return None
    if path in book.titles:
        return design.href(path), book.titles[path]
    return post.link, post.link.split("://")[-1].rstrip("/")


def _first_words(text: str) -> str:
    """As much of a text as previews show, ending at a word."""
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:200].rsplit(" ", 1)[0] + "…"


def _dates(row: Published, site: Site) -> tuple[dt.date, dt.date | None]:
    """(day it belongs to, day it was changed since): site pages are dated as their file says."""
    zone = ZoneInfo(site.timezone)
    stated = row.post.date if row.post.kind != "event" else ""
    first = dt.date.fromisoformat(stated[:10]) if stated else row.published.astimezone(zone).date()
    updated = row.updated.astimezone(zone).date()
    return first, updated if row.updated > row.published else None


# ---------------------------------------------------------------- months


def _months(book: Book, books: Books, design: Design) -> Iterator[Files]:
    found = list(book.months)
    for index, first in enumerate(found):
        path = f"{book.language}/{first:%Y/%m}/"
        alternates = {other: f"{other}/{first:%Y/%m}/" for other in books if first in books[other].months}
        title = _month_title(first, book.language)
        page = Page(path, book.language, title, alternates=alternates, section=f"{book.language}/")
        earlier = found[index - 1] if index else None
        later = found[index + 1] if index + 1 < len(found) else None
        yield _month(page, first, (earlier, later), book, design)


def _month_title(first: dt.date, language: str) -> str:
    return phrase("calendar_of", language, period=date_text("month_title", first, language))


def _month(
    page: Page, first: dt.date, beside: tuple[dt.date | None, dt.date | None], book: Book, design: Design, **view: Any
) -> Files:
    month = month_of(first, book.months.get(first, ()))
    page = replace(page, description=_month_words(month, book.language))
    return design.render(
        "month.html",
        page,
        month=month,
        earlier=beside[0],
        later=beside[1],
        news=[row for row in _news(book, design.site) if _dates(row, design.site)[0].replace(day=1) == first],
        file=f"{book.language}/{first:%Y/%m}.ics" if first in book.file_months else "",
        address=lambda row: address_of(row.entry, book.language),
        when_short=lambda line: when_short(line, book.language),
        **{"today": None, "nearest": None} | view,
    )


def _month_words(month: Month, language: str) -> str:
    heading = date_text("month_heading", month.first, language)
    return f"{heading}: {phrase('events_counted', language, n=month.count)}"


def _home(book: Book, books: Books, design: Design, today: dt.date) -> Files:
    """The month of today; when nothing is on, that is said and the nearest month with something offered."""
    first = today.replace(day=1)
    home = f"{book.language}/"
    page = Page(
        home, book.language, _month_title(first, book.language), alternates={other: f"{other}/" for other in books}
    )
    earlier = max((month for month in book.months if month < first), default=None)
    later = min((month for month in book.months if month > first), default=None)
    nearest = (
        None
        if first in book.months
        else min(
            (month for month in (later, earlier) if month), key=lambda month: abs((month - first).days), default=None
        )
    )
    return _month(page, first, (earlier, later), book, design, nearest=nearest, today=today)


# ---------------------------------------------------------------- lists and the root


def _news(book: Book, site: Site) -> list[Published]:
    """Messages and digests, newest first."""
    told = (row for row in book.standing if row.post.kind in {"message", "digest"})
    return sorted(told, key=lambda row: (_dates(row, site)[0], row.post.date, row.entry), reverse=True)


def _lists(book: Book, books: Books, design: Design) -> Iterator[Files]:
    def page(name: str, title: str) -> Page:
        alternates = {other: f"{other}/{name}" for other in books}
        return Page(f"{book.language}/{name}", book.language, phrase(title, book.language), alternates=alternates)

    months: dict[dt.date, list[Published]] = {}
    for row in _news(book, design.site):
        months.setdefault(_dates(row, design.site)[0].replace(day=1), []).append(row)
    articles = sorted((row for row in book.standing if row.post.kind == "page"), key=lambda row: row.post.title)
    address = {
        "address": lambda row: address_of(row.entry, book.language),
        "day_of": lambda row: _dates(row, design.site)[0],
    }
    archive = page("archive/", "archive")
    yield design.render(
        "archive.html", archive, months=months, articles=articles, calendar_months=list(book.months), **address
    )
    if design.offer.subscribable(book.language):
        yield design.render("subscribe.html", page("subscribe/", "subscribe"))
    lost = replace(page("404.html", "page_not_found"), alternates={}, listed=False)
    yield design.render("notice.html", lost, text=phrase("page_not_found_text", book.language), reason="")


def _root(books: Books, design: Design) -> Files:
    """The choice of a language, and the page for addresses without one."""
    first = next(iter(books))
    homes = {language: f"{language}/" for language in books}
    choice = Page("", first, localised(design.site.name, first), alternates=homes)
    lost = Page("404.html", first, phrase("page_not_found", first), listed=False)
    text = phrase("page_not_found_text", first)
    return design.render("languages.html", choice) | design.render("notice.html", lost, text=text, reason="")
