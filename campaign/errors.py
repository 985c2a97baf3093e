"""Why a delivery failed, told apart by what happens next.

    DeliveryError
    ├── Transient       certainly not published: the same post again, `after` a while
    │   └── Throttled   and the whole account has to rest that long
    ├── Rejected        never will be: this delivery stops, the editor is told
    ├── AccountBlocked  nothing from this account will be: the account is held, the operator is told
    └── Uncertain       may be published: `find()` first, never a blind repeat
    CampaignError       a command cannot be carried out; its text is for people

Anything else is a bug: it crashes the attempt loudly and is recorded as uncertain, not swallowed.
`Problem` (in `model`) is the editor's error: collected, never raised.
"""

import datetime as dt


class CampaignError(Exception):
    """A command cannot be carried out; the text says why and what to do, for the person at the terminal."""


class DeliveryError(Exception):
    """An attempt did not end in a receipt; the text says why, without secrets."""


class Transient(DeliveryError):
    """Certainly not published; the same post may be sent again, `after` this long when the service said so."""

    def __init__(self, reason: str, after: dt.timedelta | None = None) -> None:
        """`after` is bounded by the caller (at most a day)."""
        super().__init__(reason)
        self.after = after


class Throttled(Transient):
    """Too many requests: nothing of this account is sent before the time the service named."""


class Rejected(DeliveryError):
    """The service will never take this post as it is."""


class AccountBlocked(DeliveryError):
    """The service takes nothing from this account until a person acts."""


class Uncertain(DeliveryError):
    """The post may be public: the answer was lost, or cannot be understood."""
