"""A server that speaks Mastodon's language: strict, with a memory, and with the habits of its relatives.

python -m tests.fakes.mastodon --port 8091 --state state.json --faults 0.2
"""

import datetime as dt
import email
import email.policy
import hashlib
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import regex

from tests.fakes.server import Answer, FakeServer, Seen, as_json, serve

TOKEN = "kanarijputnins-mastodon-token"
FIELDS = {"status", "media_ids", "visibility", "language", "sensitive", "spoiler_text", "in_reply_to_id"}
SHOWN = ("id", "created_at", "language", "visibility", "url", "in_reply_to_id", "spoiler_text", "sensitive")
KEY_LIFE = dt.timedelta(hours=1)


@dataclass
class Habits:
    """How this server differs from Mastodon itself."""

    honours_key: bool = True
    replay_status: int = 200  # 500: what a replay was once answered with
    media_polls: int = 0  # how often one must ask until an upload is ready
    reused_media: int = 422  # 400, 422, or 200: the picture moves to the new post
    shows_used_media: bool = False  # an upload can still be asked for when a status has it
    keeps_language: bool = True
    tells_zone: bool = True
    characters: int = 500
    url_weight: int = 23
    too_long_status: int = 422
    bad_token_status: int = 401
    list_lag: int = 0  # how many lists still lack the newest post
    gives_source: bool = True
    instance: dict[str, Any] | None = None  # path → what it says there; nothing elsewhere
    error_words: str = "Validation failed"


class FakeMastodon(FakeServer):
    publishing = "POST /api/v1/statuses"

    def __init__(
        self, port: int = 0, habits: Habits | None = None, clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        super().__init__(port, clock)
        self.habits = habits or Habits()
        self.token = TOKEN
        self.state |= {"posts": {}, "media": {}, "keys": {}, "deleted": [], "edits": 0, "last_id": 110_000}

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What the public can see, oldest first."""
        return [
            post | {"media": self._described(post), "alts": [media["description"] for media in self._described(post)]}
            for post in self.state["posts"].values()
        ]

    def truth(self) -> object:
        return {"posts": self.posts, "deleted": self.state["deleted"], "edits": self.state["edits"]}

    def post_by_somebody(self, text: str) -> str:
        """A status that did not come through us."""
        return str(self._new_post({"status": text, "language": "lv"})["id"])

    def forget_unused_media(self) -> None:
        """Uploads that no status has used for long are dropped."""
        self.state["media"] = {name: media for name, media in self.state["media"].items() if media["post"]}

    # ------------------------------------------------ calls

    def answer(self, seen: Seen) -> Answer:
        if seen.call in {"GET /api/v2/instance", "GET /api/v1/instance"}:
            return self._instance(seen)
        if seen.headers.get("authorization") != f"Bearer {self.token}":
            return self._bad_token()
        return self.routed(seen, self._routes) or as_json({"error": "Record not found"}, 404)

    @property
    def _routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            "GET /api/v1/accounts/verify_credentials": self._credentials,
            "POST /api/v2/media": self._upload,
            r"GET /api/v1/media/(\w+)": self._media,
            "POST /api/v1/statuses": self._publish,
            "GET /api/v1/accounts/7/statuses": self._list,
            r"GET /api/v1/statuses/(\w+)/source": self._source,
            r"PUT /api/v1/statuses/(\w+)": self._edit,
            r"DELETE /api/v1/statuses/(\w+)": self._delete,
        }

    def _credentials(self, seen: Seen) -> Answer:
        return as_json({"id": "7", "acct": "kampana", "username": "kampana"})

    def _upload(self, seen: Seen) -> Answer:
        form = read_form(seen)
        if set(form) - {"file", "description", "focus"} or "file" not in form:
            return self._invalid("unknown or missing form fields")
        content = form["file"]
        if not content.startswith((b"\x89PNG", b"\xff\xd8")):
            return self._invalid("not a picture")
        media_id = self._next_id()
        self.state["media"][media_id] = {
            "id": media_id,
            "description": form.get("description", b"").decode(),
            "sha256": hashlib.sha256(content).hexdigest(),
            "polls": self.habits.media_polls,
            "post": None,
        }
        return self._media_answer(media_id, 202)

    def _media(self, seen: Seen, media_id: str) -> Answer:
        media = self.state["media"].get(media_id)
        if media is None or (media["post"] and not self.habits.shows_used_media):
            return as_json({"error": "Record not found"}, 404)
        media["polls"] = max(0, media["polls"] - 1)
        return self._media_answer(media_id, 206)

    def _publish(self, seen: Seen) -> Answer:
        if not seen.headers.get("content-type", "").startswith("application/json"):
            return self._invalid("not JSON")
        key = seen.headers.get("idempotency-key", "")
        if (known := self._remembered(key)) is not None:
            return as_json(self._shown(known) if known else {"error": "Record not found"}, self.habits.replay_status)
        body = seen.json
        if problem := self._refusal(body):
            return problem
        post = self._new_post(body)
        if key:
            self.state["keys"][key] = {"post": post["id"], "at": self.clock().timestamp()}
        self.state["lag"] = self.habits.list_lag
        return as_json(self._shown(post))

    def _list(self, seen: Seen) -> Answer:
        if set(seen.query) - {"limit", "max_id", "exclude_reblogs"} or seen.query.get("exclude_reblogs") != "true":
            return self._invalid("unknown or missing parameters")
        newest_first = list(reversed(self.state["posts"].values()))
        if self.state.get("lag", 0) > 0:
            self.state["lag"] -= 1
            newest_first = newest_first[1:]
        if before := seen.query.get("max_id"):
            newest_first = [post for post in newest_first if int(post["id"]) < int(before)]
        return as_json([self._shown(post) for post in newest_first[: int(seen.query.get("limit", 20))]])

    def _source(self, seen: Seen, post_id: str) -> Answer:
        post = self.state["posts"].get(post_id)
        if post is None or not self.habits.gives_source:
            return as_json({"error": "Record not found"}, 404)
        return as_json({"id": post_id, "text": post["text"], "spoiler_text": ""})

    def _edit(self, seen: Seen, post_id: str) -> Answer:
        post = self.state["posts"].get(post_id)
        if post is None:
            return as_json({"error": "Record not found"}, 404)
        body = seen.json
        changes = body.pop("media_attributes", [])
        if problem := self._refusal(body, editing=post_id):
            return problem
        for change in changes:
            self.state["media"][change["id"]]["description"] = change["description"]
        self._attach(post_id, body["media_ids"])
        post |= {"text": body["status"], "language": body["language"], "media_ids": body["media_ids"], **_warning(body)}
        self.state["edits"] += 1
        return as_json(self._shown(post))

    def _delete(self, seen: Seen, post_id: str) -> Answer:
        post = self.state["posts"].pop(post_id, None)
        if post is None:
            return as_json({"error": "Record not found"}, 404)
        self.state["deleted"].append(post_id)
        return as_json(self._shown(post))

    def _instance(self, seen: Seen) -> Answer:
        if self.habits.instance is not None:
            told = self.habits.instance.get(seen.path)
            return as_json(told) if told is not None else as_json({"error": "Not found"}, 404)
        statuses = {
            "max_characters": self.habits.characters,
            "max_media_attachments": 4,
            "characters_reserved_per_url": self.habits.url_weight,
        }
        pictures = {"image_size_limit": 16_777_216, "image_matrix_limit": 33_177_600, "description_limit": 1500}
        return as_json({"configuration": {"statuses": statuses, "media_attachments": pictures}})

    # ------------------------------------------------ what it keeps and shows

    def _next_id(self) -> str:
        self.state["last_id"] += 1
        return str(self.state["last_id"])

    def _new_post(self, body: dict[str, Any]) -> dict[str, Any]:
        post_id = self._next_id()
        post = {
            "id": post_id,
            "text": body["status"],
            "language": body.get("language") if self.habits.keeps_language else None,
            "visibility": body.get("visibility", "public"),
            "media_ids": body.get("media_ids", []),
            "in_reply_to_id": body.get("in_reply_to_id"),
            **_warning(body),
            "created_at": self._told_time(),
            "url": f"{self.url}/@kampana/{post_id}",
        }
        self.state["posts"][post_id] = post
        self._attach(post_id, post["media_ids"])
        return post

    def _told_time(self) -> str:
        zone = "Z" if self.habits.tells_zone else ""
        return self.clock().isoformat(timespec="milliseconds").replace("+00:00", zone)

    def _attach(self, post_id: str, media_ids: list[str]) -> None:
        for media_id in media_ids:
            earlier = self.state["media"][media_id]["post"]
            if earlier and earlier != post_id:
                self.state["posts"][earlier]["media_ids"].remove(media_id)
            self.state["media"][media_id]["post"] = post_id

    def _remembered(self, key: str) -> dict[str, Any] | None:
        """The status first published under a key; {} when it has been removed since; None when the key is new."""
        known = self.state["keys"].get(key)
        if not self.habits.honours_key or known is None:
            return None
        if self.clock().timestamp() - known["at"] > KEY_LIFE.total_seconds():
            return None
        found: dict[str, Any] = self.state["posts"].get(known["post"], {})
        return found

    def _refusal(self, body: dict[str, Any], editing: str = "") -> Answer | None:
        if unknown := set(body) - FIELDS:
            return self._invalid(f"unknown fields {sorted(unknown)}")
        if not isinstance(body.get("status"), str) or body.get("visibility", "public") not in {
            "public",
            "unlisted",
            "private",
            "direct",
        }:
            return self._invalid("status or visibility")
        if problem := self._unfit(body):
            return problem
        if weight(body["status"] + body.get("spoiler_text", ""), self.habits.url_weight) > self.habits.characters:
            return as_json({"error": f"{self.habits.error_words}: too long"}, self.habits.too_long_status)
        media = [self.state["media"].get(media_id) for media_id in body.get("media_ids", [])]
        if None in media or any(item and item["polls"] for item in media):
            return self._invalid("media that is not there or not ready")
        in_use = [item for item in media if item and item["post"] not in {None, editing}]
        if in_use and self.habits.reused_media != 200:
            return as_json({"error": f"{self.habits.error_words}: media in use"}, self.habits.reused_media)
        return None

    def _unfit(self, body: dict[str, Any]) -> Answer | None:
        if not body["status"].strip() and not body.get("media_ids"):
            return self._invalid("nothing to say")
        if not isinstance(body.get("sensitive", False), bool) or not isinstance(body.get("spoiler_text", ""), str):
            return self._invalid("sensitive or spoiler_text")
        if not re.fullmatch(r"[a-z]{2,3}", body.get("language", "lv")):
            return self._invalid("language")
        if body.get("in_reply_to_id", "") not in {"", *self.state["posts"]}:
            return as_json({"error": f"{self.habits.error_words}: no such status"}, 404)
        return None

    def _invalid(self, why: str) -> Answer:
        return as_json({"error": f"{self.habits.error_words}: {why}"}, 422)

    def _bad_token(self) -> Answer:
        headers = {"WWW-Authenticate": 'Bearer realm="Doorkeeper", error="invalid_token"'}
        status = self.habits.bad_token_status
        return as_json({"error": "The access token is invalid"}, status, headers if status == 401 else {})

    def _media_answer(self, media_id: str, unready_status: int) -> Answer:
        media = self.state["media"][media_id]
        ready = not media["polls"]
        shown = {"id": media_id, "type": "image", "description": media["description"]}
        url = f"{self.url}/media/{media_id}.png" if ready else None
        return as_json(shown | {"url": url}, 200 if ready else unready_status)

    def _described(self, post: dict[str, Any]) -> list[dict[str, Any]]:
        return [self.state["media"][media_id] for media_id in post["media_ids"]]

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        public = {name: post[name] for name in SHOWN}
        attachments = [{"id": item["id"], "description": item["description"]} for item in self._described(post)]
        return public | {"content": as_html(post["text"]), "media_attachments": attachments}


def _warning(body: dict[str, Any]) -> dict[str, Any]:
    return {"spoiler_text": body.get("spoiler_text", ""), "sensitive": body.get("sensitive", False)}


def weight(text: str, url_weight: int) -> int:
    """Characters as Mastodon counts them."""
    return len(regex.findall(r"\X", re.sub(r"https?://\S+", "x" * url_weight, text)))


def as_html(text: str) -> str:
    """As Mastodon renders a status: paragraphs, links with an invisible scheme, hashtags as links."""
    shown = html.escape(text, quote=False)
    link = '<a href="\\g<0>"><span class="invisible">\\1</span><span class="">\\2</span></a>'
    shown = re.sub(r"(https?://)(\S+)", link, shown)
    shown = re.sub(r"(?<![\w/&])#(\w+)", '<a href="/tags/\\1" class="hashtag">#<span>\\1</span></a>', shown)
    return "<p>" + shown.replace("\n\n", "</p><p>").replace("\n", "<br />") + "</p>"


def read_form(seen: Seen) -> dict[str, bytes]:
    """The fields of a multipart form."""
    head = f"Content-Type: {seen.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + seen.body, policy=email.policy.HTTP)
    form: dict[str, bytes] = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        form[str(part.get_param("name", header="content-disposition"))] = content
    return form


if __name__ == "__main__":
    serve(FakeMastodon)
