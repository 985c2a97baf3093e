"""Messages: the editors' own texts, and digests made from the calendar."""

import html
from collections.abc import Iterator
from dataclasses import replace

from campaign.compose.article import to_html
from campaign.compose.book import Composed, Request
from campaign.compose.digest import Listed, line_text, listed, period_of, period_title
from campaign.compose.fields import Speaker
from campaign.compose.finish import Said, finished, sources_of
from campaign.compose.wording import Parts, Words, joined, tags_of, variants_for, words_of
from campaign.language import phrase
from campaign.model import Account, Message
from campaign.text import first_sentence, fits


def message(request: Request, entry: Message) -> Composed:
    """One text of the editors', or a digest."""
    words = _words(request, entry)
    if words.skip:
        return Composed(skip=words.skip)
    speaker = Speaker(request)
    if entry.digest is not None and not words.text:
        return _digest(request, speaker, words, entry)
    if not words.text:
        return Composed(skip=f"no text in {request.language}")
    return _plain(request, speaker, words, entry)


def _words(request: Request, entry: Message) -> Words:
    """What the account is told on this date."""
    variants, date = variants_for(entry, request.account), request.occurrence.date
    if date and date in entry.on:
        variants += (entry.on[date],)
    return words_of(entry, request.language, variants)


def _plain(request: Request, speaker: Speaker, words: Words, entry: Message) -> Composed:
    posts = tuple(speaker.say(piece.text) for piece in words.thread)
    text = "\n\n".join(posts) or speaker.say(words.text)
    title = speaker.say(words.title, "title") or first_sentence(text, request.language)
    parts = replace(_parts(text, request, speaker, words), posts=posts)
    more = {"topics": entry.topics, "own_issue": entry.own_issue}
    if entry.body and request.account.limits.layout == "parts":
        more["html"] = _body(request, speaker, entry)
    more["sources"] = sources_of(request, (*entry.facts, *speaker.facts))
    return finished(request, speaker, Said("message", title, parts, words, more=more))


def _parts(summary: str, request: Request, speaker: Speaker, words: Words) -> Parts:
    footer, link = speaker.say(words.footer, "footer"), _link(request, speaker, words)
    return Parts(summary, footer, link, tags_of(words), _warning(request, speaker, words))


def _warning(request: Request, speaker: Speaker, words: Words) -> str:
    """What readers are warned of: for a field of the service's own, else as the line that opens the text."""
    warning = speaker.say(words.warning, "content_warning")
    if not warning or request.account.limits.warnings:
        return warning
    return phrase("content_warning", request.language, warning=warning)


def _link(request: Request, speaker: Speaker, words: Words) -> str:
    """The editors' link, else the entry's own page where it has one; that page does not point to itself."""
    entry, book = request.occurrence.entry, request.book
    if words.link or request.account.kind == "site" or not isinstance(entry, Message):
        return speaker.say(words.link, "link")
    on_site = book.once(("on site", entry.accounts), lambda: _has_site_row(request, entry))
    return book.page_of(request.occurrence.key, request.language) if on_site else ""


def _has_site_row(request: Request, entry: Message) -> bool:
    known = request.book.site.accounts
    return any(known[name].kind == "site" for name in entry.accounts if name in known)


def _body(request: Request, speaker: Speaker, entry: Message) -> str:
    pages = request.book.schedules.pages
    page = pages.get(entry.body) or pages.get(entry.body.removeprefix("pages/"))
    markdown = page.markdown.get(request.language, "") if page else ""
    return to_html(speaker.say(markdown, "body")) if markdown else ""


# ---------------------------------------------------------------- digests

AHEAD = {"week": 14, "next week": 14, "month": 31, "next month": 62}
"""How many days an issue looks ahead: who misses one still hears of an event in time."""


def _digest(request: Request, speaker: Speaker, words: Words, entry: Message) -> Composed:
    digest = entry.digest
    if digest is None or speaker.day is None:
        return Composed(skip="a digest needs a date")
    first, last = period_of(digest, speaker.day)
    items = listed(request, digest, first, last)
    issue = request.account.kind == "newsletter"  # its news are known when it freezes: only then it can be empty
    if not items and digest.if_empty == "skip" and not issue:
        return Composed(skip="nothing in the calendar")
    title = speaker.say(words.title, "title") or period_title(digest, first, last, request.language)
    intro = speaker.say(digest.intro.get(request.language, ""), "intro")
    bodies = [intro] if issue else list(_bodies(request, title, intro, items))
    parts = _longest(bodies, _parts("", request, speaker, words), request.account)
    more = {"topics": entry.topics, "own_issue": entry.own_issue, "html": _html(request, intro, items)}
    more |= {"ahead_days": AHEAD[digest.period], "even_empty": digest.if_empty == "send"} if issue else {}
    return finished(request, speaker, Said("digest", title, parts, words, more=more))


def _longest(bodies: list[str], parts: Parts, account: Account) -> Parts:
    """The first body that the account takes whole, else the last."""
    shapes = [replace(parts, summary=body) for body in bodies]
    return next((shape for shape in shapes if fits(shape.counted(account)[0], account.limits)), shapes[-1])


def _bodies(request: Request, title: str, intro: str, items: tuple[Listed, ...]) -> Iterator[str]:
    """The list as it should be; then ever shorter forms, each saying how many entries it leaves out."""
    language, layout = request.language, request.account.limits.layout
    head = intro if layout == "parts" else joined("\n\n", title, intro)
    lines = [line_text(item, language) for item in items] or [phrase("no_events", language)]
    for shown in range(len(lines), 0, -1):
        hidden = len(lines) - shown
        rest = [phrase("more_events", language, n=hidden)] if hidden else []
        yield joined("\n\n", head, "\n".join(lines[:shown] + rest))
    yield joined("\n\n", head, phrase("events_counted", language, n=len(items)))


def _html(request: Request, intro: str, items: tuple[Listed, ...]) -> str:
    if request.account.limits.layout != "parts" or request.account.kind == "newsletter":
        return ""
    lines = "".join(f"<li>{html.escape(line_text(item, request.language))}</li>" for item in items)
    opening = f"<p>{html.escape(intro)}</p>" if intro else ""
    return opening + (f"<ul>{lines}</ul>" if lines else f"<p>{phrase('no_events', request.language)}</p>")
