"""What `{…}` in a text becomes, and what it never touches."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.compose import Book, compose, fields_in
from campaign.compose.book import Request
from campaign.compose.fields import Speaker
from campaign.model import AsSoonAsRead, Occurrence, Problem, Relative, Severity, SourceFile, Tier
from tests.compose.sample import (
    BOOK,
    EVENTS,
    MESSAGES,
    SPOT,
    account,
    event_occurrence,
    message_occurrence,
    said,
)

KICKOFF = MESSAGES["kickoff"]
KNOWN = "{emergency}"


def speaker_on(day, language="lv", book=BOOK, entry=KICKOFF):
    wall = dt.datetime.combine(day, dt.time(9))
    return Speaker(Request(Occurrence(entry.key, entry, wall=wall), account("site"), language, book))


def say(text, language="lv", day=dt.date(2023, 10, 15)):
    speaker = speaker_on(day, language)
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


def test_fields_are_filled_in_every_text_of_a_message():
    filled = {"lv": "https://a.lv/{emergency}"}
    post = said(replace(KICKOFF, title=filled, footer=filled, link=filled)).post
    assert post is not None
    assert {post.title, post.footer, post.link} == {"https://a.lv/112"}


def test_a_wrong_name_is_found_in_every_text_of_a_message():
    wrong = {"lv": "{nekas}"}
    problems = said(replace(KICKOFF, title=wrong, footer=wrong, link=wrong)).problems
    assert sorted(problem.field for problem in problems) == ["footer.lv", "link.lv", "title.lv"]


def test_a_message_without_a_time_has_no_date_to_name():
    entry = replace(KICKOFF, when=AsSoonAsRead(), text={"lv": "Šodien, {this.date}."})
    occurrence = replace(message_occurrence(KICKOFF), entry=entry, due=None, wall=None)
    (problem,) = compose(occurrence, account("mastodon"), "lv", BOOK).problems
    assert "{this.date} has no date here" in problem.message


def test_only_a_message_with_one_time_can_be_named_by_its_date():
    weekly = replace(KICKOFF, id="weekly", when=AsSoonAsRead())
    campaign = replace(BOOK.campaigns[KICKOFF.campaign], messages=(KICKOFF, weekly))
    book = Book(replace(BOOK.schedules, campaigns=(campaign,)), BOOK.site)
    (problem,) = said(replace(KICKOFF, text={"lv": "{weekly.date}"}), book=book).problems
    assert problem.code == "REF01"


def test_an_event_outside_the_plan_still_has_its_date():
    book = Book(BOOK.schedules, BOOK.site)
    post = said(replace(KICKOFF, text={"lv": "{discussion.date} {discussion.time}"}), book=book).post
    assert post is not None
    assert post.summary == "18. oktobrī plkst. 10.00"


TUESDAYS = (dt.date(2023, 9, 12), dt.date(2023, 9, 19), dt.date(2023, 9, 26))
WEEKLY = tuple(
    replace(event_occurrence(EVENTS["discussion"], starts=f"{day}T10:00"), date=day) for day in reversed(TUESDAYS)
)


@pytest.mark.parametrize(("day", "meant"), [("2023-09-18", "19."), ("2023-09-19", "19."), ("2023-10-01", "26.")])
def test_of_a_repeating_event_the_next_date_is_meant(day, meant):
    speaker = speaker_on(dt.date.fromisoformat(day), book=Book(BOOK.schedules, BOOK.site, WEEKLY))
    assert speaker.say("{discussion.date}") == f"{meant} septembrī"


def test_a_message_that_follows_a_date_means_that_date():
    after = replace(KICKOFF, when=Relative("discussion", days=1), text={"lv": "Paldies par {discussion.date}!"})
    occurrence = Occurrence(
        f"{after.key}@2023-09-12", after, TUESDAYS[0], wall=dt.datetime.fromisoformat("2023-09-13T09:00")
    )
    post = compose(occurrence, account("site"), "lv", Book(BOOK.schedules, BOOK.site, WEEKLY)).post
    assert post is not None
    assert post.text == "Paldies par 12. septembrī!"


def test_contacts_and_facts_are_remembered():
    _, speaker = say("{emergency} {helpline-thb} {emergency} {fact eu-7000-per-year}")
    assert [contact.id for contact in speaker.contacts] == ["emergency", "helpline-thb", "emergency"]
    assert speaker.facts == ["eu-7000-per-year"]


# ---------------------------------------------------------------- names that stand there and are wrong themselves


def broken(entry, tier=Tier.ENTRY):
    return replace(
        BOOK.schedules,
        contacts={},
        problems=(Problem(SPOT, "FMT02", Severity.ERROR, "nav laba", tier=tier, entry=entry),),
    )


@pytest.mark.parametrize(
    ("entry", "text", "name"),
    [
        ("contacts/emergency", "{emergency}", "emergency"),
        ("facts/jauns", "{fact jauns}", "jauns"),
        ("observances/jauna", "{days-to jauna}", "jauna"),
        (f"{KICKOFF.campaign}/saruna", "{saruna.date}", "saruna"),
        (f"{KICKOFF.campaign}/saruna", "{days-to saruna}", "saruna"),
    ],
)
def test_a_name_with_a_mistake_of_its_own_is_never_called_unknown(entry, text, name):
    speaker = speaker_on(dt.date(2023, 10, 15), book=Book(broken(entry), BOOK.site))
    speaker.say(text)
    (problem,) = speaker.problems
    assert (problem.code, problem.message) == ("REF02", f"“{name}” has a mistake itself; this post waits")
    assert "this text is right" in problem.hint


def test_while_a_registry_cannot_be_read_its_names_are_believed():
    file = SourceFile("schedules/contacts.yaml", "", readable=False, registry=True)
    schedules = replace(BOOK.schedules, contacts={}, files=(file,))
    speaker = speaker_on(dt.date(2023, 10, 15), book=Book(schedules, BOOK.site))
    speaker.say(KNOWN)
    assert [problem.hint for problem in speaker.problems] == ["mend schedules/contacts.yaml"]
