"""What each answer of a mail server means for the reader's row."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.newsletter.mailer import Smtp
from tests.fakes.smtp import HANG_UP, LOSE_ANSWER, Truth, mail_server
from tests.newsletter.test_settings import settings

READER = "rukitis@example.org"
RAW = b"Message-ID: <a@b>\r\nSubject: x\r\n\r\nGl=C4=81\r\n.\r\n..divi\r\nbeigas\r\n"


@contextmanager
def connected(truth: Truth, **over: object) -> Iterator[Smtp]:
    with mail_server(truth) as port:
        smtp = Smtp(settings(host="127.0.0.1", port=port, starttls="off", **over), patience=5)
        try:
            yield smtp
        finally:
            smtp.close()


def failure(truth: Truth, **over: object) -> DeliveryError:
    with connected(truth, **over) as smtp, pytest.raises(DeliveryError) as caught:
        smtp.send(READER, RAW)
    return caught.value


# ---------------------------------------------------------------- taken


def test_a_mail_arrives_byte_for_byte_dots_included():
    truth = Truth()
    with connected(truth) as smtp:
        answer = smtp.send(READER, RAW)
    assert answer == "250 2.0.0 queued as 4711"
    assert [(mail.sender, mail.recipient, mail.raw) for mail in truth.taken] == [
        ("jaunumi@kampana.example", READER, RAW)
    ]


def test_one_connection_carries_many_mails():
    truth = Truth()
    with connected(truth) as smtp:
        for number in range(5):
            smtp.send(f"rukitis{number}@example.org", RAW)
    assert (len(truth.taken), truth.connections) == (5, 1)


def test_threads_share_a_connection_without_mixing_their_mails():
    truth = Truth()
    with connected(truth) as smtp, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: smtp.send(f"r{number}@example.org", b"%d\r\n" % number), range(40)))
    assert {(mail.recipient, mail.raw) for mail in truth.taken} == {
        (f"r{number}@example.org", b"%d\r\n" % number) for number in range(40)
    }


def test_a_connection_is_not_used_for_ever():
    truth = Truth()
    with connected(truth) as smtp:
        for number in range(201):
            smtp.send(f"rukitis{number}@example.org", RAW)
    assert (len(truth.taken), truth.connections) == (201, 3)


def test_a_server_that_hung_up_between_two_mails_is_called_again():
    truth = Truth(faults={"RSET": HANG_UP}, times={"RSET": 1})
    with connected(truth) as smtp:
        smtp.send(READER, RAW)
        smtp.send("otrs@example.org", RAW)
    assert (len(truth.taken), truth.connections) == (2, 2)


def test_the_greeting_names_the_sender_and_not_this_machine():
    truth = Truth()
    with connected(truth) as smtp:
        assert "takes mail from jaunumi@kampana.example" in smtp.check()
    assert truth.said[0] == "ehlo kampana.example"
    assert not truth.taken


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("verb", "reply", "meaning"),
    [
        ("CONNECT", "421 4.3.2 busy", Transient),
        ("CONNECT", "554 5.7.1 go away", AccountBlocked),
        ("CONNECT", HANG_UP, Transient),
        ("MAIL", "421 4.3.2 closing", Transient),
        ("MAIL", "451 4.3.0 later", Transient),
        ("MAIL", "550 5.7.1 not you", AccountBlocked),
        ("MAIL", HANG_UP, Transient),
        ("RCPT", "421 4.3.2 closing", Transient),
        ("RCPT", "450 4.2.1 later", Transient),
        ("RCPT", "452 4.2.2 full", Transient),
        ("RCPT", "550 5.1.1 nobody here", Rejected),
        ("RCPT", "553 5.1.3 bad address", Rejected),
        ("RCPT", "550 nobody here", Rejected),
        ("RCPT", "550 5.4.1 no route", Rejected),
        ("RCPT", "552 5.2.2 mailbox full", Transient),
        ("RCPT", "552 mailbox full", Transient),
        ("RCPT", "550 5.7.515 not authenticated", AccountBlocked),
        ("RCPT", "554 relay access denied", AccountBlocked),
        ("RCPT", "503 5.5.1 wrong order", AccountBlocked),
        ("RCPT", HANG_UP, Transient),
        ("DATA", "421 4.3.2 closing", Transient),
        ("DATA", "451 4.3.0 later", Transient),
        ("DATA", "554 5.6.0 not this", AccountBlocked),
        ("DATA", HANG_UP, Transient),
        ("BODY", "421 4.3.2 closing", Transient),
        ("BODY", "452 4.3.1 no room", Transient),
        ("BODY", "554 5.7.1 looks like spam", AccountBlocked),
        ("BODY", "hm", Uncertain),
        ("BODY", HANG_UP, Uncertain),
    ],
)
def test_an_answer_decides_what_happens_next(verb: str, reply: str, meaning: type[DeliveryError]):
    truth = Truth(faults={verb: reply})
    assert type(failure(truth)) is meaning
    assert not truth.taken


def test_a_lost_answer_is_uncertain_since_the_mail_may_have_arrived():
    truth = Truth(faults={"BODY": LOSE_ANSWER})
    assert type(failure(truth)) is Uncertain
    assert len(truth.taken) == 1


def test_a_server_that_is_not_there_took_nothing():
    with mail_server(Truth()) as port:
        pass
    smtp = Smtp(settings(host="127.0.0.1", port=port, starttls="off"), patience=5)
    with pytest.raises(Transient, match="cannot be reached"):
        smtp.send(READER, RAW)


def test_silence_before_the_mail_is_no_uncertainty():
    truth = Truth(faults={"MAIL": "250-and then nothing"})
    with mail_server(truth) as port:
        smtp = Smtp(settings(host="127.0.0.1", port=port, starttls="off"), patience=0.2)
        with pytest.raises(Transient, match="timed out"):
            smtp.send(READER, RAW)


def test_silence_after_the_mail_is_uncertain():
    truth = Truth(faults={"BODY": "250-and then nothing"})
    with mail_server(truth) as port:
        smtp = Smtp(settings(host="127.0.0.1", port=port, starttls="off"), patience=0.2)
        with pytest.raises(Uncertain, match="timed out"):
            smtp.send(READER, RAW)


def test_a_refused_reader_does_not_hold_up_the_next():
    truth = Truth(faults={"RCPT": "550 5.1.1 nobody here"}, times={"RCPT": 1})
    with connected(truth) as smtp:
        with pytest.raises(Rejected, match=r"550 5\.1\.1 nobody here"):
            smtp.send("gone@example.org", RAW)
        smtp.send(READER, RAW)
    assert [mail.recipient for mail in truth.taken] == [READER]
    assert truth.connections == 1


def test_after_a_lost_answer_the_next_mail_takes_a_new_connection():
    truth = Truth(faults={"BODY": HANG_UP}, times={"BODY": 1})
    with connected(truth) as smtp:
        with pytest.raises(Uncertain):
            smtp.send(READER, RAW)
        smtp.send("otrs@example.org", RAW)
    assert [mail.recipient for mail in truth.taken] == ["otrs@example.org"]


@pytest.mark.parametrize("address", ["a@b>\r\nRCPT TO:<c@d", "a@b\0", "<a@b>", ""])
def test_an_address_cannot_break_out_of_the_envelope(address: str):
    truth = Truth()
    with connected(truth) as smtp, pytest.raises(Rejected):
        smtp.send(address, RAW)
    assert truth.said == []


# ---------------------------------------------------------------- log-in and TLS


def test_the_password_opens_the_server():
    truth = Truth(extensions=("AUTH PLAIN",))
    with connected(truth, username="jaunumi", password="rukis") as smtp:
        smtp.send(READER, RAW)
    assert [line.split()[:2] for line in truth.said if line.startswith("AUTH")] == [["AUTH", "PLAIN"]]


@pytest.mark.parametrize(
    ("reply", "meaning"), [("535 5.7.8 wrong", AccountBlocked), ("454 4.7.0 later", Transient), (HANG_UP, Transient)]
)
def test_a_refused_password_blocks_the_account(reply: str, meaning: type[DeliveryError]):
    error = failure(Truth(extensions=("AUTH PLAIN",), faults={"AUTH": reply}), username="j", password="hunter2")
    assert type(error) is meaning
    assert "hunter2" not in str(error)


def test_a_missing_password_or_log_in_needs_a_person():
    assert "password is missing" in str(failure(Truth(), username="jaunumi"))
    assert type(failure(Truth(), username="jaunumi", password="x")) is AccountBlocked


def test_a_server_without_tls_gets_no_mail():
    truth = Truth()
    with mail_server(truth) as port:
        smtp = Smtp(settings(host="127.0.0.1", port=port), patience=5)
        with pytest.raises(AccountBlocked, match="STARTTLS"):
            smtp.send(READER, RAW)
    assert "MAIL" not in " ".join(truth.said)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    openssl = shutil.which("openssl")
    assert openssl, "openssl comes with Debian's ca-certificates"
    order = (
        f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run([*order.split(), "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


def secured(context: ssl.SSLContext, host: str, **faults: str) -> Truth:
    truth = Truth(extensions=("STARTTLS", "8BITMIME"), certificate=context, faults=dict(faults))
    with mail_server(truth) as port:
        smtp = Smtp(settings(host=host, port=port), patience=5)
        try:
            smtp.send(READER, RAW)
        finally:
            smtp.close()
    return truth


def test_mail_travels_encrypted_to_a_server_that_proves_itself(certificate, monkeypatch):
    cert, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    truth = secured(context, "localhost")
    assert [mail.recipient for mail in truth.taken] == [READER]
    assert [line.split()[0].upper() for line in truth.said[:4]] == ["EHLO", "STARTTLS", "EHLO", "MAIL"]


def test_a_server_nobody_vouches_for_gets_no_mail(certificate):
    with pytest.raises(AccountBlocked, match="certificate"):
        secured(certificate[1], "localhost")


def test_a_certificate_for_another_name_is_refused(certificate, monkeypatch):
    cert, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with pytest.raises(AccountBlocked, match="certificate"):
        secured(context, "127.0.0.1")


def test_tls_that_is_not_ready_is_tried_later(certificate):
    with pytest.raises(Transient, match="454"):
        secured(certificate[1], "localhost", STARTTLS="454 4.7.0 not now")
