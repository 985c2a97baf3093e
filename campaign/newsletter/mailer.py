"""One mail to one reader: its bytes, and who takes them.

SMTP has no idempotency key: the answer to the final dot can be lost (RFC 1047), and nobody can look a mail up
afterwards. So a connection lost between the first byte of the body and the answer is `Uncertain`, and a person decides.
"""

import base64
import datetime as dt
import hashlib
import re
import smtplib
import ssl
import threading
from contextlib import ExitStack, suppress
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NoReturn

from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.newsletter import NewsletterSettings, refusal
from campaign.newsletter.issue import Mail
from campaign.newsletter.recorder import Recorder

__all__ = ["Recorder", "Smtp", "message_for", "message_id"]


def message_id(issue: str, address: str, host: str) -> str:
    """The same for every try of one issue to one reader; tells neither the topic nor the address."""
    digest = hashlib.sha256(f"{issue}\0{address}".encode()).hexdigest()
    return f"<{digest[:32]}@{host}>"


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header of addresses: written as it is, where the standard library makes encoded words of long ones."""

    def fold(self, *, policy: policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _wire() -> "policy.EmailPolicy[EmailMessage]":
    registry = HeaderRegistry()
    for name in ("list-id", "list-unsubscribe", "message-id"):
        registry.map_to_type(name, _Verbatim)
    return policy.SMTP.clone(header_factory=registry)


WIRE = _wire()
"""How a mail is written: ASCII headers, CRLF."""


def message_for(mail: Mail, address: str, message_id: str, sent_at: dt.datetime) -> bytes:
    """The wire form for one reader: equal arguments give equal bytes."""
    if reason := refusal(address):
        raise Rejected(reason)
    message = EmailMessage(policy=WIRE)
    for name, value in mail.headers:
        message[name] = value
    message["From"] = Address(mail.sender.name, addr_spec=mail.sender.address)
    message["Reply-To"] = Address(addr_spec=mail.sender.reply_to)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = message_id
    _fill(message, mail)
    message["Content-Language"] = mail.language
    _bound(message, message_id)
    return message.as_bytes()


def _fill(message: EmailMessage, mail: Mail) -> None:
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    page = next(part for part in message.iter_parts() if part.get_content_type() == "text/html")
    for picture in mail.pictures:
        kind, subtype = picture.media_type.split("/")
        content_id = f"<{picture.content_id}>"
        page.add_related(base64.b64decode(picture.data), kind, subtype, cid=content_id, disposition="inline")


def _bound(message: EmailMessage, seed: str) -> None:
    """Boundaries by content instead of by chance; `=_` cannot occur in quoted-printable or base64."""
    digest = hashlib.sha256(seed.encode()).hexdigest()[:24]
    containers = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(containers):
        part.set_boundary(f"=_{digest}_{number}")


Verdict = type[Transient] | type[Rejected] | type[AccountBlocked]


class Smtp:
    """One connection to the account's mail server, opened when first needed. Threads wait for each other.

    RFC 5321 wants 5 minutes of patience for each answer and 10 after the body; shorter ones make duplicates.
    """

    longest = 1500.0
    """Seconds after which a mail of ours can no longer arrive at the server."""
    _mails_per_connection = 100

    def __init__(self, settings: NewsletterSettings, patience: float = 300.0) -> None:
        """`patience`: seconds to wait for each answer, twice as long after the body."""
        self._settings = settings
        self._patience = patience
        self._turn = threading.RLock()
        self._server: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, address: str, raw: bytes) -> str:
        """Hand one mail over; the server's answer, which means it took the mail on."""
        if reason := refusal(address):
            raise Rejected(reason)
        with self._turn:
            server = self._ready()
            try:
                self._announce(server, address)
            except OSError as lost:
                self.close()
                raise Transient(f"the connection was lost before the mail: {_plain(lost)}") from lost
            return self._hand_over(server, raw)

    def check(self) -> str:
        """Connect, secure and log in, without sending."""
        with self._turn:
            self._ready()
        name = f"{self._settings.host}:{self._settings.port}"
        return f"{name} takes mail from {self._settings.address}"

    def close(self) -> None:
        """End the connection; the next mail opens another."""
        with self._turn:
            server, self._server = self._server, None
        if server is not None:
            with suppress(OSError):
                server.quit()
            server.close()

    def _ready(self) -> smtplib.SMTP:
        """An open connection with nothing half said on it; RSET also finds out that the server hung up meanwhile."""
        if self._server is not None and self._sent < self._mails_per_connection:
            with suppress(OSError):
                if self._server.rset()[0] == 250:
                    return self._server
        self.close()
        self._server = _open(self._settings, self._patience)
        self._sent = 0
        return self._server

    def _announce(self, server: smtplib.SMTP, address: str) -> None:
        """The envelope, up to the server's "go on"; nothing is published before that."""
        code, answer = server.docmd(f"MAIL FROM:<{self._settings.address}>")
        if code != 250:
            raise self._refused("the sender", code, answer)
        code, answer = server.docmd(f"RCPT TO:<{address}>")
        if code not in {250, 251}:
            raise self._refused("this reader", code, answer, _verdict(code, answer))
        code, answer = server.docmd("DATA")
        if code != 354:
            raise self._refused("the mail", code, answer)

    def _hand_over(self, server: smtplib.SMTP, raw: bytes) -> str:
        """The mail itself. From the first byte to the answer nobody can say whether the server took it on."""
        try:
            server.send(re.sub(rb"(?m)^\.", b"..", raw) + b".\r\n")
            self._wait(server, 2 * self._patience)
            code, answer = server.getreply()
            self._wait(server, self._patience)
        except OSError as lost:
            self.close()
            raise Uncertain(f"the answer to the mail was lost: {_plain(lost)}") from lost
        self._sent += 1
        if code == 250:
            return _text(code, answer)
        if not 400 <= code < 600:
            self.close()
            raise Uncertain(f"the server's answer cannot be understood: {_text(code, answer)}")
        raise self._refused("the mail", code, answer)

    def _refused(self, what: str, code: int, answer: bytes, verdict: Verdict | None = None) -> DeliveryError:
        """Certainly not taken. A refusal that does not speak of the reader is ours: later, or a person must act."""
        if code == 421 or not 400 <= code < 600:
            self.close()
        ours = AccountBlocked if 500 <= code < 600 else Transient
        return (verdict or ours)(f"the server refused {what}: {_text(code, answer)}")

    @staticmethod
    def _wait(server: smtplib.SMTP, seconds: float) -> None:
        if server.sock is not None:
            server.sock.settimeout(seconds)


def _verdict(code: int, answer: bytes) -> Verdict:
    """What a refused RCPT means: RFC 3463 codes where given, else the plain reply code.

    x.7 is policy and x.5 protocol: our fault, never the reader's. A full mailbox (x.2.2) may be emptied.
    """
    found = re.match(rb"[245]\.(\d{1,3})\.(\d{1,3})\b", answer)
    subject, detail = found.groups() if found else (b"", b"")
    if 400 <= code < 500 or (subject, detail) == (b"2", b"2"):
        return Transient
    if subject in {b"5", b"7"}:
        return AccountBlocked
    if subject or code in {550, 551, 553}:
        return Rejected
    return Transient if code == 552 else AccountBlocked


def _open(settings: NewsletterSettings, patience: float) -> smtplib.SMTP:
    """Connected, secured, logged in, or a `DeliveryError` and no connection left behind."""
    name = f"{settings.host}:{settings.port}"
    with ExitStack() as stack:
        try:
            server = smtplib.SMTP(settings.host, settings.port, settings.sender_host, patience)
            stack.callback(server.close)
            _secure(server, settings)
        except smtplib.SMTPResponseException as refused:
            _blame(name, refused)
        except (smtplib.SMTPServerDisconnected, ssl.SSLEOFError) as lost:
            raise Transient(f"{name} hung up: {_plain(lost)}") from lost
        except (smtplib.SMTPException, ssl.SSLCertVerificationError) as unsafe:
            raise AccountBlocked(f"no safe way to log in at {name}: {_plain(unsafe)}") from unsafe
        except OSError as lost:
            raise Transient(f"{name} cannot be reached: {_plain(lost)}") from lost
        stack.pop_all()
    return server


def _secure(server: smtplib.SMTP, settings: NewsletterSettings) -> None:
    """A verified certificate, then the log-in; EHLO decides, again after STARTTLS."""
    server.ehlo_or_helo_if_needed()
    if settings.starttls == "required":
        code, answer = server.starttls(context=ssl.create_default_context())
        if code != 220:
            raise smtplib.SMTPResponseException(code, answer)
        server.ehlo_or_helo_if_needed()
    if settings.username and not settings.secret:
        raise smtplib.SMTPException("the password is missing")
    if settings.username:
        server.login(settings.username, settings.secret)


def _blame(name: str, refused: smtplib.SMTPResponseException) -> NoReturn:
    answer = refused.smtp_error if isinstance(refused.smtp_error, bytes) else refused.smtp_error.encode()
    said = f"{name} answers {_text(refused.smtp_code, answer)}"
    if 500 <= refused.smtp_code < 600:
        raise AccountBlocked(said) from refused
    raise Transient(said) from refused


def _text(code: int, answer: bytes) -> str:
    words = answer.decode("utf-8", "replace").split()
    return f"{code} {' '.join(words)}"[:500]


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
