"""Pages: addresses, languages, what is said about an event, and what must never be there."""

import datetime as dt
import json
import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from campaign.outputs.site import pages
from tests.outputs.conftest import ASSETS, page_of
from tests.outputs.published import HELPLINES, SITE, TODAY, september, with_row
from tests.samples import make_site

EVENT = "calendar-2023-09/seminar-hotels"
EVENT_PAGE = f"lv/e/{EVENT}/"
MESSAGE = "eu-anti-trafficking-day-2023/kickoff"
MESSAGE_PAGE = f"lv/e/{MESSAGE}/"
EXHIBITION_PAGE = "lv/e/calendar-2023-09/exhibition/"


def files(rows=None, site=SITE, today=TODAY):
    return pages(september() if rows is None else rows, site, HELPLINES, today, ASSETS)


def tree_of(path, *arguments, **named):
    return html.fromstring(page_of(path, *arguments, **named))


def words(tree, query):
    return [" ".join(found.text_content().split()) for found in tree.xpath(query)]


def with_post(entry, **changes):
    return tuple(replace(row, post=replace(row.post, **changes)) if row.entry == entry else row for row in september())


def all_pages():
    return {path: html.fromstring(content) for path, content in files().items() if path.endswith(".html")}


# ---------------------------------------------------------------- every page


def test_every_page_names_its_language_has_one_heading_and_the_help_lines():
    for path, tree in all_pages().items():
        assert tree.get("lang") == (path.split("/")[0] if "/" in path else "lv")
        assert len(tree.xpath("//h1")) == 1
        assert tree.xpath("//section[@class='help']//a/@href") == ["tel:112", "tel:+37128612120"]


def test_every_link_inside_the_site_leads_somewhere(exported):
    there = {f"/{file.relative_to(exported).as_posix()}".removesuffix("index.html") for file in exported.rglob("*.*")}
    for path, tree in all_pages().items():
        own = f"/{path.removesuffix('index.html')}"
        for link in {*tree.xpath("//@href"), *tree.xpath("//@src")}:
            inside = link.startswith(("/", "#", SITE.base_url)) and not link.endswith("/lekcija")
            assert not inside or urlsplit(urljoin(own, link)).path in there, (path, link)


def test_nothing_comes_from_elsewhere_and_nothing_is_inline():
    for tree in all_pages().values():
        assert not [link for link in tree.xpath("//@src | //link[@rel='stylesheet']/@href") if "//" in link]
        assert not tree.xpath("//style | //*[@style] | //script[not(@src)][not(@type='application/ld+json')]")
        assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        assert tree.xpath("//meta[@name='referrer']/@content") == ["no-referrer"]


def test_every_page_can_be_left_without_script():
    for tree in all_pages().values():
        (link,) = tree.xpath("//a[@role='button'][contains(@class, 'leave')]")
        assert (link.get("href"), link.get("rel")) == (SITE.exit_url, "nofollow noreferrer")
        assert "History" not in link.text_content()


def test_without_an_exit_address_there_is_no_control_and_no_script():
    tree = tree_of("lv/", site=replace(SITE, exit_url=""))
    assert not tree.xpath("//script | //*[contains(@class, 'leave')]")


def test_translations_know_each_other_and_the_first_language_is_the_default():
    tree = tree_of(EVENT_PAGE.replace("lv/", "en/", 1))
    found = {link.get("hreflang"): link.get("href") for link in tree.xpath("//link[@rel='alternate'][not(@type)]")}
    assert found["x-default"] == found["lv"] == f"{SITE.base_url}/{EVENT_PAGE}"
    assert set(found) == {"lv", "en", "ru", "x-default"}
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{SITE.base_url}/en/e/{EVENT}/"]


def test_an_entry_missing_in_a_language_is_missing_there_only():
    rows = tuple(row for row in september() if not (row.entry == MESSAGE and row.post.language == "ru"))
    made = files(rows)
    assert f"ru/e/{MESSAGE}/index.html" not in made
    tree = html.fromstring(made[f"{MESSAGE_PAGE}index.html"])
    assert tree.xpath("//nav[@class='languages']//a/@href") == [f"/en/e/{MESSAGE}/", "/ru/"]


def test_readers_of_feeds_find_them():
    links = tree_of("lv/").xpath("//link[@rel='alternate'][@type]")
    assert [(link.get("type"), link.get("href")) for link in links][:3] == [
        ("application/rss+xml", "/lv/feed.xml"),
        ("application/atom+xml", "/lv/atom.xml"),
        ("application/feed+json", "/lv/feed.json"),
    ]
    assert links[-1].get("href") == "/lv/calendar.ics"


def test_previews_show_the_card_with_its_words():
    tree = tree_of(MESSAGE_PAGE)
    told = {tag.get("property"): tag.get("content") for tag in tree.xpath("//meta[@property]")}
    picture = next(row.post.pictures[0] for row in september(("lv",)) if row.entry == MESSAGE)
    assert told["og:image"] == f"{SITE.base_url}/pictures/{picture.name}"
    assert (told["og:image:alt"], told["og:locale"], told["og:type"]) == (picture.alt, "lv_LV", "article")


def test_a_site_in_a_folder_links_inside_it():
    tree = tree_of("lv/", site=replace(SITE, base_url="https://iem.example/kampana"))
    assert all(link.startswith("/kampana/") for link in tree.xpath("//nav//@href"))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "${x} %s"]
)
def test_text_is_text(text):
    rows = with_post(MESSAGE, title=text, text=f"Teksts: {text}", summary=text, footer=text, link="javascript:alert(1)")
    tree = tree_of(MESSAGE_PAGE, rows)
    assert words(tree, "//h1") == [text]
    assert not tree.xpath("//article//script | //*[@onerror] | //a[starts-with(@href, 'javascript')]")


def test_control_characters_never_reach_a_page():
    source = page_of(MESSAGE_PAGE, with_post(MESSAGE, title="rū\x00ķīši\x0b \ud800", text="x\x1f"))
    assert "rūķīši " in source
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", source)


# ---------------------------------------------------------------- months


def test_the_month_has_the_heading_of_its_seed():
    assert words(tree_of("lv/2023/09/"), "//h1 | //caption") == ["Notikumu kalendārs – Septembris, 2023"] * 2


def test_grid_and_list_show_the_same_entries():
    tree = tree_of("lv/2023/09/")
    in_grid, in_list = (
        set(tree.xpath(f"//{part}//a/@href")) for part in ("table", "section[@aria-labelledby='agenda']")
    )
    assert len(in_grid) == 15
    assert in_grid == in_list


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("lv/2023/09/", ["Pārcelts, notiks 27. septembrī", "Pārcelts", "Atcelts"]),
        ("en/2023/09/", ["Rescheduled to 27 September", "Rescheduled", "Cancelled"]),
        ("ru/2023/09/", ["Перенесено на 27 сентября", "Перенесено", "Отменено"]),
    ],
)
def test_changes_are_said_in_words(path, told):
    tree = tree_of(path)
    assert words(tree, "//table//strong") == told
    assert words(tree, "//strong[@class='state']") == told[1:]
    assert len(tree.xpath("//table//s")) == 2


def test_months_lead_to_each_other():
    assert tree_of("lv/2023/09/").xpath("//a[@rel='next']/@href") == ["/lv/2023/10/"]
    assert tree_of("lv/2023/10/").xpath("//a[@rel='prev']/@href") == ["/lv/2023/09/"]


def test_home_is_this_month():
    assert words(tree_of("ru/"), "//h1") == ["Календарь событий – Сентябрь 2023"]
    assert tree_of("ru/").xpath("//td[@aria-current='date']/time/@datetime") == ["2023-09-18"]
    assert not tree_of("ru/2023/09/").xpath("//td[@aria-current]")


@pytest.mark.parametrize(("today", "nearest"), [("2023-08-02", "09"), ("2024-05-05", "10")])
def test_an_empty_month_says_so_and_offers_the_nearest(today, nearest):
    tree = tree_of("lv/", today=dt.date.fromisoformat(today))
    assert tree.xpath("//p[@class='empty']/a/@href") == [f"/lv/2023/{nearest}/"]
    assert "notikumu nav" in words(tree, "//p[@class='empty']")[0]


def test_only_home_knows_what_day_it_is():
    before, after = (files(today=dt.date(2023, 9, day)) for day in (18, 19))
    assert {path for path in before if before[path] != after[path]} == {
        f"{name}/index.html" for name in ("lv", "en", "ru")
    }


def test_before_anything_is_out_there_is_a_site_that_says_so():
    made = files(rows=())
    assert {"index.html", "404.html", "lv/index.html", "en/archive/index.html"} <= set(made)
    assert "Vēl nekas nav publicēts" in made["lv/archive/index.html"].decode()


# ---------------------------------------------------------------- entries


def test_an_event_tells_everything_needed_to_come():
    tree = tree_of(EVENT_PAGE)
    labels, told = words(tree, "//dl/dt"), words(tree, "//dl/dd")
    assert dict(zip(labels, told, strict=True)) == {
        "Kad": "trešdiena, 2023. gada 27. septembris, plkst. 13.00\u2060–\u206016.00",
        "Kur": "Rīga",
        "Rīkotājs": "Kampaņas rīkotāji",
        "Valoda": "latviešu",
        "Piekļūstamība": "piekļuve bez pakāpieniem",
        "Dalības maksa": "bez maksas",
    }
    assert tree.xpath("//a[@class='button']/@href") == [f"/{EVENT_PAGE}event.ics"]


def test_a_moved_event_says_from_when():
    assert words(tree_of(EVENT_PAGE), "//p[contains(@class, 'notice')]") == [
        "Pārcelts (iepriekš: 2023. gada 26. septembrī plkst. 13.00)."
    ]


def test_an_event_says_its_time_once_and_the_words_of_its_editors():
    tree = tree_of("lv/e/calendar-2023-09/seminar-social-workers/")
    told = "Kā pamanīt ekspluatācijas pazīmes un kur vērsties pēc palīdzības."
    assert words(tree, "//div[contains(@class, 'prose')]/p") == [told]
    assert not tree_of(EVENT_PAGE).xpath("//div[contains(@class, 'prose')]/p")


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (f"{SITE.base_url}/{EVENT_PAGE}", (f"/{EVENT_PAGE}", "Mācības viesnīcu darbiniekiem")),
        (f"{SITE.base_url}/cita/", (f"{SITE.base_url}/cita/", "kampana.example/cita")),
        ("https://likumi.lv/ta/id/1", ("https://likumi.lv/ta/id/1", "likumi.lv/ta/id/1")),
    ],
)
def test_a_link_says_where_it_leads(link, shown):
    (onward,) = tree_of(MESSAGE_PAGE, with_post(MESSAGE, link=link)).xpath("//p[@class='onward']/a")
    assert (onward.get("href"), onward.text_content()) == shown


def test_a_page_does_not_link_to_itself():
    assert not tree_of(MESSAGE_PAGE).xpath("//p[@class='onward']")


def test_a_cancelled_event_is_struck_and_says_so():
    tree = tree_of(EXHIBITION_PAGE)
    assert words(tree, "//h1/s") == ["Izstādes atklāšana"]
    assert words(tree, "//p[contains(@class, 'notice')]") == ["Atcelts."]


def structured(entry):
    return json.loads(tree_of(f"lv/e/{entry}/").xpath("string(//script[@type='application/ld+json'])"))


def test_search_engines_learn_that_it_moved():
    data = structured(EVENT)
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"
    assert data["previousStartDate"] == "2023-09-26T13:00:00+03:00"
    assert (data["startDate"], data["endDate"]) == ("2023-09-27T13:00:00+03:00", "2023-09-27T16:00:00+03:00")
    assert data["location"] == [{"@type": "Place", "name": "Rīga", "address": "Rīga"}]
    assert data["isAccessibleForFree"] is True


def test_search_engines_learn_that_it_is_cancelled_and_all_day():
    data = structured("calendar-2023-09/exhibition")
    assert (data["eventStatus"], data["startDate"]) == ("https://schema.org/EventCancelled", "2023-09-29")


def test_search_engines_learn_that_it_is_online():
    data = structured("calendar-2023-09/online-lecture")
    assert data["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert data["location"] == [{"@type": "VirtualLocation", "url": "https://kampana.example/lekcija"}]
    assert data["inLanguage"] == ["lv", "ru"]


def test_structured_data_cannot_end_its_element():
    rows = with_post(EVENT, title="</script><script>alert(1)</script>")
    tree = tree_of(EVENT_PAGE, rows)
    assert json.loads(tree.xpath("string(//script[@type='application/ld+json'])"))["name"].startswith("</script>")
    assert len(tree.xpath("//script")) == 2


@pytest.mark.parametrize("path", [EVENT_PAGE, "lv/e/observances/un-peace/2023-09-21/"])
def test_an_event_is_an_h_event(path):
    tree = tree_of(path)
    (event,) = tree.xpath("//*[contains(@class, 'h-event')]")
    assert event.xpath(".//*[contains(@class, 'p-name')]")
    assert event.xpath(".//*[contains(@class, 'dt-start')]/@datetime")[0].startswith("2023-09-2")
    assert event.xpath(".//*[contains(@class, 'u-url')]/@href") == [f"{SITE.base_url}/{path}"]


def test_numbers_in_a_message_can_be_called():
    links = tree_of(MESSAGE_PAGE).xpath("//article//a[starts-with(@href, 'tel:')]/@href")
    assert links == ["tel:+37128612120", "tel:112"]


def test_a_figure_names_its_source():
    told = words(tree_of("lv/e/eu-anti-trafficking-day-2023/the-day/"), "//footer[@class='record']/p")
    assert told[0] == "Skaitļu avoti: Eiropas Komisija, 2023: https://home-affairs.ec.europa.eu/"


def test_a_correction_is_told_with_its_day():
    when = dt.datetime(2023, 9, 19, 22, 0, tzinfo=dt.UTC)
    rows = with_row(september(), f"{MESSAGE}>site", updated=when, corrected="labots datums")
    assert words(tree_of(MESSAGE_PAGE, rows), "//p[@class='correction']") == [
        "Labojums (2023. gada 20. septembris): labots datums"
    ]


def test_a_translation_says_what_it_was_made_from():
    assert "Перевод с латышского" in words(tree_of(f"ru/e/{MESSAGE}/"), "//footer[@class='record']/p")[-1]


def test_withdrawn_leaves_a_notice_and_nothing_else():
    made = files(with_row(september(), MESSAGE, withdrawn="kļūda skaitlī"))
    source = made[f"{MESSAGE_PAGE}index.html"].decode()
    assert "Šis ieraksts ir atsaukts." in source
    assert "kļūda skaitlī" in source
    assert "noindex" in source
    assert not [
        path
        for path, content in made.items()
        if b"mene\xc5\xa1a, 18" in content or "Pēc mēneša, 18".encode() in content
    ]


def test_what_went_out_at_once_is_listed_on_the_day_it_did():
    when = dt.datetime(2023, 8, 31, 22, 0, tzinfo=dt.UTC)  # the first of September in Riga
    rows = tuple(
        replace(row, published=when, updated=when) if row.entry == MESSAGE else row
        for row in with_post(MESSAGE, date="")
    )
    link = f"//a[@href='/lv/e/{MESSAGE}/']/../time/@datetime"
    assert tree_of("lv/archive/", rows).xpath(link) == ["2023-09-01"]
    assert tree_of("lv/2023/09/", rows).xpath(f"//a[@href='/lv/e/{MESSAGE}/']")


def test_the_archive_lists_messages_by_month_newest_first():
    tree = tree_of("lv/archive/")
    assert words(tree, "//h3") == ["2023. gada oktobris", "2023. gada septembris"]
    assert [link.split("/")[-2] for link in tree.xpath("//ul[@class='titles']//@href")] == [
        "the-day",
        "safe-work-abroad",
        "kickoff",
    ]


def test_the_way_to_subscribe_names_every_feed_and_the_calendar():
    links = tree_of("en/subscribe/").xpath("//main//@href")
    assert "webcal://kampana.example/en/calendar.ics" in links
    assert {"/en/feed.xml", "/en/events/atom.xml", "/en/topics/prevention/feed.json"} <= set(links)


def test_without_feeds_and_calendar_there_is_nothing_to_subscribe_to():
    made = files(tuple(row for row in september() if row.kind == "site"), site=make_site({"site": "site"}))
    assert "lv/subscribe/index.html" not in made
    assert not html.fromstring(made["lv/2023/09/index.html"]).xpath("//a[contains(@href, 'subscribe')]")


def test_the_root_lets_people_choose_a_language():
    links = html.fromstring(files()["index.html"]).xpath("//ul[@class='choice']//a")
    assert [(link.get("hreflang"), link.get("href")) for link in links] == [(code, f"/{code}/") for code in HELPLINES]


def test_a_designer_overrides_one_template(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "notice.html").write_text("{{ page.title }} – mūsu", encoding="utf-8")
    made = pages(september(), SITE, HELPLINES, TODAY, [tmp_path, *ASSETS])
    assert made["lv/404.html"].decode() == "Lapa nav atrasta – mūsu"
    assert made["lv/index.html"] == files()["lv/index.html"]


def test_the_style_is_small_and_the_month_light():
    import gzip

    made = files()
    style = next(path for path in made if path.endswith(".css"))
    assert len(made[style]) <= 10 * 1024
    assert (
        sum(
            len(gzip.compress(made[path]))
            for path in made
            if path.endswith(("css", "js")) or path == "lv/2023/09/index.html"
        )
        <= 15 * 1024
    )
