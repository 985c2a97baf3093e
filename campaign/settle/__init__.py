"""What only a person may decide about deliveries: hold, resume, retry, resolve."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaign.errors import CampaignError
from campaign.model import Receipt, Site, State
from campaign.store import attempts, audit, holds, issues, ledger, lookups, to_ms
from campaign.store.database import Connection, Database
from campaign.store.ledger import Row

_RETRIED = {State.PAST, State.MISSED, State.REJECTED, State.HELD}


@dataclass(frozen=True, slots=True)
class Person:
    """Who decides, and when."""

    name: str
    now: dt.datetime


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
    if any(words in (row["name"], row["entry"]) for row in rows):
        return f"entry:{words}"
    return f"key:{lookups.one_key(connection, words)}"


def hold(database: Database, site: Site, words: str, reason: str, person: Person) -> str:
    """Stop a scope until a person resumes it; the scope."""
    with database.write() as connection:
        scope = scope_of(connection, words, site)
        holds.place(connection, person.now, scope, "person", reason=reason, by=person.name)
        return scope


def resume(database: Database, site: Site, words: str, person: Person) -> tuple[str, int]:
    """Lift a person's hold, or an account's block; (scope, holds lifted). What became late meanwhile is not sent."""
    with database.write() as connection:
        scope = scope_of(connection, words, site)
        lifted = sum(holds.lift(connection, person.now, scope, source, person.name) for source in ("person", "blocked"))
        ledger.expire(connection, to_ms(person.now))
        return scope, lifted


# ---------------------------------------------------------------- retry and resolve


def retry(database: Database, words: str, person: Person, stopped: Mapping[str, str]) -> list[str]:
    """Send what is past, missed, rejected or held although it is late; the keys that will go out.

    `stopped` (key → finding) is what the files of this moment do not allow; no word of a person passes that.
    """
    with database.write() as connection:
        keys = lookups.keys_of(connection, words)
        done = [key for key in keys if _retried(connection, key, person, stopped.get(key, ""))]
        if not done:
            states = {str(lookups.delivery_of(connection, key)["state"]) for key in keys}  # type: ignore[index]
            raise CampaignError(
                f"Nothing to retry: {words} is {', '.join(sorted(states))}. Only what is past, missed, rejected, held "
                "or waiting can be sent again; an uncertain one needs `campaign resolve`."
            )
        return done


def _retried(connection: Connection, key: str, person: Person, finding: str) -> bool:
    row = ledger.row(connection, key)
    if row is None or row.state not in {*_RETRIED, State.WAITING}:
        return False
    if finding or row.held_for == "content" or not row.content:
        reason = finding or row.reason or "it could not be composed"
        raise CampaignError(f"{key} is held because of its content: {reason.rstrip('.')}. Mend that first.")
    if row.answers and not lookups.is_out(connection, row.answers):
        raise CampaignError(f"{key} answers {row.answers}, which is not out. Send that one first.")
    if row.state is State.WAITING:
        ledger.touch(connection, key, State.WAITING, next_try=None, insisted=True)
    else:
        values = {"held_for": "", "reason": "", "next_try": None, "owner": None, "insisted": True}
        ledger.settle(connection, key, [row.state], State.PLANNED, **values)
    attempts.write(connection, key, to_ms(person.now), "retry", "planned", detail=person.name)
    audit.record(connection, person.now, person.name, "retry", key=key)
    return True


def resolve(database: Database, words: str, person: Person, address: str | None) -> tuple[str, State]:
    """A person's word on an uncertain delivery: it is public (at `address`, "" when not known), or it is not (None)."""
    state = State.WAITING if address is None else State.SENT
    with database.write() as connection:
        key = lookups.one_key(connection, words)
        row = ledger.row(connection, key)
        if row is None or row.state is not State.UNCERTAIN:
            found = row.state if row else "unknown"
            raise CampaignError(f"{key} is {found}; only an uncertain delivery needs a person's word.")
        if row.role == "issue":
            _resolve_issue(connection, row, state, person)
        else:
            _resolve_post(connection, row, address, person)
        attempts.write(connection, key, to_ms(person.now), "resolve", str(state), detail=person.name)
        audit.record(connection, person.now, person.name, "resolve", key=key, state=str(state), address=address or "")
    return key, state


def _resolve_post(connection: Connection, row: Row, address: str | None, person: Person) -> None:
    values: dict[str, Any] = {"next_try": None, "owner": None, "insisted": address is None}
    if address is not None:
        receipt = Receipt(address, address if address.startswith("http") else "")
        revision, content = row.frozen_revision or row.revision, row.frozen or row.content
        values |= ledger.published(receipt, revision, content, to_ms(person.now))
    values["reason"] = f"{person.name} said so"
    state = State.WAITING if address is None else State.SENT
    ledger.settle(connection, row.key, [State.UNCERTAIN], state, **values)


def _resolve_issue(connection: Connection, row: Row, state: State, person: Person) -> None:
    """The word counts for every recipient in doubt; the issue's own state follows from its recipients."""
    issues.answer(connection, row.key, state, to_ms(person.now))
    ledger.reopen_issue(connection, row.key, f"{person.name} said so")
