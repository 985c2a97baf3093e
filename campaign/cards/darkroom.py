"""A program of its own: a foreign picture on standard input becomes a plain JPEG on standard output.

It runs apart from everything else with little memory and time, so that a hostile picture harms nobody.
"""

import io
import resource
import sys

from PIL import Image, ImageCms, ImageOps

MEMORY = 512 * 1024 * 1024
SECONDS = 10
LARGEST_FILE = 950_000
QUALITIES = ((85, 0), (80, 0), (75, 0), (70, 0), (70, 2), (55, 2), (40, 2))
"""JPEG quality and how coarsely colour is kept, from the best; grain alone ever needs the last ones."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(developed(sys.stdin.buffer.read(), int(sys.argv[1])))


def developed(data: bytes, longest_side: int) -> bytes:
    """Upright, in sRGB, no longer than `longest_side`, without metadata, on white where it was transparent."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
        profile = opened.info.get("icc_profile")
        upright = opened if opened.format == "PNG" else ImageOps.exif_transpose(opened)
        picture = _in_srgb(_on_white(upright), profile)
    scale = min(1.0, longest_side / max(picture.size))
    if scale < 1:
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return _encoded(picture)


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


def _encoded(picture: Image.Image) -> bytes:
    """The best quality that stays below the size every service takes."""
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    for quality, coarseness in QUALITIES:
        out = io.BytesIO()
        clean.save(out, "JPEG", quality=quality, subsampling=coarseness)
        if out.tell() <= LARGEST_FILE:
            break
    return out.getvalue()


if __name__ == "__main__":
    main()
