"""The kinds of accounts: what the operator may configure, and the channel behind each.

A new service is one module and its line in `REMOTE`.
"""

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.channels import (
    bluesky,
    discord,
    facebook,
    instagram,
    linkedin,
    local,
    mastodon,
    matrix,
    nostr,
    slack,
    teams,
    telegram,
    threads,
    webhook,
    x,
)
from campaign.channels.account import AccountModel, Tokens
from campaign.channels.base import Channel, Forgotten, Opening, RemoteModel, TellsLimits
from campaign.channels.exchange import Exchange, blocked, heeding
from campaign.channels.sandbox import Recorder
from campaign.model import Limits

if TYPE_CHECKING:
    from campaign.channels.http import HttpOptions

LOCAL: tuple[type[local.LocalModel], ...] = (local.FeedSettings, local.SiteSettings, local.CalendarSettings)
REMOTE: tuple[type[RemoteModel], ...] = (
    mastodon.MastodonSettings,
    bluesky.BlueskySettings,
    matrix.MatrixSettings,
    nostr.NostrSettings,
    telegram.TelegramSettings,
    discord.DiscordSettings,
    slack.SlackSettings,
    slack.SlackWebhookSettings,
    teams.TeamsSettings,
    linkedin.LinkedInSettings,
    x.XSettings,
    facebook.FacebookSettings,
    instagram.InstagramSettings,
    threads.ThreadsSettings,
    webhook.WebhookSettings,
)
ACCOUNTS: tuple[type[AccountModel], ...] = (*LOCAL, *REMOTE)
"""The settings of every kind, told apart by `kind`."""


def read_limits(channel: Channel) -> Limits:
    """What the service itself says it allows, where it can be asked; a snapshot for the operator to store."""
    return channel.read_limits() if isinstance(channel, TellsLimits) else channel.limits


def open_channel(account: str, settings: RemoteModel, options: "HttpOptions", tokens: Tokens) -> Channel:
    """The channel to the real service. Without its secrets every call says that the account is blocked."""
    missing = " and ".join(name for name in settings.needs if getattr(settings, name) is None)
    if missing:
        exchange = blocked(f"The account “{account}” has no {missing}.")
    else:
        exchange = heeding(_way_out(settings, options), partial(options.rest, account))
    return settings.open(Opening(account, exchange, tokens, options.base_url, options.clock))


def _way_out(settings: RemoteModel, options: "HttpOptions") -> Exchange:
    if settings.transport == "websocket":
        from campaign.channels.relay import over_relays

        return over_relays(options)
    from campaign.channels.http import over_network

    return over_network(options)


def open_recorder(account: str, settings: RemoteModel, outbox: Path, base_url: str) -> Channel:
    """A channel that sends nothing and writes what would be sent; it needs no secrets."""
    opening = Opening(account, settings.pretended, Forgotten(), base_url, lambda: dt.datetime.fromtimestamp(0, dt.UTC))
    return Recorder(settings.open, opening, outbox)
