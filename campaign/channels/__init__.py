"""The kinds of accounts: what the operator may configure, and the channel behind each.

A new service is one module, its settings in `RemoteSettings`, and its two cases below.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from campaign.channels import bluesky, local, mastodon, webhook
from campaign.channels.account import AccountModel, Tokens
from campaign.channels.base import Channel
from campaign.channels.exchange import Exchange, blocked
from campaign.channels.sandbox import Recorder
from campaign.model import Limits

if TYPE_CHECKING:
    from campaign.channels.http import HttpOptions

LocalSettings = local.FeedSettings | local.SiteSettings | local.CalendarSettings
RemoteSettings = mastodon.MastodonSettings | bluesky.BlueskySettings | webhook.WebhookSettings

ACCOUNTS: tuple[type[AccountModel], ...] = (
    local.FeedSettings,
    local.SiteSettings,
    local.CalendarSettings,
    mastodon.MastodonSettings,
    bluesky.BlueskySettings,
    webhook.WebhookSettings,
)
"""The settings of every kind, told apart by `kind`."""


def limits_of(settings: LocalSettings | RemoteSettings) -> Limits:
    """What the service allows as far as it is known without asking it."""
    return settings.limits


def read_limits(channel: Channel) -> Limits:
    """What the service itself says it allows, where it can be asked; a snapshot for the operator to store."""
    return channel.read_limits() if isinstance(channel, mastodon.Mastodon) else channel.limits


def open_channel(account: str, settings: RemoteSettings, options: "HttpOptions", tokens: Tokens) -> Channel:
    """The channel to the real service. Without its secrets every call says that the account is blocked."""
    opening = _Opening(account, tokens, options.base_url, options.clock)
    missing = " and ".join(name for name in settings.needs if getattr(settings, name) is None)
    if missing:
        return _channel(settings, blocked(f"The account “{account}” has no {missing}."), opening)
    from campaign.channels.http import over_network

    return _channel(settings, over_network(options), opening)


def open_recorder(account: str, settings: RemoteSettings, outbox: Path, base_url: str) -> Channel:
    """A channel that sends nothing and writes what would be sent; it needs no secrets."""
    opening = _Opening(account, _Forgotten(), base_url, lambda: dt.datetime.fromtimestamp(0, dt.UTC))
    return Recorder(lambda exchange: _channel(settings, exchange, opening), _pretended(settings), outbox)


@dataclass(frozen=True, slots=True)
class _Opening:
    account: str
    tokens: Tokens
    base_url: str
    clock: Callable[[], dt.datetime]


def _channel(settings: RemoteSettings, exchange: Exchange, opening: _Opening) -> Channel:
    match settings:
        case mastodon.MastodonSettings():
            return mastodon.Mastodon(settings, exchange)
        case bluesky.BlueskySettings():
            return bluesky.Bluesky(opening.account, settings, exchange, opening.tokens)
        case webhook.WebhookSettings():
            return webhook.Webhook(settings, exchange, opening.base_url, opening.clock)
        case _:
            assert_never(settings)


def _pretended(settings: RemoteSettings) -> Exchange:
    match settings:
        case mastodon.MastodonSettings():
            return mastodon.pretended
        case bluesky.BlueskySettings():
            return bluesky.pretended
        case webhook.WebhookSettings():
            return webhook.pretended
        case _:
            assert_never(settings)


class _Forgotten:
    """Tokens of a service that is only pretended; they go with the process."""

    def __init__(self) -> None:
        self._values: dict[str, Mapping[str, str]] = {}

    def load(self, account: str) -> Mapping[str, str]:
        return self._values.get(account, {})

    def save(self, account: str, values: Mapping[str, str]) -> None:
        self._values[account] = values
