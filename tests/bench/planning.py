"""Planning 100,000 occurrences, in a process of its own so that its memory can be told."""

import datetime as dt
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.measuring import cost, figure
from tests.workspaces import make_workspace

MESSAGES = 274
"""Every day of a year: 100,010 occurrences."""
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
HEAD = "campaign: gads\ntitle: {lv: Gads}\nlanguages: [lv]\naccounts: [mastodon]\nmessages:\n"
MESSAGE = (
    "  - {{id: padoms-{number}, repeat: every day, from: 2026-01-01, time: '{hour:02}:{minute:02}', card: none,\n"
    "     text: {{lv: 'Glāžšķūņu rūķīši dod {number}. padomu. Zvani, ja vajag palīdzību! #DrošībaPirmajā'}}}}\n"
)


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        lines = [MESSAGE.format(number=n, hour=8 + n // 30, minute=n % 30 * 2) for n in range(MESSAGES)]
        make_workspace(Path(folder), {"gads": HEAD + "".join(lines)})
        taken = cost(["-m", "tests.bench.planning", folder])
    rows = int(taken.said["rows"])
    return [
        figure(f"plan {rows:,} occurrences", taken.said["cpu"], "s CPU", "aim: under 5 s"),
        figure(
            "  its process, peak memory",
            taken.peak_mb,
            "MB",
            f"aim: under 300 MB; {taken.said['before']:.0f} MB before planning",
        ),
    ]


def planned(root: Path) -> dict[str, float]:
    """What the child does: read, then plan, on a stopwatch."""
    from campaign.cards import Studio
    from campaign.model import Window
    from campaign.plan import plan
    from campaign.schedule import read
    from campaign.workspace import open_workspace

    found = open_workspace(root)
    site = found.settings.site()
    schedules = read(found.schedules, site, assets=found.asset_files, today=YEAR[0])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.process_time()
    made = plan(schedules, site, Window(*YEAR), Studio(found.assets))
    assert made.hash
    return {"rows": len(made.rows), "cpu": time.process_time() - begun, "before": before}


if __name__ == "__main__":
    print(json.dumps(planned(Path(sys.argv[1]))))
