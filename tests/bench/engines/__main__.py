"""`python -m tests.bench.engines OUT_DIR`: draw our photo cards with each engine, keep the pictures, print the figures."""

import statistics
import sys
from pathlib import Path

from tests.bench.cards import content
from tests.bench.engines import Drawn, chromium, satori

KEPT = 4
"""So many pictures of each engine are written."""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cards = content()
    for name, ending, pictures in (
        ("chromium", "png", chromium(cards, "png")),
        ("chromium", "jpg", chromium(cards, "jpeg")),
        ("satori", "png", satori(cards)),
    ):
        for number, drawn in enumerate(pictures[:KEPT]):
            (folder / f"{name}-{number}.{ending}").write_bytes(drawn.content)
        print(line(f"{name} {ending}", pictures))


def line(name: str, pictures: list[Drawn]) -> str:
    """The middle of each figure over cards with one photo and new words."""
    cpu, wall, memory = (
        statistics.median(getattr(drawn, figure) for drawn in pictures) for figure in ("cpu_ms", "wall_ms", "memory_mb")
    )
    size = statistics.median(len(drawn.content) for drawn in pictures) / 1000
    return f"{name:<14} {cpu:7.1f} ms CPU {wall:7.1f} ms wall {size:7.0f} kB {memory:7.0f} MB, n = {len(pictures)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
