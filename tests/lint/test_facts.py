"""CON02 and FAC02: confirmed numbers and figures that hold."""

import datetime as dt
from dataclasses import replace

import pytest

from campaign.lint import review
from campaign.model import Announcement, CardChoice, Claim, Fact, Limits, Relative, Severity, Tier, Variant
from tests.lint.findings import SITE, drafts, everywhere, figure, findings, number, of, say, schedules
from tests.occurrences.entries import day, event, repeat

HELP = number("palīdzība")
DISPUTED = (Claim("24/7", as_of="2015-12-16"), Claim("9–17", as_of="2022-12-12"))


@pytest.mark.parametrize(
    "message",
    [
        say("x", text=everywhere("Zvani {palīdzība}.")),
        say("x", footer=everywhere("Palīdzība: {palīdzība}.")),
        say("x", title=everywhere("{palīdzība}")),
        say("x", contacts=("palīdzība",)),
        say("x", cards=(CardChoice("contacts", {"lines": everywhere("{palīdzība}")}),)),
        say(
            "x",
            cards=(
                CardChoice(
                    "checklist", {"items": {"lv": ["Zvani {palīdzība}"], "en": ["{palīdzība}"], "ru": ["{palīdzība}"]}}
                ),
            ),
        ),
        say("x", cards=(CardChoice("cover"), CardChoice("chart", {"bars": ({"label": everywhere("{palīdzība}")},)}))),
        say("x", variants={"mastodon": Variant(text=everywhere("{palīdzība}"))}),
        say("x", variants={"mastodon": Variant(footer=everywhere("{palīdzība}"))}),
        say("x", repeat("FREQ=WEEKLY;BYDAY=MO"), on={day("2023-10-02"): Variant(text=everywhere("{palīdzība}"))}),
    ],
    ids=[
        "text",
        "footer",
        "title",
        "contacts",
        "card",
        "card items",
        "deep in a second card",
        "variant",
        "footer of a variant",
        "one date",
    ],
)
def test_wherever_an_unconfirmed_number_stands_the_message_is_stopped(message):
    (problem,) = of("CON02", findings(message, HELP))
    assert (problem.code, problem.severity, problem.tier) == ("CON02", Severity.ERROR, Tier.CONTENT)
    assert (problem.entry, problem.language, problem.account) == ("kampana/x", "", "")
    assert "palīdzība 116 111 (never)" in problem.message


@pytest.mark.parametrize(
    "message",
    [
        say("x"),
        say("x", text=everywhere("{{palīdzība}} un {cita}")),
        say(
            "x",
            footer=everywhere("{palīdzība}"),
            variants={name: Variant(footer={}) for name in ("feed", "mastodon", "bluesky")},
        ),
        say(
            "x",
            text=everywhere("{palīdzība}"),
            variants={name: Variant(skip="ne šeit") for name in ("feed", "mastodon", "bluesky")},
        ),
    ],
    ids=["none named", "not a field", "footer taken away", "sent nowhere"],
)
def test_a_number_that_nobody_gets_to_see_stops_nothing(message):
    assert of("CON02", findings(message, HELP)) == []


def test_a_card_shows_the_help_line():
    site = replace(SITE, helplines=("palīdzība",))
    assert of("CON02", findings(say("x", cards=(CardChoice("announcement"),)), HELP, site=site))
    assert not findings(say("x"), HELP, site=site)


def test_an_account_that_takes_no_pictures_shows_no_card():
    plain = {name: replace(account, limits=Limits(images=0)) for name, account in SITE.accounts.items()}
    site = replace(SITE, helplines=("palīdzība",), accounts=plain)
    assert not findings(say("x", cards=(CardChoice("announcement"),)), HELP, site=site)


def test_rows_that_are_skipped_show_nothing():
    message = say("x", text=everywhere("{palīdzība}"))
    rows = [replace(row, skip="no text") for row in drafts(schedules(message), SITE, ("2023-10-01", "2023-10-31"))]
    assert review(schedules(message, HELP), rows, SITE, day("2023-09-01")) == []


@pytest.mark.parametrize(
    ("contact", "doubt"),
    [
        (number("c"), "(never)"),
        (number("c", claims=DISPUTED), "(never; public pages disagree about its hours)"),
        (number("c", status="conflicting"), "(never; public pages disagree about its hours)"),
        (number("c", "2023-07-19"), "(last on 2023-07-19, 91 days before the post)"),
        (number("c", "2022-06-01", claims=DISPUTED), "(last on 2022-06-01, 504 days before the post)"),
        (number("c", "2023-07-20"), ""),
        (number("c", "2023-10-18"), ""),
        (number("c", "2024-01-01"), ""),
        (number("c", "2023-09-01", claims=DISPUTED), ""),
        (
            number("c", "2023-09-01", claims=(*DISPUTED, Claim("12–22", as_of="2023-09-10"))),
            "(not since 2023-09-01, when public pages disagree about its hours)",
        ),
        (number("c", "2023-09-01", claims=(Claim("24/7", as_of="2023-09-10"),)), ""),
    ],
)
def test_what_speaks_against_a_number_on_the_day_of_the_post(contact, doubt):
    found = findings(say("x", text=everywhere("{c}")), contact)
    assert [f"c 116 111 {doubt};" in problem.message for problem in found] == ([True] if doubt else [])


def test_the_finding_stands_at_the_text_and_tells_what_to_write():
    (problem,) = findings(say("x", text=everywhere("{palīdzība}")), HELP, today="2023-09-05")
    assert str(problem.spot.file).endswith("kampaņa.yaml")
    assert (problem.spot.line, problem.field) == (20, "text.lv")
    assert problem.hint.endswith("in schedules/contacts.yaml: verified_on: 2023-09-05")


def test_all_numbers_of_a_message_are_one_finding_in_the_order_of_the_registry():
    (problem,) = findings(say("x", text=everywhere("{b} {a}")), number("a"), number("b"), number("c"))
    assert problem.message.index("a 116 111") < problem.message.index("b 116 111")


def test_languages_that_show_other_numbers_have_their_own_finding():
    text = {"lv": "{a}", "en": "{a}", "ru": "{b}"}
    found = of("CON02", findings(say("x", text=text), number("a"), number("b", "2023-10-01")))
    assert [problem.language for problem in found] == ["lv", "en"]
    assert all(f"“x” in {problem.language} shows" in problem.message for problem in found)


def test_a_repeating_message_is_stopped_by_its_next_date_and_warned_of_a_later_one():
    tip = say("x", repeat("FREQ=WEEKLY;BYDAY=MO"), text=everywhere("{c}"))
    (stopped,) = of("CON02", findings(tip, number("c", "2023-05-01")))
    (warned,) = of("CON02", findings(tip, number("c", "2023-08-31")))
    assert (stopped.severity, warned.severity) == (Severity.ERROR, Severity.WARNING)
    assert "goes on after 2023-11-29" in warned.message


def test_of_an_event_the_posts_on_networks_are_stopped_one_by_one():
    reminder = Announcement("1d", Relative("saruna", days=-1))
    talk = event("saruna", "2023-10-18 10:00", announce=(reminder,), announce_accounts=("feed", "mastodon", "bluesky"))
    told = replace(talk, title=everywhere("Saruna"), footer=everywhere("{palīdzība}"))
    found = of("CON02", findings(told, HELP))
    assert [(problem.entry, problem.account) for problem in found] == [
        ("kampana/saruna", "bluesky"),
        ("kampana/saruna", "mastodon"),
    ]


def test_a_date_that_is_skipped_shows_nothing():
    on = {day("2023-10-02"): Variant(text=everywhere("{palīdzība}"), skip="svētki")}
    assert of("CON02", findings(say("x", repeat("FREQ=WEEKLY;BYDAY=MO"), on=on), HELP)) == []


def test_a_draft_of_an_account_that_is_gone_is_passed_over():
    message = say("x", text=everywhere("{palīdzība}"))
    left = list(drafts(schedules(message), SITE, ("2023-10-01", "2023-10-31")))
    assert review(schedules(message, HELP), left, replace(SITE, accounts={}), day("2023-09-01")) == []


# ---------------------------------------------------------------- FAC02

LATER = figure("later", "2023-10-01")


@pytest.mark.parametrize(
    ("fact", "severity", "why"),
    [
        (figure("f", "2023-10-18"), None, ""),
        (figure("f", "2023-10-19"), Severity.ERROR, "its source is of 2023-10-19, later than the post"),
        (figure("f", "2021-10-18"), None, ""),
        (figure("f", "2021-10-17"), Severity.WARNING, "its source is of 2021-10-17, over 24 months before the post"),
        (figure("f", "2023-01-01", "2023-10-18"), None, ""),
        (figure("f", "2023-01-01", "2023-10-17"), Severity.WARNING, "it could be used until 2023-10-17"),
        (figure("f", "2023-01-01", None, "today"), Severity.ERROR, "today has superseded it since 2023-10-18"),
        (figure("f", "2023-01-01", "2024-12-31", "later"), Severity.ERROR, "later has superseded it since 2023-10-01"),
        (figure("f", "2023-01-01", "2023-10-01", "later"), Severity.ERROR, "later has superseded it since 2023-10-01"),
        (figure("f", "2023-01-01", None, "after"), None, ""),
        (figure("f", "2023-01-01", "2023-10-01", "after"), Severity.WARNING, "it could be used until 2023-10-01"),
        (figure("f", "2023-01-01", None, "nezināms"), None, ""),
        (figure("f"), None, ""),
    ],
)
def test_a_figure_at_the_time_of_the_post(fact, severity, why):
    found = findings(say("x", facts=("f",)), fact, LATER, figure("today", "2023-10-18"), figure("after", "2026-02-25"))
    expected = [(severity, f"“x” uses the fact f on 2023-10-18: {why}")] if severity else []
    assert [(problem.severity, problem.message) for problem in found] == expected


@pytest.mark.parametrize(
    "message",
    [
        say("x", facts=("f",)),
        say("x", text=everywhere("{fact f}")),
        say("x", cards=(CardChoice("fact", {"statement": everywhere("{fact f}")}),)),
        say("x", facts=("f",), text=everywhere("{fact f}")),
    ],
    ids=["listed", "spoken", "on the card", "listed and spoken"],
)
def test_a_fact_counts_once_wherever_it_is_used(message):
    (problem,) = findings(message, figure("f", "2019-07-16"))
    assert (problem.code, problem.entry, problem.language) == ("FAC02", "kampana/x", "")


def test_a_repeating_message_is_warned_of_the_first_date_a_fact_does_not_hold_for():
    tip = say("x", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04"), facts=("f",))
    fact = Fact("f", HELP.spot, {}, "", dt.date(2023, 1, 1), superseded_by="later")
    (problem,) = of("FAC02", findings(schedules(tip, fact, figure("later", "2023-10-10"))))
    assert problem.severity is Severity.WARNING
    assert problem.message.startswith("“x” uses the fact f on 2023-10-16")


def test_a_fact_nobody_knows_is_not_lints_to_tell():
    assert findings(say("x", facts=("nezināms",))) == []
