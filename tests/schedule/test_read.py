"""Files → Schedules: what each key means, what is inherited, what the registries hold, and what no file can break."""

import datetime as dt
import os
from pathlib import Path

import pytest

from campaign.model import (
    Announcement,
    AsSoonAsRead,
    At,
    CardChoice,
    Change,
    Claim,
    Digest,
    EventTime,
    Expiry,
    GlossaryWord,
    IfLate,
    Image,
    Period,
    Relative,
    Repeat,
    RepeatingEvent,
    Rule,
    SeriesItem,
    Severity,
    Spot,
    Tier,
    Variant,
)
from campaign.schedule import read
from campaign.workspace import open_workspace
from tests.samples import make_site
from tests.schedule.folders import (
    HEAD,
    REGISTRIES,
    SAMPLE,
    TEXT,
    codes,
    entries,
    folder,
    message,
    read_files,
    read_text,
    the_message,
    the_problem,
    wall,
)

AT = "at: 2026-11-25 09:00"
SITE = open_workspace(SAMPLE.parent).settings.site()
NINE = dt.time(9)


# ---------------------------------------------------------------- the sample workspace


def test_the_sample_workspace_reads_without_a_problem():
    schedules = read(SAMPLE, SITE)
    assert [str(problem) for problem in schedules.problems] == []
    assert all(file.readable for file in schedules.files)


def test_the_campaign_of_the_sample_has_eleven_messages_in_three_languages_and_one_event():
    campaigns = {campaign.id: campaign for campaign in read(SAMPLE, SITE).campaigns}
    campaign = campaigns["eu-anti-trafficking-day-2023"]
    assert [set(one.text) for one in campaign.messages] == [{"lv", "en", "ru"}] * 11
    assert [event.id for event in campaign.events] == ["discussion"]
    assert campaign.period == Period(dt.date(2023, 9, 18), dt.date(2023, 10, 19))


def test_the_month_of_the_sample_has_eleven_observances_and_four_events():
    campaigns = {campaign.id: campaign for campaign in read(SAMPLE, make_site()).campaigns}
    month = campaigns["calendar-2023-09"]
    assert len(month.observances) == 11
    assert [event.id for event in month.events] == [
        "seminar-social-workers",
        "online-lecture",
        "seminar-hotels",
        "exhibition",
    ]


def test_the_sample_answers_itself_with_a_thread_and_has_partners():
    schedules = read(SAMPLE, SITE)
    (thread,) = [one for campaign in schedules.campaigns for one in campaign.messages if one.thread]
    assert (len(thread.thread), thread.reply_to) == (4, "eu-anti-trafficking-day-2023/signs")
    assert set(schedules.partners["riga-library-sample"].name) == {"lv", "en", "ru"}


def test_reading_twice_gives_the_same():
    assert read(SAMPLE, SITE) == read(SAMPLE, SITE)


# ---------------------------------------------------------------- messages

CAMPAIGN = """\
campaign: kampana
title: {lv: Kampaņa, en: Campaign}
languages: [lv, en]
timezone: Europe/Vilnius
topics: [prevention]
accounts: [feed, mastodon]
link: {lv: "https://kampana.example/lv", en: "https://kampana.example/en"}
hashtags: ["#Kopā"]
footer: {lv: "Palīdzība: {helpline-thb}."}
defaults: {time: 09:00, card: announcement, expires: end of day, if_late: 30 min, own_issue: true}
draft: true
messages:
"""


def inheriting(*lines: str):
    block = "\n    ".join(["id: m", *lines])
    return f"{CAMPAIGN}  - {block}\n"


def test_a_message_carries_what_its_campaign_says(tmp_path):
    found = the_message(read_text(tmp_path, inheriting("at: 2026-11-25", TEXT)))
    assert found.when == At(wall("2026-11-25 09:00"))
    assert (found.timezone, found.languages, found.accounts) == ("Europe/Vilnius", ("lv", "en"), ("feed", "mastodon"))
    assert (found.topics, found.hashtags) == (("prevention",), {"lv": ("#Kopā",), "en": ("#Kopā",)})
    assert (found.link["en"], found.footer) == ("https://kampana.example/en", {"lv": "Palīdzība: {helpline-thb}."})
    assert (found.cards, found.expires) == ((CardChoice("announcement"),), Expiry(end_of_day=True))
    assert (found.if_late, found.own_issue, found.draft) == (IfLate(dt.timedelta(minutes=30)), True, True)


def test_what_a_message_says_itself_counts_instead(tmp_path):
    own = inheriting(
        "at: 2026-11-25 18:30",
        "accounts: [bluesky]",
        "topics: [help]",
        "link: https://kampana.example/cits",
        "hashtags: {lv: ['#Cits'], en: []}",
        "footer: none",
        "card: none",
        "expires: 2026-11-26 12:00",
        "if_late: skip",
        "own_issue: false",
        "languages: [en]",
        "text: {en: x}",
    )
    found = the_message(read_text(tmp_path, own))
    assert found.when == At(wall("2026-11-25 18:30"))
    assert (found.accounts, found.topics, found.languages) == (("bluesky",), ("help",), ("en",))
    assert found.link == {"lv": "https://kampana.example/cits", "en": "https://kampana.example/cits"}
    assert (found.hashtags, found.footer, found.cards) == ({"lv": ("#Cits",), "en": ()}, {}, ())
    assert found.expires == Expiry(wall=wall("2026-11-26 12:00"))
    assert (found.if_late, found.own_issue) == (IfLate(dt.timedelta(), "skip"), False)


def test_a_message_that_names_its_own_numbers_takes_no_footer(tmp_path):
    assert the_message(read_text(tmp_path, inheriting("at: now", "contacts: [emergency]", TEXT))).footer == {}


def test_a_footer_of_its_own_stays_beside_its_numbers(tmp_path):
    written = inheriting("at: now", "contacts: [emergency]", "footer: {lv: Zvani}", TEXT)
    assert the_message(read_text(tmp_path, written)).footer == {"lv": "Zvani"}


def test_languages_and_zone_default_to_the_sites(tmp_path):
    written = message(AT, "text: {lv: x, en: y, ru: z}").replace("languages: [lv, en]\n", "")
    found = the_message(read_text(tmp_path, written))
    assert (found.languages, found.timezone) == (("lv", "en", "ru"), "Europe/Riga")


def test_a_campaign_in_one_language_may_leave_it_unsaid(tmp_path):
    written = (
        message(AT, "text: Sveiki, draugi")
        .replace("[lv, en]", "[lv]")
        .replace("{lv: Kampaņa, en: Campaign}", "Kampaņa")
    )
    assert the_message(read_text(tmp_path, written)).text == {"lv": "Sveiki, draugi"}


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (["at: now"], AsSoonAsRead()),
        (["at: 2026-11-25", "time: 10:30"], At(wall("2026-11-25 10:30"))),
        (["at: 2 hours before e"], Relative("e", minutes=-120)),
        (["at: 3 days before e"], Relative("e", days=-3)),
        (["at: 3 days before e", "time: 10:30"], Relative("e", days=-3, time=dt.time(10, 30))),
        (["at: monday before end of e, 09:00"], Relative("e", days=-1, weekday=0, end=True, time=NINE)),
        (["repeat: every monday", "time: 09:00"], Repeat(Rule("every monday", "FREQ=WEEKLY;BYDAY=MO"), NINE)),
    ],
)
def test_when_a_message_goes_out(lines, when, tmp_path):
    event = "events:\n  - {id: e, title: {lv: x}, starts: 2026-12-01 10:00, ends: 2026-12-01 12:00}\n"
    assert the_message(read_text(tmp_path, message(*lines, TEXT) + event)).when == when


def test_days_before_something_that_lasts_all_day_take_the_default_time(tmp_path):
    written = inheriting("at: 1 day before eu-atd", TEXT) + "period: 2026\n"
    assert the_message(read_text(tmp_path, written)).when == Relative("eu-atd", days=-1, time=NINE)


def test_a_repeating_message_knows_its_limits_and_exceptions(tmp_path):
    lines = (
        "repeat: every 2 weeks on monday",
        "from: 2026-11-23",
        "until: 2027-03-01",
        "except: [2026-12-07]",
        "also: [2026-12-08]",
        "on_holiday: next working day",
        "time: 09:00",
        "on: {2026-12-08: {text: {lv: citādi}, time: 10:00}, 2026-12-21: {status: cancelled, reason: {lv: svētki}}}",
    )
    found = the_message(read_text(tmp_path, message(*lines, TEXT)))
    assert found.when == Repeat(
        Rule("every 2 weeks on monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        NINE,
        start=dt.date(2026, 11, 23),
        until=dt.date(2027, 3, 1),
        skipped=frozenset({dt.date(2026, 12, 7)}),
        added=frozenset({dt.date(2026, 12, 8)}),
        on_holiday="next working day",
    )
    assert found.on == {
        dt.date(2026, 12, 8): Variant(text={"lv": "citādi"}, time=dt.time(10)),
        dt.date(2026, 12, 21): Variant(cancelled=True, reason={"lv": "svētki"}),
    }


def test_variants_change_what_one_account_or_kind_gets(tmp_path):
    written = message(
        AT,
        TEXT,
        "variants:",
        "  mastodon: {text: {lv: īsāk}, title: {lv: T}, link: https://kampana.example, card: none}",
        "  newsletter: {hashtags: [], footer: none, images: []}",
        "  bluesky: {skip: par garu}",
    )
    variants = the_message(read_text(tmp_path, written)).variants
    address = "https://kampana.example"
    assert variants["mastodon"] == Variant(
        text={"lv": "īsāk"}, title={"lv": "T"}, link={"lv": address, "en": address}, cards=()
    )
    assert variants["newsletter"] == Variant(hashtags={"lv": (), "en": ()}, footer={}, images=())
    assert variants["bluesky"] == Variant(skip="par garu")


def test_pictures_cards_and_ties_of_a_message(tmp_path):
    written = message(
        AT,
        TEXT,
        "title: {lv: Nosaukums}",
        "body: pages/kickoff",
        "facts: [eu-7000-per-year]",
        "contacts: [emergency, helpline-thb]",
        "observance: eu-atd",
        "note: tikai mums",
        "placeholder: true",
        "card: {template: checklist, items: {lv: [Pirmais, Otrais]}, title: {lv: Virsraksts}}",
        "images: [{file: photos/zāle.jpg, alt: {lv: tukša zāle}, credit: Anna Ū., consent: form-17}]",
    )
    found = the_message(read_text(tmp_path, written))
    assert (found.title, found.body, found.note, found.placeholder) == (
        {"lv": "Nosaukums"},
        "pages/kickoff",
        "tikai mums",
        True,
    )
    assert (found.facts, found.contacts, found.observance) == (
        ("eu-7000-per-year",),
        ("emergency", "helpline-thb"),
        "eu-atd",
    )
    fields = {"items": {"lv": ("Pirmais", "Otrais")}, "title": {"lv": "Virsraksts"}}
    assert found.cards == (CardChoice("checklist", fields),)
    assert found.images == (Image("photos/zāle.jpg", {"lv": "tukša zāle"}, "Anna Ū.", "form-17"),)


@pytest.mark.parametrize(
    ("line", "digest"),
    [
        ("digest: month", Digest("month")),
        ("digest: {period: next week, from: [kampana], intro: {lv: Labdien}, if_empty: send}", Digest("next week", ("kampana",), {"lv": "Labdien"}, "send")),
    ],
)  # fmt: skip
def test_a_digest_instead_of_a_text(line, digest, tmp_path):
    assert the_message(read_text(tmp_path, message("repeat: monthly on 1", "time: 09:00", line))).digest == digest


def test_the_fields_of_a_card_may_be_nested(tmp_path):
    card = "card: {template: checklist, rows: [{mark: '1', words: {lv: a, en: b}}, viens]}"
    found = the_message(read_text(tmp_path, message(AT, TEXT, card)))
    fields = {"rows": ({"mark": "1", "words": {"lv": "a", "en": "b"}}, "viens")}
    assert found.cards == (CardChoice("checklist", fields),)


def test_figures_and_years_of_a_chart_arrive_as_they_are_written(tmp_path):
    bars = "bars: [{label: {lv: Zvani, en: Calls}, value: 310, strong: true}]"
    card = f"card: {{template: chart, {bars}, series: [{{name: {{lv: Visi}}, values: {{2019: 310, 2020: 284}}}}]}}"
    (chart,) = the_message(read_text(tmp_path, message(AT, TEXT, card))).cards
    assert chart.fields == {
        "bars": ({"label": {"lv": "Zvani", "en": "Calls"}, "value": "310", "strong": "true"},),
        "series": ({"name": {"lv": "Visi"}, "values": {"2019": "310", "2020": "284"}},),
    }


def test_several_cards_are_drawn_in_their_order(tmp_path):
    cards = ["card:", "- {template: cover, title: {lv: Piecas pazīmes}}", "- checklist", "- help"]
    found = the_message(read_text(tmp_path, message(AT, TEXT, *cards)))
    cover = CardChoice("cover", {"title": {"lv": "Piecas pazīmes"}})
    assert found.cards == (cover, CardChoice("checklist"), CardChoice("help"))
    assert found.spots["card.0.title.lv"] == Spot("schedules/kampana.yaml", 10, 37)


@pytest.mark.parametrize(
    "lines",
    [
        ("variants: {mastodon: {card: [cover, help]}}",),
        ("repeat: every day", "time: 09:00", "on: {2026-12-24: {card: [cover, help]}}"),
    ],
)
def test_one_account_or_date_may_have_several_cards(lines, tmp_path):
    found = the_message(read_text(tmp_path, message(TEXT, *lines, *([] if len(lines) > 1 else [AT]))))
    (variant,) = (*found.variants.values(), *found.on.values())
    assert variant.cards == (CardChoice("cover"), CardChoice("help"))


def test_several_cards_may_stand_for_all_messages(tmp_path):
    written = inheriting("at: 2026-11-25", TEXT).replace("card: announcement", "card: [cover, help]")
    found = the_message(read_text(tmp_path, written))
    assert found.cards == (CardChoice("cover"), CardChoice("help"))
    assert "card.1" in found.spots


def test_the_photo_of_a_card_is_a_picture_with_a_focus(tmp_path):
    photo = "{file: photos/galds.jpg, alt: {lv: Galds}, credit: Anna Ū., consent: form-17, focus: [0.4, 1]}"
    found = the_message(read_text(tmp_path, message(AT, TEXT, f"card: {{template: announcement, photo: {photo}}}")))
    shown = Image("photos/galds.jpg", {"lv": "Galds"}, "Anna Ū.", "form-17", (0.4, 1.0))
    assert found.cards == (CardChoice("announcement", {}, shown),)


def test_texts_are_kept_exactly_as_typed(tmp_path):
    text = "Cena {{ nav }} {% if %} $5 %s, “pēdiņas” – {helpline-thb}"
    written = message(AT, "text:", f"  lv: '{text}'", "  en: |", "    pirmā rinda", "", "    otrā # nav piezīme")
    found = the_message(read_text(tmp_path, written)).text
    assert found == {"lv": text, "en": "pirmā rinda\n\notrā # nav piezīme"}


def test_every_field_of_a_message_knows_its_place(tmp_path):
    written = message(
        AT,
        "text:",
        "  lv: rūķīši",
        "  en: gnomes",
        "title: {lv: T}",
        "facts: [eu-7000-per-year]",
        "images: [{file: a.jpg}]",
    )
    spots = the_message(read_text(tmp_path, written)).spots
    file = "schedules/kampana.yaml"
    assert spots["at"] == Spot(file, 7, 9)
    assert (spots["text.lv"], spots["text.en"]) == (Spot(file, 9, 11), Spot(file, 10, 11))
    assert (spots["title.lv"], spots["facts.0"], spots["images.0"]) == (
        Spot(file, 11, 17),
        Spot(file, 12, 13),
        Spot(file, 13, 14),
    )


def test_the_items_of_a_series_share_its_keys_and_count_its_dates(tmp_path):
    written = entries(
        "series",
        "id: dienas\nrepeat: every day\nfrom: 2026-11-25\ntime: 09:00\ncard: announcement\nhashtags: ['#16Dienas']\n"
        "items:\n  - {id: diena-1, text: {lv: viens}}\n  - {id: diena-2, text: {lv: divi}, card: none, accounts: [feed]}",
    )
    first, second = read_text(tmp_path, written).campaigns[0].messages
    dates = Repeat(Rule("every day", "FREQ=DAILY"), NINE, start=dt.date(2026, 11, 25))
    assert (first.when, second.when) == (SeriesItem(dates, 0), SeriesItem(dates, 1))
    assert (first.cards, second.cards) == ((CardChoice("announcement"),), ())
    assert (first.hashtags, second.accounts) == ({"lv": ("#16Dienas",), "en": ("#16Dienas",)}, ("feed",))
    assert (first.key, first.spots["text.lv"].line) == ("kampana/diena-1", 13)


def test_what_other_entries_say_may_come_later_in_the_file(tmp_path):
    event = "events:\n  - {id: diskusija, title: {lv: x}, starts: 2026-11-25 10:00, ends: 2026-11-25 12:00}\n"
    written = message("at: 2 hours before diskusija", "expires: end of diskusija", "event: diskusija", TEXT) + event
    found = the_message(read_text(tmp_path, written))
    assert (found.event, found.expires) == ("diskusija", Expiry(entry="diskusija", entry_end=True))


# ---------------------------------------------------------------- events


def the_event(where: Path, *lines: str):
    schedules = read_text(
        where, entries("events", "\n".join(["id: e", "title: {lv: Izstāde, en: Exhibition}", *lines]))
    )
    assert [str(problem) for problem in schedules.problems] == []
    return schedules.campaigns[0].events[0]


@pytest.mark.parametrize(
    ("lines", "time"),
    [
        (["starts: 2026-11-25 10:00"], EventTime(wall("2026-11-25 10:00"))),
        (["starts: 2026-11-25 10:00", "ends: 2026-11-25 12:00"], EventTime(wall("2026-11-25 10:00"), wall("2026-11-25 12:00"))),
        (["date: 2026-11-25"], EventTime(wall("2026-11-25 00:00"), wall("2026-11-25 00:00"), all_day=True)),
        (["dates: 2026-11-25 to 2026-12-10"], EventTime(wall("2026-11-25 00:00"), wall("2026-12-10 00:00"), all_day=True)),
        (["repeat: every monday", "time: 10:00-12:00"], RepeatingEvent(Repeat(Rule("every monday", "FREQ=WEEKLY;BYDAY=MO"), dt.time(10)), dt.time(12))),
        (["repeat: every monday", "time: 10:00"], RepeatingEvent(Repeat(Rule("every monday", "FREQ=WEEKLY;BYDAY=MO"), dt.time(10)))),
    ],
)  # fmt: skip
def test_when_an_event_is(lines, time, tmp_path):
    assert the_event(tmp_path, *lines).time == time


def test_a_place_from_the_registry_keeps_its_id_and_shows_its_name(tmp_path):
    event = the_event(tmp_path, "date: 2026-11-25", "place: riga-library")
    assert (event.place, event.place_id) == ({"lv": "Rīgas bibliotēka", "en": "Riga Library"}, "riga-library")


def test_a_place_may_be_named_on_the_spot(tmp_path):
    event = the_event(tmp_path, "date: 2026-11-25", "place: {lv: Rīga, en: Riga}")
    assert (event.place, event.place_id) == ({"lv": "Rīga", "en": "Riga"}, "")


def test_all_an_event_can_say(tmp_path):
    event = the_event(
        tmp_path,
        "summary: {lv: Īsi}",
        "starts: 2026-11-25 10:00",
        "status: postponed",
        "attendance: mixed",
        "online: https://kampana.example/tiešraide",
        "organizer: {lv: Rīkotāji}",
        "spoken: [lv, ru]",
        "accessibility: [step-free, sign-language-lv]",
        "price: 0",
        "publish: 2026-11-01 09:00",
        "changes: [{on: 2026-11-20, was: {starts: 2026-11-24 10:00}, reason: {lv: slimība}}, {on: 2026-11-21}]",
    )
    assert (event.summary, event.status, event.attendance) == ({"lv": "Īsi"}, "postponed", "mixed")
    assert (event.online, event.organizer, event.spoken) == (
        "https://kampana.example/tiešraide",
        {"lv": "Rīkotāji"},
        ("lv", "ru"),
    )
    assert (event.accessibility, event.price, event.publish) == (
        ("step-free", "sign-language-lv"),
        "0",
        At(wall("2026-11-01 09:00")),
    )
    assert event.changes == (
        Change(dt.date(2026, 11, 20), {"starts": "2026-11-24 10:00"}, {"lv": "slimība"}),
        Change(dt.date(2026, 11, 21)),
    )


def test_announcements_of_an_event_go_to_the_campaigns_accounts(tmp_path):
    event = the_event(
        tmp_path,
        "starts: 2026-11-25 10:00",
        "announce: [14 days before 10:00, 2 hours before, when moved, when cancelled]",
    )
    assert event.announce_accounts == ("feed", "mastodon")
    assert event.announce == (
        Announcement("14d-1000", Relative("e", days=-14, time=dt.time(10))),
        Announcement("2h", Relative("e", minutes=-120)),
        Announcement("moved", "moved"),
        Announcement("cancelled", "cancelled"),
    )


def test_one_date_of_a_repeating_event_may_be_called_off(tmp_path):
    event = the_event(
        tmp_path,
        "repeat: every monday",
        "time: 10:00-12:00",
        "on: {2026-11-30: {status: cancelled, reason: {lv: svētki}}}",
    )
    assert event.on == {dt.date(2026, 11, 30): Variant(cancelled=True, reason={"lv": "svētki"})}


@pytest.mark.parametrize(
    ("line", "cards"),
    [("card: none", ()), ("card: cover", (CardChoice("cover"),)), ("", (CardChoice("event"),))],
)
def test_an_event_has_its_usual_card_unless_it_says_otherwise(line, cards, tmp_path):
    assert the_event(tmp_path, "date: 2026-11-25", line).cards == cards


def test_an_event_keeps_its_own_page_where_the_campaigns_link_leads_elsewhere(tmp_path):
    written = CAMPAIGN.replace("messages:", "events:") + "  - {id: e, title: {lv: x}, date: 2026-11-25}\n"
    event = read_text(tmp_path, written).campaigns[0].events[0]
    assert (event.link, event.hashtags["lv"], event.topics, event.draft) == ({}, ("#Kopā",), ("prevention",), True)


# ---------------------------------------------------------------- threads, answers, warnings


def test_a_thread_is_one_text_and_its_posts_in_the_languages_that_all_have(tmp_path):
    lines = (
        "thread:",
        "  - text: {lv: 'Pirmais, {helpline-thb}.', en: First.}",
        "  - {text: {lv: Otrais.}, images: [{file: a.jpg, alt: {lv: zāle}, consent: nobody shown}]}",
    )
    found = the_message(read_text(tmp_path, message(AT, *lines)))
    assert found.text == {"lv": "Pirmais, {helpline-thb}.\n\nOtrais."}
    assert [post.text.get("en", "") for post in found.thread] == ["First.", ""]
    assert found.thread[1].images == (Image("a.jpg", {"lv": "zāle"}, consent="nobody shown"),)
    assert found.spots["text.lv"] == found.spots["thread.0.text.lv"]


@pytest.mark.parametrize(("said", "key"), [("jautajums", "kampana/jautajums"), ("cita/viens", "cita/viens")])
def test_an_answer_names_a_message_of_its_own_file_or_of_another(said, key, tmp_path):
    own = entries("messages", f"id: jautajums\n{AT}\n{TEXT}", f"id: atbilde\n{AT}\nreply_to: {said}\n{TEXT}")
    other = entries("messages", f"id: viens\n{AT}\n{TEXT}").replace("campaign: kampana", "campaign: cita")
    schedules = read_files(tmp_path, {"a.yaml": own, "b.yaml": other})
    assert [str(problem) for problem in schedules.problems] == []
    assert schedules.campaigns[0].messages[1].reply_to == key


def test_a_series_warns_and_its_items_answer_each_other(tmp_path):
    written = entries(
        "series",
        "id: s\nrepeat: every day\nfrom: 2026-11-25\ntime: 09:00\ncontent_warning: {lv: vardarbība, en: violence}\n"
        f"items: [{{id: a, {TEXT}}}, {{id: b, {TEXT}, reply_to: a}}]",
    )
    first, second = read_text(tmp_path, written).campaigns[0].messages
    assert first.content_warning == second.content_warning == {"lv": "vardarbība", "en": "violence"}
    assert (first.reply_to, second.reply_to) == ("", "kampana/a")


# ---------------------------------------------------------------- registries


def test_a_partner_has_a_name_and_a_handle_for_each_network(tmp_path):
    handles = "{mastodon: riga@social.example, x: riga, instagram: '@riga', newsletter: '@riga'}"
    partners = f"partners:\n  - {{id: riga, name: Rīga, handles: {handles}, note: x}}\n"
    found = read_files(tmp_path, {"partners.yaml": partners}).partners["riga"]
    assert found.name == dict.fromkeys(("lv", "en", "ru"), "Rīga")
    assert found.handles == {
        "mastodon": "@riga@social.example",
        "x": "@riga",
        "instagram": "@riga",
        "newsletter": "@riga",
    }


def test_a_contact_shows_its_number_as_displayed_and_keeps_every_claim(tmp_path):
    contacts = """\
contacts:
  - id: emergency
    phone: "112"
    hours: {always: true}
    name: {lv: Tālrunis}
    verified_on: 2026-11-01
  - id: crime-victims
    phone: +371 28612120
    name: {lv: Atbalsts}
    provider: {lv: biedrība}
    status: conflicting
    hours: {claims: [{text: "24/7", source: lapa, as_of: 2017}, {text: Mon-Fri, where: header, note: x}]}
  - {id: day, phone: "110", display: "1 1 0", name: {lv: Diena}, hours: {text: 9-17}}
"""
    found = read_files(tmp_path, {"contacts.yaml": contacts}).contacts
    assert (found["emergency"].display, found["emergency"].always, found["emergency"].verified_on) == (
        "112",
        True,
        dt.date(2026, 11, 1),
    )
    assert (found["crime-victims"].phone, found["crime-victims"].status) == ("+37128612120", "conflicting")
    assert found["crime-victims"].claims == (Claim("24/7", "lapa", "2017"), Claim("Mon-Fri", where="header", note="x"))
    assert (found["day"].display, found["day"].hours["lv"]) == ("1 1 0", "9-17")


def test_partial_dates_of_facts_are_widened(tmp_path):
    facts = """\
facts:
  - {id: a, claim: {lv: x}, source: s, as_of: 2021-02, valid_until: 2023, superseded_by: b, note: n}
  - {id: b, claim: {lv: y}, source: s}
"""
    found = read_files(tmp_path, {"facts.yaml": facts}).facts
    assert (found["a"].as_of, found["a"].valid_until, found["a"].superseded_by) == (
        dt.date(2021, 2, 1),
        dt.date(2023, 12, 31),
        "b",
    )
    assert (found["b"].as_of, found["b"].valid_until) == (None, None)


def test_observances_know_rule_span_years_and_source(tmp_path):
    observances = """\
sources:
  un-list: {url: "https://www.un.org/en/observances", note: lasīts 2026}
observances:
  - {id: lv-month, name: {lv: Mēnesis, ru: Месячник}, draft_names: [ru], rule: FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=18, days: 31, first: 2014, until: 2030, source: un-list, authority: Tiesībsargs}
moving:
  - {id: sestdiena, name: {lv: Diena}, rule: FREQ=YEARLY;BYMONTH=7;BYDAY=1SA, unverified: true, source: cita}
"""
    found = read_files(tmp_path, {"observances.yaml": observances}).observances
    month, moving = found["lv-month"], found["sestdiena"]
    assert (month.rule.rrule, month.days, month.first, month.until) == (
        "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=18",
        31,
        2014,
        2030,
    )
    assert (month.source, month.draft_names, month.unverified) == ("https://www.un.org/en/observances", ("ru",), False)
    assert (moving.source, moving.unverified, moving.first) == ("cita", True, None)


def test_places_and_words_to_avoid(tmp_path):
    files = {
        "places.yaml": "places:\n  - {id: zale, name: {lv: Zāle}, address: {lv: 'Iela 1, Rīga'}, map: https://osm.example/1, accessibility: [step-free]}\n",
        "glossary.yaml": "words:\n  - {avoid: {lv: upuris, en: [victim, victims]}, prefer: {lv: cietušais}, reason: {lv: cieņa}}\n",
    }
    schedules = read_files(tmp_path, files)
    place = schedules.places["zale"]
    assert (place.address, place.map, place.accessibility) == (
        {"lv": "Iela 1, Rīga"},
        "https://osm.example/1",
        ("step-free",),
    )
    spot = Spot("schedules/glossary.yaml", 2, 5)
    assert schedules.glossary == (
        GlossaryWord("lv", "upuris", "cietušais", "cieņa", spot),
        GlossaryWord("en", "victim", "", "", spot),
        GlossaryWord("en", "victims", "", "", spot),
    )


def test_registries_may_hold_more_languages_than_the_site(tmp_path):
    files = {"places.yaml": "places:\n  - {id: zale, name: {lv: Zāle, uk: Зала}}\n"}
    assert read_files(tmp_path, files).places["zale"].name == {"lv": "Zāle", "uk": "Зала"}


@pytest.mark.parametrize(
    ("name", "content", "code", "entry"),
    [
        ("contacts", "contacts:\n  - {id: a, phone: zvani, name: {lv: x}}\n", "FMT02", "contacts/a"),
        ("contacts", "contacts:\n  - {id: a, name: {lv: x}}\n", "FMT03", "contacts/a"),
        ("contacts", "contacts:\n  - {phone: '112', name: {lv: x}}\n", "FMT03", "contacts/line-2"),
        (
            "contacts",
            "contacts:\n  - {id: a, phone: '1', name: {lv: x}, hours: {claims: [{source: s}]}}\n",
            "FMT02",
            "contacts/a",
        ),
        ("facts", "facts:\n  - {id: a, claim: {lv: Viens, divi}, source: s}\n", "LOS02", "facts/a"),
        ("facts", "facts:\n  - {id: a, claim: {lv: x}, source: s, superseded_by: b}\n", "REF01", "facts/a"),
        ("facts", "facts:\n  - {id: a, claim: {lv: x}, source: s, as_of: 02.2021}\n", "FMT02", "facts/a"),
        ("observances", "observances:\n  - {id: a, name: {lv: x}, rule: FREQ=SECONDLY}\n", "FMT02", "observances/a"),
        (
            "observances",
            "observances:\n  - {id: a, name: {lv: x}, rule: easter, first: 20144}\n",
            "FMT02",
            "observances/a",
        ),
        ("places", "places:\n  - vārdi\n", "FMT02", "places/line-2"),
    ],
)
def test_a_mistake_in_a_registry_holds_that_entry(name, content, code, entry, tmp_path):
    schedules = read_files(tmp_path, {f"{name}.yaml": content})
    assert [(problem.code, problem.tier, problem.entry) for problem in schedules.problems][:1] == [
        (code, Tier.ENTRY, entry)
    ]
    assert getattr(schedules, name) == {}


def test_a_message_that_needs_a_wrong_registry_entry_is_held_with_it(tmp_path):
    facts = "facts:\n  - {id: eu-7000-per-year, claim: {lv: x}}\n"
    schedules = read_files(tmp_path, {"facts.yaml": facts, "k.yaml": message(AT, TEXT, "facts: [eu-7000-per-year]")})
    assert [(problem.code, problem.entry) for problem in schedules.problems] == [
        ("FMT03", "facts/eu-7000-per-year"),
        ("REF02", "kampana/m"),
    ]


def test_a_wrong_observance_holds_itself_and_not_the_campaigns_that_name_it(tmp_path):
    observances = REGISTRIES["observances.yaml"] + "  - {id: slikta, name: {lv: x}, rule: kaut kad}\n"
    campaign = HEAD + "observances: [slikta, eu-atd]\nperiod: 2026\n"
    schedules = read_files(tmp_path, {"observances.yaml": observances, "k.yaml": campaign})
    assert the_problem(schedules).entry == "observances/slikta"
    assert schedules.campaigns[0].observances == ("eu-atd",)


def test_an_unreadable_registry_is_told_once_and_its_names_are_believed(tmp_path):
    schedules = read_files(
        tmp_path, {"contacts.yaml": "contacts: [", "k.yaml": message(AT, TEXT, "contacts: [helpline-thb]")}
    )
    assert the_problem(schedules).tier == Tier.FILE
    assert [(file.path, file.readable) for file in schedules.files if file.registry][:1] == [
        ("schedules/contacts.yaml", False)
    ]
    assert len(schedules.campaigns[0].messages) == 1


def test_an_id_twice_in_a_registry_is_told(tmp_path):
    contact = "  - {id: a, phone: '112', name: {lv: x}}\n"
    assert the_problem(read_files(tmp_path, {"contacts.yaml": "contacts:\n" + contact * 2})).code == "FMT04"


# ---------------------------------------------------------------- pages, HOLD, and which files count


def test_an_article_has_a_head_and_markdown_per_language(tmp_path):
    files = {
        "pages/sakums.lv.md": "---\ntitle: Sākums\npublished: 2023-09-02\nnote: mums\n---\n\n# Glāžšķūņu\n\nrūķīši\n",
        "pages/sakums.en.md": "---\r\ntitle: Start\r\npublished: 2023-09-01\r\nupdated: 2023-09-05\r\n---\r\ngnomes\r\n",
    }
    page = read_files(tmp_path, files).pages["sakums"]
    assert (page.title, page.markdown) == (
        {"en": "Start", "lv": "Sākums"},
        {"en": "gnomes", "lv": "# Glāžšķūņu\n\nrūķīši"},
    )
    assert (page.published, page.updated, page.note) == (dt.date(2023, 9, 1), dt.date(2023, 9, 5), "mums")
    assert page.spots["lv"] == Spot("schedules/pages/sakums.lv.md")


@pytest.mark.parametrize(
    ("name", "content", "code", "line", "entry"),
    [
        ("sakums.lv.md", "# bez galvas\n", "FMT03", 1, "pages/sakums"),
        ("sakums.lv.md", "---\npublished: 2023-09-01\n---\n", "FMT03", 2, "pages/sakums"),
        ("sakums.lv.md", "---\ntitle: Svarīgi: nāciet\n---\n", "LOS03", 2, "pages/sakums"),
        ("sakums.lv.md", "---\ntitle: Nāciet #kopā\n---\n", "LOS01", 2, "pages/sakums"),
        ("sakums.lv.md", "---\ntitle: x\npublished: 1.9.2023\n---\n", "FMT02", 3, "pages/sakums"),
        ("sakums.lv.md", "---\n- x\n---\n", "FMT02", 2, "pages/sakums"),
        ("sakums.lv.md", "---\n---\n", "FMT03", 1, "pages/sakums"),
        ("sakums.lv.md", b"---\ntitle: \xff\n---\n", "YML04", 2, "pages/sakums"),
        ("sakums.uk.md", "---\ntitle: x\n---\n", "FMT02", 1, "pages/sakums"),
        ("Sākums.lv.md", "---\ntitle: x\n---\n", "FMT02", 1, "pages/Sākums"),
    ],
)
def test_a_wrong_article_is_held_and_told(name, content, code, line, entry, tmp_path):
    schedules = read_files(tmp_path, {f"pages/{name}": content})
    problem = the_problem(schedules)
    assert (problem.code, problem.spot, problem.entry) == (
        code,
        Spot(f"schedules/pages/{name}", line, problem.spot.column),
        entry,
    )
    assert set(schedules.pages) == {"kickoff"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Sēras\notrā rinda\n", "Sēras"),
        (b"", ""),
        (b"\xff\xfe bez koda", "\ufffd\ufffd bez koda"),
        (b"\n\n", ""),
        (b"a\x1b[2J\n", "a[2J"),
    ],
)
def test_a_file_named_hold_holds_everything_whatever_it_says(content, reason, tmp_path):
    assert read_files(tmp_path, {"HOLD": content}).hold == reason


def test_even_a_folder_or_a_dangling_link_named_hold_holds(tmp_path):
    root = folder(tmp_path, {})
    (root / "HOLD").symlink_to("nowhere")
    assert read(root, make_site()).hold == ""


def test_without_a_file_named_hold_nothing_is_held(tmp_path):
    assert read_text(tmp_path, message(AT, TEXT)).hold is None


def test_every_file_is_listed_with_the_digest_of_its_bytes(tmp_path):
    schedules = read_files(tmp_path, {"k.yaml": message(AT, TEXT), "slikts.yaml": "a: ["})
    listed = {file.path: (file.campaign, file.readable, file.registry, len(file.digest)) for file in schedules.files}
    assert listed["schedules/k.yaml"] == ("kampana", True, False, 64)
    assert listed["schedules/slikts.yaml"] == ("", False, False, 64)
    assert listed["schedules/facts.yaml"] == ("", True, True, 64)
    assert listed["schedules/pages/kickoff.lv.md"] == ("pages", True, False, 64)


def test_a_folder_that_is_not_there_is_a_problem(tmp_path):
    assert the_problem(read(tmp_path / "schedules", make_site())).code == "YML04"


def test_an_empty_folder_is_fine(tmp_path):
    schedules = read(folder(tmp_path, {}), make_site())
    assert (schedules.campaigns, schedules.problems) == ((), ())


@pytest.mark.parametrize("name", ["kampana.yaml.txt", "kampana.YML", "kampana.yaml.TXT"])
def test_a_schedule_that_an_editor_program_renamed_is_told(name, tmp_path):
    assert the_problem(read_files(tmp_path, {name: "x"})).hint == "call it kampana.yaml"


def test_a_link_that_leads_out_of_the_folder_is_not_read(tmp_path):
    secret = tmp_path / "noslēpums"
    secret.write_text("glāžšķūņu-atslēga", encoding="utf-8")
    root = folder(tmp_path, {"pages/kickoff.lv.md": "---\ntitle: x\n---\nx"})
    (root / "kampana.yaml").symlink_to(secret)
    (root / "pages" / "cits.lv.md").symlink_to(secret)
    (root / "HOLD").symlink_to(secret)
    schedules = read(root, make_site())
    assert [(problem.code, problem.hint) for problem in schedules.problems] == [
        ("YML04", "put the file itself here")
    ] * 2
    assert "atslēga" not in str(schedules)
    assert schedules.hold == ""


def test_a_link_to_a_file_beside_it_is_read(tmp_path):
    root = folder(tmp_path, {"drafts/kampana.yaml": message("at: 2026-11-25 09:00", TEXT)})
    (root / "kampana.yaml").symlink_to(root / "drafts" / "kampana.yaml")
    assert [campaign.id for campaign in read(root, make_site()).campaigns] == ["kampana"]


def test_a_file_with_another_ending_is_told_and_hidden_ones_are_not(tmp_path):
    problem = the_problem(read_files(tmp_path, {"kampana.yml": "x", ".slēpts.yaml": "[", ".x.yml": "["}))
    assert (problem.severity, problem.hint) == (Severity.WARNING, "call it kampana.yaml")


def test_problems_may_be_limited_to_some_files(tmp_path):
    files = {**REGISTRIES, "a.yaml": "campaign: a\n", "b.yaml": "campaign: b\n", "pages/x.lv.md": ""}
    root = folder(tmp_path, files)
    for asked, told in ((root / "a.yaml", ["schedules/a.yaml"]), (root / "pages", ["schedules/pages/x.lv.md"])):
        schedules = read(root, make_site(), only=[asked])
        assert [problem.spot.file for problem in schedules.problems] == told
        assert len(schedules.files) == 8


# ---------------------------------------------------------------- what no file can break

HOSTILE: dict[str, str | bytes] = {
    "alias bomb": "a: &a [x]\n" + "\n".join(f"b{n}: &b{n} [{','.join(['*a'] * 9)}]" for n in range(99)),
    "nested lists": "[" * 2000,
    "nested mappings": HEAD + "messages: " + "{a: " * 2000,
    "ten megabytes": "a: " + "x" * 10_000_000,
    "twenty thousand keys": HEAD + "".join(f"k{n}: v\n" for n in range(9_900)),
    "thousands of wrong messages": HEAD + "messages:\n" + "".join(f"  - {{id: m{n}, x: y}}\n" for n in range(2_500)),
    "thousands of unknown names": HEAD + "accounts: [" + ", ".join(f"konts{n}" for n in range(15_000)) + "]",
    "thousands of announcements": HEAD + "events:\n  - {id: e, title: {lv: x}, date: 2026-11-25, announce: [" + ", ".join(["1 day before"] * 15_000) + "]}",
    "one endless line": HEAD + "messages: [" + ", ".join(f"{{id: m{n}, text: {{lv: {{x}}}}}}" for n in range(1_300)) + "]",
    "31 February": HEAD + "period: 2026-02-31",
    "NUL": "campaign: \x00",
    "control characters": "campaign: a\x07b",
    "a text that reads backwards": HEAD + "note: glāžšķūņu \u202egxe.txt",
    "latin-1": "campaign: Rīga ķ".encode("cp1257"),
    "secondly": HEAD + "messages:\n  - {id: m, repeat: RRULE:FREQ=SECONDLY, time: 09:00}",
    "never": HEAD + "messages:\n" + "".join(f"  - {{id: m{n}, repeat: 'RRULE:FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1;BYMONTH={n % 12 + 1},{n // 12 % 12 + 1}'}}\n" for n in range(1_500)),
    "long numbers": HEAD + f"messages:\n  - {{id: m, repeat: every day, time: 09:00, count: {'9' * 5000}}}",
    "long date": HEAD + f"period: {'9' * 5000}-01-01",
    "long word": HEAD + f"{'k' * 100_000}: 1",
    "only quotes": '"' * 100_000,
    "surrogate": b"campaign: \xed\xa0\x80",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_problem(name, tmp_path):
    schedules = read_files(tmp_path, {"ļauns.yaml": HOSTILE[name]})
    assert schedules.problems
    assert {problem.spot.file for problem in schedules.problems} == {"schedules/ļauns.yaml"}
    assert all(len(problem.message) < 1_000 for problem in schedules.problems)


def test_each_wrong_entry_is_told_however_many_there_are(tmp_path):
    schedules = read_files(tmp_path, {"daudz.yaml": HOSTILE["thousands of wrong messages"]})
    assert {problem.entry for problem in schedules.problems} == {f"kampana/m{n}" for n in range(2_500)}


def test_a_folder_named_like_a_file_is_a_problem(tmp_path):
    root = folder(tmp_path, REGISTRIES)
    (root / "mape.yaml").mkdir()
    assert "is a folder" in the_problem(read(root, make_site())).message


def test_links_that_lead_nowhere_or_in_a_circle_are_problems(tmp_path):
    root = folder(tmp_path, REGISTRIES)
    (root / "loks.yaml").symlink_to("loks.yaml")
    (root / "nekur.yaml").symlink_to("nekas.yaml")
    assert codes(read(root, make_site())) == ["YML04", "YML04"]


def test_a_pipe_named_like_a_file_is_not_waited_for(tmp_path):
    root = folder(tmp_path, REGISTRIES)
    os.mkfifo(root / "caurule.yaml")
    assert "no ordinary file" in the_problem(read(root, make_site())).message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_nobody_may_read_is_a_problem(tmp_path):
    root = folder(tmp_path, {**REGISTRIES, "k.yaml": message(AT, TEXT)})
    (root / "k.yaml").chmod(0)
    assert "permission denied" in the_problem(read(root, make_site())).message


def test_a_file_name_that_is_no_text_is_shown_as_text(tmp_path):
    root = folder(tmp_path, REGISTRIES)
    Path(os.fsdecode(os.fsencode(root) + b"/\xff.yaml")).write_text(message(AT, TEXT))
    schedules = read(root, make_site())
    assert [message_.spot.file for message_ in schedules.campaigns[0].messages] == ["schedules/?.yaml"]
