from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from campaign.channels import open_channel, read_limits
from campaign.channels.mastodon import Mastodon, MastodonSettings
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from tests.channels.attempts import ALT, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.mastodon import TOKEN, FakeMastodon, Habits
from tests.fakes.server import answering, as_json, error_before, limited, lost_after, lost_before


@pytest.fixture
def server() -> Iterator[FakeMastodon]:
    fake = FakeMastodon()
    with fake:
        yield fake


@pytest.fixture
def settings(server: FakeMastodon) -> MastodonSettings:
    return MastodonSettings.model_validate({"kind": "mastodon", "server": server.url, "token": TOKEN})


@pytest.fixture
def channel(server: FakeMastodon, settings: MastodonSettings) -> Mastodon:
    opened = open_channel("mastodon", settings, options_for(server.address), MemoryTokens())
    assert isinstance(opened, Mastodon)
    return opened


@pytest.fixture
def world(server: FakeMastodon, channel: Mastodon) -> World:
    return World(channel, server, lambda: server.posts)


class TestContract(ChannelContract):
    pass


def test_what_readers_get_is_what_was_written(server: FakeMastodon, channel: Mastodon):
    receipt = Delivery(channel, make_post(TEXT, make_picture())).send()
    [post] = server.posts
    assert (post["text"], post["language"], post["visibility"]) == (TEXT, "lv", "public")
    assert [media["description"] for media in post["media"]] == [ALT]
    assert receipt.url == post["url"]
    assert "warning" not in receipt.data


@pytest.mark.parametrize(
    "habits",
    [
        Habits(honours_key=False),
        Habits(replay_status=500),
        Habits(reused_media=400, shows_used_media=True, honours_key=False),
        Habits(reused_media=200, shows_used_media=True, honours_key=False),
        Habits(list_lag=1, honours_key=False),
        Habits(gives_source=False, honours_key=False),
        Habits(keeps_language=False, honours_key=False),
        Habits(media_polls=2, honours_key=False),
        Habits(error_words="バリデーション", honours_key=False),
    ],
)
def test_lost_answers_never_publish_twice_on_its_relatives(server: FakeMastodon, world: World, habits: Habits):
    server.habits = habits
    server.fault(lost_after, lost_before)
    receipt = world.delivery().driven(12)
    assert [post["id"] for post in server.posts] == [receipt.remote_id]
    assert [media["description"] for media in server.posts[0]["media"]] == [ALT]


def test_a_list_that_lags_once_proves_nothing(server: FakeMastodon, world: World):
    server.habits = Habits(list_lag=1, honours_key=False)
    server.fault(lost_after)
    world.delivery().driven()
    assert len(server.posts) == 1


def test_a_crash_found_out_days_later_publishes_nothing_new(server: FakeMastodon, world: World):
    delivery = world.delivery()
    sent = delivery.send()
    server.state["keys"].clear()
    assert delivery.find() == sent


def test_within_the_hour_the_key_alone_prevents_a_second_post(server: FakeMastodon, world: World):
    delivery = world.delivery()
    assert delivery.send().remote_id == delivery.send().remote_id
    assert len(server.posts) == 1


def test_a_picture_in_use_means_the_first_post_may_exist(server: FakeMastodon, world: World):
    server.habits = Habits(honours_key=False, shows_used_media=True)
    delivery = world.delivery()
    delivery.send()
    with pytest.raises(Uncertain):
        delivery.send()
    assert delivery.find() is not None
    assert len(server.posts) == 1


def test_a_picture_still_in_the_works_is_waited_for_and_not_sent_again(server: FakeMastodon, world: World):
    server.habits = Habits(media_polls=2)
    delivery = world.delivery()
    with pytest.raises(Transient) as raised:
        delivery.send()
    assert raised.value.after is not None
    delivery.driven()
    assert len(server.calls("POST /api/v2/media")) == 1
    assert len(server.posts) == 1


def test_an_upload_that_the_server_has_dropped_is_repeated(server: FakeMastodon, world: World):
    delivery = world.delivery()
    server.fault(limited({"Retry-After": "1"}))
    with pytest.raises(Transient):
        delivery.send()
    server.state["media"].clear()
    delivery.send()
    assert len(server.posts[0]["media"]) == 1


def test_a_failing_upload_publishes_nothing_and_is_tried_again(server: FakeMastodon, world: World):
    server.fault(error_before, on="POST /api/v2/media")
    with pytest.raises(Transient):
        world.delivery().send()
    world.delivery().driven()
    assert len(server.posts) == 1


@pytest.mark.parametrize("status", [400, 401])
def test_a_token_revoked_between_upload_and_publishing_blocks_the_account(
    server: FakeMastodon, world: World, status: int
):
    server.habits = Habits(bad_token_status=status)
    delivery = world.delivery()
    server.fault(limited({"Retry-After": "1"}))
    with pytest.raises(Transient):
        delivery.send()
    server.token = "cits"
    with pytest.raises(AccountBlocked):
        replace(delivery, post=make_post()).send()
    assert not server.posts


def test_a_missing_scope_blocks_the_account(server: FakeMastodon, world: World):
    challenge = {"WWW-Authenticate": 'Bearer realm="Doorkeeper", error="insufficient_scope"'}
    server.fault(answering(as_json({"error": "Šī darbība nav atļauta"}, 403, challenge)))
    with pytest.raises(AccountBlocked):
        world.delivery().send()


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("ā" * 500, True),
        ("ā" * 501, False),
        ("ы" * 476 + " https://kampana.example/lv/garš-ceļš", True),
        ("ы" * 477 + " https://kampana.example/lv/garš-ceļš", False),
        ("👨‍👩‍👧‍👦" * 500, True),
        ("e\u0301" * 501, False),
    ],
)
def test_the_limit_is_the_servers(server: FakeMastodon, channel: Mastodon, text: str, fits: bool, status: int):
    server.habits = Habits(too_long_status=status)
    delivery = Delivery(channel, make_post(text))
    if fits:
        delivery.send()
    else:
        with pytest.raises(Rejected):
            delivery.send()
    assert len(server.posts) == (1 if fits else 0)


def test_a_text_refused_with_pictures_of_an_earlier_try_ends_as_refused(server: FakeMastodon, channel: Mastodon):
    delivery = Delivery(channel, make_post("ā" * 501, make_picture()))
    server.fault(limited({"Retry-After": "1"}))
    with pytest.raises(Rejected):
        delivery.driven()
    assert not server.posts


def test_the_post_is_found_many_pages_back(server: FakeMastodon, world: World):
    delivery = world.delivery()
    sent = delivery.send()
    for number in range(90):
        server.post_by_somebody(f"Jaunums nr. {number}")
    found = delivery.find()
    assert found is not None
    assert found.remote_id == sent.remote_id
    assert len(server.calls("GET /api/v1/accounts/7/statuses")) == 4  # the last one is empty


def test_an_older_post_with_the_same_text_is_not_claimed(server: FakeMastodon, world: World):
    server.post_by_somebody(TEXT)
    server.state["posts"]["110001"]["created_at"] = "2023-09-01T09:00:00.000Z"
    assert world.delivery().find() is None


def test_a_post_that_the_ledger_knows_is_not_claimed(server: FakeMastodon, world: World):
    known = server.post_by_somebody(TEXT)
    assert world.delivery(known=frozenset({known})).find() is None
    found = world.delivery().find()
    assert found is not None
    assert found.remote_id == known


@pytest.mark.parametrize("gives_source", [True, False])
@pytest.mark.parametrize("text", [TEXT, "A < B & C > D \"ā\" 'ē'", "Rinda\n\n\nvēl rinda  ar atstarpēm", "cafe\u0301"])
def test_a_text_is_recognised_as_written_and_as_html(
    server: FakeMastodon, channel: Mastodon, text: str, gives_source: bool
):
    server.habits = Habits(gives_source=gives_source)
    delivery = Delivery(channel, make_post(text))
    sent = delivery.send()
    found = delivery.find()
    assert found is not None
    assert found.remote_id == sent.remote_id


def test_a_found_post_can_be_corrected_with_its_pictures(server: FakeMastodon, world: World):
    delivery = world.delivery()
    server.fault(lost_after)
    receipt = delivery.driven()
    corrected = make_post("Labots", make_picture("Labots apraksts"), make_picture("Otrs attēls", red=90))
    edited = world.channel.edit(receipt, replace(delivery, post=corrected).attempt)
    assert [media["description"] for media in server.posts[0]["media"]] == ["Labots apraksts", "Otrs attēls"]
    assert len(server.calls("POST /api/v2/media")) == 2
    assert edited.remote_id == receipt.remote_id


def test_a_language_that_is_not_kept_is_told(server: FakeMastodon, channel: Mastodon):
    server.habits = Habits(keeps_language=False)
    assert "language" in Delivery(channel, make_post()).send().data["warning"]


def test_correcting_what_is_gone_is_refused(server: FakeMastodon, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    world.channel.remove(receipt)
    with pytest.raises(Rejected):
        world.channel.edit(receipt, delivery.attempt)


def test_check_names_account_and_server(server: FakeMastodon, channel: Mastodon):
    assert channel.check() == f"@kampana on {server.address}"


CONFIGURED = {"configuration": {"statuses": {"max_characters": 5000, "characters_reserved_per_url": 25}}}


@pytest.mark.parametrize(
    ("instance", "characters", "url_weight"),
    [
        ({"/api/v2/instance": CONFIGURED}, 5000, 25),
        ({"/api/v1/instance": CONFIGURED}, 5000, 25),
        ({"/api/v1/instance": {"max_toot_chars": 1024}}, 1024, 23),
        ({"/api/v2/instance": {}}, 500, 23),
    ],
)
def test_limits_are_read_from_the_server(
    server: FakeMastodon, channel: Mastodon, instance: dict[str, Any], characters: int, url_weight: int
):
    server.habits = Habits(instance=instance)
    limits = read_limits(channel)
    assert (limits.characters, limits.url_weight, limits.alt_characters) == (characters, url_weight, 1500)


def test_a_senseless_limit_is_not_believed(server: FakeMastodon, channel: Mastodon):
    server.habits = Habits(instance={"/api/v2/instance": {"configuration": {"statuses": {"max_characters": 0}}}})
    with pytest.raises(Transient):
        channel.read_limits()


def test_pictures_stay_small_where_larger_ones_are_allowed(channel: Mastodon, settings: MastodonSettings):
    assert channel.read_limits().image_bytes == settings.limits.image_bytes
