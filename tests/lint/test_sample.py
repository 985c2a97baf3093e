"""The sample workspace: exactly the findings its campaign deserves."""

from collections import Counter
from pathlib import Path

import pytest

from campaign.lint import review
from campaign.model import Problem
from campaign.schedule import read
from campaign.workspace import open_workspace
from tests.lint.findings import drafts
from tests.occurrences.entries import day

SCHEDULES = Path(__file__).parents[2] / "schedules"
CAMPAIGN = "schedules/eu-anti-trafficking-day-2023.yaml"
MESSAGES = {
    "kickoff",
    "safe-work-abroad",
    "signs",
    "if-you-see-signs",
    "help-180-days",
    "who-to-call",
    "girl-child-day",
    "event-announcement",
    "eve",
    "the-day",
    "thanks",
}


def found_in(file: str, today: str) -> list[Problem]:
    site = open_workspace(SCHEDULES.parent).settings.site()
    files = read(SCHEDULES, site)
    found = review(files, list(drafts(files, site, ("2023-09-01", "2023-10-31"))), site, day(today))
    return [problem for problem in found if problem.spot.file == file]


@pytest.mark.parametrize(("today", "past"), [("2023-09-01", 0), ("2026-11-23", 1)])
def test_the_campaign_has_unconfirmed_contacts_and_one_old_source(today, past):
    found = found_in(CAMPAIGN, today)
    assert Counter(problem.code for problem in found) == {"CON02": 11, "FAC02": 1, **({"TIM01": 1} if past else {})}
    assert {problem.entry.partition("/")[2] for problem in found if problem.code == "CON02"} == MESSAGES
    assert [problem.entry for problem in found if problem.code == "FAC02"] == [
        "eu-anti-trafficking-day-2023/help-180-days"
    ]


def test_each_finding_stands_where_its_text_or_fact_stands():
    lines = (SCHEDULES / Path(CAMPAIGN).name).read_text(encoding="utf-8").splitlines()
    for problem in found_in(CAMPAIGN, "2023-09-01"):
        rest = lines[problem.spot.line - 1][problem.spot.column - 1 :]
        assert rest.startswith('"') if problem.code == "CON02" else rest.startswith("lv-rehab-180-days")


def test_the_month_deserves_nothing_but_confirmed_numbers():
    assert {problem.code for problem in found_in("schedules/september-2023.yaml", "2023-09-01")} == {"CON02"}
