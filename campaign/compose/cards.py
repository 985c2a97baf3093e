"""A post's cards: what its editors chose, in the words of its language, with what every card carries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaign.compose.book import Book, Request, finding, place_of_card
from campaign.compose.fields import Speaker
from campaign.compose.picture import CALLED, FURTHER, HINTS, NEEDED, help_line, made_for
from campaign.language import LANGUAGES
from campaign.model import Account, Card, CardChoice, Image, Problem


def cards_for(speaker: Speaker, title: str, choices: Sequence[CardChoice], link: str) -> tuple[Card, ...]:
    """The inputs of every card where the account takes pictures; what is missing becomes a problem of the speaker's."""
    if not _takes_cards(speaker.request.account):
        return ()
    spots = getattr(speaker.entry, "spots", {})
    orders = (_Order(speaker, choice, place_of_card(spots, number)) for number, choice in enumerate(choices))
    return tuple(card for order in orders if (card := _ordered(order, title, link)))


def closing_for(speaker: Speaker, cards: Sequence[Card], link: str) -> Card | None:
    """Where help is: the last picture of a month that becomes several, unless the editors chose it themselves."""
    templates = {card.template for card in cards}
    if "month-calendar" not in templates or "help" in templates:
        return None
    closing = _card(_Order(speaker, CardChoice("help"), "card"), "", link)
    return closing if closing and closing.fields["contacts"] else None


def _takes_cards(account: Account) -> bool:
    return account.limits.images > 0 and account.kind != "calendar"


@dataclass(frozen=True, slots=True)
class _Order:
    """One card for one post; `place` is its path in the entry: `card`, in a list `card.1`."""

    speaker: Speaker
    choice: CardChoice
    place: str

    def problem(self, code: str, message: str, hint: str, place: str = "") -> Problem:
        """Why the post waits; `place` is where that stands, if it is known more exactly."""
        fields = (place or self.place, self.place, "card")
        more = {"hint": hint, "fields": fields, "language": self.speaker.language}
        return finding(self.speaker.entry, code, f"{message}; this post waits", **more)


def _ordered(order: _Order, title: str, link: str) -> Card | None:
    """The card, or None for a template that has nothing to show this time, or that nobody can choose."""
    template = order.choice.template
    if template in FURTHER:
        message = f"“{template}” is a further picture of {FURTHER[template]} and comes by itself"
        order.speaker.problems.append(order.problem("CRD01", message, f"card: {FURTHER[template]}"))
        return None
    card = _card(order, title, link)
    order.speaker.problems += _absent(order, card.fields) if card else ()
    return card


def _card(order: _Order, title: str, link: str) -> Card | None:
    speaker, choice = order.speaker, order.choice
    made = made_for(choice.template, speaker, title)
    if made is None:
        return None
    given = {name: _in_language(value, order, f"{order.place}.{name}") for name, value in choice.fields.items()}
    photo = {"photo": _photo(choice.photo, speaker.language)} if choice.photo else {}
    said = {name: value for name, value in given.items() if value is not None}
    fields = _frame(speaker.request) | {"link": link} | made | photo | said
    if fields["kicker"] == fields.get("title"):
        fields["kicker"] = ""
    return Card(choice.template, speaker.request.account.limits.card_size, speaker.language, fields)


def _photo(image: Image, language: str) -> dict[str, Any]:
    """What is drawn and said of a photo; the record of consent stays with the editors."""
    alt = image.alt.get(language, "")
    return {"file": image.file, "alt": alt, "credit": image.credit, "focus": list(image.focus)}


# ---------------------------------------------------------------- what every card carries


def _frame(request: Request) -> dict[str, Any]:
    """Whose it is, which campaign, where to find help."""
    campaign = getattr(request.occurrence.entry, "campaign", "")
    return request.book.once(
        ("card frame", campaign, request.language),
        lambda: {
            "site": request.book.site.name.get(request.language, ""),
            "kicker": _kicker(request.book, campaign, request.language),
            "help": help_line(request.book, request.language),
        },
    )


def _kicker(book: Book, campaign: str, language: str) -> str:
    return book.campaigns[campaign].title.get(language, "") if campaign in book.campaigns else ""


# ---------------------------------------------------------------- what the editors gave


def _absent(order: _Order, fields: Mapping[str, Any]) -> Iterator[Problem]:
    """What the template needs and nobody gave; `bars|series` is one of the two."""
    template = order.choice.template
    for needed in NEEDED.get(template, ()):
        if not any(name in order.choice.fields or _is_said(fields.get(name)) for name in needed.split("|")):
            hint = HINTS.get(needed, f"card: {{template: {template}, {needed}: …}}")
            yield order.problem("CRD01", f"the card “{template}” needs {CALLED.get(needed, needed)}", hint)


def _is_said(value: Any) -> bool:
    """Whether there is a value; a number may be 0."""
    return value is not None and value not in ("", [], ())


def _in_language(value: Any, order: _Order, place: str) -> Any:
    """The editor's value in the card's language, at any depth; None, with a problem, where that language is missing."""
    if isinstance(value, str):
        return order.speaker.say(value, "card")
    if isinstance(value, list | tuple):
        return [_in_language(item, order, f"{place}.{number}") for number, item in enumerate(value)]
    return _translated(value, order, place) if isinstance(value, Mapping) else value


def _translated(value: Mapping[str, Any], order: _Order, place: str) -> Any:
    language = order.speaker.language
    if not value or not set(value) <= {*LANGUAGES, *order.speaker.book.site.languages}:
        return {key: _in_language(item, order, f"{place}.{key}") for key, item in value.items()}
    if language in value:
        return _in_language(value[language], order, f"{place}.{language}")
    name = place.removeprefix(f"{order.place}.")
    message, hint = f"the card's {name} is not given in {language}", f'add to {name}: {language}: "…"'
    order.speaker.problems.append(order.problem("TRN01", message, hint, place))
    return None
