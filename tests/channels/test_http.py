import datetime as dt
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpcore
import pytest
from pydantic import BaseModel

from campaign.channels.exchange import Reply, Request, Service, accepted, explained, heeding, parsed, waiting
from campaign.channels.http import LARGEST_REPLY, HttpOptions, Timeouts, _Deadline, _Stream, is_public, over_network
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Throttled, Transient, Uncertain
from tests.channels.attempts import options_for
from tests.fakes.server import Answer, FakeServer, Seen, answering, as_json, dripping, hanging, lost_after, torn_down

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
CANARY = "kanarijputnins-31415926"


class Echo(FakeServer):
    publishing = "POST /post"

    def answer(self, seen: Seen) -> Answer:
        return as_json({"id": "1", "target": seen.target, "headers": dict(seen.headers)})

    def truth(self) -> object:
        return len(self.log)


@pytest.fixture
def server() -> Iterator[Echo]:
    fake = Echo()
    with fake:
        yield fake


def asking(server: FakeServer, *, publishes: bool = False, **fields: Any) -> Request:
    return Request("POST", f"{server.url}/post", "publishing the post", json={"a": "ā"}, publishes=publishes, **fields)


def outcome(request: Request, options: HttpOptions) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        accepted(over_network(options)(request))
    return raised.value


# ---------------------------------------------------------------- what an outcome means

PUBLISHING = Request("POST", "https://x.example/p", "publishing the post", publishes=True)
OTHER = Request("GET", "https://x.example/p", "looking for the post")
SCOPE = {"www-authenticate": 'Bearer realm="x", error="insufficient_scope", scope="write"'}
TOKEN = {"www-authenticate": "Bearer error=invalid_token"}


@pytest.mark.parametrize(
    ("status", "headers", "publish", "other"),
    [
        (400, {}, Rejected, Rejected),
        (400, TOKEN, AccountBlocked, AccountBlocked),
        (401, {}, AccountBlocked, AccountBlocked),
        (402, {}, AccountBlocked, AccountBlocked),
        (403, {}, Rejected, Rejected),
        (403, SCOPE, AccountBlocked, AccountBlocked),
        (404, {}, Rejected, Rejected),
        (405, {}, Rejected, Rejected),
        (408, {}, Uncertain, Transient),
        (409, {}, Uncertain, Transient),
        (410, {}, Rejected, Rejected),
        (413, {}, Rejected, Rejected),
        (422, {}, Rejected, Rejected),
        (425, {}, Throttled, Throttled),
        (426, {}, AccountBlocked, AccountBlocked),
        (429, {}, Throttled, Throttled),
        (301, {}, AccountBlocked, AccountBlocked),
        (302, {}, AccountBlocked, AccountBlocked),
        (303, {}, Uncertain, Transient),
        (304, {}, Uncertain, Transient),
        (308, {}, AccountBlocked, AccountBlocked),
        (500, {}, Uncertain, Transient),
        (501, {}, Uncertain, Transient),
        (502, {}, Uncertain, Transient),
        (503, {}, Uncertain, Transient),
        (504, {}, Uncertain, Transient),
        (520, {}, Uncertain, Transient),
        (599, {}, Uncertain, Transient),
    ],
)
def test_a_status_means_one_thing_to_a_publication_and_one_to_the_rest(
    status: int, headers: dict[str, str], publish: type, other: type
):
    for request, expected in ((PUBLISHING, publish), (OTHER, other)):
        with pytest.raises(DeliveryError) as raised:
            accepted(Reply(request, status, headers))
        assert type(raised.value) is expected


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206])
def test_a_success_passes(status: int):
    reply = Reply(PUBLISHING, status)
    assert accepted(reply) is reply


class Shape(BaseModel):
    id: str


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id": 7}', b'{"nr": "7"}', b"<html>", b"\xff\xfe", b"null"])
def test_a_success_nobody_understands_leaves_a_post_in_doubt(body: bytes):
    with pytest.raises(Uncertain):
        parsed(Reply(PUBLISHING, 200, body=body), Shape)
    with pytest.raises(Transient):
        parsed(Reply(OTHER, 200, body=body), Shape)


def nobody_there() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def test_a_refused_connection_was_never_sent():
    address = nobody_there()
    request = replace(PUBLISHING, url=f"http://{address}/")
    assert type(outcome(request, options_for(address))) is Transient


def test_a_name_that_does_not_exist_was_never_sent():
    request = replace(PUBLISHING, url="https://nav-tada.invalid/")
    assert type(outcome(request, options_for())) is Transient


def test_a_certificate_nobody_trusts_was_never_sent(server: Echo):
    request = replace(PUBLISHING, url=f"https://{server.address}/post")
    assert type(outcome(request, options_for(server.address))) is Transient
    assert not server.log


@pytest.mark.parametrize("fault", [lost_after, hanging, dripping, torn_down])
def test_an_answer_that_never_came_leaves_a_post_in_doubt(server: Echo, fault: Any):
    server.fault(fault, fault)
    options = options_for(server.address)
    assert type(outcome(asking(server, publishes=True), options)) is Uncertain
    assert type(outcome(asking(server), options)) is Transient


def test_an_answer_too_large_is_not_read_to_its_end(server: Echo):
    server.fault(answering(Answer(200, b"x" * (LARGEST_REPLY + 1))))
    assert type(outcome(asking(server, publishes=True), options_for(server.address))) is Uncertain


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(server: Echo, status: int):
    server.fault(answering(Answer(status, headers={"Location": f"{server.url}/other"})))
    outcome(asking(server), options_for(server.address))
    assert [seen.path for seen in server.log] == ["/post"]


# ---------------------------------------------------------------- how long to wait

DATE = {"date": "Mon, 23 Nov 2026 09:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, b"", 7),
        ({"retry-after": "Mon, 23 Nov 2026 09:01:00 GMT"}, b"", 60),
        ({"retry-after": "Mon, 23 Nov 2026 08:00:00 GMT"}, b"", 0),
        ({"x-ratelimit-reset": "2026-11-23T09:00:30.500000Z"}, b"", 30.5),
        ({"x-ratelimit-reset": "1795424520"}, b"", 120),
        ({"ratelimit-reset": "1795424520"}, b"", 120),
        ({"x-rate-limit-reset": "1795424520"}, b"", 120),
        ({"ratelimit-reset": "45"}, b"", 45),
        ({}, b'{"parameters": {"retry_after": 9}}', 9),
        ({}, b'{"retry_after": 0.65}', 0.65),
        ({}, b'{"retry_after_ms": 4271}', 4.271),
        ({"retry-after": "5"}, b'{"retry_after_ms": 4271}', 5),
        ({"retry-after": "86400000"}, b"", 86_400),
        ({"retry-after": "999999999999999"}, b"", 86_400),
        ({"x-ratelimit-reset": "9999-12-31T00:00:00Z"}, b"", 86_400),
        ({"ratelimit-reset": "999999999999999"}, b"", 86_400),
        ({}, b'{"retry_after": 1e99}', None),
        ({"retry-after": "-5"}, b"", None),
        ({"retry-after": "nan"}, b"", None),
        ({"retry-after": "drīz"}, b'{"parameters": "soon", "retry_after": null}', None),
        ({}, b"", None),
    ],
)
def test_waiting_times_come_in_many_shapes(headers: dict[str, str], body: bytes, seconds: float | None):
    wait = waiting(Reply(OTHER, 429, {**DATE, **headers}, body))
    assert (None if wait is None else wait.total_seconds()) == seconds


def test_a_moment_is_measured_on_the_services_clock():
    headers = {"retry-after": "Mon, 23 Nov 2026 09:01:00 GMT"}
    ours_is_wrong = NOW + dt.timedelta(seconds=90)
    assert waiting(Reply(OTHER, 429, {**DATE, **headers}, b"", ours_is_wrong)) == dt.timedelta(minutes=1)
    assert waiting(Reply(OTHER, 429, headers, b"", NOW)) == dt.timedelta(minutes=1)


def test_the_time_arrives_with_the_error(server: Echo):
    server.fault(answering(as_json({}, 429, {"X-RateLimit-Reset": "2999-01-01T00:00:00Z"})))
    error = outcome(asking(server, publishes=True), options_for(server.address))
    assert isinstance(error, Transient)
    assert error.after == dt.timedelta(days=1)


# ---------------------------------------------------------------- where requests may go

HOSTILE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0", "0.0.0.0", "localhost", "localhost.",
    "127.0.0.1.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]",
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "100.64.0.1", "169.254.169.254",
    "169.254.0.1", "192.0.0.8", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]",
    "[fd00::1]", "[fec0::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2001::1]", "[2001:db8::1]", "[100::1]", "①②⑦.⓪.⓪.①", "user@127.0.0.1", "127.0.0.1%00.example.org",
]  # fmt: skip


TRIED: list[object] = []
"""Every connection this process has tried to make, as the interpreter itself reports it."""

sys.addaudithook(lambda event, details: TRIED.append(details[1]) if event == "socket.connect" else None)


@pytest.mark.parametrize("host", HOSTILE)
def test_no_address_off_the_public_internet_is_reached(host: str):
    before = len(TRIED)
    for port in ("", ":80", ":443", ":25", ":8080"):
        with pytest.raises((AccountBlocked, Transient)):
            over_network(options_for())(Request("GET", f"https://{host}{port}/", "looking"))
    assert not TRIED[before:]


def test_the_count_of_connections_would_see_one(server: Echo):
    before = len(TRIED)
    over_network(options_for(server.address))(asking(server))
    assert TRIED[before:] == [("127.0.0.1", server.port)]


def test_the_hostile_table_is_long_enough():
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("address", ["1.1.1.1", "195.13.160.1", "2a00:1450:4001:82f::200e", "2606:4700::1111"])
def test_public_addresses_are_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["10.0.0.1", "2606:4700::1111"]])
def test_one_private_answer_spoils_a_name(answers: list[str]):
    exchange = over_network(options_for(), lambda _host, _port: answers)
    with pytest.raises(AccountBlocked):
        exchange(Request("GET", "https://kampana.example/", "looking"))


def test_a_name_is_resolved_once_so_its_answer_cannot_change(server: Echo):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    exchange = over_network(options_for(f"ieksejs.example:{server.port}"), lambda _host, _port: next(answers))
    exchange(Request("GET", f"http://ieksejs.example:{server.port}/x", "looking"))
    assert len(server.log) == 1
    assert next(answers) == ["10.0.0.1"]


def test_an_exception_is_for_exactly_its_host_and_port(server: Echo):
    for other in (f"127.0.0.1:{server.port + 1}", f"localhost:{server.port}", "127.0.0.1"):
        with pytest.raises(AccountBlocked):
            over_network(options_for(other))(asking(server))
    assert not server.log


def test_a_secret_never_travels_unencrypted():
    with pytest.raises(AccountBlocked, match="https"):
        over_network(options_for())(Request("GET", "http://example.org/", "looking"))


def test_the_environments_proxy_is_ignored(server: Echo, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://{nobody_there()}")
    over_network(options_for(server.address))(asking(server))
    assert len(server.log) == 1


# ---------------------------------------------------------------- what is sent, and what is never shown


def test_requests_say_who_is_asking(server: Echo):
    over_network(options_for(server.address))(asking(server))
    headers = server.log[0].headers
    assert headers["user-agent"].startswith("campaign/")
    assert "https://kampana.example" in headers["user-agent"]
    assert headers["accept-encoding"] == "identity"
    assert server.log[0].json == {"a": "ā"}


def test_every_request_has_a_connection_of_its_own(server: Echo):
    exchange = over_network(options_for(server.address))
    for _ in range(3):
        exchange(asking(server))
    assert len(server.log) == 3


SECRET_ADDRESS = f"/bot{CANARY}/post"


@pytest.mark.parametrize(
    "answer",
    [
        as_json({"error": f"bad token {CANARY}"}, 400),
        as_json({"error": f"bad token {CANARY}", "message": f"«{CANARY}»"}, 401),
        as_json({"error_description": CANARY}, 500),
        as_json({"error": {"nested": CANARY}}, 422),
        Answer(502, f"<html>{CANARY}</html>".encode()),
        Answer(302, headers={"Location": f"https://example.org/{CANARY}"}),
        as_json({}, 429),
    ],
)
def test_no_secret_shows_in_any_error_or_log(server: Echo, caplog: pytest.LogCaptureFixture, answer: Answer):
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING
    server.fault(answering(answer), on=f"POST {SECRET_ADDRESS}")
    service = Service(over_network(options_for(server.address)), server.url, {"Authorization": f"Bearer {CANARY}"})
    with pytest.raises(DeliveryError) as raised:
        service.read(Request("POST", SECRET_ADDRESS, "publishing the post", publishes=True), Shape)
    assert CANARY not in f"{raised.value!r} {raised.value} {caplog.text} {raised.value.__cause__}"


@pytest.mark.parametrize("fault", [lost_after, hanging])
def test_no_secret_shows_when_no_answer_comes(server: Echo, caplog: pytest.LogCaptureFixture, fault: Any):
    import traceback

    caplog.set_level(logging.DEBUG)
    server.fault(fault, on=f"POST {SECRET_ADDRESS}")
    service = Service(over_network(options_for(server.address)), server.url, {"Authorization": f"Bearer {CANARY}"})
    with pytest.raises(DeliveryError) as raised:
        service.read(Request("POST", SECRET_ADDRESS, "publishing the post"), Shape)
    assert CANARY not in "".join(traceback.format_exception(raised.value)) + caplog.text


def test_a_service_is_quoted_briefly_and_on_one_line():
    words = explained(Reply(OTHER, 422, body=as_json({"error": "Pārāk\n\x00garš\u2028 " * 100}).body))
    assert "Pārāk garš" in words
    assert len(words) < 400
    assert words.isprintable()


def test_an_answer_to_a_private_request_is_not_quoted():
    assert "nepareiza" not in explained(Reply(replace(OTHER, private=True), 401, body=b'{"error": "nepareiza"}'))


def test_nothing_moves_after_the_deadline():
    stream = _Stream(httpcore.MockStream([b"x"]), _Deadline(0))
    with pytest.raises(httpcore.ReadTimeout):
        stream.read(1)
    with pytest.raises(httpcore.WriteTimeout):
        stream.write(b"x")


def test_slow_bytes_never_outlast_the_whole(server: Echo):
    """Each byte comes in time; the answer as a whole does not."""
    server.fault(dripping)
    options = replace(options_for(server.address), ordinary=Timeouts(connect=1, read=0.5, total=0.6))
    finished = threading.Event()

    def call() -> None:
        with pytest.raises(Transient):
            over_network(options)(asking(server))
        finished.set()

    threading.Thread(target=call, daemon=True).start()
    assert finished.wait(10)


@pytest.mark.parametrize(
    ("left", "publishes", "rests"), [("0", True, [45]), ("1", True, []), ("0", False, []), ("", True, [])]
)
def test_the_last_post_a_service_allows_rests_the_account(left: str, publishes: bool, rests: list[int]) -> None:
    headers = {"x-ratelimit-remaining": left, "x-ratelimit-reset": "45"}
    told: list[dt.timedelta] = []
    way = heeding(lambda request: Reply(request, 200, headers), told.append)
    way(Request("POST", "https://social.example", "publishing", publishes=publishes))
    assert [wait.total_seconds() for wait in told] == rests
