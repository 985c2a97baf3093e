"""Every service × many faults in a row: is it public exactly once in the end?

    python -m tests.exactly_once [SEEDS [SERVICE …]]

Each seed makes one story: what goes wrong, at which request, and when the process is killed. It is played in a world
of its own and driven as the errors say, as `deliver` drives it. Every ending that only a person can settle is listed.
"""

import datetime as dt
import importlib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from threading import Thread

from campaign.channels.base import Channel
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.model import Attempt, Post, Receipt, Segment
from tests.channels.attempts import KEY, Delivery, make_picture, make_post
from tests.channels.contract import World
from tests.fakes import server
from tests.fakes.server import Answer, FakeServer, Fault, answering, as_json, limited

CHANNELS = Path(__file__).parent / "channels"
TRIES = 40
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
REPEATED = "a proxy repeats the request"
HOURS = "two hours pass"
KILLED = "killed"
TWO = "two processes send at once"


class Ending(StrEnum):
    ONCE = "exactly once"
    OPEN = "uncertain (≤ 1)"
    TWICE = "duplicate"
    LOST = "loss"


@dataclass(frozen=True)
class Story:
    """Who kills what when: `wrong` is (number of the request, what happens to it)."""

    post: Post
    ahead: dt.timedelta  # of the service's clock
    wrong: tuple[tuple[int, str], ...]
    kills: tuple[int, ...]  # after which durable note, counted over all tries; 0: before the receipt is stored
    two_at_once: bool
    seen_before: bool  # last week's post says the same

    def __str__(self) -> str:
        told = [f"request {number}: {name}" for number, name in self.wrong]
        told += [f"{KILLED} after note {number}" if number else f"{KILLED} before the receipt" for number in self.kills]
        told += [TWO] * self.two_at_once + ["last week's post says the same"] * self.seen_before
        told += [f"clock {self.ahead.total_seconds():+.0f} s"] * bool(self.ahead)
        told += [f"a thread of {1 + len(self.post.thread)}"] * bool(self.post.thread)
        return "; ".join(told)


def story(world: World, requests: int, dice: random.Random) -> Story:
    """One to four faults, most of them near each other, and sometimes a kill, a second process or a thread."""
    names = [*FAULTS, *world.troubles, HOURS] + [REPEATED] * world.guards + list(RARE) * (dice.random() < 0.03)
    number, wrong = dice.randint(1, requests), {}
    for _ in range(dice.randint(1, 4)):
        wrong[number] = dice.choice(names)
        number += dice.choice((1, 1, 2, 3))
    two_at_once = world.guards and HOURS not in wrong.values() and dice.random() < 0.15
    threaded = world.channel.limits.threads and dice.random() < 0.3
    return Story(
        post=threaded_post(dice) if threaded else make_post(f"Rūķīši {dice.random()} glāžšķūņos 🕊️", make_picture()),
        ahead=dt.timedelta(seconds=dice.choice((-90, 0, 0, 90))),
        wrong=tuple(sorted(wrong.items())),
        kills=tuple(dice.sample(range(5), k=dice.choice((0, 0, 1, 2)))),
        two_at_once=two_at_once,
        seen_before=world.repeats and not threaded and dice.random() < 0.25,
    )


def threaded_post(dice: random.Random) -> Post:
    texts = [f"{number}. rūķītis {dice.random()}" for number in (1, 2, 3)]
    return make_post(texts[0], make_picture(), thread=(Segment(texts[1]), Segment(texts[2], (make_picture(red=9),))))


# ---------------------------------------------------------------- how it is driven


class Killed(BaseException):
    """The process is gone; what was durable before is all that is left."""


@dataclass
class Driver:
    """One delivery as `deliver` keeps it: again when transient, looked up first when uncertain or after a kill."""

    world: World
    delivery: Delivery
    kills: set[int]
    noted: int = 0
    in_doubt: bool = False
    known: frozenset[str] = frozenset()
    trail: list[str] = field(default_factory=list)

    def driven(self) -> Receipt | None:
        """The receipt; None where a person has to decide. Raises `Rejected` as the channel does."""
        for _ in range(TRIES):
            try:
                receipt = self._looked_up() if self.in_doubt else self._sent()
            except (Transient, AccountBlocked) as error:
                self.trail.append(type(error).__name__)
            except Killed:
                self._restarted()
            except Uncertain:
                if self.in_doubt:
                    return None
                self.in_doubt = True
            else:
                if receipt:
                    return receipt
                self.in_doubt = False
        raise AssertionError(f"it never settled: {self.trail}")

    def _sent(self) -> Receipt:
        receipt = self.delivery.channel.send(self._attempt)
        if 0 in self.kills:
            self.kills.remove(0)
            raise Killed
        return receipt

    def _looked_up(self) -> Receipt | None:
        for _ in range(self.delivery.channel.look_ups):
            if found := self.delivery.channel.find(replace(self._attempt, known=self.known)):
                return found
        return None

    def _restarted(self) -> None:
        self.in_doubt = True
        self.delivery.channel = reopened(self.world)

    @property
    def _attempt(self) -> Attempt:
        return replace(self.delivery.attempt, note=self._note)

    def _note(self, name: str, value: str) -> None:
        self.delivery.notes[name] = value
        self.noted += 1
        if self.noted in self.kills:
            self.kills.remove(self.noted)
            raise Killed


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
class Case:
    service: str
    seed: int
    story: Story
    ending: Ending
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.service} {self.seed}: {self.ending}: {self.story}{f' ({self.remark})' if self.remark else ''}"


def played(service: str, opened: Opened, requests: int, seed: int) -> Case:
    """One story in a world of its own."""
    with opened() as world:
        told = story(world, requests, random.Random(f"{service} {seed}"))
        ending, remark = ended(world, told)
        return Case(service, seed, told, ending, remark)


def ended(world: World, told: Story) -> tuple[Ending, str]:
    known = frozenset({world.delivery(key=f"{KEY}0", post=told.post).driven().remote_id} if told.seen_before else ())
    before = texts(world)
    spoil(world, told)
    driver = Driver(world, world.delivery(post=told.post), set(told.kills), in_doubt=told.two_at_once, known=known)
    if told.two_at_once:
        send_in_two_processes(world, driver.delivery)
    try:
        receipt = driver.driven()
    except (Rejected, AssertionError) as error:
        return Ending.LOST, f"{type(error).__name__}: {error}"
    return judged(texts(world) - before, 1 + len(told.post.thread), receipt)


def spoil(world: World, told: Story) -> None:
    world.server.ahead = told.ahead
    for number, name in told.wrong:
        world.server.spoil(number, fault_named(world, name))


def fault_named(world: World, name: str) -> Fault:
    special = {REPEATED: server.twice, HOURS: server.changing(lambda: later(world.server))}
    return {**FAULTS, **RARE, **special, **world.troubles}[name]


def later(fake: FakeServer) -> None:
    fake.ahead += dt.timedelta(hours=2)


def texts(world: World) -> Counter[str]:
    return Counter(post["text"] for post in world.public())


def judged(public: Counter[str], wanted: int, receipt: Receipt | None) -> tuple[Ending, str]:
    if public.total() > wanted or max(public.values(), default=0) > 1:
        return Ending.TWICE, f"{public.total()} public"
    if receipt is None:
        return Ending.OPEN, f"{public.total()} public"
    return (Ending.ONCE, "") if public.total() == wanted else (Ending.LOST, f"a receipt, and {public.total()} public")


def cases(service: str, opened: Opened, seeds: Sequence[int]) -> Iterator[Case]:
    with opened() as world:
        world.delivery().send()
        requests = len(world.server.log)
    for seed in seeds:
        yield played(service, opened, requests, seed)


# ---------------------------------------------------------------- the table


def table(played_cases: Mapping[str, Sequence[Case]]) -> str:
    """One row per service."""
    width = max(map(len, played_cases), default=0)
    lines = [f"{'service':{width}}  {'cases':>6}" + "".join(f"  {ending:>15}" for ending in Ending)]
    for service, its in played_cases.items():
        counted = Counter(case.ending for case in its)
        lines.append(f"{service:{width}}  {len(its):6}" + "".join(f"  {counted[ending]:15}" for ending in Ending))
    return "\n".join(lines)


def main(seeds: int, wanted: Sequence[str]) -> int:
    chosen = {name: opened for name, opened in services().items() if not wanted or name.split()[0] in wanted}
    results = {name: list(cases(name, opened, range(seeds))) for name, opened in chosen.items()}
    told = [case for its in results.values() for case in its if case.ending is not Ending.ONCE]
    print(*told, "", table(results), sep="\n")
    return int(any(case.ending in {Ending.TWICE, Ending.LOST} for case in told))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2:]))
