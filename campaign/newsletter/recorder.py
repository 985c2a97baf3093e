"""Stands in for a mail server where nothing may be sent."""

import os
import re
import threading
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import NamedTemporaryFile

from campaign.errors import Rejected
from campaign.newsletter import refusal


class Recorder:
    """Each mail becomes an `.eml` file in a folder: named by day and reader, once per Message-ID for ever."""

    longest = 0.0

    def __init__(self, folder: Path) -> None:
        """The folder is made when the first mail comes."""
        self._folder = folder
        self._turn = threading.Lock()
        self._kept: dict[str, str] | None = None

    def send(self, address: str, raw: bytes) -> str:
        """Keep the mail; a second time the same Message-ID changes nothing."""
        if reason := refusal(address):
            raise Rejected(reason)
        day, identity = _particulars(raw)
        readable = re.sub(r"[^a-z0-9@.+_-]", "_", address.lower())[:100]
        with self._turn:
            kept = self._index()
            if identity not in kept:
                kept[identity] = f"{day}-{readable}-{identity}.eml"
                _write(self._folder / kept[identity], raw)
            return f"250 recorded as {kept[identity]}"

    def check(self) -> str:
        """Nothing can fail here."""
        return f"mails are kept in {self._folder}, none is sent"

    def close(self) -> None:
        """Nothing is open."""

    def _index(self) -> dict[str, str]:
        """Message-ID → file, of this run and of earlier ones."""
        if self._kept is None:
            names = sorted(path.name for path in self._folder.glob("*.eml"))
            self._kept = {name.removesuffix(".eml").rpartition("-")[2]: name for name in names}
        return self._kept


def _particulars(raw: bytes) -> tuple[str, str]:
    """The day it was sent, and the beginning of its Message-ID."""
    message = message_from_bytes(raw, policy=policy.SMTP)
    found = re.match(r"<([0-9a-f]{12})", str(message["Message-ID"] or ""))
    if found is None or message["Date"] is None:
        raise ValueError("a mail needs a Message-ID and a date of ours")
    return f"{message['Date'].datetime:%Y-%m-%d}", found[1]


def _write(target: Path, raw: bytes) -> None:
    """Whole or not at all, and never over an existing file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, prefix=".") as fresh:
        fresh.write(raw)
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(fresh.name, target)
