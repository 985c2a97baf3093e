"""Drafts as rows: times, roles, and which issue carries a message."""

import datetime as dt
from typing import Any

import pytest

from campaign.model import At, Digest, Draft, IfLate, Message, Occurrence, Post, Spot
from campaign.plan.rows import Issues, role_of, wanted_of
from campaign.store import to_ms
from tests.samples import make_site

SITE = make_site()
NOON = dt.datetime(2023, 9, 18, 9, 0, tzinfo=dt.UTC)
HOUR = 3600 * 1000


def draft(
    kind: str = "mastodon", *, due: dt.datetime | None = NOON, expires: dt.datetime | None = None, **entry: Any
) -> Draft:
    message = Message(
        "k", entry.pop("id", "m"), Spot("schedules/k.yaml"), At(NOON), "Europe/Riga", ("lv",), (kind,), **entry
    )
    key = f"k/{message.id}"
    post = Post("message", "lv", "Rūķīši", "Glāžšķūņu rūķīši")
    return Draft(f"{key}>{kind}:lv", Occurrence(key, message, due=due, expires=expires), kind, kind, "lv", post)


def issue(days: int) -> Draft:
    return draft("newsletter", due=NOON + dt.timedelta(days=days), id=f"issue-{days}", digest=Digest("week"))


@pytest.mark.parametrize(
    ("made", "role"),
    [
        (draft(), "post"),
        (draft("newsletter"), "carried"),
        (draft("newsletter", own_issue=True), "issue"),
        (draft("newsletter", digest=Digest("week")), "issue"),
        (draft("feed", digest=Digest("week")), "post"),
    ],
)
def test_what_a_row_is_on_its_account(made: Draft, role: str) -> None:
    assert role_of(made) == role


@pytest.mark.parametrize(("days", "carrier"), [(0, 3), (3, 3), (4, 10)])
def test_a_message_goes_with_the_first_issue_at_or_after_its_time(days: int, carrier: int) -> None:
    issues = Issues([issue(10), issue(3)])
    message = draft("newsletter", due=NOON + dt.timedelta(days=days))
    assert issues.carrying(message) == NOON + dt.timedelta(days=carrier)


def test_a_carried_row_is_due_with_its_issue_and_keeps_its_own_time() -> None:
    row = wanted_of(draft("newsletter"), SITE, Issues([issue(3)]))
    assert row is not None
    assert (row.own_time, row.due, row.late_after) == (to_ms(NOON), to_ms(NOON) + 72 * HOUR, None)


def test_a_message_that_expires_before_its_issue_is_a_finding() -> None:
    message = draft("newsletter", expires=NOON + dt.timedelta(days=2))
    (problem,) = Issues([issue(3)]).problems([message])
    assert (problem.code, problem.entry) == ("TIM02", "k/m")
    assert "own_issue: true" in problem.hint


@pytest.mark.parametrize(
    ("kind", "late"), [("mastodon", 2 * HOUR), ("feed", 2 * HOUR), ("site", None), ("calendar", None)]
)
def test_only_what_is_pushed_can_be_late(kind: str, late: int | None) -> None:
    row = wanted_of(draft(kind), SITE, Issues([]))
    assert row is not None
    assert row.late_after == late


def test_a_message_may_say_how_late_it_may_be() -> None:
    row = wanted_of(draft(if_late=IfLate(dt.timedelta(), "skip")), SITE, Issues([]))
    assert row is not None
    assert (row.late_after, row.late_then) == (2 * 60 * 1000, "skip")


def test_the_revision_is_that_of_the_words() -> None:
    one, same = (wanted_of(draft(), SITE, Issues([])) for _ in range(2))
    other = wanted_of(draft("mastodon", own_issue=True), SITE, Issues([]))
    assert one is not None
    assert one == same
    assert other is not None
    assert len(one.revision) == 32


def test_a_draft_of_the_editors_has_no_row() -> None:
    assert wanted_of(draft(draft=True), SITE, Issues([])) is None
