"""What Facebook, Instagram and Threads share: Meta's Graph API, its errors, and its lists.

https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, StringConstraints, ValidationError, model_validator

from campaign.channels import exchange, hosted
from campaign.channels.base import CLOCKS_DIFFER
from campaign.channels.exchange import LONGEST_WAIT, Reply, Request, explained, parsed, waiting
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Throttled, Transient, Uncertain
from campaign.model import Attempt
from campaign.text import letters

Ask = Callable[[Request], Reply]
"""The way to the service with the account's token."""
Version = Annotated[str, StringConstraints(pattern=r"^v\d{1,3}\.\d$")]
NodeId = Annotated[str, StringConstraints(pattern=r"^\d{1,32}$")]

SOON = dt.timedelta(seconds=5)
LATER = dt.timedelta(minutes=1)
QUOTA = dt.timedelta(hours=1)
"""How long to wait for a used-up quota where no time is told; quotas slide over a day."""
PAGE = 50
PAGES = 20
"""How far back a list is read before nobody can tell."""

# ---------------------------------------------------------------- what an answer means

UNPERMITTED = frozenset({3, 10, *range(200, 300)})
"""A permission that the token lacks."""
BLOCKED = UNPERMITTED | {102, 190, 368}
"""That, no or a dead token, an account that Meta has stopped."""
THROTTLED = frozenset({4, 9, 17, 32, 341, 613, *range(80_000, 80_100)})
TOO_FAST = 1_390_008
PASSING = frozenset({-2, -1, 1, 2})
SUSPECTED = 2_207_051
"""Taken for spam. Posts have been seen to be public all the same: https://github.com/gitroomhq/postiz-app/pull/1681"""
UNREADY = frozenset({9_004, 9_007})
"""The picture could not be fetched just now; the container is not ready."""
REPEATED = frozenset({(506, 0), (0, 1_366_051)})
GONE = frozenset({(100, 33), (24, 0), (803, 0), (-2, 2_207_020)})
"""Code and subcode (0: any) of what is not there, or is not shown to this token."""


class Fault(BaseModel):
    """Why the service refuses, in codes; its words are translated and are never looked at."""

    code: int = 0
    error_subcode: int = 0
    is_transient: bool = False

    def is_one_of(self, pairs: frozenset[tuple[int, int]]) -> bool:
        """True when code and subcode are among the pairs, in which 0 stands for any."""
        return bool(pairs & {(self.code, self.error_subcode), (self.code, 0), (0, self.error_subcode)})

    @property
    def throttles(self) -> bool:
        return self.error_subcode != SUSPECTED and (self.code in THROTTLED or self.error_subcode == TOO_FAST)

    @property
    def passes(self) -> bool:
        return self.is_transient or self.code in PASSING or self.error_subcode == SUSPECTED

    @property
    def repeats(self) -> bool:
        return self.is_one_of(REPEATED)


class _Refusal(BaseModel):
    error: Fault


def fault_of(reply: Reply) -> Fault | None:
    """The codes of a refusal; None where the answer is not one of the Graph API's."""
    try:
        return _Refusal.model_validate_json(reply.body).error if reply.status >= 400 else None
    except ValidationError:
        return None


def accepted(reply: Reply) -> Reply:
    """The reply, if its status is a success; otherwise what it means is raised."""
    if 200 <= reply.status < 300:
        return reply
    raise verdict(reply)


def verdict(reply: Reply) -> DeliveryError:
    """What a refusal means: the codes count, and the status only where there are none."""
    fault, reason, publishes = fault_of(reply), explained(reply), reply.request.publishes
    if fault is None:
        return exchange.verdict(reply)
    if fault.code in BLOCKED:
        return AccountBlocked(reason)
    if fault.throttles:
        return Throttled(reason, _told(reply) or QUOTA)
    if fault.code in UNREADY or (publishes and is_gone(reply)):
        return Transient(reason, LATER if fault.code in UNREADY else SOON)
    if fault.passes:
        return Uncertain(reason) if publishes else Transient(reason, _told(reply))
    if fault.repeats:
        return _repeated(reply.request)
    return exchange.verdict(reply)


def is_gone(reply: Reply) -> bool:
    """True when what was asked for is not there any more, or never was."""
    fault = fault_of(reply)
    return fault.is_one_of(GONE) if fault else reply.status in {404, 410}


def _repeated(request: Request) -> DeliveryError:
    """Last week's identical text is a repeat as well, so this proves nothing about today's post."""
    if request.publishes:
        return Uncertain("The service takes the post for one that it has already; it may be ours, or an older one.")
    return Rejected("The service refuses the text, because an older post says the same. Change a few words.")


class _Use(BaseModel):
    estimated_time_to_regain_access: float = 0


def _told(reply: Reply) -> dt.timedelta | None:
    """How long to wait, from the usual headers or Meta's own, whose unit is the minute."""
    try:
        told = json.loads(reply.headers.get("x-business-use-case-usage", "{}"))
        uses = [_Use.model_validate(use) for of_one_account in told.values() for use in of_one_account]
        minutes = max((use.estimated_time_to_regain_access for use in uses), default=0)
    except (ValueError, AttributeError, TypeError):
        minutes = 0
    own = min(dt.timedelta(minutes=min(max(minutes, 0), 100_000)), LONGEST_WAIT)
    return max(own, waiting(reply) or dt.timedelta()) or None


# ---------------------------------------------------------------- what an account has published


class Made(BaseModel):
    """The id of what was made."""

    id: str


class Answer(BaseModel):
    """What one of the three services tells, in words of our own."""

    @model_validator(mode="before")
    @classmethod
    def _one_word_for_each_thing(cls, value: object) -> object:
        return {WORDS.get(name, name): told for name, told in value.items()} if isinstance(value, dict) else value


WORDS = {
    "caption": "text",
    "message": "text",
    "timestamp": "created",
    "created_time": "created",
    "permalink": "url",
    "permalink_url": "url",
    "username": "name",
}


class Named(Answer):
    """An account; Pages have a name, the others a user name."""

    name: str


def _zoned(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


class Listed(Answer):
    """A published post."""

    id: str
    created: Annotated[dt.datetime, AfterValidator(_zoned)]
    text: str = ""
    url: str = ""


class _Address(Answer):
    url: str = ""


class _Cursors(BaseModel):
    after: str = ""


class _Paging(BaseModel):
    cursors: _Cursors = _Cursors()
    next: str = ""


class _List(BaseModel):
    data: list[Listed] = []
    paging: _Paging = _Paging()


def step(attempt: Attempt, name: str) -> str:
    """The note of a step; what is prepared for one revision never serves another, whose words differ."""
    return f"{name}-{attempt.revision[:12]}"


@dataclass(frozen=True, slots=True)
class Sought:
    """A post whose answer was lost, as an account's list would show it."""

    path: str
    fields: str
    text: str


def find_listed(ask: Ask, sought: Sought, attempt: Attempt, before: dt.timedelta = CLOCKS_DIFFER) -> Listed | None:
    """The post nearest to the first try that says this and that the ledger does not know; none from long `before`."""
    posts = _published(ask, sought, attempt.first_tried - before)
    same = [post for post in posts if post.id not in attempt.known and letters(post.text) == letters(sought.text)]
    return min(reversed(same), key=lambda post: abs(post.created - attempt.first_tried), default=None)


def _published(ask: Ask, sought: Sought, since: dt.datetime) -> Iterator[Listed]:
    """Newest first, page by page, until one is older."""
    query = {"fields": sought.fields, "limit": str(PAGE)}
    for _ in range(PAGES):
        reply = ask(Request("GET", f"{sought.path}?{urlencode(query)}", "looking for the post"))
        if (fault := fault_of(reply)) and fault.code in UNPERMITTED:
            raise Uncertain("The token may not read the account's posts, so nobody can look here.")
        page = parsed(accepted(reply), _List)
        recent = [post for post in page.data if post.created >= since]
        yield from recent
        if len(recent) < len(page.data) or not (page.paging.next and page.paging.cursors.after):
            return
        query["after"] = page.paging.cursors.after
    raise Uncertain("The account has more newer posts than can be looked through.")


def address_of(ask: Ask, path: str, field: str) -> str:
    """Where readers see a post; nothing where that cannot be read: the post is public, and its receipt matters more."""
    try:
        request = Request("GET", f"{path}?fields={field}", "reading the post's address")
        return parsed(accepted(ask(request)), _Address).url
    except DeliveryError:
        return ""


# ---------------------------------------------------------------- for the recorder


def pretended(request: Request) -> Reply:
    """What the services would answer; ids follow from what was sent."""
    if (picture := hosted.pretended(request)) is not None:
        return picture
    content = request.upload.content if request.upload else b""
    sent = json.dumps([request.path, dict(request.form), request.json], sort_keys=True).encode() + content
    answer = {
        "id": str(int(hashlib.sha256(sent).hexdigest()[:13], 16)),
        "status_code": "FINISHED",
        "status": "FINISHED",
        "success": True,
        "access_token": "-",
        "expires_in": 60 * 24 * 3600,
    }
    return Reply(request, 200, body=json.dumps(answer).encode())
