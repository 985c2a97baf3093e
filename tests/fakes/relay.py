"""A Nostr relay: its own, or one that stands before a real relay and spoils what passes.

Faults are played on the message (`EVENT /`, `REQ /`) or on the opening of the connection (`GET /`).
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.sync.client import connect

from tests.fakes.server import Answer, FakeServer, Handling, Seen, read_request

TOO_OLD = 31_536_000
AHEAD = 3_600
REFUSALS = {401: "restricted: nav atļauts", 429: "rate-limited: lēnāk"}
"""How a relay says within a connection what others say by a status."""


class Speaking(Handling):
    """One message in the hands of a fault. An answer's body is the relay's messages, one per line."""

    def __init__(
        self, server: FakeServer, handler: BaseHTTPRequestHandler, seen: Seen, protocol: ServerProtocol
    ) -> None:
        super().__init__(server, handler, seen)
        self._protocol = protocol

    def reply(self, answer: Answer) -> None:
        if answer.status < 400:
            self.say(frames(answer))
        elif answer.status in REFUSALS and self.seen.method == "EVENT":
            said = json.dumps(["OK", self.seen.json[1]["id"], False, REFUSALS[answer.status]])
            self.say(frames(Answer(200, said.encode())))
        else:
            self._protocol.send_close(1011, "iekšēja kļūda")
            self.say(b"".join(self._protocol.data_to_send()))
            self._handler.close_connection = True

    def cut(self, answer: Answer) -> None:
        whole = frames(answer)
        self.say(whole[: len(whole) // 2])
        self.drop()

    def drip(self, answer: Answer) -> None:
        for byte in frames(answer):
            self.say(bytes([byte]))
            if self.server.stopping.wait(0.05):
                return

    def say(self, data: bytes) -> None:
        self._handler.wfile.write(data)


def frames(answer: Answer) -> bytes:
    """As a server sends them."""
    texts = answer.body.split(b"\n")
    return b"".join(Frame(Opcode.TEXT, text).serialize(mask=False) for text in texts)


class FakeRelay(FakeServer):
    publishing = "EVENT /"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.duplicates_are_accepted = True
        self.state |= {"events": {}, "deleted": []}

    @property
    def url(self) -> str:
        return f"ws://{self.address}"

    @property
    def posts(self) -> list[dict[str, Any]]:
        """The notes anybody can read."""
        return [shown(event) for event in self.state["events"].values() if event["kind"] == 1]

    def truth(self) -> object:
        return {"posts": self.posts}

    # ------------------------------------------------ what a relay does

    def answer(self, seen: Seen) -> Answer:
        kind, *rest = seen.json
        messages = self._stored(rest[0]) if kind == "EVENT" else self._asked(rest[0], rest[1])
        return Answer(200, b"\n".join(json.dumps(message, ensure_ascii=False).encode() for message in messages))

    def _stored(self, event: dict[str, Any]) -> list[Any]:
        if problem := self._invalid(event):
            return [["OK", "" if "signature" in problem else event["id"], False, f"invalid: {problem}"]]
        if event["id"] in self.state["events"] or event["id"] in self.state["deleted"]:
            return [["OK", event["id"], self.duplicates_are_accepted, "duplicate: exists"]]
        if event["kind"] == 5:
            for gone in [tag[1] for tag in event["tags"] if tag[0] == "e"]:
                if self.state["events"].get(gone, event)["pubkey"] == event["pubkey"]:
                    self.state["events"].pop(gone, None)
                    self.state["deleted"].append(gone)
        self.state["events"][event["id"]] = event
        return [["OK", event["id"], True, ""]]

    def _asked(self, subscription: str, wanted: dict[str, Any]) -> list[Any]:
        if set(wanted) - {"ids", "authors", "kinds", "limit"}:
            return [["CLOSED", subscription, "invalid: unknown filter"]]
        found = [
            event
            for event in self.state["events"].values()
            if event["id"] in wanted.get("ids", [event["id"]])
            and event["pubkey"] in wanted.get("authors", [event["pubkey"]])
        ]
        limited = found[: wanted.get("limit", 500)]
        return [*[["EVENT", subscription, event] for event in limited], ["EOSE", subscription]]

    def _invalid(self, event: dict[str, Any]) -> str:
        from coincurve import PublicKeyXOnly

        if set(event) != {"id", "pubkey", "created_at", "kind", "tags", "content", "sig"}:
            return "unknown or missing fields"
        fields = [0, *(event[name] for name in ("pubkey", "created_at", "kind", "tags", "content"))]
        digest = hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).digest()
        if digest.hex() != event["id"]:
            return "bad event id"
        if not PublicKeyXOnly(bytes.fromhex(event["pubkey"])).verify(bytes.fromhex(event["sig"]), digest):
            return "bad signature"
        age = self.clock().timestamp() - event["created_at"]
        if not -AHEAD <= age <= TOO_OLD:
            return "too old, or in the future"
        return "too large" if len(event["content"]) > 4096 else ""

    # ------------------------------------------------ the machinery

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        opening = read_request(handler)
        if fault := self._noticed(opening):
            fault(Handling(self, handler, opening))
            return
        handler.close_connection = True
        protocol = opened(handler)
        for text in said(handler, protocol):
            seen = Seen(json.loads(text)[0], opening.path, {}, {}, text, opening.target)
            fault, speaking = self._noticed(seen), Speaking(self, handler, seen, protocol)
            if fault:
                fault(speaking)
            else:
                speaking.reply(speaking.act())

    def _noticed(self, seen: Seen) -> Any:
        """The opening of a connection counts as no request of its own, but may go wrong."""
        with self.lock:
            if seen.method != "GET":
                self.log.append(seen)
            elif seen.call not in {call for call, _ in self._faults}:
                return None
            return self._fault_for(seen)


class RelayProxy(FakeRelay):
    """The relay behind it does what a relay does."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self._target = target
        self.authors: list[str] = []

    def answer(self, seen: Seen) -> Answer:
        return Answer(200, b"\n".join(asked(self._target, seen.body.decode())))

    @property
    def posts(self) -> list[dict[str, Any]]:
        query = json.dumps(["REQ", "public", {"kinds": [1], "authors": self.authors}])
        messages = [json.loads(message) for message in asked(self._target, query)]
        return [shown(message[2]) for message in messages if message[0] == "EVENT"]


def asked(target: str, text: str) -> list[bytes]:
    """Everything a real relay answers, to its last word."""
    answers: list[bytes] = []
    with connect(target, proxy=None, compression=None) as relay:
        relay.send(text)
        while not answers or json.loads(answers[-1])[0] not in {"OK", "EOSE", "CLOSED"}:
            answers.append(str(relay.recv(timeout=20)).encode())
    return answers


def shown(event: dict[str, Any]) -> dict[str, Any]:
    """A note as a client shows it: the addresses of pictures are shown as the pictures."""
    pictures = [dict(part.split(" ", 1) for part in tag[1:]) for tag in event["tags"] if tag[0] == "imeta"]
    text = event["content"]
    for picture in pictures:
        text = text.replace(picture["url"], "")
    return event | {"text": text.strip(), "alts": [picture["alt"] for picture in pictures]}


def opened(handler: BaseHTTPRequestHandler) -> ServerProtocol:
    """The connection as a WebSocket; what opened it has been read already, and is told again."""
    protocol = ServerProtocol()
    protocol.receive_data(f"{handler.requestline}\n{handler.headers}".replace("\n", "\r\n").encode())
    [request] = protocol.events_received()
    assert isinstance(request, Request)
    protocol.send_response(protocol.accept(request))
    handler.wfile.write(b"".join(protocol.data_to_send()))
    return protocol


def said(handler: BaseHTTPRequestHandler, protocol: ServerProtocol) -> Iterator[bytes]:
    """What the client says, message by message, until it goes."""
    with contextlib.suppress(OSError):
        while data := handler.connection.recv(65_536):
            protocol.receive_data(data)
            for frame in protocol.events_received():
                if isinstance(frame, Frame) and frame.opcode is Opcode.TEXT:
                    yield bytes(frame.data)
