"""What is on a card, template by template."""

import datetime as dt
from dataclasses import replace

import pytest

from campaign.compose import Composed, compose
from campaign.compose.picture import help_line, short_source
from campaign.model import CardChoice, Digest, Fact, Message
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
    utc,
)

KICKOFF = MESSAGES["kickoff"]
BARS = ({"label": {"lv": "Zvani", "en": "Calls"}, "value": "310"},)


def fields(name: str, language: str = "lv") -> dict:
    (card,) = composed(name, "mastodon", language).cards
    return dict(card.fields)


def made(template: str, entry: Message = KICKOFF, language: str = "lv", wall: str = "", **given) -> Composed:
    """The entry with one card of this template, sent at this wall time."""
    occurrence = message_occurrence(replace(entry, cards=(CardChoice(template, given),)))
    if wall:
        time = dt.datetime.fromisoformat(wall)
        occurrence = replace(occurrence, due=utc(time), wall=time)
    return compose(occurrence, BOOK.site.accounts["mastodon"], language, BOOK)


def shown(template: str, entry: Message = KICKOFF, language: str = "lv", wall: str = "", **given) -> dict:
    (card,) = made(template, entry, language, wall, **given).cards
    return dict(card.fields)


def lacking(composed: Composed) -> list[tuple[str, str]]:
    """What the cards of a post need, and the hints."""
    assert composed.post is None
    assert {problem.code for problem in composed.problems} == {"CRD01"}
    return [(problem.message.partition(" needs ")[2], problem.hint) for problem in composed.problems]


# ---------------------------------------------------------------- days and events


def test_a_day_or_an_event_gives_the_announcement_its_date():
    assert fields("the-day")["date"] == "2023-10-18"
    assert shown("announcement", MESSAGES["thanks"])["date"] == "2023-10-18"
    assert "date" not in fields("kickoff")


def test_an_event_card_holds_the_events_facts():
    card = fields("event-announcement", "en")
    assert {name: card[name] for name in ("title", "starts", "ends", "all_day", "when", "place", "status", "was")} == {
        "title": "How to recognise human trafficking",
        "starts": "2023-10-18T10:00",
        "ends": "2023-10-18T12:00",
        "all_day": False,
        "when": "Wednesday, 18 October 2023, 10:00–12:00",
        "place": "Riga",
        "status": "confirmed",
        "was": "",
    }


def test_an_event_card_needs_its_event():
    hint = "tie the message to an event: `event: discussion`"
    assert lacking(made("event")) == [("the event it shows; this post waits", hint)]


def test_an_online_event_shows_that_instead_of_a_place():
    (card,) = compose(event_occurrence(EVENTS["online-lecture"]), BOOK.site.accounts["site"], "lv", BOOK).cards
    assert card.fields["place"] == "Tiešsaistē"


def test_a_moved_event_shows_the_old_time():
    moved = event_occurrence(EVENTS["seminar-hotels"], was_starts="2023-09-26T13:00")
    (card,) = compose(moved, BOOK.site.accounts["site"], "lv", BOOK).cards
    assert (card.fields["status"], card.fields["was"]) == ("moved", "2023. gada 26. septembrī plkst. 13.00")


def test_an_awareness_day_may_have_an_event_card():
    card = shown("event", MESSAGES["the-day"])
    assert (card["starts"], card["all_day"]) == ("2023-10-18", True)
    assert card["title"] == "Šodien ir ES diena pret cilvēku tirdzniecību"


@pytest.mark.parametrize(
    ("wall", "days"),
    [("2023-09-18 09:00", 30), ("2023-10-17 23:59", 1), ("2023-10-18 00:01", 0), ("2022-10-18 09:00", 365)],
)
def test_a_countdown_counts_local_days(wall, days):
    card = shown("countdown", MESSAGES["the-day"], wall=wall)
    assert (card["days"], card["date"]) == (days, "2023-10-18")


def test_a_countdown_names_its_day_or_event_as_the_files_do():
    day = BOOK.schedules.observances["eu-atd"].name
    assert shown("countdown", MESSAGES["the-day"], "ru")["title"] == day["ru"]
    assert shown("countdown", MESSAGES["event-announcement"])["title"] == "Kā atpazīt cilvēku tirdzniecību"


@pytest.mark.parametrize(("name", "wall"), [("kickoff", ""), ("the-day", "2023-10-19 00:01")])
def test_a_countdown_needs_a_day_ahead(name, wall):
    ((needed, hint),) = lacking(made("countdown", MESSAGES[name], wall=wall))
    assert needed == "an event or a day that lies ahead; this post waits"
    assert "`observance: eu-atd`" in hint


# ---------------------------------------------------------------- the calendar


def digest(period) -> Message:
    return replace(KICKOFF, text={}, digest=Digest(period))


@pytest.mark.parametrize(
    ("entry", "wall", "first"),
    [
        (digest("week"), "2023-09-18 09:00", "2023-09-18"),
        (digest("week"), "2023-09-24 23:00", "2023-09-18"),
        (digest("next week"), "2023-09-17 18:00", "2023-09-18"),
        (digest("month"), "2023-09-20 09:00", "2023-09-18"),
        (KICKOFF, "2023-09-21 09:00", "2023-09-18"),
    ],
    ids=["monday", "sunday", "next week", "digest of a month", "no digest"],
)
def test_a_week_runs_from_monday_to_sunday(entry, wall, first):
    card = shown("week", entry, wall=wall)
    assert (card["since"], card["kicker"], card["title"]) == (
        first,
        "Nedēļas notikumi",
        "2023. gada 18.–24. septembris",
    )
    assert [item["date"] for item in card["entries"]] == [
        *("2023-09-18", "2023-09-18", "2023-09-20", "2023-09-21", "2023-09-23")
    ]


def test_a_week_is_named_in_its_language():
    assert shown("week", digest("week"), "en", "2023-09-18 09:00")["title"] == "18–24 September 2023"


def test_a_week_without_entries_has_no_card():
    composed = made("week", wall="2023-07-03 09:00")
    assert composed.post is not None
    assert composed.cards == ()


@pytest.mark.parametrize(("template", "needed"), [("month-calendar", "a month to show"), ("week", "a week to show")])
def test_a_calendar_without_a_date_is_a_problem(template, needed):
    entry = replace(MESSAGES["eve"], cards=(CardChoice(template),))
    occurrence = replace(message_occurrence(entry), due=None, wall=None)
    ((said_needed, hint),) = lacking(compose(occurrence, BOOK.site.accounts["mastodon"], "lv", BOOK))
    assert said_needed == f"{needed}; this post waits"
    assert "at: 2023-09-01 09:00" in hint


def test_the_list_of_a_month_takes_the_place_of_the_help_line():
    card = shown("month-calendar", digest("next month"), wall="2023-08-31 09:00")
    assert (card["year"], card["month"], card["help"]) == (2023, 9, "")


# ---------------------------------------------------------------- figures and words


def test_a_figure_and_a_chart_name_the_source_of_the_messages_fact():
    source = "European Commission, DG HOME, 18 October 2023"
    assert shown("fact", MESSAGES["the-day"])["source"] == source
    chart = shown("chart", MESSAGES["the-day"], bars=BARS)
    assert (chart["source"], chart["title"]) == (source, "Šodien ir ES diena pret cilvēku tirdzniecību")


def test_a_chart_speaks_the_cards_language_and_keeps_its_figures_as_written():
    series = ({"name": {"lv": "Visi", "en": "All"}, "values": {"2019": "310", "2020": "284"}},)
    chart = shown("chart", MESSAGES["the-day"], "en", bars=BARS, series=series, source={"lv": "mēs", "en": "us"})
    assert chart["bars"] == [{"label": "Calls", "value": "310"}]
    assert chart["series"] == [{"name": "All", "values": {"2019": "310", "2020": "284"}}]
    assert chart["source"] == "us"


@pytest.mark.parametrize("given", [{"bars": BARS}, {"series": ({"name": "ā", "values": {"2019": "1"}},)}])
def test_a_chart_needs_bars_or_lines(given):
    assert shown("chart", MESSAGES["the-day"], **given)["source"]
    ((needed, hint),) = lacking(made("chart", MESSAGES["the-day"]))
    assert needed == "its figures (bars: or series:); this post waits"
    assert "bars: [{label:" in hint


@pytest.mark.parametrize(
    ("template", "needed"),
    [
        ("checklist", ["its list (items:)"]),
        ("fact", ["the source of its figure"]),
        ("chart", ["its figures (bars: or series:)", "the source of its figure"]),
        ("quote", ["the words that somebody said (quote:)", "who said it (name:)"]),
    ],
)
def test_a_card_without_what_it_needs_is_explained(template, needed):
    found = lacking(made(template, MESSAGES["eve"]))
    assert [words for words, _ in found] == [f"{one}; this post waits" for one in needed]
    assert all(hint for _, hint in found)


def test_somebodys_words_are_given_word_for_word_or_not_at_all():
    quote = shown("quote", quote={"lv": "Zvaniet!"}, name={"lv": "Konsultante"})
    assert (quote["quote"], quote["name"], "title" in quote) == ("Zvaniet!", "Konsultante", False)


def test_thanks_say_for_what():
    card = shown("thanks", MESSAGES["thanks"], "ru")
    assert (card["title"], card["text"]) == ("Спасибо!", "Спасибо всем, кто участвовал")
    assert shown("thanks", replace(KICKOFF, title={"lv": "Paldies!"}))["text"] == ""
    assert shown("thanks", title={"lv": "Paldies jums!"})["title"] == "Paldies jums!"


def test_a_cover_says_what_follows():
    assert shown("cover")["title"] == "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību"


@pytest.mark.parametrize(
    ("source", "line"),
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
def test_a_source_is_shortened_to_one_line(source, line):
    assert short_source(Fact("f", SPOT, {}, source, dt.date(2023, 10, 18))) == line


# ---------------------------------------------------------------- whom to call


def test_help_lines_in_each_language():
    assert [help_line(BOOK, language) for language in LANGUAGES] == [
        "Palīdzība: +371 28612120 · Briesmās: 112",
        "Help: +371 28612120 · In danger: 112",
        "Помощь: +371 28612120 · В опасности: 112",
    ]


def test_contacts_are_those_the_text_names():
    card = fields("who-to-call")
    assert [contact["phone"] for contact in card["contacts"]] == ["112", "110", "+371 28612120", "116006"]
    assert card["contacts"][1]["name"] == "Valsts policija"


def test_contacts_default_to_the_sites_help_lines():
    assert [contact["phone"] for contact in shown("contacts")["contacts"]] == ["112", "+371 28612120"]


@pytest.mark.parametrize("template", ["contacts", "help"])
def test_a_card_of_numbers_does_not_say_them_twice(template):
    assert shown(template)["help"] == ""


def test_a_card_of_help_shows_the_sites_help_lines_whatever_the_message_names():
    card = shown("help", MESSAGES["girl-child-day"], "en")
    assert (card["title"], [contact["phone"] for contact in card["contacts"]]) == (
        "Help is available",
        ["112", "+371 28612120"],
    )


def test_a_card_of_help_needs_help_lines():
    book = replace(BOOK, site=replace(BOOK.site, helplines=()))
    (problem,) = said(replace(KICKOFF, cards=(CardChoice("help"),)), book=book).problems
    assert "the card “help” needs the numbers it shows" in problem.message
