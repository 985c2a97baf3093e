"""What each network makes of a post. Colours and measures stand in `assets/preview/preview.css`, by kind.

Where a network folds a text or shortens an address is measured by nobody and changes: the figures are rough.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel

from campaign.model import Limits

Frame = Literal["post", "photo", "bubble", "data", "item", "page", "mail", "date"]
"""Which drawing of `assets/preview/frames.html`."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of service shows a post. `remark`: what an editor should know besides, in one sentence."""

    name: str
    frame: Frame = "post"
    found_by: str = ""  # the setting that says where readers find the account; never a secret
    link_card: Literal["", "own", "page"] = (
        ""  # made of the link of a post without pictures: in our words, or the page's
    )
    links: bool = True  # False: an address in the text cannot be opened
    address_signs: int = 0  # an address is shown without https:// and cut after so many; 0: as it is
    folds_after: int = 0  # signs, about; the rest comes after “more”. 0: never
    swiped: bool = False  # several pictures stand in a row that is moved sideways
    remark: str = ""


PLAIN = Look("")
"""A kind that nobody has drawn yet."""

LOOKS: dict[str, Look] = {
    "mastodon": Look("Mastodon", found_by="server", link_card="page", address_signs=30),
    "bluesky": Look("Bluesky", found_by="handle", link_card="own"),
    "facebook": Look("Facebook", link_card="page", folds_after=480),
    "instagram": Look(
        "Instagram",
        "photo",
        links=False,
        folds_after=125,
        swiped=True,
        remark="An address in the caption cannot be opened.",
    ),
    "threads": Look("Threads", link_card="page", address_signs=30, swiped=True),
    "linkedin": Look("LinkedIn", folds_after=210),
    "x": Look("X", link_card="page", address_signs=26),
    "telegram": Look("Telegram", "bubble", found_by="channel", link_card="page"),
    "matrix": Look("Matrix", found_by="user", remark="Each app shows a room in its own way."),
    "discord": Look("Discord", found_by="username", link_card="page"),
    "slack": Look("Slack", link_card="page"),
    "teams": Look("Teams", remark="A card with the text and the pictures."),
    "nostr": Look("Nostr", remark="Each app shows a note in its own way."),
    "webhook": Look("Webhook", "data", found_by="url", remark="The receiver decides what is shown."),
    "feed": Look("Feed", "item", remark="Each feed reader shows an item in its own way."),
    "site": Look("Website", "page"),
    "calendar": Look("Calendar", "date", remark="Each calendar app shows a date in its own way."),
    "newsletter": Look("Newsletter", "mail", found_by="address"),
}


def look_of(kind: str) -> Look:
    """The look of a kind, `slack-webhook` like `slack`; a plain one for a kind that has none."""
    return LOOKS.get(kind.partition("-")[0], PLAIN)


def handle_of(settings: BaseModel, look: Look) -> str:
    """Where readers find the account, as far as the settings say so; an address of the web is cut to its host."""
    value = getattr(settings, look.found_by, "") if look.found_by else ""
    if not isinstance(value, str):
        return ""
    return urlsplit(value).hostname or "" if "://" in value else value


def initials(name: str) -> str:
    """What stands in the circle beside a name: the first letters of its first two words."""
    return "".join(word[0] for word in name.split()[:2]).upper()


_COUNTED = {
    "graphemes": "",
    "weighted": "an address counts 23, an emoji 2",
    "utf16": "an emoji counts 2 or more",
    "bytes": "ā and я count 2, an emoji 4 or more",
    "threads": "an emoji counts 4 or more",
    "escaped": "signs such as ( ) [ ] _ * count 2",
}


def counted(limits: Limits) -> str:
    """What does not count as one sign."""
    address = f"an address counts {limits.url_weight}" if limits.url_weight else ""
    return address or _COUNTED[limits.unit]


def allowed(limits: Limits) -> str:
    """What can be done with a post after it went out."""
    ways = [way for way, possible in (("corrected", limits.editable), ("removed", limits.removable)) if possible]
    return " and ".join(ways) or "neither corrected nor removed"
