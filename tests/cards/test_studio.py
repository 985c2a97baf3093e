"""The studio: one identity per card, the same bytes each time, from any thread."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from campaign.cards import CardError, Studio, engine, missing_engine
from campaign.model import Card
from tests.cards.cases import ASSETS, PHOTO, SIZES, TEMPLATES, card, drawn, studio

FILES_OF_A_CARD = (
    "cards/themes/ministry.yaml", "cards/sizes.yaml", "cards/frames/split.yaml", "cards/event.yaml", "logo.png",
    "fonts/SourceSans3-Bold.otf",
)  # fmt: skip


def test_there_are_fourteen_templates_in_six_sizes_and_nothing_is_wrong_with_them():
    assert studio().templates() == TEMPLATES
    assert {studio().sizes(template) for template in TEMPLATES} == {SIZES}
    assert list(studio().troubles()) == []


def test_a_sample_in_another_language_is_refused():
    with pytest.raises(CardError, match="no sample in “fr”"):
        studio().sample("event", "og", "fr")


def test_the_same_card_is_the_same_picture_in_another_studio():
    one = card("event")
    other = Studio([ASSETS], "ministry")
    picture = drawn(one, by=other)
    assert picture.id == drawn(one).id
    assert other.paint(picture) == studio().paint(drawn(one))


@pytest.mark.parametrize(
    "other",
    [
        card("announcement", {"title": "Glāžšķūņu rūķīsi"}),
        card("announcement", {"title": "Glāžšķūņu rūķīši"}, "feed"),
        card("announcement", {"title": "Glāžšķūņu rūķīši"}, language="en"),
        card("fact", {"statement": "Glāžšķūņu rūķīši"}),
    ],
)
def test_a_changed_letter_size_language_or_template_is_another_picture(other):
    assert drawn(other).id != drawn(card("announcement", {"title": "Glāžšķūņu rūķīši"})).id


@pytest.mark.parametrize("file", FILES_OF_A_CARD)
def test_a_changed_asset_is_another_picture(tmp_path, file):
    for folder in ("cards", "fonts"):
        shutil.copytree(ASSETS / folder, tmp_path / folder)
    shutil.copy(ASSETS / "logo.png", tmp_path)
    with (tmp_path / file).open("ab") as asset:
        asset.write(b"\n# changed")
    changed = drawn(card("event"), by=Studio([tmp_path], "ministry"))
    assert changed.id != drawn(card("event")).id


def test_another_theme_is_another_picture_of_the_same_words():
    plain, own = studio("plain"), studio()
    assert drawn(card("event"), by=plain).id != drawn(card("event")).id
    assert drawn(card("event"), by=plain).alt == drawn(card("event"), by=own).alt


def test_an_unknown_theme_is_told_with_the_nearest():
    (flaw,) = Studio([ASSETS], "ministri").picture(card("event")).flaws
    assert (flaw.code, flaw.hint) == ("CRD01", "theme: ministry")


def test_a_card_with_a_photo_is_a_jpeg_pinned_by_the_photo():
    bare, photographed = drawn(card("announcement")), drawn(card("announcement", PHOTO))
    assert (bare.media_type, photographed.media_type) == ("image/png", "image/jpeg")
    assert isinstance(photographed.source, Card)
    assert photographed.source.fields["photo"]["digest"]
    assert "Kuģi Rīgas ostā" in photographed.alt


def test_the_order_of_the_fields_does_not_matter():
    fields = card("event").fields
    assert drawn(Card("event", "og", "lv", dict(reversed(list(fields.items()))))).id == drawn(card("event")).id


def test_a_frozen_card_read_back_from_json_is_the_same_picture():
    one = card("month-calendar")
    thawed = Card(one.template, one.size, one.language, json.loads(json.dumps(one.fields)))
    assert drawn(thawed) == drawn(one)


def test_eight_threads_paint_what_one_paints():
    cards = [card(template, None, "mail") for template in TEMPLATES if template != "week"]
    alone = [studio().paint(drawn(one)) for one in cards]
    together = Studio([ASSETS], "ministry")

    def paint(one):
        return together.paint(drawn(one, by=together))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(paint, cards * 2)) == alone * 2


def test_only_so_many_layouts_are_remembered():
    small = Studio([ASSETS], "ministry")
    for number in range(2060):
        small.picture(Card("none", "og", "lv", {"title": str(number)}))
    assert len(small._laid) == 2048


def test_the_engine_names_what_it_draws_with():
    assert engine().pillow
    assert engine().freetype


def test_nothing_is_missing_where_text_is_shaped(counterpart):
    counterpart("fribidi")
    assert engine().shaping
    assert missing_engine() is None


WITHOUT_SHAPING = """
import sys
from pathlib import Path
from PIL import features, ImageFont
check = features.check
features.check = lambda name: name not in ("raqm", "fribidi", "harfbuzz") and check(name)
ImageFont.core.HAVE_RAQM = False
from campaign.cards import Studio, engine, missing_engine
studio = Studio([Path(sys.argv[1])], "ministry")
laid = studio.picture(studio.sample("event", "og", "lv"))
assert not engine().shaping and not laid.flaws and studio.paint(laid.picture)[1] == "image/png"
print(missing_engine())
"""


def test_without_the_shaping_library_cards_are_still_drawn_and_it_is_said_what_to_install():
    run = subprocess.run([sys.executable, "-c", WITHOUT_SHAPING, ASSETS], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "apt-get install libfribidi0" in run.stdout
