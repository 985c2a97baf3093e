"""Occurrence → post per account and language: final words inside the account's limits, or the problem (pure)."""

from campaign.compose.book import Book, Composed, Request
from campaign.compose.events import event, observance, page
from campaign.compose.fields import fields_in
from campaign.compose.messages import message
from campaign.model import Account, Event, Message, Observance, Occurrence

__all__ = ["Book", "Composed", "compose", "fields_in"]


def compose(occurrence: Occurrence, account: Account, language: str, book: Book) -> Composed:
    """What this account gets of this occurrence in this language. Nothing is ever cut to fit."""
    request, entry = Request(occurrence, account, language, book), occurrence.entry
    if isinstance(entry, Message):
        return message(request, entry)
    if isinstance(entry, Event):
        return event(request, entry)
    return observance(request, entry) if isinstance(entry, Observance) else page(request, entry)
