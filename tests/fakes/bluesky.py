"""The part of a Bluesky server that a publisher meets; `test_bluesky_agreement` holds it against the real one.

python -m tests.fakes.bluesky --port 8092 --state state.json --faults 0.2
"""

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Any

import cbor2
import regex

from tests.fakes.server import Answer, FakeServer, Seen, as_json, serve

HANDLE = "kampana.test"
PASSWORD = "slepena-lietotnes-parole"
POST = "app.bsky.feed.post"
TID = re.compile(r"[234567abcdefghij][234567a-z]{12}")


def error(code: str, status: int = 400, message: str = "") -> Answer:
    return as_json({"error": code, "message": message or code}, status)


class FakeBluesky(FakeServer):
    publishing = "POST /xrpc/com.atproto.repo.putRecord"
    publishing_threads = "POST /xrpc/com.atproto.repo.applyWrites"

    def __init__(self, port: int = 0, clock: Callable[[], dt.datetime] | None = None) -> None:
        super().__init__(port, clock)
        self.did = "did:plc:" + "k" * 24
        self.password = PASSWORD
        self.state |= {"records": {}, "blobs": {}, "pages": {}, "access": {}, "refresh": [], "commits": 0, "logins": 0}

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What the public can see."""
        return [
            entry["value"] | {"id": f"at://{self.did}/app.bsky.feed.post/{rkey}", "alts": alts_of(entry["value"])}
            for rkey, entry in self.state["records"].items()
        ]

    def truth(self) -> object:
        return {"posts": self.posts, "commits": self.state["commits"], "logins": self.state["logins"]}

    def expire_access(self) -> None:
        """Two hours pass: access tokens run out, refresh tokens do not."""
        self.state["access"] = dict.fromkeys(self.state["access"], "expired")

    def revoke(self) -> None:
        """Somebody deletes the app password."""
        self.expire_access()
        self.state["refresh"] = []
        self.password = "cita-parole"

    def forget_blobs(self) -> None:
        """Uploads that no post has used for long are dropped."""
        self.state["blobs"] = {}

    def show_page(self, path: str, body: bytes, media_type: str) -> None:
        """A page or picture of the publisher's own site, which stands here as well."""
        self.state["pages"][path] = {"body": base64.b64encode(body).decode(), "type": media_type}

    def answer(self, seen: Seen) -> Answer:
        calls: dict[str, Callable[[Seen], Answer]] = {
            "POST com.atproto.server.createSession": self._create_session,
            "POST com.atproto.server.refreshSession": self._refresh_session,
            "GET com.atproto.repo.getRecord": self._get_record,
            "GET com.atproto.identity.resolveHandle": self._resolve_handle,
        }
        signed_in: dict[str, Callable[[Seen], Answer]] = {
            "GET com.atproto.server.getSession": self._get_session,
            "POST com.atproto.repo.uploadBlob": self._upload_blob,
            "POST com.atproto.repo.putRecord": self._put_record,
            "POST com.atproto.repo.applyWrites": self._apply_writes,
            "POST com.atproto.repo.deleteRecord": self._delete_record,
        }
        if page := self.state["pages"].get(seen.path):
            return Answer(200, base64.b64decode(page["body"]), {"Content-Type": page["type"]})
        name = seen.call.replace("/xrpc/", "")
        if name in calls:
            return calls[name](seen)
        if name not in signed_in:
            return error("InvalidRequest")
        return self._token_problem(seen) or signed_in[name](seen)

    # ------------------------------------------------ sessions

    def _create_session(self, seen: Seen) -> Answer:
        if seen.json != {"identifier": HANDLE, "password": self.password}:
            return error("AuthenticationRequired", 401, "Invalid identifier or password")
        self.state["logins"] += 1
        return self._session()

    def _refresh_session(self, seen: Seen) -> Answer:
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.state["refresh"]:
            return error("ExpiredToken" if token.startswith("refresh-") else "InvalidToken")
        return self._session()

    def _session(self) -> Answer:
        number = len(self.state["access"]) + 1
        access, refresh = f"access-{number}", f"refresh-{number}"
        self.state["access"][access] = "good"
        self.state["refresh"].append(refresh)
        return as_json({"accessJwt": access, "refreshJwt": refresh, "did": self.did, "handle": HANDLE, "active": True})

    def _token_problem(self, seen: Seen) -> Answer | None:
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            return error("AuthMissing", 401)
        state = self.state["access"].get(token)
        return None if state == "good" else error("ExpiredToken" if state else "InvalidToken")

    def _get_session(self, seen: Seen) -> Answer:
        return as_json({"did": self.did, "handle": HANDLE, "active": True})

    # ------------------------------------------------ the repository

    def _upload_blob(self, seen: Seen) -> Answer:
        reference = cid(seen.body, codec=0x55)
        kind = "image/png" if seen.body.startswith(b"\x89PNG") else seen.headers["content-type"]
        blob = {"$type": "blob", "ref": {"$link": reference}, "mimeType": kind, "size": len(seen.body)}
        self.state["blobs"][reference] = len(seen.body)
        return as_json({"blob": blob})

    def _put_record(self, seen: Seen) -> Answer:
        body = seen.json
        if body["repo"] != self.did:
            return error("AccountNotFound", 403)
        rkey, record = body["rkey"], body["record"]
        if problem := self._invalid(rkey, record):
            return problem
        current = self.state["records"].get(rkey)
        new = record_cid(record)
        uri = f"at://{self.did}/{POST}/{rkey}"
        if current and current["cid"] == new:
            return as_json({"uri": uri, "cid": new, "validationStatus": "valid"})
        if "swapRecord" in body and body["swapRecord"] != (current["cid"] if current else None):
            return error("InvalidSwap", message=f"Record was at {current['cid'] if current else None}")
        self.state["records"][rkey] = {"cid": new, "value": record}
        self.state["commits"] += 1
        return as_json({"uri": uri, "cid": new, "commit": {}, "validationStatus": "valid"})

    def _apply_writes(self, seen: Seen) -> Answer:
        body = seen.json
        if body["repo"] != self.did:
            return error("AuthenticationRequired", 401)
        created = [(write["rkey"], write["value"]) for write in body["writes"] if write["$type"].endswith("#create")]
        if len(created) != len(body["writes"]) or {write["collection"] for write in body["writes"]} != {POST}:
            return error("InvalidRequest", message="nothing else is played here")
        if problem := next((problem for rkey, record in created if (problem := self._invalid(rkey, record))), None):
            return problem
        if any(rkey in self.state["records"] for rkey, _ in created):
            return error("InternalServerError", 500)
        self.state["records"] |= {rkey: {"cid": record_cid(record), "value": record} for rkey, record in created}
        self.state["commits"] += 1
        results = [{"uri": f"at://{self.did}/{POST}/{rkey}", "cid": record_cid(record)} for rkey, record in created]
        return as_json({"commit": {}, "results": results})

    def _resolve_handle(self, seen: Seen) -> Answer:
        if seen.query["handle"] != HANDLE:
            return error("InvalidRequest", message="Unable to resolve handle")
        return as_json({"did": self.did})

    def _get_record(self, seen: Seen) -> Answer:
        found = self.state["records"].get(seen.query["rkey"])
        if found is None or seen.query["collection"] != POST:
            return error("RecordNotFound")
        return as_json({"uri": f"at://{self.did}/{POST}/{seen.query['rkey']}", **found})

    def _delete_record(self, seen: Seen) -> Answer:
        if self.state["records"].pop(seen.json["rkey"], None) is None:
            return as_json({})
        self.state["commits"] += 1
        return as_json({"commit": {}})

    def _invalid(self, rkey: str, record: dict[str, Any]) -> Answer | None:
        text = record.get("text", "")
        embed = record.get("embed", {})
        images = embed.get("images", [])
        thumbs = [embed["external"]["thumb"]] if "thumb" in embed.get("external", {}) else []
        blobs = [blob["ref"]["$link"] for blob in (*(image["image"] for image in images), *thumbs)]
        lacking = {"createdAt", "text"} - set(record) or [image for image in images if "alt" not in image]
        too_long = len(regex.findall(r"\X", text)) > 300 or len(text.encode()) > 3000
        if not TID.fullmatch(rkey) or record.get("$type") != POST or lacking or too_long or len(images) > 4:
            return error("InvalidRequest", message="Invalid app.bsky.feed.post record")
        if any(blob not in self.state["blobs"] for blob in blobs):
            return error("BlobNotFound")
        return None


def alts_of(record: dict[str, Any]) -> list[str]:
    return [image["alt"] for image in record.get("embed", {}).get("images", [])]


def record_cid(record: dict[str, Any]) -> str:
    def linked(value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"$link"}:
            return cbor2.CBORTag(42, b"\0" + base64.b32decode(value["$link"][1:].upper() + "======"))
        if isinstance(value, dict):
            return {name: linked(inner) for name, inner in value.items()}
        return [linked(inner) for inner in value] if isinstance(value, list) else value

    return cid(cbor2.dumps(linked(record), canonical=True), codec=0x71)


def cid(content: bytes, codec: int) -> str:
    raw = bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


if __name__ == "__main__":
    serve(FakeBluesky)
