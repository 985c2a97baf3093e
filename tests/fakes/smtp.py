"""A mail server on loopback that can be told to fail at every step, and that knows what it really took."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HANG_UP = "hang up"
LOSE_ANSWER = "take the mail, then hang up"


@dataclass(frozen=True)
class Taken:
    sender: str
    recipient: str
    raw: bytes


@dataclass
class Truth:
    """What the server was told to do, and what happened.

    `faults`: verb → reply line, or HANG_UP. Beyond the SMTP verbs, CONNECT is the greeting, BODY the answer to the
    final dot (there also LOSE_ANSWER). `times` limits a fault to its first so many occurrences.
    """

    faults: dict[str, str] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("8BITMIME", "ENHANCEDSTATUSCODES")
    certificate: ssl.SSLContext | None = None
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0

    def fault(self, verb: str) -> str:
        left = self.times.get(verb, 1_000_000)
        if verb not in self.faults or not left:
            return ""
        self.times[verb] = left - 1
        return self.faults[verb]


class _HangUp(Exception):
    pass


class _Session(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self.truth = self.server.truth
        self.truth.connections += 1
        self.sender = self.recipient = ""
        try:
            self.answer("CONNECT", "220 fake.example ESMTP")
            while line := self.rfile.readline(2000):
                self.obey(line.decode("utf-8").rstrip("\r\n"))
        except (_HangUp, ConnectionError, ssl.SSLError):
            return
        finally:
            self.connection.close()

    def obey(self, line: str) -> None:
        self.truth.said.append(line)
        verb = line.split(" ", maxsplit=1)[0].upper()
        match verb:
            case "EHLO":
                lines = ["fake.example", *self.truth.extensions]
                fine = "\r\n".join([*(f"250-{name}" for name in lines[:-1]), f"250 {lines[-1]}"])
                self.answer(verb, fine)
            case "STARTTLS":
                self.answer(verb, "220 go ahead")
                self.secure()
            case "MAIL" | "RCPT":
                if self.answer(verb, "250 2.1.0 fine"):
                    self.note(verb, line)
            case "DATA":
                if self.answer(verb, "354 go on"):
                    self.body()
            case "QUIT":
                self.answer(verb, "221 bye")
                raise _HangUp
            case _:
                self.answer(verb, "235 2.7.0 welcome" if verb == "AUTH" else "250 2.0.0 fine")

    def note(self, verb: str, line: str) -> None:
        address = re.search("<(.*)>", line)
        assert address, line
        if verb == "MAIL":
            self.sender = address[1]
        else:
            self.recipient = address[1]

    def body(self) -> None:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line.removeprefix(b"."))
        lost = not line
        fault = self.truth.fault("BODY")
        if not lost and fault in {"", LOSE_ANSWER}:
            self.truth.taken.append(Taken(self.sender, self.recipient, b"".join(lines)))
        if lost or fault in {HANG_UP, LOSE_ANSWER}:
            raise _HangUp
        self.say(fault or "250 2.0.0 queued as 4711")

    def answer(self, verb: str, fine: str) -> bool:
        fault = self.truth.fault(verb)
        if fault == HANG_UP:
            raise _HangUp
        self.say(fault or fine)
        return not fault

    def say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())

    def secure(self) -> None:
        assert self.truth.certificate
        self.connection = self.truth.certificate.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    truth: Truth


@contextmanager
def mail_server(truth: Truth) -> Iterator[int]:
    """Serves until the block ends; gives the port."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.truth = truth
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
