import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from campaign.channels import open_channel
from campaign.channels.x import X, XSettings
from campaign.errors import AccountBlocked, Rejected, Throttled, Transient, Uncertain
from campaign.model import Segment
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.server import answering, as_json, changing, error_before, limited, lost_after, lost_before, restarting
from tests.fakes.x import CLIENT, PROBLEMS, REFRESH, TOKEN, FakeX, Habits, problem


def x_at(server: FakeX, tokens: MemoryTokens, **secrets: str) -> X:
    settings = XSettings.model_validate({"kind": "x", "server": server.url, **secrets})
    opened = open_channel("x", settings, options_for(server.address), tokens)
    assert isinstance(opened, X)
    return opened


def connected(server: FakeX, tokens: MemoryTokens) -> X:
    return x_at(server, tokens, refresh_token=REFRESH, client_id=CLIENT[0], client_secret=CLIENT[1])


def world_at(fake: FakeX, reopened: Callable[[], X]) -> World:
    troubles = {
        "the list lags": changing(lambda: fake.state.update(lag=1)),
        "uploads are forgotten": restarting(fake.forget_media),
    }
    return World(reopened(), fake, lambda: fake.posts, repeats=False, edits=False, reopened=reopened, troubles=troubles)


@contextmanager
def opened_world() -> Iterator[World]:
    with FakeX() as fake:
        yield world_at(fake, lambda: x_at(fake, MemoryTokens(), token=TOKEN))


@contextmanager
def opened_world_whose_tokens_run_out() -> Iterator[World]:
    with FakeX(habits=Habits(forgives_lost_renewals=True)) as fake:
        tokens = MemoryTokens()
        yield world_at(fake, lambda: connected(fake, tokens))


@pytest.fixture
def world() -> Iterator[World]:
    with opened_world() as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeX:
    assert isinstance(world.server, FakeX)
    return world.server


@pytest.fixture
def channel(world: World) -> X:
    assert isinstance(world.channel, X)
    return world.channel


class TestContract(ChannelContract):
    pass


def test_what_readers_get_is_what_was_written(server: FakeX, channel: X):
    receipt = Delivery(channel, make_post(TEXT, make_picture(), make_picture("Otrs attēls", red=90))).send()
    [post] = server.posts
    assert (post["text"], post["alts"], post["answers"]) == (TEXT, [ALT, "Otrs attēls"], "")
    assert receipt.url == f"https://x.com/i/status/{post['id']}"


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("ā" * 280, True),
        ("ā" * 281, False),
        ("ы" * 256 + " https://kampana.example/lv/garš-ceļš-uz-lapu", True),
        ("ы" * 257 + " https://kampana.example/lv/garš-ceļš-uz-lapu", False),
        ("🕊️" * 140, True),
        ("🕊️" * 141, False),
        ("e\u0301" * 280, True),
        ("…" * 141, False),
    ],
)
def test_the_limit_is_weighted(server: FakeX, channel: X, text: str, fits: bool):
    delivery = Delivery(channel, make_post(text))
    if fits:
        delivery.send()
    else:
        with pytest.raises(Rejected):
            delivery.send()
    assert len(server.posts) == (1 if fits else 0)


# ---------------------------------------------------------------- once


@pytest.mark.parametrize("text", [TEXT, "A < B & C > D", "Skat. www.lv vai https://lv.lv/", "cafe\u0301 – rīt\n\nvēl"])
def test_a_text_is_recognised_in_what_x_makes_of_it(server: FakeX, channel: X, text: str):
    server.fault(lost_after)
    receipt = Delivery(channel, make_post(text, make_picture())).driven()
    assert [post["id"] for post in server.posts] == [receipt.remote_id]


def test_a_list_that_lags_once_proves_nothing(server: FakeX, world: World):
    server.habits = Habits(list_lag=1)
    server.fault(lost_after)
    world.delivery().driven()
    assert len(server.posts) == 1


def test_without_the_right_to_read_a_lost_answer_waits_for_a_person(server: FakeX, world: World):
    server.habits = Habits(reads=False)
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        world.delivery().driven()
    assert len(server.posts) == 1


def test_a_text_seen_before_is_refused_at_once(server: FakeX, world: World):
    server.post_by_somebody(TEXT)
    with pytest.raises(Rejected, match="seen before"):
        world.delivery().driven()
    assert len(server.posts) == 1


@pytest.mark.parametrize("words", ["You are not allowed", "重複したコンテンツです"])
def test_a_refused_repeat_after_a_lost_answer_is_not_taken_for_a_refusal(server: FakeX, world: World, words: str):
    server.habits = Habits(list_lag=2, error_words=words)
    server.fault(lost_after)
    receipt = world.delivery().driven()
    assert [post["id"] for post in server.posts] == [receipt.remote_id]


def test_a_repeat_that_is_refused_and_nowhere_found_waits_for_a_person(server: FakeX, world: World):
    server.post_by_somebody(TEXT)
    server.state["posts"]["1700001"]["created_at"] = "2023-09-01T09:00:00.000Z"
    server.fault(lost_before)
    with pytest.raises(Uncertain, match="Look there"):
        world.delivery().driven()
    assert len(server.posts) == 1


def test_a_try_that_surely_sent_nothing_leaves_no_doubt(server: FakeX, channel: X):
    delivery = Delivery(channel, make_post())
    server.fault(limited({"Retry-After": "1"}))
    with pytest.raises(Throttled):
        delivery.send()
    server.post_by_somebody(TEXT)
    with pytest.raises(Rejected):
        delivery.send()


def test_the_post_is_found_many_pages_back(server: FakeX, world: World):
    delivery = world.delivery()
    sent = delivery.send()
    for number in range(230):
        server.post_by_somebody(f"Jaunums nr. {number}")
    assert delivery.find() == sent


def test_a_post_that_the_ledger_knows_is_not_claimed(server: FakeX, world: World):
    known = server.post_by_somebody(TEXT)
    assert world.delivery(known=frozenset({known})).find() is None
    found = world.delivery().find()
    assert found is not None
    assert found.remote_id == known


def test_of_two_copies_the_older_one_is_claimed(server: FakeX, world: World):
    first, _ = server.post_by_somebody(TEXT), server.post_by_somebody(TEXT)
    found = world.delivery().find()
    assert found is not None
    assert found.remote_id == first


def test_an_older_post_with_the_same_text_is_not_claimed(server: FakeX, world: World):
    server.post_by_somebody(TEXT)
    server.state["posts"]["1700001"]["created_at"] = "2023-09-01T09:00:00.000Z"
    assert world.delivery().find() is None


def test_nobody_can_tell_behind_a_thousand_newer_posts(server: FakeX, world: World):
    for number in range(1001):
        server.post_by_somebody(f"Jaunums nr. {number}")
    with pytest.raises(Uncertain):
        world.delivery().find()


# ---------------------------------------------------------------- pictures


def test_an_upload_is_used_again_by_the_next_try(server: FakeX, world: World):
    delivery = world.delivery()
    server.fault(limited({"Retry-After": "1"}))
    delivery.driven()
    assert len(server.calls("POST /2/media/upload")) == 1
    assert [post["alts"] for post in server.posts] == [[ALT]]


def test_an_upload_that_has_run_out_is_repeated(server: FakeX, world: World):
    server.habits = Habits(upload_lasts=60)
    delivery = world.delivery()
    server.fault(limited({"Retry-After": "1"}))
    delivery.driven()
    assert len(server.calls("POST /2/media/upload")) == 2
    assert [post["alts"] for post in server.posts] == [[ALT]]


@pytest.mark.parametrize("step", ["POST /2/media/metadata", "POST /2/tweets"])
def test_an_upload_that_x_has_dropped_is_repeated(server: FakeX, world: World, step: str):
    server.fault(error_before, on=step)
    delivery = world.delivery()
    with pytest.raises((Transient, Uncertain)):
        delivery.send()
    server.forget_media()
    delivery.driven()
    assert [post["alts"] for post in server.posts] == [[ALT]]


def test_a_text_refused_with_pictures_of_an_earlier_try_ends_as_refused(server: FakeX, channel: X):
    server.fault(limited({"Retry-After": "1"}))
    with pytest.raises(Rejected):
        Delivery(channel, make_post("ā" * 281, make_picture())).driven()
    assert not server.posts


@pytest.mark.parametrize("step", ["POST /2/media/upload", "POST /2/media/metadata"])
def test_no_picture_goes_out_without_its_words(server: FakeX, world: World, step: str):
    server.fault(error_before, on=step)
    delivery = world.delivery()
    with pytest.raises(Transient):
        delivery.send()
    assert not server.posts
    delivery.driven()
    assert [post["alts"] for post in server.posts] == [[ALT]]


# ---------------------------------------------------------------- threads and answers


def thread_of(server: FakeX) -> list[tuple[str, str]]:
    ids = ["", *(post["id"] for post in server.posts)]
    return [(post["text"], str(ids.index(post["answers"]))) for post in server.posts]


THREAD = make_post("Viens", make_picture(), thread=(Segment("Divi", (make_picture("Otrā", 90),)), Segment("Trīs")))


def test_a_thread_answers_itself_post_by_post(server: FakeX, channel: X):
    channel.send(Delivery(channel, THREAD).attempt)
    assert thread_of(server) == [("Viens", "0"), ("Divi", "1"), ("Trīs", "2")]
    assert [post["alts"] for post in server.posts] == [[ALT], ["Otrā"], []]


@pytest.mark.parametrize("losses", [[lost_after], [lost_before], [lost_after, lost_before, lost_after, lost_after]])
def test_an_interrupted_thread_is_finished_from_where_it_stood(server: FakeX, channel: X, losses: list):
    server.fault(*losses)
    receipt = Delivery(channel, THREAD).driven(12)
    assert thread_of(server) == [("Viens", "0"), ("Divi", "1"), ("Trīs", "2")]
    channel.remove(receipt)
    assert not server.posts


def test_a_post_of_the_thread_that_is_out_is_not_claimed_for_another(server: FakeX, channel: X):
    server.fault(lambda handling: handling.reply(handling.act()), lost_before)
    delivery = Delivery(channel, make_post("Viens", thread=(Segment("Viens"),)))
    with pytest.raises(Uncertain):
        delivery.send()
    assert delivery.find() is None
    assert "part-2" not in delivery.notes


def test_a_thread_that_is_whole_is_found_without_looking(server: FakeX, channel: X):
    delivery = Delivery(channel, THREAD)
    sent = delivery.send()
    assert delivery.find() == sent
    assert not server.calls("GET /2/users/me")


def test_a_thread_refused_halfway_is_taken_back(server: FakeX, channel: X):
    torn = make_post("Viens", thread=(Segment("ā" * 281),))
    with pytest.raises(Rejected):
        Delivery(channel, torn).send()
    assert not server.posts


def test_an_answer_stands_below_the_post_it_answers(server: FakeX, channel: X):
    parent = Delivery(channel, make_post("Jautājums")).send()
    channel.send(replace(Delivery(channel, make_post("Atbilde"), key=f"{KEY}2").attempt, parent=parent))
    assert thread_of(server) == [("Jautājums", "0"), ("Atbilde", "1")]


# ---------------------------------------------------------------- what X refuses


def test_editing_is_refused_in_words(world: World):
    delivery = world.delivery()
    with pytest.raises(Rejected, match="retract"):
        world.channel.edit(delivery.send(), delivery.attempt)


def test_a_post_that_x_keeps_is_not_taken_for_removed(server: FakeX, world: World):
    receipt = world.delivery().send()
    server.habits = Habits(deletes=False)
    with pytest.raises(Transient):
        world.channel.remove(receipt)


def test_an_application_without_a_plan_blocks_the_account(server: FakeX, world: World):
    server.habits = Habits(enrolled=False)
    with pytest.raises(AccountBlocked, match="plan"):
        world.delivery().send()


def test_credits_used_up_block_the_account(server: FakeX, world: World):
    server.fault(answering(problem(402, f"{PROBLEMS}/credits", "CreditsDepleted")))
    with pytest.raises(AccountBlocked):
        world.delivery().send()


@pytest.mark.parametrize(("left", "seconds"), [("41", 300), ("0", 7200)])
def test_the_wait_is_that_of_the_window_which_is_used_up(server: FakeX, world: World, left: str, seconds: int):
    def after(wait: int) -> str:
        return str(int((server.clock() + dt.timedelta(seconds=wait)).timestamp()))

    daily = {"x-user-limit-24hour-remaining": left, "x-user-limit-24hour-reset": after(7200)}
    server.fault(limited({"x-rate-limit-reset": after(300), **daily}))
    with pytest.raises(Throttled) as raised:
        world.delivery().send()
    assert raised.value.after is not None
    assert abs(raised.value.after.total_seconds() - seconds) <= 5


# ---------------------------------------------------------------- tokens


def test_a_refresh_token_is_all_it_takes_and_its_successor_is_kept(server: FakeX):
    tokens = MemoryTokens()
    Delivery(connected(server, tokens), make_post()).send()
    Delivery(connected(server, tokens), make_post("Otrs"), key=f"{KEY}2").send()
    assert (len(server.posts), server.state["renewals"]) == (2, 1)
    assert tokens.values["x"]["refresh"] == f"{REFRESH}-1"


def test_a_token_that_ran_out_is_renewed_on_the_way(server: FakeX):
    tokens = MemoryTokens()
    channel = connected(server, tokens)
    channel.check()
    server.state["access"] = {}
    Delivery(channel, make_post(TEXT, make_picture())).send()
    assert len(server.posts) == 1
    assert tokens.values["x"]["access"] == f"{TOKEN}-2"


def test_a_lost_renewal_that_was_done_asks_a_person_only_once_x_refuses(server: FakeX):
    delivery = Delivery(connected(server, MemoryTokens()), make_post())
    server.fault(lost_after, on="POST /2/oauth2/token")
    with pytest.raises(Transient):
        delivery.send()
    with pytest.raises(AccountBlocked, match="connect the account anew"):
        delivery.send()
    assert not server.posts


def test_a_lost_renewal_that_was_not_done_is_simply_repeated(server: FakeX):
    server.fault(lost_before, error_before, on="POST /2/oauth2/token")
    Delivery(connected(server, MemoryTokens()), make_post()).driven()
    assert len(server.posts) == 1


def test_a_wrong_client_secret_is_told_from_a_dead_token(server: FakeX):
    channel = x_at(server, MemoryTokens(), refresh_token=REFRESH, client_id=CLIENT[0], client_secret="cits")
    with pytest.raises(AccountBlocked, match="id and secret"):
        channel.check()
    assert server.state["refresh"] == REFRESH


def test_a_token_revoked_between_upload_and_publishing_blocks_the_account(server: FakeX, world: World):
    delivery = world.delivery()
    server.fault(limited({"Retry-After": "1"}))
    with pytest.raises(Transient):
        delivery.send()
    server.state["access"] = {}
    with pytest.raises(AccountBlocked):
        delivery.send()
    assert not server.posts


def test_an_account_that_is_not_connected_says_so(server: FakeX):
    with pytest.raises(AccountBlocked, match="connect it"):
        Delivery(x_at(server, MemoryTokens()), make_post()).send()


def test_no_error_shows_a_token(server: FakeX):
    server.fault(answering(as_json({"detail": f"Bearer {TOKEN}"}, 403)))
    with pytest.raises(Rejected) as raised:
        Delivery(x_at(server, MemoryTokens(), token=TOKEN), make_post()).send()
    assert "kanarijputnins" not in str(raised.value)


def test_check_names_the_account(channel: X):
    assert channel.check() == "@kampana on X"


def test_when_the_account_must_be_connected_anew_is_not_known(channel: X):
    assert channel.ends() is None
