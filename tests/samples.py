"""Small values that many tests start from."""

import datetime as dt
from collections.abc import Mapping

from campaign.model import Account, IfLate, Limits, Site

LANGUAGES = ("lv", "en", "ru")


def make_site(accounts: Mapping[str, str] | None = None, languages: tuple[str, ...] = LANGUAGES) -> Site:
    """A site with accounts given as id → kind (default: one of each kind of the sample workspace)."""
    kinds = accounts or {
        "feed": "feed",
        "site": "site",
        "calendar": "calendar",
        "mastodon": "mastodon",
        "bluesky": "bluesky",
        "newsletter": "newsletter",
    }
    limits = {
        "mastodon": Limits(characters=500, url_weight=23),
        "bluesky": Limits(characters=300, bytes=3000, alt_characters=10_000),
    }
    return Site(
        name={
            "lv": "Valsts informatīvais resurss par cilvēktirdzniecības mazināšanu",
            "en": "State resource on preventing human trafficking",
            "ru": "Государственный ресурс о предотвращении торговли людьми",
        },
        base_url="https://kampana.example",
        languages=languages,
        timezone="Europe/Riga",
        country="LV",
        accounts={
            name: Account(
                name,
                kind,
                languages,
                limits.get(
                    kind, Limits(layout="parts" if kind in {"feed", "site", "calendar", "newsletter"} else "message")
                ),
            )
            for name, kind in kinds.items()
        },
        if_late=IfLate(dt.timedelta(hours=2)),
        helplines=("emergency", "helpline-thb"),
        exit_url="https://www.lsm.lv/",
    )
