"""What an answer costs: processor time of the server per request, against nginx or against the bare event loop.

Also a feed of a thousand entries, against feedgen alone. Five alternated rounds, medians.
"""

import datetime as dt
import gzip
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from feedgen.feed import FeedGenerator

from campaign.outputs import items
from campaign.outputs.feed import feeds
from tests.outputs.published import SITE, load, september

ROUNDS, CONNECTIONS, REQUESTS = 5, 32, 6400
TICK = os.sysconf("SC_CLK_TCK")
Row = dict[str, Any]

OURS = """
import sys
from pathlib import Path
from campaign.web.app import serve
from campaign.web.public import Public
server = serve(Public.load(Path(sys.argv[1])), port=0)
print(server.port, flush=True)
sys.stdin.read()
"""
LOOP = """
import asyncio, gzip, sys, uvloop
from pathlib import Path
body = gzip.compress(Path(sys.argv[1], "lv", "feed.xml").read_bytes(), 9)
fresh = b"HTTP/1.1 200 OK\\r\\ncontent-encoding: gzip\\r\\ncontent-length: %d\\r\\n\\r\\n" % len(body) + body
known = b"HTTP/1.1 304 Not Modified\\r\\n\\r\\n"
class Fixed(asyncio.Protocol):
    def connection_made(self, transport): self.transport = transport
    def data_received(self, data): self.transport.write(known if b"none-match" in data.lower() else fresh)
async def main():
    server = await asyncio.get_running_loop().create_server(Fixed, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
uvloop.run(main())
"""
NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; gzip_static on; etag on; server_tokens off; keepalive_requests 1000000;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e; types {{ application/rss+xml xml; }}
  server {{ listen 127.0.0.1:{port}; root {folder}/public; add_header Cache-Control "public, max-age=300"; }} }}
"""


def run() -> list[Row]:
    """One row per figure."""
    return [*serving(), feed_of_a_thousand()]


def serving() -> Iterator[Row]:
    """Microseconds of processor time per answer."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        public = Path(folder, "public")
        _tree(public)
        ours = stack.enter_context(_python(OURS, public))
        nginx = shutil.which("nginx")
        other = stack.enter_context(_nginx(nginx, Path(folder)) if nginx else _python(LOOP, public))
        name = "nginx, 1 worker, gzip_static" if nginx else "uvloop protocol, fixed bytes"
        for title, known in (("200 gzip, 50 KB feed", False), ("304", True)):
            costs = [(_cost(*ours, known=known), _cost(*other, known=known)) for _ in range(ROUNDS)]
            value, reference = (statistics.median(column) for column in zip(*costs, strict=True))
            yield {
                "name": f"serving: {title}, against {name}",
                "value": round(value, 1),
                "unit": "µs CPU",
                "reference": round(reference, 1),
                "ratio": round(statistics.median(theirs / mine for mine, theirs in costs), 2),
            }


def _tree(public: Path) -> None:
    file = public / "lv" / "feed.xml"
    file.parent.mkdir(parents=True)
    content = _thousand()[:51_595]
    file.write_bytes(content)
    file.with_name("feed.xml.gz").write_bytes(gzip.compress(content, 9))


@contextmanager
def _python(script: str, public: Path) -> Iterator[tuple[int, int]]:
    """(process, port) of a server that says its port first."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, public], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    yield process.pid, int(process.stdout.readline())
    process.kill()
    process.communicate()


@contextmanager
def _nginx(program: str, folder: Path) -> Iterator[tuple[int, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=port))
    process = subprocess.Popen([program, "-p", folder, "-c", settings])
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not children.read_text().split():
        time.sleep(0.05)
    time.sleep(0.2)
    yield int(children.read_text().split()[0]), port
    process.terminate()
    process.wait()


def _cost(process: int, port: int, *, known: bool) -> float:
    """Processor time per request in microseconds, over many connections kept open."""
    ask = _request(port, known=known)
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    answer = _first(sockets[0], ask)
    assert answer.split(b" ", 2)[1] == (b"304" if known else b"200"), answer[:200]
    length = len(answer)
    begun = _spent(process)
    for _ in range(REQUESTS // CONNECTIONS):
        for connection in sockets:
            connection.sendall(ask)
        for connection in sockets:
            _read(connection, length)
    spent = _spent(process) - begun
    for connection in sockets:
        connection.close()
    return spent / REQUESTS * 1e6


def _request(port: int, *, known: bool) -> bytes:
    plain = b"GET /lv/feed.xml HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
    if not known:
        return plain + b"\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        head = _first(connection, plain + b"\r\n").partition(b"\r\n\r\n")[0].split(b"\r\n")
    tags = [line.partition(b": ")[2] for line in head if line.lower().startswith(b"etag")]
    return plain + b"If-None-Match: %s\r\n\r\n" % (tags[0] if tags else b'"x"')


def _first(connection: socket.socket, ask: bytes) -> bytes:
    """A whole answer of unknown length."""
    connection.sendall(ask)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    sizes = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    wanted = 0 if b" 304 " in head else sizes[0]
    while len(body) < wanted:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def _read(connection: socket.socket, length: int) -> None:
    while length > 0:
        length -= len(connection.recv(min(length, 65536)))


def _spent(process: int) -> float:
    """User and system time of a process so far, in seconds."""
    facts = Path(f"/proc/{process}/schedstat")
    threads = Path(f"/proc/{process}/task").iterdir()
    if facts.exists():
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


# ---------------------------------------------------------------- feeds


def _rows(count: int) -> tuple[Any, ...]:
    first = next(row for row in september(("lv",)) if row.kind == "feed" and row.post.kind == "message")
    return tuple(
        replace(
            first,
            key=f"c/m{n}>feed:lv",
            entry=f"c/m{n}",
            post=replace(first.post, topics=(), title=f"{first.post.title} {n}", text=f"{first.post.text} {n * n}"),
            published=first.published + dt.timedelta(hours=n),
        )
        for n in range(count)
    )


def _thousand() -> bytes:
    """RSS and Atom of a thousand entries, beyond the limit that feeds have."""
    usual, items.NEWEST = items.NEWEST, 1000
    try:
        return feeds(_rows(1000), SITE, lambda picture: len(load(picture)[0]))["lv/feed.xml"]
    finally:
        items.NEWEST = usual


def feed_of_a_thousand() -> Row:
    """All forms of one feed: ours against plain feedgen with the same entries in RSS and Atom."""
    costs = [(_timed(_thousand), _timed(_feedgen_alone)) for _ in range(ROUNDS)]
    value, reference = (statistics.median(column) * 1000 for column in zip(*costs, strict=True))
    return {
        "name": "feeds: 1,000 entries as RSS, Atom and JSON, against feedgen's RSS and Atom alone",
        "value": round(value, 1),
        "unit": "ms CPU",
        "reference": round(reference, 1),
        "ratio": round(reference / value, 2),
    }


def _feedgen_alone() -> None:
    generator: Any = FeedGenerator
    writer = generator()
    writer.id("tag:x")
    writer.title("x")
    writer.description("x")
    writer.link(href="https://kampana.example/")
    for row in _rows(1000):
        entry = writer.add_entry(order="append")
        entry.id(row.key)
        entry.title(row.post.title)
        entry.link(href=row.post.link)
        entry.summary(row.post.text)
        entry.content(row.post.text, type="html")
        entry.published(row.published)
        entry.updated(row.updated)
    writer.rss_str()
    writer.atom_str()


def _timed(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    for row in run():
        print(row)
