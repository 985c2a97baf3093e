"""What pictures say, where a network has no field for it; pictures of threads; how many go under a long text."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaign.cards import Studio
from campaign.model import Account, Limits, Post, Site, Window
from campaign.plan import Plan, plan
from campaign.schedule import read
from campaign.text import length
from tests.samples import make_site
from tests.schedule.folders import REGISTRIES, folder
from tests.workspaces import ROOT

TELEGRAM = Limits(4096, unit="utf16", album_characters=1024, images=10, alt_texts=False)
THREADED = Limits(500, threads=True, replies=True)
HEAD = """\
campaign: kampana
title: {lv: Droši ārzemēs}
languages: [lv]
accounts: [tikls]
messages:
  - id: m
    at: 2026-12-14 09:00
"""
LIBRARY = "{file: photos/library.jpg, alt: {lv: Bibliotēkas zāle ar logu}, consent: nobody shown}"
DESK = "{file: photos/desk.jpg, alt: {lv: Galds}, consent: nobody shown}"


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio([ROOT / "assets"], "ministry")


def planned(where: Path, studio: Studio, limits: Limits, *lines: str) -> Plan:
    """A campaign of one message on one account with these limits."""
    site: Site = make_site(languages=("lv",))
    site = replace(site, accounts={"tikls": Account("tikls", "tikls", ("lv",), limits)}, helplines=())
    text = HEAD + "".join(f"    {line}\n" for line in lines)
    files = read(folder(where, {**REGISTRIES, "kampana.yaml": text}), site)
    assert [str(problem) for problem in files.problems] == []
    return plan(files, site, Window(dt.date(2026, 12, 1), dt.date(2026, 12, 31)), studio)


def the_post(made: Plan) -> Post:
    (draft,) = made.drafts
    assert draft.post is not None, [str(problem) for problem in draft.problems]
    return draft.post


def test_without_a_field_for_alt_texts_each_picture_is_said_below_the_text(tmp_path, studio):
    made = planned(tmp_path, studio, TELEGRAM, "text: {lv: Rūķīši.}", f"images: [{LIBRARY}, {DESK}]")
    assert the_post(made).text == "Rūķīši.\n\nAttēlā: Bibliotēkas zāle ar logu\nAttēlā: Galds"


def test_what_the_text_says_already_is_not_said_again(tmp_path, studio):
    text = "text: {lv: 'Zāle ar logu: bibliotēkas galds.'}"
    assert "Attēlā" not in the_post(planned(tmp_path, studio, TELEGRAM, text, f"images: [{DESK}]")).text
    said = the_post(planned(tmp_path, studio, TELEGRAM, text, f"images: [{LIBRARY}]")).text
    assert "Attēlā" not in said


def test_the_words_of_a_card_are_said_too(tmp_path, studio):
    card = "card: {template: checklist, items: {lv: [Pārbaudi līgumu, Zvani mums]}}"
    assert "Attēlā: " in the_post(planned(tmp_path, studio, TELEGRAM, "text: {lv: Rūķīši.}", card)).text


def test_where_there_is_a_field_the_text_stays(tmp_path, studio):
    made = planned(tmp_path, studio, replace(TELEGRAM, alt_texts=True), "text: {lv: Rūķīši.}", f"images: [{DESK}]")
    assert (the_post(made).text, the_post(made).pictures[0].alt) == ("Rūķīši.", "Galds")


def test_what_the_pictures_say_is_counted(tmp_path, studio):
    lines = (f"text: {{lv: {'ā' * 40}}}", f"images: [{LIBRARY}]")
    whole = length(the_post(planned(tmp_path / "a", studio, TELEGRAM, *lines)).text, TELEGRAM)
    assert the_post(planned(tmp_path / "b", studio, replace(TELEGRAM, characters=whole), *lines))
    (problem,) = planned(tmp_path / "c", studio, replace(TELEGRAM, characters=whole - 1), *lines).drafts[0].problems
    assert problem.code == "LEN01"
    assert f"{whole} of {whole - 1} characters (text 40, what the pictures say {whole - 40})" in problem.message


def test_a_text_that_its_pictures_make_too_long_for_several_is_told(tmp_path, studio):
    lines = (f"text: {{lv: {'ā' * 1000}}}", f"images: [{LIBRARY}, {DESK}]")
    (draft,) = planned(tmp_path, studio, TELEGRAM, *lines).drafts
    assert [problem.code for problem in draft.problems] == ["LEN02"]
    assert "what the pictures say counted in" in draft.problems[0].message


def test_a_month_becomes_as_many_pictures_as_go_under_its_text(tmp_path, studio):
    digest: tuple[Any, ...] = ("title: {lv: Mēnesis}", f"text: {{lv: {'ā' * 1100}}}", "card: [cover]")
    assert len(the_post(planned(tmp_path, studio, TELEGRAM, *digest)).pictures) == 1


def test_every_post_of_a_thread_gets_its_own_pictures(tmp_path, studio):
    posts = f"thread: [{{text: {{lv: Viens.}}, images: [{DESK}]}}, {{text: {{lv: Divi.}}, images: [{LIBRARY}]}}]"
    post = the_post(planned(tmp_path, studio, THREADED, posts, "card: announcement"))
    assert [len(post.pictures), *(len(one.pictures) for one in post.thread)] == [2, 1]
    assert post.thread[0].pictures[0].alt == "Bibliotēkas zāle ar logu"
    assert len(the_post(planned(tmp_path / "b", studio, replace(THREADED, threads=False), posts)).pictures) == 2


def test_a_picture_of_a_thread_that_is_not_there_holds_the_post(tmp_path, studio):
    posts = "thread: [{text: {lv: Viens.}}, {text: {lv: Divi.}, images: [{file: photos/nav.jpg, alt: {lv: x}}]}]"
    (draft,) = planned(tmp_path, studio, THREADED, posts).drafts
    assert draft.post is None
    assert [(problem.code, problem.spot.line) for problem in draft.problems] == [("CRD05", 8)]
