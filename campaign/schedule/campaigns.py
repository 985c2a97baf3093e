"""One campaign file → `model.Campaign`."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from campaign.model import Campaign, Event, Message, SeriesItem
from campaign.schedule.entries import Head, event, message, series, series_item, series_items
from campaign.schedule.forms import CAMPAIGN
from campaign.schedule.kinds import ID, IDENTITY, LANGUAGE
from campaign.schedule.mistakes import Mistake, nearest, told
from campaign.schedule.reading import Reading, Values, fill, not_a, says, under
from campaign.schedule.relations import related
from campaign.schedule.yaml import Items, Node, Table, Text


def campaign_id(root: Node | None) -> str:
    """What the file calls itself, right or wrong; empty when it does not say."""
    said = under(root, "campaign") if root is not None and says(root, "campaign") else None
    return said.text.strip() if isinstance(said, Text) else ""


def campaign(root: Node, reading: Reading) -> Campaign | None:
    """The campaign without its wrong entries, or None when the file cannot be used; all mistakes are told."""
    if isinstance(root, Text) and not root.text:
        reading.report(Mistake("FMT03", "this file is empty", hint="campaign: a-short-name"), root)
        return None
    if not isinstance(root, Table):
        reading.report(not_a(root, "campaign: and the other keys of a campaign"), root)
        return None
    reading.languages = _languages_ahead(root, _served(reading))
    reading.begin("file", "")
    values = fill(CAMPAIGN, root, "", reading)
    _check_head(values, root, reading)
    spot = reading.spot(root)
    head = _head(values, reading)
    _check_ids(values, head, reading)
    messages = [*_messages(values, head, reading), *_series(values, head, reading)]
    events = _events(values, head, reading)
    standing = related(messages, events, head, reading)
    if "" in reading.held:
        return None
    return Campaign(
        id=head.campaign,
        spot=spot,
        title=values["title"],
        languages=head.languages,
        timezone=head.timezone,
        messages=standing,
        events=tuple(events),
        observances=tuple(dict.fromkeys(values.get("observances", ()))),
        period=head.period,
        topics=head.topics,
        draft=head.draft,
    )


def _served(reading: Reading) -> dict[str, None]:
    """The languages that the site or an account speaks, the site's first."""
    accounts = reading.site.accounts.values()
    return dict.fromkeys([*reading.site.languages, *(name for account in accounts for name in account.languages)])


def _languages_ahead(root: Node, served: Iterable[str]) -> tuple[str, ...]:
    """The languages, needed before the texts above them are read; one that nobody speaks must not make them wrong."""
    node = under(root, "languages")
    if node is root or not isinstance(node, Items):
        return tuple(served)
    said = [item.text for item in node.nodes if isinstance(item, Text) and LANGUAGE.fullmatch(item.text)]
    if set(said) <= set(served):
        return tuple(said) or tuple(served)
    return tuple(dict.fromkeys([*said, *served]))


def _check_head(values: Values, root: Node, reading: Reading) -> None:
    served, node = _served(reading), under(root, "languages")
    for item in node.nodes if isinstance(node, Items) else ():
        if isinstance(item, Text) and LANGUAGE.fullmatch(item.text) and item.text not in served:
            listed = ", ".join(served)
            message = f"no account of config/campaign.toml speaks {told(item.text)}; the languages there are {listed}"
            reading.report(Mistake("FMT02", message, instead=nearest(item.text, served)), item, "languages")
    if says(root, "observances") and not says(root, "period"):
        message = "period: is missing; it says which year's observances belong to the campaign"
        reading.report(Mistake("FMT03", message, hint="period: 2026-11"), under(root, "observances"), "period")


def _head(values: Values, reading: Reading) -> Head:
    return Head(
        campaign=values.get("campaign", ""),
        timezone=values.get("timezone", reading.site.timezone),
        languages=tuple(dict.fromkeys(values.get("languages", ()))) or reading.languages,
        accounts=values.get("accounts", ()),
        topics=values.get("topics", ()),
        link=values.get("link", {}),
        hashtags=values.get("hashtags", {}),
        footer=values.get("footer", {}),
        defaults=values.get("defaults", {}),
        period=values.get("period"),
        draft=values.get("draft", False),
        placeholder=values.get("placeholder", False),
        spots={name.removeprefix("defaults."): spot for name, spot in reading.spots.items() if _INHERITED.match(name)},
    )


_INHERITED = re.compile(r"(?:footer|hashtags|defaults\.card)(?:\.|$)")
"""Keys of a campaign that entries take over, and that are right or wrong there."""


# ---------------------------------------------------------------- entries


def _entry_id(node: Node) -> str:
    said = under(node, "id")
    return said.text if says(node, "id") and isinstance(said, Text) and ID.fullmatch(said.text) else ""


def _all_entries(values: Values) -> Iterator[tuple[str, Node]]:
    for node in values.get("messages", ()):
        yield "message", node
    for node in values.get("series", ()):
        yield "series", node
        yield from (("message", item) for item in series_items(node))
    for node in values.get("events", ()):
        yield "event", node


def _check_ids(values: Values, head: Head, reading: Reading) -> None:
    """An entry without an id stops the file, for nobody can tell which planned one it is; a double id stops both."""
    first: dict[str, Node] = {}
    for noun, node in _all_entries(values):
        name = _entry_id(node)
        if not name:
            reading.report(_no_id(noun, node, reading), under(node, "id"), "id")
        elif name in first:
            reading.begin(noun, f"{head.campaign}/{name}")
            message = f"the id {told(name)} stands here a second time (the first is in line {first[name].line})"
            reading.report(Mistake("FMT04", message, instead=f"{name}-2"), under(node, "id"), "id")
            reading.end()
        else:
            first[name] = node


def _no_id(noun: str, node: Node, reading: Reading) -> Mistake:
    if says(node, "id"):
        try:
            IDENTITY.read(under(node, "id"), "id", reading)
        except Mistake as mistake:
            return mistake
    message = f"this {noun} has no id:, so nobody can tell which of the planned ones it is"
    return Mistake("FMT03", message, hint="id: a-short-name")


def _messages(values: Values, head: Head, reading: Reading) -> Iterator[Message]:
    for node in values.get("messages", ()):
        if _entry_id(node):
            reading.begin("message", f"{head.campaign}/{_entry_id(node)}")
            found = message(node, head, reading)
            if reading.end() and found:
                yield found


def _events(values: Values, head: Head, reading: Reading) -> list[Event]:
    found: list[Event] = []
    for node in values.get("events", ()):
        if _entry_id(node):
            reading.begin("event", f"{head.campaign}/{_entry_id(node)}")
            one = event(node, head, reading)
            _check_partner(_entry_id(node), node, reading)
            if reading.end() and one:
                found.append(one)
    return found


def _check_partner(name: str, node: Node, reading: Reading) -> None:
    """Both stand in braces, and a reader of the file could not tell which is meant."""
    partners = reading.known.get("partners")
    if partners and name in partners.names | partners.broken:
        message = f"{told(name)} is a partner too ({partners.file})"
        reading.report(Mistake("FMT04", message, instead=f"{name}-event"), under(node, "id"), "id")


def _series(values: Values, head: Head, reading: Reading) -> Iterator[Message]:
    for node in values.get("series", ()):
        if _entry_id(node):
            yield from _one_series(node, head, reading)


def _one_series(node: Node, head: Head, reading: Reading) -> Iterator[Message]:
    reading.begin("series", f"{head.campaign}/{_entry_id(node)}")
    shared, dates = series(node, head, reading)
    spots: dict[str, Any] = reading.spots
    sound = reading.end()
    for index, item in enumerate(series_items(node)):
        if not _entry_id(item):
            continue
        reading.begin("message", f"{head.campaign}/{_entry_id(item)}")
        reading.spots = dict(spots)
        if sound and dates:
            found = series_item(item, shared, SeriesItem(dates, index), head, reading)
        else:
            found = None
            reading.report(
                Mistake("REF02", f"its series {told(_entry_id(node))} has a mistake (line {node.line})"), item, "id"
            )
        if reading.end() and found:
            yield found
