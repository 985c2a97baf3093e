"""The rules of keys, revisions and ways back, each as one row of a table."""

from dataclasses import replace
from typing import Any

import pytest

from campaign.model import State
from campaign.plan.reconcile import Circumstances, reconcile
from campaign.store import to_ms
from campaign.store.values import Change, Known, Wanted, schedule_of
from tests.ledgers import NOON, make_wanted

KEY = "kampana/kickoff>mastodon:lv"
SITE = "kampana/kickoff>site:lv"
NOW = to_ms(NOON)
HOUR = 3600 * 1000


def known(wanted: Wanted, state: State, **changes: Any) -> Known:
    row = Known(
        key=wanted.key,
        name=wanted.name,
        account=wanted.account,
        kind=wanted.kind,
        nature=wanted.nature,
        source=wanted.source,
        state=state,
        held_for="",
        due=wanted.due,
        schedule=schedule_of(wanted),
        revision=wanted.revision,
        published_revision="r1" if state is State.SENT else None,
        orphaned=False,
        withdrawn="",
    )
    return replace(row, **changes)


def decide(wanted: Wanted | None, found: Known | None, **around: Any) -> Change | None:
    changes = list(
        reconcile(
            {wanted.key: wanted} if wanted else {},
            {found.key: found} if found else {},
            Circumstances(**{"now": NOW, **around}),
        )
    )
    assert len(changes) <= 1
    return changes[0] if changes else None


def row(**changes: Any) -> Wanted:
    return make_wanted(KEY, **{"due": NOW + HOUR, **changes})


def test_the_same_plan_twice_changes_nothing() -> None:
    for state in State:
        assert decide(row(), known(row(), state)) is None or state in {State.CANCELLED, State.HELD}


@pytest.mark.parametrize(
    ("wanted", "around", "state"),
    [
        (row(), {}, State.PLANNED),
        (row(due=NOW - 1), {}, State.PAST),
        (row(due=NOW - HOUR), {"planned_through": {("kampana/kickoff", "mastodon"): NOW - 2 * HOUR}}, State.PLANNED),
        (row(due=NOW - HOUR), {"planned_through": {("kampana/kickoff", "mastodon"): NOW}}, State.PAST),
        (row(), {"stopped": {KEY: "CON02"}}, State.HELD),
        (row(due=None), {"unedited_files": frozenset({"schedules/kampana.yaml"})}, State.HELD),
        (row(due=None, nature="event"), {"unedited_files": frozenset({"schedules/kampana.yaml"})}, State.PLANNED),
        (row(due=None), {}, State.PLANNED),
        (make_wanted(SITE, kind="site", due=NOW - HOUR), {}, State.PLANNED),
        (make_wanted("k/e>feed:lv", kind="feed", due=None), {"ended": frozenset({"k/e>feed:lv"})}, State.PAST),
    ],
)
def test_where_a_new_key_begins(wanted: Wanted, around: dict[str, Any], state: State) -> None:
    change = decide(wanted, None, **around)
    assert change is not None
    assert change.state is state


@pytest.mark.parametrize("state", [State.PAST, State.MISSED])
def test_a_time_moved_to_the_future_brings_it_back(state: State) -> None:
    found = known(row(due=NOW - HOUR), state)
    change = decide(row(due=NOW + HOUR), found)
    assert change is not None
    assert change.state is State.PLANNED


def test_an_old_message_is_not_mailed_with_an_issue_years_later() -> None:
    wanted = make_wanted(
        "k/m>newsletter:lv", kind="newsletter", role="carried", due=NOW + HOUR, own_time=NOW - 9 * HOUR
    )
    change = decide(wanted, None)
    assert change is not None
    assert change.state is State.PAST
    assert decide(wanted, known(wanted, State.PAST)) is None


def test_a_late_one_waits_until_its_time_is_moved() -> None:
    late = known(row(due=NOW - HOUR), State.HELD, held_for="late")
    assert decide(row(due=NOW - HOUR), late) is None
    moved = decide(row(due=NOW + HOUR), late)
    assert moved is not None
    assert moved.state is State.PLANNED


def test_a_refused_one_is_tried_again_with_new_words_only() -> None:
    refused = known(row(), State.REJECTED)
    assert decide(row(), refused) is None
    change = decide(row(revision="r2"), refused)
    assert change is not None
    assert change.state is State.PLANNED


def test_a_content_hold_ends_with_its_finding() -> None:
    held = known(row(), State.HELD, held_for="content")
    assert decide(row(), held, stopped={KEY: "CON02"}) is None
    change = decide(row(), held)
    assert change is not None
    assert change.state is State.PLANNED


def test_a_row_held_by_a_person_is_not_released_by_an_edit() -> None:
    change = decide(row(revision="r2"), known(row(), State.HELD, held_for="person"))
    assert change is not None
    assert change.state is None


def test_editing_what_is_out_sends_nothing_again() -> None:
    change = decide(row(revision="r2"), known(row(), State.SENT))
    assert change is not None
    assert (change.state, change.wanted and change.wanted.revision) == (None, "r2")


def test_editing_an_own_page_makes_it_due_again() -> None:
    page = make_wanted(SITE, kind="site")
    change = decide(replace(page, revision="r2"), known(page, State.SENT))
    assert change is not None
    assert change.state is State.PLANNED


@pytest.mark.parametrize("state", [State.CLAIMED, State.SENDING, State.UNCERTAIN])
def test_a_request_under_way_is_not_touched_by_an_edit(state: State) -> None:
    change = decide(row(revision="r2"), known(row(), state))
    assert change is not None
    assert change.state is None


@pytest.mark.parametrize("state", [State.PLANNED, State.WAITING, State.HELD, State.PAST, State.MISSED])
def test_what_left_the_files_unsent_is_cancelled(state: State) -> None:
    change = decide(None, known(row(), state))
    assert change is not None
    assert change.state is State.CANCELLED


@pytest.mark.parametrize("state", [State.CLAIMED, State.SENDING, State.UNCERTAIN, State.REJECTED, State.RETRACTED])
def test_what_is_under_way_or_over_is_never_cancelled(state: State) -> None:
    assert decide(None, known(row(), state)) is None


def test_what_is_out_stays_out_and_is_listed() -> None:
    change = decide(None, known(row(), State.SENT))
    assert change is not None
    assert (change.state, change.orphaned, change.withdrawn) == (None, True, None)


def test_an_event_that_left_the_files_is_withdrawn_from_the_own_calendar() -> None:
    event = make_wanted("k/e>calendar:lv", kind="calendar", nature="event")
    change = decide(None, known(event, State.SENT))
    assert change is not None
    assert change.withdrawn == "no longer in the calendar"


def test_a_cancelled_key_that_comes_back_is_revived() -> None:
    change = decide(row(), known(row(), State.CANCELLED))
    assert change is not None
    assert change.state is State.PLANNED
    gone_by = decide(row(due=NOW - HOUR), known(row(due=NOW - HOUR), State.CANCELLED))
    assert gone_by is not None
    assert gone_by.state is State.PAST


@pytest.mark.parametrize(
    "around",
    [
        {"kept_files": frozenset({"schedules/kampana.yaml"})},
        {"kept_names": frozenset({"kampana/kickoff"})},
        {"cancels": False},
    ],
)
def test_an_unreadable_file_entry_or_registry_cancels_nothing(around: dict[str, Any]) -> None:
    assert decide(None, known(row(), State.PLANNED), **around) is None


def test_a_withdrawn_event_that_comes_back_is_shown_again() -> None:
    event = make_wanted("k/e>calendar:lv", kind="calendar", nature="event")
    change = decide(event, known(event, State.SENT, orphaned=True, withdrawn="no longer in the calendar"))
    assert change is not None
    assert (change.state, change.orphaned) == (State.PLANNED, False)


@pytest.mark.parametrize("state", [State.PLANNED, State.HELD])
def test_an_edit_that_was_never_shown_goes_with_its_event(state: State) -> None:
    event = make_wanted("k/e>calendar:lv", kind="calendar", nature="event")
    change = decide(None, known(event, state, published_revision="r0"))
    assert change is not None
    assert (change.state, change.withdrawn) == (State.SENT, "no longer in the calendar")


def test_an_account_of_another_kind_changes_its_rows() -> None:
    change = decide(row(), known(row(), State.PLANNED, kind="feed"))
    assert change is not None
    assert change.wanted == row()


def test_an_unasked_at_now_that_gets_a_time_waits_for_it() -> None:
    change = decide(row(), known(row(due=None), State.HELD, held_for="new"))
    assert change is not None
    assert change.state is State.PLANNED
