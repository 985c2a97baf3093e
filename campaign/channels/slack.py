"""Slack channels: through an application's bot, which can correct and remove, or through an incoming webhook."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, Field, SecretStr

from campaign.channels import hosted
from campaign.channels.account import SecretAddress, Server, revealed
from campaign.channels.base import Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Reply, Request, Service, Shape, accepted, at_secret, explained, lost, parsed
from campaign.errors import AccountBlocked, Rejected, Uncertain
from campaign.model import Attempt, Limits, Post, Receipt
from campaign.text import urls

LIMITS = Limits(characters=3000, unit="utf16", images=10, alt_characters=2000, hosted=True, pace=(1, 1))
WEBHOOK_LIMITS = replace(LIMITS, editable=False, removable=False)
UNLOADED = "https://hooks.slack.com/services/…"
DAY = dt.timedelta(days=1)
PAGE = 100
PAGES = 25
"""How far back `find` reads before it says that nobody can tell."""
MARK = "campaign_delivery"
"""The kind of metadata that a message of ours carries, unseen by readers: its delivery's key, hashed."""
NEITHER = "A Slack webhook can neither change nor remove what it has posted; delete it in Slack, or post anew."


class SlackSettings(RemoteModel):
    """A channel on Slack, written to by an application's bot."""

    needs: ClassVar[tuple[str, ...]] = ("token",)

    kind: Literal["slack"]
    """The service."""
    channel_id: Annotated[str, Field(pattern=r"^[A-Z0-9]{6,20}$")]
    """The channel's id, as at the end of *View channel details*: `C…`."""
    server: Server = "https://slack.com"
    """The address of the Web API."""
    token: SecretStr | None = None
    """The bot's token (`xoxb-…`); its scopes: `chat:write channels:history`."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Slack(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return hosted.pretended(request) or _pretended(request)


class SlackWebhookSettings(RemoteModel):
    """A channel on Slack, written to by an incoming webhook."""

    needs: ClassVar[tuple[str, ...]] = ("webhook_url",)

    kind: Literal["slack-webhook"]
    """The service."""
    webhook_url: SecretAddress | None = None
    """The webhook's address; whoever knows it can post."""

    @property
    def limits(self) -> Limits:
        return WEBHOOK_LIMITS

    def open(self, opening: Opening) -> Channel:
        return SlackWebhook(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return hosted.pretended(request) or Reply(request, 200, body=b"ok")


class _Metadata(BaseModel):
    event_type: str = ""
    event_payload: dict[str, Any] = {}


class _Message(BaseModel):
    ts: str
    metadata: _Metadata = _Metadata()

    @property
    def delivery(self) -> object:
        return self.metadata.event_payload.get("delivery") if self.metadata.event_type == MARK else None


class _Next(BaseModel):
    next_cursor: str = ""


class _History(BaseModel):
    messages: list[_Message]
    response_metadata: _Next = _Next()


class _Who(BaseModel):
    user: str
    team: str


class Slack:
    """Posts messages as a bot.

    Not twice: every message carries its delivery's key as metadata, and a lost answer is looked up by it in the
    channel's history. Histories may lag, so two empty look-ups prove absence.
    https://docs.slack.dev/reference/methods/chat.postMessage
    """

    look_ups = 2
    longest = 120.0

    def __init__(self, settings: SlackSettings, opening: Opening) -> None:
        self.limits = settings.limits
        self._channel = settings.channel_id
        bearer = {"Authorization": f"Bearer {revealed(settings.token)}"}
        self._service = Service(opening.exchange, f"{settings.server}/api", bearer)
        self._hosting = hosted.Hosting(opening.exchange, opening.base_url)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        mark = {"event_type": MARK, "event_payload": {"delivery": attempt.service_key}}
        body = _content(attempt.post, self._hosting) | _manner(attempt.post)
        body |= {"channel": self._channel, "metadata": mark}
        request = Request("POST", "/chat.postMessage", "publishing the post", json=body, publishes=True)
        return Receipt(self._read(request, _Message).ts, "", {"channel": self._channel})

    def find(self, attempt: Attempt) -> Receipt | None:
        """The mark is ours whatever the clocks say; looking back a day only bounds what is read."""
        oldest = attempt.first_tried - DAY
        ours = [message.ts for message in self._history(oldest) if message.delivery == attempt.service_key]
        found = next((ts for ts in ours if ts not in attempt.known), None)
        return Receipt(found, "", {"channel": self._channel}) if found else None

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        """The metadata stays: a correction that does not name it keeps it."""
        body = _content(attempt.post, self._hosting) | self._place(receipt)
        self._read(Request("POST", "/chat.update", "correcting the post", json=body), _Message)
        return receipt

    def remove(self, receipt: Receipt) -> None:
        request = Request("POST", "/chat.delete", "removing the post", json=self._place(receipt))
        reply = self._service.reply(request)
        if _code_of(reply) != "message_not_found":
            _good(reply)

    def check(self) -> str:
        who = self._read(Request("GET", "/auth.test", "proving the account's token"), _Who)
        self._page({"limit": "1"})
        return f"{who.user} in {who.team}"

    def _place(self, receipt: Receipt) -> dict[str, object]:
        return {"channel": receipt.data["channel"], "ts": receipt.remote_id}

    def _history(self, oldest: dt.datetime) -> Iterator[_Message]:
        query = {"oldest": f"{oldest.timestamp():.6f}", "limit": str(PAGE), "include_all_metadata": "true"}
        for _ in range(PAGES):
            page = self._page(query)
            yield from page.messages
            if not (cursor := page.response_metadata.next_cursor):
                return
            query["cursor"] = cursor
        raise Uncertain("The channel has more newer messages than can be looked through.")

    def _page(self, query: dict[str, str]) -> _History:
        path = f"/conversations.history?{urlencode({'channel': self._channel, **query})}"
        return self._read(Request("GET", path, "looking for the post"), _History)

    def _read(self, request: Request, shape: type[Shape]) -> Shape:
        return parsed(_good(self._service.reply(request)), shape)


class SlackWebhook:
    """Posts messages through an incoming webhook.

    Not twice: the webhook says `ok` and gives no id, so when an answer is lost nobody can tell, and a person looks into
    the channel. Nothing can be corrected or removed either.
    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    """

    look_ups = 1
    longest = 120.0

    def __init__(self, settings: SlackWebhookSettings, opening: Opening) -> None:
        self.limits = settings.limits
        address = revealed(settings.webhook_url) or UNLOADED
        self._host = urlsplit(address).netloc
        self._service = at_secret(opening.exchange, address)
        self._outside = Service(opening.exchange, f"{urlsplit(address).scheme}://{self._host}")
        self._hosting = hosted.Hosting(opening.exchange, opening.base_url)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # stands in for the id that Slack keeps
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        body = _content(attempt.post, self._hosting) | _manner(attempt.post)
        reply = self._service.reply(Request("POST", "", "publishing the post", json=body, publishes=True))
        if _good(reply).body != b"ok":
            raise lost(reply.request, "the answer is not Slack's")
        return Receipt(attempt.service_key)

    def find(self, attempt: Attempt) -> Receipt | None:
        raise Uncertain("Slack shows a webhook nothing of what it has posted; look into the channel.")

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        raise Rejected(NEITHER)

    def remove(self, receipt: Receipt) -> None:
        raise Rejected(NEITHER)

    def check(self) -> str:
        """A webhook cannot be asked without posting; that its host answers is what can be known."""
        self._outside.reply(Request("HEAD", "/", "looking whether Slack answers"))
        return f"{self._host} answers; whether the webhook still exists shows with the next post"


def _content(post: Post, hosting: hosted.Hosting) -> dict[str, object]:
    """Rich text, in which nothing is markup and nobody is mentioned; `text` is for notifications and screen readers."""
    images = [
        {"type": "image", "image_url": hosting.address(picture), "alt_text": picture.alt} for picture in post.pictures
    ]
    words = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": _elements(post.text)}]}
    escaped = post.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": escaped, "blocks": [words, *images]}


def _manner(post: Post) -> dict[str, object]:
    """A link is unfolded only where no picture stands."""
    return {"mrkdwn": False, "unfurl_links": not post.pictures, "unfurl_media": False}


def _elements(text: str) -> list[dict[str, str]]:
    """The text with its addresses as links."""
    elements, end = [], 0
    for address in urls(text):
        elements += _plain(text[end : address.start])
        elements.append({"type": "link", "url": address.text})
        end = address.end
    return [*elements, *_plain(text[end:])]


def _plain(text: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text}] if text else []


# ---------------------------------------------------------------- what an answer means

ACCOUNT = re.compile(
    "access_denied|accesslimited|account_inactive|action_prohibited|(channel_)?is_archived|channel_not_found"
    "|ekm_access_denied|invalid_auth|invalid_token|missing_scope|no_active_hooks|no_permission|no_service(_id)?|no_team"
    "|not_allowed_token_type|not_authed|not_in_channel|org_login_required|posting_to_general_channel_denied"
    "|restricted_action(_[a-z_]+)?|team_access_not_granted|team_disabled|token_expired|token_revoked|user_not_found"
)
"""Codes that are the account's trouble."""
THROTTLED = dict.fromkeys(("ratelimited", "rate_limited"), 429)
IN_DOUBT = dict.fromkeys(
    ("fatal_error", "internal_error", "request_timeout", "rollup_error", "service_unavailable"), 500
)
"""Codes of which Slack says that some of what was asked may have happened."""
STATUSES = THROTTLED | IN_DOUBT
"""What such a code would be as a status: the Web API answers 200 whatever happened."""


def _code_of(reply: Reply) -> str:
    """Slack's word for what went wrong: in the Web API's JSON, or as the whole answer of a webhook."""
    said = reply.fields.get("error") or reply.body.decode(errors="replace")
    return said if isinstance(said, str) and re.fullmatch(r"(?!ok$)[a-z_]{2,60}", said) else ""


def _good(reply: Reply) -> Reply:
    """Whatever way Slack told its code, the answer is judged as if it had come with the status that it means."""
    if not (code := _code_of(reply)):
        if reply.status in {403, 404, 410}:
            raise AccountBlocked(explained(reply))
        return accepted(reply)
    told = replace(reply, status=STATUSES.get(code, reply.status), body=json.dumps({"error": code}).encode())
    if ACCOUNT.fullmatch(code):
        raise AccountBlocked(explained(told))
    accepted(told)
    raise Rejected(explained(told))


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What Slack would answer; the number follows from what was sent."""
    digest = hashlib.sha256(json.dumps(request.json).encode()).hexdigest()
    return Reply(request, 200, body=json.dumps({"ok": True, "ts": f"{int(digest[:8], 16)}.000000"}).encode())
