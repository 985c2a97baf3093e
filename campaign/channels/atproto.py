"""A post as the AT Protocol keeps it: the record, its links and hashtags by byte, its key."""

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from campaign.model import Picture, Post

COLLECTION = "app.bsky.feed.post"

Blob = Mapping[str, Any]
"""The reference to an uploaded picture."""
Record = Mapping[str, Any]


def record_of(post: Post, blobs: Sequence[Blob], created: str) -> dict[str, Any]:
    """The post as the network keeps it: with its pictures, else with a card for its link."""
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "text": post.text,
        "createdAt": created,
        "langs": [post.language],
        "facets": facets_of(post.text),
    }
    if post.pictures:
        images = [_image(picture, blob) for picture, blob in zip(post.pictures, blobs, strict=True)]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    elif post.link:
        external = {"uri": post.link, "title": post.title or post.link, "description": post.summary}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": external}
    return record


def _image(picture: Picture, blob: Blob) -> dict[str, Any]:
    return {
        "image": dict(blob),
        "alt": picture.alt,
        "aspectRatio": {"width": picture.width, "height": picture.height},
    }


def words(record: Record) -> tuple[object, ...]:
    """What a reader gets of a record."""
    embed = record.get("embed") or {}
    alts = [image.get("alt") for image in embed.get("images", [])]
    return record.get("text"), record.get("langs"), alts, embed.get("external", {}).get("uri")


# ---------------------------------------------------------------- links and hashtags

LINK = re.compile(r"https?://\w[^\s<>\"„“”«»]*")
TAG = re.compile(r"(?<![\w/&#])#(?!\d+(?![\w\u0300-\u036f]))([\w\u0300-\u036f]{1,64})(?![\w\u0300-\u036f])")


def facets_of(text: str) -> list[dict[str, Any]]:
    """Links and hashtags of a text, by offsets in its UTF-8 bytes."""
    links = [(match.start(), match.start() + len(_link(match[0]))) for match in LINK.finditer(text)]
    tags = [m for m in TAG.finditer(text) if not any(start <= m.start() < end for start, end in links)]
    found = [*_link_facets(text, links), *(_facet(text, m.start(), m.end(), tag=m[1]) for m in tags)]
    return sorted(found, key=lambda facet: int(facet["index"]["byteStart"]))


def _link_facets(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for start, end in spans:
        yield _facet(text, start, end, uri=text[start:end])


def _facet(text: str, start: int, end: int, **feature: str) -> dict[str, Any]:
    kind = "link" if "uri" in feature else "tag"
    span = {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())}
    return {"index": span, "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}]}


def _link(found: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays if its opening one is inside."""
    while found[-1] in ".,;:!?…'" or (found[-1] == ")" and found.count(")") > found.count("(")):
        found = found[:-1]
    return found


# ---------------------------------------------------------------- times, keys and content ids


def timestamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tid(microseconds: int, clock: int) -> str:
    """The network's sortable record key: 53 bits of time and 10 of clock, 5 bits a letter."""
    value = (microseconds << 10 | clock) & (1 << 63) - 1
    return "".join("234567abcdefghijklmnopqrstuvwxyz"[value >> shift & 31] for shift in range(60, -1, -5))


def content_id(content: bytes) -> str:
    """A CIDv1 of raw bytes: version, codec, hash function, length, hash, in base 32."""
    raw = b"\x01\x55\x12\x20" + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")
