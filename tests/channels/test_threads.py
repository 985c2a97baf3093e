import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from campaign.channels import open_channel, read_limits
from campaign.channels.chain import parts_of
from campaign.channels.threads import Threads, ThreadsSettings
from campaign.errors import AccountBlocked, Rejected, Throttled, Transient, Uncertain
from campaign.model import Post, Segment
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.graph import NODE, TOKEN, FakeSite, FakeThreads, Habits, container_troubles, refusal
from tests.fakes.server import Fault, Handling, answering, error_before, limited, lost_after, lost_before, unavailable


def threads_at(server: FakeThreads, site: FakeSite, tokens: MemoryTokens) -> Threads:
    def now() -> dt.datetime:
        return server.clock()

    told = {"kind": "threads", "user_id": NODE, "server": server.url, "token": TOKEN}
    options = replace(options_for(server.address, site.address), base_url=site.url, clock=now)
    opened = open_channel("threads", ThreadsSettings.model_validate(told), options, tokens)
    assert isinstance(opened, Threads)
    return opened


@contextmanager
def world_with(site: FakeSite, tokens: MemoryTokens, **habits: Any) -> Iterator[World]:
    with FakeThreads() as fake, site:
        fake.habits = Habits(**habits)

        def reopened() -> Threads:
            return threads_at(fake, site, tokens)

        yield World(
            reopened(),
            fake,
            lambda: fake.posts,
            edits=False,
            reopened=reopened,
            troubles=container_troubles(fake, site),
        )


def opened_world() -> AbstractContextManager[World]:
    return world_with(FakeSite(), MemoryTokens())


def opened_world_that_takes_its_time() -> AbstractContextManager[World]:
    return world_with(FakeSite(), MemoryTokens(), polls=2, list_lag=3)


@pytest.fixture
def site() -> FakeSite:
    return FakeSite()


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
def world(site: FakeSite, tokens: MemoryTokens) -> Iterator[World]:
    with world_with(site, tokens) as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeThreads:
    assert isinstance(world.server, FakeThreads)
    return world.server


@pytest.fixture
def channel(world: World) -> Threads:
    assert isinstance(world.channel, Threads)
    return world.channel


class TestContract(ChannelContract):
    pass


def three() -> Post:
    row = (Segment("Otrais: rūķīši", (make_picture("Otrais attēls"),)), Segment("Trešais"))
    return make_post("Pirmais", make_picture("Pirmais attēls"), thread=row)


def shown(server: FakeThreads) -> list[tuple[str, list[str]]]:
    return [(post["text"], post["alts"]) for post in server.posts]


def in_a_row(server: FakeThreads) -> bool:
    """True when each post answers the one before."""
    posts = server.posts
    return [post["answers"] for post in posts] == ["", *(post["id"] for post in posts[:-1])]


def test_what_readers_get_is_what_was_written(server: FakeThreads, world: World):
    receipt = world.delivery().send()
    assert shown(server) == [(TEXT, [ALT])]
    assert receipt.url == f"https://kampana.example/p/{receipt.remote_id}"


@pytest.mark.parametrize("alts", [[], ["Pirmais", "Otrais", "Trešais"]])
def test_a_post_has_no_picture_or_several(server: FakeThreads, channel: Threads, alts: list[str]):
    pictures = [make_picture(alt, red=20 + number) for number, alt in enumerate(alts)]
    Delivery(channel, make_post(TEXT, *pictures)).send()
    assert shown(server) == [(TEXT, alts)]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("ā" * 500, True),
        ("ā" * 501, False),
        ("ы" * 496 + "😀", True),
        ("ы" * 497 + "😀", False),
        ("e\u0301" * 500, True),
    ],
)
def test_the_limit_is_the_services(server: FakeThreads, channel: Threads, text: str, fits: bool):
    delivery = Delivery(channel, make_post(text))
    if fits:
        delivery.send()
    else:
        with pytest.raises(Rejected):
            delivery.send()
    assert len(server.posts) == fits


def test_a_thread_is_a_row_of_answers(server: FakeThreads, channel: Threads):
    receipt = Delivery(channel, three()).send()
    assert shown(server) == [
        ("Pirmais", ["Pirmais attēls"]),
        ("Otrais: rūķīši", ["Otrais attēls"]),
        ("Trešais", []),
    ]
    assert in_a_row(server)
    assert receipt.remote_id == server.posts[0]["id"]


def all_well(handling: Handling) -> None:
    handling.reply(handling.act())


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("loss", [lost_before, lost_after])
def test_a_lost_answer_anywhere_in_a_thread_leaves_it_whole(
    server: FakeThreads, channel: Threads, place: int, loss: Fault
):
    server.fault(*[all_well] * place, loss)
    Delivery(channel, three()).driven(12)
    assert [text for text, _ in shown(server)] == ["Pirmais", "Otrais: rūķīši", "Trešais"]
    assert in_a_row(server)


def test_a_thread_that_was_public_to_its_last_post_when_the_process_died_is_whole(
    server: FakeThreads, channel: Threads
):
    before = Delivery(channel, three())
    receipt = before.send()
    assert Delivery(channel, three(), notes=before.notes, now=before.now).find() == receipt
    assert len(server.posts) == 3


def test_a_thread_of_equal_words_is_still_one_of_each(server: FakeThreads, channel: Threads):
    post = make_post("Vienādi", thread=(Segment("Vienādi"), Segment("Vienādi"), Segment("Vienādi")))
    server.fault(all_well, all_well, lost_after)
    Delivery(channel, post).driven(12)
    assert len(server.posts) == 4
    assert in_a_row(server)


def test_a_thread_that_is_refused_halfway_is_taken_back(server: FakeThreads, channel: Threads):
    delivery = Delivery(channel, make_post("Pirmais", thread=(Segment("ā" * 501),)))
    with pytest.raises(Rejected):
        delivery.send()
    assert not server.posts
    replace(delivery, post=make_post("Pirmais", thread=(Segment("Otrais"),))).driven()
    assert [text for text, _ in shown(server)] == ["Pirmais", "Otrais"]


def refuse_the_third(server: FakeThreads) -> None:
    server.fault(all_well, all_well, answering(refusal(100)))


def test_a_thread_that_was_taken_back_can_be_sent_again(server: FakeThreads, channel: Threads):
    refuse_the_third(server)
    delivery = Delivery(channel, three())
    with pytest.raises(Rejected):
        delivery.send()
    receipt = delivery.driven()
    assert [post["id"] for post in server.posts] == [part.remote_id for part in parts_of(receipt)]
    assert in_a_row(server)


@pytest.mark.parametrize("loss", [lost_before, lost_after])
@pytest.mark.parametrize("number", [1, 2])
def test_a_taking_back_that_is_interrupted_is_finished_and_the_thread_is_whole(
    server: FakeThreads, channel: Threads, loss: Fault, number: int
):
    refuse_the_third(server)
    public = 17_000 + 2 * number  # containers and posts take turns with their numbers
    server.fault(loss, on=f"DELETE /v1.0/{public}")
    delivery = Delivery(channel, make_post("1", thread=(Segment("2"), Segment("3"))))
    receipt = delivery.driven()
    assert not server.faults_left
    assert [post["id"] for post in server.posts] == [part.remote_id for part in parts_of(receipt)]
    assert in_a_row(server)


def test_a_thread_is_removed_whole(server: FakeThreads, channel: Threads):
    receipt = Delivery(channel, three()).send()
    server.state["posts"].pop(server.posts[1]["id"])
    channel.remove(receipt)
    channel.remove(receipt)
    assert not server.posts


def test_an_answer_stands_below_the_post_it_answers(server: FakeThreads, channel: Threads):
    parent = Delivery(channel, make_post("Jautājums")).send()
    answer = Delivery(channel, make_post(TEXT), key=f"{KEY}2", parent=parent)
    server.fault(lost_after)
    receipt = answer.driven()
    assert [post["answers"] for post in server.posts] == ["", parent.remote_id]
    assert receipt.remote_id == server.posts[1]["id"]


def test_a_post_still_in_the_works_is_waited_for_and_not_made_again(server: FakeThreads, world: World):
    server.habits.polls = 3
    world.delivery().driven()
    assert (len(server.posts), len(server.state["drafts"])) == (1, 1)


def test_a_crash_between_the_steps_goes_on_with_what_is_there(server: FakeThreads, world: World):
    before = world.delivery()
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        before.send()
    world.delivery(notes=before.notes).send()
    assert (len(server.posts), len(server.state["drafts"])) == (1, 1)


def test_a_post_that_the_list_does_not_show_yet_is_looked_for_again(server: FakeThreads, world: World):
    server.habits.list_lag = 2
    server.fault(lost_after)
    receipt = world.delivery().driven()
    assert [post["id"] for post in server.posts] == [receipt.remote_id]


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=5), dt.timedelta(hours=3)])
def test_a_published_post_is_found_however_wrong_our_clock_is(server: FakeThreads, world: World, ahead: dt.timedelta):
    server.fault(lost_after)
    receipt = world.delivery(now=dt.datetime.now(dt.UTC) + ahead).driven()
    assert [post["id"] for post in server.posts] == [receipt.remote_id]


def test_a_published_post_that_no_list_shows_is_for_a_person_after_an_hour(server: FakeThreads, world: World):
    server.fault(lost_after)
    delivery = world.delivery()
    with pytest.raises(Uncertain):
        delivery.send()
    server.posts[0] |= {"text": "Citiem vārdiem"}
    with pytest.raises(Transient):
        delivery.find()
    delivery.now += dt.timedelta(minutes=61)
    with pytest.raises(Uncertain, match="Look there"):
        delivery.find()


def test_a_container_that_cannot_be_seen_is_published_and_not_made_again(server: FakeThreads, world: World):
    delivery = world.delivery()
    server.habits.list_lag = 3
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        delivery.send()
    server.habits.hides_containers = True
    delivery.driven()
    assert (len(server.posts), len(server.state["drafts"])) == (1, 1)


def test_a_container_that_expired_is_made_anew(server: FakeThreads, world: World):
    delivery = world.delivery()
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        delivery.send()
    server.clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)
    delivery.driven()
    assert len(server.posts) == 1


def test_what_threads_cannot_use_is_refused(server: FakeThreads, world: World):
    server.habits.broken = "ERROR"
    with pytest.raises(Rejected, match="UNKNOWN"):
        world.delivery().send()


def test_a_picture_that_is_not_public_yet_is_waited_for(server: FakeThreads, site: FakeSite, world: World):
    site.is_public = False
    with pytest.raises(Transient, match="not public"):
        world.delivery().send()
    assert not server.state["drafts"]


def test_last_weeks_post_is_not_claimed(server: FakeThreads, world: World):
    older = server.post_by_somebody(TEXT)
    delivery = world.delivery(known=frozenset({older}))
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        delivery.send()
    assert delivery.find() is None


def test_a_used_up_quota_lets_the_account_rest(server: FakeThreads, world: World):
    server.habits.quota = 0
    with pytest.raises(Throttled) as raised:
        world.delivery().send()
    assert raised.value.after == dt.timedelta(hours=1)


def test_how_many_posts_a_day_is_read_from_the_account(channel: Threads):
    assert read_limits(channel).pace == (100, 86_400)


def test_a_post_that_the_token_may_not_see_does_not_count_as_removed(server: FakeThreads, world: World):
    receipt = world.delivery().send()
    server.fault(answering(refusal(24, 4_279_009)), on=f"DELETE /v1.0/{receipt.remote_id}")
    server.fault(answering(refusal(190)), on=f"GET /v1.0/{NODE}")
    with pytest.raises(AccountBlocked):
        world.channel.remove(receipt)
    assert len(server.posts) == 1


def test_removals_that_are_used_up_are_tried_again(server: FakeThreads, world: World):
    receipt = world.delivery().send()
    server.fault(answering(refusal(80_006)), on=f"DELETE /v1.0/{receipt.remote_id}")
    with pytest.raises(Throttled):
        world.channel.remove(receipt)


def test_a_renewed_token_is_saved_before_it_is_used(server: FakeThreads, world: World, tokens: MemoryTokens):
    world.delivery().send()
    assert tokens.values["threads"]["access"] == f"{TOKEN}-1"
    assert server.log[-1].headers["authorization"] == f"Bearer {TOKEN}-1"


def test_a_dead_token_blocks_the_account(server: FakeThreads, world: World):
    server.state["tokens"].clear()
    with pytest.raises(AccountBlocked) as raised:
        world.delivery().send()
    assert "kanarijputnins" not in str(raised.value)
    assert not server.posts


@pytest.mark.parametrize("trouble", [unavailable, limited(), error_before, lost_before])
def test_a_service_that_renews_no_token_just_now_takes_posts_all_the_same(
    server: FakeThreads, world: World, tokens: MemoryTokens, trouble: Fault
):
    server.fault(trouble, on="GET /refresh_access_token")
    world.delivery().send()
    assert len(server.posts) == 1
    server.ahead = dt.timedelta(minutes=61)
    world.channel.check()
    assert tokens.values["threads"]["access"] == f"{TOKEN}-1"


def test_a_token_that_has_died_waits_for_its_renewal(server: FakeThreads, world: World, tokens: MemoryTokens):
    tokens.save("threads", {"access": TOKEN, "expires": "0", "ends": "1700000000"})
    server.fault(unavailable, on="GET /refresh_access_token")
    with pytest.raises(Transient):
        world.delivery().send()
    assert not server.posts


def test_answers_that_the_token_may_not_read_are_for_a_person(server: FakeThreads, channel: Threads):
    delivery = Delivery(channel, make_post("Pirmais", thread=(Segment("Otrais"),)))
    server.fault(all_well, lost_after)
    server.fault(answering(refusal(10)), on=f"GET /v1.0/{NODE}/replies")
    with pytest.raises(Uncertain):
        delivery.send()
    with pytest.raises(Uncertain, match="may not read"):
        delivery.find()


def test_a_service_that_is_down_when_the_token_is_due_costs_nothing(server: FakeThreads, world: World):
    with server.down(), pytest.raises(Transient) as raised:
        world.delivery().send()
    assert "kanarijputnins" not in str(raised.value)


def test_check_names_the_account(channel: Threads):
    assert channel.check() == "@rukisi on Threads"
