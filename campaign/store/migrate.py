"""Bring a ledger to this release's schema; imported only when the version differs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from campaign.errors import CampaignError


def configuration() -> Config:
    """Alembic's settings: the scripts beside this file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(engine: Engine, found: str) -> None:
    """Apply what is missing, in one transaction; refuse a schema of a newer release."""
    config = configuration()
    try:
        ScriptDirectory.from_config(config).get_revision(found or "base")
    except CommandError as error:
        raise CampaignError(
            f"This ledger was written by a newer release (schema {found}). Install that release, or restore a backup."
        ) from error
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
