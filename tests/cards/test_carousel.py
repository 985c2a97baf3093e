"""Several pictures of one post: every entry on exactly one of them, the chosen cards always, help last."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.cards.tree import Area, Line
from tests.cards.cases import card, studio

HELP = card("help", {"title": "Kur zvanīt?"}, "feed")


def month(count, size="feed"):
    entries = [
        {"date": f"2023-09-{number * 30 // count + 1:02}", "title": f"Rūķīšu diena Nr. {number}"}
        for number in range(count)
    ]
    return card("month-calendar", {"entries": entries}, size)


def shown(laid):
    """The numbers of the entries that a page shows."""
    texts = (box.text for box in boxes(laid, Line))
    return [int(text.rsplit(" ", 1)[1]) for text in texts if text.startswith("Rūķīšu diena Nr.")]


def boxes(laid, kind):
    return [box for box in studio().sheet(source(laid))[0].boxes if isinstance(box, kind)]


def source(laid):
    """The card of a page."""
    assert laid.picture, laid.flaws
    return laid.picture.source


def templates(pages):
    return [source(page).template for page in pages]


def dots(laid):
    """Which of the page dots is the long one, and how many there are."""
    found = [area for area in boxes(laid, Area) if 8 <= area.height <= 16 and area.radius == area.height // 2]
    found = [area for area in found if area.width in (area.height, 3 * area.height)]
    return [area.width > area.height for area in found]


@pytest.mark.parametrize("size", ["og", "feed", "square", "story"])
@pytest.mark.parametrize("count", [40, 75])
def test_every_entry_of_a_long_month_is_on_exactly_one_page(count, size):
    pages = studio().pictures([month(count, size)], None, 30)
    assert len(pages) > 1
    assert [number for page in pages for number in shown(page)] == list(range(count))
    assert pages[-1].rest == 0


def test_further_pages_are_lists_and_help_comes_last():
    pages = studio().pictures([month(40)], HELP, 10)
    assert templates(pages) == ["month-calendar", *["month-list"] * (len(pages) - 2), "help"]
    assert len(pages) >= 3


def test_each_page_shows_which_it_is():
    pages = studio().pictures([month(40)], HELP, 10)
    found = [dots(page) for page in pages[:-1]]
    assert found == [[page == shown for shown in range(len(pages))] for page in range(len(pages) - 1)]


def test_a_page_alone_has_no_dots_and_no_help():
    (only,) = studio().pictures([month(5)], HELP, 10)
    assert dots(only) == []
    assert source(only) == source(studio().picture(month(5)))


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_there_are_never_more_pages_than_allowed_and_the_last_counts_the_rest(most):
    pages = studio().pictures([month(120)], HELP, most)
    assert len(pages) == most
    last = [page for page in pages if source(page).template != "help"][-1]
    counted = next(line.text for line in boxes(last, Line) if line.text.startswith("un vēl"))
    assert sum(len(shown(page)) for page in pages) + int(counted.split()[2]) == 120


def test_no_chosen_card_is_pushed_out_by_further_pages():
    chosen = [month(120), card("quote", None, "feed"), card("fact", None, "feed")]
    pages = studio().pictures(chosen, None, 4)
    assert templates(pages) == ["month-calendar", "month-list", "quote", "fact"]


def test_a_card_that_cannot_be_drawn_stays_in_its_place_with_its_reason():
    chosen = [card("quote", None, "feed"), card("quote", {"quote": "glāžšķūņu rūķīši " * 60}, "feed")]
    first, second = studio().pictures(chosen, None, 4)
    assert first.picture
    assert [flaw.code for flaw in second.flaws] == ["CRD03"]


@settings(max_examples=12)
@given(count=st.integers(1, 90), most=st.integers(1, 10), closing=st.booleans())
def test_whatever_the_month_no_entry_is_shown_twice_and_none_is_lost(count, most, closing):
    pages = studio().pictures([month(count)], HELP if closing else None, most)
    numbers = [number for page in pages for number in shown(page)]
    assert len(pages) <= most
    assert numbers == list(range(len(numbers)))
    assert len(numbers) + min(page.rest for page in pages if source(page).template != "help") == count
