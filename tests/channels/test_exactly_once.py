"""The matrix services × faults × seeds of `tests/exactly_once.py`, with few seeds here and many when it soaks."""

import os

import pytest

from tests.exactly_once import Ending, cases, services, table

SEEDS = 500 if os.environ.get("CAMPAIGN_SOAK") == "1" else 20
SERVICES = services()


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_is_published_twice_and_nothing_is_lost(service: str):
    played = list(cases(service, SERVICES[service], range(SEEDS)))
    print(table({service: played}))
    assert not [str(case) for case in played if case.ending in {Ending.TWICE, Ending.LOST}]
