import datetime as dt
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest

from campaign.channels import open_channel, open_recorder
from campaign.channels.teams import Teams, TeamsSettings
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from tests.channels.attempts import ALT, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.chats import TEAMS, TEAMS_SIGNATURE, FakeSite, FakeTeams, teams_error
from tests.fakes.server import Answer, answering, limited, lost_after

QUERY = f"?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={TEAMS_SIGNATURE}"


def teams_at(server: FakeTeams, site: FakeSite, query: str = QUERY) -> Teams:
    settings = TeamsSettings.model_validate({"kind": "teams", "webhook_url": f"{server.url}{TEAMS}{query}"})
    options = replace(options_for(server.address, site.address), base_url=site.url)
    opened = open_channel("teams", settings, options, MemoryTokens())
    assert isinstance(opened, Teams)
    return opened


@contextmanager
def world_beside(site: FakeSite) -> Iterator[World]:
    with FakeTeams() as fake, site:
        yield World(
            teams_at(fake, site),
            fake,
            lambda: fake.posts,
            finds=False,
            names=False,
            edits=False,
            removes=False,
            reopened=lambda: teams_at(fake, site),
            troubles={"somebody else's page": answering(Answer(200, b"<!doctype html><title>Wi-Fi</title>"))},
        )


def opened_world() -> AbstractContextManager[World]:
    return world_beside(FakeSite())


@pytest.fixture
def site() -> FakeSite:
    return FakeSite()


@pytest.fixture
def world(site: FakeSite) -> Iterator[World]:
    with world_beside(site) as opened:
        yield opened


@pytest.fixture
def server(world: World) -> FakeTeams:
    assert isinstance(world.server, FakeTeams)
    return world.server


@pytest.fixture
def channel(world: World) -> Teams:
    assert isinstance(world.channel, Teams)
    return world.channel


class TestContract(ChannelContract):
    pass


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "**Rūķīši** _nav_ [te](https://kampana.example)\n- saraksts\n1. pirmais\n\n# virsraksts",
        "{{DATE(2023-09-01,SHORT)}} & <at>visi</at>",
        "Rinda\nrinda\n\nrindkopa: https://kampana.example/lv/a_b.",
    ],
)
def test_what_readers_get_is_what_was_written(server: FakeTeams, channel: Teams, text: str):
    Delivery(channel, make_post(text, make_picture(), make_picture("Otrs", red=90))).send()
    [post] = server.posts
    assert (post["text"], post["alts"], post["language"]) == (text, [ALT, "Otrs"], "lv")


def test_an_address_can_be_clicked_on(server: FakeTeams, channel: Teams):
    Delivery(channel, make_post("Te: https://kampana.example/lv.")).send()
    card = server.log[-1].json["attachments"][0]["content"]
    runs = card["body"][0]["inlines"]
    assert [run.get("selectAction", {}).get("url") for run in runs] == [None, "https://kampana.example/lv", None]


WORDS = ["rūķīši ", "гномики ", "🕊️ ", '"\\" ', "a\n", "a\n\n", "https://a.lv ", "https://a.lv\n", '"' * 5000]


@pytest.mark.parametrize("alt", ["ā", "😀", '"'])
@pytest.mark.parametrize("word", WORDS)
def test_what_the_limits_allow_fits_into_28_kilobytes(server: FakeTeams, channel: Teams, word: str, alt: str):
    limits = channel.limits
    text = (word * (limits.bytes // len(word.encode()))).strip()
    pictures = [make_picture(alt * limits.alt_characters, red=red) for red in range(limits.images)]
    Delivery(channel, make_post(text, *pictures)).send()
    assert [post["text"] for post in server.posts] == [text]


@pytest.mark.parametrize(("lines", "blocks"), [(40, 40), (1600, 1)])
def test_only_a_text_of_very_many_lines_is_one_block(server: FakeTeams, channel: Teams, lines: int, blocks: int):
    Delivery(channel, make_post("\n".join(["rū"] * lines))).send()
    assert len(server.log[-1].json["attachments"][0]["content"]["body"]) == blocks


def test_a_picture_that_is_not_public_yet_is_waited_for(server: FakeTeams, channel: Teams, site: FakeSite):
    site.public = False
    with pytest.raises(Transient, match="not public yet"):
        Delivery(channel, make_post(TEXT, make_picture())).send()
    assert not server.posts


def test_the_receipt_says_that_taken_is_not_shown(server: FakeTeams, world: World):
    server.shows = False
    receipt = world.delivery().send()
    assert "look into the channel" in receipt.data["warning"]
    assert not server.posts


# ---------------------------------------------------------------- what can go wrong


def test_a_lost_answer_is_for_a_person(server: FakeTeams, world: World):
    delivery = world.delivery()
    server.fault(lost_after)
    with pytest.raises(Uncertain):
        delivery.send()
    with pytest.raises(Uncertain, match="look into the channel"):
        delivery.find()
    assert len(server.posts) == 1


@pytest.mark.parametrize("status", [200, 204])
def test_a_success_that_no_flow_gives_is_in_doubt(server: FakeTeams, world: World, status: int):
    server.fault(answering(Answer(status)))
    with pytest.raises(Uncertain):
        world.delivery().send()


@pytest.mark.parametrize(
    "answer",
    [
        teams_error(400, "WorkflowTriggerIsNotEnabled"),
        teams_error(404, "WorkflowNotFound"),
        teams_error(403, "AuthorizationFailed"),
        Answer(410),
    ],
)
def test_a_flow_that_is_off_or_gone_blocks_the_account(server: FakeTeams, world: World, answer: Answer):
    server.closed = answer
    with pytest.raises(AccountBlocked):
        world.delivery().send()


def test_a_wrong_signature_blocks_the_account_and_is_not_told(server: FakeTeams, site: FakeSite):
    channel = teams_at(server, site, "?sig=kanarijputnins-nederiga-zime")
    with pytest.raises(AccountBlocked) as raised:
        Delivery(channel, make_post()).send()
    assert "kanarijputnins" not in str(raised.value)


def test_a_service_that_quotes_the_signature_betrays_nothing(server: FakeTeams, world: World):
    answer = Answer(400, json.dumps({"error": {"code": "X", "message": f"sig={TEAMS_SIGNATURE}"}}).encode())
    server.fault(answering(answer))
    with pytest.raises(Rejected, match="sig=…"):
        world.delivery().send()


def test_a_limit_is_heeded(server: FakeTeams, world: World):
    server.fault(limited({"Retry-After": "17"}, {"error": {"code": "WorkflowTriggerThrottled"}}))
    with pytest.raises(Transient) as raised:
        world.delivery().send()
    assert raised.value.after == dt.timedelta(seconds=17)


def test_what_a_flow_cannot_do_is_refused_with_advice(channel: Teams):
    delivery = Delivery(channel, make_post())
    receipt = delivery.send()
    with pytest.raises(Rejected, match="delete it in Teams"):
        channel.edit(receipt, delivery.attempt)
    with pytest.raises(Rejected, match="delete it in Teams"):
        channel.remove(receipt)
    assert (channel.limits.editable, channel.limits.removable) == (False, False)


# ---------------------------------------------------------------- check, recorder


def test_check_posts_nothing_and_names_only_the_host(server: FakeTeams, channel: Teams):
    assert channel.check().startswith(server.address)
    assert [seen.call for seen in server.log] == ["HEAD /"]


def test_a_recording_holds_the_card_and_no_address(tmp_path):
    address = f"https://prod.logic.azure.example{TEAMS}{QUERY}"
    settings = TeamsSettings.model_validate({"kind": "teams", "webhook_url": address})
    channel = open_recorder("teams", settings, tmp_path, "https://kampana.example")
    Delivery(channel, make_post(TEXT, make_picture())).send()
    written = {path.name: path.read_text() for path in tmp_path.rglob("*.json")}
    request = json.loads(written["request.json"])
    assert request["body"]["attachments"][0]["content"]["body"][-1]["altText"] == ALT
    assert request["path"] == "…"
    assert "kanarijputnins" not in "".join(written.values())
