"""One post in several languages, where an account's operator wants it: the texts one below the other, counted whole."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from campaign.compose.book import spot_of
from campaign.model import Account, Draft, Post, Problem, Severity
from campaign.text import fits, hashtags, length, most_images


def roomy(account: Account, languages: int) -> Account:
    """The account as each of its languages sees it: no bound of its own, and its share of the pictures."""
    limits = account.limits
    images = max(1, limits.images // languages) if limits.images else 0
    return replace(account, limits=replace(limits, characters=0, bytes=0, threads=False, images=images))


def together(drafts: Sequence[Draft], account: Account) -> Draft:
    """The drafts of one occurrence, a language each, as one; it is keyed by the first."""
    posts = [draft.post for draft in drafts if draft.post]
    problems = tuple(chain.from_iterable(draft.problems for draft in drafts))
    spoken = [draft for draft in drafts if draft.post or draft.problems] or list(drafts)
    if len(posts) < len(spoken):
        return replace(spoken[0], key=drafts[0].key, language=drafts[0].language, post=None, problems=problems)
    post = _joined(posts)
    found = (*problems, *_unfit(post, drafts[0], account))
    return replace(drafts[0], post=None if found else post, problems=found, skip="")


def _joined(posts: Sequence[Post]) -> Post:
    first = posts[0]
    return replace(
        first,
        text="\n\n".join(post.text for post in posts),
        summary="\n\n".join(post.summary for post in posts),
        content_warning=" · ".join(dict.fromkeys(post.content_warning for post in posts if post.content_warning)),
        hashtags=tuple(dict.fromkeys(chain.from_iterable(post.hashtags for post in posts))),
        phones=tuple(dict.fromkeys(chain.from_iterable(post.phones for post in posts))),
        sources=tuple(dict.fromkeys(chain.from_iterable(post.sources for post in posts))),
        pictures=tuple({picture.id: picture for post in posts for picture in post.pictures}.values()),
        also_in=tuple(post.language for post in posts[1:]),
    )


def _unfit(post: Post, draft: Draft, account: Account) -> Iterator[Problem]:
    """What fits in each language and not in all of them together."""
    limits, languages = account.limits, " and ".join((post.language, *post.also_in))
    counted = post.content_warning + post.text
    tags = len({tag.text.casefold() for tag in hashtags(post.text)})
    if not fits(counted, limits):
        count, own = length(counted, limits), f'variants: {{{account.id}: {{text: {{{post.language}: "…"}}}}}}'
        words = f"too long for {account.id}, where {languages} stand in one post: {count} of {limits.characters}"
        hint = f"shorten the texts by {count - limits.characters} characters, or give this account its own: {own}"
        yield _problem("LEN01", f"{words} characters; it waits", hint, draft)
    if len(post.pictures) > most_images(post.text, limits):
        words = f"{account.id} takes one picture under a text this long, and {languages} bring {len(post.pictures)}"
        yield _problem("LEN02", f"{words}; it waits", f"variants: {{{account.id}: {{card: none}}}}", draft)
    if 0 < limits.most_hashtags < tags:
        words = f"{account.id} takes {limits.most_hashtags} hashtags, and {languages} together have {tags}"
        yield _problem("TAG02", f"{words}; it waits", f"variants: {{{account.id}: {{hashtags: [...]}}}}", draft)


def _problem(code: str, message: str, hint: str, draft: Draft) -> Problem:
    entry = draft.occurrence.entry
    spot, key = spot_of(entry, f"text.{draft.language}"), getattr(entry, "key", "")
    error = Severity.ERROR
    return Problem(spot, code, error, message, hint, entry=key, language=draft.language, account=draft.account)
