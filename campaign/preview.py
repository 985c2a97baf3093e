"""What a month will look like before anything goes out: every post as each account gets it, and the drawn cards."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaign.cards.flaws import said
from campaign.cards.gallery import Gallery
from campaign.model import Draft, Event, Message, Picture, Post, help_lines
from campaign.newsletter import NewsletterSettings
from campaign.newsletter.press import Press
from campaign.plan import Plan
from campaign.plan.rows import Issues, role_of
from campaign.prints import open_gallery
from campaign.schedule import read
from campaign.text import length
from campaign.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Written:
    """The page, and how many posts it shows."""

    page: Path
    posts: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One post of one account and language, as the template shows it."""

    draft: Draft
    post: Post
    count: int
    most: int
    pictures: tuple[tuple[Picture, str], ...]
    mail: str
    problems: tuple[str, ...]


@dataclass(slots=True)
class Group:
    """One entry with all its posts."""

    key: str
    title: str
    when: str
    state: str
    shown: list[Shown] = field(default_factory=list)

    @property
    def pictures(self) -> list[tuple[Picture, str]]:
        """Each picture of the entry once, for the contact sheet."""
        return list({picture.id: (picture, file) for one in self.shown for picture, file in one.pictures}.values())


def write_preview(where: Workspace, plan: Plan, keys: Sequence[str], out: Path) -> Written:
    """Write `index.html` and the pictures it shows into a folder; the page needs nothing else."""
    from jinja2 import Environment, FileSystemLoader

    out.mkdir(parents=True, exist_ok=True)
    gallery = open_gallery(where)
    drafts = [draft for draft in plan.drafts if _is_shown(draft, keys)]
    flaws = gallery.paint_all(picture for draft in drafts if draft.post for picture in draft.post.every_picture)
    easel = Easel(gallery, out, {identity: [said(flaw) for flaw in found] for identity, found in flaws.items()})
    groups = list(_groups(where, plan, keys, easel))
    templates = Environment(
        loader=FileSystemLoader([folder / "preview" for folder in where.assets]), autoescape=True, trim_blocks=True
    )
    page = templates.get_template("preview.html").render(
        groups=groups, site=where.settings.site(), mode=where.settings.mode, plan=plan
    )
    (out / "index.html").write_text(page, encoding="utf-8")
    return Written(out / "index.html", sum(len(group.shown) for group in groups))


@dataclass(frozen=True, slots=True)
class Easel:
    """Puts the page's pictures beside it; `flaws`: picture id → why it cannot be drawn."""

    gallery: Gallery
    out: Path
    flaws: Mapping[str, Sequence[str]]

    def show(self, picture: Picture) -> str:
        """The address of a picture from the page."""
        target = self.out / "pictures" / picture.name
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(self.gallery.load(picture)[0])
        return f"pictures/{picture.name}"


def _groups(where: Workspace, plan: Plan, keys: Sequence[str], easel: Easel) -> Iterator[Group]:
    mails = _Mails(where, plan, easel.gallery)
    groups: dict[str, Group] = {}
    for draft in plan.drafts:
        post, key = draft.post, draft.occurrence.key
        if post is None or not _is_shown(draft, keys):
            continue
        group = groups.setdefault(key, Group(key, post.title, _when(draft), _state(draft)))
        group.shown.append(_shown(where, draft, post, easel, mails))
    yield from sorted(groups.values(), key=lambda group: (group.when, group.key))


def _is_shown(draft: Draft, keys: Sequence[str]) -> bool:
    named = not keys or any(draft.key.startswith(wanted) for wanted in keys)
    return draft.post is not None and draft.kind != "calendar" and named


def _shown(where: Workspace, draft: Draft, post: Post, easel: Easel, mails: "_Mails") -> Shown:
    limits = where.settings.site().accounts[draft.account].limits
    undrawn = (why for picture in post.every_picture for why in easel.flaws.get(picture.id, ()))
    return Shown(
        draft=draft,
        post=post,
        count=length(post.text, limits),
        most=limits.characters,
        pictures=tuple((picture, easel.show(picture)) for picture in post.pictures if picture.id not in easel.flaws),
        mail=mails.html(draft),
        problems=(*(f"{problem.code} {problem.message}" for problem in draft.problems), *undrawn),
    )


def _when(draft: Draft) -> str:
    return draft.post.date.replace("T", " ")[:16] if draft.post else ""


def _state(draft: Draft) -> str:
    entry = draft.occurrence.entry
    if isinstance(entry, Message | Event):
        return "draft, never sent" if entry.draft else "invented example" if entry.placeholder else ""
    return ""


class _Mails:
    """The mails of the newsletter accounts, compiled from the plan alone."""

    def __init__(self, where: Workspace, plan: Plan, gallery: Gallery) -> None:
        self._plan = plan
        self._issues = Issues(plan.drafts)
        site = where.settings.site()
        lines = help_lines(site, read(where.schedules, site))
        self._presses = {
            name: Press(account, site, _Nobody(), gallery.load, where.assets, lambda: lines, lambda: plan.window.first)
            for name, account in where.settings.accounts.items()
            if isinstance(account, NewsletterSettings)
        }

    def html(self, draft: Draft) -> str:
        """The mail an issue becomes; "" for everything else."""
        press = self._presses.get(draft.account)
        if press is None or draft.post is None or role_of(draft) != "issue":
            return ""
        carried, ahead = self._carried(draft), self._ahead(draft, draft.post.ahead_days)
        frozen = press.compile(draft.post, draft.key, carried, ahead)
        return str(json.loads(frozen)["html"]) if frozen else ""

    def _carried(self, issue: Draft) -> list[Post]:
        return [
            draft.post
            for draft in self._plan.drafts
            if draft.post
            and (draft.account, draft.language) == (issue.account, issue.language)
            and role_of(draft) == "carried"
            and self._issues.carrying(draft) == issue.occurrence.due
        ]

    def _ahead(self, issue: Draft, days: int) -> list[Post]:
        due = issue.occurrence.due
        if due is None:
            return []
        first, last = due.date().isoformat(), (due.date() + dt.timedelta(days=days)).isoformat()
        return [
            draft.post
            for draft in self._plan.drafts
            if draft.kind == "site" and draft.language == issue.language and draft.post and draft.post.event
            if draft.post.event.starts[:10] <= last and (draft.post.event.ends or draft.post.event.starts)[:10] >= first
        ]


class _Nobody:
    def send(self, address: str, raw: bytes) -> str:
        """A preview is mailed to nobody."""
        raise AssertionError(address)
