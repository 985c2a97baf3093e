"""Two languages in one post, quiet hours in the plan, pictures that services fetch."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaign.app import App
from campaign.model import Limits, State
from campaign.plan.reconcile import Circumstances, reconcile
from campaign.store.values import Known, Wanted, schedule_of
from tests.ledgers import Clock, make_wanted
from tests.test_promises import at
from tests.workspaces import CONFIG, KICKOFF, make_workspace, open_virtual, states_of

TOGETHER = CONFIG.replace('server = "https://mastodon.example"', 'server = "https://mastodon.example"\ntogether = true')
QUIET = CONFIG.replace(
    'server = "https://mastodon.example"', 'server = "https://mastodon.example"\nquiet = "08:00-10:30"'
)
KEY = "kampana/kickoff>mastodon:lv"


def opened(folder: Path, config: str, campaign: str = KICKOFF) -> App:
    app, _ = open_virtual(make_workspace(folder, {"kampana": campaign}, config), at("2023-09-17 09:00"))
    app.replan()
    return app


def draft_of(app: App, key: str = KEY):
    return next(draft for draft in app.plan().drafts if draft.key == key)


def test_one_post_holds_both_languages_and_says_so(tmp_path: Path) -> None:
    app = opened(tmp_path, TOGETHER)
    post = draft_of(app).post
    lines = [line for line in post.text.split("\n\n") if not line.startswith("https")]
    assert lines == ["Glāžšķūņu rūķīši sāk kampaņu.", "The campaign begins."]
    assert (post.language, post.also_in) == ("lv", ("en",))
    assert [key for key in states_of(app) if "kickoff>mastodon" in key] == [KEY]


def test_two_languages_that_do_not_fit_together_are_counted_whole(tmp_path: Path) -> None:
    long = KICKOFF.replace("The campaign begins.", "word " * 90).replace("sāk kampaņu.", "ā" * 100)
    app = opened(tmp_path, TOGETHER, long)
    problem = next(problem for problem in app.plan().problems if problem.code == "LEN01")
    assert "where lv and en stand in one post" in problem.message
    assert draft_of(app).post is None


def test_an_entry_in_one_language_is_an_ordinary_post(tmp_path: Path) -> None:
    one = KICKOFF.replace(', en: "The campaign begins."', "").replace(
        "  - id: kickoff", "  - id: kickoff\n    languages: [lv]"
    )
    assert draft_of(opened(tmp_path, TOGETHER, one)).post.also_in == ()


def test_what_falls_into_quiet_hours_is_planned_for_their_end(tmp_path: Path) -> None:
    app = opened(tmp_path, QUIET)
    rows = {row.key: row for row in app.plan().rows}
    assert rows[KEY].due == int(at("2023-09-18 10:30").timestamp() * 1000)
    assert rows["kampana/kickoff>site:lv"].due == int(at("2023-09-18 09:00").timestamp() * 1000)
    assert "TIM03" in {problem.code for problem in app.plan().problems}


def test_what_expires_in_quiet_hours_is_an_error(tmp_path: Path) -> None:
    short = KICKOFF.replace("    card: none\n", "    card: none\n    expires: 2023-09-18 10:00\n", 1)
    app = opened(tmp_path, QUIET, short)
    found = [problem for problem in app.plan().problems if problem.code == "TIM03"]
    assert "error" in {str(problem.severity) for problem in found}


def test_a_plan_within_other_limits_is_another_plan(tmp_path: Path) -> None:
    app = opened(tmp_path, CONFIG)
    before = app.plan().hash
    accounts = dict(app.site.accounts)
    accounts["mastodon"] = replace(accounts["mastodon"], limits=Limits(characters=5000))
    app.site = replace(app.site, accounts=accounts)
    assert app.plan().hash != before


@pytest.mark.parametrize(("mastodon_fetches", "there"), [(True, True), (False, False)])
def test_pictures_that_a_service_fetches_are_public_no_sooner_than_their_post(
    tmp_path: Path, mastodon_fetches: bool, there: bool
) -> None:
    campaign = KICKOFF.replace("card: none", "card: announcement").replace("[site, mastodon]", "[mastodon]")
    app = opened(tmp_path, CONFIG, campaign)
    accounts = dict(app.site.accounts)
    accounts["mastodon"] = replace(
        accounts["mastodon"], limits=Limits(hosted=mastodon_fetches, picture_type="image/jpeg")
    )
    app.site = replace(app.site, accounts=accounts)
    app.replan(again=True)
    [picture] = draft_of(app).post.pictures
    app.build()
    assert not (app.public / "pictures" / picture.name).exists()
    assert isinstance(app.clock, Clock)
    app.clock.now = at("2023-09-18 09:00")
    app.build()
    assert (app.public / "pictures" / picture.name).exists() is there
    assert picture.name.endswith(".jpg")


def changes(joint: Wanted, known: Known, *others: Known) -> dict[str, State | None]:
    """What a plan does when Latvian and English are to stand in one post from now on."""
    around = Circumstances(0, joint={joint.key: ("kampana/kickoff>mastodon:en",)})
    rows = {row.key: row for row in (known, *others)}
    return {change.key: change.state for change in reconcile({joint.key: joint}, rows, around)}


def known_as(key: str, state: State, published: str | None = None) -> Known:
    times = schedule_of(make_wanted())
    words = ("kampana/kickoff", "mastodon", "mastodon", "message", "schedules/kampana.yaml")
    return Known(key, *words, state, "", None, times, "r1", published, False, "")


EN = "kampana/kickoff>mastodon:en"


def test_languages_of_which_one_is_out_do_not_go_out_again_together() -> None:
    rejected = known_as(KEY, State.REJECTED)
    found = changes(make_wanted(revision="r2"), rejected, known_as(EN, State.SENT, "r1"))
    assert found[KEY] is not State.PLANNED


def test_a_language_that_is_still_to_come_goes_out_by_itself_when_the_other_is_out_so() -> None:
    out = known_as(KEY, State.SENT, "r1")
    assert EN not in changes(make_wanted(revision="r2"), out, known_as(EN, State.PLANNED))


def test_a_language_that_joined_the_other_in_time_is_cancelled_as_a_post_of_its_own() -> None:
    found = changes(make_wanted(revision="r2"), known_as(KEY, State.PLANNED), known_as(EN, State.PLANNED))
    assert found[EN] is State.CANCELLED
