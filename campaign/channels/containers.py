"""Posts in two steps, as Instagram and Threads make them: a container that nobody sees, then its publication."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Field, PositiveInt

from campaign.channels.base import CLOCKS_DIFFER
from campaign.channels.exchange import Request, parsed
from campaign.channels.graph import LATER, SOON, Ask, Made, Sought, accepted, find_listed, is_gone, step
from campaign.errors import Rejected, Transient, Uncertain
from campaign.model import Attempt, Receipt

UNSEEN = "UNSEEN"
"""Our word for the condition of a container that is gone, or that the service does not show just now."""
LIFE = dt.timedelta(days=1)
"""Of a container."""
LONGEST_LAG = dt.timedelta(hours=1)
"""How long a list may lack a post that is public."""


class _Condition(BaseModel):
    """How far a container is: Instagram says so in `status_code`, Threads in `status`."""

    status_code: str = ""
    status: str = ""
    error_message: str = ""

    @property
    def state(self) -> str:
        return self.status_code or self.status

    @property
    def reason(self) -> str:
        return (self.error_message or self.status)[:200]


class _Config(BaseModel):
    quota_total: PositiveInt
    quota_duration: PositiveInt


class _Quota(BaseModel):
    config: _Config


class _Quotas(BaseModel):
    data: list[_Quota] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Containers:
    """Posts of Instagram and Threads: a container, made as often as one likes and seen by nobody, then its publication.

    A container is published once: publishing it again gives the same post. It lives for a day (`LIFE`).
    """

    ask: Ask
    node: str
    """The path of the account."""
    base: str
    """The path that ids are read below."""
    make: str
    publish: str
    fields: str
    """The fields that tell a container's condition."""

    def published(self, attempt: Attempt, name: str, content: Callable[[], Mapping[str, str]]) -> str:
        """The id of the post; its container's id is noted under `name` before it is used.

        A container that an earlier try made and that cannot be seen now is published all the same: if it was published
        before, that changes nothing.
        """
        container = self.ready(attempt, name, content, unseen=True)
        request = Request("POST", f"{self.node}/{self.publish}", "publishing the post", publishes=True)
        reply = self.ask(_with_form(request, {"creation_id": container}))
        if is_gone(reply):
            attempt.note(step(attempt, name), "")
        return parsed(accepted(reply), Made).id

    def ready(
        self, attempt: Attempt, name: str, content: Callable[[], Mapping[str, str]], *, unseen: bool = False
    ) -> str:
        """The id of a container that can be published; what an earlier try made is used again while it lives.

        With `unseen`, also one of an earlier try that the service does not show.
        """
        container = attempt.notes.get(step(attempt, name), "")
        condition = self.condition(container) if container else _Condition(status=UNSEEN)
        if container and condition.state == UNSEEN and unseen:
            return container
        if condition.state in {"EXPIRED", UNSEEN}:
            request = Request("POST", f"{self.node}/{self.make}", "preparing the post")
            container = parsed(accepted(self.ask(_with_form(request, content()))), Made).id
            attempt.note(step(attempt, name), container)
            condition = self.condition(container)
        if condition.state == "PUBLISHED":
            raise Uncertain("An earlier try has published the post already.")
        if condition.state == "ERROR":
            raise Rejected(
                f"The service cannot use what was prepared: “{(condition.error_message or condition.status)[:200]}”."
            )
        if condition.state != "FINISHED":
            raise Transient("The service is still preparing the post.", SOON)
        return container

    def condition(self, container: str) -> _Condition:
        """How far a container is."""
        request = Request("GET", f"{self.base}/{container}?fields={self.fields}", "looking whether the post is ready")
        reply = self.ask(request)
        return _Condition(status=UNSEEN) if is_gone(reply) else parsed(accepted(reply), _Condition)

    def found(self, attempt: Attempt, name: str, sought: Sought) -> Receipt | None:
        """What became of a lost answer; nothing can be public that had no container.

        A published container proves that the post is ours, whatever our clock says.
        """
        container = attempt.notes.get(step(attempt, name), "")
        if not container:
            return None
        is_published = self.condition(container).state == "PUBLISHED"
        post = find_listed(self.ask, sought, attempt, LIFE if is_published else CLOCKS_DIFFER)
        if post is None and is_published:
            raise _missed(attempt, f"missed-{name}")
        return Receipt(post.id, post.url) if post else None

    def forget(self, attempt: Attempt, names: Iterable[str]) -> None:
        """What was refused is not used again, should a person want it sent all the same."""
        for name in names:
            attempt.note(step(attempt, name), "")

    def pace(self, limit: str) -> tuple[int, int]:
        """At most so many posts in so many seconds, as the service has it for this account."""
        request = Request("GET", f"{self.node}/{limit}?fields=config", "reading the account's limits")
        config = parsed(accepted(self.ask(request)), _Quotas).data[0].config
        return config.quota_total, config.quota_duration


def _missed(attempt: Attempt, name: str) -> Transient | Uncertain:
    """A public post that the list lacks is waited for; one that it never shows was deleted, or reads otherwise."""
    noted = attempt.notes.get(step(attempt, name), "")
    if noted and attempt.now - dt.datetime.fromisoformat(noted) >= LONGEST_LAG:
        return Uncertain(
            "The service says that the post is public, but it is not among the account's posts in these words."
            " Look there: it may read otherwise, or somebody may have deleted it."
        )
    if not noted:
        attempt.note(step(attempt, name), attempt.now.isoformat())
    return Transient("The post is public, but the account's list does not show it yet.", LATER)


def _with_form(request: Request, form: Mapping[str, str]) -> Request:
    return Request(request.method, request.url, request.doing, form=form, publishes=request.publishes)
