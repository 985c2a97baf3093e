"""Services that refuse a text they have seen: after a lost answer that is evidence of our own post, never proof.

Last week's identical text is refused in the same words. So the account's own posts are looked through first, and where
the post is not among them a person decides.
"""

from collections.abc import Callable

from campaign.channels.exchange import Reply, accepted, explained
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from campaign.model import Attempt


def published(attempt: Attempt, number: int, ask: Callable[[], Reply], seen_before: Callable[[Reply], bool]) -> Reply:
    """The good answer to a request that publishes; `number` is that of the post in its thread, from 1.

    That a try is on its way is noted before, and taken back when it surely published nothing.
    """
    name = f"tried-{number}"
    doubtful = bool(attempt.notes.get(name))
    attempt.note(name, "yes")
    try:
        reply = ask()
        if seen_before(reply):
            raise _refused(attempt, number, reply, doubtful=doubtful)
        return accepted(reply)
    except (Transient, Rejected, AccountBlocked):
        if not doubtful:
            attempt.note(name, "")
        raise


def prove_absence(attempt: Attempt, number: int) -> None:
    """Not finding a post proves nothing once the service has said that it has the text."""
    if attempt.notes.get(_seen(number)):
        raise Uncertain(
            "The service says that it has this text, but the post is not among the account's own."
            " Look there before you send it again."
        )


def _refused(attempt: Attempt, number: int, reply: Reply, *, doubtful: bool) -> Rejected | Uncertain:
    if doubtful:
        attempt.note(_seen(number), "yes")
        return Uncertain(f"{explained(reply)} An earlier try may be public.")
    return Rejected(f"{explained(reply)} That is also its answer to a text it has seen before: change the wording.")


def _seen(number: int) -> str:
    return f"seen-{number}"
