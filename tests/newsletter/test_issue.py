"""What a reader finds in an issue."""

import datetime as dt
import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from campaign.errors import CampaignError
from campaign.newsletter.issue import Mail, compile_issue, single, subject_of
from tests.newsletter.editions import (
    AHEAD,
    FOOTER,
    HOTELS,
    KICKOFF,
    LINK,
    WEEKLY,
    WHO_TO_CALL,
    card,
    compiled,
    event,
    letterhead,
    load,
    message,
    photo,
)

TOPIC = re.compile("tirdzniec|cilvēk|18-oktobr|eu-anti", re.IGNORECASE)


class Page(HTMLParser):
    """Tags with attributes, and the visible words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in {"style", "title"}

    def handle_endtag(self, tag):
        self._hidden -= tag in {"style", "title"}

    def handle_data(self, data):
        self.words += "" if self._hidden else f" {data}"

    def all(self, tag: str, attribute: str) -> list[str]:
        return [values[attribute] or "" for name, values in self.tags if name == tag and attribute in values]


def body(html: str) -> Page:
    page = Page(html)
    page.words = " ".join(page.words.split())
    return page


# ---------------------------------------------------------------- what is in it


def test_both_parts_carry_every_message_and_event_in_order():
    mail = compiled()
    for words in (mail.text, body(mail.html).words):
        places = [words.index(post.title[:40]) for post in (KICKOFF, WHO_TO_CALL, *AHEAD)]
        assert places == sorted(places)
        assert "Labdien! Īsumā par to" in words


def test_a_title_that_opens_the_text_is_said_once():
    mail = compiled()
    assert body(mail.html).words.count("18. oktobrī, ir ES diena") == 1
    assert "Līdz tai ik nedēļu stāstīsim" in body(mail.html).words
    assert "\nBriesmās – 112. Policija" in mail.text


def test_a_title_of_its_own_leaves_the_text_whole():
    mail = compiled(replace(WEEKLY, news=(message("Par rūķīšiem", "Glāžšķūņu rūķīši dzied."),)))
    assert "Par rūķīšiem Glāžšķūņu rūķīši dzied." in body(mail.html).words


def test_a_text_that_is_all_title_is_not_repeated():
    mail = compiled(replace(WEEKLY, news=(message("Glāžšķūņu rūķīši dzied", "Glāžšķūņu rūķīši dzied."),)))
    assert mail.text.count("rūķīši dzied") == 1
    assert body(mail.html).words.count("rūķīši dzied") == 1


def test_numbers_named_in_a_text_dial():
    dials = body(compiled().html).all("a", "href")
    assert {"tel:112", "tel:110", "tel:+37128612120"} <= set(dials)


def test_a_number_inside_a_longer_one_is_no_link():
    post = message("Tālruņi", "Tālruņi 1120, 0112 un 112.", phones=(("112", "112"),))
    mail = compiled(replace(WEEKLY, news=(post,), events=(), picture=None))
    assert mail.html.count('href="tel:112"') == 2  # in the text, and among the help lines


def test_help_numbers_close_every_issue():
    mail = compiled()
    for words in (mail.text, body(mail.html).words):
        assert words.index("Izstādes atklāšana") < words.index("Palīdzības tālruņi")
        assert "Vienotais ārkārtas palīdzības tālrunis" in words


def test_a_footer_that_only_repeats_the_help_lines_is_left_out():
    assert FOOTER not in compiled().text


def test_a_footer_with_another_number_is_shown_once():
    note = "Bērniem: 116111. Briesmās: 112."
    posts = tuple(replace(post, footer=note) for post in WEEKLY.news)
    mail = compiled(replace(WEEKLY, news=posts))
    assert mail.text.count(note) == body(mail.html).words.count(note) == 1


def test_a_footer_without_numbers_is_shown():
    posts = (replace(KICKOFF, footer="Raksta rūķīši."),)
    assert "Raksta rūķīši." in compiled(replace(WEEKLY, news=posts)).text


def test_a_moved_event_names_both_times():
    for words in (compiled().text, body(compiled().html).words):
        assert "2023. gada 27. septembris, plkst. 13.00–16.00" in words
        assert "Pārcelts (iepriekš: otrdiena, 2023. gada 26. septembris, plkst. 13.00)" in words


def test_a_cancelled_event_says_so():
    words = body(compiled().html).words
    assert "Izstādes atklāšana Atcelts" in words
    assert "iepriekš: piektdiena" not in words


def test_a_message_about_an_event_shows_when_and_where():
    post = message(
        "Mācības", "Nāciet mācīties.", event=replace(HOTELS, online="https://kampana.example/t", was_starts="")
    )
    text = compiled(replace(WEEKLY, news=(post,), events=())).text
    assert "Trešdiena, 2023. gada 27. septembris, plkst. 13.00–16.00 · Rīga · Tiešsaistē" in text


def test_sources_follow_their_figures():
    post = replace(KICKOFF, sources=("Eiropas Komisija, 2023",))
    assert "Avots: Eiropas Komisija, 2023" in body(compiled(replace(WEEKLY, news=(post,))).html).words


def test_a_long_form_is_shown_whole_in_both_parts():
    html = '<h2>Pazīmes</h2><ul><li>viens<br>divi</li></ul><p><a href="/lv/pages/x/">lapa</a></p>'
    mail = compiled(replace(WEEKLY, news=(message("Par darbu", "Īsi.", html=html),)))
    assert 'href="https://kampana.example/lv/pages/x/"' in mail.html
    assert "– viens\ndivi" in mail.text
    assert "Pazīmes" in body(mail.html).words


def test_an_issue_without_news_or_events_still_reads_well():
    mail = compiled(replace(WEEKLY, news=(), events=(), picture=None))
    assert "Gaidāmie notikumi" not in mail.text
    assert "Labdien!" in mail.text


def test_a_single_message_is_an_issue_of_its_own():
    issue = single(KICKOFF, "eu/the-day>newsletter:lv", dt.date(2023, 10, 18))
    mail = compiled(issue)
    assert mail.subject == "Jaunumi: 2023. gada 18. oktobris"
    assert body(mail.html).words.count(KICKOFF.title) == 1
    assert f"Lasīt tīmekļa vietnē: {LINK}" in mail.text


@pytest.mark.parametrize(
    ("language", "subject", "reason"),
    [
        ("lv", "Jaunumi: 2023. gada 21. septembris", "Jūs saņemat šo vēstuli"),
        ("en", "News: 21 September 2023", "You get this mail"),
        ("ru", "Новости: 21 сентября 2023 г.", "Вы получили это письмо"),
    ],
)
def test_an_issue_speaks_one_language(language: str, subject: str, reason: str):
    news = tuple(replace(post, language=language) for post in WEEKLY.news)
    events = tuple(replace(post, language=language) for post in AHEAD)
    mail = compiled(replace(WEEKLY, language=language, news=news, events=events))
    assert mail.subject == subject
    assert reason in mail.text
    assert f'<html lang="{language}"' in mail.html


# ---------------------------------------------------------------- pictures


def test_the_picture_on_top_travels_inside_with_its_alt_text():
    mail = compiled()
    assert body(mail.html).all("img", "alt") == [KICKOFF.pictures[0].alt]
    assert body(mail.html).all("img", "src") == [f"cid:{mail.pictures[0].content_id}"]


def test_other_pictures_are_links_to_the_site():
    address = f"https://kampana.example/pictures/{WHO_TO_CALL.pictures[0].name}"
    mail = compiled()
    assert address in body(mail.html).all("a", "href")
    assert address in mail.text


def test_a_photo_elsewhere_is_told_in_words():
    post = replace(KICKOFF, pictures=(photo('Zāle ar "tukšiem" <krēsliem>'),))
    mail = compiled(replace(WEEKLY, news=(post,), picture=None))
    assert 'Attēls: Zāle ar "tukšiem" <krēsliem>' in body(mail.html).words


def test_an_issue_without_picture_has_no_img():
    mail = compiled(replace(WEEKLY, picture=None))
    assert mail.pictures == ()
    assert body(mail.html).all("img", "src") == []


# ---------------------------------------------------------------- readers at risk


def test_discreet_mails_tell_no_topic_in_an_inbox():
    issue = single(KICKOFF, "eu-anti-trafficking-day-2023/kickoff>newsletter:lv", dt.date(2023, 9, 18))
    mail = compiled(issue)
    preview = mail.html[mail.html.index("display: none") :].split("</div>")[0]
    shown = [
        mail.subject,
        mail.sender.name,
        preview,
        *mail.text.splitlines()[:3],
        *(value for _, value in mail.headers),
    ]
    assert not [words for words in shown if TOPIC.search(words)]
    assert f"<title>{mail.subject}</title>" in mail.html


def test_a_newsletter_that_need_not_hide_says_what_it_is_about():
    mail = compiled(discreet=False)
    assert mail.subject == WEEKLY.title == subject_of(WEEKLY, mail.sender)
    assert "Labdien! Īsumā" in mail.html[mail.html.index("display: none") :][:200]


def test_nothing_is_fetched_and_nobody_is_followed():
    page = body(compiled().html)
    fetched = [*page.all("img", "src"), *page.all("link", "href"), *page.all("script", "src")]
    assert all(address.startswith("cid:") for address in fetched)
    assert "url(" not in compiled().html
    assert not [address for address in page.all("a", "href") if "?" in address and "mailto:" not in address]


def test_the_reader_learns_why_and_how_to_stop():
    mail = compiled()
    assert "mailto:redakcija@kampana.example?subject=Atteikties" in body(mail.html).all("a", "href")
    assert ("List-Unsubscribe", "<mailto:redakcija@kampana.example?subject=unsubscribe>") in mail.headers
    assert "pieteicāties jaunumiem" in mail.text


# ---------------------------------------------------------------- for every mail program


def test_tables_only_lay_out():
    tables = [values for name, values in Page(compiled().html).tags if name == "table"]
    assert tables
    assert {values.get("role") for values in tables} == {"presentation"}


def test_dark_mode_and_small_screens_survive_inlining():
    html = compiled().html
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 479px" in html
    assert 'name="color-scheme"' in html


def test_styles_stand_on_the_elements():
    assert re.search(r"<h1 style=\"[^\"]*font-size: 29px", compiled().html)


def test_the_mail_stays_small():
    mail = compiled()
    assert len(mail.html.encode()) < 40_000
    assert max(map(len, mail.text.splitlines())) <= 100


@given(st.text(min_size=1, max_size=60), st.text(max_size=200))
def test_what_editors_write_is_text_and_never_markup(title: str, text: str):
    title, text = f"<b>{title}</mj-text>", f'{text} {{{{ 7 * 7 }}}} "><script>'
    mail = compiled(replace(WEEKLY, news=(message(title, text),), events=(), picture=None))
    assert not {"b", "script"} & {name for name, _ in Page(mail.html).tags}
    assert "{{ 7 * 7 }}" in mail.text


# ---------------------------------------------------------------- freezing


def test_equal_issues_give_equal_mails():
    assert compiled() == compiled()


def test_a_frozen_mail_comes_back_from_the_ledger_as_it_went():
    mail = compiled()
    kept = json.dumps(asdict(mail))
    assert TypeAdapter(Mail).validate_json(kept) == mail


def test_a_workspace_may_bring_its_own_template(tmp_path: Path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "issue.txt").write_text("Sava veidne: {{ title }}", encoding="utf-8")
    assets = (tmp_path, *letterhead().assets)
    mail = compile_issue(WEEKLY, letterhead(assets=assets), load)
    assert mail.text == f"Sava veidne: {WEEKLY.title}"
    assert "<h1" in mail.html


@pytest.mark.parametrize("template", ["{{ titel }}", "{% if %}", "<mjml><mj-body>"])
def test_a_broken_template_is_told_to_a_person(tmp_path: Path, template: str):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "issue.mjml").write_text(template, encoding="utf-8")
    assets = (tmp_path, *letterhead().assets)
    with pytest.raises(CampaignError, match="the mail template cannot be used"):
        compile_issue(WEEKLY, letterhead(assets=assets), load)


def test_an_event_without_a_page_is_still_named():
    ahead = (replace(event("Lekcija", HOTELS), link=""),)
    mail = compiled(replace(WEEKLY, events=ahead, picture=card("b2")))
    assert "Lekcija" in mail.text
    assert "Lekcija" in body(mail.html).words
