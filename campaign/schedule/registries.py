"""The registries: contacts, facts, observances, places, partners and the glossary, one file each."""

import dataclasses
import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.model import Claim, Contact, Fact, GlossaryWord, Observance, Partner, Place, Spot
from campaign.schedule import kinds
from campaign.schedule.forms import entries
from campaign.schedule.kinds import ADDRESS, FLAG, ID, IDENTITY, NOTE, either, form, listing, number, said
from campaign.schedule.mistakes import Mistake, told
from campaign.schedule.reading import Form, Key, Kind, Known, Reading, Values, fill, not_a, says, under
from campaign.schedule.texts import LOCALISED, TEXT, localised
from campaign.schedule.words import FIRST_YEAR, LAST_YEAR
from campaign.schedule.yaml import Node, Table, Text


def _phone(text: str) -> str:
    plain = text.replace(" ", "")
    if kinds.PHONE.fullmatch(plain):
        return plain
    raise Mistake("FMT02", f"{told(text)} is not a phone number: digits, with + and the country code where it has one")


_HANDLE = re.compile(r"@?\w[\w.-]*(?P<server>[@:][\w.-]+\.\w+(?::[0-9]+)?)?")


def _network(name: str, reading: Reading) -> str:
    """An account or a kind of account, configured or not; one that looks misspelt is told."""
    known = {*reading.site.accounts, *(account.kind for account in reading.site.accounts.values())}
    if name not in known and difflib.get_close_matches(name, known, 1, cutoff=0.8):
        raise reading.unknown("account or kind of account", name, known)
    return kinds.identity(name)


def _handle(node: Node, path: str, reading: Reading) -> str:
    """As a text writes it, behind `@`; on Mastodon with the server, or it would be somebody else."""
    text, name = kinds.scalar(node), path.rpartition(".")[2]
    match = _HANDLE.fullmatch(text)
    if match is None:
        raise Mistake("FMT02", f"{told(text)} is no handle: letters, digits, _ . and - only, for example @riga")
    account = reading.site.accounts.get(name)
    if (account.kind if account else name) == "mastodon" and not match["server"]:
        raise Mistake("FMT02", f"{told(text)} does not say on which server, for example @riga@social.example")
    return f"@{text.removeprefix('@')}"


NAMES = localised(TEXT, one_for_all=True)
YEAR = number(FIRST_YEAR, LAST_YEAR)
CLAIM: Form = {
    "text": Key(NOTE, "what the page says about the hours", required=True),
    "source": Key(NOTE, "the page that says so"),
    "as_of": Key(kinds.PARTIAL, "when it said so: a day, a month or a year"),
    "where": Key(NOTE, "where on the page"),
    "note": Key(NOTE, "for the team"),
}
HOURS: Form = {
    "always": Key(FLAG, "true: at any hour, every day"),
    "text": Key(NAMES, "the hours, when they are certain"),
    "claims": Key(listing(form(CLAIM, lambda values: Claim(**values))), "what public pages say, when they disagree"),
}
CONTACT: Form = {
    "id": Key(IDENTITY, "its name; texts write it in braces, {helpline-thb}", required=True),
    "phone": Key(said(_phone, {"type": ["string", "integer"]}), "the number as dialled, in quotes", required=True),
    "display": Key(NOTE, "the number as texts show it; default: phone"),
    "name": Key(LOCALISED, "what it is called", required=True),
    "provider": Key(LOCALISED, "who answers"),
    "hours": Key(form(HOURS), "when somebody answers"),
    "source": Key(NOTE, "where the number was read"),
    "status": Key(NOTE, "sourced, or conflicting when public pages disagree"),
    "verified_on": Key(kinds.DAY, "the day the team confirmed it by phone"),
    "note": Key(NOTE, "for the team"),
}
FACT: Form = {
    "id": Key(IDENTITY, "its name; messages list it under facts:", required=True),
    "claim": Key(LOCALISED, "the figure or statement", required=True),
    "source": Key(NOTE, "who says so, and where", required=True),
    "as_of": Key(kinds.FIRST_DAY, "the date of the source; it cannot be used before"),
    "valid_until": Key(kinds.LAST_DAY, "the last day it may be used"),
    "superseded_by": Key(IDENTITY, "the fact to use instead"),
    "note": Key(NOTE, "for the team"),
}
OBSERVANCE: Form = {
    "id": Key(IDENTITY, "its name; campaigns list it under observances:", required=True),
    "name": Key(LOCALISED, "what the day is called", required=True),
    "rule": Key(kinds.RULE, "when it is: FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=5, or yearly on 5 september", required=True),
    "days": Key(number(1, 366), "how many days it lasts; default 1"),
    "first": Key(YEAR, "the first year it was marked"),
    "until": Key(YEAR, "the last year it was marked"),
    "authority": Key(NOTE, "who proclaimed it"),
    "source": Key(NOTE, "where that was read: an address, or an id of sources:"),
    "name_source": Key(localised(NOTE), "where the name in a language was read"),
    "draft_names": Key(listing(kinds.LANGUAGE_CODE), "languages whose name nobody has confirmed"),
    "unverified": Key(FLAG, "true: to be checked before it is published"),
    "note": Key(NOTE, "for the team"),
}
PLACE: Form = {
    "id": Key(IDENTITY, "its name; events say place: <id>", required=True),
    "name": Key(LOCALISED, "what the place is called", required=True),
    "address": Key(NAMES, "street, number, town"),
    "entrance": Key(NAMES, "how one gets in"),
    "map": Key(ADDRESS, "a map of it"),
    "accessibility": Key(kinds.TOPICS, "step-free and the like"),
    "note": Key(NOTE, "for the team"),
}
PARTNER: Form = {
    "id": Key(IDENTITY, "its name; texts write it in braces, {riga-library}", required=True),
    "name": Key(NAMES, "what it is called where it has no handle, per language", required=True),
    "handles": Key(
        kinds.by_name(_network, Kind(_handle, {"type": "string", "pattern": "^@?[^@ ]+(@[^@ ]+)?$"})),
        "its handle on each network: mastodon, bluesky, x … or one of your accounts",
    ),
    "note": Key(NOTE, "for the team"),
}
WORD: Form = {
    "avoid": Key(localised(either(TEXT, listing(TEXT))), "the word, or several, per language", required=True),
    "prefer": Key(LOCALISED, "what to say instead, per language"),
    "reason": Key(NAMES, "why"),
    "note": Key(NOTE, "for the team"),
}
SOURCE: Form = {"url": Key(ADDRESS, "its address", required=True), "note": Key(NOTE, "what was read there")}
SOURCES = kinds.by_name(lambda name, _: kinds.identity(name), form(SOURCE))


# ---------------------------------------------------------------- from values to the model


def _contact(values: Values, spot: Spot) -> Contact:
    hours: Values = values.get("hours", {})
    return Contact(
        values["id"],
        spot,
        values["phone"],
        str(values.get("display", values["phone"])),
        values["name"],
        values.get("provider", {}),
        hours.get("always", False),
        hours.get("text", {}),
        hours.get("claims", ()),
        values.get("source", ""),
        values.get("status", ""),
        values.get("verified_on"),
    )


def _named_alike(model: type[Any]) -> Callable[[Values, Spot], Any]:
    """A model whose fields are named like the keys; what the team notes for itself stays behind."""
    fields = {one.name for one in dataclasses.fields(model)}
    return lambda values, spot: model(spot=spot, **{name: value for name, value in values.items() if name in fields})


def _words(values: Values, spot: Spot) -> list[GlossaryWord]:
    prefer, reason = values.get("prefer", {}), values.get("reason", {})
    return [
        GlossaryWord(language, word, prefer.get(language, ""), reason.get(language, ""), spot)
        for language, avoid in values["avoid"].items()
        for word in ([avoid] if isinstance(avoid, str) else avoid)
    ]


@dataclass(frozen=True, slots=True)
class Registry:
    """One registry file: the keys that hold its entries, and what an entry says and becomes."""

    told: str
    noun: str
    entry: Form
    build: Callable[[Values, Spot], Any]
    lists: tuple[str, ...]
    more: Form = field(default_factory=dict)

    @property
    def form(self) -> Form:
        """The keys of the file."""
        return {**self.more, **{name: Key(entries(self.entry), f"the {self.noun}s") for name in self.lists}}


REGISTRIES: Mapping[str, Registry] = {
    "contacts": Registry("Help contacts that texts name in braces", "contact", CONTACT, _contact, ("contacts",)),
    "facts": Registry("Figures and statements that texts may use", "fact", FACT, _named_alike(Fact), ("facts",)),
    "observances": Registry(
        "Awareness days with the rule of their date",
        "observance",
        OBSERVANCE,
        _named_alike(Observance),
        ("observances", "moving"),
        {"sources": Key(SOURCES, "pages that several days were read on, by name")},
    ),
    "places": Registry("Places where events are held", "place", PLACE, _named_alike(Place), ("places",)),
    "partners": Registry(
        "Partners that texts name in braces", "partner", PARTNER, _named_alike(Partner), ("partners",)
    ),
    "glossary": Registry("Words to avoid and what to say instead", "word", WORD, _words, ("words",)),
}


# ---------------------------------------------------------------- reading


def registry(name: str, root: Node, reading: Reading) -> tuple[dict[str, Any], Known]:
    """Its entries by id, those without mistakes, and all names; mistakes are told."""
    kind = REGISTRIES[name]
    reading.languages, reading.any_language = reading.site.languages, True
    if isinstance(root, Text) and not root.text:
        return {}, Known(reading.file)
    if not isinstance(root, Table):
        reading.report(not_a(root, f"{kind.lists[0]}: and its list"), root)
        return {}, Known(reading.file, readable=False)
    values = fill(kind.form, root, "", reading)
    found, broken = _entries(name, [node for key in kind.lists for node in values.get(key, ())], reading)
    _settle(name, found, broken, values, reading)
    return found, Known(reading.file, frozenset(found) - broken, frozenset(broken), "" not in reading.held)


def _entries(name: str, nodes: Sequence[Node], reading: Reading) -> tuple[dict[str, Any], set[str]]:
    found: dict[str, Any] = {}
    broken: set[str] = set()
    for node in nodes:
        entry = _entry(name, node, found, reading)
        if entry is None:
            broken.add(_id(node))
        else:
            found[_id(node) or str(node.line)] = entry
    return found, broken


def _id(node: Node) -> str:
    said = under(node, "id")
    return said.text if says(node, "id") and isinstance(said, Text) and ID.fullmatch(said.text) else ""


def _entry(name: str, node: Node, found: Mapping[str, Any], reading: Reading) -> Any:
    kind = REGISTRIES[name]
    reading.begin(kind.noun, f"{name}/{_id(node) or f'line-{node.line}'}")
    values = fill(kind.entry, node, "", reading)
    first = found.get(_id(node))
    if first:
        message = f"the id {told(first.id)} stands here a second time (the first is in line {first.spot.line})"
        reading.report(Mistake("FMT04", message, instead=f"{first.id}-2"), under(node, "id"), "id")
    return kind.build(values, reading.spot(node)) if reading.end() else None


def _settle(name: str, found: dict[str, Any], broken: set[str], values: Values, reading: Reading) -> None:
    """What one entry says of another, and entries that what others say makes wrong."""
    if name == "observances":
        sources: Values = values.get("sources", {})
        for day_id, day in found.items():
            url = sources.get(day.source, {}).get("url", "")
            found[day_id] = dataclasses.replace(day, source=url or day.source)
    for entry, key, mistake in list(_WRONG[name](found, broken, reading)) if name in _WRONG else ():
        broken.add(entry.id)
        del found[entry.id]
        mistake.line, mistake.column = entry.spot.line, entry.spot.column
        reading.begin(REGISTRIES[name].noun, f"{name}/{entry.id}")
        reading.report(mistake, path=key)
        reading.end()


Wrong = Iterator[tuple[Any, str, Mistake]]
"""The entry, the key, and what is wrong with it."""


def _superseded(facts: Mapping[str, Fact], broken: Collection[str], reading: Reading) -> Wrong:
    for fact in facts.values():
        if fact.superseded_by not in {"", *facts, *broken}:
            yield fact, "superseded_by", reading.unknown("fact", fact.superseded_by, facts)


def _named_twice(partners: Mapping[str, Partner], broken: Collection[str], reading: Reading) -> Wrong:
    contacts = reading.known.get("contacts", Known(""))
    for partner in partners.values():
        if partner.id in contacts.names | contacts.broken:
            message = f"{told(partner.id)} is a contact too ({contacts.file}); in braces it could be either"
            yield partner, "id", Mistake("FMT04", message, instead=f"{partner.id}-2")


_WRONG: Mapping[str, Callable[[Mapping[str, Any], Collection[str], Reading], Wrong]] = {
    "facts": _superseded,
    "partners": _named_twice,
}
