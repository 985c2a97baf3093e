"""The fakes as processes of their own: what the public saw survives a kill of either side."""

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaign.channels import open_channel
from campaign.channels.base import RemoteModel
from campaign.channels.bluesky import BlueskySettings
from campaign.channels.mastodon import MastodonSettings
from campaign.channels.webhook import WebhookSettings
from tests.channels.attempts import KEY, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.fakes import bluesky, mastodon, webhook
from tests.servers import free_port

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def process(kind: str, port: int, state: Path, faults: float) -> Iterator[subprocess.Popen[str]]:
    options = ["--port", str(port), "--state", str(state), "--faults", str(faults), "--seed", "3"]
    command = [sys.executable, "-m", f"tests.fakes.{kind}", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        try:
            yield running
        finally:
            running.kill()


def truth(port: int) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_truth", timeout=10) as answer:
        return json.loads(answer.read())


def settings_for(kind: str, port: int) -> RemoteModel:
    url = f"http://127.0.0.1:{port}"
    if kind == "mastodon":
        return MastodonSettings.model_validate({"kind": kind, "server": url, "token": mastodon.TOKEN})
    if kind == "bluesky":
        secret = {"handle": bluesky.HANDLE, "app_password": bluesky.PASSWORD}
        return BlueskySettings.model_validate({"kind": kind, "server": url, **secret})
    return WebhookSettings.model_validate({"kind": kind, "url": f"{url}/hook", "secret": webhook.SECRET})


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "webhook"])
def test_many_posts_to_an_unreliable_server_are_all_there_once_after_a_kill(kind: str, tmp_path: Path):
    port, state = free_port(), tmp_path / "state.json"
    channel = open_channel(kind, settings_for(kind, port), options_for(f"127.0.0.1:{port}"), MemoryTokens())
    posts = [make_post(f"Ziņa nr. {number}: rūķīši", make_picture()) for number in range(12)]
    with process(kind, port, state, faults=0.4):
        for number, post in enumerate(posts):
            Delivery(channel, post, key=f"{KEY}{number}").driven(12)
    with process(kind, port, state, faults=0.0):
        assert sorted(post["text"] for post in truth(port)["posts"]) == sorted(post.text for post in posts)


def test_an_unreliable_server_does_lose_answers(tmp_path: Path):
    port = free_port()
    channel = open_channel("m", settings_for("mastodon", port), options_for(f"127.0.0.1:{port}"), MemoryTokens())
    with process("mastodon", port, tmp_path / "state.json", faults=1.0), pytest.raises(AssertionError):
        Delivery(channel, make_post()).driven(1)
