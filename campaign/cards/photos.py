"""Pictures made elsewhere: found below `assets/`, checked before a pixel is decoded, developed in a child process."""

import hashlib
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from campaign.cards.flaws import PHOTO, CardError, Flaw
from campaign.model import File

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 25_000_000
MOST_BYTES = 30_000_000
LONGEST_SIDE = 1600
"""Larger pictures are reduced to this when they are developed."""
_DARKROOM = Path(__file__).with_name("darkroom.py")
_TURNED = range(5, 9)
_ORIENTATION = 0x0112
_SECONDS = 20
_TOO_LARGE = f"it has more than {MOST_PIXELS // 1_000_000} million pixels"


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a picture file without decoding it; width and height as it will be shown."""

    digest: str
    width: int
    height: int


def found(roots: Sequence[Path], file: str) -> tuple[Path | None, tuple[Flaw, ...]]:
    """The file below one of the roots, its name written exactly so."""
    relative = PurePosixPath(file)
    if not file or "\0" in file or "\\" in file or relative.is_absolute() or ".." in relative.parts:
        return None, (Flaw(PHOTO, f"“{file}” is not a path below assets/", "write it as photos/name.jpg", "file"),)
    for root in roots:
        path = _exactly(root, relative)
        if path and path.is_file() and path.resolve().is_relative_to(root.resolve()):
            return path, ()
    near = next((name for root in roots if (name := _in_other_case(root, relative)) not in (None, file)), None)
    hint = f"the file is called {near}: upper and lower case count" if near else "put the file there, or mend its name"
    return None, (Flaw(PHOTO, f"there is no picture assets/{file}", hint, "file"),)


def _exactly(root: Path, relative: PurePosixPath) -> Path | None:
    """File systems that ignore case must not hide a wrong name."""
    here = root
    for part in relative.parts:
        if not here.is_dir() or part not in {entry.name for entry in here.iterdir()}:
            return None
        here /= part
    return here


def _in_other_case(root: Path, relative: PurePosixPath) -> str | None:
    here = root
    for part in relative.parts:
        names = [entry.name for entry in here.iterdir() if entry.name.lower() == part.lower()] if here.is_dir() else []
        if not names:
            return None
        here /= names[0]
    return here.relative_to(root).as_posix()


def inspect(path: Path, file: str) -> Header:
    """The header alone: format and size are refused before anything is decoded."""
    from PIL import Image, UnidentifiedImageError

    if path.stat().st_size > MOST_BYTES:
        raise _refused(file, f"it has more than {MOST_BYTES // 1_000_000} MB")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=FORMATS) as image:
                width, height = image.size
                turned = _is_turned(image)
        except UnidentifiedImageError as error:
            raise _refused(file, f"it is not a {', '.join(FORMATS)} picture") from error
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise _refused(file, _TOO_LARGE) from error
        except (OSError, ValueError, SyntaxError) as error:
            raise _refused(file, "it is damaged") from error
    if width * height > MOST_PIXELS:
        raise _refused(file, _TOO_LARGE)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Header(digest, *_shown(*((height, width) if turned else (width, height))))


def _is_turned(image: "Image.Image") -> bool:
    """Whether a camera held upright took it. A PNG is not asked: its answer would cost decoding it."""
    return image.format != "PNG" and image.getexif().get(_ORIENTATION) in _TURNED


def _shown(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _refused(file: str, why: str) -> CardError:
    return CardError((Flaw(PHOTO, f"the picture {file} is refused: {why}", "export it anew as JPEG or PNG", "file"),))


def develop(path: Path, source: File, most_bytes: int) -> bytes:
    """A plain JPEG without metadata, decoded by a child process that may use little memory and time."""
    return _in_darkroom(path, source, "developed", LONGEST_SIDE, most_bytes)


def cover(path: Path, source: File, size: tuple[int, int], focus: tuple[float, float]) -> bytes:
    """Bare RGB of exactly this size, the photo cut around its focus; decoded by a child process."""
    data = _in_darkroom(path, source, "covering", *size, *focus)
    if len(data) != 3 * size[0] * size[1]:
        raise _refused(source.path, "it cannot be decoded")
    return data


def _in_darkroom(path: Path, source: File, task: str, *figures: float) -> bytes:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != source.digest:
        raise _refused(source.path, "it has changed since it was planned")
    try:
        child = subprocess.run(  # noqa: S603 - our own program, the picture on its standard input
            [sys.executable, "-I", str(_DARKROOM), task, *map(str, figures)],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(source.path, "it takes too long to read") from error
    if child.returncode != 0 or not child.stdout:
        raise _refused(source.path, "it cannot be decoded")
    return child.stdout
