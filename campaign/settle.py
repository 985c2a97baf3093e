"""What a person is told about deliveries, and what only a person may decide: hold, resume, retry, resolve."""

import datetime as dt
import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from campaign.errors import CampaignError
from campaign.model import Receipt, Site, State
from campaign.store import audit, from_ms, holds, issues, ledger, lookups, to_ms
from campaign.store.database import Connection, Database

_RETRIED = {State.PAST, State.MISSED, State.REJECTED, State.HELD}


@dataclass(frozen=True, slots=True)
class Person:
    """Who decides, and when."""

    name: str
    now: dt.datetime


def keys_of(connection: Connection, words: str) -> list[str]:
    """The deliveries that a key, or the beginning of one, names; raises with the nearest ones when there are none."""
    if lookups.delivery_of(connection, words):
        return [words]
    beginnings = [words + sign for sign in (">", ":", "@", "+", "/")]
    found = [key for beginning in beginnings for key in lookups.keys_like(connection, beginning)]
    if found:
        return found
    near = difflib.get_close_matches(words, lookups.all_keys(connection), 3, 0.5)
    hint = " Did you mean:\n  " + "\n  ".join(near) if near else " `campaign status` lists all of them."
    raise CampaignError(f"No delivery is called “{words}”.{hint}")


def one_key(connection: Connection, words: str) -> str:
    """Exactly one delivery."""
    found = keys_of(connection, words)
    if len(found) > 1:
        raise CampaignError(f"“{words}” names {len(found)} deliveries; say which:\n  " + "\n  ".join(found))
    return found[0]


# ---------------------------------------------------------------- holds


def scope_of(connection: Connection, words: str, site: Site) -> str:
    """What a hold covers: everything, an account, a campaign, an entry or one delivery."""
    if words in ("", "all"):
        return "all"
    if words in site.accounts:
        return f"account:{words}"
    rows = list(lookups.deliveries(connection))
    if any(row["key"].split("/", 1)[0] == words for row in rows):
        return f"campaign:{words}"
    if any(row["key"].split(">", 1)[0].split("@", 1)[0] == words for row in rows):
        return f"entry:{words}"
    return f"key:{one_key(connection, words)}"


def hold(database: Database, site: Site, words: str, reason: str, person: Person) -> str:
    """Stop a scope until a person resumes it; the scope."""
    with database.write() as connection:
        scope = scope_of(connection, words, site)
        holds.place(connection, person.now, scope, "person", reason=reason, by=person.name)
        return scope


def resume(database: Database, site: Site, words: str, person: Person) -> tuple[str, int]:
    """Lift a person's hold, or an account's block; (scope, holds lifted). What became late meanwhile waits to be asked."""
    with database.write() as connection:
        scope = scope_of(connection, words, site)
        lifted = sum(holds.lift(connection, person.now, scope, source, person.name) for source in ("person", "blocked"))
        ledger.expire(connection, to_ms(person.now))
        return scope, lifted


# ---------------------------------------------------------------- retry and resolve


def retry(database: Database, words: str, person: Person) -> list[str]:
    """Send what is past, missed, rejected or held although it is late; the keys that will go out."""
    with database.write() as connection:
        keys = keys_of(connection, words)
        done = [key for key in keys if _retried(connection, key, person)]
        if not done:
            states = {str(lookups.delivery_of(connection, key)["state"]) for key in keys}  # type: ignore[index]
            raise CampaignError(
                f"Nothing to retry: {words} is {', '.join(sorted(states))}. Only what is past, missed, rejected, held "
                "or waiting can be sent again; an uncertain one needs `campaign resolve`."
            )
        return done


def _retried(connection: Connection, key: str, person: Person) -> bool:
    row = ledger.row(connection, key)
    if row is None:
        return False
    if row.held_for == "content":
        raise CampaignError(
            f"{key} is held because of its content: {row.reason}. Mend that, and it goes out by itself."
        )
    if row.state is State.WAITING:
        ledger.touch(connection, key, State.WAITING, next_try=None, insisted=True)
    elif row.state not in _RETRIED or not row.content:
        return False
    else:
        values = {"held_for": "", "reason": "", "next_try": None, "owner": None, "insisted": True}
        ledger.settle(connection, key, [row.state], State.PLANNED, **values)
    ledger.write_attempt(connection, key, to_ms(person.now), "retry", "planned", detail=person.name)
    audit.record(connection, person.now, person.name, "retry", key=key)
    return True


def resolve(database: Database, words: str, person: Person, address: str | None) -> tuple[str, State]:
    """A person's word on an uncertain delivery: it is public (at `address`, "" when not known), or it is not (None)."""
    with database.write() as connection:
        key = one_key(connection, words)
        row = ledger.row(connection, key)
        if row is None or row.state is not State.UNCERTAIN:
            state = row.state if row else "unknown"
            raise CampaignError(f"{key} is {state}; only an uncertain delivery needs a person's word.")
        now = to_ms(person.now)
        state = State.SENT if address is not None else State.WAITING
        if row.role == "issue":
            issues.answer(connection, key, state, now)
        values: dict[str, Any] = {"next_try": None, "owner": None, "reason": f"{person.name} said so"}
        if address is not None:
            receipt = Receipt(address, address if address.startswith("http") else "")
            values |= ledger.published(receipt, row.frozen_revision or row.revision, row.frozen or row.content, now)
        if row.role == "issue" and address is None:
            ledger.reopen_issue(connection, key, str(values["reason"]))
        else:
            ledger.settle(connection, key, [State.UNCERTAIN], state, **values)
        ledger.write_attempt(connection, key, now, "resolve", str(state), detail=person.name)
        audit.record(connection, person.now, person.name, "resolve", key=key, state=str(state), address=address or "")
        return key, state


# ---------------------------------------------------------------- looking


def status(database: Database) -> dict[str, Any]:
    """`{counts: {state: n}, rows: [{key, state, due, …}], holds: […]}`."""
    with database.read() as connection:
        rows = [_shown(row) for row in lookups.deliveries(connection)]
        standing = [{**hold, "since": _iso(hold["since"]), "lifted": None} for hold in holds.standing(connection)]
        covered = {row["key"]: holds.over(connection, row["key"]) for row in rows} if standing else {}
        for row in rows:
            row["holds"] = covered.get(row["key"], [])
        return {"counts": lookups.counts(connection), "rows": rows, "holds": standing}


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    times = ("due", "expires", "next_try", "published_at", "updated_at", "first_tried", "last_tried", "planned_at")
    return {name: _iso(value) if name in times else value for name, value in row.items()}


def _iso(value: int | None) -> str | None:
    return None if value is None else from_ms(value).isoformat(timespec="seconds").replace("+00:00", "Z")


def why(database: Database, words: str, site: Site) -> list[tuple[str, str]]:
    """(key, why it stands where it stands, in plain words) for everything that `words` names."""
    with database.read() as connection:
        return [(key, " ".join(_reasons(connection, key, site))) for key in keys_of(connection, words)]


def _reasons(connection: Connection, key: str, site: Site) -> Sequence[str]:
    row = lookups.delivery_of(connection, key)
    if row is None:
        return ()
    state = State(row["state"])
    held = holds.over(connection, key) if state not in (State.SENT, State.RETRACTED, State.CANCELLED) else []
    due = _local(row["due"], site) if row["due"] is not None else "at once"
    sentences = {
        State.PLANNED: f"It is planned for {due}.",
        State.CLAIMED: "It is about to be sent.",
        State.SENDING: "It is being sent right now.",
        State.SENT: f"It was published on {_local(row['published_at'], site)}{_where(row)}.",
        State.WAITING: f"It was tried {row['attempt']} time(s), certainly not published, and is tried again"
        + (f" on {_local(row['next_try'], site)}." if row["next_try"] else "."),
        State.UNCERTAIN: "The answer was lost: it may be public."
        + (" It is being looked up." if row["next_try"] else " Look, then say so with `campaign resolve`."),
        State.REJECTED: "The service refused it; change the text and it is tried anew.",
        State.MISSED: "It was not sent and will not be. `campaign retry` sends it all the same.",
        State.HELD: "It waits for a person. `campaign retry` sends it, an edit of its file may release it.",
        State.CANCELLED: "It no longer follows from the files and will not be sent.",
        State.PAST: f"It was due on {due}, before it was first read here. Only `campaign retry` sends it.",
        State.RETRACTED: "It was published and withdrawn.",
    }
    extra = [f"Reason: {row['reason']}."] if row["reason"] else []
    extra += [f"Held: {words}." for words in held]
    if state in (State.PLANNED, State.WAITING) and lookups.waits_for_page(connection, key):
        extra.append("It goes out only once its own page is public: that page is not, so settle that one first.")
    extra += ["It is published, but no longer in the files."] if row["orphaned"] else []
    edited = row["published_revision"] and row["published_revision"] != row["revision"] and state is State.SENT
    extra += ["Its text was edited after it went out; the published one stays as it was."] if edited else []
    return [sentences[state], *extra]


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
        key = one_key(connection, words)
        row = lookups.delivery_of(connection, key) or {}
        content = {
            name: json.loads(row[name]) if row.get(name) else None
            for name in ("content", "frozen", "published_content")
        }
        return {
            "key": key,
            "delivery": _shown(row) | content,
            "attempts": [{**line, "at": _iso(line["at"])} for line in lookups.attempts(connection, key)],
            "recipients": [dict(line) for line in issues.recipients(connection, key)],
            "audit": [{**line, "at": _iso(line["at"])} for line in audit.records(connection, key)],
            "chain_whole": audit.first_broken(connection) is None,
        }
