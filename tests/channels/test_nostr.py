"""The contract on a relay of our own, and on a real one behind a proxy that spoils what passes."""

import datetime as dt
import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import pytest
from pydantic import ValidationError
from websockets.frames import Frame, Opcode

from campaign.channels import open_channel
from campaign.channels.nostr import Nostr, NostrSettings
from campaign.channels.nostr_keys import npub, public_key, secret_key, signed
from campaign.errors import AccountBlocked, Rejected, Throttled, Transient, Uncertain
from campaign.model import Segment
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.graph import FakeSite
from tests.fakes.relay import FakeRelay, RelayProxy, frames
from tests.fakes.server import (
    Answer,
    Fault,
    Handling,
    Seen,
    answering,
    as_json,
    error_after,
    limited,
    lost_after,
    lost_before,
)

pytestmark = pytest.mark.skipif(find_spec("coincurve") is None, reason="coincurve is not built for this Python")
SECRET = "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa"
NSEC = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5"
NPUB = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg"
PUBLIC = "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e"
"""The pairs that https://github.com/nostr-protocol/nips/blob/master/19.md gives."""


def nostr_at(*relays: FakeRelay, site: FakeSite, secret: str = SECRET, former: tuple[FakeRelay, ...] = ()) -> Nostr:
    told = {"kind": "nostr", "relays": [relay.url for relay in relays], "private_key": secret}
    exceptions = [server.address for server in (*relays, *former, site)]
    options = replace(options_for(*exceptions), base_url=site.url, clock=relays[0].clock)
    opened = open_channel("nostr", NostrSettings.model_validate(told), options, MemoryTokens())
    assert isinstance(opened, Nostr)
    return opened


@contextmanager
def opened_world() -> Iterator[World]:
    pytest.importorskip("coincurve")
    with FakeRelay() as relay, FakeSite() as site:

        def reopened() -> Nostr:
            return nostr_at(relay, site=site)

        yield World(reopened(), relay, lambda: relay.posts, edits=False, guards=True, reopened=reopened)


@contextmanager
def opened_real_one(url: str) -> Iterator[World]:
    with RelayProxy(url) as relay, FakeSite() as site:
        secret = secrets.token_hex(32)
        relay.authors = [public_key(secret_key(secret))]
        yield World(nostr_at(relay, site=site, secret=secret), relay, lambda: relay.posts, edits=False)


@pytest.fixture(params=["own", pytest.param("real", marks=pytest.mark.real)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    real = request.param == "real"
    with opened_real_one(request.getfixturevalue("real_nostr")) if real else opened_world() as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeRelay:
    assert isinstance(world.server, FakeRelay)
    return world.server


@pytest.fixture
def channel(world: World) -> Nostr:
    assert isinstance(world.channel, Nostr)
    return world.channel


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with FakeSite() as fake:
        yield fake


@pytest.fixture
def relays() -> Iterator[tuple[FakeRelay, FakeRelay]]:
    with ExitStack() as stack:
        yield (stack.enter_context(FakeRelay()), stack.enter_context(FakeRelay()))


@pytest.fixture
def both(relays: tuple[FakeRelay, FakeRelay], site: FakeSite) -> Nostr:
    return nostr_at(*relays, site=site)


def tags_of(post: dict[str, Any], *names: str) -> list[list[str]]:
    return [tag for tag in post["tags"] if tag[0] in names]


class TestContract(ChannelContract):
    def test_a_limit_says_when_to_come_back(self, world: World):
        """Within a connection a relay names no time; at its door it can."""
        world.server.fault(limited({"Retry-After": "61"}), on="GET /")
        with pytest.raises(Throttled) as raised:
            world.delivery().send()
        assert raised.value.after == dt.timedelta(seconds=61)
        assert not world.public()


def test_readers_get_text_picture_and_what_it_shows(server: FakeRelay, world: World):
    world.delivery().send()
    [post] = server.posts
    [[_, address, media_type, size, alt]] = tags_of(post, "imeta")
    assert (post["kind"], post["text"], post["alts"]) == (1, TEXT, [ALT])
    assert post["content"] == f"{TEXT}\n\n{address.removeprefix('url ')}"
    assert (media_type, size, alt) == ("m image/png", "dim 120x63", f"alt {ALT}")


def test_languages_hashtags_and_a_warning_are_marked(server: FakeRelay, channel: Nostr):
    post = make_post(
        TEXT, hashtags=("#CilvēkuTirdzniecība", "#NavTekstā"), also_in=("en",), content_warning="Vardarbība"
    )
    Delivery(channel, post).send()
    [seen] = server.posts
    assert tags_of(seen, "L", "l") == [["L", "ISO-639-1"], ["l", "lv", "ISO-639-1"], ["l", "en", "ISO-639-1"]]
    assert tags_of(seen, "t", "content-warning") == [["t", "cilvēkutirdzniecība"], ["content-warning", "Vardarbība"]]


def test_a_note_says_when_it_was_first_tried(server: FakeRelay, world: World):
    delivery = world.delivery()
    server.fault(lost_before)
    delivery.driven()
    assert server.posts[0]["created_at"] == int(delivery.now.timestamp())


@pytest.mark.parametrize("accepted", [True, False])
def test_a_relay_that_has_it_already_is_a_success(site: FakeSite, accepted: bool):
    with FakeRelay() as server:
        server.duplicates_are_accepted = accepted
        delivery = Delivery(nostr_at(server, site=site), make_post())
        assert delivery.send() == delivery.send()
        assert len(server.posts) == 1


def test_a_note_that_no_relay_took_is_dated_when_it_is_sent(server: FakeRelay, world: World):
    delivery = world.delivery()
    with server.down(), pytest.raises(Transient):
        delivery.send()
    later = delivery.now + dt.timedelta(minutes=50)
    world.channel.send(replace(delivery.attempt, now=later))
    assert server.posts[0]["created_at"] == int(later.timestamp())


def test_a_note_that_a_relay_may_have_keeps_its_date_although_all_are_down_later(server: FakeRelay, channel: Nostr):
    delivery = Delivery(channel, make_post())
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        delivery.send()
    with server.down(), pytest.raises(Transient):
        delivery.send()
    later = replace(delivery, now=delivery.now + dt.timedelta(minutes=50))
    assert later.send().remote_id == server.posts[0]["id"]
    assert len(server.posts) == 1


def test_a_repeat_is_the_very_same_note_whatever_has_changed_since(server: FakeRelay, world: World):
    """A later release may write other tags; what may be out already is sent as it was."""
    delivery = world.delivery()
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        delivery.send()
    later = replace(delivery, post=make_post("Cits", topics=("cits",)), now=delivery.now + dt.timedelta(hours=1))
    assert later.send().remote_id == server.posts[0]["id"]
    assert [post["text"] for post in server.posts] == [TEXT]


def test_the_same_words_in_the_same_second_are_two_notes(server: FakeRelay, world: World):
    first = world.delivery(key=f"{KEY}1")
    first.send()
    replace(first, key=f"{KEY}2", notes={}).send()
    assert len({post["id"] for post in server.posts}) == 2


def undisturbed(handling: Handling) -> None:
    handling.reply(handling.act())


def thread() -> Any:
    return make_post("Viens", make_picture(), thread=(Segment("Divi"), Segment("Trīs", (make_picture("Cits", red=9),))))


def test_a_thread_answers_itself(server: FakeRelay, channel: Nostr):
    receipt = Delivery(channel, thread()).send()
    by_text = {post["text"]: post for post in server.posts}
    assert receipt.remote_id == by_text["Viens"]["id"]
    assert not tags_of(by_text["Viens"], "e")
    assert [tag[1::2] for tag in tags_of(by_text["Trīs"], "e")] == [
        [by_text["Viens"]["id"], "root"],
        [by_text["Divi"]["id"], "reply"],
    ]
    assert tags_of(by_text["Divi"], "p") == [["p", by_text["Viens"]["pubkey"]]]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_thread_is_there_once_whichever_answer_is_lost(server: FakeRelay, channel: Nostr, lost: int):
    server.fault(*[lambda handling: handling.reply(handling.act())] * (lost - 1), lost_after, lost_before, error_after)
    Delivery(channel, thread()).driven()
    assert sorted(post["text"] for post in server.posts) == ["Divi", "Trīs", "Viens"]


@pytest.mark.parametrize("later", [undisturbed, lost_after])
def test_a_thread_that_was_taken_back_is_public_when_it_is_sent_anew(server: FakeRelay, channel: Nostr, later: Fault):
    """A relay says of a note that was deleted that it has it."""
    delivery = Delivery(channel, thread())
    server.fault(undisturbed, no("invalid: nē"), undisturbed, later)
    with pytest.raises(Rejected):
        delivery.send()
    assert not server.posts
    receipt = delivery.driven()
    assert sorted(post["text"] for post in server.posts) == ["Divi", "Trīs", "Viens"]
    assert receipt.remote_id in {post["id"] for post in server.posts}


def test_a_thread_is_removed_as_a_whole(server: FakeRelay, channel: Nostr):
    channel.remove(Delivery(channel, thread()).send())
    assert not server.posts


def test_an_answer_names_note_and_author(server: FakeRelay, channel: Nostr):
    asked = Delivery(channel, make_post("Jautājums")).send()
    answered = Delivery(channel, make_post("Atbilde"), key="a/b>m:lv", parent=asked)
    answered.send()
    [post] = [post for post in server.posts if post["text"] == "Atbilde"]
    assert tags_of(post, "e", "p") == [["e", asked.remote_id, server.url, "root"], ["p", post["pubkey"]]]


# ---------------------------------------------------------------- several relays


def test_every_relay_gets_the_note(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    receipt = Delivery(both, make_post()).send()
    assert [[post["id"] for post in relay.posts] for relay in relays] == [[receipt.remote_id]] * 2
    assert "warning" not in receipt.data


def test_one_relay_is_enough_and_the_other_is_named(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    with relays[0].down():
        receipt = Delivery(both, make_post()).send()
    assert len(relays[1].posts) == 1
    assert receipt.data["warning"] == f"Not on {relays[0].url}."
    assert receipt.data["relays"] == relays[1].url


def test_no_relay_at_all_is_tried_again(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    with relays[0].down(), relays[1].down(), pytest.raises(Transient):
        Delivery(both, make_post()).send()


def test_a_lost_answer_counts_more_than_a_refusal(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    relays[0].fault(lost_after)
    relays[1].fault(answering(Answer(401)))
    delivery = Delivery(both, make_post())
    with pytest.raises(Uncertain):
        delivery.send()
    found = delivery.find()
    assert found is not None
    assert found.data["relays"] == relays[0].url


def test_absence_is_proved_by_all_relays_only(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    for relay in relays:
        relay.fault(lost_before)
    delivery = Delivery(both, make_post())
    with pytest.raises(Uncertain):
        delivery.send()
    with relays[1].down(), pytest.raises(Transient):
        delivery.find()
    assert delivery.find() is None


def test_a_removal_counts_when_every_relay_that_has_the_note_took_it(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    receipt = Delivery(both, make_post()).send()
    with relays[1].down(), pytest.raises(Transient):
        both.remove(receipt)
    both.remove(receipt)
    assert not relays[0].posts
    assert not relays[1].posts


def test_a_relay_that_never_had_the_note_does_not_hinder_its_removal(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    with relays[0].down():
        receipt = Delivery(both, make_post()).send()
        both.remove(receipt)
    assert not relays[1].posts


def test_a_relay_that_is_no_longer_configured_is_asked_to_delete_too(
    relays: tuple[FakeRelay, FakeRelay], both: Nostr, site: FakeSite
):
    receipt = Delivery(both, make_post()).send()
    later = nostr_at(relays[1], site=site, former=relays[:1])
    with relays[0].down(), pytest.raises(Transient):
        later.remove(receipt)
    later.remove(receipt)
    assert not relays[0].posts
    assert not relays[1].posts


@pytest.mark.parametrize("fault", [lost_after, error_after])
def test_a_relay_whose_answer_was_lost_is_asked_to_delete_too(
    relays: tuple[FakeRelay, FakeRelay], both: Nostr, fault: Fault
):
    relays[1].fault(fault)
    receipt = Delivery(both, make_post()).send()
    assert receipt.data["warning"] == f"Perhaps not on {relays[1].url}."
    with relays[1].down(), pytest.raises(Transient):
        both.remove(receipt)
    both.remove(receipt)
    assert not relays[1].posts


def test_a_relay_that_could_not_be_asked_for_a_found_note_is_asked_to_delete_too(
    relays: tuple[FakeRelay, FakeRelay], both: Nostr
):
    for relay in relays:
        relay.fault(lost_after)
    delivery = Delivery(both, make_post())
    with pytest.raises(Uncertain):
        delivery.send()
    with relays[1].down():
        found = delivery.find()
    assert found is not None
    with relays[1].down(), pytest.raises(Transient):
        both.remove(found)
    both.remove(found)
    assert not relays[1].posts


def test_one_relay_that_blocks_a_removal_does_not_hold_the_account(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    receipt = Delivery(both, make_post()).send()
    relays[0].fault(no("blocked: nē"))
    with pytest.raises(Rejected, match="blocked"):
        both.remove(receipt)
    for relay in relays:
        relay.fault(no("blocked: nē"))
    with pytest.raises(AccountBlocked):
        both.remove(receipt)


def test_a_relay_that_got_the_note_from_others_is_asked_to_delete_too(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    with relays[0].down():
        receipt = Delivery(both, make_post()).send()
    relays[0].state["events"] |= relays[1].state["events"]
    both.remove(receipt)
    assert not relays[0].posts


def test_check_names_the_key_and_the_relay_that_is_silent(relays: tuple[FakeRelay, FakeRelay], both: Nostr):
    author = npub(public_key(secret_key(SECRET)))
    assert both.check() == f"{author} on 2 of 2 relays"
    with relays[0].down():
        assert both.check() == f"{author} on 1 of 2 relays; no answer from {relays[0].url}"
    with relays[0].down(), relays[1].down(), pytest.raises(Transient):
        both.check()


# ---------------------------------------------------------------- what relays say


def no(word: str) -> Any:
    return lambda handling: handling.reply(Answer(200, json.dumps(["OK", "", False, word]).encode()))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("rate-limited: lēnāk", Transient),
        ("blocked: nē", AccountBlocked),
        ("restricted: tikai biedriem", AccountBlocked),
        ("auth-required: pieraksties", AccountBlocked),
        ("pow: 20 biti", AccountBlocked),
        ("invalid: par garu", Rejected),
        ("rejected: šādi nē", Rejected),
        ("error: datubāze", Uncertain),
        ("", Rejected),
    ],
)
def test_a_refusal_is_told_by_its_first_word(server: FakeRelay, channel: Nostr, said: str, error: type[Exception]):
    server.fault(no(said))
    with pytest.raises(error):
        Delivery(channel, make_post()).send()


def test_a_question_that_is_refused_proves_nothing(server: FakeRelay, world: World):
    delivery = world.delivery()
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        delivery.send()
    server.fault(lambda handling: handling.reply(Answer(200, b'["CLOSED","campaign","error: x"]')), on="REQ /")
    with pytest.raises(Transient):
        delivery.find()
    assert delivery.find() is not None


def test_notices_and_challenges_before_the_answer_are_passed_over(server: FakeRelay, world: World):
    def chatty(handling: Any) -> None:
        answer = handling.act()
        handling.reply(Answer(200, b'["NOTICE","sveiki"]\n["AUTH","x"]\n' + answer.body))

    server.fault(chatty)
    world.delivery().send()
    assert len(server.posts) == 1


def test_a_ping_before_the_answer_is_answered_and_passed_over(server: FakeRelay, world: World):
    def pinging(handling: Any) -> None:
        answer = handling.act()
        handling.say(Frame(Opcode.PING, b"x").serialize(mask=False) + frames(answer))

    server.fault(pinging)
    world.delivery().send()
    assert len(server.posts) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_error_at_the_door_means_that_nothing_was_sent(server: FakeRelay, channel: Nostr, status: int):
    server.fault(answering(as_json({"error": "kļūda"}, status)), on="GET /")
    with pytest.raises(Transient):
        Delivery(channel, make_post()).send()
    assert not server.log


def test_a_relay_that_sends_us_elsewhere_is_not_followed(server: FakeRelay, channel: Nostr):
    server.fault(answering(Answer(302, headers={"Location": server.url.replace("ws", "http")})), on="GET /")
    with pytest.raises(AccountBlocked):
        Delivery(channel, make_post()).send()
    assert not server.log


def test_too_much_is_refused_by_the_relay(site: FakeSite):
    with FakeRelay() as server:
        with pytest.raises(Rejected):
            Delivery(nostr_at(server, site=site), make_post("ā" * 4097)).send()
        assert not server.posts


def test_a_text_at_our_limit_fits_with_its_pictures(server: FakeRelay, channel: Nostr):
    pictures = [make_picture("ā" * 1500, red=number) for number in range(4)]
    Delivery(channel, make_post("ы" * channel.limits.characters, *pictures)).send()
    assert server.posts[0]["alts"] == ["ā" * 1500] * 4


def test_a_picture_that_is_not_public_yet_keeps_the_note_back(site: FakeSite):
    with FakeRelay() as server:
        site.is_public = False
        with pytest.raises(Transient):
            Delivery(nostr_at(server, site=site), make_post(TEXT, make_picture())).send()
        assert not server.posts


def test_what_is_signed_by_another_is_not_taken(site: FakeSite):
    with FakeRelay() as server:
        time = int(server.clock().timestamp())
        mine, other = (signed(secret_key(key), 1, time, [], "ā") for key in (SECRET, "1" * 64))
        event = mine | {"sig": other["sig"]}
        answer = server.answer(Seen("EVENT", "/", {}, {}, json.dumps(["EVENT", event]).encode(), "/"))
        assert json.loads(answer.body)[2] is False


# ---------------------------------------------------------------- settings and keys


def test_a_key_is_read_in_both_spellings_and_shown_as_people_know_it():
    assert secret_key(NSEC).hex() == secret_key(SECRET.upper()).hex() == SECRET
    assert npub(PUBLIC) == NPUB


@pytest.mark.parametrize(
    "written",
    [NSEC[:-1] + "4", NPUB, "0" * 64, "f" * 64, SECRET[:-2], "kanarijputnins", "nsec1qqqqqqqqq", ""],
)
def test_what_is_no_key_is_refused_without_being_shown(written: str):
    with pytest.raises(ValidationError) as raised:
        NostrSettings.model_validate({"kind": "nostr", "relays": ["wss://a.example"], "private_key": written})
    assert not written or written not in str(raised.value)


@pytest.mark.parametrize(
    "relays",
    [
        [],
        ["https://a.example"],
        ["a.example"],
        ["wss://"],
        ["wss://vards@a.example"],
        ["wss://a.example:99999"],
        ["wss://a.example:0"],
        ["wss://a.example:ports"],
        ["wss://a.example?x=1"],
        ["wss://a.example", "wss://a.example/"],
        [f"wss://{number}.example" for number in range(9)],
    ],
)
def test_relays_are_one_to_eight_different_addresses(relays: list[str]):
    with pytest.raises(ValidationError):
        NostrSettings.model_validate({"kind": "nostr", "relays": relays})


@pytest.mark.parametrize(
    "relay", ["wss://127.0.0.1", "wss://localhost", "wss://[::1]", "wss://10.0.0.1", "ws://1.1.1.1"]
)
def test_relays_on_the_own_network_and_unencrypted_ones_are_not_reached(relay: str):
    settings = NostrSettings.model_validate({"kind": "nostr", "relays": [relay], "private_key": SECRET})
    with pytest.raises(AccountBlocked):
        Delivery(open_channel("nostr", settings, options_for(), MemoryTokens()), make_post()).send()


def test_without_its_key_the_account_is_blocked_and_nothing_is_kept():
    settings = NostrSettings.model_validate({"kind": "nostr", "relays": ["wss://a.example"]})
    delivery = Delivery(open_channel("nostr", settings, options_for(), MemoryTokens()), make_post())
    with pytest.raises(AccountBlocked, match="private_key"):
        delivery.send()
    assert not delivery.notes


def test_a_relay_whose_certificate_nobody_trusts_is_sent_nothing(site: FakeSite):
    with FakeRelay() as server:
        told = {"kind": "nostr", "relays": [f"wss://{server.address}"], "private_key": SECRET}
        settings, options = NostrSettings.model_validate(told), options_for(server.address)
        with pytest.raises(Transient):
            Delivery(open_channel("nostr", settings, options, MemoryTokens()), make_post()).send()
        assert not server.log


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from campaign.channels import open_channel
from campaign.channels.nostr import NostrSettings
from campaign.errors import AccountBlocked
from tests.channels.attempts import Delivery, MemoryTokens, make_post, options_for
settings = NostrSettings.model_validate({"kind": "nostr", "relays": ["wss://a.example"], "private_key": "1" * 64})
try:
    Delivery(open_channel("nostr", settings, options_for(), MemoryTokens()), make_post()).send()
except AccountBlocked as error:
    print(error)
"""


@pytest.mark.parametrize("missing", ["coincurve", "websockets"])
def test_without_its_packages_the_account_says_what_to_install(missing: str):
    done = subprocess.run([sys.executable, "-c", WITHOUT, missing], capture_output=True, text=True, check=True)
    assert "pip install 'campaign-publisher[nostr]'" in done.stdout


def test_the_key_is_in_no_error_note_or_receipt(server: FakeRelay, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    server.fault(no(f"blocked: {SECRET}"))
    assert SECRET not in f"{delivery.notes} {receipt} {world.channel.check()}"
