"""The words of a post for one account: variants chosen, fields filled, laid out and counted, never cut."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from campaign.compose.book import Entry, finding
from campaign.compose.fields import Speaker
from campaign.model import Account, CardChoice, Event, Image, Message, Problem, Variant
from campaign.text import byte_length, fits, graphemes, is_hashtag, length, urls

SHORT_FORM = 400
"""Services that allow fewer characters than this get single line breaks between the parts of a post."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one account is told in one language, before it is laid out. Texts still hold their fields."""

    text: str = ""
    title: str = ""
    link: str = ""
    footer: str = ""
    hashtags: tuple[str, ...] = ()
    cards: tuple[CardChoice, ...] = ()
    images: tuple[Image, ...] = ()
    skip: str = ""


def words_of(entry: Message | Event, language: str, variants: tuple[Variant, ...] = ()) -> Words:
    """The entry's words in one language, as its variants say otherwise; the last variant has the last word."""
    words = Words(
        text=entry.text.get(language, "") if isinstance(entry, Message) else "",
        title=entry.title.get(language, ""),
        link=entry.link.get(language, ""),
        footer=entry.footer.get(language, ""),
        hashtags=entry.hashtags.get(language, ()),
        cards=entry.cards,
        images=entry.images,
    )
    for variant in variants:
        words = _varied(words, variant, language)
    return words


def variants_for(message: Message, account: Account) -> tuple[Variant, ...]:
    """What the message says otherwise to this account, or else to its kind."""
    if not message.variants:
        return ()
    variant = message.variants.get(account.id) or message.variants.get(account.kind)
    return (variant,) if variant else ()


def _varied(words: Words, variant: Variant, language: str) -> Words:
    skip = variant.skip or ("cancelled on this date" if variant.cancelled else "")
    return replace(
        words,
        text=_chosen(variant.text, language, words.text),
        title=_chosen(variant.title, language, words.title),
        link=_chosen(variant.link, language, words.link),
        footer=_chosen(variant.footer, language, words.footer),
        hashtags=words.hashtags if variant.hashtags is None else _tags(variant.hashtags, language, words.hashtags),
        cards=words.cards if variant.cards is None else variant.cards,
        images=words.images if variant.images is None else variant.images,
        skip=skip or words.skip,
    )


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
    """The final words of a post, apart."""

    summary: str
    footer: str = ""
    link: str = ""
    hashtags: tuple[str, ...] = ()

    def laid_out(self, account: Account) -> str:
        """Text, footer, then link and hashtags, each on lines of its own; nothing the text already says."""
        limits = account.limits
        if limits.layout == "parts":
            return self.summary
        gap = "\n" if 0 < limits.characters < SHORT_FORM else "\n\n"
        return joined(gap, self.summary, self.footer, self.reference())

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


@lru_cache(maxsize=4096)  # an entry that repeats says the same each time
def _words_said(text: str) -> frozenset[str]:
    return frozenset(word.casefold().rstrip(".,;:!?…") for word in text.split())


def tags_of(words: Words) -> tuple[str, ...]:
    """The hashtags, each with its `#`."""
    return tuple(tag if tag.startswith("#") else f"#{tag}" for tag in words.hashtags)


def checked_tags(tags: tuple[str, ...], entry: Entry, language: str) -> list[Problem]:
    """A hashtag of anything but letters, digits and `_` would be cut by the services."""
    wrong = [tag for tag in tags if not is_hashtag(tag)]
    return [_wrong_tag(tag, entry, language) for tag in wrong]


def _wrong_tag(tag: str, entry: Entry, language: str) -> Problem:
    mended = "#" + "".join(character for character in tag if character.isalnum() or character == "_")
    message = f"“{tag}” is no hashtag: only letters, digits and _ make one; this post waits"
    return finding(entry, "TAG01", message, hint=f"write {mended}", fields=("hashtags",), language=language)


def too_long(parts: Parts, text: str, account: Account, speaker: Speaker) -> list[Problem]:
    """What an editor needs to know when the text does not fit: parts and count, and by how much to shorten."""
    limits, problems = account.limits, []
    if fits(text, limits):
        return []
    if limits.characters and (count := length(text, limits)) > limits.characters:
        shares = _counted(parts, count, account)
        problems.append(_over(count, limits.characters, "characters", shares, account, speaker))
    if limits.bytes and (size := byte_length(text)) > limits.bytes:
        shares = f"{graphemes(text)} characters"
        problems.append(_over(size, limits.bytes, "bytes", shares, account, speaker))
    return problems


def _counted(parts: Parts, count: int, account: Account) -> str:
    if account.limits.layout == "parts":
        return f"text {count}"
    named = {
        "text": parts.summary,
        "footer": parts.footer,
        "link": parts.reference().partition("\n")[0] if parts.link else "",
        "hashtags": " ".join(parts.new_hashtags()),
    }
    counts = {name: length(part, account.limits) for name, part in named.items() if part}
    breaks = count - sum(counts.values())
    return ", ".join(f"{name} {number}" for name, number in (*counts.items(), ("line breaks", breaks)) if number)


def _over(count: int, limit: int, unit: str, shares: str, account: Account, speaker: Speaker) -> Problem:
    language = speaker.language
    return finding(
        speaker.entry,
        "LEN01",
        f"too long for {account.id} in {language}: {count} of {limit} {unit} ({shares}); this post waits",
        hint=(
            f"shorten the text by {count - limit} {unit}, "
            f'or give this account its own: variants: {{{account.id}: {{text: {{{language}: "…"}}}}}}'
        ),
        fields=(f"variants.{account.id}.text.{language}", f"text.{language}", f"summary.{language}"),
        language=language,
        account=account.id,
    )
