"""Tokens that change while they are used, one file per account: replaced whole, durable before the token is used."""

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path


class TokenFolder:
    """Files below the secrets folder, readable by nobody else."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first token is saved."""
        self._folder = folder
        self._lock = threading.Lock()

    def load(self, account: str) -> Mapping[str, str]:
        """What was saved last; nothing when there is no file yet."""
        try:
            values = json.loads(self._path(account).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return {str(name): str(value) for name, value in values.items()}

    def save(self, account: str, values: Mapping[str, str]) -> None:
        """Write beside, sync, swap: a crash leaves the old token or the new one, never half of it."""
        with self._lock:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._path(account).with_suffix(".new")
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(dict(values), file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path(account))

    def _path(self, account: str) -> Path:
        return self._folder / f"{account}.json"
