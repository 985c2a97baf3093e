"""schema.org's Event for search engines and listing sites."""

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from campaign.model import EventFacts, Published, Site
from campaign.outputs import clean, localised, openable

_STATUS = {"confirmed": "Scheduled", "tentative": "Scheduled", "postponed": "Postponed", "cancelled": "Cancelled"}
_SCHEMA = "https://schema.org/"
_MODE = {
    "": "",
    "in-person": f"{_SCHEMA}OfflineEventAttendanceMode",
    "online": f"{_SCHEMA}OnlineEventAttendanceMode",
    "mixed": f"{_SCHEMA}MixedEventAttendanceMode",
}


def event_data(row: Published, facts: EventFacts, site: Site, address: str) -> str:
    """The event as JSON-LD, safe inside a `<script>` element."""
    post = row.post
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": address,
        "name": post.title,
        "description": post.text or post.summary,
        "url": address,
        "startDate": moment(facts.starts, facts),
        "endDate": moment(facts.ends or facts.starts, facts),
        "eventStatus": f"{_SCHEMA}Event{_status(facts)}",
        "previousStartDate": moment(facts.was_starts, facts),
        "eventAttendanceMode": _MODE[facts.attendance],
        "location": _location(facts),
        "organizer": _organizer(row, facts, site),
        "image": [f"{site.base_url}/pictures/{picture.name}" for picture in post.pictures],
        "inLanguage": list(facts.spoken) or [post.language],
        "isAccessibleForFree": facts.price == "0" if facts.price else None,
    }
    said = {name: value for name, value in data.items() if value not in (None, [], "")}
    return clean(json.dumps(said, ensure_ascii=False, separators=(",", ":"))).replace("<", "\\u003c")


def _organizer(row: Published, facts: EventFacts, site: Site) -> dict[str, str]:
    language = row.post.language
    name = facts.organizer or localised(site.publisher, language) or localised(site.name, language)
    return {"@type": "Organization", "name": name, "url": site.base_url}


def _status(facts: EventFacts) -> str:
    return "Rescheduled" if facts.was_starts and facts.status == "confirmed" else _STATUS[facts.status]


def moment(wall: str, facts: EventFacts) -> str:
    """A local date, or a local time with its offset."""
    if facts.all_day or "T" not in wall:
        return wall[:10]
    return dt.datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(facts.zone)).isoformat()


def _location(facts: EventFacts) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = []
    if facts.place:
        address = ", ".join(part for part in (facts.address, facts.place) if part)
        places.append({"@type": "Place", "name": facts.place, "address": address})
    if openable(facts.online):
        places.append({"@type": "VirtualLocation", "url": facts.online})
    return places
