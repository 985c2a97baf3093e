"""The same promises on every database: SQLite always, PostgreSQL where CAMPAIGN_TEST_POSTGRES names one."""

from collections.abc import Iterator

import pytest

from tests.ledgers import KINDS, ledgers_of


@pytest.fixture(params=KINDS, autouse=True)
def ledger_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which database the test runs on."""
    with ledgers_of(request.param):
        yield request.param
