"""What a post answers: the same account's delivery of an earlier message, or nothing."""

import datetime as dt
from dataclasses import replace

import pytest

from campaign.compose import Book, Composed, compose
from campaign.model import Account, Limits, Message, Severity, Variant
from tests.compose.sample import BOOK, LANGUAGES, MESSAGES, message_occurrence

MONDAY = dt.date(2023, 9, 18)
X = Limits(280, unit="weighted", threads=True, replies=True)
QUESTION = replace(MESSAGES["kickoff"], accounts=("x", "vk"), footer={}, text=dict.fromkeys(LANGUAGES, "Vai zini?"))
ANSWER = replace(QUESTION, id="atbilde", reply_to=QUESTION.key, text=dict.fromkeys(LANGUAGES, "Tagad zini."))


def told(
    target: Message = QUESTION, account: Account | None = None, answers: str = QUESTION.key, **changes
) -> Composed:
    """The answer, as the account gets it."""
    answer = replace(ANSWER, **changes)
    campaign = replace(BOOK.schedules.campaigns[1], messages=(target, answer))
    book = Book(replace(BOOK.schedules, campaigns=(campaign,)), BOOK.site)
    occurrence = replace(message_occurrence(answer), answers=answers)
    return compose(occurrence, account or Account("x", "x", LANGUAGES, X), "ru", book)


def answered(made: Composed) -> str:
    assert made.post is not None, made.problems
    return made.post.reply_to


def test_a_post_answers_the_delivery_to_its_own_account_in_its_own_language():
    made = told()
    assert (answered(made), made.problems) == (f"{QUESTION.key}>x:ru", ())


def test_of_a_repeating_message_one_date_is_answered():
    assert answered(told(answers=f"{QUESTION.key}@2023-09-18")) == f"{QUESTION.key}@2023-09-18>x:ru"


def test_where_one_post_holds_all_languages_that_post_is_answered():
    account = Account("x", "x", ("ru", "lv"), X, together=True)
    assert answered(told(account=account)) == f"{QUESTION.key}>x:lv"


@pytest.mark.parametrize("kind", ["feed", "site", "newsletter"])
def test_own_outlets_and_mails_answer_nothing(kind):
    assert answered(told(account=Account("x", kind, LANGUAGES, Limits(layout="parts")))) == ""


@pytest.mark.parametrize("target", [replace(QUESTION, accounts=("vk",)), replace(QUESTION, languages=("lv", "en"))])
def test_where_the_question_does_not_go_the_answer_is_a_post_of_its_own(target):
    made = told(target)
    assert answered(made) == ""
    (problem,) = made.problems
    assert (problem.code, problem.severity, problem.account, problem.language) == ("REF04", Severity.WARNING, "x", "ru")
    assert "answers “kickoff”, which does not go to x in ru: there it is a post of its own" in problem.message


def test_an_account_that_cannot_answer_is_not_warned_of():
    plain = Account("x", "x", LANGUAGES, Limits(500))
    assert told(replace(QUESTION, accounts=("vk",)), plain).problems == ()


@pytest.mark.parametrize(
    ("target", "answers", "words"),
    [
        (QUESTION, "", "which goes out later than itself"),
        (replace(QUESTION, draft=True), QUESTION.key, "which is a draft and never sent"),
        (replace(QUESTION, variants={"x": Variant(skip="par garu")}), QUESTION.key, "which x does not get (par garu)"),
        (
            replace(QUESTION, on={MONDAY: Variant(cancelled=True)}),
            f"{QUESTION.key}@2023-09-18",
            "does not get (cancelled on this date)",
        ),
    ],
)  # fmt: skip
def test_an_answer_to_what_is_not_sent_waits(target, answers, words):
    made = told(target, answers=answers)
    assert made.post is None
    assert [(problem.code, words in problem.message) for problem in made.problems] == [("REF04", True)]


def test_a_draft_may_answer_a_draft():
    assert answered(told(replace(QUESTION, draft=True), draft=True)) == f"{QUESTION.key}>x:ru"
