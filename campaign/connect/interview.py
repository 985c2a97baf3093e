"""What is asked to connect an account: its settings, and the secrets that the way in asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, get_args

from pydantic import SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from campaign.channels import REMOTE
from campaign.channels.authorisation import Authorisation
from campaign.channels.base import RemoteModel
from campaign.errors import CampaignError

KINDS: Mapping[str, type[RemoteModel]] = {get_args(model.model_fields["kind"].annotation)[0]: model for model in REMOTE}
"""Every kind of account that can be connected, and its settings."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for when starting; answers may be given beforehand."""

    kind: str
    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    again: bool = False
    """The account is there and gets new secrets."""
    paste: bool = False
    """The browser is on another machine."""
    back: str = ""
    """The address that the application has registered for the way back."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `words` explain it to a person who has never seen this program."""

    name: str
    words: str
    optional: bool = False


class Talk(Protocol):
    """The person at the terminal."""

    def begin(self, account: str, words: str) -> None:
        """Say what is being connected."""

    def ask(self, question: Question) -> str:
        """A plain answer."""

    def hidden(self, question: Question) -> str:
        """An answer that is not shown while it is typed."""

    def choose(self, words: str, options: Sequence[tuple[str, str]]) -> str:
        """One of (value, its name); the value."""

    def visit(self, address: str, back: str, *, listens: bool) -> None:
        """Send the person to `address` with a browser, which afterwards comes `back`."""

    def mend(self, words: str) -> None:
        """Say why an answer will not do; it is asked for again."""


class Interview:
    """Asks for what is not known yet; every answer is proved by the settings model that will read it."""

    def __init__(self, model: type[RemoteModel], wish: Wish, talk: Talk, kept: Mapping[str, str]) -> None:
        """`kept` are the account's secrets that are on disk already."""
        self.model = model
        self.wish = wish
        self.talk = talk
        self.kept = {name: value for name, value in kept.items() if name in secret_fields(model)}
        self._refuse_unknown()

    @property
    def brings_token(self) -> bool:
        """The person has one of the secrets that connecting stands for."""
        gives = self.model.authorisation.gives if self.model.authorisation else ()
        return any(self.wish.secrets.get(name) for name in gives)

    def settings(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the operator's file, those given beforehand, and what nobody has said yet and must be said."""
        given = {name: value for name, value in self.wish.settings.items() if name in self.model.model_fields}
        answers = {name: self._proved(name, value) for name, value in {**given, **known}.items()}
        if differing := [name for name in given if answers[name] != self._proved(name, given[name])]:
            raise CampaignError(f"The file says another {differing[0]} for “{self.wish.name}”. Change it there.")
        way = self.model.authorisation
        told = way.tells if way and not self.brings_token else ()
        for name, info in self.model.model_fields.items():
            if info.is_required() and name not in {"kind", *answers, *told}:
                answers[name] = self._until_good(self.talk.ask, Question(name, _words(info)))
        return answers

    def application(self, words: str, more: str, known: Mapping[str, Any]) -> str:
        """The id of the application, whether the account keeps it or not; `words` ask for it where it does not."""
        info = self.model.model_fields.get("client_id")
        told = known.get("client_id") or self.wish.settings.get("client_id")
        return str(told or self.talk.ask(Question("client_id", f"{_words(info) if info else words} {more}"))).strip()

    def secret(self, name: str, words: str = "", *, optional: bool = False, anew: bool = False) -> str:
        """A secret given beforehand, kept from before unless it is wanted `anew`, or typed unseen."""
        info = self.model.model_fields.get(name)
        if given := self.wish.secrets.get(name):
            self._proved(name, given)
            return given
        if not anew and name in self.kept:
            return self.kept[name]
        question = Question(name, _words(info) if info else words, optional)
        secret: str = self._until_good(self.talk.hidden, question, revealed=True)
        return secret

    def _until_good(self, ask: Callable[[Question], str], question: Question, *, revealed: bool = False) -> Any:
        while True:
            answer = ask(question).strip()
            try:
                value = self._proved(question.name, answer) if answer else ""
            except CampaignError as error:
                self.talk.mend(str(error))
                continue
            return answer if revealed else value

    def _proved(self, name: str, value: Any) -> Any:
        """The value as the model has it; a mistake is told without quoting it."""
        info = self.model.model_fields.get(name)
        if info is None:
            return value
        reader: TypeAdapter[Any] = TypeAdapter(info.rebuild_annotation())
        try:
            return reader.validate_python(_parts(info, value))
        except ValidationError as error:
            told = error.errors(include_input=False, include_url=False)[0]["msg"].removeprefix("Value error, ")
            raise CampaignError(f"{name}: {told}") from None

    def _refuse_unknown(self) -> None:
        hidden, plain = secret_fields(self.model), set(self.model.model_fields) - {"kind"}
        way = self.model.authorisation
        if isinstance(way, Authorisation):
            passing = ({"client_id"}, {"client_secret"})
        else:
            passing = (set(), {"password"} if way else set())
        for name in self.wish.settings:
            if name in hidden:
                raise CampaignError(f"“{name}” is a secret: leave it out to be asked, or write --secret {name}=-")
            self._refuse(name, (plain - hidden) | passing[0])
        for name in self.wish.secrets:
            self._refuse(name, hidden | passing[1])

    def _refuse(self, name: str, known: set[str]) -> None:
        if name not in known:
            words = ", ".join(sorted(known)) or "none"
            raise CampaignError(f"An account of kind “{self.wish.kind}” has no “{name}”; there are: {words}.")


def secret_fields(model: type[RemoteModel]) -> set[str]:
    """The fields that never stand in the operator's file."""
    return {name for name, info in model.model_fields.items() if SecretStr.__name__ in str(info.annotation)}


def _words(info: FieldInfo) -> str:
    return info.description or ""


def _parts(info: FieldInfo, value: Any) -> Any:
    """`lv,en` for a setting that holds several."""
    several = "tuple" in str(info.annotation) and isinstance(value, str)
    return tuple(part.strip() for part in value.split(",")) if several else value
