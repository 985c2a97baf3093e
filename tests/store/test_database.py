"""Opening, migrating and stamping a ledger."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from campaign.errors import CampaignError
from campaign.store.database import open_database
from campaign.store.schema import metadata
from tests.ledgers import NOON, open_ledger


def test_the_migrations_make_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    with open_ledger(tmp_path).write() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


DURABLE: dict[str, dict[str, object]] = {
    "sqlite": {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2},
    "postgres": {"SHOW synchronous_commit": "on"},
}


def test_a_ledger_is_durable_by_its_settings(tmp_path: Path, ledger_kind: str) -> None:
    with open_ledger(tmp_path).read() as connection:
        found = {question: connection.execute(text(question)).scalar() for question in DURABLE[ledger_kind]}
    assert found == DURABLE[ledger_kind]


def test_a_ledger_of_another_mode_is_refused(tmp_path: Path) -> None:
    open_ledger(tmp_path, "sandbox").close()
    with pytest.raises(CampaignError, match="belongs to mode “sandbox”"):
        open_ledger(tmp_path, "live")


def test_a_ledger_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CampaignError, match="newer release"):
        open_ledger(tmp_path)


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    with database.write() as writing:
        writing.execute(text("INSERT INTO setting VALUES ('a', 'b')"))
        with database.read() as reading:
            assert reading.execute(text("SELECT value FROM setting WHERE name = 'a'")).scalar() is None


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)

    def fail() -> None:
        with database.write() as connection:
            connection.execute(text("INSERT INTO setting VALUES ('a', 'b')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM setting WHERE name = 'a'")).scalar() == 0


def test_opening_a_ledger_that_stands_waits_for_no_writer(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    with database.write() as writing:
        writing.execute(text("INSERT INTO setting VALUES ('a', 'b')"))
        with open_ledger(tmp_path).read() as reading:
            assert reading.execute(text("SELECT value FROM setting WHERE name = 'mode'")).scalar() == "sandbox"


def test_a_ledger_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "campaign.db").write_bytes(bytes(range(256)) * 16)
    with pytest.raises(CampaignError, match=r"campaign\.db cannot be used: file is not a database"):
        open_database(f"sqlite:///{tmp_path}/campaign.db", "sandbox", NOON)


def test_a_password_of_a_ledger_is_never_told(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(CampaignError) as caught:
        open_database("postgresql+psycopg://anna:kanarijputnins@127.0.0.1:1/none", "sandbox", NOON)
    assert "kanarijputnins" not in str(caught.value)
