"""The contract every channel keeps. Nothing is inherited: a class with these members is a channel.

Channels never wait, retry, log, or read settings, the clock or the store: `attempt.now` is the time, `attempt.note`
the only memory. They raise a `DeliveryError` and nothing else; anything else is a bug and ends as uncertain.
"""

import datetime as dt
import hashlib
from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from campaign.channels.account import AccountModel, Hours, Span, Tokens
from campaign.channels.authorisation import Authorisation, SignIn
from campaign.channels.exchange import Exchange, Reply, Request
from campaign.model import Attempt, Limits, Receipt

CLOCKS_DIFFER = dt.timedelta(minutes=2)
"""How far a service's clock may be from ours when we look for what it says was published since."""


def key_of(key: str, revision: str) -> str:
    """A service's key for a revision of a delivery, in letters that every service takes."""
    return hashlib.sha256(f"{key}\n{revision}".encode()).hexdigest()


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
        """Change what is published to the attempt's post; doing it twice changes nothing."""

    def remove(self, receipt: Receipt) -> None:
        """Withdraw it; already gone is success."""

    def check(self) -> str:
        """Prove the credentials without publishing; one line for people."""


@runtime_checkable
class TellsLimits(Protocol):
    """A channel whose service says what it allows."""

    def read_limits(self) -> Limits:
        """What it says now; what it does not say is as its documentation has it."""


@runtime_checkable
class ReadsAddresses(Protocol):
    """A channel that knows a post by the address a person gave: its `edit` and `remove` take such a receipt."""

    reads_addresses: bool


@runtime_checkable
class Expires(Protocol):
    """A channel whose credentials end at a known time."""

    def ends(self) -> dt.datetime | None:
        """When a person has to connect the account anew; None when that is not known."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a channel is opened with: the account's name, the ways out, where tokens that change are kept."""

    account: str
    exchange: Exchange
    tokens: Tokens
    base_url: str
    """Of the public site, without a slash at the end; pictures stand below it at `/pictures/<name>`."""
    clock: Callable[[], dt.datetime]


class RemoteModel(AccountModel):
    """The settings of an account on somebody else's service."""

    transport: ClassVar[str] = "http"
    """How it is reached: `http`, or `websocket`."""
    authorisation: ClassVar[Authorisation | SignIn | None] = None
    """How a person connects it; None: by pasting its secrets."""

    together: bool = False
    """`true`: one post holds all the account's languages, in their order, instead of a post for each."""
    spacing: Span = ""
    """The least time between two posts, as `10m` or `2h`; empty: none."""
    quiet: Hours = ""
    """Hours in which nothing is posted, as `22:00-07:00` in the site's local time; what is due then waits."""

    @property
    @abstractmethod
    def limits(self) -> Limits:
        """What the service allows as far as it is known without asking it."""

    @abstractmethod
    def open(self, opening: Opening) -> Channel:
        """The channel to the service."""

    @staticmethod
    @abstractmethod
    def pretended(request: Request) -> Reply:
        """What the service would answer, for the recorder; ids follow from what was sent."""


class Forgotten:
    """Tokens of a service that is only pretended; they go with the process."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def load(self, account: str) -> Mapping[str, str]:
        """What was saved last."""
        return self._values

    def save(self, account: str, values: Mapping[str, str]) -> None:
        """Replace it."""
        self._values = dict(values)

    def exclusive(self, account: str) -> AbstractContextManager[None]:
        """Nobody else has them."""
        return nullcontext()
