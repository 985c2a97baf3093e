"""The words of a post for one account: variants chosen, then laid out as one text or as the posts of a thread."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from campaign.model import Account, CardChoice, Event, Image, Message, Variant
from campaign.text import urls

SHORT_FORM = 400
"""Services that allow fewer characters than this get single line breaks between the parts of a post."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One post of a thread, with its own pictures."""

    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What one account is told in one language, before it is laid out. Texts still hold their fields.

    `text` and `images` are all there is; `thread` is the same, post by post, where it was written so.
    """

    text: str = ""
    title: str = ""
    link: str = ""
    footer: str = ""
    hashtags: tuple[str, ...] = ()
    cards: tuple[CardChoice, ...] = ()
    images: tuple[Image, ...] = ()
    thread: tuple[Piece, ...] = ()
    warning: str = ""
    skip: str = ""


def words_of(entry: Message | Event, language: str, variants: tuple[Variant, ...] = ()) -> Words:
    """The entry's words in one language, as its variants say otherwise; the last variant has the last word."""
    thread = tuple(_thread(entry, language))
    words = Words(
        text=entry.text.get(language, "") if isinstance(entry, Message) else "",
        title=entry.title.get(language, ""),
        link=entry.link.get(language, ""),
        footer=entry.footer.get(language, ""),
        hashtags=entry.hashtags.get(language, ()),
        cards=entry.cards,
        images=tuple(chain.from_iterable(piece.images for piece in thread)) or entry.images,
        thread=thread,
        warning=entry.content_warning.get(language, "") if isinstance(entry, Message) else "",
    )
    for variant in variants:
        words = _varied(words, variant, language)
    return words


def _thread(entry: Message | Event, language: str) -> Iterator[Piece]:
    """Its posts in a language that all of them have; the first one shows also what the message itself does."""
    if isinstance(entry, Message) and entry.thread and all(language in post.text for post in entry.thread):
        first, *further = entry.thread
        yield Piece(first.text[language], (*entry.images, *first.images))
        yield from (Piece(post.text[language], post.images) for post in further)


def variants_for(message: Message, account: Account) -> tuple[Variant, ...]:
    """What the message says otherwise to this account, or else to its kind."""
    if not message.variants:
        return ()
    variant = message.variants.get(account.id) or message.variants.get(account.kind)
    return (variant,) if variant else ()


def _varied(words: Words, variant: Variant, language: str) -> Words:
    skip = variant.skip or ("cancelled on this date" if variant.cancelled else "")
    text = _chosen(variant.text, language, words.text)
    return replace(
        words,
        text=text,
        title=_chosen(variant.title, language, words.title),
        link=_chosen(variant.link, language, words.link),
        footer=_chosen(variant.footer, language, words.footer),
        hashtags=words.hashtags if variant.hashtags is None else _tags(variant.hashtags, language, words.hashtags),
        cards=words.cards if variant.cards is None else variant.cards,
        images=words.images if variant.images is None else variant.images,
        thread=_varied_thread(words.thread, variant) if text == words.text else (),
        skip=skip or words.skip,
    )


def _varied_thread(thread: tuple[Piece, ...], variant: Variant) -> tuple[Piece, ...]:
    """Other pictures stand at the first post."""
    if variant.images is None or not thread:
        return thread
    return (Piece(thread[0].text, variant.images), *(Piece(piece.text) for piece in thread[1:]))


def _chosen(said: Mapping[str, str] | None, language: str, otherwise: str) -> str:
    """An empty mapping means "none", a language that is not in it "as before"."""
    if said is None:
        return otherwise
    return said.get(language, otherwise) if said else ""


def _tags(said: Mapping[str, tuple[str, ...]], language: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    return said.get(language, otherwise) if said else ()


def joined(gap: str, *parts: str) -> str:
    """The parts that say something, with the gap between them."""
    return gap.join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Parts:
    """The final words of a post, apart. `posts` are those of the summary, where it was written as a thread."""

    summary: str
    footer: str = ""
    link: str = ""
    hashtags: tuple[str, ...] = ()
    warning: str = ""
    posts: tuple[str, ...] = ()

    def laid_out(self, account: Account) -> str:
        """Warning, text, footer, then link and hashtags, each on lines of its own; nothing the text already says."""
        if account.limits.layout == "parts":
            return joined("\n\n", self.opening(account), self.summary)
        return joined(_gap(account), self.opening(account), self.summary, self.footer, self.reference())

    def in_turn(self, account: Account) -> tuple[str, ...]:
        """The text of each post: several where the account has threads, the last one with all that ends a post."""
        if not self.posts or not account.limits.threads:
            return (self.laid_out(account),)
        first, *between, last = self.posts
        opened = joined(_gap(account), self.opening(account), first)
        return (opened, *between, joined(_gap(account), last, self.footer, self.reference()))

    def counted(self, account: Account) -> tuple[str, ...]:
        """What the service counts of each post: its warning too, where it has a field of its own."""
        field = self.warning if account.limits.warnings else ""
        return tuple(field + text for text in self.in_turn(account))

    def opening(self, account: Account) -> str:
        """The line in front of the text that warns, where the service has no field for that."""
        return "" if account.limits.warnings else self.warning

    def reference(self) -> str:
        """The link, and below it the hashtags."""
        link = "" if self.link and self.link in {url.text for url in urls(self.summary)} else self.link
        return joined("\n", link, " ".join(self.new_hashtags()))

    def new_hashtags(self) -> tuple[str, ...]:
        """The hashtags that do not stand in the text itself."""
        if "#" not in self.summary:
            return self.hashtags
        said = _words_said(self.summary)
        return tuple(tag for tag in self.hashtags if tag.casefold() not in said)


def _gap(account: Account) -> str:
    return "\n" if 0 < account.limits.characters < SHORT_FORM else "\n\n"


@lru_cache(maxsize=4096)  # an entry that repeats says the same each time
def _words_said(text: str) -> frozenset[str]:
    return frozenset(word.casefold().rstrip(".,;:!?…") for word in text.split())


def tags_of(words: Words) -> tuple[str, ...]:
    """The hashtags, each with its `#`."""
    return tuple(tag if tag.startswith("#") else f"#{tag}" for tag in words.hashtags)
