import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from pydantic import ValidationError

from campaign.channels import open_channel
from campaign.channels.webhook import Webhook, WebhookSettings
from campaign.errors import AccountBlocked, Rejected, Transient
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for, png
from tests.channels.contract import ChannelContract, World
from tests.fakes.server import Answer, answering, lost_after
from tests.fakes.webhook import SECRET, FakeReceiver

OTHER_SECRET = "whsec_" + base64.b64encode("jaunā atslēga saņēmējam ir šī".encode()).decode()


def webhook_at(server: FakeReceiver, **values: str) -> Webhook:
    settings = WebhookSettings.model_validate(
        {"kind": "webhook", "url": f"{server.url}/hook", "secret": SECRET, **values}
    )
    opened = open_channel("webhook", settings, options_for(server.address), MemoryTokens())
    assert isinstance(opened, Webhook)
    return opened


@contextmanager
def opened_world() -> Iterator[World]:
    with FakeReceiver() as fake:
        again = partial(webhook_at, fake)
        yield World(again(), fake, lambda: fake.posts, names=False, guards=True, reopened=again)


@pytest.fixture
def world() -> Iterator[World]:
    with opened_world() as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeReceiver:
    assert isinstance(world.server, FakeReceiver)
    return world.server


@pytest.fixture
def channel(world: World) -> Webhook:
    assert isinstance(world.channel, Webhook)
    return world.channel


class TestContract(ChannelContract):
    pass


def test_an_event_says_everything_a_receiver_needs(server: FakeReceiver, channel: Webhook):
    post = make_post(TEXT, make_picture(), link="https://kampana.example/lv", hashtags=("#CilvēkuTirdzniecība",))
    Delivery(channel, post).send()
    [event] = server.events
    data = event["data"]
    assert event["type"] == "published"
    assert (data["key"], data["revision"], data["language"], data["text"]) == (KEY, "r1", "lv", TEXT)
    assert (data["title"], data["link"], data["hashtags"]) == ("Rūķīši", post.link, ["#CilvēkuTirdzniecība"])
    [picture] = data["pictures"]
    assert (picture["alt"], picture["sha256"]) == (ALT, hashlib.sha256(png()).hexdigest())
    assert picture["url"] == f"https://kampana.example/pictures/{make_picture().name}"


def test_the_body_is_signed_as_it_is_sent(server: FakeReceiver, channel: Webhook):
    Delivery(channel, make_post()).send()
    [seen] = server.calls(FakeReceiver.publishing)
    assert "Glāžšķūņu" in seen.body.decode()
    assert ", " not in seen.body.decode().replace(TEXT, "")


@pytest.mark.parametrize("known_to_receiver", [SECRET, OTHER_SECRET])
def test_both_secrets_sign_while_one_is_replaced(server: FakeReceiver, known_to_receiver: str):
    server.secret = known_to_receiver
    Delivery(webhook_at(server, secret=OTHER_SECRET, previous_secret=SECRET), make_post()).send()
    assert len(server.posts) == 1


def test_a_wrong_secret_blocks_the_account(server: FakeReceiver):
    with pytest.raises(AccountBlocked):
        Delivery(webhook_at(server, secret=OTHER_SECRET), make_post()).send()
    assert not server.events


def test_a_lost_answer_is_simply_sent_again(server: FakeReceiver, world: World):
    server.fault(lost_after)
    with pytest.raises(Transient):
        world.delivery().send()
    world.delivery().send()
    assert len(server.events) == 1


def test_a_receiver_that_wants_no_more_blocks_the_account(server: FakeReceiver, world: World):
    server.gone = True
    with pytest.raises(AccountBlocked):
        world.delivery().send()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(server: FakeReceiver, world: World, status: int):
    server.fault(answering(Answer(status, headers={"Location": f"{server.url}/hook"})))
    with pytest.raises(Rejected):
        world.delivery().send()
    assert not server.events


def test_correcting_and_retracting_are_events_of_their_own(server: FakeReceiver, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    corrected = replace(delivery, post=make_post("Labots"), revision="r2")
    world.channel.remove(world.channel.edit(receipt, corrected.attempt))
    assert [event["type"] for event in server.events] == ["published", "corrected", "retracted"]
    assert {event["data"].get("remote_id", receipt.remote_id) for event in server.events} == {receipt.remote_id}
    assert server.events[-1]["data"]["key"] == KEY


def test_going_back_to_an_earlier_wording_is_news_as_well(server: FakeReceiver, world: World):
    first = world.delivery()
    second = replace(first, post=make_post("Labots"), revision="r2")
    receipt = first.send()
    for wording in (second, first, second):
        receipt = world.channel.edit(receipt, wording.attempt)
    assert len(server.events) == 4
    assert server.posts[0]["text"] == "Labots"


def test_an_edit_whose_answer_was_lost_takes_effect_once(server: FakeReceiver, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    corrected = replace(delivery, post=make_post("Labots"), revision="r2")
    server.fault(lost_after)
    with pytest.raises(Transient):
        world.channel.edit(receipt, corrected.attempt)
    world.channel.edit(receipt, corrected.attempt)
    assert [event["type"] for event in server.events] == ["published", "corrected"]


@pytest.mark.parametrize(
    ("body", "remote_id", "url"),
    [
        (b'{"id": "42", "url": "https://arhivs.example/42"}', "42", "https://arhivs.example/42"),
        (b'{"url": "javascript:alert(1)"}', None, ""),
        (b"paldies", None, ""),
        (b"", None, ""),
    ],
)
def test_a_receivers_own_id_and_address_are_kept(
    server: FakeReceiver, world: World, body: bytes, remote_id: str | None, url: str
):
    server.fault(answering(Answer(202, body)))
    delivery = world.delivery()
    receipt = delivery.send()
    assert (receipt.remote_id, receipt.url) == (remote_id or delivery.attempt.service_key, url)


@pytest.mark.parametrize("secret", ["īss", "whsec_", "whsec_!!!!", "whsec_YWJj", base64.b64encode(b"x" * 32).decode()])
def test_a_secret_that_cannot_sign_is_refused_without_being_shown(secret: str):
    with pytest.raises(ValidationError) as raised:
        WebhookSettings.model_validate({"kind": "webhook", "url": "https://example.org/hook", "secret": secret})
    assert secret not in str(raised.value).replace("whsec_ and", "")


def test_a_path_and_a_query_reach_the_receiver(server: FakeReceiver):
    channel = webhook_at(server, url=f"{server.url}/hook?no=kampana")
    Delivery(channel, make_post()).send()
    assert server.log[-1].target == "/hook?no=kampana"
