"""The newsletter: what the operator decides about it. `issue` makes one edition, `mailer` sends it."""

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from campaign.model import Limits
from campaign.newsletter.issue import Sender

MAIL = Limits(layout="parts", editable=False, removable=False)
"""A mail has room for everything and can never be changed or called back."""


def refusal(address: str) -> str:
    """Why an address cannot be mailed to; empty when it can. Guards the envelope, which smtplib does not."""
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        return "an address has the form name@example.org"
    if not address.isascii():
        return "letters with marks are not possible here; write the part after @ in its xn-- form"
    if any(sign <= " " or sign in '<>"\\,;:()[]' or sign == "\x7f" for sign in address):
        return "an address has no spaces, brackets, quotes or line breaks"
    if "@" in local or len(address) > 254:
        return "an address has one @ and at most 254 characters"
    return ""


def _mailable(address: str) -> str:
    if reason := refusal(address):
        raise ValueError(reason)
    return address


def _one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("one line of plain text is needed here")
    return text


Address = Annotated[str, AfterValidator(_mailable)]
Line = Annotated[str, AfterValidator(_one_line)]


class Recipient(BaseModel):
    """One reader and the language of their mails."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    address: Address
    """Where the mail goes."""
    language: str
    """In which language; the account has a name for it."""


class NewsletterSettings(BaseModel):
    """E-mail: issues for everybody who asked for them."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True)

    kind: Literal["newsletter"]
    """The service."""
    names: dict[str, Line]
    """What stands in From, per language; neutral, since others may see a reader's inbox."""
    address: Address
    """The sender's address."""
    reply_to: Address
    """Where answers go, and the wish to stop; somebody must read it."""
    discreet: bool = True
    """Subject, preview line and list name never tell the topic."""
    host: str = Field(min_length=1)
    """The mail server that takes the mails."""
    port: int = Field(default=587, ge=1, le=65535)
    """Where it listens."""
    starttls: Literal["required", "off"] = "required"
    """Whether mails travel encrypted; `off` is accepted for a server on this machine only."""
    username: str = ""
    """How we log in; empty: the server takes mail without a password."""
    password: SecretStr | None = None
    """The password of `username`."""
    languages: tuple[str, ...] = ()
    """The languages issues are mailed in; empty: those of the site."""
    recipients: tuple[Recipient, ...] = ()
    """Who gets it, one entry per reader."""

    @property
    def limits(self) -> Limits:
        """What a mail allows."""
        return MAIL

    @property
    def sender_host(self) -> str:
        """The host name of the sender's address; how we greet the mail server."""
        return self.address.rpartition("@")[2]

    @property
    def secret(self) -> str:
        """The password in clear, for the log-in alone."""
        return self.password.get_secret_value() if self.password else ""

    def sender(self, language: str) -> Sender:
        """Whose mail it is for the readers of one language."""
        return Sender(self.names[language], self.address, self.reply_to, self.discreet)

    def audience(self, language: str) -> tuple[str, ...]:
        """The addresses that get an issue of this language."""
        return tuple(reader.address for reader in self.recipients if reader.language == language)

    @field_validator("username", "password")
    @classmethod
    def _can_be_sent(cls, value: str | SecretStr | None) -> str | SecretStr | None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text and not (text.isascii() and text.isprintable()):
            raise ValueError("a log-in by SMTP takes ASCII letters, digits and signs only")
        return value

    @model_validator(mode="after")
    def _stays_private(self) -> Self:
        if self.starttls == "off" and not loopback(self.host):
            raise ValueError(f'starttls = "off" is accepted for this machine only, not for {self.host}')
        return self

    @model_validator(mode="after")
    def _reaches_everybody_once(self) -> Self:
        spoken = self.languages or tuple(self.names)
        for reader in self.recipients:
            if reader.language not in spoken or reader.language not in self.names:
                raise ValueError(f"{reader.address} reads {reader.language}, which has no sender's name here")
        addresses = [reader.address.lower() for reader in self.recipients]
        if twice := sorted({address for address in addresses if addresses.count(address) > 1}):
            raise ValueError(f"listed twice: {', '.join(twice)}")
        return self


def loopback(host: str) -> bool:
    """True for this machine under its usual names."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
