"""What a plan does to each row of the ledger (pure): the rules of keys, revisions and ways back, in one place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from campaign.model import LOCAL_KINDS, State
from campaign.store.values import CORRECTION, Change, Known, Wanted, schedule_of

_VANISHES = frozenset({State.PLANNED, State.WAITING, State.HELD, State.PAST, State.MISSED})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides besides the rows themselves; times in ms."""

    now: int
    planned_through: Mapping[tuple[str, str], int] = field(default_factory=dict)
    stopped: Mapping[str, str] = field(default_factory=dict)  # key → why it must not go out
    unedited_files: frozenset[str] = frozenset()  # new here, or as read before: `at: now` in them asks a person
    ended: frozenset[str] = frozenset()  # keys of events that are over
    kept_files: frozenset[str] = frozenset()  # unreadable or just vanished: nothing of them is cancelled
    kept_names: frozenset[str] = frozenset()  # entries that are wrong at the moment
    cancels: bool = True  # False while a registry cannot be read
    joint: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # key of a post in several languages → the others'
    apart: frozenset[str] = frozenset()  # languages that stay posts of their own, because others of theirs are out so


def reconcile(wanted: Mapping[str, Wanted], known: Mapping[str, Known], around: Circumstances) -> Iterator[Change]:
    """One change for every row that differs from the files."""
    around = _as_begun(wanted, known, around)
    for key, row in wanted.items():
        if key not in known:
            yield _new(row, around)
        elif change := _changed(row, known[key], around):
            yield change
    for key, found in known.items():
        if key not in wanted and (change := _vanished(found, around)):
            yield change


def _as_begun(wanted: Mapping[str, Wanted], known: Mapping[str, Known], around: Circumstances) -> Circumstances:
    """Languages that began to go out apart go on so, although one post is to hold them all from now on."""
    apart, stopped = set[str](), dict(around.stopped)
    for key, others in around.joint.items():
        if key in known and known[key].published_revision not in (None, wanted[key].revision):
            apart.update(others)
        elif any(other in known and _has_left(known[other]) for other in others):
            stopped[key] = "its other languages are out as posts of their own; write it for this account by itself"
    return replace(around, apart=frozenset(apart), stopped=stopped)


def _has_left(found: Known) -> bool:
    leaving = (State.CLAIMED, State.SENDING, State.UNCERTAIN)
    return found.published_revision is not None or found.torn or found.state in leaving


def _new(row: Wanted, around: Circumstances) -> Change:
    state, held_for, reason = _entry_state(row, around)
    return Change(row.key, None, state, row, held_for, reason)


def _entry_state(row: Wanted, around: Circumstances) -> tuple[State, str, str]:
    """Where a key begins: `past` when it could not have been planned here in time."""
    pushed = row.kind not in ("site", "calendar")
    if pushed and (reason := _why_past(row, around)):
        return State.PAST, "", reason
    if pushed and _needs_a_word(row, around):
        return State.HELD, "new", "“at: now” in a file that nobody edited here: a person has to say so"
    if row.key in around.stopped:
        return State.HELD, "content", around.stopped[row.key]
    return State.PLANNED, "", ""


def _why_past(row: Wanted, around: Circumstances) -> str:
    """A date that fell into a downtime is late, not past: no earlier plan had reached it."""
    planned_before = around.planned_through.get((row.name, row.account))
    time = row.own_time
    if time is not None and time < around.now and (planned_before is None or time <= planned_before):
        return "its time was over when it was first read here"
    return "the event was over when it was first read here" if row.key in around.ended else ""


def _needs_a_word(row: Wanted, around: Circumstances) -> bool:
    by_itself = row.role != "carried" and row.nature in ("message", "digest")
    return row.due is None and by_itself and row.source in around.unedited_files


def _changed(row: Wanted, found: Known, around: Circumstances) -> Change | None:
    before = (found.revision, found.schedule, found.source, found.kind, False)
    renewed = row if (row.revision, schedule_of(row), row.source, row.kind, found.orphaned) != before else None
    target, held_for, reason = _next_state(row, found, around)
    return Change(row.key, found.state, target, renewed, held_for, reason) if target or renewed else None


def _next_state(row: Wanted, found: Known, around: Circumstances) -> tuple[State | None, str, str]:
    """The way back (or on) for a known row; None: it stays where it is."""
    if found.torn:
        return None, "", ""  # what began is finished as it began, or taken back: a plan decides nothing about it
    stop = around.stopped.get(row.key)
    match found.state:
        case State.CANCELLED:
            return _entry_state(row, around)
        case State.PLANNED | State.WAITING if stop:
            return State.HELD, "content", stop
        case state if not stop and _returns(state, row, found, around.now):
            return State.PLANNED, "", ""
    return None, "", ""


def _returns(state: State, row: Wanted, found: Known, now: int) -> bool:
    """Ways back to planned. Never from a request under way, nor from uncertain."""
    in_future = row.due != found.due and (row.own_time or 0) > now
    match state:
        case State.SENT:
            return found.kind in LOCAL_KINDS and (row.revision != found.published_revision or found.withdrawn != "")
        case State.PAST | State.MISSED:
            return in_future
        case State.REJECTED:
            return row.revision != found.revision
        case State.HELD:
            return found.held_for == "content" or (found.held_for in ("late", "new") and in_future)
    return False


def _vanished(found: Known, around: Circumstances) -> Change | None:
    """A key that no longer follows from the files: unsent it is cancelled, published it stays and is listed."""
    if not around.cancels or found.source in around.kept_files or found.name in around.kept_names:
        return None
    if found.nature == CORRECTION or found.torn or found.key in around.apart:
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
    unsent_edit = found.state in (State.PLANNED, State.HELD)
    return Change(found.key, found.state, State.SENT if unsent_edit else None, orphaned=True, withdrawn=withdrawn)
