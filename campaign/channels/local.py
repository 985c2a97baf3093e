"""Our own outlets as accounts: being published there is a row in the ledger, and no request is made."""

from typing import Literal

from campaign.channels.account import AccountModel
from campaign.model import Limits

LIMITS = Limits(alt_characters=10_000, layout="parts")


class LocalModel(AccountModel):
    """The settings of one of them."""

    @property
    def limits(self) -> Limits:
        """What fits: anything."""
        return LIMITS


class FeedSettings(LocalModel):
    """The feeds of the public site: RSS, Atom and JSON Feed."""

    kind: Literal["feed"]
    """The own outlet."""


class SiteSettings(LocalModel):
    """The pages of the public site."""

    kind: Literal["site"]
    """The own outlet."""


class CalendarSettings(LocalModel):
    """The iCalendar files of the public site."""

    kind: Literal["calendar"]
    """The own outlet."""
