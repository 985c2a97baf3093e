"""Bluesky, and any other server of the AT Protocol."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, SecretStr

from campaign.channels import chain
from campaign.channels.account import Server, revealed
from campaign.channels.atproto import (
    COLLECTION,
    Parts,
    Record,
    a_post,
    content_id,
    later,
    record_id,
    record_of,
    tid,
    words,
)
from campaign.channels.base import Channel, Opening, RemoteModel
from campaign.channels.exchange import Reply, Request, Service, accepted, parsed
from campaign.channels.hosted import Hosting
from campaign.channels.materials import Materials, forget_pictures
from campaign.channels.xrpc import Session, code, procedure, query
from campaign.errors import Rejected, Transient, Uncertain
from campaign.model import Attempt, Limits, Post, Receipt, Segment

LIMITS = Limits(
    characters=300,
    bytes=3000,
    images=4,
    alt_characters=10_000,
    threads=True,
    replies=True,
    pace=(1600, 3600),
)
Shape = TypeVar("Shape", bound=BaseModel)


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
        return replace(LIMITS, editable=self.shows_edits)

    def open(self, opening: Opening) -> Channel:
        return Bluesky(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return _pretended(request)


class _Written(BaseModel):
    uri: str
    cid: str


class _Results(BaseModel):
    results: list[_Written]


class _Found(_Written):
    value: Annotated[dict[str, Any], AfterValidator(a_post)]


class _Identity(BaseModel):
    handle: str


class Bluesky:
    """Publishes posts.

    Not twice: we choose the record's own key and say that nothing may be there yet (`putRecord`, `swapRecord` null);
    a repeat of the same record changes nothing, another one is refused. `getRecord` by that key proves absence.
    `createRecord` is not used: it answers 500 for a key that is taken. A thread is one `applyWrites`, all or nothing,
    under keys that follow each other: a repeat is refused as a whole, and its first key proves or disproves it.
    https://docs.bsky.app/docs/api/com-atproto-repo-put-record
    """

    reads_addresses = True
    look_ups = 1
    longest = 120.0

    def __init__(self, settings: BlueskySettings, opening: Opening) -> None:
        self.limits = settings.limits
        self._host = settings.server.partition("://")[2]
        self._site = Hosting(opening.exchange, opening.base_url)
        credentials = {"identifier": settings.handle, "password": revealed(settings.app_password)}
        service = Service(opening.exchange, settings.server)
        self._session = Session(opening.account, service, opening.tokens, credentials)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # a new revision must meet the old one
        """A TID within a second of the due time, the rest of it from the delivery's key."""
        spread = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
        return tid(due_ms * 1000 + (spread >> 10) % 1_000_000, spread % 1024)

    def send(self, attempt: Attempt) -> Receipt:
        planned = self._planned(attempt)
        if attempt.post.thread:
            return self._send_thread(attempt, planned)
        [(key, record)] = planned
        reply = self._put(key, record, publishes=True)
        if code(reply) == "InvalidSwap":
            return self._already_there(key, record)
        return _receipt(_written(attempt, reply, _Written), record)

    def find(self, attempt: Attempt) -> Receipt | None:
        first, *others = self._keys(attempt)
        try:
            found = self._record(first)
        except Rejected as refusal:
            raise Uncertain(str(refusal)) from None
        if found is None:
            return None
        wanted = record_of(attempt.post, chain.segments_of(attempt.post)[0], _unsent(attempt.post))
        followed = [(further, further.value) for key in others if (further := self._record(key))]
        return chain.whole([_ours(found, wanted), *(_receipt(*further) for further in followed)])

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        return chain.corrected(receipt, attempt.post, partial(self._correct, attempt))

    def remove(self, receipt: Receipt) -> None:
        for part in reversed([self._as_published(part) for part in chain.parts_of(receipt)]):
            body = {"repo": self._session.did, "collection": COLLECTION, "rkey": _key(part.remote_id)}
            accepted(self._session.ask(procedure("com.atproto.repo.deleteRecord", "removing the post", body)))

    def check(self) -> str:
        request = query("com.atproto.server.getSession", "proving the account's session")
        return f"@{parsed(accepted(self._session.ask(request)), _Identity).handle} on {self._host}"

    # ---------------------------------------------------------------- the records of a delivery

    def _keys(self, attempt: Attempt) -> list[str]:
        return [later(attempt.service_key, number) for number in range(len(chain.segments_of(attempt.post)))]

    def _planned(self, attempt: Attempt) -> list[tuple[str, Record]]:
        """Every post's key and record; each answers the one before, by the id that it is going to have."""
        planned: list[tuple[str, Record]] = []
        answered = self._as_published(attempt.parent) if attempt.parent else None
        materials = Materials(attempt, self._session, self._site)
        for number, segment in enumerate(chain.segments_of(attempt.post)):
            key = later(attempt.service_key, number)
            record = record_of(attempt.post, segment, materials.parts(number, segment))
            if answered:
                record["reply"] = _answering(answered)
            written = _Written(uri=f"at://{self._session.did}/{COLLECTION}/{key}", cid=record_id(record))
            answered = _receipt(written, record)
            planned.append((key, record))
        return planned

    # ---------------------------------------------------------------- the repository

    def _send_thread(self, attempt: Attempt, planned: Sequence[tuple[str, Record]]) -> Receipt:
        writes = [
            {"$type": "com.atproto.repo.applyWrites#create", "collection": COLLECTION, "rkey": key, "value": record}
            for key, record in planned
        ]
        body = {"repo": self._session.did, "writes": writes}
        request = procedure("com.atproto.repo.applyWrites", "publishing the thread", body)
        reply = self._session.ask(replace(request, publishes=True))
        try:
            results = _written(attempt, reply, _Results).results
        except Rejected:
            if found := self.find(attempt):  # how a server refuses keys that are taken is not laid down anywhere
                return found
            raise
        return chain.whole([_receipt(each, record) for each, (_, record) in zip(results, planned, strict=True)])

    def _correct(self, attempt: Attempt, number: int, segment: Segment, part: Receipt) -> Receipt:
        part = self._as_published(part)
        parts = Materials(attempt, self._session, self._site).parts(number - 1, segment)
        record = record_of(attempt.post, segment, replace(parts, created=part.data["created"]))
        if reply_to := part.data.get("reply"):
            record["reply"] = json.loads(reply_to)
        key = _key(part.remote_id)
        reply = self._put(key, record, instead_of=part.data["cid"])
        if code(reply) == "InvalidSwap":
            return self._already_there(key, record)
        return _receipt(_written(attempt, reply, _Written), record)

    def _put(self, key: str, record: Record, *, instead_of: str | None = None, publishes: bool = False) -> Reply:
        place = {"repo": self._session.did, "collection": COLLECTION, "rkey": key}
        body = {**place, "record": record, "swapRecord": instead_of}
        doing = "publishing the post" if publishes else "correcting the post"
        request = procedure("com.atproto.repo.putRecord", doing, body)
        return self._session.ask(replace(request, publishes=publishes))

    def _record(self, key: str) -> _Found | None:
        """What stands under a key; None when nothing does."""
        place = {"repo": self._session.did, "collection": COLLECTION, "rkey": key}
        reply = self._session.ask(query("com.atproto.repo.getRecord", "looking for the post", **place))
        return None if code(reply) == "RecordNotFound" else parsed(accepted(reply), _Found)

    def _as_published(self, receipt: Receipt) -> Receipt:
        """The receipt itself; one that a person gave holds nothing but an address, and is read from the service."""
        if "cid" in receipt.data:
            return receipt
        found = self._record(_key(receipt.remote_id))
        if found is None:
            raise Rejected("The service knows no post at the address that a person gave.")
        return _receipt(found, found.value)

    def _already_there(self, key: str, record: Record) -> Receipt:
        found = self._record(key)
        if found is None:
            raise Rejected("The post is no longer on the service; somebody has removed it there.")
        return _ours(found, record)


def _unsent(post: Post) -> Parts:
    """Parts without what only the service can give, for comparing words."""
    return Parts("", [{}] * len(post.pictures))


def _written(attempt: Attempt, reply: Reply, shape: type[Shape]) -> Shape:
    """A picture that no post used for long is dropped by the service; forgotten here, it is uploaded anew next time."""
    if code(reply) == "BlobNotFound":
        forget_pictures(attempt)
        raise Transient("The service has dropped a picture; it will be uploaded again.")
    return parsed(accepted(reply), shape)


def _receipt(written: _Written, record: Record) -> Receipt:
    did, _, key = written.uri.removeprefix("at://").partition(f"/{COLLECTION}/")
    data = {"cid": written.cid, "created": record["createdAt"]}
    if "reply" in record:
        data["reply"] = json.dumps(record["reply"])
    return Receipt(written.uri, f"https://bsky.app/profile/{did}/post/{key}", data)


def _answering(answered: Receipt) -> dict[str, Any]:
    parent = {"uri": answered.remote_id, "cid": answered.data["cid"]}
    above = json.loads(answered.data.get("reply", "{}"))
    return {"root": above.get("root", parent), "parent": parent}


def _ours(found: _Found, record: Record) -> Receipt:
    """The receipt of what stands under our key, if it says what we say; nothing is overwritten unseen."""
    if words(found.value) != words(record):
        raise Rejected("Another wording is already published under this delivery's key; correct or retract that one.")
    return _receipt(found, found.value)


def _key(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[2]


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What a server would answer; the reference of a picture is its real one, nobody has a name, no page a picture."""
    if request.method == "GET":
        return Reply(request, 404)
    body = request.json if isinstance(request.json, dict) else {}
    if request.content:
        reference = {"$link": content_id(request.content)}
        media_type = request.headers["Content-Type"]
        blob = {"$type": "blob", "ref": reference, "mimeType": media_type, "size": len(request.content)}
        return _as_reply(request, {"blob": blob})
    if "writes" in body:
        results = [_pretended_write(body, write["rkey"], write["value"]) for write in body["writes"]]
        return _as_reply(request, {"results": results})
    session = {"accessJwt": "-", "refreshJwt": "-", "did": "did:plc:rehearsal"}
    return _as_reply(request, session | _pretended_write(body, body.get("rkey", ""), body.get("record", {})))


def _pretended_write(body: Record, key: str, record: Record) -> dict[str, str]:
    return {"uri": f"at://{body.get('repo')}/{COLLECTION}/{key}", "cid": record_id(record)}


def _as_reply(request: Request, answer: object) -> Reply:
    return Reply(request, 200, body=json.dumps(answer).encode())
