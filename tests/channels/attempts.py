"""Attempts to start from, and the smallest driver that obeys the channel contract."""

import datetime as dt
import hashlib
import io
from collections import defaultdict
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

from campaign.channels.base import Channel
from campaign.channels.http import HttpOptions, Timeouts
from campaign.errors import Transient, Uncertain
from campaign.model import Attempt, Card, Picture, Post, Receipt

TEXT = "Glāžšķūņu rūķīši sargā: cilvēku tirdzniecību var apturēt 🕊️\n\nhttps://kampana.example/lv #CilvēkuTirdzniecība"
KEY = "september-2023/donate>mastodon:lv"
ALT = "Kartīte “Glāžšķūņu rūķīši” – uzraksts uz zila fona"


@cache
def png(red: int = 20) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (120, 63), (red, 80, 120)).save(file, "PNG")
    return file.getvalue()


def make_picture(alt: str = ALT, red: int = 20) -> Picture:
    name = hashlib.sha256(str(red).encode()).hexdigest()
    return Picture(name, Card("announcement", "og", "lv", {"title": "Rūķīši"}), alt, 120, 63)


def make_post(text: str = TEXT, *pictures: Picture, **fields: Any) -> Post:
    return Post(kind="message", language="lv", title="Rūķīši", text=text, pictures=pictures, **fields)


@dataclass
class Delivery:
    """One row as `deliver` keeps it: notes that last, and what the ledger knows of the account."""

    channel: Channel
    post: Post
    key: str = KEY
    revision: str = "r1"
    notes: dict[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    parent: Receipt | None = None
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC).replace(microsecond=0))

    @property
    def attempt(self) -> Attempt:
        due_ms = int(self.now.timestamp() * 1000)
        return Attempt(
            key=self.key,
            revision=self.revision,
            service_key=self.channel.service_key(self.key, self.revision, due_ms),
            post=self.post,
            now=self.now,
            first_tried=self.now,
            load=lambda picture: (png(), picture.media_type),
            note=self.notes.__setitem__,
            notes=dict(self.notes),
            known=self.known,
            parent=self.parent,
        )

    def send(self) -> Receipt:
        return self.channel.send(self.attempt)

    def find(self) -> Receipt | None:
        return self.channel.find(self.attempt)

    def driven(self, tries: int = 8) -> Receipt:
        """Sent as the error classes say and no better: again when transient, looked up first when uncertain.

        Raises `Uncertain` where the look-up cannot tell.
        """
        in_doubt = False
        for _ in range(tries):
            try:
                if in_doubt and (found := self._looked_up()):
                    return found
            except Transient:
                continue
            in_doubt = False
            try:
                return self.send()
            except Transient:
                continue
            except Uncertain:
                in_doubt = True
        raise AssertionError("the delivery never settled")

    def settled(self) -> Receipt | None:
        """Driven to its end; None where nobody can tell what became of it, so that a person has to look."""
        try:
            return self.driven()
        except Uncertain:
            return None

    def _looked_up(self) -> Receipt | None:
        return next((found for _ in range(self.channel.look_ups) if (found := self.find())), None)


class MemoryTokens:
    """A token store that counts."""

    def __init__(self) -> None:
        self.values: dict[str, Mapping[str, str]] = {}
        self.saves = 0
        self._locks: dict[str, Lock] = defaultdict(Lock)

    def load(self, account: str) -> Mapping[str, str]:
        return self.values.get(account, {})

    def save(self, account: str, values: Mapping[str, str]) -> None:
        self.saves += 1
        self.values[account] = dict(values)

    def exclusive(self, account: str) -> AbstractContextManager[Any]:
        return self._locks[account]


def options_for(*addresses: str) -> HttpOptions:
    """Loopback is allowed for these, and nobody waits long."""
    quick = Timeouts(connect=2.0, read=0.8, total=1.5)
    return HttpOptions(
        base_url="https://kampana.example",
        clock=lambda: dt.datetime.now(dt.UTC),
        exceptions=frozenset(addresses),
        ordinary=quick,
        uploads=quick,
    )
