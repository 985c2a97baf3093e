"""A workspace: a folder with schedules, configuration and assets, and where each mode keeps what it makes."""

from dataclasses import dataclass
from pathlib import Path

from campaign.errors import CampaignError
from campaign.limits import stored
from campaign.model import Site
from campaign.settings import CONFIG, Settings, load


@dataclass(frozen=True)
class Workspace:
    """One folder, opened in one mode; `var` is where that mode keeps its ledger and everything it makes."""

    root: Path
    settings: Settings
    var: Path

    @property
    def schedules(self) -> Path:
        """What the team writes."""
        return self.root / "schedules"

    @property
    def ledger(self) -> str:
        """The address of the mode's database; only live mode may use another than its own file."""
        own = f"sqlite:///{self.var}/campaign.db"
        return self.settings.database if self.settings.database and self.settings.mode == "live" else own

    @property
    def has_ledger(self) -> bool:
        """False until something has run in this mode."""
        return not self.ledger.startswith("sqlite:///") or Path(self.ledger.removeprefix("sqlite:///")).exists()

    @property
    def limits_told(self) -> Path:
        """What servers said they allow."""
        return self.var / "limits.json"

    def site(self) -> Site:
        """The operator's decisions, within the limits that servers told."""
        return self.settings.site(stored(self.limits_told))

    @property
    def bell(self) -> Path:
        """A file in a folder of its own; touching it makes the daemon look at once."""
        return self.var / "bell" / "rung"

    def ring(self) -> None:
        """Let a daemon at work look at once; without one, nothing happens."""
        if self.bell.parent.is_dir():
            self.bell.touch()

    @property
    def watched(self) -> tuple[Path, ...]:
        """Where an edit may change what is planned: the schedules, and the workspace's own photos and templates."""
        return tuple(folder for folder in (self.schedules, self.root / "assets") if folder.is_dir())

    @property
    def assets(self) -> tuple[Path, ...]:
        """Where assets are looked up: the workspace's own first, then those that come with the program."""
        folders = dict.fromkeys((self.root / "assets", package_assets()))
        return tuple(folder for folder in folders if folder.is_dir())

    @property
    def asset_files(self) -> tuple[Path, ...]:
        """Every file a schedule may name, relative to the folder of assets it lies in."""
        files = (file.relative_to(folder) for folder in self.assets for file in folder.rglob("*") if file.is_file())
        return tuple(sorted(set(files)))


def find_workspace(start: Path) -> Path:
    """The workspace a command was started in: the nearest folder upwards that holds `config/campaign.toml`."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / CONFIG).is_file():
            return folder
    raise CampaignError(
        f"There is no {CONFIG} here or above. Make a workspace with `campaign init DIR`, then go there."
    )


def open_workspace(root: Path, mode: str = "", var: Path | None = None) -> Workspace:
    """Read the configuration of a workspace; `var` overrides where the mode keeps its files."""
    settings = load(root, mode)
    return Workspace(root, settings, var or root / "var" / settings.mode)


def demo_workspace(start: Path) -> Workspace:
    """The workspace found from here up, else the sample that comes with the program; its output goes to var/demo."""
    try:
        return open_workspace(find_workspace(start), "demo")
    except CampaignError:
        if (start / CONFIG).exists():
            raise
        return open_workspace(sample(), "demo", start / "var" / "demo")


def package_assets() -> Path:
    """The fonts, templates and styles that come with the program."""
    inside = Path(__file__).parent / "assets"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "assets"


def sample() -> Path:
    """The sample workspace that comes with the program."""
    inside = Path(__file__).parent / "sample"
    return inside if inside.is_dir() else Path(__file__).parent.parent
