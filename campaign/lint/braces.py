"""Braces that look like a field and are none, so that the public would read them as typed (REF03)."""

import re
from collections.abc import Collection, Iterator

from campaign.lint.subjects import finding
from campaign.model import Message, Problem, Schedules, Severity

_DOUBLED = re.compile(r"\{\{ *([\w .-]+?) *\}\}")
_OPEN = re.compile(r"\{ *([\w-]+(?:[. ][\w-]+)?)(?![\w .-]*\})")
_FIELD = re.compile(r"this\.date|(?:days-to|fact) [\w-]+|[\w-]+\.(?:date|time|place)")


def review(schedules: Schedules) -> Iterator[Problem]:
    """Texts, titles, warnings and footers; whatever no field is called may stand in braces."""
    names = {*schedules.contacts, *schedules.partners}
    for campaign in schedules.campaigns:
        for message in campaign.messages:
            for field in ("text", "title", "content_warning", "footer"):
                for language, text in getattr(message, field).items():
                    yield from _typed(message, f"{field}.{language}", text, names)


def _typed(message: Message, field: str, text: str, names: Collection[str]) -> Iterator[Problem]:
    for pattern, what in ((_DOUBLED, "two pairs of braces"), (_OPEN, "a brace that is not closed")):
        for match in pattern.finditer(text):
            name = match[1].strip()
            if name in names or _FIELD.fullmatch(name):
                told = f"“{match[0]}” comes out as typed: {what}"
                yield finding(message, "REF03", Severity.WARNING, (told, f"write {{{name}}}"), (field,))
