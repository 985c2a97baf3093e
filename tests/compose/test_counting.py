"""Hashtags and pictures that an account does not take, or must have."""

from dataclasses import replace

import pytest

from campaign.compose import Composed, compose
from campaign.model import Account, CardChoice, Image, Limits, Message
from tests.compose.sample import BOOK, LANGUAGES, MESSAGES, message_occurrence

PHOTO = Image("photos/zale.jpg", {"lv": "Tukša zāle"})
INSTAGRAM = Limits(2200, images=10, most_hashtags=30, least_images=1, card_size="feed")
TELEGRAM = Limits(4096, unit="utf16", album_characters=1024, images=10, alt_texts=False)


def told(limits: Limits, **changes) -> Composed:
    plain = replace(MESSAGES["kickoff"], text={"lv": "Rūķīši."}, footer={}, link={}, hashtags={}, cards=())
    entry: Message = replace(plain, accounts=("tikls",), **changes)
    return compose(message_occurrence(entry), Account("tikls", "tikls", LANGUAGES, limits), "lv", BOOK)


def tags(count: int) -> dict[str, tuple[str, ...]]:
    return {"lv": tuple(f"#Rūķis{number}" for number in range(count))}


@pytest.mark.parametrize(("most", "count", "fits"), [(30, 30, True), (30, 31, False), (1, 2, False), (0, 99, True)])
def test_an_account_takes_only_so_many_hashtags(most, count, fits):
    made = told(Limits(5000, most_hashtags=most), hashtags=tags(count))
    assert [problem.code for problem in made.problems] == [] if fits else ["TAG02"]
    assert (made.post is not None) is fits


def test_what_to_do_about_too_many_hashtags_is_told():
    (problem,) = told(Limits(500, most_hashtags=1), hashtags=tags(2)).problems
    assert problem.message == "tikls takes 1 hashtag, this post has 2; it waits"
    assert problem.hint == 'choose for it: variants: {tikls: {hashtags: ["#Rūķis0"]}}'
    assert (problem.account, problem.language) == ("tikls", "lv")


def test_hashtags_in_the_text_itself_count_and_stand_once():
    made = told(Limits(500, most_hashtags=1), text={"lv": "Mēs #Kopā."}, hashtags={"lv": ("#kopā",)})
    assert made.post is not None
    assert made.post.text == "Mēs #Kopā."


def test_hashtags_stand_at_the_end_as_words_of_their_own():
    post = told(Limits(500), hashtags=tags(2), link={"lv": "https://a.lv/"}).post
    assert post is not None
    assert post.text.endswith("\nhttps://a.lv/\n#Rūķis0 #Rūķis1")


@pytest.mark.parametrize("shown", [{"cards": (CardChoice("announcement"),)}, {"images": (PHOTO,)}])
def test_where_a_picture_is_needed_a_card_or_a_photo_will_do(shown):
    assert told(INSTAGRAM, **shown).post is not None


def test_a_post_without_the_picture_it_needs_is_told():
    (problem,) = told(INSTAGRAM).problems
    assert (problem.code, problem.account) == ("IMG04", "tikls")
    assert "takes no post without a picture" in problem.message
    assert "variants: {tikls: {skip: …}}" in problem.hint


@pytest.mark.parametrize(("letters", "images", "fits"), [(1024, 3, True), (1025, 1, True), (1025, 2, False)])
def test_a_long_text_goes_under_one_picture_only(letters, images, fits):
    made = told(TELEGRAM, text={"lv": "ā" * letters}, images=(PHOTO,) * images)
    assert (made.post is not None) is fits
    assert [problem.code for problem in made.problems] == ([] if fits else ["LEN02"])


def test_why_only_one_picture_is_taken_is_told():
    (problem,) = told(TELEGRAM, text={"lv": "ā" * 1025}, images=(PHOTO,) * 2).problems
    assert problem.message.startswith("tikls takes one picture under more than 1024 characters, this post has 2")
