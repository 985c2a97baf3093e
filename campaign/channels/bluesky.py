"""Bluesky, and any other server of the AT Protocol."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr

from campaign.channels.account import Server, Tokens, revealed
from campaign.channels.atproto import COLLECTION, Blob, Record, content_id, record_of, tid, timestamp, words
from campaign.channels.base import Channel, Opening, RemoteModel
from campaign.channels.exchange import Exchange, Reply, Request, Service, accepted, parsed
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from campaign.model import Attempt, Limits, Picture, Receipt

STALE = frozenset({"ExpiredToken", "InvalidToken"})
BLOCKED = STALE | {"AccountTakedown", "AccountSuspended", "AccountDeactivated", "AccountNotFound", "RepoDeactivated"}


class BlueskySettings(RemoteModel):
    """An account on Bluesky or another server of its network."""

    needs: ClassVar[tuple[str, ...]] = ("app_password",)

    kind: Literal["bluesky"]
    """The service."""
    server: Server = "https://bsky.social"
    """Where the account lives."""
    handle: str
    """The account's name, without `@`."""
    shows_edits: bool = False
    """True only where readers have been seen to get the corrected text."""
    app_password: SecretStr | None = None
    """An app password; never the account's own."""

    @property
    def limits(self) -> Limits:
        return Limits(characters=300, bytes=3000, images=4, alt_characters=10_000, editable=self.shows_edits)

    def open(self, opening: Opening) -> Channel:
        return Bluesky(opening.account, self, opening.exchange, opening.tokens)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return _pretended(request)


class _Tokens(BaseModel):
    access: str = Field(alias="accessJwt")
    refresh: str = Field(alias="refreshJwt")
    did: str


class _Uploaded(BaseModel):
    blob: dict[str, Any]


class _Written(BaseModel):
    uri: str
    cid: str


class _Found(_Written):
    value: dict[str, Any]


class _Identity(BaseModel):
    handle: str


class Bluesky:
    """Publishes posts.

    Not twice: we choose the record's own key and say that nothing may be there yet (`putRecord`, `swapRecord` null);
    a repeat of the same record changes nothing, another one is refused. `getRecord` by that key proves absence.
    `createRecord` is not used: it answers 500 for a key that is taken.
    https://docs.bsky.app/docs/api/com-atproto-repo-put-record
    """

    look_ups = 1
    longest = 120.0

    def __init__(self, account: str, settings: BlueskySettings, exchange: Exchange, tokens: Tokens) -> None:
        self.limits = settings.limits
        self._host = settings.server.partition("://")[2]
        self._session = _Session(account, settings, exchange, tokens)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # a new revision must meet the old one
        """A TID within a second of the due time, the rest of it from the delivery's key."""
        spread = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
        return tid(due_ms * 1000 + (spread >> 10) % 1_000_000, spread % 1024)

    def send(self, attempt: Attempt) -> Receipt:
        record = record_of(attempt.post, self._blobs(attempt), timestamp(attempt.first_tried))
        reply = self._put(attempt.service_key, record, publishes=True)
        if _code(reply) == "InvalidSwap":
            return self._already_there(attempt.service_key, record)
        return _receipt(_written(attempt, reply), record)

    def find(self, attempt: Attempt) -> Receipt | None:
        try:
            found = self._record(attempt.service_key)
        except Rejected as refusal:
            raise Uncertain(str(refusal)) from None
        if found is None:
            return None
        blobs: list[Blob] = [{}] * len(attempt.post.pictures)
        return _ours(found, record_of(attempt.post, blobs, timestamp(attempt.first_tried)))

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        record = record_of(attempt.post, self._blobs(attempt), receipt.data["created"])
        rkey = _rkey(receipt.remote_id)
        reply = self._put(rkey, record, instead_of=receipt.data["cid"])
        if _code(reply) == "InvalidSwap":
            return self._already_there(rkey, record)
        return _receipt(_written(attempt, reply), record)

    def remove(self, receipt: Receipt) -> None:
        body = {"repo": self._session.did, "collection": COLLECTION, "rkey": _rkey(receipt.remote_id)}
        accepted(self._session.ask(_procedure("com.atproto.repo.deleteRecord", "removing the post", json=body)))

    def check(self) -> str:
        request = Request("GET", "/xrpc/com.atproto.server.getSession", "proving the account's session")
        return f"@{parsed(accepted(self._session.ask(request)), _Identity).handle} on {self._host}"

    def _blobs(self, attempt: Attempt) -> list[Blob]:
        return [self._blob(attempt, index, picture) for index, picture in enumerate(attempt.post.pictures)]

    def _blob(self, attempt: Attempt, index: int, picture: Picture) -> Blob:
        """The reference to an uploaded picture; what an earlier try has uploaded is used again."""
        name = f"blob-{picture.id}-{index}"
        if noted := attempt.notes.get(name):
            return _Uploaded.model_validate_json(noted).blob
        content, media_type = attempt.load(picture)
        request = _procedure("com.atproto.repo.uploadBlob", "uploading a picture", content=content)
        reply = self._session.ask(replace(request, headers={"Content-Type": media_type}))
        uploaded = parsed(accepted(reply), _Uploaded)
        attempt.note(name, uploaded.model_dump_json())
        return uploaded.blob

    def _put(self, rkey: str, record: Record, *, instead_of: str | None = None, publishes: bool = False) -> Reply:
        body = {
            "repo": self._session.did,
            "collection": COLLECTION,
            "rkey": rkey,
            "record": record,
            "swapRecord": instead_of,
        }
        doing = "publishing the post" if publishes else "correcting the post"
        return self._session.ask(_procedure("com.atproto.repo.putRecord", doing, json=body, publishes=publishes))

    def _record(self, rkey: str) -> _Found | None:
        """What stands under a key; None when nothing does."""
        query = urlencode({"repo": self._session.did, "collection": COLLECTION, "rkey": rkey})
        request = Request("GET", f"/xrpc/com.atproto.repo.getRecord?{query}", "looking for the post")
        reply = self._session.ask(request)
        return None if _code(reply) == "RecordNotFound" else parsed(accepted(reply), _Found)

    def _already_there(self, rkey: str, record: Record) -> Receipt:
        found = self._record(rkey)
        if found is None:
            raise Rejected("The post is no longer on the service; somebody has removed it there.")
        return _ours(found, record)


class _Session:
    """Signed in once, renewed when it runs out, and saved before it is used: signing in is rationed."""

    def __init__(self, account: str, settings: BlueskySettings, exchange: Exchange, tokens: Tokens) -> None:
        self._account = account
        self._settings = settings
        self._service = Service(exchange, settings.server)
        self._tokens = tokens
        self._one_at_a_time = Lock()

    @property
    def did(self) -> str:
        return self._current()["did"]

    def ask(self, request: Request) -> Reply:
        session = self._current()
        reply = self._service.reply(_bearing(request, session["access"]))
        if _code(reply) in STALE:
            reply = self._service.reply(_bearing(request, self._renewed(session)["access"]))
        if _code(reply) in BLOCKED:
            raise AccountBlocked(f"The service answered {_code(reply)} while {request.doing}.")
        return reply

    def _current(self) -> Mapping[str, str]:
        with self._one_at_a_time:
            return self._tokens.load(self._account) or self._signed_in()

    def _renewed(self, stale: Mapping[str, str]) -> Mapping[str, str]:
        with self._one_at_a_time:
            session = self._tokens.load(self._account)
            if session and session["access"] != stale["access"]:
                return session  # another thread was first
            request = _procedure("com.atproto.server.refreshSession", "renewing the session", private=True)
            reply = self._service.reply(_bearing(request, stale["refresh"]))
            return self._signed_in() if reply.status in {400, 401} else self._saved(reply)

    def _signed_in(self) -> Mapping[str, str]:
        body = {"identifier": self._settings.handle, "password": revealed(self._settings.app_password)}
        request = _procedure("com.atproto.server.createSession", "signing in", json=body, private=True)
        reply = self._service.reply(request)
        if _code(reply) in BLOCKED:
            raise AccountBlocked(f"The service answered {_code(reply)} while signing in.")
        return self._saved(reply)

    def _saved(self, reply: Reply) -> Mapping[str, str]:
        tokens = parsed(accepted(reply), _Tokens)
        session: dict[str, str] = tokens.model_dump()
        self._tokens.save(self._account, session)
        return session


def _procedure(
    name: str, doing: str, *, json: object = None, content: bytes = b"", publishes: bool = False, private: bool = False
) -> Request:
    return Request(
        "POST",
        f"/xrpc/{name}",
        doing,
        json=json,
        content=content,
        uploads=bool(content),
        publishes=publishes,
        private=private,
    )


def _bearing(request: Request, token: str) -> Request:
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})


def _code(reply: Reply) -> str:
    return str(reply.fields.get("error", "")) if reply.status >= 400 else ""


def _written(attempt: Attempt, reply: Reply) -> _Written:
    """A picture that no post used for long is dropped by the service; forgotten here, it is uploaded anew next time."""
    if _code(reply) == "BlobNotFound":
        for name in [name for name in attempt.notes if name.startswith("blob-")]:
            attempt.note(name, "")
        raise Transient("The service has dropped a picture; it will be uploaded again.")
    return parsed(accepted(reply), _Written)


def _receipt(written: _Written, record: Record) -> Receipt:
    did, _, rkey = written.uri.removeprefix("at://").partition(f"/{COLLECTION}/")
    url = f"https://bsky.app/profile/{did}/post/{rkey}"
    return Receipt(written.uri, url, {"cid": written.cid, "created": record["createdAt"]})


def _ours(found: _Found, record: Record) -> Receipt:
    """The receipt of what stands under our key, if it says what we say; nothing is overwritten unseen."""
    if words(found.value) != words(record):
        raise Rejected("Another wording is already published under this delivery's key; correct or retract that one.")
    return _receipt(found, found.value)


def _rkey(uri: str) -> str:
    return uri.rpartition("/")[2]


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What a server would answer; the reference of a picture is its real one."""
    body = request.json if isinstance(request.json, dict) else {}
    answer: dict[str, object] = {"accessJwt": "-", "refreshJwt": "-", "did": "did:plc:rehearsal", "cid": "-"}
    if request.content:
        reference = {"$link": content_id(request.content)}
        media_type = request.headers["Content-Type"]
        answer["blob"] = {"$type": "blob", "ref": reference, "mimeType": media_type, "size": len(request.content)}
    answer["uri"] = f"at://{body.get('repo')}/{COLLECTION}/{body.get('rkey')}"
    return Reply(request, 200, body=json.dumps(answer).encode())
