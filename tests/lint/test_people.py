"""TRN01, IMG01 and IMG02: every language, words for pictures, and the consent of those shown."""

from dataclasses import replace

import pytest

from campaign.model import CardChoice, Digest, Image, Observance, Period, Rule, Severity, Spot, ThreadPost, Variant
from tests.lint.findings import TEXT, everywhere, findings, of, say, schedules, told
from tests.occurrences.entries import SPOT, campaign, day, event, repeat

EVENT = replace(
    event("saruna", "2024-10-18 10:00", "2024-10-18 12:00", spoken=("lv",), accessibility=("step-free",), price="0"),
    title=TEXT,
)
PLACED = replace(EVENT, place=everywhere("Rīga"), organizer=everywhere("Rīkotāji"))


def without(language):
    return {name: text for name, text in TEXT.items() if name != language}


@pytest.mark.parametrize(
    ("entry", "field", "language"),
    [
        (say("x", text=without("ru")), "text", "ru"),
        (say("x", text={**TEXT, "en": "  \n"}), "text", "en"),
        (say("x", title=without("lv")), "title", "lv"),
        (say("x", footer=without("ru")), "footer", "ru"),
        (say("x", text={}, digest=Digest("week", intro=without("en"))), "digest.intro", "en"),
        (replace(PLACED, title=without("en")), "title", "en"),
        (replace(PLACED, summary=without("ru")), "summary", "ru"),
        (replace(PLACED, place={"lv": "Rīga", "en": "Riga"}), "place", "ru"),
        (replace(PLACED, organizer={"lv": "Rīkotāji", "en": "Organisers"}), "organizer", "ru"),
    ],
)
def test_a_missing_language_stops_that_language_only(entry, field, language):
    (problem,) = of("TRN01", findings(entry))
    assert (problem.severity, problem.entry, problem.language) == (Severity.ERROR, entry.key, language)
    assert problem.message.startswith(f"“{entry.id}” has no {field} in {language}")
    assert f"{language}: " in problem.hint


@pytest.mark.parametrize(
    "entry",
    [
        say("x"),
        say("x", text=without("ru"), languages=("lv", "en")),
        say("x", text={}, digest=Digest("month")),
        say("x", variants={"x": Variant(text={"lv": "Īsāk."})}),
        PLACED,
    ],
)
def test_nothing_is_missing_that_was_left_out_on_purpose(entry):
    assert of("TRN01", findings(entry)) == []


@pytest.mark.parametrize(
    ("lv", "ru", "words"),
    [
        ("{a} {b}", "{a}", "lacks {b}, unlike lv"),
        ("{a}", "{a} {b} {c}", "has {b} and {c} besides, unlike lv"),
        ("{a}", "{b}", "lacks {a} and has {b} besides, unlike lv"),
    ],
)
def test_languages_with_other_fields_than_the_source_are_stopped(lv, ru, words):
    (problem,) = findings(say("x", text={"lv": lv, "en": lv, "ru": ru}))
    assert (problem.code, problem.language, problem.field) == ("TRN01", "ru", "text.ru")
    assert f"the text of “x” in ru {words}" in problem.message


def test_what_the_campaign_says_for_all_is_told_of_the_campaign():
    above = Spot(SPOT.file, 1)
    entry = say("x", footer={"lv": "{saruna.date}", "en": "x"})
    entry = replace(entry, spot=Spot(SPOT.file, 9), spots={**entry.spots, "footer": above, "footer.en": above})
    missing, differing = of("TRN01", findings(entry))
    assert differing.message.startswith(f"the footer of the campaign “{entry.campaign}” in en lacks {{saruna.date}}")
    assert missing.message.startswith(f"the campaign “{entry.campaign}” has no footer in ru")
    assert (differing.spot, missing.spot) == (above, above)


def test_the_order_and_number_of_fields_may_differ():
    assert findings(say("x", text={"lv": "{a} {b}", "en": "{b} {a} {a}", "ru": "{a}, {b}"})) == []


def test_the_source_is_the_first_language_that_has_the_text():
    found = findings(say("x", text={"en": "{a}", "ru": "{b}"}))
    assert [(problem.language, "unlike en" in problem.message) for problem in found] == [("lv", False), ("ru", True)]


def test_an_observance_without_a_name_is_left_out_with_a_warning():
    observance = Observance("diena", SPOT, {"en": "Day"}, Rule("", "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=5"))
    naming = campaign(observances=("diena", "nezināma"), period=Period(day("2023-09-01"), day("2023-09-30")))
    found = findings(schedules(naming, replace(naming, id="otra"), observances={"diena": observance}))
    assert told(found) == [("warning", "diena has no name in lv and ru and is left out there")]


# ---------------------------------------------------------------- IMG01


def pictured(alt, file="photos/Zāle_un-logs.jpg"):
    return say("x", images=(Image(file, alt, consent="form-17"),))


def on_card(image):
    return (CardChoice("cover"), CardChoice("announcement", photo=image))


@pytest.mark.parametrize(
    ("alt", "severity", "words"),
    [
        ("", Severity.ERROR, "no alt text"),
        (" \n", Severity.ERROR, "no alt text"),
        ("Zāle_un-logs.jpg", Severity.ERROR, "file's name"),
        ("zāle un logs", Severity.ERROR, "file's name"),
        ("ž" * 1501, Severity.ERROR, "1501 characters of 1500"),
        ("ž" * 1500, Severity.WARNING, "1500 characters"),
        ("ž" * 1000, None, ""),
        ("Zāle ar augstiem logiem", None, ""),
    ],
)
def test_what_is_wrong_with_an_alt_text(alt, severity, words):
    found = findings(pictured({**TEXT, "lv": alt}))
    assert [(problem.severity, problem.language) for problem in found] == ([(severity, "lv")] if severity else [])
    assert all(words in problem.message for problem in found)


def test_each_language_needs_its_own_words():
    found = findings(pictured({"lv": "Zāle"}))
    assert [(problem.code, problem.language) for problem in found] == [("IMG01", "en"), ("IMG01", "ru")]
    assert "photos/Zāle_un-logs.jpg in “x”" in found[0].message


def test_pictures_of_one_date_count_too():
    unseen = Image("photos/zāle.jpg", {}, consent="form-17")
    for variant in (Variant(images=(unseen,)), Variant(cards=on_card(unseen))):
        entry = say("x", repeat("FREQ=DAILY", "09:00"), on={day("2023-09-05"): variant})
        assert {problem.language for problem in of("IMG01", findings(entry))} == {"lv", "en", "ru"}


def test_pictures_of_variants_and_events_count_too():
    bare = Image("a.jpg", {}, consent="form-17")
    varied = say("x", repeat("FREQ=DAILY"), variants={"mastodon": Variant(images=(bare,)), "bluesky": Variant()})
    assert len(of("IMG01", findings(varied))) == 3
    assert len(findings(replace(PLACED, images=(bare,)))) == 3


def test_the_photo_of_a_card_is_a_picture_like_any_other():
    seen = Image("photos/galds.jpg", {**TEXT, "ru": "galds"}, consent="form-17")
    spots = {
        "card.1": Spot(SPOT.file, 30),
        "card.1.photo": Spot(SPOT.file, 31),
        "card.1.photo.alt.ru": Spot(SPOT.file, 33),
    }
    (problem,) = findings(replace(say("x", cards=on_card(seen)), spots=spots))
    assert (problem.code, problem.language, problem.spot.line) == ("IMG01", "ru", 33)
    assert "photos/galds.jpg in “x”, ru: the alt text is the file's name" in problem.message


# ---------------------------------------------------------------- IMG02


def people(consent):
    return Image("photos/komanda.jpg", TEXT, consent=consent)


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (say("x", images=(people(""),)), 30),
        (say("x", cards=on_card(people(" "))), 31),
        (say("x", variants={"mastodon": Variant(images=(people(""),))}), 32),
        (say("x", variants={"mastodon": Variant(cards=on_card(people("")))}), 33),
        (say("x", repeat("FREQ=DAILY"), on={day("2023-09-05"): Variant(cards=on_card(people("")))}), 34),
        (replace(PLACED, cards=on_card(people(""))), 31),
    ],
    ids=["picture", "card", "picture of a variant", "card of a variant", "card of one date", "card of an event"],
)
def test_a_picture_without_a_record_of_consent_is_stopped(entry, line):
    places = ("images", "card.1.photo", "variants.mastodon.images.0", "variants.mastodon.card.1.photo")
    lists = ("card.1", "variants.mastodon.card.1", "on.2023-09-05.card.1")
    spots = {place: Spot(SPOT.file, number) for number, place in enumerate((*places, "on.2023-09-05.card.1.photo"), 30)}
    (problem,) = of("IMG02", findings(replace(entry, spots={**dict.fromkeys(lists, SPOT), **spots})))
    assert (problem.severity, problem.entry, problem.language) == (Severity.ERROR, entry.key, "")
    assert (problem.spot.line, problem.message) == (
        line,
        f"photos/komanda.jpg in “{entry.id}”: no record that everybody shown agrees; live mode holds it",
    )
    assert "consent: nobody shown" in problem.hint


@pytest.mark.parametrize("consent", ["form-17", "nav redzams neviens", "nobody shown"])
def test_a_form_or_the_reason_why_none_is_needed_is_a_record(consent):
    assert findings(say("x", images=(people(consent),), cards=on_card(people(consent)))) == []


def test_every_post_of_a_thread_needs_every_language():
    posts = (ThreadPost(everywhere("Viens.")), ThreadPost({"lv": "Divi.", "ru": "Два."}))
    (problem,) = of("TRN01", findings(say("m", thread=posts)))
    assert (problem.code, problem.field, problem.language) == ("TRN01", "thread.1.text.en", "en")


def test_a_warning_about_the_content_needs_every_language():
    (problem,) = of("TRN01", findings(say("m", content_warning={"lv": "vardarbība", "en": "violence"})))
    assert (problem.field, problem.language) == ("content_warning.ru", "ru")


def test_the_pictures_of_a_thread_need_words_and_consent():
    posts = (ThreadPost(TEXT), ThreadPost(TEXT, (Image("a.jpg", {"lv": "Zāle", "en": "A hall", "ru": "Зал"}),)))
    (problem,) = of("IMG02", findings(say("m", thread=posts)))
    assert (problem.code, problem.field) == ("IMG02", "thread.1.images.0")
