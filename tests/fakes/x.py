"""A service that speaks like X's API v2: strict, with a memory, with plans, daily limits and rotating tokens.

python -m tests.fakes.x --port 8095 --state state.json --faults 0.2
"""

import base64
import datetime as dt
import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import regex

from tests.fakes.mastodon import read_form
from tests.fakes.server import Answer, FakeServer, Seen, as_json, serve

TOKEN = "kanarijputnins-x-access"
REFRESH = "kanarijputnins-x-refresh"
CLIENT = ("klients-x", "kanarijputnins-x-noslepums")
USER = "2244994945"
PROBLEMS = "https://api.twitter.com/2/problems"
URL = re.compile(r"(?:https?://|www\.)\S+")
PAGE_FIELDS = {"max_results", "start_time", "exclude", "tweet.fields", "pagination_token"}


@dataclass
class Habits:
    """The plan of this application, and the mood of this service."""

    reads: bool = True  # the plan includes reading posts
    enrolled: bool = True
    list_lag: int = 0  # how many lists still lack the newest post
    upload_lasts: float = 86_400
    deletes: bool = True
    forgives_lost_renewals: bool = False  # the refresh token before works until the new one has been used
    error_words: str = "You are not allowed to create a Tweet with duplicate content."


class FakeX(FakeServer):
    publishing = "POST /2/tweets"

    def __init__(
        self, port: int = 0, habits: Habits | None = None, clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        super().__init__(port, clock)
        self.habits = habits or Habits()
        self.state |= {"posts": {}, "media": {}, "lag": 0, "last_id": 1_700_000, "access": {TOKEN: None}}
        self.state |= {"refresh": REFRESH, "before": "", "renewals": 0}

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What the public can see, oldest first."""
        return [post | {"alts": [self._alt(media) for media in post["media"]]} for post in self.state["posts"].values()]

    def truth(self) -> object:
        return {"posts": self.posts}

    def post_by_somebody(self, text: str) -> str:
        """A post that did not come through us."""
        return str(self._new_post({"text": text})["id"])

    def forget_media(self) -> None:
        """Uploads that are in no post are gone."""
        used = {media for post in self.state["posts"].values() for media in post["media"]}
        self.state["media"] = {name: media for name, media in self.state["media"].items() if name in used}

    # ------------------------------------------------ calls

    def answer(self, seen: Seen) -> Answer:
        if seen.call == "POST /2/oauth2/token":
            return self._token(seen)
        if not self._knows(seen.headers.get("authorization", "")):
            return problem(401, "about:blank", "Unauthorized")
        if not self.habits.enrolled:
            return problem(403, f"{PROBLEMS}/client-forbidden", "Klients nav piesaistīts", reason="client-not-enrolled")
        return self.routed(seen, self._routes) or problem(404, f"{PROBLEMS}/resource-not-found", "Not Found")

    @property
    def _routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            "GET /2/users/me": self._me,
            "POST /2/media/upload": self._upload,
            "POST /2/media/metadata": self._describe,
            "POST /2/tweets": self._publish,
            rf"GET /2/users/{USER}/tweets": self._list,
            r"DELETE /2/tweets/(\d+)": self._delete,
        }

    def _me(self, seen: Seen) -> Answer:
        return as_json({"data": {"id": USER, "name": "Kampaņa", "username": "kampana"}})

    def _upload(self, seen: Seen) -> Answer:
        if not seen.headers.get("content-type", "").startswith("multipart/form-data"):
            return invalid("Content-Type")
        form = read_form(seen)
        content, category = form.pop("media", b""), form.pop("media_category", b"")
        if set(form) - {"media_type"} or category != b"tweet_image":
            return invalid("form fields")
        if not content.startswith((b"\x89PNG", b"\xff\xd8")) or len(content) > 5 * 1024 * 1024:
            return invalid("media")
        media = self._next_id()
        self.state["media"][media] = {"alt": "", "until": self.clock().timestamp() + self.habits.upload_lasts}
        return as_json({"data": {"id": media, "media_key": f"3_{media}", "expires_after_secs": self._lasts}})

    @property
    def _lasts(self) -> int:
        return int(self.habits.upload_lasts)

    def _describe(self, seen: Seen) -> Answer:
        body = body_of(seen)
        if body is None or set(body) != {"id", "metadata"} or set(body["metadata"]) != {"alt_text"}:
            return invalid("body")
        text = body["metadata"]["alt_text"]["text"]
        if not text or len(text) > 1000 or not self._lives(body["id"]):
            return invalid("alt_text.text or id")
        self.state["media"][body["id"]]["alt"] = text
        return as_json({"data": {"id": body["id"], "associated_metadata": body["metadata"]}})

    def _publish(self, seen: Seen) -> Answer:
        body = body_of(seen)
        if body is None or (why := self._refusal(body)):
            return invalid(why if body else "Content-Type")
        if self._has_seen(body["text"]):
            return problem(403, "about:blank", self.habits.error_words, title="Forbidden")
        post = self._new_post(body)
        self.state["lag"] = self.habits.list_lag
        return as_json({"data": {"id": post["id"], "text": shortened(post)[0]}}, 201)

    def _refusal(self, body: dict[str, Any]) -> str:
        if set(body) - {"text", "media", "reply"} or not isinstance(body.get("text"), str):
            return "unknown fields or no text"
        media = body.get("media", {"media_ids": []})
        if set(media) != {"media_ids"} or len(media["media_ids"]) > 4 or ("media" in body and not media["media_ids"]):
            return "media"
        if not all(self._lives(media_id) for media_id in media["media_ids"]):
            return "Your media IDs are invalid."
        reply = body.get("reply", {"in_reply_to_tweet_id": ""})
        if set(reply) != {"in_reply_to_tweet_id"} or ("reply" in body and not self._exists(reply)):
            return "reply"
        return "text is too long" if weight(body["text"]) > 280 or not body["text"] else ""

    def _list(self, seen: Seen) -> Answer:
        if not self.habits.reads:
            return problem(403, f"{PROBLEMS}/client-forbidden", "Plānā nav lasīšanas", reason="client-not-enrolled")
        query = seen.query
        if set(query) - PAGE_FIELDS or query.get("exclude") != "retweets" or query["tweet.fields"] != "entities":
            return invalid("query")
        since = dt.datetime.strptime(query["start_time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        newest = [post for post in reversed(self.state["posts"].values()) if since <= moment(post)]
        if self.state["lag"] > 0:
            self.state["lag"] -= 1
            newest = newest[1:]
        start, size = int(query.get("pagination_token", 0)), int(query["max_results"])
        page = [self._shown(post) for post in newest[start : start + size]]
        meta = {"result_count": len(page)} | ({"next_token": str(start + size)} if len(newest) > start + size else {})
        return as_json(({"data": page} if page else {}) | {"meta": meta})

    def _delete(self, seen: Seen, post_id: str) -> Answer:
        if not self.habits.deletes:
            return as_json({"data": {"deleted": False}})
        if self.state["posts"].pop(post_id, None) is None:
            return problem(404, f"{PROBLEMS}/resource-not-found", "Not Found")
        return as_json({"data": {"deleted": True}})

    # ------------------------------------------------ tokens

    def _knows(self, authorization: str) -> bool:
        access = self.state["access"]
        token = authorization.removeprefix("Bearer ")
        return token in access and (access[token] is None or access[token] > self.clock().timestamp())

    def _token(self, seen: Seen) -> Answer:
        """A refresh token works once; using one again ends the whole session."""
        form = seen.form
        basic = "Basic " + base64.b64encode(":".join(CLIENT).encode()).decode()
        if seen.headers.get("authorization") != basic or form.get("client_id") != CLIENT[0]:
            return as_json({"error": "unauthorized_client", "error_description": "Missing valid header"}, 401)
        if set(form) != {"grant_type", "refresh_token", "client_id"} or form["grant_type"] != "refresh_token":
            return as_json({"error": "invalid_request", "error_description": "Missing parameter"}, 400)
        old = self.state["before"] if self.habits.forgives_lost_renewals else ""
        if form["refresh_token"] not in {self.state["refresh"], old} - {""}:
            self.state |= {"refresh": "", "access": {}}
            words = "Value passed for the token was invalid."
            return as_json({"error": "invalid_request", "error_description": words}, 400)
        self.state["renewals"] += 1
        number = self.state["renewals"]
        self.state |= {"before": form["refresh_token"], "refresh": f"{REFRESH}-{number}"}
        self.state["access"] = {f"{TOKEN}-{number}": self.clock().timestamp() + 7200}
        answer = {"token_type": "bearer", "expires_in": 7200, "scope": "tweet.write offline.access"}
        return as_json(answer | {"access_token": f"{TOKEN}-{number}", "refresh_token": self.state["refresh"]})

    # ------------------------------------------------ what it keeps and shows

    def _next_id(self) -> str:
        self.state["last_id"] += 1
        return str(self.state["last_id"])

    def _new_post(self, body: dict[str, Any]) -> dict[str, Any]:
        post_id = self._next_id()
        post = {
            "id": post_id,
            "text": body["text"],
            "media": body.get("media", {}).get("media_ids", []),
            "answers": body.get("reply", {}).get("in_reply_to_tweet_id", ""),
            "created_at": self.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        self.state["posts"][post_id] = post
        return post

    def _has_seen(self, text: str) -> bool:
        return any(unicodedata.normalize("NFC", text) == post["text"] for post in self.state["posts"].values())

    def _exists(self, reply: dict[str, str]) -> bool:
        return reply["in_reply_to_tweet_id"] in self.state["posts"]

    def _lives(self, media: str) -> bool:
        return media in self.state["media"] and self.state["media"][media]["until"] > self.clock().timestamp()

    def _alt(self, media: str) -> str:
        return str(self.state["media"][media]["alt"])

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        text, links = shortened(post)
        return {"id": post["id"], "text": text, "entities": {"urls": links}}


def problem(status: int, kind: str, detail: str, **more: str) -> Answer:
    body = {"type": kind, "title": more.pop("title", detail), "status": status, "detail": detail, **more}
    return as_json(body, status)


def invalid(what: str) -> Answer:
    return problem(400, f"{PROBLEMS}/invalid-request", f"Invalid Request: {what}")


def body_of(seen: Seen) -> dict[str, Any] | None:
    return seen.json if seen.headers.get("content-type") == "application/json" else None


def moment(post: dict[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(post["created_at"])


def shortened(post: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """A text as X tells it again: every address a short one, one more for the pictures, HTML's signs escaped."""
    links: list[dict[str, str]] = []

    def short(match: re.Match[str]) -> str:
        whole = match[0] if "://" in match[0] else f"http://{match[0]}"
        links.append({"url": f"https://t.co/a{len(links)}{post['id']}", "expanded_url": whole})
        return links[-1]["url"]

    text = html.escape(URL.sub(short, post["text"]), quote=False)
    for media in post["media"][:1]:
        url = f"https://t.co/m{post['id']}"
        expanded = f"https://x.com/kampana/status/{post['id']}/photo/1"
        links.append({"url": url, "expanded_url": expanded, "media_key": f"3_{media}"})
        text = f"{text} {url}"
    return text, links


def weight(text: str) -> int:
    """X's weighted length, as its configuration v3 has it."""
    rest = URL.sub("", unicodedata.normalize("NFC", text))
    urls = len(URL.findall(text))
    return 23 * urls + sum(cluster_weight(cluster) for cluster in regex.findall(r"\X", rest))


def cluster_weight(cluster: str) -> int:
    if regex.search(r"[\p{Emoji_Presentation}\ufe0f\u20e3]", cluster):
        return 2
    return sum(1 if is_light(ord(sign)) else 2 for sign in cluster)


def is_light(code: int) -> bool:
    return code <= 4351 or 8192 <= code <= 8205 or 8208 <= code <= 8223 or 8242 <= code <= 8247


if __name__ == "__main__":
    serve(FakeX)
