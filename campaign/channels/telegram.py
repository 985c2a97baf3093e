"""Telegram channels and groups, through a bot."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr

from campaign.channels import hosted
from campaign.channels.account import Server, revealed
from campaign.channels.base import Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Exchange, Reply, Request, Service, Shape, Upload, accepted, explained, parsed
from campaign.errors import AccountBlocked, Rejected, Uncertain
from campaign.model import Attempt, Limits, Picture, Post, Receipt
from campaign.text import length

LIMITS = Limits(
    characters=4096,
    unit="utf16",
    album_characters=1024,
    images=10,
    alt_texts=False,
    replies=True,
    hosted=True,
    pace=(20, 60),
)
CAPTION = LIMITS.album_characters
"""What fits under a picture that is sent itself; a longer text stands under one that Telegram fetches."""

Result = TypeVar("Result")


class TelegramSettings(RemoteModel):
    """A channel or group on Telegram, written to by a bot."""

    needs: ClassVar[tuple[str, ...]] = ("token",)

    kind: Literal["telegram"]
    """The service."""
    channel: Annotated[str, Field(pattern=r"^(@[A-Za-z][A-Za-z0-9_]{3,31}|-?[0-9]{1,20})$")]
    """Where posts go: `@name` of a public channel or group, or the number of a private one (`-100…`)."""
    server: Server = "https://api.telegram.org"
    """The address of the Bot API."""
    token: SecretStr | None = None
    """The bot's token, as BotFather gives it."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Telegram(self, opening.exchange, opening.base_url)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return hosted.pretended(request) or _pretended(request)


class _Chat(BaseModel):
    id: int
    username: str = ""
    title: str = ""


class _Message(BaseModel):
    message_id: int
    chat: _Chat


class _Bot(BaseModel):
    id: int
    username: str = ""


class _Rights(BaseModel):
    status: str
    can_post_messages: bool = True  # of administrators of a channel
    can_send_messages: bool = True  # of restricted members of a group

    @property
    def may_post(self) -> bool:
        return self.status not in {"left", "kicked"} and self.can_post_messages and self.can_send_messages


class _Answer(BaseModel, Generic[Result]):
    result: Result


_Sent = _Answer[_Message | Annotated[list[_Message], Field(min_length=1)]]
"""One message, or the several of an album."""


class Telegram:
    """Sends messages, photos and albums.

    Not twice: the Bot API knows no key and shows a bot nothing of what it has sent, so when an answer is lost nobody
    can tell, and a person looks into the channel.
    https://core.telegram.org/bots/api
    """

    look_ups = 1
    longest = 180.0

    def __init__(self, settings: TelegramSettings, exchange: Exchange, base_url: str) -> None:
        self.limits = settings.limits
        self._settings = settings
        token = revealed(settings.token)
        self._service = Service(exchange, f"{settings.server}/bot{token}", hidden=(token,))
        self._hosting = hosted.Hosting(exchange, base_url)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # nobody there would look at it
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        chat = attempt.notes.get("chat") or self._settings.channel
        reply = self._service.reply(self._publication(chat, attempt))
        if moved := _moved_to(reply):
            attempt.note("chat", moved)
            chat, reply = moved, self._service.reply(self._publication(moved, attempt))
        try:
            sent = parsed(_good(reply), _Sent).result
        except Rejected:
            self._prove_rights(chat)
            raise
        messages = sent if isinstance(sent, list) else [sent]
        return _receipt(messages, attempt.post, chat if chat != self._settings.channel else "")

    def find(self, attempt: Attempt) -> Receipt | None:
        raise Uncertain("Telegram shows a bot nothing of what it has sent; look into the channel.")

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        for request in self._corrections(receipt, attempt):
            reply = self._service.reply(request)
            if not _is_unchanged(reply):
                _good(reply)
        return Receipt(receipt.remote_id, receipt.url, {**receipt.data, "pictures": _ids(attempt.post)})

    def remove(self, receipt: Receipt) -> None:
        """Messages that are gone already are skipped, as the API says of `deleteMessages`."""
        numbers = [int(number) for number in receipt.data["messages"].split()]
        form = _in_form({"chat_id": receipt.data["chat"], "message_ids": numbers})
        try:
            _good(self._service.reply(Request("POST", "/deleteMessages", "removing the post", form=form)))
        except Rejected as refusal:
            advice = "After 48 hours a bot can delete nothing; correct it into a notice, or delete it in the app."
            raise Rejected(f"{refusal} {advice}") from None

    def check(self) -> str:
        bot = self._prove_rights(self._settings.channel)
        where = self._read("getChat", _Answer[_Chat], chat_id=self._settings.channel).result
        return f"@{bot.username} in “{where.title}”"

    def _publication(self, chat: str, attempt: Attempt) -> Request:
        fields = {"chat_id": chat}
        if attempt.parent:
            fields["reply_parameters"] = json.dumps({"message_id": int(attempt.parent.remote_id)})
        method, content, files = self._message(attempt)
        form = fields | _in_form(content)
        return Request("POST", f"/{method}", "publishing the post", form=form, files=files, publishes=True)

    def _message(self, attempt: Attempt) -> tuple[str, Mapping[str, object], Mapping[str, Upload]]:
        """(method, its fields, its files): one message with or without a picture, or an album."""
        post = attempt.post
        if not _as_photos(post):
            return "sendMessage", self._text(post), {}
        if len(post.pictures) == 1:
            return "sendPhoto", {"caption": post.text}, {"photo": _upload(attempt, post.pictures[0])}
        files = {f"picture-{n}": _upload(attempt, picture) for n, picture in enumerate(post.pictures, start=1)}
        first, *others = [{"type": "photo", "media": f"attach://{name}"} for name in files]
        return "sendMediaGroup", {"media": [first | {"caption": post.text}, *others]}, files

    def _text(self, post: Post) -> dict[str, object]:
        """No entities: Telegram finds addresses and hashtags by itself, and nothing else is marked up."""
        return {"text": post.text, "link_preview_options": self._preview(post)}

    def _preview(self, post: Post) -> dict[str, object]:
        if post.pictures:
            url = self._hosting.address(post.pictures[0])
            return {"url": url, "prefer_large_media": True, "show_above_text": True}
        return {"url": post.link} if post.link and post.link in post.text else {"is_disabled": True}

    def _corrections(self, receipt: Receipt, attempt: Attempt) -> Iterator[Request]:
        """What has to be asked so that the messages show the attempt's post; asking twice changes nothing."""
        post, messages = attempt.post, receipt.data["messages"].split()
        _refuse_other_form(receipt, post, len(messages))
        where = {"chat_id": receipt.data["chat"], "message_id": messages[0]}
        if receipt.data["form"] == "text":
            yield Request("POST", "/editMessageText", "correcting the post", form=where | _in_form(self._text(post)))
            return
        shown = receipt.data["pictures"].split()
        if post.pictures[0].id == shown[0]:
            form = where | {"caption": post.text}
            yield Request("POST", "/editMessageCaption", "correcting the post", form=form)
        for index, (message, before, picture) in enumerate(zip(messages, shown, post.pictures, strict=True)):
            if picture.id != before:
                caption = {"caption": post.text} if index == 0 else {}
                media = _in_form({"media": {"type": "photo", "media": "attach://picture", **caption}})
                files = {"picture": _upload(attempt, picture)}
                form = where | {"message_id": message} | media
                yield Request("POST", "/editMessageMedia", "correcting a picture", form=form, files=files)

    def _prove_rights(self, chat: str) -> _Bot:
        """Every refusal is a 400, so we ask: a bot that may not post here is the account's trouble, not the post's."""
        try:
            bot = self._read("getMe", _Answer[_Bot]).result
            rights = self._read("getChatMember", _Answer[_Rights], chat_id=chat, user_id=str(bot.id)).result
        except Rejected as refusal:
            raise AccountBlocked(str(refusal)) from None
        if not rights.may_post:
            raise AccountBlocked(f"The bot may not post in {chat}; make it an administrator who may post messages.")
        return bot

    def _read(self, method: str, shape: type[Shape], **query: str) -> Shape:
        request = Request("GET", f"/{method}?{urlencode(query)}", "proving what the bot may do")
        return parsed(_good(self._service.reply(request)), shape)


def _as_photos(post: Post) -> bool:
    """True where the pictures themselves are sent, with the text as their caption."""
    return len(post.pictures) > 1 or bool(post.pictures and length(post.text, LIMITS) <= CAPTION)


def _refuse_other_form(receipt: Receipt, post: Post, messages: int) -> None:
    """A message stays what it is: a text never becomes an album, and a photo never loses its picture."""
    same_album = len(post.pictures) == messages and length(post.text, LIMITS) <= CAPTION
    if not (len(post.pictures) <= 1 if receipt.data["form"] == "text" else same_album):
        reason = "the number of pictures stays as it was, and the text under a picture has at most 1024 characters"
        raise Rejected(f"Telegram cannot change the post this far: {reason}. Retract it and publish it anew.")


def _upload(attempt: Attempt, picture: Picture) -> Upload:
    return Upload(picture.name, *attempt.load(picture))


def _in_form(fields: Mapping[str, object]) -> dict[str, str]:
    """Form fields; what is no text goes as JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in fields.items()
    }


def _ids(post: Post) -> str:
    return " ".join(picture.id for picture in post.pictures)


def _receipt(messages: Sequence[_Message], post: Post, moved: str) -> Receipt:
    first = messages[0]
    data = {
        "chat": str(first.chat.id),
        "messages": " ".join(str(message.message_id) for message in messages),
        "form": "photos" if _as_photos(post) else "text",
        "pictures": _ids(post),
    }
    if moved:
        data["warning"] = f"The group has become a supergroup with the number {moved}; write that into `channel`."
    url = f"https://t.me/{first.chat.username}/{first.message_id}" if first.chat.username else ""
    return Receipt(str(first.message_id), url, data)


# ---------------------------------------------------------------- what an answer means


def _good(reply: Reply) -> Reply:
    """403: the bot was thrown out. 404: there is no such bot; what is wrong with a message is always a 400."""
    if reply.status in {403, 404}:
        raise AccountBlocked(explained(reply))
    return accepted(reply)


def _moved_to(reply: Reply) -> str:
    """The new number of a group that became a supergroup; nothing was posted then."""
    parameters = reply.fields.get("parameters")
    moved = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
    return str(moved) if reply.status == 400 and isinstance(moved, int) else ""


def _is_unchanged(reply: Reply) -> bool:
    """True when an edit was refused because the message reads like that already.

    The Bot API has no code for it and a bot cannot read a message back. Its descriptions are English for everyone, so
    here, and only here, the words decide.
    """
    words = str(reply.fields.get("description", ""))
    return reply.status == 400 and words.startswith("Bad Request: message is not modified")


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What Telegram would answer; numbers follow from what was sent."""
    chat = request.form.get("chat_id", "")
    digest = hashlib.sha256(json.dumps(dict(request.form)).encode()).hexdigest()
    place: dict[str, Any] = {"id": 0, "username": chat[1:]} if chat.startswith("@") else {"id": int(chat or 0)}
    album = request.url.endswith("/sendMediaGroup")
    sent = [{"message_id": int(digest[:6], 16) + n, "chat": place} for n in range(len(request.files) if album else 1)]
    return Reply(request, 200, body=json.dumps({"ok": True, "result": sent if album else sent[0]}).encode())
