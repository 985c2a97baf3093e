"""The same tests on a server of our own and on a real one (Synapse) behind a proxy that spoils what passes."""

import datetime as dt
import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pydantic import ValidationError

from campaign.channels import open_channel
from campaign.channels.matrix import PAGE, PAGES, Matrix, MatrixSettings
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from campaign.model import Receipt
from tests.channels.attempts import ALT, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for, png
from tests.channels.contract import ChannelContract, World
from tests.fakes.matrix import CLIENT, NAME, PASSWORD, EveryMessage, FakeMatrix, Habits, MatrixProxy, left_to_see
from tests.fakes.server import Fault, answering, as_json, error_after, error_before, limited, lost_after
from tests.servers import synapse_server

DEVICE = "KAMPANA"


@dataclass
class Person:
    """Somebody signed in on the server."""

    url: str
    user: str
    token: str

    def ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.request(method, self.url + path, headers=headers, trust_env=False, timeout=30, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@dataclass
class Room:
    """A room as one of its readers sees it."""

    id: str
    reader: Person

    @property
    def path(self) -> str:
        return f"{CLIENT}/rooms/{quote(self.id, safe='')}"

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every message, oldest first."""
        answer = self.reader.ask("GET", f"{self.path}/messages?dir=f&limit=1000")
        return [event for event in answer["chunk"] if event["type"] == "m.room.message"]

    @property
    def posts(self) -> list[dict[str, Any]]:
        return left_to_see(self.events)


def register(server: tuple[str, str], name: str, *, admin: bool = False) -> Person:
    url, secret = server
    nonce = httpx.get(f"{url}/_synapse/admin/v1/register", trust_env=False).json()["nonce"]
    role = "admin" if admin else "notadmin"
    mac = hmac.digest(secret.encode(), f"{nonce}\0{name}\0{PASSWORD}\0{role}".encode(), "sha1").hex()
    body = {"nonce": nonce, "username": name, "password": PASSWORD, "admin": admin, "mac": mac}
    httpx.post(f"{url}/_synapse/admin/v1/register", json=body, trust_env=False, timeout=30).raise_for_status()
    return login(url, name)


def login(url: str, name: str, device: str = DEVICE) -> Person:
    body = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": name}, "password": PASSWORD}
    answer = httpx.post(f"{url}{CLIENT}/login", json=body | {"device_id": device}, trust_env=False, timeout=30).json()
    return Person(url, answer["user_id"], answer["access_token"])


def new_room(writer: Person, reader: Person) -> Room:
    room = writer.ask("POST", f"{CLIENT}/createRoom", json={"preset": "public_chat"})["room_id"]
    reader.ask("POST", f"{CLIENT}/join/{quote(room, safe='')}", json={})
    return Room(room, reader)


def channel_at(server: EveryMessage, room: Room, writer: Person, **values: str) -> Matrix:
    settings = {"kind": "matrix", "server": server.url, "room": room.id, "user": writer.user, "token": writer.token}
    account = MatrixSettings.model_validate(settings | values)
    opened = open_channel("matrix", account, options_for(server.address), MemoryTokens())
    assert isinstance(opened, Matrix)
    return opened


@dataclass
class RoomWorld(World):
    room: Room | None = None
    writer: Person | None = None


def world_in(server: EveryMessage, room: Room, writer: Person) -> RoomWorld:
    channel = channel_at(server, room, writer)
    return RoomWorld(channel, server, lambda: room.posts, guards=True, room=room, writer=writer)


@contextmanager
def opened_world(habits: Habits | None = None) -> Iterator[RoomWorld]:
    with FakeMatrix(habits=habits) as server:
        writer, reader = login(server.url, "kampana"), login(server.url, "lasitajs")
        room = new_room(writer, reader)
        server.log.clear()
        yield replace(world_in(server, room, writer), public=lambda: server.posts)


@contextmanager
def opened_world_that_forgets_transactions() -> Iterator[World]:
    with opened_world(Habits(remembers=dt.timedelta(0))) as world:
        yield replace(world, guards=False)


@contextmanager
def opened_world_on_another_device_after_a_restart() -> Iterator[World]:
    with opened_world() as world:
        assert isinstance(world.server, FakeMatrix)
        assert world.room
        server, room, elsewhere = world.server, world.room, login(world.server.url, "kampana", "CITA")
        server.log.clear()
        yield replace(world, guards=False, reopened=lambda: channel_at(server, room, elsewhere))


@pytest.fixture(scope="session")
def real_people(real_synapse: tuple[str, str]) -> tuple[Person, Person]:
    """Who writes, and who reads and administers the server."""
    return register(real_synapse, "kampana"), register(real_synapse, "lasitajs", admin=True)


@pytest.fixture
def real_world(real_people: tuple[Person, Person]) -> Iterator[RoomWorld]:
    writer, reader = real_people
    with MatrixProxy(writer.url) as server:
        yield world_in(server, new_room(writer, reader), writer)


@pytest.fixture(params=["own", pytest.param("real", marks=pytest.mark.real)])
def world(request: pytest.FixtureRequest) -> Iterator[RoomWorld]:
    if request.param == "real":
        yield request.getfixturevalue("real_world")
    else:
        with opened_world() as opened:
            yield opened


@pytest.fixture
def server(world: RoomWorld) -> EveryMessage:
    assert isinstance(world.server, EveryMessage)
    return world.server


@pytest.fixture
def room(world: RoomWorld) -> Room:
    assert world.room
    return world.room


@pytest.fixture
def writer(world: RoomWorld) -> Person:
    assert world.writer
    return world.writer


@pytest.fixture
def channel(world: RoomWorld) -> Matrix:
    assert isinstance(world.channel, Matrix)
    return world.channel


class TestContract(ChannelContract):
    pass


def test_readers_get_the_text_as_the_caption_of_its_picture(room: Room, channel: Matrix):
    picture = make_picture()
    receipt = Delivery(channel, make_post(TEXT, picture)).send()
    [post] = room.posts
    assert (post["msgtype"], post["body"], post["filename"]) == ("m.image", TEXT, picture.name)
    assert post["info"] == {"mimetype": "image/png", "size": len(png()), "w": 120, "h": 63}
    assert receipt.url == f"https://matrix.to/#/{room.id}/{post['id']}?via={NAME}"


def test_the_picture_is_the_one_that_was_drawn(room: Room, channel: Matrix):
    Delivery(channel, make_post(TEXT, make_picture())).send()
    path = room.posts[0]["url"].removeprefix("mxc://")
    headers = {"Authorization": f"Bearer {room.reader.token}"}
    file = httpx.get(f"{room.reader.url}/_matrix/client/v1/media/download/{path}", headers=headers, trust_env=False)
    assert hashlib.sha256(file.content).digest() == hashlib.sha256(png()).digest()
    assert file.headers["content-type"] == "image/png"


def test_every_further_picture_is_a_message_that_says_what_it_shows(room: Room, channel: Matrix):
    pictures = (make_picture(), make_picture("Otrā kartīte", red=90), make_picture(ALT, red=160))
    Delivery(channel, make_post(TEXT, *pictures)).send()
    assert [post["body"] for post in room.posts] == [TEXT, "Otrā kartīte", ALT]
    assert ["filename" in post for post in room.posts] == [True, False, False]


def test_a_text_alone_is_a_plain_message(room: Room, channel: Matrix):
    Delivery(channel, make_post(TEXT)).send()
    [post] = room.posts
    assert (post["msgtype"], post["body"]) == ("m.text", TEXT)


def test_an_answer_names_what_it_answers(room: Room, channel: Matrix):
    first = Delivery(channel, make_post("Jautājums")).send()
    channel.send(replace(Delivery(channel, make_post("Atbilde"), key="a/b>m:lv").attempt, parent=first))
    assert room.posts[1]["m.relates_to"] == {"m.in_reply_to": {"event_id": first.remote_id}}


def several(channel: Matrix) -> Delivery:
    return Delivery(
        channel, make_post(TEXT, make_picture(), make_picture("Otrā", red=90), make_picture("Trešā", red=9))
    )


@pytest.mark.parametrize("whole", [0, 1, 2])
def test_pictures_in_a_row_are_each_there_once_whichever_answer_is_lost(
    server: EveryMessage, room: Room, channel: Matrix, whole: int
):
    delivery = several(channel)
    server.fault(*[lambda handling: handling.reply(handling.act())] * whole, lost_after, error_before, error_after)
    receipt = delivery.driven()
    assert [post["text"] for post in room.posts] == [TEXT, "Otrā", "Trešā"]
    assert receipt.remote_id == room.posts[0]["id"]


@pytest.mark.parametrize("later", [lambda handling: handling.reply(handling.act()), lost_after])
def test_pictures_that_were_taken_back_are_in_the_room_when_they_are_sent_anew(
    server: EveryMessage, room: Room, channel: Matrix, later: Fault
):
    """The server answers a transaction that it knows with the message that is gone."""
    delivery = several(channel)
    too_large = answering(as_json({"errcode": "M_TOO_LARGE", "error": "Par lielu"}, 413))
    server.fault(lambda handling: handling.reply(handling.act()), too_large, later)
    with pytest.raises(Rejected):
        delivery.send()
    assert not room.posts
    receipt = delivery.driven()
    assert [post["text"] for post in room.posts] == [TEXT, "Otrā", "Trešā"]
    assert receipt.remote_id == room.posts[0]["id"]


def test_a_correction_reaches_every_picture(room: Room, channel: Matrix):
    receipt = several(channel).send()
    post = make_post("Labots", make_picture(), make_picture("Otrā labota", red=90), make_picture("Trešā", red=9))
    edited = channel.edit(receipt, Delivery(channel, post, revision="r2").attempt)
    assert [post["text"] for post in room.posts] == ["Labots", "Otrā labota", "Trešā"]
    channel.remove(edited)
    assert not room.posts


def test_a_correction_with_another_number_of_pictures_is_refused(room: Room, channel: Matrix):
    receipt = several(channel).send()
    with pytest.raises(Rejected):
        channel.edit(receipt, Delivery(channel, make_post("Labots", make_picture()), revision="r2").attempt)
    assert [post["text"] for post in room.posts] == [TEXT, "Otrā", "Trešā"]


def test_going_back_to_an_earlier_wording_shows_it(room: Room, channel: Matrix):
    first = Delivery(channel, make_post("Pirmais"))
    second = replace(first, post=make_post("Otrais"), revision="r2")
    receipt = first.send()
    for wording in (second, first, second, first):
        receipt = channel.edit(receipt, wording.attempt)
    assert [post["text"] for post in room.posts] == ["Pirmais"]


def test_a_correction_whose_answer_was_lost_is_made_once(server: EveryMessage, room: Room, world: World):
    delivery = world.delivery()
    receipt = delivery.send()
    corrected = replace(delivery, post=make_post("Labots"), revision="r2")
    server.fault(lost_after)
    with pytest.raises(Transient):
        world.channel.edit(receipt, corrected.attempt)
    world.channel.edit(receipt, corrected.attempt)
    assert [post["text"] for post in room.posts] == ["Labots"]
    assert len(room.events) == 2


def test_uploads_are_used_again(server: EveryMessage, room: Room, world: World):
    delivery = world.delivery()
    server.fault(limited({"Retry-After": "1"}))
    delivery.driven()
    assert len(server.calls("POST /_matrix/media/v3/upload")) == 1
    assert len(room.posts) == 1


def test_a_lost_post_is_found_by_another_device_too(server: EveryMessage, room: Room, writer: Person, world: World):
    """It is shown no transaction ids, so the text decides."""
    delivery = world.delivery()
    sent = delivery.send()
    elsewhere = channel_at(server, room, writer, token=login(writer.url, "kampana", "CITA").token)
    assert elsewhere.find(delivery.attempt) == sent
    assert elsewhere.find(replace(delivery.attempt, known=frozenset({sent.remote_id}))) is None


def test_an_older_message_with_the_same_text_is_not_claimed(server: EveryMessage, room: Room, writer: Person):
    elsewhere = channel_at(server, room, writer, token=login(writer.url, "kampana", "TRESA").token)
    delivery = Delivery(channel_at(server, room, writer), make_post(TEXT))
    delivery.send()
    later = replace(delivery, channel=elsewhere, now=delivery.now + dt.timedelta(hours=1))
    assert later.find() is None


def test_a_transaction_is_recognised_whatever_the_clocks_say(channel: Matrix):
    delivery = Delivery(channel, make_post(TEXT))
    sent = delivery.send()
    ahead = replace(delivery, now=delivery.now + dt.timedelta(hours=1))
    assert ahead.find() == sent


def test_a_message_of_another_transaction_is_not_claimed(room: Room, writer: Person, world: World):
    """The same device said the same, but not in our name."""
    writer.ask("PUT", f"{room.path}/send/m.room.message/cita", json={"msgtype": "m.text", "body": TEXT})
    assert world.delivery().find() is None


def test_a_correction_of_another_post_to_the_same_words_is_not_claimed(
    server: EveryMessage, room: Room, writer: Person, channel: Matrix
):
    first = Delivery(channel, make_post("Pirmais")).send()
    channel.edit(first, Delivery(channel, make_post(TEXT), revision="r2").attempt)
    elsewhere = channel_at(server, room, writer, token=login(writer.url, "kampana", "CETURTA").token)
    lost = Delivery(elsewhere, make_post(TEXT), key="a/b>m:lv", known=frozenset({first.remote_id}))
    assert lost.find() is None


def test_the_words_of_somebody_else_are_not_ours(room: Room, world: World):
    body = {"msgtype": "m.text", "body": TEXT}
    room.reader.ask("PUT", f"{room.path}/send/m.room.message/1", json=body)
    assert world.delivery().find() is None


def test_the_post_is_found_many_pages_back(server: EveryMessage, room: Room, writer: Person, world: World):
    delivery = world.delivery()
    sent = delivery.send()
    for number in range(PAGE + 5):
        writer.ask("PUT", f"{room.path}/send/m.room.message/n{number}", json={"msgtype": "m.text", "body": f"{number}"})
    assert delivery.find() == sent
    assert len(server.calls(f"GET {room.path}/messages")) >= 2


def test_a_room_too_full_to_be_read_is_left_to_a_person(server: EveryMessage, room: Room, world: World):
    event = {"event_id": "$x", "sender": "@kampana:kampana.test", "origin_server_ts": 9e15, "content": {}}
    full = answering(as_json({"chunk": [event], "end": "tālāk"}))
    server.fault(*[full] * PAGES, on=f"GET {room.path}/messages")
    with pytest.raises(Uncertain):
        world.delivery().find()


@pytest.mark.real
def test_a_server_that_forgot_the_transaction_is_asked_what_is_in_the_room(
    real_synapse: tuple[str, str], tmp_path: Path, request: pytest.FixtureRequest
):
    """A day later a repeat would be a second post; the room still tells which transaction made the first."""
    python = request.getfixturevalue("counterpart")("synapse")
    with synapse_server(tmp_path, python) as fresh:
        writer, reader = register(fresh, "kampana"), register(fresh, "lasitajs")
        room = new_room(writer, reader)
        with MatrixProxy(writer.url) as proxy:
            delivery = Delivery(channel_at(proxy, room, writer), make_post(TEXT, make_picture()))
            sent = delivery.send()
    with closing(sqlite3.connect(tmp_path / "homeserver.db")) as database, database:
        assert database.execute("DELETE FROM event_txn_id_device_id").rowcount
    with synapse_server(tmp_path, python) as again, MatrixProxy(again[0]) as proxy:
        room.reader.url = again[0]
        later = replace(delivery, channel=channel_at(proxy, room, writer))
        assert later.find() == sent
        assert len(room.posts) == 1
        assert later.send() != sent  # which is why we look first


@pytest.mark.real
def test_a_real_limit_is_obeyed(real_people: tuple[Person, Person], real_world: RoomWorld):
    writer, admin = real_people
    limit = f"/_synapse/admin/v1/users/{quote(writer.user)}/override_ratelimit"
    admin.ask("POST", limit, json={"messages_per_second": 1, "burst_count": 1})
    deliveries = [Delivery(real_world.channel, make_post(f"{number}"), key=f"a/{number}>m:lv") for number in range(5)]
    try:
        with pytest.raises(Transient) as raised:
            [delivery.send() for delivery in deliveries]
    finally:
        admin.ask("DELETE", limit)
    assert raised.value.after is not None
    assert 0 < raised.value.after.total_seconds() <= 10


def test_a_wait_in_milliseconds_is_understood(server: EveryMessage, world: World):
    server.fault(limited(body={"errcode": "M_LIMIT_EXCEEDED", "error": "Par daudz", "retry_after_ms": 4271}))
    with pytest.raises(Transient) as raised:
        world.delivery().send()
    assert raised.value.after is not None
    assert raised.value.after.total_seconds() == 4.271


def test_a_text_too_long_for_an_event_is_refused(room: Room, channel: Matrix):
    with pytest.raises(Rejected):
        Delivery(channel, make_post("ā" * 40_000)).send()
    assert not room.posts


def test_a_text_at_the_limit_can_be_sent_and_corrected(room: Room, channel: Matrix):
    longest = '"ā\n' * (channel.limits.bytes // 4)
    receipt = Delivery(channel, make_post(longest, make_picture())).send()
    channel.edit(receipt, Delivery(channel, make_post(longest[::-1], make_picture()), revision="r2").attempt)
    assert [post["text"] for post in room.posts] == [longest[::-1]]


def test_a_refused_picture_publishes_nothing(server: EveryMessage, room: Room, world: World):
    server.fault(
        answering(as_json({"errcode": "M_TOO_LARGE", "error": "Par lielu"}, 413)), on="POST /_matrix/media/v3/upload"
    )
    with pytest.raises(Rejected):
        world.delivery().send()
    assert not room.posts


def test_a_token_that_was_signed_out_blocks_the_account(server: EveryMessage, room: Room, writer: Person):
    ended = login(writer.url, "kampana", "IZRAKSTITA")
    channel = channel_at(server, room, writer, token=ended.token)
    ended.ask("POST", f"{CLIENT}/logout", json={})
    with pytest.raises(AccountBlocked):
        Delivery(channel, make_post()).send()


def test_who_may_not_write_in_the_room_blocks_the_account(room: Room, writer: Person, channel: Matrix):
    writer.ask("POST", f"{room.path}/leave", json={})
    with pytest.raises(AccountBlocked):
        Delivery(channel, make_post()).send()
    with pytest.raises(AccountBlocked, match="not in the room"):
        channel.check()


def test_check_names_user_and_room(room: Room, channel: Matrix, writer: Person):
    assert channel.check() == f"{writer.user} in {room.id}"


def test_a_token_of_somebody_else_is_told(server: EveryMessage, room: Room, writer: Person):
    with pytest.raises(AccountBlocked, match="lasitajs"):
        channel_at(server, room, writer, token=room.reader.token).check()


def test_an_encrypted_room_is_told(room: Room, writer: Person, channel: Matrix):
    state = {"algorithm": "m.megolm.v1.aes-sha2"}
    writer.ask("PUT", f"{room.path}/state/m.room.encryption/", json=state)
    with pytest.raises(AccountBlocked, match="encrypted"):
        channel.check()


def test_the_token_is_in_no_error_and_no_receipt(server: EveryMessage, room: Room, writer: Person):
    said = {"errcode": "M_UNKNOWN", "error": "kanarijputnins-token nav derīgs"}
    channel = channel_at(server, room, writer, token="kanarijputnins-token")
    server.fault(answering(as_json(said, 400)))
    with pytest.raises(Rejected) as raised:
        Delivery(channel, make_post()).send()
    assert "kanarijputnins" not in str(raised.value)


def test_removing_what_the_room_no_longer_has_is_done(room: Room, channel: Matrix):
    channel.remove(Receipt("$nekad-nav-bijis", data={"step": ""}))
    assert not room.posts


@pytest.mark.parametrize(
    ("field", "value"),
    [("room", "#kampana:matrix.example"), ("room", "!a/b"), ("user", "kampana"), ("user", "@kampana")],
)
def test_a_room_and_a_user_are_written_as_matrix_has_them(field: str, value: str):
    good = {
        "kind": "matrix",
        "server": "https://matrix.example",
        "room": "!a:matrix.example",
        "user": "@k:matrix.example",
    }
    with pytest.raises(ValidationError):
        MatrixSettings.model_validate(good | {field: value})
