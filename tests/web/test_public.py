"""The public site over HTTP: conditional requests, encodings, addresses, and nothing outside the tree."""

import asyncio
import gzip
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from campaign.build import Outlets, build
from campaign.web.public import Public, takes_gzip
from tests.outputs.conftest import ASSETS
from tests.outputs.published import HELPLINES, SITE, TODAY, load, september, with_row

GZIP = {"accept-encoding": "gzip"}
FEED = "/lv/feed.xml"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    target = tmp_path_factory.mktemp("served") / "public"
    build(Outlets(september(), SITE, TODAY, HELPLINES, load, ASSETS), target)
    return target


@pytest.fixture(scope="module")
def public(tree):
    return Public.load(tree)


def ask(public, path, headers=None, method="GET") -> tuple[int, dict[str, str], bytes]:
    """One request as a server hands it to an application."""
    sent: list[Any] = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    given_headers = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": given_headers}
    asyncio.run(public(scope, receive, send))
    start, *bodies = sent
    named = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], named, b"".join(body["body"] for body in bodies)


def test_memory_answers_what_the_export_holds(public, tree):
    for file in tree.rglob("*.*"):
        if file.is_file():
            path = f"/{file.relative_to(tree).as_posix()}".removesuffix("index.html")
            assert ask(public, path)[2] == file.read_bytes()


def test_gzip_is_the_same_content_and_says_so(public):
    plain, packed = ask(public, FEED), ask(public, FEED, GZIP)
    assert gzip.decompress(packed[2]) == plain[2]
    assert packed[1]["content-encoding"] == "gzip"
    assert packed[1]["etag"] == plain[1]["etag"][:-1] + '-gz"'
    assert plain[1]["vary"] == packed[1]["vary"] == "accept-encoding"


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_length_is_true_and_head_has_the_same_headers(public, headers):
    status, named, body = ask(public, FEED, headers)
    assert (status, int(named["content-length"])) == (200, len(body))
    assert ask(public, FEED, headers, "HEAD") == (200, named, b"")


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        (b"gzip", True),
        (b"gzip, deflate, br", True),
        (b"br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        (b"GZIP", True),
        (b"x-gzip", True),
        (b"*", True),
        (b"gzip;q=0", False),
        (b"gzip;q=0.000, *", False),
        (b"gzip; q=0", False),
        (b"*;q=0", False),
        (b"identity", False),
        (b"deflate, br", False),
        (b"gzip;q=x", False),
        (b"", False),
    ],
)
def test_accept_encoding_is_read_with_its_weights(accepted, takes):
    assert takes_gzip(accepted) is takes


CONDITIONS = [
    ({"if-none-match": "{tag}"}, 304),
    ({"if-none-match": "{gz}"}, 304),
    ({"if-none-match": "W/{tag}"}, 304),
    ({"if-none-match": '"other", {tag}'}, 304),
    ({"if-none-match": "*"}, 304),
    ({"if-none-match": '"other"'}, 200),
    ({"if-none-match": ""}, 200),
    ({"if-modified-since": "{modified}"}, 304),
    ({"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
    ({"if-modified-since": "Sun, 01 Jan 2023 00:00:00 GMT"}, 200),
    ({"if-modified-since": "vakar"}, 200),
    ({"if-none-match": '"other"', "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 200),
    ({"if-none-match": "{tag}", "if-modified-since": "Sun, 01 Jan 2023 00:00:00 GMT"}, 304),
]


@pytest.mark.parametrize("encoding", [{}, GZIP])
@pytest.mark.parametrize(("condition", "status"), CONDITIONS)
def test_conditional_requests(public, condition, status, encoding):
    known = ask(public, FEED)[1]
    values = {"tag": known["etag"], "gz": known["etag"][:-1] + '-gz"', "modified": known["last-modified"]}
    headers = {name: value.format(**values) for name, value in condition.items()}
    got, named, body = ask(public, FEED, headers | encoding)
    assert got == status
    assert bool(body) is (status == 200)
    assert all(named[name] for name in ("etag", "vary", "cache-control"))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/lv/", "text/html; charset=utf-8"),
        ("/lv/feed.xml", "application/rss+xml; charset=utf-8"),
        ("/lv/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/lv/feed.json", "application/feed+json; charset=utf-8"),
        ("/lv/2023/09.ics", "text/calendar; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
    ],
)
def test_content_types(public, path, kind):
    assert ask(public, path)[1]["content-type"] == kind


def test_pictures_are_sent_as_they_are_and_kept_for_long(public, tree):
    picture = next(tree.glob("pictures/*.png"))
    status, named, body = ask(public, f"/pictures/{picture.name}", GZIP)
    assert (status, named["content-type"], body) == (200, "image/png", picture.read_bytes())
    assert "content-encoding" not in named
    assert "immutable" in named["cache-control"]


def test_pages_are_asked_for_again_styles_are_not(public):
    page = ask(public, "/lv/")
    style = re.search(rb'href="(/site\.[0-9a-f]{8}\.css)"', page[2])
    assert style
    assert page[1]["cache-control"] == "public, max-age=300"
    assert "immutable" in ask(public, style[1].decode())[1]["cache-control"]


@pytest.mark.parametrize("path", ["/lv/feed.xml", "/lv/feed.json", "/lv/calendar.ics", "/feeds.opml"])
def test_other_sites_may_read_feeds_and_calendars(public, path):
    assert ask(public, path)[1]["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/lv/", "/lv/no-such-page/", "/lv", "/lv/feed.xml"])
def test_every_answer_is_guarded(public, path):
    named = ask(public, path)[1]
    assert "frame-ancestors 'none'" in named["content-security-policy"]
    assert (named["referrer-policy"], named["x-content-type-options"]) == ("no-referrer", "nosniff")
    assert "set-cookie" not in named
    assert "access-control-allow-origin" not in named or path.endswith("xml")


@pytest.mark.parametrize(
    ("path", "place"), [("/lv", "lv/"), ("/lv/2023/09", "09/"), ("/lv/index.html", "./"), ("/index.html", "./")]
)
def test_folders_have_one_address(public, path, place):
    status, named, _ = ask(public, path)
    assert (status, named["location"]) == (301, place)


@pytest.mark.parametrize(
    ("path", "words"),
    [("/lv/nav", "Lapa nav atrasta"), ("/en/x/y", "Page not found"), ("/ru/", ""), ("/xx/", "Lapa nav atrasta")],
)
def test_what_is_missing_is_said_in_the_language_of_the_address(public, path, words):
    status, _, body = ask(public, path)
    assert (status == 404) is bool(words)
    assert words.encode() in body


def test_a_missing_page_has_no_tag_to_keep_it_by(public):
    _, named, _ = ask(public, "/lv/nav", {"if-none-match": "*"})
    assert not {"etag", "last-modified"} & set(named)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_readers_only_read(public, method):
    status, named, body = ask(public, "/lv/", method=method)
    assert (status, named["allow"], body) == (405, "GET, HEAD", b"")


PATHS = some.one_of(
    some.text(max_size=30).map("/{}".format),
    some.lists(some.sampled_from(["..", ".", "lv", "", "%2e%2e", "etc", "passwd", "\x00", "CON", "~", "\\"])).map(
        "/".join
    ),
)


@given(PATHS)
def test_no_path_reaches_anything_else(public_tree, path):
    public, known = public_tree
    status, _, body = ask(public, path)
    assert status in {301, 404} or body in known


@pytest.fixture(scope="module")
def public_tree(tree, public):
    return public, {file.read_bytes() for file in tree.rglob("*") if file.is_file()}


def test_links_out_of_the_tree_are_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("noslēpums", encoding="utf-8")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "public" / "folder").symlink_to(tmp_path)
    public = Public.load(tmp_path / "public")
    assert ask(public, "/link.txt")[0] == ask(public, "/folder/secret.txt")[0] == 404


def test_nothing_built_yet_is_an_empty_site(tmp_path):
    assert ask(Public.load(tmp_path / "public"), "/")[0] == 404


def test_a_rebuild_shows_at_once_and_reads_only_what_changed(tmp_path):
    target = tmp_path / "public"
    parts = (SITE, TODAY, HELPLINES, load, ASSETS)
    build(Outlets(september(), *parts), target)
    public = Public.load(target)
    page = "/lv/e/eu-anti-trafficking-day-2023/kickoff/"
    before = public._tree
    build(Outlets(with_row(september(), page[6:-1], withdrawn="kļūda"), *parts), target)
    assert b"Atsaukts" not in ask(public, page)[2]
    public.reload(target)
    assert b"Atsaukts" in ask(public, page)[2]
    assert public._tree.resources["/en/calendar.ics"] is before.resources["/en/calendar.ics"]
