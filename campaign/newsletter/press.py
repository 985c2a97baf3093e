"""A newsletter account at work: compiles issues for the ledger and hands single mails to the server or the recorder."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter

from campaign.model import Picture, Post, Site
from campaign.newsletter import NewsletterSettings
from campaign.newsletter.issue import Issue, Letterhead, Mail, compile_issue, single
from campaign.newsletter.mailer import message_for, message_id


class Postman(Protocol):
    """Hands a mail over: the SMTP client, or the recorder."""

    def send(self, address: str, raw: bytes) -> str:
        """The server's answer."""


@dataclass(frozen=True)
class Press:
    """One newsletter account."""

    settings: NewsletterSettings
    site: Site
    postman: Postman
    load: Callable[[Picture], tuple[bytes, str]]
    assets: Sequence[Path]
    helplines: Callable[[], Mapping[str, Sequence[tuple[str, str, str]]]]
    today: Callable[[], dt.date]
    """The day on the mail of a message that has no time of its own (`at: now`)."""

    @cached_property
    def _mails(self) -> TypeAdapter[Mail]:
        return TypeAdapter(Mail)

    def compile(self, issue: Post, key: str, carried: Sequence[Post], ahead: Sequence[Post]) -> str | None:
        """The frozen mail as JSON; None when there is neither news nor an event ahead."""
        day = dt.date.fromisoformat(issue.date[:10]) if issue.date else self.today()
        if issue.own_issue:
            edition = single(issue, key, day)
        elif carried or ahead or issue.even_empty:
            picture = issue.pictures[0] if issue.pictures else None
            edition = Issue(
                key, issue.language, day, issue.title, issue.summary, tuple(carried), tuple(ahead), picture, issue.link
            )
        else:
            return None
        return self._mails.dump_json(compile_issue(edition, self._letterhead(issue.language), self.load)).decode()

    def _letterhead(self, language: str) -> Letterhead:
        sender = self.settings.sender(language)
        return Letterhead(self.site, sender, self.helplines(), self.assets)

    def audience(self, language: str, key: str) -> Sequence[tuple[str, str]]:
        """Everybody who reads this language, each address once."""
        host = self.settings.sender_host
        return [(address, message_id(key, address, host)) for address in self.settings.audience(language)]

    def mail(self, frozen: str, address: str, message_id: str, at: dt.datetime) -> str:
        """Hand one mail over."""
        mail = self._mails.validate_json(frozen)
        return self.postman.send(address, message_for(mail, address, message_id, at))
