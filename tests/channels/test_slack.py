import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from pydantic import ValidationError

from campaign.channels import open_channel, open_recorder
from campaign.channels.base import RemoteModel
from campaign.channels.slack import Slack, SlackSettings, SlackWebhook, SlackWebhookSettings
from campaign.errors import AccountBlocked, Rejected, Transient, Uncertain
from tests.channels.attempts import ALT, KEY, TEXT, Delivery, MemoryTokens, make_picture, make_post, options_for
from tests.channels.contract import ChannelContract, World
from tests.fakes.chats import FakeSite
from tests.fakes.server import Answer, FakeServer, acting_then, answering, changing, limited, lost_after
from tests.fakes.slack import (
    SLACK,
    SLACK_CHANNEL,
    SLACK_TOKEN,
    FakeSlack,
    FakeSlackWebhook,
    slack_error,
    slack_word,
)

TEXTS = [
    TEXT,
    "*Rūķīši* _nav_ ~te~ `kods` > citāts",
    "<!channel> <@U1> A & B &amp; C",
    "Te: https://kampana.example/a?b=1&c=2.",
]


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with FakeSite() as fake:
        yield fake


def opened(settings: RemoteModel, server: FakeServer, site: FakeSite):
    options = replace(options_for(server.address, site.address), base_url=site.url)
    return open_channel("slack", settings, options, MemoryTokens())


def slack_at(server: FakeSlack, site: FakeSite) -> Slack:
    given = {"kind": "slack", "channel_id": SLACK_CHANNEL, "server": server.url, "token": SLACK_TOKEN}
    bot = opened(SlackSettings.model_validate(given), server, site)
    assert isinstance(bot, Slack)
    return bot


def webhook_at(hooks: FakeSlackWebhook, site: FakeSite) -> SlackWebhook:
    given = {"kind": "slack-webhook", "webhook_url": f"{hooks.url}{SLACK}"}
    made = opened(SlackWebhookSettings.model_validate(given), hooks, site)
    assert isinstance(made, SlackWebhook)
    return made


def world_of_bot(fake: FakeSlack, site: FakeSite) -> World:
    troubles = {
        "the history lags": changing(lambda: setattr(fake, "lag", 1)),
        "200 that means 500": acting_then(slack_error("internal_error")),
        "200 that means 429": answering(slack_error("ratelimited")),
    }
    opened = slack_at(fake, site)
    return World(opened, fake, lambda: fake.posts, reopened=lambda: slack_at(fake, site), troubles=troubles)


def world_of_webhook(fake: FakeSlackWebhook, site: FakeSite) -> World:
    return World(
        webhook_at(fake, site),
        fake,
        lambda: fake.posts,
        finds=False,
        names=False,
        edits=False,
        removes=False,
        reopened=lambda: webhook_at(fake, site),
        troubles={
            "throttled in a word": answering(slack_word(429, "rate_limited")),
            "somebody else's page": answering(Answer(200, b"<!doctype html><title>Wi-Fi</title>")),
        },
    )


@contextmanager
def opened_world() -> Iterator[World]:
    with FakeSlack() as fake, FakeSite() as site:
        yield world_of_bot(fake, site)


@contextmanager
def opened_world_through_a_webhook() -> Iterator[World]:
    with FakeSlackWebhook() as fake, FakeSite() as site:
        yield world_of_webhook(fake, site)


@pytest.fixture
def server() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def channel(server: FakeSlack, site: FakeSite) -> Slack:
    return slack_at(server, site)


@pytest.fixture
def hooks() -> Iterator[FakeSlackWebhook]:
    with FakeSlackWebhook() as fake:
        yield fake


@pytest.fixture
def webhook(hooks: FakeSlackWebhook, site: FakeSite) -> SlackWebhook:
    return webhook_at(hooks, site)


class TestBot(ChannelContract):
    @pytest.fixture
    def world(self, server: FakeSlack, site: FakeSite) -> World:
        return world_of_bot(server, site)


class TestWebhook(ChannelContract):
    @pytest.fixture
    def world(self, hooks: FakeSlackWebhook, site: FakeSite) -> World:
        return world_of_webhook(hooks, site)


# ---------------------------------------------------------------- what readers get


@pytest.mark.parametrize("text", TEXTS)
def test_what_readers_get_is_what_was_written(server: FakeSlack, channel: Slack, text: str):
    Delivery(channel, make_post(text, make_picture(), make_picture("Otrs", red=90))).send()
    [post] = server.posts
    assert (post["text"], post["alts"]) == (text, [ALT, "Otrs"])


@pytest.mark.parametrize("text", TEXTS)
def test_a_webhook_shows_the_same(hooks: FakeSlackWebhook, webhook: SlackWebhook, text: str):
    receipt = Delivery(webhook, make_post(text, make_picture())).send()
    [post] = hooks.posts
    assert (post["text"], post["alts"], receipt.url) == (text, [ALT], "")


def test_a_picture_that_is_not_public_yet_is_waited_for(server: FakeSlack, channel: Slack, site: FakeSite):
    site.public = False
    delivery = Delivery(channel, make_post(TEXT, make_picture()))
    with pytest.raises(Transient, match="not public yet"):
        delivery.send()
    site.public = True
    delivery.driven()
    assert [post["alts"] for post in server.posts] == [[ALT]]


@pytest.mark.parametrize("pictures", [(), (make_picture(),)])
def test_a_link_is_unfolded_only_where_no_picture_stands(server: FakeSlack, channel: Slack, pictures: tuple):
    Delivery(channel, make_post(TEXT, *pictures)).send()
    body = server.calls(FakeSlack.publishing)[0].json
    assert body["unfurl_links"] == (not pictures)


# ---------------------------------------------------------------- lost answers


def test_a_lost_answer_is_found_by_the_deliverys_key_alone(server: FakeSlack, channel: Slack):
    delivery = Delivery(channel, make_post(TEXT, make_picture()))
    server.post_by_somebody(TEXT, delivery.now)
    assert delivery.find() is None
    sent = delivery.send()
    assert delivery.find() == sent


def test_a_message_that_the_ledger_knows_is_not_claimed(channel: Slack):
    delivery = Delivery(channel, make_post())
    sent = delivery.send()
    assert replace(delivery, known=frozenset({sent.remote_id})).find() is None


def test_a_history_that_lags_once_proves_nothing(server: FakeSlack, channel: Slack):
    server.fault(lost_after)
    server.lag = 1
    Delivery(channel, make_post()).driven()
    assert len(server.posts) == 1


def test_the_message_is_found_many_pages_back(server: FakeSlack, channel: Slack):
    delivery = Delivery(channel, make_post())
    sent = delivery.send()
    for number in range(20):
        server.post_by_somebody(f"Jaunums nr. {number}", delivery.now)
    server.page = 7
    assert delivery.find() == sent


def test_nobody_can_tell_when_the_history_is_too_long(server: FakeSlack, channel: Slack):
    delivery = Delivery(channel, make_post())
    for number in range(30):
        server.post_by_somebody(f"Jaunums nr. {number}", delivery.now)
    server.page = 1
    with pytest.raises(Uncertain):
        delivery.find()


@pytest.mark.parametrize("hours", [-20, -0.1, 0.1, 20])
def test_a_message_is_found_although_our_clock_is_hours_off(server: FakeSlack, channel: Slack, hours: float):
    server.fault(lost_after)
    Delivery(channel, make_post(), now=dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)).driven()
    assert len(server.posts) == 1


def test_a_message_of_another_delivery_is_not_claimed(channel: Slack):
    """Not even one that the ledger does not know yet, because its answer was lost as well."""
    first, second = (Delivery(channel, make_post(), key=f"{KEY}{number}") for number in (1, 2))
    sent = first.send()
    assert second.find() is None
    assert first.find() == sent


def test_messages_of_earlier_days_are_not_looked_at(server: FakeSlack, channel: Slack):
    delivery = Delivery(channel, make_post())
    for number in range(30):
        server.post_by_somebody(f"Jaunums nr. {number}", delivery.now - dt.timedelta(hours=25))
    server.page = 1
    assert delivery.find() is None


@pytest.mark.parametrize("number", ["9" * 400, "-1", "rīt", "", "inf"])
def test_a_number_that_is_no_time_is_only_a_number(server: FakeSlack, channel: Slack, number: str):
    delivery = Delivery(channel, make_post())
    delivery.send()
    server.posts[0]["id"] = number
    found = delivery.find()
    assert (found.remote_id if found else "") == number


# ---------------------------------------------------------------- Slack's codes


@pytest.mark.parametrize(
    "code", ["invalid_auth", "token_revoked", "channel_not_found", "is_archived", "not_in_channel"]
)
def test_a_code_about_the_account_blocks_it(server: FakeSlack, channel: Slack, code: str):
    server.fault(answering(slack_error(code)))
    with pytest.raises(AccountBlocked, match=code):
        Delivery(channel, make_post()).send()


@pytest.mark.parametrize("code", ["msg_too_long", "invalid_blocks", "no_text", "jauns_kods"])
def test_any_other_code_refuses_the_post(server: FakeSlack, channel: Slack, code: str):
    server.fault(answering(slack_error(code)))
    with pytest.raises(Rejected, match=code):
        Delivery(channel, make_post()).send()


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable"])
def test_a_code_that_leaves_it_open_is_looked_up(server: FakeSlack, channel: Slack, code: str):
    server.fault(answering(slack_error(code)))
    delivery = Delivery(channel, make_post())
    with pytest.raises(Uncertain):
        delivery.send()
    delivery.driven()
    assert len(server.posts) == 1


@pytest.mark.parametrize("status", [200, 429])
def test_a_limit_is_a_limit_whatever_its_status(server: FakeSlack, channel: Slack, status: int):
    answer = slack_error("ratelimited", status)
    server.fault(answering(Answer(status, answer.body, {**answer.headers, "Retry-After": "30"})))
    with pytest.raises(Transient) as raised:
        Delivery(channel, make_post()).send()
    assert raised.value.after == dt.timedelta(seconds=30)


@pytest.mark.parametrize(
    "answer",
    [
        slack_word(404, "no_service"),
        slack_word(410, "channel_is_archived"),
        slack_word(403, "action_prohibited"),
        slack_word(400, "no_active_hooks"),
        Answer(404),
    ],
)
def test_a_webhook_that_is_no_more_blocks_the_account(hooks: FakeSlackWebhook, webhook: SlackWebhook, answer: Answer):
    hooks.closed = answer
    with pytest.raises(AccountBlocked) as raised:
        Delivery(webhook, make_post()).send()
    assert "kanarijputnins" not in str(raised.value)


def test_a_webhooks_word_for_a_bad_post_refuses_the_post(hooks: FakeSlackWebhook, webhook: SlackWebhook):
    hooks.fault(answering(slack_word(400, "invalid_payload")))
    with pytest.raises(Rejected, match="invalid_payload"):
        Delivery(webhook, make_post()).send()


def test_a_good_status_without_slacks_word_is_in_doubt(hooks: FakeSlackWebhook, webhook: SlackWebhook):
    hooks.fault(answering(Answer(200, b"<html>Labi</html>")))
    with pytest.raises(Uncertain):
        Delivery(webhook, make_post()).send()


def test_a_webhooks_limit_is_heeded(hooks: FakeSlackWebhook, webhook: SlackWebhook):
    hooks.fault(limited({"Retry-After": "11"}))
    with pytest.raises(Transient) as raised:
        Delivery(webhook, make_post()).send()
    assert raised.value.after == dt.timedelta(seconds=11)


# ---------------------------------------------------------------- correcting and removing


def test_a_correction_asked_twice_changes_text_and_alt_once(server: FakeSlack, channel: Slack):
    delivery = Delivery(channel, make_post(TEXT, make_picture()))
    receipt = delivery.send()
    corrected = replace(delivery, post=make_post("Labots", make_picture("Labots apraksts")))
    for _ in range(2):
        channel.edit(receipt, corrected.attempt)
    assert [(post["text"], post["alts"]) for post in server.posts] == [("Labots", ["Labots apraksts"])]
    assert server.state["edits"] == 1


def test_a_corrected_message_is_still_found(channel: Slack):
    delivery = Delivery(channel, make_post())
    receipt = delivery.send()
    channel.edit(receipt, replace(delivery, post=make_post("Labots")).attempt)
    assert delivery.find() == receipt


def test_correcting_what_is_gone_is_refused(channel: Slack):
    delivery = Delivery(channel, make_post())
    receipt = delivery.send()
    channel.remove(receipt)
    with pytest.raises(Rejected, match="message_not_found"):
        channel.edit(receipt, delivery.attempt)


def test_what_a_webhook_cannot_do_is_refused_with_advice(hooks: FakeSlackWebhook, webhook: SlackWebhook):
    delivery = Delivery(webhook, make_post())
    receipt = delivery.send()
    with pytest.raises(Rejected, match="delete it in Slack"):
        webhook.edit(receipt, delivery.attempt)
    with pytest.raises(Rejected, match="delete it in Slack"):
        webhook.remove(receipt)
    assert (webhook.limits.editable, webhook.limits.removable) == (False, False)


# ---------------------------------------------------------------- settings, check, recorder


def test_check_names_bot_and_workspace(channel: Slack):
    assert channel.check() == "vestnesis in Kampaņa"


def test_check_tells_a_missing_scope(server: FakeSlack, channel: Slack):
    server.scopes.remove("channels:history")
    with pytest.raises(AccountBlocked, match="missing_scope"):
        channel.check()


def test_check_of_a_webhook_posts_nothing_and_names_only_the_host(hooks: FakeSlackWebhook, webhook: SlackWebhook):
    assert webhook.check().startswith(hooks.address)
    assert [seen.call for seen in hooks.log] == ["HEAD /"]


@pytest.mark.parametrize("channel_id", ["#kampana", "kampana", "", "C0 KAMPANA"])
def test_a_channel_is_its_id(channel_id: str):
    with pytest.raises(ValidationError):
        SlackSettings.model_validate({"kind": "slack", "channel_id": channel_id})


def test_a_recording_holds_the_message_and_no_address(tmp_path):
    given = {"kind": "slack-webhook", "webhook_url": f"https://hooks.slack.com{SLACK}"}
    settings = SlackWebhookSettings.model_validate(given)
    channel = open_recorder("slack", settings, tmp_path, "https://kampana.example")
    Delivery(channel, make_post(TEXT, make_picture())).send()
    written = {path.name: path.read_text() for path in tmp_path.rglob("*.json")}
    image = json.loads(written["request.json"])["body"]["blocks"][1]
    assert image["image_url"] == f"https://kampana.example/pictures/{make_picture().name}"
    assert "kanarijputnins" not in "".join(written.values())
