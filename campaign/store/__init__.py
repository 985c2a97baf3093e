"""The ledger: one database per mode; SQL lives in this package only. Importing the package itself loads no SQL."""

import datetime as dt

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS = dt.timedelta(milliseconds=1)


def to_ms(instant: dt.datetime) -> int:
    """Whole milliseconds since 1970 (UTC)."""
    return (instant - EPOCH) // _MS


def from_ms(value: int) -> dt.datetime:
    """The instant, in UTC."""
    return EPOCH + dt.timedelta(milliseconds=value)
