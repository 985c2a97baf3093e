"""Chats as one engine (Slack is in `slack.py`): each a table of calls over the same memory. And the site with pictures.

python -m tests.fakes.chats discord --port 8095 --state state.json --faults 0.2
"""

import datetime as dt
import hashlib
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from tests.channels.attempts import png
from tests.fakes.mastodon import read_form
from tests.fakes.server import Answer, FakeServer, Seen, as_json, serve

DISCORD = "/api/webhooks/1122334455667788/kanarijputnins-discord-webhook"
TEAMS = "/workflows/f00/triggers/manual/paths/invoke"
TEAMS_SIGNATURE = "kanarijputnins-teams-signature"


class FakeSite(FakeServer):
    """Our own public site: what a service is sent to for a picture."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.public = True

    def answer(self, seen: Seen) -> Answer:
        if not self.public or not seen.path.startswith("/pictures/"):
            return Answer(404)
        return Answer(200, png(), {"Content-Type": "image/png"})


class FakeChat(FakeServer):
    """What the three have in common: posts with a number, and a place that can be closed."""

    def __init__(self, port: int = 0, clock: Callable[[], dt.datetime] | None = None) -> None:
        super().__init__(port, clock)
        self.closed: Answer | None = None  # what it answers once the webhook, channel or flow is no more
        self.state |= {"posts": {}, "last": 0, "edits": 0}

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What the channel shows, oldest first."""
        return list(self.state["posts"].values())

    def truth(self) -> object:
        return {"posts": self.posts, "edits": self.state["edits"]}

    def answer(self, seen: Seen) -> Answer:
        if self.closed:
            return self.closed
        return self.routed(seen, self.routes) or Answer(404)

    @property
    def routes(self) -> dict[str, Callable[..., Answer]]:
        raise NotImplementedError

    def posted(self, **content: Any) -> dict[str, Any]:
        self.state["last"] += 1
        post = {"id": self.numbered(self.state["last"]), **content}
        self.state["posts"][post["id"]] = post
        return post

    def numbered(self, number: int) -> str:
        return str(number)

    def changed(self, post: dict[str, Any], **content: Any) -> None:
        self.state["edits"] += post | content != post
        post |= content


class Refused(Exception):
    """The service's code for what is wrong with a request."""


def is_picture(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.headers["Content-Type"]).startswith("image/")
    except (urllib.error.URLError, ValueError):
        return False


# ---------------------------------------------------------------- Discord

MARKUP = re.compile(r"(?<!\\)[*_~`|\[<]|^[#>-](?=[#>\s])", re.MULTILINE)
ADDRESS = re.compile(r"https?://\S+")


class FakeDiscord(FakeChat):
    publishing = f"POST {DISCORD}"

    @property
    def routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            f"GET {DISCORD}": self._webhook,
            f"POST {DISCORD}": self._execute,
            rf"PATCH {DISCORD}/messages/(\d+)": self._edit,
            rf"DELETE {DISCORD}/messages/(\d+)": self._delete,
            r"\w+ /api/webhooks/.*": lambda seen: discord_error(404, 10015, "Unknown Webhook"),
        }

    def numbered(self, number: int) -> str:
        return str(1_150_000_000_000_000_000 + number)

    def _webhook(self, seen: Seen) -> Answer:
        return as_json({"id": "1122334455667788", "name": "Kampaņa", "channel_id": "42"})

    def _execute(self, seen: Seen) -> Answer:
        try:
            post = self.posted(**_discord_content(seen, {"username"}))
        except Refused as refusal:
            return discord_error(400, 50035, str(refusal))
        return self._shown(post) if seen.query.get("wait") == "true" else Answer(204)

    def _edit(self, seen: Seen, number: str) -> Answer:
        post = self.state["posts"].get(number)
        if post is None:
            return discord_error(404, 10008, "Unknown Message")
        try:
            self.changed(post, **_discord_content(seen, set()))
        except Refused as refusal:
            return discord_error(400, 50035, str(refusal))
        return self._shown(post)

    def _delete(self, seen: Seen, number: str) -> Answer:
        gone = self.state["posts"].pop(number, None)
        return Answer(204) if gone else discord_error(404, 10008, "Unknown Message")

    def _shown(self, post: dict[str, Any]) -> Answer:
        return as_json({"id": post["id"], "channel_id": "42", "content": post["text"], "type": 0})


def discord_error(status: int, code: int, message: str, **more: object) -> Answer:
    return as_json({"message": message, "code": code, **more}, status)


def _discord_content(seen: Seen, further: set[str]) -> dict[str, Any]:
    """The message as it shows: markup is gone, unless it was escaped."""
    payload, files = _discord_body(seen)
    if set(payload) - {"content", "allowed_mentions", "attachments"} - further:
        raise Refused("unknown fields")
    if not payload.get("content") or len(payload["content"]) > 2000 or len(payload.get("username", "")) > 80:
        raise Refused("content must be 1 to 2000 in length, username 80")
    described = payload.get("attachments", [])
    if {f"files[{item['id']}]" for item in described} != set(files) or len(files) > 10:
        raise Refused("attachments do not fit the files")
    if any(len(item.get("description", "")) > 1024 for item in described):
        raise Refused("description must be 1024 or fewer in length")
    return {
        "text": _discord_shown(payload["content"]),
        "alts": [item.get("description", "") for item in described],
        "photos": [hashlib.sha256(files[f"files[{item['id']}]"]).hexdigest() for item in described],
        "pings": "@everyone" in payload["content"] and payload.get("allowed_mentions") != {"parse": []},
    }


def _discord_body(seen: Seen) -> tuple[dict[str, Any], dict[str, bytes]]:
    if seen.headers.get("content-type", "").startswith("application/json"):
        return seen.json, {}
    form = read_form(seen)
    return json.loads(form.pop("payload_json")), form


def _discord_shown(content: str) -> str:
    parts = re.split(f"({ADDRESS.pattern})", content)
    plain = [part if index % 2 else MARKUP.sub("", part) for index, part in enumerate(parts)]
    return "".join(
        part if index % 2 else re.sub(r"\\([^0-9A-Za-z\s])", r"\1", part) for index, part in enumerate(plain)
    )


# ---------------------------------------------------------------- Teams


class FakeTeams(FakeChat):
    """A flow that takes a card: 202, and the card shows."""

    publishing = f"POST {TEAMS}"
    shows = True  # False: the flow takes the card and fails later

    @property
    def routes(self) -> dict[str, Callable[..., Answer]]:
        return {f"POST {TEAMS}": self._receive}

    def _receive(self, seen: Seen) -> Answer:
        if seen.query.get("sig") != TEAMS_SIGNATURE:
            return teams_error(401, "DirectApiAuthorizationRequired")
        if len(seen.body) > 28 * 1024:
            return teams_error(413, "RequestEntityTooLarge")
        try:
            content = _teams_content(seen)
        except Refused as refusal:
            return teams_error(400, str(refusal))
        if self.shows:
            self.posted(**content)
        return Answer(202)


def teams_error(status: int, code: str) -> Answer:
    return as_json({"error": {"code": code, "message": "Plūsma to nepieņem."}}, status)


def _teams_content(seen: Seen) -> dict[str, Any]:
    if not seen.headers.get("content-type", "").startswith("application/json"):
        raise Refused("UnsupportedMediaType")
    body = seen.json
    [attachment] = body["attachments"]
    if set(body) != {"type", "attachments"} or body["type"] != "message":
        raise Refused("TriggerInputSchemaMismatch")
    if attachment["contentType"] != "application/vnd.microsoft.card.adaptive" or set(attachment) - {
        "contentType",
        "contentUrl",
        "content",
    }:
        raise Refused("TriggerInputSchemaMismatch")
    card = attachment["content"]
    if card["type"] != "AdaptiveCard" or tuple(map(int, card["version"].split("."))) > (1, 5):
        raise Refused("TriggerInputSchemaMismatch")
    images = [item for item in card["body"] if item["type"] == "Image"]
    if any(set(item) != {"type", "url", "altText"} or not is_picture(item["url"]) for item in images):
        raise Refused("TriggerInputSchemaMismatch")
    lines = [_teams_line(item) for item in card["body"] if item["type"] != "Image"]
    return {"text": "".join(lines).strip("\n"), "alts": [item["altText"] for item in images], "language": card["lang"]}


def _teams_line(item: dict[str, Any]) -> str:
    if item["type"] != "RichTextBlock" or set(item) != {"type", "inlines", "spacing"}:
        raise Refused("TriggerInputSchemaMismatch")
    for run in item["inlines"]:
        if run["type"] != "TextRun" or set(run) - {"type", "text", "selectAction"}:
            raise Refused("TriggerInputSchemaMismatch")
        if run.get("selectAction", {"type": "Action.OpenUrl", "url": run["text"]}) != {
            "type": "Action.OpenUrl",
            "url": run["text"],
        }:
            raise Refused("TriggerInputSchemaMismatch")
    gap = {"none": "\n", "medium": "\n\n"}[item["spacing"]]
    return gap + "".join(run["text"] for run in item["inlines"])


FAKES: dict[str, Callable[[int], FakeServer]] = {"discord": FakeDiscord, "teams": FakeTeams}

if __name__ == "__main__":
    serve(FAKES[sys.argv.pop(1)])
