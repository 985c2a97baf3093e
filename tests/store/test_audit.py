"""The audit chain shows any later change."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from campaign.store import audit
from tests.ledgers import NOON, open_ledger


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET detail = replace(detail, 'sēras', 'svētki') WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "UPDATE audit SET at = at + 1 WHERE id = 2",
    ],
)
def test_a_changed_record_breaks_the_chain(tmp_path: Path, tampering: str) -> None:
    with open_ledger(tmp_path).write() as connection:
        for number in range(3):
            audit.record(connection, NOON, "anna", "held", key=f"k{number}", reason="sēras")
        assert audit.first_broken(connection) is None
        connection.execute(text(tampering))
        assert audit.first_broken(connection) in (2, 3)


def test_records_name_a_key_directly_or_inside_a_plan(tmp_path: Path) -> None:
    with open_ledger(tmp_path).write() as connection:
        audit.record(connection, NOON, "plan", "planned", new=["a/b>feed:lv", "a/c>feed:lv"])
        audit.record(connection, NOON, "anna", "retry", key="a/b>feed:lv")
        audit.record(connection, NOON, "anna", "retry", key="a/c>feed:lv")
        assert [record["action"] for record in audit.records(connection, "a/b>feed:lv")] == ["planned", "retry"]


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    ledgers = [open_ledger(tmp_path), open_ledger(tmp_path)]

    def write(number: int) -> None:
        with ledgers[number % 2].write() as connection:
            audit.record(connection, NOON, "anna", "held", key=f"k{number}", reason="sēras")

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, range(40)))
    with ledgers[0].read() as connection:
        assert audit.first_broken(connection) is None
