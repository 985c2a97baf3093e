"""Lanes: one piece of work per account at a time, and no account waits for another."""

import threading

from campaign.workers import InTurn, Lanes


def test_a_busy_account_is_not_started_twice_and_others_go_on() -> None:
    begun: list[str] = []
    slow, ended, other = threading.Event(), threading.Event(), threading.Event()

    def run(account: str) -> int:
        begun.append(account)
        if account == "slow":
            slow.wait(10)
        else:
            other.set()
        return 1

    lanes = Lanes(run, ended.set)
    lanes.start(["slow"])
    lanes.start(["slow", "quick"])
    assert other.wait(10)
    slow.set()
    lanes.stop()
    assert sorted(begun) == ["quick", "slow"]
    assert ended.is_set()


def test_a_lane_that_did_nothing_asks_for_no_further_pass() -> None:
    asked: list[str] = []
    lanes = Lanes(lambda account: 0, lambda: asked.append("again"))
    lanes.start(["feed"])
    lanes.stop()
    assert asked == []


def test_a_crash_in_one_lane_is_told_once() -> None:
    def run(account: str) -> int:
        raise ZeroDivisionError(account)

    lanes = Lanes(run, lambda: None)
    lanes.start(["mastodon"])
    lanes.stop()
    assert [str(error) for error in lanes.failures()] == ["mastodon"]
    assert lanes.failures() == []


def test_the_pass_asked_for_by_a_lane_finds_that_lane_free() -> None:
    """Otherwise what came due during its last request would wait for the next tick."""
    runs: list[str] = []
    ended = threading.Event()

    def run(account: str) -> int:
        runs.append(account)
        return 1

    def again() -> None:
        if len(runs) < 200:
            lanes.start(["mastodon"])
        else:
            ended.set()

    lanes = Lanes(run, again)
    lanes.start(["mastodon"])
    assert ended.wait(10)
    lanes.stop()


def test_on_a_virtual_clock_lanes_run_in_the_order_given() -> None:
    begun: list[str] = []
    InTurn(lambda account: begun.append(account) or 0).start(["b", "a"])  # type: ignore[func-returns-value]
    assert begun == ["b", "a"]
