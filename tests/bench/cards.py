"""What a card costs in processor time and memory, beside the bare encoding of its pixels and beside other engines.

Every title is drawn for the first time: `drawing.WARM` cards come before, then thirty others in a fresh studio.
"""

import io
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from PIL import Image

from campaign.cards import Studio
from campaign.cards.gallery import Gallery
from campaign.cards.tree import Line
from campaign.model import Card, Picture
from tests.bench.drawing import ASSETS, PHOTO, TITLES, WARM, WEB, card, drawn, planned, studio
from tests.bench.engines import Drawn, chromium, satori
from tests.bench.measuring import cost, figure

ROUNDS = 5
POOL = 120
"""Cards a pool draws."""
FLAT = (("announcement", "gradient"), ("event", "flat"), ("fact", "flat"))
NOTHING_LEFT = 100_000_000
"""A budget in bytes that never limits."""
Row = dict[str, Any]
One = TypeVar("One")


@dataclass(frozen=True)
class Taken:
    """Milliseconds of CPU of every card of some rounds; the mean is what a month of cards costs."""

    each: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.each)

    @property
    def spread(self) -> str:
        low, _, high = statistics.quantiles(self.each, n=4)
        return f"middle half {low:.2f}–{high:.2f}, n = {len(self.each)}"


def run() -> Iterator[Row]:
    """The photo card first: what the other engines draw stands beside it."""
    photo = painted("announcement", photo=True)
    yield from photo_rows(photo)
    for template, kind in FLAT:
        yield from flat_rows(template, kind)
    yield from size_rows()
    yield from again_rows()
    yield from pool_rows()
    yield from memory_rows()
    yield from engine_rows(photo, painted("announcement", photo=True, media_type="image/png", rounds=1))


# ---------------------------------------------------------------- ours


def painted(template: str, *, photo: bool, media_type: str = "", rounds: int = ROUNDS) -> Taken:
    """Layout, paint, gates and encoding of cards with new words."""
    pictures = [_as(one, media_type) for one in planned(template, "og", TITLES, photo=photo)]
    return Taken(tuple(one for _ in range(rounds) for one in _taken(_painter(), pictures).each))


def _painter() -> Callable[[Picture], tuple[bytes, str]]:
    """One that has drawn nothing yet."""
    return studio().paint


def _as(picture: Picture, media_type: str) -> Picture:
    return replace(picture, media_type=media_type, most_bytes=NOTHING_LEFT) if media_type else picture


def photo_rows(whole: Taken) -> Iterator[Row]:
    images = _pixels("announcement", photo=True)
    sizes = [len(content) for content in drawn(studio(), TITLES[WARM:])]
    name = "photo card, JPEG: layout, paint, gates, encoding"
    yield from _beside(name, whole, "encoding the same pixels as JPEG 85 4:4:4", _bare(_jpeg, images * ROUNDS))
    yield figure("  size, the largest", max(sizes) / 1000, "kB", f"Pillow {_kilobytes(map(_jpeg, images)):.0f} kB")


def flat_rows(template: str, kind: str) -> Iterator[Row]:
    """Ours as PNG, Pillow's PNG of the same pixels, and 256 colours by median cut."""
    whole, images = painted(template, photo=False, rounds=2), _pixels(template, photo=False)
    name = f"{template}, {kind} PNG: layout, paint, gates, encoding"
    yield from _beside(name, whole, "encoding the same pixels as PNG 6", _bare(_png, images))
    yield figure("  size", _kilobytes(planned_bytes(template)), "kB", f"Pillow {_kilobytes(map(_png, images)):.0f} kB")
    few = _bare(_reduced, images)
    yield figure("  256 colours by median cut instead, encoding alone", few.mean, "ms", few.spread)
    yield figure("  size", _kilobytes(map(_reduced, images)), "kB")


def _bare(encode: Callable[[Image.Image], int], images: Sequence[Image.Image]) -> Taken:
    return Taken(tuple(_cpu(encode, one) for one in images))


def _beside(name: str, ours: Taken, other: str, bare: Taken) -> Iterator[Row]:
    """Our figure with its ratio to the other's, then the other's."""
    yield figure(name, ours.mean, "ms", ours.spread, ours.mean / bare.mean)
    yield figure(f"  Pillow {other}", bare.mean, "ms", bare.spread)


def planned_bytes(template: str) -> Iterator[int]:
    by = studio()
    return (len(by.paint(one)[0]) for one in planned(template, "og", TITLES[:WARM], photo=False))


def _pixels(template: str, *, photo: bool) -> list[Image.Image]:
    """What is encoded, exactly: some cards as a PNG that loses nothing, opened again."""
    by, found = studio(), []
    for one in planned(template, "og", TITLES[:WARM], photo=photo):
        content, _ = by.paint(_as(one, "image/png"))
        found.append(Image.open(io.BytesIO(content)).convert("RGB"))
    return found


def size_rows() -> Iterator[Row]:
    """One card in every size of the web, new words each time."""
    for photo, kind in ((True, "photo, JPEG"), (False, "gradient, PNG")):
        each = (planned("announcement", size, TITLES[: 2 * WARM], photo=photo) for size in WEB)
        taken = _each_in_all_sizes(studio(), list(zip(*each, strict=True)))
        yield figure(f"five sizes of one card, {kind}", taken.mean, "ms", taken.spread)


def _each_in_all_sizes(by: Studio, cards: Sequence[Sequence[Picture]]) -> Taken:
    return _taken(lambda sizes: [by.paint(one) for one in sizes], cards)


def again_rows() -> Iterator[Row]:
    """What is asked for a second time: a layout remembered, a picture found in its folder."""
    by = studio()
    cards = [card(by, "announcement", "og", title, photo=True) for title in TITLES]
    first, second = (_taken(by.picture, cards) for _ in range(2))
    yield figure("card planned for the first time", first.mean, "ms", first.spread)
    yield figure("  the same card again", second.mean, "ms", second.spread, second.mean / first.mean)
    with TemporaryDirectory() as folder:
        kept, pictures = Gallery(by, Path(folder)), planned("announcement", "og", TITLES, photo=True)
        drawing, finding = (_taken(kept.load, pictures) for _ in range(2))
    yield figure("picture found in its folder", finding.mean, "ms", finding.spread, finding.mean / drawing.mean)


def memory_rows() -> Iterator[Row]:
    for name, sizes in (("og", ("og",)), ("all five sizes", WEB)):
        peak = float(cost(["-m", "tests.bench.drawing", *sizes]).said)
        yield figure(
            f"peak memory of a process, 30 photo cards in {name}", peak, "MB", "resident, fonts and Pillow included"
        )


# ---------------------------------------------------------------- processes

_worker: list[Studio] = []


def pool_rows() -> Iterator[Row]:
    """Cards of a month by one process and by two, each with its own studio; rounds alternate."""
    with _pool(1) as one, _pool(2) as two:
        rates = [(_rate(one), _rate(two)) for _ in range(ROUNDS)]
    alone, together = (statistics.median(side) for side in zip(*rates, strict=True))
    ratios = sorted(both / single for single, both in rates)
    yield figure("photo cards by 1 process", alone, "/s", f"{POOL} cards, median of {ROUNDS} rounds")
    yield figure(
        "photo cards by 2 processes", together, "/s", f"rounds {ratios[0]:.2f}–{ratios[-1]:.2f}", together / alone
    )


def _pool(workers: int) -> ProcessPoolExecutor:
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _open)
    list(pool.map(_ready, range(workers * 4)))
    return pool


def _open() -> None:
    _worker[:] = [studio()]
    assert all(drawn(_worker[0], TITLES[:WARM]))


def _ready(_: int) -> None:
    time.sleep(0.2)


def _draw(title: str) -> int:
    return len(next(drawn(_worker[0], [title])))


def _rate(pool: ProcessPoolExecutor) -> float:
    """Cards per second, told apart by a number, in the order in which a month has them."""
    titles = [f"{TITLES[number % len(TITLES)]} {time.monotonic_ns() % 97}" for number in range(POOL)]
    begun = time.perf_counter()
    assert all(pool.map(_draw, titles, chunksize=5))
    return POOL / (time.perf_counter() - begun)


# ---------------------------------------------------------------- other engines


def engine_rows(jpeg: Taken, png: Taken) -> Iterator[Row]:
    """The same words and photo by engines that are warm; the ratio is how many times more CPU they take than ours."""
    cards = content()
    engines: tuple[tuple[str, Callable[[], list[Drawn]], tuple[tuple[str, Taken], ...]], ...] = (
        ("warm Chromium, JPEG", lambda: chromium(cards, "jpeg"), (("JPEG", jpeg),)),
        ("warm Chromium, PNG", lambda: chromium(cards, "png"), (("PNG", png), ("JPEG", jpeg))),
        ("Satori and resvg, PNG", lambda: satori(cards), (("PNG", png), ("JPEG", jpeg))),
    )
    for name, draw, beside in engines:
        try:
            yield from _engine_rows(name, draw(), beside)
        except FileNotFoundError as missing:
            print(f"{name}: left out, {missing} is not there")


def content() -> list[dict[str, str]]:
    """The words of our cards, as the other engines take them."""
    by = studio()
    cards = (card(by, "announcement", "og", title, photo=True) for title in TITLES[WARM:])
    return [_words(one, _line(by, one, "date")) for one in cards]


def _line(by: Studio, one: Card, field: str) -> str:
    """What our card writes of a field."""
    lines = (box for box in by.sheet(one)[0].boxes if isinstance(box, Line))
    return " ".join(line.text for line in lines if line.field == field)


def _words(one: Card, date: str) -> dict[str, str]:
    fields = {name: str(one.fields[name]) for name in ("kicker", "title", "site", "help")}
    return fields | {"date": date, "photo": str(ASSETS / PHOTO["file"]), "logo": str(ASSETS / "logo.png")}


def _engine_rows(name: str, pictures: list[Drawn], beside: Sequence[tuple[str, Taken]]) -> Iterator[Row]:
    taken = Taken(tuple(one.cpu_ms for one in pictures))
    for media, ours in beside:
        yield figure(f"{name}, against our {media}", taken.mean, "ms", taken.spread, taken.mean / ours.mean)
    yield figure("  size", _kilobytes(len(one.content) for one in pictures), "kB")
    yield figure("  memory of its processes", max(one.memory_mb for one in pictures), "MB", "shared parts counted once")


# ---------------------------------------------------------------- measuring


def _taken(work: Callable[[One], object], ones: Iterable[One]) -> Taken:
    """What each call took, the cards that warm up left out."""
    return Taken(tuple(_cpu(work, one) for one in ones)[WARM:])


def _cpu(work: Callable[[One], object], one: One) -> float:
    begun = time.process_time()
    work(one)
    return (time.process_time() - begun) * 1000


def _kilobytes(sizes: Iterable[int]) -> float:
    return statistics.fmean(sizes) / 1000


def _jpeg(image: Image.Image) -> int:
    return _saved(image, "JPEG", quality=85, subsampling=0)


def _png(image: Image.Image) -> int:
    return _saved(image, "PNG", compress_level=6)


def _reduced(image: Image.Image) -> int:
    return _saved(image.quantize(256, Image.Quantize.MEDIANCUT), "PNG", compress_level=6)


def _saved(image: Image.Image, kind: str, **how: int) -> int:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.tell()
