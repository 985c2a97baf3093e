"""Calls to a server of the AT Protocol, and the session they are made in. https://atproto.com/specs/xrpc"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from campaign.channels.account import Tokens
from campaign.channels.exchange import Reply, Request, Service, accepted, parsed
from campaign.errors import AccountBlocked

STALE = frozenset({"ExpiredToken", "InvalidToken"})
BLOCKED = STALE | {"AccountTakedown", "AccountSuspended", "AccountDeactivated", "AccountNotFound", "RepoDeactivated"}


class _Tokens(BaseModel):
    access: str = Field(alias="accessJwt")
    refresh: str = Field(alias="refreshJwt")
    did: str


def query(name: str, doing: str, **parameters: str) -> Request:
    """A question that changes nothing."""
    return Request("GET", f"/xrpc/{name}?{urlencode(parameters)}" if parameters else f"/xrpc/{name}", doing)


def procedure(name: str, doing: str, body: object = None) -> Request:
    """A call that changes something; more is said of it with `replace`."""
    return Request("POST", f"/xrpc/{name}", doing, json=body)


def code(reply: Reply) -> str:
    """The machine's name of an error; nothing where there is none."""
    return str(reply.fields.get("error", "")) if reply.status >= 400 else ""


class Session:
    """Signed in once, renewed when it runs out, and saved before it is used: signing in is rationed."""

    def __init__(self, account: str, service: Service, tokens: Tokens, credentials: Mapping[str, str]) -> None:
        """`credentials` are what `createSession` takes: `identifier` and `password`."""
        self._account = account
        self._service = service
        self._tokens = tokens
        self._credentials = credentials

    @property
    def did(self) -> str:
        """The account's own lasting name."""
        return self._current()["did"]

    def ask(self, request: Request) -> Reply:
        """The answer, whatever its status; a session that has run out is renewed once."""
        session = self._current()
        reply = self._service.reply(_bearing(request, session["access"]))
        if code(reply) in STALE:
            reply = self._service.reply(_bearing(request, self._renewed(session)["access"]))
        if code(reply) in BLOCKED:
            raise AccountBlocked(f"The service answered {code(reply)} while {request.doing}.")
        return reply

    def _current(self) -> Mapping[str, str]:
        if session := self._stored():
            return session
        with self._tokens.exclusive(self._account):
            return self._stored() or self._signed_in()

    def _stored(self) -> Mapping[str, str]:
        """The session kept from before, unless it is that of another name."""
        session, name = self._tokens.load(self._account), self._credentials["identifier"]
        return session if session.get("identifier", name) == name else {}

    def _renewed(self, stale: Mapping[str, str]) -> Mapping[str, str]:
        with self._tokens.exclusive(self._account):
            session = self._stored()
            if session and session["access"] != stale["access"]:
                return session  # somebody else was first
            request = replace(procedure("com.atproto.server.refreshSession", "renewing the session"), private=True)
            reply = self._service.reply(_bearing(request, stale["refresh"]))
            return self._signed_in() if reply.status in {400, 401} else self._saved(reply)

    def _signed_in(self) -> Mapping[str, str]:
        request = procedure("com.atproto.server.createSession", "signing in", self._credentials)
        reply = self._service.reply(replace(request, private=True))
        if code(reply) in BLOCKED:
            raise AccountBlocked(f"The service answered {code(reply)} while signing in.")
        return self._saved(reply)

    def _saved(self, reply: Reply) -> Mapping[str, str]:
        tokens = parsed(accepted(reply), _Tokens)
        session = {**tokens.model_dump(), "identifier": self._credentials["identifier"]}
        self._tokens.save(self._account, session)
        return session


def _bearing(request: Request, token: str) -> Request:
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
