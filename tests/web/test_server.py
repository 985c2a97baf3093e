"""The HTTP server: a real one, on loopback."""

import http.client

import pytest

from campaign.errors import CampaignError
from campaign.web.app import serve
from campaign.web.public import Public


@pytest.fixture
def public(tmp_path):
    (tmp_path / "lv").mkdir()
    (tmp_path / "lv" / "index.html").write_text("<h1>Glāžšķūņu rūķīši</h1>" * 50, encoding="utf-8")
    return Public.load(tmp_path)


def ask(port, path, headers=None, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_it_answers_and_ends(public):
    server = serve(public, port=0)
    answer, body = ask(server.port, "/lv/")
    server.stop()
    assert (answer.status, body.decode()[:26]) == (200, "<h1>Glāžšķūņu rūķīši</h1><")
    with pytest.raises(ConnectionRefusedError):
        ask(server.port, "/lv/")


def test_it_does_not_tell_what_it_is_made_of(public):
    server = serve(public, port=0)
    answer, _ = ask(server.port, "/lv/")
    server.stop()
    assert answer.headers["server"] is None
    assert answer.headers["date"]


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/lv/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/lv/%00", "/%ff"]
)
def test_odd_paths_are_not_found(public, path):
    server = serve(public, port=0)
    answer, body = ask(server.port, path)
    server.stop()
    assert (answer.status, body) == (404, b"")


def test_an_unchanged_page_costs_no_body(public):
    server = serve(public, port=0)
    first, _ = ask(server.port, "/lv/", {"Accept-Encoding": "gzip"})
    again, body = ask(server.port, "/lv/", {"If-None-Match": first.headers["etag"]})
    server.stop()
    assert (again.status, body) == (304, b"")


def test_it_listens_on_this_machine_only(public):
    server = serve(public, port=0)
    place = server._listener.getsockname()[0]
    server.stop()
    assert place == "127.0.0.1"


def test_the_next_free_port_is_taken_when_asked(public):
    first = serve(public, port=0)
    second = serve(public, port=first.port, next_free=True)
    reached = ask(second.port, "/lv/")[0].status
    first.stop()
    second.stop()
    assert (reached, second.port > first.port) == (200, True)


def test_a_taken_port_is_said_in_words(public):
    first = serve(public, port=0)
    with pytest.raises(CampaignError, match=f"port {first.port} on 127.0.0.1 is taken"):
        serve(public, port=first.port)
    first.stop()


def test_an_address_of_another_machine_is_refused_in_words(public):
    with pytest.raises(CampaignError, match="cannot be listened on"):
        serve(public, host="192.0.2.1", port=8000)
