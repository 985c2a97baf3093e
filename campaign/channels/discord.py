"""Discord channels, through a webhook."""

import hashlib
import json
import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr

from campaign.channels.account import SecretAddress, revealed
from campaign.channels.base import Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Exchange, Reply, Request, Upload, accepted, at_secret, explained, parsed
from campaign.errors import AccountBlocked, Uncertain
from campaign.model import Attempt, Limits, Post, Receipt
from campaign.text import length, urls

LIMITS = Limits(characters=2000, unit="utf16", images=10, alt_characters=1024)
"""Discord may count code points; code units are never fewer."""
UNLOADED = "https://discord.com/api/webhooks/…"
UNKNOWN_MESSAGE = 10008
_MARKUP = re.compile(r"[\\*_~`|\[<]|^[#>-](?=[#>\s])", re.MULTILINE)


def webhook_address(value: SecretStr) -> SecretStr:
    """The address, if it ends with a webhook's number and token."""
    if not re.search(r"/webhooks/[0-9]+/[\w-]+$", value.get_secret_value(), re.ASCII):
        raise ValueError("a Discord webhook's address ends in /webhooks/, its number, / and its token")
    return value


class DiscordSettings(RemoteModel):
    """A channel on a Discord server, written to by a webhook."""

    needs: ClassVar[tuple[str, ...]] = ("webhook_url",)

    kind: Literal["discord"]
    """The service."""
    username: Annotated[str, Field(max_length=80)] = ""
    """The name shown above the posts; empty: the webhook's own."""
    webhook_url: Annotated[SecretAddress, AfterValidator(webhook_address)] | None = None
    """The webhook's address; whoever knows it can post."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Discord(self, opening.exchange)

    @staticmethod
    def pretended(request: Request) -> Reply:
        number = int(hashlib.sha256(json.dumps(request.json).encode()).hexdigest()[:12], 16)
        return Reply(request, 200, body=json.dumps({"id": str(number), "channel_id": "0"}).encode())


class _Message(BaseModel):
    id: str
    channel_id: str


class _Webhook(BaseModel):
    name: str | None = None


class Discord:
    """Posts messages with their pictures attached.

    Not twice: a webhook has no key and no list of its messages, only messages by id, so when the answer with the id is
    lost nobody can tell, and a person looks into the channel.
    https://discord.com/developers/docs/resources/webhook
    """

    look_ups = 1
    longest = 180.0

    def __init__(self, settings: DiscordSettings, exchange: Exchange) -> None:
        self.limits = settings.limits
        self._name = {"username": settings.username} if settings.username else {}
        self._service = at_secret(exchange, revealed(settings.webhook_url) or UNLOADED)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # nobody there would look at it
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        body, files = _content(attempt.post) | self._name, _files(attempt)
        doing, field = "publishing the post", _field(files)
        request = Request("POST", "?wait=true", doing, json=body, json_field=field, files=files, publishes=True)
        message = parsed(_good(self._service.reply(request)), _Message)
        return Receipt(message.id, "", {"channel": message.channel_id})

    def find(self, attempt: Attempt) -> Receipt | None:
        raise Uncertain("Discord shows a webhook only messages whose id it knows; look into the channel.")

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        """Pictures are uploaded anew: those not named in an edit are dropped."""
        body, files = _content(attempt.post), _files(attempt)
        path, doing = f"/messages/{receipt.remote_id}", "correcting the post"
        _good(self._service.reply(Request("PATCH", path, doing, json=body, json_field=_field(files), files=files)))
        return receipt

    def remove(self, receipt: Receipt) -> None:
        reply = self._service.reply(Request("DELETE", f"/messages/{receipt.remote_id}", "removing the post"))
        if not _is_gone(reply):
            _good(reply)

    def check(self) -> str:
        reply = self._service.reply(Request("GET", "", "proving the webhook"))
        return f"the webhook “{parsed(_good(reply), _Webhook).name}” on Discord"


def _content(post: Post) -> dict[str, object]:
    """Nobody is pinged, whatever the text says."""
    described = [
        {"id": index, "filename": picture.name, "description": picture.alt}
        for index, picture in enumerate(post.pictures)
    ]
    return {"content": as_written(post.text), "allowed_mentions": {"parse": []}, "attachments": described}


def _files(attempt: Attempt) -> dict[str, Upload]:
    pictures = enumerate(attempt.post.pictures)
    return {f"files[{index}]": Upload(picture.name, *attempt.load(picture)) for index, picture in pictures}


def _field(files: dict[str, Upload]) -> str:
    return "payload_json" if files else ""


def as_written(text: str) -> str:
    """The text with what Discord reads as markup escaped, outside of addresses.

    One so close to the limit that its escapes do not fit is sent as it is.
    """
    escaped, end = "", 0
    for address in urls(text):
        escaped += _escaped(text[end : address.start]) + address.text
        end = address.end
    escaped += _escaped(text[end:])
    return escaped if length(escaped, LIMITS) <= LIMITS.characters else text


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


# ---------------------------------------------------------------- what an answer means


def _is_gone(reply: Reply) -> bool:
    return reply.status == 404 and reply.fields.get("code") == UNKNOWN_MESSAGE


def _good(reply: Reply) -> Reply:
    """Any 404 but that of a message means that the webhook is no more."""
    if reply.status == 404 and not _is_gone(reply):
        raise AccountBlocked(explained(reply))
    return accepted(reply)
