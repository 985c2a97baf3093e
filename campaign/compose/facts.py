"""An event's facts in one language, and the sentences made from them."""

from dataclasses import replace

from campaign.compose.book import Book
from campaign.language import phrase, sentence_case, when
from campaign.model import Event, EventFacts, Localised, Occurrence, Place


def facts_of(occurrence: Occurrence, language: str, book: Book) -> EventFacts | None:
    """The facts with the texts of one language: place, address, organiser, and why it changed."""
    facts, entry = occurrence.event, occurrence.entry
    if facts is None or not isinstance(entry, Event):
        return facts
    place = book.schedules.places.get(entry.place_id)
    return replace(
        facts,
        place=entry.place.get(language, ""),
        address=place.address.get(language, "") if place else "",
        organizer=entry.organizer.get(language, ""),
        reason=_reason(entry, occurrence).get(language, ""),
        accessibility=_accessibility(facts, place),
    )


def _reason(entry: Event, occurrence: Occurrence) -> Localised:
    variant = entry.on.get(occurrence.date) if occurrence.date else None
    if variant and variant.reason:
        return variant.reason
    return entry.changes[-1].reason if entry.changes else {}


def _accessibility(facts: EventFacts, place: Place | None) -> tuple[str, ...]:
    """What the event says, and what its place offers to everybody."""
    return tuple(dict.fromkeys((*facts.accessibility, *(place.accessibility if place else ()))))


def described(facts: EventFacts, language: str) -> str:
    """When, where and at what price, in short sentences, after anything that changed."""
    opening = (*_news(facts, language), when(facts, language))
    if facts.status in {"cancelled", "postponed"}:
        return sentences(*opening, where(facts, language)[0])
    return sentences(*opening, *where(facts, language), _price(facts, language))


def where(facts: EventFacts, language: str) -> tuple[str, ...]:
    """The place, and whether one can take part from elsewhere."""
    place = phrase("place_is", language, place=facts.place) if facts.place else ""
    online = {"online": "takes_place_online", "mixed": "also_online"}.get(facts.attendance, "")
    return (place, phrase(online, language) if online else "")


def _price(facts: EventFacts, language: str) -> str:
    if facts.price == "0":
        return phrase("free_entry", language)
    return phrase("price", language, price=facts.price) if facts.price else ""


def _news(facts: EventFacts, language: str) -> tuple[str, ...]:
    reason = phrase("reason", language, reason=facts.reason) if facts.reason else ""
    if facts.status != "confirmed":
        return (phrase(f"status_{facts.status}", language), reason)
    if not facts.was_starts:
        return ()
    before = replace(facts, starts=facts.was_starts, ends="", all_day="T" not in facts.was_starts)
    was = phrase("was", language, when=when(before, language))
    return (f"{phrase('moved', language)} ({was})", reason)


def sentences(*said: str) -> str:
    """What is said, one sentence after the other."""
    return " ".join(_sentence(one) for one in said if one)


def _sentence(words: str) -> str:
    ended = words.rstrip('”’»")').endswith((".", "!", "?", "…"))
    return sentence_case(words) if ended else f"{sentence_case(words)}."
