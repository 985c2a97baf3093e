"""Cards drawn for a look at them: of an entry, of a template with sample words, of a month; and their contact sheet."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from campaign.cards import CardError, Flaw, Studio
from campaign.cards.gallery import Gallery
from campaign.errors import CampaignError
from campaign.model import Card, Draft, Picture
from campaign.plan import Plan
from campaign.settings import open_studio
from campaign.workspace import Workspace

EVERY_SIZE = "all"
_ON_SCREENS = ("og", "mail", "feed", "square", "story")


@dataclass(frozen=True, slots=True)
class Print:
    """One picture to draw: its file name without ending, and a line that says what it is."""

    picture: Picture
    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The files on the contact sheet `page`, how many of them were painted just now, and why others were not."""

    files: tuple[Path, ...]
    page: Path
    painted: int
    flaws: tuple[Flaw, ...]


def open_gallery(where: Workspace) -> Gallery:
    """The pictures of a workspace's mode; any process may use them at the same time."""
    return Gallery(open_studio(where.settings, where.assets), where.var / "cards")


# ---------------------------------------------------------------- what to draw


def of_template(studio: Studio, template: str, sizes: Sequence[str], languages: Iterable[str]) -> Iterator[Print]:
    """A template with its own sample words; raises `CampaignError` when it cannot be drawn."""
    for size in _chosen(sizes or studio.sizes(template)[:1], studio, template):
        for language in languages:
            card = studio.sample(template, size, language)
            yield _print(studio, card, f"{template}-{size}-{language}", f"{template} · {size} · {language}")


def of_plan(studio: Studio, plan: Plan, what: str, sizes: Sequence[str]) -> Iterator[Print]:
    """The pictures of one entry, or of every entry; in their accounts' sizes unless others are asked for."""
    seen: set[str] = set()
    for draft in plan.drafts:
        for number, picture in enumerate(draft.post.pictures if draft.post and _is_meant(draft, what) else (), 1):
            for one in _in_sizes(studio, picture, sizes):
                if one.id not in seen:
                    seen.add(one.id)
                    yield Print(one, *_named(draft, one, number))


def _named(draft: Draft, picture: Picture, number: int) -> tuple[str, str]:
    key, size = draft.occurrence.key, picture.source.size if isinstance(picture.source, Card) else "photo"
    parts = (key.replace("/", "-"), draft.language, size, str(number), picture.id[:6])
    return "-".join(parts), f"{key} · {draft.language} · {size}"


def _is_meant(draft: Draft, what: str) -> bool:
    key = draft.occurrence.key
    return what in ("", draft.key, key, key.split("@")[0])


def _in_sizes(studio: Studio, picture: Picture, sizes: Sequence[str]) -> Iterator[Picture]:
    if not sizes or not isinstance(picture.source, Card):
        yield picture
        return
    for size in _chosen(sizes, studio, picture.source.template):
        yield _print(studio, replace(picture.source, size=size), "", "").picture


def _chosen(sizes: Sequence[str], studio: Studio, template: str) -> Sequence[str]:
    """`all` stands for every size that is shown on a screen."""
    offered = studio.sizes(template)
    return [size for size in _ON_SCREENS if size in offered] if EVERY_SIZE in sizes else sizes


def _print(studio: Studio, card: Card, name: str, caption: str) -> Print:
    laid = studio.picture(card)
    if laid.picture is None:
        raise CampaignError(" ".join(f"{caption} {flaw.message}".strip() for flaw in laid.flaws))
    return Print(laid.picture, name, caption)


# ---------------------------------------------------------------- drawing


def draw(
    gallery: Gallery, prints: Sequence[Print], out: Path, after_each: Callable[[], None], refresh: int = 0
) -> Drawn:
    """Paint what is missing, copy everything to a folder, and write the contact sheet beside it.

    `refresh`: after so many seconds the page looks for a newer one by itself; 0 for never.
    """
    out.mkdir(parents=True, exist_ok=True)
    painted = sum(gallery.found(one.picture) is None for one in prints)
    flaws = gallery.paint_all((one.picture for one in prints), after_each=after_each)
    files = [(one, _copied(gallery, one, out)) for one in prints if one.picture.id not in flaws]
    page = _contact_sheet(gallery, files, out, refresh)
    told = tuple(flaw for found in flaws.values() for flaw in found)
    return Drawn(tuple(file for _, file in files), page, painted - len(flaws), told)


def _copied(gallery: Gallery, one: Print, out: Path) -> Path:
    source, target = gallery.path(one.picture), out / (one.name + Path(one.picture.name).suffix)
    if source.exists():
        shutil.copyfile(source, target)
    else:  # nothing could be kept, as on a full disk
        target.write_bytes(gallery.load(one.picture)[0])
    return target


def _contact_sheet(gallery: Gallery, files: Sequence[tuple[Print, Path]], out: Path, refresh: int) -> Path:
    """`index.html`: every picture small, as wide as on a telephone, with what a reader hears instead of it."""
    from jinja2 import Environment, FileSystemLoader

    shown: list[Mapping[str, object]] = [
        {"file": file.name, "caption": one.caption, "picture": one.picture, "kilobytes": file.stat().st_size // 1000}
        for one, file in files
    ]
    pages = FileSystemLoader([folder / "preview" for folder in gallery.studio.roots])
    template = Environment(loader=pages, autoescape=True, trim_blocks=True).get_template("contact-sheet.html")
    page = out / "index.html"
    page.write_text(template.render(shown=shown, refresh=refresh), encoding="utf-8")
    return page


def watched(where: Workspace, what: str, sizes: Sequence[str], out: Path) -> Iterator[str]:
    """Draw a template anew after each change below `assets/`; yields what to tell each time."""
    from watchfiles import watch

    folders = [folder for folder in where.assets if folder.is_dir()]
    seen: object = None
    for _ in watch(*folders, debounce=200, rust_timeout=500, yield_on_timeout=True):
        now = _files(folders)  # what changed while the last picture was drawn counts as well
        if now != seen:
            seen = now
            yield _once(where, what, sizes, out)


def _files(folders: Iterable[Path]) -> list[tuple[Path, int]]:
    found = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return sorted((file, file.stat().st_mtime_ns) for file in found)


def _once(where: Workspace, what: str, sizes: Sequence[str], out: Path) -> str:
    try:
        gallery = open_gallery(where)
        prints = list(of_template(gallery.studio, what, sizes, where.settings.languages))
        drawn = draw(gallery, prints, out, lambda: None, refresh=1)
    except CardError as error:
        return "\n".join(said(flaw) for flaw in error.flaws)
    except CampaignError as error:
        return str(error)
    return "\n".join([f"{len(drawn.files)} pictures on {drawn.page}", *(said(flaw) for flaw in drawn.flaws)])


def said(flaw: Flaw) -> str:
    """A flaw in one line, with its place where it has one."""
    place = f"{flaw.file}:{flaw.line}:{flaw.column}: " if flaw.file else ""
    return f"{place}{flaw.code} {flaw.message}" + (f" ({flaw.hint})" if flaw.hint else "")
