"""What servers said they allow, kept as a snapshot beside the ledger: it shapes the plan and is part of its hash."""

import datetime as dt
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from campaign.channels import read_limits
from campaign.channels.base import Channel, TellsLimits
from campaign.errors import DeliveryError
from campaign.model import Limits

SNAPSHOT: TypeAdapter[dict[str, Limits]] = TypeAdapter(dict[str, Limits])
FRESH = dt.timedelta(days=1)


def stored(file: Path) -> dict[str, Limits]:
    """Account → limits as its server told them last; nothing where none was asked yet."""
    try:
        return SNAPSHOT.validate_json(file.read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}


def read_anew(channels: Mapping[str, Channel], file: Path, now: dt.datetime, report: Callable[[str], None]) -> bool:
    """Ask every server that tells its limits, once a day; True when something changed.

    A server that does not answer keeps what it said before.
    """
    asked = {name: channel for name, channel in channels.items() if isinstance(channel, TellsLimits)}
    age = now.timestamp() - file.stat().st_mtime if file.exists() else -1
    if not asked or 0 <= age < FRESH.total_seconds():
        return False
    before = stored(file)
    told = {name: limits for name, limits in before.items() if name in asked}
    for name, channel in asked.items():
        try:
            told[name] = read_limits(channel)
        except DeliveryError as error:
            report(f"The limits of {name} could not be read ({error}); the known ones stay.")
    _write(file, told)
    if set(told) != set(asked):
        os.utime(file, (0, 0))  # who did not answer is asked again with the next housekeeping
    return told != before


def _write(file: Path, told: dict[str, Limits]) -> None:
    new = file.with_suffix(".new")
    with new.open("wb") as target:
        target.write(SNAPSHOT.dump_json(told, indent=1))
        target.flush()
        os.fsync(target.fileno())
    new.replace(file)
