"""Access tokens that run out, at a service whose refresh tokens work only once."""

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.channels.account import Tokens
from campaign.channels.base import Opening
from campaign.channels.exchange import Request, Service
from campaign.channels.http import over_network
from campaign.channels.oauth import Application, Bearer, Renew, Values, refreshing
from campaign.channels.tokens import TokenFolder
from campaign.errors import AccountBlocked, Transient
from tests.channels.attempts import MemoryTokens, options_for
from tests.fakes.server import Handling, answering, as_json, cut_off, error_before, lost_before
from tests.fakes.x import CLIENT, REFRESH, TOKEN, FakeX

ROOT = Path(__file__).parents[2]
ASKED = "GET /2/users/me"
RENEWED = "POST /2/oauth2/token"
NOW = dt.datetime(2023, 9, 5, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def server() -> Iterator[FakeX]:
    with FakeX(clock=lambda: NOW) as fake:
        yield fake


@pytest.fixture
def tokens(tmp_path: Path) -> TokenFolder:
    return TokenFolder(tmp_path / "secrets" / "tokens")


def bearer(server: FakeX, tokens: Tokens, given: Values | None = None, *, renews: bool = True) -> Bearer:
    exchange = over_network(options_for(server.address))
    service = Service(exchange, server.url)
    application = Application(*CLIENT, in_header=True)
    renew: Renew = refreshing(service, "/2/oauth2/token", application, lambda: NOW)
    opening = Opening("x", exchange, tokens, "https://kampana.example", lambda: NOW)
    return Bearer(opening, service, given or {}, renew if renews else None)


def status(asking: Bearer) -> int:
    return asking.ask(Request("GET", "/2/users/me", "asking")).status


def seconds(offset: int) -> str:
    return str(int(NOW.timestamp()) + offset)


def test_a_token_that_lasts_is_used_as_it_is(server: FakeX, tokens: TokenFolder) -> None:
    tokens.save("x", {"access": TOKEN, "refresh": REFRESH, "expires": seconds(301)})
    assert status(bearer(server, tokens)) == 200
    assert server.state["renewals"] == 0


@pytest.mark.parametrize("left", [300, 0, -9000])
def test_a_token_about_to_run_out_is_renewed_before_it_is_used(server: FakeX, tokens: TokenFolder, left: int) -> None:
    tokens.save("x", {"access": TOKEN, "refresh": REFRESH, "expires": seconds(left)})
    assert status(bearer(server, tokens)) == 200
    assert [seen.call for seen in server.log] == [RENEWED, ASKED]
    assert tokens.load("x")["expires"] == seconds(7200)


def test_a_renewed_token_is_on_disk_before_it_is_used(server: FakeX, tokens: TokenFolder) -> None:
    found: list[tuple[str, str]] = []

    def look(handling: Handling) -> None:
        found.append((handling.seen.headers["authorization"], tokens.load("x")["access"]))
        handling.reply(handling.act())

    server.fault(look, on=ASKED)
    assert status(bearer(server, tokens, {"refresh": REFRESH})) == 200
    assert found == [(f"Bearer {TOKEN}-1", f"{TOKEN}-1")]


def test_many_at_once_use_a_refresh_token_once(server: FakeX, tokens: TokenFolder) -> None:
    answers: list[int] = []
    askers = [bearer(server, tokens, {"refresh": REFRESH}) for _ in range(6)]
    threads = [threading.Thread(target=lambda asker=asker: answers.append(status(asker))) for asker in askers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, server.state["renewals"]) == ([200] * 6, 1)


CHECK = """
import json, pathlib, sys
from campaign.channels import open_channel
from campaign.channels.tokens import TokenFolder
from campaign.channels.x import XSettings
from tests.channels.attempts import options_for
folder, address, settings = sys.argv[1:]
model = XSettings.model_validate(json.loads(settings))
print(open_channel("x", model, options_for(address), TokenFolder(pathlib.Path(folder))).check())
"""


def test_processes_use_a_refresh_token_once_too(server: FakeX, tmp_path: Path) -> None:
    secrets = {"client_id": CLIENT[0], "client_secret": CLIENT[1], "refresh_token": REFRESH}
    settings = json.dumps({"kind": "x", "server": server.url, **secrets})
    command = [sys.executable, "-c", CHECK, str(tmp_path / "secrets"), server.address, settings]
    server.clock = lambda: dt.datetime.now(dt.UTC)
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0].strip() for process in running] == ["@kampana on X"] * 3
    assert server.state["renewals"] == 1


def test_a_refresh_token_that_is_not_replaced_stays(server: FakeX, tokens: TokenFolder) -> None:
    server.fault(answering(as_json({"access_token": TOKEN, "refresh_token": "", "expires_in": 60})), on=RENEWED)
    tokens.save("x", {"access": "vecs", "refresh": REFRESH, "expires": seconds(0), "ends": seconds(9000)})
    assert status(bearer(server, tokens)) == 200
    renewed = {"access": TOKEN, "refresh": REFRESH, "expires": seconds(60), "ends": seconds(9000)}
    assert tokens.load("x") == renewed


def test_a_new_token_without_an_end_is_not_renewed_again_and_again(server: FakeX, tokens: TokenFolder) -> None:
    server.fault(answering(as_json({"access_token": TOKEN})), on=RENEWED)
    asking = bearer(server, tokens)
    tokens.save("x", {"access": "vecs", "refresh": REFRESH, "expires": seconds(0)})
    assert [status(asking), status(asking)] == [200, 200]
    assert len(server.calls(RENEWED)) == 1


@pytest.mark.parametrize("fault", [lost_before, error_before, cut_off])
def test_a_renewal_that_fails_on_the_way_is_for_another_time(server: FakeX, tokens: TokenFolder, fault) -> None:
    server.fault(fault, on=RENEWED)
    asking = bearer(server, tokens, {"refresh": REFRESH})
    with pytest.raises(Transient):
        status(asking)
    assert not tokens.load("x")


@pytest.mark.parametrize("body", [[], {"error": {"code": 190}}, {"error": None}])
def test_a_refusal_of_any_shape_blocks_the_account(server: FakeX, tokens: TokenFolder, body: object) -> None:
    server.fault(answering(as_json(body, 400)), on=RENEWED)
    with pytest.raises(AccountBlocked):
        status(bearer(server, tokens, {"refresh": REFRESH}))


def test_a_token_that_cannot_be_kept_is_not_even_asked_for(server: FakeX, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("not a folder")
    with pytest.raises(AccountBlocked):
        status(bearer(server, TokenFolder(tmp_path / "tokens"), {"refresh": REFRESH}))
    assert not server.log


def test_a_new_secret_starts_the_store_anew_and_the_same_one_does_not(server: FakeX, tokens: TokenFolder) -> None:
    assert status(bearer(server, tokens, {"refresh": REFRESH})) == 200
    assert status(bearer(server, tokens, {"refresh": REFRESH})) == 200
    assert server.state["renewals"] == 1
    server.state["refresh"] = "kanarijputnins-jauns"
    assert status(bearer(server, tokens, {"refresh": "kanarijputnins-jauns"})) == 200
    assert tokens.load("x")["refresh"] == f"{REFRESH}-2"


def test_what_was_stored_by_hand_goes_before_older_secrets(server: FakeX, tokens: TokenFolder) -> None:
    tokens.save("x", {"access": TOKEN})
    assert status(bearer(server, tokens, {"access": "vecs"})) == 200


def test_a_token_refused_and_not_renewable_is_answered_as_it_is(server: FakeX) -> None:
    assert status(bearer(server, MemoryTokens(), {"access": "vecs"}, renews=False)) == 401


def test_a_refused_renewal_quotes_no_secret(server: FakeX, tokens: TokenFolder) -> None:
    answer = as_json({"error": "invalid_grant", "error_description": f"{REFRESH} is used up"}, 400)
    server.fault(answering(answer), on=RENEWED)
    with pytest.raises(AccountBlocked, match="connect the account anew") as raised:
        status(bearer(server, tokens, {"refresh": REFRESH}))
    assert "kanarijputnins" not in str(raised.value)


@pytest.mark.parametrize(
    ("stored", "ends"),
    [
        ({"access": "a", "refresh": "r", "expires": "1700000000", "ends": "1800000000"}, 1_800_000_000),
        ({"access": "a", "refresh": "r", "expires": "1700000000"}, None),
        ({"access": "a", "expires": "1700000000"}, 1_700_000_000),
        ({"access": "a", "expires": "rudenī"}, None),
        ({}, None),
    ],
)
def test_when_a_person_must_connect_anew_is_told(server: FakeX, stored: dict[str, str], ends: int | None) -> None:
    tokens = MemoryTokens()
    tokens.save("x", stored)
    assert bearer(server, tokens).ends() == (ends and dt.datetime.fromtimestamp(ends, dt.UTC))
