"""Ledger → public files: a complete new tree beside the old one, then one switch of a symbolic link.

Whatever interrupts a build (a full disk, a power cut, a bug), the public sees the last complete one. Same rows, same
digest, nothing rewritten; files that did not change are the same files as before.
"""

import datetime as dt
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count as count_up
from pathlib import Path

from campaign.errors import CampaignError
from campaign.model import LOCAL_KINDS, Picture, Published, Site
from campaign.outputs import Files, HelpLine, contained, one_each

__all__ = ["Built", "HelpLine", "Outlets", "build"]

Load = Callable[[Picture], tuple[bytes, str]]
"""A picture's bytes and media type."""


@dataclass(frozen=True)
class Outlets:
    """All that a build reads; templates in `assets` are looked up in the order given."""

    published: Sequence[Published]
    site: Site
    today: dt.date
    helplines: Mapping[str, Sequence[HelpLine]]
    load: Load
    assets: Sequence[Path]
    hosted: Sequence[Picture] = ()  # pictures that networks fetch from here


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left behind: how many files there are, how many were written now, and what they hash to."""

    files: int
    changed: int
    digest: str


def build(outlets: Outlets, target: Path, progress: Callable[[str], None] | None = None) -> Built:
    """Write everything public and make `target`, a symbolic link, lead to it."""
    told = progress or (lambda _: None)
    with _alone(target.parent / ".builds") as builds:
        old = _standing(target)
        told("writing feeds, calendars and pages")
        texts = _texts(outlets, old)
        pictures = _pictures(outlets)
        digest = _digest(texts, pictures)
        count = len(texts) + len(pictures)
        if old and old.name.startswith(digest[:32]) and _complete(old, texts, pictures):
            told(f"{count} files, none changed")
            return Built(count, 0, digest)
        with _unfinished(builds) as tree:
            changed = _write(tree, texts, old) + _paint(tree, pictures, outlets.load, old)
            told(f"{count} files, {changed} changed")
            new = _finish(tree, builds, digest)
        _switch(target, new)
        _forget(builds, {new, old})
        return Built(count, changed, digest)


def _texts(outlets: Outlets, old: Path | None) -> Files:
    """Every file but the pictures."""
    from campaign.outputs.feed import feeds
    from campaign.outputs.ics import calendars
    from campaign.outputs.site import pages

    rows, site = outlets.published, outlets.site
    files = pages(rows, site, outlets.helplines, outlets.today, outlets.assets)
    files |= feeds(rows, site, _sizes(outlets.load, old))
    return files | calendars(rows, site)


def _pictures(outlets: Outlets) -> dict[str, Picture]:
    """Path → picture of everything that is out and was not withdrawn."""
    shown = (row for kind in sorted(LOCAL_KINDS) for row in one_each(outlets.published, kind) if not row.withdrawn)
    ours = {_path(picture): picture for row in shown for picture in row.post.every_picture}
    return ours | {_path(picture): picture for picture in outlets.hosted}


def _path(picture: Picture) -> str:
    return f"pictures/{picture.name}"


def _sizes(load: Load, old: Path | None) -> Callable[[Picture], int]:
    """A picture's length: of the file that stands already, else of the bytes to be written."""

    @cache
    def size(path: str, picture_id: str) -> int:
        standing = old / path if old else None
        return standing.stat().st_size if standing and standing.is_file() else len(load(wanted[picture_id])[0])

    wanted: dict[str, Picture] = {}

    def of(picture: Picture) -> int:
        wanted[picture.id] = picture
        return size(_path(picture), picture.id)

    return of


def _digest(texts: Files, pictures: Mapping[str, Picture]) -> str:
    """Of everything public; a picture's name already is the hash of what it is made from."""
    found = hashlib.sha256()
    for path in sorted([*texts, *pictures]):
        content = texts.get(path, b"")
        found.update(f"{path}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


# ---------------------------------------------------------------- on disk


@contextmanager
def _alone(builds: Path) -> Iterator[Path]:
    """One build at a time; what an interrupted one left is cleared away."""
    builds.mkdir(parents=True, exist_ok=True)
    with (builds / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in builds.glob("new-*"):
            shutil.rmtree(leftover)
        yield builds


def _standing(target: Path) -> Path | None:
    """The tree that is public now."""
    if target.is_symlink():
        tree = target.parent / target.readlink()
        return tree if tree.is_dir() else None
    if target.is_dir() and any(target.iterdir()):
        raise CampaignError(f"{target} holds files that are not ours: move them away, then build again")
    return None


def _complete(tree: Path, texts: Files, pictures: Mapping[str, Picture]) -> bool:
    sizes = (_size(tree / path) == len(content) for path, content in texts.items())
    return all(sizes) and all(_size(tree / path) for path in pictures)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else -1


@contextmanager
def _unfinished(builds: Path) -> Iterator[Path]:
    """A new tree, gone again if it does not get finished."""
    tree = Path(tempfile.mkdtemp(prefix="new-", dir=builds))
    tree.chmod(0o755)
    try:
        yield tree
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def _write(tree: Path, texts: Files, old: Path | None) -> int:
    """The texts; how many are not the same file as before."""
    changed = 0
    for path, content in texts.items():
        place, before = _place(tree, path), old / path if old else None
        if before and _size(before) == len(content) and before.read_bytes() == content:
            place.hardlink_to(before)
        else:
            place.write_bytes(content)
            changed += 1
    return changed


def _paint(tree: Path, pictures: Mapping[str, Picture], load: Load, old: Path | None) -> int:
    """The pictures; how many were not there before."""
    changed = 0
    for path, picture in pictures.items():
        place = _place(tree, path)
        if old and _size(old / path) > 0:
            place.hardlink_to(old / path)
        else:
            place.write_bytes(load(picture)[0])
            changed += 1
    return changed


def _place(tree: Path, path: str) -> Path:
    if not contained(path):
        raise CampaignError(f"{path!r} cannot be a public address: keys hold only a-z, 0-9 and -")
    place = tree / path
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _finish(tree: Path, builds: Path, digest: str) -> Path:
    """The tree under its own name and safely on disk; one call for all files costs a hundredth of one call each."""
    names = (f"{digest[:32]}{f'-{number}' if number else ''}" for number in count_up())
    new = next(path for name in names if not (path := builds / name).exists())
    tree.rename(new)
    os.sync()
    return new


def _switch(target: Path, tree: Path) -> None:
    """The one moment in which the public changes from one tree to the other."""
    if target.is_dir() and not target.is_symlink():
        target.rmdir()
    link = tree.parent / ".link"
    link.unlink(missing_ok=True)
    link.symlink_to(f"{tree.parent.name}/{tree.name}")
    link.replace(target)
    os.sync()


def _forget(builds: Path, kept: set[Path | None]) -> None:
    """Every tree but the public one and the one before it."""
    for tree in builds.iterdir():
        if tree.is_dir() and tree not in kept:
            shutil.rmtree(tree)
