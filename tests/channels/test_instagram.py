import datetime as dt
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from campaign.channels import open_channel, read_limits
from campaign.channels.base import Opening
from campaign.channels.exchange import Reply, Request
from campaign.channels.instagram import THROUGH_FACEBOOK, Instagram, InstagramSettings
from campaign.errors import AccountBlocked, Rejected, Throttled, Transient, Uncertain
from campaign.model import Picture, Post
from tests.channels.attempts import ALT, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.graph import JPEG, LARGEST, NODE, TOKEN, FakeInstagram, FakeSite, Habits, container_troubles, refusal
from tests.fakes.server import Answer, answering, lost_after, lost_before

CONTAINERS = f"POST /v25.0/{NODE}/media"


def jpeg(alt: str = ALT, red: int = 20) -> Picture:
    return replace(make_picture(alt, red), media_type="image/jpeg")


def with_jpegs(post: Post) -> Post:
    return replace(post, pictures=tuple(replace(picture, media_type="image/jpeg") for picture in post.pictures))


@dataclass
class PictureWorld(World):
    """Every picture is a JPEG, as the composer gives them to this service."""

    def delivery(self, **fields: Any) -> Delivery:
        delivery = super().delivery(**fields)
        return replace(delivery, post=with_jpegs(delivery.post))


def instagram_at(server: FakeInstagram, site: FakeSite, tokens: MemoryTokens, **values: str) -> Instagram:
    told = {"kind": "instagram", "user_id": NODE, "server": server.url, "token": TOKEN, **values}

    def now() -> dt.datetime:
        return server.clock()

    options = replace(options_for(server.address, site.address), base_url=site.url, clock=now)
    opened = open_channel("instagram", InstagramSettings.model_validate(told), options, tokens)
    assert isinstance(opened, Instagram)
    return opened


@contextmanager
def world_with(site: FakeSite, tokens: MemoryTokens, **habits: Any) -> Iterator[World]:
    with FakeInstagram() as fake, site:
        fake.habits = Habits(**habits)

        def reopened() -> Instagram:
            return instagram_at(fake, site, tokens)

        yield PictureWorld(
            reopened(),
            fake,
            lambda: fake.posts,
            edits=False,
            removes=False,
            reopened=reopened,
            troubles=container_troubles(fake, site),
        )


def opened_world() -> AbstractContextManager[World]:
    return world_with(FakeSite(), MemoryTokens())


def opened_world_that_takes_its_time() -> AbstractContextManager[World]:
    return world_with(FakeSite(), MemoryTokens(), polls=3, list_lag=3)


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
def server(world: World) -> FakeInstagram:
    assert isinstance(world.server, FakeInstagram)
    return world.server


@pytest.fixture
def channel(world: World) -> Instagram:
    assert isinstance(world.channel, Instagram)
    return world.channel


class TestContract(ChannelContract):
    pass


def test_what_readers_get_is_what_was_written(server: FakeInstagram, world: World):
    receipt = world.delivery().send()
    assert [(post["text"], post["alts"]) for post in server.posts] == [(TEXT, [ALT])]
    assert receipt.url == f"https://kampana.example/p/{receipt.remote_id}"


def test_several_pictures_are_one_post_to_leaf_through(server: FakeInstagram, world: World):
    world.delivery(post=make_post(TEXT, jpeg("Pirmais"), jpeg("Otrais", 90), jpeg("Trešais", 120))).send()
    assert [post["alts"] for post in server.posts] == [["Pirmais", "Otrais", "Trešais"]]


def test_a_post_without_a_picture_is_refused(server: FakeInstagram, channel: Instagram):
    with pytest.raises(Rejected, match="picture"):
        Delivery(channel, make_post(TEXT)).send()
    assert not server.log


@pytest.mark.parametrize(("characters", "fits"), [(2200, True), (2201, False)])
def test_the_limit_is_the_services(server: FakeInstagram, world: World, characters: int, fits: bool):
    delivery = world.delivery(post=make_post("ā" * characters, jpeg()))
    if fits:
        delivery.send()
    else:
        with pytest.raises(Rejected):
            delivery.send()
    assert len(server.posts) == fits


def test_a_picture_that_is_not_public_yet_is_waited_for(server: FakeInstagram, site: FakeSite, world: World):
    site.is_public = False
    delivery = world.delivery()
    with pytest.raises(Transient, match="not public"):
        delivery.send()
    site.is_public = True
    delivery.send()
    assert len(server.posts) == 1


def test_a_picture_that_instagram_cannot_fetch_just_now_is_tried_again(server: FakeInstagram, world: World):
    server.fault(answering(refusal(9004, 2_207_052)), on=CONTAINERS)
    with pytest.raises(Transient) as raised:
        world.delivery().send()
    assert raised.value.after is not None


@pytest.mark.parametrize("content", [b"\x89PNG attels", JPEG + bytes(LARGEST)])
def test_a_picture_that_is_no_jpeg_or_too_large_is_refused(
    server: FakeInstagram, site: FakeSite, world: World, content: bytes
):
    site.pictures[".jpg"] = content
    with pytest.raises(Rejected):
        world.delivery().send()
    assert not server.posts


@pytest.mark.parametrize("pictures", [1, 3])
def test_a_post_still_in_the_works_is_waited_for_and_not_made_again(server: FakeInstagram, world: World, pictures: int):
    server.habits.polls = 2
    delivery = world.delivery(post=make_post(TEXT, *[jpeg(red=20 + number) for number in range(pictures)]))
    with pytest.raises(Transient) as raised:
        delivery.send()
    assert raised.value.after is not None
    delivery.driven(12)
    assert len(server.state["drafts"]) == (1 if pictures == 1 else pictures + 1)
    assert len(server.posts) == 1


def test_a_crash_between_the_steps_goes_on_with_what_is_there(server: FakeInstagram, world: World):
    before = world.delivery()
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        before.send()
    after = world.delivery(notes=before.notes)
    assert after.find() is None
    after.send()
    assert (len(server.posts), len(server.state["drafts"])) == (1, 1)


def test_publishing_again_after_a_look_up_that_came_too_early_is_one_post(server: FakeInstagram, world: World):
    server.fault(lost_after)
    delivery = world.delivery()
    with pytest.raises(Uncertain):
        delivery.send()
    with pytest.raises(Uncertain, match="already"):
        delivery.send()
    found = delivery.find()
    assert found is not None
    assert [post["id"] for post in server.posts] == [found.remote_id]


def test_a_day_later_a_container_is_made_anew(server: FakeInstagram, world: World):
    delivery = world.delivery()
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        delivery.send()
    server.clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)
    assert delivery.find() is None
    delivery.send()
    assert (len(server.posts), len(server.state["drafts"])) == (1, 2)


def test_a_post_that_the_list_does_not_show_yet_is_looked_for_again(server: FakeInstagram, world: World):
    server.habits.list_lag = 2
    server.fault(lost_after)
    delivery = world.delivery()
    with pytest.raises(Uncertain):
        delivery.send()
    for _ in range(2):
        with pytest.raises(Transient):
            delivery.find()
    assert delivery.find() is not None


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=5), dt.timedelta(hours=3)])
def test_a_published_post_is_found_however_wrong_our_clock_is(server: FakeInstagram, world: World, ahead: dt.timedelta):
    server.fault(lost_after)
    receipt = world.delivery(now=dt.datetime.now(dt.UTC) + ahead).driven()
    assert [post["id"] for post in server.posts] == [receipt.remote_id]


def test_a_published_post_that_no_list_shows_is_for_a_person_after_an_hour(server: FakeInstagram, world: World):
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


def test_a_container_that_cannot_be_seen_is_published_and_not_made_again(server: FakeInstagram, world: World):
    delivery = world.delivery()
    server.habits.list_lag = 3
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        delivery.send()
    server.habits.hides_containers = True
    delivery.driven()
    assert (len(server.posts), len(server.state["drafts"])) == (1, 1)


def test_a_container_that_is_hidden_leaves_the_list_as_proof(server: FakeInstagram, world: World):
    delivery = world.delivery()
    sent = delivery.send()
    server.habits.hides_containers = True
    assert delivery.find() == sent


def test_the_post_is_found_many_pages_back(server: FakeInstagram, world: World):
    server.habits.page = 2
    delivery = world.delivery()
    sent = delivery.send()
    for number in range(5):
        server.post_by_somebody(f"Jaunums nr. {number}")
    assert delivery.find() == sent


@pytest.mark.parametrize("created", ["2023-09-01T09:00:00+0000", ""])
def test_last_weeks_post_is_not_claimed(server: FakeInstagram, world: World, created: str):
    older = server.post_by_somebody(TEXT, created)
    delivery = world.delivery(known=frozenset() if created else frozenset({older}))
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        delivery.send()
    assert delivery.find() is None


def test_a_text_is_recognised_however_it_is_spaced_and_composed(server: FakeInstagram, world: World):
    delivery = world.delivery()
    sent = delivery.send()
    server.state["posts"][sent.remote_id]["text"] = unicodedata.normalize("NFD", " ".join(TEXT.split()))
    server.post_by_somebody(f"{TEXT} un vēl kas")
    assert delivery.find() == sent


def test_what_instagram_cannot_use_is_refused_and_forgotten(server: FakeInstagram, world: World):
    server.habits.broken = "ERROR"
    delivery = world.delivery()
    with pytest.raises(Rejected, match="Error: 2207026"):
        delivery.send()
    server.habits.broken = ""
    delivery.send()
    assert (len(server.posts), len(server.state["drafts"])) == (1, 2)


@pytest.mark.parametrize(("code", "subcode"), [(9007, 2_207_027), (24, 2_207_008), (-2, 2_207_020)])
def test_a_publication_that_came_too_early_or_too_late_is_tried_again(
    server: FakeInstagram, world: World, code: int, subcode: int
):
    server.fault(answering(refusal(code, subcode)))
    delivery = world.delivery()
    with pytest.raises(Transient):
        delivery.send()
    delivery.driven()
    assert len(server.posts) == 1


@pytest.mark.parametrize(("code", "subcode"), [(-1, 2_207_001), (-2, 2_207_003), (4, 2_207_051)])
def test_trouble_that_may_hide_a_published_post_is_looked_up(
    server: FakeInstagram, world: World, code: int, subcode: int
):
    server.fault(answering(refusal(code, subcode)))
    with pytest.raises(Uncertain):
        world.delivery().send()


def test_a_used_up_quota_lets_the_account_rest(server: FakeInstagram, world: World):
    server.habits.quota = 0
    with pytest.raises(Throttled) as raised:
        world.delivery().send()
    assert raised.value.after == dt.timedelta(hours=1)


def test_how_many_posts_a_day_is_read_from_the_account(server: FakeInstagram, channel: Instagram):
    server.habits.quota = 50
    assert read_limits(channel).pace == (50, 86_400)


def test_the_address_of_a_post_is_not_worth_its_receipt(server: FakeInstagram, world: World):
    server.fault(answering(refusal(100, 33)), on=f"GET /v25.0/{17_000 + 2}")
    receipt = world.delivery().send()
    assert (receipt.remote_id, receipt.url) == ("17002", "")


def test_a_new_wording_gets_a_container_of_its_own(server: FakeInstagram, world: World):
    delivery = world.delivery()
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        delivery.send()
    replace(delivery, post=make_post("Jauns", jpeg()), revision="r2").send()
    assert [post["text"] for post in server.posts] == ["Jauns"]


def test_a_token_is_renewed_weekly_and_saved_before_it_is_used(
    server: FakeInstagram, channel: Instagram, tokens: MemoryTokens
):
    channel.check()
    first = tokens.values["instagram"]["access"]
    server.clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=6)
    channel.check()
    assert tokens.values["instagram"]["access"] == first == f"{TOKEN}-1"
    server.clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=8)
    channel.check()
    assert tokens.values["instagram"]["access"] == f"{TOKEN}-2"
    ends = channel.ends()
    assert ends is not None
    assert dt.timedelta(days=59) < ends - server.clock() < dt.timedelta(days=61)


@pytest.mark.parametrize("refused", [refusal(100), refusal(190, 463)])
def test_a_token_that_cannot_be_renewed_today_is_used_as_it_is(
    server: FakeInstagram, channel: Instagram, refused: Answer
):
    server.fault(answering(refused), on="GET /refresh_access_token")
    assert channel.ends() is None
    assert channel.check() == "@rukisi on Instagram"
    ends = channel.ends()
    assert ends is not None
    assert ends - server.clock() > dt.timedelta(days=58)


def test_an_account_connected_through_facebook_keeps_its_token(tokens: MemoryTokens):
    values = {"kind": "instagram", "user_id": NODE, "server": THROUGH_FACEBOOK, "token": TOKEN}
    asked: list[Request] = []

    def exchange(request: Request) -> Reply:
        asked.append(request)
        return Reply(request, 200, body=b'{"username": "rukisi"}')

    opening = Opening("instagram", exchange, tokens, "https://kampana.example", lambda: dt.datetime.now(dt.UTC))
    InstagramSettings.model_validate(values).open(opening).check()
    assert [request.headers["Authorization"] for request in asked] == [f"Bearer {TOKEN}"]
    assert not tokens.saves


@pytest.mark.parametrize("status", [400, 401])
def test_a_dead_token_blocks_the_account(server: FakeInstagram, world: World, status: int):
    server.habits.bad_token_status = status
    server.state["tokens"].clear()
    with pytest.raises(AccountBlocked):
        world.delivery().send()
    assert not server.posts


def test_no_error_names_the_token(server: FakeInstagram, world: World):
    server.state["tokens"].clear()
    with pytest.raises(AccountBlocked) as raised:
        world.delivery().send()
    assert "kanarijputnins" not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"


def test_nothing_noted_or_received_holds_the_token(world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    assert "kanarijputnins" not in f"{delivery.notes} {receipt}"
