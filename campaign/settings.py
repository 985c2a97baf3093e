"""What the operator decides: `config/campaign.toml`, overridden by the environment; secrets from their own folder.

Outside live mode no secret is loaded at all: nothing that runs there could send with one.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, Union
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from campaign.channels import ACCOUNTS
from campaign.channels.account import hours_of, seconds_of
from campaign.channels.base import RemoteModel
from campaign.channels.local import LocalModel
from campaign.errors import CampaignError
from campaign.model import Account, Limits, Problem, Severity, Site, Spot, Tier
from campaign.newsletter import MAIL, NewsletterSettings
from campaign.schedule.mistakes import Mistake
from campaign.schedule.words import late

if TYPE_CHECKING:
    from campaign.cards import Studio

Mode = Literal["live", "sandbox", "rehearsal", "demo"]
CONFIG = "config/campaign.toml"
ACCOUNT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""Part of every key, of file names and of the names of secrets."""
if TYPE_CHECKING:
    AccountSettings = LocalModel | RemoteModel | NewsletterSettings
else:
    AccountSettings = Annotated[Union[(*ACCOUNTS, NewsletterSettings)], Field(discriminator="kind")]


class Serving(BaseModel):
    """Where `campaign run` and `campaign demo` show the site."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    host: str = "127.0.0.1"
    """The address to listen on. Put a web server with TLS in front before you open it to others."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port; `campaign demo` takes the next free one when it is busy. 0 lets the system choose."""


class Settings(BaseSettings):
    """Everything in `config/campaign.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="CAMPAIGN_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        validate_default=False,
    )

    mode: Mode = "sandbox"
    """`sandbox` writes what would be sent into `var/sandbox/outbox` and sends nothing; `live` publishes."""
    name: dict[str, str]
    """The public name of the site, per language."""
    publisher: dict[str, str] = {}
    """Who publishes, per language; shown in feeds and on every page."""
    base_url: str
    """Where the public site stands, `https://…` without a slash at the end; feeds, calendars and posts link there."""
    languages: tuple[str, ...]
    """The languages of the site; the first is the main one."""
    timezone: str = "Europe/Riga"
    """The zone of every time in the schedules that names no other."""
    country: str = "LV"
    """Whose public holidays count (ISO 3166, two letters)."""
    if_late: str = "2h"
    """How late a post may still go out by itself: `2h`, `2h then skip`, `skip` or `ask`."""
    helplines: tuple[str, ...] = ()
    """Contacts of `schedules/contacts.yaml` shown on every page and in every mail."""
    exit_url: str = "https://www.lsm.lv/"
    """Where “leave this page quickly” goes: a fast, harmless page."""
    tag_year: int = 2023
    """The year in the feeds' permanent identifiers; never changed once feeds are out."""
    contact_url: str = ""
    """A page or `mailto:` address for questions about the site."""
    horizon_days: int = Field(default=60, ge=1, le=730)
    """How many days ahead repeating entries are planned."""
    request_seconds: float = Field(default=150, gt=0, le=900)
    """The longest one request to a service may take; a lost answer proves nothing before that."""
    database: str = ""
    """An SQLAlchemy URL instead of the mode's own SQLite file; live mode only."""
    serve: Serving = Serving()
    """Where the site is shown by `campaign run`."""
    reachable: tuple[str, ...] = ()
    """`host:port` of servers on your own network that accounts may reach although their address is not public."""
    card_theme: str = "plain"
    """Which theme of `assets/cards/themes` gives cards their colours and letters."""
    accounts: dict[str, AccountSettings]
    """The accounts, by the name that schedules call them."""

    @field_validator("base_url", "exit_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")) or any(sign.isspace() for sign in value):
            raise ValueError("an address begins with https:// and has no spaces")
        return value.rstrip("/") if value.count("/") == 3 else value

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone; write one like Europe/Riga") from error
        return value

    @field_validator("if_late")
    @classmethod
    def _is_late_rule(cls, value: str) -> str:
        try:
            late(value)
        except Mistake as mistake:
            raise ValueError(mistake.message) from mistake
        return value

    @field_validator("accounts")
    @classmethod
    def _have_plain_names(cls, accounts: dict[str, AccountSettings]) -> dict[str, AccountSettings]:
        for name in accounts:
            if not ACCOUNT_NAME.fullmatch(name) or name == "all":
                raise ValueError(f"“{name}” cannot be the name of an account; write a-z, 0-9 and -, but not “all”")
        return accounts

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for kind in ("site", "feed", "calendar"):
            if sum(account.kind == kind for account in self.accounts.values()) > 1:
                raise ValueError(f"there can be only one account of kind “{kind}”")
        missing = [language for language in self.languages if language not in self.name]
        if missing or not self.languages:
            raise ValueError(f"the site needs its name in each of its languages (missing: {', '.join(missing)})")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the loader gathered, and nothing else."""
        return (init_settings,)

    def site(self, read_limits: Mapping[str, Limits] = MappingProxyType({})) -> Site:
        """The decisions that shape what is planned; `read_limits` are those that servers told."""
        return Site(
            name=self.name,
            publisher=self.publisher,
            base_url=self.base_url,
            languages=self.languages,
            timezone=self.timezone,
            country=self.country,
            accounts={name: self._account(name, read_limits.get(name)) for name in self.accounts},
            if_late=late(self.if_late),
            helplines=self.helplines,
            exit_url=self.exit_url,
            tag_year=self.tag_year,
            contact_url=self.contact_url,
        )

    def _account(self, name: str, limits: Limits | None) -> Account:
        settings = self.accounts[name]
        standard = MAIL if isinstance(settings, NewsletterSettings) else settings.limits
        found = Account(name, settings.kind, settings.languages or self.languages, limits or standard)
        if not isinstance(settings, RemoteModel):
            return found
        spacing, quiet = seconds_of(settings.spacing), hours_of(settings.quiet)
        return replace(found, together=settings.together, spacing=spacing, quiet=quiet)


def load(root: Path, mode: str = "") -> Settings:
    """Read the configuration of a workspace; `mode` overrides what it says.

    Raises `CampaignError` with every mistake and where it stands.
    """
    path = root / CONFIG
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CampaignError(f"{path} is missing. Go to a workspace, or make one with `campaign init DIR`.") from error
    except UnicodeDecodeError as error:
        raise CampaignError(f"{CONFIG} cannot be read: {error}") from error
    return understood(root, text, mode)


def understood(root: Path, text: str, mode: str = "") -> Settings:
    """What `load` would make of the file if this stood in it."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CampaignError(f"{CONFIG} cannot be read: {error}") from error
    _refuse_secrets(values.get("accounts", {}))
    values = _merged(values, _environment())
    if mode:
        values["mode"] = mode
    accounts = values.get("accounts", {})
    if values.get("mode") == "live":
        values["accounts"] = _merged(accounts, _secrets(root, accounts))
    else:
        values["accounts"] = {name: _without_secrets(account) for name, account in accounts.items()}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise CampaignError(_explained(error)) from None  # the chained traceback would quote a mistyped secret


def _refuse_secrets(accounts: Mapping[str, Any]) -> None:
    """The file is copied, shared and kept for ever: a secret must not stand in it."""
    tables = {name: account for name, account in accounts.items() if isinstance(account, Mapping)}
    found = [f"{name}_{field}" for name, account in tables.items() for field in account if field in SECRET_FIELDS]
    if found:
        raise CampaignError(
            f"{CONFIG} holds a secret. Move it to a file of its own: "
            + ", ".join(f"config/secrets/{name}" for name in found)
        )


def _environment() -> dict[str, Any]:
    """What `CAMPAIGN_…` variables say, nested by `__`; other tools' variables of that prefix are not ours."""
    source = EnvSettingsSource(Settings)
    known = {name: value for name, value in source().items() if name in Settings.model_fields}
    return dict(known)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merged(merged[name], value) if both else value
    return merged


def _secrets(root: Path, accounts: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """`<account>_<field>` files of the secrets folder (or systemd's credentials), by account."""
    found: dict[str, dict[str, str]] = {}
    for folder in (root / "config" / "secrets", Path(os.environ.get("CREDENTIALS_DIRECTORY") or root / "no-such")):
        for account in accounts:
            for path in sorted(folder.glob(f"{account}_*")) if folder.is_dir() else ():
                name = path.name.removeprefix(f"{account}_")
                found.setdefault(account, {})[name] = path.read_text(encoding="utf-8").strip()
    return found


def _without_secrets(account: Any) -> Any:
    """An account's values with every secret left out."""
    if not isinstance(account, Mapping):
        return account
    return {name: value for name, value in account.items() if name not in SECRET_FIELDS}


def _secret_fields() -> frozenset[str]:
    models: tuple[type[BaseModel], ...] = (*ACCOUNTS, NewsletterSettings)
    return frozenset(
        name
        for model in models
        for name, field in model.model_fields.items()
        if SecretStr.__name__ in str(field.annotation)
    )


SECRET_FIELDS = _secret_fields()


def _explained(error: ValidationError) -> str:
    lines = [f"{CONFIG} has {error.error_count()} mistake(s):"]
    for item in error.errors():
        place = ".".join(str(part) for part in item["loc"]) or "the whole file"
        lines.append(f"  {place}: {item['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)


def open_studio(settings: Settings, assets: Sequence[Path]) -> "Studio":
    """Where cards are drawn, in the chosen theme; raises `CampaignError` when no folder of assets has it."""
    from campaign.cards import Studio

    themes = {file.stem for folder in assets for file in (folder / "cards" / "themes").glob("*.yaml")}
    if settings.card_theme not in themes:
        known = ", ".join(sorted(themes))
        raise CampaignError(f"{CONFIG}: card_theme: there is no theme “{settings.card_theme}”; there are: {known}")
    return Studio(assets, settings.card_theme)


def problems(root: Path) -> list[Problem]:
    """The mistakes of the configuration, as `campaign check` shows them."""
    try:
        load(root)
    except CampaignError as error:
        return [Problem(Spot(CONFIG), "CFG01", Severity.ERROR, str(error), tier=Tier.FILE)]
    return []


__all__ = ["CONFIG", "Mode", "Serving", "Settings", "load", "open_studio", "problems", "understood"]
