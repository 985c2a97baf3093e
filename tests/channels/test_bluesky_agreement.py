"""The fake Bluesky server answers as the real one does: the same assertions on both."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.channels.attempts import png
from tests.fakes.bluesky import HANDLE, PASSWORD, FakeBluesky

RKEYS = (f"3mabcdefg{letter}{other}k2" for letter in "hijklmnop" for other in "abcdefghijklmnop")


@dataclass
class Talk:
    client: httpx.Client
    handle: str
    password: str
    did: str = ""
    access: str = ""
    refresh: str = ""

    def ask(self, name: str, token: str | None = None, **body: Any) -> httpx.Response:
        bearer = self.access if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return self.client.post(f"/xrpc/{name}", headers=headers | body.pop("headers", {}), **body)

    def put(self, rkey: str, record: dict[str, Any], **more: Any) -> httpx.Response:
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": rkey, "record": record} | more
        return self.ask("com.atproto.repo.putRecord", json=body)

    def create(self, *records: tuple[str, dict[str, Any]]) -> httpx.Response:
        kind = "com.atproto.repo.applyWrites#create"
        place = {"$type": kind, "collection": "app.bsky.feed.post"}
        writes = [place | {"rkey": rkey, "value": value} for rkey, value in records]
        return self.ask("com.atproto.repo.applyWrites", json={"repo": self.did, "writes": writes})

    def get(self, rkey: str) -> httpx.Response:
        query = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": rkey}
        return self.client.get("/xrpc/com.atproto.repo.getRecord", params=query)


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.real)], scope="module")
def talk(request: pytest.FixtureRequest) -> Iterator[Talk]:
    if request.param == "fake":
        with FakeBluesky() as fake:
            yield from signed_in(fake.url, HANDLE, PASSWORD)
    else:
        from tests.channels.conftest import register

        account = register(request.getfixturevalue("real_bluesky_server"), "vienosanas")
        yield from signed_in(account.url, account.handle, account.app_password)


def signed_in(url: str, handle: str, password: str) -> Iterator[Talk]:
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        talk = Talk(client, handle, password)
        session = talk.ask("com.atproto.server.createSession", json={"identifier": handle, "password": password}).json()
        talk.did, talk.access, talk.refresh = session["did"], session["accessJwt"], session["refreshJwt"]
        yield talk


@pytest.fixture
def rkey() -> str:
    return next(RKEYS)


def record(text: str = "Glāžšķūņu rūķīši", **more: Any) -> dict[str, Any]:
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2026-11-23T09:00:00.000Z",
        "langs": ["lv"],
    } | more


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("error", "")


def with_picture(blob: dict[str, Any], **image: Any) -> dict[str, Any]:
    return record(embed={"$type": "app.bsky.embed.images", "images": [{"image": blob} | image]})


def upload(talk: Talk, token: str | None = None) -> httpx.Response:
    return talk.ask("com.atproto.repo.uploadBlob", token, content=png(), headers={"Content-Type": "image/png"})


def test_a_new_record_is_written_and_read_back(talk: Talk, rkey: str):
    written = talk.put(rkey, record(), swapRecord=None)
    read = talk.get(rkey).json()
    assert written.status_code == 200
    assert (read["uri"], read["cid"]) == (written.json()["uri"], written.json()["cid"])
    assert read["value"] == record()


def test_the_same_record_again_is_no_change(talk: Talk, rkey: str):
    first = talk.put(rkey, record(), swapRecord=None).json()
    again = talk.put(rkey, record(), swapRecord=None)
    assert (again.status_code, again.json()["cid"]) == (200, first["cid"])
    assert "commit" not in again.json()


@pytest.mark.parametrize("change", [{"text": "cits"}, {"createdAt": "2026-11-23T09:00:01.000Z"}])
def test_another_record_under_a_taken_key_is_refused(talk: Talk, rkey: str, change: dict[str, str]):
    talk.put(rkey, record(), swapRecord=None)
    assert code(talk.put(rkey, record() | change, swapRecord=None)) == (400, "InvalidSwap")
    assert talk.get(rkey).json()["value"] == record()


def test_a_change_names_what_it_replaces(talk: Talk, rkey: str):
    first = talk.put(rkey, record(), swapRecord=None).json()
    assert talk.put(rkey, record("labots"), swapRecord=first["cid"]).status_code == 200
    assert code(talk.put(rkey, record("vēlreiz"), swapRecord=first["cid"])) == (400, "InvalidSwap")


def test_a_change_of_nothing_is_refused(talk: Talk, rkey: str):
    first = talk.put(rkey, record(), swapRecord=None).json()
    assert code(talk.put(next(RKEYS), record("labots"), swapRecord=first["cid"])) == (400, "InvalidSwap")


def test_nothing_is_told_by_its_code(talk: Talk, rkey: str):
    assert code(talk.get(rkey)) == (400, "RecordNotFound")


def test_removing_twice_is_fine(talk: Talk, rkey: str):
    talk.put(rkey, record(), swapRecord=None)
    body = {"repo": talk.did, "collection": "app.bsky.feed.post", "rkey": rkey}
    answers = [talk.ask("com.atproto.repo.deleteRecord", json=body).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert code(talk.get(rkey)) == (400, "RecordNotFound")


@pytest.mark.parametrize(
    ("text", "accepted"),
    [("ā" * 300, True), ("ā" * 301, False), ("👨‍👩‍👧‍👦" * 120, True), ("👨‍👩‍👧‍👦" * 121, False)],
)
def test_text_is_limited_in_graphemes_and_bytes(talk: Talk, rkey: str, text: str, accepted: bool):
    expected = (200, "") if accepted else (400, "InvalidRequest")
    assert code(talk.put(rkey, record(text), swapRecord=None)) == expected


@pytest.mark.parametrize("bad", ["nav-tid!", "navtid", "z" * 13])
def test_a_key_that_is_no_tid_is_refused(talk: Talk, bad: str):
    assert code(talk.put(bad, record(), swapRecord=None)) == (400, "InvalidRequest")


def test_a_picture_is_uploaded_then_used(talk: Talk, rkey: str):
    blob = upload(talk).json()["blob"]
    assert (blob["$type"], blob["mimeType"], blob["size"]) == ("blob", "image/png", len(png()))
    assert talk.put(rkey, with_picture(blob, alt="Attēls"), swapRecord=None).status_code == 200


def test_a_picture_is_referred_to_by_its_content(talk: Talk):
    from campaign.channels.atproto import content_id

    assert upload(talk).json()["blob"]["ref"]["$link"] == content_id(png())


def test_several_records_are_written_at_once(talk: Talk):
    keys = [next(RKEYS) for _ in range(3)]
    written = talk.create(*((key, record(key)) for key in keys))
    assert written.status_code == 200
    results = [(result["uri"], result["cid"]) for result in written.json()["results"]]
    assert results == [(talk.get(key).json()["uri"], talk.get(key).json()["cid"]) for key in keys]


def test_several_records_of_which_one_is_there_are_refused_as_a_whole(talk: Talk):
    first, second = next(RKEYS), next(RKEYS)
    talk.put(second, record(), swapRecord=None)
    assert code(talk.create((first, record()), (second, record()))) == (500, "InternalServerError")
    assert code(talk.get(first)) == (400, "RecordNotFound")


def test_several_records_of_which_one_is_bad_are_refused_as_a_whole(talk: Talk):
    first, second = next(RKEYS), next(RKEYS)
    assert code(talk.create((first, record()), (second, record("ā" * 301)))) == (400, "InvalidRequest")
    assert code(talk.get(first)) == (400, "RecordNotFound")


def test_a_records_id_is_the_hash_of_its_canonical_form(talk: Talk, rkey: str):
    from campaign.channels.atproto import record_id

    pictured = with_picture(upload(talk).json()["blob"], alt="Attēls – glāžšķūnis")
    assert talk.put(rkey, pictured, swapRecord=None).json()["cid"] == record_id(pictured)


def test_a_name_is_resolved_and_an_unknown_one_is_refused(talk: Talk):
    address = "/xrpc/com.atproto.identity.resolveHandle"
    assert talk.client.get(address, params={"handle": talk.handle}).json() == {"did": talk.did}
    assert code(talk.client.get(address, params={"handle": "nekas.test"})) == (400, "InvalidRequest")


def test_a_picture_without_alt_text_is_refused(talk: Talk, rkey: str):
    assert code(talk.put(rkey, with_picture(upload(talk).json()["blob"]), swapRecord=None)) == (400, "InvalidRequest")


def test_a_picture_that_was_never_uploaded_is_refused(talk: Talk, rkey: str):
    blob = upload(talk).json()["blob"] | {
        "ref": {"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}
    }
    assert code(talk.put(rkey, with_picture(blob, alt="Attēls"), swapRecord=None)) == (400, "BlobNotFound")


def test_a_record_without_its_time_is_refused(talk: Talk, rkey: str):
    without = {name: value for name, value in record().items() if name != "createdAt"}
    assert code(talk.put(rkey, without, swapRecord=None)) == (400, "InvalidRequest")


def test_a_wrong_password_is_refused(talk: Talk):
    body = {"identifier": talk.handle, "password": "nepareiza"}
    answer = talk.ask("com.atproto.server.createSession", "", json=body)
    assert code(answer) == (401, "AuthenticationRequired")


def test_no_token_and_a_bad_token_differ(talk: Talk):
    assert code(upload(talk, "")) == (401, "AuthMissing")
    assert code(upload(talk, talk.refresh)) == (400, "InvalidToken")


def test_a_session_is_renewed_with_its_refresh_token_only(talk: Talk):
    renewed = talk.ask("com.atproto.server.refreshSession", talk.refresh)
    assert {"accessJwt", "refreshJwt", "did"} <= set(renewed.json())
    assert code(talk.ask("com.atproto.server.refreshSession", talk.access)) == (400, "InvalidToken")


def test_another_repository_is_not_ours(talk: Talk, rkey: str):
    assert code(talk.put(rkey, record(), repo="did:plc:" + "z" * 24)) == (403, "AccountNotFound")
