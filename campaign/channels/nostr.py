"""Nostr: signed notes on several relays."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from campaign.channels import chain, hosted
from campaign.channels.account import revealed
from campaign.channels.base import Channel, Opening, RemoteModel, key_of
from campaign.channels.exchange import Reply, Request, accepted
from campaign.channels.nostr_keys import Event, npub, private_key, public_key, secret_key, signed
from campaign.errors import AccountBlocked, DeliveryError, Rejected, Transient, Uncertain
from campaign.model import Attempt, Limits, Picture, Post, Receipt, Segment

LIMITS = Limits(
    characters=3_500,
    images=4,
    hosted=True,
    warnings=True,
    threads=True,
    replies=True,
    editable=False,
)
"""Relays set their own limits; some take 4096 characters, the addresses of the pictures among them."""
NOTE, DELETION = 1, 5
Outcomes = Mapping[str, bool | DeliveryError]
WAIT = frozenset({"rate-limited"})
BLOCKED = frozenset({"auth-required", "blocked", "pow", "restricted"})
"""What a relay says before the colon when it takes nothing from this key, or not without more."""


def relay_address(value: str) -> str:
    """The address, if it is ws(s) with a host, a port that exists and nothing secret; without the slash at the end."""
    bare = value.strip().rstrip("/")
    parts = urlsplit(bare)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname or parts.port == 0:
        raise ValueError("a relay's address starts with wss:// and a host name")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("a relay's address has no user name, password, ? or #")
    return bare


def all_different(relays: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(relays)) != len(relays):
        raise ValueError("every relay is named once")
    return relays


Relay = Annotated[str, AfterValidator(relay_address)]
Relays = Annotated[tuple[Relay, ...], Field(min_length=1, max_length=8), AfterValidator(all_different)]
PrivateKey = Annotated[SecretStr, AfterValidator(private_key)]


class NostrSettings(RemoteModel):
    """A key pair on Nostr, and the relays that carry its notes."""

    transport: ClassVar[str] = "websocket"
    needs: ClassVar[tuple[str, ...]] = ("private_key",)

    kind: Literal["nostr"]
    """The service."""
    relays: Relays
    """The relays that notes are sent to, as `wss://relay.example`; one to eight."""
    private_key: PrivateKey | None = None
    """Signs every note: `nsec1…`, or 64 hexadecimal digits. It can never be replaced or revoked."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    def open(self, opening: Opening) -> Channel:
        return Nostr(self, opening)

    @staticmethod
    def pretended(request: Request) -> Reply:
        return hosted.pretended(request) or _pretended(request)


class Nostr:
    """Publishes notes (kind 1) on every relay of the account.

    Not twice: a note's id is the hash of all it says, its time included. The signed note is stored before it first
    goes out, so a repeat of what may be out is the very same note, which a relay stores once and clients show once. A
    relay that has it answers `duplicate:`, which is success, and can be asked for its id.
    One relay is enough for a note to be out; the others are named in the receipt's warning. A lost answer is in doubt
    all the same, though a repeat is harmless: only a doubtful delivery keeps its words until it is settled.
    Two deliveries with the same words in the same second stay two notes because of their `nonce`.
    https://github.com/nostr-protocol/nips/blob/master/01.md
    """

    look_ups = 1
    longest = 120.0

    def __init__(self, settings: NostrSettings, opening: Opening) -> None:
        self.limits = settings.limits
        self._relays = settings.relays
        self._secret = secret_key(revealed(settings.private_key)) if settings.private_key else b""
        self._exchange = opening.exchange
        self._hosting = hosted.Hosting(opening.exchange, opening.base_url)
        self._clock = opening.clock

    def service_key(self, key: str, revision: str, due_ms: int) -> str:  # only services that date their keys need it
        return key_of(key, revision)[:32]

    def send(self, attempt: Attempt) -> Receipt:
        return chain.in_turn(attempt, partial(self._publish, attempt), self.remove)

    def find(self, attempt: Attempt) -> Receipt | None:
        """On any relay, by its id; absence is proved by all of them."""
        if complete := chain.finished(attempt, None):
            return complete
        number, _ = chain.doubtful(attempt)
        stored = attempt.notes.get(f"event-{chain.name_of(attempt, number)}")
        if not stored:
            return None
        event = json.loads(stored)
        request = partial(_question, {"ids": [event["id"]]}, "looking for the note")
        outcomes = self._everywhere(self._relays, request, partial(_has, event["id"]))
        found = True in outcomes.values()
        if not found and (trouble := _worst(outcomes.values())):
            raise trouble
        return chain.finished(attempt, _receipt(event, outcomes, doubt=DeliveryError) if found else None)

    def edit(self, receipt: Receipt, attempt: Attempt) -> Receipt:
        raise Rejected("A note on Nostr cannot be changed; answer it with a correction, or retract it.")

    def remove(self, receipt: Receipt) -> None:
        """Ask the relays to delete: each that has the note, or may have it, must have heard it, also a former one."""
        for part in reversed(chain.parts_of(receipt)):
            tags = [["e", part.remote_id], ["k", str(NOTE)]]
            event = signed(self._secret, DELETION, int(self._clock().timestamp()), tags, "")
            concerned = part.data["relays"].split()
            relays = dict.fromkeys([*self._relays, *concerned])
            outcomes = self._everywhere(relays, partial(_offer, event, "removing the note"), _taken)
            if trouble := _worst(outcomes[relay] for relay in concerned):
                blocked_there_alone = isinstance(trouble, AccountBlocked) and True in outcomes.values()
                raise Rejected(str(trouble)) if blocked_there_alone else trouble

    def check(self) -> str:
        """That the relays answer; whether they take notes of this key shows only when one is sent."""
        author = public_key(self._secret)
        request = partial(_question, {"authors": [author], "limit": 1}, "looking whether the relay answers")
        outcomes = self._everywhere(self._relays, request, partial(_has, ""))
        silent = [relay for relay, outcome in outcomes.items() if isinstance(outcome, DeliveryError)]
        trouble = _worst(outcomes.values())
        if trouble and len(silent) == len(outcomes):
            raise trouble
        said = f"{npub(author)} on {len(outcomes) - len(silent)} of {len(outcomes)} relays"
        return f"{said}; no answer from {', '.join(silent)}" if silent else said

    def _publish(self, attempt: Attempt, number: int, segment: Segment, answered: Receipt | None) -> Receipt:
        name = chain.name_of(attempt, number)
        event = self._event(attempt, name, segment, answered)
        request = partial(_offer, event, "publishing the note", publishes=True)
        outcomes = self._everywhere(self._relays, request, _taken)
        if True not in outcomes.values() and (trouble := _worst(outcomes.values())):
            if event["sig"] and not isinstance(trouble, Uncertain) and not attempt.notes.get(f"event-{name}"):
                attempt.note(f"event-{name}", "")  # nobody has it: the next try is dated when it is made
            raise trouble
        return _receipt(event, outcomes, doubt=Uncertain)

    def _event(self, attempt: Attempt, name: str, segment: Segment, answered: Receipt | None) -> Event:
        """The signed note, the same one in every try once a relay may have it."""
        if stored := attempt.notes.get(f"event-{name}"):
            return cast(Event, json.loads(stored))
        addresses = [self._hosting.address(picture) for picture in segment.pictures]
        tags = [
            ["nonce", f"{attempt.service_key}{name}", "0"],
            *_said_about(attempt.post, segment),
            *_answering(answered),
            *map(_described, addresses, segment.pictures),
        ]
        content = "\n\n".join([segment.text, *(["\n".join(addresses)] if addresses else [])])
        event = signed(self._secret, NOTE, int(attempt.now.timestamp()), tags, content)
        if event["sig"]:
            attempt.note(f"event-{name}", json.dumps(event, ensure_ascii=False))
        return event

    def _everywhere(
        self, relays: Iterable[str], request: Callable[[str], Request], read: Callable[[Reply], bool]
    ) -> Outcomes:
        """Relay → what it said, or why it said nothing."""
        outcomes: dict[str, bool | DeliveryError] = {}
        for relay in relays:
            try:
                outcomes[relay] = read(accepted(self._exchange(request(relay))))
            except DeliveryError as error:
                outcomes[relay] = error
        return outcomes


# ---------------------------------------------------------------- what is said


def _said_about(post: Post, segment: Segment) -> Iterator[list[str]]:
    """Tags for the languages, the hashtags and the warning."""
    languages = dict.fromkeys(tag.partition("-")[0].lower() for tag in (post.language, *post.also_in))
    yield ["L", "ISO-639-1"]
    yield from (["l", language, "ISO-639-1"] for language in languages)
    words = dict.fromkeys(tag.removeprefix("#").lower() for tag in post.hashtags if tag in segment.text)
    yield from (["t", word] for word in words)
    if post.content_warning:
        yield ["content-warning", post.content_warning]


def _answering(answered: Receipt | None) -> Iterator[list[str]]:
    """Both ends of the conversation: https://github.com/nostr-protocol/nips/blob/master/10.md"""
    if answered is None:
        return
    relay = answered.data["relays"].partition(" ")[0]
    yield ["e", answered.data["root"], relay, "root"]
    if answered.remote_id != answered.data["root"]:
        yield ["e", answered.remote_id, relay, "reply"]
    yield ["p", answered.data["author"]]


def _described(address: str, picture: Picture) -> list[str]:
    size = f"dim {picture.width}x{picture.height}"
    return ["imeta", f"url {address}", f"m {picture.media_type}", size, f"alt {picture.alt}"]


def _receipt(event: Mapping[str, Any], outcomes: Outcomes, doubt: type[DeliveryError]) -> Receipt:
    """It names the relays that a removal has to reach: that have the note, or may have it as they ended in `doubt`."""
    root = next((tag[1] for tag in event["tags"] if tag[0] == "e"), event["id"])
    having = [relay for relay, outcome in outcomes.items() if outcome is True]
    doubtful = [relay for relay, outcome in outcomes.items() if isinstance(outcome, doubt)]
    lacking = [relay for relay in outcomes if relay not in {*having, *doubtful}]
    data = {"root": root, "author": event["pubkey"], "relays": " ".join([*having, *doubtful])}
    told = {"Not": lacking, "Perhaps not": doubtful}
    if warning := " ".join(f"{words} on {', '.join(relays)}." for words, relays in told.items() if relays):
        data["warning"] = warning
    return Receipt(event["id"], data=data)


# ---------------------------------------------------------------- what relays answer


def _offer(event: Event, doing: str, relay: str, *, publishes: bool = False) -> Request:
    return Request("EVENT", relay, doing, json=event, publishes=publishes)


def _question(wanted: Mapping[str, object], doing: str, relay: str) -> Request:
    return Request("REQ", relay, doing, json=["campaign", wanted])


def _has(event_id: str, reply: Reply) -> bool:
    """True when one of the events it gave is the wanted one; a question that is refused proves nothing."""
    messages = json.loads(reply.body)
    if messages[-1][0] == "CLOSED":
        raise _refusal(reply, str(messages[-1][-1]))
    events = [message[-1] for message in messages if message[0] == "EVENT"]
    return any(isinstance(event, dict) and event.get("id") == event_id for event in events)


def _taken(reply: Reply) -> bool:
    """A relay that had the event already says so, by the standard as a success and in places as a failure."""
    answer = [*json.loads(reply.body)[-1], "", "", ""]
    if answer[2] is True or str(answer[3]).startswith("duplicate:"):
        return True
    raise _refusal(reply, str(answer[3]))


def _refusal(reply: Reply, said: str) -> DeliveryError:
    """Told apart by the word before the colon, which the standard fixes; `error` may have happened after storing."""
    word = said.partition(":")[0]
    reason = f"{urlsplit(reply.request.url).hostname} answered while {reply.request.doing}: “{said[:300]}”."
    if word in WAIT:
        return Transient(reason)
    if word in BLOCKED:
        return AccountBlocked(reason)
    if word == "error":
        return Uncertain(reason) if reply.request.publishes else Transient(reason)
    return Rejected(reason)


def _worst(outcomes: Iterable[object]) -> DeliveryError | None:
    """The error that decides what happens next: doubt first, then what waiting may mend."""
    errors = [outcome for outcome in outcomes if isinstance(outcome, DeliveryError)]
    order = (Uncertain, Transient, Rejected, AccountBlocked)
    return min(errors, key=lambda error: [isinstance(error, kind) for kind in order].index(True), default=None)


# ---------------------------------------------------------------- for the recorder


def _pretended(request: Request) -> Reply:
    """What a relay would answer."""
    event = request.json if isinstance(request.json, dict) else {}
    answers = [["OK", event["id"], True, ""]] if request.method == "EVENT" else [["EOSE", "campaign"]]
    return Reply(request, 200, body=json.dumps(answers).encode())
