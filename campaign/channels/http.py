"""The way out to the network: the only module that knows httpx.

Every request has a connection of its own. A kept one that the server has just closed would look like a lost answer,
and a lost answer costs a person's attention; a handshake costs some milliseconds.
"""

import datetime as dt
import ipaddress
import logging
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from campaign import __version__
from campaign.channels.exchange import Exchange, Reply, Request, lost, not_sent
from campaign.errors import AccountBlocked

if TYPE_CHECKING:
    import ssl

LARGEST_REPLY = 5_000_000
PORTS = frozenset({80, 443})

for _name in ("httpx", "httpcore"):  # at INFO they print whole addresses, which may hold tokens
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds; `total` bounds the whole call, however slowly bytes drip in."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """What the operator decided about outgoing requests.

    `exceptions` are exact `host:port` on the own network (or loopback, in tests) that may be reached, even unencrypted.
    `clock` tells how far away a moment is that a service names, and dates what must carry the time of sending.
    """

    base_url: str
    clock: Callable[[], dt.datetime]
    exceptions: frozenset[str] = frozenset()
    ordinary: Timeouts = Timeouts()
    uploads: Timeouts = Timeouts(read=120.0, total=180.0)
    rest: Callable[[str, dt.timedelta], None] = lambda _account, _wait: None
    """Told that an account has used up what a service allows, and for how long."""


Resolve = Callable[[str, int], list[str]]


def system_addresses(host: str, port: int) -> list[str]:
    """The addresses of a name, as the operating system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """True for an address on the public internet; stricter than `is_global`, which lets tunnels and multicast pass."""
    parsed = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return is_public(str(parsed.ipv4_mapped))
        return parsed.is_global and parsed in _UNICAST and parsed not in _SIX_TO_FOUR
    special = parsed.is_multicast or parsed.is_reserved or any(parsed in network for network in _SPECIAL)
    return parsed.is_global and not special


_UNICAST = ipaddress.ip_network("2000::/3")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_SPECIAL = (ipaddress.ip_network("192.88.99.0/24"), ipaddress.ip_network("192.0.0.0/24"))


class _Deadline:
    """When a call must be over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """The timeout, cut to what is left of the call; nothing left reads as a tiny one, so it fires at once."""
        left = max(self._end - time.monotonic(), 0.001)
        return left if timeout is None else min(timeout, left)

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end


class _Stream(httpcore.NetworkStream):
    """A connection whose every step fits into the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._deadline.passed:
            raise httpcore.ReadTimeout
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._deadline.passed:
            raise httpcore.WriteTimeout
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: "ssl.SSLContext", server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Guard(httpcore.NetworkBackend):
    """Resolves a name once, refuses it if any answer is not public, and connects to those very addresses."""

    def __init__(self, exceptions: frozenset[str], resolve: Resolve, deadline: _Deadline) -> None:
        self._exceptions = exceptions
        self._resolve = resolve
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in self._addresses(host, port):
            try:
                inner = self._network.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(inner, self._deadline)
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        excepted = f"{host}:{port}" in self._exceptions
        if not excepted and port not in PORTS:
            raise AccountBlocked(f"Port {port} is not allowed; the operator can list this server as an exception.")
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name cannot be resolved") from error
        if not excepted and not all(is_public(address) for address in addresses):
            raise AccountBlocked("The address is not on the public internet; the operator can list it as an exception.")
        return addresses

    def connect_unix_socket(self, *_: object, **__: object) -> httpcore.NetworkStream:
        raise AccountBlocked("Unix sockets are not reached from here.")


def guarded_socket(host: str, port: int, options: HttpOptions, resolve: Resolve = system_addresses) -> socket.socket:
    """A connection for what is not HTTP, under the same rules; raises `OSError` where none can be made."""
    guard = _Guard(options.exceptions, resolve, _Deadline(options.ordinary.connect))
    try:
        stream = guard.connect_tcp(host, port, options.ordinary.connect)
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        raise OSError(type(error).__name__) from error
    connection: socket.socket = stream.get_extra_info("socket")
    return connection


def over_network(options: HttpOptions, resolve: Resolve = system_addresses) -> Exchange:
    """The way to real services, guarded."""
    context = trusted_certificates()

    def exchange(request: Request) -> Reply:
        _refuse_unfit(request, options.exceptions)
        timeouts = options.uploads if request.carries_file else options.ordinary
        deadline = _Deadline(timeouts.total)
        guard = _Guard(options.exceptions, resolve, deadline)
        with httpx.Client(
            transport=_transport(guard, context),
            timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect, pool=timeouts.connect),
            headers={"User-Agent": f"campaign/{__version__} (+{options.base_url})", "Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        ) as client:
            return replace(_carried_out(client, request), received=options.clock())

    return exchange


@cache
def trusted_certificates() -> "ssl.SSLContext":
    """The certificates we trust; reading them takes longer than anything else here."""
    return httpx.create_ssl_context(trust_env=False)


def _refuse_unfit(request: Request, exceptions: frozenset[str]) -> None:
    try:
        url = httpx.URL(request.url)
    except httpx.InvalidURL:
        raise AccountBlocked("The service's address cannot be used; correct it in the settings.") from None
    if url.scheme != "https" and f"{url.host}:{url.port or 80}" not in exceptions:
        raise AccountBlocked("The service's address must start with https://, or be listed as an exception.")


def _transport(guard: _Guard, context: "ssl.SSLContext") -> httpx.HTTPTransport:
    """httpx has no public place for a network backend; a test proves that a refused host stays refused."""
    transport = httpx.HTTPTransport(verify=context, trust_env=False)
    transport._pool = httpcore.ConnectionPool(  # noqa: SLF001
        ssl_context=context, max_keepalive_connections=0, network_backend=guard
    )
    return transport


def _carried_out(client: httpx.Client, request: Request) -> Reply:
    try:
        with client.stream(request.method, request.url, headers=dict(request.headers), **_body(request)) as response:
            body = _read(request, response)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Reply(request, response.status_code, headers, body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise not_sent(request, type(error).__name__) from None
    except httpx.TransportError as error:
        raise lost(request, type(error).__name__) from None


def _body(request: Request) -> dict[str, Any]:
    if upload := request.upload:
        return {"files": {upload.part: (upload.name, upload.content, upload.media_type)}, "data": dict(upload.fields)}
    if request.files:
        files = {name: (file.name, file.content, file.media_type) for name, file in request.files.items()}
        return {"files": files, "data": request.fields}
    if request.content:
        return {"content": request.content}
    if request.form:
        return {"data": dict(request.form)}
    return {} if request.json is None else {"json": request.json}


def _read(request: Request, response: httpx.Response) -> bytes:
    """The body as sent: a compressed one, which we never ask for, could grow without bound."""
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > LARGEST_REPLY:
            raise lost(request, "the answer is too large")
    return bytes(body)
