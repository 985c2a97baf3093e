"""A built tree, answered from memory: every path's headers and bytes are ready before the first request.

A request is one look-up in a dictionary, so nothing outside the tree can be reached. Each file has a strong ETag per
encoding, made of its content.
"""

import gzip
import hashlib
import os
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from campaign.outputs import POLICY

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

TYPES = {
    "feed.xml": "application/rss+xml; charset=utf-8",
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}
"""By whole name, else by ending."""
SHARED = ("feed.xml", "atom.xml", "feed.json", ".ics", ".opml")
"""What pages on other sites may read."""
_NAMED_BY_CONTENT = re.compile(r"/pictures/|\.[0-9a-f]{8}\.[a-z]+$")
_SAFETY: Headers = [
    (b"content-security-policy", f"{POLICY}; frame-ancestors 'none'".encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]


@dataclass(frozen=True, slots=True)
class Form:
    """One encoding of a file: the messages that answer a request, made once."""

    start: dict[str, Any]
    unchanged: dict[str, Any]
    missing: dict[str, Any]  # the same body where another page was asked for
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """A file as answered; `gzipped` where that is shorter."""

    tag: bytes
    modified: datetime
    plain: Form
    gzipped: Form | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """Everything public at one moment; swapped as a whole."""

    resources: Mapping[str, Resource] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)  # path → relative address
    stamps: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)


NO_BODY: dict[str, Any] = {"type": "http.response.body", "body": b""}
_PLAIN: Headers = [(b"content-type", b"text/plain; charset=utf-8"), *_SAFETY]


class Public:
    """The ASGI application of the public site."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    @classmethod
    def load(cls, folder: Path) -> "Public":
        """The tree below `folder`, or an empty site where nothing was built yet."""
        return cls(read(folder, Tree()))

    def reload(self, folder: Path) -> None:
        """The tree as it is now, in one assignment; files that did not change are not read again."""
        self._tree = read(folder, self._tree)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        start, body = self._answer(scope)
        await send(start)
        await send(NO_BODY if scope["method"] == "HEAD" else body)

    def _answer(self, scope: Scope) -> tuple[dict[str, Any], dict[str, Any]]:
        if scope["method"] not in {"GET", "HEAD"}:
            return _message(405, [(b"allow", b"GET, HEAD"), (b"content-length", b"0"), *_PLAIN]), NO_BODY
        tree, path, asked = self._tree, scope["path"], dict(scope["headers"])
        resource = tree.resources.get(path)
        if resource is None:
            return self._elsewhere(tree, path, asked)
        form = _form(resource, asked)
        if _is_known(resource, asked):
            return form.unchanged, NO_BODY
        return form.start, form.body

    def _elsewhere(self, tree: Tree, path: str, asked: Mapping[bytes, bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
        if path in tree.moved:
            place = (b"location", tree.moved[path].encode())
            return _message(
                301, [place, (b"content-length", b"0"), (b"cache-control", b"max-age=300"), *_SAFETY]
            ), NO_BODY
        language = path.split("/", 2)[1] if path.startswith("/") else ""
        page = tree.resources.get(f"/{language}/404.html") or tree.resources.get("/404.html")
        if page is None:
            return _message(404, [(b"content-length", b"0"), *_PLAIN]), NO_BODY
        form = _form(page, asked)
        return form.missing, form.body


def _message(status: int, headers: Headers) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


# ---------------------------------------------------------------- what the request allows


def _form(resource: Resource, asked: Mapping[bytes, bytes]) -> Form:
    if resource.gzipped and takes_gzip(asked.get(b"accept-encoding", b"")):
        return resource.gzipped
    return resource.plain


@lru_cache(maxsize=256)
def takes_gzip(accepted: bytes) -> bool:
    """What an Accept-Encoding header says about gzip, its weights included."""
    weights: dict[str, float] = {}
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _is_known(resource: Resource, asked: Mapping[bytes, bytes]) -> bool:
    """True when the reader's copy is still good; a tag, where given, decides alone (RFC 9110)."""
    tags = asked.get(b"if-none-match")
    if tags is not None:
        return any(_bare(tag) in {resource.tag, b"*"} for tag in tags.split(b","))
    since = asked.get(b"if-modified-since")
    return since is not None and _not_modified(resource.modified, since)


def _bare(tag: bytes) -> bytes:
    """A tag without its weakness, quotes and encoding."""
    return tag.strip().removeprefix(b"W/").strip(b'"').removesuffix(b"-gz")


def _not_modified(modified: datetime, since: bytes) -> bool:
    try:
        moment = parsedate_to_datetime(since.decode("latin-1"))
    except ValueError:
        return False
    return modified <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


# ---------------------------------------------------------------- reading a tree


def read(folder: Path, before: Tree) -> Tree:
    """Everything below a folder; regular files only, symbolic links in it are left out."""
    resources: dict[str, Resource] = {}
    stamps: dict[str, tuple[int, int, int]] = {}
    for path, file in _files(folder.resolve()):
        facts = file.stat()
        stamp = (facts.st_ino, facts.st_mtime_ns, facts.st_size)
        same = before.stamps.get(path) == stamp
        resources[path] = before.resources[path] if same else _resource(path, file.read_bytes(), facts.st_mtime)
        stamps[path] = stamp
    return Tree(resources, _moved(resources), stamps)


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """(public path, file); an index stands for its folder."""
    for folder, _, names in os.walk(root):
        for name in names:
            file = Path(folder, name)
            if file.is_file() and not file.is_symlink():
                yield f"/{file.relative_to(root).as_posix()}".removesuffix("index.html"), file


def _moved(resources: Mapping[str, Resource]) -> dict[str, str]:
    """Folders asked for without their slash, and index files asked for by name."""
    folders = [path for path in resources if path.endswith("/")]
    bare = {path[:-1]: f"{path[:-1].rsplit('/', 1)[1]}/" for path in folders if path != "/"}
    return bare | {f"{path}index.html": "./" for path in folders}


def _resource(path: str, content: bytes, changed: float) -> Resource:
    tag = hashlib.sha256(content).hexdigest()[:32].encode()
    modified = datetime.fromtimestamp(int(changed), UTC)
    common = _headers(path, modified)
    packed = b"" if _content_type(path).startswith(("image/png", "image/jpeg")) else gzip.compress(content, 9, mtime=0)
    shorter = 0 < len(packed) < len(content)
    encoded = [(b"content-encoding", b"gzip"), *common]
    return Resource(
        tag, modified, _ready(content, tag, common), _ready(packed, tag + b"-gz", encoded) if shorter else None
    )


def _ready(content: bytes, tag: bytes, common: Headers) -> Form:
    tagged: Headers = [(b"etag", b'"%s"' % tag), *common]
    size = (b"content-length", b"%d" % len(content))
    kept = [(name, value) for name, value in tagged if name not in {b"content-type", b"content-encoding"}]
    lost = [(name, value) for name, value in common if name not in {b"cache-control", b"last-modified"}]
    return Form(
        _message(200, [size, *tagged]),
        _message(304, kept),
        _message(404, [size, *lost]),
        {"type": "http.response.body", "body": content},
    )


def _content_type(path: str) -> str:
    name = path.rsplit("/", 1)[1] or "index.html"
    ending = f".{name.rpartition('.')[2]}"
    return TYPES.get(name) or TYPES.get(ending, "application/octet-stream")


def _headers(path: str, modified: datetime) -> Headers:
    lasting = _NAMED_BY_CONTENT.search(path)
    found: Headers = [
        (b"content-type", _content_type(path).encode()),
        (b"cache-control", b"public, max-age=31536000, immutable" if lasting else b"public, max-age=300"),
        (b"last-modified", format_datetime(modified, usegmt=True).encode()),
        (b"vary", b"accept-encoding"),
        *_SAFETY,
    ]
    return [*found, (b"access-control-allow-origin", b"*")] if path.endswith(SHARED) else found
