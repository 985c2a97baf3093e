"""A service that speaks like LinkedIn's Posts API: strict, versioned, with its own notation for texts.

python -m tests.fakes.linkedin --port 8096 --state state.json --faults 0.2
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.fakes.server import Answer, FakeServer, Seen, as_json, serve

TOKEN = "kanarijputnins-linkedin-access"
REFRESH = "kanarijputnins-linkedin-refresh"
CLIENT = ("kanarijputnins-klients", "kanarijputnins-linkedin-noslepums")
ORGANIZATION = "71513925"
AUTHOR = f"urn:li:organization:{ORGANIZATION}"
ACTIVE = {"202604", "202605", "202606", "202607", "202608"}
REQUIRED = {"author", "commentary", "visibility", "distribution", "lifecycleState", "isReshareDisabledByAuthor"}
FEED = {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []}
RESERVED = set("\\<>#~_|[]*(){}@")
FINDER = {"author", "q", "count", "start", "sortBy"}
YEAR = 365 * 86_400


@dataclass
class Habits:
    """What this token may do, and the mood of this service."""

    reads: bool = True  # r_organization_social
    writes: bool = True  # w_organization_social
    list_lag: int = 0  # how many lists still lack the newest post
    upload_host: str = ""  # where pictures are wanted; "": here
    error_words: str = "Content is a duplicate of"


class FakeLinkedIn(FakeServer):
    publishing = "POST /rest/posts"

    def __init__(
        self, port: int = 0, habits: Habits | None = None, clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        super().__init__(port, clock)
        self.habits = habits or Habits()
        self.state |= {"posts": {}, "images": {}, "seen": [], "lag": 0, "last_id": 7_287_000, "access": {TOKEN: None}}
        self.state |= {"refresh": REFRESH, "refresh_until": self.clock().timestamp() + YEAR, "renewals": 0}

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What the public can see, oldest first."""
        return [
            {"id": post["id"], "text": visible(post["commentary"]), "alts": post["alts"], "raw": post["commentary"]}
            for post in self.state["posts"].values()
            if post["lifecycleState"] == "PUBLISHED"
        ]

    def truth(self) -> object:
        return {"posts": self.posts}

    def post_by_somebody(self, commentary: str, state: str = "PUBLISHED") -> str:
        """A post that did not come through us."""
        return str(self._new_post(commentary, [], state)["id"])

    # ------------------------------------------------ calls

    def answer(self, seen: Seen) -> Answer:
        if seen.call == "POST /oauth/v2/accessToken":
            return self._token(seen)
        if not self._knows(seen.headers.get("authorization", "")):
            return mistake(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65602)
        if seen.path.startswith("/dms-uploads/"):
            return self.routed(seen, {r"PUT /dms-uploads/(\d+)": self._upload}) or mistake(404, "NOT_FOUND", "no route")
        if "linkedin-version" not in seen.headers or seen.headers.get("x-restli-protocol-version") != "2.0.0":
            return mistake(400, "VERSION_MISSING", "A version must be present")
        if seen.headers["linkedin-version"] not in ACTIVE:
            return mistake(426, "NONEXISTENT_VERSION", "Requested version is not active")
        return self.routed(seen, self._routes) or mistake(404, "RESOURCE_NOT_FOUND", "No virtual resource found")

    @property
    def _routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            "POST /rest/images": self._begin_upload,
            "POST /rest/posts": self._publish,
            "GET /rest/posts": self._list,
            r"POST /rest/posts/([\w%]+)": self._edit,
            r"DELETE /rest/posts/([\w%]+)": self._delete,
        }

    def _begin_upload(self, seen: Seen) -> Answer:
        wanted = {"initializeUploadRequest": {"owner": AUTHOR}}
        if seen.query.get("action") != "initializeUpload" or body_of(seen) != wanted:
            return mistake(400, "ILLEGAL_ARGUMENT", "action or owner")
        number = self._next_id()
        self.state["images"][f"urn:li:image:{number}"] = 0
        url = f"{self.habits.upload_host or self.url}/dms-uploads/{number}?ca=vector&cn=uploads"
        value = {"uploadUrlExpiresAt": 1_900_000_000_000, "uploadUrl": url, "image": f"urn:li:image:{number}"}
        return as_json({"value": value})

    def _upload(self, seen: Seen, number: str) -> Answer:
        if seen.query.get("ca") != "vector" or not seen.body.startswith((b"\x89PNG", b"\xff\xd8")):
            return mistake(400, "ILLEGAL_ARGUMENT", "not a picture")
        self.state["images"][f"urn:li:image:{number}"] = len(seen.body)
        return Answer(201)

    def _publish(self, seen: Seen) -> Answer:
        if not self.habits.writes:
            return mistake(403, "ACCESS_DENIED", "Nav pietiekamu tiesību", 100)
        body = body_of(seen)
        if body is None or (why := self._refusal(body)):
            return mistake(422 if body else 415, "INVALID", why if body else "Content-Type")
        if body["commentary"] in self.state["seen"]:
            return self._repeated()
        pictures = pictures_of(body)
        post = self._new_post(body["commentary"], [picture.get("altText", "") for picture in pictures])
        self.state["lag"] = self.habits.list_lag
        return Answer(201, headers={"x-restli-id": post["id"]})

    def _refusal(self, body: dict[str, Any]) -> str:
        if set(body) - {"content"} != REQUIRED or body["author"] != AUTHOR or body["distribution"] != FEED:
            return "unknown, missing or wrong fields"
        if (body["visibility"], body["lifecycleState"]) != ("PUBLIC", "PUBLISHED"):
            return "visibility or lifecycleState"
        pictures = pictures_of(body)
        if any(
            set(picture) != {"id", "altText"} or not self.state["images"].get(picture["id"]) for picture in pictures
        ):
            return "a picture that is not there"
        if "multiImage" in body.get("content", {}) and not 2 <= len(pictures) <= 20:
            return "multiImage needs 2 to 20 pictures"
        return commentary_refusal(body["commentary"])

    def _repeated(self) -> Answer:
        """The id it names leads nowhere."""
        words = f"{self.habits.error_words} urn:li:share:{self._next_id()}"
        errors = [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
        kind = "com.linkedin.common.error.BadRequest"
        body = {"errorDetailType": kind, "message": words, "errorDetails": {"inputErrors": errors}, "status": 422}
        return as_json(body, 422)

    def _list(self, seen: Seen) -> Answer:
        if not self.habits.reads:
            return mistake(403, "ACCESS_DENIED", "Nav pietiekamu tiesību", 100)
        query = seen.query
        if set(query) != FINDER or query["q"] != "author" or query["author"] != AUTHOR or query["sortBy"] != "CREATED":
            return mistake(400, "ILLEGAL_ARGUMENT", "query")
        if int(query["count"]) > 100 or seen.headers.get("x-restli-method") != "FINDER":
            return mistake(400, "ILLEGAL_ARGUMENT", "count or method")
        newest = sorted(self.state["posts"].values(), key=lambda post: post["createdAt"], reverse=True)
        if self.state["lag"] > 0:
            self.state["lag"] -= 1
            newest = newest[1:]
        start, count = int(query["start"]), int(query["count"])
        paging = {"start": start, "count": count, "links": []}
        return as_json({"paging": paging, "elements": newest[start : start + count]})

    def _edit(self, seen: Seen, urn: str) -> Answer:
        if (post := self.state["posts"].get(unquote(urn))) is None:
            return mistake(404, "NOT_FOUND", "Entity not found")
        body = body_of(seen) or {}
        if seen.headers.get("x-restli-method") != "PARTIAL_UPDATE" or set(body.get("patch", {})) != {"$set"}:
            return mistake(400, "ILLEGAL_ARGUMENT", "method or patch")
        if set(body["patch"]["$set"]) != {"commentary"} or commentary_refusal(body["patch"]["$set"]["commentary"]):
            return mistake(422, "INVALID", "commentary")
        post["commentary"] = body["patch"]["$set"]["commentary"]
        return Answer(204)

    def _delete(self, seen: Seen, urn: str) -> Answer:
        if seen.headers.get("x-restli-method") != "DELETE":
            return mistake(400, "ILLEGAL_ARGUMENT", "method")
        self.state["posts"].pop(unquote(urn), None)
        return Answer(204)

    # ------------------------------------------------ tokens

    def _knows(self, authorization: str) -> bool:
        access = self.state["access"]
        token = authorization.removeprefix("Bearer ")
        return token in access and (access[token] is None or access[token] > self.clock().timestamp())

    def _token(self, seen: Seen) -> Answer:
        """The refresh token stays the same, and so does its end."""
        form = seen.form
        if set(form) != {"grant_type", "refresh_token", "client_id", "client_secret"}:
            return as_json({"error": "invalid_request", "error_description": "A required parameter is missing"}, 400)
        if (form["client_id"], form["client_secret"]) != CLIENT or form["grant_type"] != "refresh_token":
            return as_json({"error": "invalid_client", "error_description": "Client authentication failed"}, 401)
        now = self.clock().timestamp()
        left = self.state["refresh_until"] - now
        if form["refresh_token"] != self.state["refresh"] or left <= 0:
            return as_json({"error": "invalid_request", "error_description": "The provided refresh token is bad"}, 400)
        self.state["renewals"] += 1
        token = f"{TOKEN}-{self.state['renewals']}"
        lasts = int(min(60 * 86_400, left))
        self.state["access"][token] = now + lasts
        answer = {"access_token": token, "expires_in": lasts, "refresh_token": self.state["refresh"]}
        return as_json(answer | {"refresh_token_expires_in": int(left), "scope": "w_organization_social"})

    # ------------------------------------------------ what it keeps

    def _next_id(self) -> str:
        self.state["last_id"] += 1
        return str(self.state["last_id"])

    def _new_post(self, commentary: str, alts: list[str], state: str = "PUBLISHED") -> dict[str, Any]:
        urn = f"urn:li:share:{self._next_id()}"
        created = int(self.clock().timestamp() * 1000)
        post = {"id": urn, "author": AUTHOR, "commentary": commentary, "lifecycleState": state, "createdAt": created}
        self.state["posts"][urn] = post | {"alts": alts}
        self.state["seen"].append(commentary)
        return post


def mistake(status: int, code: str, message: str, number: int = 0) -> Answer:
    return as_json({"status": status, "serviceErrorCode": number, "code": code, "message": message}, status)


def body_of(seen: Seen) -> dict[str, Any] | None:
    return seen.json if seen.headers.get("content-type") == "application/json" else None


def pictures_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    content = body.get("content", {})
    several: list[dict[str, Any]] = content.get("multiImage", {}).get("images", [])
    return [content["media"]] if "media" in content else several


def commentary_refusal(commentary: object) -> str:
    if not isinstance(commentary, str) or not 0 < len(commentary) <= 3000:
        return "commentary is missing or too long"
    rest = re.sub(r"\{hashtag\|\\#\|(?:\w|\\_)+\}", "", commentary)
    rest = re.sub(r"\\[\\<>#~_|\[\]*(){}@]", "", rest)
    return "unescaped signs" if RESERVED & set(rest) else ""


def visible(commentary: str) -> str:
    """What a reader sees of a text in LinkedIn's notation."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"\{hashtag\|\\#\|([^}]*)\}", r"#\1", commentary))


if __name__ == "__main__":
    serve(FakeLinkedIn)
