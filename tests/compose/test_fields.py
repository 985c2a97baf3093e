"""What `{…}` in a text becomes, and what it never touches."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.compose import fields_in
from campaign.compose.fields import Speaker
from campaign.model import AsSoonAsRead, Severity, Tier
from tests.compose.sample import BOOK, MESSAGES, SPOT, account, compose, message_occurrence, said

KICKOFF = MESSAGES["kickoff"]
KNOWN = "{emergency}"


def say(text, language="lv", day=dt.date(2023, 10, 15)):
    speaker = Speaker(BOOK, KICKOFF, language, day)
    return speaker.say(text), speaker


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Zvani {helpline-thb}!", ("Zvani +371 28612120!", "Zvani +371 28612120!", "Zvani +371 28612120!")),
        ("{discussion.date}", ("18. oktobrī", "18 October", "18 октября")),
        ("{discussion.time}", ("plkst. 10.00", "10:00", "10:00")),
        ("{discussion.place}", ("Rīga", "Riga", "Рига")),
        ("{days-to discussion}", ("pēc 3 dienām", "in 3 days", "через 3 дня")),
        ("{this.date}", ("15. oktobrī", "15 October", "15 октября")),
        (
            "{eu-atd.date}, {days-to eu-atd}",
            ("18. oktobrī, pēc 3 dienām", "18 October, in 3 days", "18 октября, через 3 дня"),
        ),
        ("{the-day.date} {the-day.time}", ("18. oktobrī plkst. 08.00", "18 October 08:00", "18 октября 08:00")),
        ("{ emergency }", ("112", "112", "112")),
        (
            "{fact eu-atd-since-2007}",
            ("18. oktobrī kopš 2007. gada", "marked on 18 October since 2007", "отмечается 18 октября с 2007 года"),
        ),
    ],
)
def test_a_field_becomes_words_of_its_language(text, filled):
    assert tuple(say(text, language)[0] for language in ("lv", "en", "ru")) == filled


@pytest.mark.parametrize(
    ("day", "words"),
    [(18, "šodien"), (17, "rīt"), (19, "vakar"), (8, "pēc 10 dienām"), (16, "pēc 2 dienām")],
)
def test_days_are_counted_from_the_day_of_the_post(day, words):
    assert say("{days-to discussion}", day=dt.date(2023, 10, day))[0] == words


def test_another_year_is_said():
    assert say("{discussion.date}", day=dt.date(2022, 12, 30))[0] == "2023. gada 18. oktobrī"


@pytest.mark.parametrize(
    "text",
    [
        "{{ helpline-thb }}",
        "{% if x %}",
        "$x ${x:d}",
        "%s %(x)d",
        "{}",
        "{1}",
        "{ }",
        "{",
        "}",
        "}{",
        "{\nemergency}",
        "{{{emergency}}}",
        "\\{x",
        '{"a": 1}',
    ],
)
def test_everything_else_comes_out_as_typed(text):
    filled, speaker = say(text)
    assert filled == text
    assert speaker.problems == []
    assert fields_in(text) == []


@given(st.text(alphabet="{}%$\\ n1.-āеx\n", max_size=30))
def test_what_is_no_field_is_untouched(text):
    filled, speaker = say(text)
    assert filled == text
    assert len(speaker.problems) == len(fields_in(text))


@given(
    st.text(max_size=40).filter(lambda text: "{" not in text and "}" not in text),
    st.text(max_size=40).filter(lambda text: "{" not in text and "}" not in text),
)
def test_text_around_a_field_stays_byte_for_byte(before, after):
    assert say(f"{before}{KNOWN}{after}")[0] == f"{before}112{after}"


def test_the_names_of_fields_in_their_order():
    assert fields_in("Zvani {emergency} vai {helpline-thb}, {days-to discussion}: {{nē}} {fact a-1}") == [
        "emergency",
        "helpline-thb",
        "days-to discussion",
        "fact a-1",
    ]


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        ("{helpline-thbb}", "REF01", "nothing is called {helpline-thbb}", "{helpline-thb}"),
        ("{discusion.date}", "REF01", "{discusion.date}", "{discussion.date}"),
        ("{days-to discusion}", "REF01", "{days-to discusion}", "{days-to discussion}"),
        ("{discussion.end}", "REF01", "{discussion.end}", "{discussion."),
        ("{fact eu-atd-since-2008}", "REF01", "{fact eu-atd-since-2008}", "{fact eu-atd-since-2007}"),
        ("{Helpline thb}", "REF01", "{Helpline thb}", "{helpline-thb}"),
        ("{glāžšķūnis}", "REF01", "{glāžšķūnis}", "take the braces away"),
        ("{eu-atd.time}", "REF02", "{eu-atd.time} has no value in lv", "say it in words"),
        ("{eu-atd.place}", "REF02", "{eu-atd.place} has no value in lv", "say it in words"),
        ("{fact eu-10000-per-year}", "TRN01", "the fact eu-10000-per-year is not in lv", "add `lv:` to the claim"),
    ],
)
def test_a_field_without_a_value_is_explained(text, code, message, hint):
    filled, speaker = say(f"Teksts {text}.")
    assert filled == f"Teksts {text}."
    (problem,) = speaker.problems
    assert problem.code == code
    assert message in problem.message
    assert hint in problem.hint


def test_nothing_wrong_goes_out():
    entry = replace(KICKOFF, text={"lv": "Zvani {helpline-tbh}."}, spots={"text.lv": replace(SPOT, line=12)})
    composed = said(entry)
    assert composed.post is None
    (problem,) = composed.problems
    assert (problem.severity, problem.tier) == (Severity.ERROR, Tier.CONTENT)
    assert (problem.entry, problem.language, problem.field) == (entry.key, "lv", "text.lv")
    assert problem.spot.line == 12


@pytest.mark.parametrize("where", ["footer", "title", "link"])
def test_fields_are_filled_in_every_text_of_a_message(where):
    post = said(replace(KICKOFF, **{where: {"lv": "https://a.lv/{emergency}"}})).post
    assert post is not None
    assert getattr(post, where) == "https://a.lv/112"
    assert said(replace(KICKOFF, **{where: {"lv": "{nekas}"}})).post is None


def test_a_message_without_a_time_has_no_date_to_name():
    entry = replace(KICKOFF, when=AsSoonAsRead(), text={"lv": "Šodien, {this.date}."})
    occurrence = replace(message_occurrence(KICKOFF), entry=entry, due=None, wall=None)
    (problem,) = compose(occurrence, account("mastodon"), "lv", BOOK).problems
    assert "{this.date} has no date here" in problem.message


def test_contacts_and_facts_are_remembered():
    _, speaker = say("{emergency} {helpline-thb} {emergency} {fact eu-7000-per-year}")
    assert [contact.id for contact in speaker.contacts] == ["emergency", "helpline-thb", "emergency"]
    assert speaker.facts == ["eu-7000-per-year"]
