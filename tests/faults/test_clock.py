"""Time that jumps, stands still or is changed twice a year: everything once, and late things as `if_late` says."""

import datetime as dt
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaign.rehearsal import rehearse
from campaign.workspace import open_workspace
from tests.fakes.bluesky import FakeBluesky
from tests.fakes.mastodon import FakeMastodon
from tests.faults.processes import Daemon, ask, campaign_of, happens, live_workspace, message, run_once, states
from tests.workspaces import CONFIG, make_workspace, open_virtual, states_of, write_schedule

SOAK = os.environ.get("CAMPAIGN_SOAK") == "1"
TAKEN_OR_DOUBLED = {
    "Europe/Riga": ["03:30"],
    "America/New_York": ["02:15", "01:45"],
    "Australia/Lord_Howe": ["02:15", "01:45"],
}
"""Times of day that one change of clocks takes away or another gives twice."""
ZONES = list(TAKEN_OR_DOUBLED) if SOAK else ["Europe/Riga"]
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
DAYS = [YEAR[0] + dt.timedelta(days=number) for number in range(365)]
"""Both changes of clocks, in each of the zones."""


# ---------------------------------------------------------------- a year


def year_of(zone: str) -> str:
    head = f"campaign: gads\ntitle: {{lv: Gads}}\nlanguages: [lv]\ntimezone: {zone}\naccounts: [mastodon]\nmessages:\n"
    lines = (
        f"  - {{id: {name}, repeat: {rule}, from: 2026-01-01, time: '{at}', card: none, text: {{lv: Rūķīši {name}.}}}}\n"
        for name, rule, at, _ in rules_of(zone)
    )
    return head + "".join(lines)


def rules_of(zone: str) -> list[tuple[str, str, str, list[dt.date]]]:
    """(entry, rule, time of day, the days that it means)."""
    sundays = [day for day in DAYS if day.weekday() == 6]
    fridays = [day for day in DAYS if day.weekday() == 4 and (day + dt.timedelta(days=7)).month != day.month]
    daily = [(f"daily-{number}", "every day", at, DAYS) for number, at in enumerate(TAKEN_OR_DOUBLED[zone])]
    weekly = ("weekly", "every sunday", "02:00", sundays)
    return [*daily, weekly, ("monthly", "monthly on last friday", "00:00", fridays)]


def expected(zone: str) -> Counter[tuple[str, dt.datetime]]:
    """(entry, instant): a time that is taken away comes later by the gap, one that comes twice is the first."""
    return Counter(
        (name, dt.datetime.combine(day, dt.time.fromisoformat(at), ZoneInfo(zone)).astimezone(dt.UTC))
        for name, _, at, days in rules_of(zone)
        for day in days
    )


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("zone", ZONES)
def test_in_a_year_with_both_changes_of_clocks_every_occurrence_goes_out_once(tmp_path: Path, zone: str) -> None:
    config = CONFIG.replace('languages = ["lv", "en"]', f'languages = ["lv"]\ntimezone = "{zone}"')
    root = make_workspace(tmp_path, {"gads": year_of(zone)}, config)
    rehearse(open_workspace(root, "rehearsal"), YEAR)
    sent = ask(root, "SELECT key, at FROM attempt WHERE outcome = 'sent'", "rehearsal")
    instants = [(key.split("/")[1].split("@")[0], dt.datetime.fromtimestamp(at / 1000, dt.UTC)) for key, at in sent]
    assert Counter(instants) == expected(zone)
    assert len(list((root / "var" / "rehearsal" / "outbox").rglob("request*.json"))) == len(sent)


# ---------------------------------------------------------------- steps

STEPS = """
campaign: kampana
title: {lv: Kampaņa}
languages: [lv]
accounts: [mastodon]
defaults: {card: none}
messages:
  - {id: before, at: 2023-09-18 08:00, text: {lv: Pirms.}}
  - {id: late, at: 2023-09-18 09:30, text: {lv: Vēls.}}
  - {id: skipped, at: 2023-09-18 09:31, if_late: 1h then skip, text: {lv: Izlaists.}}
  - {id: asked, at: 2023-09-18 09:32, if_late: ask, text: {lv: Jautāts.}}
  - {id: over, at: 2023-09-18 09:33, expires: 2023-09-18 10:00, text: {lv: Beidzies.}}
  - {id: after, at: 2023-09-18 12:00, text: {lv: Pēc.}}
"""


def riga(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2023-09-18 {text}").replace(tzinfo=ZoneInfo("Europe/Riga")).astimezone(dt.UTC)


def played(root: Path, *times: str) -> dict[str, str]:
    """Pass at each of these times of one day; entry → state."""
    app, clock = open_virtual(make_workspace(root, {"kampana": STEPS}), riga("07:00"))
    for words in ("07:00", *times):
        clock.now = riga(words)
        app.replan()
        app.run_pass()
    found = {key.split("/")[1].split(">")[0]: state for key, state in states_of(app).items()}
    app.close()
    return found


def requests(root: Path) -> Counter[str]:
    """Entry → how often it was sent."""
    paths = (root / "var" / "sandbox" / "outbox").rglob("request*.json")
    return Counter(next(part for part in path.parts if part.startswith("kampana")) for path in paths)


def test_a_clock_that_jumps_two_hours_ahead_sends_what_may_be_late(tmp_path: Path) -> None:
    found = played(tmp_path, "09:15", "11:15")
    assert found == {
        "before": "sent",
        "late": "sent",
        "skipped": "missed",
        "asked": "held",
        "over": "missed",
        "after": "planned",
    }


def test_a_clock_that_jumps_two_hours_back_sends_nothing_again(tmp_path: Path) -> None:
    found = played(tmp_path, "08:00", "09:33", "07:33", "08:00", "09:30", "09:33", "12:00", "12:01")
    assert set(found.values()) == {"sent"}
    assert set(requests(tmp_path).values()) == {1}


def test_a_clock_that_jumps_ahead_and_back_again_sends_everything_once(tmp_path: Path) -> None:
    found = played(tmp_path, "09:30", "11:30", "09:31", "09:35", "12:00")
    assert (found["late"], found["after"]) == ("sent", "sent")
    assert set(requests(tmp_path).values()) == {1}


# ---------------------------------------------------------------- a process that is stopped


@pytest.mark.slow
@pytest.mark.soak
def test_a_process_that_stood_still_sends_late_and_once(tmp_path: Path, counterpart: Callable[[str], Path]) -> None:
    counterpart("fribidi")
    with FakeMastodon() as mastodon, FakeBluesky() as bluesky:
        addresses = {"mastodon": mastodon.address, "bluesky": bluesky.address}
        due = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=75)).replace(second=0, microsecond=0)
        before = campaign_of(message("rits", f"{due + dt.timedelta(days=2):%Y-%m-%d %H:%M}", "Glāžšķūņu rūķīši."))
        run_once(live_workspace(tmp_path, addresses, {"kampana": before}))
        write_schedule(tmp_path, "kampana", campaign_of(message("rits", f"{due:%Y-%m-%d %H:%M}", "Glāžšķūņu rūķīši.")))
        with Daemon(tmp_path) as daemon:
            daemon.until(lambda: "Next:" in daemon.said)
            daemon.signal(signal.SIGSTOP)
            time.sleep(max(60 * SOAK, (due - dt.datetime.now(dt.UTC)).total_seconds() + 1))
            assert not mastodon.posts
            daemon.signal(signal.SIGCONT)
            daemon.until(lambda: set(states(tmp_path).values()) == {"sent"})
            assert not happens(lambda: len(mastodon.posts) + len(bluesky.posts) != 2, 2)
