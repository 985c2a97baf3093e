"""The fields of a text: contacts, partners, dates, facts.

`{helpline-thb}`, `{riga-library}`, `{discussion.date}`, `{this.date}`, `{days-to discussion}`, `{fact id}`.

Nothing else is interpreted: `{{ }}`, `{% %}`, `$` and `%s` come out as typed.
"""

import datetime as dt
import difflib
import re
from dataclasses import dataclass, replace

from campaign.compose.book import Request, finding, local_time
from campaign.language import date_text, days_to, moment, time_text
from campaign.model import At, Contact, EventFacts, Message, Occurrence, Problem, Relative

# A name has a letter in it and stands in single braces.
_FIELD = re.compile(r"(?<!\{)\{(?=[^{}\n]*[^\W\d_]) *(\w[\w .-]*?) *\}(?!\})")


_SUBJECT = re.compile(r"^(?:days-to|fact) +|\.(?:date|time|place)$")
"""What stands around the name in a field."""
_NO_HINT = "write the id of a contact or partner, of an entry with .date, .time or .place, or take the braces away"


def fields_in(text: str) -> list[str]:
    """The names of the fields in a text, in their order."""
    return _FIELD.findall(text)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a field has no value."""

    code: str
    message: str
    hint: str


class Speaker:
    """Fills the fields of one post's texts in one language, and remembers which contacts and facts they named."""

    def __init__(self, request: Request) -> None:
        """`day` is the local date on which the post goes out."""
        local = local_time(request.occurrence, request.book.site)
        self.request, self.book, self.language = request, request.book, request.language
        self.entry, self.local, self.day = request.occurrence.entry, local, local.date() if local else None
        self.contacts: list[Contact] = []
        self.facts: list[str] = []
        self.problems: list[Problem] = []

    def say(self, text: str, field: str = "text") -> str:
        """The text with its fields filled; `field` names it for problems."""
        return _FIELD.sub(lambda match: self._filled(match, field), text) if "{" in text else text

    def _filled(self, match: re.Match[str], field: str) -> str:
        value = self._value(match[1])
        if isinstance(value, str):
            return value
        fields = (f"{field}.{self.language}", field)
        more = {"hint": value.hint, "fields": fields, "language": self.language}
        self.problems.append(finding(self.entry, value.code, f"{value.message}; this post waits", **more))
        return match[0]

    def _value(self, name: str) -> str | Trouble:
        contact = self.book.schedules.contacts.get(name)
        if contact is not None:
            self.contacts.append(contact)
            return contact.display
        if name in self.book.schedules.partners:
            return self._partner(name)
        kind, _, rest = name.partition(" ")
        if kind == "fact":
            return self._fact(rest.strip())
        if name == "this.date":
            return date_text("day_in", self.day, self.language) if self.day else _undated(name)
        subject, _, part = (rest.strip(), "", kind) if kind == "days-to" else name.rpartition(".")
        return self._of_entry(name, subject, part)

    def _of_entry(self, name: str, subject: str, part: str) -> str | Trouble:
        facts = self._facts_of(subject)
        if facts is None or part not in {"days-to", "date", "time", "place"}:
            return self._unknown(name)
        return self._part(part, facts) or Trouble(
            "REF02", f"{{{name}}} has no value in {self.language}", f"give {subject} one, or say it in words"
        )

    def _part(self, part: str, facts: EventFacts) -> str:
        starts = dt.datetime.fromisoformat(facts.starts)
        if part == "days-to":
            return days_to((starts.date() - self.day).days, self.language) if self.day else ""
        if part == "date":
            return moment(facts.starts[:10], self.language, self.day.year if self.day else 0)
        if part == "time":
            return "" if facts.all_day else time_text(starts.time(), self.language)
        return facts.place

    def _partner(self, partner_id: str) -> str | Trouble:
        """The handle on this network, else the name."""
        partner, account = self.book.schedules.partners[partner_id], self.request.account
        handle = partner.handles.get(account.id) or partner.handles.get(account.kind)
        hint = f"add `{self.language}:` to the name of {partner_id} in {partner.spot.file}"
        return (
            handle
            or partner.name.get(self.language)
            or Trouble("TRN01", f"the partner {partner_id} has no name in {self.language}", hint)
        )

    def _fact(self, fact_id: str) -> str | Trouble:
        fact = self.book.schedules.facts.get(fact_id)
        if fact is None:
            return self._unknown(f"fact {fact_id}")
        self.facts.append(fact_id)
        hint = f"add `{self.language}:` to the claim of {fact_id} in {fact.spot.file}"
        return fact.claim.get(self.language) or Trouble("TRN01", f"the fact {fact_id} is not in {self.language}", hint)

    def _facts_of(self, name: str) -> EventFacts | None:
        """When (and where, in words) an entry of the same file, or an observance, takes place."""
        entry = self.book.entries.get(f"{getattr(self.entry, 'campaign', '')}/{name}")
        if isinstance(entry, Message):
            return _when_sent(entry)
        occurrence = self.occurrence_of(name)
        if occurrence is None or occurrence.event is None:
            return None
        return replace(occurrence.event, place=entry.place.get(self.language, "") if entry else "")

    def occurrence_of(self, name: str) -> Occurrence | None:
        """The date that this post means when it names an event of its file, or an observance."""
        key = f"{getattr(self.entry, 'campaign', '')}/{name}"
        tied = (
            isinstance(self.entry, Message) and isinstance(self.entry.when, Relative) and self.entry.when.anchor == name
        )
        own = self.request.occurrence.date if tied else None
        return self.book.occurrence_of(key if key in self.book.entries else name, self.day, own)

    def _unknown(self, name: str) -> Trouble:
        subject = _SUBJECT.sub("", name)
        for folder in (getattr(self.entry, "campaign", ""), "contacts", "partners", "facts", "observances"):
            if f"{folder}/{subject}" in self.book.mistaken:
                return Trouble(
                    "REF02", f"“{subject}” has a mistake itself", "mend that one; this text is right as it is"
                )
        if self.book.unreadable:
            file = self.book.unreadable[0]
            return Trouble("REF02", f"{{{name}}} may stand in {file}, which cannot be read", f"mend {file}")
        nearest = difflib.get_close_matches(name, self._known(), n=2, cutoff=0.5)
        hint = f"nearest: {', '.join(f'{{{known}}}' for known in nearest)}" if nearest else _NO_HINT
        return Trouble("REF01", f"nothing is called {{{name}}}", hint)

    def _known(self) -> list[str]:
        campaign = getattr(self.entry, "campaign", "")
        ours = [key.partition("/")[2] for key in self.book.entries if key.startswith(f"{campaign}/")]
        days = [*ours, *(name for name in self.book.dates if "/" not in name)]
        dated = [form.format(name) for name in days for form in ("{}.date", "{}.time", "{}.place", "days-to {}")]
        facts = [f"fact {name}" for name in self.book.schedules.facts]
        named = [*self.book.schedules.contacts, *self.book.schedules.partners]
        return [*named, "this.date", *dated, *facts]


def _undated(name: str) -> Trouble:
    return Trouble("REF02", f"{{{name}}} has no date here", "give the message a time, as in `at: 2023-09-18 09:00`")


def _when_sent(message: Message) -> EventFacts | None:
    if not isinstance(message.when, At):
        return None
    return EventFacts(message.when.wall.isoformat(timespec="minutes"), "", all_day=False, zone=message.timezone)
