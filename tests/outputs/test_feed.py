"""Feeds: identity, dates, links and pictures as readers and validators want them."""

import datetime as dt
import json
from dataclasses import replace

import feedparser
import pytest
from lxml import etree

from campaign.outputs.feed import feeds
from campaign.outputs.items import NEWEST
from tests.outputs.published import SITE, load, september, with_row
from tests.samples import make_site

ATOM = "{http://www.w3.org/2005/Atom}"
XML_FEEDS = [
    f"{language}/{part}{name}"
    for language in ("lv", "en", "ru")
    for part in ("", "events/", "topics/prevention/")
    for name in ("feed.xml", "atom.xml")
]
KICKOFF = "eu-anti-trafficking-day-2023/kickoff"


def size(picture):
    return len(load(picture)[0])


def made(rows=None):
    return feeds(rows or september(), SITE, size)


def kickoff_as(**changes):
    """The ledger with the post of one message changed."""
    return tuple(
        replace(row, post=replace(row.post, **changes)) if row.entry == KICKOFF else row for row in september()
    )


def test_every_language_has_all_events_and_topics_in_three_forms():
    names = {path.removeprefix("lv/") for path in made() if path.startswith("lv/")}
    forms = {"feed.xml", "atom.xml", "feed.json"}
    assert names == {f"{part}{form}" for part in ("", "events/", "topics/prevention/") for form in forms}


def test_same_rows_in_any_order_give_the_same_bytes():
    assert made() == made(tuple(reversed(september())))


@pytest.mark.parametrize("path", XML_FEEDS)
def test_a_reader_finds_no_fault(path):
    assert feedparser.parse(made()[path]).bozo == 0


@pytest.mark.parametrize("path", XML_FEEDS)
def test_self_is_the_real_address(path):
    links = etree.fromstring(made()[path]).iter(f"{ATOM}link")
    assert [link.get("href") for link in links if link.get("rel") == "self"] == [f"{SITE.base_url}/{path}"]


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_a_reader_gets_title_link_date_and_picture_back(name):
    entry = feedparser.parse(made()[f"lv/{name}"]).entries[1]
    picture = next(row.post.pictures[0] for row in september(("lv",)) if row.entry.endswith("safe-work-abroad"))
    assert (entry.title, entry.link) == (
        "Piedāvā darbu ārzemēs?",
        f"{SITE.base_url}/lv/e/eu-anti-trafficking-day-2023/safe-work-abroad/",
    )
    assert entry.published_parsed[:5] == (2023, 9, 25, 7, 0)
    shown = entry.enclosures[0]
    address = f"{SITE.base_url}/pictures/{picture.name}"
    assert (shown.href, shown.type, shown.length) == (address, "image/png", str(size(picture)))


def test_the_guid_is_a_tag_of_the_key_and_never_a_permalink():
    guids = etree.fromstring(made()["ru/feed.xml"]).findall(".//guid")
    assert {guid.get("isPermaLink") for guid in guids} == {"false"}
    assert f"tag:kampana.example,2023:{KICKOFF}:ru" in {guid.text for guid in guids}


def test_rss_links_to_the_site_and_atom_entries_to_one_page():
    assert etree.fromstring(made()["en/feed.xml"]).findtext("channel/link") == f"{SITE.base_url}/en/"
    for entry in etree.fromstring(made()["en/atom.xml"]).iter(f"{ATOM}entry"):
        relations = [link.get("rel") for link in entry.findall(f"{ATOM}link")]
        assert relations == ["alternate", "enclosure"]


def test_newest_first_by_publication():
    dates = [item["date_published"] for item in json.loads(made()["lv/feed.json"])["items"]]
    assert dates == sorted(dates, reverse=True)
    assert dates[0] == "2023-10-18T05:00:00+00:00"


def test_a_correction_moves_updated_and_nothing_else():
    when = dt.datetime(2023, 9, 19, 8, 0, tzinfo=dt.UTC)
    rows = with_row(september(), f"{KICKOFF}>feed", updated=when, corrected="datums bija kļūdains")
    before, after = (
        next(item for item in json.loads(made(ledger)["lv/feed.json"])["items"] if KICKOFF in item["id"])
        for ledger in (september(), rows)
    )
    assert after["date_modified"] == "2023-09-19T08:00:00+00:00"
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert "Labojums (2023. gada 19. septembris): datums bija kļūdains" in after["content_html"]


def test_the_feed_is_as_new_as_its_newest_change():
    when = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    built = made(with_row(september(), f"{KICKOFF}>feed", updated=when))
    assert feedparser.parse(built["lv/atom.xml"]).feed.updated == "2024-01-02T03:04:05+00:00"
    assert etree.fromstring(built["lv/feed.xml"]).findtext("channel/lastBuildDate") == "Tue, 02 Jan 2024 03:04:05 +0000"


def test_withdrawn_leaves_every_feed_and_a_tombstone_in_atom():
    built = made(with_row(september(), f"{KICKOFF}>feed", withdrawn="publicēts pārāk agri"))
    assert KICKOFF.encode() not in built["lv/feed.xml"] + built["lv/feed.json"]
    gone = etree.fromstring(built["lv/atom.xml"]).findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [entry.get("ref") for entry in gone] == [f"tag:kampana.example,2023:{KICKOFF}:lv"]
    assert gone[0][0].text == "publicēts pārāk agri"


def test_only_the_newest_are_listed():
    first = next(row for row in september(("lv",)) if row.key.startswith(f"{KICKOFF}>feed"))
    rows = tuple(
        replace(first, key=f"c/m{n}>feed:lv", entry=f"c/m{n}", published=first.published + dt.timedelta(hours=n))
        for n in range(NEWEST + 7)
    )
    items = json.loads(made(rows)["lv/feed.json"])["items"]
    assert len(items) == NEWEST
    assert items[0]["id"].endswith(f"c/m{NEWEST + 6}:lv")


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml", "feed.json"])
def test_control_characters_cost_no_feed(name):
    text = "glāžšķūņu\x00 rūķīši\x0b\x1f \ud800\uffff"
    built = made(kickoff_as(title=text, text=text, html="", footer=text))
    assert "glāžšķūņu rūķīši" in built[f"lv/{name}"].decode()


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", ""]
)
def test_a_link_nobody_should_open_gives_way_to_the_site(link):
    entries = feedparser.parse(made(kickoff_as(link=link))["lv/feed.xml"]).entries
    assert [entry.link for entry in entries if KICKOFF in entry.id] == [f"{SITE.base_url}/lv/"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "]]>", "a & b < c", "{{ 7*7 }} {% raw %} ${x}"])
def test_text_is_text(text):
    entry = next(
        item
        for item in json.loads(made(kickoff_as(text=text, html=""))["lv/feed.json"])["items"]
        if KICKOFF in item["id"]
    )
    told = etree.HTML(entry["content_html"]).xpath("string(//p[2])")
    assert told == text
    assert feedparser.parse(made(kickoff_as(text=text, html=""))["lv/feed.xml"]).bozo == 0


def test_the_picture_is_described_in_the_content():
    item = json.loads(made()["lv/feed.json"])["items"][1]
    assert etree.HTML(item["content_html"]).xpath("//img/@alt") == [item["attachments"][0]["title"]]


def test_media_content_names_the_same_picture_as_the_enclosure():
    feed = etree.fromstring(made()["en/feed.xml"])
    media = feed.xpath("//m:content", namespaces={"m": "http://search.yahoo.com/mrss/"})
    assert [(one.get("url"), one.get("fileSize")) for one in media] == [
        (one.get("url"), one.get("length")) for one in feed.xpath("//enclosure")
    ]


def test_json_feed_says_what_it_is():
    content = json.loads(made()["lv/events/feed.json"])
    assert content["version"] == "https://jsonfeed.org/version/1.1"
    assert content["feed_url"] == f"{SITE.base_url}/lv/events/feed.json"
    assert {item["language"] for item in content["items"]} == {"lv"}
    assert len(content["items"]) == 4


def test_the_index_lists_every_rss_feed_once():
    addresses = etree.fromstring(made()["feeds.opml"]).xpath("//outline/@xmlUrl")
    assert sorted(addresses) == sorted(f"{SITE.base_url}/{path}" for path in made() if path.endswith("feed.xml"))


def test_a_feed_is_there_before_its_first_item():
    made = feeds((), SITE, size)
    assert {"lv/feed.xml", "en/atom.xml", "ru/feed.json"} <= set(made)
    assert feedparser.parse(made["lv/feed.xml"]).bozo == 0


def test_without_an_account_there_are_no_feeds():
    assert feeds((), make_site({"site": "site"}), size) == {}


def test_a_topic_in_any_script_has_an_address():
    paths = made(kickoff_as(topics=("Vardarbība ģimenē", "Насилие")))
    assert "lv/topics/vardarbiba-gimene/feed.xml" in paths
    assert len([path for path in paths if path.startswith("ru/topics/t-")]) == 3
