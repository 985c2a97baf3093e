"""The recorder: stands in for a remote channel in sandbox and rehearsal, and writes what would have been sent.

The real channel does its work and a pretended service answers it, so what is written is what would have been sent.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from campaign.channels.base import Channel, Opening
from campaign.channels.exchange import SECRET_HEADERS, Exchange, Reply, Request
from campaign.model import Attempt, Receipt

LEFT_OUT = SECRET_HEADERS | {"webhook-timestamp"}
READS = frozenset({"GET", "HEAD"})


@dataclass(slots=True)
class _Tape:
    """Everything that one call of the channel would have changed; the last is what the call was for."""

    answer: Exchange
    requests: list[Request] = field(default_factory=list)

    def exchange(self, request: Request) -> Reply:
        if request.method not in READS:
            self.requests.append(request)
        return self.answer(request)


class Recorder:
    """One account of the outbox folder. A delivery that is already there is not written again."""

    look_ups = 1
    longest = 0.0

    def __init__(self, make: Callable[[Opening], Channel], opening: Opening, outbox: Path) -> None:
        self._make = make
        self._opening = opening
        self._outbox = outbox
        self.limits = make(opening).limits

    def service_key(self, key: str, revision: str, due_ms: int) -> str:
        return self._make(self._opening).service_key(key, revision, due_ms)

    def send(self, attempt: Attempt) -> Receipt:
        name = folder_name(attempt.key)
        if not (self._outbox / name).exists():
            tape = _Tape(self._opening.exchange)
            receipt = self._make(replace(self._opening, exchange=tape.exchange)).send(_forgetful(attempt))
            receipt = replace(receipt, url="", data={**receipt.data, "folder": name})
            self._write(name, {**_files("", tape.requests, attempt), "receipt.json": _json(_as_json(receipt))})
        return self._recorded(name)

    def find(self, attempt: Attempt) -> Receipt | None:
        name = folder_name(attempt.key)
        return self._recorded(name) if (self._outbox / name).exists() else None

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        tape = _Tape(self._opening.exchange)
        edited = self._make(replace(self._opening, exchange=tape.exchange)).edit(receipt, _forgetful(attempt))
        folder = receipt.data["folder"]
        self._add(folder, _files(f"corrected-{attempt.revision[:12]}-", tape.requests, attempt))
        return replace(edited, url="", data={**edited.data, "folder": folder})

    def remove(self, receipt: Receipt) -> None:
        tape = _Tape(self._opening.exchange)
        self._make(replace(self._opening, exchange=tape.exchange)).remove(receipt)
        self._add(receipt.data["folder"], {"removed.json": _json(_shown(tape.requests[-1]))})

    def check(self) -> str:
        return f"nothing is sent: what would be is written to {self._outbox}"

    def _recorded(self, name: str) -> Receipt:
        stored = json.loads((self._outbox / name / "receipt.json").read_bytes())
        return Receipt(stored["remote_id"], stored["url"], stored["data"])

    def _write(self, name: str, files: Mapping[str, bytes]) -> None:
        """A whole folder at once: it is there with everything in it, or not at all."""
        unfinished = self._outbox / f".{name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for file, content in files.items():
            _durable(unfinished / file, content)
        _sync_folder(unfinished)
        unfinished.rename(self._outbox / name)
        _sync_folder(self._outbox)

    def _add(self, name: str, files: Mapping[str, bytes]) -> None:
        """Files beside what is there, the last one (the request itself) only when the others are complete."""
        folder = self._outbox / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            _durable(folder / f".{file}", content)
            (folder / f".{file}").replace(folder / file)
        _sync_folder(folder)


def folder_name(key: str) -> str:
    """`september-2023/donate>mastodon:lv` as a file name: readable, and different keys never share one."""
    parts = key.replace(">", "/").replace(":", "/").split("/")
    return "_".join(quote(part, safe="@+").replace("_", "%5F") for part in parts)


def _forgetful(attempt: Attempt) -> Attempt:
    """Every recording is complete in itself, so nothing that an earlier step was handed counts."""
    return replace(attempt, notes={}, note=lambda _name, _value: None)


def _files(prefix: str, requests: list[Request], attempt: Attempt) -> dict[str, bytes]:
    """Pictures as sent, numbered, then the request that would have published or corrected the post."""
    files: dict[str, bytes] = {}
    pictures = []
    for number, picture in enumerate(attempt.post.every_picture, start=1):
        content, media_type = attempt.load(picture)
        name = f"{prefix}picture-{number}{Path(picture.name).suffix}"
        files[name] = content
        pictures.append({"file": name, "alt": picture.alt, "media_type": media_type})
    before = [_shown(request) for request in requests[:-1] if not (request.carries_file or request.private)]
    steps = {"steps": before} if before else {}
    files[f"{prefix}request.json"] = _json(_shown(requests[-1]) | {"pictures": pictures} | steps)
    return files


def _shown(request: Request) -> dict[str, Any]:
    headers = {name: value for name, value in sorted(request.headers.items()) if name.lower() not in LEFT_OUT}
    body = json.loads(request.content) if request.content else request.form or request.json
    return {"method": request.method, "path": request.path, "headers": headers, "body": body}


def _as_json(receipt: Receipt) -> dict[str, Any]:
    return {"remote_id": receipt.remote_id, "url": receipt.url, "data": dict(receipt.data)}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _durable(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
