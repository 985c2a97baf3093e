"""Real servers that tests talk to, each on loopback, on a free port, in a folder of its own, stopped by its id."""

import contextlib
import json
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
def running(
    command: list[str], health: str, folder: Path, env: Mapping[str, str] | None = None, where: Path = NODE
) -> Iterator[None]:
    """The program, from when its health address answers until the block ends; `where` is its working directory."""
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=where, env={**os.environ, **(env or {})}, stdout=log, stderr=log)
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


SYNAPSE_NAME = "kampana.test"


@contextlib.contextmanager
def synapse_server(folder: Path, python: Path) -> Iterator[tuple[str, str]]:
    """A Matrix server; yields its address, and the secret that registers users."""
    port = free_port()
    named = ["--server-name", SYNAPSE_NAME, "--report-stats=no"]
    program = [str(python), "-m", "synapse.app.homeserver", "--config-path", "generated.yaml"]
    subprocess.run([*program, "--generate-config", *named], cwd=folder, check=True, capture_output=True)
    secret = secrets.token_hex(16)
    often = {"per_second": 1000, "burst_count": 1000}
    listener = {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": False}
    ours = {
        "listeners": [listener | {"resources": [{"names": ["client"]}]}],
        "registration_shared_secret": secret,
        "trusted_key_servers": [],
        "rc_message": often,
        "rc_room_creation": often,
        "rc_joins": {"local": often},
        "rc_joins_per_room": often,
        "rc_login": {"address": often, "account": often},
    }
    (folder / "ours.yaml").write_text(json.dumps(ours))  # JSON is YAML
    health = f"http://127.0.0.1:{port}/health"
    with running([*program, "--config-path", "ours.yaml"], health, folder, where=folder):
        yield f"http://127.0.0.1:{port}", secret


@contextlib.contextmanager
def nostr_server(folder: Path, program: Path) -> Iterator[str]:
    """A Nostr relay; yields its address."""
    port = free_port()
    validators = [f"nostr_relay.validators.{name}" for name in ("is_not_too_large", "is_signed", "is_recent")]
    ours = {
        "storage": {"sqlalchemy.url": "sqlite+aiosqlite:///relay.sqlite3", "validators": validators},
        "gunicorn": {"bind": f"127.0.0.1:{port}", "workers": 1},
    }
    (folder / "relay.yaml").write_text(json.dumps(ours))
    command = [str(program), "-c", "relay.yaml", "serve"]
    with running(command, f"http://127.0.0.1:{port}/", folder, {"HOME": str(folder)}, where=folder):
        yield f"ws://127.0.0.1:{port}"
