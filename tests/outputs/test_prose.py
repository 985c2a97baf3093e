"""Plain words → HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import html

from campaign.outputs import clean, contained, openable, slug
from campaign.outputs.prose import beyond_title, bound, inline, paragraphs
from tests.outputs.published import PHONES

TEXT = some.text(some.characters(blacklist_categories=["Cs", "Cc"]), max_size=80)


def test_blocks_become_paragraphs_and_lines_stay():
    assert paragraphs("Glāžšķūņu\nrūķīši\n\n  čiepj") == "<p>Glāžšķūņu<br>\nrūķīši</p>\n<p>čiepj</p>"


@given(TEXT)
def test_text_reads_back_as_it_was(text):
    assert html.fragment_fromstring(str(inline(text)), create_parent="p").text_content() == text


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Zvaniet +371 28612120.", "tel:+37128612120"),
        ("Briesmās: 112!", "tel:112"),
        ("Lasiet https://kampana.example/lv/, ja vajag.", "https://kampana.example/lv/"),
        ("(https://kampana.example)", "https://kampana.example"),
    ],
)
def test_numbers_and_addresses_can_be_touched(text, link):
    assert html.fragment_fromstring(str(inline(text, PHONES)), create_parent="p").xpath(".//a/@href") == [link]


@pytest.mark.parametrize(
    "text", ["2112", "1125", "+112", "112112", "javascript:alert(1)", "data:text/html,x", "https://"]
)
def test_what_only_looks_like_one_stays_text(text):
    assert "<a" not in inline(text, PHONES)


@pytest.mark.parametrize("text", ["<b>x</b>", '"><script>', "&lt;", "https://a.example/<b>"])
def test_markup_is_shown_not_obeyed(text):
    assert html.fragment_fromstring(str(inline(text)), create_parent="p").text_content() == text


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("Šodien ir diena. Zvaniet.", "Šodien ir diena", "Zvaniet."),
        ("Piedāvā darbu? Pārbaudiet.", "Piedāvā darbu?", "Pārbaudiet."),
        ("Palīdzība ir tuvu.", "Palīdzība", "Palīdzība ir tuvu."),
        ("Mācības", "Mācības", ""),
        ("Cits teksts.", "Virsraksts", "Cits teksts."),
    ],
)
def test_a_title_made_of_the_first_sentence_is_not_said_twice(text, title, rest):
    assert beyond_title(text, title) == rest


def test_times_and_days_stay_on_one_line():
    assert bound("27. septembris, plkst. 13.00–16.00") == ("27.\u00a0septembris, plkst.\u00a013.00\u2060–\u206016.00")


@pytest.mark.parametrize("url", ["https://a.example", "HTTP://a.example/x?y", "mailto:a@b.example"])
def test_readers_may_be_sent_to(url):
    assert openable(url) == url


@pytest.mark.parametrize("url", ["javascript:1", "https:x", "/lv/", "ftp://a.example", "https://a b", "x", "mailto:"])
def test_readers_are_not_sent_to(url):
    assert not openable(url)


@pytest.mark.parametrize("path", ["lv/index.html", "lv/e/a-b/2023-09-05/index.html", "site.0a1b2c3d.css"])
def test_paths_from_keys_are_contained(path):
    assert contained(path)


@pytest.mark.parametrize("path", ["../x", "lv/../x", "/etc/passwd", "lv//x", "a b", "lv/.x", "lv/", "C:\\x", "ā", ""])
def test_no_path_leaves_its_folder(path):
    assert not contained(path)


@given(some.text(min_size=1))
def test_any_topic_gives_one_safe_step(name):
    assert contained(slug(name))
    assert "/" not in slug(name)


@given(some.text())
def test_clean_text_can_be_written_anywhere(text):
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert not {"\x00", "\r", "\x0b", "\x1f", "\x85", "\ufffe"} & set(cleaned)
