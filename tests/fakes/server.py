"""A real HTTP server on loopback that plays a service: with state, a request log, and a queue of faults.

A fake counts what the public can see; tests assert on that, never on calls made.
As a process of its own (`serve`) its truth survives a kill of either side and is read at GET /_truth.
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import random
import re
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Seen:
    """One request as it arrived; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    target: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def call(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


class Handling:
    """One request in the hands of a fault: it decides whether the service acts, and what the client gets to see."""

    def __init__(self, server: "FakeServer", handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        self.server = server
        self.seen = seen
        self._handler = handler

    def act(self) -> Answer:
        with self.server.lock:
            answer = self.server.answer(self.seen)
            self.server.save()
            return answer

    def reply(self, answer: Answer) -> None:
        self._head(answer)
        if self.seen.method != "HEAD":
            self._handler.wfile.write(answer.body)

    def drop(self) -> None:
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def tear_down(self) -> None:
        """The connection is reset instead of closed."""
        self._handler.close_connection = True
        connection = self._handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(connection.detach())

    def cut(self, answer: Answer) -> None:
        """The status and half of the body."""
        self._head(answer)
        self._handler.wfile.write(answer.body[: len(answer.body) // 2])
        self.drop()

    def drip(self, answer: Answer) -> None:
        """A byte now and then, so that no single wait is ever too long."""
        self._head(answer)
        for byte in answer.body:
            self._handler.wfile.write(bytes([byte]))
            if self.server.stopping.wait(0.05):
                return

    def hang(self) -> None:
        self.server.stopping.wait(20)
        self.drop()

    def _head(self, answer: Answer) -> None:
        self._handler.send_response(answer.status)
        for name, value in answer.headers.items():
            self._handler.send_header(name, value)
        self._handler.send_header("Content-Length", str(len(answer.body)))
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()
        self._handler.close_connection = True


Fault = Callable[[Handling], None]


class FakeServer:
    """Subclasses say what the service answers; `state` is all they remember, and is JSON."""

    publishing = ""  # "METHOD /path" of the call that makes a post public

    def __init__(self, port: int = 0, clock: Callable[[], dt.datetime] | None = None) -> None:
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.ahead = dt.timedelta(0)
        real = clock or (lambda: dt.datetime.now(dt.UTC))
        self.clock: Callable[[], dt.datetime] = lambda: real() + self.ahead
        self.log: list[Seen] = []
        self.errors: list[BaseException] = []
        self.state: dict[str, Any] = {}
        self.state_file: Path | None = None
        self.chance = (random.Random(0), 0.0)
        self._faults: list[tuple[str, Fault]] = []
        self._spoilt: dict[int, Fault] = {}
        self._server = self._bound(port)
        self.port = int(self._server.server_address[1])

    # ------------------------------------------------ for tests

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def fault(self, *faults: Fault, on: str = "") -> None:
        """The next calls `on` this method and path (default: the publishing one) go wrong in these ways, in turn."""
        self._faults.extend((on or self.publishing, fault) for fault in faults)

    def spoil(self, number: int, fault: "Fault") -> None:
        """The request of this number from now, the next one being 1, goes wrong, whatever it is."""
        self._spoilt[len(self.log) + number] = fault

    @property
    def faults_left(self) -> int:
        return len(self._faults)

    def calls(self, call: str) -> list[Seen]:
        return [seen for seen in self.log if seen.call == call]

    def __enter__(self) -> Self:
        self._run()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        assert not self.errors, self.errors

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """Connections are refused meanwhile."""
        self._server.shutdown()
        self._server.server_close()
        yield
        self._server = self._bound(self.port)
        self._run()

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    # ------------------------------------------------ for subclasses

    def answer(self, seen: Seen) -> Answer:
        raise NotImplementedError

    def truth(self) -> object:
        """What the public can see, and what a test wants to know of it."""
        raise NotImplementedError

    def routed(self, seen: Seen, routes: "Mapping[str, Callable[..., Answer]]") -> Answer | None:
        """What the call whose pattern (`POST /x/(\\w+)`) fits answers; None where no pattern does."""
        for pattern, call in routes.items():
            if match := re.fullmatch(pattern, seen.call):
                return call(seen, *match.groups())
        return None

    # ------------------------------------------------ the machinery

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        seen = read_request(handler)
        if seen.path == "/_truth":
            with self.lock:
                Handling(self, handler, seen).reply(as_json(self.truth()))
            return
        with self.lock:
            self.log.append(seen)
            fault = self._fault_for(seen)
        handling = Handling(self, handler, seen)
        if fault:
            fault(handling)
        else:
            handling.reply(handling.act())

    def save(self) -> None:
        if self.state_file:
            unfinished = self.state_file.with_suffix(".unfinished")
            unfinished.write_text(json.dumps(self.state))
            unfinished.replace(self.state_file)

    def load(self, file: Path) -> None:
        self.state_file = file
        if file.exists():
            self.state.update(json.loads(file.read_text()))

    def _fault_for(self, seen: Seen) -> Fault | None:
        if spoilt := self._spoilt.pop(len(self.log), None):
            return spoilt
        for index, (call, fault) in enumerate(self._faults):
            if call == seen.call:
                del self._faults[index]
                return fault
        dice, rate = self.chance
        return dice.choice(LOSSES) if seen.call == self.publishing and dice.random() < rate else None

    def _bound(self, port: int) -> ThreadingHTTPServer:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def any_method(self) -> None:
                outer.handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = any_method

            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string(timestamp or outer.clock().timestamp())

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request: object, client_address: object) -> None:
                error = sys.exc_info()[1]
                if error and not isinstance(error, ConnectionError):
                    outer.errors.append(error)

        return Server(("127.0.0.1", port), Handler)

    def _run(self) -> None:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


def read_request(handler: BaseHTTPRequestHandler) -> Seen:
    parts = urlsplit(handler.path)
    body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    headers = {name.lower(): value for name, value in handler.headers.items()}
    return Seen(str(handler.command), parts.path, dict(parse_qsl(parts.query)), headers, body, handler.path)


# ---------------------------------------------------------------- faults


def lost_before(handling: Handling) -> None:
    """The connection breaks before the service has acted."""
    handling.drop()


def lost_after(handling: Handling) -> None:
    """The service has acted; its answer never arrives."""
    handling.act()
    handling.drop()


def torn_down(handling: Handling) -> None:
    """The service has acted; the connection is reset."""
    handling.act()
    handling.tear_down()


def error_before(handling: Handling) -> None:
    handling.reply(as_json({"error": "Iekšēja kļūda"}, 500))


def error_after(handling: Handling) -> None:
    handling.act()
    handling.reply(as_json({"error": "内部エラー"}, 500))


def cut_off(handling: Handling) -> None:
    """The service has acted; the good answer ends in the middle."""
    handling.cut(handling.act())


def no_id(handling: Handling) -> None:
    """The service has acted; a proxy in between gives a page instead of the answer."""
    handling.act()
    handling.reply(Answer(200, b"<!doctype html><title>Labi</title>", {"Content-Type": "text/html"}))


def wrong_shape(handling: Handling) -> None:
    """The service has acted; what comes back is JSON, and not what its documentation says."""
    handling.act()
    handling.reply(as_json({"unexpected": ["glāžšķūņu rūķīši"]}))


def unavailable(handling: Handling) -> None:
    handling.reply(Answer(503))


def proxy_page(handling: Handling) -> None:
    handling.reply(Answer(502, b"<html><h1>502 Bad Gateway</h1></html>", {"Content-Type": "text/html"}))


def timed_out_after(handling: Handling) -> None:
    """The service has acted; the proxy in front of it did not wait."""
    handling.act()
    handling.reply(Answer(504))


def dripping(handling: Handling) -> None:
    """The service has acted; its answer takes longer than anyone waits."""
    handling.drip(handling.act())


def hanging(handling: Handling) -> None:
    """The service has acted and says nothing."""
    handling.act()
    handling.hang()


def slow(handling: Handling) -> None:
    """The service takes its time, and no more than that."""
    handling.server.stopping.wait(0.15)
    handling.reply(handling.act())


def twice(handling: Handling) -> None:
    """A proxy on the way repeats the request; the client gets the second answer."""
    handling.act()
    handling.reply(handling.act())


def changing(change: Callable[[], object]) -> "Fault":
    """Something happens to the service first; then it does as it does."""

    def fault(handling: Handling) -> None:
        with handling.server.lock:
            change()
        handling.reply(handling.act())

    return fault


def restarting(change: Callable[[], object]) -> "Fault":
    """503 while the service restarts, which changes something."""

    def fault(handling: Handling) -> None:
        with handling.server.lock:
            change()
        handling.reply(Answer(503))

    return fault


def limited(headers: Mapping[str, str] | None = None, body: object = None) -> Fault:
    """429, with the time to wait told in some shape."""

    def fault(handling: Handling) -> None:
        handling.reply(as_json(body if body is not None else {"error": "Too many requests"}, 429, headers))

    return fault


def answering(answer: Answer) -> Fault:
    """This answer, and nothing done."""
    return lambda handling: handling.reply(answer)


def acting_then(answer: Answer) -> Fault:
    """The service has acted, and says this all the same."""

    def fault(handling: Handling) -> None:
        handling.act()
        handling.reply(answer)

    return fault


LOSSES: tuple[Fault, ...] = (lost_after, lost_after, lost_before, error_after, cut_off)
SINGLE_FAULTS: tuple[Fault, ...] = (
    lost_before,
    lost_after,
    torn_down,
    error_before,
    error_after,
    cut_off,
    unavailable,
    proxy_page,
    timed_out_after,
    dripping,
    hanging,
    no_id,
    wrong_shape,
    limited({"Retry-After": "7"}),
)


# ---------------------------------------------------------------- as a process of its own


def serve(make: Callable[[int], FakeServer]) -> None:
    """`--port N --state FILE --faults RATE`: runs until stopped; prints its address once it answers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--faults", type=float, default=0.0, help="share of publishing calls that go wrong")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    fake = make(options.port)
    fake.chance = (random.Random(options.seed), options.faults)
    if options.state:
        fake.load(options.state)
    with fake:
        print(fake.url, flush=True)
        threading.Event().wait()
