"""The way to Nostr relays: a WebSocket for every request, under the rules of the way to web services.

A `Request` to a `wss://` address is sent as one message, `[method, …json]`, and the `Reply` is the JSON list of what
the relay said up to its last word on it. What is refused before that is refused in HTTP. Requests to other addresses
go out over HTTP. https://github.com/nostr-protocol/nips/blob/master/01.md
"""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from campaign import __version__
from campaign.channels.exchange import Exchange, Reply, Request, blocked, lost, not_sent
from campaign.channels.http import (
    LARGEST_REPLY,
    HttpOptions,
    Resolve,
    guarded_socket,
    over_network,
    system_addresses,
    trusted_certificates,
)
from campaign.channels.nostr_keys import INSTALL
from campaign.errors import AccountBlocked

if TYPE_CHECKING:
    from websockets.client import ClientProtocol

PORTS = {"ws": 80, "wss": 443}
LAST_WORDS = {"EVENT": frozenset({"OK"}), "REQ": frozenset({"EOSE", "CLOSED"})}
PARTS_OF_TEXT = frozenset({0, 1})
"""What frames that carry text are marked with (RFC 6455)."""
LONGEST = 15.0
"""Seconds for one relay: an account has several, and they are asked in turn."""


def over_relays(options: HttpOptions, resolve: Resolve = system_addresses) -> Exchange:
    """The way to relays and to web services, guarded."""
    if find_spec("websockets") is None:
        return blocked(INSTALL)
    over_http = over_network(options, resolve)

    def exchange(request: Request) -> Reply:
        parts = urlsplit(request.url)
        if parts.scheme not in PORTS:
            return over_http(request)
        end = time.monotonic() + min(LONGEST, options.ordinary.read)
        try:
            connection = _connected(parts, options, resolve)
        except OSError as error:
            raise not_sent(request, type(error).__name__) from None
        with closing(connection):
            return replace(_carried_out(connection, request, options, end), received=options.clock())

    return exchange


def _connected(parts: SplitResult, options: HttpOptions, resolve: Resolve) -> socket.socket:
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    if parts.scheme != "wss" and f"{host}:{port}" not in options.exceptions:
        raise AccountBlocked("The relay's address must start with wss://, or be listed as an exception.")
    connection = guarded_socket(host, port, options, resolve)
    if parts.scheme != "wss":
        return connection
    connection.settimeout(options.ordinary.connect)
    try:
        return trusted_certificates().wrap_socket(connection, server_hostname=host)
    except OSError:
        connection.close()
        raise


def _carried_out(connection: socket.socket, request: Request, options: HttpOptions, end: float) -> Reply:
    """The opening handshake carries nothing of ours: until it is done, nothing was sent."""
    from websockets.client import ClientProtocol
    from websockets.exceptions import InvalidStatus
    from websockets.uri import parse_uri

    protocol = ClientProtocol(parse_uri(request.url), max_size=LARGEST_REPLY)
    opening = protocol.connect()
    opening.headers["User-Agent"] = f"campaign/{__version__} (+{options.base_url})"
    protocol.send_request(opening)
    heard = _heard(connection, protocol, end)
    try:
        next(heard)
    except (OSError, EOFError) as error:
        raise not_sent(request, type(error).__name__) from None
    refusal = protocol.handshake_exc
    if isinstance(refusal, InvalidStatus):
        headers = {name.lower(): value for name, value in refusal.response.headers.raw_items()}
        return Reply(replace(request, publishes=False), refusal.response.status_code, headers)
    if refusal is not None:
        raise not_sent(request, type(refusal).__name__)
    protocol.send_text(_message(request))
    try:
        return Reply(request, 200, body=json.dumps(list(_answers(heard, request))).encode())
    except (OSError, EOFError, ValueError) as error:
        raise lost(request, type(error).__name__) from None


def _heard(connection: socket.socket, protocol: "ClientProtocol", end: float) -> Iterator[Any]:
    """What comes in: the answer to the handshake, then frames. Before every wait, what is due goes out."""
    while True:
        connection.settimeout(max(end - time.monotonic(), 0.001))
        for piece in protocol.data_to_send():
            connection.sendall(piece)
        data = connection.recv(65_536)
        if not data:
            raise EOFError
        protocol.receive_data(data)
        yield from protocol.events_received()
        if protocol.parser_exc:
            raise EOFError


def _message(request: Request) -> bytes:
    parts = request.json if isinstance(request.json, list) else [request.json]
    return json.dumps([request.method, *parts], ensure_ascii=False).encode()


def _answers(heard: Iterator[Any], request: Request) -> Iterator[list[Any]]:
    """The relay's messages up to its last word on the request."""
    text, size = b"", 0
    for frame in heard:
        if frame.opcode not in PARTS_OF_TEXT:
            continue
        text, size = text + frame.data, size + len(frame.data)
        if size > LARGEST_REPLY:
            raise ValueError("the answer is too large")
        if frame.fin:
            message, text = json.loads(text), b""
            if not isinstance(message, list) or not message:
                raise ValueError("not a relay's message")
            yield message
            if message[0] in LAST_WORDS[request.method]:
                return
