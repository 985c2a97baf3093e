"""The templates and themes that docs/cards.md shows are ones that the program takes and draws."""

import re
from pathlib import Path

import pytest

from campaign.cards import Studio

ROOT = Path(__file__).parents[1]
SHOWN = re.findall(
    r"^```yml\n# assets/cards/([\w-]+)\.yaml\n(.*?)^```$",
    (ROOT / "docs/cards.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize(("name", "text"), SHOWN)
def test_a_template_that_is_shown_is_drawn_in_every_size(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / f"{name}.yaml").write_text(text, encoding="utf-8")
    studio = Studio([tmp_path, ROOT / "assets"], "ministry")
    assert list(studio.troubles()) == []
    for size in studio.sizes(name):
        laid = studio.picture(studio.sample(name, size, "lv"))
        assert laid.picture, laid.flaws
        assert studio.paint(laid.picture)[0]


def test_the_page_shows_a_template_and_a_picture_of_each() -> None:
    page = (ROOT / "docs/cards.md").read_text("utf-8")
    assert SHOWN
    missing = [name for name in Studio([ROOT / "assets"]).templates() if f"(cards/{name}.png)" not in page]
    assert missing == []
