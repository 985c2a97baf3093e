from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.channels import open_channel
from campaign.channels.atproto import facets_of, tid, timestamp
from campaign.channels.bluesky import Bluesky, BlueskySettings
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.model import Limits
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.conftest import RealBluesky, register
from tests.channels.contract import ChannelContract, World
from tests.fakes.bluesky import HANDLE, PASSWORD, FakeBluesky
from tests.fakes.proxy import FaultProxy
from tests.fakes.server import answering, as_json, limited, lost_after
from tests.servers import bluesky_server


def bluesky_at(address: str, handle: str, app_password: str, tokens: MemoryTokens) -> Bluesky:
    values = {"kind": "bluesky", "server": f"http://{address}", "handle": handle, "app_password": app_password}
    opened = open_channel("bluesky", BlueskySettings.model_validate(values), options_for(address), tokens)
    assert isinstance(opened, Bluesky)
    return opened


@pytest.fixture
def server() -> Iterator[FakeBluesky]:
    fake = FakeBluesky()
    with fake:
        yield fake


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
def channel(server: FakeBluesky, tokens: MemoryTokens) -> Bluesky:
    return bluesky_at(server.address, HANDLE, PASSWORD, tokens)


@pytest.fixture
def world(server: FakeBluesky, channel: Bluesky) -> World:
    return World(channel, server, lambda: server.posts)


class TestContract(ChannelContract):
    pass


@pytest.mark.real
class TestContractOnARealServer(ChannelContract):
    """The same promises, kept towards a real Bluesky server behind a proxy that spoils what passes."""

    @pytest.fixture
    def world(self, real_bluesky: RealBluesky) -> Iterator[World]:
        proxy = FaultProxy(real_bluesky.url, FakeBluesky.publishing)
        with proxy:
            channel = bluesky_at(proxy.address, real_bluesky.handle, real_bluesky.app_password, MemoryTokens())
            channel.check()
            yield World(channel, proxy, real_bluesky.records)


@pytest.mark.real
def test_a_real_server_keeps_text_language_facets_and_alt_text(real_bluesky: RealBluesky):
    channel = bluesky_at(real_bluesky.address, real_bluesky.handle, real_bluesky.app_password, MemoryTokens())
    Delivery(channel, make_post(TEXT, make_picture())).send()
    [record] = real_bluesky.records()
    assert (record["text"], record["langs"]) == (TEXT, ["lv"])
    assert [image["alt"] for image in record["embed"]["images"]] == [ALT]
    assert marked(TEXT, record["facets"]) == ["https://kampana.example/lv", "#CilvēkuTirdzniecība"]


@pytest.mark.real
def test_ten_lost_answers_in_a_row_leave_one_post_on_a_real_server(real_bluesky: RealBluesky):
    proxy = FaultProxy(real_bluesky.url, FakeBluesky.publishing)
    with proxy:
        channel = bluesky_at(proxy.address, real_bluesky.handle, real_bluesky.app_password, MemoryTokens())
        delivery = Delivery(channel, make_post(TEXT, make_picture()))
        proxy.fault(*[lost_after] * 10)
        for _ in range(10):
            with pytest.raises(Uncertain):
                delivery.send()
        assert delivery.find() == delivery.send()
    assert len(real_bluesky.records()) == 1


def sign_in_often(account: RealBluesky, times: int) -> None:
    for _ in range(times):
        bluesky_at(account.address, account.handle, account.app_password, MemoryTokens()).check()


@pytest.mark.real
@pytest.mark.slow
def test_a_real_limit_on_signing_in_says_when_to_come_back(tmp_path: Path):
    with bluesky_server(tmp_path, rationed=True) as url:
        account = register(url, "rikojums")
        with pytest.raises(Transient) as raised:
            sign_in_often(account, 40)
    assert raised.value.after is not None
    assert 0 < raised.value.after.total_seconds() <= 300


# ---------------------------------------------------------------- its own key


def test_a_new_wording_under_the_same_key_never_overwrites(world: World, server: FakeBluesky):
    world.delivery().send()
    with pytest.raises(Rejected):
        replace(world.delivery(), post=make_post("Cits teksts"), revision="r2").driven()
    assert [post["text"] for post in server.posts] == [TEXT]


def test_a_lost_answer_never_claims_another_wording(world: World):
    world.delivery().send()
    other = replace(world.delivery(), post=make_post("Cits teksts"))
    with pytest.raises(Rejected):
        other.find()


def test_the_key_is_the_due_time_then_the_delivery(channel: Bluesky):
    early, late = (channel.service_key(KEY, "r1", due) for due in (1_700_000_000_000, 1_700_000_060_000))
    assert early < late
    assert channel.service_key(KEY, "r2", 1_700_000_000_000) == early


@pytest.mark.parametrize(
    ("microseconds", "clock", "expected"),
    [
        (0, 0, "2222222222222"),
        (1_700_000_000_000_000, 0, "3ke6kg3wk2222"),
        (1_700_000_000_000_123, 31, "3ke6kg3wk5v2z"),
        (1_795_469_643_551_000, 31, "3n2z3h6y6cs2z"),
    ],
)
def test_keys_are_written_as_the_network_writes_them(microseconds: int, clock: int, expected: str):
    assert tid(microseconds, clock) == expected


def test_the_time_is_that_of_the_first_try(server: FakeBluesky, world: World):
    delivery = world.delivery()
    server.fault(lost_after)
    delivery.driven()
    assert [post["createdAt"] for post in server.posts] == [timestamp(delivery.now)]


# ---------------------------------------------------------------- sessions


def test_one_sign_in_serves_every_call_and_every_start(server: FakeBluesky, world: World, tokens: MemoryTokens):
    world.delivery().send()
    restarted = bluesky_at(server.address, HANDLE, PASSWORD, tokens)
    restarted.check()
    assert server.state["logins"] == 1


def test_an_expired_session_is_renewed_once_and_saved(server: FakeBluesky, world: World, tokens: MemoryTokens):
    world.channel.check()
    server.expire_access()
    world.delivery().send()
    assert len(server.posts) == 1
    assert (server.state["logins"], tokens.saves) == (1, 2)


def test_a_session_that_cannot_be_renewed_is_replaced(server: FakeBluesky, world: World):
    world.channel.check()
    server.expire_access()
    server.state["refresh"] = []
    world.delivery().send()
    assert server.state["logins"] == 2


def test_a_deleted_app_password_blocks_the_account(server: FakeBluesky, world: World):
    world.channel.check()
    server.revoke()
    with pytest.raises(AccountBlocked):
        world.delivery().send()
    assert not server.posts


@pytest.mark.parametrize("code", ["AccountTakedown", "AccountDeactivated"])
def test_an_account_the_service_has_closed_is_blocked(server: FakeBluesky, world: World, code: str):
    server.fault(answering(as_json({"error": code}, 400)))
    with pytest.raises(AccountBlocked):
        world.delivery().send()


def test_a_password_is_never_repeated_from_an_answer(server: FakeBluesky, channel: Bluesky):
    echo = as_json({"error": "AuthenticationRequired", "message": f"bad {PASSWORD}"}, 401)
    server.fault(answering(echo), on="POST /xrpc/com.atproto.server.createSession")
    with pytest.raises(AccountBlocked) as raised:
        channel.check()
    assert PASSWORD not in str(raised.value)


# ---------------------------------------------------------------- pictures, corrections, errors


def test_an_upload_is_used_again_after_a_limit(server: FakeBluesky, world: World):
    server.fault(limited({"ratelimit-reset": "0"}))
    world.delivery().driven()
    assert len(server.calls("POST /xrpc/com.atproto.repo.uploadBlob")) == 1


def test_a_picture_the_service_has_dropped_is_uploaded_again(server: FakeBluesky, world: World):
    server.fault(limited({"ratelimit-reset": "0"}))
    delivery = world.delivery()
    with pytest.raises(Transient):
        delivery.send()
    server.forget_blobs()
    delivery.driven()
    assert len(server.posts) == 1


def test_correcting_keeps_the_time_of_publication(server: FakeBluesky, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    server.fault(lost_after)
    corrected = replace(delivery, post=make_post("Labots"), now=delivery.now.replace(year=2030))
    with pytest.raises(Transient):
        world.channel.edit(receipt, corrected.attempt)
    world.channel.edit(receipt, corrected.attempt)
    assert [(post["text"], post["createdAt"]) for post in server.posts] == [("Labots", timestamp(delivery.now))]


def test_correcting_what_somebody_else_has_changed_is_refused(server: FakeBluesky, world: World):
    receipt = world.delivery().send()
    [record] = server.state["records"].values()
    record |= {"cid": "bcits", "value": record["value"] | {"text": "Svešs teksts"}}
    with pytest.raises(Rejected):
        world.channel.edit(receipt, replace(world.delivery(), post=make_post("Labots")).attempt)


def test_correcting_what_is_gone_is_refused(world: World):
    receipt = world.delivery().send()
    world.channel.remove(receipt)
    with pytest.raises(Rejected):
        world.channel.edit(receipt, replace(world.delivery(), post=make_post("Labots")).attempt)


def test_a_look_up_that_is_refused_proves_nothing(server: FakeBluesky, world: World):
    server.fault(answering(as_json({"error": "InvalidRequest"}, 400)), on="GET /xrpc/com.atproto.repo.getRecord")
    with pytest.raises(Uncertain):
        world.delivery().find()


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("ā" * 300, True),
        ("ы" * 301, False),
        ("👨‍👩‍👧‍👦" * 120, True),
        ("👨‍👩‍👧‍👦" * 121, False),
        ("e\u0301" * 300, True),
    ],
)
def test_the_limits_are_graphemes_and_bytes(channel: Bluesky, server: FakeBluesky, text: str, fits: bool):
    try:
        Delivery(channel, make_post(text)).send()
    except DeliveryError:
        assert not fits
    assert len(server.posts) == (1 if fits else 0)


def test_without_a_picture_the_link_gets_a_card(channel: Bluesky, server: FakeBluesky):
    post = make_post(TEXT, link="https://kampana.example/lv", summary="Īsumā")
    Delivery(channel, post).send()
    card = server.posts[0]["embed"]["external"]
    assert card == {"uri": "https://kampana.example/lv", "title": "Rūķīši", "description": "Īsumā"}


def test_what_an_account_can_correct_is_the_operators_finding():
    values = {"kind": "bluesky", "handle": HANDLE}
    assert not BlueskySettings.model_validate(values).limits.editable
    seen = BlueskySettings.model_validate(values | {"shows_edits": True}).limits
    assert seen == Limits(characters=300, bytes=3000, images=4, alt_characters=10_000)


# ---------------------------------------------------------------- links and hashtags


def marked(text: str, facets: list[dict]) -> list[str]:
    """What the facets point at, cut from the bytes as a reader's program does it."""
    raw = text.encode()
    return [raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() for facet in facets]


def test_offsets_count_bytes():
    text = "Notikumu kalendārs – 30. septembris: https://example.org/lv #CilvēkuTirdzniecība"
    [_, tag] = facets_of(text)
    assert (tag["index"]["byteStart"], tag["index"]["byteEnd"]) == (63, 85)
    assert tag["features"] == [{"$type": "app.bsky.richtext.facet#tag", "tag": "CilvēkuTirdzniecība"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lasi (https://example.org/a), tad zvani.", ["https://example.org/a"]),
        ("https://lv.wikipedia.org/wiki/Rīga_(pilsēta).", ["https://lv.wikipedia.org/wiki/Rīga_(pilsēta)"]),
        ("„https://example.org/ā?b=1&c=2#d”", ["https://example.org/ā?b=1&c=2#d"]),
        ("https://… un http:// nav saites", []),
        ("#EndHumanTrafficking, #Rīga2023! #2023 a#b C#", ["#EndHumanTrafficking", "#Rīga2023"]),
        ("👨‍👩‍👧‍👦 #Ģimene 🕊️ https://example.org", ["#Ģimene", "https://example.org"]),
        ("#Ru\u0304k\u0327is", ["#Ru\u0304k\u0327is"]),
        ("#" + "ā" * 65, []),
        ("bez nekā", []),
    ],
)
def test_links_and_hashtags_are_what_a_reader_sees(text: str, expected: list[str]):
    assert marked(text, facets_of(text)) == expected
