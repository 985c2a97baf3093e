"""Claims, fences, holds and lateness: the steps a delivery takes in the ledger."""

from pathlib import Path
from typing import Any

import pytest

from campaign.model import Receipt, State
from campaign.store import attempts, holds, ledger, to_ms
from campaign.store.database import Database
from tests.ledgers import NOON, make_wanted, open_ledger, put, states

KEY = "kampana/kickoff>mastodon:lv"
NOW = to_ms(NOON)
HOUR = 3600 * 1000
FROZEN = {"frozen": "{}", "frozen_revision": "r1", "service_key": "k"}


def ledger_with(folder: Path, **changes: Any) -> Database:
    database = open_ledger(folder)
    put(database, make_wanted(KEY, **changes))
    return database


def claim(database: Database, owner: str = "one", now: int = NOW) -> list[str]:
    with database.write() as connection:
        return ledger.claim(connection, "mastodon", owner, now)


def begin(database: Database, owner: str = "one") -> bool:
    with database.write() as connection:
        row = ledger.row(connection, KEY)
        assert row is not None
        return ledger.begin(connection, row, owner, NOW, FROZEN)


def test_a_due_row_is_claimed_once(tmp_path: Path) -> None:
    database = ledger_with(tmp_path)
    assert claim(database, "one") == [KEY]
    assert claim(database, "two") == []


def test_a_row_of_the_future_is_not_claimed(tmp_path: Path) -> None:
    assert claim(ledger_with(tmp_path, due=NOW + 1)) == []


def test_a_hold_between_claim_and_request_stops_the_request(tmp_path: Path) -> None:
    database = ledger_with(tmp_path)
    claim(database)
    with database.write() as connection:
        holds.place(connection, NOON, "all", "person", reason="sēras")
    assert not begin(database)
    assert states(database) == {KEY: "claimed"}


def test_an_edit_between_claim_and_request_stops_the_old_wording(tmp_path: Path) -> None:
    database = ledger_with(tmp_path)
    claim(database)
    with database.write() as connection:
        row = ledger.row(connection, KEY)
        ledger.touch(connection, KEY, State.CLAIMED, revision="r2")
        assert row is not None
        assert not ledger.begin(connection, row, "one", NOW, FROZEN)


@pytest.mark.parametrize("after", [2 * HOUR, 2 * HOUR + 1])
def test_a_request_never_begins_after_its_time(tmp_path: Path, after: int) -> None:
    database = ledger_with(tmp_path, expires=NOW + HOUR if after == 2 * HOUR else None)
    claim(database)
    with database.write() as connection:
        row = ledger.row(connection, KEY)
        assert row is not None
        assert not ledger.begin(connection, row, "one", NOW + after, FROZEN)


def test_what_is_late_or_expired_is_not_claimed(tmp_path: Path) -> None:
    database = ledger_with(tmp_path, expires=NOW + HOUR)
    put(database, make_wanted("kampana/late>mastodon:lv"))
    assert claim(database, now=NOW + 2 * HOUR + 1) == []


def test_only_the_owner_of_the_attempt_may_write_its_outcome(tmp_path: Path) -> None:
    database = ledger_with(tmp_path)
    claim(database)
    assert begin(database)
    sent = ledger.published(Receipt("1"), "r1", "{}", NOW)
    with database.write() as connection:
        assert not ledger.finish(connection, (KEY, "two", 1), State.SENT, NOW, **sent)
        assert not ledger.finish(connection, (KEY, "one", 2), State.SENT, NOW, **sent)
        assert ledger.finish(connection, (KEY, "one", 1), State.SENT, NOW, **sent)


def test_after_a_crash_claims_are_released_and_requests_are_in_doubt(tmp_path: Path) -> None:
    database = ledger_with(tmp_path)
    other = "kampana/eve>mastodon:lv"
    put(database, make_wanted(other))
    claim(database)
    assert begin(database)
    with database.write() as connection:
        assert ledger.recover(connection, "two", NOW) == (1, 1)
    assert states(database) == {KEY: "uncertain", other: "planned"}


def test_a_process_never_reaps_its_own_requests(tmp_path: Path) -> None:
    database = ledger_with(tmp_path)
    claim(database)
    assert begin(database)
    with database.write() as connection:
        assert ledger.recover(connection, "one", NOW) == (0, 0)


def test_what_is_too_late_waits_for_a_person_or_is_skipped(tmp_path: Path) -> None:
    database = ledger_with(tmp_path)
    skipped, fresh = "kampana/skip>mastodon:lv", "kampana/fresh>mastodon:lv"
    put(database, make_wanted(skipped, late_then="skip"), make_wanted(fresh, due=NOW + HOUR))
    with database.write() as connection:
        ledger.expire(connection, NOW + 2 * HOUR + 1)
    assert states(database) == {KEY: "held", skipped: "missed", fresh: "planned"}


def test_what_expired_is_missed_even_while_it_was_held_for_being_late(tmp_path: Path) -> None:
    database = ledger_with(tmp_path, expires=NOW + 4 * HOUR)
    for hours in (3, 5):
        with database.write() as connection:
            ledger.expire(connection, NOW + hours * HOUR)
    assert states(database) == {KEY: "missed"}


def test_an_edit_of_a_feed_item_that_is_out_never_becomes_missed(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    key = "kampana/kickoff>feed:lv"
    put(database, make_wanted(key, kind="feed", expires=NOW + HOUR), state=State.HELD)
    with database.write() as connection:
        ledger.touch(connection, key, State.HELD, published_revision="r0")
        ledger.expire(connection, NOW + 2 * HOUR)
    assert states(database) == {key: "held"}


def test_nothing_is_late_on_the_own_site(tmp_path: Path) -> None:
    database = open_ledger(tmp_path)
    key = "kampana/kickoff>site:lv"
    put(database, make_wanted(key, kind="site", late_after=None))
    with database.write() as connection:
        assert ledger.expire(connection, NOW + 1000 * HOUR) == 0


def test_a_remote_row_waits_for_its_page(tmp_path: Path) -> None:
    database = ledger_with(tmp_path)
    put(database, make_wanted("kampana/kickoff>site:lv", kind="site"))
    assert claim(database) == []
    with database.write() as connection:
        from campaign.store import outlets

        assert outlets.settle(connection, NOW) == 1
        assert ledger.claim(connection, "mastodon", "one", NOW) == []
        outlets.mark_public(connection, NOW)
    assert claim(database) == [KEY]


def test_notes_are_kept_per_revision(tmp_path: Path) -> None:
    with ledger_with(tmp_path).write() as connection:
        attempts.write_note(connection, KEY, "r1", "media", "7")
        attempts.write_note(connection, KEY, "r1", "media", "8")
        assert attempts.notes(connection, KEY, "r1") == {"media": "8"}
        assert attempts.notes(connection, KEY, "r2") == {}


def test_the_next_thing_to_do_is_the_earliest_of_all_times(tmp_path: Path) -> None:
    database = ledger_with(tmp_path, due=NOW + 3 * HOUR, expires=NOW + 2 * HOUR)
    with database.read() as connection:
        assert ledger.next_due(connection, NOW) == NOW + 2 * HOUR
        assert ledger.next_due(connection, NOW + 4 * HOUR) is None
