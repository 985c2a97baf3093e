"""Posts made from the calendar's own entries: events, what is announced about them, observances; and articles."""

import datetime as dt
from dataclasses import replace

from campaign.compose.article import first_paragraph, to_html
from campaign.compose.book import Composed, Request
from campaign.compose.facts import described, facts_of, sentences, where
from campaign.compose.fields import Speaker
from campaign.compose.finish import Said, finished
from campaign.compose.wording import Parts, Words, joined, tags_of, words_of
from campaign.language import days_to, moment, phrase, sentence_case, when
from campaign.model import Event, EventFacts, Observance, Page, RepeatingEvent


def event(request: Request, entry: Event) -> Composed:
    """An event as the calendar, the site and the feeds show it, or a post announced from it."""
    language, occurrence = request.language, request.occurrence
    facts = facts_of(occurrence, language, request.book)
    variant = entry.on.get(occurrence.date) if occurrence.date else None
    words = words_of(entry, language, (replace(variant, cancelled=False),) if variant else ())
    if words.skip:
        return Composed(skip=words.skip)
    if not words.title or facts is None:
        return Composed(skip=f"no title in {language}")
    speaker = Speaker(request)
    title = speaker.say(words.title, "title")
    if occurrence.announcement:
        return _announced(request, speaker, words, title, facts)
    made, given = described(facts, language), speaker.say(entry.summary.get(language, ""), "summary")
    parts = Parts(joined("\n\n", made, given), link=_link(request, words.link))
    more = {"topics": entry.topics, "event": facts}
    said = Said("event", title, parts, words, date=facts.starts, more=more)
    return _with_summary(finished(request, speaker, said), given)


def _with_summary(composed: Composed, summary: str) -> Composed:
    """The summary is the editors' own where they gave one."""
    if composed.post is None or not summary:
        return composed
    return replace(composed, post=replace(composed.post, summary=summary))


def _link(request: Request, link: str) -> str:
    """The editors' link, else the entry's own page; that page does not point to itself."""
    if link or request.account.kind == "site":
        return link
    return request.book.page_of(request.occurrence.key, request.language)


# ---------------------------------------------------------------- announcements


def _announced(request: Request, speaker: Speaker, words: Words, title: str, facts: EventFacts) -> Composed:
    heading, text = _announcement(request, speaker, title, facts)
    link = words.link or request.book.page_of(_page_key(request), request.language)
    parts = Parts(text, speaker.say(words.footer, "footer"), link, tags_of(words))
    topics = getattr(request.occurrence.entry, "topics", ())
    return finished(request, speaker, Said("message", heading, parts, words, more={"topics": topics}))


def _page_key(request: Request) -> str:
    """The key of the event itself, on whose page everything stands."""
    entry, occurrence = request.occurrence.entry, request.occurrence
    if isinstance(entry, Event) and isinstance(entry.time, RepeatingEvent) and occurrence.event:
        return f"{entry.key}@{(occurrence.date or dt.date.fromisoformat(occurrence.event.starts[:10])).isoformat()}"
    return getattr(entry, "key", "")


def _announcement(request: Request, speaker: Speaker, title: str, facts: EventFacts) -> tuple[str, str]:
    """Heading and text."""
    language = request.language
    year = speaker.day.year if speaker.day else 0
    reason = phrase("reason", language, reason=facts.reason) if facts.reason else ""
    at = moment(facts.starts, language, year)
    if facts.status == "cancelled":
        heading = phrase("event_cancelled", language, title=title)
        return heading, sentences(heading, phrase("event_was_planned", language, moment=at), reason)
    if facts.status == "postponed":
        heading = phrase("event_postponed", language, title=title)
        return heading, sentences(heading, phrase("event_new_date_later", language), reason)
    if request.occurrence.announcement.startswith("moved"):
        heading, news = _moved(request, title, facts, year)
        return heading, sentences(heading, *news, *where(facts, language), reason)
    return title, _ahead(speaker, title, facts, at)


def _ahead(speaker: Speaker, title: str, facts: EventFacts, at: str) -> str:
    language = speaker.language
    start = dt.date.fromisoformat(facts.starts[:10])
    if speaker.day is None or start < speaker.day:
        return sentences(title, when(facts, language), *where(facts, language))
    days = days_to((start - speaker.day).days, language)
    opening = phrase("event_ahead", language, days=sentence_case(days), moment=at, title=title)
    unsure = phrase("status_tentative", language) if facts.status == "tentative" else ""
    free = phrase("free_entry", language) if facts.price == "0" else ""
    return sentences(opening, unsure, *where(facts, language), free)


def _moved(request: Request, title: str, facts: EventFacts, year: int) -> tuple[str, tuple[str, ...]]:
    language, at = request.language, moment(facts.starts, request.language, year)
    if facts.was_starts:
        was = moment(facts.was_starts, language, year)
        heading = phrase("event_moved", language, title=title)
        return heading, (phrase("event_new_time", language, moment=at, was=was),)
    return phrase("event_changed", language, title=title), (phrase("event_time_unchanged", language, moment=at),)


# ---------------------------------------------------------------- observances and articles


def observance(request: Request, entry: Observance) -> Composed:
    """An awareness day under its name in this language."""
    name, facts = entry.name.get(request.language, ""), request.occurrence.event
    if not name or facts is None:
        return Composed(skip=f"no name in {request.language}")
    parts = Parts(sentences(when(facts, request.language)), link=_link(request, ""))
    said = Said("observance", name, parts, date=facts.starts, more={"event": facts})
    return finished(request, Speaker(request), said)


def page(request: Request, entry: Page) -> Composed:
    """An article."""
    markdown, title = entry.markdown.get(request.language, ""), entry.title.get(request.language, "")
    if not markdown or not title:
        return Composed(skip=f"no text in {request.language}")
    speaker = Speaker(request)
    filled = speaker.say(markdown, "markdown")
    parts = Parts(first_paragraph(filled), link=_link(request, ""))
    date = entry.published.isoformat() if entry.published else ""
    return finished(request, speaker, Said("page", title, parts, date=date, more={"html": to_html(filled)}))
