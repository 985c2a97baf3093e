"""The part of a Matrix server that a publisher and its readers meet; the same tests hold it against Synapse.

python -m tests.fakes.matrix --port 8095 --state state.json --faults 0.2
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from tests.fakes.proxy import FaultProxy
from tests.fakes.server import Answer, FakeServer, Fault, Seen, as_json, serve

NAME = "kampana.test"
PASSWORD = "glāžšķūņu rūķīši"
LARGEST_EVENT = 65_536
CLIENT = "/_matrix/client/v3"
ROOM = f"{CLIENT}/rooms/([^/]+)"
SENDING = "PUT /send"


@dataclass
class Habits:
    remembers: dt.timedelta = dt.timedelta(hours=24)  # for how long a repeated transaction is the first one


def error(code: str, status: int) -> Answer:
    return as_json({"errcode": code, "error": "Neizdevās"}, status)


def left_to_see(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages as a reader sees them in the end: corrected, and without what was removed."""
    shown: dict[str, dict[str, Any]] = {}
    for event in events:
        content = event["content"]
        corrects = content.get("m.relates_to", {}).get("event_id")
        if corrects in shown:
            shown[corrects] |= content["m.new_content"] | {"text": content["m.new_content"]["body"]}
        elif "body" in content and not corrects:
            shown[event["event_id"]] = content | {"text": content["body"], "id": event["event_id"]}
    return list(shown.values())


class EveryMessage(FakeServer):
    """Sending a message is one call, whatever its room and transaction."""

    publishing = SENDING

    def _fault_for(self, seen: Seen) -> Fault | None:
        return super()._fault_for(replace(seen, path="/send") if "/send/m.room.message/" in seen.path else seen)


class MatrixProxy(EveryMessage, FaultProxy):
    def __init__(self, target: str) -> None:
        FaultProxy.__init__(self, target, SENDING)


class FakeMatrix(EveryMessage):
    def __init__(
        self, port: int = 0, habits: Habits | None = None, clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        super().__init__(port, clock)
        self.habits = habits or Habits()
        self.state |= {"tokens": {}, "rooms": {}, "transactions": {}, "media": [], "count": 0}

    @property
    def posts(self) -> list[dict[str, Any]]:
        return [post for room in self.state["rooms"].values() for post in left_to_see(room["events"])]

    def truth(self) -> object:
        return {"posts": self.posts}

    # ------------------------------------------------ calls

    def answer(self, seen: Seen) -> Answer:
        if seen.call == f"POST {CLIENT}/login":
            return self._login(seen)
        if self._who(seen) is None:
            return error("M_UNKNOWN_TOKEN", 401)
        return self.routed(seen, self._routes) or error("M_UNRECOGNIZED", 404)

    @property
    def _routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            f"GET {CLIENT}/account/whoami": self._whoami,
            f"POST {CLIENT}/logout": self._logout,
            f"GET {CLIENT}/joined_rooms": self._joined_rooms,
            f"POST {CLIENT}/createRoom": self._create_room,
            f"POST {CLIENT}/join/([^/]+)": self._join,
            f"POST {ROOM}/leave": self._leave,
            f"PUT {ROOM}/state/m.room.encryption/": self._encrypt,
            f"GET {ROOM}/state/m.room.encryption/": self._encryption,
            "POST /_matrix/media/v3/upload": self._upload,
            r"GET /_matrix/client/v1/media/download/(.+)": self._download,
            f"PUT {ROOM}/send/m.room.message/([^/]+)": self._send,
            f"PUT {ROOM}/redact/([^/]+)/([^/]+)": self._redact,
            f"GET {ROOM}/messages": self._messages,
        }

    def _who(self, seen: Seen) -> list[str] | None:
        """User and device."""
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        found: list[str] | None = self.state["tokens"].get(token)
        return found

    def _me(self, seen: Seen) -> list[str]:
        return self._who(seen) or ["", ""]

    def _login(self, seen: Seen) -> Answer:
        if seen.json["password"] != PASSWORD:
            return error("M_FORBIDDEN", 403)
        user, device = f"@{seen.json['identifier']['user']}:{NAME}", seen.json["device_id"]
        token = f"kanarijputnins-{self._next()}"
        self.state["tokens"][token] = [user, device]
        return as_json({"user_id": user, "access_token": token, "device_id": device})

    def _whoami(self, seen: Seen) -> Answer:
        user, device = self._me(seen)
        return as_json({"user_id": user, "device_id": device})

    def _logout(self, seen: Seen) -> Answer:
        mine = self._who(seen)
        self.state["tokens"] = {token: who for token, who in self.state["tokens"].items() if who != mine}
        return as_json({})

    # ------------------------------------------------ rooms

    def _room(self, seen: Seen, quoted: str) -> dict[str, Any] | None:
        """The room, for those who are in it."""
        room: dict[str, Any] | None = self.state["rooms"].get(unquote(quoted))
        return room if room and self._me(seen)[0] in room["members"] else None

    def _create_room(self, seen: Seen) -> Answer:
        room = f"!istaba{self._next()}:{NAME}"
        self.state["rooms"][room] = {"members": [self._me(seen)[0]], "events": [], "encryption": None}
        return as_json({"room_id": room})

    def _join(self, seen: Seen, quoted: str) -> Answer:
        self.state["rooms"][unquote(quoted)]["members"].append(self._me(seen)[0])
        return as_json({"room_id": unquote(quoted)})

    def _leave(self, seen: Seen, quoted: str) -> Answer:
        self.state["rooms"][unquote(quoted)]["members"].remove(self._me(seen)[0])
        return as_json({})

    def _joined_rooms(self, seen: Seen) -> Answer:
        user = self._me(seen)[0]
        return as_json({"joined_rooms": [id_ for id_, room in self.state["rooms"].items() if user in room["members"]]})

    def _encrypt(self, seen: Seen, quoted: str) -> Answer:
        self.state["rooms"][unquote(quoted)]["encryption"] = seen.json
        return as_json({"event_id": f"$a{self._next()}"})

    def _encryption(self, seen: Seen, quoted: str) -> Answer:
        room = self._room(seen, quoted)
        return as_json(room["encryption"]) if room and room["encryption"] else error("M_NOT_FOUND", 404)

    # ------------------------------------------------ messages

    def _upload(self, seen: Seen) -> Answer:
        if not seen.body.startswith((b"\x89PNG", b"\xff\xd8")) or not seen.headers["content-type"].startswith("image/"):
            return error("M_UNKNOWN", 400)
        media = hashlib.sha256(seen.body + str(self._next()).encode()).hexdigest()[:24]
        self.state["media"].append([f"{NAME}/{media}", seen.body.hex(), seen.headers["content-type"]])
        return as_json({"content_uri": f"mxc://{NAME}/{media}"})

    def _download(self, seen: Seen, media: str) -> Answer:
        [[_, content, media_type]] = [each for each in self.state["media"] if each[0] == media]
        return Answer(200, bytes.fromhex(content), {"Content-Type": media_type})

    def _send(self, seen: Seen, quoted: str, transaction: str) -> Answer:
        room = self._room(seen, quoted)
        if room is None:
            return error("M_FORBIDDEN", 403)
        if known := self._repeated(seen, quoted, transaction):
            return as_json({"event_id": known})
        if not seen.headers.get("content-type", "").startswith("application/json") or "body" not in seen.json:
            return error("M_BAD_JSON", 400)
        if len(json.dumps(seen.json, ensure_ascii=False, separators=(",", ":")).encode()) > LARGEST_EVENT - 500:
            return error("M_TOO_LARGE", 413)
        event = {
            "event_id": f"${hashlib.sha256(str(self._next()).encode()).hexdigest()[:40]}",
            "type": "m.room.message",
            "sender": self._me(seen)[0],
            "origin_server_ts": int(self.clock().timestamp() * 1000),
            "content": seen.json,
            "sent_by": [*self._me(seen), transaction],
        }
        room["events"].append(event)
        self.state["transactions"][self._mark(seen, quoted, transaction)] = [event["event_id"], self._now()]
        return as_json({"event_id": event["event_id"]})

    def _redact(self, seen: Seen, quoted: str, event: str, transaction: str) -> Answer:
        room = self._room(seen, quoted)
        if room is None:
            return error("M_FORBIDDEN", 403)
        for known in room["events"]:
            if known["event_id"] == unquote(event):
                known["content"] = {}
        return as_json({"event_id": f"$b{self._next()}"})

    def _messages(self, seen: Seen, quoted: str) -> Answer:
        room = self._room(seen, quoted)
        if room is None:
            return error("M_FORBIDDEN", 403)
        events = list(self._shown(seen, room["events"]))
        if seen.query["dir"] == "b":
            events.reverse()
        start, limit = int(seen.query.get("from", 0)), int(seen.query["limit"])
        more = {"end": str(start + limit)} if start + limit < len(events) else {}
        return as_json({"chunk": events[start : start + limit], "start": str(start)} | more)

    def _shown(self, seen: Seen, events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """To the device that sent it, with its transaction."""
        wanted = json.loads(seen.query.get("filter", "{}"))
        for event in events:
            shown = {name: value for name, value in event.items() if name != "sent_by"}
            own = {"transaction_id": event["sent_by"][2]} if event["sent_by"][:2] == self._me(seen) else {}
            if event["sender"] in wanted.get("senders", [event["sender"]]):
                yield shown | {"unsigned": own}

    def _repeated(self, seen: Seen, quoted: str, transaction: str) -> str | None:
        known = self.state["transactions"].get(self._mark(seen, quoted, transaction))
        fresh = known and self._now() - known[1] < self.habits.remembers.total_seconds()
        return str(known[0]) if fresh else None

    def _mark(self, seen: Seen, quoted: str, transaction: str) -> str:
        return "\n".join([*self._me(seen), quoted, transaction])

    def _now(self) -> float:
        return self.clock().timestamp()

    def _next(self) -> int:
        self.state["count"] += 1
        return int(self.state["count"])


if __name__ == "__main__":
    serve(FakeMatrix)
