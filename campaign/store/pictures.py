"""Painted pictures by the hash of their inputs and engine: any process may need one, none paints it twice."""

import datetime as dt

from sqlalchemy import Connection, select

from campaign.store import to_ms
from campaign.store.schema import picture


def load(connection: Connection, identity: str) -> tuple[bytes, str] | None:
    """Bytes and media type, when it was painted already."""
    found = connection.execute(select(picture.c.content, picture.c.media_type).where(picture.c.id == identity)).first()
    return (found.content, found.media_type) if found else None


def save(connection: Connection, identity: str, painted: tuple[bytes, str], now: dt.datetime) -> None:
    """Keep a painted picture; painting it twice gives the same bytes, so the first stays."""
    if load(connection, identity) is None:
        content, media_type = painted
        values = {"id": identity, "media_type": media_type, "content": content, "painted_at": to_ms(now)}
        connection.execute(picture.insert().values(values))
