"""A post as the AT Protocol keeps it: the record with its links, hashtags and mentions by byte, its key, its id."""

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field

from campaign.model import Picture, Post, Segment

COLLECTION = "app.bsky.feed.post"
MOST_LANGUAGES = 3

Blob = Mapping[str, Any]
"""The reference to an uploaded picture."""
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a record is made of besides its words."""

    created: str
    blobs: Sequence[Blob] = ()
    dids: Mapping[str, str] = field(default_factory=dict)
    """Handle → the lasting name behind it; a handle that is not in it stays plain text."""
    thumb: Blob | None = None


def record_of(post: Post, segment: Segment, parts: Parts) -> dict[str, Any]:
    """One post of a thread as the network keeps it: with its pictures, else with a card for its link."""
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "text": segment.text,
        "createdAt": parts.created,
        "langs": [post.language, *post.also_in][:MOST_LANGUAGES],
        "facets": facets_of(segment.text, parts.dids),
    }
    if segment.pictures:
        images = [_image(picture, blob) for picture, blob in zip(segment.pictures, parts.blobs, strict=True)]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    elif has_card(post, segment):
        record["embed"] = {"$type": "app.bsky.embed.external", "external": _card(post, parts.thumb)}
    return record


def has_card(post: Post, segment: Segment) -> bool:
    """True for the post without pictures that leads to the link; in a thread that is the one that names it."""
    return bool(post.link) and not segment.pictures and (not post.thread or post.link in segment.text)


def _card(post: Post, thumb: Blob | None) -> dict[str, Any]:
    card = {"uri": post.link, "title": post.title or post.link, "description": post.summary}
    return card | ({"thumb": dict(thumb)} if thumb else {})


def _image(picture: Picture, blob: Blob) -> dict[str, Any]:
    return {
        "image": dict(blob),
        "alt": picture.alt,
        "aspectRatio": {"width": picture.width, "height": picture.height},
    }


class _Embed(BaseModel):
    images: list[dict[str, Any]] = []
    external: dict[str, Any] = {}


class _Post(BaseModel):
    created: str = Field(alias="createdAt")
    embed: _Embed | None = None
    reply: dict[str, Any] = {}


def a_post(record: dict[str, Any]) -> dict[str, Any]:
    """What a server told, if it has the shape of a post; `ValueError` for anything else."""
    _Post.model_validate(record)
    return record


def words(record: Record) -> tuple[object, ...]:
    """What a reader gets of a record."""
    embed = record.get("embed") or {}
    alts = [image.get("alt") for image in embed.get("images", [])]
    return record.get("text"), record.get("langs"), alts, embed.get("external", {}).get("uri")


# ---------------------------------------------------------------- links, hashtags and mentions

LINK = re.compile(r"https?://\w[^\s<>\"„“”«»]*")
TAG = re.compile(r"(?<![\w/&#])#(?!\d+(?![\w\u0300-\u036f]))([\w\u0300-\u036f]{1,64})(?![\w\u0300-\u036f])")
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
MENTION = re.compile(rf"(?<![\w/@.-])@({_LABEL}(?:\.{_LABEL})+)(?![\w-])", re.ASCII | re.IGNORECASE)


def facets_of(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is active in a text, by offsets in its UTF-8 bytes."""
    mentions = [match for match in _outside(MENTION, text) if match[1] in dids]
    active = [
        *(_facet(text, span, "link", uri=text[slice(*span)]) for span in _links(text)),
        *(_facet(text, match.span(), "mention", did=dids[match[1]]) for match in mentions),
        *(_facet(text, match.span(), "tag", tag=match[1]) for match in _outside(TAG, text)),
    ]
    return sorted(active, key=lambda facet: int(facet["index"]["byteStart"]))


def mentioned(text: str) -> list[str]:
    """The handles that a text names, without `@`."""
    return [match[1] for match in _outside(MENTION, text)]


def _outside(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """What is not a part of a link."""
    links = _links(text)
    return [match for match in pattern.finditer(text) if not any(start <= match.start() < end for start, end in links)]


def _links(text: str) -> list[tuple[int, int]]:
    return [(match.start(), match.start() + len(_link(match[0]))) for match in LINK.finditer(text)]


def _facet(text: str, span: tuple[int, int], kind: str, **feature: str) -> dict[str, Any]:
    index = {"byteStart": len(text[: span[0]].encode()), "byteEnd": len(text[: span[1]].encode())}
    return {"index": index, "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}]}


def _link(found: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays if its opening one is inside."""
    while found[-1] in ".,;:!?…'" or (found[-1] == ")" and found.count(")") > found.count("(")):
        found = found[:-1]
    return found


# ---------------------------------------------------------------- times, keys and content ids


def timestamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


def tid(microseconds: int, clock: int) -> str:
    """The network's sortable record key: 53 bits of time and 10 of clock, 5 bits a letter."""
    value = (microseconds << 10 | clock) & (1 << 63) - 1
    return "".join(TID_LETTERS[value >> shift & 31] for shift in range(60, -1, -5))


def later(key: str, microseconds: int) -> str:
    """The record key that much later, of the same clock."""
    value = 0
    for letter in key:
        value = value << 5 | TID_LETTERS.index(letter)
    return tid((value >> 10) + microseconds, value & 1023)


def content_id(content: bytes) -> str:
    """The CIDv1 of raw bytes, as pictures have it."""
    return _cid(0x55, content)


def record_id(record: Record) -> str:
    """The CIDv1 that the network gives a record: the hash of its one canonical form, DAG-CBOR."""
    import cbor2

    return _cid(0x71, cbor2.dumps(_linked(record), canonical=True))


def _cid(codec: int, content: bytes) -> str:
    """Version, codec, hash function, length, hash, in base 32."""
    raw = bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def _linked(value: object) -> object:
    """`{"$link": cid}` as DAG-CBOR has it: tag 42 and the bytes behind a zero."""
    import cbor2

    match value:
        case {"$link": str(cid)}:
            padded = cid[1:].upper() + "=" * (-len(cid[1:]) % 8)
            return cbor2.CBORTag(42, b"\0" + base64.b32decode(padded))
        case Mapping():
            return {name: _linked(inner) for name, inner in value.items()}
        case list():
            return [_linked(inner) for inner in value]
        case _:
            return value
