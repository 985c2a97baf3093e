"""An account's own posts as X tells them back, and their text as it was written."""

import html
import re

from pydantic import BaseModel

from campaign.text import letters


class Link(BaseModel):
    """A short address in a text, and what it stands for; one with a `media_key` stands for the pictures."""

    url: str
    expanded_url: str = ""
    media_key: str = ""


class Entities(BaseModel):
    """What X found in a text."""

    urls: list[Link] = []


class Told(BaseModel):
    """One post."""

    id: str
    text: str
    entities: Entities = Entities()

    @property
    def written(self) -> str:
        """As its author wrote it: X shortens addresses, adds one for the pictures, and escapes signs of HTML."""
        text = self.text
        for link in self.entities.urls:
            text = text.replace(link.url, "" if link.media_key else link.expanded_url or link.url)
        return html.unescape(text)


class Meta(BaseModel):
    """Where the next page begins; nothing on the last one."""

    next_token: str = ""


class Page(BaseModel):
    """Some of them, newest first."""

    data: list[Told] = []
    meta: Meta = Meta()


def comparable(text: str) -> str:
    """What two copies of a text have in common however X writes its addresses and spaces."""
    bare = re.sub(r"https?://|/(?=\s|$)", "", text)
    return letters(bare)
