"""`python -m tests.bench [AREA]`: print the figures of every area, or of one, and keep them in var/bench.json."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

AREAS = ("reading", "planning", "ledger", "delivering", "cards", "serving", "running")
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
    """What was measured, its value, and what it stands beside."""
    reference, ratio = figure["reference"], figure["ratio"]
    beside = f"reference {reference:,.2f}" if isinstance(reference, int | float) else reference
    beside += f", ratio {ratio:.2f}" if ratio else ""
    return f"{figure['name']:<62} {figure['value']:>10,.2f} {figure['unit']:<10} {beside}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
