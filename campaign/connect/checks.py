"""How connected accounts stand: who each is, whether its service takes us, and until when its tokens last."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from campaign.channels import open_channel
from campaign.channels.account import Tokens
from campaign.channels.base import Channel, Expires, RemoteModel
from campaign.channels.http import HttpOptions
from campaign.channels.tokens import TokenFolder
from campaign.connect.keeping import TOKENS
from campaign.errors import AccountBlocked, CampaignError, DeliveryError, Rejected
from campaign.model import Account
from campaign.settings import Settings, load

Clock = Callable[[], dt.datetime]
State = Literal["ok", "blocked", "not connected", "not reached"]
DAYS = (14, 3, 1)
"""So many days before a token ends people are told."""
AT_ONCE = 8
IN_DAYS = {0: "today", 1: "in 1 day"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One account as its service sees it now."""

    account: str
    kind: str
    state: State
    words: str
    """Who it is, or what is wrong."""
    ends: dt.datetime | None = None
    """When a person has to connect it anew, where that is known."""

    @property
    def again(self) -> str:
        """What connects it anew."""
        return command(self.kind, self.account)


def command(kind: str, account: str) -> str:
    """The command that connects an account anew."""
    return f"campaign account add {kind} {account} --again"


def look(root: Path, names: Sequence[str], clock: Clock) -> list[Standing]:
    """Ask every service, or those of the accounts named, who we are; nothing is published and no mode is changed."""
    settings = load(root, "live")
    remote = {name: account for name, account in settings.accounts.items() if isinstance(account, RemoteModel)}
    if unknown := [name for name in names if name not in remote]:
        known = ", ".join(sorted(remote)) or "none yet"
        raise CampaignError(f"There is no account “{unknown[0]}” on a network; there are: {known}.")
    chosen = {name: account for name, account in remote.items() if not names or name in names}
    ask = partial(_standing, options_of(settings, clock), TokenFolder(root / TOKENS))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, chosen.keys(), chosen.values()))


def options_of(settings: Settings, clock: Clock) -> HttpOptions:
    """How requests go out, as the operator has decided."""
    return HttpOptions(settings.base_url, clock, frozenset(settings.reachable))


def ends_of(channel: Channel) -> dt.datetime | None:
    """When a person has to connect an account anew, where that is known."""
    return channel.ends() if isinstance(channel, Expires) else None


def _standing(options: HttpOptions, tokens: Tokens, account: str, settings: RemoteModel) -> Standing:
    if not _is_connected(account, settings, tokens):
        return Standing(account, settings.kind, "not connected", "It has no secrets yet.")
    channel = open_channel(account, settings, options, tokens)
    state, words = _asked(channel)
    return Standing(account, settings.kind, state, words, ends_of(channel))


def _asked(channel: Channel) -> tuple[State, str]:
    try:
        return "ok", channel.check()
    except (AccountBlocked, Rejected) as error:
        return "blocked", str(error)
    except DeliveryError as error:
        return "not reached", str(error)


def _is_connected(account: str, settings: RemoteModel, tokens: Tokens) -> bool:
    """True with every secret it needs, and with one of those that connecting stands for, or tokens."""
    if any(getattr(settings, name) is None for name in settings.needs):
        return False
    gives = settings.authorisation.gives if settings.authorisation else ()
    return not gives or any(getattr(settings, name) for name in gives) or bool(tokens.load(account))


# ---------------------------------------------------------------- before tokens end


def days_left(ends: dt.datetime, now: dt.datetime) -> int:
    """Whole days; negative once it is over."""
    return (ends - now).days


def threshold(ends: dt.datetime | None, now: dt.datetime) -> int | None:
    """The smallest number of `DAYS` that is reached; None while there is time."""
    reached = [days for days in DAYS if ends is not None and ends - now <= dt.timedelta(days=days)]
    return min(reached, default=None)


def ending(
    channels: Mapping[str, Channel], accounts: Mapping[str, Account], now: dt.datetime, told: MutableMapping[str, int]
) -> Iterator[str]:
    """A line for each account whose tokens end soon, once for each of `DAYS`; `told` remembers which."""
    for name, channel in channels.items():
        ends = ends_of(channel)
        reached = threshold(ends, now)
        if ends is None or reached is None:
            told.pop(name, None)
        elif told.get(name) != reached:
            told[name] = reached
            yield f"{name}: {until(ends, now)}. Connect it anew: `{command(accounts[name].kind, name)}`."


def until(ends: dt.datetime, now: dt.datetime) -> str:
    """`its access ends on 2026-12-01, in 6 days`."""
    left = days_left(ends, now)
    if left < 0:
        return f"its access ended on {ends:%Y-%m-%d}"
    return f"its access ends on {ends:%Y-%m-%d}, {IN_DAYS.get(left, f'in {left} days')}"
