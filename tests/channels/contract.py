"""What every channel to a remote service keeps, whatever goes wrong: a test module per channel inherits it.

The module has `opened_world()`, a context manager that yields a `World`: the channel, and the server that counts what
the public can see. Its `world` fixture enters that. Every `opened_world…` function of a `test_<kind>.py` is also one
row of the matrix in `tests/exactly_once.py`; `opened_world_that_ignores_keys` shows as “<kind> that ignores keys”.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from campaign.channels.base import Channel
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from tests.channels.attempts import KEY, TEXT, Delivery, make_picture, make_post
from tests.fakes.server import SINGLE_FAULTS, Answer, FakeServer, Fault, answering, limited, lost_after


@dataclass
class World:
    channel: Channel
    server: FakeServer  # where faults are played
    public: Callable[[], list[dict[str, Any]]]  # posts the public can see; each has its "text"
    finds: bool = True  # False: the service tells nobody what became of a lost answer
    repeats: bool = True  # False: the service refuses a text it has seen before
    edits: bool = True
    removes: bool = True
    names: bool = True  # False: the service tells no id, so a receipt names no post
    guards: bool = False  # True: the service takes a request that arrives twice, even at the same time, for one
    reopened: Callable[[], Channel] | None = None  # what a restarted process works with; None: the same object
    troubles: Mapping[str, Fault] = field(default_factory=dict)  # what else can go wrong at this service, by name

    def delivery(self, **fields: Any) -> Delivery:
        return Delivery(self.channel, fields.pop("post", make_post(TEXT, make_picture())), **fields)


class ChannelContract:
    @pytest.mark.parametrize("fault", SINGLE_FAULTS)
    def test_one_post_whatever_goes_wrong_once(self, world: World, fault: Fault):
        world.server.fault(fault)
        receipt = world.delivery().settled()
        assert len(world.public()) == 1 if receipt else len(world.public()) <= 1
        assert receipt is None or receipt.remote_id
        assert receipt is not None or not world.finds
        assert world.server.faults_left == 0

    @pytest.mark.parametrize("losses", [1, 2, 3])
    def test_lost_answers_never_publish_twice(self, world: World, losses: int):
        world.server.fault(*[lost_after] * losses)
        receipt = world.delivery().settled()
        assert len(world.public()) == 1
        assert receipt is not None or not world.finds

    def test_a_crash_before_the_receipt_never_publishes_twice(self, world: World):
        before = world.delivery()
        first = before.send()
        after = world.delivery(notes=before.notes, now=before.now)
        if world.finds:
            assert (after.find() or after.send()).remote_id == first.remote_id
        else:
            with pytest.raises(Uncertain):
                after.find()
        assert len(world.public()) == 1

    def test_a_refused_connection_is_tried_again(self, world: World):
        delivery = world.delivery()
        with world.server.down(), pytest.raises(Transient):
            delivery.send()
        delivery.driven()
        assert len(world.public()) == 1

    def test_a_limit_says_when_to_come_back(self, world: World):
        world.server.fault(limited({"Retry-After": "61"}))
        with pytest.raises(Transient) as raised:
            world.delivery().send()
        assert raised.value.after is not None
        assert raised.value.after.total_seconds() == 61
        assert not world.public()

    def test_a_blocked_account_is_told_from_a_refused_post(self, world: World):
        world.server.fault(answering(Answer(401)))
        with pytest.raises(AccountBlocked):
            world.delivery().send()
        assert not world.public()

    def test_the_same_text_a_week_later_is_a_second_post(self, world: World):
        first = world.delivery(key=f"{KEY}1", post=make_post(TEXT, make_picture())).driven()
        if world.finds and world.repeats:
            world.server.fault(lost_after)
        again = world.delivery(key=f"{KEY}2", post=make_post(TEXT, make_picture()), known=frozenset({first.remote_id}))
        if not world.repeats:
            with pytest.raises((Rejected, Uncertain)):
                again.driven()
            return
        second = again.driven()
        assert second.remote_id != first.remote_id
        assert len(world.public()) == 2

    def test_removing_twice_is_done(self, world: World):
        receipt = world.delivery().send()
        if not world.removes:
            with pytest.raises(Rejected):
                world.channel.remove(receipt)
            return
        world.channel.remove(receipt)
        world.channel.remove(receipt)
        assert not world.public()

    def test_a_lost_answer_to_a_removal_is_tried_again(self, world: World):
        if not world.removes:
            return
        receipt = world.delivery().send()
        world.channel.remove(receipt)
        with world.server.down(), pytest.raises(Transient):
            world.channel.remove(receipt)
        assert not world.public()

    def test_correcting_changes_the_one_post(self, world: World):
        delivery = world.delivery()
        receipt = delivery.send()
        corrected = replace(delivery, post=make_post("Labots: rūķīši", make_picture("Cits apraksts")), revision="r2")
        if not world.edits:
            with pytest.raises(Rejected):
                world.channel.edit(receipt, corrected.attempt)
            return
        edited = world.channel.edit(receipt, corrected.attempt)
        again = world.channel.edit(edited, corrected.attempt)
        assert [post["text"] for post in world.public()] == ["Labots: rūķīši"]
        assert again.remote_id == receipt.remote_id

    def test_its_check_names_the_account(self, world: World):
        assert world.channel.check()

    def test_service_keys_are_stable_and_tell_deliveries_apart(self, world: World):
        keys = {world.channel.service_key(f"september-2023/e{n}>a:lv", "r1", 1_700_000_000_000) for n in range(500)}
        assert len(keys) == 500
        assert world.channel.service_key(KEY, "r1", 1) == world.channel.service_key(KEY, "r1", 1)
