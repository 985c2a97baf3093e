"""What every test may use: the real counterparts of the program, and how long a random test runs."""

import datetime as dt
import os
import shutil
from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from campaign.rehearsal import Rehearsed

for contract in ("tests.channels.contract", "tests.store.contract"):
    pytest.register_assert_rewrite(contract)

settings.register_profile("default", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("soak", deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile("soak" if os.environ.get("CAMPAIGN_SOAK") == "1" else "default")

NODE_MODULES = Path(__file__).parent / "node" / "node_modules"
SERVERS = Path(__file__).parent.parent / "var" / "servers"
PROGRAMS = ("chromium", "java", "node")
SERVER_FILES = {
    "nostr": SERVERS / "nostr" / "bin" / "nostr-relay",
    "synapse": SERVERS / "synapse" / "bin" / "python",
}
NODE_FILES = {
    "axe": NODE_MODULES / "axe-core" / "axe.min.js",
    "ical.js": NODE_MODULES / "ical.js",
    "pds": NODE_MODULES / "@atproto" / "pds",
    "twitter-text": NODE_MODULES / "twitter-text",
    "vnu": NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar",
}


def _found(name: str) -> Path | None:
    if name in PROGRAMS:
        program = shutil.which(name)
        return Path(program) if program else None
    if name == "fribidi":
        library = find_library(name)
        return Path(library) if library else None
    if name in SERVER_FILES:
        return SERVER_FILES[name] if (SERVERS / name / ".installed").exists() else None
    path = NODE_FILES[name]
    installed = (NODE_MODULES / ".installed").exists()
    return path if installed and path.exists() else None


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> "Rehearsed":
    """The real September and October 2023, played once for all tests."""
    from campaign.rehearsal import rehearse
    from campaign.workspace import Workspace, open_workspace

    found = open_workspace(Path(__file__).parent.parent, "demo")
    folder = tmp_path_factory.mktemp("demo")
    where = Workspace(found.root, found.settings, folder)
    return rehearse(where, (dt.date(2023, 9, 1), dt.date(2023, 10, 31)), into=folder)


@pytest.fixture(scope="session")
def counterpart() -> Callable[[str], Path]:
    """Where the real thing is. Missing, it fails the test under CI=true and skips it elsewhere."""

    def find(name: str) -> Path:
        path = _found(name)
        if path is None:
            lost = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            lost(f"{name} is not installed here; tests/system-packages installs it")
        return path

    return find
