"""What is on a post's card."""

import json
from dataclasses import replace

import pytest

from campaign.compose import Book, compose
from campaign.compose.picture import help_line, short_source
from campaign.model import CardChoice, Fact, Limits
from tests.compose.sample import (
    BOOK,
    EVENTS,
    LANGUAGES,
    MESSAGES,
    SPOT,
    composed,
    event_occurrence,
    message_occurrence,
    said,
)

KICKOFF = MESSAGES["kickoff"]


def fields(name: str, language: str = "lv") -> dict:
    card = composed(name, "mastodon", language).card
    assert card is not None
    return dict(card.fields)


def card_of(choice: CardChoice, language: str = "lv", **changes):
    return said(replace(KICKOFF, card=choice, **changes), "mastodon", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MESSAGES)
def test_every_card_of_the_sample_is_plain_data(name, language):
    card = composed(name, "mastodon", language).card
    assert card is not None
    assert (card.language, card.size) == (language, "og")
    assert json.loads(json.dumps(card.fields)) == card.fields


def test_every_card_says_whose_it_is_and_where_help_is():
    assert fields("kickoff") == {
        "site": "Valsts informatīvais resurss par cilvēktirdzniecības mazināšanu",
        "kicker": "ES diena pret cilvēku tirdzniecību",
        "help": "Palīdzība: +371 28612120 · Briesmās: 112",
        "title": "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību",
    }


def test_help_lines_in_each_language():
    assert [help_line(BOOK, language) for language in LANGUAGES] == [
        "Palīdzība: +371 28612120 · Briesmās: 112",
        "Help: +371 28612120 · In danger: 112",
        "Помощь: +371 28612120 · В опасности: 112",
    ]


def test_the_campaign_is_not_named_twice():
    assert (
        card_of(CardChoice("announcement"), title={"lv": "ES diena pret cilvēku tirdzniecību"}).card.fields["kicker"]
        == ""
    )


def test_a_day_or_an_event_gives_the_announcement_its_date():
    assert fields("the-day")["date"] == "2023-10-18"
    assert fields("thanks")["date"] == "2023-10-18"
    assert "date" not in fields("kickoff")


def test_an_event_card_holds_the_events_facts():
    shown = fields("event-announcement", "en")
    assert {name: shown[name] for name in ("title", "starts", "ends", "all_day", "when", "place", "status", "was")} == {
        "title": "How to recognise human trafficking",
        "starts": "2023-10-18T10:00",
        "ends": "2023-10-18T12:00",
        "all_day": False,
        "when": "Wednesday, 18 October 2023, 10:00–12:00",
        "place": "Riga",
        "status": "confirmed",
        "was": "",
    }


def test_contacts_are_those_the_text_names():
    shown = fields("who-to-call")["contacts"]
    assert [contact["phone"] for contact in shown] == ["112", "110", "+371 28612120", "116006"]
    assert shown[1]["name"] == "Valsts policija"


def test_contacts_default_to_the_sites_help_lines():
    card = card_of(CardChoice("contacts")).card
    assert [contact["phone"] for contact in card.fields["contacts"]] == ["112", "+371 28612120"]


def test_a_checklist_speaks_the_cards_language():
    items = {"lv": ["Zvani {emergency}", "Neatdod pasi"], "en": ["Call {emergency}", "Keep your passport"]}
    cards = [card_of(CardChoice("checklist", {"items": items}), language).card for language in ("lv", "en")]
    assert [card.fields["items"] for card in cards if card] == [
        ["Zvani 112", "Neatdod pasi"],
        ["Call 112", "Keep your passport"],
    ]


def test_a_list_may_be_translated_item_by_item():
    items = [{"lv": "Viens", "en": "One"}, {"lv": "Divi", "en": "Two"}]
    assert card_of(CardChoice("checklist", {"items": items}), "en").card.fields["items"] == ["One", "Two"]


def test_other_values_of_the_editors_pass_through():
    choice = CardChoice("announcement", {"accent": 3, "badge": {"text": "Jauns", "size": 2}, "title": {"lv": "Īsi"}})
    shown = card_of(choice).card.fields
    assert (shown["accent"], shown["badge"], shown["title"]) == (3, {"text": "Jauns", "size": 2}, "Īsi")


def test_a_card_in_a_missing_language_is_a_problem():
    composed = card_of(CardChoice("checklist", {"items": {"lv": ["Viens"]}}), "ru")
    assert composed.post is None
    assert [(problem.code, problem.language) for problem in composed.problems] == [("TRN01", "ru")]


@pytest.mark.parametrize(
    ("template", "missing", "hint"),
    [
        ("checklist", "its list (items:)", "items: {lv:"),
        ("fact", "the source of its figure", "facts: ["),
        ("event", "the event it shows", "`event: discussion`"),
    ],
)
def test_a_card_without_what_it_needs_is_explained(template, missing, hint):
    entry = replace(MESSAGES["eve"], card=CardChoice(template))
    (problem,) = said(entry).problems
    assert problem.code == "CRD01"
    assert f"the card “{template}” needs {missing}" in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            "European Commission, 18 October 2023; text reproduced at https://a.org/x",
            "European Commission, 18 October 2023",
        ),
        ("Cabinet Regulation No. 344, https://likumi.lv/ta/id/308253", "Cabinet Regulation No. 344, 2023"),
        ("https://www.iom.int/EU-anti-trafficking-day", "iom.int, 2023"),
        ("Centrālā statistikas pārvalde", "Centrālā statistikas pārvalde, 2023"),
    ],
)
def test_a_source_is_shortened_to_one_line(source, shown):
    import datetime as dt

    assert short_source(Fact("f", SPOT, {}, source, dt.date(2023, 10, 18))) == shown


def test_cards_go_only_where_pictures_go():
    sites = replace(BOOK.site.accounts["mastodon"], limits=Limits(500, images=0))
    book = Book(BOOK.schedules, replace(BOOK.site, accounts={**BOOK.site.accounts, "mastodon": sites}), BOOK.calendar)
    assert said(KICKOFF, "mastodon", book=book).card is None
    assert said(KICKOFF, "calendar").card is None
    assert said(KICKOFF, "site").card is not None


def test_a_month_without_a_date_is_a_problem():
    entry = replace(MESSAGES["eve"], card=CardChoice("month-calendar"))
    occurrence = replace(message_occurrence(entry), due=None, wall=None)
    (problem,) = compose(occurrence, BOOK.site.accounts["mastodon"], "lv", BOOK).problems
    assert (problem.code, "needs a month to show" in problem.message) == ("CRD01", True)


def test_an_online_event_shows_that_instead_of_a_place():
    card = compose(event_occurrence(EVENTS["online-lecture"]), BOOK.site.accounts["site"], "lv", BOOK).card
    assert card is not None
    assert card.fields["place"] == "Tiešsaistē"


def test_a_moved_event_shows_the_old_time():
    moved = event_occurrence(EVENTS["seminar-hotels"], was_starts="2023-09-26T13:00")
    card = compose(moved, BOOK.site.accounts["site"], "lv", BOOK).card
    assert card is not None
    assert (card.fields["status"], card.fields["was"]) == ("moved", "2023. gada 26. septembrī plkst. 13.00")


def test_an_awareness_day_may_have_an_event_card():
    shown = said(replace(MESSAGES["the-day"], card=CardChoice("event"))).card
    assert shown is not None
    assert (shown.fields["starts"], shown.fields["all_day"]) == ("2023-10-18", True)
    assert shown.fields["title"] == "Šodien ir ES diena pret cilvēku tirdzniecību"
