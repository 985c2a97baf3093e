"""Which date of a message another one answers."""

from dataclasses import replace

import pytest

from campaign.model import AsSoonAsRead, Message, Schedules, When
from campaign.occurrences import expand
from tests.occurrences.entries import campaign, message, repeat, window
from tests.samples import make_site


def answers(*messages: Message, first: str = "2023-09-01", last: str = "2023-09-30") -> dict[str, str]:
    """Key of each occurrence that answers → the key of what it answers."""
    schedules = Schedules((campaign(*messages),))
    found = expand(schedules, make_site(), window(first, last))
    return {one.key: one.answers for one in found if isinstance(one.entry, Message) and one.entry.reply_to}


def answering(name: str, when: When | str, target: str = "jautajums") -> Message:
    return replace(message(name, when), reply_to=f"kampana/{target}")


QUESTION = message("jautajums", "2023-09-12 10:00")
WEEKLY = message("jautajums", repeat("FREQ=WEEKLY;BYDAY=MO", start="2023-09-04"))


@pytest.mark.parametrize(
    ("when", "answered"),
    [("2023-09-12 10:00", "kampana/jautajums"), ("2023-09-20 09:00", "kampana/jautajums"), ("2023-09-12 09:59", "")],
)
def test_a_message_answers_what_goes_out_no_later_than_itself(when, answered):
    assert answers(QUESTION, answering("atbilde", when)) == {"kampana/atbilde": answered}


def test_of_a_repeating_message_the_last_date_is_answered():
    found = answers(
        WEEKLY, answering("atbilde", repeat("FREQ=WEEKLY;BYDAY=WE", start="2023-09-06", until="2023-09-20"))
    )
    assert found == {
        "kampana/atbilde@2023-09-06": "kampana/jautajums@2023-09-04",
        "kampana/atbilde@2023-09-13": "kampana/jautajums@2023-09-11",
        "kampana/atbilde@2023-09-20": "kampana/jautajums@2023-09-18",
    }


def test_a_date_before_the_window_is_answered_too():
    found = answers(WEEKLY, answering("atbilde", "2023-09-13 10:00"), first="2023-09-13", last="2023-09-13")
    assert found == {"kampana/atbilde": "kampana/jautajums@2023-09-11"}


def test_what_goes_out_at_once_can_be_answered_and_answers_what_happens_once():
    at_once = message("jautajums", AsSoonAsRead())
    assert answers(at_once, answering("atbilde", "2023-09-13 10:00")) == {"kampana/atbilde": "kampana/jautajums"}
    now = answering("atbilde", AsSoonAsRead())
    assert [answers(target, now)["kampana/atbilde"] for target in (QUESTION, WEEKLY)] == ["kampana/jautajums", ""]


def test_the_instant_counts_and_not_the_clock_on_the_wall():
    later = message("jautajums", "2023-09-12 10:00", zone="Europe/London")
    assert answers(later, answering("atbilde", "2023-09-12 10:30")) == {"kampana/atbilde": ""}


def test_a_message_of_another_campaign_is_answered():
    other = replace(QUESTION, campaign="cita")
    schedules = Schedules((campaign(answering("m", "2023-09-20 09:00")), replace(campaign(other), id="cita")))
    mine = replace(schedules.campaigns[0].messages[0], reply_to="cita/jautajums")
    schedules = replace(
        schedules, campaigns=(replace(schedules.campaigns[0], messages=(mine,)), schedules.campaigns[1])
    )
    found = {one.key: one.answers for one in expand(schedules, make_site(), window("2023-09-01", "2023-09-30"))}
    assert found == {"cita/jautajums": "", "kampana/m": "cita/jautajums"}
