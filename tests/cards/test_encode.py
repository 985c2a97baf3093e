"""Files: never over their budget, nothing in them but the picture, codes that a scanner reads."""

import io
import re
import struct

import pytest
import zxingcpp
from PIL import Image

from campaign.cards import CardError
from campaign.cards.encode import encode
from tests.cards.cases import PHOTO, SCREENS, TEMPLATES, card, drawn, studio

ADDRESS = "https://info.kampana.example/lv/glazskunu-rukisu-diena-2023-10-18/"
BUDGETS = {"mail": 100_000}


def noise(*size):
    return Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)])


def chunks(data):
    """The names of the chunks of a PNG in order."""
    at = 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        yield data[at + 4 : at + 8].decode()
        at += length + 12


def in_pdf(data):
    """The one picture inside a PDF file."""
    with Image.open(io.BytesIO(data[data.index(b"\xff\xd8") : data.rindex(b"\xff\xd9") + 2])) as image:
        return image.convert("RGB")


@pytest.mark.parametrize(
    ("media_type", "kind", "most_bytes"),
    [("image/jpeg", "JPEG", most) for most in (400_000, 250_000, 150_000)]
    + [("image/png", "PNG", most) for most in (950_000, 400_000, 250_000)],
)
def test_a_file_of_noise_is_never_larger_than_allowed(media_type, kind, most_bytes):
    data = encode(noise(640, 480), media_type, most_bytes)
    assert len(data) <= most_bytes
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == (kind, (640, 480))


def test_a_poster_of_noise_is_not_larger_than_allowed_either():
    assert len(encode(noise(1240, 1754), "application/pdf", 1_200_000)) <= 1_200_000


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png"])
def test_what_cannot_be_made_small_enough_is_refused_with_the_limit(media_type):
    with pytest.raises(CardError, match="cannot be made smaller than 20 kB"):
        encode(noise(640, 480), media_type, 20_000)


def test_a_jpeg_is_as_good_as_its_budget_allows():
    image = noise(640, 480)
    best, tight = (encode(image, "image/jpeg", most) for most in (10_000_000, 400_000))
    assert len(best) > 400_000
    assert 360_000 < len(tight) <= 400_000


def test_a_png_too_large_is_saved_in_fewer_colours():
    image = noise(640, 480)
    whole = encode(image, "image/png", 10_000_000)
    reduced = encode(image, "image/png", len(whole) // 2)
    with Image.open(io.BytesIO(whole)) as all_colours, Image.open(io.BytesIO(reduced)) as few:
        assert (all_colours.mode, few.mode) == ("RGB", "P")
        assert all_colours.tobytes() == image.tobytes()


def test_a_card_keeps_every_colour_of_its_gradient():
    data, _ = studio().paint(drawn(card("announcement")))
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGB"
        assert len(image.getcolors(1_000_000) or ()) > 300


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("size", SCREENS)
def test_every_card_is_a_small_png_with_nothing_beside_its_pixels(template, size):
    data, media_type = studio().paint(drawn(card(template, None, size, "en")))
    assert media_type == "image/png"
    assert set(chunks(data)) == {"IHDR", "sRGB", "IDAT", "IEND"}
    assert len(data) < BUDGETS.get(size, 300_000)


@pytest.mark.parametrize("size", SCREENS)
def test_a_card_on_a_photo_is_a_jpeg_with_nothing_beside_its_pixels(size):
    data, media_type = studio().paint(drawn(card("announcement", PHOTO, size)))
    assert media_type == "image/jpeg"
    assert len(data) < BUDGETS.get(size, 500_000)
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_channel_that_takes_less_gets_less():
    one = card("announcement", PHOTO, "story")
    whole, small = (studio().picture(one, most).picture for most in (950_000, 80_000))
    assert whole
    assert small
    assert len(studio().paint(whole)[0]) > 80_000 >= len(studio().paint(small)[0])
    assert whole.id != small.id


@pytest.fixture(scope="module")
def poster():
    return studio().paint(drawn(card("event", {"link": ADDRESS}, "print")))


def test_a_poster_is_one_page_of_a4_at_300_dots_an_inch(poster):
    data, media_type = poster
    (box,) = re.findall(rb"/MediaBox \[([^\]]+)\]", data)
    left, top, right, bottom = map(float, box.split())
    assert media_type == "application/pdf"
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    assert (right - left, bottom - top) == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=1)
    assert in_pdf(data).size == (2480, 3508)
    assert len(data) <= 6_000_000


def test_the_code_of_a_poster_leads_to_the_page(poster):
    (code,) = zxingcpp.read_barcodes(in_pdf(poster[0]))
    assert (code.text, code.format) == (ADDRESS, zxingcpp.BarcodeFormat.QRCode)


@pytest.mark.parametrize("theme", ["ministry", "plain"])
@pytest.mark.parametrize("template", ["announcement", "fact", "week"])
def test_the_code_is_read_on_every_ground_and_reduced_to_screen_size(theme, template):
    by = studio(theme)
    data, _ = by.paint(drawn(card(template, {"link": ADDRESS}, "print"), by=by))
    (code,) = zxingcpp.read_barcodes(in_pdf(data).reduce(2))
    assert code.text == ADDRESS
