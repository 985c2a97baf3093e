"""Tokens that change while they are used, one file per account: replaced whole, durable before the token is used."""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from campaign.errors import AccountBlocked


class TokenFolder:
    """Files below the secrets folder, readable by nobody else; the version before is kept beside as `….previous`."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when it is first needed."""
        self._folder = folder

    def load(self, account: str) -> Mapping[str, str]:
        """What was saved last; nothing when there is no file yet."""
        path = self._path(account)
        try:
            with _told_plainly(account):
                values = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        except ValueError:
            return {}
        return {str(name): str(value) for name, value in values.items()} if isinstance(values, dict) else {}

    def save(self, account: str, values: Mapping[str, str]) -> None:
        """Replace it whole. A crash leaves the old file or the new one, no half."""
        before = self.load(account)
        path = self._path(account)
        with _told_plainly(account):
            self._make()
            if before and before != values:
                _replace(path.with_name(f"{path.name}.previous"), before)
            _replace(path, values)

    @contextlib.contextmanager
    def exclusive(self, account: str) -> Iterator[None]:
        """Nobody else, in this process or another, is in here for the same account meanwhile."""
        with _told_plainly(account):
            self._make()
            lock = os.open(self._folder / f"{account}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _make(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, account: str) -> Path:
        return self._folder / f"{account}.json"


@contextlib.contextmanager
def _told_plainly(account: str) -> Iterator[None]:
    """A token that cannot be kept must not be asked for: the next one to need it would find it used up."""
    try:
        yield
    except OSError as error:
        raise AccountBlocked(f"The file with the tokens of “{account}” cannot be used: {error.strerror}.") from error


def _replace(path: Path, values: Mapping[str, str]) -> None:
    """Write beside, sync, swap, sync the folder."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(dict(values), file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
