"""One request, what came back, and what that means: the only place where HTTP becomes a reason to stop or go on.

Outcomes are told apart by status and machine code, never by a message: services translate those.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from campaign.errors import AccountBlocked, DeliveryError, Rejected, Throttled, Transient, Uncertain

LONGEST_WAIT = dt.timedelta(hours=24)
QUOTED = 300
"""How much of a service's own words an error repeats."""

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent as form data, with the form's other fields."""

    name: str
    content: bytes
    media_type: str
    fields: Mapping[str, str] = field(default_factory=dict)
    part: str = "file"  # the form's name for the file


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a service. Errors name `doing`, never the address or a header: those may hold secrets."""

    method: str
    url: str
    doing: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    content: bytes = b""
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)  # by name in the form; `form` holds the other fields
    json_field: str = ""  # the form's field that holds `json`, where files go with it
    upload: Upload | None = None
    uploads: bool = False  # `content` is a file, given more time
    publishes: bool = False  # a lost answer leaves a post in doubt; anything else may simply be repeated
    private: bool = False  # the bodies hold credentials: never quoted
    hidden: tuple[str, ...] = ()  # secrets in the address, blotted out wherever it or an answer is quoted

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return _blotted(f"{parts.path}?{parts.query}" if parts.query else parts.path, self)

    @property
    def carries_file(self) -> bool:
        return self.upload is not None or self.uploads or bool(self.files)

    @property
    def fields(self) -> dict[str, str]:
        """What goes with `files` in the form."""
        body = {self.json_field: json.dumps(self.json, ensure_ascii=False)} if self.json_field else {}
        return {**self.form, **body}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names are in lower case."""

    request: Request
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    received: dt.datetime | None = None

    @property
    def fields(self) -> Mapping[str, Any]:
        """The members of its JSON object; none where it is something else."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


Exchange = Callable[[Request], Reply]
"""The way to a service: raises where no answer came, and returns every answer, good or bad."""


class Service:
    """One service as one account reaches it: its address and credentials are added here and nowhere else."""

    def __init__(
        self,
        exchange: Exchange,
        server: str,
        headers: Mapping[str, str] | None = None,
        hidden: tuple[str, ...] = (),
    ) -> None:
        """`hidden` are the secrets that the address itself holds."""
        self._exchange = exchange
        self._server = server
        self._headers = dict(headers or {})
        self._hidden = hidden

    def reply(self, request: Request) -> Reply:
        """The answer, whatever its status."""
        headers, hidden = {**self._headers, **request.headers}, (*request.hidden, *self._hidden)
        return self._exchange(replace(request, url=self._server + request.url, headers=headers, hidden=hidden))

    def read(self, request: Request, shape: type[Shape]) -> Shape:
        """The good answer as `shape`, or the error that its status means."""
        return parsed(accepted(self.reply(request)), shape)


def at_secret(exchange: Exchange, address: str) -> Service:
    """A service whose whole address is a secret, as a chat's webhook is: anyone who knows it can post there."""
    host = urlsplit(address).netloc
    secret = address.partition(host)[2]
    parts = tuple(part for part in re.split(r"[/?&=]", secret) if len(part) >= SHORTEST_SECRET)
    return Service(exchange, address, hidden=(secret, *parts))


SHORTEST_SECRET = 16
"""Of the parts of such an address; a shorter one could be a word."""


def blocked(reason: str) -> Exchange:
    """The way to an account that cannot be used."""

    def refuse(_: Request) -> Reply:
        raise AccountBlocked(reason)

    return refuse


# ---------------------------------------------------------------- what an outcome means

BLOCKED = frozenset({401, 402, 407, 426})
MOVED = frozenset({301, 302, 307, 308})
NOT_YET = frozenset({425, 429})
IN_DOUBT = frozenset({408, 409})


def not_sent(request: Request, why: str) -> Transient:
    """No connection was made, so nothing arrived."""
    return Transient(f"The service could not be reached for {request.doing} ({why}).")


def lost(request: Request, why: str) -> DeliveryError:
    """The request may have arrived; no whole answer did."""
    return _in_doubt(request, f"No answer came while {request.doing} ({why}).")


def accepted(reply: Reply) -> Reply:
    """The reply, if its status is a success; otherwise what it means is raised."""
    if 200 <= reply.status < 300:
        return reply
    raise verdict(reply)


def parsed(reply: Reply, shape: type[Shape]) -> Shape:
    """A success that cannot be understood leaves a post in doubt."""
    try:
        return shape.model_validate_json(reply.body)
    except ValidationError:
        raise _in_doubt(reply.request, f"The answer while {reply.request.doing} cannot be understood.") from None


def verdict(reply: Reply) -> DeliveryError:
    """What a status that is no success means."""
    status, reason = reply.status, explained(reply)
    if status in MOVED:
        return AccountBlocked(f"{reason} The service sends us elsewhere; correct its address in the settings.")
    if status in BLOCKED or refuses_token(reply):
        return AccountBlocked(reason)
    if status in NOT_YET:
        return Throttled(reason, waiting(reply))
    if status in IN_DOUBT or not 400 <= status < 500:
        return _in_doubt(reply.request, reason, _retry_after(reply))
    return Rejected(reason)


def refuses_token(reply: Reply) -> bool:
    """True when the answer says so in the words of RFC 6750, whatever its status."""
    challenge = reply.headers.get("www-authenticate", "")
    return bool(re.search(r'error="?(invalid_token|insufficient_scope)\b', challenge))


def explained(reply: Reply) -> str:
    """One sentence for people, with what the service said where that can hold no secret."""
    said = "" if reply.request.private else _said(reply)
    return f"The service answered {reply.status} while {reply.request.doing}{f': “{said}”' if said else ''}."


def _in_doubt(request: Request, reason: str, after: dt.timedelta | None = None) -> DeliveryError:
    return Uncertain(reason) if request.publishes else Transient(reason, after)


def _said(reply: Reply) -> str:
    answer = reply.fields
    inner = answer.get("error")
    answer = inner if isinstance(inner, dict) else answer
    told = ("message", "error_description", "detail", "description", "error")
    words = next((str(answer[name]) for name in told if answer.get(name)), "")
    words = _blotted(words, reply.request)
    words = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return words if len(words) <= QUOTED else f"{words[:QUOTED]}…"


def _blotted(words: str, request: Request) -> str:
    for secret in _credentials(request):
        words = words.replace(secret, "…")
    return words


def _credentials(request: Request) -> Iterator[str]:
    yield from filter(None, request.hidden)
    for name, value in request.headers.items():
        if name.lower() in SECRET_HEADERS and (secret := value.rpartition(" ")[2]):
            yield secret


SECRET_HEADERS = frozenset({"authorization", "webhook-signature"})

# ---------------------------------------------------------------- when to come back


def waiting(reply: Reply) -> dt.timedelta | None:
    """How long a service asks us to wait, in any of the shapes in use; the longest counts, a day at most."""
    waits = [wait for wait in (_retry_after(reply), *_resets(reply), *_in_body(reply)) if wait is not None]
    return max(waits, default=None)


def heeding(exchange: Exchange, exhausted: Callable[[dt.timedelta], None]) -> Exchange:
    """The same way to a service; `exhausted` is told how long to rest when a good answer was the last one allowed."""

    def heeded(request: Request) -> Reply:
        reply = exchange(request)
        left = [_number(reply.headers.get(name, "")) for name in REMAINING]
        wait = waiting(reply) if 0 in left and (request.publishes or request.carries_file) else None
        if wait:
            exhausted(wait)
        return reply

    return heeded


REMAINING = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")


def _bounded(seconds: float) -> dt.timedelta:
    """`not (… >= 0)` would let a NaN through; comparing this way round does not."""
    return dt.timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()) if seconds > 0 else 0)


def _retry_after(reply: Reply) -> dt.timedelta | None:
    value = reply.headers.get("retry-after", "")
    number = _number(value)
    return _bounded(number) if number is not None else _until(_http_date(value), reply)


def _resets(reply: Reply) -> Iterator[dt.timedelta | None]:
    for name in ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"):
        value = reply.headers.get(name, "")
        number = _number(value)
        if number is None:
            yield _until(_iso_date(value), reply)
        elif number < 1_000_000_000:  # seconds from now, as the newer drafts of the header have it
            yield _bounded(number)
        else:
            yield _until(_epoch(number), reply)


def _in_body(reply: Reply) -> Iterator[dt.timedelta | None]:
    answer = reply.fields
    parameters = answer.get("parameters")
    nested = parameters.get("retry_after") if isinstance(parameters, dict) else None
    for value, unit in ((nested, 1), (answer.get("retry_after"), 1), (answer.get("retry_after_ms"), 1000)):
        number = _number(str(value))
        if number is not None:
            yield _bounded(number / unit)


def service_time(reply: Reply) -> dt.datetime | None:
    """When the service answered, by its own clock, where it tells it."""
    return _http_date(reply.headers.get("date", ""))


def _until(moment: dt.datetime | None, reply: Reply) -> dt.timedelta | None:
    """Measured on the service's own clock where it tells it: ours may be wrong."""
    now = service_time(reply) or reply.received
    if moment is None or now is None:
        return None
    return _bounded((moment - now).total_seconds())


def _number(value: str) -> float | None:
    return float(value) if re.fullmatch(r"\s*\d{1,15}(\.\d{1,9})?\s*", value, re.ASCII) else None


def _http_date(value: str) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _iso_date(value: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _epoch(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(min(seconds, 32_503_680_000), dt.UTC)
