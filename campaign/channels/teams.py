"""Microsoft Teams channels, through a flow of the Workflows app."""

import json
from collections.abc import Sequence
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from campaign.channels import hosted
from campaign.channels.account import SecretAddress, revealed
from campaign.channels.base import Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Reply, Request, Service, accepted, at_secret, explained, lost
from campaign.errors import AccountBlocked, Rejected, Uncertain
from campaign.model import Attempt, Limits, Picture, Post, Receipt
from campaign.text import urls

LIMITS = Limits(bytes=5000, images=4, alt_characters=1000, hosted=True, pace=(4, 1), editable=False, removable=False)
MOST_BYTES = 28_000
"""Of a payload. The plainest card of what the limits allow stays below it, whatever signs the texts are made of."""
Element = dict[str, object]
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
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        images = [self._image(picture) for picture in attempt.post.pictures]
        body = _message(attempt.post, images)
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

    def _image(self, picture: Picture) -> Element:
        return {"type": "Image", "url": self._hosting.address(picture), "altText": picture.alt}


def _message(post: Post, images: Sequence[Element]) -> Element:
    """What the flow takes. Very many short lines or addresses would be too much for it: these go as one block."""
    lines = _lines(post.text)
    forms = (_card(post, [*lines, *images], fallback=post.text), _card(post, [*lines, *images]))
    plainest = _card(post, [_block([_run(post.text)]), *images])
    return next((form for form in forms if _size(form) <= MOST_BYTES), plainest)


def _card(post: Post, body: Sequence[Element], fallback: str = "") -> Element:
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": post.language,
        **({"fallbackText": fallback} if fallback else {}),
        "body": body,
    }
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "attachments": [card]}


def _size(message: Element) -> int:
    return len(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())


def _lines(text: str) -> list[Element]:
    """A block for each line, so that breaks look alike in every app; a paragraph stands a little off."""
    blocks: list[Element] = []
    after_gap = False
    for line in text.split("\n"):
        if line.strip():
            blocks.append(_block(_runs(line), "medium" if after_gap else "none"))
        after_gap = not line.strip()
    return blocks


def _block(runs: Sequence[Element], spacing: str = "none") -> Element:
    """Text runs and no text block: that one knows Markdown, which would change what was written."""
    return {"type": "RichTextBlock", "spacing": spacing, "inlines": runs}


def _runs(line: str) -> list[Element]:
    """The line with its addresses to click on."""
    runs: list[Element] = []
    end = 0
    for address in urls(line):
        open_it = {"type": "Action.OpenUrl", "url": address.text}
        runs += [_run(line[end : address.start]), _run(address.text) | {"selectAction": open_it}]
        end = address.end
    return [run for run in (*runs, _run(line[end:])) if run["text"]]


def _run(text: str) -> Element:
    return {"type": "TextRun", "text": text}


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
