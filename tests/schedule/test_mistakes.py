"""Mistakes by name: what is said about each, where, what it stops, and the line to copy."""

from pathlib import Path
from typing import NamedTuple

import pytest

from campaign.model import Tier
from campaign.schedule import read
from campaign.schedule.mistakes import CODES
from tests.samples import make_site
from tests.schedule.folders import (
    HEAD,
    REGISTRIES,
    TEXT,
    codes,
    entries,
    folder,
    message,
    read_files,
    read_text,
    the_message,
    the_problem,
)

AT = "at: 2026-11-25 09:00"


class Case(NamedTuple):
    """What is written, and what is said about it."""

    written: str
    code: str
    place: tuple[int, int]
    words: str
    hint: str


def check(where: Path, case: Case) -> None:
    problem = the_problem(read_text(where, case.written))
    assert (problem.code, (problem.spot.line, problem.spot.column)) == (case.code, case.place)
    assert case.words in problem.message
    assert problem.hint == case.hint


LOST = [
    Case(message(AT, "text:", "  lv: Nāciet #kopā", "  en: x"), "LOS01", (9, 11), "“#kopā” is lost", 'lv: "Nāciet #kopā"'),
    Case(message(AT, "text:", "  lv: Nāciet   # uz Rīgu", "  en: x"), "LOS01", (9, 11), "begins a comment", 'lv: "Nāciet   # uz Rīgu"'),
    Case(message(AT, TEXT, "title: {lv: Labi, en: y}", "variants:", "  mastodon: {text: {lv: a}, skip: b}", "  feed:", "    text:", "      lv: Rūķi #2"), "LOS01", (14, 15), "“#2” is lost", 'lv: "Rūķi #2"'),
    Case(message(AT, "text: {lv: Sveiki, draugi}"), "LOS02", (8, 24), "“draugi” becomes a key", 'lv: "Sveiki, draugi"'),
    Case(message(AT, "text: {en: x, lv: Es, tu, mēs}"), "LOS02", (8, 27), "“tu” becomes a key", 'lv: "Es, tu, mēs"'),
    Case(message(AT, "text:", "  lv: Svarīgi: nāciet"), "LOS03", (9, 18), "“Svarīgi: nāciet”", 'lv: "Svarīgi: nāciet"'),
    Case(message(AT, "text:", "  lv:", "    Svarīgi: nāciet"), "LOS03", (10, 9), "the colon takes", 'lv: "Svarīgi: nāciet"'),
    Case(message(AT, "text:", "  lv: {helpline-thb}"), "LOS03", (9, 11), "begins with {", 'lv: "{helpline-thb}"'),
    Case(message(AT, "text: {lv: [Rīga]}"), "LOS03", (8, 16), "begins with [", 'lv: "[Rīga]"'),
    Case(message(AT, TEXT, "hashtags:", "  - #Kopā"), "LOS01", (10, 8), "a hashtag needs quotes", '- "#Kopā"'),
]  # fmt: skip

FORM = [
    Case(message(AT, TEXT, "texts: {lv: x}"), "FMT01", (9, 5), "nearest is “text”", "text: {lv: x}"),
    Case(message(AT, TEXT, "acounts: [feed]"), "FMT01", (9, 5), "nearest is “accounts”", "accounts: [feed]"),
    Case(message(AT, TEXT, "tags: ['#a']"), "FMT01", (9, 5), "nearest is “hashtags”", "hashtags: ['#a']"),
    Case(message(AT, TEXT, "zzz: 1"), "FMT01", (9, 5), "known are id, title", ""),
    Case(message(AT, "text: {lv: x, latv: y}"), "FMT01", (8, 19), "“latv” is not a language", ""),
    Case(message(AT, "text: {lv: x, ru: y}"), "FMT02", (8, 19), "not among the languages here (lv, en)", ""),
    Case(message(AT, "text: Sveiki"), "FMT02", (8, 11), "in which language", 'text: {lv: "Sveiki"}'),
    Case(message(AT, "text: {lv: ''}"), "FMT02", (8, 16), "there is none", ""),
    Case(message(AT, "text: {}"), "FMT02", (8, 11), "there is none", ""),
    Case(message("at: 25.11.2026 9:00", TEXT), "FMT02", (7, 9), "“25.11.2026 9:00”", "at: 2026-11-25 09:00"),
    Case(message("at: 2026-02-31 09:00", TEXT), "FMT02", (7, 9), "28 days", "at: 2026-02-28"),
    Case(message("at: 2026-11-25", TEXT), "FMT03", (7, 9), "no time of day", "at: 2026-11-25 09:00"),
    Case(message("repeat: every monday", "time: 9:00", TEXT), "FMT02", (8, 11), "“9:00”", "time: 09:00"),
    Case(message("repeat: evry monday", "time: 09:00", TEXT), "FMT02", (7, 13), "not understood", "repeat: every monday"),
    Case(message("repeat: every monday", TEXT), "FMT03", (6, 5), "time: is missing", "time: 09:00"),
    Case(message("repeat: every 2 weeks on monday", "time: 09:00", TEXT), "FMT03", (7, 13), "interval above 1", "from: 2026-11-23"),
    Case(message("repeat: every monday", "time: 09:00", "count: 3", TEXT), "FMT03", (7, 13), "with count:", "from: 2026-11-23"),
    Case(message("repeat: every monday", "time: 09:00", "from: 2026-11-23", "count: 3", "until: 2027-01-01", TEXT), "FMT06", (10, 12), "both say the end", "remove one of the two"),
    Case(message("repeat: every monday", "time: 09:00", "from: 2026-11-23", "until: 2026-11-01", TEXT), "FMT02", (10, 12), "lies before from:", "until: 2026-11-23"),
    Case(message("repeat: every monday", "time: 09:00", "except: [2026-11-24]", TEXT), "FMT02", (9, 13), "2026-11-24 is a tuesday", "the nearest dates are 2026-11-23 and 2026-11-30"),
    Case(message("repeat: every monday", "time: 09:00", "on: {24.11.2026: {skip: svētki}}", TEXT), "FMT02", (9, 10), "“24.11.2026” is not a date", "on: {2026-11-24: {skip: svētki}}"),
    Case(message(TEXT), "FMT03", (6, 5), "at: is missing", "at: 2026-11-25 09:00"),
    Case(message(AT, "repeat: every day", TEXT), "FMT06", (6, 5), "either at: or repeat:", "remove one of the two"),
    Case(message(AT, "time: 09:00", TEXT), "FMT06", (8, 11), "says the time already", "remove time:"),
    Case(message(AT, "from: 2026-11-25", TEXT), "FMT06", (8, 11), "goes with repeat: only", "remove from:"),
    Case(message(AT), "FMT03", (6, 5), "text: is missing", 'text: {lv: "…"}'),
    Case(message(AT, TEXT, "digest: month"), "FMT06", (9, 13), "either text: or digest:", ""),
    Case(message(AT, TEXT, "draft: yes"), "FMT02", (9, 12), "neither true nor false", "draft: true"),
    Case(message(AT, TEXT, "if_late: soon"), "FMT02", (9, 14), "30 min then skip", ""),
    Case(message(AT, TEXT, "link: www.riga.lv/ā"), "FMT02", (9, 11), "not an address", "link: https://www.riga.lv/ā"),
    Case(message(AT, TEXT, "link: javascript:alert(1)"), "FMT02", (9, 11), "not an address", ""),
    Case(message(AT, TEXT, "hashtags: [Droši-Darbā]"), "FMT02", (9, 16), "no hashtag", 'hashtags: ["#DrošiDarbā"]'),
    Case(message(AT, TEXT, "languages: [lv, ru]"), "FMT02", (9, 16), "campaign's languages (lv, en)", ""),
    Case(message(AT, TEXT, "languages: [latviešu]"), "FMT02", (9, 17), "no language code", ""),
    Case(message(AT, "text: [Rīga, ", "  Ventspils]"), "FMT02", (8, 11), "not a list", ""),
    Case(message(AT, "text: {lv: {a: b, c: d, ", "  e: f}}"), "FMT02", (8, 16), "a text should stand here, not keys with values", ""),
    Case(message(AT, TEXT, "if_late: [2h]"), "FMT02", (9, 14), "one value should stand here, not a list", ""),
    Case(message(AT, TEXT, "note:"), "FMT02", (9, 10), "there is none", ""),
    Case(message(AT, TEXT, "card: {items: {lv: [a]}}"), "FMT03", (9, 11), "template: is missing", ""),
    Case(message(AT, TEXT, "card: [cover, {items: {lv: [a]}}]"), "FMT03", (9, 19), "template: is missing", ""),
    Case(message(AT, TEXT, "card: [cover, none]"), "FMT02", (9, 19), "none is no card", ""),
    Case(message(AT, TEXT, "card: {template: cover, photo: a.jpg}"), "FMT02", (9, 36), "several keys", ""),
    Case(message(AT, TEXT, "card: {template: cover, photo: {file: a.jpg, fokus: [0, 1]}}"), "FMT01", (9, 50), "nearest is “focus”", "card: {template: cover, photo: {file: a.jpg, focus: [0, 1]}}"),
    Case(message(AT, TEXT, "card: {template: cover, photo: {file: a.jpg, focus: [0]}}"), "FMT02", (9, 57), "two numbers", "focus: [0.5, 0.3]"),
    Case(message(AT, TEXT, "card: {template: cover, photo: {file: a.jpg, focus: [0.5, 30]}}"), "FMT02", (9, 63), "“30” is not a number from 0 to 1", ""),
    Case(message(AT, TEXT, "images: [{file: ../slepens.jpg}]"), "FMT02", (9, 21), "below assets/", ""),
    Case(message(AT, TEXT, "images: photos/hall.jpg"), "FMT02", (9, 13), "a list should stand here", "images: [{file: photos/hall.jpg}]"),
    Case(message(AT, TEXT, "hashtags: '#Kopā #Droši'"), "FMT02", (9, 15), "a list should stand here", 'hashtags: ["#Kopā", "#Droši"]'),
    Case(message(AT, "text: {lv: x, eng: y}"), "FMT02", (8, 19), "not among the languages", "text: {lv: x, en: y}"),
    Case(message("at: 2026-11-25 plkst. 9.00", TEXT), "FMT02", (7, 9), "“2026-11-25 plkst. 9.00”", "at: 2026-11-25 09:00"),
    Case(message("at: 3 days befor m, 09:00", TEXT), "FMT02", (7, 9), "before or after something", "at: 3 days before m, 09:00"),
    Case(message("at: 3 dienas pirms m, 09:00", TEXT), "FMT02", (7, 9), "before or after something", "at: 3 days before m, 09:00"),
    Case(message(AT, TEXT, "expires: end of the day"), "FMT02", (9, 14), "“end of the day” is not understood", "expires: end of day"),
    Case(message("repeat: RRULE:FREQ=WEEKLY;BYDAY=MON", "time: 09:00", TEXT), "FMT02", (7, 13), "its days are MO, TU", ""),
    Case(message(AT, TEXT, "thread: [{text: {lv: x}}, {text: {lv: y}}]"), "FMT06", (9, 13), "either text: or thread:", ""),
    Case(message(AT, "thread: [{text: {lv: x}}, {text: {lv: y}}]", "digest: month"), "FMT06", (9, 13), "either thread: or digest:", ""),
    Case(message(AT, "thread: [{text: {lv: x}}]"), "FMT02", (8, 13), "two posts or more", ""),
    Case(message(AT, "thread: [{text: {lv: x}}, {images: []}]"), "FMT03", (8, 31), "text: is missing", ""),
    Case(message(AT, "thread: [{text: {lv: x}}, {text: {lv: y}, image: []}]"), "FMT01", (8, 47), "nearest is “images”", "thread: [{text: {lv: x}}, {text: {lv: y}, images: []}]"),
    Case(message(AT, TEXT, "content_warning: vardarbība"), "FMT02", (9, 22), "in which language", 'content_warning: {lv: "vardarbība"}'),
    Case(message(AT, TEXT, "spoiler: {lv: vardarbība}"), "FMT01", (9, 5), "nearest is “content_warning”", "content_warning: {lv: vardarbība}"),
    Case(message(AT, TEXT, "reply_to: Viktorīna 1"), "FMT02", (9, 15), "is no id", "reply_to: viktorina-1"),
    Case(message(AT, TEXT, "expires: 1 day after n, 09:00"), "REF01", (9, 14), "no entry or observance “n”", ""),
    Case(message(AT, TEXT, TEXT), "FMT04", (9, 5), "a second time (the first is in line 8)", "remove one of the two"),
]  # fmt: skip

NAMES = [
    Case(message(AT, TEXT, "accounts: [feed, mastadon]"), "REF01", (9, 22), "nearest is “mastodon”", "accounts: [feed, mastodon]"),
    Case(message(AT, TEXT, "contacts: [helpline-tbh]"), "REF01", (9, 16), "nearest is “helpline-thb”", "contacts: [helpline-thb]"),
    Case(message(AT, TEXT, "facts: [eu-7000-year]"), "REF01", (9, 13), "nearest is “eu-7000-per-year”", "facts: [eu-7000-per-year]"),
    Case(message(AT, TEXT, "observance: eu-adt"), "REF01", (9, 17), "nearest is “eu-atd”", "observance: eu-atd"),
    Case(message(AT, TEXT, "body: pages/kickof"), "REF01", (9, 11), "nearest is “pages/kickoff”", "body: pages/kickoff"),
    Case(message(AT, TEXT, "variants: {mastodo: {skip: garš}}"), "REF01", (9, 16), "nearest is “mastodon”", "variants: {mastodon: {skip: garš}}"),
    Case(message(AT, TEXT, "reply_to: quiz-1"), "REF01", (9, 15), "no message “quiz-1”", ""),
    Case(message(AT, TEXT, "reply_to: mm"), "REF01", (9, 15), "nearest is “m”", "reply_to: m"),
    Case(message(AT, TEXT, "reply_to: m"), "REF02", (9, 15), "answers itself", ""),
    Case(message(AT, TEXT, "reply_to: kampana/m"), "REF02", (9, 15), "answers itself", ""),
    Case(message(AT, TEXT, "reply_to: kampaina/m"), "REF01", (9, 15), "nearest is “kampana/m”", "reply_to: kampana/m"),
    Case(message(AT, TEXT, "event: diskusija"), "REF01", (9, 12), "no event “diskusija”", ""),
    Case(message(AT, TEXT, "expires: diskusija"), "REF01", (9, 14), "no entry “diskusija”", ""),
    Case(message("at: 3 days before diskusija, 09:00", TEXT), "REF01", (7, 9), "“diskusija”", ""),
    Case(message("at: 3 days before m, 09:00", TEXT), "REF02", (7, 9), "depends on itself", ""),
    Case(message("at: 3 days before eu-atd, 09:00", TEXT), "FMT03", (7, 9), "period: is missing", ""),
    Case(message("repeat: monthly on 1", "time: 09:00", "digest: {period: month, from: [kampana-2]}"), "REF01", (9, 35), "nearest is “kampana”", "from: [kampana]"),
]  # fmt: skip


@pytest.mark.parametrize("case", [*LOST, *FORM, *NAMES], ids=lambda case: f"{case.code} {case.words}")
def test_a_mistake_is_told_at_its_place_with_the_line_to_copy(case, tmp_path):
    check(tmp_path, case)


EVENT = "id: e\ntitle: {lv: Izstāde}"
EVENTS = [
    Case(entries("events", EVENT), "FMT03", (6, 5), "starts: is missing", "starts: 2026-11-25 10:00"),
    Case(entries("events", EVENT + "\nstarts: 2026-11-25"), "FMT02", (8, 13), "no time of day", "starts: 2026-11-25 09:00"),
    Case(entries("events", EVENT + "\nstarts: 2026-11-25 10:00\nends: 12:00"), "FMT02", (9, 11), "a time without its day", ""),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nstarts: 2026-11-25 10:00"), "FMT06", (6, 5), "starts: and date:", "keep one of them"),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nends: 2026-11-25 10:00"), "FMT06", (9, 11), "goes with starts: only", "remove ends:"),
    Case(entries("events", EVENT + "\ndates: 2026-11-25 - 2026-11-27"), "FMT02", (8, 12), "says “to”", "dates: 2026-11-25 to 2026-11-27"),
    Case(entries("events", EVENT + "\nrepeat: every monday"), "FMT03", (6, 5), "time: is missing", "time: 10:00-12:00"),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nplace: riga-libary"), "REF01", (9, 12), "nearest is “riga-library”", "place: riga-library"),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nplace: Rīga"), "FMT02", (9, 12), "in which language", 'place: {lv: "Rīga"}'),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nattendance: in person"), "FMT02", (9, 17), "none of in-person", "attendance: in-person"),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nstatus: canceled"), "FMT02", (9, 13), "none of confirmed", "status: cancelled"),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nannounce: 1 day before"), "FMT02", (9, 15), "a list should stand here", "announce: [1 day before]"),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nannounce: [1 day after]"), "FMT02", (9, 16), "when moved", ""),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nannounce: [7 days before, 1 week before]"), "FMT04", (9, 15), "announced twice", ""),
    Case(entries("events", EVENT + "\ndate: 2026-11-25\nchanges: [{on: 2026-11-20, was: {date: 24.11.2026}}]"), "FMT02", (9, 44), "“24.11.2026”", "changes: [{on: 2026-11-20, was: {date: 2026-11-24}}]"),
]  # fmt: skip


@pytest.mark.parametrize("case", EVENTS, ids=lambda case: f"{case.code} {case.words}")
def test_a_mistake_in_an_event_is_told_the_same_way(case, tmp_path):
    check(tmp_path, case)


WHOLE_FILE = [
    Case("", "FMT03", (1, 1), "this file is empty", "campaign: a-short-name"),
    Case("- a\n", "FMT02", (1, 1), "not a list", ""),
    Case("title: {lv: Kampaņa}\n", "FMT03", (1, 1), "campaign: is missing", ""),
    Case("campaign: pages\ntitle: {lv: x}\n", "FMT02", (1, 11), "taken by the program", "campaign: our-pages"),
    Case("campaign: Mana Kampaņa\ntitle: {lv: x}\n", "FMT02", (1, 11), "is no id", "campaign: mana-kampana"),
    Case(HEAD + "massages: []\n", "FMT01", (5, 1), "nearest is “messages”", "messages: []"),
    Case(HEAD + "timezone: Europe/Rigga\n", "FMT02", (5, 11), "no time zone", "timezone: Europe/Riga"),
    Case(HEAD + "timezone: ../../etc/passwd\n", "FMT02", (5, 11), "no time zone", ""),
    Case(HEAD + "observances: [eu-atd]\n", "FMT03", (5, 14), "period: is missing", "period: 2026-11"),
    Case(HEAD + "observances: [eu-adt]\nperiod: 2026\n", "REF01", (5, 15), "nearest is “eu-atd”", "observances: [eu-atd]"),
    Case(HEAD + "period: 2026-13\n", "FMT02", (5, 9), "no month 13", ""),
    Case(HEAD + "messages:\n  id: m\n", "FMT02", (6, 3), "a list of entries", ""),
    Case(HEAD + "messages:\n  - vārdi\n", "FMT03", (6, 5), "has no id:", "id: a-short-name"),
    Case(HEAD + f"messages:\n  - {AT}\n    {TEXT}\n", "FMT03", (6, 5), "this message has no id:", "id: a-short-name"),
    Case(HEAD + "messages:\n  - id: Mans Ziņojums\n", "FMT02", (6, 9), "is no id", "- id: mans-zinojums"),
    Case(HEAD + "defaults: {tim: 09:00}\n", "FMT01", (5, 12), "nearest is “time”", "defaults: {time: 09:00}"),
    Case(HEAD.replace("[lv, en]", "[lv, en, uk]"), "FMT02", (3, 21), "speaks “uk”", ""),
    Case(HEAD.replace("[lv, en]", "[lv, eng]"), "FMT02", (3, 17), "speaks “eng”", "languages: [lv, en]"),
    Case(HEAD + "messages:\n\t- id: m\n", "YML01", (6, 1), "tab", "- id: m"),
    Case(HEAD + "x: &a 1\n", "YML02", (5, 4), "schedules do without", "write the value out; put a text that begins with *, & or ! in quotes"),
]  # fmt: skip


@pytest.mark.parametrize("case", WHOLE_FILE, ids=lambda case: f"{case.code} {case.words}")
def test_a_mistake_at_the_top_holds_the_whole_file(case, tmp_path):
    check(tmp_path, case)
    schedules = read_text(tmp_path, case.written)
    assert the_problem(schedules).tier == Tier.FILE
    assert "what was planned from it is held" in the_problem(schedules).message
    assert schedules.campaigns == ()
    assert [(file.readable, file.campaign) for file in schedules.files if file.path == "schedules/kampana.yaml"] == [
        (False, "")
    ]


def test_a_mistake_in_an_entry_holds_that_entry_and_the_others_go_on(tmp_path):
    schedules = read_text(tmp_path, entries("messages", f"id: a\nat: 9:00\n{TEXT}", f"id: b\n{AT}\n{TEXT}"))
    problem = the_problem(schedules)
    assert (problem.tier, problem.entry, problem.field) == (Tier.ENTRY, "kampana/a", "at")
    assert "This message is held, the others go on." in problem.message
    assert [one.id for one in schedules.campaigns[0].messages] == ["b"]


def test_all_mistakes_are_told_in_one_run(tmp_path):
    written = entries("messages", "id: a\nat: 9:00\ntext: x\ncard: {}", "id: b\nzzz: 1")
    assert codes(read_text(tmp_path, written + "timezone: Mēness\n")) == ["FMT02"] * 2 + [
        "FMT03",
        "FMT03",
        "FMT03",
        "FMT01",
        "FMT02",
    ]


def test_mistakes_of_the_head_do_not_hide_those_of_entries(tmp_path):
    schedules = read_text(tmp_path, HEAD + f"nekas: 1\nmessages:\n  - {{id: m, at: 9:00, {TEXT}}}\n")
    assert [problem.tier for problem in schedules.problems] == [Tier.FILE, Tier.ENTRY]


def test_an_id_used_twice_holds_both_entries(tmp_path):
    schedules = read_text(
        tmp_path, entries("messages", f"id: a\n{AT}\n{TEXT}", f"id: a\n{AT}\n{TEXT}", f"id: b\n{AT}\n{TEXT}")
    )
    problem = the_problem(schedules)
    assert (problem.code, problem.spot.line, problem.entry, problem.hint) == ("FMT04", 9, "kampana/a", "- id: a-2")
    assert [one.id for one in schedules.campaigns[0].messages] == ["b"]


def test_messages_items_and_events_share_one_namespace(tmp_path):
    written = entries("events", "id: a\ntitle: {lv: x}\ndate: 2026-11-25") + f"messages:\n  - {{id: a, {AT}, {TEXT}}}\n"
    schedules = read_text(tmp_path, written)
    assert codes(schedules) == ["FMT04"]
    assert (schedules.campaigns[0].messages, schedules.campaigns[0].events) == ((), ())


def test_a_copied_file_that_kept_its_campaign_holds_both_and_each_names_the_other(tmp_path):
    schedules = read_files(tmp_path, {"a.yaml": message(AT, TEXT), "b.yaml": message(AT, TEXT)})
    assert [(problem.code, problem.spot.file, problem.spot.line) for problem in schedules.problems] == [
        ("FMT04", "schedules/a.yaml", 1),
        ("FMT04", "schedules/b.yaml", 1),
    ]
    assert "schedules/b.yaml is called “kampana” too" in schedules.problems[0].message
    assert "schedules/a.yaml is called “kampana” too" in schedules.problems[1].message
    assert schedules.problems[0].hint == "campaign: kampana-2"
    assert schedules.campaigns == ()


def test_a_copy_counts_even_when_it_has_other_mistakes(tmp_path):
    schedules = read_files(tmp_path, {"a.yaml": message(AT, TEXT), "b.yaml": HEAD + "nekas: 1\n"})
    assert codes(schedules) == ["FMT04", "FMT04", "FMT01"]
    assert schedules.campaigns == ()


def test_what_depends_on_a_held_entry_is_held_too(tmp_path):
    written = entries(
        "messages",
        f"id: a\nat: 9:00\n{TEXT}",
        f"id: b\nat: 1 day after a, 09:00\n{TEXT}",
        f"id: c\nat: 1 day after b, 09:00\n{TEXT}",
        f"id: d\n{AT}\nexpires: a\n{TEXT}",
        f"id: e\n{AT}\n{TEXT}",
    )
    schedules = read_text(tmp_path, written)
    assert [(problem.code, problem.entry) for problem in schedules.problems] == [
        ("FMT02", "kampana/a"),
        ("REF02", "kampana/b"),
        ("REF02", "kampana/c"),
        ("REF02", "kampana/d"),
    ]
    assert [one.id for one in schedules.campaigns[0].messages] == ["e"]


def test_times_in_a_circle_are_told_for_each_of_them(tmp_path):
    written = entries(
        "messages",
        f"id: a\nat: 1 day after b\n{TEXT}",
        f"id: b\nat: 1 day after a\n{TEXT}",
        f"id: c\nat: 1 day after a\n{TEXT}",
    )
    assert [(problem.entry, "circle" in problem.message) for problem in read_text(tmp_path, written).problems] == [
        ("kampana/a", True),
        ("kampana/b", True),
        ("kampana/c", False),
    ]


def test_answers_in_a_circle_are_told_for_each_of_them(tmp_path):
    written = entries(
        "messages",
        f"id: a\n{AT}\nreply_to: b\n{TEXT}",
        f"id: b\n{AT}\nreply_to: a\n{TEXT}",
        f"id: c\n{AT}\nreply_to: a\n{TEXT}",
    )
    assert [(problem.entry, "circle" in problem.message) for problem in read_text(tmp_path, written).problems] == [
        ("kampana/a", True),
        ("kampana/b", True),
        ("kampana/c", False),
    ]


def test_only_a_message_can_be_answered(tmp_path):
    written = message(AT, TEXT, "reply_to: e") + "events:\n  - {id: e, title: {lv: x}, date: 2026-11-25}\n"
    assert "“e” is an event; only a message can be answered" in the_problem(read_text(tmp_path, written)).message


OTHER = HEAD.replace("campaign: kampana", "campaign: cita")


@pytest.mark.parametrize(
    ("other", "name", "code", "words"),
    [
        ("messages:\n  - {id: jautajums, at: 9, text: {lv: x}}\n", "cita/jautajums", "REF02", "has a mistake itself"),
        ("messages: []\nnekas: 1\n", "cita/jautajums", "REF02", "which cannot be read"),
        (f"messages:\n  - {{id: jautajums, {AT}, {TEXT}}}\n", "cita/jautajms", "REF01", "nearest is “jautajums”"),
        ("messages: []\n", "neviena/jautajums", "REF01", "there is no message"),
    ],
)
def test_an_answer_to_another_campaign_is_told_what_is_wrong_there(other, name, code, words, tmp_path):
    schedules = read_files(tmp_path, {"a.yaml": message(AT, TEXT, f"reply_to: {name}"), "b.yaml": OTHER + other})
    (problem,) = [one for one in schedules.problems if one.entry == "kampana/m"]
    assert (problem.code, problem.tier, problem.spot.line) == (code, Tier.ENTRY, 9)
    assert words in problem.message


def test_what_answers_a_held_message_of_another_campaign_is_held_too(tmp_path):
    files = {
        "a.yaml": message(AT, TEXT, "reply_to: cita/m"),
        "b.yaml": message(AT, TEXT, "reply_to: neviena/x").replace("campaign: kampana", "campaign: cita"),
    }
    schedules = read_files(tmp_path, files)
    assert [(one.code, one.entry) for one in schedules.problems] == [("REF02", "kampana/m"), ("REF01", "cita/m")]
    assert [campaign.messages for campaign in schedules.campaigns] == [(), ()]


PARTNERS = (
    "partners:\n  - {id: biblioteka, name: {lv: Rīgas bibliotēka}, handles: {mastodon: '@riga@social.example'}}\n"
)


def test_an_event_called_like_a_partner_is_told(tmp_path):
    event = entries("events", "id: biblioteka\ntitle: {lv: x}\ndate: 2026-11-25")
    problem = the_problem(read_files(tmp_path, {"partners.yaml": PARTNERS, "k.yaml": event}))
    assert (problem.code, problem.entry, problem.hint) == ("FMT04", "kampana/biblioteka", "- id: biblioteka-event")


@pytest.mark.parametrize(
    ("partner", "code", "words"),
    [
        ("{id: emergency, name: Dienests}", "FMT04", "is a contact too (schedules/contacts.yaml)"),
        (
            "{id: a, name: A, handles: {mastodon: '@riga'}}",
            "FMT02",
            "on which server, for example @riga@social.example",
        ),
        ("{id: a, name: A, handles: {x: divi vārdi}}", "FMT02", "is no handle"),
        ("{id: a, name: A, handles: {mastodn: '@a@b.lv'}}", "REF01", "nearest is “mastodon”"),
        ("{id: a, handles: {x: '@a'}}", "FMT03", "name: is missing"),
    ],
)
def test_a_mistake_of_a_partner_holds_that_partner(partner, code, words, tmp_path):
    schedules = read_files(tmp_path, {"partners.yaml": f"partners:\n  - {partner}\n"})
    problem = the_problem(schedules)
    assert (problem.code, problem.tier, problem.entry.partition("/")[0]) == (code, Tier.ENTRY, "partners")
    assert words in problem.message
    assert schedules.partners == {}


EXHIBITION = "events:\n  - {id: izstāde, title: {lv: x}, date: 2026-11-25}\n".replace("izstāde", "izstade")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("1 day before izstade", "lasts all day"),
        ("1 day before tagad, 09:00", "goes out now"),
        ("1 day before end of vēlāk, 09:00".replace("vēlāk", "velak"), "is a message and has no end"),
        ("1 day before end of lekcija, 09:00", "does not say when it ends"),
        ("3 days before izstde, 09:00", "nearest is “izstade”"),
    ],
)
def test_anchors_that_no_time_can_be_counted_from_are_refused(at, words, tmp_path):
    written = entries("messages", f"id: m\nat: {at}\n{TEXT}", f"id: tagad\nat: now\n{TEXT}", f"id: velak\n{AT}\n{TEXT}")
    lecture = "  - {id: lekcija, title: {lv: x}, starts: 2026-11-25 18:00}\n"
    problem = the_problem(read_text(tmp_path, written + EXHIBITION + lecture))
    assert words in problem.message
    assert problem.entry == "kampana/m"


def test_the_hint_of_a_wrong_anchor_is_the_whole_line(tmp_path):
    written = message("at: 3 days before izstde, 09:00", TEXT) + EXHIBITION
    assert the_problem(read_text(tmp_path, written)).hint == "at: 3 days before izstade, 09:00"


def test_a_mistake_in_a_series_holds_each_of_its_items(tmp_path):
    items = "items: [{id: diena-1, text: {lv: x}}, {id: diena-2, text: {lv: y}}]"
    schedules = read_text(
        tmp_path, entries("series", f"id: dienas\nrepeat: evry day\nfrom: 2026-11-25\ntime: 09:00\n{items}")
    )
    assert [(problem.code, problem.entry) for problem in schedules.problems] == [
        ("FMT02", "kampana/dienas"),
        ("REF02", "kampana/diena-1"),
        ("REF02", "kampana/diena-2"),
    ]


def test_an_item_without_a_text_is_told(tmp_path):
    items = "items: [{id: diena-1}, {id: diena-2, text: {lv: y}}]"
    schedules = read_text(
        tmp_path, entries("series", f"id: dienas\nrepeat: every day\nfrom: 2026-11-25\ntime: 09:00\n{items}")
    )
    problem = the_problem(schedules)
    assert (problem.code, problem.entry, problem.hint) == ("FMT03", "kampana/diena-1", 'text: {lv: "…"}')


def test_an_item_without_an_id_holds_the_file_even_when_its_series_is_wrong(tmp_path):
    items = "items: [{text: {lv: x}}]"
    schedules = read_text(
        tmp_path, entries("series", f"id: dienas\nrepeat: evry day\nfrom: 2026-11-25\ntime: 09:00\n{items}")
    )
    assert [(problem.tier, problem.entry) for problem in schedules.problems] == [
        (Tier.ENTRY, "kampana/dienas"),
        (Tier.FILE, ""),
    ]


def test_days_before_an_observance_need_a_time_from_somewhere(tmp_path):
    written = message("at: 1 day before eu-atd", TEXT) + "period: 2026\n"
    assert "lasts all day" in the_problem(read_text(tmp_path, written)).message


def test_a_line_too_long_to_copy_gives_the_value_alone(tmp_path):
    written = message(AT, f"text: {{lv: {'ā' * 300}, en: x}}", f"accounts: [mastadon] {'#' * 300}")
    assert the_problem(read_text(tmp_path, written)).hint == "mastodon"


def test_an_event_without_an_id_holds_the_file(tmp_path):
    problem = the_problem(read_text(tmp_path, entries("events", "title: {lv: x}\ndate: 2026-11-25")))
    assert (problem.tier, problem.message.partition(",")[0]) == (Tier.FILE, "this event has no id:")


def test_a_mistake_in_one_item_leaves_the_dates_of_the_others_alone(tmp_path):
    items = "items: [{id: diena-1, text: x}, {id: diena-2, text: {lv: y}}]"
    schedules = read_text(
        tmp_path, entries("series", f"id: dienas\nrepeat: every day\nfrom: 2026-11-25\ntime: 09:00\n{items}")
    )
    assert the_problem(schedules).entry == "kampana/diena-1"
    assert [(one.id, one.when.index) for one in schedules.campaigns[0].messages] == [("diena-2", 1)]  # type: ignore[union-attr]


def test_a_message_needs_accounts_from_somewhere(tmp_path):
    problem = the_problem(read_text(tmp_path, message(AT, TEXT).replace("accounts: [feed, mastodon]\n", "")))
    assert (problem.code, problem.hint) == ("FMT03", "accounts: [feed, site, calendar, mastodon]")


def test_announcements_need_the_campaigns_accounts(tmp_path):
    written = entries("events", EVENT + "\ndate: 2026-11-25\nannounce: [1 day before 10:00]")
    problem = the_problem(read_text(tmp_path, written.replace("accounts: [feed, mastodon]\n", "")))
    assert (problem.code, problem.field) == ("FMT03", "announce")


def test_a_comment_behind_ids_flags_and_numbers_is_fine(tmp_path):
    lines = (
        "at: 2026-11-25 09:00   # trešdien",
        "draft: true # vēl ne",
        "card: none  # bez",
        "note: piezīme # x",
        TEXT + " # teksts",
    )
    assert the_message(read_text(tmp_path, message(*lines))).draft


@pytest.mark.parametrize("name", ["photos/hall.jpg", "Photos/Hall.JPG", "photos/hal.jpg"])
def test_the_name_of_a_picture_is_checked_against_the_files_there(name, tmp_path):
    root = folder(
        tmp_path, {**REGISTRIES, "kampana.yaml": message(AT, TEXT, f"images: [{{file: {name}, alt: {{lv: zāle}}}}]")}
    )
    schedules = read(root, make_site(), assets=[Path("photos/hall.jpg"), Path("fonts/x.ttf")])
    hints = [problem.hint for problem in schedules.problems]
    assert hints == ([] if name == "photos/hall.jpg" else ["images: [{file: photos/hall.jpg, alt: {lv: zāle}}]"])


def test_a_picture_that_differs_in_capital_letters_is_told_so(tmp_path):
    root = folder(tmp_path, {**REGISTRIES, "kampana.yaml": message(AT, TEXT, "images: [{file: photos/Hall.jpg}]")})
    problem = the_problem(read(root, make_site(), assets=[Path("photos/hall.jpg")]))
    assert "differs from the file “photos/hall.jpg” in capital letters" in problem.message


def test_every_code_told_is_in_the_table(tmp_path):
    told = {case.code for case in [*LOST, *FORM, *NAMES, *EVENTS, *WHOLE_FILE]}
    assert told <= CODES.keys()


def test_a_problem_reads_like_a_compilers_line(tmp_path):
    problem = the_problem(read_text(tmp_path, message("at: 25.11.2026 9:00", TEXT)))
    assert str(problem).startswith("schedules/kampana.yaml:7:9: error FMT02 “25.11.2026 9:00” is not a date")
