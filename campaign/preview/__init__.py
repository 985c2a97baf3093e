"""What a month will look like before anything goes out: every post as each account's network will show it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.model import Draft, Severity
from campaign.plan import Plan
from campaign.preview import looks
from campaign.preview.days import Easel, Maker
from campaign.preview.views import Day
from campaign.prints import open_gallery
from campaign.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Written:
    """The page, and how many posts it shows."""

    page: Path
    posts: int


def write_preview(where: Workspace, plan: Plan, keys: Sequence[str], out: Path) -> Written:
    """Write `index.html` and the pictures it shows into a folder; the page needs nothing else."""
    out.mkdir(parents=True, exist_ok=True)
    drafts = [draft for draft in plan.drafts if _is_shown(draft, keys)]
    easel = Easel.of(open_gallery(where), out, drafts)
    days = Maker(where, plan, easel, drafts).days()
    (out / "index.html").write_text(_page(where, plan, days), encoding="utf-8")
    return Written(out / "index.html", sum(day.posts for day in days))


def _is_shown(draft: Draft, keys: Sequence[str]) -> bool:
    """What is published nowhere on purpose is left out; what a mistake keeps back is shown with the mistake."""
    told = draft.post is not None or (draft.problems and not draft.skip)
    return bool(told) and (not keys or any(draft.key.startswith(wanted) for wanted in keys))


def _page(where: Workspace, plan: Plan, days: Sequence[Day]) -> str:
    from jinja2 import Environment, FileSystemLoader

    folders = FileSystemLoader([folder / "preview" for folder in where.assets])
    templates = Environment(loader=folders, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    shown = [one for day in days for entry in day.entries for one in entry.shown]
    each = {one.account.id: one for one in shown}
    return templates.get_template("preview.html").render(
        days=days,
        site=where.settings.site(),
        mode=where.settings.mode,
        plan=plan,
        posts=len(shown),
        entries=[entry for day in days for entry in day.entries],
        accounts=[each[name] for name in where.settings.accounts if name in each],
        counts=Counter(one.account.id for one in shown),
        languages=tuple(dict.fromkeys(one.draft.language for one in shown)),
        errors=sum(one.severity is Severity.ERROR for one in plan.findings(live=where.settings.mode == "live")),
        counted=looks.counted,
        allowed=looks.allowed,
        initials=looks.initials,
    )
