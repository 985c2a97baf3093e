"""One export of September 2023 that the tests of pages share."""

from pathlib import Path

import pytest

from campaign.build import Outlets, build
from campaign.model import Published
from campaign.outputs.site import pages
from tests.outputs.published import HELPLINES, SITE, TODAY, load, september

ASSETS = [Path(__file__).parents[2] / "assets"]


@pytest.fixture(scope="session")
def exported(tmp_path_factory) -> Path:
    """A built tree: pages, feeds, calendars and pictures."""
    target: Path = tmp_path_factory.mktemp("export") / "public"
    build(Outlets(september(), SITE, TODAY, HELPLINES, load, ASSETS), target)
    return target


def page_of(path: str, rows: tuple[Published, ...] | None = None, site=SITE, today=TODAY) -> str:
    """The source of one page."""
    return pages(rows or september(), site, HELPLINES, today, ASSETS)[f"{path}index.html"].decode()
