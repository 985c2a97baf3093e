"""Pictures made elsewhere: found by their exact name, refused before they can harm, developed without metadata."""

import io
import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from campaign.cards import CardError, Studio, darkroom, photos
from tests.cards.cases import ASSETS, studio

ALT = "Gara bibliotēkas zāle ar grāmatu plauktiem"


@pytest.fixture
def album(tmp_path):
    """A workspace's assets with nothing but a folder for photos."""
    (tmp_path / "photos").mkdir()
    return tmp_path


def save(album, name, image=None, **options):
    (image or Image.new("RGB", (300, 200), (90, 120, 130))).save(album / "photos" / name, **options)
    return f"photos/{name}"


def taken(album, file, alt=ALT):
    laid = Studio([album]).photo(file, alt, "Jānis")
    assert laid.picture, laid.flaws
    return laid.picture


def refused(album, file, alt=ALT):
    laid = Studio([album]).photo(file, alt, "")
    assert laid.picture is None
    return laid.flaws[0]


def developed(album, file):
    data, media_type = Studio([album]).paint(taken(album, file))
    assert media_type == "image/jpeg"
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("name", ["library", "desk", "harbour"])
def test_the_photos_of_the_sample_are_usable(name):
    data, _ = studio().paint(taken(ASSETS, f"photos/{name}.jpg"))
    assert len(data) < 500_000
    assert (ASSETS / "photos" / f"{name}.jpg").stat().st_size < 150_000


def test_a_photo_is_pinned_by_its_bytes(album):
    first = taken(album, save(album, "zāle.png"))
    second = taken(album, save(album, "zāle.png", Image.new("RGB", (300, 200), "white")))
    assert first.id != second.id
    with pytest.raises(CardError, match="has changed since it was planned"):
        Studio([album]).paint(first)


def test_the_picture_says_what_will_be_shown(album):
    picture = taken(album, save(album, "zāle.png"))
    assert (picture.width, picture.height, picture.media_type, picture.credit) == (300, 200, "image/jpeg", "Jānis")
    assert picture.name.endswith(".jpg")


def test_a_name_in_another_case_is_told_with_the_right_one(album):
    save(album, "Hall.JPG", format="JPEG")
    flaw = refused(album, "photos/hall.jpg")
    assert flaw.code == "CRD05"
    assert "photos/Hall.JPG" in flaw.hint


@pytest.mark.parametrize(
    "file", ["", "/etc/passwd", "../secret.png", "photos/../../secret.png", "photos\\x.png", "photos/\0.png"]
)
def test_a_path_outside_the_assets_is_refused(album, file):
    Image.new("RGB", (9, 9)).save(album.parent / "secret.png")
    assert refused(album, file).code == "CRD05"


def test_a_link_out_of_the_assets_is_refused(album):
    Image.new("RGB", (9, 9)).save(album.parent / "secret.png")
    (album / "photos" / "link.png").symlink_to(album.parent / "secret.png")
    assert refused(album, "photos/link.png").code == "CRD05"


def test_alternative_texts_are_no_matter_of_pixels(album):
    laid = Studio([album]).photo(save(album, "zāle.png"), "", "")
    assert laid.picture is not None
    assert laid.flaws == ()


def test_the_hint_never_names_the_same_file_again(album):
    (album / "photos" / "saite.png").symlink_to(Path(__file__))
    assert "upper and lower case" not in refused(album, "photos/saite.png").hint


@pytest.mark.parametrize("format_name", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_formats_are_refused_whatever_their_name(album, format_name):
    assert "not a PNG, JPEG, WEBP picture" in refused(album, save(album, "x.png", format=format_name)).message


def test_a_page_called_a_picture_is_refused(album):
    (album / "photos" / "x.png").write_text("<svg onload=alert(1)>", encoding="utf-8")
    assert refused(album, "photos/x.png").code == "CRD05"


def test_metadata_and_place_are_gone(album):
    exif = Image.Exif()
    exif[0x010E] = "glāžšķūņu rūķīši"
    exif.get_ifd(0x8825)[1] = "N"
    file = save(album, "x.jpg", exif=exif, comment=b"secret")
    assert b"secret" in (album / file).read_bytes()
    with developed(album, file) as image:
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)


def test_a_turned_photo_is_set_upright(album):
    exif = Image.Exif()
    exif[0x0112] = 6
    file = save(album, "x.jpg", exif=exif)
    assert (taken(album, file).width, taken(album, file).height) == (200, 300)
    with developed(album, file) as image:
        assert image.size == (200, 300)


def test_a_large_photo_is_reduced_as_announced(album):
    file = save(album, "x.jpg", Image.new("RGB", (4000, 3001), "teal"))
    picture = taken(album, file)
    with developed(album, file) as image:
        assert image.size == (picture.width, picture.height) == (1600, 1200)


def test_what_is_transparent_becomes_white(album):
    for name, image in (
        ("a.png", Image.new("RGBA", (9, 9), (0, 0, 0, 0))),
        ("b.webp", Image.new("RGBA", (9, 9), (0, 0, 0, 0))),
    ):
        with developed(album, save(album, name, image)) as shown:
            assert shown.getpixel((4, 4)) == (255, 255, 255)


def test_a_colour_profile_is_converted(album):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with developed(album, save(album, "x.jpg", icc_profile=lab)) as image:
        assert image.getpixel((9, 9)) == pytest.approx((90, 120, 130), abs=3)


def test_a_profile_that_cannot_be_used_is_ignored(album):
    with developed(album, save(album, "x.jpg", icc_profile=b"broken")) as image:
        assert image.getpixel((9, 9)) == pytest.approx((90, 120, 130), abs=3)


def test_a_noisy_photo_is_kept_below_the_limit_of_the_services(album):
    noise = Image.merge("RGB", [Image.effect_noise((1600, 1600), 60) for _ in range(3)])
    data, _ = Studio([album]).paint(taken(album, save(album, "x.png", noise)))
    assert len(data) <= 950_000


def test_the_child_process_develops_what_the_darkroom_does(album):
    file = save(album, "x.png", Image.radial_gradient("L"))
    inside = darkroom.developed((album / file).read_bytes(), photos.LONGEST_SIDE, 950_000)
    assert inside == Studio([album]).paint(taken(album, file))[0]


def test_a_tall_photo_is_reduced_by_its_longest_side():
    out = io.BytesIO()
    Image.new("LA", (100, 400), (200, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(darkroom.developed(out.getvalue(), 200, 950_000))) as image:
        assert (image.size, image.getpixel((9, 9))) == ((50, 200), (255, 255, 255))


# ---------------------------------------------------------------- hostile pictures


def png(width, height, body):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [5001, 9000, 13_000, 20_000, 60_000])
def test_a_picture_with_too_many_pixels_is_refused_by_its_header(album, side):
    (album / "photos" / "x.png").write_bytes(png(side, side, zlib.compress(b"\0" * 1000)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "more than 25 million pixels" in refused(album, "photos/x.png").message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_file_too_large_is_refused_unread(album):
    with (album / "photos" / "x.png").open("wb") as file:
        file.truncate(photos.MOST_BYTES + 1)
    assert "more than 30 MB" in refused(album, "photos/x.png").message


@pytest.mark.parametrize("cut", [0, 1, 8, 20, 40])
def test_a_cut_off_header_is_refused(album, cut):
    (album / "photos" / "x.png").write_bytes(png(9, 9, zlib.compress(b"\0" * 252))[:cut])
    assert refused(album, "photos/x.png").code == "CRD05"


def test_a_damaged_body_is_refused_when_it_is_developed(album):
    (album / "photos" / "x.png").write_bytes(png(300, 300, b"not compressed at all"))
    with pytest.raises(CardError, match="cannot be decoded"):
        Studio([album]).paint(taken(album, "photos/x.png"))


def test_the_darkroom_may_use_little_memory():
    darkroom = str(Path(photos.__file__).with_name("darkroom.py"))
    program = (
        "import runpy, sys\n"
        "class Flood:\n"
        "    buffer = property(lambda self: self)\n"
        "    def read(self): return b'x' * 10**9\n"
        "sys.stdin, sys.argv = Flood(), ['darkroom', '1600']\n"
        f"runpy.run_path({darkroom!r}, run_name='__main__')"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert b"MemoryError" in run.stderr
