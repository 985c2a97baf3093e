"""What the words of a plan claim, and whom they may harm: findings shown in every mode, stopping only in live mode.

CON02 contacts nobody confirmed · FAC02 figures that no longer hold · TRN01 languages · TIM01 times · EVT01, EVT02
events · IMG01 alt texts · IMG02 consent · REF03 braces · TAG03 hashtags. An error names the entry (and language,
account) it stops; warnings and hints stop nothing.
"""

import datetime as dt
from collections.abc import Sequence

from campaign.lint import braces, events, facts, hashtags, people, times
from campaign.lint.events import is_outdated
from campaign.lint.subjects import subjects_of
from campaign.model import Draft, Problem, Schedules, Site

__all__ = ["is_outdated", "review"]


def review(schedules: Schedules, drafts: Sequence[Draft], site: Site, today: dt.date) -> list[Problem]:
    """Every finding once, ordered by where it stands. `today` decides what is past, never what is planned."""
    subjects = subjects_of(drafts)
    found = [
        *facts.review(subjects, schedules, site, today),
        *people.review(schedules, site),
        *braces.review(schedules),
        *hashtags.review(schedules),
        *times.review(subjects, schedules, site, today),
        *events.review(subjects, schedules, site, today),
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.spot, problem.code, problem.message))
