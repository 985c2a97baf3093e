"""A signed webhook of our own: every publication, correction and retraction to one address."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, SecretStr, ValidationError

from campaign.channels.account import Address, revealed
from campaign.channels.base import Channel, Opening, RemoteModel
from campaign.channels.exchange import MOVED, Exchange, Reply, Request, Service, accepted, explained
from campaign.errors import AccountBlocked, Rejected
from campaign.model import Attempt, Limits, Picture, Receipt

PREFIX = "whsec_"


def signing_secret(secret: SecretStr) -> SecretStr:
    """The secret, if it is `whsec_` and 24 to 64 bytes in base 64."""
    value = secret.get_secret_value()
    try:
        length = len(base64.b64decode(value.removeprefix(PREFIX), validate=True))
    except binascii.Error:
        length = 0
    if not value.startswith(PREFIX) or not 24 <= length <= 64:
        raise ValueError("a webhook's secret is whsec_ and 24 to 64 bytes in base 64")
    return secret


Secret = Annotated[SecretStr, AfterValidator(signing_secret)]


class WebhookSettings(RemoteModel):
    """An address that receives what is published, as signed JSON."""

    needs: ClassVar[tuple[str, ...]] = ("secret",)

    kind: Literal["webhook"]
    """The service."""
    url: Address
    """Where events are sent."""
    secret: Secret | None = None
    """Signs every event: `whsec_` and 24 to 64 bytes in base 64."""
    previous_secret: Secret | None = None
    """Signs as well while the receiver changes over."""

    @property
    def limits(self) -> Limits:
        return Limits(alt_characters=10_000, layout="parts")

    def open(self, opening: Opening) -> Channel:
        return Webhook(self, opening.exchange, opening.base_url, opening.clock)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return Reply(request, 204)


class _Answer(BaseModel):
    """What a receiver may tell us about its own copy."""

    id: str = ""
    url: str = ""


class Webhook:
    """Posts events in the Standard Webhooks form.

    Not twice: the receiver drops what has a `webhook-id` it has seen, so a lost answer is simply sent again, and
    `find` has nothing to ask: None means that sending again is safe.
    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """

    look_ups = 1
    longest = 0.0

    def __init__(
        self, settings: WebhookSettings, exchange: Exchange, base_url: str, clock: Callable[[], dt.datetime]
    ) -> None:
        self.limits = settings.limits
        self._settings = settings
        parts = urlsplit(settings.url)
        self._service = Service(exchange, f"{parts.scheme}://{parts.netloc}")
        self._path = settings.url.removeprefix(f"{parts.scheme}://{parts.netloc}")
        self._base_url = base_url
        self._clock = clock

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return event_id(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        reply = self._deliver("published", attempt.service_key, self._content(attempt), attempt.now)
        return _receipt(reply, attempt.service_key, attempt)

    def find(self, attempt: Attempt) -> Receipt | None:  # nothing to look for: see the class
        return None

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        """Each event's id follows from the one before, so that going back to an earlier wording is news as well."""
        event = event_id(receipt.data["event"], attempt.revision)
        content = self._content(attempt) | {"remote_id": receipt.remote_id}
        reply = self._deliver("corrected", event, content, attempt.now)
        return Receipt(receipt.remote_id, _receipt(reply, event, attempt).url or receipt.url, _data(attempt, event))

    def remove(self, receipt: Receipt) -> None:
        event = event_id(receipt.data["event"], "retracted")
        content = {name: receipt.data[name] for name in ("key", "revision", "language")}
        self._deliver("retracted", event, content | {"remote_id": receipt.remote_id}, self._clock())

    def check(self) -> str:
        """A receiver cannot be asked without sending; that it answers at all is what can be known."""
        self._service.reply(Request("HEAD", self._path, "looking whether the receiver answers"))
        return f"{urlsplit(self._settings.url).netloc} answers"

    def _deliver(self, event: str, event_id: str, content: Mapping[str, Any], now: dt.datetime) -> Reply:
        body = json.dumps({"type": event, "data": content}, ensure_ascii=False, separators=(",", ":")).encode()
        seconds = str(int(now.timestamp()))
        signed = f"{event_id}.{seconds}.".encode() + body
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": seconds,
            "webhook-signature": " ".join(signature(secret, signed) for secret in self._secrets()),
        }
        reply = self._service.reply(Request("POST", self._path, f"sending “{event}”", headers, content=body))
        if reply.status == 410:
            raise AccountBlocked("The receiver wants no more events (410).")
        if reply.status in MOVED:
            raise Rejected(explained(reply))
        return accepted(reply)

    def _secrets(self) -> list[str]:
        both = (self._settings.secret, self._settings.previous_secret)
        return [revealed(secret) for secret in both if secret is not None]

    def _content(self, attempt: Attempt) -> dict[str, Any]:
        post = attempt.post
        return {
            "key": attempt.key,
            "revision": attempt.revision,
            "language": post.language,
            "kind": post.kind,
            "title": post.title,
            "text": post.text,
            "html": post.html,
            "link": post.link,
            "hashtags": list(post.hashtags),
            "date": post.date,
            "pictures": [self._picture(attempt, picture) for picture in post.pictures],
        }

    def _picture(self, attempt: Attempt, picture: Picture) -> dict[str, Any]:
        content, media_type = attempt.load(picture)
        return {
            "url": f"{self._base_url}/pictures/{picture.name}",
            "alt": picture.alt,
            "sha256": hashlib.sha256(content).hexdigest(),
            "media_type": media_type,
            "width": picture.width,
            "height": picture.height,
        }


def event_id(*parts: str) -> str:
    """The receiver's mark against repeats; hashed, because our keys hold characters that a header may not."""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"msg_{digest[:32]}"


def signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _receipt(reply: Reply, event: str, attempt: Attempt) -> Receipt:
    """The receiver may answer with an id and an address of its own; any other good answer will do as well."""
    try:
        answer = _Answer.model_validate_json(reply.body)
    except ValidationError:
        answer = _Answer()
    url = answer.url if urlsplit(answer.url).scheme in {"http", "https"} else ""
    return Receipt(answer.id or event, url, _data(attempt, event))


def _data(attempt: Attempt, event: str) -> dict[str, str]:
    return {"event": event, "key": attempt.key, "revision": attempt.revision, "language": attempt.post.language}
