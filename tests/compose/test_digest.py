"""Posts made from the calendar."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest

from campaign.compose import Book, compose
from campaign.compose.digest import period_of
from campaign.model import Account, At, CardChoice, Digest, Limits, Message
from campaign.text import length
from tests.compose.sample import (
    BOOK,
    EVENTS,
    LANGUAGES,
    RIGA,
    SPOT,
    account,
    event_occurrence,
    message_occurrence,
    said,
    utc,
)


def digest(period: Any = "month", wall: str = "2023-09-01 09:00", **more) -> Message:
    cards = more.pop("cards", ())
    accounts = more.pop("accounts", ("site", "mastodon"))
    return Message(
        "calendar-2023-09",
        "month-calendar",
        SPOT,
        At(dt.datetime.fromisoformat(wall)),
        RIGA,
        LANGUAGES,
        accounts,
        cards=cards,
        digest=Digest(period, **more),
    )


def post_of(entry: Message, name: str = "site", language: str = "lv", book: Book = BOOK):
    composed = said(entry, name, language, book)
    assert composed.post is not None, composed
    return composed.post


WHOLE_LIST = """\
1. – Zinību diena
5. – Starptautiskā labdarības diena
7. – Starptautiskā policijas sadarbības diena
8. – Starptautiskā rakstpratības diena
12. – Seminārs sociālajiem darbiniekiem, plkst. 10.00
15. – Starptautiskā demokrātijas diena
18. sept.–18. okt. – Mēnesis pret cilvēku tirdzniecību
18. – Starptautiskā vienlīdzīgas samaksas diena
20. – Tiešsaistes lekcija “Drošs darbs ārzemēs”, plkst. 18.00
21. – Starptautiskā miera diena
23. – Starptautiskā zīmju valodu diena
27. – Mācības viesnīcu darbiniekiem, plkst. 13.00 (pārcelts)
28. – Starptautiskā informācijas vispārējās pieejamības diena
29. – Izstādes atklāšana (atcelts)
30. – Starptautiskā tulkošanas diena"""


def test_september_as_the_site_lists_it():
    post = post_of(digest())
    assert (post.kind, post.title) == ("digest", "Notikumu kalendārs – Septembris, 2023")
    assert post.text == WHOLE_LIST
    assert post.html.startswith("<ul><li>1. – Zinību diena</li><li>5. – ")
    assert post.html.count("<li>") == 15


@pytest.mark.parametrize(
    ("language", "title", "line"),
    [
        ("en", "Calendar of Events – September, 2023", "27 – Training for hotel staff, 13:00 (rescheduled)"),
        ("ru", "Календарь событий – Сентябрь 2023", "27 — Обучение для сотрудников гостиниц, 13:00 (перенесено)"),
    ],
)
def test_september_in_other_languages(language, title, line):
    post = post_of(digest(), language=language)
    assert post.title == title
    assert line in post.text.split("\n")


def test_a_list_that_does_not_fit_says_how_much_it_leaves_out():
    post = post_of(digest(), "bluesky")
    assert post.text == (
        "Notikumu kalendārs – Septembris, 2023\n\n"
        "1. – Zinību diena\n"
        "5. – Starptautiskā labdarības diena\n"
        "7. – Starptautiskā policijas sadarbības diena\n"
        "8. – Starptautiskā rakstpratības diena\n"
        "un vēl 11 notikumu\n"
        "https://kampana.example/lv/e/calendar-2023-09/month-calendar/"
    )


@pytest.mark.parametrize("limit", range(130, 900, 37))
def test_every_entry_is_shown_or_counted(limit):
    narrow = Account("mastodon", "mastodon", LANGUAGES, Limits(limit))
    composed = compose(message_occurrence(digest()), narrow, "en", BOOK)
    assert composed.post is not None
    assert length(composed.post.text, narrow.limits) <= limit
    told = composed.post.text.split("\n")
    shown = sum(line in told for line in post_of(digest(), language="en").text.split("\n"))
    left_out = re.search(r"(\d+) (?:more )?events?$", composed.post.text, re.MULTILINE)
    assert shown + (int(left_out[1]) if left_out else 0) == 15


def test_the_shortest_form_only_counts():
    narrow = Account("mastodon", "mastodon", LANGUAGES, Limits(120, url_weight=23))
    post = compose(message_occurrence(digest()), narrow, "lv", BOOK).post
    assert post is not None
    assert post.text.split("\n") == [
        "Notikumu kalendārs – Septembris, 2023",
        "",
        "1. – Zinību diena",
        "un vēl 14 notikumu",
        post.link,
    ]
    narrower = replace(narrow, limits=Limits(81, url_weight=23))
    post = compose(message_occurrence(digest()), narrower, "lv", BOOK).post
    assert post is not None
    assert post.text.split("\n")[2] == "15 notikumu"


def test_what_cannot_even_be_counted_is_a_problem():
    narrow = Account("mastodon", "mastodon", LANGUAGES, Limits(60))
    composed = compose(message_occurrence(digest()), narrow, "lv", BOOK)
    assert [problem.code for problem in composed.problems] == ["LEN01"]


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        ("month", "2023-09-01", "2023-09-01", "2023-09-30"),
        ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("next month", "2023-01-31", "2023-02-01", "2023-02-28"),
        ("next month", "2023-12-15", "2024-01-01", "2024-01-31"),
        ("week", "2023-09-21", "2023-09-18", "2023-09-24"),
        ("week", "2023-09-18", "2023-09-18", "2023-09-24"),
        ("next week", "2023-09-24", "2023-09-25", "2023-10-01"),
        ("next week", "2023-12-31", "2024-01-01", "2024-01-07"),
    ],
)
def test_a_period_is_a_calendar_month_or_a_week_from_monday(period, day, first, last):
    found = period_of(Digest(period), dt.date.fromisoformat(day))
    assert [date.isoformat() for date in found] == [first, last]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("lv", "Notikumu kalendārs – 2023. gada 18.–24. septembris"),
        ("en", "Calendar of Events – 18–24 September 2023"),
        ("ru", "Календарь событий – 18–24 сентября 2023 г."),
    ],
)
def test_a_week_is_named_by_its_days(language, title):
    assert post_of(digest("week", "2023-09-21 10:00"), language=language).title == title


def test_a_span_is_listed_in_every_period_it_touches():
    assert "18. sept.–18. okt. – Mēnesis pret cilvēku tirdzniecību" in post_of(digest("month", "2023-10-01 09:00")).text


# ---------------------------------------------------------------- what is listed


def listed(book: Book, wall: str = "2023-09-01 09:00", **more) -> list[str]:
    lines: list[str] = post_of(digest(wall=wall, if_empty="send", **more), book=book).text.split("\n")
    return lines


def alone(**changes) -> Book:
    occurrence = event_occurrence(replace(EVENTS["seminar-social-workers"], **changes))
    return Book(BOOK.schedules, BOOK.site, (occurrence,))


def test_drafts_and_events_of_other_languages_are_left_out():
    assert listed(alone()) == ["12. – Seminārs sociālajiem darbiniekiem, plkst. 10.00"]
    assert listed(alone(draft=True)) == ["Šajā laikā notikumu nav."]
    assert listed(alone(languages=("en", "ru"))) == ["Šajā laikā notikumu nav."]


def test_an_event_is_not_told_before_its_own_publication():
    (occurrence,) = alone().calendar
    later = replace(occurrence, due=utc(dt.datetime.fromisoformat("2023-09-03T09:00")))
    book = Book(BOOK.schedules, BOOK.site, (later,))
    assert listed(book) == ["Šajā laikā notikumu nav."]
    assert listed(book, "2023-09-04 09:00") == ["12. – Seminārs sociālajiem darbiniekiem, plkst. 10.00"]


@pytest.mark.parametrize(
    ("ends", "line"),
    [
        ("2023-09-14T15:00", "12.–14. – Seminārs sociālajiem darbiniekiem, plkst. 10.00"),
        ("2023-10-02T15:00", "12. sept.–2. okt. – Seminārs sociālajiem darbiniekiem, plkst. 10.00"),
        ("", "12. – Seminārs sociālajiem darbiniekiem, plkst. 10.00"),
    ],
)
def test_days_of_a_span_are_written_short(ends, line):
    occurrence = event_occurrence(EVENTS["seminar-social-workers"], ends=ends)
    assert listed(Book(BOOK.schedules, BOOK.site, (occurrence,))) == [line]


def test_posts_about_an_event_are_no_entries_of_the_calendar():
    (occurrence,) = alone().calendar
    told = replace(occurrence, key=f"{occurrence.key}-1d", announcement="1d")
    assert listed(Book(BOOK.schedules, BOOK.site, (told, occurrence))) == listed(alone())
    assert Book(BOOK.schedules, BOOK.site, (told,)).dates == {}


def test_an_issue_with_nothing_ahead_still_waits_for_its_news():
    assert said(digest(wall="2023-02-01 09:00"), "newsletter").post is not None


def test_only_the_named_campaigns_are_listed():
    lines = listed(BOOK, campaigns=("eu-anti-trafficking-day-2023",), wall="2023-10-01 09:00")
    assert lines == ["18. – ES diena pret cilvēku tirdzniecību", "18. – Kā atpazīt cilvēku tirdzniecību, plkst. 10.00"]


@pytest.mark.parametrize(("if_empty", "skip"), [("skip", "nothing in the calendar"), ("send", "")])
def test_an_empty_month_is_skipped_unless_it_is_to_be_said(if_empty, skip):
    composed = said(digest(wall="2023-02-01 09:00", if_empty=if_empty), "site")
    assert composed.skip == skip
    assert (composed.post is None) == bool(skip)


def test_a_newsletter_holds_title_and_greeting_until_its_issue_is_fixed():
    intro = {"lv": "Labdien! Palīdzība: {helpline-thb}."}
    post = post_of(digest("week", "2023-09-21 10:00", intro=intro), "newsletter")
    assert post.text == "Labdien! Palīdzība: +371 28612120."
    assert post.html == ""


def test_a_greeting_opens_the_list():
    entry = digest(intro={"lv": "Kas <notiks> & kad"})
    assert post_of(entry).text.startswith("Kas <notiks> & kad\n\n1. – Zinību diena")
    assert post_of(entry).html.startswith("<p>Kas &lt;notiks&gt; &amp; kad</p><ul>")
    assert post_of(entry, "mastodon").text.startswith(
        "Notikumu kalendārs – Septembris, 2023\n\nKas <notiks> & kad\n\n1. "
    )


# ---------------------------------------------------------------- the month's card


def test_the_months_card_shows_every_entry():
    (card,) = said(digest(cards=(CardChoice("month-calendar"),)), "site").cards
    assert (card.fields["year"], card.fields["month"], len(card.fields["entries"])) == (2023, 9, 15)
    assert card.fields["title"] == "Notikumu kalendārs – Septembris, 2023"
    by_date = {(entry["date"], entry["kind"]): entry for entry in card.fields["entries"]}
    assert by_date["2023-09-29", "event"]["status"] == "cancelled"
    assert by_date["2023-09-27", "event"] == {
        "date": "2023-09-27",
        "ends": "",
        "time": "plkst. 13.00",
        "title": "Mācības viesnīcu darbiniekiem",
        "kind": "event",
        "status": "moved",
    }


def test_a_card_of_a_week_shows_its_whole_month():
    (card,) = said(digest("week", "2023-09-21 10:00", cards=(CardChoice("month-calendar"),)), "site").cards
    assert len(card.fields["entries"]) == 15


def test_a_digest_without_a_date_is_skipped():
    occurrence = replace(message_occurrence(digest()), due=None, wall=None)
    assert compose(occurrence, account("site"), "lv", BOOK).skip == "a digest needs a date"
