"""What the operator may write about the newsletter, and what is refused."""

import pytest
from pydantic import ValidationError

from campaign.newsletter import NewsletterSettings, loopback, refusal

READERS = [{"address": "rukitis@example.org", "language": "lv"}, {"address": "reader@example.org", "language": "en"}]


def settings(**over: object) -> NewsletterSettings:
    values = {
        "kind": "newsletter",
        "names": {"lv": "Kampaņas jaunumi", "en": "Campaign news"},
        "address": "jaunumi@kampana.example",
        "reply_to": "redakcija@kampana.example",
        "host": "smtp.kampana.example",
        "recipients": READERS,
    }
    return NewsletterSettings.model_validate(values | over)


def test_safe_values_are_the_defaults():
    account = settings()
    assert (account.discreet, account.starttls, account.port, account.password) == (True, "required", 587, None)


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"starttls": "off"}, "accepted for this machine only"),
        ({"hots": "x"}, "Extra inputs are not permitted"),
        ({"address": "jaunumi"}, "name@example.org"),
        ({"reply_to": "a@example.org\r\nBcc: b@example.org"}, "no spaces"),
        ({"names": {"lv": "Jaunumi\r\nBcc: b@example.org", "en": "News"}}, "one line"),
        ({"recipients": [READERS[0], READERS[0] | {"address": "RUKITIS@example.org"}]}, "listed twice"),
        ({"recipients": [{"address": "chitatel@example.org", "language": "ru"}]}, "no sender's name"),
        ({"languages": ["en"]}, "reads lv"),
        ({"password": "glāžšķūnis"}, "ASCII letters"),
        ({"port": 0}, "greater than or equal to 1"),
    ],
)
def test_mistakes_are_named(over: dict[str, object], said: str):
    with pytest.raises(ValidationError, match=said):
        settings(**over)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "::1"])
def test_mail_in_clear_is_for_this_machine(host: str):
    assert loopback(host)
    assert settings(host=host, starttls="off").starttls == "off"


@pytest.mark.parametrize("host", ["smtp.example", "10.0.0.1", "localhost.example", "0.0.0.0"])
def test_other_machines_are_not_this_one(host: str):
    assert not loopback(host)


@pytest.mark.parametrize("address", ["rukitis@example.org", "a.b+c@sub.example.org", "x@xn--glku-zva.example"])
def test_plain_addresses_are_mailable(address: str):
    assert refusal(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a b@c",
        "<a@b>",
        "a@b>",
        "a@b\r\nRCPT TO:<c@d",
        "a@b\n",
        "a\0@b",
        '"a"@b',
        "a,b@c",
        "a\x7f@b",
        "rūķītis@example.org",
        "a@glāžšķūnis.example",
        "a@" + "b" * 260,
    ],
)
def test_addresses_that_could_break_out_of_the_envelope_are_refused(address: str):
    assert refusal(address)


def test_the_password_is_never_shown():
    account = settings(password="hunter2")
    assert "hunter2" not in f"{account!r} {account} {account.model_dump_json()}"
    assert account.secret == "hunter2"


def test_a_refused_password_is_not_shown_either():
    with pytest.raises(ValidationError) as refused:
        settings(password="glāžšķūnis")
    assert "glāžšķūnis" not in str(refused.value)


def test_the_audience_of_an_issue_reads_its_language():
    account = settings()
    assert account.audience("lv") == ("rukitis@example.org",)
    assert account.audience("ru") == ()


def test_a_sender_speaks_the_language_of_the_reader():
    assert settings().sender("lv").name == "Kampaņas jaunumi"
    assert settings().sender("en").host == "kampana.example"


def test_a_mail_can_never_be_called_back():
    assert not settings().limits.editable
    assert not settings().limits.removable
