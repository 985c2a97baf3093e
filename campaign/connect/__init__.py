"""Connecting an account as a person would: questions, the service's consent, proof. Only then is anything kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from campaign.channels import open_channel
from campaign.channels.authorisation import Gained
from campaign.channels.base import Forgotten, RemoteModel
from campaign.channels.http import over_network
from campaign.channels.oauth import ORIGIN, origin_of
from campaign.channels.tokens import TokenFolder
from campaign.connect.checks import Clock, ends_of, options_of
from campaign.connect.consent import Door, let_in
from campaign.connect.interview import KINDS, Interview, Talk, Wish
from campaign.connect.keeping import TOKENS, drop_secrets, keep_config, keep_secrets, proposed, secrets_of, table_of
from campaign.errors import CampaignError, DeliveryError
from campaign.settings import ACCOUNT_NAME, CONFIG
from campaign.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Connected:
    """What became of it."""

    who: str
    ends: dt.datetime | None
    kept: tuple[str, ...]
    """The files that were written, below the workspace."""


def connect(where: Workspace, wish: Wish, talk: Talk, clock: Clock) -> Connected:
    """Ask, be let in, prove it read-only with the real channel, then keep secrets, tokens and the account's table.

    Raises `CampaignError` in words for the person; nothing is kept then.
    """
    known = _known(where, wish)
    model = KINDS[wish.kind]
    interview = Interview(model, wish, talk, {} if known is None else secrets_of(where.root, wish.name))
    talk.begin(wish.name, (model.__doc__ or "").splitlines()[0])
    options = options_of(where.settings, clock)
    settings = interview.settings(known or {})
    try:
        door = Door(interview, over_network(options), clock, where.settings.base_url, settings)
        gained = let_in(door)
        account = _account(interview, settings, gained)
        tokens = Forgotten(gained.tokens and {**gained.tokens, ORIGIN: origin_of({})})
        channel = open_channel(wish.name, account, options, tokens)
        who = channel.check()
    except DeliveryError as error:
        raise CampaignError(f"{error}\nNothing was kept. Mend that, and run the command again.") from None
    new = _table(account, {*settings, *gained.settings}, known)
    return Connected(who, ends_of(channel), tuple(_keep(where, wish, new, gained, tokens)))


def _known(where: Workspace, wish: Wish) -> Mapping[str, Any] | None:
    """What the operator's file says of the account; None for a new one."""
    if wish.kind not in KINDS:
        raise CampaignError(f"There is no kind “{wish.kind}” to connect; there are: {', '.join(sorted(KINDS))}.")
    if not ACCOUNT_NAME.fullmatch(wish.name) or wish.name == "all":
        raise CampaignError(f"“{wish.name}” cannot be the name of an account; write a-z, 0-9 and -, but not “all”.")
    known = table_of(where.root, wish.name)
    if known is None:
        return None
    if not wish.again:
        raise CampaignError(
            f"There is an account “{wish.name}” already. Add --again to connect it anew, or give another name: "
            f"campaign account add {wish.kind} NAME"
        )
    if known.get("kind") != wish.kind:
        raise CampaignError(f"The account “{wish.name}” is of kind “{known.get('kind')}”, not “{wish.kind}”.")
    return {name: value for name, value in known.items() if name != "kind"}


def _account(interview: Interview, settings: Mapping[str, Any], gained: Gained) -> RemoteModel:
    """The account as it would be loaded in live mode."""
    for name, value in gained.settings.items():
        if settings.get(name, value) != value:
            raise CampaignError(
                f"You let us into another account: its {name} is {value}, and {CONFIG} says {settings[name]}. "
                "Nothing was kept. Sign in to the right one in the browser, and run the command again."
            )
    kept = {name: value for name, value in interview.kept.items() if name not in _replaced(interview.model, gained)}
    values = {**settings, **gained.settings, **kept, **gained.secrets, "kind": interview.wish.kind}
    try:
        return interview.model.model_validate(values)
    except ValidationError as error:
        told = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors(include_input=False)]
        raise CampaignError("\n".join(told)) from None


def _replaced(model: type[RemoteModel], gained: Gained) -> tuple[str, ...]:
    """The secrets whose place tokens take."""
    return model.authorisation.gives if model.authorisation and gained.tokens else ()


def _table(account: RemoteModel, names: set[str], known: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the operator's file lacks."""
    values = account.model_dump(mode="json", include={"kind", *names})
    return {name: value for name, value in values.items() if known is None or name not in {"kind", *known}}


def _keep(where: Workspace, wish: Wish, new: Mapping[str, Any], gained: Gained, tokens: Forgotten) -> list[str]:
    text = proposed(where.root, wish.name, new)
    files = keep_secrets(where.root, wish.name, gained.secrets)
    if values := tokens.load(wish.name):
        folder = TokenFolder(where.root / TOKENS)
        try:
            with folder.exclusive(wish.name):
                folder.save(wish.name, values)
        except DeliveryError as error:
            raise CampaignError(str(error)) from None
        files.append(TOKENS / f"{wish.name}.json")
    drop_secrets(where.root, wish.name, _replaced(KINDS[wish.kind], gained))
    return [*map(str, files), *([CONFIG] if keep_config(where.root, text) else [])]


__all__ = ["KINDS", "Connected", "Talk", "Wish", "connect"]
