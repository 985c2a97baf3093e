"""The way into an account: its secrets pasted, a password given once, or a browser sent to the service and back."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from campaign.channels.authorisation import (
    USUAL_PORT,
    Authorisation,
    Client,
    Gained,
    Granted,
    Journey,
    SignIn,
    Values,
    machine_word,
    page_address,
    redemption,
)
from campaign.channels.exchange import Exchange, Reply, Service
from campaign.channels.oauth import granted
from campaign.connect.checks import Clock
from campaign.connect.interview import Interview, Question, secret_fields
from campaign.connect.redirect import HOST, Pasted, WayBack, is_here, listening
from campaign.errors import CampaignError

CLIENT_ID = "The application's id, as the service's developer pages show it."
CLIENT_SECRET = "The application's secret, from the same page. It is used now and not kept."  # noqa: S105
PASSWORD = "The account's password. It is used once, now, and not kept."  # noqa: S105
PASTE = "The address that the browser ended on, whole, or the code that it shows."
HINTS = {
    "invalid_client": "The application's id or secret is not right.",
    "unauthorized_client": "The application's id or secret is not right.",
    "invalid_grant": "The code has run out or was used before. Run the command again.",
    "redirect_uri_mismatch": "The address of the way back is not registered with the application.",
}


@dataclass(frozen=True, slots=True)
class Door:
    """What stands between us and the account."""

    interview: Interview
    exchange: Exchange
    clock: Clock
    base_url: str
    settings: Mapping[str, Any]
    """Those of the account that are known by now."""

    @property
    def told(self) -> Values:
        """Every setting in words, defaults as well."""
        fields = self.interview.model.model_fields
        known = {name: info.default for name, info in fields.items()} | dict(self.settings)
        return {name: value for name, value in known.items() if isinstance(value, str)}


def let_in(door: Door) -> Gained:
    """What the account has once the person has let us in."""
    way, interview = door.interview.model.authorisation, door.interview
    if way is None or interview.brings_token:
        return _pasted(interview)
    if isinstance(way, SignIn):
        password = interview.secret("password", PASSWORD)
        return way.sign_in(door.exchange, interview.wish.name, door.told, password)
    return _through_browser(door, way)


def _pasted(interview: Interview) -> Gained:
    given = {name: interview.secret(name) for name in interview.wish.secrets}
    needed = {name: interview.secret(name, anew=True) for name in interview.model.needs if name not in given}
    return Gained(secrets={**given, **needed})


def _through_browser(door: Door, way: Authorisation) -> Gained:
    with _way_back(door, way) as back:
        client = way.register(door.exchange, door.told, back.address) if way.register else _client(door, way, back)
        journey = Journey(client, back.address, secrets.token_urlsafe(32), secrets.token_urlsafe(64))
        door.interview.talk.visit(page_address(way, door.told, journey), back.address, listens=back.listens)
        code = back.code(journey)
    reply = Service(door.exchange, "").reply(redemption(way, door.told, journey, code))
    tokens = granted(_redeemed(reply), door.clock)
    gained = way.conclude(Granted(tokens, client, door.told, door.exchange, door.interview.talk.choose))
    return _with_client(door, gained, client)


@contextmanager
def _way_back(door: Door, way: Authorisation) -> Iterator[WayBack]:
    """To this machine where the service and the person allow that; the person brings the answer otherwise."""
    wish = door.interview.wish
    usual = f"{door.base_url}/" if way.port is None else f"http://{HOST}:{way.port}/"
    address = wish.back or usual
    if is_here(address) and not wish.paste:
        with listening(address) as listener:
            yield listener
        return
    shown = way.shows_code or f"http://{HOST}:{way.port or USUAL_PORT}/"
    asked = Question("answer", PASTE)
    yield Pasted(wish.back or (shown if is_here(usual) else usual), lambda: door.interview.talk.hidden(asked))


def _client(door: Door, way: Authorisation, back: WayBack) -> Client:
    interview, register = door.interview, f"Register {back.address} with it as the address to come back to."
    name = interview.application(CLIENT_ID, register, door.settings)
    return Client(name, interview.secret("client_secret", CLIENT_SECRET, optional=way.public))


def _with_client(door: Door, gained: Gained, client: Client) -> Gained:
    """The application too, where the account needs it to renew its tokens."""
    model = door.interview.model
    settings = {"client_id": client.id} if "client_id" in model.model_fields else {}
    secret = {"client_secret": client.secret} if "client_secret" in secret_fields(model) else {}
    return Gained({**settings, **gained.settings}, {**secret, **gained.secrets}, gained.tokens)


def _redeemed(reply: Reply) -> Reply:
    """The reply, unless the service refuses the code; its own words are not repeated, as they may quote secrets."""
    if not 400 <= reply.status < 500 or reply.status in {408, 425, 429}:
        return reply
    error = reply.fields.get("error", "")
    word = machine_word(error.get("code", "") if isinstance(error, dict) else error)
    raise CampaignError(f"The service did not take the code ({word}). {HINTS.get(word, '')}".rstrip())
