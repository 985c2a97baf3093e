import json
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.channels import open_recorder
from campaign.channels.base import Channel, RemoteModel
from campaign.channels.bluesky import BlueskySettings
from campaign.channels.discord import DiscordSettings
from campaign.channels.facebook import FacebookSettings
from campaign.channels.instagram import InstagramSettings
from campaign.channels.linkedin import LinkedInSettings
from campaign.channels.mastodon import MastodonSettings
from campaign.channels.matrix import MatrixSettings
from campaign.channels.nostr import NostrSettings
from campaign.channels.sandbox import folder_name
from campaign.channels.slack import SlackSettings, SlackWebhookSettings
from campaign.channels.teams import TeamsSettings
from campaign.channels.telegram import TelegramSettings
from campaign.channels.threads import ThreadsSettings
from campaign.channels.webhook import WebhookSettings
from campaign.channels.x import XSettings
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, make_picture, make_post, png

SETTINGS: dict[str, RemoteModel] = {
    "mastodon": MastodonSettings(kind="mastodon", server="https://mastodon.example"),
    "bluesky": BlueskySettings(kind="bluesky", handle="kampana.example"),
    "linkedin": LinkedInSettings(kind="linkedin", organization="71513925"),
    "x": XSettings(kind="x"),
    "facebook": FacebookSettings(kind="facebook", page_id="100200300"),
    "instagram": InstagramSettings(kind="instagram", user_id="100200300"),
    "threads": ThreadsSettings(kind="threads", user_id="100200300"),
    "telegram": TelegramSettings(kind="telegram", channel="@kampana_lv"),
    "discord": DiscordSettings(kind="discord"),
    "slack": SlackSettings(kind="slack", channel_id="C0KAMPANA42"),
    "slack-webhook": SlackWebhookSettings(kind="slack-webhook"),
    "teams": TeamsSettings(kind="teams"),
    "matrix": MatrixSettings(
        kind="matrix", server="https://matrix.example", room="!a:matrix.example", user="@k:matrix.example"
    ),
    "nostr": NostrSettings(kind="nostr", relays=("wss://relay.example", "wss://nostr.example")),
    "webhook": WebhookSettings(kind="webhook", url="https://arhivs.example/hook"),
}
CHANGING = {"POST", "PUT", "DELETE", "EVENT"}
FOLDER = "september-2023_donate_mastodon_lv"


def recorder(kind: str, outbox: Path) -> Channel:
    return open_recorder(kind, SETTINGS[kind], outbox, "https://kampana.example")


def delivery_to(channel: Channel, *, key: str = KEY, text: str = TEXT, revision: str = "r1") -> Delivery:
    return Delivery(channel, make_post(text, make_picture()), key=key, revision=revision)


def recorded(outbox: Path, name: str = "request.json") -> dict:
    content: dict = json.loads((outbox / FOLDER / name).read_text())
    return content


@pytest.fixture(params=sorted(SETTINGS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def channel(kind: str, tmp_path: Path) -> Channel:
    return recorder(kind, tmp_path)


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_folder_holds_what_would_be_sent(channel: Channel, tmp_path: Path):
    delivery_to(channel).send()
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == [
        "picture-1.png",
        "receipt.json",
        "request.json",
    ]
    request = recorded(tmp_path)
    words = TEXT.partition(" #")[0]  # hashtags are written in more than one way
    assert words in json.dumps(request, ensure_ascii=False).replace("\\n", "\n")
    assert request["pictures"] == [{"alt": ALT, "file": "picture-1.png", "media_type": "image/png"}]
    assert (tmp_path / FOLDER / "picture-1.png").read_bytes() == png()


def test_the_body_is_the_one_mastodon_would_get(tmp_path: Path):
    channel = recorder("mastodon", tmp_path)
    delivery = delivery_to(channel)
    delivery.send()
    request = recorded(tmp_path)
    assert (request["method"], request["path"]) == ("POST", "/api/v1/statuses")
    assert request["headers"] == {"Idempotency-Key": delivery.attempt.service_key}
    assert {name: request["body"][name] for name in ("status", "language", "visibility")} == {
        "status": TEXT,
        "language": "lv",
        "visibility": "public",
    }
    assert len(request["body"]["media_ids"]) == 1


def test_the_record_is_the_one_bluesky_would_get(tmp_path: Path):
    delivery_to(recorder("bluesky", tmp_path)).send()
    body = recorded(tmp_path)["body"]
    assert body["swapRecord"] is None
    assert body["record"]["embed"]["images"][0]["alt"] == ALT
    assert body["record"]["facets"]


def test_sending_twice_writes_once(channel: Channel, tmp_path: Path):
    first = delivery_to(channel).send()
    before = bytes_below(tmp_path)
    again = replace(delivery_to(channel), post=make_post("Cits teksts")).send()
    assert again == first
    assert bytes_below(tmp_path) == before


def test_the_same_rehearsal_gives_the_same_bytes(kind: str, tmp_path: Path):
    one = delivery_to(recorder(kind, tmp_path / "one"))
    other = replace(one, channel=recorder(kind, tmp_path / "other"), notes={})
    one.send()
    other.send()
    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "other")


def test_what_was_written_is_found_after_a_crash(channel: Channel, kind: str, tmp_path: Path):
    delivery = delivery_to(channel)
    assert delivery.find() is None
    sent = delivery.send()
    assert replace(delivery, channel=recorder(kind, tmp_path)).find() == sent


def test_a_half_written_folder_does_not_count(channel: Channel, tmp_path: Path):
    unfinished = tmp_path / f".{FOLDER}"
    unfinished.mkdir()
    (unfinished / "request.json").write_text("{")
    assert delivery_to(channel).find() is None
    delivery_to(channel).send()
    assert not unfinished.exists()
    assert recorded(tmp_path)["method"] in CHANGING


def test_a_recording_is_complete_in_itself(kind: str, tmp_path: Path):
    """What a real service handed out, or a pretended one, never gets mixed up."""
    fresh = delivery_to(recorder(kind, tmp_path / "fresh"))
    picture = make_picture().id
    blob = '{"blob": {"ref": {"$link": "17"}}}'
    noted = replace(fresh, channel=recorder(kind, tmp_path / "noted"))
    noted.notes = {f"media-{picture}-0": "17", f"blob-{picture}-0": blob}
    before = dict(noted.notes)
    fresh.notes = {}
    fresh.send()
    noted.send()
    assert bytes_below(tmp_path / "fresh") == bytes_below(tmp_path / "noted")
    assert (fresh.notes, noted.notes) == ({}, before)


CORRECTABLE = [kind for kind, settings in SETTINGS.items() if settings.limits.editable and settings.limits.removable]


@pytest.mark.parametrize("kind", CORRECTABLE)
def test_corrections_and_removals_are_kept_beside_it(channel: Channel, tmp_path: Path):
    delivery = delivery_to(channel)
    receipt = delivery.send()
    corrected = replace(delivery, post=make_post("Labots", make_picture("Labots apraksts")), revision="a1b2c3d4e5f6a7")
    edited = channel.edit(receipt, corrected.attempt)
    channel.remove(edited)
    channel.remove(edited)
    correction = recorded(tmp_path, "corrected-a1b2c3d4e5f6-request.json")
    assert "Labots" in json.dumps(correction["body"], ensure_ascii=False)
    assert correction["pictures"][0]["alt"] == "Labots apraksts"
    assert recorded(tmp_path, "removed.json")["method"] in CHANGING


def test_no_secret_is_needed_and_none_is_written(kind: str, tmp_path: Path):
    secrets = {"token": "kanarijputnins", "app_password": "kanarijputnins", "secret": "whsec_" + "a2FuYXJp" * 4}
    fields = {name: value for name, value in secrets.items() if name in type(SETTINGS[kind]).model_fields}
    settings = type(SETTINGS[kind]).model_validate(SETTINGS[kind].model_dump() | fields)
    channel = open_recorder(kind, settings, tmp_path, "https://kampana.example")
    receipt = delivery_to(channel).send()
    if channel.limits.removable:
        channel.remove(receipt)
    everything = b"".join(bytes_below(tmp_path).values())
    assert not [value for value in fields.values() if value.encode() in everything]
    assert b"uthorization" not in everything
    assert b"webhook-signature" not in everything


def test_it_obeys_the_limits_and_keys_of_the_real_channel(channel: Channel, kind: str):
    assert channel.limits == SETTINGS[kind].limits
    assert channel.service_key(KEY, "r1", 1_700_000_000_000)
    assert "nothing is sent" in channel.check()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (KEY, FOLDER),
        ("a/b@2023-09-05>m:lv", "a_b@2023-09-05_m_lv"),
        ("a/b+moved@2023-09-14>m:lv", "a_b+moved@2023-09-14_m_lv"),
        ("a/b>m_y:lv", "a_b_m%5Fy_lv"),
        ("../..>m:lv", ".._.._m_lv"),
    ],
)
def test_folders_are_named_readably_and_stay_inside(key: str, name: str):
    assert folder_name(key) == name
    assert "/" not in folder_name(key)
