"""What a plan does to each row of the ledger (pure): the rules of keys, revisions and ways back, in one place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from campaign.model import State
from campaign.store.values import Change, Known, Wanted, schedule_of

_FINDINGS = ("content", "new")
_VANISHES = frozenset({State.PLANNED, State.WAITING, State.HELD, State.PAST, State.MISSED})
_BUSY = frozenset({State.CLAIMED, State.SENDING, State.UNCERTAIN, State.RETRACTED})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides besides the rows themselves; times in ms."""

    now: int
    planned_through: Mapping[tuple[str, str], int] = field(default_factory=dict)
    stopped: Mapping[str, str] = field(default_factory=dict)  # key → why it must not go out
    unknown_files: frozenset[str] = frozenset()  # read for the first time: `at: now` in them asks a person
    ended: frozenset[str] = frozenset()  # keys of events that are over
    kept_files: frozenset[str] = frozenset()  # unreadable or just vanished: nothing of them is cancelled
    kept_names: frozenset[str] = frozenset()  # entries that are wrong at the moment
    cancels: bool = True  # False while a registry cannot be read


def reconcile(wanted: Mapping[str, Wanted], known: Mapping[str, Known], around: Circumstances) -> Iterator[Change]:
    """One change for every row that differs from the files."""
    for key, row in wanted.items():
        if key not in known:
            yield _new(row, around)
        elif change := _changed(row, known[key], around):
            yield change
    for key, found in known.items():
        if key not in wanted and (change := _vanished(found, around)):
            yield change


def _new(row: Wanted, around: Circumstances) -> Change:
    state, held_for, reason = _entry_state(row, around)
    return Change(row.key, None, state, row, held_for, reason)


def _entry_state(row: Wanted, around: Circumstances) -> tuple[State, str, str]:
    """Where a key begins: `past` when it could not have been planned here in time."""
    if row.kind not in ("site", "calendar"):
        planned_before = around.planned_through.get((row.name, row.account))
        if row.due is not None and row.due < around.now and (planned_before is None or row.due <= planned_before):
            return State.PAST, "", "its time was over when it was first read here"
        if row.key in around.ended:
            return State.PAST, "", "the event was over when it was first read here"
        if row.due is None and row.role == "post" and row.kind != "feed" and row.source in around.unknown_files:
            return State.HELD, "new", "“at: now” in a file that is new here: a person has to say so"
    if row.key in around.stopped:
        return State.HELD, "content", around.stopped[row.key]
    return State.PLANNED, "", ""


def _changed(row: Wanted, found: Known, around: Circumstances) -> Change | None:
    edited = row.revision != found.revision
    moved = schedule_of(row) != found.schedule or row.source != found.source
    renewed = row if edited or moved or found.orphaned else None
    target, held_for, reason = _next_state(row, found, around)
    withdrawn = "" if found.withdrawn and found.state is not State.RETRACTED else None
    if target is None and renewed is None and withdrawn is None:
        return None
    return Change(row.key, found.state, target, renewed, held_for, reason, withdrawn=withdrawn)


def _next_state(row: Wanted, found: Known, around: Circumstances) -> tuple[State | None, str, str]:
    """The way back (or on) for a known row; None: it stays where it is."""
    state = found.state
    stays: tuple[State | None, str, str] = (None, "", "")
    if state in _BUSY:
        return stays
    stop = around.stopped.get(row.key)
    edited = row.revision != found.revision
    if state is State.SENT:
        again = found.kind in ("feed", "site", "calendar") and row.revision != found.published_revision and not stop
        return (State.PLANNED, "", "") if again else stays
    if state is State.CANCELLED:
        return _entry_state(row, around)
    if state in (State.PLANNED, State.WAITING):
        return (State.HELD, "content", stop) if stop else stays
    in_future = row.due is not None and row.due > around.now and row.due != found.due
    back = {
        State.PAST: in_future,
        State.MISSED: in_future,
        State.REJECTED: edited,
        State.HELD: _released(found, in_future, stop),
    }[state]
    return (State.PLANNED, "", "") if back and not stop else stays


def _released(found: Known, in_future: bool, stop: str | None) -> bool:
    if found.held_for == "content":
        return stop is None
    return found.held_for == "late" and in_future


def _vanished(found: Known, around: Circumstances) -> Change | None:
    """A key that no longer follows from the files: unsent it is cancelled, published it stays and is listed."""
    if not around.cancels or found.source in around.kept_files or found.name in around.kept_names:
        return None
    if found.published_revision is not None:
        return _left_over(found)
    if found.state in _VANISHES:
        return Change(found.key, found.state, State.CANCELLED, reason="no longer in the files")
    return None


def _left_over(found: Known) -> Change | None:
    if found.orphaned or found.state is State.RETRACTED:
        return None
    own_day = found.kind in ("site", "calendar") and found.withdrawn == ""
    withdrawn = "no longer in the calendar" if own_day and found.nature in ("event", "observance") else None
    return Change(found.key, found.state, orphaned=True, withdrawn=withdrawn)
