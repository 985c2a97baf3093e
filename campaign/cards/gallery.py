"""Finished pictures in a folder: painted once, by several processes when there are many, found again by what they are.

The folder is a cache: what is missing or damaged is painted anew.
"""

import datetime as dt
import hashlib
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import astuple
from multiprocessing import get_context
from pathlib import Path

from campaign.cards.flaws import CardError, Flaw
from campaign.cards.fonts import engine
from campaign.cards.studio import Studio
from campaign.model import Picture

_ENDS = {"image/png": b"IEND\xaeB`\x82", "image/jpeg": b"\xff\xd9", "application/pdf": b"%%EOF"}
"""A file that does not end so was cut off."""
_MANY = 24
"""From so many pictures on further processes are worth starting."""
_KEPT = dt.timedelta(days=120)


def identity_of(picture: Picture) -> str:
    """What a painted picture is known by: its inputs and the versions of all that draws it."""
    return f"{picture.id}:{'/'.join(astuple(engine()))}"


class Gallery:
    """The pictures of one studio in one folder. Any thread or process may use the same folder."""

    def __init__(self, studio: Studio, folder: Path) -> None:
        self.studio, self._folder = studio, folder

    def path(self, picture: Picture) -> Path:
        """Where the picture is or will be."""
        name = hashlib.sha256(identity_of(picture).encode()).hexdigest()[:32]
        return self._folder / f"{name}{Path(picture.name).suffix}"

    def found(self, picture: Picture) -> bytes | None:
        """The picture if it was painted before and is whole."""
        try:
            data = self.path(picture).read_bytes()
        except OSError:
            return None
        return data if data[-32:].rstrip().endswith(_ENDS[picture.media_type]) else None

    def load(self, picture: Picture) -> tuple[bytes, str]:
        """Bytes and media type, painted now if need be; raises `CardError`."""
        data = self.found(picture)
        if data is None:
            data, _ = self.studio.paint(picture)
            self._keep(picture, data)
        return data, picture.media_type

    def _keep(self, picture: Picture, data: bytes) -> None:
        """Whole or not at all; a full disk costs only time."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".painting-", delete=False) as file:
                whole = _written(Path(file.name), data)
            if whole:
                Path(file.name).chmod(0o644)
                Path(file.name).replace(self.path(picture))
        except OSError:
            return

    def paint_all(
        self, pictures: Iterable[Picture], processes: int = 0, after_each: Callable[[], None] = lambda: None
    ) -> dict[str, tuple[Flaw, ...]]:
        """Paint what is missing; picture id → why it cannot be painted. `processes` 0: as many as there are cores."""
        wanted = {picture.id: picture for picture in pictures}
        missing = [picture for picture in wanted.values() if self.found(picture) is None]
        for _ in range(len(wanted) - len(missing)):
            after_each()
        flaws: dict[str, tuple[Flaw, ...]] = {}
        for identity, found in self._painted(missing, processes or os.cpu_count() or 1):
            flaws |= {identity: found} if found else {}
            after_each()
        return flaws

    def _painted(self, pictures: Sequence[Picture], processes: int) -> Iterator[tuple[str, tuple[Flaw, ...]]]:
        left = list(pictures)
        if processes > 1 and len(left) >= _MANY:
            with suppress(BrokenProcessPool):  # one was killed, perhaps for its memory: the rest is painted here
                for found in self._by_others(pictures, processes):
                    yield left.pop(0).id, found
        for picture in left:
            yield picture.id, self.try_to_paint(picture)

    def _by_others(self, pictures: Sequence[Picture], processes: int) -> Iterator[tuple[Flaw, ...]]:
        opening = (self.studio.roots, self.studio.theme, self._folder)
        with ProcessPoolExecutor(processes, get_context("spawn"), _open, opening) as pool:
            yield from pool.map(_paint, pictures, chunksize=4)

    def try_to_paint(self, picture: Picture) -> tuple[Flaw, ...]:
        """Paint it unless it is here; what keeps it from being painted."""
        try:
            self.load(picture)
        except CardError as error:
            return error.flaws
        return ()

    def prune(self, now: dt.datetime) -> None:
        """Remove what was painted months ago; what is still wanted is painted anew."""
        oldest = (now - _KEPT).timestamp()
        for file in self._folder.glob("*"):
            if file.is_file() and file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)


def _written(file: Path, data: bytes) -> bool:
    """Whether all of it could be written; what could not is removed."""
    try:
        file.write_bytes(data)
    except OSError:
        file.unlink(missing_ok=True)
        return False
    return True


# ---------------------------------------------------------------- in another process

_GALLERY: list[Gallery] = []


def _open(roots: Sequence[Path], theme: str, folder: Path) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _GALLERY[:] = [Gallery(Studio(roots, theme), folder)]


def _end_with_parent() -> None:
    """A painter whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _paint(picture: Picture) -> tuple[Flaw, ...]:
    return _GALLERY[0].try_to_paint(picture)
