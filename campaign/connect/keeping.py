"""Where an account is kept: its secrets in files of their own, its table in the operator's file.

Every file is written beside, synced and swapped, so that a crash leaves the old one or the new one.
"""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from campaign.errors import CampaignError
from campaign.settings import CONFIG, understood

SECRETS = Path("config") / "secrets"
TOKENS = SECRETS / "tokens"
Table = Mapping[str, Any]


def table_of(root: Path, account: str) -> Table | None:
    """What the operator's file says of an account; None where it has none of that name."""
    table: Table | None = tomllib.loads((root / CONFIG).read_text(encoding="utf-8")).get("accounts", {}).get(account)
    return table


def secrets_of(root: Path, account: str) -> dict[str, str]:
    """Field → secret, of the account's files."""
    files = (root / SECRETS).glob(f"{account}_*")
    return {file.name.removeprefix(f"{account}_"): file.read_text(encoding="utf-8").strip() for file in files}


def keep_secrets(root: Path, account: str, secrets: Mapping[str, str]) -> list[Path]:
    """One file each, which nobody else can read; an empty value never replaces one. The files, below the workspace."""
    folder = root / SECRETS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = {SECRETS / f"{account}_{name}": value for name, value in secrets.items() if value}
    for file, value in files.items():
        _replace(root / file, f"{value}\n", 0o600)
    return list(files)


def drop_secrets(root: Path, account: str, names: tuple[str, ...]) -> None:
    """Remove secrets that tokens have taken the place of; the program would begin with them again."""
    for name in names:
        (root / SECRETS / f"{account}_{name}").unlink(missing_ok=True)


# ---------------------------------------------------------------- the operator's file


def proposed(root: Path, account: str, new: Table) -> str:
    """The operator's file with what is new of an account in it, proved to mean what it meant and this.

    A new account goes to the end, what an old one lacked beneath its head; every other letter stays as it is.
    """
    text = (root / CONFIG).read_bytes().decode()
    if not new:
        return text
    known = tomllib.loads(text)
    accounts = known.get("accounts", {})
    added = (_inserted if account in accounts else _appended)(text, account, new)
    wanted = {**known, "accounts": {**accounts, account: {**accounts.get(account, {}), **new}}}
    if _meaning(added) != wanted:
        lines = "\n".join([f"[accounts.{account}]", *_lines(new)])
        raise CampaignError(f"{CONFIG} is laid out in a way that cannot be added to. Write there by hand:\n\n{lines}")
    understood(root, added, "sandbox")
    return added


def keep_config(root: Path, text: str) -> bool:
    """Replace the operator's file; False when that is what it says already."""
    path = (root / CONFIG).resolve()
    if path.read_bytes() == text.encode():
        return False
    _replace(path, text, path.stat().st_mode & 0o777)
    return True


def _appended(text: str, account: str, table: Table) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else end if text.endswith("\n") else end * 2
    return text + gap + end.join([f"[accounts.{account}]", *_lines(table), ""])


def _inserted(text: str, account: str, table: Table) -> str:
    """Beneath the head of the account's table; unchanged where that has another form."""
    head = re.compile(rf"^[ \t]*\[accounts\.{re.escape(account)}\][ \t]*(#[^\r\n]*)?(\r?\n|\Z)", re.MULTILINE)
    match = head.search(text)
    if match is None:
        return text
    end = match[2] or "\n"
    return text[: match.end()] + ("" if match[2] else end) + end.join([*_lines(table), ""]) + text[match.end() :]


def _lines(table: Table) -> list[str]:
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in table.items()]


def _meaning(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _replace(path: Path, text: str, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(text.encode())
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
