"""Entries: what a message, a series or an event says, with what its campaign says for all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.model import (
    EVENT_CARDS,
    Event,
    Localised,
    Message,
    Period,
    Repeat,
    SeriesItem,
    Spot,
    ThreadPost,
    When,
)
from campaign.schedule import words
from campaign.schedule.forms import EVENT, ITEM, MESSAGE, SERIES, SHARED
from campaign.schedule.mistakes import Mistake, told
from campaign.schedule.reading import Reading, Values, fill, says, under
from campaign.schedule.times import event_time, message_time, repeat
from campaign.schedule.yaml import Items, Node, Text


@dataclass(frozen=True, slots=True)
class Head:
    """What a campaign says for all of its entries."""

    campaign: str
    timezone: str
    languages: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    link: Localised = field(default_factory=dict)
    hashtags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    footer: Localised = field(default_factory=dict)
    defaults: Values = field(default_factory=dict)
    period: Period | None = None
    draft: bool = False
    placeholder: bool = False
    spots: Mapping[str, Spot] = field(default_factory=dict)  # where what entries inherit stands


# ---------------------------------------------------------------- messages


def message(node: Node, head: Head, reading: Reading) -> Message | None:
    """The message, or None after telling its mistakes."""
    reading.start = _first_date(node, reading)
    values = fill(MESSAGE, node, "", reading)
    when = message_time(values, head.defaults, node, reading)
    _check_words(("text", "thread", "digest"), head, node, reading)
    return _message(values, when, head, node, reading)


def series(node: Node, head: Head, reading: Reading) -> tuple[Values, Repeat | None]:
    """What all items of a series share, and its recurrence; None after telling mistakes."""
    reading.start = _first_date(node, reading)
    values = fill(SERIES, node, "", reading)
    time = values.get("time", head.defaults.get("time"))
    if time is None and not says(node, "time"):
        reading.report(Mistake("FMT03", "time: is missing (the time of day)", hint="time: 09:00"), node, "time")
    if time is None or "repeat" not in values:
        return values, None
    dates = repeat(values, time, node, reading)
    return values, dates if isinstance(dates, Repeat) else None


def series_items(node: Node) -> list[Node]:
    """The items of a series, as far as there are any."""
    items = under(node, "items")
    return items.nodes if isinstance(items, Items) and says(node, "items") else []


def series_item(node: Node, shared: Values, when: SeriesItem, head: Head, reading: Reading) -> Message | None:
    """One item: its own keys before those of its series."""
    values = fill(ITEM, node, "", reading)
    _check_words(("text", "thread"), head, node, reading)
    inherited = {key: value for key, value in shared.items() if key in SHARED}
    return _message({**inherited, **values}, when, head, node, reading)


def _check_words(ways: tuple[str, ...], head: Head, node: Node, reading: Reading) -> None:
    """Exactly one of the keys that say what is told."""
    said = [key for key in ways if says(node, key)]
    if len(said) > 1:
        message = f"a message has either {said[0]}: or {said[1]}:, not both"
        reading.report(Mistake("FMT06", message), under(node, said[1]), said[1])
    elif not said:
        reading.report(Mistake("FMT03", "text: is missing", hint=f'text: {{{head.languages[0]}: "…"}}'), node, "text")


def _joined(thread: Sequence[ThreadPost]) -> Localised:
    """A thread as one text, in the languages that each of its posts has."""
    languages = [name for name in thread[0].text if all(name in post.text for post in thread)] if thread else []
    return {name: "\n\n".join(post.text[name] for post in thread) for name in languages}


def _spots(head: Head, reading: Reading) -> Mapping[str, Spot]:
    """Where everything stands; the text of a thread where its first post does."""
    first = {
        path.removeprefix("thread.0."): spot for path, spot in reading.spots.items() if path.startswith("thread.0.text")
    }
    return {**head.spots, **first, **reading.spots}


def _message(values: Values, when: When, head: Head, node: Node, reading: Reading) -> Message | None:
    accounts = values.get("accounts", head.accounts)
    if not accounts and not says(node, "accounts"):
        hint = f"accounts: [{', '.join(list(reading.site.accounts)[:4])}]"
        reading.report(Mistake("FMT03", "accounts: is missing, here and in the campaign", hint=hint), node, "accounts")
    languages = _languages(values, head, node, reading)
    if not reading.sound:
        return None
    contacts, thread = values.get("contacts", ()), values.get("thread", ())
    return Message(
        campaign=head.campaign,
        id=values["id"],
        spot=reading.spot(node),
        when=when,
        timezone=head.timezone,
        languages=languages,
        accounts=accounts,
        text=values.get("text") or _joined(thread),
        title=values.get("title", {}),
        body=values.get("body", ""),
        topics=values.get("topics", head.topics),
        link=values.get("link", head.link),
        hashtags=values.get("hashtags", head.hashtags),
        footer=values.get("footer", {} if contacts else head.footer),
        facts=values.get("facts", ()),
        cards={**head.defaults, **values}.get("card", ()),
        images=values.get("images", ()),
        contacts=contacts,
        event=values.get("event", ""),
        observance=values.get("observance", ""),
        note=values.get("note", ""),
        placeholder=values.get("placeholder", head.placeholder),
        draft=values.get("draft", False) or head.draft,
        expires=values.get("expires", head.defaults.get("expires")),
        if_late=values.get("if_late", head.defaults.get("if_late")),
        variants=values.get("variants", {}),
        on=values.get("on", {}),
        own_issue=bool(values.get("own_issue", head.defaults.get("own_issue"))),
        digest=values.get("digest"),
        content_warning=values.get("content_warning", {}),
        thread=thread,
        reply_to=values.get("reply_to", ""),
        spots=_spots(head, reading),
    )


def _languages(values: Values, head: Head, node: Node, reading: Reading) -> tuple[str, ...]:
    languages: tuple[str, ...] = tuple(dict.fromkeys(values.get("languages", head.languages)))
    for number, language in enumerate(languages):
        if language not in head.languages:
            listed = ", ".join(head.languages)
            message = f"{told(language)} is not among the campaign's languages ({listed})"
            reading.report(Mistake("FMT02", message), under(node, "languages"), f"languages.{number}")
    return languages


def _first_date(node: Node, reading: Reading) -> Any:
    """Where the dates of an ambiguous rule are to begin: the entry's `from`, else today."""
    said = under(node, "from")
    try:
        return words.day(said.text) if isinstance(said, Text) and says(node, "from") else reading.today
    except Mistake:
        return reading.today


# ---------------------------------------------------------------- events


def event(node: Node, head: Head, reading: Reading) -> Event | None:
    """The event, or None after telling its mistakes."""
    reading.start = _first_date(node, reading)
    values = fill(EVENT, node, "", reading)
    time = event_time(values, node, reading)
    announce = values.get("announce", ())
    _check_announcements(node, head, reading, [item.id for item in announce])
    if not reading.sound:
        return None
    place = values.get("place", {})
    return Event(
        campaign=head.campaign,
        id=values["id"],
        spot=reading.spot(node),
        time=time,
        timezone=head.timezone,
        languages=head.languages,
        title=values["title"],
        summary=values.get("summary", {}),
        status=values.get("status", "confirmed"),
        changes=values.get("changes", ()),
        attendance=values.get("attendance", "in-person"),
        place=_place_name(place, reading),
        place_id=place if isinstance(place, str) else "",
        online=values.get("online", ""),
        organizer=values.get("organizer", {}),
        spoken=values.get("spoken", ()),
        accessibility=values.get("accessibility", ()),
        price=values.get("price", ""),
        announce=announce,
        announce_accounts=head.accounts,
        publish=values.get("publish"),
        topics=values.get("topics", head.topics),
        link=values.get("link", {}),  # its own page, where the campaign's link leads elsewhere
        hashtags=values.get("hashtags", head.hashtags),
        footer=values.get("footer", head.footer),
        cards=values.get("card", EVENT_CARDS),
        images=values.get("images", ()),
        on=values.get("on", {}),
        note=values.get("note", ""),
        placeholder=values.get("placeholder", head.placeholder),
        draft=values.get("draft", False) or head.draft,
        spots={**head.spots, **reading.spots},
    )


def _place_name(place: Localised | str, reading: Reading) -> Localised:
    if not isinstance(place, str):
        return place
    return reading.places[place].name if place in reading.places else {}


def _check_announcements(node: Node, head: Head, reading: Reading, ids: list[str]) -> None:
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        message = f"{told(', '.join(sorted(twice)))} is announced twice at the same time"
        reading.report(Mistake("FMT04", message), under(node, "announce"), "announce")
    if ids and not head.accounts:
        message = "announce: needs accounts: at the top of the file, for it says nothing about where the posts go"
        reading.report(Mistake("FMT03", message), under(node, "announce"), "announce")
