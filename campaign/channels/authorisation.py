"""How a person lets us into an account: what a service wants for that, as values and pure functions.

Most services let a browser ask the person, and send it back to us with a code that is redeemed for tokens.
https://datatracker.ietf.org/doc/html/rfc6749#section-4.1, https://datatracker.ietf.org/doc/html/rfc7636 (PKCE)
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from campaign.channels.exchange import Exchange, Request
from campaign.errors import CampaignError

ANY_PORT = 0
USUAL_PORT = 9999
"""Where we listen for services that want the whole address registered beforehand."""
Values = Mapping[str, str]
Choose = Callable[[str, Sequence[tuple[str, str]]], str]
"""(question, [(value, its name for people)]) → the chosen value."""


@dataclass(frozen=True, slots=True)
class Client:
    """The application as a service's developer pages have it."""

    id: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Gained:
    """What an account has once it is connected: settings that the service told, secrets, tokens that change."""

    settings: Values = field(default_factory=dict)
    secrets: Values = field(default_factory=dict)
    tokens: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Granted:
    """A redeemed code, in the hands of what a service wants done with it next."""

    tokens: Values
    """As a token store has them: `access`, `refresh`, `expires`, `ends`."""
    client: Client
    settings: Values
    exchange: Exchange
    choose: Choose


def as_secret(granted: Granted) -> Gained:
    """The token does not change: it is the account's secret."""
    return Gained(secrets={"token": granted.tokens["access"]})


def as_tokens(granted: Granted) -> Gained:
    """The tokens are renewed as they are used: they go where they can be replaced."""
    return Gained(tokens=granted.tokens)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """How a service that speaks OAuth 2.0 lets us in; `{…}` in an address is a setting of the account."""

    page: str
    """Where the person's browser goes."""
    redeem_at: str
    """Where the code is redeemed."""
    scopes: tuple[str, ...]
    separator: str = " "
    proves_possession: bool = True
    """PKCE: only who began can redeem the code."""
    public: bool = False
    """An application without a secret may do it too."""
    in_header: bool = False
    """The application proves itself by a header instead of by fields of the form."""
    port: int | None = ANY_PORT
    """Where on this machine the browser may be sent back to; None: to https addresses only."""
    shows_code: str = ""
    """What stands for the address to come back to, where the service can show the code to the person instead."""
    tells: tuple[str, ...] = ()
    """Settings that are known afterwards and need not be asked."""
    gives: tuple[str, ...] = ("token",)
    """Secrets that connecting stands for; who brings one of them needs no browser."""
    register: Callable[[Exchange, Values, str], Client] | None = None
    """(the way out, settings, where the browser comes back to) → an application made for this account alone."""
    conclude: Callable[[Granted], Gained] = as_secret
    """What is made of the tokens."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """How a service lets us in that wants the password once, and gives a token for it."""

    sign_in: Callable[[Exchange, str, Values, str], Gained]
    """(the way out, the account's name, its settings, the password); the password is not kept."""
    gives: tuple[str, ...] = ("token",)
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """One person's way through the browser and back; `state` and `verifier` are new random words for each."""

    client: Client
    back: str
    """The address the browser comes back to."""
    state: str
    verifier: str


def page_address(authorisation: Authorisation, settings: Values, journey: Journey) -> str:
    """Where the person's browser has to go."""
    query = {
        "response_type": "code",
        "client_id": journey.client.id,
        "redirect_uri": journey.back,
        "scope": authorisation.separator.join(authorisation.scopes),
        "state": journey.state,
    }
    if authorisation.proves_possession:
        query |= {"code_challenge": challenge_of(journey.verifier), "code_challenge_method": "S256"}
    return f"{authorisation.page.format_map(settings)}?{urlencode(query)}"


def challenge_of(verifier: str) -> str:
    """What may be seen of the verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def code_of(answer: str, journey: Journey) -> str:
    """The code in the address that the browser came back to, or the code itself, as a person pastes it.

    Raises `CampaignError` when it is no answer to this journey.
    """
    answer = answer.strip()
    if "://" not in answer and "=" not in answer:
        return answer
    if not belongs(answer, journey):
        raise CampaignError("That is not the answer to this attempt. Run the command again, and use its new address.")
    if error := _only(answer, "error"):
        raise CampaignError(f"Access was not allowed ({machine_word(error)}). Nothing was changed.")
    if code := _only(answer, "code"):
        return code
    raise CampaignError("There is no code in that address. Run the command again, and copy the whole address.")


def belongs(answer: str, journey: Journey) -> bool:
    """True when an address carries this journey's random word: nobody else can have sent the browser there."""
    return hmac.compare_digest(_only(answer, "state").encode(), journey.state.encode())


def _only(address: str, name: str) -> str:
    """The value of a name that occurs once in an address."""
    values = parse_qs(urlsplit(address).query).get(name, [])
    return values[0] if len(values) == 1 else ""


def machine_word(value: object) -> str:
    """An error's code; whatever else stands there is not repeated."""
    text = str(value)
    return text if text.isascii() and text.replace("_", "").isalnum() and len(text) <= LONGEST_WORD else "no reason"


LONGEST_WORD = 40


def redemption(authorisation: Authorisation, settings: Values, journey: Journey, code: str) -> Request:
    """What is asked to get tokens for a code; the application proves itself in the form or in a header."""
    client = journey.client
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": journey.back,
        "client_id": client.id,
    }
    if authorisation.proves_possession:
        form["code_verifier"] = journey.verifier
    headers = {}
    if client.secret and authorisation.in_header:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{client.id}:{client.secret}".encode()).decode()
    elif client.secret:
        form["client_secret"] = client.secret
    address = authorisation.redeem_at.format_map(settings)
    return Request("POST", address, "redeeming the code", headers, form=form, private=True)
