"""Professional accounts on Instagram."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import SecretStr

from campaign.channels import graph, meta
from campaign.channels.account import Server, revealed
from campaign.channels.authorisation import Authorisation
from campaign.channels.base import Channel, Opening, RemoteModel, key_of
from campaign.channels.containers import Containers
from campaign.channels.exchange import Reply, Request, Service, parsed
from campaign.channels.graph import Named, NodeId, Sought, Version
from campaign.channels.hosted import Hosting
from campaign.channels.oauth import Bearer
from campaign.errors import Rejected
from campaign.model import Attempt, Limits, Picture, Receipt

LIMITS = Limits(
    characters=2200,
    images=10,
    alt_characters=1000,
    card_size="feed",
    editable=False,
    removable=False,
    most_hashtags=30,
    least_images=1,
    hosted=True,
    picture_type="image/jpeg",
    pace=(25, 86_400),
)
THROUGH_FACEBOOK = "https://graph.facebook.com"
"""Where an account answers that is connected through a Facebook Page; such a token is not renewed here."""
NOT_POSSIBLE = (
    "Instagram lets programs neither change nor delete a published post: a person has to, in the application."
)


class InstagramSettings(RemoteModel):
    """A professional account (business or creator) on Instagram."""

    needs: ClassVar[tuple[str, ...]] = ("token",)
    authorisation: ClassVar = Authorisation(
        page="https://www.instagram.com/oauth/authorize",
        redeem_at="{login}/oauth/access_token",
        scopes=("instagram_business_basic", "instagram_business_content_publish"),
        separator=",",
        proves_possession=False,
        port=None,
        tells=("user_id",),
        conclude=meta.of_account("ig_exchange_token", "id,user_id"),
    )

    kind: Literal["instagram"]
    """The service."""
    user_id: NodeId
    """The number of the account."""
    version: Version = "v25.0"
    """The version of the Graph API; each is served for about two years."""
    server: Server = "https://graph.instagram.com"
    """Where the account answers; `https://graph.facebook.com` when it is connected through a Facebook Page."""
    login: Server = "https://api.instagram.com"
    """Where connecting the account ends; used for nothing else."""
    token: SecretStr | None = None
    """The access token; its permissions: `instagram_business_basic` and `instagram_business_content_publish`."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Instagram(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return graph.pretended(request)


class Instagram:
    """Publishes one picture, or several to leaf through.

    Not twice: a post is first prepared as a container whose id is noted; publishing a container again gives the same
    post, and it says itself whether it was published. Which post that is, the account's own list tells.
    https://developers.facebook.com/docs/instagram-platform/content-publishing
    """

    look_ups = 2
    longest = 120.0

    def __init__(self, settings: InstagramSettings, opening: Opening) -> None:
        self.limits = settings.limits
        self._hosting = Hosting(opening.exchange, opening.base_url)
        service, token = Service(opening.exchange, settings.server), revealed(settings.token)
        if settings.server == THROUGH_FACEBOOK:
            self._bearer = Bearer(opening, service, {"access": token})
        else:
            renew = meta.renewal("ig_refresh_token", opening.clock)
            self._bearer = Bearer(opening, service, meta.living(token), renew)
        self._ask = self._bearer.ask
        self._base = f"/{settings.version}"
        self._user = f"{self._base}/{settings.user_id}"
        self._containers = Containers(self._ask, self._user, self._base, "media", "media_publish", "status_code,status")

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        if not attempt.post.pictures:
            raise Rejected("Instagram takes no post without a picture.")
        try:
            post = self._containers.published(attempt, "container", lambda: self._content(attempt))
        except Rejected:
            children = (f"child-{index}" for index in range(len(attempt.post.pictures)))
            self._containers.forget(attempt, ("container", *children))
            raise
        return Receipt(post, graph.address_of(self._ask, f"{self._base}/{post}", "permalink"))

    def find(self, attempt: Attempt) -> Receipt | None:
        sought = Sought(f"{self._user}/media", "id,caption,timestamp,permalink", attempt.post.text)
        return self._containers.found(attempt, "container", sought)

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        raise Rejected(NOT_POSSIBLE)

    def remove(self, receipt: Receipt) -> None:
        raise Rejected(NOT_POSSIBLE)

    def check(self) -> str:
        request = Request("GET", f"{self._user}?fields=username", "proving the account's token")
        return f"@{parsed(graph.accepted(self._ask(request)), Named).name} on Instagram"

    def read_limits(self) -> Limits:
        """How many posts a day are allowed differs between accounts."""
        return replace(self.limits, pace=self._containers.pace("content_publishing_limit"))

    def ends(self) -> dt.datetime | None:
        return meta.end_of(self._bearer)

    def _content(self, attempt: Attempt) -> Mapping[str, str]:
        pictures, text = attempt.post.pictures, attempt.post.text
        if len(pictures) == 1:
            return self._picture(pictures[0]) | {"caption": text}
        children = [self._child(attempt, index, picture) for index, picture in enumerate(pictures)]
        return {"media_type": "CAROUSEL", "children": ",".join(children), "caption": text}

    def _child(self, attempt: Attempt, index: int, picture: Picture) -> str:
        return self._containers.ready(
            attempt, f"child-{index}", lambda: self._picture(picture) | {"is_carousel_item": "true"}
        )

    def _picture(self, picture: Picture) -> dict[str, str]:
        return {"image_url": self._hosting.address(picture), "alt_text": picture.alt}
