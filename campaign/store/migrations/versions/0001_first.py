"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "setting",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "delivery",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Column("own_time", sa.BigInteger),
        sa.Column("expires", sa.BigInteger),
        sa.Column("late_after", sa.BigInteger),
        sa.Column("late_then", sa.Text, nullable=False, server_default="ask"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("held_for", sa.Text, nullable=False, server_default=""),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("published_revision", sa.Text),
        sa.Column("published_content", sa.Text),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("public_at", sa.BigInteger),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("withdrawn", sa.Text, nullable=False, server_default=""),
        sa.Column("insisted", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("orphaned", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("owner", sa.Text),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease", sa.BigInteger),
        sa.Column("next_try", sa.BigInteger),
        sa.Column("first_tried", sa.BigInteger),
        sa.Column("last_tried", sa.BigInteger),
        sa.Column("look_ups", sa.Integer, nullable=False, server_default="0"),
        sa.Column("service_key", sa.Text),
        sa.Column("frozen", sa.Text),
        sa.Column("frozen_revision", sa.Text),
        sa.Column("remote_id", sa.Text),
        sa.Column("receipt", sa.Text),
        sa.Column("planned_at", sa.BigInteger, nullable=False),
    )
    op.create_index("delivery_due", "delivery", ["state", "due"])
    op.create_index("delivery_entry", "delivery", ["entry", "language"])
    op.create_index("delivery_remote", "delivery", ["account", "remote_id"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("revision", sa.Text, nullable=False, server_default=""),
        sa.Column("receipt", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("ix_attempt_key", "attempt", ["key"])
    op.create_table(
        "note",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("lifted", sa.BigInteger),
        sa.Column("placed_by", sa.Text, nullable=False, server_default=""),
        sa.Column("lifted_by", sa.Text, nullable=False, server_default=""),
    )
    op.create_table(
        "recipient",
        sa.Column("issue", sa.Text, sa.ForeignKey("delivery.key"), primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_try", sa.BigInteger),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
    )
    op.create_table(
        "picture",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("painted_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "horizon",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("planned_through", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "source",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("missing_since", sa.BigInteger),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_key", "audit", ["key"])
