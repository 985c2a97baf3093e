"""Mastodon and servers that speak its language."""

import datetime as dt
import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, PositiveInt, RootModel, SecretStr

from campaign.channels.account import Server, revealed
from campaign.channels.base import Channel, Opening, RemoteModel
from campaign.channels.exchange import Exchange, Reply, Request, Service, Upload, accepted, parsed
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from campaign.model import Attempt, Limits, Picture, Post, Receipt

LIMITS = Limits(characters=500, url_weight=23, images=4, alt_characters=1500)
CLOCKS_DIFFER = dt.timedelta(minutes=2)
STILL_PROCESSING = dt.timedelta(seconds=5)
PAGE = 40
PAGES = 25
"""How far back `find` reads before it says that nobody can tell."""


class MastodonSettings(RemoteModel):
    """An account on Mastodon or a compatible server."""

    needs: ClassVar[tuple[str, ...]] = ("token",)

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
    created_at: dt.datetime
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
    first; lists can lag, so two empty look-ups prove absence.
    https://docs.joinmastodon.org/methods/statuses/
    """

    look_ups = 2
    longest = 120.0

    def __init__(self, settings: MastodonSettings, exchange: Exchange) -> None:
        self.limits = settings.limits
        self._settings = settings
        bearer = {"Authorization": f"Bearer {revealed(settings.token)}"}
        self._service = Service(exchange, settings.server, bearer)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return hashlib.sha256(f"{key}\n{revision}".encode()).hexdigest()

    def send(self, attempt: Attempt) -> Receipt:
        media = [self._media(attempt, index, picture) for index, picture in enumerate(attempt.post.pictures)]
        used_before = bool(media) and attempt.notes.get("posted-with") == " ".join(media)
        if media:
            attempt.note("posted-with", " ".join(media))
        reply = self._service.reply(self._publication(attempt, media))
        try:
            status = parsed(accepted(reply), _Status)
        except Rejected as refusal:
            if reply.status == 400:
                self._prove_token()
            if used_before:
                raise _in_use(attempt, refusal) from None
            raise
        return _receipt(status, attempt.post, media)

    def find(self, attempt: Attempt) -> Receipt | None:
        """Among our own statuses since the first try: the oldest with this text that the ledger does not know."""
        wanted = _letters(attempt.post.text)
        since = attempt.first_tried - CLOCKS_DIFFER
        unknown = [status for status in self._own_statuses(since) if status.id not in attempt.known]
        same = [status for status in unknown if _letters(self._text_of(status)) == wanted]
        media = attempt.notes.get("posted-with", "").split()
        return _receipt(same[-1], attempt.post, media) if same else None

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        pictures = attempt.post.pictures
        kept = dict(zip(receipt.data["pictures"].split(), receipt.data["media"].split(), strict=False))
        media = [kept.get(picture.id) or self._media(attempt, index, picture) for index, picture in enumerate(pictures)]
        body = _content(attempt.post, media) | {
            "media_attributes": [
                {"id": id_, "description": picture.alt} for id_, picture in zip(media, pictures, strict=True)
            ]
        }
        request = Request("PUT", f"/api/v1/statuses/{receipt.remote_id}", "correcting the post", json=body)
        return _receipt(self._service.read(request, _Status), attempt.post, media)

    def remove(self, receipt: Receipt) -> None:
        reply = self._service.reply(Request("DELETE", f"/api/v1/statuses/{receipt.remote_id}", "removing the post"))
        if reply.status not in {404, 410}:
            accepted(reply)

    def check(self) -> str:
        return f"@{self._account().acct} on {self._settings.server.partition('://')[2]}"

    def read_limits(self) -> Limits:
        """What this server allows, for the operator to store; what it does not say is as on Mastodon itself."""
        reply = self._service.reply(Request("GET", "/api/v2/instance", "reading the server's limits"))
        if reply.status in {404, 410}:
            reply = self._service.reply(Request("GET", "/api/v1/instance", "reading the server's limits"))
        return parsed(accepted(reply), _Instance).limits

    def _publication(self, attempt: Attempt, media: Sequence[str]) -> Request:
        body = _content(attempt.post, media) | {"visibility": self._settings.visibility}
        headers = {"Idempotency-Key": attempt.service_key}
        return Request("POST", "/api/v1/statuses", "publishing the post", headers, json=body, publishes=True)

    def _media(self, attempt: Attempt, index: int, picture: Picture) -> str:
        """The id of an uploaded picture that is ready; what an earlier try has uploaded is used again."""
        name = f"media-{picture.id}-{index}"
        if known := attempt.notes.get(name):
            reply = self._service.reply(Request("GET", f"/api/v1/media/{known}", "looking whether a picture is ready"))
            if reply.status not in {404, 410, 422}:
                return _ready(parsed(accepted(reply), _Media))
        content, media_type = attempt.load(picture)
        upload = Upload(picture.name, content, media_type, {"description": picture.alt})
        media = self._service.read(Request("POST", "/api/v2/media", "uploading a picture", upload=upload), _Media)
        attempt.note(name, media.id)
        return _ready(media)

    def _prove_token(self) -> None:
        """Some servers answer 400 where others say 401: a token that cannot even read is the account's trouble."""
        try:
            self._account()
        except Rejected as refusal:
            raise AccountBlocked(str(refusal)) from None

    def _account(self) -> _Account:
        request = Request("GET", "/api/v1/accounts/verify_credentials", "proving the account's token")
        return self._service.read(request, _Account)

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


def _content(post: Post, media: Sequence[str]) -> dict[str, object]:
    return {"status": post.text, "language": post.language, "media_ids": list(media)}


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


def _receipt(status: _Status, post: Post, media: Sequence[str]) -> Receipt:
    data = {"pictures": " ".join(picture.id for picture in post.pictures), "media": " ".join(media)}
    if status.language != post.language:
        data["warning"] = f"The server did not keep the language ({post.language})."
    return Receipt(status.id, status.url or "", data)


def _letters(text: str) -> str:
    """What two copies of a text have in common however a server spaces it."""
    return "".join(unicodedata.normalize("NFC", text).split())


# ---------------------------------------------------------------- a server's limits


class _StatusLimits(BaseModel):
    max_characters: PositiveInt = LIMITS.characters
    max_media_attachments: PositiveInt = LIMITS.images
    characters_reserved_per_url: PositiveInt = LIMITS.url_weight


class _PictureLimits(BaseModel):
    image_size_limit: PositiveInt = LIMITS.image_bytes
    image_matrix_limit: PositiveInt = LIMITS.image_pixels
    description_limit: PositiveInt = LIMITS.alt_characters


class _Configuration(BaseModel):
    statuses: _StatusLimits = _StatusLimits()
    media_attachments: _PictureLimits = _PictureLimits()


class _Instance(BaseModel):
    configuration: _Configuration | None = None
    max_toot_chars: PositiveInt = LIMITS.characters  # where compatible servers said it before `configuration`

    @property
    def limits(self) -> Limits:
        """Pictures stay as small as everywhere, even where a server would take larger ones."""
        told = self.configuration or _Configuration(statuses=_StatusLimits(max_characters=self.max_toot_chars))
        return replace(
            LIMITS,
            characters=told.statuses.max_characters,
            url_weight=told.statuses.characters_reserved_per_url,
            images=told.statuses.max_media_attachments,
            alt_characters=told.media_attachments.description_limit,
            image_bytes=min(LIMITS.image_bytes, told.media_attachments.image_size_limit),
            image_pixels=min(LIMITS.image_pixels, told.media_attachments.image_matrix_limit),
        )


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What a server would answer; ids follow from what was sent, so that a rehearsal can be repeated."""
    if request.upload:
        answer: dict[str, object] = {"id": f"media-{hashlib.sha256(request.upload.content).hexdigest()[:8]}", "url": ""}
    else:
        body = request.json if isinstance(request.json, dict) else {}
        answer = {
            "id": request.headers.get("Idempotency-Key", "status")[:16],
            "created_at": "1970-01-01T00:00:00Z",
            "language": body.get("language"),
        }
    return Reply(request, 200, body=json.dumps(answer).encode())
