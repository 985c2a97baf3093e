"""A DID directory for tests: what a Bluesky PDS needs of plc.directory, in memory, on 127.0.0.1 only.

    python plc.py 2582

It believes whatever it is told: no signatures, no history, no handle uniqueness. Never use it for anything but tests.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

latest: dict[str, dict] = {}  # did -> its last operation, as the PDS posted it


def data(did: str, op: dict) -> dict:
    return {"did": did} | {k: op[k] for k in ("rotationKeys", "verificationMethods", "alsoKnownAs", "services")}


def document(did: str, op: dict) -> dict:
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "alsoKnownAs": op["alsoKnownAs"],
        "verificationMethod": [
            {
                "id": f"{did}#{name}",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": key.removeprefix("did:key:"),
            }
            for name, key in op["verificationMethods"].items()
        ],
        "service": [
            {"id": f"#{name}", "type": service["type"], "serviceEndpoint": service["endpoint"]}
            for name, service in op["services"].items()
        ],
    }


class Directory(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        latest[self.path.strip("/")] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.reply(200, {})

    def do_GET(self) -> None:
        did, _, view = self.path.strip("/").partition("/")
        op = latest.get(did)
        if op is None:
            self.reply(200 if did == "_health" else 404, {})
        elif view == "log/last":
            self.reply(200, op)
        else:
            self.reply(200, data(did, op) if view == "data" else document(did, op))

    def reply(self, status: int, body: dict) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Directory).serve_forever()
