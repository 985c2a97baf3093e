"""A room on a Matrix server."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, Field, SecretStr, StringConstraints

from campaign.channels import chain
from campaign.channels.account import Server, revealed
from campaign.channels.authorisation import Gained, SignIn, Values
from campaign.channels.base import Channel, Opening, RemoteModel
from campaign.channels.exchange import Exchange, Reply, Request, Service, Shape, accepted, explained, parsed
from campaign.errors import AccountBlocked, Uncertain
from campaign.model import Attempt, Limits, Picture, Receipt, Segment
from campaign.text import letters

LIMITS = Limits(characters=20_000, bytes=20_000, images=4, alt_texts=False, replies=True)
"""An event holds 65,536 bytes, and one that corrects another holds its text twice."""
CLOCKS_DIFFER_MS = 120_000
DAY_MS = 86_400_000
PAGE = 100
PAGES = 25
"""How far back `find` reads before it says that nobody can tell."""
CLIENT = "/_matrix/client/v3"


class _Login(BaseModel):
    access_token: str


def _signed_in(exchange: Exchange, account: str, settings: Values, password: str) -> Gained:
    """A token of a device of this account's own: the same one each time, as servers remember transactions by device."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": settings["user"]},
        "password": password,
        "device_id": f"campaign-{account}",
        "initial_device_display_name": f"Campaign ({account})",
    }
    request = Request("POST", f"{CLIENT}/login", "signing in", json=body, private=True)
    reply = _allowed(Service(exchange, settings["server"]).reply(request))
    return Gained(secrets={"token": parsed(reply, _Login).access_token})


class MatrixSettings(RemoteModel):
    """A user of a Matrix server, who writes into one room."""

    needs: ClassVar[tuple[str, ...]] = ("token",)
    authorisation: ClassVar = SignIn(_signed_in)

    kind: Literal["matrix"]
    """The service."""
    server: Server
    """The address of the server that programs ask, nothing after the host name."""
    room: Annotated[str, StringConstraints(pattern=r"^![^\s/]+$")]
    """The room's internal id; it begins with `!`."""
    user: Annotated[str, StringConstraints(pattern=r"^@[^\s:]+:[^\s/]+$")]
    """Who writes there, as `@kampana:matrix.example`."""
    token: SecretStr | None = None
    """The access token of a device of its own, which is used for nothing else."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Matrix(self, opening.exchange)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return _pretended(request)


class _Uploaded(BaseModel):
    content_uri: str


class _Sent(BaseModel):
    event_id: str


class _Who(BaseModel):
    user_id: str


class _Joined(BaseModel):
    joined_rooms: list[str]


class _Event(BaseModel):
    event_id: str
    sender: str
    origin_server_ts: int
    content: Mapping[str, Any]
    unsigned: Mapping[str, Any] = Field(default_factory=dict)


class _Messages(BaseModel):
    chunk: list[_Event]
    end: str | None = None


class Matrix:
    """Writes messages into a room.

    Not twice: an event goes out under a transaction id of ours, and a repeat by the same device is answered with the
    first event. Servers remember that for a day, so a lost answer is looked up in the room first: there the sending
    device is shown its transaction ids, and another one finds the text. Lists can lag behind on large servers.
    A post is one event, its text being the picture's caption (`body` beside `filename`). Matrix has no field for an
    alt text beside a caption, and programs read the caption out, so composing puts what a picture says into the text.
    Every further picture is an event of its own, whose `body` is the alt text.
    https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid
    """

    look_ups = 2
    longest = 120.0

    def __init__(self, settings: MatrixSettings, exchange: Exchange) -> None:
        self.limits = settings.limits
        self._settings = settings
        self._room = f"{CLIENT}/rooms/{quote(settings.room, safe='')}"
        bearer = {"Authorization": f"Bearer {revealed(settings.token)}"}
        self._service = Service(exchange, settings.server, bearer)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return _mark(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        media = self._uploaded(attempt)

        def publish(number: int, segment: Segment, _: Receipt | None) -> Receipt:
            content = _message(number, segment, media) | (_answering(attempt.parent) if number == 1 else {})
            event_id = self._put(_own_transaction(attempt, number), content, "publishing the post")
            return self._receipt(event_id, attempt.service_key)

        return chain.in_turn(_spread(attempt), publish, self.remove)

    def find(self, attempt: Attempt) -> Receipt | None:
        """In the room since the first try: the event of our transaction, else the oldest of our own with this text."""
        spread = _spread(attempt)
        if complete := chain.finished(spread, None):
            return complete
        number, segment = chain.doubtful(spread)
        found = self._looked_up(attempt, _own_transaction(attempt, number), letters(segment.text))
        return chain.finished(spread, self._receipt(found, attempt.service_key) if found else None)

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        """Each step's transactions follow from those of the step before, so that going back to a wording is news."""
        media = self._uploaded(attempt)

        def correct(number: int, segment: Segment, part: Receipt) -> Receipt:
            step = _mark(part.data["step"], attempt.revision)
            correction = _correction(part.remote_id, _message(number, segment, media))
            self._put(f"{step}-{number}", correction, "correcting the post", publishes=False)
            return self._receipt(part.remote_id, step)

        return chain.corrected(receipt, _spread(attempt).post, correct)

    def remove(self, receipt: Receipt) -> None:
        for part in chain.parts_of(receipt):
            path = f"{self._room}/redact/{quote(part.remote_id, safe='')}/{_mark('redact', part.remote_id)}"
            reply = self._service.reply(Request("PUT", path, "removing the post", json={}))
            if reply.status != 404:
                _allowed(reply)

    def check(self) -> str:
        """That the token is the user's, who is in the room, which everybody in it can read without keys."""
        who = self._read(Request("GET", f"{CLIENT}/account/whoami", "proving the token"), _Who).user_id
        if who != self._settings.user:
            raise AccountBlocked(f"The token belongs to {who}, not to {self._settings.user}.")
        joined = self._read(Request("GET", f"{CLIENT}/joined_rooms", "looking for the room"), _Joined)
        if self._settings.room not in joined.joined_rooms:
            raise AccountBlocked(f"{who} is not in the room {self._settings.room}; invite and join it.")
        asked = Request("GET", f"{self._room}/state/m.room.encryption/", "looking whether the room is encrypted")
        if self._service.reply(asked).status == 200:
            raise AccountBlocked(f"The room {self._settings.room} is encrypted, and messages from here are not.")
        return f"{who} in {self._settings.room}"

    def _uploaded(self, attempt: Attempt) -> dict[str, dict[str, object]]:
        """Picture id → what an event says of the file. All are there before anything is said."""
        return {picture.id: self._media(attempt, index, picture) for index, picture in enumerate(attempt.post.pictures)}

    def _media(self, attempt: Attempt, index: int, picture: Picture) -> dict[str, object]:
        """What an earlier try has uploaded is used again."""
        name = f"media-{picture.id}-{index}"
        content, media_type = attempt.load(picture)
        address = attempt.notes.get(name)
        if not address:
            path = f"/_matrix/media/v3/upload?{urlencode({'filename': picture.name})}"
            headers = {"Content-Type": media_type}
            request = Request("POST", path, "uploading a picture", headers, content=content, uploads=True)
            address = self._read(request, _Uploaded).content_uri
            attempt.note(name, address)
        info = {"mimetype": media_type, "size": len(content), "w": picture.width, "h": picture.height}
        return {"url": address, "info": info}

    def _put(self, transaction: str, content: Mapping[str, object], doing: str, *, publishes: bool = True) -> str:
        path = f"{self._room}/send/m.room.message/{transaction}"
        return self._read(Request("PUT", path, doing, json=content, publishes=publishes), _Sent).event_id

    def _read(self, request: Request, shape: type[Shape]) -> Shape:
        return parsed(_allowed(self._service.reply(request)), shape)

    def _looked_up(self, attempt: Attempt, transaction: str, wanted: str) -> str | None:
        """A transaction is ours whatever the clocks say; a text must not be older than the first try."""
        known, began = attempt.known | chain.published_ids(attempt), int(attempt.first_tried.timestamp() * 1000)
        same = None
        for event in self._own_events(began - DAY_MS):
            told = event.unsigned.get("transaction_id")
            if told == transaction:
                return event.event_id
            candidate = not told and event.event_id not in known and event.origin_server_ts >= began - CLOCKS_DIFFER_MS
            if candidate and letters(str(event.content.get("body", ""))) == wanted:
                same = event.event_id
        return same

    def _own_events(self, since: int) -> Iterator[_Event]:
        """Our messages, newest first, page by page, until one is older than `since` (milliseconds since 1970)."""
        chosen = {"senders": [self._settings.user], "types": ["m.room.message"]}
        query = {"dir": "b", "limit": str(PAGE), "filter": json.dumps(chosen)}
        for _ in range(PAGES):
            request = Request("GET", f"{self._room}/messages?{urlencode(query)}", "looking for the post")
            page = self._read(request, _Messages)
            for event in page.chunk:
                if event.origin_server_ts < since:
                    return
                if event.sender == self._settings.user:
                    yield event
            if page.end is None:
                return
            query["from"] = page.end
        raise Uncertain("The room has more newer messages of ours than can be looked through.")

    def _receipt(self, event_id: str, step: str) -> Receipt:
        room, event = quote(self._settings.room, safe="!:"), quote(event_id, safe="$:")
        host = quote(self._settings.user.partition(":")[2], safe=":")
        return Receipt(event_id, f"https://matrix.to/#/{room}/{event}?via={host}", {"step": step})


def _allowed(reply: Reply) -> Reply:
    """Whoever was removed from a room, or may not write there, is told so by 403 for every post."""
    if reply.status == 403:
        raise AccountBlocked(explained(reply))
    return accepted(reply)


def _mark(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def _own_transaction(attempt: Attempt, number: int) -> str:
    return f"{attempt.service_key}-{chain.name_of(attempt, number)}"


def _spread(attempt: Attempt) -> Attempt:
    """The same attempt with every picture after the first as a part of its own."""
    post = attempt.post
    further = tuple(Segment(picture.alt, (picture,)) for picture in post.pictures[1:])
    return replace(attempt, post=replace(post, pictures=post.pictures[:1], thread=further))


def _message(number: int, segment: Segment, media: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """A message; the words of the first are its picture's caption, which the name of a file beside them tells."""
    if not segment.pictures:
        return {"msgtype": "m.text", "body": segment.text}
    [picture] = segment.pictures
    caption = {"filename": picture.name} if number == 1 else {}
    return {"msgtype": "m.image", "body": segment.text, **caption, **media[picture.id]}


def _answering(parent: Receipt | None) -> dict[str, object]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": parent.remote_id}}} if parent else {}


def _correction(event_id: str, content: Mapping[str, object]) -> dict[str, object]:
    """What programs that know no corrections show, and what stands there instead of the first wording."""
    relation = {"rel_type": "m.replace", "event_id": event_id}
    return {**content, "body": f"* {content['body']}", "m.new_content": content, "m.relates_to": relation}


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What a server would answer; ids follow from what was sent, so that a rehearsal can be repeated."""
    if request.uploads:
        answer = {"content_uri": f"mxc://pretended/{hashlib.sha256(request.content).hexdigest()[:16]}"}
    else:
        answer = {"event_id": f"${request.path.rpartition('/')[2]}"}
    return Reply(request, 200, body=json.dumps(answer).encode())
