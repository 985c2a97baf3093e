import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaign.channels import open_channel, open_recorder, read_limits
from campaign.channels.chain import parts_of
from campaign.channels.mastodon import Mastodon, MastodonSettings
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.model import Post, Receipt, Segment
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.mastodon import TOKEN, FakeMastodon, Habits
from tests.fakes.server import (
    Fault,
    Handling,
    answering,
    as_json,
    changing,
    error_before,
    limited,
    lost_after,
    lost_before,
    restarting,
)


def settings_for(server: FakeMastodon, **values: Any) -> MastodonSettings:
    return MastodonSettings.model_validate({"kind": "mastodon", "server": server.url, "token": TOKEN, **values})


def mastodon_at(server: FakeMastodon, **values: Any) -> Mastodon:
    opened = open_channel("mastodon", settings_for(server, **values), options_for(server.address), MemoryTokens())
    assert isinstance(opened, Mastodon)
    return opened


@contextmanager
def world_with(**habits: Any) -> Iterator[World]:
    with FakeMastodon(habits=Habits(**habits)) as fake:
        yield World(
            mastodon_at(fake),
            fake,
            lambda: fake.posts,
            reopened=lambda: mastodon_at(fake),
            guards=fake.habits.honours_key,
            troubles={
                "pictures take their time": changing(lambda: setattr(fake.habits, "media_polls", 2)),
                "the list lags": changing(lambda: setattr(fake.habits, "list_lag", 1)),
                "uploads are forgotten": restarting(fake.forget_unused_media),
            },
        )


def opened_world() -> AbstractContextManager[World]:
    return world_with()


def opened_world_that_ignores_keys() -> AbstractContextManager[World]:
    return world_with(honours_key=False, list_lag=1, gives_source=False, keeps_language=False)


def opened_world_that_answers_replays_with_500() -> AbstractContextManager[World]:
    return world_with(replay_status=500, reused_media=400, shows_used_media=True, error_words="バリデーション")


@pytest.fixture
def world() -> Iterator[World]:
    with opened_world() as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeMastodon:
    assert isinstance(world.server, FakeMastodon)
    return world.server


@pytest.fixture
def channel(world: World) -> Mastodon:
    assert isinstance(world.channel, Mastodon)
    return world.channel


class TestContract(ChannelContract):
    pass


def undisturbed(handling: Handling) -> None:
    handling.reply(handling.act())


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


def test_a_post_that_a_person_found_is_corrected_and_removed_by_its_address(server: FakeMastodon, world: World):
    delivery = world.delivery()
    given = Receipt(address := delivery.send().url, address)
    world.channel.edit(given, replace(delivery, post=make_post("Labots")).attempt)
    assert [post["text"] for post in server.posts] == ["Labots"]
    world.channel.remove(given)
    assert not server.posts


def test_an_address_that_leads_to_no_post_is_not_taken_for_a_removed_one(world: World):
    with pytest.raises(Rejected):
        world.channel.remove(Receipt("https://mastodon.example/@kampana/cits", ""))


def test_a_language_that_is_not_kept_is_told(server: FakeMastodon, channel: Mastodon):
    server.habits = Habits(keeps_language=False)
    assert "language" in Delivery(channel, make_post()).send().data["warning"]


def test_correcting_what_is_gone_is_refused(server: FakeMastodon, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    world.channel.remove(receipt)
    with pytest.raises(Rejected):
        world.channel.edit(receipt, delivery.attempt)


# ---------------------------------------------------------------- threads, answers, warnings

SAID = ("Pirmais: rūķīši", "Otrais: glāžšķūņi", "Trešais: kur meklēt palīdzību")


def thread_of(*texts: str, pictured: int = 3) -> Post:
    pictures = make_picture(), make_picture("Cits apraksts", red=pictured)
    return make_post(texts[0], pictures[0], thread=(*map(Segment, texts[1:-1]), Segment(texts[-1], pictures[1:])))


def answers(server: FakeMastodon) -> list[tuple[str, str | None]]:
    return [(post["text"], post["in_reply_to_id"]) for post in server.posts]


def test_a_thread_is_posts_that_answer_each_other(server: FakeMastodon, channel: Mastodon):
    receipt = Delivery(channel, thread_of(*SAID)).send()
    first, second, third = (post["id"] for post in server.posts)
    assert answers(server) == [(SAID[0], None), (SAID[1], first), (SAID[2], second)]
    assert [post["alts"] for post in server.posts] == [[ALT], [], ["Cits apraksts"]]
    assert [part.remote_id for part in parts_of(receipt)] == [first, second, third]
    assert receipt.remote_id == first


@pytest.mark.parametrize("lost", [1, 2, 3])
@pytest.mark.parametrize("honours_key", [True, False])
def test_a_thread_interrupted_anywhere_is_finished_and_not_repeated(
    server: FakeMastodon, channel: Mastodon, lost: int, honours_key: bool
):
    server.habits = Habits(honours_key=honours_key, list_lag=1)
    server.fault(*[undisturbed] * (lost - 1), lost_after)
    receipt = Delivery(channel, thread_of(*SAID)).driven()
    assert [post["text"] for post in server.posts] == list(SAID)
    assert len(parts_of(receipt)) == 3


def test_a_thread_killed_before_its_receipt_is_complete(server: FakeMastodon, channel: Mastodon):
    delivery = Delivery(channel, thread_of(*SAID))
    sent = delivery.send()
    assert delivery.find() == sent
    assert delivery.send() == sent
    assert len(server.posts) == 3


def test_two_posts_of_a_thread_may_say_the_same(server: FakeMastodon, channel: Mastodon):
    server.habits = Habits(honours_key=False)
    server.fault(undisturbed, lost_after)
    Delivery(channel, thread_of("Turpinājums", "Turpinājums", "Beigas")).driven()
    assert [post["text"] for post in server.posts] == ["Turpinājums", "Turpinājums", "Beigas"]


def test_a_thread_refused_halfway_is_taken_back(server: FakeMastodon, channel: Mastodon):
    with pytest.raises(Rejected):
        Delivery(channel, thread_of("Pirmais", "ā" * 501, "Trešais")).driven()
    assert not server.posts


def refused(handling: Handling) -> None:
    handling.reply(as_json({"error": "nē"}, 422))


@pytest.mark.parametrize("habits", [Habits(), Habits(replay_status=500, reused_media=400, shows_used_media=True)])
@pytest.mark.parametrize("later", [undisturbed, lost_after])
def test_a_thread_that_was_taken_back_is_public_when_it_is_sent_anew(
    server: FakeMastodon, channel: Mastodon, habits: Habits, later: Fault
):
    server.habits = habits
    delivery = Delivery(channel, thread_of(*SAID))
    server.fault(undisturbed, undisturbed, refused, undisturbed, refused, later)
    for _ in range(2):
        with pytest.raises(Rejected):
            delivery.send()
    receipt = delivery.driven()
    assert [part.remote_id for part in parts_of(receipt)] == [post["id"] for post in server.posts]
    assert [post["text"] for post in server.posts] == list(SAID)
    assert [post["alts"] for post in server.posts] == [[ALT], [], ["Cits apraksts"]]


def test_a_thread_interrupted_while_it_is_taken_back_is_public_when_it_is_sent_anew(
    server: FakeMastodon, channel: Mastodon
):
    delivery = Delivery(channel, thread_of(*SAID))
    server.fault(undisturbed, undisturbed, refused, refused)
    with pytest.raises(KeyError):
        channel.send(replace(delivery.attempt, note=failing_at(delivery.notes, "part-1", "")))
    with pytest.raises(Rejected):
        delivery.send()
    delivery.send()
    assert [post["text"] for post in server.posts] == list(SAID)


def failing_at(notes: dict[str, str], *last: str) -> Callable[[str, str], None]:
    def note(name: str, value: str) -> None:
        if (name, value) == last:
            raise KeyError(name)
        notes[name] = value

    return note


def test_what_was_taken_back_is_not_claimed_from_a_list_that_still_shows_it(server: FakeMastodon, channel: Mastodon):
    delivery = Delivery(channel, thread_of(*SAID))
    shown: dict[str, Any] = {}
    server.fault(undisturbed, changing(lambda: shown.update(server.state["posts"])), refused)
    with pytest.raises(Rejected):
        delivery.send()
    server.state["posts"] = shown
    assert delivery.find() is None
    assert not delivery.notes["part-1"]


def test_a_thread_is_corrected_post_by_post(server: FakeMastodon, channel: Mastodon):
    delivery = Delivery(channel, thread_of(*SAID))
    receipt = delivery.send()
    corrected = replace(delivery, post=thread_of("Labots", *SAID[1:]), revision="r2")
    edited = channel.edit(receipt, corrected.attempt)
    assert channel.edit(edited, corrected.attempt).remote_id == receipt.remote_id
    assert [post["text"] for post in server.posts] == ["Labots", *SAID[1:]]
    assert answers(server)[2][1] == server.posts[1]["id"]


def test_a_thread_does_not_change_its_length(server: FakeMastodon, channel: Mastodon):
    delivery = Delivery(channel, thread_of(*SAID))
    receipt = delivery.send()
    with pytest.raises(Rejected, match="3 are published, the new wording has 1"):
        channel.edit(receipt, replace(delivery, post=make_post("Labots"), revision="r2").attempt)
    assert [post["text"] for post in server.posts] == list(SAID)


def test_a_thread_is_removed_whole(server: FakeMastodon, channel: Mastodon):
    receipt = Delivery(channel, thread_of(*SAID)).send()
    channel.remove(receipt)
    channel.remove(receipt)
    assert not server.posts


def test_an_answer_stands_below_its_post(server: FakeMastodon, channel: Mastodon):
    asked = Delivery(channel, make_post("Jautājums")).send()
    Delivery(channel, make_post("Labojums"), key=f"{KEY}2", parent=asked).send()
    assert answers(server) == [("Jautājums", None), ("Labojums", asked.remote_id)]


@pytest.mark.parametrize("end", ["", "/"])
def test_an_answer_to_a_post_that_a_person_found_stands_below_it(server: FakeMastodon, channel: Mastodon, end: str):
    asked = Delivery(channel, make_post("Jautājums")).send()
    given = Receipt(f"{asked.url}{end}", f"{asked.url}{end}")
    Delivery(channel, make_post("Labojums"), key=f"{KEY}2", parent=given).send()
    assert answers(server) == [("Jautājums", None), ("Labojums", asked.remote_id)]


def test_an_answer_to_what_is_gone_is_refused(server: FakeMastodon, channel: Mastodon):
    asked = Delivery(channel, make_post("Jautājums")).send()
    channel.remove(asked)
    with pytest.raises(Rejected):
        Delivery(channel, make_post("Labojums"), key=f"{KEY}2", parent=asked).send()


def test_a_warning_hides_text_and_pictures_of_the_whole_thread(server: FakeMastodon, channel: Mastodon):
    warned = replace(thread_of(*SAID), content_warning="Par vardarbību")
    receipt = Delivery(channel, warned).send()
    channel.edit(receipt, Delivery(channel, warned, revision="r2").attempt)
    assert {(post["spoiler_text"], post["sensitive"]) for post in server.posts} == {("Par vardarbību", True)}


def test_without_a_warning_nothing_is_hidden(server: FakeMastodon, channel: Mastodon):
    Delivery(channel, make_post(TEXT, make_picture())).send()
    assert (server.posts[0]["spoiler_text"], server.posts[0]["sensitive"]) == ("", False)


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
def test_who_sees_it_is_the_operators_choice(server: FakeMastodon, visibility: str):
    Delivery(mastodon_at(server, visibility=visibility), thread_of(*SAID)).send()
    assert {post["visibility"] for post in server.posts} == {visibility}


def test_a_rehearsed_thread_has_an_id_for_every_post(tmp_path: Path):
    settings = MastodonSettings.model_validate({"kind": "mastodon", "server": "https://mastodon.example"})
    recorder = open_recorder("mastodon", settings, tmp_path, "https://kampana.example")
    receipt = Delivery(recorder, thread_of(*SAID)).send()
    assert len({part.remote_id for part in parts_of(receipt)}) == 3
    [recorded] = tmp_path.glob("*/request.json")
    assert all(text in recorded.read_text() for text in SAID)


# ---------------------------------------------------------------- clocks


@pytest.mark.parametrize("hours", [-30, -3, 3, 30])
@pytest.mark.parametrize("post", [make_post(TEXT, make_picture()), make_post(TEXT, thread=(Segment("Turpinājums"),))])
def test_a_lost_answer_is_found_although_our_clock_is_hours_off(
    server: FakeMastodon, channel: Mastodon, hours: int, post: Post
):
    server.habits = Habits(honours_key=False)
    server.fault(lost_after)
    ours = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
    Delivery(channel, post, now=ours).driven()
    assert len(server.posts) == 1 + len(post.thread)


@pytest.mark.parametrize("hours", [-3, 3])
def test_last_weeks_post_is_not_claimed_although_our_clock_is_off(server: FakeMastodon, channel: Mastodon, hours: int):
    server.ahead = dt.timedelta(days=-7)
    last_week = server.post_by_somebody(TEXT)
    server.ahead = dt.timedelta(0)
    server.fault(lost_after)
    receipt = Delivery(channel, make_post(TEXT), now=dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)).driven()
    assert receipt.remote_id != last_week
    assert len(server.posts) == 2


def test_a_server_that_tells_no_time_is_looked_through_by_our_clock(server: FakeMastodon, channel: Mastodon):
    delivery = Delivery(channel, make_post(TEXT))
    sent = delivery.send()
    delivery.notes["clock"] = ""
    found = delivery.find()
    assert found is not None
    assert found.remote_id == sent.remote_id


def test_a_time_without_a_zone_is_taken_for_utc(server: FakeMastodon, channel: Mastodon):
    server.habits = Habits(tells_zone=False, honours_key=False)
    server.fault(lost_after)
    Delivery(channel, make_post(TEXT)).driven()
    assert len(server.posts) == 1


@pytest.mark.parametrize("told", [10**300, -(10**300), "0000-00-00T00:00:00Z", "rīt", None])
def test_a_time_that_is_none_proves_nothing(server: FakeMastodon, channel: Mastodon, told: object):
    delivery = Delivery(channel, make_post(TEXT))
    delivery.send()
    server.state["posts"]["110001"].update(created_at=told)
    with pytest.raises(DeliveryError):
        delivery.find()


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


def test_pictures_stay_small_where_larger_ones_are_allowed(channel: Mastodon):
    assert channel.read_limits().image_bytes == channel.limits.image_bytes
