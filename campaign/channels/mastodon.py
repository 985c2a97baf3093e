"""Mastodon and servers that speak its language."""

import datetime as dt
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, RootModel, SecretStr

from campaign.channels import chain
from campaign.channels.account import Server, revealed
from campaign.channels.authorisation import Authorisation
from campaign.channels.base import CLOCKS_DIFFER, Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Exchange, Reply, Request, Service, Upload, accepted, parsed, service_time
from campaign.channels.instance import LIMITS, SCOPES, Instance, Moment, registered
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from campaign.model import Attempt, Limits, Picture, Post, Receipt, Segment
from campaign.text import letters

STILL_PROCESSING = dt.timedelta(seconds=5)
NOTHING: Mapping[str, str] = MappingProxyType({})
PAGE = 40
PAGES = 25
"""How far back `find` reads before it says that nobody can tell."""


class MastodonSettings(RemoteModel):
    """An account on Mastodon or a compatible server."""

    needs: ClassVar[tuple[str, ...]] = ("token",)
    authorisation: ClassVar = Authorisation(
        page="{server}/oauth/authorize",
        redeem_at="{server}/oauth/token",
        scopes=SCOPES,
        shows_code="urn:ietf:wg:oauth:2.0:oob",
        register=registered,
    )

    kind: Literal["mastodon"]
    """The service."""
    server: Server
    """The address of the server, nothing after the host name."""
    visibility: Literal["public", "unlisted", "private"] = "public"
    """Who sees the posts; `private`: followers only."""
    token: SecretStr | None = None
    """The access token; its scopes: `write:statuses write:media read:statuses read:accounts`."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Mastodon(self, opening.exchange)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return _pretended(request)


class _Account(BaseModel):
    id: str
    acct: str


class _Media(BaseModel):
    id: str
    url: str | None = None


class _Status(BaseModel):
    id: str
    created_at: Moment
    url: str | None = None
    content: str = ""
    language: str | None = None


class _Statuses(RootModel[list[_Status]]):
    """One page of an account's statuses, newest first."""


class _Source(BaseModel):
    text: str


class Mastodon:
    """Publishes statuses.

    Not twice: the server remembers an `Idempotency-Key` for an hour and answers a repeat with the first status.
    Compatible servers may ignore the key, so a lost answer is always looked up among the account's own statuses
    first; lists can lag, so two empty look-ups prove absence. A thread is published status by status, each under a
    key of its own.
    https://docs.joinmastodon.org/methods/statuses/
    """

    reads_addresses = True
    look_ups = 2
    longest = 120.0

    def __init__(self, settings: MastodonSettings, exchange: Exchange) -> None:
        self.limits = settings.limits
        self._settings = settings
        bearer = {"Authorization": f"Bearer {revealed(settings.token)}"}
        self._service = Service(exchange, settings.server, bearer)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        if "clock" not in attempt.notes:
            told = service_time(self._proved())
            attempt.note("clock", told.isoformat() if told else "")
        return chain.in_turn(attempt, partial(self._publish, attempt), self.remove)

    def find(self, attempt: Attempt) -> Receipt | None:
        """Among our own statuses since the first try: the oldest with this text that the ledger does not know."""
        if complete := chain.finished(attempt, None):
            return complete
        number, segment = chain.doubtful(attempt)
        wanted, known = letters(segment.text), attempt.known | chain.published_ids(attempt)
        unknown = [status for status in self._own_statuses(_began(attempt)) if status.id not in known]
        same = [status for status in unknown if letters(self._text_of(status)) == wanted]
        media = attempt.notes.get(f"posted-with-{chain.name_of(attempt, number)}", "").split()
        return chain.finished(attempt, _receipt(same[-1], attempt.post, segment, media) if same else None)

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        return chain.corrected(receipt, attempt.post, partial(self._correct, attempt))

    def remove(self, receipt: Receipt) -> None:
        for part in reversed(chain.parts_of(receipt)):
            reply = self._service.reply(Request("DELETE", _place(part), "removing the post"))
            if reply.status not in {404, 410} or not part.data:
                accepted(reply)

    def check(self) -> str:
        return f"@{self._account().acct} on {self._settings.server.partition('://')[2]}"

    def read_limits(self) -> Limits:
        """What this server allows, for the operator to store; what it does not say is as on Mastodon itself."""
        reply = self._service.reply(Request("GET", "/api/v2/instance", "reading the server's limits"))
        if reply.status in {404, 410}:
            reply = self._service.reply(Request("GET", "/api/v1/instance", "reading the server's limits"))
        return parsed(accepted(reply), Instance).limits

    def _publish(self, attempt: Attempt, number: int, segment: Segment, answered: Receipt | None) -> Receipt:
        name = chain.name_of(attempt, number)
        media, noted = self._uploaded(attempt, name, segment), f"posted-with-{name}"
        used_before = bool(media) and attempt.notes.get(noted) == " ".join(media)
        if media:
            attempt.note(noted, " ".join(media))
        body = _content(attempt.post, segment, media) | {"visibility": self._settings.visibility}
        if answered:
            body["in_reply_to_id"] = _id_of(answered)
        headers = {"Idempotency-Key": attempt.service_key if name == "1" else f"{name}-{attempt.service_key}"}
        request = Request("POST", "/api/v1/statuses", "publishing the post", headers, json=body, publishes=True)
        reply = self._service.reply(request)
        try:
            return _receipt(parsed(accepted(reply), _Status), attempt.post, segment, media)
        except Rejected as refusal:
            if reply.status == 400:
                self._proved()
            if used_before:
                raise _in_use(attempt, refusal) from None
            raise

    def _correct(self, attempt: Attempt, number: int, segment: Segment, part: Receipt) -> Receipt:
        kept = dict(zip(part.data.get("pictures", "").split(), part.data.get("media", "").split(), strict=False))
        media = self._uploaded(attempt, f"{number}", segment, kept)
        body = _content(attempt.post, segment, media) | {
            "media_attributes": [
                {"id": id_, "description": picture.alt} for id_, picture in zip(media, segment.pictures, strict=True)
            ]
        }
        request = Request("PUT", _place(part), "correcting the post", json=body)
        return _receipt(self._service.read(request, _Status), attempt.post, segment, media)

    def _uploaded(self, attempt: Attempt, name: str, segment: Segment, kept: Mapping[str, str] = NOTHING) -> list[str]:
        return [
            kept.get(picture.id) or self._media(attempt, f"media-{picture.id}-{name}-{index}", picture)
            for index, picture in enumerate(segment.pictures)
        ]

    def _media(self, attempt: Attempt, name: str, picture: Picture) -> str:
        """The id of an uploaded picture that is ready; what an earlier try has uploaded is used again."""
        if known := attempt.notes.get(name):
            reply = self._service.reply(Request("GET", f"/api/v1/media/{known}", "looking whether a picture is ready"))
            if reply.status not in {404, 410, 422}:
                return _ready(parsed(accepted(reply), _Media))
        content, media_type = attempt.load(picture)
        upload = Upload(picture.name, content, media_type, {"description": picture.alt})
        media = self._service.read(Request("POST", "/api/v2/media", "uploading a picture", upload=upload), _Media)
        attempt.note(name, media.id)
        return _ready(media)

    def _proved(self) -> Reply:
        """The answer to what any good token may ask: to a bad one some servers say 400, where others say 401."""
        request = Request("GET", "/api/v1/accounts/verify_credentials", "proving the account's token")
        try:
            return accepted(self._service.reply(request))
        except Rejected as refusal:
            raise AccountBlocked(str(refusal)) from None

    def _account(self) -> _Account:
        return parsed(self._proved(), _Account)

    def _own_statuses(self, since: dt.datetime) -> Iterator[_Status]:
        """Newest first, page by page, until one is older."""
        path = f"/api/v1/accounts/{self._account().id}/statuses"
        query = {"limit": str(PAGE), "exclude_reblogs": "true"}
        for _ in range(PAGES):
            page = self._service.read(Request("GET", f"{path}?{urlencode(query)}", "looking for the post"), _Statuses)
            recent = [status for status in page.root if status.created_at >= since]
            yield from recent
            if not recent or len(recent) < len(page.root):
                return
            query["max_id"] = recent[-1].id
        raise Uncertain("The account has more newer posts than can be looked through.")

    def _text_of(self, status: _Status) -> str:
        """As written; from its HTML where the server does not give the source."""
        reply = self._service.reply(Request("GET", f"/api/v1/statuses/{status.id}/source", "reading a post back"))
        if 400 <= reply.status < 500 and reply.status not in {401, 408, 429}:
            return html.unescape(re.sub(r"<[^>]*>", "", status.content))
        return parsed(accepted(reply), _Source).text


def _began(attempt: Attempt) -> dt.datetime:
    """No status of this delivery is older. By the server's clock, noted before the first one: ours may be wrong."""
    told = attempt.notes.get("clock")
    return (dt.datetime.fromisoformat(told) if told else attempt.first_tried) - CLOCKS_DIFFER


def _id_of(part: Receipt) -> str:
    """Of a status; a receipt that a person gave holds nothing but its address, which ends in the id."""
    return part.remote_id.rstrip("/").rpartition("/")[2]


def _place(part: Receipt) -> str:
    return f"/api/v1/statuses/{_id_of(part)}"


def _content(post: Post, segment: Segment, media: Sequence[str]) -> dict[str, object]:
    warned = {"spoiler_text": post.content_warning, "sensitive": True} if post.content_warning else {}
    return {"status": segment.text, "language": post.language, "media_ids": list(media), **warned}


def _ready(media: _Media) -> str:
    if media.url is None:
        raise Transient("The server is still working on a picture.", STILL_PROCESSING)
    return media.id


def _in_use(attempt: Attempt, refusal: Rejected) -> Uncertain:
    """Pictures that an earlier try gave to a status are refused by some servers: that status may exist.

    They are forgotten, so that the next try, which comes only when absence is proved, uploads them anew.
    """
    for name in attempt.notes:
        if name.startswith("media-"):
            attempt.note(name, "")
    return Uncertain(str(refusal))


def _receipt(status: _Status, post: Post, segment: Segment, media: Sequence[str]) -> Receipt:
    data = {"pictures": " ".join(picture.id for picture in segment.pictures), "media": " ".join(media)}
    if status.language != post.language:
        data["warning"] = f"The server did not keep the language ({post.language})."
    return Receipt(status.id, status.url or "", data)


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What a server would answer; ids follow from what was sent, so that a rehearsal can be repeated."""
    if request.upload:
        answer: dict[str, object] = {"id": f"media-{hashlib.sha256(request.upload.content).hexdigest()[:8]}", "url": ""}
    else:
        body = request.json if isinstance(request.json, dict) else {}
        named = request.headers.get("Idempotency-Key") or request.path.rpartition("/")[2]
        answer = {"id": named[:16], "created_at": "1970-01-01T00:00:00Z", "language": body.get("language")}
    return Reply(request, 200, body=json.dumps(answer).encode())
