"""The mails of the newsletter accounts, compiled from the plan alone."""

import base64
import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from campaign.cards.gallery import Gallery
from campaign.model import Draft, Post, help_lines
from campaign.newsletter import NewsletterSettings
from campaign.newsletter.issue import Inline, Mail
from campaign.newsletter.press import Press
from campaign.plan import Plan
from campaign.plan.rows import Issues, role_of
from campaign.schedule import read
from campaign.workspace import Workspace

_FROZEN = TypeAdapter(Mail)


class Mails:
    """What readers of the newsletter get; the pictures in the mails are written beside the page."""

    def __init__(self, where: Workspace, plan: Plan, gallery: Gallery, out: Path) -> None:
        self._plan, self._out = plan, out
        self._issues = Issues(plan.drafts)
        site = where.settings.site()
        lines = help_lines(site, read(where.schedules, site))
        self._presses = {
            name: Press(account, site, _Nobody(), gallery.load, where.assets, lambda: lines, lambda: plan.window.first)
            for name, account in where.settings.accounts.items()
            if isinstance(account, NewsletterSettings)
        }

    def mail(self, draft: Draft) -> Mail | None:
        """The mail an issue becomes; None for everything else."""
        press = self._presses.get(draft.account)
        if press is None or draft.post is None or role_of(draft) != "issue":
            return None
        carried, ahead = self._carried(draft), self._ahead(draft, draft.post.ahead_days)
        frozen = press.compile(draft.post, draft.key, carried, ahead)
        return self._with_pictures(_FROZEN.validate_json(frozen)) if frozen else None

    def carrying(self, draft: Draft) -> dt.datetime | None:
        """When the issue goes out that carries this message."""
        return self._issues.carrying(draft) if role_of(draft) == "carried" else None

    def _with_pictures(self, mail: Mail) -> Mail:
        html = mail.html
        for picture in mail.pictures:
            html = html.replace(f"cid:{picture.content_id}", self._file(picture))
        return replace(mail, html=html)

    def _file(self, picture: Inline) -> str:
        content = base64.b64decode(picture.data)
        name = f"{hashlib.sha256(content).hexdigest()[:32]}.{picture.media_type.rpartition('/')[2]}"
        target = self._out / "pictures" / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
        return f"pictures/{name}"

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
