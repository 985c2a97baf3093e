"""Reading and checking 1,000 files of 50 messages in three languages, beside a plain YAML parser on the same bytes."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import yaml as pyyaml

from tests.bench.measuring import cpu, figure
from tests.workspaces import make_workspace

FILES, MESSAGES = 1_000, 50
HEAD = "campaign: kampana-{file}\ntitle: {{lv: Kampaņa, en: Campaign, ru: Кампания}}\nlanguages: [lv, en, ru]\naccounts: [mastodon]\nmessages:\n"
MESSAGE = """  - id: zina-{number}
    at: 2026-{month:02}-{day:02} 09:{number:02}
    card: none
    text:
      lv: "Glāžšķūņu rūķīši sargā {number}. ziņu. Zvani, ja vajag palīdzību! #DrošībaPirmajā"
      en: "The guardians watch over message {number}. Call if you need help! #SafetyFirst"
      ru: "Хранители берегут сообщение {number}. Звоните, если нужна помощь! #Безопасность"
"""
CONFIG = """
name = {lv = "Kampaņa", en = "Campaign", ru = "Кампания"}
languages = ["lv", "en", "ru"]
base_url = "https://kampana.example"
accounts.mastodon = {kind = "mastodon", server = "https://mastodon.example"}
"""


def run() -> list[dict[str, Any]]:
    from campaign.schedule import read
    from campaign.workspace import open_workspace

    with tempfile.TemporaryDirectory() as folder:
        root = make_workspace(Path(folder), {f"kampana-{file}": written(file) for file in range(FILES)}, CONFIG)
        found = open_workspace(root)
        site = found.settings.site()
        texts = [path.read_text(encoding="utf-8") for path in sorted(found.schedules.glob("kampana-*.yaml"))]
        schedules = []
        ours = cpu(lambda: schedules.append(read(found.schedules, site, today=dt.date(2026, 1, 1))))
        assert sum(len(campaign.messages) for campaign in schedules[0].campaigns) == FILES * MESSAGES
        pure = cpu(lambda: [pyyaml.load(text, Loader=pyyaml.SafeLoader) for text in texts[:50]]) * FILES / 50
        in_c = cpu(lambda: [pyyaml.load(text, Loader=pyyaml.CSafeLoader) for text in texts[:50]]) * FILES / 50
    return [
        figure(f"read and check {FILES:,} files of {MESSAGES} messages", ours, "s CPU"),
        figure("  PyYAML alone, written in Python, no checks", pure, "s CPU", "we take, against it", ours / pure),
        figure("  PyYAML alone, written in C, no checks", in_c, "s CPU", "we take, against it", ours / in_c),
    ]


def written(file: int) -> str:
    days = [MESSAGE.format(number=n, month=file % 12 + 1, day=n % 28 + 1) for n in range(MESSAGES)]
    return HEAD.format(file=file) + "".join(days)
