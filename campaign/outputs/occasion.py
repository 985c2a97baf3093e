"""What every outlet says about an event, and the days and months it falls on."""

import datetime as dt
from collections.abc import Iterator

from campaign.language import accessibility, language_name, moment, phrase
from campaign.model import EventFacts, Post, Published


def facts_of(row: Published) -> EventFacts:
    """The event of a row that must have one."""
    if row.post.event is None:
        raise ValueError(f"{row.key} has no date")
    return row.post.event


def own_words(post: Post) -> str:
    """What the editors wrote about an event; a summary made from its time and place stands in the fields already."""
    return post.summary if post.summary != post.text else ""


def changed(facts: EventFacts, language: str) -> str:
    """`Pārcelts (iepriekš: 2023. gada 26. septembrī plkst. 13.00).` and why, when it moved or was called off."""
    parts = []
    if facts.was_starts:
        parts.append(
            f"{phrase('moved', language)} ({phrase('was', language, when=moment(facts.was_starts, language))})."
        )
    if facts.reason:
        parts.append(phrase("reason", language, reason=facts.reason))
    return " ".join(parts)


def details(facts: EventFacts, language: str) -> Iterator[tuple[str, str]]:
    """(label, words) of who holds it, in which languages, how to get in and what it costs, as far as said."""
    if facts.organizer:
        yield phrase("organiser", language), facts.organizer
    if facts.spoken:
        yield phrase("spoken_languages", language), ", ".join(language_name(code, language) for code in facts.spoken)
    if facts.accessibility:
        yield (
            phrase("accessibility", language),
            ", ".join(accessibility(term, language) for term in facts.accessibility),
        )
    if facts.price:
        yield phrase("price_label", language), phrase("free", language) if facts.price == "0" else facts.price


def months_of(facts: EventFacts) -> tuple[dt.date, ...]:
    """The first days of the months an event falls in."""
    return months_between(first_day(facts), last_day(facts))


def months_between(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """The first days of the months from one day to another; a span may reach over several."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(shift_month(first.replace(day=1), step) for step in range(max(count, 1)))


def first_day(facts: EventFacts) -> dt.date:
    """The local day an event starts on."""
    return dt.date.fromisoformat(facts.starts[:10])


def last_day(facts: EventFacts) -> dt.date:
    """The last local day an event is on."""
    return dt.date.fromisoformat((facts.ends or facts.starts)[:10])


def shift_month(month: dt.date, steps: int) -> dt.date:
    """The first day of the month so many months later."""
    index = month.year * 12 + month.month - 1 + steps
    return dt.date(index // 12, index % 12 + 1, 1)
