"""Facebook, Instagram and Threads: strict, with a memory, and with the habits that Meta's own pages tell of.

python -m tests.fakes.graph instagram --port 8094 --state state.json --faults 0.2
"""

import datetime as dt
import re
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import regex

from tests.fakes.mastodon import read_form
from tests.fakes.server import Answer, FakeServer, Fault, Seen, acting_then, answering, as_json, changing, serve, twice

TOKEN = "kanarijputnins-meta-token"
NODE = "100200300"
"""The number of the Page, or of the account."""
LIFE = dt.timedelta(hours=24)
LARGEST = 8 * 1024 * 1024
JPEG, PNG = b"\xff\xd8", b"\x89PNG"


@dataclass
class Habits:
    """How the service behaves now."""

    polls: int = 0  # how often one must ask until a container is ready
    broken: str = ""  # what becomes of every container: ERROR
    hides_containers: bool = False
    list_lag: int = 0  # how many lists still lack the newest post
    page: int = 50
    quota: int = 100
    bad_token_status: int = 401
    alt_texts_stay: bool = False
    refuses_repeats: bool = False
    drops_photos: bool = False
    visible: bool = True  # False: a draft cannot be read


def refusal(code: int, subcode: int = 0, status: int = 400, headers: dict[str, str] | None = None) -> Answer:
    """As the Graph API refuses: codes, and words in the reader's language."""
    told = {"message": "Radās kļūda", "type": "OAuthException", "code": code, "fbtrace_id": "A6LJylpZRKw2"}
    return as_json({"error": told | ({"error_subcode": subcode} if subcode else {})}, status, headers)


class FakeGraph(FakeServer):
    version: ClassVar[str]
    name: ClassVar[dict[str, str]]

    def __init__(self, port: int = 0, clock: Callable[[], dt.datetime] | None = None) -> None:
        super().__init__(port, clock)
        self.habits = Habits()
        self.state |= {"posts": {}, "drafts": {}, "photos": {}, "last_id": 17_000, "tokens": [TOKEN], "lag": 0}
        self.state |= {"hidden": 0}

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What the public can see, oldest first."""
        return list(self.state["posts"].values())

    def truth(self) -> object:
        return {"posts": self.posts, "prepared": len(self.state["drafts"])}

    def post_by_somebody(self, text: str, created: str = "") -> str:
        """A post that did not come through us."""
        return str(self._shown({"text": text, "alts": []} | ({"created": created} if created else {}))["id"])

    def answer(self, seen: Seen) -> Answer:
        if seen.path == "/refresh_access_token":
            return self._renew(seen)
        if seen.headers.get("authorization", "").removeprefix("Bearer ") not in self.state["tokens"]:
            return refusal(190, 463, self.habits.bad_token_status)
        return self.routed(seen, self._routes) or refusal(100, 33)

    @property
    def _routes(self) -> dict[str, Callable[..., Answer]]:
        raise NotImplementedError

    def _renew(self, seen: Seen) -> Answer:
        if set(seen.query) != {"grant_type", "access_token"} or seen.query["access_token"] not in self.state["tokens"]:
            return refusal(190, 463)
        token = f"{TOKEN}-{len(self.state['tokens'])}"
        self.state["tokens"].append(token)
        return as_json({"access_token": token, "token_type": "bearer", "expires_in": 60 * 24 * 3600})

    def _account(self, seen: Seen) -> Answer:
        return as_json(self.name | {"id": NODE})

    def _next_id(self) -> str:
        self.state["last_id"] += 1
        return str(self.state["last_id"])

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        post = {"id": self._next_id(), "created": f"{self.clock():%Y-%m-%dT%H:%M:%S}+0000"} | post
        self.state["posts"][post["id"]] = post
        self.state["lag"] = self.habits.list_lag
        return post

    def _list(self, seen: Seen, words: dict[str, str], posts: list[dict[str, Any]]) -> Answer:
        """`words`: field → what we call it."""
        if set(seen.query["fields"].split(",")) - {*words, "id"}:
            return refusal(100)
        newest_first = posts[::-1]
        if self.state["lag"] > 0:
            self.state["lag"] -= 1
            newest_first = newest_first[1:]
        start = int(seen.query.get("after", 0))
        end = start + min(int(seen.query["limit"]), self.habits.page)
        data = [{word: post[ours] for word, ours in {"id": "id", **words}.items()} for post in newest_first]
        more: dict[str, Any] = {"next": f"{self.url}/next"} if end < len(data) else {}
        return as_json({"data": data[start:end], "paging": {"cursors": {"after": str(end)}} | more})


class FakeFacebook(FakeGraph):
    version = "v25.0"
    name: ClassVar = {"name": "Glāžšķūņu rūķīši"}
    publishing = "POST /v25.0/{post}"

    def forget_unused_photos(self) -> None:
        """Uploads that are in no post and no draft are gone."""
        used = {photo for draft in self.state["drafts"].values() for photo in draft["photos"]}
        self.state["photos"] = {photo: alt for photo, alt in self.state["photos"].items() if photo in used}

    def _fault_for(self, seen: Seen) -> Fault | None:
        path = re.sub(r"\d+_\d+$", "{post}", seen.path) if seen.method == "POST" else seen.path
        return super()._fault_for(replace(seen, path=path))

    @property
    def _routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            f"GET /v25.0/{NODE}": self._account,
            f"POST /v25.0/{NODE}/photos": self._photo,
            f"POST /v25.0/{NODE}/feed": self._draft,
            f"GET /v25.0/{NODE}/published_posts": self._published,
            rf"GET /v25.0/({NODE}_\d+)": self._read,
            rf"POST /v25.0/({NODE}_\d+)": self._change,
            rf"DELETE /v25.0/({NODE}_\d+)": self._delete,
            r"POST /v25.0/(\d+)": self._describe,
        }

    def _photo(self, seen: Seen) -> Answer:
        form = read_form(seen)
        if set(form) != {"source", "published", "alt_text_custom"} or form["published"] != b"false":
            return refusal(100)
        if not form["source"].startswith((JPEG, PNG)):
            return refusal(1, 1_366_046)
        photo = self._next_id()
        self.state["photos"][photo] = form["alt_text_custom"].decode()
        return as_json({"id": photo})

    def _draft(self, seen: Seen) -> Answer:
        body = seen.json
        photos = [medium["media_fbid"] for medium in body.get("attached_media", [])]
        if set(body) - {"message", "published", "attached_media", "link"} or body["published"] is not False:
            return refusal(100)
        if len(body["message"]) > 63_206 or self.habits.drops_photos or set(photos) - set(self.state["photos"]):
            return refusal(100)
        if self.habits.refuses_repeats and any(post["text"] == body["message"] for post in self.posts):
            return refusal(506, 1_366_051)
        draft = f"{NODE}_{self._next_id()}"
        self.state["drafts"][draft] = {"text": body["message"], "photos": photos, "link": body.get("link", "")}
        return as_json({"id": draft})

    def _read(self, seen: Seen, post: str) -> Answer:
        if not self.habits.visible or post not in {**self.state["drafts"], **self.state["posts"]}:
            return refusal(100, 33)
        return as_json({"id": post, "is_published": post in self.state["posts"]})

    def _change(self, seen: Seen, post: str) -> Answer:
        draft, published = self.state["drafts"].get(post), self.state["posts"].get(post)
        if seen.json == {"is_published": True} and (draft or published):
            if draft and not published:
                alts = [self.state["photos"][photo] for photo in draft["photos"]]
                self._shown(draft | {"id": post, "alts": alts, "url": f"https://www.facebook.com/{post}"})
            return as_json({"success": True})
        if published is None or set(seen.json) != {"message"}:
            return refusal(100, 33 if published is None else 0)
        published["text"] = seen.json["message"]
        return as_json({"success": True})

    def _describe(self, seen: Seen, photo: str) -> Answer:
        if photo not in self.state["photos"] or set(seen.json) != {"alt_text_custom"} or self.habits.alt_texts_stay:
            return refusal(100)
        self.state["photos"][photo] = seen.json["alt_text_custom"]
        for post in self.posts:
            post["alts"] = [self.state["photos"][used] for used in post["photos"]]
        return as_json({"success": True})

    def _delete(self, seen: Seen, post: str) -> Answer:
        if self.state["posts"].pop(post, None) is None:
            return refusal(100, 33)
        self.state["drafts"].pop(post, None)
        return as_json({"success": True})

    def _published(self, seen: Seen) -> Answer:
        words = {"message": "text", "created_time": "created", "permalink_url": "url"}
        return self._list(seen, words, [{"url": ""} | post for post in self.posts])


@dataclass(frozen=True)
class Table:
    """How one of the two services calls its steps and fields."""

    make: str
    publish: str
    limit: str
    text: str
    types: tuple[bytes, ...]
    media_types: tuple[str, ...]
    fields: frozenset[str]
    longest: int


class FakeContainers(FakeGraph):
    table: ClassVar[Table]

    @property
    def _routes(self) -> dict[str, Callable[..., Answer]]:
        node = f"/{self.version}/{NODE}"
        return {
            f"GET {node}": self._account,
            f"POST {node}/{self.table.make}": self._make,
            f"POST {node}/{self.table.publish}": self._publish,
            f"GET {node}/{self.table.limit}": self._limit,
            f"GET {node}/(media|threads|replies)": self._posts,
            rf"GET /{self.version}/(\d+)": self._read,
            rf"DELETE /{self.version}/(\d+)": self._delete,
        }

    def _make(self, seen: Seen) -> Answer:
        form = seen.form
        if self._misshapen(seen, form) or self.length(form.get(self.table.text, "")) > self.table.longest:
            return refusal(100)
        if "image_url" in form and (problem := self._fetched(form["image_url"])):
            return problem
        children = form["children"].split(",") if form.get("media_type") == "CAROUSEL" else []
        if children and (set(children) - set(self.state["drafts"]) or not 2 <= len(children) <= 20):
            return refusal(100)
        if any(self.state["drafts"][child]["polls"] for child in children):
            return refusal(9007, 2_207_027)
        container = self._next_id()
        made = {"form": form, "children": children, "polls": self.habits.polls, "made": self.clock().timestamp()}
        self.state["drafts"][container] = made | {"post": ""}
        return as_json({"id": container})

    def _misshapen(self, seen: Seen, form: dict[str, str]) -> bool:
        if not seen.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return True
        parts = [name for name in ("image_url", "children") if name in form]
        told = form.get("media_type", "") in self.table.media_types
        text = self.table.text in form and bool(parts or form[self.table.text])
        return bool(set(form) - self.table.fields) or not told or not (text or "is_carousel_item" in form)

    def _fetched(self, url: str) -> Answer | None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                content = answer.read()
        except OSError:
            return refusal(9004, 2_207_052)
        if not content.startswith(self.table.types):
            return refusal(36001, 2_207_005)
        return refusal(36000, 2_207_004) if len(content) > LARGEST else None

    def _publish(self, seen: Seen) -> Answer:
        container = self.state["drafts"].get(seen.form["creation_id"])
        if set(seen.form) != {"creation_id"} or container is None or self._expired(container):
            return refusal(24, 4_279_009)
        if container["polls"]:
            return refusal(9007, 2_207_027)
        if container["post"]:
            return as_json({"id": container["post"]})
        if len(self.posts) >= self.habits.quota:
            return refusal(9, 2_207_042)
        form = container["form"]
        forms = [self.state["drafts"][child]["form"] for child in container["children"]] or [form]
        alts = [one["alt_text"] for one in forms if "alt_text" in one]
        post = self._shown({"text": form[self.table.text], "alts": alts, "answers": form.get("reply_to_id", "")})
        container["post"] = post["id"]
        return as_json({"id": post["id"]})

    def _expired(self, container: dict[str, Any]) -> bool:
        return bool(self.clock().timestamp() - container["made"] > LIFE.total_seconds())

    def _condition(self, container: dict[str, Any]) -> str:
        if container["post"]:
            return "PUBLISHED"
        if self._expired(container):
            return "EXPIRED"
        container["polls"] = max(0, container["polls"] - 1)
        return self.habits.broken or ("IN_PROGRESS" if container["polls"] else "FINISHED")

    def _read(self, seen: Seen, node: str) -> Answer:
        if post := self.state["posts"].get(node):
            return as_json({"id": post["id"], "permalink": f"https://kampana.example/p/{post['id']}"})
        container = self.state["drafts"].get(node)
        if container is None or self.habits.hides_containers or self._hides_now():
            return refusal(100, 33)
        return as_json({"id": node} | self.told(self._condition(container)))

    def _hides_now(self) -> bool:
        """True as often as was said: what was made a moment ago is not known everywhere yet."""
        hidden = self.state["hidden"]
        self.state["hidden"] = max(0, hidden - 1)
        return bool(hidden)

    def _posts(self, seen: Seen, which: str) -> Answer:
        words = {self.table.text: "text", "timestamp": "created", "permalink": "url"}
        answers = which == "replies"
        posts = [post | {"url": f"https://kampana.example/p/{post['id']}"} for post in self.posts]
        return self._list(seen, words, [post for post in posts if bool(post.get("answers")) == answers])

    def _limit(self, seen: Seen) -> Answer:
        config = {"quota_total": self.habits.quota, "quota_duration": 86_400}
        return as_json({"data": [{"config": config}]})

    def _delete(self, seen: Seen, post: str) -> Answer:
        return refusal(100, 33)

    def told(self, condition: str) -> dict[str, str]:
        raise NotImplementedError

    def length(self, text: str) -> int:
        return len(text)


class FakeInstagram(FakeContainers):
    version = "v25.0"
    name: ClassVar = {"username": "rukisi"}
    publishing = f"POST /v25.0/{NODE}/media_publish"
    table = Table(
        "media",
        "media_publish",
        "content_publishing_limit",
        "caption",
        (JPEG,),
        ("", "CAROUSEL"),
        frozenset({"image_url", "caption", "alt_text", "is_carousel_item", "media_type", "children"}),
        2200,
    )

    def told(self, condition: str) -> dict[str, str]:
        return {"status_code": condition, "status": f"{condition.title()}: 2207026"}


class FakeThreads(FakeContainers):
    version = "v1.0"
    name: ClassVar = {"username": "rukisi"}
    publishing = f"POST /v1.0/{NODE}/threads_publish"
    table = Table(
        "threads",
        "threads_publish",
        "threads_publishing_limit",
        "text",
        (JPEG, PNG),
        ("TEXT", "IMAGE", "CAROUSEL"),
        frozenset({"image_url", "text", "alt_text", "is_carousel_item", "media_type", "children", "reply_to_id"}),
        500,
    )

    def told(self, condition: str) -> dict[str, str]:
        return {"status": condition} | ({"error_message": "UNKNOWN"} if condition == "ERROR" else {})

    def length(self, text: str) -> int:
        """An emoji counts as its bytes."""
        emoji = regex.compile(r"\p{Extended_Pictographic}")
        return sum(len(cluster.encode()) if emoji.search(cluster) else 1 for cluster in regex.findall(r"\X", text))

    def _delete(self, seen: Seen, post: str) -> Answer:
        if self.state["posts"].pop(post, None) is None:
            return refusal(24, 4_279_009)
        return as_json({"success": True, "deleted_id": post})


class FakeSite(FakeServer):
    """Our own public site, as the services fetch pictures from it."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.is_public = True
        self.pictures = {".jpg": JPEG + b"\xe0 attels", ".png": PNG + b"\r\n attels"}

    def answer(self, seen: Seen) -> Answer:
        content = self.pictures.get(seen.path[-4:])
        if content is None or not self.is_public or not seen.path.startswith("/pictures/"):
            return Answer(404)
        return Answer(200, content, {"Content-Type": "image/jpeg" if seen.path.endswith(".jpg") else "image/png"})


def container_troubles(fake: FakeContainers, site: FakeSite) -> dict[str, Fault]:
    """What else can go wrong with Instagram and Threads, by name."""
    return {
        "the list lags": changing(lambda: fake.state.update(lag=1)),
        "a container takes its time": changing(lambda: setattr(fake.habits, "polls", 2)),
        "a day passes": changing(lambda: setattr(fake, "ahead", fake.ahead + dt.timedelta(hours=25))),
        "the picture is not public yet": changing(lambda: site.spoil(1, answering(Answer(404)))),
        "a proxy repeats the request": twice,
        "the container hides": changing(lambda: fake.state.update(hidden=2)),
        "Meta's code 2 after acting": acting_then(refusal(2, status=500)),
        "taken for spam, and public": acting_then(refusal(-1, 2_207_051)),
        "Meta's code 9007": answering(refusal(9007, 2_207_027)),
        "Meta's code 9": answering(refusal(9, 2_207_042)),
    }


if __name__ == "__main__":
    serve({"facebook": FakeFacebook, "instagram": FakeInstagram, "threads": FakeThreads}[sys.argv.pop(1)])
