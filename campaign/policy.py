"""When to try again (pure): backoff with full jitter, obeying what the service said, bounded in tries."""

import datetime as dt

BASE = dt.timedelta(seconds=2)
CAP = dt.timedelta(minutes=15)
LONGEST_WAIT = dt.timedelta(days=1)
MOST_ATTEMPTS = 20
"""Tries of one delivery before a person is asked; its age is bounded by `expires` and `if_late` besides."""
BETWEEN_LOOK_UPS = dt.timedelta(seconds=5)


def next_attempt(after: dt.timedelta | None, attempts: int, now: dt.datetime, jitter: float) -> dt.datetime | None:
    """When to send again after `attempts` tries; None when it is a person's turn.

    `after` is the service's own word and is never undercut; `jitter` in [0, 1) spreads what failed together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    backoff = min(BASE * 2.0**attempts, CAP) * (0.5 + jitter / 2)
    if after is None:
        return now + backoff
    return now + min(after, LONGEST_WAIT) + BASE * jitter


def next_look_up(
    empty: int, needed: int, last_tried: dt.datetime, longest: dt.timedelta, now: dt.datetime
) -> dt.datetime | None:
    """When to look again after the `empty`-th look-up that found nothing; None when absence is proved.

    A request may still arrive until `longest` after it was made, so nothing is proved before that.
    """
    if now < last_tried + longest:
        return last_tried + longest
    return now + BETWEEN_LOOK_UPS if empty < needed else None
