"""`python -m tests.bench [AREA]`: print the figures of every area, or of one, and keep them in var/bench.json."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

AREAS = ("reading", "planning", "ledger", "cards", "serving", "running")
KEPT = Path("var") / "bench.json"


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(AREAS)
    if unknown:
        print(f"no such area: {', '.join(sorted(unknown))}; there are: {', '.join(AREAS)}")
        return 2
    found: list[dict[str, Any]] = []
    for area in wanted or AREAS:
        for figure in importlib.import_module(f"tests.bench.{area}").run():
            found.append({"area": area, **figure})
            print(line(figure), flush=True)
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


def line(figure: dict[str, Any]) -> str:
    """`what  value unit  (reference, ratio)`"""
    beside = f"{figure['reference']}, ratio {figure['ratio']:.2f}" if figure.get("ratio") else figure["reference"]
    return f"{figure['name']:<58} {figure['value']:>10,.2f} {figure['unit']:<10} {beside}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
