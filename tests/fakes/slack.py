"""Slack: the Web API for a bot, and an incoming webhook.

python -m tests.fakes.slack --port 8095 --state state.json --faults 0.2
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from tests.fakes.chats import FakeChat, Refused, is_picture
from tests.fakes.server import Answer, Seen, as_json, serve

SLACK = "/services/T0KAMPANA/B0KAMPANA/kanarijputnins-slack-webhook"
SLACK_TOKEN = "xoxb-kanarijputnins-slack-token"
SLACK_CHANNEL = "C0KAMPANA42"
MANNER = {"mrkdwn", "unfurl_links", "unfurl_media"}


class FakeSlackWebhook(FakeChat):
    """An incoming webhook: it says `ok` and nothing else."""

    publishing = f"POST {SLACK}"

    @property
    def routes(self) -> dict[str, Callable[..., Answer]]:
        return {f"POST {SLACK}": self._receive, r"POST /services/.*": lambda seen: slack_word(404, "no_service")}

    def _receive(self, seen: Seen) -> Answer:
        try:
            self.posted(**_slack_content(seen, MANNER))
        except Refused as refusal:
            return slack_word(400, str(refusal))
        return slack_word(200, "ok")


class FakeSlack(FakeChat):
    """The Web API for a bot in one channel."""

    publishing = "POST /api/chat.postMessage"

    def __init__(self, port: int = 0, clock: Callable[[], dt.datetime] | None = None) -> None:
        super().__init__(port, clock)
        self.token = SLACK_TOKEN
        self.page = 100
        self.lag = 0  # how many histories still lack the newest message
        self.scopes = {"chat:write", "channels:history"}

    @property
    def routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            "POST /api/chat.postMessage": self._post,
            "POST /api/chat.update": self._update,
            "POST /api/chat.delete": self._delete,
            "GET /api/conversations.history": self._history,
            "GET /api/auth.test": lambda seen: as_json({"ok": True, "team": "Kampaņa", "user": "vestnesis"}),
        }

    def answer(self, seen: Seen) -> Answer:
        if seen.headers.get("authorization") != f"Bearer {self.token}":
            return slack_error("invalid_auth")
        try:
            return super().answer(seen)
        except Refused as refusal:
            return slack_error(str(refusal))

    def post_by_somebody(self, text: str, at: dt.datetime) -> str:
        """A message that did not come through us."""
        return str(self.posted(text=text, alts=[], metadata={}, at=at.timestamp())["id"])

    def numbered(self, number: int) -> str:
        return f"{int(self.clock().timestamp())}.{number:06}"

    def _post(self, seen: Seen) -> Answer:
        content = _slack_content(seen, {"channel", "metadata", *MANNER})
        post = self.posted(**content, metadata=seen.json.get("metadata", {}), at=self.clock().timestamp())
        return as_json({"ok": True, "channel": SLACK_CHANNEL, "ts": post["id"]})

    def _update(self, seen: Seen) -> Answer:
        content = _slack_content(seen, {"channel", "ts"})
        self.changed(self._found(seen), **content)
        return as_json({"ok": True, "channel": SLACK_CHANNEL, "ts": seen.json["ts"], "text": content["text"]})

    def _delete(self, seen: Seen) -> Answer:
        _known_fields(seen.json, {"channel", "ts"})
        del self.state["posts"][self._found(seen)["id"]]
        return as_json({"ok": True, "channel": SLACK_CHANNEL, "ts": seen.json["ts"]})

    def _history(self, seen: Seen) -> Answer:
        _known_fields(dict(seen.query), {"channel", "oldest", "limit", "include_all_metadata", "cursor"})
        if "channels:history" not in self.scopes:
            raise Refused("missing_scope")
        found = [post for post in reversed(self.posts) if post["at"] >= float(seen.query.get("oldest", 0))]
        if self.lag:
            self.lag, found = self.lag - 1, found[1:]
        start, most = int(seen.query.get("cursor", 0)), min(self.page, int(seen.query.get("limit", 100)))
        page, more = found[start : start + most], start + most < len(found)
        tells = seen.query.get("include_all_metadata") == "true"
        messages = [_slack_message(post, tells) for post in page]
        next_cursor = str(start + most) if more else ""
        return as_json({"ok": True, "messages": messages, "response_metadata": {"next_cursor": next_cursor}})

    def _found(self, seen: Seen) -> dict[str, Any]:
        if seen.json["channel"] != SLACK_CHANNEL:
            raise Refused("channel_not_found")
        if seen.json["ts"] not in self.state["posts"]:
            raise Refused("message_not_found")
        found: dict[str, Any] = self.state["posts"][seen.json["ts"]]
        return found


def _slack_message(post: dict[str, Any], tells: bool) -> dict[str, Any]:
    metadata = {"metadata": post["metadata"]} if tells and post["metadata"] else {}
    return {"type": "message", "ts": post["id"], "text": post["text"], **metadata}


def slack_word(status: int, word: str) -> Answer:
    return Answer(status, word.encode(), {"Content-Type": "text/html"})


def slack_error(code: str, status: int = 200) -> Answer:
    return as_json({"ok": False, "error": code}, status)


def _known_fields(body: dict[str, Any], known: set[str]) -> None:
    if set(body) - known:
        raise Refused("invalid_arguments")


def _slack_content(seen: Seen, further: set[str]) -> dict[str, Any]:
    """The message as its blocks show it; every picture is fetched."""
    if not seen.headers.get("content-type", "").startswith("application/json"):
        raise Refused("invalid_payload")
    body = seen.json
    _known_fields(body, {"text", "blocks"} | further)
    if body.get("channel", SLACK_CHANNEL) != SLACK_CHANNEL:
        raise Refused("channel_not_found")
    if not body.get("text") or re.search(r"<|>|&(?!amp;|lt;|gt;)", body["text"]):
        raise Refused("no_text")
    words, *images = body["blocks"]
    return {"text": _slack_words(words), "alts": [_slack_image(image) for image in images]}


def _slack_words(block: dict[str, Any]) -> str:
    [section] = block["elements"]
    if (block["type"], section["type"]) != ("rich_text", "rich_text_section"):
        raise Refused("invalid_blocks")
    text = ""
    for element in section["elements"]:
        field = {"text": "text", "link": "url"}.get(element["type"], "")
        if set(element) != {"type", field} or not element[field]:
            raise Refused("invalid_blocks")
        text += element[field]
    return text


def _slack_image(block: dict[str, Any]) -> str:
    if block["type"] != "image" or set(block) != {"type", "image_url", "alt_text"} or not block["alt_text"]:
        raise Refused("invalid_blocks")
    if len(block["alt_text"]) > 2000 or not is_picture(block["image_url"]):
        raise Refused("invalid_blocks")
    return str(block["alt_text"])


if __name__ == "__main__":
    serve(FakeSlack)
