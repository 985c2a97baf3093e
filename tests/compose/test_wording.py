"""Variants, links, hashtags, and what happens when a text does not fit."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.compose import Book, compose
from campaign.model import Account, CardChoice, Image, Limits, Message, Page, Schedules, Variant
from campaign.text import length
from tests.compose.sample import BOOK, LANGUAGES, MESSAGES, SPOT, account, message_occurrence, said
from tests.samples import make_site

KICKOFF = MESSAGES["kickoff"]
PHOTO = Image("photos/zale.jpg", {"lv": "Tukša zāle", "en": "An empty hall", "ru": "Пустой зал"})
MONDAY = dt.date(2023, 9, 18)


def text_of(entry: Message, name: str = "mastodon", language: str = "lv") -> str:
    post = said(entry, name, language).post
    assert post is not None
    return post.text


def short(**changes) -> Message:
    """A message of one sentence without footer, link and hashtags."""
    bare = replace(KICKOFF, text={"lv": "Sveiki."}, footer={}, link={}, hashtags={}, accounts=("mastodon",), facts=())
    return replace(bare, **changes)


# ---------------------------------------------------------------- variants


def test_a_variant_for_the_account_beats_one_for_its_kind():
    site = make_site({"galvenais": "mastodon", "otrs": "mastodon"})
    entry = short(variants={"galvenais": Variant(text={"lv": "Konts."}), "mastodon": Variant(text={"lv": "Veids."})})
    texts = [said(entry, name, book=Book(BOOK.schedules, site)).post for name in ("galvenais", "otrs")]
    assert [post.text for post in texts if post] == ["Konts.", "Veids."]


def test_one_date_has_the_last_word():
    entry = short(variants={"mastodon": Variant(text={"lv": "Veids."})}, on={MONDAY: Variant(text={"lv": "Diena."})})
    occurrence = replace(message_occurrence(entry), date=MONDAY)
    posts = [compose(one, account("mastodon"), "lv", BOOK).post for one in (occurrence, replace(occurrence, date=None))]
    assert [post.text for post in posts if post] == ["Diena.", "Veids."]


@pytest.mark.parametrize(
    ("variant", "text"),
    [
        (Variant(text={"lv": "Citādi."}), "Citādi.\n\nP: 112.\n\nhttps://a.lv/\n#Viens #Divi"),
        (Variant(text={"en": "Otherwise."}), "Sveiki.\n\nP: 112.\n\nhttps://a.lv/\n#Viens #Divi"),
        (Variant(footer={}), "Sveiki.\n\nhttps://a.lv/\n#Viens #Divi"),
        (Variant(footer={"lv": "Cits."}), "Sveiki.\n\nCits.\n\nhttps://a.lv/\n#Viens #Divi"),
        (Variant(hashtags={}), "Sveiki.\n\nP: 112.\n\nhttps://a.lv/"),
        (Variant(hashtags={"lv": ("#Trīs",)}), "Sveiki.\n\nP: 112.\n\nhttps://a.lv/\n#Trīs"),
        (Variant(link={}), "Sveiki.\n\nP: 112.\n\n#Viens #Divi"),
        (Variant(link={"lv": "https://b.lv/"}), "Sveiki.\n\nP: 112.\n\nhttps://b.lv/\n#Viens #Divi"),
    ],
)
def test_a_variant_changes_what_it_names_and_nothing_else(variant, text):
    entry = short(footer={"lv": "P: {emergency}."}, link={"lv": "https://a.lv/"}, hashtags={"lv": ("#Viens", "Divi")})
    assert text_of(replace(entry, variants={"mastodon": variant})) == text


def test_a_variant_may_change_title_card_and_images():
    entry = short(cards=(CardChoice("announcement"),))
    changed = Variant(title={"lv": "Cits virsraksts"}, cards=(), images=(PHOTO,))
    composed = said(replace(entry, variants={"mastodon": changed}))
    assert composed.post is not None
    assert (composed.post.title, composed.cards, composed.images) == ("Cits virsraksts", (), (PHOTO,))


@pytest.mark.parametrize(
    ("variant", "why"),
    [(Variant(skip="te to nesakām"), "te to nesakām"), (Variant(cancelled=True), "cancelled on this date")],
)
def test_a_skipped_account_says_why(variant, why):
    composed = said(replace(short(), variants={"mastodon": variant}))
    assert (composed.post, composed.skip, composed.problems) == (None, why, ())


def test_a_missing_language_is_never_replaced_by_another():
    composed = said(short(), language="ru")
    assert (composed.post, composed.skip, composed.problems) == (None, "no text in ru", ())


# ---------------------------------------------------------------- links and hashtags


def test_without_a_link_the_entrys_own_page_is_linked():
    entry = short(accounts=("mastodon", "site"))
    page = "https://kampana.example/lv/e/eu-anti-trafficking-day-2023/kickoff/"
    assert text_of(entry) == f"Sveiki.\n\n{page}"
    assert [post.link for name in ("feed", "site") if (post := said(entry, name).post)] == [page, ""]


def test_an_entry_without_a_page_links_nowhere():
    assert text_of(short()) == "Sveiki."
    latvian = replace(make_site().accounts["site"], languages=("lv",))
    book = Book(BOOK.schedules, replace(BOOK.site, accounts={**BOOK.site.accounts, "site": latvian}))
    post = said(short(text={"en": "Hello."}, accounts=("site",)), language="en", book=book).post
    assert post is not None
    assert post.link == ""


def test_what_the_text_says_is_not_said_again():
    link, tags = {"lv": "https://a.lv/x"}, {"lv": ("#Viens", "#Divi")}
    entry = short(text={"lv": "Skat. https://a.lv/x, #viens."}, link=link, hashtags=tags)
    assert text_of(entry) == "Skat. https://a.lv/x, #viens.\n\n#Divi"
    longer = short(text={"lv": "Skat. https://a.lv/x/y"}, link=link)
    assert text_of(longer) == "Skat. https://a.lv/x/y\n\nhttps://a.lv/x"


@pytest.mark.parametrize(
    ("tag", "mended"), [("#ES-diena", "#ESdiena"), ("#Rīgas ielas", "#Rīgasielas"), ("#2023", "#2023")]
)
def test_a_broken_hashtag_is_reported(tag, mended):
    (problem,) = said(short(hashtags={"lv": ("#Labs", tag)})).problems
    assert problem.code == "TAG01"
    assert tag in problem.message
    assert mended in problem.hint


# ---------------------------------------------------------------- limits


def test_too_long_names_the_parts_and_what_to_do():
    spots = {"text.lv": replace(SPOT, line=21)}
    (problem,) = said(replace(KICKOFF, text={"lv": "ā" * 250}, spots=spots), "bluesky").problems
    assert problem.code == "LEN01"
    assert problem.message.startswith(
        "too long for bluesky in lv: 351 of 300 characters (text 250, footer 40, link 38, hashtags 20, line breaks 3)"
    )
    assert "shorten the text by 51 characters" in problem.hint
    assert 'variants: {bluesky: {text: {lv: "…"}}}' in problem.hint
    assert (problem.account, problem.language, problem.spot.line) == ("bluesky", "lv", 21)


def test_the_limit_itself_fits():
    texts = ["ā" * 300, "ā" * 301]
    assert [said(short(text={"lv": text}), "bluesky").post is not None for text in texts] == [True, False]


def test_addresses_cost_what_the_service_says():
    entry = short(text={"lv": "ā" * 474}, link={"lv": "https://a.lv/" + "x" * 200})
    assert said(entry).post is not None
    (problem,) = said(replace(entry, text={"lv": "ā" * 476})).problems
    assert "501 of 500 characters (text 476, link 23, line breaks 2)" in problem.message


def test_bytes_have_a_limit_of_their_own():
    (problem,) = said(short(text={"lv": "👩‍👩‍👧" * 200}), "bluesky").problems
    assert "3600 of 3000 bytes (200 characters)" in problem.message


def test_a_limit_on_an_own_outlet_counts_the_text_alone():
    feed = Account("feed", "feed", LANGUAGES, Limits(10, layout="parts"))
    (problem,) = compose(message_occurrence(KICKOFF), feed, "lv", BOOK).problems
    assert "(text 144)" in problem.message


@given(
    st.text(alphabet="āb 👍\n", min_size=1, max_size=400).filter(str.strip), st.sampled_from(["bluesky", "mastodon"])
)
def test_nothing_is_ever_cut(text, name):
    composed = said(replace(KICKOFF, text={"lv": text}), name)
    limits = account(name).limits
    if composed.post is None:
        assert [problem.code for problem in composed.problems] == ["LEN01"]
    else:
        assert composed.post.text.startswith(text)
        assert composed.post.text.endswith("\n#EndHumanTrafficking")
        assert length(composed.post.text, limits) <= limits.characters


def test_more_pictures_than_the_account_takes_are_reported():
    entry = short(cards=(CardChoice("announcement"),), images=(PHOTO,) * 4)
    (problem,) = said(entry).problems
    assert (problem.code, problem.account) == ("LEN02", "mastodon")
    assert said(replace(entry, cards=())).post is not None


def test_an_account_without_pictures_gets_none():
    plain = replace(account("mastodon"), limits=Limits(500, images=0))
    entry = short(cards=(CardChoice("announcement"),), images=(PHOTO,))
    composed = compose(message_occurrence(entry), plain, "lv", BOOK)
    assert composed.post is not None
    assert (composed.cards, composed.images) == ((), ())


# ---------------------------------------------------------------- long form


def article(markdown: str) -> Book:
    page = Page("kickoff", {"lv": SPOT}, {"lv": "Raksts"}, {"lv": markdown})
    schedules = Schedules(BOOK.schedules.campaigns, BOOK.schedules.contacts, pages={"kickoff": page})
    return Book(schedules, BOOK.site)


def test_the_long_form_goes_to_own_outlets_only():
    book = article("Zvani **{helpline-thb}**.")
    posts = {name: said(short(body="pages/kickoff"), name, book=book).post for name in ("site", "feed", "mastodon")}
    assert {name: post.html for name, post in posts.items() if post} == {
        "site": "<p>Zvani <strong>+371 28612120</strong>.</p>",
        "feed": "<p>Zvani <strong>+371 28612120</strong>.</p>",
        "mastodon": "",
    }


def test_numbers_of_the_long_form_count_as_named():
    post = said(short(body="pages/kickoff"), "site", book=article("{emergency}")).post
    assert post is not None
    assert post.phones == (("112", "112"),)


def test_the_day_in_the_own_zone_counts_when_a_time_was_shifted():
    entry = short(text={"lv": "Šodien, {this.date}."}, when=KICKOFF.when)
    holiday = dt.datetime(2023, 11, 20, 7, tzinfo=dt.UTC)
    occurrence = replace(message_occurrence(entry), due=holiday, shifted="holiday")
    post = compose(occurrence, account("mastodon"), "lv", BOOK).post
    assert post is not None
    assert (post.text, post.date) == ("Šodien, 20. novembrī.", "2023-11-20T09:00")
