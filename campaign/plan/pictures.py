"""The pictures of a draft: its cards laid out, then its photos; and what keeps one from being drawn."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from campaign.cards import Flaw, Studio
from campaign.cards.studio import Laid
from campaign.compose import Composed
from campaign.compose.book import place_of_card, spot_of
from campaign.model import Account, Card, Draft, Picture, Problem, Severity, Spot, Tier


def pictures(
    made: Composed, account: Account, draft: Draft, studio: Studio
) -> tuple[tuple[Picture, ...], tuple[Problem, ...]]:
    """What the post shows, at most as many as the account takes, and the problems that make it wait."""
    limits, flawed = account.limits, tuple(_flawed_cards(made, account, draft, studio))
    most = limits.images - len(made.images)
    cards = () if flawed else studio.pictures(made.cards, made.closing, most, limits.image_bytes, limits.picture_type)
    photos = [
        studio.photo(image.file, image.alt.get(draft.language, ""), image.credit, limits.image_bytes)
        for image in made.images
    ]
    fields = ["card"] * len(cards) + [f"images.{number}" for number in range(len(photos))]
    laid = (*cards, *photos)
    problems = tuple(chain(flawed, *(_problems(one, field, draft) for one, field in zip(laid, fields, strict=True))))
    return tuple(_credited(one.picture) for one in laid if one.picture), problems


def _problems(laid: Laid, field: str, draft: Draft) -> Iterator[Problem]:
    return (_problem(flaw, (field,), draft) for flaw in laid.flaws)


def _credited(picture: Picture) -> Picture:
    """Who took the photo of a card is said where that of any other photo is."""
    photo = picture.source.fields.get("photo") if isinstance(picture.source, Card) else None
    return replace(picture, credit=photo["credit"]) if photo else picture


def _flawed_cards(made: Composed, account: Account, draft: Draft, studio: Studio) -> Iterator[Problem]:
    """Each card by itself, so that a flaw points at the card it is of; laid out once, the studio remembers it."""
    spots = getattr(draft.occurrence.entry, "spots", {})
    for number, card in enumerate(made.cards):
        place = place_of_card(spots, number)
        for flaw in studio.picture(card, account.limits.image_bytes, account.limits.picture_type).flaws:
            yield _problem(flaw, (f"{place}.{flaw.field}", place, "card"), draft)


def of_files(studio: Studio, told: Iterable[Problem] = ()) -> Iterator[Problem]:
    """What is wrong with the files that cards are drawn from, used or not, and not yet told of a post."""
    known = {(problem.spot, problem.message) for problem in told}
    for flaw in studio.troubles():
        spot = _spot(flaw) or Spot("assets/cards")
        if (spot, flaw.message) not in known:
            yield Problem(spot, flaw.code, Severity.ERROR, flaw.message, flaw.hint, tier=Tier.FILE)


def of_pixels(studio: Studio, drafts: Iterable[Draft]) -> Iterator[Problem]:
    """What is wrong with pictures that only their pixels tell; of a picture that several posts share, once."""
    seen: set[str] = set()
    for draft in drafts:
        for picture in draft.post.every_picture if draft.post else ():
            if picture.id not in seen:
                seen.add(picture.id)
                field = "card" if isinstance(picture.source, Card) else "images"
                yield from (_problem(flaw, (f"{field}.{flaw.field}", field), draft) for flaw in studio.proof(picture))


def _spot(flaw: Flaw) -> Spot | None:
    return Spot(flaw.file, flaw.line or 1, flaw.column or 1) if flaw.file else None


def _problem(flaw: Flaw, fields: tuple[str, ...], draft: Draft) -> Problem:
    entry = draft.occurrence.entry
    return Problem(
        _spot(flaw) or spot_of(entry, *fields),
        flaw.code,
        Severity.ERROR,
        flaw.message,
        flaw.hint,
        field=flaw.field or fields[0],
        entry=getattr(entry, "key", ""),
        language=draft.language,
        account=draft.account,
    )
