"""Pages on Facebook."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import BaseModel, SecretStr

from campaign.channels import graph, meta
from campaign.channels.account import Server, revealed
from campaign.channels.authorisation import Authorisation
from campaign.channels.base import Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Reply, Request, Service, Upload, parsed
from campaign.channels.graph import Made, Named, NodeId, Sought, Version
from campaign.errors import Rejected, Transient, Uncertain
from campaign.model import Attempt, Limits, Picture, Receipt

LIMITS = Limits(characters=63_206, images=10, alt_characters=1000)


class FacebookSettings(RemoteModel):
    """A Page on Facebook."""

    needs: ClassVar[tuple[str, ...]] = ("token",)
    authorisation: ClassVar = Authorisation(
        page="https://www.facebook.com/{version}/dialog/oauth",
        redeem_at="{server}/{version}/oauth/access_token",
        scopes=("pages_show_list", "pages_manage_posts", "pages_read_engagement"),
        separator=",",
        proves_possession=False,
        port=None,
        tells=("page_id",),
        conclude=meta.of_page,
    )

    kind: Literal["facebook"]
    """The service."""
    page_id: NodeId
    """The number of the Page."""
    version: Version = "v25.0"
    """The version of the Graph API; each is served for about two years."""
    server: Server = "https://graph.facebook.com"
    """Where the Graph API answers."""
    token: SecretStr | None = None
    """The Page's access token; its permissions: `pages_manage_posts` and `pages_read_engagement`."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Facebook(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return graph.pretended(request)


class _State(BaseModel):
    is_published: bool = False


class _Done(BaseModel):
    success: bool


class Facebook:
    """Publishes posts of a Page.

    Not twice: a post is first made as a draft, its id is noted, and then that very draft is published; whether it is
    public is read from the draft itself, so a lost answer is never in doubt for long. Where the draft cannot be
    read, the Page's posts are, and as these may lag, that very draft is published again. Facebook has no other key.
    https://developers.facebook.com/docs/pages-api/posts
    """

    look_ups = 2
    longest = 120.0

    def __init__(self, settings: FacebookSettings, opening: Opening) -> None:
        self.limits = settings.limits
        bearer = {"Authorization": f"Bearer {revealed(settings.token)}"}
        self._ask = Service(opening.exchange, settings.server, bearer).reply
        self._base = f"/{settings.version}"
        self._page = f"{self._base}/{settings.page_id}"

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return key_of(key, revision)

    def send(self, attempt: Attempt) -> Receipt:
        draft = attempt.notes.get(graph.step(attempt, "draft"), "")
        if not draft:
            photos = [self._photo(attempt, index, picture) for index, picture in enumerate(attempt.post.pictures)]
            return self._published(self._drafted(attempt, photos), attempt, photos)
        state, photos = self._state_of(draft), _noted_photos(attempt)
        if state and state.is_published:
            return _receipt(draft, attempt, photos)
        refused = graph.step(attempt, "refused")
        if state and attempt.notes.get(refused):
            attempt.note(refused, "")  # a person may want to try it again
            raise Rejected("Facebook takes the text for a repeat of an older post. Change a few words.")
        return self._published(draft, attempt, photos)

    def find(self, attempt: Attempt) -> Receipt | None:
        """What the draft says of itself; the Page's posts only where the draft cannot be seen any more."""
        draft = attempt.notes.get(graph.step(attempt, "draft"), "")
        if not draft:
            return None  # nothing is published that was no draft before
        if (state := self._state_of(draft)) is not None:
            return _receipt(draft, attempt, _noted_photos(attempt)) if state.is_published else None
        fields = "id,message,created_time,permalink_url"
        post = graph.find_listed(self._ask, Sought(f"{self._page}/published_posts", fields, attempt.post.text), attempt)
        if post is None and attempt.notes.get(graph.step(attempt, "refused")):
            raise Uncertain("Facebook takes the post for a repeat, and does not show whether it is public. Look there.")
        return _receipt(post.id, attempt, _noted_photos(attempt)) if post else None

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        """The text, and as far as Facebook lets us the alt texts; other pictures would need another post."""
        pictures, photos = attempt.post.pictures, receipt.data["photos"].split()
        if [picture.id for picture in pictures] != receipt.data["pictures"].split():
            raise Rejected("The pictures of a published post cannot be changed: retract it, and publish it anew.")
        described = [self._described(photo, picture) for photo, picture in zip(photos, pictures, strict=False)]
        self._change(receipt.remote_id, {"message": attempt.post.text}, "correcting the post")
        warning = {} if all(described) else {"warning": "Facebook did not take the new alt text of a picture."}
        return Receipt(receipt.remote_id, receipt.url, _data(attempt, photos) | warning)

    def remove(self, receipt: Receipt) -> None:
        """What is gone cannot be told from what a weaker token may not see, so the token has to prove itself."""
        reply = self._ask(Request("DELETE", f"{self._base}/{receipt.remote_id}", "removing the post"))
        if graph.is_gone(reply):
            self._named()
        else:
            graph.accepted(reply)

    def check(self) -> str:
        return f"{self._named().name} on Facebook"

    def _named(self) -> Named:
        request = Request("GET", f"{self._page}?fields=name", "proving the account's token")
        return parsed(graph.accepted(self._ask(request)), Named)

    def _photo(self, attempt: Attempt, index: int, picture: Picture) -> str:
        """The id of a picture that nobody sees yet; what an earlier try has uploaded is used again."""
        name = _photo_note(attempt, picture, index)
        if known := attempt.notes.get(name):
            return known
        content, media_type = attempt.load(picture)
        fields = {"published": "false", "alt_text_custom": picture.alt}
        upload = Upload(picture.name, content, media_type, fields, part="source")
        request = Request("POST", f"{self._page}/photos", "uploading a picture", upload=upload)
        photo = parsed(graph.accepted(self._ask(request)), Made).id
        attempt.note(name, photo)
        return photo

    def _drafted(self, attempt: Attempt, photos: Sequence[str]) -> str:
        body: dict[str, object] = {"message": attempt.post.text, "published": False}
        if photos:
            body["attached_media"] = [{"media_fbid": photo} for photo in photos]
        elif attempt.post.link:
            body["link"] = attempt.post.link
        try:
            request = Request("POST", f"{self._page}/feed", "preparing the post", json=body)
            draft = parsed(graph.accepted(self._ask(request)), Made).id
        except Rejected as refusal:
            raise _without_old_photos(attempt, refusal) from None
        attempt.note(graph.step(attempt, "draft"), draft)
        return draft

    def _published(self, draft: str, attempt: Attempt, photos: Sequence[str]) -> Receipt:
        """A draft that cannot be seen may be published all the same; only one that is gone is made anew.

        That it was taken for a repeat is noted: an earlier try may be what it repeats, and the draft tells.
        """
        body = {"is_published": True}
        request = Request("POST", f"{self._base}/{draft}", "publishing the post", json=body, publishes=True)
        reply = self._ask(request)
        if graph.is_gone(reply):
            attempt.note(graph.step(attempt, "draft"), "")
        if (fault := graph.fault_of(reply)) and fault.repeats:
            attempt.note(graph.step(attempt, "refused"), "yes")
        if not parsed(graph.accepted(reply), _Done).success:
            raise Uncertain("Facebook does not say that the post is public.")
        return _receipt(draft, attempt, photos)

    def _state_of(self, draft: str) -> _State | None:
        """Whether a post is public; None where there is none, or it is not shown."""
        reply = self._ask(Request("GET", f"{self._base}/{draft}?fields=is_published", "looking for the post"))
        return None if graph.is_gone(reply) else parsed(graph.accepted(reply), _State)

    def _described(self, photo: str, picture: Picture) -> bool:
        """True when the picture has this alt text now."""
        try:
            self._change(photo, {"alt_text_custom": picture.alt}, "correcting an alt text")
        except Rejected:
            return False
        return True

    def _change(self, node: str, body: dict[str, object], doing: str) -> None:
        graph.accepted(self._ask(Request("POST", f"{self._base}/{node}", doing, json=body)))


def _photo_note(attempt: Attempt, picture: Picture, index: int) -> str:
    return graph.step(attempt, f"photo-{picture.id}-{index}")


def _noted_photos(attempt: Attempt) -> list[str]:
    names = (_photo_note(attempt, picture, index) for index, picture in enumerate(attempt.post.pictures))
    return [photo for name in names if (photo := attempt.notes.get(name))]


def _without_old_photos(attempt: Attempt, refusal: Rejected) -> Rejected | Transient:
    """Pictures of an earlier try may have been dropped by the service: they are uploaded anew before it is final."""
    if not _noted_photos(attempt):
        return refusal
    for index, picture in enumerate(attempt.post.pictures):
        attempt.note(_photo_note(attempt, picture, index), "")
    return Transient(str(refusal))


def _receipt(post: str, attempt: Attempt, photos: Sequence[str]) -> Receipt:
    return Receipt(post, f"https://www.facebook.com/{post}", _data(attempt, photos))


def _data(attempt: Attempt, photos: Sequence[str]) -> dict[str, str]:
    return {"pictures": " ".join(picture.id for picture in attempt.post.pictures), "photos": " ".join(photos)}
