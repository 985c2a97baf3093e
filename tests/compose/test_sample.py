"""The sample campaign's messages, in three languages, as each account gets them."""

import pytest

from campaign.compose import compose
from campaign.model import Account, Limits
from campaign.text import length
from tests.compose.sample import BOOK, LANGUAGES, MESSAGES, account, composed, message_occurrence

X = Limits(280, unit="weighted", threads=True)
SINGLE = [name for name, entry in MESSAGES.items() if not entry.thread]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SINGLE)
def test_every_text_fits_bluesky_with_footer_link_and_hashtag(name, language):
    post = composed(name, "bluesky", language).post
    assert post is not None
    assert length(post.text, account("bluesky").limits) <= 266
    assert post.text.endswith("\n#EndHumanTrafficking")
    assert f"\n{post.link}\n" in post.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MESSAGES)
def test_every_text_fits_x(name, language):
    post = compose(message_occurrence(MESSAGES[name]), Account("x", "x", LANGUAGES, X), language, BOOK).post
    assert post is not None
    assert all(length(text, X) <= 266 for text in (post.text, *(segment.text for segment in post.thread)))


@pytest.mark.parametrize(("threads", "posts"), [(True, 4), (False, 1)])
def test_its_thread_is_one_text_where_there_are_no_threads(threads, posts):
    account = Account("x", "x", LANGUAGES, Limits(3000, threads=threads))
    post = compose(message_occurrence(MESSAGES["if-you-see-signs"]), account, "lv", BOOK).post
    assert post is not None
    assert 1 + len(post.thread) == posts
    assert (post.thread[-1].text if threads else post.text).endswith(
        "+371 28612120.\n\nhttps://kampana.example/lv/18-oktobris\n#EndHumanTrafficking"
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "lv",
            (
                "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību. Līdz tai ik nedēļu stāstīsim, kā pasargāt sevi un citus un kur saņemt palīdzību.\n"
                "Palīdzība: +371 28612120. Briesmās: 112.\n"
                "https://kampana.example/lv/18-oktobris\n"
                "#EndHumanTrafficking"
            ),
        ),
        (
            "en",
            (
                "In one month, on 18 October, it is EU Anti-Trafficking Day. Until then we will share every week how to protect yourself and others, and where to get help.\n"
                "Help: +371 28612120. In danger: 112.\n"
                "https://kampana.example/en/18-october\n"
                "#EndHumanTrafficking"
            ),
        ),
        (
            "ru",
            (
                "Через месяц, 18 октября, — День ЕС по борьбе с торговлей людьми. До этого дня каждую неделю рассказываем, как защитить себя и других и где получить помощь.\n"
                "Помощь: +371 28612120. В опасности: 112.\n"
                "https://kampana.example/ru/18-oktyabrya\n"
                "#EndHumanTrafficking"
            ),
        ),
    ],
)
def test_a_short_form_service_gets_single_line_breaks(language, text):
    post = composed("kickoff", "bluesky", language).post
    assert post is not None
    assert post.text == text


def test_a_roomy_service_gets_a_line_between_the_parts():
    post = composed("kickoff", "mastodon").post
    assert post is not None
    assert post.text.split("\n\n")[1:] == [
        "Palīdzība: +371 28612120. Briesmās: 112.",
        "https://kampana.example/lv/18-oktobris\n#EndHumanTrafficking",
    ]


def test_the_own_outlets_get_the_parts_apart():
    post = composed("kickoff", "feed", "en").post
    assert post is not None
    assert post.title == "In one month, on 18 October, it is EU Anti-Trafficking Day"
    assert post.text == post.summary == MESSAGES["kickoff"].text["en"]
    assert (post.footer, post.link) == ("Help: +371 28612120. In danger: 112.", "https://kampana.example/en/18-october")
    assert post.hashtags == ("#EndHumanTrafficking",)
    assert (post.translated_from, post.date) == ("lv", "2023-09-18T09:00")
    assert post.phones == (("+371 28612120", "+37128612120"), ("112", "112"))


def test_a_message_that_names_its_numbers_has_no_footer():
    post = composed("who-to-call", "bluesky", "ru").post
    assert post is not None
    assert post.text.split("\n")[0] == (
        "Куда звонить? В опасности — 112. Полиция — 110. "
        "Консультация по торговле людьми — +371 28612120. Пострадавшим — 116006."
    )
    assert post.footer == ""
    assert [display for display, _ in post.phones] == ["112", "110", "+371 28612120", "116006"]


def test_titles_are_the_first_sentences():
    titles = {name: composed(name, "site").post for name in MESSAGES}
    assert {name: post.title for name, post in titles.items() if post} == {
        "kickoff": "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību",
        "safe-work-abroad": "Piedāvā darbu ārzemēs?",
        "signs": "Cilvēkam atņemti dokumenti, nemaksā algu, neļauj brīvi pārvietoties?",
        "if-you-see-signs": "Ko darīt, ja pamanāt ekspluatācijas pazīmes?",
        "help-180-days": MESSAGES["help-180-days"].text["lv"].removesuffix("."),
        "who-to-call": "Kur zvanīt?",
        "girl-child-day": "Šodien ir Starptautiskā meiteņu diena",
        "event-announcement": "18. oktobrī plkst. 10.00 Rīgā – atklāta diskusija “Kā atpazīt cilvēku tirdzniecību”",
        "eve": "Rīt ir ES diena pret cilvēku tirdzniecību",
        "the-day": "Šodien ir ES diena pret cilvēku tirdzniecību",
        "thanks": "Paldies visiem, kas piedalījās",
    }


def test_figures_bring_their_sources():
    post = composed("the-day", "site", "en").post
    assert post is not None
    assert post.sources[0].startswith(
        "on average 7,000 victims are registered in the EU every year: European Commission"
    )
    assert post.own_issue
