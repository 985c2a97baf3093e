"""Every service × many faults in a row: is it public exactly once in the end?

    python -m tests.exactly_once [SEEDS [SERVICE …]]

Each seed makes one story: what goes wrong, at which request, and when the process is killed. It is played in a world
of its own and driven as the errors say, as `deliver` drives it. Every ending that only a person can settle is listed
with what brought it about; many of one service are gathered by that.
"""

import datetime as dt
import importlib
import json
import random
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from threading import Thread
from typing import Any

from campaign.channels import chain
from campaign.channels.base import Channel
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.model import Attempt, Post, Receipt, Segment
from tests.channels.attempts import KEY, Delivery, make_picture, make_post
from tests.channels.contract import World
from tests.fakes import server
from tests.fakes.server import Answer, FakeServer, Fault, Handling, answering, as_json, limited

CHANNELS = Path(__file__).parent / "channels"
TRIES = 40
AT_ONCE = 4
"""Worlds; they mostly wait."""
SOON = dt.timedelta(minutes=1)

Opened = Callable[[], AbstractContextManager[World]]


def services() -> dict[str, Opened]:
    """Every `opened_world…` of the channels' test modules, by what it is."""
    found: dict[str, Opened] = {}
    for path in sorted(CHANNELS.glob("test_*.py")):
        module = importlib.import_module(f"tests.channels.{path.stem}")
        for name, value in vars(module).items():
            if name.startswith("opened_world"):
                kind = path.stem.removeprefix("test_")
                found[kind + name.removeprefix("opened_world").replace("_", " ")] = value
    return found


# ---------------------------------------------------------------- what goes wrong


def in_seconds(seconds: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)


FAULTS: Mapping[str, Fault] = {
    "the answer is lost": server.lost_after,
    "the request is lost": server.lost_before,
    "the connection is reset": server.torn_down,
    "500 before acting": server.error_before,
    "500 after acting, in Japanese": server.error_after,
    "the answer is cut off": server.cut_off,
    "503 without a body": server.unavailable,
    "502 with a page": server.proxy_page,
    "504 after acting": server.timed_out_after,
    "a page instead of the answer": server.no_id,
    "JSON of another shape": server.wrong_shape,
    "a slow answer": server.slow,
    "the token is refused": answering(as_json({"error": {"code": 190, "message": "トークンが無効です"}}, 401)),
    "429, seconds": limited({"Retry-After": "7"}),
    "429, a date": limited({"Retry-After": f"{in_seconds(9):%a, %d %b %Y %H:%M:%S} GMT"}),
    "429, ISO 8601": limited({"X-RateLimit-Reset": in_seconds(9).isoformat().replace("+00:00", "Z")}),
    "429, seconds since 1970": limited({"ratelimit-reset": str(int(in_seconds(9).timestamp()))}),
    "429, in the body": limited(body={"ok": False, "parameters": {"retry_after": 5}}),
    "429, a fraction, in Japanese": limited(body={"message": "レート制限", "retry_after": 0.65}),
    "429, milliseconds": limited(body={"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 4271}),
    "429 without a word": answering(Answer(429)),
}
"""By name, whatever the request."""
RARE: Mapping[str, Fault] = {"silence": server.hanging, "a dripping answer": server.dripping}
"""These take as long as the channel waits."""


def refused(handling: Handling) -> None:
    """What is sent will never do: as a relay says it, and as the others do."""
    if handling.seen.body.startswith(b'["EVENT"'):
        answer = ["OK", handling.seen.json[1]["id"], False, "invalid: tā nevar"]
        handling.reply(Answer(200, json.dumps(answer).encode()))
    else:
        handling.reply(as_json({"error": "InvalidRequest", "message": "Tā nevar"}, 400))


def accepted(handling: Handling) -> None:
    handling.reply(handling.act())


REPEATED = "a proxy repeats the request"
HOURS = "two hours pass"
KILLED = "killed"
TWO = "two processes send at once"
PARTS = 3
"""Posts of a thread."""
NOTES = 4
"""At least as many as most posts make."""


class Ending(StrEnum):
    ONCE = "exactly once"
    OPEN = "uncertain"
    TWICE = "duplicates"
    LOST = "losses"


@dataclass(frozen=True)
class Story:
    """Who kills what when: `wrong` is (number of the request, what happens to it)."""

    post: Post
    ahead: dt.timedelta  # of the service's clock
    wrong: tuple[tuple[int, str], ...]
    kills: tuple[int, ...]  # after which durable note, counted over all tries; 0: before the receipt is stored
    two_at_once: bool
    seen_before: bool  # last week's post says the same
    answers: bool  # an older post
    refused: int  # which post of a thread the service refuses at first, so that a person has to send it again; 0: none

    def __str__(self) -> str:
        told = [f"request {number}: {name}" for number, name in self.wrong]
        told += [killed_after(number) for number in self.kills]
        told += [TWO] * self.two_at_once + ["last week's post says the same"] * self.seen_before
        told += ["answers a post"] * self.answers
        told += [f"post {self.refused} is refused, and sent again"] * bool(self.refused)
        told += [f"clock {self.ahead.total_seconds():+.0f} s"] * bool(self.ahead)
        told += [f"a thread of {1 + len(self.post.thread)}"] * bool(self.post.thread)
        return "; ".join(told)


def story(world: World, requests: int, dice: random.Random) -> Story:
    """One to four faults, most of them near each other, and sometimes a kill, a second process or a thread."""
    threaded = world.channel.limits.threads and dice.random() < 0.3
    posts = PARTS if threaded else 1
    wrong = faults(world, requests * posts, dice)
    return Story(
        post=threaded_post(dice) if threaded else make_post(f"Rūķīši {dice.random()} glāžšķūņos 🕊️", make_picture()),
        ahead=dt.timedelta(seconds=dice.choice((-90, 0, 0, 90))),
        wrong=tuple(sorted(wrong.items())),
        kills=tuple(dice.sample(range(1 + NOTES * posts), k=dice.choice((0, 0, 1, 2)))),
        two_at_once=world.guards and HOURS not in wrong.values() and dice.random() < 0.15,
        seen_before=world.repeats and not threaded and dice.random() < 0.25,
        answers=world.channel.limits.replies and dice.random() < 0.2,
        refused=dice.choice((0, 0, 2, 3)) if threaded else 0,
    )


def faults(world: World, requests: int, dice: random.Random) -> dict[int, str]:
    names = [*FAULTS, *world.troubles, HOURS] + [REPEATED] * world.guards + list(RARE) * (dice.random() < 0.03)
    number, wrong = dice.randint(1, requests), {}
    for _ in range(dice.randint(1, 4)):
        wrong[number] = dice.choice(names)
        number += dice.choice((1, 1, 2, 3))
    return wrong


def killed_after(note: int) -> str:
    return f"{KILLED} after note {note}" if note else f"{KILLED} before the receipt"


def threaded_post(dice: random.Random) -> Post:
    texts = [f"{number}. rūķītis {dice.random()}" for number in (1, 2, 3)]
    return make_post(texts[0], make_picture(), thread=(Segment(texts[1]), Segment(texts[2], (make_picture(red=9),))))


# ---------------------------------------------------------------- how it is driven


class Killed(BaseException):
    """The process is gone; what was durable before is all that is left."""


@dataclass
class Driver:
    """One delivery as `deliver` keeps it: again when transient, looked up first when uncertain or after a kill.

    What was refused is sent again as often as a person says so, under the same revision.
    """

    world: World
    delivery: Delivery
    kills: set[int]
    wrong: Mapping[int, str]
    before: int  # requests that the service had seen
    again: int  # so often
    noted: int = 0
    in_doubt: bool = False
    known: frozenset[str] = frozenset()
    trail: list[str] = field(default_factory=list)
    doubt: str = TWO  # what brought it about

    def driven(self) -> Receipt | None:
        """The receipt; None where a person has to decide. Raises `Rejected` as the channel does."""
        for _ in range(TRIES):
            try:
                receipt = self._looked_up() if self.in_doubt else self._sent()
            except (Transient, AccountBlocked) as error:
                self.trail.append(type(error).__name__)
            except Killed as killed:
                self._restarted(str(killed))
            except Rejected:
                if not self.again:
                    raise
                self.again -= 1
                self.in_doubt = False
            except Uncertain as error:
                if self.in_doubt:
                    return None
                self.in_doubt, self.doubt = True, self.wrong.get(self._requests) or str(error)
            else:
                if receipt:
                    return receipt
                self.in_doubt = False
        raise AssertionError(f"it never settled: {self.trail}")

    def _sent(self) -> Receipt:
        receipt = self.delivery.channel.send(self._attempt)
        if 0 in self.kills:
            self.kills.remove(0)
            raise Killed(killed_after(0))
        return receipt

    def _looked_up(self) -> Receipt | None:
        for _ in range(self.delivery.channel.look_ups):
            if found := self.delivery.channel.find(replace(self._attempt, known=self.known)):
                return found
        return None

    def _restarted(self, killed: str) -> None:
        self.in_doubt, self.doubt = True, killed
        self.delivery.channel = reopened(self.world)

    @property
    def _requests(self) -> int:
        return len(self.world.server.log) - self.before

    @property
    def _attempt(self) -> Attempt:
        return replace(self.delivery.attempt, note=self._note)

    def _note(self, name: str, value: str) -> None:
        self.delivery.notes[name] = value
        self.noted += 1
        if self.noted in self.kills:
            self.kills.remove(self.noted)
            raise Killed(killed_after(self.noted))


def reopened(world: World) -> Channel:
    return world.reopened() if world.reopened else world.channel


def send_in_two_processes(world: World, delivery: Delivery) -> None:
    """Both have the same row in hand, and both are killed before they can say what came of it."""

    def sent(channel: Channel) -> None:
        with suppress(DeliveryError):
            channel.send(delivery.attempt)

    both = [Thread(target=sent, args=(channel,)) for channel in (world.channel, reopened(world))]
    for process in both:
        process.start()
    for process in both:
        process.join()


# ---------------------------------------------------------------- what came of it


@dataclass(frozen=True)
class Outcome:
    ending: Ending
    public: int  # posts of it
    remark: str = ""


@dataclass(frozen=True)
class Case:
    service: str
    seed: int
    story: Story
    outcome: Outcome

    @property
    def ending(self) -> Ending:
        return self.outcome.ending

    def __str__(self) -> str:
        came = f"{self.outcome.public} public{f', {self.outcome.remark}' if self.outcome.remark else ''}"
        return f"{self.service}, seed {self.seed}, {self.ending}: {self.story} → {came}"


def played(service: str, opened: Opened, requests: int, seed: int) -> Case:
    """One story in a world of its own."""
    with opened() as world:
        told = story(world, requests, random.Random(f"{service} {seed}"))
        return Case(service, seed, told, ended(world, told))


def ended(world: World, told: Story) -> Outcome:
    older, parent = published_before(world, told)
    known = frozenset(receipt.remote_id for receipt in (older, parent) if receipt)
    before, requests = world.public(), len(world.server.log)
    spoil(world, told)
    delivery = world.delivery(post=told.post, parent=parent)
    again = int(bool(told.refused))
    driver = Driver(world, delivery, set(told.kills), dict(told.wrong), requests, again, 0, told.two_at_once, known)
    if told.two_at_once:
        send_in_two_processes(world, driver.delivery)
    try:
        receipt, remark = driver.driven(), driver.doubt
    except (Rejected, AssertionError) as error:
        return Outcome(Ending.LOST, len(since(before, world)), f"{type(error).__name__}: {error}")
    return judged(since(before, world), told.post, receipt, remark, names=world.names)


def published_before(world: World, told: Story) -> tuple[Receipt | None, Receipt | None]:
    """(what says the same, what is answered)."""
    older = world.delivery(key=f"{KEY}-before", post=told.post).driven() if told.seen_before else None
    question = make_post("Jautājums", make_picture())
    return older, world.delivery(key=f"{KEY}-parent", post=question).driven() if told.answers else None


def spoil(world: World, told: Story) -> None:
    world.server.ahead = told.ahead
    if told.refused:
        world.server.fault(*[accepted] * (told.refused - 1), refused)
    for number, name in told.wrong:
        world.server.spoil(number, fault_named(world, name))


def fault_named(world: World, name: str) -> Fault:
    special = {REPEATED: server.twice, HOURS: server.changing(lambda: later(world.server))}
    return {**FAULTS, **RARE, **special, **world.troubles}[name]


def later(fake: FakeServer) -> None:
    fake.ahead += dt.timedelta(hours=2)


Shown = Mapping[str, Any]
"""A post as the public sees it."""


def since(before: Sequence[Shown], world: World) -> list[Shown]:
    """What is public now and was not `before`."""
    rest = Counter(map(identity, before))
    new: list[Shown] = []
    for post in world.public():
        rest[identity(post)] -= 1
        new += [post] * (rest[identity(post)] < 0)
    return new


def identity(post: Shown) -> str:
    return str(post.get("id") or post["text"])


def judged(public: Sequence[Shown], wanted: Post, receipt: Receipt | None, doubt: str, *, names: bool) -> Outcome:
    count, segments = len(public), chain.segments_of(wanted)
    if count > len(segments) or max(Counter(post["text"] for post in public).values(), default=0) > 1:
        return Outcome(Ending.TWICE, count)
    if receipt is None:
        return Outcome(Ending.OPEN, count, doubt)
    if count < len(segments):
        return Outcome(Ending.LOST, count, "and a receipt")
    if names and not named(receipt, segments, public):
        return Outcome(Ending.LOST, count, "and the receipt of something else")
    return Outcome(Ending.ONCE, count)


def named(receipt: Receipt, segments: Sequence[Segment], public: Sequence[Shown]) -> bool:
    """True when the receipt names just these posts, each with its words."""
    words = {identity(post): post["text"] for post in public}
    parts = [part.remote_id for part in chain.parts_of(receipt)]
    told = zip(parts, segments, strict=False)
    return sorted(parts) == sorted(words) and all(segment.text in words[part] for part, segment in told)


def cases(service: str, opened: Opened, seeds: Sequence[int]) -> Iterator[Case]:
    with opened() as world:
        world.delivery().driven()
        requests = len(world.server.log)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda seed: played(service, opened, requests, seed), seeds)


# ---------------------------------------------------------------- the table

WIDTH = 100
MANY = 6
"""Uncertain endings of one service that are told one by one; more are gathered by their cause."""


def table(played_cases: Mapping[str, Sequence[Case]]) -> str:
    """One row per world, and their sum."""
    every = [case for its in played_cases.values() for case in its]
    rows = {**played_cases, f"{len(played_cases)} worlds": every} if len(played_cases) > 1 else played_cases
    width = max(map(len, rows))
    lines = [" " * width + f"{'cases':>8}" + "".join(f"{ending:>{len(ending) + 3}}" for ending in Ending)]
    for service, its in rows.items():
        counted = Counter(case.ending for case in its)
        numbers = "".join(f"{counted[ending] or '·':>{len(ending) + 3}}" for ending in Ending)
        lines.append(f"{service:{width}}{len(its):8}{numbers}")
    if len(rows) > 1:
        lines.insert(-1, "─" * len(lines[0]))
    return "\n".join(lines)


def uncertain(played_cases: Mapping[str, Sequence[Case]]) -> str:
    """What waits for a person, at most once public, and why."""
    left = {service: [case for case in its if case.ending is Ending.OPEN] for service, its in played_cases.items()}
    parts = ["\n".join(reasons(service, its)) for service, its in left.items() if its]
    return "\n".join(["Uncertain, a person has to look; never more than one is public:", *parts]) if parts else ""


def reasons(service: str, its: Sequence[Case]) -> Iterator[str]:
    public = sum(bool(case.outcome.public) for case in its)
    yield f"  {service}: {len(its)}, of which {public} public"
    if len(its) <= MANY:
        yield from (wrapped(f"seed {case.seed}: {case.outcome.remark} ({case.story})") for case in its)
        return
    gathered: defaultdict[str, list[Case]] = defaultdict(list)
    for case in its:
        gathered[f"{case.outcome.remark}, {case.outcome.public} public"].append(case)
    for cause, same in sorted(gathered.items(), key=lambda item: -len(item[1])):
        yield wrapped(f"{len(same):3} × {cause}: seed {' '.join(str(case.seed) for case in same)}")


def wrapped(line: str) -> str:
    return textwrap.fill(line, WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 10)


def main(seeds: int, wanted: Sequence[str]) -> int:
    chosen = {name: opened for name, opened in services().items() if not wanted or name.split()[0] in wanted}
    results = {name: list(cases(name, opened, range(seeds))) for name, opened in chosen.items()}
    bad = [case for its in results.values() for case in its if case.ending in {Ending.TWICE, Ending.LOST}]
    parts = (table(results), uncertain(results), "\n".join(wrapped(str(case)) for case in bad))
    print("\n\n".join(filter(None, parts)))
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2:]))
