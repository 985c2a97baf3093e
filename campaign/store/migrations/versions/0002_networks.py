"""Answers to earlier posts, corrections and retractions, the pace of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what the networks need."""
    op.add_column("delivery", sa.Column("answers", sa.Text, nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("corrected", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False, server_default=""),
        sa.Column("content", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("outcome", sa.Text, nullable=False, server_default=""),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_try", sa.BigInteger),
        sa.Column("placed_at", sa.BigInteger, nullable=False),
        sa.Column("placed_by", sa.Text, nullable=False),
    )
    op.create_index("ix_amendment_key", "amendment", ["key"])
    op.create_index("amendment_open", "amendment", ["state", "next_try"])
    op.create_table(
        "pace",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("arrival", sa.BigInteger, nullable=False),
        sa.Column("free_at", sa.BigInteger, nullable=False),
    )
