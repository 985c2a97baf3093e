"""What the settings of all accounts share, and where tokens that change are kept."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Annotated, ClassVar, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from campaign.model import Quiet


class AccountModel(BaseModel):
    """One `[accounts.…]` table of the operator's file; unknown fields are refused, secrets are never quoted."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True)

    needs: ClassVar[tuple[str, ...]] = ()
    """Secrets without which the account cannot send."""

    kind: str
    """The service."""
    languages: tuple[str, ...] = ()
    """The languages published there; empty: those of the site."""


class Tokens(Protocol):
    """Where an account's changing tokens live. A save is durable when it returns."""

    def load(self, account: str) -> Mapping[str, str]:
        """What was saved last, or nothing."""

    def save(self, account: str, values: Mapping[str, str]) -> None:
        """Replace it."""

    def exclusive(self, account: str) -> AbstractContextManager[None]:
        """Nobody else reads to renew, or renews, these tokens meanwhile, in any process."""


def web_address(value: str) -> str:
    """The address, if it is http(s) with a host, and carries no user name, password or fragment."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address starts with https:// and a host name")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("an address has no user name, password or #")
    return value


def secret_address(value: SecretStr) -> SecretStr:
    """The address, if it is one; whoever knows it can post, so it is never quoted."""
    web_address(value.get_secret_value())
    return value


def server_address(value: str) -> str:
    """An address of nothing but scheme, host and perhaps port, without the slash at the end."""
    bare = web_address(value.strip()).rstrip("/")
    parts = urlsplit(bare)
    if parts.path or parts.query:
        raise ValueError("a server's address ends after the host name, as in https://mastodon.social")
    return bare


_SPAN = re.compile(r"(\d{1,4})\s*(s|sec|seconds?|m|min|minutes?|h|hours?)")
_HOURS = re.compile(r"(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)")


def seconds_of(value: str) -> float:
    """`90s`, `10m`, `10 min` or `2h` in seconds; nothing is 0."""
    if not value:
        return 0
    match = _SPAN.fullmatch(value.strip())
    if match is None:
        raise ValueError("a time between posts is written like 90s, 10m or 2h")
    return int(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2][0]]


def hours_of(value: str) -> Quiet | None:
    """`22:00-07:00` as hours of the day; nothing is none."""
    if not value:
        return None
    match = _HOURS.fullmatch(value.strip())
    try:
        begins, ends = dt.time(int(match[1]), int(match[2])), dt.time(int(match[3]), int(match[4]))  # type: ignore[index]
    except (TypeError, ValueError):
        raise ValueError("quiet hours are written like 22:00-07:00") from None
    if begins == ends:
        raise ValueError("quiet hours end at another time than they begin")
    return Quiet(begins, ends)


def _readable(read: Callable[[str], object]) -> AfterValidator:
    def proved(value: str) -> str:
        read(value)
        return value

    return AfterValidator(proved)


Span = Annotated[str, _readable(seconds_of)]
Hours = Annotated[str, _readable(hours_of)]
Address = Annotated[str, AfterValidator(web_address)]
Server = Annotated[str, AfterValidator(server_address)]
SecretAddress = Annotated[SecretStr, AfterValidator(secret_address)]


def revealed(secret: SecretStr | None) -> str:
    """The secret itself, for the header or body that carries it; nothing where none is loaded."""
    return secret.get_secret_value() if secret else ""
