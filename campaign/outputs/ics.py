"""iCalendar files of the ledger's calendar rows: everything, one per month and one per event, in each language.

What was published stays: a cancelled, moved or withdrawn event keeps its UID, and its SEQUENCE has risen.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from campaign.language import date_text, phrase, topic_name
from campaign.model import EventFacts, Published, Site, address_of
from campaign.outputs import Files, by_language, clean, localised, one_each, one_line, openable
from campaign.outputs.occasion import changed, details, facts_of, months_of, own_words
from campaign.outputs.zones import timezone

REFRESH = dt.timedelta(hours=6)
_STATUS = {"confirmed": "CONFIRMED", "tentative": "TENTATIVE", "postponed": "TENTATIVE", "cancelled": "CANCELLED"}
_END = b"END:VCALENDAR\r\n"


def calendars(rows: Iterable[Published], site: Site) -> Files:
    """Path → bytes of every calendar file."""
    files: Files = {}
    events = (row for row in one_each(rows, "calendar") if row.post.event)
    for language, own in by_language(events, site, "calendar").items():
        dated = sorted(own, key=lambda row: (facts_of(row).starts, row.entry))
        written = {row.key: _event(row, site).to_ical() for row in dated}
        for path, name, shown in _contents(language, dated, site):
            files[path] = _file(path, name, shown, written, site)
    return files


def _contents(language: str, rows: Sequence[Published], site: Site) -> Iterator[tuple[str, str, Sequence[Published]]]:
    """(path, name, events) of each file in a language."""
    yield f"{language}/calendar.ics", f"{phrase('calendar', language)} – {localised(site.name, language)}", rows
    months: dict[dt.date, list[Published]] = {}
    for row in rows:
        for month in months_of(facts_of(row)):
            months.setdefault(month, []).append(row)
    for month, shown in months.items():
        name = phrase("calendar_of", language, period=date_text("month_title", month, language))
        yield f"{language}/{month:%Y/%m}.ics", name, shown
    for row in rows:
        title = phrase("withdrawn", language) if row.withdrawn else row.post.title
        yield f"{address_of(row.entry, language)[1:]}event.ics", title, [row]


def _file(path: str, name: str, rows: Sequence[Published], written: dict[str, bytes], site: Site) -> bytes:
    """One VCALENDAR; its events are written once and shared by every file that holds them."""
    from icalendar import Calendar, vUri

    calendar = Calendar()
    calendar.add("prodid", f"-//{site.host}//campaign//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", one_line(name))
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("x-wr-timezone", site.timezone)
    begun = dt.datetime(site.tag_year, 1, 1, tzinfo=dt.UTC)
    calendar.add("last-modified", max((row.updated for row in rows), default=begun))
    calendar.add("color", "teal")
    calendar.add("source", vUri(f"{site.base_url}/{path}"), parameters={"VALUE": "URI"})
    calendar.add("url", vUri(f"{site.base_url}/{path.split('/', 1)[0]}/"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    zones = list(_zones(rows)) if rows else [timezone(site.timezone, site.tag_year, site.tag_year)]
    for component in zones:  # an empty calendar still needs one component (RFC 5545, 3.6)
        calendar.add_component(component)
    return bytes(calendar.to_ical().removesuffix(_END)) + b"".join(written[row.key] for row in rows) + _END


def _zones(rows: Sequence[Published]) -> Iterator[Any]:
    years: dict[str, list[int]] = {}
    for row in rows:
        facts = facts_of(row)
        if not facts.all_day:
            years.setdefault(facts.zone, []).extend(int(wall[:4]) for wall in (facts.starts, facts.ends) if wall)
    for zone, used in sorted(years.items()):
        yield timezone(zone, min(used), max(used))


def _event(row: Published, site: Site) -> Any:
    from icalendar import Event, vUri

    post, facts = row.post, facts_of(row)
    event = Event()
    event.add("uid", f"{row.entry}@{site.host}")
    event.add("dtstamp", row.updated)
    event.add("last-modified", row.updated)
    event.add("created", row.published)
    event.add("sequence", row.sequence)
    _add_time(event, facts)
    event.add("status", "CANCELLED" if row.withdrawn else _STATUS[facts.status])
    event.add("summary", one_line(_summary(row)), parameters={"LANGUAGE": post.language})
    if description := _description(row):
        event.add("description", clean(description), parameters={"LANGUAGE": post.language})
    if openable(post.link) and not row.withdrawn:
        event.add("url", vUri(post.link))
    if not row.withdrawn:
        _add_details(event, row, site)
    return event


def _add_time(event: Any, facts: EventFacts) -> None:
    """All-day events end on the day after their last; nobody is busy for a whole awareness day."""
    if facts.all_day:
        last = dt.date.fromisoformat((facts.ends or facts.starts)[:10])
        event.add("dtstart", dt.date.fromisoformat(facts.starts[:10]))
        event.add("dtend", last + dt.timedelta(days=1))
    else:
        zone = ZoneInfo(facts.zone)
        event.add("dtstart", dt.datetime.fromisoformat(facts.starts).replace(tzinfo=zone))
        if facts.ends:
            event.add("dtend", dt.datetime.fromisoformat(facts.ends).replace(tzinfo=zone))
    event.add("transp", "TRANSPARENT" if facts.all_day else "OPAQUE")


def _summary(row: Published) -> str:
    """The title; calendars that ignore STATUS still say that it is called off."""
    post, status = row.post, facts_of(row).status
    if row.withdrawn:
        return phrase("withdrawn", post.language)
    return f"{phrase(status, post.language)}: {post.title}" if status in {"cancelled", "postponed"} else post.title


def _description(row: Published) -> str:
    post, facts = row.post, facts_of(row)
    if row.withdrawn:
        return row.withdrawn
    told = "\n".join(f"{label}: {words}" for label, words in details(facts, post.language))
    parts = [changed(facts, post.language), own_words(post), told, post.footer]
    return "\n\n".join(part for part in parts if part)


def _add_details(event: Any, row: Published, site: Site) -> None:
    from icalendar import vUri

    post, facts = row.post, facts_of(row)
    place = ", ".join(part for part in (facts.place, facts.address) if part)
    if place:
        event.add("location", one_line(place), parameters={"LANGUAGE": post.language})
    if openable(facts.online):
        label = phrase("join_online", post.language)
        event.add("conference", vUri(facts.online), parameters={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": label})
    if post.topics:
        event.add("categories", [one_line(topic_name(topic, post.language)) for topic in post.topics])
    if post.pictures:
        picture = post.pictures[0]
        address = vUri(f"{site.base_url}/pictures/{picture.name}")
        shown = {"VALUE": "URI", "DISPLAY": "BADGE", "FMTTYPE": picture.media_type}
        event.add("image", address, parameters=shown)
