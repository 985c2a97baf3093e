import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from campaign.channels import open_channel
from campaign.channels.facebook import Facebook, FacebookSettings
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Throttled, Transient, Uncertain
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.graph import NODE, TOKEN, FakeFacebook, Habits, refusal
from tests.fakes.server import (
    Answer,
    acting_then,
    answering,
    as_json,
    changing,
    lost_after,
    lost_before,
    restarting,
    twice,
)

DRAFTS = f"POST /v25.0/{NODE}/feed"


def facebook_at(server: FakeFacebook) -> Facebook:
    values = {"kind": "facebook", "page_id": NODE, "server": server.url, "token": TOKEN}
    settings = FacebookSettings.model_validate(values)
    opened = open_channel("facebook", settings, options_for(server.address), MemoryTokens())
    assert isinstance(opened, Facebook)
    return opened


@contextmanager
def world_with(**habits: Any) -> Iterator[World]:
    with FakeFacebook() as fake:
        fake.habits = Habits(**habits)
        troubles = {
            "the list lags": changing(lambda: fake.state.update(lag=1)),
            "uploads are forgotten": restarting(fake.forget_unused_photos),
            "a proxy repeats the request": twice,
            "Meta's code 1 after acting": acting_then(refusal(1, status=500)),
            "Meta's code 4": answering(refusal(4)),
        }
        yield World(facebook_at(fake), fake, lambda: fake.posts, reopened=lambda: facebook_at(fake), troubles=troubles)


def opened_world() -> AbstractContextManager[World]:
    return world_with()


def opened_world_that_hides_drafts_and_lags() -> AbstractContextManager[World]:
    return world_with(visible=False, list_lag=3)


@pytest.fixture
def world() -> Iterator[World]:
    with opened_world() as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeFacebook:
    assert isinstance(world.server, FakeFacebook)
    return world.server


@pytest.fixture
def channel(world: World) -> Facebook:
    assert isinstance(world.channel, Facebook)
    return world.channel


class TestContract(ChannelContract):
    pass


def test_what_readers_get_is_what_was_written(server: FakeFacebook, channel: Facebook):
    receipt = Delivery(channel, make_post(TEXT, make_picture(), make_picture("Otrs attēls", red=90))).send()
    [post] = server.posts
    assert (post["text"], post["alts"]) == (TEXT, [ALT, "Otrs attēls"])
    assert receipt.url == post["url"]


def test_without_a_picture_the_link_gets_its_preview(server: FakeFacebook, channel: Facebook):
    link = "https://kampana.example/lv"
    Delivery(channel, make_post(TEXT, link=link)).send()
    Delivery(channel, make_post(TEXT, make_picture(), link=link)).send()
    assert [post["link"] for post in server.posts] == [link, ""]


@pytest.mark.parametrize(("characters", "fits"), [(63_206, True), (63_207, False)])
def test_the_limit_is_the_services(server: FakeFacebook, channel: Facebook, characters: int, fits: bool):
    delivery = Delivery(channel, make_post("ā" * characters))
    if fits:
        delivery.send()
    else:
        with pytest.raises(Rejected):
            delivery.send()
    assert len(server.posts) == fits


def test_nothing_is_public_before_its_number_is_noted(server: FakeFacebook, world: World):
    server.fault(lost_before)
    delivery = world.delivery()
    with pytest.raises(Uncertain):
        delivery.send()
    assert not server.posts
    assert set(server.state["drafts"]) <= set(delivery.notes.values())


def test_a_crash_between_the_steps_goes_on_with_what_is_there(server: FakeFacebook, world: World):
    before = world.delivery()
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        before.send()
    world.delivery(notes=before.notes).send()
    assert (len(server.posts), len(server.state["drafts"]), len(server.state["photos"])) == (1, 1, 1)


def test_a_draft_that_is_public_already_is_not_published_again(server: FakeFacebook, world: World):
    delivery = world.delivery()
    first = delivery.send()
    server.fault(lost_before)
    assert delivery.send() == first
    assert server.faults_left == 1


def test_a_lost_answer_to_a_draft_leaves_one_post(server: FakeFacebook, world: World):
    server.fault(lost_after, on=DRAFTS)
    with pytest.raises(Transient):
        world.delivery().send()
    world.delivery().driven()
    assert len(server.posts) == 1


def test_a_new_wording_gets_a_draft_and_pictures_of_its_own(server: FakeFacebook, world: World):
    delivery = world.delivery()
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        delivery.send()
    replace(delivery, post=make_post("Jauns", make_picture("Jauns apraksts")), revision="r2").send()
    assert [(post["text"], post["alts"]) for post in server.posts] == [("Jauns", ["Jauns apraksts"])]


def test_a_draft_that_is_gone_is_made_anew(server: FakeFacebook, world: World):
    delivery = world.delivery()
    server.fault(lost_before)
    with pytest.raises(Uncertain):
        delivery.send()
    server.state["drafts"].clear()
    assert delivery.find() is None
    delivery.driven()
    assert len(server.posts) == 1


def test_a_draft_that_cannot_be_seen_is_published_and_not_made_again(server: FakeFacebook, world: World):
    server.habits = Habits(visible=False, list_lag=3)
    server.fault(lost_after, lost_before)
    world.delivery().driven()
    assert (len(server.posts), len(server.state["drafts"])) == (1, 1)


def test_a_post_whose_number_is_not_shown_is_found_among_the_pages_posts(server: FakeFacebook, world: World):
    server.habits.page = 2
    delivery = world.delivery()
    sent = delivery.send()
    for number in range(3):
        server.post_by_somebody(f"Jaunums nr. {number}")
    server.habits.visible = False
    found = delivery.find()
    assert found is not None
    assert (found.remote_id, found.data) == (sent.remote_id, sent.data)


@pytest.mark.parametrize("created", ["2023-09-01T09:00:00+0000", ""])
def test_last_weeks_post_is_not_claimed(server: FakeFacebook, world: World, created: str):
    older = server.post_by_somebody(TEXT, created)
    server.habits.visible = False
    delivery = world.delivery(notes={"draft-r1": f"{NODE}_1"}, known=frozenset() if created else frozenset({older}))
    assert delivery.find() is None


def test_pictures_that_the_service_dropped_are_uploaded_again(server: FakeFacebook, world: World):
    delivery = world.delivery()
    server.fault(lost_before, on=DRAFTS)
    with pytest.raises(Transient):
        delivery.send()
    server.state["photos"].clear()
    with pytest.raises(Transient):
        delivery.send()
    delivery.send()
    assert server.posts[0]["alts"] == [ALT]


def test_a_post_refused_with_fresh_pictures_ends_as_refused(server: FakeFacebook, world: World):
    server.habits.drops_photos = True
    with pytest.raises(Rejected):
        world.delivery().driven()
    assert not server.posts


def test_a_text_taken_for_a_repeat_is_refused_with_what_to_do(server: FakeFacebook, world: World):
    server.habits.refuses_repeats = True
    world.delivery(key=f"{KEY}1").send()
    with pytest.raises(Rejected, match="Change a few words"):
        world.delivery(key=f"{KEY}2").send()
    assert len(server.posts) == 1


def test_a_repeat_told_when_publishing_proves_nothing(server: FakeFacebook, world: World):
    server.fault(acting_then(refusal(506)))
    delivery = world.delivery()
    with pytest.raises(Uncertain):
        delivery.send()
    found = delivery.find()
    assert found is not None
    assert [post["id"] for post in server.posts] == [found.remote_id]


def test_a_repeat_told_when_publishing_ends_as_refused_once_the_draft_says_so(server: FakeFacebook, world: World):
    server.fault(*[answering(refusal(506))] * 2)
    delivery = world.delivery()
    with pytest.raises(Rejected, match="Change a few words"):
        delivery.driven()
    assert server.faults_left == 1


def test_what_was_refused_as_a_repeat_may_be_tried_again_by_a_person(server: FakeFacebook, world: World):
    server.fault(answering(refusal(506)))
    delivery = world.delivery()
    with pytest.raises(Rejected):
        delivery.driven()
    delivery.driven()
    assert len(server.posts) == 1


def test_a_repeat_of_a_draft_that_cannot_be_read_is_for_a_person(server: FakeFacebook, world: World):
    server.habits.visible = False
    server.fault(answering(refusal(506)))
    delivery = world.delivery()
    with pytest.raises(Uncertain):
        delivery.send()
    with pytest.raises(Uncertain, match="Look there"):
        delivery.find()


@pytest.mark.parametrize(("seconds", "claimed"), [((0, 0), 0), ((5, 60), 0), ((-100, 1), 1), ((-3, 90), 0)])
def test_of_two_copies_the_one_nearest_to_the_first_try_is_claimed(
    server: FakeFacebook, world: World, seconds: tuple[int, int], claimed: int
):
    delivery = world.delivery(notes={"draft-r1": f"{NODE}_1"})
    moments = [delivery.now + dt.timedelta(seconds=after) for after in seconds]
    copies = [server.post_by_somebody(TEXT, f"{moment:%Y-%m-%dT%H:%M:%S}+0000") for moment in moments]
    server.habits.visible = False
    found = delivery.find()
    assert found is not None
    assert found.remote_id == copies[claimed]


def test_posts_that_the_token_may_not_read_are_for_a_person(server: FakeFacebook, world: World):
    server.habits.visible = False
    server.fault(answering(refusal(10)), on=f"GET /v25.0/{NODE}/published_posts")
    with pytest.raises(Uncertain, match="may not read"):
        world.delivery(notes={"draft-r1": f"{NODE}_1"}).find()


@pytest.mark.parametrize("zone", ["", "Z", "+0300"])
def test_a_time_in_whatever_form_is_understood(server: FakeFacebook, world: World, zone: str):
    delivery = world.delivery()
    sent = delivery.send()
    local = delivery.now + dt.timedelta(hours=3 if zone == "+0300" else 0)
    server.state["posts"][sent.remote_id]["created"] = f"{local:%Y-%m-%dT%H:%M:%S}{zone}"
    server.habits.visible = False
    found = delivery.find()
    assert found is not None
    assert found.remote_id == sent.remote_id


@pytest.mark.parametrize("created", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "99999-01-01", 1e300])
def test_no_time_that_facebook_tells_is_a_crash(server: FakeFacebook, world: World, created: object):
    delivery = world.delivery()
    sent = delivery.send()
    server.state["posts"][sent.remote_id]["created"] = created
    server.habits.visible = False
    with suppress(DeliveryError):
        delivery.find()
    assert server.calls(f"GET /v25.0/{NODE}/published_posts")


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("code", [10, 102, 190, 200, 299, 368])
def test_a_dead_token_or_a_missing_permission_blocks_the_account(
    server: FakeFacebook, world: World, code: int, status: int
):
    server.fault(answering(refusal(code, status=status)))
    with pytest.raises(AccountBlocked):
        world.delivery().send()
    assert not server.posts


def test_a_token_revoked_between_upload_and_publishing_blocks_the_account(server: FakeFacebook, world: World):
    server.fault(answering(refusal(4)))
    delivery = world.delivery()
    with pytest.raises(Throttled):
        delivery.send()
    server.state["tokens"].clear()
    with pytest.raises(AccountBlocked):
        delivery.send()


@pytest.mark.parametrize("refused", [refusal(4), refusal(32), refusal(613), refusal(80_001), refusal(100, 1_390_008)])
def test_too_many_requests_are_told_by_code_alone(server: FakeFacebook, world: World, refused: Answer):
    server.fault(answering(refused))
    with pytest.raises(Throttled) as raised:
        world.delivery().send()
    assert raised.value.after is not None
    assert raised.value.after.total_seconds() == 3600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-Business-Use-Case-Usage": '{"1": [{"type": "pages", "estimated_time_to_regain_access": 19}]}'}, 19 * 60),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 99999999}]}'}, 24 * 3600),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 1}]}', "Retry-After": "90"}, 90),
        ({"X-Business-Use-Case-Usage": '["?"]'}, 3600),
        ({"X-Business-Use-Case-Usage": "?"}, 3600),
    ],
)
def test_the_wait_is_the_one_that_meta_tells(server: FakeFacebook, world: World, headers: dict[str, str], seconds: int):
    server.fault(answering(refusal(32, headers=headers)))
    with pytest.raises(Throttled) as raised:
        world.delivery().send()
    assert raised.value.after is not None
    assert raised.value.after.total_seconds() == seconds


PASSING: list[dict[str, Any]] = [{"code": 1}, {"code": 2}, {"code": 999, "is_transient": True}]


@pytest.mark.parametrize("told", PASSING)
def test_passing_trouble_leaves_only_the_publication_in_doubt(server: FakeFacebook, world: World, told: dict[str, Any]):
    trouble = answering(as_json({"error": told}, 400))
    server.fault(trouble)
    server.fault(trouble, on=DRAFTS)
    with pytest.raises(Transient):
        world.delivery().send()
    with pytest.raises(Uncertain):
        world.delivery().send()


def test_an_answer_that_is_no_success_leaves_it_in_doubt(server: FakeFacebook, world: World):
    server.fault(answering(as_json({"success": False})))
    with pytest.raises(Uncertain):
        world.delivery().send()


def test_alt_texts_are_corrected_with_the_text(server: FakeFacebook, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    corrected = replace(delivery, post=make_post("Labots", make_picture("Labots apraksts")), revision="r2")
    edited = world.channel.edit(receipt, corrected.attempt)
    assert [(post["text"], post["alts"]) for post in server.posts] == [("Labots", ["Labots apraksts"])]
    assert "warning" not in edited.data


def test_an_alt_text_that_stays_as_it_was_is_told(server: FakeFacebook, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    server.habits.alt_texts_stay = True
    corrected = replace(delivery, post=make_post("Labots", make_picture("Labots apraksts")), revision="r2")
    assert "alt text" in world.channel.edit(receipt, corrected.attempt).data["warning"]
    assert server.posts[0]["text"] == "Labots"


def test_other_pictures_are_no_correction(world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    corrected = replace(delivery, post=make_post("Labots", make_picture(red=90)), revision="r2")
    with pytest.raises(Rejected, match="pictures"):
        world.channel.edit(receipt, corrected.attempt)


def test_a_post_that_the_token_may_not_see_does_not_count_as_removed(server: FakeFacebook, world: World):
    receipt = world.delivery().send()
    server.fault(answering(refusal(100, 33)), on=f"DELETE /v25.0/{receipt.remote_id}")
    server.fault(answering(refusal(190)), on=f"GET /v25.0/{NODE}")
    with pytest.raises(AccountBlocked):
        world.channel.remove(receipt)


def test_a_refusal_never_repeats_the_token(server: FakeFacebook, world: World):
    server.fault(answering(as_json({"error": {"code": 190, "message": f"Malformed access token {TOKEN}"}}, 400)))
    with pytest.raises(AccountBlocked) as raised:
        world.delivery().send()
    assert "kanarijputnins" not in str(raised.value)


def test_the_token_is_in_no_address(server: FakeFacebook, world: World):
    world.delivery().send()
    assert not [seen for seen in server.log if "kanarijputnins" in seen.target + seen.body.decode(errors="replace")]


def test_check_names_the_page(channel: Facebook):
    assert channel.check() == "Glāžšķūņu rūķīši on Facebook"


@pytest.mark.parametrize(
    "setting", [{"page_id": "kampana"}, {"page_id": "1/2"}, {"version": "25"}, {"version": "v25.0/x"}]
)
def test_numbers_and_versions_are_what_they_say(setting: dict[str, str]):
    with pytest.raises(ValueError, match=next(iter(setting))):
        FacebookSettings.model_validate({"kind": "facebook", "page_id": NODE, **setting})
