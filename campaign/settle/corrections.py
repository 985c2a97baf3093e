"""Correct and retract what is out, everywhere it is out.

Posts on networks are changed by their account's lane, which is asked here; own pages, feeds and calendars at once.
Every account answers for itself: done, on its way, or why it cannot be done and what can be done instead.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from campaign.language import phrase
from campaign.model import LOCAL_KINDS, Account, Post, Site, State
from campaign.settle import Person
from campaign.store import amendments, attempts, audit, holds, lookups, outbox, outlets, to_ms
from campaign.store.database import Connection, Database
from campaign.store.values import CORRECTION, POST, Change, Wanted, frozen
from campaign.text import fits, length

Result = Literal["done", "asked", "cannot", "nothing"]
_LEAVING = frozenset({"sending", "claimed", "uncertain"})
_OUT_OR_LEAVING = _LEAVING | {"sent"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one delivery says to a correction or retraction."""

    key: str
    result: Result
    words: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What the team wants said: `notes` per language stand on own pages, `stopped` (key → finding) must not go out."""

    person: Person
    notes: Mapping[str, str] = field(default_factory=dict)
    stopped: Mapping[str, str] = field(default_factory=dict)
    reply: bool = False  # where a post cannot be changed, answer it with the new wording


# ---------------------------------------------------------------- correct


def correct(database: Database, site: Site, words: str, wish: Correction) -> list[Answer]:
    """Bring what is out to the wording of the files."""
    with database.write() as connection:
        rows = [lookups.delivery_of(connection, key) for key in lookups.keys_of(connection, words)]
        answers = [Answer(row["key"], *_corrected(connection, row, site, wish)) for row in rows if row]
        told = [f"{answer.key}: {answer.words}" for answer in answers if answer.result != "nothing"]
        audit.record(connection, wish.person.now, wish.person.name, "correct", key=words, answers=told)
    return answers


def _corrected(connection: Connection, row: Mapping[str, Any], site: Site, wish: Correction) -> tuple[Result, str]:
    if told := _nothing_to_correct(connection, row):
        return "nothing", told
    if finding := _why_not(connection, row, wish):
        return "cannot", f"its new wording must not go out: {finding}"
    if row["kind"] in LOCAL_KINDS:
        return _noted(connection, row, wish)
    if row["role"] != "post":
        return "cannot", "mails that are out cannot be changed; write a message with own_issue: true to its readers"
    if row["revision"] == row["published_revision"]:
        return "nothing", "what is out there is what the files say"
    account = site.accounts.get(row["account"])
    return _on_network(connection, row, account, wish) if account else ("cannot", UNKNOWN)


def _nothing_to_correct(connection: Connection, row: Mapping[str, Any]) -> str:
    if row["state"] == State.RETRACTED or amendments.is_being_removed(connection, row["key"]):
        return "it is retracted"
    if row["nature"] == CORRECTION:
        return "it is a correction itself"
    if row["published_revision"] is not None or _is_in_doubt(row) or attempts.torn(connection, row["key"]):
        return ""
    return _UNSENT.get(row["state"], "it is not out yet: the new wording goes out with it")


def _on_network(
    connection: Connection, row: Mapping[str, Any], account: Account, wish: Correction
) -> tuple[Result, str]:
    editable = account.limits.editable
    if row["published_content"] and _languages(row["content"]) != _languages(row["published_content"]):
        return "cannot", "it went out in other languages than it has in one post now; correct it by hand, or retract it"
    if editable and not (wish.reply and _was_refused(connection, row)):
        words = {"revision": row["revision"], "content": row["content"], "placed_by": wish.person.name}
        amendments.place(connection, row["key"], "edit", to_ms(wish.person.now), **words)
        held = "; ".join(holds.over(connection, row["key"]))
        return "asked", f"is edited once it is not held any more ({held})" if held else "is being edited"
    if row["published_revision"] is None:
        return "cannot", f"it is {row['state']}: ask again when it is settled, see `campaign why '{row['key']}'`"
    if wish.reply:
        return _answered(connection, row, account, wish.person)
    return "cannot", f"{row['kind']} lets nobody change a post; {_by_reply(account)}"


UNKNOWN = "its account is not configured any more"
_UNSENT = {
    "past": "it never went out: its time was over when it was first read here",
    "missed": "it never went out",
    "rejected": "it never went out: the new wording is tried by itself",
    "cancelled": "it never went out, and is no longer in the files",
}


def _why_not(connection: Connection, row: Mapping[str, Any], wish: Correction) -> str:
    """Why the wording that is known here is not what the files want to say."""
    if unreadable := holds.over(connection, row["key"], "unreadable"):
        return "; ".join(unreadable)
    if row["orphaned"]:
        return "it is no longer in the files"
    return wish.stopped.get(row["key"]) or ("" if row["content"] else str(row["reason"]))


def _is_in_doubt(row: Mapping[str, Any]) -> bool:
    return row["state"] in _LEAVING


def _languages(content: str) -> tuple[str, ...]:
    post = POST.validate_json(content)
    return (post.language, *post.also_in)


def _was_refused(connection: Connection, row: Mapping[str, Any]) -> bool:
    """True when the service would not change the post to this very wording."""
    order = amendments.of_keys(connection, [row["key"]]).get(row["key"], {})
    return (order.get("action"), order.get("state"), order.get("revision")) == ("edit", "refused", row["revision"])


def _by_reply(account: Account | None) -> str:
    answers = account is not None and account.limits.replies
    made = "it is answered with the new wording" if answers else "the correction is published as a post of its own"
    return f"with --reply {made}"


def _noted(connection: Connection, row: Mapping[str, Any], wish: Correction) -> tuple[Result, str]:
    """The new wording and its note come together: an old one is never said to be put right."""
    note, instant = wish.notes.get(row["language"]) or phrase("put_right", row["language"]), to_ms(wish.person.now)
    outlets.settle(connection, instant, row["key"])
    now = lookups.delivery_of(connection, row["key"]) or row
    if now["published_revision"] != now["revision"]:
        held = "; ".join(holds.over(connection, row["key"])) or now["reason"] or "it waits"
        return "cannot", f"its new wording is not public: {held}"
    outlets.note_correction(connection, row["key"], note, instant)
    return "done", f"follows the files, dated, with the note “{note}”"


def _answered(connection: Connection, row: Mapping[str, Any], account: Account, person: Person) -> tuple[Result, str]:
    """A post of its own that answers the wrong one; the ledger keeps it like any other, so it goes out once."""
    post = POST.validate_json(row["content"])
    said = phrase("correction", row["language"], text=post.text)
    limits = account.limits
    if not fits(said, limits):
        over = length(said, limits) - limits.characters
        return "cannot", f"the correcting reply would be {over} characters too long; write a message with reply_to"
    answers = _replies_to(connection, row["key"])
    wanted = _reply(row, replace(post, text=said, reply_to=row["key"]), len(answers) + 1)
    if any((lookups.delivery_of(connection, key) or {}).get("revision") == wanted.revision for key in answers):
        return "nothing", "it was answered with this wording already"
    outbox.insert(connection, [Change(wanted.key, None, State.PLANNED, wanted)], person.now)
    return "asked", f"the correction goes out with the next pass of `campaign run`: {wanted.key}"


def _replies_to(connection: Connection, key: str) -> list[str]:
    """The correcting replies to a post, the first one first."""
    entry, _, place = key.partition(">")
    found = [key for key in lookups.keys_like(connection, f"{entry}+correction-") if key.endswith(f">{place}")]
    return sorted(found, key=len)


def _place(row: Mapping[str, Any]) -> str:
    return f">{row['account']}:{row['language']}"


def _reply(row: Mapping[str, Any], post: Post, number: int) -> Wanted:
    kept = {name: row[name] for name in ("name", "campaign", "account", "kind", "language", "role", "page", "source")}
    entry, content = f"{row['entry']}+correction-{number}", frozen(post)
    revision = hashlib.sha256(content.encode()).hexdigest()[:32]
    none: dict[str, Any] = dict.fromkeys(("due", "own_time", "expires", "late_after"))
    return Wanted(
        key=f"{entry}{_place(row)}",
        entry=entry,
        nature=CORRECTION,
        late_then="ask",
        revision=revision,
        content=content,
        answers=row["key"],
        **kept,
        **none,
    )


# ---------------------------------------------------------------- retract


def retract(database: Database, site: Site, words: str, reason: str, person: Person) -> list[Answer]:
    """Withdraw what is out, with a reason the public may read; what is not out yet is held."""
    with database.write() as connection:
        rows = [row for key in lookups.keys_of(connection, words) if (row := lookups.delivery_of(connection, key))]
        answers = [Answer(row["key"], *_retracted(connection, row, site, (reason, person))) for row in rows]
        if scope := _whole(words, rows):  # dates that are still to be planned are meant as well
            holds.place(connection, person.now, scope, "person", reason=f"retracted: {reason}", by=person.name)
        told = [f"{answer.key}: {answer.words}" for answer in answers if answer.result != "nothing"]
        audit.record(connection, person.now, person.name, "retract", key=words, reason=reason, answers=told)
    return answers


def _whole(words: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The scope of a hold, where the words name a campaign or an entry and no single delivery."""
    if any(row["campaign"] == words for row in rows):
        return f"campaign:{words}"
    return f"entry:{words}" if any(words in (row["name"], row["entry"]) for row in rows) else ""


def _retracted(
    connection: Connection, row: Mapping[str, Any], site: Site, why: tuple[str, Person]
) -> tuple[Result, str]:
    reason, person = why
    if row["state"] in (State.RETRACTED, State.CANCELLED):
        return "nothing", f"it is {row['state']} already"
    if row["kind"] in LOCAL_KINDS and row["published_revision"] is not None:
        outlets.withdraw(connection, row["key"], reason, to_ms(person.now))
        return "done", "is withdrawn, with the reason and the day"
    words = {"reason": f"retracted: {reason}", "by": person.name}
    holds.place(connection, person.now, f"key:{row['key']}", "person", **words)
    if row["role"] != "post" and row["state"] in _OUT_OR_LEAVING:
        return "cannot", "mails that are out cannot be taken back; write a message with own_issue: true to its readers"
    torn = attempts.torn(connection, row["key"])
    if row["state"] not in _OUT_OR_LEAVING and not torn:
        return "done", "was not out: it is held and will not go out"
    account = site.accounts.get(row["account"])
    if account is None:
        return "cannot", f"{UNKNOWN}; remove it by hand on the service"
    if not account.limits.removable:
        return "cannot", f"{row['kind']} lets nobody take a post back; {_instead(row, site)}"
    amendments.place(connection, row["key"], "remove", to_ms(person.now), reason=reason, placed_by=person.name)
    if row["state"] == State.UNCERTAIN:
        return "asked", "is in doubt: it is removed as soon as it is found, and not sent again"
    return "asked", "the first posts of its thread are being removed" if torn else "is being removed"


def _instead(row: Mapping[str, Any], site: Site) -> str:
    account = site.accounts.get(row["account"])
    if account and account.limits.editable:
        return f"turn its text into a notice in the files, then `campaign correct {row['key']}`"
    return "remove it by hand on the service, or tell its readers in a new post"


# ---------------------------------------------------------------- what came of it


def results(database: Database, site: Site, answers: list[Answer]) -> list[Answer]:
    """The answers with what the networks said meanwhile."""
    with database.read() as connection:
        asked = {answer.key: answer.words for answer in answers if answer.result == "asked"}
        orders = amendments.of_keys(connection, list(asked))
        rows = {key: lookups.delivery_of(connection, key) or {} for key in orders}
        replies = {key: made for key, words in asked.items() for made in _replies_to(connection, key) if made in words}
        out = {key: made for key, made in replies.items() if lookups.is_out(connection, made)}
    told = [replace(a, result="done", words=f"answered: {out[a.key]}") if a.key in out else a for a in answers]
    return [_outcome(answer, orders.get(answer.key), rows.get(answer.key, {}), site) for answer in told]


def _outcome(answer: Answer, order: Mapping[str, Any] | None, row: Mapping[str, Any], site: Site) -> Answer:
    if answer.result != "asked" or order is None:
        return answer
    if order["state"] == "done":
        return replace(answer, result="done", words=order["outcome"])
    if order["state"] == "refused":
        instead = _instead(row, site) if order["action"] == "remove" else _by_reply(site.accounts.get(row["account"]))
        return replace(answer, result="cannot", words=f"{order['outcome']} Instead, {instead}.")
    return replace(answer, words=f"{answer.words} ({order['outcome']})" if order["outcome"] else answer.words)
