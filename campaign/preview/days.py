"""From drafts to days: each post put beside the others of its entry, with all that is known about it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from campaign.cards import CardError
from campaign.cards.flaws import said
from campaign.cards.gallery import Gallery
from campaign.model import Draft, Picture, Post, Problem, address_of
from campaign.plan import Plan
from campaign.plan.rows import name_of
from campaign.preview import times
from campaign.preview.looks import Look, handle_of, look_of
from campaign.preview.mails import Mails
from campaign.preview.views import Day, Drawing, Entry, Painter, Shown
from campaign.workspace import Workspace

SAID_BESIDE = frozenset({"TIM03"})
"""Findings that the page tells otherwise: `waits` says when an account's quiet hours end."""


@dataclass(frozen=True, slots=True)
class Easel:
    """Puts the page's pictures beside it; `flaws`: picture id → why it cannot be drawn."""

    gallery: Gallery
    out: Path
    flaws: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, gallery: Gallery, out: Path, drafts: Sequence[Draft]) -> Self:
        """With every picture of the drafts painted, as far as that is possible."""
        flaws = gallery.paint_all(picture for draft in drafts if draft.post for picture in draft.post.every_picture)
        return cls(gallery, out, {identity: [said(flaw) for flaw in found] for identity, found in flaws.items()})

    def show(self, picture: Picture) -> str:
        """The address of a picture from the page; "" where it cannot be drawn."""
        if picture.id in self.flaws:
            return ""
        target = self.out / "pictures" / picture.name
        if not target.exists():
            try:
                content, _ = self.gallery.load(picture)
            except CardError:
                return ""
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
        return f"pictures/{picture.name}"


class Maker:
    """Turns the drafts of a plan into the days of the page."""

    def __init__(self, where: Workspace, plan: Plan, easel: Easel, drafts: Sequence[Draft]) -> None:
        self._settings, self._easel, self._drafts = where.settings, easel, drafts
        self._site = where.settings.site()
        self._mails = Mails(where, plan, easel.gallery, easel.out)
        self._painter = Painter(self._pages(plan), easel.show)
        self._ids = {draft.key: f"p{number}" for number, draft in enumerate(drafts, 1)}
        self._titles = {draft.key: draft.post.title for draft in plan.drafts if draft.post}
        self._problems: dict[str, list[Problem]] = defaultdict(list)
        for problem in plan.findings(live=where.settings.mode == "live"):
            self._problems[problem.entry].append(problem)

    def days(self) -> list[Day]:
        """Everything in the order of its time; what goes out at once comes first."""
        days: dict[dt.date | None, Day] = {}
        for draft, entry in sorted(self._entries(), key=lambda found: (times.order_of(found[0]), found[1].key)):
            date = times.day_of(draft)
            days.setdefault(date, Day(date)).entries.append(entry)
        return list(days.values())

    def _entries(self) -> list[tuple[Draft, Entry]]:
        """Each entry with the first of its drafts."""
        entries: dict[str, tuple[Draft, Entry]] = {}
        for draft in self._drafts:
            key = draft.occurrence.key
            if key not in entries:
                entries[key] = draft, self._entry(draft, f"e{len(entries) + 1}")
            entries[key][1].rows.setdefault(draft.account, []).append(self._shown(draft))
        return list(entries.values())

    def _entry(self, draft: Draft, identity: str) -> Entry:
        found = self._problems[name_of(draft.occurrence)]
        return Entry(
            id=identity,
            key=draft.occurrence.key,
            title=self._titles.get(draft.key) or name_of(draft.occurrence),
            language=draft.language,
            when=times.when_of(draft, self._site),
            state=times.state_of(draft),
            notes=tuple(times.notes_of(draft, self._site)),
            problems=tuple(problem for problem in found if not (problem.account or problem.language)),
        )

    def _shown(self, draft: Draft) -> Shown:
        settings, look = self._settings.accounts[draft.account], look_of(draft.kind)
        account, issue = self._site.accounts[draft.account], self._mails.carrying(draft)
        return Shown(
            id=self._ids[draft.key],
            draft=draft,
            account=account,
            look=look,
            name=self._site.name.get(draft.language) or next(iter(self._site.name.values())),
            handle=handle_of(settings, look),
            visibility=getattr(settings, "visibility", ""),
            waits=times.waits_of(draft, account, self._site, issue),
            problems=tuple(self._problems_of(draft)),
            drawing=self._drawing(draft, draft.post, look) if draft.post else None,
        )

    def _drawing(self, draft: Draft, post: Post, look: Look) -> Drawing:
        answered = post.reply_to
        return Drawing(
            post=post,
            pieces=self._painter.pieces(post, self._site.accounts[draft.account].limits, look),
            mail=self._mails.mail(draft),
            answers=(self._ids.get(answered, ""), self._titles.get(answered, answered)),
            undrawn=tuple(why for picture in post.every_picture for why in self._easel.flaws.get(picture.id, ())),
        )

    def _problems_of(self, draft: Draft) -> Iterator[Problem]:
        """Those that touch this post, or its language, or its account; what touches all stands with the entry."""
        account = self._site.accounts[draft.account]
        languages = ("", draft.language, *(account.languages if account.together else ()))
        for problem in self._problems[name_of(draft.occurrence)]:
            narrowed = (problem.account or problem.language) and problem.code not in SAID_BESIDE
            if narrowed and problem.account in ("", draft.account) and problem.language in languages:
                yield problem

    def _pages(self, plan: Plan) -> dict[str, Post]:
        return {
            self._site.base_url + address_of(draft.occurrence.key, draft.language): draft.post
            for draft in plan.drafts
            if draft.kind == "site" and draft.post
        }
