"""Parts of entries: pictures, cards, other wordings, digests, changes."""

import re
from collections.abc import Mapping
from typing import Any

from campaign.model import CardChoice, Change, Digest, Image, ThreadPost, Variant
from campaign.schedule import words
from campaign.schedule.kinds import (
    ADDRESS,
    ASSET,
    CLOCK,
    DAY,
    ID_SCHEMA,
    IDENTITY,
    NOTE,
    PERIOD,
    WALL,
    as_written,
    by_name,
    choice,
    either,
    form,
    identity,
    listing,
    said,
    scalar,
)
from campaign.schedule.mistakes import Mistake, told
from campaign.schedule.reading import MISSING, Form, Key, Kind, Reading, Values, each, pairs, take
from campaign.schedule.texts import FOOTER, HASHTAGS, LINK, LOCALISED, TEXT, by_language, written
from campaign.schedule.yaml import Items, Node, Table, Text

# ---------------------------------------------------------------- pictures and cards


def _image(values: Values) -> Image:
    return Image(**{"alt": {}, **values})


def _share(text: str) -> float:
    if re.fullmatch(r"[01]|[01]?\.[0-9]{1,4}", text) and 0 <= float(text) <= 1:
        return float(text)
    raise Mistake("FMT02", f"{told(text)} is not a number from 0 to 1, for example 0.4")


SHARE = said(
    _share, {"type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": "^([01]|[01]?[.][0-9]{1,4})$"}
)


def _focus(node: Node, path: str, reading: Reading) -> Any:
    """Two numbers, or `MISSING` after telling which is wrong."""
    if not isinstance(node, Items) or len(node.nodes) != 2:
        message = "two numbers should stand here: how far across and how far down, each from 0 to 1"
        raise Mistake("FMT02", message, hint="focus: [0.5, 0.3]")
    shares = each(SHARE, node, path, reading)
    return tuple(shares) if len(shares) == 2 else MISSING


FOCUS = Kind(_focus, {"type": "array", "items": SHARE.schema, "minItems": 2, "maxItems": 2})
IMAGE: Form = {
    "file": Key(ASSET, "the picture, below assets/", required=True),
    "alt": Key(LOCALISED, "what the picture shows, for those who do not see it"),
    "credit": Key(TEXT, "who made it"),
    "consent": Key(NOTE, "the record of the consent of everybody shown, or why none is needed: nobody shown"),
}
IMAGES = listing(form(IMAGE, _image))
PHOTO = form({**IMAGE, "focus": Key(FOCUS, "what must stay in view: how far across and down, from 0 to 1")}, _image)


def plain(node: Node, path: str, reading: Reading) -> Any:
    """A card's own field: a text, a list, or a mapping (of languages, when it has one of the campaign's)."""
    if isinstance(node, Items):
        return tuple(each(PLAIN, node, path, reading))
    if isinstance(node, Table):
        if any(language in node.pairs for language in reading.languages):
            return by_language(PLAIN, node, path, reading)
        return {name: take(PLAIN, value, f"{path}.{name}", reading) for name, _, value in pairs(node, path, reading)}
    return written(node, reading)


PLAIN = Kind(plain, {})


def _template(text: str) -> str:
    if text == "none":
        raise Mistake("FMT02", "none is no card: it stands alone, as in `card: none`, and draws nothing")
    return identity(text)


TEMPLATE = said(_template, ID_SCHEMA)
_KINDS: Mapping[str, Kind] = {"template": TEMPLATE, "photo": PHOTO}
"""The keys of a card that mean the same on every template; all others are its template's own."""


def _card(node: Node, path: str, reading: Reading) -> CardChoice:
    if isinstance(node, Text):
        return CardChoice(_template(scalar(node)))
    values = {
        name: take(_KINDS.get(name, PLAIN), value, f"{path}.{name}", reading)
        for name, _, value in pairs(node, path, reading)
    }
    if "template" not in values:
        raise Mistake("FMT03", "template: is missing (which card template draws the picture)")
    fields = {name: value for name, value in values.items() if name not in _KINDS}
    return CardChoice(values["template"], fields, values.get("photo"))


CARD = Kind(
    _card,
    {
        "anyOf": [
            ID_SCHEMA,
            {
                "type": "object",
                "properties": {
                    "template": {
                        **ID_SCHEMA,
                        "description": "which card template draws the picture; all other keys are its own",
                    },
                    "photo": {**PHOTO.schema, "description": "a photo behind the words"},
                },
                "required": ["template"],
            },
        ]
    },
)


def _cards(node: Node, path: str, reading: Reading) -> tuple[CardChoice, ...]:
    """None, one, or several in their order."""
    if isinstance(node, Items):
        return tuple(each(CARD, node, path, reading))
    return () if isinstance(node, Text) and node.text.strip() == "none" else (_card(node, path, reading),)


CARDS = Kind(_cards, {"anyOf": [*CARD.schema["anyOf"], {"type": "array", "items": CARD.schema}]})


# ---------------------------------------------------------------- threads

THREAD_POST: Form = {
    "text": Key(LOCALISED, "the text of this post, one per language", required=True),
    "images": Key(IMAGES, "the pictures of this post"),
}
THREAD_POSTS = listing(form(THREAD_POST, lambda values: ThreadPost(**values)))


def _thread(node: Node, path: str, reading: Reading) -> Any:
    if isinstance(node, Items) and len(node.nodes) < 2:
        raise Mistake("FMT02", "a thread is two posts or more; one alone is a text:")
    return THREAD_POSTS.read(node, path, reading)


THREAD = Kind(_thread, {**THREAD_POSTS.schema, "minItems": 2})


# ---------------------------------------------------------------- wordings for one account or date

VARIANT: Form = {
    "text": Key(LOCALISED, "the text there"),
    "title": Key(LOCALISED, "the title there"),
    "link": Key(LINK, "the link there"),
    "hashtags": Key(HASHTAGS, "the hashtags there; [] for none"),
    "footer": Key(FOOTER, "the last line there, or none"),
    "card": Key(CARDS, "the picture card there, several in a list, or none"),
    "images": Key(IMAGES, "the pictures there"),
    "skip": Key(NOTE, "nothing goes out there; the reason why"),
}
ON_DATE: Form = {
    **VARIANT,
    "status": Key(choice("cancelled"), "this date is called off, visibly"),
    "reason": Key(LOCALISED, "why it is called off"),
    "time": Key(CLOCK, "the time on this date"),
}


def _variant(values: Values) -> Variant:
    values = dict(values)
    cancelled, cards = values.pop("status", "") == "cancelled", values.pop("card", None)
    return Variant(**values, cards=cards, cancelled=cancelled)


def _account_or_kind(name: str, reading: Reading) -> str:
    known = {*reading.site.accounts, *(account.kind for account in reading.site.accounts.values())}
    if name not in known:
        raise reading.unknown("account or kind of account", name, known)
    return name


VARIANTS = by_name(_account_or_kind, form(VARIANT, _variant))
ON = by_name(lambda name, _: words.day(name), form(ON_DATE, _variant))


# ---------------------------------------------------------------- digests and changes


def _digest(values: Values) -> Digest:
    return Digest(
        values["period"],
        values.get("from", ()),
        values.get("intro", {}),
        values.get("if_empty", "skip"),
    )


DIGEST_PERIOD = choice("month", "week", "next month", "next week")
DIGEST_FORM: Form = {
    "period": Key(DIGEST_PERIOD, "which part of the calendar", required=True),
    "from": Key(listing(IDENTITY), "campaigns it is limited to"),
    "intro": Key(LOCALISED, "the text above the list"),
    "if_empty": Key(choice("skip", "send"), "what happens when nothing is on"),
}
DIGEST = either(
    Kind(lambda node, path, reading: Digest(DIGEST_PERIOD.read(node, path, reading)), DIGEST_PERIOD.schema),
    form(DIGEST_FORM, _digest),
)


WAS: Form = {
    "starts": Key(as_written(WALL), "when it was to start"),
    "ends": Key(as_written(WALL), "when it was to end"),
    "date": Key(as_written(DAY), "the day it was to be on"),
    "dates": Key(as_written(PERIOD), "the days it was to be on"),
    "place": Key(NOTE, "where it was to be"),
    "online": Key(as_written(ADDRESS), "where it was to be online"),
    "attendance": Key(NOTE, "how one was to take part"),
}
CHANGE: Form = {
    "on": Key(DAY, "the day the change was decided", required=True),
    "was": Key(form(WAS), "what was announced before"),
    "reason": Key(LOCALISED, "why"),
}
CHANGES = listing(form(CHANGE, lambda values: Change(values["on"], values.get("was", {}), values.get("reason", {}))))
