"""The pictures of a draft: its cards laid out, then its photos; and what keeps one from being drawn."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from campaign.cards import Flaw, Studio
from campaign.cards.studio import Laid
from campaign.compose import Composed
from campaign.compose.book import place_of_card, spot_of
from campaign.language import phrase
from campaign.model import Account, Card, Draft, Image, Picture, Post, Problem, Segment, Severity, Spot, Tier
from campaign.text import fits, length, most_images


def illustrated(made: Composed, account: Account, draft: Draft, studio: Studio) -> Draft:
    """The draft with its pictures and what is said of them, or with the problems that make it wait."""
    if made.post is None or account.limits.images == 0 or not (made.cards or made.images or any(made.thread_images)):
        return draft
    order = _Order(made.post, made, account, draft, studio)
    post, problems = order.first()
    segments = [order.further(number) for number in range(len(post.thread))]
    problems = (*problems, *chain.from_iterable(found for _, found in segments))
    post = replace(post, thread=tuple(segment for segment, _ in segments))
    problems = problems or tuple(_too_long(post, made.post, account, draft))
    return replace(draft, post=None if problems else post, problems=(*made.problems, *problems))


@dataclass(frozen=True, slots=True)
class _Order:
    """The pictures of one post, still to be made."""

    post: Post
    made: Composed
    account: Account
    draft: Draft
    studio: Studio

    def first(self) -> tuple[Post, tuple[Problem, ...]]:
        """The post itself; what a picture says lengthens the text, and a long text may go under fewer pictures."""
        shown, problems = self._shown(most_images(self.post.text, self.account.limits))
        text = self._described(self.post.text, shown)
        most = most_images(text, self.account.limits)
        if len(shown) > most:
            if len(self.made.cards) + len(self.made.images) > most:
                return self.post, (*problems, _too_many(text, self.account, self.draft))
            shown, problems = self._shown(most)
            text = self._described(self.post.text, shown)
        return replace(self.post, text=text, pictures=shown), problems

    def further(self, number: int) -> tuple[Segment, tuple[Problem, ...]]:
        """A post that follows in a thread."""
        segment = self.post.thread[number]
        fields = f"thread.{number + 1}.images"
        shown, problems = _together(self._photos(self.made.thread_images[number], fields), self.draft)
        return replace(segment, text=self._described(segment.text, shown), pictures=shown), problems

    def _shown(self, most: int) -> tuple[tuple[Picture, ...], tuple[Problem, ...]]:
        """The cards, then the photos, at most as many as the account takes; and the problems that make it wait."""
        limits, made = self.account.limits, self.made
        flawed = tuple(_flawed_cards(made, self.account, self.draft, self.studio))
        room = most - len(made.images)
        cards = (
            ()
            if flawed
            else self.studio.pictures(made.cards, made.closing, room, limits.image_bytes, limits.picture_type)
        )
        laid = [(one, "card") for one in cards] + self._photos(made.images, "images")
        shown, problems = _together(laid, self.draft)
        return shown, (*flawed, *problems)

    def _photos(self, images: Sequence[Image], field: str) -> list[tuple[Laid, str]]:
        most, language = self.account.limits.image_bytes, self.draft.language
        laid = [self.studio.photo(image.file, image.alt.get(language, ""), image.credit, most) for image in images]
        return [(one, f"{field}.{number}") for number, one in enumerate(laid)]

    def _described(self, text: str, shown: Sequence[Picture]) -> str:
        """The text, and where the service has no field for it a line for what each picture says besides."""
        if self.account.limits.alt_texts:
            return text
        known = _words(text)
        unsaid = [" ".join(picture.alt.split()) for picture in shown if not _words(picture.alt) <= known]
        lines = [phrase("in_picture", self.draft.language, alt=alt) for alt in dict.fromkeys(unsaid)]
        return "\n\n".join([text, *(["\n".join(lines)] if lines else [])])


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _together(laid: Sequence[tuple[Laid, str]], draft: Draft) -> tuple[tuple[Picture, ...], tuple[Problem, ...]]:
    problems = tuple(chain.from_iterable(_problems(one, field, draft) for one, field in laid))
    return tuple(_credited(one.picture) for one, _ in laid if one.picture), problems


def _too_long(post: Post, before: Post, account: Account, draft: Draft) -> Iterator[Problem]:
    """Counted again where the words of the pictures came to the text."""
    told = [
        (post.text, before.text),
        *((one.text, was.text) for one, was in zip(post.thread, before.thread, strict=True)),
    ]
    for text, was in told:
        if text != was and not fits(text, account.limits):
            own, count = length(was, account.limits), length(text, account.limits)
            shares = f"text {own}, what the pictures say {count - own}"
            message = f"{count} of {account.limits.characters} characters ({shares}); this post waits"
            hint = "shorten the text or the alt texts, or say in the text what the pictures say"
            yield _found("LEN01", f"too long for {account.id} in {draft.language}: {message}", hint, draft)


def _too_many(text: str, account: Account, draft: Draft) -> Problem:
    most, album = most_images(text, account.limits), account.limits.album_characters
    message = f"{account.id} takes {most} picture under more than {album} characters, what the pictures say counted in"
    hint = f"leave some out for it: variants: {{{account.id}: {{images: [...]}}}}, or shorten the text"
    return _found("LEN02", f"{message}; this post waits", hint, draft)


def _found(code: str, message: str, hint: str, draft: Draft) -> Problem:
    entry, language = draft.occurrence.entry, draft.language
    place = spot_of(entry, f"variants.{draft.account}.text.{language}", f"text.{language}", "images", "card")
    return Problem(
        place,
        code,
        Severity.ERROR,
        message,
        hint,
        entry=getattr(entry, "key", ""),
        language=language,
        account=draft.account,
    )


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
