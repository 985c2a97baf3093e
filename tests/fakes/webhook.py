"""A receiver of signed webhooks that trusts no signature of ours: the judge is the `standardwebhooks` package.

python -m tests.fakes.webhook --port 8093 --state state.json --faults 0.2
"""

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.fakes.server import Answer, FakeServer, Seen, as_json, serve

SECRET = "whsec_" + base64.b64encode("glāžšķūņu rūķīši".encode()).decode()


class FakeReceiver(FakeServer):
    publishing = "POST /hook"

    def __init__(self, port: int = 0, secret: str = SECRET, clock: Callable[[], dt.datetime] | None = None) -> None:
        super().__init__(port, clock)
        self.secret = secret
        self.gone = False
        self.state |= {"events": {}}

    @property
    def events(self) -> list[dict[str, Any]]:
        """What has taken effect, each `webhook-id` once."""
        return list(self.state["events"].values())

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What the receiver shows: published, corrected and not retracted."""
        shown: list[dict[str, Any]] = []
        for event in self.events:
            data = event["data"]
            others = [post for post in shown if post["key"] != data["key"]]
            if event["type"] == "published":
                shown.append(data)
            else:
                shown = others if event["type"] == "retracted" else [*others, data]
        return shown

    def truth(self) -> object:
        return {"posts": self.posts, "events": self.events}

    def answer(self, seen: Seen) -> Answer:
        if seen.method == "HEAD":
            return Answer(405)
        if self.gone or seen.call != self.publishing:
            return as_json({"error": "gone"}, 410 if self.gone else 404)
        try:
            Webhook(self.secret).verify(seen.body, dict(seen.headers))
        except WebhookVerificationError as error:
            return as_json({"error": str(error)}, 401)
        self.state["events"].setdefault(seen.headers["webhook-id"], json.loads(seen.body))
        return as_json({"id": seen.headers["webhook-id"]})


if __name__ == "__main__":
    serve(FakeReceiver)
