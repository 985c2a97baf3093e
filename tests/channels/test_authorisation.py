"""How services let us in: the words of the standards, and two real servers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from campaign.channels import REMOTE
from campaign.channels.authorisation import (
    Authorisation,
    Client,
    Journey,
    challenge_of,
    code_of,
    machine_word,
    page_address,
    redemption,
)
from campaign.channels.base import RemoteModel
from campaign.connect import Wish, connect
from campaign.connect.checks import look
from campaign.errors import CampaignError
from campaign.workspace import open_workspace
from tests.channels.conftest import RealBluesky
from tests.channels.test_matrix import new_room
from tests.channels.test_matrix import register as register_on_matrix
from tests.fakes.matrix import CLIENT, PASSWORD
from tests.test_connect import SMALL, Person, secrets_in, tables
from tests.workspaces import make_workspace

WAY = Authorisation(page="{server}/authorize", redeem_at="{server}/token", scopes=("read", "write"))
JOURNEY = Journey(Client("klients", "kanarijputnins-k"), "http://127.0.0.1:9999/", "ā-state", "v" * 43)
SERVER = {"server": "https://glazskunu.example"}


def query_of(way: Authorisation) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page_address(way, SERVER, JOURNEY)).query, strict_parsing=True)


def test_the_challenge_is_the_one_of_the_standard() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_browser_is_sent_off_with_everything_but_secrets() -> None:
    assert page_address(WAY, SERVER, JOURNEY).startswith("https://glazskunu.example/authorize?")
    assert query_of(WAY) == {
        "response_type": ["code"],
        "client_id": ["klients"],
        "redirect_uri": ["http://127.0.0.1:9999/"],
        "scope": ["read write"],
        "state": ["ā-state"],
        "code_challenge": [challenge_of("v" * 43)],
        "code_challenge_method": ["S256"],
    }


def test_a_service_without_pkce_is_not_told_of_it() -> None:
    plain = replace(WAY, proves_possession=False, separator=",")
    assert not {"code_challenge", "code_challenge_method"} & set(query_of(plain))
    assert query_of(plain)["scope"] == ["read,write"]
    assert "code_verifier" not in redemption(plain, SERVER, JOURNEY, "k").form


@pytest.mark.parametrize("in_header", [True, False])
def test_an_application_proves_itself_in_one_place_only(*, in_header: bool) -> None:
    request = redemption(replace(WAY, in_header=in_header), SERVER, JOURNEY, "k")
    assert ("Authorization" in request.headers, "client_secret" in request.form) == (in_header, not in_header)
    assert request.private
    assert "kanarijputnins" not in request.url


def test_an_application_without_a_secret_says_none() -> None:
    request = redemption(WAY, SERVER, replace(JOURNEY, client=Client("klients")), "k")
    assert (request.headers, request.form.get("client_secret")) == ({}, None)


@pytest.mark.parametrize(
    "answer",
    ["kods", " kods\n", "http://127.0.0.1:9999/?code=kods&state=%C4%81-state", "/?state=%C4%81-state&code=kods#_=_"],
)
def test_the_code_is_read_from_whatever_a_person_copies(answer: str) -> None:
    assert code_of(answer, JOURNEY) == "kods"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("https://a.example/?code=kods&state=a", "not the answer"),
        ("https://a.example/?code=kods", "not the answer"),
        ("https://a.example/?code=kods&state=%C4%81-state&state=%C4%81-state", "not the answer"),
        ("https://a.example/?state=%C4%81-state", "no code"),
        ("https://a.example/?state=%C4%81-state&code=a&code=b", "no code"),
        ("https://a.example/?state=%C4%81-state&error=access_denied", "access_denied"),
        ("https://a.example/?state=%C4%81-state&error=%1b[31mkods", "no reason"),
    ],
)
def test_anything_else_is_told_in_words(answer: str, words: str) -> None:
    with pytest.raises(CampaignError, match=words):
        code_of(answer, JOURNEY)


@pytest.mark.parametrize(("value", "word"), [("invalid_grant", "invalid_grant"), ("a b", "no reason"), (190, "190")])
def test_only_machine_words_are_repeated(value: object, word: str) -> None:
    assert machine_word(value) == word


@pytest.mark.parametrize("model", [model for model in REMOTE if model.authorisation])
def test_a_way_in_names_fields_that_the_account_has(model: type[RemoteModel]) -> None:
    way = model.authorisation
    assert way
    assert {*way.gives, *way.tells} <= set(model.model_fields)


# ---------------------------------------------------------------- real servers


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def workspace(root: Path, address: str) -> Path:
    return make_workspace(root, config=SMALL.replace("[accounts.feed]", f'reachable = ["{address}"]\n[accounts.feed]'))


def let_in(root: Path, kind: str, settings: Mapping[str, str], answers: dict[str, str], **more: Any) -> str:
    return connect(open_workspace(root), Wish(kind, kind, settings, **more), Person(answers), now).who


@pytest.mark.real
def test_a_real_bluesky_account_is_connected_and_checked(tmp_path: Path, real_bluesky: RealBluesky) -> None:
    root = workspace(tmp_path, real_bluesky.address)
    answers = {"handle": real_bluesky.handle, "app_password": real_bluesky.app_password}
    assert let_in(root, "bluesky", {"server": real_bluesky.url}, answers).startswith(f"@{real_bluesky.handle}")
    assert [standing.state for standing in look(root, [], now)] == ["ok"]
    assert secrets_in(root) == {"bluesky_app_password": real_bluesky.app_password}


@pytest.mark.real
def test_a_real_bluesky_server_refuses_a_wrong_password_and_nothing_is_kept(
    tmp_path: Path, real_bluesky: RealBluesky
) -> None:
    root = workspace(tmp_path, real_bluesky.address)
    answers = {"handle": real_bluesky.handle, "app_password": "kanarijputnins-nepareiza"}
    with pytest.raises(CampaignError, match="Nothing was kept"):
        let_in(root, "bluesky", {"server": real_bluesky.url}, answers)
    assert (secrets_in(root), "bluesky" in tables(root)) == ({}, False)


@pytest.mark.real
def test_a_real_matrix_server_takes_the_password_once_and_keeps_the_device(
    tmp_path: Path, real_synapse: tuple[str, str]
) -> None:
    writer = register_on_matrix(real_synapse, "pieslegta")
    room = new_room(writer, register_on_matrix(real_synapse, "pieslegtas-lasitaja", admin=True))
    root = workspace(tmp_path, writer.url.removeprefix("http://"))
    given = {"server": writer.url, "room": room.id, "user": writer.user}
    tokens = []
    for again in (False, True):
        assert let_in(root, "matrix", given, {"password": PASSWORD}, again=again) == f"{writer.user} in {room.id}"
        tokens.append(secrets_in(root)["matrix_token"])
    devices = [device["device_id"] for device in writer.ask("GET", f"{CLIENT}/devices")["devices"]]
    assert [device for device in devices if device.startswith("campaign")] == ["campaign-matrix"]
    assert (tokens[0] == tokens[1], PASSWORD in str(secrets_in(root))) == (False, False)
