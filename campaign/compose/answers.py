"""Which delivery a post answers: that of an earlier message to the same account in the same language."""

import datetime as dt
from dataclasses import replace

from campaign.compose.book import Request, finding
from campaign.compose.wording import variants_for, words_of
from campaign.model import Account, Message, Problem, Severity


def answered(request: Request) -> tuple[str, list[Problem]]:
    """The key of the delivery, empty for a post that answers none; and what is wrong with it."""
    entry, account = request.occurrence.entry, request.account
    if not isinstance(entry, Message) or not entry.reply_to or account.local or account.kind == "newsletter":
        return "", []
    target = request.book.entries.get(entry.reply_to)
    if not request.occurrence.answers or not isinstance(target, Message):
        return "", [_problem(entry, "which goes out later than itself", _EARLIER)]
    if target.draft and not entry.draft:
        return "", [_problem(entry, "which is a draft and never sent", _DRAFT)]
    language = _language(target, account, request.language)
    if account.id not in target.accounts or not language:
        return "", [_apart(request, entry)] if account.limits.replies else []
    if why := _left_out(request, target, language):
        skip = f"leave this one out there too: variants: {{{account.id}: {{skip: …}}}}"
        return "", [replace(_problem(entry, f"which {account.id} does not get ({why})", skip), account=account.id)]
    return f"{request.occurrence.answers}>{account.id}:{language}", []


_EARLIER = "give it a later time, or let it answer something earlier"
_DRAFT = "take `draft: true` away there, or mark this one too"


def _name(entry: Message) -> str:
    """As the editors of its file call it."""
    return entry.reply_to.removeprefix(f"{entry.campaign}/")


def _language(target: Message, account: Account, language: str) -> str:
    """The one whose delivery holds this language; of an account with one post for all languages the first."""
    spoken = [one for one in target.languages if one in account.languages]
    if language not in spoken:
        return ""
    return spoken[0] if account.together else language


def _left_out(request: Request, target: Message, language: str) -> str:
    variants = variants_for(target, request.account)
    _, _, date = request.occurrence.answers.partition("@")
    if date and (variant := target.on.get(dt.date.fromisoformat(date))):
        variants += (variant,)
    return words_of(target, language, variants).skip


def _apart(request: Request, entry: Message) -> Problem:
    account, language = request.account.id, request.language
    where = f"which does not go to {account} in {language}: there it is a post of its own"
    problem = _problem(entry, where, "let both go to the same accounts in the same languages")
    return replace(problem, severity=Severity.WARNING, account=account, language=language)


def _problem(entry: Message, why: str, hint: str) -> Problem:
    return finding(entry, "REF04", f"“{entry.id}” answers “{_name(entry)}”, {why}", hint=hint, fields=("reply_to",))
