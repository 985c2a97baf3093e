"""Real servers that tests talk to, each on loopback, on a free port, in a folder of its own, stopped by its id."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent
NODE = HERE.parent / "node"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], health: str, folder: Path, env: Mapping[str, str] | None = None) -> Iterator[None]:
    """The program, from when its health address answers until the block ends."""
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=NODE, env={**os.environ, **(env or {})}, stdout=log, stderr=log)
    try:
        wait_for(health, process, folder / "output.log")
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(health: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 90) -> None:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(health, timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError(f"{health} never answered: {log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def bluesky_server(folder: Path, *, rationed: bool = False) -> Iterator[str]:
    """A Bluesky PDS and the directory it registers its accounts in; yields the address of the PDS."""
    directory, pds = free_port(), free_port()
    data = folder / "pds"
    (data / "blobs").mkdir(parents=True)
    env = {
        "LOG_ENABLED": "false",
        "PDS_DEV_MODE": "true",
        "PDS_HOSTNAME": "localhost",
        "PDS_PORT": str(pds),
        "PDS_DATA_DIRECTORY": str(data),
        "PDS_BLOBSTORE_DISK_LOCATION": str(data / "blobs"),
        "PDS_DID_PLC_URL": f"http://127.0.0.1:{directory}",
        "PDS_DISABLE_SSRF_PROTECTION": "true",
        "PDS_SERVICE_HANDLE_DOMAINS": ".test",
        "PDS_INVITE_REQUIRED": "false",
        "PDS_RATE_LIMITS_ENABLED": "true" if rationed else "false",
        "PDS_JWT_SECRET": secrets.token_hex(16),
        "PDS_ADMIN_PASSWORD": secrets.token_hex(8),
        "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": secrets.token_hex(32),
    }
    plc = [sys.executable, str(HERE / "plc.py"), str(directory)]
    with (
        running(plc, f"http://127.0.0.1:{directory}/_health", folder),
        running(["node", str(HERE / "pds.cjs")], f"http://127.0.0.1:{pds}/xrpc/_health", data, env),
    ):
        yield f"http://127.0.0.1:{pds}"
