"""A server that speaks Mastodon's language: what it says it allows, its clock, and how it gets to know us.

https://docs.joinmastodon.org/entities/Instance/, https://docs.joinmastodon.org/methods/apps/
"""

import datetime as dt
from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, BaseModel, PositiveInt

from campaign.channels.authorisation import Client, Values
from campaign.channels.exchange import Exchange, Request, Service
from campaign.model import Limits

LIMITS = Limits(
    characters=500,
    url_weight=23,
    images=4,
    alt_characters=1500,
    threads=True,
    replies=True,
    warnings=True,
    pace=(300, 300),
)
"""Mastodon's own, for what a server does not say."""
SCOPES = ("write:statuses", "write:media", "read:statuses", "read:accounts")


def in_utc(moment: dt.datetime) -> dt.datetime:
    """The moment, in UTC where the server leaves the zone out."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


Moment = Annotated[dt.datetime, AfterValidator(in_utc)]


class _Application(BaseModel):
    client_id: str
    client_secret: str


def registered(exchange: Exchange, settings: Values, back: str) -> Client:
    """An application on the account's own server; each account has one to itself, and so can revoke it by itself."""
    form = {"client_name": "Campaign", "redirect_uris": back, "scopes": " ".join(SCOPES)}
    request = Request("POST", "/api/v1/apps", "introducing the program to the server", form=form, private=True)
    made = Service(exchange, settings["server"]).read(request, _Application)
    return Client(made.client_id, made.client_secret)


class _StatusLimits(BaseModel):
    max_characters: PositiveInt = LIMITS.characters
    max_media_attachments: PositiveInt = LIMITS.images
    characters_reserved_per_url: PositiveInt = LIMITS.url_weight


class _PictureLimits(BaseModel):
    image_size_limit: PositiveInt = LIMITS.image_bytes
    image_matrix_limit: PositiveInt = LIMITS.image_pixels
    description_limit: PositiveInt = LIMITS.alt_characters


class _Configuration(BaseModel):
    statuses: _StatusLimits = _StatusLimits()
    media_attachments: _PictureLimits = _PictureLimits()


class Instance(BaseModel):
    """The answer of `/api/v2/instance`, or of `/api/v1/instance` on older servers."""

    configuration: _Configuration | None = None
    max_toot_chars: PositiveInt = LIMITS.characters  # where compatible servers said it before `configuration`

    @property
    def limits(self) -> Limits:
        """Pictures stay as small as everywhere, even where a server would take larger ones."""
        told = self.configuration or _Configuration(statuses=_StatusLimits(max_characters=self.max_toot_chars))
        return replace(
            LIMITS,
            characters=told.statuses.max_characters,
            url_weight=told.statuses.characters_reserved_per_url,
            images=told.statuses.max_media_attachments,
            alt_characters=told.media_attachments.description_limit,
            image_bytes=min(LIMITS.image_bytes, told.media_attachments.image_size_limit),
            image_pixels=min(LIMITS.image_pixels, told.media_attachments.image_matrix_limit),
        )
