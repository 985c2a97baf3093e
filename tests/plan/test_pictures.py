"""From a card as it is written to the pictures of a post, laid out by the real studio."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaign.cards import Studio
from campaign.model import Card, File, Picture, Problem, Site, Window
from campaign.plan import Plan, plan
from campaign.plan.pictures import of_files
from campaign.schedule import read
from tests.samples import make_site
from tests.schedule.folders import REGISTRIES, folder
from tests.workspaces import ROOT

HEAD = """\
campaign: kampana
title: {lv: Droši ārzemēs, en: Safe abroad}
languages: [lv, en]
accounts: [site, mastodon]
events:
  - {id: saruna, title: {lv: Glāžšķūņu rūķīši, en: Gnomes}, starts: 2026-12-15 10:00, ends: 2026-12-15 12:00}
"""
BARS = "bars: [{label: {lv: Zvani, en: Calls}, value: 310}, {label: {lv: Citi, en: Other}, value: 12.5, strong: true}]"
VALUES = "values: {2019: 310, 2020: 284}"
SERIES = f"series: [{{name: {{lv: Visi, en: All}}, {VALUES}}}, {{name: {{lv: Par darbu, en: About work}}, {VALUES}}}]"
PHOTO = "photo: {file: photos/desk.jpg, alt: {lv: Galds pie loga, en: A desk}, credit: Anna Ū., consent: nobody shown, focus: [0.4, 0.3]}"
IMAGE = "{file: photos/library.jpg, alt: {lv: Bibliotēkas zāle, en: A library}, consent: nobody shown}"
TODAY = dt.date(2026, 11, 20)
CARDS = {
    "announcement": "announcement",
    "photo": f"{{template: announcement, {PHOTO}}}",
    "event": "event",
    "countdown": "countdown",
    "month-calendar": "month-calendar",
    "week": "week",
    "fact": "{template: fact, figure: {lv: '7000', en: '7,000'}}",
    "bars": f"{{template: chart, {BARS}, unit: {{lv: Zvani gadā, en: Calls per year}}}}",
    "lines": f"{{template: chart, source: {{lv: mēs, en: us}}, {SERIES}}}",
    "quote": "{template: quote, quote: {lv: Zvaniet!, en: Call!}, name: {lv: Konsultante, en: Adviser}}",
    "checklist": "{template: checklist, items: {lv: [Pārbaudi, Zvani], en: [Check, Call]}}",
    "contacts": "contacts",
    "thanks": "thanks",
    "cover": "cover",
    "help": "help",
}


def message(card: str, *lines: str, name: str = "m") -> str:
    told = (f"id: {name}", "at: 2026-12-14 09:00", "text: {lv: Rūķīši sauc palīgā, en: Gnomes call}", f"card: {card}")
    return "messages:\n  - " + "\n    ".join((*told, *lines)) + "\n"


def seminars(count: int) -> str:
    dates = (f"2026-12-{day:02d} 10:00, ends: 2026-12-{day:02d} 12:00" for day in range(1, count + 1))
    titles = "title: {lv: Seminārs sociālajiem darbiniekiem, en: Seminar for social workers}"
    return "".join(f"  - {{id: s-{number}, {titles}, starts: {day}}}\n" for number, day in enumerate(dates))


def planned(where: Path, text: str, site: Site, studio: Studio) -> Plan:
    files = read(folder(where, {**REGISTRIES, "kampana.yaml": text}), site, today=TODAY)
    return plan(files, site, Window(dt.date(2026, 12, 1), dt.date(2026, 12, 31)), studio, TODAY)


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio([ROOT / "assets"], "ministry")


@pytest.fixture
def site() -> Site:
    return make_site(languages=("lv", "en"))


def limited(site: Site, **limits: Any) -> Site:
    """The site with other limits for all of its accounts."""
    changed = {name: replace(one, limits=replace(one.limits, **limits)) for name, one in site.accounts.items()}
    return replace(site, accounts=changed)


def shown(made: Plan, key: str = "kampana/m>mastodon:lv") -> tuple[Picture, ...]:
    (post,) = [draft.post for draft in made.drafts if draft.key == key]
    assert post is not None, made.problems
    return post.pictures


def templates(pictures: tuple[Picture, ...]) -> list[str]:
    return [
        picture.source.template if isinstance(picture.source, Card) else picture.source.path for picture in pictures
    ]


def of_cards(made: Plan) -> list[Problem]:
    return [problem for problem in made.findings(live=True) if problem.code[:3] in ("CRD", "IMG", "LEN", "TRN")]


@pytest.mark.parametrize("name", CARDS)
def test_every_card_an_editor_can_choose_is_laid_out_as_it_is_written(name, tmp_path, site, studio):
    made = planned(tmp_path, HEAD + message(CARDS[name], "event: saruna", "facts: [eu-7000-per-year]"), site, studio)
    assert of_cards(made) == []
    for language in ("lv", "en"):
        (picture,) = shown(made, f"kampana/m>mastodon:{language}")
        assert picture.alt.count(".") >= 1


def test_the_figures_of_a_chart_are_said_in_its_alternative_text(tmp_path, site, studio):
    made = planned(tmp_path, HEAD + message(CARDS["bars"], "facts: [eu-7000-per-year]"), site, studio)
    assert "Zvani: 310; Citi: 12,5" in shown(made)[0].alt
    assert "Calls: 310; Other: 12.5" in shown(made, "kampana/m>mastodon:en")[0].alt


def test_the_photo_of_a_card_is_pinned_and_described(tmp_path, site, studio):
    (picture,) = shown(planned(tmp_path, HEAD + message(CARDS["photo"]), site, studio))
    assert isinstance(picture.source, Card)
    assert (picture.media_type, len(picture.source.fields["photo"]["digest"])) == ("image/jpeg", 64)
    assert ("Galds pie loga" in picture.alt, picture.credit) == (True, "Anna Ū.")


def test_a_list_of_cards_becomes_pictures_in_its_order_then_the_photos(tmp_path, site, studio):
    cards = f"[cover, {CARDS['checklist']}, help]"
    made = planned(tmp_path, HEAD + message(cards, f"images: [{IMAGE}]"), site, studio)
    pictures = shown(made)
    assert templates(pictures) == ["cover", "checklist", "help", "photos/library.jpg"]
    assert [card.fields["page"] for card in (one.source for one in pictures) if isinstance(card, Card)] == [1, 2, 3]
    assert isinstance(pictures[3].source, File)


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (0, ["month-calendar", "month-list", "month-list", "help"]),
        (1, ["month-calendar", "month-list", "help", "photos/library.jpg"]),
        (3, ["month-calendar", *["photos/library.jpg"] * 3]),
    ],
)
def test_a_month_goes_on_as_far_as_the_account_takes_pictures(images, expected, tmp_path, site, studio):
    more = f"images: [{', '.join([IMAGE] * images)}]"
    made = planned(tmp_path, HEAD + seminars(28) + message("month-calendar", more), site, studio)
    assert templates(shown(made)) == expected


def test_a_month_that_fits_is_one_picture(tmp_path, site, studio):
    assert len(shown(planned(tmp_path, HEAD + message("month-calendar"), site, studio))) == 1


def test_no_picture_is_larger_than_the_account_takes(tmp_path, site, studio):
    text = HEAD + message("cover", f"images: [{IMAGE}]")
    pictures = shown(planned(tmp_path, text, limited(site, image_bytes=123_456), studio))
    assert {picture.most_bytes for picture in pictures} == {123_456}


def test_a_flaw_points_at_the_card_it_is_of(tmp_path, site, studio):
    long = " ".join(["glāžšķūņu rūķīši"] * 40)
    cards = f"\n      - cover\n      - {{template: cover, title: {{lv: '{long}', en: Short}}}}"
    made = planned(tmp_path, HEAD + message(cards), site, studio)
    (problem,) = of_cards(made)
    assert (problem.code, problem.language, problem.field) == ("CRD03", "lv", "title")
    written = (tmp_path / "schedules" / "kampana.yaml").read_text(encoding="utf-8").splitlines()
    assert written[problem.spot.line - 1].strip().startswith("- {template: cover, title:")


@pytest.mark.parametrize(
    ("limits", "theme", "words"),
    [
        ({"card_size": "postr"}, "ministry", "there is no size “postr”"),
        ({}, "minstry", "there is no theme “minstry”"),
    ],
)
def test_an_unknown_size_or_theme_is_told_and_nothing_breaks(limits, theme, words, tmp_path, site):
    made = planned(tmp_path, HEAD + message("[cover, help]"), limited(site, **limits), Studio([ROOT / "assets"], theme))
    found = [problem for problem in made.problems if problem.entry == "kampana/m" and problem.code == "CRD01"]
    assert words in found[0].message
    assert not [draft for draft in made.drafts if draft.key.startswith("kampana/m>") and draft.post]


def test_an_account_without_pictures_gets_the_post_alone(tmp_path, site, studio):
    made = planned(tmp_path, HEAD + message("[cover, help]"), limited(site, images=0), studio)
    assert shown(made) == ()


def test_a_card_file_with_a_mistake_is_told_whether_it_is_used_or_not(tmp_path):
    own = tmp_path / "assets" / "cards"
    own.mkdir(parents=True)
    (own / "mana.yaml").write_text(
        'frame: open\ntone: dark\nfields: {title: text}\nlayers: []\nalt: ["{titel}"]\n', encoding="utf-8"
    )
    (problem,) = of_files(Studio([tmp_path / "assets", ROOT / "assets"]))
    assert (problem.spot.file, problem.code) == ("assets/cards/mana.yaml", "CRD04")
    assert "“titel” is not among its fields" in problem.message


def test_the_files_that_come_with_the_program_are_sound(studio):
    assert list(of_files(studio)) == []
