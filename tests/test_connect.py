"""Accounts are connected as a person would: let in by strict services, proved, and only then kept."""

import datetime as dt
import json
import threading
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from campaign.channels.authorisation import Client, Journey
from campaign.channels.tokens import TokenFolder
from campaign.connect import KINDS, Connected, Wish, connect
from campaign.connect.checks import ending, look, threshold
from campaign.connect.interview import Question
from campaign.connect.keeping import proposed
from campaign.connect.redirect import Listener, listening
from campaign.daemon import Daemon
from campaign.errors import CampaignError
from campaign.model import Account, Limits
from campaign.workspace import open_workspace
from tests.fakes import graph, linkedin, mastodon, x
from tests.fakes.authority import CLIENT, OUT_OF_BAND, SHORT, Dialect, FakeAuthority
from tests.fakes.bluesky import HANDLE, PASSWORD, FakeBluesky
from tests.fakes.server import FakeServer
from tests.servers import free_port
from tests.workspaces import CONFIG, KICKOFF, make_workspace, open_virtual

CANARY = "kanarijputnins"
SITE = "https://kampana.example/"
USUAL = "http://127.0.0.1:9999/"
DAY = 86_400


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass
class Person:
    """Answers by what is asked for, and has a browser."""

    answers: dict[str, str]
    authority: FakeAuthority | None = None
    pastes: Callable[[str], str] = lambda address: address
    asked: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    ended: str = ""

    def begin(self, account: str, words: str) -> None:
        self.shown.append(words)

    def ask(self, question: Question) -> str:
        assert question.words, question
        self.asked.append(question.name)
        return self.answers[question.name]

    def hidden(self, question: Question) -> str:
        if question.name == "answer":
            return self.pastes(self.ended)
        return self.ask(question)

    def choose(self, words: str, options: Sequence[tuple[str, str]]) -> str:
        self.asked.append(words)
        return self.answers["choice"]

    def visit(self, address: str, back: str, *, listens: bool) -> None:
        assert self.authority
        if listens:
            threading.Thread(target=self.authority.browse, args=(address,), daemon=True).start()
        else:
            self.ended = self.authority.browse(address)

    def mend(self, words: str) -> None:
        self.mended.append(words)


@dataclass
class Case:
    """A kind whose service lets us in through a browser."""

    service: Callable[[], FakeServer]
    dialect: Dialect
    answers: dict[str, str] = field(default_factory=dict)
    who: str = ""
    table: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    back: str = ""


META = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
CASES = {
    "mastodon": Case(
        mastodon.FakeMastodon,
        Dialect(
            "{url}/oauth/authorize",
            "/oauth/token",
            "write:statuses write:media read:statuses read:accounts",
            {"access_token": mastodon.TOKEN, "scope": "write", "created_at": 1},
        ),
        who="@kampana on 127.0.0.1",
        secrets={"token": mastodon.TOKEN},
    ),
    "x": Case(
        x.FakeX,
        Dialect(
            "https://x.com/i/oauth2/authorize",
            "/2/oauth2/token",
            "tweet.read tweet.write users.read media.write offline.access",
            {"access_token": x.TOKEN, "refresh_token": x.REFRESH, "expires_in": 7200},
            in_header=True,
            back=(USUAL,),
            client=x.CLIENT,
        ),
        answers={"client_id": x.CLIENT[0], "client_secret": x.CLIENT[1]},
        who="@kampana on X",
        table={"client_id": x.CLIENT[0]},
        secrets={"client_secret": x.CLIENT[1]},
        tokens={"access": x.TOKEN, "refresh": x.REFRESH},
    ),
    "linkedin": Case(
        linkedin.FakeLinkedIn,
        Dialect(
            "{url}/oauth/v2/authorization",
            "/oauth/v2/accessToken",
            "w_organization_social r_organization_social",
            {
                "access_token": linkedin.TOKEN,
                "expires_in": 60 * DAY,
                "refresh_token": linkedin.REFRESH,
                "refresh_token_expires_in": 365 * DAY,
            },
            challenge=False,
            back=(USUAL,),
        ),
        answers={**META, "organization": linkedin.ORGANIZATION},
        who=f"organisation {linkedin.ORGANIZATION} on LinkedIn",
        table={"organization": linkedin.ORGANIZATION, "client_id": CLIENT[0]},
        secrets={"client_secret": CLIENT[1]},
        tokens={"access": linkedin.TOKEN, "refresh": linkedin.REFRESH},
    ),
    "facebook": Case(
        graph.FakeFacebook,
        Dialect(
            "https://www.facebook.com/v25.0/dialog/oauth",
            "/v25.0/oauth/access_token",
            "pages_show_list,pages_manage_posts,pages_read_engagement",
            {"access_token": SHORT, "expires_in": 5000},
            challenge=False,
            back=(SITE,),
        ),
        answers={**META, "choice": graph.NODE},
        who="Glāžšķūņu rūķīši on Facebook",
        table={"page_id": graph.NODE},
        secrets={"token": graph.TOKEN},
    ),
    "instagram": Case(
        graph.FakeInstagram,
        Dialect(
            "https://www.instagram.com/oauth/authorize",
            "/oauth/access_token",
            "instagram_business_basic,instagram_business_content_publish",
            {"data": [{"access_token": SHORT, "user_id": "999", "permissions": ""}]},
            challenge=False,
            back=(SITE,),
        ),
        answers=META,
        who="@rukisi on Instagram",
        table={"user_id": graph.NODE},
        secrets={"token": graph.TOKEN},
    ),
    "threads": Case(
        graph.FakeThreads,
        Dialect(
            "https://threads.net/oauth/authorize",
            "/oauth/access_token",
            "threads_basic,threads_content_publish,threads_read_replies,threads_manage_replies,threads_delete",
            {"access_token": SHORT, "user_id": 100200300},
            challenge=False,
            back=(SITE,),
        ),
        answers=META,
        who="@rukisi on Threads",
        table={"user_id": graph.NODE},
        secrets={"token": graph.TOKEN},
    ),
}


@dataclass
class World:
    """A workspace, a service with its authority in front, and a person with a browser."""

    kind: str
    root: Path
    authority: FakeAuthority
    person: Person

    @property
    def case(self) -> Case:
        return CASES[self.kind]

    def connect(self, name: str = "", **more: Any) -> Connected:
        """Where the way back is registered beforehand, on a port of this test's own."""
        if self.case.dialect.back == (USUAL,) and not {"back", "paste"} & set(more):
            more["back"] = f"http://127.0.0.1:{free_port()}/"
            self.authority.clients[self.case.dialect.client[0]]["back"].append(more["back"])
        given = {"server": self.authority.url}
        if "login" in KINDS[self.kind].model_fields:
            given["login"] = self.authority.url
        wish = Wish(self.kind, name or self.kind, given | more.pop("settings", {}), **more)
        return connect(open_workspace(self.root), wish, self.person, now)

    @property
    def secrets(self) -> dict[str, str]:
        return secrets_in(self.root)

    @property
    def tokens(self) -> dict[str, str]:
        file = self.root / f"config/secrets/tokens/{self.kind}.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    @property
    def table(self) -> dict[str, Any]:
        return dict(tables(self.root).get(self.kind, {}))


def secrets_in(root: Path) -> dict[str, str]:
    folder = root / "config" / "secrets"
    return {file.name: file.read_text().strip() for file in folder.glob("*_*")} if folder.exists() else {}


def tables(root: Path) -> dict[str, Any]:
    return dict(tomllib.loads((root / "config/campaign.toml").read_text())["accounts"])


def everything_in(root: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in root.rglob("*") if file.is_file() and file.suffix != ".lock"}


SMALL = CONFIG.split("[accounts.mastodon]")[0]


def world_of(kind: str, root: Path, stack: ExitStack) -> World:
    case = CASES[kind]
    service = stack.enter_context(case.service())
    authority = stack.enter_context(FakeAuthority(service, case.dialect))
    authority.mood.pages = [
        {"id": "55", "name": "Cita lapa", "access_token": f"{CANARY}-cits"},
        {"id": graph.NODE, "name": "Glāžšķūņu rūķīši", "access_token": graph.TOKEN},
    ]
    reachable = f'reachable = ["{authority.address}"]\n'
    make_workspace(root, config=SMALL.replace("[accounts.feed]", f"{reachable}[accounts.feed]"))
    return World(kind, root, authority, Person(dict(case.answers), authority))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture(params=sorted(CASES))
def world(request: pytest.FixtureRequest, tmp_path: Path, stack: ExitStack) -> World:
    return world_of(request.param, tmp_path, stack)


def a_world(kind: str) -> Any:
    return pytest.mark.parametrize("world", [kind], indirect=True)


# ---------------------------------------------------------------- being let in


def test_an_account_is_connected_through_a_browser_and_proved(world: World) -> None:
    connected = world.connect()
    assert connected.who.startswith(world.case.who)
    assert world.secrets == {f"{world.kind}_{name}": value for name, value in world.case.secrets.items()}
    assert world.table.items() >= {"kind": world.kind, **world.case.table}.items()
    assert world.tokens.items() >= world.case.tokens.items()
    assert [standing.state for standing in look(world.root, [world.kind], now)] == ["ok"]


def test_nothing_secret_stands_in_the_file_or_is_told(world: World) -> None:
    connected = world.connect()
    told = f"{connected} {world.person.shown} {(world.root / 'config/campaign.toml').read_text()}"
    assert CANARY not in told


def test_secrets_are_readable_by_nobody_else(world: World) -> None:
    world.connect()
    folder = world.root / "config" / "secrets"
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_where_access_is_refused_nothing_is_kept(world: World) -> None:
    world.authority.mood.allows = False
    before = everything_in(world.root)
    with pytest.raises(CampaignError, match="access_denied"):
        world.connect()
    assert everything_in(world.root) == before


def test_where_the_code_is_refused_nothing_is_kept_and_no_secret_is_repeated(world: World) -> None:
    world.authority.mood.forgets_codes = True
    before = everything_in(world.root)
    with pytest.raises(CampaignError, match="invalid_grant") as refused:
        world.connect()
    assert CANARY not in str(refused.value)
    assert everything_in(world.root) == before


@pytest.mark.parametrize("world", sorted(set(CASES) - {"mastodon"}), indirect=True)
def test_a_wrong_secret_of_the_application_is_told_as_that(world: World) -> None:
    world.authority.clients[world.case.dialect.client[0]]["secret"] = "another"
    with pytest.raises(CampaignError, match="id or secret is not right"):
        world.connect()
    assert not world.secrets


def test_an_account_that_the_service_does_not_take_is_not_kept(world: World) -> None:
    world.authority.service.answer = lambda seen: graph.refusal(190, status=401)  # type: ignore[method-assign]
    before = everything_in(world.root)
    with pytest.raises(CampaignError, match="Nothing was kept"):
        world.connect()
    assert everything_in(world.root) == before


def test_connecting_again_replaces_the_secrets_and_keeps_the_file_to_the_letter(world: World) -> None:
    world.connect()
    before = (world.root / "config/campaign.toml").read_bytes()
    for file in (world.root / "config/secrets").glob("*_token"):
        file.write_text("vecs")
    world.connect(again=True)
    assert (world.root / "config/campaign.toml").read_bytes() == before
    assert world.secrets == {f"{world.kind}_{name}": value for name, value in world.case.secrets.items()}


def test_a_name_that_is_taken_is_refused_before_anything_is_asked(world: World) -> None:
    world.connect()
    world.person.asked.clear()
    with pytest.raises(CampaignError, match="--again"):
        world.connect()
    assert not world.person.asked


def test_two_accounts_of_a_kind_have_secrets_of_their_own(world: World) -> None:
    world.connect()
    world.connect("otrs")
    assert {"kind": world.kind}.items() <= tables(world.root)["otrs"].items()
    assert {name.partition("_")[0] for name in world.secrets} == {world.kind, "otrs"}


# ---------------------------------------------------------------- the way back


@pytest.mark.parametrize("world", ["mastodon", "x", "linkedin"], indirect=True)
def test_with_a_browser_elsewhere_its_address_is_pasted(world: World) -> None:
    assert world.connect(paste=True).who.startswith(world.case.who)


@a_world("mastodon")
def test_a_service_that_shows_the_code_is_asked_to(world: World) -> None:
    world.connect(paste=True)
    assert world.authority.clients["klients-0"]["back"] == [OUT_OF_BAND]
    assert "://" not in world.person.ended


@a_world("facebook")
def test_what_a_service_hangs_on_to_the_address_is_no_part_of_the_code(world: World) -> None:
    world.person.pastes = lambda address: f"  {address}#_=_\n"
    assert world.connect().who == world.case.who


@a_world("facebook")
@pytest.mark.parametrize(
    "address",
    [
        "https://kampana.example/?code=svess-kods&state=svess",
        "https://kampana.example/?code=svess-kods",
        "https://kampana.example/",
    ],
)
def test_the_answer_to_another_attempt_is_not_taken(world: World, address: str) -> None:
    world.person.pastes = lambda _: address
    with pytest.raises(CampaignError, match="not the answer to this attempt"):
        world.connect()
    assert world.authority.truth() == {"redeemed": []}


@a_world("mastodon")
def test_only_the_right_answer_ends_the_waiting(world: World) -> None:
    pages: list[tuple[int, str]] = []

    def visit(address: str, back: str, *, listens: bool) -> None:
        def go() -> None:
            pages.extend(get(back + path) for path in ("favicon.ico", "?code=svess&state=svess", "?code=svess", ""))
            pages.append(get(world.authority.browse(address)))

        threading.Thread(target=go, daemon=True).start()

    world.person.visit = visit  # type: ignore[method-assign]
    assert world.connect().who.startswith(world.case.who)
    assert [status for status, _ in pages[:4]] == [404] * 4


@pytest.mark.parametrize(
    ("answer", "words"),
    [("?code=k&state=v", "You can close this window"), ("?error=access_denied&state=v", "not allowed")],
)
def test_the_browser_is_told_in_plain_words_how_it_ended(answer: str, words: str) -> None:
    pages: list[tuple[int, str]] = []
    with listening("http://127.0.0.1:0/") as listener:
        visitor = threading.Thread(target=lambda: pages.append(get(listener.address + answer)))
        visitor.start()
        with suppress(CampaignError):
            assert listener.code(Journey(Client("a"), listener.address, "v", "w")) == "k"
        visitor.join()
    [(status, page)] = pages
    assert (status, words in page, "code=k" in page) == (200, True, False)


def test_a_port_that_is_taken_is_told_in_words() -> None:
    with listening("http://127.0.0.1:0/") as listener, pytest.raises(CampaignError, match="in use here"):
        Listener(listener.server_port, "/")


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


# ---------------------------------------------------------------- which account it is


@a_world("facebook")
def test_of_several_pages_one_is_chosen(world: World) -> None:
    world.connect()
    assert world.person.asked[-1] == "Which Page?"
    assert CANARY not in str(world.person.asked)


@a_world("facebook")
def test_the_only_page_is_taken_without_a_question(world: World) -> None:
    del world.authority.mood.pages[0]
    world.connect()
    assert "Which Page?" not in world.person.asked


@a_world("facebook")
def test_somebody_without_a_page_is_told_so(world: World) -> None:
    world.authority.mood.pages.clear()
    with pytest.raises(CampaignError, match="does not let this person manage any Page"):
        world.connect()


@a_world("facebook")
def test_the_page_that_the_file_names_is_not_asked_for_again(world: World) -> None:
    world.connect()
    world.person.asked.clear()
    world.connect(again=True)
    assert "Which Page?" not in world.person.asked


@pytest.mark.parametrize("world", ["instagram", "threads"], indirect=True)
def test_a_browser_signed_in_as_somebody_else_connects_nothing(world: World) -> None:
    before = everything_in(world.root)
    with pytest.raises(CampaignError, match="into another account"):
        world.connect(settings={"user_id": "7"})
    assert everything_in(world.root) == before


# ---------------------------------------------------------------- tokens that change


@a_world("x")
def test_secrets_from_before_do_not_come_back(world: World) -> None:
    world.connect()
    for name in ("x_refresh_token", "x_token"):
        (world.root / "config/secrets" / name).write_text("vecs")
    world.connect(again=True)
    assert list(world.secrets) == ["x_client_secret"]
    assert look(world.root, ["x"], now)[0].state == "ok"


@a_world("x")
def test_a_refresh_token_put_in_by_hand_later_takes_over(world: World) -> None:
    world.connect()
    service = world.authority.service
    service.state |= {"access": {}, "refresh": f"{CANARY}-jauns"}
    assert look(world.root, ["x"], now)[0].state == "blocked"
    (world.root / "config/secrets/x_refresh_token").write_text(f"{CANARY}-jauns")
    service.state["refresh"] = f"{CANARY}-jauns"
    assert look(world.root, ["x"], now)[0].state == "ok"


@a_world("x")
def test_the_applications_secret_is_not_asked_for_twice(world: World) -> None:
    world.connect()
    world.person.asked.clear()
    world.connect(again=True)
    assert world.person.asked == []


@a_world("x")
def test_an_application_without_a_secret_connects_too(world: World) -> None:
    world.authority.clients[world.case.dialect.client[0]]["secret"] = ""
    world.person.answers["client_secret"] = ""
    world.connect()
    assert world.secrets == {}
    assert world.tokens["refresh"] == x.REFRESH


@a_world("linkedin")
def test_the_fixed_end_of_a_connection_is_known(world: World) -> None:
    connected = world.connect()
    assert connected.ends is not None
    assert (connected.ends - now()).days == 364


@a_world("linkedin")
def test_connecting_anew_without_a_refresh_token_keeps_nothing_of_the_old_one(world: World) -> None:
    world.connect()
    grant = {"access_token": linkedin.TOKEN, "expires_in": 60 * DAY}
    world.authority.dialect = replace(world.authority.dialect, grant=grant)
    connected = world.connect(again=True)
    assert not world.tokens.get("refresh")
    assert connected.ends is not None
    assert (look(world.root, ["linkedin"], now)[0].ends, (connected.ends - now()).days) == (connected.ends, 59)


@pytest.mark.parametrize("world", ["instagram", "threads"], indirect=True)
def test_a_token_of_sixty_days_has_an_end(world: World) -> None:
    connected = world.connect()
    assert connected.ends is not None
    assert 57 <= (connected.ends - now()).days <= 60


# ---------------------------------------------------------------- answers given beforehand, and pasted secrets


def bluesky(root: Path, server: FakeServer, answers: dict[str, str], **more: Any) -> Person:
    make_workspace(root, config=SMALL.replace("[accounts.feed]", f'reachable = ["{server.address}"]\n[accounts.feed]'))
    person = Person(answers)
    given = {"server": server.url} | more.pop("settings", {})
    connect(open_workspace(root), Wish("bluesky", "zils", given, **more), person, now)
    return person


@pytest.fixture
def blue() -> Iterator[FakeBluesky]:
    with FakeBluesky() as server:
        yield server


def test_an_account_without_a_browser_asks_for_its_secret(tmp_path: Path, blue: FakeBluesky) -> None:
    person = bluesky(tmp_path, blue, {"handle": HANDLE, "app_password": PASSWORD})
    assert person.asked == ["handle", "app_password"]
    assert secrets_in(tmp_path) == {"zils_app_password": PASSWORD}
    assert tables(tmp_path)["zils"] == {"kind": "bluesky", "server": blue.url, "handle": HANDLE}


def test_the_session_that_proved_an_account_is_kept_for_its_posts(tmp_path: Path, blue: FakeBluesky) -> None:
    bluesky(tmp_path, blue, {"handle": HANDLE, "app_password": PASSWORD})
    look(tmp_path, ["zils"], now)
    assert len(blue.calls("POST /xrpc/com.atproto.server.createSession")) == 1


def test_a_new_password_is_proved_by_itself_and_not_by_the_old_session(tmp_path: Path, blue: FakeBluesky) -> None:
    bluesky(tmp_path, blue, {"handle": HANDLE, "app_password": PASSWORD})
    with pytest.raises(CampaignError, match="Nothing was kept"):
        bluesky(tmp_path, blue, {"app_password": f"{CANARY}-nepareiza"}, again=True, settings={"handle": HANDLE})
    assert secrets_in(tmp_path) == {"zils_app_password": PASSWORD}


def test_answers_given_beforehand_are_not_asked_for(tmp_path: Path, blue: FakeBluesky) -> None:
    given = {"settings": {"handle": HANDLE, "languages": "lv, en"}, "secrets": {"app_password": PASSWORD}}
    assert bluesky(tmp_path, blue, {}, **given).asked == []
    assert tables(tmp_path)["zils"]["languages"] == ["lv", "en"]


def test_an_account_with_no_settings_of_its_own_gets_a_new_secret_as_well(tmp_path: Path, blue: FakeBluesky) -> None:
    make_workspace(
        tmp_path, config=SMALL.replace("[accounts.feed]", f'reachable = ["{blue.address}"]\n[accounts.feed]')
    )
    for number in (1, 2):
        given = {"webhook_url": f"{blue.url}/workflows/{CANARY}-{number}"}
        connect(open_workspace(tmp_path), Wish("teams", "biroja", {}, given, again=number > 1), Person({}), now)
    assert secrets_in(tmp_path) == {"biroja_webhook_url": f"{blue.url}/workflows/{CANARY}-2"}
    assert tables(tmp_path)["biroja"] == {"kind": "teams"}


def test_a_token_made_by_hand_needs_no_browser(tmp_path: Path, stack: ExitStack) -> None:
    world = world_of("facebook", tmp_path, stack)
    world.person = Person({"page_id": graph.NODE})
    world.connect(secrets={"token": graph.TOKEN})
    assert world.person.asked == ["page_id"]
    assert world.secrets == {"facebook_token": graph.TOKEN}


def test_an_answer_that_will_not_do_is_asked_for_again_and_never_quoted(tmp_path: Path) -> None:
    make_workspace(tmp_path, config=SMALL)
    answers = iter(["arhivs.example", "https://arhivs.example/a", f"whsec_{CANARY}", f"whsec_{'a2FuYXJp' * 4}"])
    person = Person({})
    person.ask = lambda question: next(answers)  # type: ignore[method-assign]
    with pytest.raises(CampaignError, match="could not be reached"):
        connect(open_workspace(tmp_path), Wish("webhook", "arhivs"), person, now)
    assert [words.partition(":")[0] for words in person.mended] == ["url", "secret"]
    assert CANARY not in str(person.mended)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish("myspace", "x"), "There is no kind “myspace” to connect"),
        (Wish("feed", "x"), "There is no kind “feed” to connect"),
        (Wish("mastodon", "all"), "cannot be the name of an account"),
        (Wish("mastodon", "Galvenais"), "cannot be the name of an account"),
        (Wish("mastodon", "feed"), "There is an account “feed” already"),
        (Wish("mastodon", "feed", again=True), "is of kind “feed”"),
        (Wish("mastodon", "x", {"sever": "https://a.example"}), "has no “sever”; there are: .*server"),
        (Wish("mastodon", "x", {"token": CANARY}), "is a secret"),
        (Wish("mastodon", "x", {"server": "a.example"}), "server: an address starts with https://"),
        (Wish("mastodon", "x", {"visibility": "all"}), "visibility: "),
        (Wish("mastodon", "x", {}, {"app_password": CANARY}), "has no “app_password”"),
        (
            Wish("webhook", "x", {"url": "https://a.example/"}, {"secret": CANARY}),
            "secret: a webhook's secret is whsec_",
        ),
    ],
)
def test_what_cannot_be_is_told_before_anything_happens(tmp_path: Path, wish: Wish, words: str) -> None:
    make_workspace(tmp_path, config=SMALL)
    before = everything_in(tmp_path)
    with pytest.raises(CampaignError, match=words) as told:
        connect(open_workspace(tmp_path), wish, Person({}), now)
    assert CANARY not in str(told.value)
    assert everything_in(tmp_path) == before


# ---------------------------------------------------------------- the operator's file

LAYOUT = """\
# Mūsu kampaņa – nekad nedzēst!
mode    = 'sandbox'
name.lv = "Kampaņa"   # ar garumzīmēm
languages = [
    "lv",  # galvenā
]
base_url = "https://kampana.example"

[accounts.feed]   # barotne
kind = "feed"
"""
NEW = {"kind": "mastodon", "server": "https://glāžšķūņu.example", "languages": ["lv"], "together": True}
LINES = """[accounts.x]
kind = "mastodon"
server = "https://glāžšķūņu.example"
languages = ["lv"]
together = true
"""


def write_config(root: Path, text: str) -> Path:
    (root / "config").mkdir(exist_ok=True)
    path = root / "config" / "campaign.toml"
    path.write_bytes(text.encode())
    return path


def test_a_new_account_stands_at_the_end_and_no_other_letter_changes(tmp_path: Path) -> None:
    write_config(tmp_path, LAYOUT)
    assert proposed(tmp_path, "x", NEW) == f"{LAYOUT}\n{LINES}"


def test_a_file_without_a_last_line_end_gets_one(tmp_path: Path) -> None:
    write_config(tmp_path, LAYOUT.rstrip("\n"))
    assert proposed(tmp_path, "x", NEW) == f"{LAYOUT}\n{LINES}"


def test_a_file_with_other_line_ends_keeps_them(tmp_path: Path) -> None:
    write_config(tmp_path, LAYOUT.replace("\n", "\r\n"))
    assert proposed(tmp_path, "x", NEW) == f"{LAYOUT}\n{LINES}".replace("\n", "\r\n")


@pytest.mark.parametrize("head", ["[accounts.feed]   # barotne\n", "[accounts.feed]\r\n", "  [accounts.feed]\n"])
def test_what_an_account_lacked_goes_beneath_its_head(tmp_path: Path, head: str) -> None:
    text = LAYOUT.replace("[accounts.feed]   # barotne\n", head)
    write_config(tmp_path, text)
    end = "\r\n" if "\r" in head else "\n"
    added = f'{head}languages = ["lv"]{end}'
    assert proposed(tmp_path, "feed", {"languages": ["lv"]}) == text.replace(head, added)


@pytest.mark.parametrize(
    "accounts",
    ['accounts = {feed = {kind = "feed"}}', 'accounts.feed = {kind = "feed"}', '[accounts]\nfeed.kind = "feed"'],
)
@pytest.mark.parametrize("account", ["feed"])
def test_a_layout_that_cannot_be_added_to_gets_words_and_no_change(tmp_path: Path, accounts: str, account: str) -> None:
    text = LAYOUT.split("[accounts", maxsplit=1)[0] + accounts + "\n"
    write_config(tmp_path, text)
    new = {"languages": ["lv"]} if account == "feed" else NEW
    with pytest.raises(CampaignError) as told:
        proposed(tmp_path, account, new)
    assert f"[accounts.{account}]" in str(told.value)
    assert 'languages = ["lv"]' in str(told.value)


def test_a_linked_file_stays_a_link_and_keeps_who_may_read_it(tmp_path: Path, blue: FakeBluesky) -> None:
    make_workspace(tmp_path)
    real = tmp_path / "real.toml"
    real.write_text(f'reachable = ["{blue.address}"]\n{SMALL}')
    real.chmod(0o640)
    link = tmp_path / "config" / "campaign.toml"
    link.unlink()
    link.symlink_to(real)
    given = Wish("bluesky", "zils", {"server": blue.url, "handle": HANDLE}, {"app_password": PASSWORD})
    connect(open_workspace(tmp_path), given, Person({}), now)
    assert link.is_symlink()
    assert (real.stat().st_mode & 0o777, "zils" in tables(tmp_path)) == (0o640, True)


# ---------------------------------------------------------------- how accounts stand


def test_an_account_without_secrets_is_told_with_the_command_that_adds_them(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    standings = {standing.account: standing for standing in look(tmp_path, [], now)}
    assert {standing.state for standing in standings.values()} == {"not connected"}
    assert standings["mastodon"].again == "campaign account add mastodon mastodon --again"


def test_a_check_names_each_trouble_by_what_it_is(tmp_path: Path, blue: FakeBluesky) -> None:
    bluesky(tmp_path, blue, {"handle": HANDLE, "app_password": PASSWORD})
    blue.password = "cita"
    (tmp_path / "config/secrets/tokens/zils.json").unlink()
    assert look(tmp_path, [], now)[0].state == "blocked"
    with blue.down():
        assert look(tmp_path, ["zils"], now)[0].state == "not reached"


def test_a_check_changes_neither_mode_nor_file(tmp_path: Path, blue: FakeBluesky) -> None:
    bluesky(tmp_path, blue, {"handle": HANDLE, "app_password": PASSWORD})
    before = everything_in(tmp_path)
    look(tmp_path, [], now)
    assert everything_in(tmp_path) == before
    assert not (tmp_path / "var").exists()
    assert blue.posts == []


@pytest.mark.parametrize("name", ["nav", "feed"])
def test_a_check_of_what_is_no_account_on_a_network_says_which_are(tmp_path: Path, name: str) -> None:
    make_workspace(tmp_path)
    with pytest.raises(CampaignError, match="there are: bluesky, mastodon"):
        look(tmp_path, [name], now)


@pytest.mark.parametrize(
    ("days", "reached"), [(15, None), (14, 14), (4, 14), (3, 3), (1.5, 3), (1, 1), (0, 1), (-20, 1)]
)
def test_people_are_told_in_three_steps(days: float, reached: int | None) -> None:
    assert threshold(now() + dt.timedelta(days=days, seconds=-1), now()) == reached


ACCOUNTS = {"x": Account("x", "linkedin", ("lv",), Limits())}


class Ending:
    """A channel whose token ends."""

    def __init__(self, ends: dt.datetime | None) -> None:
        self._ends = ends

    def ends(self) -> dt.datetime | None:
        return self._ends


def test_each_step_is_told_once_and_again_after_a_new_connection() -> None:
    begin = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    told: dict[str, int] = {}

    def said(day: float, ends: float) -> int:
        channels: Any = {"x": Ending(begin + dt.timedelta(days=ends)), "y": Ending(None), "z": object()}
        lines = list(ending(channels, ACCOUNTS, begin + dt.timedelta(days=day), told))
        assert all("`campaign account add linkedin x --again`" in line for line in lines)
        return len(lines)

    assert [said(day, 20) for day in (0, 6, 6.5, 12, 17, 18, 19, 19.5, 21)] == [0, 1, 0, 0, 1, 0, 1, 0, 0]
    assert [said(day, 60) for day in (21, 45, 46, 47)] == [0, 0, 1, 0]


def test_the_daemon_tells_it_once(tmp_path: Path) -> None:
    reads = '[accounts.linkedin]\nkind = "linkedin"\norganization = "71513925"\n'
    make_workspace(tmp_path, {"kampana": KICKOFF.replace("mastodon", "linkedin")}, config=SMALL + reads)
    ends = now() + dt.timedelta(days=2)
    tokens = {"access": CANARY, "expires": str(int(ends.timestamp()))}
    TokenFolder(tmp_path / "config/secrets/tokens").save("linkedin", tokens)
    said: list[str] = []
    app, _ = open_virtual(tmp_path, now(), "live")
    daemon = Daemon(app, said.append)
    daemon._prepare()
    daemon._prepare()
    app.close()
    [line] = [line for line in said if "linkedin" in line]
    assert line.startswith(f"linkedin: its access ends on {ends:%Y-%m-%d}")
