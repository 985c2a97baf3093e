"""One edition of the newsletter: from the carried posts to a mail that is the same for every reader of a language.

Pure: equal issues and letterheads give equal mails, so a frozen mail can be proved against its preview.
"""

import base64
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from campaign.errors import CampaignError
from campaign.language import date_text, phrase, sentence_case, when
from campaign.model import EventFacts, File, Picture, Post, Site
from campaign.newsletter.plain import plain_text
from campaign.outputs import clean

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose mail it is. `discreet`: nothing that shows in an inbox tells the topic."""

    name: str
    address: str
    reply_to: str
    discreet: bool = True

    @property
    def host(self) -> str:
        """The host name of the sender's address."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every issue of a language carries, whatever its content.

    `helplines`: (name, display, phone) per language. `assets`: folders that may hold `mail/`, the workspace's first.
    """

    site: Site
    sender: Sender
    helplines: Mapping[str, Sequence[tuple[str, str, str]]]
    assets: Sequence[Path]


@dataclass(frozen=True, slots=True)
class Issue:
    """One edition in one language: the carried messages in order, the events ahead, the picture on top."""

    key: str
    language: str
    date: dt.date
    title: str
    intro: str = ""
    news: tuple[Post, ...] = ()
    events: tuple[Post, ...] = ()
    picture: Picture | None = None
    web: str = ""  # where it can be read in a browser; empty: the site's front page


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture that travels inside the mail; `data` in base64."""

    content_id: str
    media_type: str
    data: str


@dataclass(frozen=True, slots=True)
class Mail:
    """An issue as it freezes: plain values only, so its JSON in the ledger is the whole mail but for the reader."""

    language: str
    sender: Sender
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class _Story:
    """A post as the templates show it."""

    title: str
    html: str  # safe as it is
    text: str
    link: str
    state: str  # moved, called off …
    before: str  # when it was to be, if it moved
    when: str
    place: str
    picture: str
    alt: str  # of a photo; a card's repeats the text
    sources: tuple[str, ...]


def single(post: Post, key: str, date: dt.date) -> Issue:
    """A message that is mailed by itself (`own_issue`)."""
    picture = post.pictures[0] if post.pictures else None
    return Issue(key, post.language, date, post.title, news=(post,), picture=picture, web=post.link)


def compile_issue(issue: Issue, letterhead: Letterhead, load: Callable[[Picture], tuple[bytes, str]]) -> Mail:
    """Everything but the reader. `load` gives a picture's bytes and media type."""
    from jinja2 import TemplateError

    words = _words(issue, letterhead)
    try:
        templates = _templates(tuple(letterhead.assets))
        text = clean(templates.get_template("issue.txt").render(words))
        html = _page(clean(templates.get_template("issue.mjml").render(words)))
    except (OSError, ValueError, TemplateError) as broken:
        raise CampaignError(f"the mail template cannot be used: {broken}") from broken
    sender = letterhead.sender
    pictures = (_inline(words["picture"], *load(issue.picture)),) if issue.picture else ()
    return Mail(issue.language, sender, words["subject"], text, html, _headers(sender), pictures)


def subject_of(issue: Issue, sender: Sender) -> str:
    """The title, or in discreet mode only that there is news."""
    if not sender.discreet:
        return _line(issue.title)
    return phrase("mail_subject_discreet", issue.language, date=date_text("date", issue.date, issue.language))


def _words(issue: Issue, letterhead: Letterhead) -> dict[str, Any]:
    """What the templates may use."""
    site, sender, language = letterhead.site, letterhead.sender, issue.language
    on_top = issue.picture.id if issue.picture else ""
    unsubscribe = quote(phrase("mail_unsubscribe", language))
    helplines = letterhead.helplines.get(language, ())
    return {
        "language": language,
        "subject": subject_of(issue, sender),
        "preheader": phrase("mail_preheader_discreet", language) if sender.discreet else _preview(issue),
        "sender": sender.name,
        "date": date_text("date", issue.date, language),
        "title": _line(issue.title),
        "intro": [_line(part) for part in issue.intro.split("\n\n") if part.strip()],
        "picture": f"header@{sender.host}" if issue.picture else "",
        "alt": issue.picture.alt if issue.picture else "",
        "news": [_story(post, site, on_top) for post in issue.news],
        "ahead": [_story(post, site, on_top) for post in issue.events],
        "notes": _notes(issue.news, helplines),
        "helplines": helplines,
        "web": issue.web or f"{site.base_url}/{language}/",
        "stop": f"mailto:{sender.reply_to}?subject={unsubscribe}",
        "say": lambda name, /, **values: phrase(name, language, **values),
    }


def _story(post: Post, site: Site, on_top: str) -> _Story:
    picture = next((picture for picture in post.pictures if picture.id != on_top), None)
    text = _after_title(post.summary or post.text, post.title)
    state, before, time, place = _told(post.event, post.language) if post.event else ("", "", "", "")
    return _Story(
        title=_line(post.title),
        html=_long_form(post.html, site) if post.html else _paragraphs(text, post.phones),
        text=plain_text(post.html) if post.html else text,
        link=post.link,
        state=state,
        before=before,
        when=time,
        place=place,
        picture=f"{site.base_url}/pictures/{picture.name}" if picture else "",
        alt=_line(picture.alt) if picture and isinstance(picture.source, File) else "",
        sources=post.sources,
    )


def _told(event: EventFacts, language: str) -> tuple[str, str, str, str]:
    """An event's state, its time before it moved, its time and its place."""
    time = sentence_case(when(event, language))
    return _state(event, language), _before(event, language), time, _place(event, language)


def _after_title(text: str, title: str) -> str:
    """A title that is the text's own first sentence is not said twice."""
    rest = text.removeprefix(title.rstrip("."))
    return rest.lstrip(". ").lstrip("\n") if rest != text else text


def _state(event: EventFacts, language: str) -> str:
    """What a reader must not miss, in a word."""
    if event.status != "confirmed":
        return phrase(f"status_{event.status}", language)
    return phrase("moved", language) if event.was_starts else ""


def _before(event: EventFacts, language: str) -> str:
    if event.status == "cancelled" or not event.was_starts:
        return ""
    return phrase("was", language, when=when(replace(event, starts=event.was_starts, ends=""), language))


def _place(event: EventFacts, language: str) -> str:
    online = phrase("online", language) if event.online else ""
    return " · ".join(part for part in (event.place, event.address, online) if part)


def _paragraphs(text: str, phones: Sequence[tuple[str, str]]) -> str:
    """Text as HTML, with the numbers it names as links that dial."""
    from markupsafe import Markup, escape

    numbers = dict(phones)
    named = "|".join(re.escape(display) for display in sorted(numbers, key=len, reverse=True))

    def linked(part: str) -> Markup:
        if part in numbers:
            return Markup('<a href="tel:{}" class="tel">{}</a>').format(numbers[part], part)
        return Markup("<br>").join(escape(line) for line in part.split("\n"))

    pattern = rf"(?<!\d)({named})(?!\d)" if named else r"(?!)()"
    paragraphs = (re.split(pattern, part.strip()) for part in text.split("\n\n") if part.strip())
    return Markup("").join(Markup("<p>{}</p>").format(Markup("").join(map(linked, parts))) for parts in paragraphs)


def _long_form(html: str, site: Site) -> str:
    """The long form, sanitised where it was composed; addresses within the site are written out."""
    return html.replace('href="/', f'href="{site.base_url}/')


def _notes(news: Sequence[Post], helplines: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """The posts' footers, each once, but for those that only name numbers which stand among the help lines anyway."""
    shown = {display for _, display, _ in helplines}

    def adds(footer: str) -> bool:
        rest = footer
        for display in shown:
            rest = rest.replace(display, "")
        return rest == footer or bool(re.search(r"\d", rest))

    return tuple(dict.fromkeys(post.footer for post in news if post.footer and adds(post.footer)))


def _preview(issue: Issue) -> str:
    return _line(issue.intro) or _line(issue.news[0].summary if issue.news else issue.title)


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _headers(sender: Sender) -> tuple[tuple[str, str], ...]:
    """What mail programs sort and unsubscribe by. The list's name tells no topic; nothing in here knows the reader."""
    return (
        ("List-Id", f"<news.{sender.host}>"),
        ("List-Unsubscribe", f"<mailto:{sender.reply_to}?subject=unsubscribe>"),
        ("Auto-Submitted", "auto-generated"),
    )


def _inline(content_id: str, data: bytes, media_type: str) -> Inline:
    return Inline(content_id, media_type, base64.b64encode(data).decode())


@lru_cache(maxsize=8)
def _templates(assets: tuple[Path, ...]) -> "Environment":
    """Compiled once; a template that changes on disk is read again."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader([folder / "mail" for folder in assets]),
        autoescape=select_autoescape(["mjml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _page(mjml: str) -> str:
    """MJML → HTML with its styles inlined; only the rules for dark mode and small screens stay in the head."""
    import css_inline
    import mrml

    options = mrml.RenderOptions(disable_comments=False, fonts={})  # else it links fonts at Google
    html = mrml.to_html(mjml, render_options=options).content
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False).inline(html)
