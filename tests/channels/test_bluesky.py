import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaign.channels import open_channel, open_recorder
from campaign.channels.atproto import content_id, facets_of, later, mentioned, record_id, tid, timestamp
from campaign.channels.bluesky import Bluesky, BlueskySettings
from campaign.channels.chain import parts_of
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.model import Post, Receipt, Segment
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for, png
from tests.channels.conftest import RealBluesky, register
from tests.channels.contract import ChannelContract, World
from tests.fakes.bluesky import HANDLE, PASSWORD, FakeBluesky
from tests.fakes.proxy import FaultProxy
from tests.fakes.server import (
    SINGLE_FAULTS,
    Fault,
    answering,
    as_json,
    changing,
    cut_off,
    error_after,
    error_before,
    limited,
    lost_after,
    lost_before,
    torn_down,
    twice,
)
from tests.servers import bluesky_server


def bluesky_at(address: str, handle: str, app_password: str, tokens: MemoryTokens) -> Bluesky:
    values = {"kind": "bluesky", "server": f"http://{address}", "handle": handle, "app_password": app_password}
    options = replace(options_for(address), base_url=f"http://{address}")
    opened = open_channel("bluesky", BlueskySettings.model_validate(values), options, tokens)
    assert isinstance(opened, Bluesky)
    return opened


@contextmanager
def world_with(tokens: MemoryTokens) -> Iterator[World]:
    with FakeBluesky() as fake:
        yield World(
            bluesky_at(fake.address, HANDLE, PASSWORD, tokens),
            fake,
            lambda: fake.posts,
            reopened=lambda: bluesky_at(fake.address, HANDLE, PASSWORD, tokens),
            guards=True,
            troubles={
                "the session runs out": changing(fake.expire_access),
                "uploads are forgotten": changing(fake.forget_blobs),
            },
        )


def opened_world() -> AbstractContextManager[World]:
    return world_with(MemoryTokens())


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
def world(tokens: MemoryTokens) -> Iterator[World]:
    with world_with(tokens) as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeBluesky:
    assert isinstance(world.server, FakeBluesky)
    return world.server


@pytest.fixture
def channel(world: World) -> Bluesky:
    assert isinstance(world.channel, Bluesky)
    return world.channel


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


SAID = ("Pirmais: rūķīši", "Otrais: glāžšķūņi", "Trešais: kur meklēt palīdzību")
APPLY_WRITES = FakeBluesky.publishing_threads


def thread_of(*texts: str) -> Post:
    last = Segment(texts[-1], (make_picture("Cits apraksts", red=90),))
    return make_post(texts[0], make_picture(), thread=(*map(Segment, texts[1:-1]), last))


def in_order(posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(posts, key=lambda post: str(post["createdAt"]))


def answers_itself(receipt: Receipt, posts: list[dict[str, Any]]) -> bool:
    """Every post but the first answers the one before and names the first, by address and id."""
    places = [{"uri": part.remote_id, "cid": part.data["cid"]} for part in parts_of(receipt)]
    wanted = [None, *({"root": places[0], "parent": above} for above in places[:-1])]
    return [post.get("reply") for post in in_order(posts)] == wanted


@pytest.mark.real
def test_a_real_server_gives_every_post_of_a_thread_the_id_its_answer_names(real_bluesky: RealBluesky):
    channel = bluesky_at(real_bluesky.address, real_bluesky.handle, real_bluesky.app_password, MemoryTokens())
    receipt = Delivery(channel, thread_of(*SAID)).send()
    assert [post["text"] for post in in_order(real_bluesky.records())] == list(SAID)
    assert answers_itself(receipt, real_bluesky.records())


@pytest.mark.real
@pytest.mark.parametrize("fault", [lost_before, lost_after, torn_down, error_after, cut_off, twice])
def test_one_thread_on_a_real_server_whatever_goes_wrong_three_times(real_bluesky: RealBluesky, fault: Fault):
    with FaultProxy(real_bluesky.url, APPLY_WRITES) as proxy:
        channel = bluesky_at(proxy.address, real_bluesky.handle, real_bluesky.app_password, MemoryTokens())
        proxy.fault(*[fault] * 3)
        receipt = Delivery(channel, thread_of(*SAID)).driven(10)
    assert [post["text"] for post in in_order(real_bluesky.records())] == list(SAID)
    assert answers_itself(receipt, real_bluesky.records())


@pytest.mark.real
def test_a_real_server_names_who_is_mentioned(real_bluesky: RealBluesky):
    channel = bluesky_at(real_bluesky.address, real_bluesky.handle, real_bluesky.app_password, MemoryTokens())
    text = f"Ar @{real_bluesky.handle} un @nekas.test"
    Delivery(channel, make_post(text)).send()
    [record] = real_bluesky.records()
    assert features(record) == [{"$type": "app.bsky.richtext.facet#mention", "did": real_bluesky.did}]
    assert marked(text, record["facets"]) == [f"@{real_bluesky.handle}"]


@pytest.mark.real
def test_a_thread_on_a_real_server_is_corrected_answered_and_removed(real_bluesky: RealBluesky):
    channel = bluesky_at(real_bluesky.address, real_bluesky.handle, real_bluesky.app_password, MemoryTokens())
    delivery = Delivery(channel, thread_of(*SAID))
    receipt = delivery.send()
    edited = channel.edit(receipt, replace(delivery, post=thread_of("Labots", *SAID[1:]), revision="r2").attempt)
    Delivery(channel, make_post("Papildinājums"), key=f"{KEY}2", parent=edited).send()
    assert len(real_bluesky.records()) == 4
    channel.remove(edited)
    assert [post["text"] for post in real_bluesky.records()] == ["Papildinājums"]


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


def test_a_session_of_another_name_is_not_used(server: FakeBluesky, world: World, tokens: MemoryTokens):
    world.channel.check()
    tokens.values = {name: {**session, "identifier": "cits.test"} for name, session in tokens.values.items()}
    world.channel.check()
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


@pytest.mark.parametrize(
    "record", [{}, {"createdAt": 7}, {"createdAt": "", "embed": []}, {"createdAt": "", "embed": {"images": ["ā"]}}]
)
def test_what_is_no_post_below_our_key_proves_nothing(server: FakeBluesky, world: World, record: dict[str, Any]):
    delivery = world.delivery()
    delivery.send()
    [kept] = server.state["records"].values()
    kept["value"] = record
    with pytest.raises(Transient):
        delivery.find()


def test_a_post_that_a_person_found_is_corrected_answered_and_removed_by_its_address(server: FakeBluesky, world: World):
    delivery = world.delivery()
    given = Receipt(address := f"{delivery.send().url}/", address)
    world.channel.edit(given, replace(delivery, post=make_post("Labots")).attempt)
    Delivery(world.channel, make_post("Atbilde"), key=f"{KEY}2", parent=given).send()
    assert [post["text"] for post in server.posts] == ["Labots", "Atbilde"]
    world.channel.remove(given)
    assert [post["text"] for post in server.posts] == ["Atbilde"]


def test_an_address_that_leads_to_no_post_is_not_taken_for_a_removed_one(world: World):
    with pytest.raises(Rejected):
        world.channel.remove(Receipt("https://bsky.app/profile/kampana.test/post/3n2zqsf4mztrb", ""))


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
    assert BlueskySettings.model_validate(values | {"shows_edits": True}).limits.editable


# ---------------------------------------------------------------- threads and answers


def test_a_thread_is_published_at_once_and_answers_itself(server: FakeBluesky, channel: Bluesky):
    receipt = Delivery(channel, thread_of(*SAID)).send()
    assert [post["text"] for post in in_order(server.posts)] == list(SAID)
    assert [post["alts"] for post in in_order(server.posts)] == [[ALT], [], ["Cits apraksts"]]
    assert answers_itself(receipt, server.posts)
    assert server.state["commits"] == 1


@pytest.mark.parametrize("fault", SINGLE_FAULTS)
def test_one_thread_whatever_goes_wrong_once(server: FakeBluesky, channel: Bluesky, fault: Fault):
    server.fault(fault, on=APPLY_WRITES)
    receipt = Delivery(channel, thread_of(*SAID)).driven()
    assert [post["text"] for post in in_order(server.posts)] == list(SAID)
    assert answers_itself(receipt, server.posts)


def test_a_thread_that_is_there_is_recognised_however_the_repeat_is_refused(server: FakeBluesky, channel: Bluesky):
    delivery = Delivery(channel, thread_of(*SAID))
    sent = delivery.send()
    server.fault(answering(as_json({"error": "InvalidRequest"}, 400)), on=APPLY_WRITES)
    assert delivery.send() == sent


def test_a_thread_refused_is_refused_whole(server: FakeBluesky, channel: Bluesky):
    with pytest.raises(Rejected):
        Delivery(channel, thread_of("Pirmais", "ā" * 301, "Trešais")).driven()
    assert not server.posts


def test_a_thread_whose_end_was_removed_by_hand_is_still_the_thread(server: FakeBluesky, channel: Bluesky):
    delivery = Delivery(channel, thread_of(*SAID))
    last = parts_of(delivery.send())[-1]
    channel.remove(last)
    found = delivery.find()
    assert found is not None
    assert len(parts_of(found)) == 2


def test_a_thread_is_corrected_post_by_post(server: FakeBluesky, channel: Bluesky):
    delivery = Delivery(channel, thread_of(*SAID))
    receipt = delivery.send()
    corrected = replace(delivery, post=thread_of("Labots", *SAID[1:]), revision="r2").attempt
    server.fault(lost_after)
    with pytest.raises(Transient):
        channel.edit(receipt, corrected)
    edited = channel.edit(receipt, corrected)
    assert channel.edit(edited, corrected) == edited
    assert [post["text"] for post in in_order(server.posts)] == ["Labots", *SAID[1:]]
    assert [bool(post.get("reply")) for post in in_order(server.posts)] == [False, True, True]


def test_a_thread_is_removed_whole(server: FakeBluesky, channel: Bluesky):
    receipt = Delivery(channel, thread_of(*SAID)).send()
    channel.remove(receipt)
    channel.remove(receipt)
    assert not server.posts


def test_an_answer_names_its_post_and_the_first_of_the_talk(server: FakeBluesky, channel: Bluesky):
    first = Delivery(channel, make_post("Jautājums")).send()
    second = Delivery(channel, make_post("Labojums"), key=f"{KEY}2", parent=first).send()
    third = Delivery(channel, make_post("Vēlreiz"), key=f"{KEY}3", parent=second).send()
    reply = json.loads(third.data["reply"])
    assert [reply["root"]["uri"], reply["parent"]["uri"]] == [first.remote_id, second.remote_id]
    assert [reply["root"]["cid"], reply["parent"]["cid"]] == [first.data["cid"], second.data["cid"]]


def test_a_found_answer_still_knows_what_it_answers(server: FakeBluesky, channel: Bluesky):
    first = Delivery(channel, make_post("Jautājums")).send()
    answer = Delivery(channel, make_post("Labojums"), key=f"{KEY}2", parent=first)
    assert answer.send() == answer.find()


def test_a_post_in_several_languages_names_three_at_most(server: FakeBluesky, channel: Bluesky):
    Delivery(channel, make_post("Rūķīši", also_in=("en", "ru", "uk"))).send()
    assert server.posts[0]["langs"] == ["lv", "en", "ru"]


def test_a_rehearsed_thread_has_an_id_for_every_post(tmp_path: Path):
    settings = BlueskySettings.model_validate({"kind": "bluesky", "handle": HANDLE})
    recorder = open_recorder("bluesky", settings, tmp_path, "https://kampana.example")
    receipt = Delivery(recorder, thread_of(*SAID)).send()
    assert len({part.remote_id for part in parts_of(receipt)}) == 3
    [recorded] = tmp_path.glob("*/request.json")
    assert all(text in recorded.read_text() for text in SAID)


# ---------------------------------------------------------------- the link's card


PAGE = "/lv/e/september-2023/donate/"
OUR_PICTURE = "/pictures/karte.png"


def linked(server: FakeBluesky, *, path: str = PAGE) -> Post:
    return make_post("Lasi vairāk", link=f"{server.url}{path}", summary="Īsumā")


def show_page(server: FakeBluesky, picture: bytes) -> None:
    head = f'<!doctype html><meta property="og:image" content="{server.url}{OUR_PICTURE}">'
    server.show_page(PAGE, head.encode(), "text/html; charset=utf-8")
    server.show_page(OUR_PICTURE, picture, "image/png")


def test_the_card_of_our_own_page_shows_its_picture(server: FakeBluesky, channel: Bluesky):
    show_page(server, png())
    Delivery(channel, linked(server)).send()
    thumb = server.posts[0]["embed"]["external"]["thumb"]
    assert thumb["ref"]["$link"] == content_id(png())


def test_a_page_without_a_picture_gets_a_card_without_one(server: FakeBluesky, channel: Bluesky):
    server.show_page(PAGE, "<!doctype html><title>Rūķīši</title>".encode(), "text/html")
    Delivery(channel, linked(server)).send()
    assert "thumb" not in server.posts[0]["embed"]["external"]


def test_a_picture_too_large_for_a_card_is_left_out(server: FakeBluesky, channel: Bluesky):
    show_page(server, png() + b"0" * 1_000_000)
    Delivery(channel, linked(server)).send()
    assert "thumb" not in server.posts[0]["embed"]["external"]


def test_a_page_that_cannot_be_read_is_no_reason_to_wait(server: FakeBluesky, channel: Bluesky):
    server.fault(error_before, on=f"GET {PAGE}")
    Delivery(channel, linked(server)).send()
    assert len(server.posts) == 1


def test_the_picture_of_a_card_is_read_once(server: FakeBluesky, channel: Bluesky):
    show_page(server, png())
    server.fault(lost_after, limited({"ratelimit-reset": "0"}))
    Delivery(channel, linked(server)).driven()
    assert len(server.calls(f"GET {PAGE}")) == 1


# ---------------------------------------------------------------- mentions


def features(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [feature for facet in record["facets"] for feature in facet["features"]]


def test_a_mention_leads_to_who_is_meant(server: FakeBluesky, channel: Bluesky):
    text = f"Kopā ar @{HANDLE}, ne @nekas.test, ne raksti@{HANDLE}"
    Delivery(channel, make_post(text)).send()
    assert marked(text, server.posts[0]["facets"]) == [f"@{HANDLE}"]
    assert features(server.posts[0]) == [{"$type": "app.bsky.richtext.facet#mention", "did": server.did}]


def test_a_name_is_looked_up_once(server: FakeBluesky, channel: Bluesky):
    server.fault(limited({"ratelimit-reset": "0"}))
    Delivery(channel, make_post(f"Kopā ar @{HANDLE} un @nekas.test")).driven()
    assert len(server.calls("GET /xrpc/com.atproto.identity.resolveHandle")) == 2


def test_a_look_up_that_fails_is_waited_for(server: FakeBluesky, channel: Bluesky):
    server.fault(error_before, on="GET /xrpc/com.atproto.identity.resolveHandle")
    delivery = Delivery(channel, make_post(f"Kopā ar @{HANDLE}"))
    with pytest.raises(Transient):
        delivery.send()
    delivery.driven()
    assert features(server.posts[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@a.example", ["a.example"]),
        ("(@pasts-un.lv) „@x.y.z”", ["pasts-un.lv", "x.y.z"]),
        ("@Mazais.Example.", ["Mazais.Example"]),
        ("raksti pasts@example.org vai @vards", []),
        ("https://example.org/@a.example un @@b.example", []),
        ("@rūķis.lv @-a.lv @a-.lv @a..lv", []),
    ],
)
def test_mentions_are_whole_names(text: str, expected: list[str]):
    assert mentioned(text) == expected


# ---------------------------------------------------------------- keys and ids


def test_keys_of_a_thread_follow_each_other():
    keys = [later("3ke6kg3wk2222", number) for number in range(40)]
    assert keys == sorted(set(keys))
    assert keys[0] == "3ke6kg3wk2222"
    assert later(tid(1_700_000_000_000_000, 31), 5) == tid(1_700_000_000_000_005, 31)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"),
        (
            {
                "bb": [1, "ā", -5, 70000],
                "a": {"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"},
                "aa": {"z": True, "y": None},
            },
            "bafyreihaauerwnxssnlutl722jkqalsyevmmhkmuhbp2otpkirfegjdiou",  # from the network's own encoder
        ),
    ],
)
def test_ids_of_records_are_those_of_the_network(record: dict[str, Any], expected: str):
    assert record_id(record) == expected


# ---------------------------------------------------------------- links and hashtags


def marked(text: str, facets: list[dict]) -> list[str]:
    """What the facets point at, cut from the bytes as a reader's program does it."""
    raw = text.encode()
    return [raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() for facet in facets]


def test_offsets_count_bytes():
    text = "Notikumu kalendārs – 30. septembris: https://example.org/lv #CilvēkuTirdzniecība"
    [_, tag] = facets_of(text, {})
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
    assert marked(text, facets_of(text, {})) == expected
