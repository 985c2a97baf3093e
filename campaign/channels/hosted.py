"""Pictures that a service fetches from our public site: proved to be there before the service is sent to them."""

import datetime as dt

from campaign.channels.exchange import Exchange, Reply, Request, Service
from campaign.errors import Transient
from campaign.model import Picture

SOON = dt.timedelta(seconds=20)


class Hosting:
    """The public site as a channel sees it."""

    def __init__(self, exchange: Exchange, base_url: str) -> None:
        self._site = Service(exchange, base_url)
        self._base_url = base_url

    def address(self, picture: Picture) -> str:
        """Where a picture stands; raises `Transient` until it answers there as the picture that it is."""
        path = f"/pictures/{picture.name}"
        reply = self._site.reply(Request("HEAD", path, "looking whether a picture is public"))
        media_type = reply.headers.get("content-type", "").partition(";")[0].strip()
        if reply.status != 200 or media_type != picture.media_type:
            said = f"{reply.status} {media_type}".strip()
            raise Transient(f"The picture is not public yet at {self._base_url}{path} (it answers {said}).", SOON)
        return f"{self._base_url}{path}"


def pretended(request: Request) -> Reply | None:
    """What the site would answer to such a question; None for any other request."""
    if request.method != "HEAD" or "/pictures/" not in request.url:
        return None
    media_type = "image/jpeg" if request.url.endswith(".jpg") else "image/png"
    return Reply(request, 200, {"content-type": media_type})
