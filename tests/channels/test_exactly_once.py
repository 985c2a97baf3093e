"""The matrix services × faults × seeds of `tests/exactly_once.py`, with few seeds here and many when it soaks."""

import os

import pytest

from campaign.channels.chain import whole
from campaign.model import Receipt, Segment
from tests.channels.attempts import make_post
from tests.exactly_once import Ending, cases, judged, services, table

OURS = {"id": "7", "text": "Rūķīši"}
ROW = make_post("Pirmais", thread=(Segment("Otrais"),))
SHOWN = [{"id": "1", "text": "Pirmais"}, {"id": "2", "text": "Otrais"}]


@pytest.mark.parametrize(
    ("claimed", "ending"), [("7", Ending.ONCE), ("8", Ending.LOST), ("", Ending.LOST), (None, Ending.OPEN)]
)
def test_only_the_receipt_of_our_own_post_counts(claimed: str | None, ending: Ending):
    receipt = None if claimed is None else Receipt(claimed)
    assert judged([OURS], make_post(OURS["text"]), receipt, "", names=True).ending is ending


@pytest.mark.parametrize(("ids", "ending"), [("12", Ending.ONCE), ("21", Ending.LOST), ("11", Ending.LOST)])
def test_the_receipt_of_a_thread_names_each_of_its_posts(ids: str, ending: Ending):
    receipt = whole([Receipt(number) for number in ids])
    assert judged(SHOWN, ROW, receipt, "", names=True).ending is ending


SEEDS = 500 if os.environ.get("CAMPAIGN_SOAK") == "1" else 20
SERVICES = services()


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_is_published_twice_and_nothing_is_lost(service: str):
    played = list(cases(service, SERVICES[service], range(SEEDS)))
    print(table({service: played}))
    assert not [str(case) for case in played if case.ending in {Ending.TWICE, Ending.LOST}]
