"""The bytes of a mail, and the recorder that keeps them."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import Rejected
from campaign.newsletter.issue import Mail, Sender
from campaign.newsletter.mailer import Recorder, message_for, message_id
from tests.newsletter.editions import KEY, PNG, WEEKLY, compiled

READER = "rukitis@example.org"
AT = dt.datetime(2023, 9, 21, 7, 0, tzinfo=dt.UTC)
ID = message_id(KEY, READER, "kampana.example")
HEADERS = {
    "list-id",
    "list-unsubscribe",
    "auto-submitted",
    "content-language",
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
}


def raw(mail: Mail | None = None, reader: str = READER) -> bytes:
    return message_for(mail or compiled(), reader, ID, AT)


def parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


# ---------------------------------------------------------------- parts


def test_a_mail_reads_back_as_it_was_compiled():
    mail = compiled()
    message = parsed(raw())
    assert message["Subject"] == mail.subject == "Jaunumi: 2023. gada 21. septembris"
    assert part(message, "plain") == mail.text
    assert part(message, "html").rstrip("\n") == mail.html.replace("\r\n", "\n").rstrip("\n")


def test_the_picture_stands_beside_the_html_it_belongs_to():
    message = parsed(raw())
    assert [piece.get_content_type() for piece in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    picture = [*message.walk()][-1]
    assert picture["Content-ID"] == f"<{compiled().pictures[0].content_id}>"
    assert picture.get_content() == PNG


def test_a_mail_without_picture_has_two_parts():
    message = parsed(raw(compiled(replace(WEEKLY, picture=None))))
    assert [piece.get_content_type() for piece in message.iter_parts()] == ["text/plain", "text/html"]


def test_bodies_travel_as_plain_ascii_in_short_lines():
    data = raw()
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    encodings = [piece["Content-Transfer-Encoding"] for piece in parsed(data).walk() if not piece.is_multipart()]
    assert encodings == ["quoted-printable", "quoted-printable", "base64"]


def test_nothing_but_the_reader_differs_between_two_readers():
    one, other = raw(), raw(reader="otrs.rukitis@example.org")
    assert one.replace(READER.encode(), b"X") == other.replace(b"otrs.rukitis@example.org", b"X")


def test_equal_mails_are_equal_bytes():
    assert raw() == raw()


# ---------------------------------------------------------------- headers


def test_headers_are_those_of_a_list_and_no_others():
    message = parsed(raw())
    assert {name.lower() for name in message} == HEADERS
    assert message["From"].addresses[0].display_name == "Kampaņas jaunumi"
    assert message["From"].addresses[0].addr_spec == "jaunumi@kampana.example"
    assert message["To"] == READER
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<news.kampana.example>"
    assert message["Date"].datetime == AT


def test_a_long_host_name_breaks_no_header():
    host = f"{'garsnosaukums.' * 6}example"
    sender = Sender("Kampaņas jaunumi", f"jaunumi@{host}", f"redakcija@{host}")
    headers = (("List-Unsubscribe", f"<mailto:redakcija@{host}?subject=unsubscribe>"), ("List-Id", f"<news.{host}>"))
    mail = replace(compiled(), sender=sender, headers=headers)
    data = message_for(mail, READER, message_id(KEY, READER, host), AT)
    assert f"<mailto:redakcija@{host}?subject=unsubscribe>".encode() in data
    assert re.search(rf"(?m)^Message-ID:\s+<[0-9a-f]{{32}}@{host}>".encode(), data)


def test_the_message_id_is_one_per_issue_and_reader_and_tells_neither():
    ids = {message_id(key, reader, "h.example") for key in ("a", "b") for reader in (READER, "x@example.org")}
    assert len(ids) == 4
    assert not [value for value in ids if "rukitis" in value or "example.org" in value]
    assert message_id(KEY, READER, "kampana.example") == ID


@given(subject=st.text(max_size=80), name=st.text(min_size=1, max_size=40))
def test_no_text_can_add_a_header_or_a_reader(subject: str, name: str):
    mail = replace(compiled(), subject=subject, sender=replace(compiled().sender, name=name))
    try:
        data = raw(mail)
    except ValueError:
        assert re.search(r"[\r\n]", subject + name) or not (subject + name).isprintable()
        return
    message = parsed(data)
    assert {header.lower() for header in message} == HEADERS
    assert message["To"] == READER


@pytest.mark.parametrize("address", ["a@b\r\nBcc: c@d", "a@b>", "", "rūķītis@example.org", "a@b, c@d"])
def test_an_address_that_is_more_than_an_address_is_refused(address: str):
    with pytest.raises(Rejected):
        raw(reader=address)


# ---------------------------------------------------------------- the recorder


def test_the_recorder_keeps_each_mail_once(tmp_path: Path):
    recorder = Recorder(tmp_path / "outbox")
    first = recorder.send(READER, raw())
    later = message_for(replace(compiled(), subject="Cits"), READER, ID, AT + dt.timedelta(days=1))
    again = recorder.send(READER, later)
    after_restart = Recorder(tmp_path / "outbox").send(READER, later)
    files = list((tmp_path / "outbox").iterdir())
    assert first == again == after_restart == f"250 recorded as {files[0].name}"
    assert [file.read_bytes() for file in files] == [raw()]


def test_each_reader_and_each_issue_has_a_file_of_its_own(tmp_path: Path):
    recorder = Recorder(tmp_path)
    for issue in ("one", "two"):
        for reader in (READER, "otrs@example.org"):
            recorder.send(reader, message_for(compiled(), reader, message_id(issue, reader, "h.example"), AT))
    assert len(list(tmp_path.iterdir())) == 4


def test_a_recorded_mail_is_named_after_its_day_and_reader(tmp_path: Path):
    Recorder(tmp_path).send("Rukitis+a/b@example.org", raw())
    assert [path.name for path in tmp_path.iterdir()] == [f"2023-09-21-rukitis+a_b@example.org-{ID[1:13]}.eml"]


def test_many_threads_keep_a_mail_once(tmp_path: Path):
    recorder = Recorder(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(lambda _: recorder.send(READER, raw()), range(16)))
    assert len(answers) == len(list(tmp_path.iterdir())) == 1


def test_no_address_leads_out_of_the_folder(tmp_path: Path):
    Recorder(tmp_path).send("../../../etc/cron@example.org", raw())
    assert [path.parent for path in tmp_path.rglob("*")] == [tmp_path]


def test_the_recorder_refuses_what_a_server_would(tmp_path: Path):
    with pytest.raises(Rejected):
        Recorder(tmp_path).send("a@b\r\nRCPT TO:<c@d", raw())
    assert list(tmp_path.iterdir()) == []


def test_a_mail_without_its_identity_is_a_mistake(tmp_path: Path):
    with pytest.raises(ValueError, match="needs a Message-ID"):
        Recorder(tmp_path).send(READER, b"Subject: x\r\n\r\n")


def test_the_recorder_is_always_ready(tmp_path: Path):
    recorder = Recorder(tmp_path)
    assert "none is sent" in recorder.check()
    recorder.close()
