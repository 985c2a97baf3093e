"""One post in several languages, where an account's operator wants it: the texts one below the other, counted whole."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from campaign.compose.book import spot_of
from campaign.model import Account, Draft, Post, Problem, Severity
from campaign.text import fits, length


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
    if fits(post.text, account.limits):
        return replace(drafts[0], post=post, problems=problems, skip="")
    return replace(drafts[0], post=None, problems=(*problems, _too_long(drafts[0], post, account)), skip="")


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


def _too_long(draft: Draft, post: Post, account: Account) -> Problem:
    languages = " and ".join((post.language, *post.also_in))
    count, limit = length(post.text, account.limits), account.limits.characters
    return Problem(
        spot_of(draft.occurrence.entry, f"text.{post.language}"),
        "LEN01",
        Severity.ERROR,
        f"too long for {account.id}, where {languages} stand in one post: {count} of {limit} characters; it waits",
        f"shorten the texts by {count - limit} characters, or give this account its own: "
        f'variants: {{{account.id}: {{text: {{{post.language}: "…"}}}}}}',
        entry=getattr(draft.occurrence.entry, "key", ""),
        language=post.language,
        account=account.id,
    )
