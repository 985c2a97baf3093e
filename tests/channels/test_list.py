"""The list of kinds: each is complete, and settings are read strictly."""

import sys
from pathlib import Path
from typing import Annotated, Any, Union

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from campaign.channels import ACCOUNTS, open_channel, read_limits
from campaign.channels.account import AccountModel
from campaign.channels.base import RemoteModel
from campaign.channels.mastodon import MastodonSettings
from campaign.errors import AccountBlocked
from tests.channels.attempts import Delivery, MemoryTokens, make_post, options_for

ROOT = Path(__file__).parents[2]
GOOD: dict[str, dict[str, Any]] = {
    "feed": {},
    "site": {},
    "calendar": {"languages": ["lv", "en"]},
    "mastodon": {"server": "https://mastodon.example/", "token": "t"},
    "bluesky": {"handle": "kampana.example"},
    "linkedin": {"organization": "71513925", "token": "t"},
    "x": {"client_id": "k", "refresh_token": "t"},
    "facebook": {"page_id": "100200300"},
    "instagram": {"user_id": "100200300"},
    "threads": {"user_id": "100200300"},
    "telegram": {"channel": "@kampana_lv"},
    "discord": {"username": "Kampaņa"},
    "slack": {"channel_id": "C0KAMPANA42"},
    "slack-webhook": {},
    "teams": {},
    "matrix": {"server": "https://matrix.example", "room": "!a:matrix.example", "user": "@k:matrix.example"},
    "nostr": {"relays": ["wss://relay.example/"]},
    "webhook": {"url": "https://arhivs.example/hook?x=1"},
}


def read(values: dict[str, Any]) -> Any:
    anything: Any = Annotated[Union[ACCOUNTS], Field(discriminator="kind")]  # noqa: UP007 # a tuple known at run time
    return TypeAdapter(anything).validate_python(values)


def module_of(model: type[AccountModel]) -> str:
    return model.__module__.rpartition(".")[2]


@pytest.mark.parametrize("model", ACCOUNTS)
def test_each_kind_has_its_tests_and_its_page(model: type[AccountModel]):
    assert (ROOT / f"tests/channels/test_{module_of(model)}.py").is_file()
    assert (ROOT / f"docs/channels/{module_of(model)}.md").is_file()


@pytest.mark.parametrize("model", ACCOUNTS)
def test_each_setting_of_a_kind_is_on_its_page(model: type[AccountModel]):
    page = (ROOT / f"docs/channels/{module_of(model)}.md").read_text()
    assert not [name for name in model.model_fields if name not in RemoteModel.model_fields and f"`{name}`" not in page]


def test_each_setting_that_all_kinds_share_is_on_their_page():
    page = (ROOT / "docs/channels/README.md").read_text()
    assert not [name for name in RemoteModel.model_fields if f"`{name}`" not in page]


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accounts_are_told_apart_by_kind(kind: str):
    settings = read({"kind": kind, **GOOD[kind]})
    assert settings.kind == kind
    assert settings.limits


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_a_misspelt_setting_is_refused(kind: str):
    with pytest.raises(ValidationError, match="langauges"):
        read({"kind": kind, **GOOD[kind], "langauges": ["lv"]})


@pytest.mark.parametrize(
    "server",
    [
        "mastodon.example",
        "ftp://mastodon.example",
        "https://",
        "https://parole@mastodon.example",
        "https://mastodon.example/api",
        "https://mastodon.example?x=1",
        "https://mastodon.example#x",
    ],
)
def test_a_server_is_an_address_and_nothing_else(server: str):
    with pytest.raises(ValidationError):
        read({"kind": "mastodon", "server": server})


def test_a_servers_address_loses_its_last_slash():
    assert read({"kind": "mastodon", **GOOD["mastodon"]}).server == "https://mastodon.example"


def test_a_service_that_cannot_be_asked_for_its_limits_keeps_the_known_ones():
    settings = read({"kind": "bluesky", **GOOD["bluesky"]})
    assert read_limits(open_channel("bluesky", settings, options_for(), MemoryTokens())) == settings.limits


def test_a_secret_shows_nowhere():
    settings = read({"kind": "mastodon", "server": "https://mastodon.example", "token": "kanarijputnins"})
    assert "kanarijputnins" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_without_its_token_an_account_is_blocked_and_nothing_else_is():
    settings = MastodonSettings(kind="mastodon", server="https://mastodon.example")
    channel = open_channel("galvenais", settings, options_for(), MemoryTokens())
    with pytest.raises(AccountBlocked, match=r"galvenais.*token"):
        Delivery(channel, make_post()).send()


def test_reading_settings_loads_no_network_library():
    import subprocess

    program = "import sys, campaign.channels; sys.exit('httpx' in sys.modules or 'PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
