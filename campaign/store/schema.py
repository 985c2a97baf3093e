"""The tables. Instants are whole milliseconds since 1970 in UTC, so both databases compare them alike."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("key", Text, primary_key=True),  # campaign/entry[@date]>account:language
    Column("entry", Text, nullable=False),  # campaign/entry[@date]
    Column("name", Text, nullable=False),  # campaign/entry, without date; of an announcement: its event
    Column("campaign", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),  # of the account
    Column("language", Text, nullable=False),
    Column("role", Text, nullable=False),  # post, issue, or carried by an issue
    Column("nature", Text, nullable=False),  # message, digest, event, observance, page
    Column("page", Text, nullable=False),  # the entry whose page has to be public first
    Column("source", Text, nullable=False),  # the schedule file
    Column("due", BigInteger),  # NULL: at once
    Column("own_time", BigInteger),  # the entry's own time; what an issue carries is due later, with the issue
    Column("expires", BigInteger),
    Column("late_after", BigInteger),  # NULL: never late
    Column("late_then", Text, nullable=False, server_default="ask"),
    Column("state", Text, nullable=False),
    Column("held_for", Text, nullable=False, server_default=""),  # late, content, new, person, approval
    Column("reason", Text, nullable=False, server_default=""),  # in plain words, for people
    Column("revision", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("published_revision", Text),
    Column("published_content", Text),
    Column("published_at", BigInteger),
    Column("updated_at", BigInteger),
    Column("public_at", BigInteger),  # when a build first showed it
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("withdrawn", Text, nullable=False, server_default=""),
    Column("insisted", Boolean, nullable=False, server_default="0"),  # a person said: send it although it is late
    Column("orphaned", Boolean, nullable=False, server_default="0"),  # published, no longer in the files
    Column("owner", Text),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lease", BigInteger),
    Column("next_try", BigInteger),
    Column("first_tried", BigInteger),
    Column("last_tried", BigInteger),
    Column("look_ups", Integer, nullable=False, server_default="0"),
    Column("service_key", Text),
    Column("frozen", Text),
    Column("frozen_revision", Text),
    Column("remote_id", Text),
    Column("receipt", Text),
    Column("planned_at", BigInteger, nullable=False),
    Column("answers", Text, nullable=False, server_default=""),  # the delivery whose post this one answers
    Column("corrected", Text, nullable=False, server_default=""),  # a public note on an own page or feed item
    Index("delivery_due", "state", "due"),
    Index("delivery_entry", "entry", "language"),
    Index("delivery_remote", "account", "remote_id"),
)

attempt = Table(  # append-only
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("action", Text, nullable=False),  # send, find, edit, remove, resolve
    Column("at", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("revision", Text, nullable=False, server_default=""),
    Column("receipt", Text, nullable=False, server_default=""),
)

amendment = Table(  # what a person wants done with a post that is out
    "amendment",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, index=True),
    Column("action", Text, nullable=False),  # edit, remove
    Column("revision", Text, nullable=False, server_default=""),
    Column("content", Text, nullable=False, server_default=""),  # the wording to be, frozen when it was asked for
    Column("state", Text, nullable=False),  # open, done, refused, replaced
    Column("reason", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False, server_default=""),  # in words, for people
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try", BigInteger),
    Column("placed_at", BigInteger, nullable=False),
    Column("placed_by", Text, nullable=False),
    Index("amendment_open", "state", "next_try"),
)

pace = Table(  # how fast an account may go on
    "pace",
    metadata,
    Column("account", Text, primary_key=True),
    Column("name", Text, primary_key=True),  # service, spacing, rest, quiet
    Column("arrival", BigInteger, nullable=False),  # when the next post would arrive if all kept the pace
    Column("free_at", BigInteger, nullable=False),  # from when on one may go out
)

note = Table(
    "note",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("revision", Text, nullable=False),
)

hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("scope", Text, nullable=False),  # all, account:…, campaign:…, entry:… (with or without date), key:…, file:…
    Column("source", Text, nullable=False),  # person, HOLD, unreadable, blocked
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("lifted", BigInteger),
    Column("placed_by", Text, nullable=False, server_default=""),
    Column("lifted_by", Text, nullable=False, server_default=""),
)

recipient = Table(
    "recipient",
    metadata,
    Column("issue", Text, ForeignKey("delivery.key"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("owner", Text),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("next_try", BigInteger),
    Column("sent_at", BigInteger),
    Column("detail", Text, nullable=False, server_default=""),
)

picture = Table(
    "picture",
    metadata,
    Column("id", Text, primary_key=True),  # hash of inputs and engine
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("painted_at", BigInteger, nullable=False),
)

horizon = Table(
    "horizon",
    metadata,
    Column("entry", Text, primary_key=True),  # campaign/entry, without date
    Column("account", Text, primary_key=True),
    Column("planned_through", BigInteger, nullable=False),
)

source = Table(
    "source",
    metadata,
    Column("path", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("missing_since", BigInteger),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("key", Text, nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
