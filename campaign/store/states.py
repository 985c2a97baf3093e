"""Every state a delivery may be in and every step between them, declared once and checked at import."""

from collections.abc import Iterable, Mapping

from campaign.model import State

STEPS: Mapping[State, frozenset[State]] = {
    # An own page or item that is out may be withdrawn while its edit is still to come.
    State.PLANNED: frozenset(
        {State.CLAIMED, State.SENT, State.HELD, State.MISSED, State.CANCELLED, State.PAST, State.RETRACTED}
    ),
    State.CLAIMED: frozenset({State.SENDING, State.PLANNED, State.WAITING, State.HELD, State.MISSED}),
    State.SENDING: frozenset({State.SENT, State.WAITING, State.UNCERTAIN, State.REJECTED, State.MISSED}),
    # What has begun to be public (a torn thread) may be taken back from wherever it stopped.
    State.WAITING: frozenset({State.CLAIMED, State.HELD, State.MISSED, State.CANCELLED, State.RETRACTED}),
    State.UNCERTAIN: frozenset({State.SENT, State.WAITING, State.MISSED, State.REJECTED}),
    # An edit of what is out may be held when the entry leaves the files: then what is out stays.
    State.HELD: frozenset({State.PLANNED, State.MISSED, State.CANCELLED, State.SENT, State.RETRACTED}),
    State.REJECTED: frozenset({State.PLANNED, State.RETRACTED}),
    State.MISSED: frozenset({State.PLANNED, State.CANCELLED, State.RETRACTED}),
    State.PAST: frozenset({State.PLANNED, State.CANCELLED}),
    State.CANCELLED: frozenset({State.PLANNED, State.PAST, State.HELD}),
    # An own page or feed item whose wording changed is due again; carried mail rows come back when their issue failed.
    State.SENT: frozenset({State.PLANNED, State.RETRACTED}),
    State.RETRACTED: frozenset(),
}

OPEN = frozenset({State.PLANNED, State.WAITING})
"""States in which a due row may be claimed."""

SETTLED = frozenset({State.SENT, State.REJECTED, State.MISSED, State.PAST, State.CANCELLED, State.RETRACTED})
"""States that ask nothing of anybody."""


class BrokenStates(AssertionError):
    """The table of steps contradicts itself, or a step that is not in it was asked for."""


def check(steps: Mapping[State, frozenset[State]]) -> None:
    """Every state is declared and reachable, one is final, and nothing leads back out of an open request blindly."""
    if set(steps) != set(State):
        raise BrokenStates("every state needs its row")
    reached = {State.PLANNED}
    while new := {target for state in reached for target in steps[state]} - reached:
        reached |= new
    if reached != set(State):
        raise BrokenStates(f"never reached: {set(State) - reached}")
    if [state for state in State if not steps[state]] != [State.RETRACTED]:
        raise BrokenStates("exactly one state is final")
    if [state for state in State if State.SENDING in steps[state]] != [State.CLAIMED]:
        raise BrokenStates("a request starts from a claim and from nothing else")


def allow(sources: Iterable[State], target: State) -> list[str]:
    """The names of the source states, once each step to `target` is known to be declared."""
    wrong = [state for state in sources if target not in STEPS[state]]
    if wrong:
        raise BrokenStates(f"{', '.join(wrong)} → {target} is not declared")
    return [str(state) for state in sources]


check(STEPS)
