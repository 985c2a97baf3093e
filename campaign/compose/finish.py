"""The last step of every post: laid out, counted, with its pictures; or the problems that keep it from going out."""

import html
from dataclasses import dataclass, field
from typing import Any, Literal

from campaign.compose.answers import answered
from campaign.compose.book import Composed, Request
from campaign.compose.cards import cards_for, closing_for
from campaign.compose.counting import unfit
from campaign.compose.fields import Speaker
from campaign.compose.wording import Parts, Words
from campaign.model import Account, Contact, Fact, Image, Page, Post, Segment, Severity

Kind = Literal["message", "digest", "event", "observance", "page"]


@dataclass(frozen=True, slots=True)
class Said:
    """A post's final words, before they are counted."""

    kind: Kind
    title: str
    parts: Parts
    words: Words = field(default_factory=Words)
    date: str = ""
    more: dict[str, Any] = field(default_factory=dict)  # what else the post holds: event, html, topics …


def finished(request: Request, speaker: Speaker, said: Said) -> Composed:
    """The post, if nothing about it is wrong; beside it what deserves a warning."""
    parts = said.parts
    address = parts.link or _own_page(request)
    cards = cards_for(speaker, said.title, said.words.cards, address)
    closing = closing_for(speaker, cards, address)
    images, *further = _images(request.account, said)
    pictures = [(len(cards), len(images)), *((0, len(shown)) for shown in further)]
    answers, found = answered(request)
    problems = (*speaker.problems, *unfit(parts, pictures, speaker), *found)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Composed(problems=problems)
    post = _post(request, speaker, said, answers)
    return Composed(post, cards, closing, images, tuple(further), problems)


def _images(account: Account, said: Said) -> list[tuple[Image, ...]]:
    """The photos of each post."""
    count = len(said.parts.in_turn(account))
    if account.limits.images == 0:
        return [()] * count
    return [said.words.images] if count == 1 else [piece.images for piece in said.words.thread]


def _own_page(request: Request) -> str:
    """The address of the page the post itself is."""
    if request.account.kind != "site":
        return ""
    return request.book.page_of(request.occurrence.key, request.language)


def _post(request: Request, speaker: Speaker, said: Said, answers: str) -> Post:
    parts, account = said.parts, request.account
    text, *further = parts.in_turn(account)
    opening = parts.opening(account)
    more = dict(said.more)
    if opening and more.get("html"):
        more["html"] = f"<p>{html.escape(opening)}</p>{more['html']}"
    return Post(
        kind=said.kind,
        language=request.language,
        title=said.title,
        text=text,
        summary=text if opening and account.limits.layout == "parts" else parts.summary,
        footer=parts.footer,
        link=parts.link,
        hashtags=parts.hashtags,
        phones=_phones(speaker.contacts),
        date=said.date or (speaker.local.isoformat(timespec="minutes") if speaker.local else ""),
        translated_from=_source_language(request),
        content_warning="" if opening else parts.warning,
        thread=tuple(Segment(one) for one in further),
        reply_to=answers,
        **more,
    )


def _source_language(request: Request) -> str:
    """The language the entry was written in first, where that is another one."""
    entry = request.occurrence.entry
    if isinstance(entry, Page):
        languages = tuple(language for language in request.book.site.languages if language in entry.markdown)
    else:
        languages = getattr(entry, "languages", ())
    return languages[0] if languages and languages[0] != request.language else ""


def _phones(contacts: list[Contact]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((contact.display, contact.phone) for contact in contacts))


def sources_of(request: Request, fact_ids: tuple[str, ...]) -> tuple[str, ...]:
    """`claim: source, year` of every figure used."""
    if not fact_ids:
        return ()
    known = request.book.schedules.facts
    return tuple(_source(known[name], request.language) for name in dict.fromkeys(fact_ids) if name in known)


def _source(fact: Fact, language: str) -> str:
    claim = fact.claim.get(language, "")
    year = f", {fact.as_of.year}" if fact.as_of and str(fact.as_of.year) not in fact.source else ""
    return f"{claim}: {fact.source}{year}" if claim else f"{fact.source}{year}"
