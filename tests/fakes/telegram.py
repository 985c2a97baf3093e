"""A Bot API server with one bot, one channel, and no history that a bot could read.

python -m tests.fakes.telegram --port 8094 --state state.json --faults 0.2
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.mastodon import read_form
from tests.fakes.server import Answer, FakeServer, Seen, as_json, serve

TOKEN = "7012345678:kanarijputnins-telegram-token"
NAME = "@kampana_lv"
NUMBER = -1001234567890
FORTY_EIGHT_HOURS = dt.timedelta(hours=48)
WHERE = {"chat_id", "message_id"}
FIELDS = {
    "sendMessage": {"chat_id", "text", "entities", "link_preview_options", "reply_parameters"},
    "sendPhoto": {"chat_id", "photo", "caption", "caption_entities", "reply_parameters"},
    "sendMediaGroup": {"chat_id", "media", "reply_parameters"},
    "editMessageText": {*WHERE, "text", "entities", "link_preview_options"},
    "editMessageCaption": {*WHERE, "caption", "caption_entities"},
    "editMessageMedia": {*WHERE, "media"},
    "deleteMessages": {"chat_id", "message_ids"},
    "getMe": set(),
    "getChat": {"chat_id"},
    "getChatMember": {"chat_id", "user_id"},
}
PREVIEW = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
PHOTO = {"type", "media", "caption", "caption_entities"}
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)


@dataclass
class Habits:
    """What has become of the bot and its channel."""

    thrown_out: bool = False
    status: str = "administrator"
    may_post: bool = True
    migrated_to: int = 0  # the group's new number; the old one is refused
    public: bool = True  # the channel has a name


class Refused(Exception):
    """A 400, with what the API says after “Bad Request: ”."""


class FakeTelegram(FakeServer):
    publishing = f"POST /bot{TOKEN}/sendPhoto"

    def __init__(self, port: int = 0, clock: Callable[[], dt.datetime] | None = None) -> None:
        super().__init__(port, clock)
        self.token = TOKEN
        self.habits = Habits()
        self.state |= {"messages": {}, "last": 100, "edits": 0}

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What readers see, oldest first; an album is one post with the text of its caption."""
        shown: dict[str, dict[str, Any]] = {}
        for message in self.state["messages"].values():
            post = shown.setdefault(message["album"] or str(message["id"]), message | {"photos": [], "alts": []})
            post["photos"] = [*post["photos"], *([message["photo"]] if message["photo"] else [])]
        return list(shown.values())

    def truth(self) -> object:
        return {"posts": self.posts, "edits": self.state["edits"]}

    def call(self, method: str) -> str:
        """How a call of this method shows in the log."""
        return f"POST /bot{self.token}/{method}"

    # ------------------------------------------------ calls

    def answer(self, seen: Seen) -> Answer:
        token, _, method = seen.path.removeprefix("/bot").rpartition("/")
        if token != self.token:
            return _error(401, "Unauthorized")
        if method not in FIELDS:
            return _error(404, "Not Found")
        try:
            return self._called(method, self._arguments(seen, method))
        except Refused as refusal:
            return _error(400, f"Bad Request: {refusal}")

    def _called(self, method: str, given: dict[str, Any]) -> Answer:
        if "chat_id" in given:
            if self.habits.migrated_to and given["chat_id"] != str(self.habits.migrated_to):
                moved = {"migrate_to_chat_id": self.habits.migrated_to}
                return _error(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
            if given["chat_id"] not in {NAME, str(NUMBER), str(self.habits.migrated_to)}:
                raise Refused("chat not found")
            if self.habits.thrown_out:
                return _error(403, "Forbidden: bot was kicked from the channel chat")
        result = getattr(self, f"_{method}")(given)
        return as_json({"ok": True, "result": result})

    def _getMe(self, given: dict[str, Any]) -> object:
        return {"id": 7012345678, "is_bot": True, "first_name": "Kampaņa", "username": "kampana_bot"}

    def _getChat(self, given: dict[str, Any]) -> object:
        return self._chat()

    def _getChatMember(self, given: dict[str, Any]) -> object:
        member = {"status": self.habits.status, "user": {"id": int(given["user_id"]), "is_bot": True}}
        administrator = {"can_post_messages": self.habits.may_post} if member["status"] == "administrator" else {}
        return member | administrator

    def _sendMessage(self, given: dict[str, Any]) -> object:
        return self._shown(self._posted(given, text=_fitting(given["text"], 4096), preview=_preview(given)))

    def _sendPhoto(self, given: dict[str, Any]) -> object:
        caption = _fitting(given.get("caption", ""), 1024)
        return self._shown(self._posted(given, text=caption, photo=_picture(given["photo"])))

    def _sendMediaGroup(self, given: dict[str, Any]) -> object:
        media = json.loads(given["media"])
        if not 2 <= len(media) <= 10:
            raise Refused("there must be from 2 to 10 media to send as a group")
        photos = [self._media(item, given) for item in media]
        album = f"album-{self.state['last']}"
        return [self._shown(self._posted(given, text=text, photo=photo, album=album)) for text, photo in photos]

    def _editMessageText(self, given: dict[str, Any]) -> object:
        return self._changed(given, text=_fitting(given["text"], 4096), preview=_preview(given))

    def _editMessageCaption(self, given: dict[str, Any]) -> object:
        return self._changed(given, text=_fitting(given["caption"], 1024))

    def _editMessageMedia(self, given: dict[str, Any]) -> object:
        text, photo = self._media(json.loads(given["media"]), given)
        return self._changed(given, text=text, photo=photo)

    def _deleteMessages(self, given: dict[str, Any]) -> object:
        found = [self.state["messages"].get(str(number)) for number in json.loads(given["message_ids"])]
        present = [message for message in found if message]
        if any(self.clock().timestamp() - message["at"] > FORTY_EIGHT_HOURS.total_seconds() for message in present):
            raise Refused("message can't be deleted for everyone")
        for message in present:
            del self.state["messages"][str(message["id"])]
        return True

    # ------------------------------------------------ what it keeps and shows

    def _arguments(self, seen: Seen, method: str) -> dict[str, Any]:
        """Files as bytes, everything else as text, from the query, a form, or a form with files."""
        content_type = seen.headers.get("content-type", "")
        if content_type.startswith("multipart/form-data"):
            read = read_form(seen)
            given: dict[str, Any] = {
                name: value if value.startswith((b"\x89PNG", b"\xff\xd8")) else value.decode()
                for name, value in read.items()
            }
        else:
            given = dict(seen.query) | (seen.form if content_type.startswith("application/x-www-form") else {})
        attached = {name for name, value in given.items() if isinstance(value, bytes)} - {"photo"}
        if unknown := set(given) - FIELDS[method] - attached:
            raise Refused(f"unknown fields {sorted(unknown)}")
        return given

    def _posted(self, given: dict[str, Any], **content: Any) -> dict[str, Any]:
        answered = json.loads(given.get("reply_parameters", "{}")).get("message_id")
        if answered is not None and str(answered) not in self.state["messages"]:
            raise Refused("message to be replied not found")
        self.state["last"] += 1
        message = {"photo": None, "preview": None, "album": "", "reply_to": answered, "at": self.clock().timestamp()}
        message |= {"id": self.state["last"], **content}
        self.state["messages"][str(message["id"])] = message
        return message

    def _changed(self, given: dict[str, Any], **content: Any) -> object:
        message = self.state["messages"].get(given["message_id"])
        if message is None:
            raise Refused("message to edit not found")
        if bool(message["photo"]) != ("preview" not in content):
            raise Refused("there is no text in the message to edit")
        if message | content == message:
            raise Refused(UNCHANGED)
        message |= content
        self.state["edits"] += 1
        return self._shown(message)

    def _media(self, item: dict[str, Any], given: dict[str, Any]) -> tuple[str, str]:
        if set(item) - PHOTO or item["type"] != "photo" or not item["media"].startswith("attach://"):
            raise Refused("can't parse InputMedia")
        return _fitting(item.get("caption", ""), 1024), _picture(given.get(item["media"].removeprefix("attach://")))

    def _chat(self) -> dict[str, Any]:
        name = {"username": NAME[1:]} if self.habits.public and not self.habits.migrated_to else {}
        return {"id": self.habits.migrated_to or NUMBER, "title": "Kampaņa pret cilvēku tirdzniecību", **name}

    def _shown(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"message_id": message["id"], "chat": self._chat(), "date": int(message["at"])}


def _error(status: int, description: str, parameters: object = None) -> Answer:
    body = {"ok": False, "error_code": status, "description": description}
    return as_json(body | ({"parameters": parameters} if parameters else {}), status)


def _fitting(text: str, most: int) -> str:
    """The text, if it has no more UTF-16 code units than that."""
    if len(text.encode("utf-16-le")) // 2 > most:
        raise Refused("message caption is too long" if most == 1024 else "message is too long")
    return text


def _preview(given: dict[str, Any]) -> object:
    if not given["text"]:
        raise Refused("message text is empty")
    preview = json.loads(given.get("link_preview_options", "{}"))
    if set(preview) - PREVIEW:
        raise Refused("can't parse LinkPreviewOptions")
    return preview


def _picture(content: object) -> str:
    if not isinstance(content, bytes):
        raise Refused("there is no photo in the request")
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    serve(FakeTelegram)
