"""The whole folder `schedules/` → `model.Schedules`."""

import dataclasses
import datetime as dt
import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaign.model import Campaign, Page, Place, Problem, Schedules, Severity, Site, SourceFile, Spot, Tier
from campaign.schedule import yaml
from campaign.schedule.across import Across, settled
from campaign.schedule.campaigns import campaign, campaign_id
from campaign.schedule.mistakes import Mistake, told
from campaign.schedule.pages import Article, article, named, page
from campaign.schedule.reading import Known, Reading, under
from campaign.schedule.registries import REGISTRIES, registry


@dataclass(slots=True)
class _Folder:
    """What has been read so far."""

    path: Path
    site: Site
    assets: frozenset[str] | None
    today: dt.date | None
    known: dict[str, Known] = field(default_factory=dict)
    registries: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    files: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    claimed: set[str] = field(default_factory=set)  # what files call themselves, readable or not

    def reading(self, path: Path, source: str) -> Reading:
        file = f"{self.path.name}/{path.relative_to(self.path).as_posix()}"
        places: Mapping[str, Place] = self.registries.get("places", {})
        return Reading(_printable(file), source, self.site, self.known, places, self.assets, self.today)


def read(
    folder: Path,
    site: Site,
    only: Collection[Path] | None = None,
    *,
    assets: Sequence[Path] | None = None,
    today: dt.date | None = None,
) -> Schedules:
    """Everything a team wrote below `folder`, and every mistake in it; nothing a file holds makes this raise.

    `only` limits the problems told to these files or folders, not what is read. `assets` are the files below the
    workspace's `assets/`, relative to it: with them the names of pictures are checked. `today` is where the dates
    that explain an ambiguous rule begin, when its entry has no `from`.
    """
    names = None if assets is None else frozenset(asset.as_posix() for asset in assets)
    found = _Folder(folder, site, names, today)
    files = _listed(found)
    for name in REGISTRIES:
        _read_registry(name, files.pop(f"{name}.yaml", None), found)
    pages = _read_pages(found)
    taken = _unique(_read_campaigns(files.values(), found), found)
    mistaken = frozenset(problem.entry for problem in found.problems if problem.tier is Tier.ENTRY)
    campaigns, problems = settled(Across(taken, found.claimed, mistaken))
    found.problems += problems
    shown = _only(found.problems, folder, only)
    return Schedules(
        campaigns=tuple(campaigns),
        contacts=found.registries["contacts"],
        facts=found.registries["facts"],
        observances=found.registries["observances"],
        places=found.registries["places"],
        partners=found.registries["partners"],
        glossary=tuple(word for words in found.registries["glossary"].values() for word in words),
        pages=pages,
        files=tuple(found.files),
        problems=tuple(sorted(shown, key=lambda problem: (problem.spot, problem.code))),
        hold=_hold(folder / "HOLD"),
    )


# ---------------------------------------------------------------- files


def _listed(found: _Folder) -> dict[str, Path]:
    """The YAML files by name; others that look like one are told."""
    try:
        paths = sorted(found.path.iterdir())
    except OSError as error:
        message = f"the folder {told(found.path.name)} cannot be read: {_reason(error)}"
        found.problems.append(Problem(Spot(found.path.name), "YML04", Severity.ERROR, message, tier=Tier.FILE))
        return {}
    for path in paths:
        looks_like_one = re.fullmatch(r"([^.].*?)(\.ya?ml)+(\.txt)?", _printable(path.name), re.IGNORECASE)
        if looks_like_one and path.suffix != ".yaml":
            message = f"{told(_printable(path.name))} is not read: the name of a schedule ends in .yaml"
            spot = Spot(_printable(f"{found.path.name}/{path.name}"))
            found.problems.append(
                Problem(spot, "YML04", Severity.WARNING, message, f"call it {looks_like_one[1]}.yaml")
            )
    return {path.name: path for path in paths if path.suffix == ".yaml" and not path.name.startswith(".")}


def _printable(name: str) -> str:
    """A file's name without bytes that are no text and without what would command a terminal."""
    return yaml.UNPRINTABLE.sub("?", name.encode("utf-8", "replace").decode())


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()


def _bytes(path: Path, folder: Path) -> bytes:
    """The file's content, at most a little more than what is accepted; nothing outside the folder is ever read."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        message = f"{told(_printable(path.name))} is a link that leads out of {told(folder.name)} and is not read"
        raise Mistake("YML04", message, hint="put the file itself here")
    try:
        if not path.is_file():
            kind = "is a folder" if path.is_dir() else "is no ordinary file"
            raise Mistake("YML04", f"{told(_printable(path.name))} {kind} and cannot be read")
        with path.open("rb") as file:
            return file.read(yaml.LARGEST_FILE + 1)
    except OSError as error:
        raise Mistake("YML04", f"{told(_printable(path.name))} cannot be opened: {_reason(error)}") from error


def _opened(path: Path, found: _Folder) -> tuple[Reading, str]:
    """The text of a file and the digest of its bytes; without text its mistake is told."""
    data = b""
    try:
        data = _bytes(path, found.path)
        return found.reading(path, yaml.decode(data)), hashlib.sha256(data).hexdigest()
    except Mistake as mistake:
        reading = found.reading(path, "")
        reading.report(mistake)
        return reading, hashlib.sha256(data).hexdigest()


def _root(reading: Reading) -> yaml.Node | None:
    """The tree of a file, or None after telling why there is none."""
    if "" in reading.held:
        return None
    tree = yaml.parse(reading.source)
    for mistake in tree.mistakes:
        reading.report(mistake)
    return None if tree.mistakes else tree.root or yaml.Text("", 1, 1)


# ---------------------------------------------------------------- registries and pages


def _read_registry(name: str, path: Path | None, found: _Folder) -> None:
    file = f"{found.path.name}/{name}.yaml"
    found.registries[name], found.known[name] = {}, Known(file)
    if path is None:
        return
    reading, digest = _opened(path, found)
    root = _root(reading)
    if root is not None:
        found.registries[name], found.known[name] = registry(name, root, reading)
    readable = "" not in reading.held
    if not readable:
        found.known[name] = dataclasses.replace(found.known[name], readable=False)
    found.files.append(SourceFile(reading.file, digest, readable=readable, registry=True))
    found.problems += reading.problems


def _read_pages(found: _Folder) -> dict[str, Page]:
    articles: dict[str, dict[str, Article]] = {}
    broken: set[str] = set()
    for path in _page_files(found.path / "pages"):
        one = _read_article(path, found)
        if isinstance(one, Article):
            articles.setdefault(one.id, {})[one.language] = one
        else:
            broken.add(one)
    pages = {name: page(languages) for name, languages in sorted(articles.items()) if name not in broken}
    found.known["pages"] = Known(
        f"{found.path.name}/pages/",
        frozenset(f"pages/{name}" for name in pages),
        frozenset(f"pages/{name}" for name in broken),
    )
    return pages


def _page_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".md" and not path.name.startswith("."))
    except OSError:  # there are no articles
        return []


def _read_article(path: Path, found: _Folder) -> Article | str:
    """The article, or the id of the page it breaks."""
    reading = found.reading(path, "")
    name, _, _ = _printable(path.name).partition(".")
    reading.begin("article", f"pages/{name}")
    data = b""
    one = None
    try:
        name, language = named(_printable(path.name))
        data = _bytes(path, found.path)
        reading.source = yaml.decode(data)
        one = article(name, language, reading)
    except Mistake as mistake:
        reading.report(mistake)
    found.files.append(SourceFile(reading.file, hashlib.sha256(data).hexdigest(), campaign="pages"))
    found.problems += reading.problems
    return one if one and reading.end() else name


# ---------------------------------------------------------------- campaigns


@dataclass(frozen=True, slots=True)
class _Claim:
    """A file that calls itself a campaign, and what could be read of it."""

    id: str
    spot: Spot
    campaign: Campaign | None
    file: SourceFile


def _read_campaigns(paths: Iterable[Path], found: _Folder) -> Iterator[_Claim]:
    for path in paths:
        reading, digest = _opened(path, found)
        root = _root(reading)
        taken = campaign(root, reading) if root is not None else None
        node = under(root, "campaign") if root is not None else None
        found.problems += reading.problems
        file = SourceFile(reading.file, digest, campaign=taken.id if taken else "", readable=taken is not None)
        yield _Claim(campaign_id(root), reading.spot(node) if node else Spot(reading.file), taken, file)


def _unique(claims: Iterable[_Claim], found: _Folder) -> list[Campaign]:
    """The campaigns whose name one file alone uses; of a name used twice none is taken."""
    by_id: dict[str, list[_Claim]] = {}
    for claim in claims:
        by_id.setdefault(claim.id or claim.file.path, []).append(claim)
    taken: list[Campaign] = []
    found.claimed.update(by_id)
    for name, same in by_id.items():
        if len(same) == 1:
            found.files.append(same[0].file)
            taken += [same[0].campaign] if same[0].campaign else []
        else:
            found.files += [dataclasses.replace(claim.file, campaign="", readable=False) for claim in same]
            found.problems += [_copied(name, claim, same) for claim in same]
    found.files.sort(key=lambda file: file.path)
    return taken


def _copied(name: str, claim: _Claim, same: Sequence[_Claim]) -> Problem:
    others = " and ".join(other.file.path for other in same if other is not claim)
    message = (
        f"{others} is called {told(name)} too; is one a copy of the other that kept its campaign:? "
        "Nothing of these files is taken; what was planned from them is held."
    )
    return Problem(claim.spot, "FMT04", Severity.ERROR, message, f"campaign: {name}-2", "campaign", Tier.FILE)


# ---------------------------------------------------------------- what is told, what is held


def _only(problems: Sequence[Problem], folder: Path, only: Collection[Path] | None) -> list[Problem]:
    if only is None:
        return list(problems)
    wanted = [path.resolve() for path in only]
    paths = {file: (folder.parent / file).resolve() for file in {problem.spot.file for problem in problems}}
    asked = {file for file, path in paths.items() if any(path.is_relative_to(one) for one in wanted)}
    return [problem for problem in problems if problem.spot.file in asked]


def _hold(path: Path) -> str | None:
    """The first line of the file HOLD; that it is there counts, whatever it holds."""
    if not path.exists() and not path.is_symlink():
        return None
    try:
        lines = _bytes(path, path.parent).decode("utf-8-sig", "replace").splitlines()
    except Mistake:
        return ""
    return yaml.UNPRINTABLE.sub("", lines[0]).strip() if lines else ""
