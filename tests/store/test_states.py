"""The table of states checks itself."""

import pytest

from campaign.model import State
from campaign.store.states import STEPS, BrokenStates, allow, check


def test_the_declared_steps_hold_together() -> None:
    check(STEPS)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({state: steps for state, steps in STEPS.items() if state is not State.HELD}, "every state"),
        ({**STEPS, State.WAITING: STEPS[State.WAITING] | {State.SENDING}}, "a request starts"),
        ({**STEPS, State.RETRACTED: frozenset({State.PLANNED})}, "final"),
        ({**STEPS, State.SENDING: frozenset({State.SENT, State.WAITING, State.REJECTED})}, "never reached"),
    ],
)
def test_a_broken_table_is_found_at_import(broken: dict[State, frozenset[State]], words: str) -> None:
    with pytest.raises(BrokenStates, match=words):
        check(broken)


def test_a_step_that_is_not_declared_is_refused() -> None:
    with pytest.raises(BrokenStates):
        allow([State.UNCERTAIN], State.SENDING)


def test_an_uncertain_delivery_never_goes_straight_back_to_planned() -> None:
    assert State.PLANNED not in STEPS[State.UNCERTAIN]
