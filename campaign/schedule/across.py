"""What campaigns say of each other: digests made from another one, answers to its messages."""

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from campaign.model import Campaign, Message, Problem, Severity, Tier
from campaign.schedule.mistakes import Mistake, told, unknown


@dataclass(frozen=True, slots=True)
class Across:
    """All campaigns that could be read, what any file calls itself, and the entries with a mistake of their own."""

    campaigns: Sequence[Campaign]
    claimed: Collection[str]
    mistaken: Collection[str]

    @property
    def messages(self) -> dict[str, Message]:
        return {message.key: message for campaign in self.campaigns for message in campaign.messages}


def settled(known: Across) -> tuple[list[Campaign], list[Problem]]:
    """The campaigns without the messages that name what does not exist elsewhere, and why each is left out."""
    problems: list[Problem] = []
    while found := [problem for message in known.messages.values() for problem in _wrong(message, known)]:
        problems += found
        wrong = {problem.entry for problem in found}
        left = [_without(campaign, wrong) for campaign in known.campaigns]
        known = Across(left, known.claimed, {*known.mistaken, *wrong})
    return list(known.campaigns), problems


def _without(campaign: Campaign, keys: Collection[str]) -> Campaign:
    left = tuple(message for message in campaign.messages if message.key not in keys)
    return dataclasses.replace(campaign, messages=left)


def _wrong(message: Message, known: Across) -> Iterator[Problem]:
    """One problem at most for each key that names another campaign."""
    sources = set(message.digest.campaigns) if message.digest else set()
    if unread := sorted(sources - set(known.claimed)):
        mistake = unknown("campaign", unread[0], known.claimed)
        yield _problem(message, "digest.from", mistake, f"from: [{mistake.instead}]")
    if message.reply_to and message.reply_to not in known.messages:
        mistake = _unanswerable(message.reply_to, known)
        yield _problem(message, "reply_to", mistake, f"reply_to: {mistake.instead}")


def _unanswerable(key: str, known: Across) -> Mistake:
    campaign, _, entry = key.partition("/")
    if key in known.mistaken:
        return Mistake("REF02", f"{told(key)} has a mistake itself")
    if campaign not in known.claimed:
        return unknown("message", key, known.messages)
    ours = {message.id for message in known.messages.values() if message.campaign == campaign}
    if not any(one.id == campaign for one in known.campaigns):
        return Mistake("REF02", f"{told(entry)} may stand in the campaign {told(campaign)}, which cannot be read")
    mistake = unknown(f"message of {campaign}", entry, ours)
    mistake.instead = f"{campaign}/{mistake.instead}" if mistake.instead else ""
    return mistake


def _problem(message: Message, field: str, mistake: Mistake, hint: str) -> Problem:
    return Problem(
        message.spots.get(field, message.spot),
        mistake.code,
        Severity.ERROR,
        f"{mistake.message}. This message is held, the others go on.",
        hint if mistake.instead else "",
        field,
        Tier.ENTRY,
        message.key,
    )
