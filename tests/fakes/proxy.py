"""Stands before a real server and spoils what passes: with every fault of the fakes, as it only forwards."""

import http.client

from tests.fakes.server import Answer, FakeServer, Seen

OWN = {"connection", "content-length", "transfer-encoding", "keep-alive", "date"}


class FaultProxy(FakeServer):
    def __init__(self, target: str, publishing: str) -> None:
        super().__init__()
        self.publishing = publishing
        self._target = target.removeprefix("http://")

    def answer(self, seen: Seen) -> Answer:
        """The real server's whole answer, read to the end."""
        connection = http.client.HTTPConnection(self._target, timeout=30)
        try:
            headers = {name: value for name, value in seen.headers.items() if name not in {"host", "connection"}}
            connection.request(seen.method, seen.target, seen.body or None, headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in OWN}
            return Answer(response.status, response.read(), kept)
        finally:
            connection.close()

    def truth(self) -> object:
        return {"forwarded": len(self.log)}
