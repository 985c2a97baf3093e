"""Several pictures for one post: a card, further pages with what it had no room for, and where help is."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from campaign.model import Card

Follow = Callable[[Card], Card | None]


def pages(follow: Follow, cards: Sequence[Card], closing: Card | None, most: int) -> tuple[Card, ...]:
    """At most `most` pages; the closing one comes only after several, and only where there is room for it."""
    if closing is None or most < max(3, len(cards) + 1):
        return tuple(_all(follow, cards[:most], most))
    found = tuple(_all(follow, cards[: most - 1], most - 1))
    return (*found, closing) if len(found) > 1 else found


def _all(follow: Follow, cards: Sequence[Card], most: int) -> Iterator[Card]:
    """Every card, and as many further pages as the cards after it leave room for."""
    spare = most - len(cards)
    for card in cards:
        yield card
        for page in islice(_further(follow, card), spare):
            spare -= 1
            yield page


def _further(follow: Follow, card: Card) -> Iterator[Card]:
    page = follow(card)
    while page is not None:
        yield page
        page = follow(page)
