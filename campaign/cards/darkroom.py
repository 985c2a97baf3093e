"""A program of its own: a foreign picture on standard input becomes a plain one on standard output.

With a longest side it comes out as JPEG; with width, height and focus it fills that frame and comes out as bare RGB.
It runs apart from everything else with little memory and time, so that a hostile picture harms nobody.
"""

import io
import resource
import sys

from PIL import Image, ImageCms, ImageOps

MEMORY = 512 * 1024 * 1024
SECONDS = 10
QUALITIES = ((85, 0), (80, 0), (75, 0), (70, 0), (70, 2), (55, 2), (40, 2))
"""JPEG quality and how coarsely colour is kept, from the best; grain alone ever needs the last ones."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data, (task, *figures) = sys.stdin.buffer.read(), sys.argv[1:]
    make = developed if task == "developed" else covering
    sys.stdout.buffer.write(make(data, *map(float, figures)))


def developed(data: bytes, longest_side: float, most_bytes: float) -> bytes:
    """A JPEG no longer than `longest_side` pixels."""
    picture = _plain(data, (round(longest_side), round(longest_side)))
    scale = min(1.0, longest_side / max(picture.size))
    if scale < 1:
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return _encoded(picture, round(most_bytes))


def covering(data: bytes, *frame: float) -> bytes:
    """Bare RGB that fills width × height, cut around a focus (from 0 to 1, across and down)."""
    size, focus = (round(frame[0]), round(frame[1])), (frame[2], frame[3])
    picture = _plain(data, (size[0], size[1]))
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS, centering=focus).tobytes()


def _plain(data: bytes, least: tuple[int, int]) -> Image.Image:
    """Upright, in sRGB, on white where it was transparent; a JPEG may be decoded smaller, but never below `least`."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
        profile = opened.info.get("icc_profile")
        opened.draft("RGB", (2 * max(least), 2 * max(least)))
        upright = opened if opened.format == "PNG" else ImageOps.exif_transpose(opened)
        return _in_srgb(_on_white(upright), profile)


def _on_white(picture: Image.Image) -> Image.Image:
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(layered, (0, 0), layered)
    return white


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as meant; a profile that cannot be used is ignored."""
    if not profile:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture


def _encoded(picture: Image.Image, most_bytes: int) -> bytes:
    """The best quality that stays below the size that is allowed."""
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    for quality, coarseness in QUALITIES:
        out = io.BytesIO()
        clean.save(out, "JPEG", quality=quality, subsampling=coarseness)
        if out.tell() <= most_bytes:
            break
    return out.getvalue()


if __name__ == "__main__":
    main()
