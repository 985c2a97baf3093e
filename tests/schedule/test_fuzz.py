"""Whatever bytes stand in a folder, reading ends with Schedules: nothing raises, and nothing is lost without a word."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.model import Schedules, Severity, Tier
from campaign.schedule import read, rules, words
from campaign.schedule.forms import CAMPAIGN, DEFAULTS, EVENT, MESSAGE, SERIES
from campaign.schedule.mistakes import CODES, Mistake
from tests.samples import make_site
from tests.schedule.folders import HEAD, REGISTRIES, SAMPLE, TODAY, folder

SITE = make_site()
KEYS = sorted({*CAMPAIGN, *MESSAGE, *SERIES, *EVENT, *DEFAULTS, "lv", "en", "template", "file", "alt", "period", "was"})
SCALARS = st.sampled_from(
    ["", "m", "e", "now", "none", "true", "2026-11-25", "2026-02-31", "2026-11-25 09:00", "9:00", "09:00", "10:00-12:00", "every day",
     "every 2nd monday", "1 day before m", "2 hours before e, 09:00", "end of m", "monthly on 31", "RRULE:FREQ=DAILY;BYMONTHDAY=31",
     "glāžšķūņu rūķīši", "'a: b #c'", "{x}", "[", "*a", "&a b", "!t c", "feed", "eu-atd", "riga-library", "https://x.lv", "'#Kopā'", "#x",
     "9999999999", "2h then skip", "month", "cancelled", "\t", "|", "- a", "“”", "\u200d"]
)  # fmt: skip
NODES = st.recursive(
    SCALARS,
    lambda children: st.one_of(
        st.lists(children, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(st.sampled_from(KEYS), children), max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=12,
)
TABLES = st.lists(st.tuples(st.sampled_from(KEYS), NODES), max_size=8)
EXAMPLES = settings(suppress_health_check=[HealthCheck.too_slow])


def read_bytes(data: bytes, name: str = "kampana.yaml") -> Schedules:
    with tempfile.TemporaryDirectory() as where:
        return read(folder(Path(where), {**REGISTRIES, name: data}), SITE, today=TODAY)


def nothing_is_lost_without_a_word(schedules: Schedules) -> None:
    for file in schedules.files:
        told = [problem for problem in schedules.problems if problem.spot.file == file.path]
        assert file.readable or any(problem.tier is Tier.FILE for problem in told)
    for problem in schedules.problems:
        assert problem.code in CODES
        assert problem.spot.line >= 1
        assert problem.spot.column >= 1
        assert problem.severity is not Severity.ERROR or problem.tier is not Tier.CONTENT
        assert "\n" not in problem.message


@EXAMPLES
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_as_a_campaign(data):
    nothing_is_lost_without_a_word(read_bytes(data))


@pytest.mark.parametrize("name", [*REGISTRIES, "HOLD"])
@EXAMPLES
@given(data=st.one_of(st.binary(max_size=500), st.text(max_size=500).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_read_as_any_file(name, data):
    nothing_is_lost_without_a_word(read_bytes(data, name))


@EXAMPLES
@given(TABLES, st.sampled_from(["messages", "series", "events"]))
def test_entries_made_of_known_keys_and_strange_values(pairs, kind):
    lines = "".join(f"    {key}: {value}\n" for key, value in pairs if key != "id")
    nothing_is_lost_without_a_word(read_bytes(f"{HEAD}{kind}:\n  - id: m\n{lines}".encode()))


@EXAMPLES
@given(TABLES)
def test_campaigns_made_of_known_keys_and_strange_values(pairs):
    nothing_is_lost_without_a_word(read_bytes("".join(f"{key}: {value}\n" for key, value in pairs).encode()))


@EXAMPLES
@given(TABLES, st.sampled_from(["contacts", "facts", "observances", "places", "glossary"]))
def test_registries_made_of_strange_values(pairs, name):
    lines = "".join(f"    {key}: {value}\n" for key, value in pairs)
    listed = "words" if name == "glossary" else name
    nothing_is_lost_without_a_word(read_bytes(f"{listed}:\n  - id: m\n{lines}".encode(), f"{name}.yaml"))


SAMPLES = [path.read_bytes() for path in sorted(SAMPLE.glob("*.yaml"))]
CUTS = st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.sampled_from([b"", b" ", b"\n", b"- ", b": ", b" #", b"{", b"'", b'"', b"\t", b"\x00", b"\xff", b"\xc4\x81"]))  # fmt: skip


@EXAMPLES
@given(st.sampled_from(SAMPLES), st.lists(CUTS, min_size=1, max_size=4))
def test_a_real_file_damaged_anywhere_is_read(data, cuts):
    for start, length, instead in cuts:
        place = start % len(data)
        data = data[:place] + instead + data[place + length :]
    nothing_is_lost_without_a_word(read_bytes(data))


@pytest.mark.parametrize(
    "parse",
    [words.day, words.clock, words.clocks, words.moment, words.wall, words.span, words.partial, words.relative, words.expiry, words.late, rules.rule],
)  # fmt: skip
@EXAMPLES
@given(text=st.one_of(st.text(max_size=60), st.from_regex(r"[0-9a-z:.\- ]{1,30}", fullmatch=True)))
def test_any_words_are_understood_or_refused(parse, text):
    try:
        understood = parse(text)
    except Mistake as mistake:
        understood = CODES[mistake.code]
    assert understood is not None


PARTS = {
    "INTERVAL": st.integers(1, 366).map(str),
    "BYDAY": st.lists(st.from_regex(r"[+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU)", fullmatch=True), min_size=1, max_size=3).map(
        ",".join
    ),
    "BYMONTH": st.integers(1, 12).map(str),
    "BYMONTHDAY": st.integers(-31, 31).map(str),
    "BYYEARDAY": st.integers(-366, 366).map(str),
    "BYWEEKNO": st.integers(-53, 53).map(str),
    "BYSETPOS": st.integers(-366, 366).map(str),
    "BYEASTER": st.integers(-999, 999).map(str),
    "WKST": st.sampled_from(["MO", "SU"]),
}


@EXAMPLES
@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.lists(st.one_of([values.map(f"{name}={{}}".format) for name, values in PARTS.items()]), max_size=4),
)
def test_any_combination_of_a_rules_parts_is_understood_or_refused(often, parts):
    notation = ";".join([f"FREQ={often}", *parts])
    try:
        understood = rules.rule(f"RRULE:{notation}").rrule
    except Mistake:
        understood = notation
    assert understood == notation


@EXAMPLES
@given(st.dates(min_value=TODAY.replace(year=1900), max_value=TODAY.replace(year=2199)), st.times())
def test_every_date_and_time_reads_back(date, time):
    written = f"{date} {time:%H:%M}"
    assert words.moment(written) == (date, time.replace(second=0, microsecond=0))
    shuffled = f"{date.day}.{date.month}.{date.year} {time.hour}.{time.minute:02}"
    with pytest.raises(Mistake) as caught:
        words.moment(shuffled)
    assert caught.value.instead == written
