"""The keys of a campaign file, in the words an editor sees when an editor program explains them."""

import functools
from collections.abc import Mapping
from typing import Any

from campaign.model import Announcement
from campaign.schedule import kinds, parts, words
from campaign.schedule.kinds import FLAG, IDENTITY, NOTE, choice, listing, said
from campaign.schedule.mistakes import Mistake, nearest, told
from campaign.schedule.reading import Form, Key, Kind, Reading, each, form_schema, not_a
from campaign.schedule.texts import FOOTER, HASHTAGS, LINK, LOCALISED
from campaign.schedule.yaml import Items, Node, Table, Text

RESERVED = frozenset({"observances", "pages"})
"""Campaign ids that our own keys use."""


# ---------------------------------------------------------------- values that only campaigns have


def _campaign(text: str) -> str:
    if text in RESERVED:
        raise Mistake("FMT02", f"the name {told(text)} is taken by the program itself", instead=f"our-{text}")
    return kinds.identity(text)


@functools.cache
def _zones() -> frozenset[str]:
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())


def _zone(text: str) -> str:
    if text in _zones():
        return text
    raise Mistake("FMT02", f"{told(text)} is no time zone, for example Europe/Riga", instead=nearest(text, _zones()))


def _page(node: Node, path: str, reading: Reading) -> str:
    return reading.find("pages", "article", kinds.scalar(node))


def _place(node: Node, path: str, reading: Reading) -> Any:
    """The id of a place, or its name per language."""
    if isinstance(node, Table) or not kinds.ID.fullmatch(kinds.scalar(node)):
        return LOCALISED.read(node, path, reading)
    return reading.find("places", "place", kinds.scalar(node))


def _answered(node: Node, path: str, reading: Reading) -> str:
    """The key of a message: of this campaign when it names no other."""
    campaign, _, entry = kinds.scalar(node).rpartition("/")
    return f"{kinds.identity(campaign or reading.entry.partition('/')[0])}/{kinds.identity(entry)}"


def _announcement(node: Node, path: str, reading: Reading) -> Announcement:
    return words.announcement(kinds.scalar(node), reading.entry.rpartition("/")[2])


def one_of(*keys: str) -> list[Mapping[str, list[str]]]:
    """JSON Schema for "exactly one of these keys"."""
    return [{"required": [key]} for key in keys]


def _observances(node: Node, path: str, reading: Reading) -> tuple[str, ...]:
    """Ids of observances; one with a mistake of its own is told there and left out here, and stops nobody."""
    broken = reading.known["observances"].broken if "observances" in reading.known else frozenset()
    if isinstance(node, Items):
        sound = [item for item in node.nodes if not (isinstance(item, Text) and item.text in broken)]
        node = Items(sound, node.line, node.column)
    return tuple(each(kinds.name_of("observances", "observance"), node, path, reading))


def entries(form: Form, **rules: Any) -> Kind:
    """The nodes of a list of entries; each is read by itself, so that one mistake holds one entry."""

    def read(node: Node, path: str, reading: Reading) -> list[Node]:
        if not isinstance(node, Items):
            raise not_a(node, "a list of entries, each beginning with “- id:”,")
        return node.nodes

    return Kind(read, {"type": "array", "items": form_schema(form, **rules)})


# ---------------------------------------------------------------- what several kinds of entries say

REPEATING: Form = {
    "from": Key(kinds.DAY, "the first date it may fall on; counting begins there"),
    "until": Key(kinds.DAY, "the last date it may fall on"),
    "count": Key(kinds.number(1, 1000), "how many dates, instead of until"),
    "except": Key(kinds.DAYS, "dates left out"),
    "also": Key(kinds.DAYS, "dates added"),
    "on_holiday": Key(choice("keep", "skip", "next working day"), "what happens on a public holiday"),
}
MARKS: Form = {
    "note": Key(NOTE, "for the team, never published"),
    "placeholder": Key(FLAG, "true marks invented content"),
    "draft": Key(FLAG, "true: listed and previewed, never sent"),
}
SHOWN: Form = {
    "topics": Key(kinds.TOPICS, "what it is about"),
    "link": Key(LINK, "where it leads; default: its own page on the site"),
    "hashtags": Key(HASHTAGS, "hashtags in quotes, for all languages or per language"),
    "footer": Key(FOOTER, "the last line, usually where help is found; or none"),
}
PICTURES: Form = {
    "card": Key(parts.CARDS, "which card is drawn for it, several in a list, or none"),
    "images": Key(parts.IMAGES, "pictures after the card"),
}
SHARED: Form = {
    "accounts": Key(kinds.ACCOUNTS, "where it goes, instead of the campaign's accounts"),
    "languages": Key(listing(kinds.LANGUAGE_CODE), "fewer languages than the campaign's, on purpose"),
    **SHOWN,
    **PICTURES,
    "facts": Key(
        listing(kinds.name_of("facts", "fact")), "the source of every figure in the text: ids from facts.yaml"
    ),
    "contacts": Key(
        listing(kinds.name_of("contacts", "contact")), "numbers named in the text; it then takes no footer"
    ),
    "event": Key(IDENTITY, "the event of this file it speaks of"),
    "observance": Key(kinds.name_of("observances", "observance"), "the day it belongs to: an id from observances.yaml"),
    "expires": Key(kinds.EXPIRY, "when it is too late to send: a time, end of day, an entry, end of an entry"),
    "if_late": Key(kinds.IF_LATE, "how late it may still go out: 2h, 2h then skip, skip, ask"),
    "variants": Key(parts.VARIANTS, "what an account or a kind of account gets otherwise"),
    "own_issue": Key(FLAG, "true: a mail of its own instead of the next issue"),
    "content_warning": Key(
        LOCALISED, "what readers are warned of; a field of its own where a network has one, else the first line"
    ),
    **MARKS,
}

# ---------------------------------------------------------------- entries

ITEM: Form = {
    "id": Key(IDENTITY, "its name in this file; never reused", required=True),
    "title": Key(LOCALISED, "feed title, page heading, mail subject; default: the first sentence"),
    "text": Key(LOCALISED, "the text, one per language"),
    "body": Key(
        Kind(_page, {"type": "string", "pattern": "^pages/[a-z0-9-]+$"}),
        "the long form for site, feed and mail: pages/<id>",
    ),
    "thread": Key(
        parts.THREAD, "instead of text: several posts, each answering the one before; where there are no threads, one"
    ),
    "reply_to": Key(
        Kind(_answered, {"type": "string", "pattern": "^([a-z0-9-]+/)?[a-z0-9-]+$"}),
        "the message it answers on each network: its id, or campaign/id; not sent there if that one was not",
    ),
    **SHARED,
}
MESSAGE: Form = {
    **ITEM,
    "at": Key(kinds.WHEN, "when it goes out: 2023-09-18 09:00, now, or 3 days before discussion, 09:00"),
    "repeat": Key(
        kinds.RULE, "how it repeats: every monday, every 2 weeks on monday, monthly on 15, yearly on 18 october"
    ),
    "time": Key(kinds.CLOCK, "the time of day, of a repeating message"),
    **REPEATING,
    "on": Key(parts.ON, "one date of a repeating message otherwise"),
    "digest": Key(parts.DIGEST, "instead of text: made from the calendar"),
}
SERIES: Form = {
    "id": Key(IDENTITY, "the name of the series; never reused", required=True),
    "repeat": Key(kinds.RULE, "how its dates repeat", required=True),
    "from": Key(kinds.DAY, "the first date", required=True),
    "time": Key(kinds.CLOCK, "the time of day"),
    **{name: REPEATING[name] for name in ("except", "also", "on_holiday")},
    **SHARED,
    "items": Key(entries(ITEM), "its messages, in the order of the dates", required=True),
}
EVENT: Form = {
    "id": Key(IDENTITY, "its name in this file; never reused", required=True),
    "title": Key(LOCALISED, "what it is called", required=True),
    "summary": Key(LOCALISED, "what it is about"),
    "starts": Key(kinds.WALL, "when it starts, local time"),
    "ends": Key(kinds.WALL, "when it ends, local time"),
    "date": Key(kinds.DAY, "the day, for an event that lasts all day"),
    "dates": Key(kinds.PERIOD, "first and last day: 2023-09-18 to 2023-10-18"),
    "repeat": Key(kinds.RULE, "how it repeats"),
    "time": Key(kinds.CLOCKS, "10:00-12:00, of a repeating event"),
    **REPEATING,
    "on": Key(parts.ON, "one date of a repeating event otherwise"),
    "status": Key(choice("confirmed", "tentative", "postponed", "cancelled"), "whether it takes place"),
    "changes": Key(parts.CHANGES, "changes the public is told of, with what was announced before"),
    "attendance": Key(choice("in-person", "online", "mixed"), "how one takes part"),
    "place": Key(Kind(_place, LOCALISED.schema), "an id from places.yaml, or the name per language"),
    "online": Key(kinds.ADDRESS, "where it is online"),
    "organizer": Key(LOCALISED, "who invites"),
    "spoken": Key(listing(kinds.LANGUAGE_CODE), "languages spoken there"),
    "accessibility": Key(kinds.TOPICS, "step-free, sign-language-lv, live-captions and the like"),
    "price": Key(NOTE, "0 for free entry"),
    "announce": Key(
        listing(Kind(_announcement, {"type": "string"})),
        "posts made from the event itself: 1 day before 10:00, 2 hours before, when moved, when cancelled",
    ),
    "publish": Key(kinds.WALL, "when it becomes public; default: at once"),
    **SHOWN,
    **PICTURES,
    **MARKS,
}

# ---------------------------------------------------------------- the file

DEFAULTS: Form = {
    "time": Key(kinds.CLOCK, "the time of messages that repeat or give a date only"),
    **{name: SHARED[name] for name in ("card", "expires", "if_late", "own_issue")},
    "on_holiday": REPEATING["on_holiday"],
}
CAMPAIGN: Form = {
    "campaign": Key(
        said(_campaign, kinds.ID_SCHEMA), "the campaign's name: small letters, digits, -; never reused", required=True
    ),
    "title": Key(LOCALISED, "what it is called", required=True),
    "languages": Key(listing(kinds.LANGUAGE_CODE), "its languages; the first is the source language"),
    "timezone": Key(said(_zone, {"type": "string"}), "the zone of its times; default: the site's"),
    "period": Key(kinds.PERIOD, "2023-09, 2023 or 2023-09-18 to 2023-10-19; required with observances"),
    "observances": Key(
        Kind(_observances, {"type": "array", "items": kinds.ID_SCHEMA}),
        "days that belong to it as far as they begin in its period: ids from observances.yaml",
    ),
    "accounts": Key(kinds.ACCOUNTS, "where its messages go: ids from config/campaign.toml"),
    **SHOWN,
    "defaults": Key(kinds.form(DEFAULTS), "for every message that does not say otherwise"),
    **MARKS,
    "messages": Key(
        entries(MESSAGE, allOf=[{"oneOf": one_of("at", "repeat")}, {"oneOf": one_of("text", "thread", "digest")}]),
        "texts that go out, once or repeatedly",
    ),
    "series": Key(entries(SERIES), "many messages that differ in text only"),
    "events": Key(
        entries(EVENT, oneOf=one_of("starts", "date", "dates", "repeat")),
        "what has a place or lasts a while; it appears in the calendar",
    ),
}
