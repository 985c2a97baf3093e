"""X, through its API v2."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Generic, Literal, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, SecretStr

from campaign.channels import chain, repeats
from campaign.channels.account import Server, revealed
from campaign.channels.authorisation import USUAL_PORT, Authorisation, as_tokens
from campaign.channels.base import CLOCKS_DIFFER, Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Reply, Request, Service, Upload, accepted, explained, parsed, waiting
from campaign.channels.oauth import Application, Bearer, refreshing
from campaign.channels.timeline import Page, Told, comparable
from campaign.errors import AccountBlocked, Rejected, Throttled, Transient, Uncertain
from campaign.model import Attempt, Limits, Picture, Receipt, Segment

LIMITS = Limits(
    characters=280,
    unit="weighted",
    images=4,
    alt_characters=1000,
    editable=False,
    threads=True,
    replies=True,
    pace=(100, 900),
)
UPLOAD_LASTS = 86_400
"""Seconds, where the answer to an upload does not say so."""
UPLOAD_MARGIN = dt.timedelta(minutes=15)
PAGE = 100
PAGES = 10
"""How far back `find` reads before it says that nobody can tell; reading costs money here."""
GENERIC = frozenset({"", "about:blank"})
"""What a 403 is that concerns the post; any other type concerns the application or its plan."""


class XSettings(RemoteModel):
    """An account on X."""

    authorisation: ClassVar = Authorisation(
        page="https://x.com/i/oauth2/authorize",
        redeem_at="{server}/2/oauth2/token",
        scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
        public=True,
        in_header=True,
        port=USUAL_PORT,
        gives=("token", "refresh_token"),
        conclude=as_tokens,
    )

    kind: Literal["x"]
    """The service."""
    server: Server = "https://api.x.com"
    """Where the API is."""
    client_id: str = ""
    """The OAuth 2.0 client id of your application; without it tokens cannot be renewed."""
    client_secret: SecretStr | None = None
    """The application's secret, if it is a confidential client."""
    refresh_token: SecretStr | None = None
    """The refresh token from connecting the account; the program keeps its successors itself."""
    token: SecretStr | None = None
    """An access token instead, which ends after two hours: for a first try only."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return X(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return _pretended(request)


Shape = TypeVar("Shape")


class _Answer(BaseModel, Generic[Shape]):
    data: Shape


class _User(BaseModel):
    id: str
    username: str


class _Media(BaseModel):
    id: str
    expires_after_secs: float = UPLOAD_LASTS


class _Tweet(BaseModel):
    id: str


class _Deletion(BaseModel):
    deleted: bool


class X:
    """Publishes posts, and threads post by post.

    Not twice: X has no idempotency key. It refuses a text that it has seen lately (403), which after a lost answer is
    evidence and no proof; so the account's own posts are read back first. Reading is paid for: where the plan does not
    include it, a lost answer waits for a person.
    https://docs.x.com/x-api/posts/create-post
    """

    look_ups = 2
    longest = 120.0

    def __init__(self, settings: XSettings, opening: Opening) -> None:
        self.limits = settings.limits
        service = Service(opening.exchange, settings.server)
        given = {"access": revealed(settings.token), "refresh": revealed(settings.refresh_token)}
        application = Application(settings.client_id, revealed(settings.client_secret), in_header=True)
        renew = refreshing(service, "/2/oauth2/token", application, opening.clock)
        self._bearer = Bearer(opening, service, given, renew if settings.client_id else None)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # for the ledger only: X takes none
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        return chain.in_turn(attempt, partial(self._publish, attempt), self.remove)

    def find(self, attempt: Attempt) -> Receipt | None:
        """Among our own posts since the first try: the oldest with this text that the ledger does not know."""
        if whole := chain.finished(attempt, None):
            return whole
        number, segment = chain.doubtful(attempt)
        known = attempt.known | chain.published_ids(attempt)
        wanted, since = comparable(segment.text), attempt.first_tried - CLOCKS_DIFFER
        unknown = [post for post in self._own_posts(since) if post.id not in known]
        same = [post for post in unknown if comparable(post.written) == wanted]
        if not same:
            repeats.prove_absence(attempt, number)
        return chain.finished(attempt, _receipt(same[-1].id) if same else None)

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        raise Rejected("X does not let anybody edit through its API; retract the post and publish the corrected one.")

    def remove(self, receipt: Receipt) -> None:
        for part in reversed(chain.parts_of(receipt)):
            reply = self._ask(Request("DELETE", f"/2/tweets/{part.remote_id}", "removing the post"))
            if reply.status not in {404, 410} and not parsed(accepted(reply), _Answer[_Deletion]).data.deleted:
                raise Transient("X has not removed the post, and does not say why.")

    def check(self) -> str:
        return f"@{self._account().username} on X"

    def ends(self) -> dt.datetime | None:
        return self._bearer.ends()

    def _publish(self, attempt: Attempt, number: int, segment: Segment, answered: Receipt | None) -> Receipt:
        """What an earlier try has uploaded may be why X refuses the post: then it is uploaded anew, once."""
        names = {f"media-{number}-{index}-{picture.id}": picture for index, picture in enumerate(segment.pictures)}
        reused = [name for name in names if attempt.notes.get(name)]
        try:
            media = [self._media(attempt, name, picture) for name, picture in names.items()]
            return self._published(attempt, number, _content(segment.text, media, answered))
        except Rejected as refusal:
            if not reused:
                raise
            for name in reused:
                attempt.note(name, "")
            raise Transient(f"{refusal} It is tried again with its pictures uploaded anew.") from None

    def _published(self, attempt: Attempt, number: int, content: dict[str, object]) -> Receipt:
        request = Request("POST", "/2/tweets", "publishing the post", json=content, publishes=True)
        reply = repeats.published(attempt, number, lambda: self._ask(request), _seen_before)
        return _receipt(parsed(reply, _Answer[_Tweet]).data.id)

    def _media(self, attempt: Attempt, name: str, picture: Picture) -> str:
        """The id of an uploaded and described picture; what an earlier try has uploaded is used while it lasts."""
        noted, _, lasts = attempt.notes.get(name, "").partition(" until ")
        if not noted or dt.datetime.fromisoformat(lasts) < attempt.now + UPLOAD_MARGIN:
            return self._described(attempt, name, picture, self._uploaded(attempt, name, picture))
        described = attempt.notes.get(f"{name}-described") == noted
        return noted if described else self._described(attempt, name, picture, noted)

    def _uploaded(self, attempt: Attempt, name: str, picture: Picture) -> str:
        content, media_type = attempt.load(picture)
        fields = {"media_category": "tweet_image", "media_type": media_type}
        upload = Upload(picture.name, content, media_type, fields, part="media")
        request = Request("POST", "/2/media/upload", "uploading a picture", upload=upload)
        media = parsed(accepted(self._ask(request)), _Answer[_Media]).data
        lasts = attempt.now + dt.timedelta(seconds=media.expires_after_secs)
        attempt.note(name, f"{media.id} until {lasts.isoformat()}")
        return media.id

    def _described(self, attempt: Attempt, name: str, picture: Picture, media: str) -> str:
        body = {"id": media, "metadata": {"alt_text": {"text": picture.alt}}}
        request = Request("POST", "/2/media/metadata", "describing a picture", json=body)
        accepted(self._ask(request))
        attempt.note(f"{name}-described", media)
        return media

    def _account(self) -> _User:
        return parsed(
            accepted(self._ask(Request("GET", "/2/users/me", "proving the account's token"))), _Answer[_User]
        ).data

    def _own_posts(self, since: dt.datetime) -> Iterator[Told]:
        """Newest first, every page back to `since`."""
        path = f"/2/users/{self._account().id}/tweets"
        query = {
            "max_results": str(PAGE),
            "start_time": since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "exclude": "retweets",
            "tweet.fields": "entities",
        }
        for _ in range(PAGES):
            reply = self._bearer.ask(Request("GET", f"{path}?{urlencode(query)}", "looking for the post"))
            if reply.status == 403:
                raise Uncertain("The application's plan on X does not include reading posts, so nobody can look here.")
            page = parsed(accepted(reply), Page)
            yield from page.data
            if not page.meta.next_token:
                return
            query["pagination_token"] = page.meta.next_token
        raise Uncertain("The account has more newer posts than can be looked through.")

    def _ask(self, request: Request) -> Reply:
        """The answer, unless it means something here that its status alone does not tell."""
        reply = self._bearer.ask(request)
        if reply.status == 403 and str(reply.fields.get("type", "")) not in GENERIC:
            raise AccountBlocked(f"{explained(reply)} The application or its plan does not allow it.")
        if reply.status == 429:
            raise Throttled(explained(reply), waiting(_with_daily_reset(reply)))
        return reply


def _content(text: str, media: Sequence[str], answered: Receipt | None) -> dict[str, object]:
    content: dict[str, object] = {"text": text}
    if media:
        content["media"] = {"media_ids": list(media)}
    if answered:
        content["reply"] = {"in_reply_to_tweet_id": answered.remote_id}
    return content


def _seen_before(reply: Reply) -> bool:
    """X has no code of its own for this: it is the 403 that concerns the post and not the application."""
    return reply.status == 403


def _with_daily_reset(reply: Reply) -> Reply:
    """Where the day's allowance is used up, the short window ends in vain."""
    for whose in ("user", "app"):
        if reply.headers.get(f"x-{whose}-limit-24hour-remaining") == "0":
            reset = reply.headers.get(f"x-{whose}-limit-24hour-reset", "")
            return replace(reply, headers={**reply.headers, "x-rate-limit-reset": reset})
    return reply


def _receipt(post_id: str) -> Receipt:
    return Receipt(post_id, f"https://x.com/i/status/{post_id}")


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What X would answer; ids follow from what was sent, so that a rehearsal can be repeated."""
    sent = request.upload.content if request.upload else json.dumps(request.json, sort_keys=True).encode()
    data: dict[str, object] = {"id": hashlib.sha256(sent).hexdigest()[:16], "deleted": True}
    return Reply(request, 200, body=json.dumps({"data": data}).encode())
