import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from campaign.channels import open_channel
from campaign.channels.linkedin import LinkedIn, LinkedInSettings
from campaign.errors import AccountBlocked, Rejected, Throttled, Transient, Uncertain
from campaign.text import escaped
from tests.channels.attempts import ALT, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.linkedin import CLIENT, ORGANIZATION, REFRESH, TOKEN, YEAR, FakeLinkedIn, Habits
from tests.fakes.server import answering, as_json, changing, error_before, limited, lost_after, lost_before


def linkedin_at(server: FakeLinkedIn, tokens: MemoryTokens, **settings: str) -> LinkedIn:
    places = {"server": server.url, "login": server.url, "organization": ORGANIZATION}
    model = LinkedInSettings.model_validate({"kind": "linkedin", **places, **settings})
    opened = open_channel("linkedin", model, options_for(server.address), tokens)
    assert isinstance(opened, LinkedIn)
    return opened


def connected(server: FakeLinkedIn, tokens: MemoryTokens) -> LinkedIn:
    secrets = {"refresh_token": REFRESH, "client_secret": CLIENT[1]}
    return linkedin_at(server, tokens, client_id=CLIENT[0], **secrets)


def world_at(fake: FakeLinkedIn, reopened: Callable[[], LinkedIn]) -> World:
    troubles = {
        "the list lags": changing(lambda: fake.state.update(lag=1)),
        "the access token runs out": changing(lambda: fake.state.update(access={})),
    }
    return World(reopened(), fake, lambda: fake.posts, repeats=False, reopened=reopened, troubles=troubles)


@contextmanager
def opened_world() -> Iterator[World]:
    with FakeLinkedIn() as fake:
        opened = world_at(fake, lambda: linkedin_at(fake, MemoryTokens(), token=TOKEN))
        yield replace(opened, troubles={"the list lags": opened.troubles["the list lags"]})


@contextmanager
def opened_world_whose_tokens_run_out() -> Iterator[World]:
    with FakeLinkedIn() as fake:
        tokens = MemoryTokens()
        yield world_at(fake, lambda: connected(fake, tokens))


@pytest.fixture
def world() -> Iterator[World]:
    with opened_world() as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeLinkedIn:
    assert isinstance(world.server, FakeLinkedIn)
    return world.server


@pytest.fixture
def channel(world: World) -> LinkedIn:
    assert isinstance(world.channel, LinkedIn)
    return world.channel


class TestContract(ChannelContract):
    pass


def test_what_readers_get_is_what_was_written(server: FakeLinkedIn, channel: LinkedIn):
    receipt = Delivery(channel, make_post(TEXT, make_picture())).send()
    [post] = server.posts
    assert (post["text"], post["alts"]) == (TEXT, [ALT])
    assert r"{hashtag|\#|CilvēkuTirdzniecība}" in post["raw"]
    assert receipt.url == f"https://www.linkedin.com/feed/update/{post['id']}"


def test_several_pictures_keep_their_order_and_words(server: FakeLinkedIn, channel: LinkedIn):
    Delivery(channel, make_post("Trīs", make_picture(), make_picture("Otrā", 90), make_picture("Trešā", 120))).send()
    assert server.posts[0]["alts"] == [ALT, "Otrā", "Trešā"]


AWKWARD = r"Zvani (116006) vai raksti a_b@c.lv [*svarīgi*] {~} <3 C:\x | # nav #tēma_1"


@pytest.mark.parametrize("text", [AWKWARD, TEXT, "A&B #ЛюдиНеТовар", "cafe\u0301\n\nrindas  ar   atstarpēm"])
def test_every_sign_arrives_as_it_was_written_and_is_found_again(server: FakeLinkedIn, channel: LinkedIn, text: str):
    server.fault(lost_after)
    receipt = Delivery(channel, make_post(text)).driven()
    assert [(post["id"], post["text"]) for post in server.posts] == [(receipt.remote_id, text)]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("ā" * 3000, True), ("ы" * 3001, False), ("_" * 1500, True), ("_" * 1501, False), ("#ā" + " " * 2985, True)],
)
def test_the_limit_counts_the_signs_that_escaping_adds(server: FakeLinkedIn, channel: LinkedIn, text: str, fits: bool):
    delivery = Delivery(channel, make_post(text))
    assert (len(escaped(text)) <= channel.limits.characters) is fits
    if fits:
        delivery.send()
    else:
        with pytest.raises(Rejected):
            delivery.send()
    assert len(server.posts) == (1 if fits else 0)


# ---------------------------------------------------------------- once


def test_a_list_that_lags_once_proves_nothing(server: FakeLinkedIn, world: World):
    server.habits = Habits(list_lag=1)
    server.fault(lost_after)
    world.delivery().driven()
    assert len(server.posts) == 1


def test_without_the_right_to_read_a_lost_answer_waits_for_a_person(server: FakeLinkedIn, world: World):
    server.habits = Habits(reads=False)
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        world.delivery().driven()
    assert len(server.posts) == 1


def test_a_text_seen_before_is_refused_at_once(server: FakeLinkedIn, world: World):
    server.post_by_somebody(escaped(TEXT))
    with pytest.raises(Rejected, match="seen before"):
        world.delivery().driven()
    assert len(server.posts) == 1


@pytest.mark.parametrize("words", ["Content is a duplicate of", "コンテンツが重複しています"])
def test_a_refused_repeat_after_a_lost_answer_is_not_taken_for_a_refusal(
    server: FakeLinkedIn, world: World, words: str
):
    server.habits = Habits(list_lag=2, error_words=words)
    server.fault(lost_after)
    receipt = world.delivery().driven()
    assert [post["id"] for post in server.posts] == [receipt.remote_id]


def test_a_repeat_that_is_refused_and_nowhere_found_waits_for_a_person(server: FakeLinkedIn, world: World):
    world.channel.remove(world.delivery().send())
    server.fault(lost_before)
    with pytest.raises(Uncertain, match="Look there"):
        world.delivery().driven()
    assert not server.posts


def test_the_post_is_found_many_pages_back(server: FakeLinkedIn, world: World):
    delivery = world.delivery()
    sent = delivery.send()
    for number in range(230):
        server.post_by_somebody(f"Jaunums nr. {number}")
    found = delivery.find()
    assert found is not None
    assert found.remote_id == sent.remote_id


@pytest.mark.parametrize("created", [10**30, -(10**17), 2**63, "vakar", "2023-09-01T09:00:00", None])
def test_no_time_that_linkedin_tells_is_a_crash(server: FakeLinkedIn, world: World, created: object):
    delivery = world.delivery()
    sent = delivery.send()
    server.state["posts"][sent.remote_id]["createdAt"] = created
    with pytest.raises(Transient):
        delivery.find()


def test_of_two_copies_the_older_one_is_claimed(server: FakeLinkedIn, world: World):
    first, _ = server.post_by_somebody(escaped(TEXT)), server.post_by_somebody(escaped(TEXT))
    server.state["posts"][first]["createdAt"] -= 1000
    found = world.delivery().find()
    assert found is not None
    assert found.remote_id == first


def test_a_text_that_comes_back_without_its_notation_is_recognised(server: FakeLinkedIn, channel: LinkedIn):
    delivery = Delivery(channel, make_post(f"{AWKWARD} {TEXT}"))
    sent = delivery.send()
    server.state["posts"][sent.remote_id]["commentary"] = f"{AWKWARD} {TEXT}".replace("\\", "\\\\")
    assert delivery.find() == sent


def test_nobody_can_tell_behind_a_thousand_newer_posts(server: FakeLinkedIn, world: World):
    for number in range(1001):
        server.post_by_somebody(f"Jaunums nr. {number}")
    with pytest.raises(Uncertain):
        world.delivery().find()


def test_older_drafted_and_known_posts_are_not_claimed(server: FakeLinkedIn, world: World):
    known = server.post_by_somebody(escaped(TEXT))
    server.post_by_somebody(escaped(TEXT), state="PUBLISH_FAILED")
    old = server.post_by_somebody(escaped(TEXT))
    server.state["posts"][old]["createdAt"] = 1_693_559_000_000
    assert world.delivery(known=frozenset({known})).find() is None


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize("step", ["POST /rest/images", "PUT /dms-uploads/7287001"])
def test_a_failing_upload_publishes_nothing_and_is_tried_again(server: FakeLinkedIn, world: World, step: str):
    server.fault(error_before, on=step)
    delivery = world.delivery()
    with pytest.raises(Transient):
        delivery.send()
    assert not server.posts
    delivery.driven()
    assert [post["alts"] for post in server.posts] == [[ALT]]


def test_an_upload_is_used_again_by_the_next_try(server: FakeLinkedIn, world: World):
    server.fault(limited({"Retry-After": "1"}))
    world.delivery().driven()
    assert len(server.calls("POST /rest/images")) == 1
    assert [post["alts"] for post in server.posts] == [[ALT]]


@pytest.mark.parametrize(
    "host", ["https://cits.example", "https://127.0.0.1:1@cits.example", "//cits.example", "@cits.example"]
)
def test_the_token_goes_to_no_other_host(server: FakeLinkedIn, world: World, host: str):
    server.habits = Habits(upload_host=host)
    with pytest.raises(AccountBlocked, match="another host"):
        world.delivery().send()


# ---------------------------------------------------------------- corrections


def test_words_of_a_picture_that_cannot_change_are_told(world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    corrected = replace(delivery, post=make_post("Labots", make_picture("Cits apraksts")))
    assert "alternative text" in world.channel.edit(receipt, corrected.attempt).data["warning"]
    same = replace(delivery, post=make_post("Labots vēlreiz", make_picture()))
    assert "warning" not in world.channel.edit(receipt, same.attempt).data


def test_a_found_post_can_be_corrected(server: FakeLinkedIn, world: World):
    server.fault(lost_after)
    delivery = world.delivery()
    receipt = delivery.driven()
    world.channel.edit(receipt, replace(delivery, post=make_post("Labots (otrreiz)", make_picture())).attempt)
    assert [post["text"] for post in server.posts] == ["Labots (otrreiz)"]


def test_another_picture_is_refused(server: FakeLinkedIn, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    other = replace(delivery, post=make_post("Labots", make_picture(red=90)))
    with pytest.raises(Rejected, match="pictures"):
        world.channel.edit(receipt, other.attempt)
    assert [post["text"] for post in server.posts] == [TEXT]


def test_correcting_what_is_gone_is_refused(world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    world.channel.remove(receipt)
    with pytest.raises(Rejected):
        world.channel.edit(receipt, delivery.attempt)


# ---------------------------------------------------------------- what LinkedIn refuses


@pytest.mark.parametrize("version", ["202401", "209912"])
def test_a_version_that_is_not_served_names_the_setting(server: FakeLinkedIn, version: str):
    channel = linkedin_at(server, MemoryTokens(), token=TOKEN, version=version)
    with pytest.raises(AccountBlocked, match="`version`"):
        Delivery(channel, make_post()).send()


def test_a_missing_right_blocks_the_account(server: FakeLinkedIn, world: World):
    server.habits = Habits(writes=False)
    with pytest.raises(AccountBlocked, match="right"):
        world.delivery().send()


def test_another_403_concerns_the_post_alone(server: FakeLinkedIn, world: World):
    server.fault(answering(as_json({"status": 403, "code": "UNPERMITTED_CONTENT"}, 403)))
    with pytest.raises(Rejected):
        world.delivery().send()


@pytest.mark.parametrize("body", [[], {"errorDetails": 7}, {"errorDetails": {"inputErrors": [7]}, "code": {}}])
def test_a_refusal_of_any_shape_is_a_refusal(server: FakeLinkedIn, world: World, body: object):
    server.fault(answering(as_json(body, 422)))
    with pytest.raises(Rejected):
        world.delivery().send()


def test_a_used_up_day_ends_at_midnight_in_utc(server: FakeLinkedIn, world: World):
    server.fault(limited(body={"status": 429, "code": "TOO_MANY_REQUESTS"}))
    with pytest.raises(Throttled) as raised:
        world.delivery().send()
    assert raised.value.after is not None
    ends = (server.clock() + raised.value.after + dt.timedelta(minutes=1)).time()
    assert ends < dt.time(0, 2)


# ---------------------------------------------------------------- tokens


def test_a_token_past_its_sixty_days_is_renewed_on_the_way(server: FakeLinkedIn):
    tokens = MemoryTokens()
    channel = connected(server, tokens)
    channel.check()
    server.state["access"] = {}
    Delivery(channel, make_post(TEXT, make_picture())).send()
    assert len(server.posts) == 1
    assert tokens.values["linkedin"]["access"] == f"{TOKEN}-2"


def test_the_year_of_the_refresh_token_is_not_extended_by_use(server: FakeLinkedIn):
    channel = connected(server, MemoryTokens())
    server.state["refresh_until"] = server.clock().timestamp() + 20 * 86_400
    channel.check()
    ends = channel.ends()
    assert ends is not None
    assert abs(ends.timestamp() - server.state["refresh_until"]) < 60


def test_a_refresh_token_past_its_year_asks_a_person(server: FakeLinkedIn):
    server.state["refresh_until"] -= YEAR + 1
    with pytest.raises(AccountBlocked, match="connect the account anew"):
        Delivery(connected(server, MemoryTokens()), make_post()).send()


def test_a_lost_renewal_is_repeated_with_the_same_token(server: FakeLinkedIn):
    server.fault(lost_after, on="POST /oauth/v2/accessToken")
    Delivery(connected(server, MemoryTokens()), make_post()).driven()
    assert len(server.posts) == 1


def test_a_wrong_client_secret_is_told_from_a_dead_token(server: FakeLinkedIn):
    secrets = {"refresh_token": REFRESH, "client_secret": "cits"}
    channel = linkedin_at(server, MemoryTokens(), client_id=CLIENT[0], **secrets)
    with pytest.raises(AccountBlocked, match="id and secret"):
        channel.check()


def test_a_token_revoked_between_upload_and_publishing_blocks_the_account(server: FakeLinkedIn, world: World):
    delivery = world.delivery()
    server.fault(limited({"Retry-After": "1"}))
    with pytest.raises(Transient):
        delivery.send()
    server.state["access"] = {}
    with pytest.raises(AccountBlocked):
        delivery.send()
    assert not server.posts


@pytest.mark.parametrize(("reads", "words"), [(True, "on LinkedIn"), (False, "a person has to look")])
def test_check_says_what_the_token_may_do(server: FakeLinkedIn, channel: LinkedIn, reads: bool, words: str):
    server.habits = Habits(reads=reads)
    assert channel.check().startswith(f"organisation {ORGANIZATION}")
    assert channel.check().endswith(words)


def test_no_error_shows_a_token(server: FakeLinkedIn, world: World):
    server.fault(answering(as_json({"message": f"Bearer {TOKEN}"}, 422)))
    with pytest.raises(Rejected) as raised:
        world.delivery().send()
    assert "kanarijputnins" not in str(raised.value)
