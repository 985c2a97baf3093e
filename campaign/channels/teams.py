"""Microsoft Teams channels, through a flow of the Workflows app."""

import hashlib
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from campaign.channels import hosted
from campaign.channels.account import SecretAddress, revealed
from campaign.channels.base import Channel, Opening, RemoteModel
from campaign.channels.exchange import Reply, Request, Service, accepted, at_secret, explained, lost
from campaign.errors import AccountBlocked, Rejected, Uncertain
from campaign.model import Attempt, Limits, Post, Receipt
from campaign.text import urls

LIMITS = Limits(bytes=5000, images=4, alt_characters=1000, hosted=True, pace=(4, 1), editable=False, removable=False)
"""A payload has 28 KB: the text stands in it twice, and the alternative texts take their share."""
UNLOADED = "https://prod.logic.azure.example/workflows/…"
TAKEN = 202
NEITHER = "A Teams flow can neither change nor remove what it has posted; delete it in Teams, or post anew."
WARNING = "Teams said that the flow took the post, not that it shows; look into the channel now and then."


class TeamsSettings(RemoteModel):
    """A channel in Microsoft Teams, written to by a flow."""

    needs: ClassVar[tuple[str, ...]] = ("webhook_url",)

    kind: Literal["teams"]
    """The service."""
    webhook_url: SecretAddress | None = None
    """The flow's address; whoever knows it can post."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Teams(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return hosted.pretended(request) or Reply(request, TAKEN)


class Teams:
    """Posts Adaptive Cards.

    Not twice: a flow gives no id and nothing can be asked of it, so when an answer is lost nobody can tell, and a
    person looks into the channel. Nothing can be corrected or removed either.
    https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
    """

    look_ups = 1
    longest = 120.0

    def __init__(self, settings: TeamsSettings, opening: Opening) -> None:
        self.limits = settings.limits
        address = revealed(settings.webhook_url) or UNLOADED
        self._host = urlsplit(address).netloc
        self._service = at_secret(opening.exchange, address)
        self._outside = Service(opening.exchange, f"{urlsplit(address).scheme}://{self._host}")
        self._hosting = hosted.Hosting(opening.exchange, opening.base_url)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # stands in for the id that Teams keeps
        return hashlib.sha256(f"{key}\n{revision}".encode()).hexdigest()

    def send(self, attempt: Attempt) -> Receipt:
        card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": self._card(attempt.post)}
        body = {"type": "message", "attachments": [card]}
        reply = self._service.reply(Request("POST", "", "publishing the post", json=body, publishes=True))
        if _good(reply).status != TAKEN:
            raise lost(reply.request, "the answer is not that of a flow")
        return Receipt(attempt.service_key, "", {"warning": WARNING})

    def find(self, attempt: Attempt) -> Receipt | None:
        raise Uncertain("Teams shows a flow nothing of what it has posted; look into the channel.")

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        raise Rejected(NEITHER)

    def remove(self, receipt: Receipt) -> None:
        raise Rejected(NEITHER)

    def check(self) -> str:
        """A flow cannot be asked without posting; that its host answers is what can be known."""
        self._outside.reply(Request("HEAD", "/", "looking whether the flow's host answers"))
        return f"{self._host} answers; whether the flow still runs shows with the next post"

    def _card(self, post: Post) -> dict[str, object]:
        """Text runs and not text blocks: only these know Markdown, which would change what was written."""
        images = [
            {"type": "Image", "url": self._hosting.address(picture), "altText": picture.alt}
            for picture in post.pictures
        ]
        return {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "lang": post.language,
            "fallbackText": post.text,
            "body": [*_lines(post.text), *images],
        }


def _lines(text: str) -> list[dict[str, object]]:
    """A block for each line, so that breaks look alike in every app; a paragraph stands a little off."""
    blocks: list[dict[str, object]] = []
    after_gap = False
    for line in text.split("\n"):
        if line.strip():
            blocks.append(
                {"type": "RichTextBlock", "spacing": "medium" if after_gap else "none", "inlines": _runs(line)}
            )
        after_gap = not line.strip()
    return blocks


def _runs(line: str) -> list[dict[str, object]]:
    """The line with its addresses to click on."""
    runs: list[dict[str, object]] = []
    end = 0
    for address in urls(line):
        runs += _plain(line[end : address.start])
        open_it = {"type": "Action.OpenUrl", "url": address.text}
        runs.append({"type": "TextRun", "text": address.text, "selectAction": open_it})
        end = address.end
    return [*runs, *_plain(line[end:])]


def _plain(text: str) -> list[dict[str, object]]:
    return [{"type": "TextRun", "text": text}] if text else []


# ---------------------------------------------------------------- what an answer means

ACCOUNT = frozenset(
    {"DirectApiAuthorizationRequired", "DirectApiInvalidAuthorizationScheme", "WorkflowNotFound"}
    | {"WorkflowTriggerIsNotEnabled", "WorkflowTriggerNotFound", "AuthorizationFailed"}
)
"""Codes of a flow that is switched off, gone, or does not know us."""


def _good(reply: Reply) -> Reply:
    error = reply.fields.get("error")
    code = error.get("code") if isinstance(error, dict) else ""
    if code in ACCOUNT or reply.status in {403, 404, 410}:
        raise AccountBlocked(explained(reply))
    return accepted(reply)
