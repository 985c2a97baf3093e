"""Threads, Meta's network for short texts."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import SecretStr

from campaign.channels import chain, graph, meta
from campaign.channels.account import Server, revealed
from campaign.channels.authorisation import Authorisation
from campaign.channels.base import Channel, Opening, RemoteModel, key_of
from campaign.channels.containers import Containers
from campaign.channels.exchange import Reply, Request, Service, parsed
from campaign.channels.graph import Named, NodeId, Sought, Version
from campaign.channels.hosted import Hosting
from campaign.channels.oauth import Bearer
from campaign.errors import Rejected
from campaign.model import Attempt, Limits, Picture, Receipt, Segment

LIMITS = Limits(
    characters=500,
    unit="threads",
    images=20,
    alt_characters=1000,
    editable=False,
    threads=True,
    replies=True,
    most_hashtags=1,
    hosted=True,
    pace=(250, 86_400),
)


class ThreadsSettings(RemoteModel):
    """An account on Threads."""

    needs: ClassVar[tuple[str, ...]] = ("token",)
    authorisation: ClassVar = Authorisation(
        page="https://threads.net/oauth/authorize",
        redeem_at="{server}/oauth/access_token",
        scopes=(
            "threads_basic",
            "threads_content_publish",
            "threads_read_replies",
            "threads_manage_replies",
            "threads_delete",
        ),
        separator=",",
        proves_possession=False,
        port=None,
        tells=("user_id",),
        conclude=meta.of_account("th_exchange_token", "id"),
    )

    kind: Literal["threads"]
    """The service."""
    user_id: NodeId
    """The number of the account."""
    version: Version = "v1.0"
    """The version of the Threads API."""
    server: Server = "https://graph.threads.net"
    """Where the Threads API answers."""
    token: SecretStr | None = None
    """The access token; its permissions: `threads_basic`, `threads_content_publish`, `threads_read_replies`,
    `threads_manage_replies` and `threads_delete`."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Threads(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return graph.pretended(request)


class Threads:
    """Publishes posts, answers, and posts in a row.

    Not twice: a post is first prepared as a container whose id is noted; publishing a container again gives the same
    post, and it says itself whether it was published. Which post that is, the account's own list tells.
    https://developers.facebook.com/docs/threads/posts
    """

    look_ups = 2
    longest = 120.0

    def __init__(self, settings: ThreadsSettings, opening: Opening) -> None:
        self.limits = settings.limits
        self._hosting = Hosting(opening.exchange, opening.base_url)
        service, given = Service(opening.exchange, settings.server), meta.living(revealed(settings.token))
        self._bearer = Bearer(opening, service, given, meta.renewal("th_refresh_token", opening.clock))
        self._ask = self._bearer.ask
        self._base = f"/{settings.version}"
        self._user = f"{self._base}/{settings.user_id}"
        self._containers = Containers(
            self._ask, self._user, self._base, "threads", "threads_publish", "status,error_message"
        )

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        def publish(number: int, segment: Segment, answered: Receipt | None) -> Receipt:
            return self._published(attempt, number, segment, answered)

        try:
            return chain.in_turn(attempt, publish, self._delete)
        except Rejected:
            self._containers.forget(attempt, _steps(attempt))
            raise

    def find(self, attempt: Attempt) -> Receipt | None:
        if complete := chain.finished(attempt, None):
            return complete
        number, segment = chain.doubtful(attempt)
        path = f"{self._user}/{'replies' if number > 1 or attempt.parent else 'threads'}"
        aside = replace(attempt, known=attempt.known | chain.published_ids(attempt))
        sought = Sought(path, "id,text,timestamp,permalink", segment.text)
        return chain.finished(attempt, self._containers.found(aside, _container(attempt, number), sought))

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        raise Rejected("Threads lets no program change a published post: retract it, and publish it anew.")

    def remove(self, receipt: Receipt) -> None:
        """The last post of a thread first, so that none stands without the one it answers."""
        for part in reversed(chain.parts_of(receipt)):
            self._delete(part)

    def check(self) -> str:
        return f"@{self._named().name} on Threads"

    def read_limits(self) -> Limits:
        """How many posts a day are allowed."""
        return replace(self.limits, pace=self._containers.pace("threads_publishing_limit"))

    def ends(self) -> dt.datetime | None:
        return meta.end_of(self._bearer)

    def _named(self) -> Named:
        request = Request("GET", f"{self._user}?fields=username", "proving the account's token")
        return parsed(graph.accepted(self._ask(request)), Named)

    def _published(self, attempt: Attempt, number: int, segment: Segment, answered: Receipt | None) -> Receipt:
        def content() -> Mapping[str, str]:
            answering = {"reply_to_id": answered.remote_id} if answered else {}
            return {**self._content(attempt, number, segment), **answering, "text": segment.text}

        post = self._containers.published(attempt, _container(attempt, number), content)
        return Receipt(post, graph.address_of(self._ask, f"{self._base}/{post}", "permalink"))

    def _content(self, attempt: Attempt, number: int, segment: Segment) -> Mapping[str, str]:
        pictures = segment.pictures
        if not pictures:
            return {"media_type": "TEXT"}
        if len(pictures) == 1:
            return self._picture(pictures[0])
        names = [_child(attempt, number, index) for index in range(len(pictures))]
        children = [self._child(attempt, name, picture) for name, picture in zip(names, pictures, strict=True)]
        return {"media_type": "CAROUSEL", "children": ",".join(children)}

    def _child(self, attempt: Attempt, name: str, picture: Picture) -> str:
        return self._containers.ready(attempt, name, lambda: self._picture(picture) | {"is_carousel_item": "true"})

    def _picture(self, picture: Picture) -> dict[str, str]:
        return {"media_type": "IMAGE", "image_url": self._hosting.address(picture), "alt_text": picture.alt}

    def _delete(self, receipt: Receipt) -> None:
        """What is gone cannot be told from what a weaker token may not see, so the token has to prove itself."""
        reply = self._ask(Request("DELETE", f"{self._base}/{receipt.remote_id}", "removing the post"))
        if graph.is_gone(reply):
            self._named()
        else:
            graph.accepted(reply)


def _steps(attempt: Attempt) -> Iterator[str]:
    for number, segment in enumerate(chain.segments_of(attempt.post), start=1):
        yield _container(attempt, number)
        yield from (_child(attempt, number, index) for index in range(len(segment.pictures)))


def _container(attempt: Attempt, number: int) -> str:
    return f"container-{chain.name_of(attempt, number)}"


def _child(attempt: Attempt, number: int, index: int) -> str:
    return f"child-{chain.name_of(attempt, number)}-{index}"
