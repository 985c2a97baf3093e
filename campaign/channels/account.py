"""What the settings of all accounts share, and where tokens that change are kept."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr


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


def web_address(value: str) -> str:
    """The address, if it is http(s) with a host, and carries no user name, password or fragment."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address starts with https:// and a host name")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("an address has no user name, password or #")
    return value


def server_address(value: str) -> str:
    """An address of nothing but scheme, host and perhaps port, without the slash at the end."""
    bare = web_address(value.strip()).rstrip("/")
    parts = urlsplit(bare)
    if parts.path or parts.query:
        raise ValueError("a server's address ends after the host name, as in https://mastodon.social")
    return bare


Address = Annotated[str, AfterValidator(web_address)]
Server = Annotated[str, AfterValidator(server_address)]


def revealed(secret: SecretStr | None) -> str:
    """The secret itself, for the header or body that carries it; nothing where none is loaded."""
    return secret.get_secret_value() if secret else ""
