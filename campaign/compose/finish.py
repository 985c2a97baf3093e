"""The last step of every post: laid out, counted, with its pictures; or the problems that keep it from going out."""

from dataclasses import dataclass, field
from typing import Any, Literal

from campaign.compose.book import Composed, Request, finding
from campaign.compose.cards import cards_for, closing_for
from campaign.compose.fields import Speaker
from campaign.compose.wording import Parts, Words, checked_tags, too_long
from campaign.model import Contact, Fact, Page, Post

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
    """The post, if everything about it is right."""
    account, parts = request.account, said.parts
    text = parts.laid_out(account)
    address = parts.link or _own_page(request)
    cards = cards_for(speaker, said.title, said.words.cards, address)
    closing = closing_for(speaker, cards, address)
    images = said.words.images if account.limits.images else ()
    problems = speaker.problems + too_long(parts, text, account, speaker)
    if parts.hashtags:
        problems += checked_tags(parts.hashtags, speaker.entry, request.language)
    if len(cards) + len(images) > account.limits.images > 0:
        problems.append(_too_many(request, len(cards), len(images), speaker))
    if problems:
        return Composed(problems=tuple(problems))
    return Composed(_post(request, speaker, said, text), cards, closing, images)


def _own_page(request: Request) -> str:
    """The address of the page the post itself is."""
    if request.account.kind != "site":
        return ""
    return request.book.page_of(request.occurrence.key, request.language)


def _post(request: Request, speaker: Speaker, said: Said, text: str) -> Post:
    parts = said.parts
    return Post(
        kind=said.kind,
        language=request.language,
        title=said.title,
        text=text,
        summary=parts.summary,
        footer=parts.footer,
        link=parts.link,
        hashtags=parts.hashtags,
        phones=_phones(speaker.contacts),
        date=said.date or (speaker.local.isoformat(timespec="minutes") if speaker.local else ""),
        translated_from=_source_language(request),
        **said.more,
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


def _too_many(request: Request, cards: int, images: int, speaker: Speaker) -> Any:
    limit, drawn = request.account.limits.images, "a card" if cards == 1 else f"{cards} cards"
    return finding(
        speaker.entry,
        "LEN02",
        f"{request.account.id} takes {limit} pictures, this post has {images} and {drawn}; this post waits",
        hint=f"leave some out for it: variants: {{{request.account.id}: {{images: [...]}}}}, or card: none",
        fields=(f"images.{limit - 1}", "images"),
        language=request.language,
        account=request.account.id,
    )


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
