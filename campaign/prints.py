"""Cards drawn for a look at them: of an entry, of a template with sample words, of a month; and their contact sheet."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from campaign.cards import CardError, Flaw, Studio
from campaign.cards.flaws import said
from campaign.cards.gallery import Gallery
from campaign.cards.studio import Laid
from campaign.errors import CampaignError
from campaign.model import Card, Draft, Picture, Severity
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


@dataclass(slots=True)
class Wanted:
    """What is to be drawn, each picture once, and why some cannot be; `lacking` are languages without samples."""

    prints: list[Print] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    lacking: list[Flaw] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def add(self, laid: Laid, name: str, caption: str, *, numbered: bool = False) -> None:
        """One laid-out card, or what is wrong with it; `numbered` puts the beginning of its hash into its name."""
        self.flaws += [replace(flaw, message=f"{caption}: {flaw.message}") for flaw in laid.flaws]
        picture = laid.picture
        if picture and picture.id not in self._seen:
            self._seen.add(picture.id)
            self.prints.append(Print(picture, f"{name}-{picture.id[:6]}" if numbered else name, caption))


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


def of_template(studio: Studio, template: str, sizes: Sequence[str], languages: Iterable[str]) -> Wanted:
    """A template with its own sample words, in the languages that it has some in."""
    wanted = Wanted()
    for size in _chosen(sizes or studio.sizes(template)[:1], studio, template):
        for language in languages:
            caption = f"{template} · {size} · {language}"
            try:
                card = studio.sample(template, size, language)
            except CardError as error:
                wanted.lacking += error.flaws
            else:
                wanted.add(studio.picture(card), f"{template}-{size}-{language}", caption)
    if not wanted.prints:
        wanted.flaws += wanted.lacking
    return wanted


def of_plan(studio: Studio, plan: Plan, what: str, sizes: Sequence[str]) -> Wanted:
    """The pictures of one entry, or of every entry; in their accounts' sizes unless others are asked for."""
    wanted = Wanted()
    for draft in plan.drafts:
        if not _is_meant(draft, what):
            continue
        wanted.flaws += _kept_from(draft)
        for number, picture in enumerate(draft.post.every_picture if draft.post else (), 1):
            for laid, size in _in_sizes(studio, picture, sizes):
                key = draft.occurrence.key
                name = f"{key.replace('/', '-')}-{draft.language}-{size}-{number}"
                wanted.add(laid, name, f"{key} · {draft.language} · {size}", numbered=True)
    return wanted


def _kept_from(draft: Draft) -> list[Flaw]:
    """Why a post has no pictures at all."""
    return [
        Flaw(one.code, one.message, one.hint, one.field, one.spot.file, one.spot.line, one.spot.column)
        for one in draft.problems
        if draft.post is None and one.severity is Severity.ERROR and one.code[:3] in ("CRD", "IMG")
    ]


def _in_sizes(studio: Studio, picture: Picture, sizes: Sequence[str]) -> Iterator[tuple[Laid, str]]:
    source = picture.source
    if not sizes or not isinstance(source, Card):
        yield Laid(picture), source.size if isinstance(source, Card) else "photo"
        return
    for size in _chosen(sizes, studio, source.template):
        yield studio.picture(replace(source, size=size)), size


def _is_meant(draft: Draft, what: str) -> bool:
    key = draft.occurrence.key
    return what in ("", draft.key, key, key.split("@")[0])


def _chosen(sizes: Sequence[str], studio: Studio, template: str) -> Sequence[str]:
    """`all` stands for every size that is shown on a screen."""
    offered = studio.sizes(template)
    return [size for size in _ON_SCREENS if size in offered] if EVERY_SIZE in sizes else list(dict.fromkeys(sizes))


# ---------------------------------------------------------------- drawing


def draw(
    gallery: Gallery, wanted: Wanted, out: Path, after_each: Callable[[], None] = lambda: None, refresh: int = 0
) -> Drawn:
    """Paint what is missing, copy everything to a folder, and write the contact sheet beside it.

    `refresh`: after so many seconds the page looks for a newer one by itself; 0 for never.
    """
    out.mkdir(parents=True, exist_ok=True)
    prints = wanted.prints
    painted = sum(gallery.found(one.picture) is None for one in prints)
    flaws = gallery.paint_all((one.picture for one in prints), after_each=after_each)
    files = [(one, _copied(gallery, one, out)) for one in prints if one.picture.id not in flaws]
    page = _contact_sheet(gallery, files, out, refresh)
    told = (*wanted.flaws, *(flaw for found in flaws.values() for flaw in found))
    return Drawn(tuple(file for _, file in files), page, painted - len(flaws), told)


def _copied(gallery: Gallery, one: Print, out: Path) -> Path:
    target = out / (one.name + Path(one.picture.name).suffix)
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
        drawn = draw(gallery, of_template(gallery.studio, what, sizes, where.settings.languages), out, refresh=1)
    except (CampaignError, OSError) as error:
        return str(error)
    return "\n".join([f"{len(drawn.files)} pictures on {drawn.page}", *(said(flaw) for flaw in drawn.flaws)])
