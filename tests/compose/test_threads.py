"""Threads, warnings and partners: what each kind of network gets of them, counted post by post."""

from dataclasses import replace

import pytest

from campaign.compose import Book, Composed, compose
from campaign.model import Account, CardChoice, Image, Limits, Message, Page, Partner, Problem, ThreadPost, Variant
from tests.compose.sample import BOOK, LANGUAGES, MESSAGES, SPOT, message_occurrence

PHOTO = Image("photos/zale.jpg", {"lv": "Tukša zāle"})
DESK = Image("photos/galds.jpg", {"lv": "Galds"})
POSTS = ("Glāžšķūņu rūķīši meklē darbu.", "Zvani {helpline-thb}.", "Un pastāsti citiem.")
X = Limits(280, unit="weighted", threads=True, replies=True)
MASTODON = Limits(500, url_weight=23, threads=True, replies=True, warnings=True)
ROOMY = Limits(3000)
FEED = Limits(layout="parts")


def thread(*posts: str, **changes) -> Message:
    """A message that is a thread, with a card and a picture of its own."""
    told = tuple(ThreadPost({"lv": text}) for text in posts or POSTS)
    bare = replace(
        MESSAGES["kickoff"],
        text={"lv": "\n\n".join(post.text["lv"] for post in told)},
        thread=told,
        footer={"lv": "Palīdzība: 112."},
        link={"lv": "https://a.lv/"},
        hashtags={"lv": ("#Kopā",)},
        cards=(CardChoice("announcement"),),
    )
    return replace(bare, **changes)


def told(entry: Message, limits: Limits = X, kind: str = "x", book: Book = BOOK) -> Composed:
    return compose(message_occurrence(entry), Account("tikls", kind, LANGUAGES, limits), "lv", book)


def texts(made: Composed) -> list[str]:
    assert made.post is not None, made.problems
    return [made.post.text, *(segment.text for segment in made.post.thread)]


def problem_of(made: Composed) -> Problem:
    (problem,) = made.problems
    return problem


# ---------------------------------------------------------------- threads


def test_a_thread_goes_out_post_by_post_and_the_last_one_closes_it():
    assert texts(told(thread())) == [
        "Glāžšķūņu rūķīši meklē darbu.",
        "Zvani +371 28612120.",
        "Un pastāsti citiem.\nPalīdzība: 112.\nhttps://a.lv/\n#Kopā",
    ]


def test_where_there_are_no_threads_it_is_one_text():
    whole = "Glāžšķūņu rūķīši meklē darbu.\n\nZvani +371 28612120.\n\nUn pastāsti citiem."
    assert texts(told(thread(), ROOMY)) == [f"{whole}\n\nPalīdzība: 112.\n\nhttps://a.lv/\n#Kopā"]
    assert texts(told(thread(), FEED, "feed")) == [whole]


def test_the_title_and_the_summary_are_those_of_the_whole():
    post = told(thread()).post
    assert post is not None
    assert (post.title, post.summary.count("\n\n")) == ("Glāžšķūņu rūķīši meklē darbu", 2)
    assert post.phones == (("+371 28612120", "+37128612120"),)


def test_each_post_shows_its_own_pictures_and_the_first_the_card():
    first, second, last = (
        ThreadPost({"lv": text}, images) for text, images in zip(POSTS, [(PHOTO,), (), (DESK,)], strict=True)
    )
    entry = thread(images=(DESK,), thread=(first, second, last))
    made = told(entry)
    assert (len(made.cards), made.images, made.thread_images) == (1, (DESK, PHOTO), ((), (DESK,)))
    joined = told(entry, ROOMY)
    assert (joined.images, joined.thread_images) == ((DESK, PHOTO, DESK), ())


def test_what_an_earlier_post_says_is_not_said_again():
    made = told(thread("Lasi https://a.lv/ #kopā", "Un zvani."))
    assert texts(made)[1] == "Un zvani.\nPalīdzība: 112."


@pytest.mark.parametrize(
    ("posts", "words", "hint"),
    [
        (("ā" * 281, "b"), "post 1 of 2 is too long for tikls in lv: 281 of 280 characters (text 281)", "by 1 characters"),
        (("b", "ā" * 280, "b"), "", ""),
        (("b", "ā" * 240), "post 2 of 2 is too long for tikls in lv: 286 of 280 characters (text 240, footer 15, link 23, hashtags 5, line breaks 3)", "two posts"),
    ],
)  # fmt: skip
def test_every_post_of_a_thread_is_counted_for_itself(posts, words, hint):
    made = told(thread(*posts))
    assert [problem.code for problem in made.problems] == ["LEN01"] * bool(words)
    assert all(words in problem.message and hint in problem.hint for problem in made.problems)


def test_a_problem_points_at_the_post_it_is_of():
    spots = {f"thread.{number}.text.lv": replace(SPOT, line=20 + number) for number in range(2)}
    assert problem_of(told(thread("b", "ā" * 300, spots=spots))).spot.line == 21


def test_too_many_pictures_in_one_post_of_a_thread_are_told():
    entry = thread(thread=(ThreadPost({"lv": "Viens."}), ThreadPost({"lv": "Divi."}, (PHOTO,) * 5)))
    problem = problem_of(told(entry))
    assert problem.code == "LEN02"
    assert "tikls takes 4 pictures, this post has 5; this post waits" in problem.message


def test_a_variant_may_say_it_in_one_text_or_show_other_pictures():
    entry = thread(thread=(ThreadPost({"lv": "Viens."}, (PHOTO,)), ThreadPost({"lv": "Divi."}, (PHOTO,))))
    short = told(replace(entry, variants={"x": Variant(text={"lv": "Īsi."}, footer={}, hashtags={})}))
    assert (texts(short), short.images) == (["Īsi.\nhttps://a.lv/"], (PHOTO, PHOTO))
    shown = told(replace(entry, variants={"x": Variant(images=(DESK,))}))
    assert (shown.images, shown.thread_images) == ((DESK,), ((),))


def test_a_thread_that_lacks_a_language_in_one_post_is_not_sent_in_it():
    entry = thread(thread=(ThreadPost({"lv": "Viens.", "en": "One."}), ThreadPost({"lv": "Divi."})))
    made = compose(message_occurrence(entry), Account("x", "x", LANGUAGES, X), "en", BOOK)
    assert (made.post, made.skip) == (None, "no text in en")


# ---------------------------------------------------------------- content warnings


def warned(**changes) -> Message:
    bare = replace(MESSAGES["kickoff"], text={"lv": "Glāžšķūņu rūķīši."}, footer={}, link={}, hashtags={}, cards=())
    return replace(bare, content_warning={"lv": "vardarbība"}, accounts=("tikls",), **changes)


def test_a_network_with_a_field_for_warnings_gets_the_warning_there():
    post = told(warned(), MASTODON, "mastodon").post
    assert post is not None
    assert (post.content_warning, post.text) == ("vardarbība", "Glāžšķūņu rūķīši.")


@pytest.mark.parametrize(("limits", "gap"), [(X, "\n"), (ROOMY, "\n\n"), (FEED, "\n\n")])
def test_elsewhere_the_warning_opens_the_text(limits, gap):
    post = told(warned(), limits).post
    assert post is not None
    assert post.text == f"Brīdinājums par saturu: vardarbība{gap}Glāžšķūņu rūķīši."
    assert (post.content_warning, post.title) == ("", "Glāžšķūņu rūķīši")


def test_mails_and_pages_warn_in_front_of_the_long_form_too():
    page = Page("raksts", {}, {"lv": "Raksts"}, {"lv": "Garš raksts."})
    pages = replace(BOOK.schedules, pages={"raksts": page})
    post = told(warned(body="pages/raksts"), FEED, "feed", Book(pages, BOOK.site)).post
    assert post is not None
    assert post.html == "<p>Brīdinājums par saturu: vardarbība</p><p>Garš raksts.</p>"
    assert post.summary.startswith("Brīdinājums par saturu: vardarbība")


@pytest.mark.parametrize(
    ("limits", "longest", "shares"),
    [(MASTODON, 490, "content warning 10, text 491"), (X, 245, "content warning 34, text 246, line breaks 1")],
)
def test_a_warning_is_counted_wherever_it_stands(limits, longest, shares):
    assert told(replace(warned(), text={"lv": "ā" * longest}), limits).post is not None
    assert f"({shares})" in problem_of(told(replace(warned(), text={"lv": "ā" * (longest + 1)}), limits)).message


# ---------------------------------------------------------------- partners

RIGA = Partner("riga", SPOT, {"lv": "Rīgas bibliotēka"}, {"mastodon": "@riga@social.example", "otrs": "@riga2"})
PARTNERED = Book(replace(BOOK.schedules, partners={"riga": RIGA}), BOOK.site)


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("tikls", "mastodon", "@riga@social.example"),
        ("otrs", "mastodon", "@riga2"),
        ("tikls", "facebook", "Rīgas bibliotēka"),
    ],
)
def test_a_partner_is_named_as_the_network_writes_it(name, kind, said):
    entry = replace(warned(), content_warning={}, text={"lv": "Paldies, {riga}!"})
    post = compose(message_occurrence(entry), Account(name, kind, LANGUAGES, ROOMY), "lv", PARTNERED).post
    assert post is not None
    assert post.text == f"Paldies, {said}!"


@pytest.mark.parametrize(
    ("language", "text", "code", "words"),
    [("lv", "{rigaa}", "REF01", "nearest: {riga}"), ("ru", "{riga}", "TRN01", "add `ru:` to the name of riga")],
)
def test_a_partner_that_cannot_be_named_is_told(language, text, code, words):
    entry = replace(warned(), content_warning={}, text={language: text})
    account = Account("tikls", "x", LANGUAGES, ROOMY)
    problem = problem_of(compose(message_occurrence(entry), account, language, PARTNERED))
    assert problem.code == code
    assert words in problem.hint
