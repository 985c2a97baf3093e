import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers import bluesky_server, nostr_server, synapse_server


@dataclass
class RealBluesky:
    """An account on a real server."""

    url: str
    did: str
    handle: str
    app_password: str

    @property
    def address(self) -> str:
        return self.url.removeprefix("http://")

    def records(self) -> list[dict[str, Any]]:
        query = f"repo={self.did}&collection=app.bsky.feed.post&limit=100"
        answer = xrpc(f"{self.url}/xrpc/com.atproto.repo.listRecords?{query}")
        return [record["value"] for record in answer["records"]]


def xrpc(url: str, body: object = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
        return json.loads(answer.read() or b"{}")


def register(url: str, name: str) -> RealBluesky:
    account = {"handle": f"{name}.test", "email": f"{name}@kampana.example", "password": "parole-parole"}
    made = xrpc(f"{url}/xrpc/com.atproto.server.createAccount", account)
    app = xrpc(f"{url}/xrpc/com.atproto.server.createAppPassword", {"name": "kampana"}, made["accessJwt"])
    return RealBluesky(url, made["did"], account["handle"], app["password"])


@pytest.fixture(scope="session")
def real_bluesky_server(counterpart: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    counterpart("node")
    counterpart("pds")
    with bluesky_server(tmp_path_factory.mktemp("bluesky")) as url:
        yield url


@pytest.fixture
def real_bluesky(real_bluesky_server: str, request: pytest.FixtureRequest) -> RealBluesky:
    """A new account for every test: its repository is empty."""
    numbers = request.config.stash.setdefault(ACCOUNTS, [])
    numbers.append(len(numbers))
    return register(real_bluesky_server, f"kampana{len(numbers)}")


ACCOUNTS = pytest.StashKey[list[int]]()


@pytest.fixture(scope="session")
def real_synapse(
    counterpart: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A Matrix server: its address, and the secret that registers users."""
    with synapse_server(tmp_path_factory.mktemp("synapse"), counterpart("synapse")) as server:
        yield server


@pytest.fixture(scope="session")
def real_nostr(counterpart: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Nostr relay."""
    with nostr_server(tmp_path_factory.mktemp("nostr"), counterpart("nostr")) as url:
        yield url
