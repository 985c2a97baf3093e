"""Care for a workspace: make a new one."""

import shutil
from pathlib import Path

from campaign.errors import CampaignError
from campaign.workspace import package_assets, sample

_COPIED = ("schedules", "config/campaign.toml")
_OWN_ASSETS = ("photos", "logo.png", "logo.svg")
_IGNORED = "var/\nconfig/secrets/\n"


def write_workspace(folder: Path) -> int:
    """Copy the sample workspace into a new or empty folder; the number of files. Never overwrites anything."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CampaignError(f"{folder} is not empty. Name a new folder: nothing is ever overwritten.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        _copy(sample() / name, folder / name)
    for name in _OWN_ASSETS:
        if (package_assets() / name).exists():
            _copy(package_assets() / name, folder / "assets" / name)
    (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    secrets = folder / "config" / "secrets"
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    return sum(path.is_file() for path in folder.rglob("*"))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
