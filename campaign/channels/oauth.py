"""Access tokens that run out: renewed when they do, saved before they are used.

A token store holds `access`, and where the service gives them `refresh`, `expires` (of the access token) and `ends`
(when a person has to connect the account anew), both in seconds since 1970. https://datatracker.ietf.org/doc/html/rfc6749
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel, model_validator

from campaign.channels.base import Opening
from campaign.channels.exchange import Reply, Request, Service, accepted, explained, parsed
from campaign.errors import AccountBlocked

Values = Mapping[str, str]
Renew = Callable[[Service, Values], Values]
"""(the service, what is stored) → what is stored from now on; raises `AccountBlocked` where only a person can help."""
EARLY = dt.timedelta(minutes=5)
"""A token is renewed this long before it runs out, so that none runs out on the way."""
ORIGIN = "given"
"""In the store: which secrets of the operator's its tokens descend from."""


class Bearer:
    """Asks a service with the account's access token.

    A renewal is for one at a time, across processes as well: what is stored is read again once it is our turn, so
    that a refresh token which works only once is used only once.
    """

    def __init__(self, opening: Opening, service: Service, given: Values, renew: Renew | None = None) -> None:
        """`given` is what the secrets folder holds: it starts the token store, and starts it anew when it changes."""
        self._opening = opening
        self._service = service
        self._given = {name: value for name, value in given.items() if value}
        self._renew = renew

    def ask(self, request: Request) -> Reply:
        """The answer, whatever its status; a token that is refused is renewed once."""
        values = self._current()
        reply = self._service.reply(_bearing(request, values))
        if reply.status == 401 and self._renew is not None and values.get("refresh"):
            reply = self._service.reply(_bearing(request, self._renewed(values)))
        elif reply.status == 401 and not values.get("access"):
            raise AccountBlocked(f"The account “{self._opening.account}” has no access token yet; connect it.")
        return reply

    def ends(self) -> dt.datetime | None:
        """When a person has to connect the account anew, as far as that is known."""
        values = self._stored()
        told = values.get("ends") or ("" if values.get("refresh") else values.get("expires", ""))
        return moment_of(told)

    @property
    def access(self) -> str:
        """The access token itself, for services that want it elsewhere than in a header."""
        return self._current().get("access", "")

    def _stored(self) -> Values:
        stored = self._opening.tokens.load(self._opening.account)
        if stored and (not self._given or stored.get(ORIGIN, origin_of(self._given)) == origin_of(self._given)):
            return stored
        return {**self._given, ORIGIN: origin_of(self._given)} if self._given else {}

    def _current(self) -> Values:
        values = self._stored()
        return self._renewed(values) if self._renew and self._has_run_out(values) else values

    def _has_run_out(self, values: Values) -> bool:
        if not values.get("access"):
            return bool(values.get("refresh"))
        expires = moment_of(values.get("expires", ""))
        return expires is not None and self._opening.clock() >= expires - EARLY

    def _renewed(self, stale: Values) -> Values:
        with self._opening.tokens.exclusive(self._opening.account):
            values = self._stored()
            if values.get("access", "") != stale.get("access", ""):
                return values  # somebody else was first
            if self._renew is None:
                raise AccountBlocked("The access token has run out; connect the account anew.")
            new = {name: value for name, value in self._renew(self._service, values).items() if value}
            renewed = {name: value for name, value in values.items() if name != "expires"} | new
            self._opening.tokens.save(self._opening.account, renewed)
            return renewed


@dataclass(frozen=True, slots=True)
class Application:
    """Who we are when a token is renewed: the application as the service's developer pages have it."""

    id: str
    secret: str = ""
    in_header: bool = False  # its name and secret go into `Authorization` and not into the form

    def form(self, refresh: str) -> dict[str, str]:
        """What is posted for a new access token (RFC 6749, section 6)."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": self.id}
        return form | ({"client_secret": self.secret} if self.secret and not self.in_header else {})

    @property
    def headers(self) -> dict[str, str]:
        """How it proves itself, where the service wants that in a header."""
        if not (self.secret and self.in_header):
            return {}
        return {"Authorization": "Basic " + base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()}


class _Grant(BaseModel):
    access_token: str
    refresh_token: str = ""
    expires_in: float | None = None
    refresh_token_expires_in: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone_in_a_list(cls, value: object) -> object:
        """As Instagram documents it."""
        match value:
            case {"data": [grant]}:
                return grant
        return value


def refreshing(service: Service, path: str, application: Application, clock: Callable[[], dt.datetime]) -> Renew:
    """Renewal by refresh token at `path` of the service that keeps the tokens.

    An answer that is lost is simply asked for again. Only when the service then refuses the old refresh token, because
    it had handed out a new one that we never saw, must a person connect the account anew.
    """

    def renew(_: Service, values: Values) -> Values:
        form = application.form(values.get("refresh", ""))
        doing = "renewing the access token"
        request = Request("POST", path, doing, application.headers, form=form, private=True)
        reply = service.reply(request)
        if 400 <= reply.status < 500 and reply.status not in {408, 425, 429}:
            raise AccountBlocked(_refused(reply))
        return granted(reply, clock)

    return renew


def granted(reply: Reply, clock: Callable[[], dt.datetime]) -> Values:
    """The tokens of a good answer (RFC 6749, section 5.1), as a store keeps them; what it does not say is empty."""
    grant = parsed(accepted(reply), _Grant)
    return {
        "access": grant.access_token,
        "refresh": grant.refresh_token,
        "expires": "" if grant.expires_in is None else lasting(grant.expires_in, clock),
        "ends": "" if grant.refresh_token_expires_in is None else lasting(grant.refresh_token_expires_in, clock),
    }


def _refused(reply: Reply) -> str:
    if str(reply.fields.get("error")) in {"invalid_client", "unauthorized_client"}:
        return f"{explained(reply)} It does not know the application; correct its id and secret."
    return f"{explained(reply)} It no longer takes the stored refresh token; connect the account anew."


def lasting(seconds: float, clock: Callable[[], dt.datetime]) -> str:
    """`expires` or `ends` of something that lasts so many seconds from now."""
    return str(int(clock().timestamp() + seconds))


def origin_of(given: Values) -> str:
    """A mark that tells other secrets apart and does not betray them."""
    return hashlib.sha256(json.dumps(dict(given), sort_keys=True).encode()).hexdigest()[:16]


def _bearing(request: Request, values: Values) -> Request:
    """Without a token there is no such header: an empty one cannot even be sent."""
    access = values.get("access")
    bearer = {"Authorization": f"Bearer {access}"} if access else {}
    return replace(request, headers={**request.headers, **bearer})


def moment_of(seconds: str) -> dt.datetime | None:
    """A stored time; None also for what a person has written into the file and nobody can read."""
    try:
        return dt.datetime.fromtimestamp(float(seconds), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
