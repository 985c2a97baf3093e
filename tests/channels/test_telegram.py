import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from campaign.channels import open_channel, open_recorder
from campaign.channels.telegram import Telegram, TelegramSettings
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from campaign.model import Receipt
from tests.channels.attempts import TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for, png
from tests.channels.contract import ChannelContract, World
from tests.fakes.chats import FakeSite
from tests.fakes.server import answering, as_json, changing, limited, lost_after
from tests.fakes.telegram import NAME, NUMBER, TOKEN, FakeTelegram, Habits

LONG = "Rūķīši " * 200
PICTURE = hashlib.sha256(png()).hexdigest()
MOVED = -1002222333344


class Clock:
    """The service's clock, which a test moves."""

    def __init__(self) -> None:
        self.now = dt.datetime.now(dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


def telegram_at(server: FakeTelegram, site: FakeSite, **values: str) -> Telegram:
    given = {"kind": "telegram", "channel": NAME, "server": server.url, "token": TOKEN, **values}
    options = replace(options_for(server.address, site.address), base_url=site.url)
    opened = open_channel("telegram", TelegramSettings.model_validate(given), options, MemoryTokens())
    assert isinstance(opened, Telegram)
    return opened


@contextmanager
def world_with(site: FakeSite, clock: Callable[[], dt.datetime] | None = None, **habits: Any) -> Iterator[World]:
    with FakeTelegram(clock=clock) as fake, site:
        fake.habits = Habits(**habits)
        yield World(
            telegram_at(fake, site),
            fake,
            lambda: fake.posts,
            finds=False,
            reopened=lambda: telegram_at(fake, site),
            troubles={"the group moves": changing(lambda: setattr(fake.habits, "migrated_to", MOVED))},
        )


def opened_world() -> AbstractContextManager[World]:
    return world_with(FakeSite())


def opened_world_whose_group_has_moved() -> AbstractContextManager[World]:
    return world_with(FakeSite(), migrated_to=MOVED)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> FakeSite:
    return FakeSite()


@pytest.fixture
def world(site: FakeSite, clock: Clock) -> Iterator[World]:
    with world_with(site, clock) as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeTelegram:
    assert isinstance(world.server, FakeTelegram)
    return world.server


@pytest.fixture
def channel(world: World) -> Telegram:
    assert isinstance(world.channel, Telegram)
    return world.channel


class TestContract(ChannelContract):
    pass


# ---------------------------------------------------------------- what readers get


def test_a_short_text_is_the_caption_of_its_picture(server: FakeTelegram, channel: Telegram):
    receipt = Delivery(channel, make_post(TEXT, make_picture())).send()
    [post] = server.posts
    assert (post["text"], post["photos"]) == (TEXT, [PICTURE])
    assert receipt.url == f"https://t.me/kampana_lv/{receipt.remote_id}"
    assert "warning" not in receipt.data


def test_a_long_text_is_one_message_below_the_hosted_picture(server: FakeTelegram, site: FakeSite, channel: Telegram):
    Delivery(channel, make_post(LONG, make_picture())).send()
    [post] = server.posts
    address = f"{site.url}/pictures/{make_picture().name}"
    assert post["text"] == LONG
    assert post["preview"] == {"url": address, "prefer_large_media": True, "show_above_text": True}


def test_a_long_text_waits_until_its_picture_is_public(server: FakeTelegram, site: FakeSite, channel: Telegram):
    site.public = False
    delivery = Delivery(channel, make_post(LONG, make_picture()))
    with pytest.raises(Transient, match="not public yet"):
        delivery.send()
    site.public = True
    delivery.driven()
    assert len(server.posts) == 1


def test_several_pictures_are_one_album_with_one_caption(server: FakeTelegram, channel: Telegram):
    receipt = Delivery(channel, make_post(TEXT, make_picture(), make_picture(red=90))).send()
    [post] = server.posts
    assert (post["text"], post["photos"]) == (TEXT, [PICTURE, PICTURE])
    assert len(receipt.data["messages"].split()) == 2


@pytest.mark.parametrize(
    ("link", "preview"),
    [
        ("https://kampana.example/lv", {"url": "https://kampana.example/lv"}),
        ("https://kampana.example/cits", {"is_disabled": True}),
        ("", {"is_disabled": True}),
    ],
)
def test_only_the_posts_own_link_is_previewed(server: FakeTelegram, channel: Telegram, link: str, preview: dict):
    Delivery(channel, make_post(TEXT, link=link)).send()
    assert server.posts[0]["preview"] == preview


@pytest.mark.parametrize(
    ("text", "fits"),
    [("ā" * 4096, True), ("ā" * 4097, False), ("🕊" * 2048, True), ("🕊" * 2049, False)],
)
def test_a_text_has_4096_code_units(server: FakeTelegram, channel: Telegram, text: str, fits: bool):
    delivery = Delivery(channel, make_post(text))
    if fits:
        delivery.send()
    else:
        with pytest.raises(Rejected, match="too long"):
            delivery.send()
    assert len(server.posts) == (1 if fits else 0)


@pytest.mark.parametrize(("text", "photos"), [("🕊" * 512, 1), ("🕊" * 512 + "ā", 0)])
def test_a_caption_has_1024_code_units(server: FakeTelegram, channel: Telegram, text: str, photos: int):
    Delivery(channel, make_post(text, make_picture())).send()
    assert (server.posts[0]["text"], len(server.posts[0]["photos"])) == (text, photos)


@pytest.mark.parametrize("text", ["*Rūķīši* _nav_ `kods` <b>&</b>", "1. Ā\n- [B](https://kampana.example)"])
def test_nothing_in_a_text_is_taken_for_markup(server: FakeTelegram, channel: Telegram, text: str):
    Delivery(channel, make_post(text)).send()
    assert server.posts[0]["text"] == text


def test_a_reply_answers_the_earlier_message(server: FakeTelegram, channel: Telegram):
    first = Delivery(channel, make_post("Pirmais")).send()
    answer = Delivery(channel, make_post("Otrais", make_picture())).attempt
    channel.send(replace(answer, parent=first))
    assert server.posts[1]["reply_to"] == int(first.remote_id)


def test_a_channel_without_a_name_is_reached_by_number(server: FakeTelegram, site: FakeSite):
    server.habits = Habits(public=False)
    receipt = Delivery(telegram_at(server, site, channel=str(NUMBER)), make_post()).send()
    assert (receipt.url, receipt.data["chat"]) == ("", str(NUMBER))
    assert len(server.posts) == 1


# ---------------------------------------------------------------- what can go wrong


def test_a_group_that_moved_gets_the_post_at_its_new_number(server: FakeTelegram, site: FakeSite):
    server.habits = Habits(migrated_to=-1009)
    delivery = Delivery(telegram_at(server, site, channel=str(NUMBER)), make_post(TEXT, make_picture()))
    receipt = delivery.send()
    assert len(server.posts) == 1
    assert delivery.notes == {"chat": "-1009"}
    assert "-1009" in receipt.data["warning"]


def test_after_a_crash_a_moved_group_is_written_to_at_once(server: FakeTelegram, site: FakeSite):
    server.habits = Habits(migrated_to=-1009)
    channel = telegram_at(server, site, channel=str(NUMBER))
    Delivery(channel, make_post(TEXT, make_picture()), notes={"chat": "-1009"}).send()
    assert len(server.calls(FakeTelegram.publishing)) == 1
    assert len(server.posts) == 1


@pytest.mark.parametrize(
    "habits", [Habits(thrown_out=True), Habits(status="left"), Habits(status="kicked"), Habits(may_post=False)]
)
def test_a_bot_that_may_not_post_blocks_the_account(server: FakeTelegram, world: World, habits: Habits):
    server.habits = habits
    server.fault(answering(as_json({"ok": False, "error_code": 400, "description": "need rights"}, 400)))
    with pytest.raises(AccountBlocked):
        world.delivery().send()
    assert not server.posts


def test_an_unknown_channel_blocks_the_account(server: FakeTelegram, site: FakeSite):
    with pytest.raises(AccountBlocked, match="chat not found"):
        Delivery(telegram_at(server, site, channel="@nav_tada"), make_post()).send()


def test_a_revoked_token_blocks_the_account_and_is_not_told(server: FakeTelegram, world: World):
    server.token = "cits"
    with pytest.raises(AccountBlocked) as raised:
        world.delivery().send()
    assert "kanarijputnins" not in str(raised.value)


@pytest.mark.parametrize("method", ["sendPhoto", "getMe"])
def test_a_service_that_quotes_the_address_betrays_no_token(server: FakeTelegram, channel: Telegram, method: str):
    told = as_json({"ok": False, "description": f"no such path /bot{TOKEN}/{method}"}, 404)
    server.fault(answering(told), on=f"POST /bot{TOKEN}/{method}")
    server.fault(answering(told), on=f"GET /bot{TOKEN}/{method}")
    with pytest.raises(AccountBlocked, match="no such path /bot…") as raised:
        Delivery(channel, make_post(TEXT, make_picture())).send() if method == "sendPhoto" else channel.check()
    assert "kanarijputnins" not in str(raised.value)


def test_flood_control_says_how_long(server: FakeTelegram, world: World):
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 33}}
    server.fault(limited(body=body))
    with pytest.raises(Transient) as raised:
        world.delivery().send()
    assert raised.value.after == dt.timedelta(seconds=33)


def test_a_lost_answer_is_for_a_person(server: FakeTelegram, world: World):
    delivery = world.delivery()
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        delivery.send()
    with pytest.raises(Uncertain, match="look into the channel"):
        delivery.find()
    assert len(server.posts) == 1


# ---------------------------------------------------------------- correcting and removing


def corrected(channel: Telegram, receipt: Receipt, text: str, *reds: int) -> Receipt:
    post = make_post(text, *(make_picture("Labots apraksts", red=red) for red in reds))
    return channel.edit(receipt, Delivery(channel, post, revision="r2").attempt)


@pytest.mark.parametrize("reds", [(), (20,), (20, 90)])
def test_a_correction_asked_twice_changes_the_text_once(server: FakeTelegram, channel: Telegram, reds: tuple[int, ...]):
    receipt = Delivery(channel, make_post(TEXT, *(make_picture(red=red) for red in reds))).send()
    again = corrected(channel, corrected(channel, receipt, "Labots", *reds), "Labots", *reds)
    assert [post["text"] for post in server.posts] == ["Labots"]
    assert server.state["edits"] == 1
    assert again.data == receipt.data


def test_a_long_text_is_corrected_with_its_hosted_picture(server: FakeTelegram, channel: Telegram):
    receipt = Delivery(channel, make_post(LONG, make_picture())).send()
    corrected(channel, receipt, "Īss", 90)
    [post] = server.posts
    assert post["text"] == "Īss"
    assert post["preview"]["url"].endswith(make_picture(red=90).name)


def test_only_pictures_that_differ_are_sent_again(server: FakeTelegram, channel: Telegram):
    receipt = Delivery(channel, make_post(TEXT, make_picture(), make_picture(red=90))).send()
    edited = corrected(channel, receipt, "Labots", 20, 91)
    assert len(server.calls(server.call("editMessageMedia"))) == 1
    assert server.posts[0]["text"] == "Labots"
    assert edited.data["pictures"] != receipt.data["pictures"]


def test_a_new_first_picture_brings_its_caption(server: FakeTelegram, channel: Telegram):
    receipt = Delivery(channel, make_post(TEXT, make_picture())).send()
    corrected(channel, receipt, "Labots", 90)
    assert server.posts[0]["text"] == "Labots"


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [((), "Labots", (20, 90)), ((20,), "Labots", ()), ((20,), LONG, (20,)), ((20, 90), "Labots", (20,))],
)
def test_a_change_of_form_is_refused_with_advice(
    server: FakeTelegram, channel: Telegram, before: tuple[int, ...], text: str, after: tuple[int, ...]
):
    receipt = Delivery(channel, make_post(TEXT, *(make_picture(red=red) for red in before))).send()
    with pytest.raises(Rejected, match="publish it anew"):
        corrected(channel, receipt, text, *after)
    assert server.posts[0]["text"] == TEXT


def test_correcting_what_is_gone_is_refused(channel: Telegram):
    receipt = Delivery(channel, make_post(TEXT)).send()
    channel.remove(receipt)
    with pytest.raises(Rejected, match="not found"):
        corrected(channel, receipt, "Labots")


def test_every_picture_of_an_album_is_removed(server: FakeTelegram, channel: Telegram):
    channel.remove(Delivery(channel, make_post(TEXT, make_picture(), make_picture(red=90))).send())
    assert not server.posts


def test_after_48_hours_a_removal_is_refused_with_advice(server: FakeTelegram, channel: Telegram, clock: Clock):
    receipt = Delivery(channel, make_post(TEXT)).send()
    clock.now += dt.timedelta(hours=49)
    with pytest.raises(Rejected, match="correct it into a notice"):
        channel.remove(receipt)
    corrected(channel, receipt, "Ziņa atsaukta")
    assert [post["text"] for post in server.posts] == ["Ziņa atsaukta"]


# ---------------------------------------------------------------- settings, check, recorder


def test_check_names_bot_and_channel(channel: Telegram):
    assert channel.check() == "@kampana_bot in “Kampaņa pret cilvēku tirdzniecību”"


@pytest.mark.parametrize("name", ["kampana_lv", "@ka", "@kampaņa", "https://t.me/kampana_lv", ""])
def test_a_channel_is_a_name_with_its_sign_or_a_number(name: str):
    with pytest.raises(ValidationError):
        TelegramSettings.model_validate({"kind": "telegram", "channel": name})


@pytest.mark.parametrize("reds", [(), (20,), (20, 90)])
def test_a_recording_is_corrected_and_removed_like_the_real_thing(tmp_path, reds: tuple[int, ...]):
    settings = TelegramSettings.model_validate({"kind": "telegram", "channel": NAME, "token": TOKEN})
    channel = open_recorder("telegram", settings, tmp_path, "https://kampana.example")
    delivery = Delivery(channel, make_post(LONG if len(reds) == 1 else TEXT, *(make_picture(red=red) for red in reds)))
    channel.remove(channel.edit(delivery.send(), replace(delivery, revision="r2").attempt))
    written = [path.read_text() for path in tmp_path.rglob("*.json")]
    assert [json.loads(text)["path"] for text in written if '"path"' in text]
    assert "kanarijputnins" not in "".join(written)
