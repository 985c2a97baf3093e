"""A post's cards: which, in whose words, with what every card carries."""

import json
from dataclasses import replace

import pytest

from campaign.compose import Book, Composed
from campaign.model import CardChoice, Digest, Image, Limits, Spot, Variant
from tests.compose.sample import BOOK, LANGUAGES, MESSAGES, composed, said

KICKOFF = MESSAGES["kickoff"]
LINK = "https://kampana.example/lv/18-oktobris"
MONTH = replace(KICKOFF, text={}, digest=Digest("month"), cards=(CardChoice("month-calendar"),))
DESK = Image("photos/galds.jpg", {"lv": "Galds pie loga", "en": "A desk"}, "Anna Ū.", "form-17", (0.4, 0.3))


def of(*choices: CardChoice, language: str = "lv", **changes) -> Composed:
    return said(replace(KICKOFF, cards=choices, **changes), "mastodon", language)


def fields(choice: CardChoice, language: str = "lv", **changes) -> dict:
    (card,) = of(choice, language=language, **changes).cards
    return dict(card.fields)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MESSAGES)
def test_every_card_of_the_sample_is_plain_data(name, language):
    (card,) = composed(name, "mastodon", language).cards
    assert (card.language, card.size) == (language, "og")
    assert json.loads(json.dumps(card.fields)) == card.fields


# ---------------------------------------------------------------- what every card carries


def test_every_card_says_whose_it_is_where_help_is_and_where_it_leads():
    assert fields(CardChoice("announcement")) == {
        "site": "Valsts informatīvais resurss par cilvēktirdzniecības mazināšanu",
        "kicker": "ES diena pret cilvēku tirdzniecību",
        "help": "Palīdzība: +371 28612120 · Briesmās: 112",
        "link": LINK,
        "title": "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību",
    }


def test_the_campaign_is_not_named_twice():
    title = {"lv": "ES diena pret cilvēku tirdzniecību"}
    assert fields(CardChoice("announcement"), title=title)["kicker"] == ""


@pytest.mark.parametrize("link", [{}, {"lv": "https://cits.example/lapa"}])
def test_all_accounts_get_the_same_card_also_the_page_that_does_not_link_to_itself(link):
    entry = replace(KICKOFF, link=link)
    (cards,) = {json.dumps([card.fields for card in said(entry, name).cards]) for name in ("mastodon", "feed", "site")}
    page = "https://kampana.example/lv/e/eu-anti-trafficking-day-2023/kickoff/"
    assert json.loads(cards)[0]["link"] == (link.get("lv") or page)


def test_a_message_without_a_page_leads_nowhere():
    assert fields(CardChoice("announcement"), link={}, accounts=("mastodon",))["link"] == ""


def test_cards_go_only_where_pictures_go():
    plain = replace(BOOK.site.accounts["mastodon"], limits=Limits(500, images=0))
    book = Book(BOOK.schedules, replace(BOOK.site, accounts={**BOOK.site.accounts, "mastodon": plain}), BOOK.calendar)
    assert said(KICKOFF, "mastodon", book=book).cards == ()
    assert said(KICKOFF, "calendar").cards == ()
    assert len(said(KICKOFF, "site").cards) == 1


# ---------------------------------------------------------------- several


def test_several_cards_come_in_the_order_of_the_editors():
    cover = CardChoice("cover", {"title": {"lv": "Trīs lietas"}})
    found = of(cover, CardChoice("checklist", {"items": {"lv": ["Viens"]}}), CardChoice("help"))
    assert [card.template for card in found.cards] == ["cover", "checklist", "help"]
    assert [card.fields["title"] for card in found.cards] == [
        "Trīs lietas",
        "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību",
        "Palīdzība ir pieejama",
    ]
    assert found.closing is None


def test_an_account_may_have_several_cards_where_the_others_have_one():
    changed = Variant(cards=(CardChoice("cover"), CardChoice("help")))
    entry = replace(KICKOFF, variants={"mastodon": changed})
    assert [len(said(entry, name).cards) for name in ("mastodon", "bluesky")] == [2, 1]


def test_more_cards_than_the_account_takes_are_a_problem():
    (problem,) = of(*[CardChoice("cover")] * 3, images=(DESK, DESK)).problems
    assert (problem.code, problem.account) == ("LEN02", "mastodon")
    assert "takes 4 pictures, this post has 2 and 3 cards" in problem.message


def test_a_month_ends_with_where_help_is():
    closing = said(MONTH).closing
    assert closing is not None
    assert (closing.template, closing.fields["title"], closing.fields["link"]) == (
        "help",
        "Palīdzība ir pieejama",
        LINK,
    )
    assert [contact["phone"] for contact in closing.fields["contacts"]] == ["112", "+371 28612120"]


@pytest.mark.parametrize(
    ("entry", "helplines"),
    [
        (KICKOFF, BOOK.site.helplines),
        (replace(MONTH, cards=(*MONTH.cards, CardChoice("help"))), BOOK.site.helplines),
        (MONTH, ()),
    ],
    ids=["not a month", "help chosen", "no help lines"],
)
def test_nothing_else_ends_with_it(entry, helplines):
    book = replace(BOOK, site=replace(BOOK.site, helplines=helplines))
    found = said(entry, book=book)
    assert found.post is not None
    assert found.closing is None


def test_a_further_picture_cannot_be_chosen():
    (problem,) = of(CardChoice("month-list")).problems
    assert (problem.code, problem.hint) == ("CRD01", "card: month-calendar")
    assert "“month-list” is a further picture of month-calendar" in problem.message


# ---------------------------------------------------------------- the editors' own words


def test_a_checklist_speaks_the_cards_language():
    items = {"lv": ["Zvani {emergency}", "Neatdod pasi"], "en": ["Call {emergency}", "Keep your passport"]}
    assert [fields(CardChoice("checklist", {"items": items}), language)["items"] for language in ("lv", "en")] == [
        ["Zvani 112", "Neatdod pasi"],
        ["Call 112", "Keep your passport"],
    ]


def test_a_list_may_be_translated_item_by_item():
    items = [{"lv": "Viens", "en": "One"}, {"lv": "Divi", "en": "Two"}]
    assert fields(CardChoice("checklist", {"items": items}), "en")["items"] == ["One", "Two"]


def test_other_values_of_the_editors_pass_through():
    choice = CardChoice("announcement", {"accent": 3, "badge": {"text": "Jauns", "size": 2}, "title": {"lv": "Īsi"}})
    shown = fields(choice)
    assert (shown["accent"], shown["badge"], shown["title"]) == (3, {"text": "Jauns", "size": 2}, "Īsi")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"items": {"lv": ["Viens"]}}, "items"),
        ({"items": [{"lv": "Viens", "ru": "Один"}, {"lv": "Divi"}]}, "items.1"),
        ({"items": ["1"], "bars": [{"label": {"lv": "Zvani"}, "value": "3"}]}, "bars.0.label"),
    ],
)
def test_a_missing_language_is_told_wherever_it_is_missing(given, name):
    found = of(CardChoice("checklist", given), language="ru")
    assert found.post is None
    assert [(problem.code, problem.language, problem.hint) for problem in found.problems] == [
        ("TRN01", "ru", f'add to {name}: ru: "…"')
    ]


def test_a_problem_stands_where_its_card_stands():
    spots = {"card": Spot("a.yaml", 10), "card.1": Spot("a.yaml", 12), "card.1.items": Spot("a.yaml", 13)}
    cards = (CardChoice("cover"), CardChoice("checklist", {"items": {"ru": ["Раз"]}}), CardChoice("event"))
    untranslated, absent = of(*cards, spots=spots).problems
    assert (untranslated.spot.line, untranslated.field) == (13, "card.1.items")
    assert (absent.spot.line, absent.code) == (10, "CRD01")


def test_a_photo_is_described_in_the_cards_language_and_keeps_its_form_to_itself():
    photo = {"file": "photos/galds.jpg", "credit": "Anna Ū.", "focus": [0.4, 0.3]}
    choice = CardChoice("announcement", photo=DESK)
    assert fields(choice)["photo"] == {**photo, "alt": "Galds pie loga"}
    assert fields(choice, "ru")["photo"] == {**photo, "alt": ""}
