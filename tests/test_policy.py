"""When to try again."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from campaign.policy import CAP, LONGEST_WAIT, next_attempt, next_look_up
from tests.ledgers import NOON

SECOND = dt.timedelta(seconds=1)
JITTER = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 19), JITTER)
def test_backoff_grows_to_a_cap(attempts: int, jitter: float) -> None:
    again = next_attempt(None, attempts, NOON, jitter)
    assert again is not None
    assert SECOND <= again - NOON <= CAP


@given(st.timedeltas(SECOND, dt.timedelta(days=400)), st.integers(0, 19), JITTER)
def test_the_word_of_the_service_is_never_undercut_up_to_a_day(
    after: dt.timedelta, attempts: int, jitter: float
) -> None:
    again = next_attempt(after, attempts, NOON, jitter)
    assert again is not None
    assert min(after, LONGEST_WAIT) <= again - NOON <= LONGEST_WAIT + 2 * SECOND


def test_after_many_tries_it_is_a_persons_turn() -> None:
    assert next_attempt(None, 20, NOON, 0.5) is None


def test_absence_is_proved_by_enough_look_ups_after_the_longest_request() -> None:
    longest = dt.timedelta(seconds=60)
    assert next_look_up(1, 1, NOON, longest, NOON + 59 * SECOND) == NOON + longest
    assert next_look_up(1, 2, NOON, longest, NOON + longest) == NOON + longest + 5 * SECOND
    assert next_look_up(2, 2, NOON, longest, NOON + longest + 5 * SECOND) is None
