"""The preview: each post as its network will show it, on one page that needs nothing else."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from lxml import html
from playwright.sync_api import Browser
from pydantic import BaseModel, SecretStr

from campaign.channels import ACCOUNTS
from campaign.cli.schedules import planned_for
from campaign.model import Draft, Limits, Post, Segment, Window
from campaign.newsletter import NewsletterSettings
from campaign.preview import write_preview
from campaign.preview.looks import LOOKS, PLAIN, Look, allowed, counted, handle_of, initials, look_of
from campaign.preview.words import folded, marked, shortened
from campaign.workspace import open_workspace
from tests.browsers import chromium, violations, watched
from tests.workspaces import CONFIG, KICKOFF, ROOT, make_workspace

WINDOW = Window(dt.date(2023, 9, 1), dt.date(2023, 9, 30))


def shown(root: Path, out: Path, change: Callable[[Draft, Post], Post] = lambda _, post: post) -> Any:
    """The page of a workspace, each post changed before it is drawn."""
    found = open_workspace(root)
    plan = planned_for(found, WINDOW)
    drafts = tuple(replace(one, post=change(one, one.post)) if one.post else one for one in plan.drafts)
    written = write_preview(found, replace(plan, drafts=drafts), [], out)
    return html.fromstring(written.page.read_bytes())


def kind_of(model: type[BaseModel]) -> str:
    return str(get_args(model.model_fields["kind"].annotation)[0])


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def only(page: Any, path: str) -> Any:
    (found,) = page.xpath(path)
    return found


def post_of(page: Any, account: str, language: str, entry: str = "kickoff") -> Any:
    inside = f'//div[contains(@class, "entry")][.//code[text()="kampana/{entry}"]]'
    return only(
        page, f'{inside}//article[contains(@class, " a-{account} ")][contains(concat(@class, " "), " l-{language} ")]'
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "workspace")


# ---------------------------------------------------------------- looks


@pytest.mark.parametrize("kind", [kind_of(model) for model in ACCOUNTS])
def test_every_kind_of_account_has_a_look(kind: str) -> None:
    assert look_of(kind).name
    assert look_of(kind) is not PLAIN


@pytest.mark.parametrize("kind", sorted(LOOKS))
def test_every_network_has_colours_of_its_own(kind: str) -> None:
    css = (ROOT / "assets/preview/preview.css").read_text("utf-8")
    drawn_alike = {"page", "item", "date", "mail", "data"}
    assert f"\n.{kind} {{ --bg" in css or LOOKS[kind].frame in drawn_alike


def test_a_kind_that_nobody_has_drawn_is_shown_plainly() -> None:
    assert look_of("carrier-pigeon").frame == "post"


class Settings(BaseModel):
    handle: str = "kampana.example"
    url: str = "https://hooks.example/kanarijputnins"
    token: SecretStr = SecretStr("kanarijputnins")


@pytest.mark.parametrize(
    ("found_by", "handle"),
    [("handle", "kampana.example"), ("url", "hooks.example"), ("token", ""), ("nothing", ""), ("", "")],
)
def test_an_account_is_named_without_its_secrets(found_by: str, handle: str) -> None:
    assert handle_of(Settings(), Look("", found_by=found_by)) == handle


@pytest.mark.parametrize("model", [*ACCOUNTS, NewsletterSettings])
def test_no_look_names_an_account_by_a_secret(model: type[BaseModel]) -> None:
    named = model.model_fields.get(look_of(kind_of(model)).found_by)
    assert named is None or "Secret" not in str(named.annotation)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(url_weight=23), "an address counts 23"),
        (Limits(unit="weighted"), "an address counts 23, an emoji 2"),
        (Limits(unit="bytes"), "ā and я count 2, an emoji 4 or more"),
        (Limits(), ""),
    ],
)
def test_what_counts_differently_is_said(limits: Limits, said: str) -> None:
    assert counted(limits) == said


def test_what_can_be_done_after_sending_is_said() -> None:
    assert allowed(Limits()) == "corrected and removed"
    assert allowed(Limits(editable=False)) == "removed"
    assert allowed(Limits(editable=False, removable=False)) == "neither corrected nor removed"


def test_initials_are_of_the_first_two_words() -> None:
    assert initials("Žurku un peļu kampaņa") == "ŽU"


# ---------------------------------------------------------------- words


def test_addresses_and_hashtags_are_marked_and_the_rest_is_escaped() -> None:
    assert marked("<b> & https://kampana.example/lv #Rūķīši", Look("")) == (
        '&lt;b&gt; &amp; <a href="https://kampana.example/lv">https://kampana.example/lv</a> <b>#Rūķīši</b>'
    )


def test_an_address_cannot_be_opened_where_the_network_makes_no_link() -> None:
    assert marked("https://kampana.example/lv", look_of("instagram")) == "https://kampana.example/lv"


@pytest.mark.parametrize(
    ("signs", "seen"),
    [(0, "https://www.kampana.example/lv/"), (30, "kampana.example/lv"), (10, "kampana.ex…")],
)
def test_a_long_address_is_shown_as_networks_print_it(signs: int, seen: str) -> None:
    assert shortened("https://www.kampana.example/lv/", signs) == seen


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("glāžšķūņu rūķīši", ("glāžšķūņu", " rūķīši")),
        ("rūķīši", ("rūķīši", "")),
        ("glāžšķūņurūķīši", ("glāžšķūņurūķīši", "")),
    ],
)
def test_a_long_text_folds_after_a_whole_word(text: str, parts: tuple[str, str]) -> None:
    assert folded(text, 12) == parts
    assert "".join(folded(text, 12)) == text


def test_what_is_behind_the_fold_is_still_on_the_page() -> None:
    folding = marked("rūķis " * 40, look_of("instagram"))
    assert folding.striptags().count("rūķis") == 40
    assert folding.count("… more") == 1


# ---------------------------------------------------------------- the page


def test_each_post_is_shown_in_its_language_with_its_count(root: Path, tmp_path: Path) -> None:
    page = shown(root, tmp_path)
    post = post_of(page, "mastodon", "lv")
    assert only(post, './/*[contains(@class, "screen")]').get("lang") == "lv"
    assert "Glāžšķūņu rūķīši sāk kampaņu." in words(post)
    meter = only(post, ".//meter")
    assert f"{meter.get('value')} of {meter.get('max')}" in words(post)
    assert "an address counts 23" in words(post)


def test_entries_stand_below_their_day_with_local_time_and_zone(root: Path, tmp_path: Path) -> None:
    page = shown(root, tmp_path)
    assert [words(day) for day in page.xpath("//section/h2")] == [
        "Monday, 18 September 2023",
        "Wednesday, 20 September 2023",
    ]
    assert "09:00, Europe/Riga, UTC+03:00" in words(page)
    targets = page.xpath('//nav//a[starts-with(@href, "#day-")]/@href')
    assert [only(page, f'//*[@id="{target[1:]}"]').tag for target in targets] == ["h2", "h2"]


def test_a_post_with_a_link_alone_gets_the_card_that_networks_make_of_it(root: Path, tmp_path: Path) -> None:
    card = only(post_of(shown(root, tmp_path), "mastodon", "en"), './/*[@class="card"]')
    assert words(card).startswith("kampana.example The campaign begins")


def test_in_a_thread_the_post_that_names_the_link_gets_the_card(root: Path, tmp_path: Path) -> None:
    linked = Segment("Vairāk: https://cits.example/lapa")
    page = shown(root, tmp_path, lambda _, post: replace(post, text="Pirmais.", thread=(linked,)))
    first, second = post_of(page, "mastodon", "lv").xpath('.//*[@class="said"]')
    assert not first.xpath('.//*[@class="card"]')
    assert "cits.example" in words(only(second, './/*[@class="card"]'))


def test_of_a_page_elsewhere_only_the_host_is_known(root: Path, tmp_path: Path) -> None:
    elsewhere = "https://cits.example/lapa"
    page = shown(root, tmp_path, lambda _, post: replace(post, text=f"Skat. {elsewhere}", link=elsewhere))
    card = only(post_of(page, "mastodon", "lv"), './/*[@class="card"]')
    assert words(card) == "cits.example Title and picture are taken from that page."


def test_a_content_warning_folds_the_post(root: Path, tmp_path: Path) -> None:
    page = shown(root, tmp_path, lambda _, post: replace(post, content_warning="Vardarbība"))
    fold = only(post_of(page, "mastodon", "lv"), './/details[@class="fold"]')
    assert words(fold.find("summary")) == "Vardarbība"
    assert "Glāžšķūņu rūķīši" in words(fold)


def test_every_post_of_a_thread_is_shown_and_counted(root: Path, tmp_path: Path) -> None:
    page = shown(root, tmp_path, lambda _, post: replace(post, thread=(Segment("Otrais."), Segment("Trešais."))))
    post = post_of(page, "mastodon", "lv")
    assert len(post.xpath('.//*[@class="said"]')) == 3
    assert "3/3 8 of 500" in words(post)


def test_an_answer_leads_to_the_post_it_answers(root: Path, tmp_path: Path) -> None:
    def answer(draft: Draft, post: Post) -> Post:
        return replace(post, reply_to=draft.key.replace("eve", "kickoff") if "eve" in draft.key else "")

    page = shown(root, tmp_path, answer)
    link = only(post_of(page, "mastodon", "lv", "eve"), './/*[@class="answers"]/a')
    assert link.text == "Glāžšķūņu rūķīši sāk kampaņu"
    assert link.get("href") == f"#{post_of(page, 'mastodon', 'lv').get('id')}"


def test_a_post_in_several_languages_is_found_under_each(root: Path, tmp_path: Path) -> None:
    page = shown(root, tmp_path, lambda one, post: replace(post, also_in=("en",) if one.language == "lv" else ()))
    post = post_of(page, "mastodon", "lv")
    assert [words(tag) for tag in post.xpath('.//*[@class="tag"]')] == ["lv", "en"]
    assert "l-en" in post.get("class").split()


def test_a_text_that_does_not_fit_is_shown_with_what_to_do(root: Path, tmp_path: Path) -> None:
    long = KICKOFF.replace("Glāžšķūņu rūķīši sāk kampaņu.", "Glāžšķūņu rūķīši. " * 40)
    post = post_of(shown(make_workspace(root, {"kampana": long}), tmp_path), "mastodon", "lv")
    assert "Nothing is published here as it stands." in words(post)
    assert "Stops it too long for mastodon in lv" in words(post)


def test_quiet_hours_say_until_when_a_post_waits(tmp_path: Path) -> None:
    quiet = CONFIG.replace('kind = "mastodon"', 'kind = "mastodon"\nquiet = "22:00-10:30"')
    root = make_workspace(tmp_path / "workspace", config=quiet)
    assert "Quiet hours: waits until 10:30" in words(post_of(shown(root, tmp_path), "mastodon", "lv"))


def test_the_page_holds_no_script_and_asks_nobody(root: Path, tmp_path: Path) -> None:
    page = shown(root, tmp_path)
    assert page.xpath("//script | //link | //@onclick") == []
    assert [source for source in page.xpath("//img/@src") if "://" in source] == []


def test_nothing_but_the_wanted_entries_is_shown(root: Path, tmp_path: Path) -> None:
    found = open_workspace(root)
    written = write_preview(found, planned_for(found, WINDOW), ["kampana/eve"], tmp_path)
    page = html.fromstring(written.page.read_bytes())
    assert {words(title) for title in page.xpath("//h3[@lang]")} == {"Rīt ir diena"}
    assert written.posts == len(page.xpath("//article"))


# ---------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def browser(counterpart: Callable[[str], Path]) -> Iterator[Browser]:
    with chromium(counterpart("chromium")) as started:
        yield started


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A week of the real campaign, with pictures, a mail and every kind of account that it uses."""
    found = open_workspace(ROOT)
    out = tmp_path_factory.mktemp("preview")
    week = Window(dt.date(2023, 9, 11), dt.date(2023, 9, 18))
    return write_preview(found, planned_for(found, week), [], out).page.as_uri()


@pytest.mark.browser
@pytest.mark.real
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (768, "light"), (1440, "dark")])
def test_everybody_can_read_it(
    browser: Browser, sample: str, counterpart: Callable[[str], Path], width: int, scheme: Any
) -> None:
    with watched(browser, "file:", viewport={"width": width, "height": 900}, color_scheme=scheme) as (page, seen):
        page.goto(sample)
        page.add_style_tag(content=".entry { content-visibility: visible !important }")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        page.evaluate("document.querySelectorAll('iframe').forEach(one => one.remove())")  # mails have their own tests
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert violations(page, counterpart("axe")) == []
        assert seen.nothing


@pytest.mark.browser
@pytest.mark.real
def test_one_account_and_one_language_can_be_chosen_without_script(browser: Browser, sample: str) -> None:
    with watched(browser, "file:", java_script_enabled=False) as (page, seen):
        page.goto(sample)
        page.get_by_label("mastodon", exact=False).check()
        page.get_by_label("ru", exact=True).check()
        assert page.locator(".a-mastodon.l-ru.post").first.is_visible()
        assert not page.locator(".a-mastodon.l-lv.post").first.is_visible()
        assert not page.locator(".a-bluesky.l-ru.post").first.is_visible()
        assert seen.nothing


@pytest.mark.browser
@pytest.mark.real
def test_pictures_are_seen_also_inside_the_mails(browser: Browser, sample: str) -> None:
    with watched(browser, "file:") as (page, seen):
        page.goto(sample)
        mail = page.frame_locator(".mail iframe").first
        mail.locator("img").first.wait_for()
        page.wait_for_function("document.querySelector('.mail iframe').contentDocument.images[0].naturalWidth > 0")
        assert seen.nothing
