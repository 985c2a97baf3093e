"""Access tokens that run out: renewed when they do, saved before they are used.

A token store holds `access`, and where the service gives them `refresh`, `expires` (of the access token) and `ends`
(when a person has to connect the account anew), both in seconds since 1970. https://datatracker.ietf.org/doc/html/rfc6749
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock

from campaign.channels.base import Opening
from campaign.channels.exchange import Reply, Request, Service
from campaign.errors import AccountBlocked

Values = Mapping[str, str]
Renew = Callable[[Service, Values], Values]
"""(the service, what is stored) → what is stored from now on; raises `AccountBlocked` where only a person can help."""
EARLY = dt.timedelta(minutes=5)
"""A token is renewed this long before it runs out, so that none runs out on the way."""


class Bearer:
    """Asks a service with the account's access token; one renewal at a time."""

    def __init__(self, opening: Opening, service: Service, given: Values, renew: Renew | None = None) -> None:
        """`given` is what the secrets folder holds, for accounts whose token store is empty."""
        self._opening = opening
        self._service = service
        self._given = given
        self._renew = renew
        self._one_at_a_time = Lock()

    def ask(self, request: Request) -> Reply:
        """The answer, whatever its status; a token that is refused is renewed once."""
        values = self._current()
        reply = self._service.reply(_bearing(request, values))
        if reply.status == 401 and self._renew is not None and values.get("refresh"):
            reply = self._service.reply(_bearing(request, self._renewed(values)))
        return reply

    def ends(self) -> dt.datetime | None:
        """When a person has to connect the account anew, as far as that is known."""
        values = self._stored()
        told = values.get("ends") or ("" if values.get("refresh") else values.get("expires", ""))
        return _moment(told)

    @property
    def access(self) -> str:
        """The access token itself, for services that want it elsewhere than in a header."""
        return self._current().get("access", "")

    def _stored(self) -> Values:
        return self._opening.tokens.load(self._opening.account) or self._given

    def _current(self) -> Values:
        values = self._stored()
        expires = _moment(values.get("expires", ""))
        if self._renew and expires is not None and self._opening.clock() >= expires - EARLY:
            return self._renewed(values)
        return values

    def _renewed(self, stale: Values) -> Values:
        with self._one_at_a_time:
            values = self._stored()
            if values.get("access") != stale.get("access"):
                return values  # another thread was first
            if self._renew is None:
                raise AccountBlocked("The access token has run out; connect the account anew.")
            renewed = {**values, **{name: value for name, value in self._renew(self._service, values).items() if value}}
            self._opening.tokens.save(self._opening.account, renewed)
            return renewed


def lasting(seconds: float, clock: Callable[[], dt.datetime]) -> str:
    """`expires` or `ends` of something that lasts so many seconds from now."""
    return str(int(clock().timestamp() + seconds))


def _bearing(request: Request, values: Values) -> Request:
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {values.get('access', '')}"})


def _moment(seconds: str) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(float(seconds), dt.UTC) if seconds else None
