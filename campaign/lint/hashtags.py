"""Hashtags of several words in small letters, which a screen reader says as one (TAG03)."""

import re
from collections.abc import Collection, Iterator, Mapping

from campaign.lint.subjects import finding
from campaign.model import Campaign, Event, Message, Problem, Schedules, Severity

SHORTEST, LONG = 10, 16
"""Letters: below the one a tag is a word; from the other on it is several, unless the texts know it as one."""
_ENDING = 3
"""Letters in which the forms of a word may differ."""


def review(schedules: Schedules) -> Iterator[Problem]:
    """Each such hashtag once in a campaign, with the way to write it where the campaign's own words tell."""
    for campaign in schedules.campaigns:
        vocabulary = _vocabulary(campaign)
        for tag, entry in _tags(campaign).items():
            parts = _words_in(tag.removeprefix("#"), vocabulary)
            if parts:
                yield _warning(entry, tag, parts)


def _entries(campaign: Campaign) -> tuple[Message | Event, ...]:
    return (*campaign.messages, *campaign.events)


def _tags(campaign: Campaign) -> Mapping[str, Message | Event]:
    """Long ones in small letters, each with the first entry that has it."""
    found: dict[str, Message | Event] = {}
    for entry in _entries(campaign):
        said = [entry.hashtags, *(variant.hashtags or {} for variant in getattr(entry, "variants", {}).values())]
        for tag in (tag for tags in said for one in tags.values() for tag in one):
            body = tag.removeprefix("#")
            if len(body) >= SHORTEST and body.islower() and body.isalpha():
                found.setdefault(tag, entry)
    return found


def _vocabulary(campaign: Campaign) -> frozenset[str]:
    """Every word of the campaign's texts and titles."""
    texts = [*campaign.title.values()]
    for entry in _entries(campaign):
        texts += [*entry.title.values(), *(entry.text if isinstance(entry, Message) else entry.summary).values()]
    return frozenset(word for text in texts for word in re.findall(r"(?<![#\w])[^\W\d_]{2,}", text.casefold()))


def _words_in(body: str, vocabulary: Collection[str]) -> tuple[str, ...]:
    """What a tag is made of: known words; the whole where it is too long for one; nothing where it is one."""
    if any(word.startswith(body[:-_ENDING]) for word in vocabulary):
        return ()
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(body) + 1):
        made = [
            (*before, body[start:end])
            for start, before in enumerate(best)
            if before is not None and body[start:end] in vocabulary
        ]
        best.append(min(made, key=len, default=None))
    return best[-1] or ((body,) if len(body) >= LONG else ())


def _warning(entry: Message | Event, tag: str, parts: tuple[str, ...]) -> Problem:
    message = f"“{tag}” is read aloud as one word"
    mended = "#" + "".join(part.capitalize() for part in parts)
    hint = f"write {mended}" if len(parts) > 1 else "if it is several words, begin each with a capital letter"
    severity = Severity.WARNING if len(parts) > 1 else Severity.HINT
    return finding(entry, "TAG03", severity, (message, hint), ("hashtags",))
