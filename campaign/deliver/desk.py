"""What a courier has at hand; everything that reaches the world comes in from outside."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from campaign.channels.base import Channel
from campaign.model import Account, Picture, Post
from campaign.store.database import Database

UTC = ZoneInfo("UTC")


class Press(Protocol):
    """A newsletter account: compiles issues and mails them."""

    def compile(self, issue: Post, key: str, carried: Sequence[Post], ahead: Sequence[Post]) -> str | None:
        """One issue, final: what is kept in the ledger and mailed to everybody; None when it has nothing to say."""

    def audience(self, language: str, key: str) -> Sequence[tuple[str, str]]:
        """(address, message id) of everybody who gets this language."""

    def mail(self, frozen: str, address: str, message_id: str, at: dt.datetime) -> str:
        """Hand one mail to the server; its answer. Raises a `DeliveryError`."""


@dataclass(frozen=True)
class Desk:
    """The ledger, the accounts, a clock and chance: one per process."""

    database: Database
    channels: Mapping[str, Channel]
    presses: Mapping[str, Press]
    load: Callable[[Picture], tuple[bytes, str]]
    owner: str
    clock: Callable[[], dt.datetime]
    jitter: Callable[[], float]
    stopping: Callable[[], bool]
    longest: float
    """Seconds after which no request of ours is still under way."""
    report: Callable[[str], None]
    """One line for the operator's log, without secrets."""

    manners: Mapping[str, Account] = field(default_factory=dict)
    """How each account behaves: its pace, its quiet hours."""
    zone: ZoneInfo = UTC
    """Whose local time quiet hours are told in."""

    @property
    def accounts(self) -> frozenset[str]:
        """What is configured now; the ledger may know others."""
        return frozenset({*self.channels, *self.presses})
