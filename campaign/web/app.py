"""The HTTP server, in a thread of its own beside the work of the daemon."""

import errno
import socket
import threading
from typing import Any

from campaign.errors import CampaignError

LOOPBACK = "127.0.0.1"
_TRIED = 50
"""How many further ports are tried when the next free one will do."""


class Server:
    """A running server; `port` is where it listens."""

    def __init__(self, application: Any, listener: socket.socket) -> None:
        import uvicorn

        self.port: int = listener.getsockname()[1]
        self._listener = listener
        settings = uvicorn.Config(
            application,
            http="httptools",
            loop="uvloop",
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=512,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=5,
        )
        self._uvicorn = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)

    def start(self) -> None:
        """Return once requests are answered."""
        self._thread.start()
        while not self._uvicorn.started:
            self._thread.join(0.01)
            if not self._thread.is_alive():
                raise CampaignError("the web server did not start; its log says why")

    def stop(self) -> None:
        """Answer what was asked already, then end."""
        self._uvicorn.should_exit = True
        self._thread.join()

    def _run(self) -> None:
        with self._listener:
            self._uvicorn.run(sockets=[self._listener])


def serve(application: Any, host: str = LOOPBACK, port: int = 8000, *, next_free: bool = False) -> Server:
    """Start serving; on `port`, or with `next_free` on the first free one from there. Port 0: any."""
    server = Server(application, _listen(host, port, _TRIED if next_free else 0))
    server.start()
    return server


def _listen(host: str, port: int, further: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as trouble:
        listener.close()
        if trouble.errno != errno.EADDRINUSE:
            raise CampaignError(f"{host}:{port} cannot be listened on: {trouble.strerror}") from trouble
        if not further:
            raise CampaignError(
                f"port {port} on {host} is taken: stop what listens there, or choose another"
            ) from trouble
        return _listen(host, port + 1, further - 1)
    return listener
