"""LinkedIn, for the page of an organisation."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote, urlencode, urlsplit

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from campaign.channels import repeats
from campaign.channels.account import Server, revealed
from campaign.channels.authorisation import USUAL_PORT, Authorisation, as_tokens
from campaign.channels.base import CLOCKS_DIFFER, Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Reply, Request, Service, accepted, explained, parsed, waiting
from campaign.channels.oauth import Application, Bearer, refreshing
from campaign.errors import AccountBlocked, Rejected, Throttled, Uncertain
from campaign.model import Attempt, Limits, Picture, Post, Receipt
from campaign.text import escaped, letters

LIMITS = Limits(characters=3000, unit="escaped", images=20, pace=(150, 86_400))
DAY = dt.timedelta(days=1)
PAGE = 100
PAGES = 10
"""How far back `find` reads before it says that nobody can tell."""
NEVER_PUBLIC = frozenset({"DRAFT", "PUBLISH_FAILED"})


class LinkedInSettings(RemoteModel):
    """The page of an organisation on LinkedIn."""

    authorisation: ClassVar = Authorisation(
        page="{login}/oauth/v2/authorization",
        redeem_at="{login}/oauth/v2/accessToken",
        scopes=("w_organization_social", "r_organization_social"),
        proves_possession=False,
        port=USUAL_PORT,
        gives=("token", "refresh_token"),
        conclude=as_tokens,
    )

    kind: Literal["linkedin"]
    """The service."""
    server: Server = "https://api.linkedin.com"
    """Where the API is."""
    login: Server = "https://www.linkedin.com"
    """Where tokens are renewed and pictures are uploaded."""
    organization: Annotated[str, Field(pattern=r"^\d+$")]
    """The number of the organisation, as it stands in the address of its admin page."""
    version: Annotated[str, Field(pattern=r"^20\d{4}$")] = "202607"
    """The version of the API (year and month); each is supported for about a year."""
    client_id: str = ""
    """The client id of your application; without it tokens cannot be renewed."""
    client_secret: SecretStr | None = None
    """The application's secret."""
    refresh_token: SecretStr | None = None
    """The refresh token from connecting the account, valid for a year; only approved partners get one."""
    token: SecretStr | None = None
    """An access token instead, valid for 60 days."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return LinkedIn(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return _pretended(request)


class _Upload(BaseModel):
    uploadUrl: str  # noqa: N815 # the service's spelling
    image: str


class _Begun(BaseModel):
    value: _Upload


class _Listed(BaseModel):
    id: str
    commentary: str = ""
    created: Annotated[AwareDatetime, Field(alias="createdAt")]  # told in milliseconds since 1970
    state: Annotated[str, Field(alias="lifecycleState")] = "PUBLISHED"


class _Page(BaseModel):
    elements: list[_Listed]


class LinkedIn:
    """Publishes posts of an organisation.

    Not twice: LinkedIn has no idempotency key. It refuses a text that it has seen lately (422 `DUPLICATE_POST`), which
    after a lost answer is evidence and no proof, and names ids that lead nowhere; so the organisation's own posts are
    read back first. Without the right to read them a lost answer waits for a person.
    https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api
    """

    look_ups = 2
    longest = 120.0

    def __init__(self, settings: LinkedInSettings, opening: Opening) -> None:
        self.limits = settings.limits
        self._settings = settings
        self._author = f"urn:li:organization:{settings.organization}"
        self._clock = opening.clock
        headers = {"LinkedIn-Version": settings.version, "X-Restli-Protocol-Version": "2.0.0"}
        login = Service(opening.exchange, settings.login)
        given = {"access": revealed(settings.token), "refresh": revealed(settings.refresh_token)}
        application = Application(settings.client_id, revealed(settings.client_secret))
        renew = refreshing(login, "/oauth/v2/accessToken", application, opening.clock) if settings.client_id else None
        self._bearer = Bearer(opening, Service(opening.exchange, settings.server, headers), given, renew)
        self._uploads = Bearer(opening, login, given, renew)

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # for the ledger only: LinkedIn takes none
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        images = [self._image(attempt, index, picture) for index, picture in enumerate(attempt.post.pictures)]
        body = _content(self._author, attempt.post, images)
        request = Request("POST", "/rest/posts", "publishing the post", json=body, publishes=True)
        reply = repeats.published(attempt, 1, lambda: self._ask(request), _seen_before)
        if not (urn := reply.headers.get("x-restli-id")):
            raise Uncertain("LinkedIn took the post and did not say under which id.")
        return _receipt(urn, attempt.post)

    def find(self, attempt: Attempt) -> Receipt | None:
        """Among the page's posts since the first try: the oldest with this text that the ledger does not know."""
        wanted, since = _letters(escaped(attempt.post.text)), attempt.first_tried - CLOCKS_DIFFER
        unknown = [post for post in self._own_posts(since) if post.id not in attempt.known]
        same = [post for post in unknown if _letters(post.commentary) == wanted]
        if not same:
            repeats.prove_absence(attempt, 1)
            return None
        return _receipt(same[-1].id, attempt.post)

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        """The text only; other pictures are refused, other words for the same pictures are told as not done."""
        if receipt.data["pictures"] != _pictures(attempt.post):
            raise Rejected("LinkedIn cannot change the pictures of a post; retract it and publish the corrected one.")
        patch = {"patch": {"$set": {"commentary": escaped(attempt.post.text)}}}
        method = {"X-RestLi-Method": "PARTIAL_UPDATE"}
        path = f"/rest/posts/{quote(receipt.remote_id, safe='')}"
        accepted(self._ask(Request("POST", path, "correcting the post", method, json=patch)))
        if receipt.data["alts"] == _alts(attempt.post):
            return receipt
        warning = "LinkedIn cannot change what a picture's alternative text says; it stays as it was."
        return replace(receipt, data={**receipt.data, "warning": warning})

    def remove(self, receipt: Receipt) -> None:
        path = f"/rest/posts/{quote(receipt.remote_id, safe='')}"
        reply = self._ask(Request("DELETE", path, "removing the post", {"X-RestLi-Method": "DELETE"}))
        if reply.status not in {404, 410}:
            accepted(reply)

    def check(self) -> str:
        """Reading the page's own posts proves the token; publishing needs one more right, which cannot be asked for."""
        name = f"organisation {self._settings.organization} on LinkedIn"
        if self._list(1, 0).status == 403:
            return f"{name}, whose posts this token may not read: after a lost answer a person has to look"
        return name

    def ends(self) -> dt.datetime | None:
        return self._bearer.ends()

    def _image(self, attempt: Attempt, index: int, picture: Picture) -> str:
        """The URN of an uploaded picture; what an earlier try has uploaded is used again."""
        name = f"image-{picture.id}-{index}"
        if noted := attempt.notes.get(name):
            return noted
        content, _ = attempt.load(picture)
        body = {"initializeUploadRequest": {"owner": self._author}}
        request = Request("POST", "/rest/images?action=initializeUpload", "beginning to upload a picture", json=body)
        upload = parsed(accepted(self._ask(request)), _Begun).value
        binary = {"Content-Type": "application/octet-stream"}
        path = self._upload_path(upload.uploadUrl)
        put = Request("PUT", path, "uploading a picture", binary, content=content, uploads=True)
        accepted(self._uploads.ask(put))
        attempt.note(name, upload.image)
        return upload.image

    def _upload_path(self, url: str) -> str:
        """Our token goes to the service itself, wherever an answer may point."""
        parts = urlsplit(url)
        if parts.netloc not in {"", urlsplit(self._settings.login).netloc} or not parts.path.startswith("/"):
            raise AccountBlocked("LinkedIn wants a picture at another host than `login` names; correct the settings.")
        return f"{parts.path}?{parts.query}"

    def _own_posts(self, since: dt.datetime) -> Iterator[_Listed]:
        """Newest first, every page back to `since`, of those that were not only drafted."""
        for number in range(PAGES):
            reply = self._list(PAGE, number * PAGE)
            if reply.status == 403:
                raise Uncertain("The token may not read the organisation's posts, so nobody can look here.")
            page = parsed(accepted(reply), _Page).elements
            recent = [post for post in page if post.created >= since]
            yield from (post for post in recent if post.state not in NEVER_PUBLIC)
            if len(recent) < PAGE:
                return
        raise Uncertain("The organisation has more newer posts than can be looked through.")

    def _list(self, count: int, start: int) -> Reply:
        query = {"author": self._author, "q": "author", "count": count, "start": start, "sortBy": "CREATED"}
        method = {"X-RestLi-Method": "FINDER"}
        request = Request("GET", f"/rest/posts?{urlencode(query)}", "reading the organisation's posts", method)
        reply = self._bearer.ask(request)
        return reply if reply.status == 403 else self._understood(reply)

    def _ask(self, request: Request) -> Reply:
        return self._understood(self._bearer.ask(request))

    def _understood(self, reply: Reply) -> Reply:
        """The answer, unless it means something here that its status alone does not tell."""
        match reply.status:
            case 403 if reply.fields.get("code") == "ACCESS_DENIED":
                raise AccountBlocked(f"{explained(reply)} The token lacks a right, or its owner a role on the page.")
            case 426:
                raise AccountBlocked(f"{explained(reply)} Set a newer `version` for this account.")
            case 429:
                raise Throttled(explained(reply), waiting(reply) or _until_midnight(self._clock()))
        return reply


def _content(author: str, post: Post, images: Sequence[str]) -> dict[str, object]:
    described = [{"id": image, "altText": picture.alt} for image, picture in zip(images, post.pictures, strict=True)]
    content = {"media": described[0]} if len(described) == 1 else {"multiImage": {"images": described}}
    return {
        "author": author,
        "commentary": escaped(post.text),
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    } | ({"content": content} if described else {})


def _seen_before(reply: Reply) -> bool:
    """The code stands among those of the input's mistakes, or alone."""
    details = reply.fields.get("errorDetails")
    mistakes = details.get("inputErrors") if isinstance(details, dict) else None
    told = [reply.fields, *(mistakes if isinstance(mistakes, list) else ())]
    codes = {str(mistake.get("code")) for mistake in told if isinstance(mistake, dict)}
    return reply.status in {400, 409, 422} and "DUPLICATE_POST" in codes


def _until_midnight(now: dt.datetime) -> dt.timedelta:
    """LinkedIn counts by day, in UTC, and says no time to wait."""
    moment = now.astimezone(dt.UTC)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + DAY - moment


def _receipt(urn: str, post: Post) -> Receipt:
    data = {"pictures": _pictures(post), "alts": _alts(post)}
    return Receipt(urn, f"https://www.linkedin.com/feed/update/{urn}", data)


def _pictures(post: Post) -> str:
    return " ".join(picture.id for picture in post.pictures)


def _alts(post: Post) -> str:
    return hashlib.sha256("\n".join(picture.alt for picture in post.pictures).encode()).hexdigest()[:16]


def _letters(commentary: str) -> str:
    """What two copies of a text have in common however LinkedIn marks its hashtags, escapes and spaces it."""
    plain = re.sub(r"\{hashtag\|\\?[#\uff03]\|([^{}|]*)\}", r"#\1", commentary)
    bare = re.sub(r"\\(.)", r"\1", plain, flags=re.DOTALL).replace("\uff03", "#")
    return letters(bare)


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What LinkedIn would answer; ids follow from what was sent, so that a rehearsal can be repeated."""
    mark = hashlib.sha256(json.dumps(request.json, sort_keys=True).encode()).hexdigest()[:16]
    upload = {"uploadUrl": "/dms-uploads/rehearsal", "image": f"urn:li:image:{mark}"}
    body = json.dumps({"value": upload}).encode()
    return Reply(request, 201, {"x-restli-id": f"urn:li:share:{mark}"}, body)
