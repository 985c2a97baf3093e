"""A service that lets applications into accounts (OAuth 2.0): strict about every word of the walk, and without mercy.

It stands before the fake of the service itself, on the same address, and hands out that fake's tokens.
"""

import base64
import contextlib
import hashlib
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.fakes.server import Answer, FakeServer, Seen, as_json

CLIENT = ("klients-17", "kanarijputnins-klienta-noslepums")
SHORT = "kanarijputnins-isais-tokens"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@dataclass(frozen=True)
class Dialect:
    """How this service speaks OAuth, written down from its documentation and not from our code."""

    page: str  # where a browser goes, as the program must print it; {url} is this server
    token: str  # the path of the token endpoint
    scope: str
    grant: Mapping[str, Any]  # what a code is worth
    challenge: bool = True
    in_header: bool = False
    back: tuple[str, ...] = ()  # registered beforehand
    client: tuple[str, str] = CLIENT


@dataclass
class Mood:
    """What goes wrong in a person's browser, or at the service."""

    allows: bool = True
    forgets_codes: bool = False
    pages: list[dict[str, str]] = field(default_factory=list)  # Facebook's, of this person


class FakeAuthority(FakeServer):
    def __init__(self, service: FakeServer, dialect: Dialect) -> None:
        super().__init__()
        self.service = service
        self.dialect = dialect
        self.mood = Mood()
        self.codes: dict[str, dict[str, str]] = {}
        self.clients: dict[str, dict[str, Any]] = {}
        if dialect.back:
            self.clients[dialect.client[0]] = {"secret": dialect.client[1], "back": list(dialect.back)}

    def truth(self) -> object:
        return {"redeemed": [code for code, told in self.codes.items() if told.get("used")]}

    def answer(self, seen: Seen) -> Answer:
        routes: dict[str, Callable[..., Answer]] = {
            "GET /consent": self._consent,
            f"POST {self.dialect.token}": self._token,
            "POST /api/v1/apps": self._register,
            "GET /access_token": self._lasting,
            r"GET /v[\d.]+/me/accounts": self._pages,
            r"GET /v[\d.]+/me": self._me,
        }
        return self.routed(seen, routes) or self.service.answer(seen)

    # ------------------------------------------------ the person's browser

    def browse(self, address: str) -> str:
        """Where a browser ends that opens the address while the person allows access; or the code that it shows."""
        page, _, query = address.partition("?")
        assert page == self.dialect.page.format(url=self.url), page
        followed = _Followed()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), followed)
        with contextlib.suppress(OSError), opener.open(f"{self.url}/consent?{query}", timeout=10) as shown:
            return str(shown.headers.get("X-Code") or followed.last)
        return followed.last

    def _consent(self, seen: Seen) -> Answer:
        wanted = {"response_type", "client_id", "redirect_uri", "scope", "state"}
        wanted |= {"code_challenge", "code_challenge_method"} if self.dialect.challenge else set()
        told = dict(seen.query)
        client = self.clients.get(told.get("client_id", ""))
        if client is None or told.get("redirect_uri") not in client["back"]:
            return Answer(400, b"The application or the address to come back to is not known.")
        if set(told) != wanted or told["response_type"] != "code" or told["scope"] != self.dialect.scope:
            return self._back(told, {"error": "invalid_request"})
        if self.dialect.challenge and (told["code_challenge_method"] != "S256" or len(told["code_challenge"]) != 43):
            return self._back(told, {"error": "invalid_request"})
        if len(told["state"]) < 32 or not self.mood.allows:
            return self._back(told, {"error": "access_denied", "error_description": "Persona atteica"})
        code = f"kanarijputnins-kods-{len(self.codes)}"
        self.codes[code] = told
        if told["redirect_uri"] == OUT_OF_BAND:
            return Answer(200, code.encode(), {"X-Code": code})
        return self._back(told, {"code": code})

    def _back(self, told: Mapping[str, str], words: Mapping[str, str]) -> Answer:
        query = urlencode({**words, "state": told.get("state", "")})
        return Answer(302, headers={"Location": f"{told['redirect_uri']}?{query}"})

    # ------------------------------------------------ the program

    def _token(self, seen: Seen) -> Answer:
        if seen.headers.get("content-type") != "application/x-www-form-urlencoded" or seen.query:
            return as_json({"error": "invalid_request"}, 400)
        form = seen.form
        if form.get("grant_type") == "refresh_token":
            return self.service.answer(seen)
        if not self._proves_itself(seen, form):
            return as_json({"error": "invalid_client", "error_description": f"Nav pareizi: {form}"}, 401)
        if form.get("grant_type") == "fb_exchange_token":
            return self._lasting_in_form(form)
        told = self.codes.get(form.get("code", ""), {})
        if form.get("grant_type") != "authorization_code" or not told or told.get("used") or self.mood.forgets_codes:
            return as_json({"error": "invalid_grant", "error_description": f"Nav pareizi: {form}"}, 400)
        told["used"] = "yes"
        if form.get("redirect_uri") != told["redirect_uri"] or form["client_id"] != told["client_id"]:
            return as_json({"error": "redirect_uri_mismatch"}, 400)
        if self.dialect.challenge and challenge_of(form.get("code_verifier", "")) != told["code_challenge"]:
            return as_json({"error": "invalid_grant"}, 400)
        return as_json({"token_type": "bearer", **self.dialect.grant})

    def _proves_itself(self, seen: Seen, form: Mapping[str, str]) -> bool:
        client = self.clients.get(form.get("client_id", ""))
        if client is None:
            return False
        if not client["secret"]:
            return "client_secret" not in form and "authorization" not in seen.headers
        if not self.dialect.in_header:
            return form.get("client_secret") == client["secret"] and "authorization" not in seen.headers
        expected = base64.b64encode(f"{form['client_id']}:{client['secret']}".encode()).decode()
        return seen.headers.get("authorization") == f"Basic {expected}" and "client_secret" not in form

    def _register(self, seen: Seen) -> Answer:
        form = seen.form
        if (
            set(form) - {"website"} != {"client_name", "redirect_uris", "scopes"}
            or form["scopes"] != self.dialect.scope
        ):
            return as_json({"error": "Validation failed"}, 422)
        number = f"klients-{len(self.clients)}"
        self.clients[number] = {"secret": CLIENT[1], "back": [form["redirect_uris"]]}
        return as_json({"id": "1", "name": form["client_name"], "client_id": number, "client_secret": CLIENT[1]})

    # ------------------------------------------------ Meta's

    def _lasting_in_form(self, form: Mapping[str, str]) -> Answer:
        if form.get("fb_exchange_token") != SHORT:
            return as_json({"error": {"message": "Nederīgs", "type": "OAuthException", "code": 190}}, 400)
        return as_json({"access_token": f"{SHORT}-lasting", "token_type": "bearer"})

    def _lasting(self, seen: Seen) -> Answer:
        grant = {"grant_type", "client_secret", "access_token"}
        good = set(seen.query) == grant and seen.query["client_secret"] == CLIENT[1]
        if not good or seen.query["access_token"] != SHORT or not seen.query["grant_type"].endswith("_exchange_token"):
            return as_json(
                {"error": {"message": f"Nederīgs {seen.target}", "type": "OAuthException", "code": 190}}, 400
            )
        token = self.service.state["tokens"][0]
        return as_json({"access_token": token, "token_type": "bearer", "expires_in": 60 * 24 * 3600})

    def _pages(self, seen: Seen) -> Answer:
        if seen.headers.get("authorization") != f"Bearer {SHORT}-lasting":
            return as_json({"error": {"message": "Nederīgs", "type": "OAuthException", "code": 190}}, 400)
        return as_json({"data": self.mood.pages, "paging": {"cursors": {"before": "a", "after": "b"}}})

    def _me(self, seen: Seen) -> Answer:
        if seen.headers.get("authorization") != f"Bearer {self.service.state['tokens'][0]}":
            return as_json({"error": {"message": "Nederīgs", "type": "OAuthException", "code": 190}}, 400)
        known = {"id": "100200300", "username": "rukisi"}
        if "instagram" in self.dialect.page:
            known = {"id": "999", "user_id": "100200300", "username": "rukisi"}
        fields = seen.query["fields"].split(",")
        if set(fields) - set(known):
            return as_json({"error": {"message": "Nav lauka", "type": "OAuthException", "code": 100}}, 400)
        return as_json({name: known[name] for name in fields})


def challenge_of(verifier: str) -> str:
    """RFC 7636, section 4.2."""
    if not 43 <= len(verifier) <= 128:
        return ""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


class _Followed(urllib.request.HTTPRedirectHandler):
    """Goes where it is sent on this machine; elsewhere only the address line shows where that was."""

    last = ""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        self.last = newurl
        if urlsplit(newurl).hostname != "127.0.0.1":
            raise OSError("somewhere else")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
