"""Meta's tokens: one for an hour is exchanged for one that lasts, a Page is chosen, and what ends is renewed.

https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived
"""

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

from pydantic import BaseModel

from campaign.channels.authorisation import Gained, Granted
from campaign.channels.exchange import Request, Service, parsed
from campaign.channels.graph import accepted
from campaign.channels.oauth import Bearer, Renew, Values, lasting, moment_of
from campaign.errors import AccountBlocked, CampaignError, Rejected, Transient

MOST_PAGES = 100


class _Token(BaseModel):
    access_token: str


class _Page(BaseModel):
    id: str
    name: str
    access_token: str


class _Pages(BaseModel):
    data: list[_Page]


class _Account(BaseModel):
    id: str
    user_id: str = ""  # on Instagram, where `id` is another number for each application


def of_page(granted: Granted) -> Gained:
    """The token of a Page: descended from a lasting one, it does not end."""
    settings, client = granted.settings, granted.client
    base = f"{settings['server']}/{settings['version']}"
    form = {
        "grant_type": "fb_exchange_token",
        "client_id": client.id,
        "client_secret": client.secret,
        "fb_exchange_token": granted.tokens["access"],
    }
    service = Service(granted.exchange, base)
    request = Request("POST", "/oauth/access_token", "asking for a lasting token", form=form, private=True)
    token = parsed(accepted(service.reply(request)), _Token).access_token
    page = _chosen(granted, _pages(service, token))
    return Gained(settings={"page_id": page.id}, secrets={"token": page.access_token})


def _pages(service: Service, token: str) -> list[_Page]:
    path = f"/me/accounts?fields=id,name,access_token&limit={MOST_PAGES}"
    request = Request("GET", path, "reading your Pages", {"Authorization": f"Bearer {token}"}, private=True)
    return parsed(accepted(service.reply(request)), _Pages).data


def _chosen(granted: Granted, pages: list[_Page]) -> _Page:
    """The Page that the settings name; else the only one, or the one that the person chooses."""
    wanted = granted.settings.get("page_id")
    found = {page.id: page for page in pages if wanted in (None, page.id)}
    if not found:
        which = f"the Page {wanted}" if wanted else "any Page"
        raise CampaignError(
            f"Facebook does not let this person manage {which}, or access to it was not allowed on the way. "
            "Run the command again, and allow the Page in the browser."
        )
    options = [(page.id, f"{page.name} ({page.id})") for page in found.values()]
    return found[options[0][0] if len(options) == 1 else granted.choose("Which Page?", options)]


def of_account(grant: str, fields: str) -> Callable[[Granted], Gained]:
    """What Instagram and Threads make of a token: one for 60 days, which the program renews.

    `grant` is the service's word for the exchange, `fields` what tells the number of the account.
    """

    def conclude(granted: Granted) -> Gained:
        service, version = Service(granted.exchange, granted.settings["server"]), granted.settings["version"]
        secrets = {"client_secret": granted.client.secret, "access_token": granted.tokens["access"]}
        query = urlencode({"grant_type": grant, **secrets})
        request = Request("GET", f"/access_token?{query}", "asking for a lasting token", private=True)
        token = parsed(accepted(service.reply(request)), _Token).access_token
        bearer = {"Authorization": f"Bearer {token}"}
        who = Request("GET", f"/{version}/me?fields={fields}", "reading whose token it is", bearer)
        account = parsed(accepted(service.reply(who)), _Account)
        return Gained({"user_id": account.user_id or account.id}, {"token": token})

    return conclude


# ---------------------------------------------------------------- tokens that are renewed while they live

WEEK = 7 * 24 * 3600
DAY = 24 * 3600
HOUR = 3600


class _Renewed(BaseModel):
    access_token: str
    expires_in: int


def living(token: str) -> Values:
    """What a token store begins with: a token that renews itself, and is due for it."""
    return {"access": token, "expires": "0"} if token else {}


def renewal(grant: str, clock: Callable[[], dt.datetime]) -> Renew:
    """Renews a token of sixty days once a week: `expires` is when that is due again, `ends` when the token dies.

    A refusal changes nothing, as a token must be a day old, and is repeated tomorrow; whether the token still works is
    shown by what it is used for. Nor does a service that does not renew just now, while the token has not died: it is
    asked again in an hour.
    """

    def renew(service: Service, values: Values) -> Values:
        query = urlencode({"grant_type": grant, "access_token": values.get("access", "")})
        request = Request("GET", f"/refresh_access_token?{query}", "renewing the access token", private=True)
        try:
            renewed = parsed(accepted(service.reply(request)), _Renewed)
        except (Rejected, AccountBlocked):
            return {"expires": lasting(DAY, clock), "ends": values.get("ends") or lasting(59 * DAY, clock)}
        except Transient:
            if _has_ended(values, clock):
                raise
            return {"expires": lasting(HOUR, clock)}
        ends = lasting(renewed.expires_in, clock)
        return {"access": renewed.access_token, "expires": lasting(WEEK, clock), "ends": ends}

    return renew


def _has_ended(values: Values, clock: Callable[[], dt.datetime]) -> bool:
    ends = moment_of(values.get("ends", ""))
    return ends is not None and clock() >= ends


def end_of(bearer: Bearer) -> dt.datetime | None:
    """When the token dies; None before it was used for the first time."""
    ends = bearer.ends()
    return ends if ends and ends.timestamp() else None
