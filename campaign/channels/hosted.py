"""Pictures that a service fetches from our public site: proved to be there before the service is sent to them."""

import datetime as dt
import re

from campaign.channels.exchange import Exchange, Reply, Request, Service, accepted
from campaign.errors import DeliveryError, Transient
from campaign.model import Picture

OPEN_GRAPH = re.compile(r'<meta property="og:image" content="([^"<>&]+)">')
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

    def of_page(self, address: str) -> Reply | None:
        """The picture that one of our own pages gives for previews; None where there is none, for whatever reason."""
        try:
            page = accepted(self._site.reply(Request("GET", self._path(address), "reading the page of the link")))
            [picture] = OPEN_GRAPH.findall(page.body.decode())
            return accepted(self._site.reply(Request("GET", self._path(picture), "reading the picture of the page")))
        except (DeliveryError, ValueError):
            return None

    def _path(self, address: str) -> str:
        if not address.startswith(f"{self._base_url}/"):
            raise ValueError("not on our site")
        return address.removeprefix(self._base_url)


def pretended(request: Request) -> Reply | None:
    """What the site would answer to such a question; None for any other request."""
    if request.method != "HEAD" or "/pictures/" not in request.url:
        return None
    media_type = "image/jpeg" if request.url.endswith(".jpg") else "image/png"
    return Reply(request, 200, {"content-type": media_type})
