"""What of a post does not fit its account: too long, too many hashtags or pictures, or too few; nothing is ever cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from campaign.compose.book import finding
from campaign.compose.fields import Speaker
from campaign.compose.wording import Parts
from campaign.model import Account, Problem
from campaign.text import byte_length, fits, graphemes, hashtags, is_hashtag, length, most_images


def unfit(parts: Parts, pictures: Sequence[tuple[int, int]], speaker: Speaker) -> list[Problem]:
    """What keeps the account from taking the post; `pictures` are the cards and photos of each post of it."""
    found = [*_too_long(parts, speaker), *_wrong_tags(parts, speaker), *_too_many_tags(parts, speaker)]
    if speaker.request.account.limits.images:
        found += [*_too_many_pictures(parts, pictures, speaker), *_too_few_pictures(pictures, speaker)]
    return found


# ---------------------------------------------------------------- length


@dataclass(frozen=True, slots=True)
class _Counted:
    """One post of a thread, or the only one, as its service counts it."""

    text: str
    parts: Parts
    number: int = 0
    of: int = 1

    @property
    def called(self) -> str:
        """As an editor finds it."""
        return f"post {self.number + 1} of {self.of} is " if self.of > 1 else ""


def _too_long(parts: Parts, speaker: Speaker) -> Iterator[Problem]:
    """What an editor needs to know: parts and count, and by how much to shorten."""
    limits = speaker.request.account.limits
    for post in _posts(parts, speaker.request.account):
        if fits(post.text, limits):
            continue
        if limits.characters and (count := length(post.text, limits)) > limits.characters:
            shares = _shares(post.parts, count, speaker.request.account)
            yield _over(post, (count, limits.characters, "characters"), shares, speaker)
        if limits.bytes and (size := byte_length(post.text)) > limits.bytes:
            yield _over(post, (size, limits.bytes, "bytes"), f"{graphemes(post.text)} characters", speaker)


def _posts(parts: Parts, account: Account) -> list[_Counted]:
    texts = parts.counted(account)
    if len(texts) == 1:
        return [_Counted(texts[0], parts)]
    first, *between, last = parts.posts
    apart = (
        Parts(first, warning=parts.warning),
        *(Parts(text) for text in between),
        replace(parts, summary=last, warning=""),
    )
    return [
        _Counted(text, own, number, len(texts)) for number, (text, own) in enumerate(zip(texts, apart, strict=True))
    ]


def _shares(parts: Parts, count: int, account: Account) -> str:
    if account.limits.layout == "parts":
        return f"text {count}"
    named = {
        "content warning": parts.warning,
        "text": parts.summary,
        "footer": parts.footer,
        "link": parts.reference().partition("\n")[0] if parts.link else "",
        "hashtags": " ".join(parts.new_hashtags()),
    }
    counts = {name: length(part, account.limits) for name, part in named.items() if part}
    breaks = count - sum(counts.values())
    return ", ".join(f"{name} {number}" for name, number in (*counts.items(), ("line breaks", breaks)) if number)


def _over(post: _Counted, counts: tuple[int, int, str], shares: str, speaker: Speaker) -> Problem:
    language, account = speaker.language, speaker.request.account.id
    count, limit, unit = counts
    split = "make two posts of it, or " if post.of > 1 else ""
    own = f'variants: {{{account}: {{text: {{{language}: "…"}}}}}}'
    return finding(
        speaker.entry,
        "LEN01",
        f"{post.called}too long for {account} in {language}: {count} of {limit} {unit} ({shares}); this post waits",
        hint=f"shorten the text by {count - limit} {unit}, {split or 'or '}give this account its own: {own}",
        fields=(
            f"variants.{account}.text.{language}",
            f"thread.{post.number}.text.{language}",
            f"text.{language}",
            f"summary.{language}",
        ),
        language=language,
        account=account,
    )


# ---------------------------------------------------------------- hashtags


def _wrong_tags(parts: Parts, speaker: Speaker) -> Iterator[Problem]:
    """A hashtag of anything but letters, digits and `_` would be cut by the services."""
    for tag in parts.hashtags:
        if not is_hashtag(tag):
            mended = "#" + "".join(sign for sign in tag if sign.isalnum() or sign == "_")
            message = f"“{tag}” is no hashtag: only letters, digits and _ make one; this post waits"
            more = {"hint": f"write {mended}", "fields": ("hashtags",), "language": speaker.language}
            yield finding(speaker.entry, "TAG01", message, **more)


def _too_many_tags(parts: Parts, speaker: Speaker) -> Iterator[Problem]:
    account, language = speaker.request.account, speaker.language
    most = account.limits.most_hashtags
    for text in parts.in_turn(account) if most else ():
        found = [tag.text for tag in hashtags(text)]
        if len(found) > most:
            listed = ", ".join(f'"{tag}"' for tag in found[:most][:3]) + (", …" if most > 3 else "")
            yield finding(
                speaker.entry,
                "TAG02",
                f"{account.id} takes {most} hashtag{'s' if most > 1 else ''}, this post has {len(found)}; it waits",
                hint=f"choose for it: variants: {{{account.id}: {{hashtags: [{listed}]}}}}",
                fields=(f"variants.{account.id}.hashtags", "hashtags"),
                language=language,
                account=account.id,
            )


# ---------------------------------------------------------------- pictures


def _too_many_pictures(parts: Parts, pictures: Sequence[tuple[int, int]], speaker: Speaker) -> Iterator[Problem]:
    account = speaker.request.account
    for number, (text, (cards, images)) in enumerate(zip(parts.in_turn(account), pictures, strict=True)):
        most = most_images(text, account.limits)
        if cards + images > most:
            album = account.limits.album_characters
            under = f" under more than {album} characters" if most < account.limits.images else ""
            drawn = {0: "", 1: " and a card"}.get(cards, f" and {cards} cards")
            yield finding(
                speaker.entry,
                "LEN02",
                f"{account.id} takes {_pictures(most)}{under}, this post has {images}{drawn}; this post waits",
                hint=f"leave some out for it: variants: {{{account.id}: {{images: [...]}}}}, or card: none",
                fields=(f"thread.{number}.images.{most}", f"images.{max(0, most - cards)}", "images", "card"),
                language=speaker.language,
                account=account.id,
            )


def _too_few_pictures(pictures: Sequence[tuple[int, int]], speaker: Speaker) -> Iterator[Problem]:
    account = speaker.request.account
    if sum(pictures[0]) < account.limits.least_images:
        yield finding(
            speaker.entry,
            "IMG04",
            f"{account.id} takes no post without a picture; this post waits",
            hint=f"add one, as card: announcement, or leave it out there: variants: {{{account.id}: {{skip: …}}}}",
            fields=(f"variants.{account.id}.card", "card", "images"),
            language=speaker.language,
            account=account.id,
        )


def _pictures(count: int) -> str:
    return "one picture" if count == 1 else f"{count} pictures"
