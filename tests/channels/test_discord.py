import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from pydantic import ValidationError

from campaign.channels import open_channel, open_recorder
from campaign.channels.discord import Discord, DiscordSettings
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from tests.channels.attempts import ALT, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for, png
from tests.channels.contract import ChannelContract, World
from tests.fakes.chats import DISCORD, FakeDiscord, discord_error
from tests.fakes.server import Answer, answering, limited, lost_after


def discord_at(server: FakeDiscord, **values: str) -> Discord:
    given = {"kind": "discord", "webhook_url": f"{server.url}{DISCORD}", **values}
    opened = open_channel("discord", DiscordSettings.model_validate(given), options_for(server.address), MemoryTokens())
    assert isinstance(opened, Discord)
    return opened


@contextmanager
def opened_world() -> Iterator[World]:
    with FakeDiscord() as fake:
        yield World(discord_at(fake), fake, lambda: fake.posts, finds=False, reopened=lambda: discord_at(fake))


@pytest.fixture
def world() -> Iterator[World]:
    with opened_world() as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeDiscord:
    assert isinstance(world.server, FakeDiscord)
    return world.server


@pytest.fixture
def channel(world: World) -> Discord:
    assert isinstance(world.channel, Discord)
    return world.channel


class TestContract(ChannelContract):
    pass


def test_what_readers_get_is_what_was_written(server: FakeDiscord, channel: Discord):
    receipt = Delivery(channel, make_post(TEXT, make_picture(), make_picture("Otrs", red=90))).send()
    [post] = server.posts
    assert (post["text"], post["alts"]) == (TEXT, [ALT, "Otrs"])
    assert post["photos"] == [hashlib.sha256(png()).hexdigest()] * 2
    assert receipt.remote_id == post["id"]


@pytest.mark.parametrize(
    "text",
    [
        "**Rūķīši** _nav_ ~~te~~ ||noslēpums|| `kods`",
        "# Virsraksts\n- saraksts\n> citāts\n-# sīki\n>>> viss",
        "[teksts](https://kampana.example/lv_lv_*) un https://kampana.example/a_b_c*d*",
        "¯\\_(ツ)_/¯ <@42> <t:0>",
        "#CilvēkuTirdzniecība\n#1 vieta – 3 * 4 * 5",
    ],
)
def test_signs_that_discord_takes_for_markup_show_as_written(server: FakeDiscord, channel: Discord, text: str):
    Delivery(channel, make_post(text)).send()
    assert server.posts[0]["text"] == text


def test_addresses_are_left_as_they_are(server: FakeDiscord, channel: Discord):
    Delivery(channel, make_post("Te: https://kampana.example/a_b_c*d* _nē_")).send()
    content = json.loads(server.log[-1].body)["content"]
    assert content == r"Te: https://kampana.example/a_b_c*d* \_nē\_"


@pytest.mark.parametrize(("text", "fits"), [("ā" * 2000, True), ("*" * 2000, True), ("ā" * 2001, False)])
def test_a_message_has_2000_characters_and_escapes_never_break_that(
    server: FakeDiscord, channel: Discord, text: str, fits: bool
):
    delivery = Delivery(channel, make_post(text))
    if fits:
        delivery.send()
    else:
        with pytest.raises(Rejected):
            delivery.send()
    assert len(server.posts) == (1 if fits else 0)


def test_nobody_is_pinged(server: FakeDiscord, channel: Discord):
    delivery = Delivery(channel, make_post("@everyone palīgā"))
    receipt = delivery.send()
    assert not server.posts[0]["pings"]
    channel.edit(receipt, replace(delivery, post=make_post("@everyone vēlreiz")).attempt)
    assert not server.posts[0]["pings"]


@pytest.mark.parametrize("name", ["Kampaņa", ""])
def test_the_name_above_the_posts_is_the_operators_choice(server: FakeDiscord, name: str):
    Delivery(discord_at(server, username=name), make_post()).send()
    assert json.loads(server.log[-1].body).get("username", "") == name


# ---------------------------------------------------------------- what can go wrong


def test_a_lost_answer_is_for_a_person(server: FakeDiscord, world: World):
    delivery = world.delivery()
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        delivery.send()
    with pytest.raises(Uncertain, match="look into the channel"):
        delivery.find()
    assert len(server.posts) == 1


def test_an_answer_without_an_id_is_in_doubt(server: FakeDiscord, world: World):
    server.fault(answering(Answer(204)))
    with pytest.raises(Uncertain):
        world.delivery().send()


@pytest.mark.parametrize("token", ["nepareizs-slepenais-vards", "kanarijputnins-cits"])
def test_a_deleted_webhook_blocks_the_account_and_is_not_told(server: FakeDiscord, token: str):
    channel = discord_at(server, webhook_url=f"{server.url}/api/webhooks/99/{token}")
    with pytest.raises(AccountBlocked) as raised:
        Delivery(channel, make_post()).send()
    assert token not in str(raised.value)


def test_a_webhook_deleted_later_blocks_correction_and_removal(server: FakeDiscord, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    server.closed = discord_error(404, 10015, "Unknown Webhook")
    with pytest.raises(AccountBlocked):
        world.channel.edit(receipt, delivery.attempt)
    with pytest.raises(AccountBlocked):
        world.channel.remove(receipt)


def test_a_service_that_quotes_the_address_betrays_nothing(server: FakeDiscord, world: World):
    server.fault(answering(discord_error(400, 50035, f"bad request to {DISCORD} ({DISCORD.rpartition('/')[2]})")))
    with pytest.raises(Rejected, match=r"bad request to … \(…\)"):
        world.delivery().send()


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, {"message": "Tu pārsniedz ātrumu", "retry_after": 0.65, "global": False}, 0.65),
        ({"Retry-After": "2"}, {"message": "…", "retry_after": 64.57, "global": True}, 64.57),
        ({"X-RateLimit-Reset-After": "9"}, {"retry_after": 9.5}, 9.5),
    ],
)
def test_a_limit_may_be_told_in_fractions_of_a_second(
    server: FakeDiscord, world: World, headers: dict[str, str], body: object, seconds: float
):
    server.fault(limited(headers, body))
    with pytest.raises(Transient) as raised:
        world.delivery().send()
    assert raised.value.after == dt.timedelta(seconds=seconds)


# ---------------------------------------------------------------- correcting and removing


def test_a_correction_replaces_text_pictures_and_descriptions(server: FakeDiscord, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    corrected = make_post("Labots", make_picture("Labots apraksts"), make_picture("Otrs attēls", red=90))
    for _ in range(2):
        world.channel.edit(receipt, replace(delivery, post=corrected).attempt)
    [post] = server.posts
    assert (post["text"], post["alts"]) == ("Labots", ["Labots apraksts", "Otrs attēls"])
    assert server.state["edits"] == 1


def test_a_correction_can_drop_the_picture(server: FakeDiscord, world: World):
    delivery = world.delivery()
    world.channel.edit(delivery.send(), replace(delivery, post=make_post("Labots")).attempt)
    assert (server.posts[0]["text"], server.posts[0]["photos"]) == ("Labots", [])


def test_correcting_what_is_gone_is_refused(server: FakeDiscord, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    world.channel.remove(receipt)
    with pytest.raises(Rejected):
        world.channel.edit(receipt, delivery.attempt)


# ---------------------------------------------------------------- settings, check, recorder


def test_check_names_the_webhook(channel: Discord):
    assert channel.check() == "the webhook “Kampaņa” on Discord"


@pytest.mark.parametrize(
    "address",
    [
        "https://discord.com/api/webhooks/42",
        "https://discord.com/api/webhooks/42/kanarijputnins?wait=true",
        "https://discord.com/channels/42/kanarijputnins",
        "discord.com/api/webhooks/42/kanarijputnins",
    ],
)
def test_an_address_that_is_no_webhook_is_refused_without_being_shown(address: str):
    with pytest.raises(ValidationError) as raised:
        DiscordSettings.model_validate({"kind": "discord", "webhook_url": address})
    assert "kanarijputnins" not in str(raised.value)


def test_the_address_shows_nowhere(server: FakeDiscord):
    settings = DiscordSettings.model_validate({"kind": "discord", "webhook_url": f"{server.url}{DISCORD}"})
    assert "kanarijputnins" not in f"{settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_a_recording_holds_the_message_and_no_address(tmp_path):
    address = f"https://discord.com{DISCORD}"
    settings = DiscordSettings.model_validate({"kind": "discord", "webhook_url": address})
    channel = open_recorder("discord", settings, tmp_path, "https://kampana.example")
    delivery = Delivery(channel, make_post(TEXT, make_picture()))
    channel.remove(channel.edit(delivery.send(), replace(delivery, revision="r2").attempt))
    written = {path.name: path.read_text() for path in tmp_path.rglob("*.json")}
    assert json.loads(written["request.json"])["body"]["attachments"][0]["description"] == ALT
    assert "kanarijputnins" not in "".join(written.values())
