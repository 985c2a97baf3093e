"""Hashtags that are read aloud as one word."""

import pytest

from campaign.lint.hashtags import review
from campaign.model import Problem, Severity, Variant
from tests.lint.findings import say, schedules


def found(tag: str, text: str = "Glāžšķūņu rūķīši stāsta par cilvēku tirdzniecību.", **more) -> list[Problem]:
    return list(review(schedules(say("m", text={"lv": text}, hashtags={"lv": (tag,)}, **more))))


def test_words_that_the_texts_know_are_told_apart():
    (problem,) = found("#parcilvēkutirdzniecību")
    assert (problem.code, problem.severity) == ("TAG03", Severity.WARNING)
    assert problem.hint == "write #ParCilvēkuTirdzniecību"


def test_what_is_too_long_for_a_word_is_asked_about():
    (problem,) = found("#endhumantrafficking")
    assert (problem.severity, "begin each with a capital letter" in problem.hint) == (Severity.HINT, True)


@pytest.mark.parametrize(
    "tag",
    ["#EndHumanTrafficking", "#rūķīši", "#cilvēktirdzniecība", "#diena2023mūsupilsētā", "#ES", "#TIRDZNIECĪBASGADS"],
)
def test_one_word_and_words_with_capitals_are_fine(tag):
    assert found(tag, "Cilvēktirdzniecības novēršana.") == []


def test_a_hashtag_in_the_text_is_no_word():
    assert len(found("#endhumantrafficking", "Mēs #endhumantrafficking.")) == 1


def test_each_hashtag_is_told_once_in_a_campaign_also_of_a_variant():
    variant = {"x": Variant(hashtags={"lv": ("#endhumantrafficking",)})}
    many = [say(name, hashtags={"lv": ("#endhumantrafficking",)}, variants=variant) for name in ("a", "b")]
    assert [problem.entry for problem in review(schedules(*many))] == ["kampana/a"]
    assert len(list(review(schedules(say("a", variants=variant))))) == 1
