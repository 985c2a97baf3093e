"""Events, what is announced about them, awareness days and articles."""

import datetime as dt
from dataclasses import replace

import pytest

from campaign.compose import Book, compose
from campaign.model import CardChoice, Change, Occurrence, Page, Place, Repeat, RepeatingEvent, Rule, Schedules, Variant
from tests.compose.sample import (
    BOOK,
    EVENTS,
    LANGUAGES,
    SPOT,
    account,
    event_occurrence,
    observance_occurrence,
    observances,
    utc,
)

SEMINAR, LECTURE, HOTELS = EVENTS["seminar-social-workers"], EVENTS["online-lecture"], EVENTS["seminar-hotels"]
EXHIBITION, DISCUSSION = EVENTS["exhibition"], EVENTS["discussion"]
MOVED = {"was_starts": "2023-09-26T13:00", "changes": 1}
PAGE = "https://kampana.example/lv/e/calendar-2023-09"


def post_of(occurrence: Occurrence, name: str = "feed", language: str = "lv", book: Book = BOOK):
    composed = compose(occurrence, account(name), language, book)
    assert composed.post is not None, composed
    return composed.post


def announced(occurrence: Occurrence, announcement: str, wall: str, language: str = "lv", name: str = "mastodon"):
    at = dt.datetime.fromisoformat(wall)
    told = replace(occurrence, key=f"{occurrence.key}-x", announcement=announcement, wall=at, due=utc(at))
    return post_of(told, name, language)


# ---------------------------------------------------------------- events


@pytest.mark.parametrize(
    ("occurrence", "texts"),
    [
        (
            event_occurrence(SEMINAR),
            (
                "Otrdiena, 2023. gada 12. septembris, plkst. 10.00–15.00. Vieta: Rīga. Dalība bez maksas.",
                "Tuesday, 12 September 2023, 10:00–15:00. Place: Riga. Free entry.",
                "Вторник, 12 сентября 2023 г., 10:00–15:00. Место: Рига. Вход свободный.",
            ),
        ),
        (
            event_occurrence(LECTURE),
            (
                "Trešdiena, 2023. gada 20. septembris, plkst. 18.00–19.00. Notiks tiešsaistē. Dalība bez maksas.",
                "Wednesday, 20 September 2023, 18:00–19:00. It takes place online. Free entry.",
                "Среда, 20 сентября 2023 г., 18:00–19:00. Пройдёт онлайн. Вход свободный.",
            ),
        ),
        (
            event_occurrence(HOTELS, **MOVED),
            (
                "Pārcelts (iepriekš: otrdiena, 2023. gada 26. septembris, plkst. 13.00). Trešdiena, 2023. gada 27. septembris, plkst. 13.00–16.00. Vieta: Rīga. Dalība bez maksas.",
                "Rescheduled (was: Tuesday, 26 September 2023, 13:00). Wednesday, 27 September 2023, 13:00–16:00. Place: Riga. Free entry.",
                "Перенесено (было: вторник, 26 сентября 2023 г., 13:00). Среда, 27 сентября 2023 г., 13:00–16:00. Место: Рига. Вход свободный.",
            ),
        ),
        (
            event_occurrence(EXHIBITION),
            (
                "Atcelts. Piektdiena, 2023. gada 29. septembris. Vieta: Rīga.",
                "Cancelled. Friday, 29 September 2023. Place: Riga.",
                "Отменено. Пятница, 29 сентября 2023 г. Место: Рига.",
            ),
        ),
    ],
)
def test_an_event_says_what_happened_to_it_when_and_where(occurrence, texts):
    assert tuple(post_of(occurrence, language=language).text for language in LANGUAGES) == texts


def test_an_event_keeps_its_facts_in_one_language():
    post = post_of(event_occurrence(DISCUSSION), "calendar", "ru")
    assert (post.kind, post.title, post.date) == ("event", "Как распознать торговлю людьми", "2023-10-18T10:00")
    assert post.event is not None
    assert (post.event.place, post.event.organizer) == ("Рига", "Организаторы кампании")
    assert post.event.accessibility == ("sign-language-lv", "live-captions", "step-free")
    assert post.translated_from == "lv"


def test_a_place_of_the_registry_adds_address_and_access():
    place = Place(
        "biblioteka", SPOT, {"lv": "Bibliotēka"}, {"lv": "Brīvības iela 1"}, accessibility=("lift", "step-free")
    )
    book = Book(replace(BOOK.schedules, places={"biblioteka": place}), BOOK.site)
    post = post_of(event_occurrence(replace(SEMINAR, place_id="biblioteka")), book=book)
    assert post.event is not None
    assert (post.event.address, post.event.accessibility) == ("Brīvības iela 1", ("step-free", "lift"))


def test_a_summary_stands_below_the_made_sentences():
    entry = replace(SEMINAR, summary={"lv": "Kā palīdzēt? Zvani {emergency}."})
    post = post_of(event_occurrence(entry))
    assert post.summary == "Kā palīdzēt? Zvani 112."
    assert post.text.endswith("Dalība bez maksas.\n\nKā palīdzēt? Zvani 112.")
    assert post.phones == (("112", "112"),)


@pytest.mark.parametrize(
    ("name", "link"),
    [("feed", f"{PAGE}/seminar-social-workers/"), ("calendar", f"{PAGE}/seminar-social-workers/"), ("site", "")],
)
def test_an_event_links_to_its_page_but_the_page_not_to_itself(name, link):
    assert post_of(event_occurrence(SEMINAR), name).link == link


def test_an_event_has_a_card_unless_it_wants_none():
    entries = [SEMINAR, replace(SEMINAR, cards=(CardChoice("announcement"),)), replace(SEMINAR, cards=())]
    drawn = [compose(event_occurrence(entry), account("site"), "lv", BOOK).cards for entry in entries]
    assert [[card.template for card in cards] for cards in drawn] == [["event"], ["announcement"], []]
    assert compose(event_occurrence(SEMINAR), account("calendar"), "lv", BOOK).cards == ()


def test_one_date_of_a_repeating_event_says_why_it_is_off():
    day = dt.date(2023, 9, 12)
    entry = replace(SEMINAR, on={day: Variant(cancelled=True, reason={"lv": "lektors saslimis"})})
    occurrence = replace(event_occurrence(entry, status="cancelled"), date=day)
    assert post_of(occurrence).text.startswith("Atcelts. Iemesls: lektors saslimis. Otrdiena")


def test_one_date_may_be_skipped_for_a_reason():
    day = dt.date(2023, 9, 12)
    occurrence = replace(event_occurrence(replace(SEMINAR, on={day: Variant(skip="brīvdiena")})), date=day)
    assert compose(occurrence, account("feed"), "lv", BOOK).skip == "brīvdiena"


def test_an_untranslated_event_is_skipped():
    composed = compose(event_occurrence(replace(SEMINAR, title={"lv": "Tikai latviski"})), account("feed"), "ru", BOOK)
    assert (composed.post, composed.skip, composed.problems) == (None, "no title in ru", ())


@pytest.mark.parametrize(
    ("price", "said"), [("0", "Dalība bez maksas."), ("5 €", "Dalības maksa: 5 €."), ("", "Vieta: Rīga.")]
)
def test_a_price_is_said_only_when_it_is_known(price, said):
    assert post_of(event_occurrence(SEMINAR, price=price)).text.endswith(said)


# ---------------------------------------------------------------- announcements


@pytest.mark.parametrize(
    ("wall", "opening"),
    [
        (
            "2023-10-04 10:00",
            (
                "Pēc 14 dienām, 18. oktobrī plkst. 10.00 – ",
                "In 14 days, on 18 October at 10:00 – ",
                "Через 14 дней, 18 октября в 10:00 — ",
            ),
        ),
        (
            "2023-10-17 10:00",
            (
                "Rīt, 18. oktobrī plkst. 10.00 – ",
                "Tomorrow, on 18 October at 10:00 – ",
                "Завтра, 18 октября в 10:00 — ",
            ),
        ),
        (
            "2023-10-18 08:00",
            (
                "Šodien, 18. oktobrī plkst. 10.00 – ",
                "Today, on 18 October at 10:00 – ",
                "Сегодня, 18 октября в 10:00 — ",
            ),
        ),
    ],
)
def test_a_reminder_says_how_far_away_the_event_is(wall, opening):
    texts = [announced(event_occurrence(DISCUSSION), "x", wall, language).text for language in LANGUAGES]
    assert all(text.startswith(words) for text, words in zip(texts, opening, strict=True))


def test_a_whole_reminder():
    post = announced(event_occurrence(DISCUSSION), "1d-1000", "2023-10-17 10:00")
    assert post.kind == "message"
    assert post.title == "Kā atpazīt cilvēku tirdzniecību"
    assert post.text == (
        "Rīt, 18. oktobrī plkst. 10.00 – Kā atpazīt cilvēku tirdzniecību. Vieta: Rīga. "
        "Varēs piedalīties arī tiešsaistē. Dalība bez maksas.\n\n"
        "https://kampana.example/lv/e/eu-anti-trafficking-day-2023/discussion/"
    )


def test_a_tentative_event_is_announced_as_such():
    text = announced(event_occurrence(DISCUSSION, status="tentative"), "1d", "2023-10-17 10:00").text
    assert "Vēl nav apstiprināts." in text


def test_a_reminder_that_comes_late_counts_no_days():
    text = announced(event_occurrence(DISCUSSION), "1d", "2023-10-20 10:00").text
    assert text.startswith("Kā atpazīt cilvēku tirdzniecību. Trešdiena, 2023. gada 18. oktobris")


@pytest.mark.parametrize(
    ("language", "heading", "text"),
    [
        (
            "lv",
            "Pasākums pārcelts: Mācības viesnīcu darbiniekiem",
            "Jaunais laiks: 27. septembrī plkst. 13.00 (iepriekš 26. septembrī plkst. 13.00). Vieta: Rīga.",
        ),
        (
            "en",
            "Rescheduled: Training for hotel staff",
            "New time: 27 September at 13:00 (was 26 September at 13:00). Place: Riga.",
        ),
        (
            "ru",
            "Мероприятие перенесено: Обучение для сотрудников гостиниц",
            "Новое время: 27 сентября в 13:00 (было 26 сентября в 13:00). Место: Рига.",
        ),
    ],
)
def test_a_moved_event_says_both_times(language, heading, text):
    post = announced(event_occurrence(HOTELS, **MOVED), "moved@2023-09-14", "2023-09-14 09:00", language)
    assert post.title == heading
    assert post.text.partition("\n")[0] == f"{heading}. {text}"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("lv", "Pasākums atcelts: Izstādes atklāšana. Tas bija paredzēts 29. septembrī."),
        ("en", "Cancelled: Exhibition opening. It was planned for 29 September."),
        ("ru", "Мероприятие отменено: Открытие выставки. Оно планировалось 29 сентября."),
    ],
)
def test_a_cancelled_event_says_which_day_is_free_again(language, text):
    post = announced(event_occurrence(EXHIBITION), "cancelled", "2023-09-22 09:00", language)
    assert post.text.partition("\n")[0] == text


def test_the_reason_is_told():
    entry = replace(EXHIBITION, changes=(Change(dt.date(2023, 9, 22), reason={"lv": "slēgta zāle"}),))
    text = announced(event_occurrence(entry), "cancelled", "2023-09-22 09:00").text
    assert "Iemesls: slēgta zāle." in text


def test_a_postponed_event_promises_a_date_and_names_none():
    text = announced(event_occurrence(SEMINAR, status="postponed"), "moved@2023-09-01", "2023-09-01 09:00").text
    assert text.startswith("Pasākums atlikts: Seminārs sociālajiem darbiniekiem. Jauno laiku paziņosim.")


def test_a_changed_date_of_a_repeating_event_names_the_time_it_has():
    text = announced(event_occurrence(SEMINAR), "moved@2023-09-01", "2023-09-01 09:00").text
    assert text.startswith("Izmaiņas pasākumā: Seminārs sociālajiem darbiniekiem. Laiks: 12. septembrī plkst. 10.00.")


def test_an_announcement_links_to_the_page_of_its_date():
    weekly = RepeatingEvent(Repeat(Rule("every tuesday"), dt.time(10)))
    occurrence = replace(event_occurrence(SEMINAR), entry=replace(SEMINAR, time=weekly), date=dt.date(2023, 9, 12))
    assert (
        announced(occurrence, "1d", "2023-09-11 10:00", name="site").link
        == f"{PAGE}/seminar-social-workers/2023-09-12/"
    )


def test_announcements_carry_footer_hashtags_and_the_given_link():
    entry = replace(
        SEMINAR, footer={"lv": "P: {emergency}."}, hashtags={"lv": ("#Rīga",)}, link={"lv": "https://a.lv/"}
    )
    text = announced(event_occurrence(entry), "1d", "2023-09-11 10:00").text
    assert text.endswith("\n\nP: 112.\n\nhttps://a.lv/\n#Rīga")


# ---------------------------------------------------------------- observances and articles


def test_an_observance_is_its_name_and_day():
    day = observance_occurrence(observances()["un-peace"], "2023-09-21")
    posts = [post_of(day, "calendar", language) for language in LANGUAGES]
    assert [post.kind for post in posts] == ["observance"] * 3
    assert [post.title for post in posts] == [
        "Starptautiskā miera diena",
        "International Day of Peace",
        "Международный день мира",
    ]
    assert posts[0].text == "Ceturtdiena, 2023. gada 21. septembris."
    assert posts[0].link == "https://kampana.example/lv/e/observances/un-peace/2023-09-21/"


def test_an_observance_without_a_name_is_left_out():
    day = observance_occurrence(observances()["un-friendship"], "2023-07-30")
    composed = compose(day, account("site"), "lv", BOOK)
    assert (composed.post, composed.skip, composed.problems) == (None, "no name in lv", ())


def test_an_article_is_its_markdown_made_safe():
    markdown = "# Virsraksts\n\nPirmā *rinda*\nturpinās.\n\n<script>x</script>\n\n[a](javascript:x) [b](https://b.lv)"
    page = Page("raksts", {"lv": SPOT}, {"lv": "Raksts"}, {"lv": markdown}, dt.date(2023, 9, 1))
    post = post_of(Occurrence("pages/raksts", page), "site", book=Book(Schedules(), BOOK.site))
    assert (post.kind, post.title, post.date, post.link) == ("page", "Raksts", "2023-09-01", "")
    assert post.text == "Pirmā rinda turpinās."
    assert "<script" not in post.html
    assert 'href="javascript' not in post.html
    assert '<a href="https://b.lv" rel="noopener noreferrer">b</a>' in post.html


def test_an_article_may_have_no_paragraph():
    page = Page("raksts", {"lv": SPOT}, {"lv": "Raksts"}, {"lv": "# Tikai virsraksts"})
    assert post_of(Occurrence("pages/raksts", page), "site").text == ""


def test_a_translated_article_names_its_source():
    page = Page("raksts", {}, {"lv": "Raksts", "en": "Article"}, {"en": "Text.", "lv": "Teksts."})
    languages = [
        post_of(Occurrence("pages/raksts", page), "site", language).translated_from for language in ("lv", "en")
    ]
    assert languages == ["", "lv"]
    assert compose(Occurrence("pages/raksts", page), account("site"), "ru", BOOK).skip == "no text in ru"


def test_a_field_an_article_does_not_know_is_a_problem():
    page = Page("raksts", {"lv": SPOT}, {"lv": "Raksts"}, {"lv": "Zvani {nekas-tads}."})
    (problem,) = compose(Occurrence("pages/raksts", page), account("site"), "lv", BOOK).problems
    assert (problem.code, problem.entry) == ("REF01", "pages/raksts")
