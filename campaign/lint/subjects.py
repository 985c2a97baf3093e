"""What the rules look at: everything that goes out of one message, or of one announcement of an event."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaign.compose import fields_in
from campaign.compose.wording import Words, variants_for, words_of
from campaign.language import LANGUAGES
from campaign.model import Account, Draft, Event, Message, Problem, Severity, Site, Spot


@dataclass(frozen=True, slots=True)
class Telling:
    """The words one account gets in one language."""

    account: Account
    language: str
    words: Words
    fields: frozenset[str]  # the names in braces of its texts and its card


@dataclass(frozen=True, slots=True)
class Subject:
    """One message or announcement with all its drafts; `name` is `campaign/entry` without a date."""

    name: str
    entry: Message | Event
    drafts: Sequence[Draft]

    @property
    def called(self) -> str:
        """As its editors call it."""
        return self.name.partition("/")[2]

    def days(self, today: dt.date) -> list[dt.date]:
        """The local days it goes out on; what goes out at once does so today."""
        walls = {draft.occurrence.wall for draft in self.drafts}
        return sorted({today if wall is None else wall.date() for wall in walls})

    def next_day(self, today: dt.date) -> dt.date:
        """The day that counts for a finding: the next one, or the last there was."""
        days = self.days(today)
        return next((day for day in days if day >= today), days[-1])


def subjects_of(drafts: Iterable[Draft]) -> list[Subject]:
    """Messages and announcements that say something, in the order of their first draft."""
    grouped: dict[str, list[Draft]] = {}
    for draft in drafts:
        occurrence = draft.occurrence
        if not draft.skip and (isinstance(occurrence.entry, Message) or occurrence.announcement):
            grouped.setdefault(occurrence.key.partition("@")[0], []).append(draft)
    return [
        Subject(name, entry, found)
        for name, found in grouped.items()
        if isinstance(entry := found[0].occurrence.entry, Message | Event)
    ]


def tellings(subject: Subject, site: Site) -> Iterator[Telling]:
    """Each account's words in each language, once; dates that say it otherwise besides."""
    entry = subject.entry
    dates = entry.on.keys() & {draft.occurrence.date for draft in subject.drafts} if entry.on else ()
    for name, language in sorted({(draft.account, draft.language) for draft in subject.drafts}):
        if account := site.accounts.get(name):
            variants = variants_for(entry, account) if isinstance(entry, Message) else ()
            said = [words_of(entry, language, (*variants, entry.on[date])) for date in sorted(dates)]
            told = (words for words in (words_of(entry, language, variants), *said) if not words.skip)
            yield from (Telling(account, language, words, _fields(words, language)) for words in told)


def _fields(words: Words, language: str) -> frozenset[str]:
    on_cards = (text for card in words.cards for text in _texts_in(card.fields, language))
    texts = (words.text, words.title, words.footer, words.warning, *on_cards)
    return frozenset(name for text in texts if "{" in text for name in fields_in(text))


def _texts_in(value: Any, language: str) -> Iterator[str]:
    """The texts of a card's field, at any depth, of those in several languages the one that is spoken."""
    if isinstance(value, str):
        yield value
    else:
        yield from (text for part in _parts(value, language) for text in _texts_in(part, language))


def _parts(value: Any, language: str) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [part for name, part in value.items() if name == language or name not in LANGUAGES]
    return value if isinstance(value, list | tuple) else ()


def spot_of(entry: Message | Event, fields: Iterable[str]) -> Spot:
    """Where the first of these fields stands that the entry has."""
    return next((entry.spots[field] for field in fields if field in entry.spots), entry.spot)


def finding(
    entry: Message | Event, code: str, severity: Severity, told: tuple[str, str], fields: Sequence[str] = ()
) -> Problem:
    """A content finding about an entry; `told` is the message and its hint, `fields` where it may stand, best first."""
    message, hint = told
    spot = spot_of(entry, fields)
    return Problem(spot, code, severity, message, hint, field=fields[0] if fields else "", entry=entry.key)


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
