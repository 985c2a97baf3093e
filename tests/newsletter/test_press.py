"""A newsletter account at work: what it compiles, for whom, and when it stays silent."""

import datetime as dt
import email
import email.policy
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.model import Picture, Post
from campaign.newsletter import NewsletterSettings, Recipient
from campaign.newsletter.mailer import Recorder
from campaign.newsletter.press import Press
from tests.samples import make_site
from tests.workspaces import ROOT

KEY = "newsletter/weekly@2023-09-21>newsletter:lv"
WEEKLY = Post("digest", "lv", "Jaunumi", "Labdien!", "Labdien!", date="2023-09-21T10:00", ahead_days=14)
NEWS = Post("message", "lv", "Glāžšķūņu rūķīši", "Glāžšķūņu rūķīši sāk.", "Glāžšķūņu rūķīši sāk.")


def no_picture(picture: Picture) -> tuple[bytes, str]:
    raise AssertionError(picture)


def press_into(folder: Path) -> Press:
    settings = NewsletterSettings(
        kind="newsletter",
        names={"lv": "Jaunumi", "en": "News", "ru": "Новости"},
        address="jaunumi@kampana.example",
        reply_to="redakcija@kampana.example",
        host="127.0.0.1",
        recipients=(
            Recipient(address="a@example.org", language="lv"),
            Recipient(address="b@example.org", language="en"),
        ),
    )
    return Press(
        settings, make_site(), Recorder(folder), no_picture, (ROOT / "assets",), dict, lambda: dt.date(2023, 9, 18)
    )


def test_an_issue_without_news_or_events_stays_silent(tmp_path: Path) -> None:
    assert press_into(tmp_path).compile(WEEKLY, KEY, [], []) is None


@pytest.mark.parametrize("carried", [[NEWS], []])
def test_an_issue_with_something_to_say_is_final(tmp_path: Path, carried: list[Post]) -> None:
    frozen = press_into(tmp_path).compile(WEEKLY, KEY, carried or [], [] if carried else [NEWS])
    assert frozen is not None
    assert "Glāžšķūņu rūķīši" in frozen


def test_an_urgent_mail_bears_the_day_it_is_mailed(tmp_path: Path) -> None:
    frozen = press_into(tmp_path).compile(replace(NEWS, own_issue=True), KEY, [], [])
    assert frozen is not None
    assert "18. septembr" in frozen


def test_readers_get_their_own_language_only(tmp_path: Path) -> None:
    press = press_into(tmp_path)
    assert [address for address, _ in press.audience("lv", KEY)] == ["a@example.org"]
    assert press.audience("ru", KEY) == []


def test_the_same_reader_and_issue_give_the_same_message_id(tmp_path: Path) -> None:
    press = press_into(tmp_path)
    assert press.audience("lv", KEY) == press.audience("lv", KEY)
    assert press.audience("lv", KEY) != press.audience("lv", KEY.replace("21", "28"))


def test_what_was_frozen_is_what_is_mailed(tmp_path: Path) -> None:
    press = press_into(tmp_path)
    frozen = press.compile(WEEKLY, KEY, [NEWS], [])
    assert frozen is not None
    ((address, message_id),) = press.audience("lv", KEY)
    press.mail(frozen, address, message_id, dt.datetime(2023, 9, 21, 7, tzinfo=dt.UTC))
    (written,) = tmp_path.glob("*.eml")
    mail = email.message_from_bytes(written.read_bytes(), policy=email.policy.SMTP)
    assert (mail["To"], mail["Message-ID"]) == (address, message_id)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Glāžšķūņu rūķīši" in body.get_content()
