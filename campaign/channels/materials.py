"""What a record needs from the service before it can be written: pictures uploaded, names looked up; each is noted."""

import datetime as dt
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from campaign.channels.atproto import Blob, Parts, has_card, mentioned, timestamp
from campaign.channels.exchange import accepted, parsed
from campaign.channels.hosted import Hosting
from campaign.channels.xrpc import Session, procedure, query
from campaign.model import Attempt, Picture, Segment

LARGEST_THUMB = 1_000_000
PICTURES = frozenset({"image/png", "image/jpeg"})
UNKNOWN = "unknown"
"""Noted of a handle that nobody has, and of a page without a picture, so that later tries say the same."""


class _Uploaded(BaseModel):
    blob: dict[str, Any]


class _Resolved(BaseModel):
    did: str


class Materials:
    """Of one attempt."""

    def __init__(self, attempt: Attempt, session: Session, site: Hosting) -> None:
        self._attempt = attempt
        self._session = session
        self._site = site

    def parts(self, number: int, segment: Segment) -> Parts:
        """Those of the post of this number, counted from 0."""
        blobs = [self._blob(f"blob-{each.id}-{number}-{i}", each) for i, each in enumerate(segment.pictures)]
        dids = {name: did for name in mentioned(segment.text) if (did := self._did(name))}
        thumb = self._thumb() if has_card(self._attempt.post, segment) else None
        return Parts(created(self._attempt, number), blobs, dids, thumb)

    def _blob(self, name: str, picture: Picture) -> Blob:
        """The reference to an uploaded picture; what an earlier try has uploaded is used again."""
        if noted := self._attempt.notes.get(name):
            return _Uploaded.model_validate_json(noted).blob
        return self._uploaded(name, *self._attempt.load(picture))

    def _uploaded(self, name: str, content: bytes, media_type: str) -> Blob:
        request = procedure("com.atproto.repo.uploadBlob", "uploading a picture")
        request = replace(request, content=content, uploads=True, headers={"Content-Type": media_type})
        uploaded = parsed(accepted(self._session.ask(request)), _Uploaded)
        self._attempt.note(name, uploaded.model_dump_json())
        return uploaded.blob

    def _did(self, handle: str) -> str:
        """The lasting name behind a handle; nothing where the service knows none."""
        name = f"did-{handle}"
        if (noted := self._attempt.notes.get(name)) is None:
            reply = self._session.ask(query("com.atproto.identity.resolveHandle", "looking a name up", handle=handle))
            noted = UNKNOWN if reply.status in {400, 404} else parsed(accepted(reply), _Resolved).did
            self._attempt.note(name, noted)
        return "" if noted == UNKNOWN else noted

    def _thumb(self) -> Blob | None:
        """The picture of our own page that the link leads to; a card without one is no reason to wait."""
        noted = self._attempt.notes.get("blob-thumb")
        if noted:
            return None if noted == UNKNOWN else _Uploaded.model_validate_json(noted).blob
        picture = self._site.of_page(self._attempt.post.link)
        media_type = picture.headers.get("content-type", "") if picture else ""
        if picture is None or media_type not in PICTURES or len(picture.body) > LARGEST_THUMB:
            self._attempt.note("blob-thumb", UNKNOWN)
            return None
        return self._uploaded("blob-thumb", picture.body, media_type)


def forget_pictures(attempt: Attempt) -> None:
    """What the service has dropped is uploaded anew by the next try."""
    for name in [name for name in attempt.notes if name.startswith("blob-")]:
        attempt.note(name, "")


def created(attempt: Attempt, number: int) -> str:
    """A thread's posts are a millisecond apart, as readers' programs sort by this time."""
    return timestamp(attempt.first_tried + dt.timedelta(milliseconds=number))
