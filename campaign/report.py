"""What people are told about deliveries: how things stand, why one is where it is, and proof of what happened."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from campaign.model import Site, State
from campaign.store import audit, from_ms, holds, issues, lookups, paces, to_ms
from campaign.store.database import Connection, Database

_TIMES = (
    *("due", "own_time", "expires", "lease", "next_try", "published_at", "updated_at"),
    *("first_tried", "last_tried", "planned_at", "sent_at"),
)
_SENTENCES = {
    State.PLANNED: "It is planned for {due}.",
    State.CLAIMED: "It is about to be sent.",
    State.SENDING: "It is being sent right now.",
    State.SENT: "It was published on {published}{where}.",
    State.WAITING: "It was tried {attempt} time(s), certainly not published, and is tried again{again}.",
    State.UNCERTAIN: "The answer was lost: it may be public. {ask}",
    State.REJECTED: "The service refused it; change the text and it is tried anew.",
    State.MISSED: "It was not sent and will not be. `campaign retry` sends it all the same.",
    State.HELD: "It waits for a person. `campaign retry` sends it, an edit of its file may release it.",
    State.CANCELLED: "It no longer follows from the files and will not be sent.",
    State.PAST: "It was due on {due}, before it was first read here. Only `campaign retry` sends it.",
    State.RETRACTED: "It was published and withdrawn.",
}
_OPEN = (State.PLANNED, State.WAITING)
_OVER = (State.SENT, State.RETRACTED, State.CANCELLED)


def status(database: Database) -> dict[str, Any]:
    """`{counts: {state: n}, rows: [{key, state, due, …}], holds: […]}`."""
    with database.read() as connection:
        standing = [{**hold, "since": _iso(hold["since"]), "lifted": None} for hold in holds.standing(connection)]
        rows = [{**_shown(row), "holds": _over(row, standing)} for row in lookups.deliveries(connection)]
        return {"counts": lookups.counts(connection), "rows": rows, "holds": standing}


def _over(row: Mapping[str, Any], standing: list[dict[str, Any]]) -> list[str]:
    """The holds that cover a row, in words."""
    names = ("account", "campaign", "key")
    entries = {f"entry:{row['name']}", f"entry:{row['entry']}"}
    scopes = {"all", f"file:{row['source']}", *entries, *(f"{name}:{row[name]}" for name in names)}
    return [f"{hold['scope']}: {hold['reason']}" for hold in standing if hold["scope"] in scopes]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _iso(value) if name in _TIMES else value for name, value in row.items()}


def _iso(value: int | None) -> str | None:
    return None if value is None else from_ms(value).isoformat(timespec="seconds").replace("+00:00", "Z")


def why(database: Database, words: str, site: Site, now: dt.datetime) -> list[tuple[str, str]]:
    """(key, why it stands where it stands, in plain words) for everything that `words` names."""
    with database.read() as connection:
        found = [lookups.delivery_of(connection, key) for key in lookups.keys_of(connection, words)]
        rows = [row for row in found if row is not None]
        return [
            (row["key"], " ".join([_sentence(row, site), *_remarks(connection, row, site, to_ms(now))])) for row in rows
        ]


def _sentence(row: Mapping[str, Any], site: Site) -> str:
    again = _local(row["next_try"], site) if row["next_try"] else ""
    return _SENTENCES[State(row["state"])].format(
        due=_local(row["due"], site) if row["due"] is not None else "at once",
        published=_local(row["published_at"], site),
        where=_where(row),
        attempt=row["attempt"],
        again=f" on {again}" if again else "",
        ask="It is being looked up." if again else "Look, then say so with `campaign resolve`.",
    )


def _remarks(connection: Connection, row: Mapping[str, Any], site: Site, now: int) -> Iterator[str]:
    state = State(row["state"])
    if row["reason"]:
        yield f"Reason: {row['reason']}."
    if row["withdrawn"]:
        yield f"Reason: {row['withdrawn'].rstrip('.')}."
    if state not in _OVER:
        yield from (f"Held: {words}." for words in holds.over(connection, row["key"]))
    resting = paces.resting(connection, row["account"], now) if state in _OPEN else None
    if resting:
        yield f"Its account rests until {_local(resting, site)}: its service, its quiet hours or its pace want it so."
    if state in _OPEN and row["answers"] and not lookups.is_out(connection, row["answers"]):
        yield f"It answers {row['answers']}, and goes out after it."
    if state in _OPEN and lookups.waits_for_page(connection, row["key"]):
        yield "It goes out once its own page is public."
    if row["orphaned"]:
        yield "It is published, but no longer in the files."
    if state is State.SENT and row["published_revision"] not in (None, row["revision"]):
        yield "Its text was edited after it went out; the published one stays as it was until `campaign correct`."
    yield from lookups.asked_of(connection, row["key"])


def _where(row: Mapping[str, Any]) -> str:
    url = json.loads(row["receipt"])["url"] if row["receipt"] else ""
    return f" at {url}" if url else ""


def _local(value: int | None, site: Site) -> str:
    if value is None:
        return "an unknown time"
    moment = from_ms(value).astimezone(ZoneInfo(site.timezone))
    return f"{moment:%Y-%m-%d %H:%M} {moment:%Z} ({moment:%z})"


def prove(database: Database, words: str) -> dict[str, Any]:
    """Everything known about one delivery: its row, every attempt, its recipients, its audit records."""
    with database.read() as connection:
        key = lookups.one_key(connection, words)
        row = lookups.delivery_of(connection, key) or {}
        contents = ("content", "frozen", "published_content")
        return {
            "key": key,
            "delivery": _shown(row) | {name: json.loads(row[name]) if row.get(name) else None for name in contents},
            "attempts": [_dated(line) for line in lookups.attempts(connection, key)],
            "recipients": [_shown(line) for line in issues.recipients(connection, key)],
            "audit": [_dated(line) for line in audit.records(connection, key)],
            "chain_whole": audit.first_broken(connection) is None,
        }


def _dated(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, "at": _iso(line["at"])}
