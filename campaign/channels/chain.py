"""Threads, on services that publish them post by post: each answers the one before, and none is left torn.

What is public already is noted before the next post goes out, so an interrupted thread is finished from where it
stood; one that the service refuses halfway is removed again, and what a person then sends anew goes by new names.
"""

import json
from collections.abc import Callable, Mapping, Sequence

from campaign.errors import Rejected
from campaign.model import Attempt, Post, Receipt, Segment

Publish = Callable[[int, Segment, Receipt | None], Receipt]
"""(number from 1, the post, what it answers) → what the service accepted."""
Correct = Callable[[int, Segment, Receipt], Receipt]
"""(number from 1, the new wording, what stands there) → what the service accepted."""


def segments_of(post: Post) -> tuple[Segment, ...]:
    """Every post of a thread, the first one among them."""
    return (Segment(post.text, post.pictures), *post.thread)


def in_turn(attempt: Attempt, publish: Publish, remove: Callable[[Receipt], None]) -> Receipt:
    """Publish what is still missing of a thread; of a single post, that post."""
    segments, done = segments_of(attempt.post), _noted(attempt)
    if done and done[0].remote_id in _taken_back(attempt):
        _take_back(attempt, done, remove)  # which was interrupted
        done = []
    for number, segment in enumerate(segments[len(done) :], start=len(done) + 1):
        answered = done[-1] if done else attempt.parent
        try:
            receipt = publish(number, segment, answered)
        except Rejected:
            _take_back(attempt, done, remove)
            raise
        done.append(receipt)
        if len(segments) > 1:
            attempt.note(f"part-{number}", _as_json(receipt))
    return whole(done)


def corrected(receipt: Receipt, post: Post, correct: Correct) -> Receipt:
    """Correct a published thread post by post; one of another length would not answer itself any more."""
    parts, segments = parts_of(receipt), segments_of(post)
    if len(parts) != len(segments):
        raise Rejected(
            f"A thread is corrected post by post: {len(parts)} are published, the new wording has {len(segments)}."
            " Retract it and publish the new one."
        )
    return whole([correct(*each) for each in zip(range(1, len(parts) + 1), segments, parts, strict=True)])


def published_ids(attempt: Attempt) -> frozenset[str]:
    """The ids of the thread's posts that are noted or were taken back: a look-up must not claim one of them."""
    return frozenset([*(receipt.remote_id for receipt in _noted(attempt)), *_taken_back(attempt)])


def name_of(attempt: Attempt, number: int) -> str:
    """What keys and notes call the post of this number: `2`, and another name once the thread was taken back.

    Under the same name, a service that knows repeats answers with the post that is gone.
    """
    gone = len(_taken_back(attempt))
    return f"{number}.{gone}" if gone else f"{number}"


def doubtful(attempt: Attempt) -> tuple[int, Segment]:
    """The post (its number and words) whose answer was lost: the first that is not noted."""
    done = len(_noted(attempt))
    segments = segments_of(attempt.post)
    return min(done, len(segments) - 1) + 1, segments[min(done, len(segments) - 1)]


def finished(attempt: Attempt, found: Receipt | None) -> Receipt | None:
    """What `find` answers when it found the doubtful post, or did not: the receipt of the whole thread, or None.

    None lets the rest be sent: what was found is noted, so it is not sent again.
    """
    done = _noted(attempt)
    segments = segments_of(attempt.post)
    if found is not None and len(done) < len(segments):
        done.append(found)
        if len(segments) > 1:
            attempt.note(f"part-{len(done)}", _as_json(found))
    return whole(done) if len(done) == len(segments) else None


def parts_of(receipt: Receipt) -> list[Receipt]:
    """The receipts of a thread's posts, the first one among them."""
    stored = json.loads(receipt.data.get("parts", "[]"))
    return [Receipt(part["remote_id"], part["url"], part["data"]) for part in stored] or [receipt]


def whole(done: Sequence[Receipt]) -> Receipt:
    """The receipt of a thread, from those of its posts; of a single post, its own."""
    first = done[0]
    if len(done) == 1:
        return first
    parts = json.dumps([json.loads(_as_json(receipt)) for receipt in done])
    return Receipt(first.remote_id, first.url, {**first.data, "parts": parts})


def begun(notes: Mapping[str, str]) -> Receipt | None:
    """What is public of a thread that was not finished, as its notes have it; None when nothing is."""
    done = _parts(notes)
    return whole(done) if done else None


def _noted(attempt: Attempt) -> list[Receipt]:
    return _parts(attempt.notes)


def _parts(notes: Mapping[str, str]) -> list[Receipt]:
    found: list[Receipt] = []
    while stored := notes.get(f"part-{len(found) + 1}"):
        part = json.loads(stored)
        found.append(Receipt(part["remote_id"], part["url"], part["data"]))
    return found


def _take_back(attempt: Attempt, done: Sequence[Receipt], remove: Callable[[Receipt], None]) -> None:
    """What is going to be gone is noted first: whoever is interrupted must not take a new name for an old one."""
    if done:
        gone = dict.fromkeys([*_taken_back(attempt), *(receipt.remote_id for receipt in done)])
        attempt.note("taken-back", " ".join(gone))
    for number in range(len(done), 0, -1):
        remove(done[number - 1])
        attempt.note(f"part-{number}", "")


def _taken_back(attempt: Attempt) -> list[str]:
    return attempt.notes.get("taken-back", "").split()


def _as_json(receipt: Receipt) -> str:
    return json.dumps({"remote_id": receipt.remote_id, "url": receipt.url, "data": dict(receipt.data)})
