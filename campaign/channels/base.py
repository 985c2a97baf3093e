"""The contract every channel keeps. Nothing is inherited: a class with these members is a channel.

Channels never wait, retry, log, or read settings, the clock or the store: `attempt.now` is the time, `attempt.note`
the only memory. They raise a `DeliveryError` and nothing else; anything else is a bug and ends as uncertain.
"""

from typing import Protocol

from campaign.model import Attempt, Limits, Receipt


class Channel(Protocol):
    """One configured account on one service."""

    limits: Limits
    look_ups: int
    """How many empty `find`s, some seconds apart, prove absence (1 where the service answers by key)."""
    longest: float
    """Seconds after which a request of ours can no longer arrive: absence before that proves nothing."""

    def service_key(self, key: str, revision: str, due_ms: int) -> str:
        """The service's own key for a delivery (rkey, idempotency key), derived once and then stored."""

    def send(self, attempt: Attempt) -> Receipt:
        """Publish once. Every id handed out on the way goes through `attempt.note` before it is used."""

    def find(self, attempt: Attempt) -> Receipt | None:
        """Look a lost answer up: the receipt; None when it surely is not there; `Uncertain` when nobody can tell."""

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        """Change what is published to the attempt's post."""

    def remove(self, receipt: Receipt) -> None:
        """Withdraw it; already gone is success."""

    def check(self) -> str:
        """Prove the credentials without publishing; one line for people."""
