"""The month: its days, what marks them, and the list beside it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.cards.tree import Area, Line, Stroke
from campaign.language import weekday_names
from tests.cards.cases import card, drawn, flaws_of, studio

DIGITS = {str(day) for day in range(1, 32)}


def month(entries=(), year=2023, number=9, size="feed", language="lv"):
    return card("month-calendar", {"entries": list(entries), "year": year, "month": number}, size, language)


def entry(date, title="Glāžšķūņu rūķīšu diena", **more):
    return {"date": date, "title": title, "kind": "event", **more}


def boxes(one, kind):
    return [box for box in studio().sheet(one)[0].boxes if isinstance(box, kind)]


def grid(one):
    """Day → the line that names it; the list's own numbers are further left or below."""
    days = [line for line in boxes(one, Line) if line.text in DIGITS]
    return {int(line.text): line for line in reversed(days)}


def middle(line):
    return line.x + line.width / 2


def marks(one, day):
    """The areas on whose middle a day's number stands."""
    line = grid(one)[day]
    x, y = middle(line), line.y - line.size / 3
    return [
        area
        for area in boxes(one, Area)
        if abs(area.x + area.width / 2 - x) < 4 and abs(area.y + area.height / 2 - y) < 6 and area.width < 100
    ]


def texts(one):
    return [line.text for line in boxes(one, Line)]


@pytest.mark.parametrize(("day", "weekday"), [(1, 4), (18, 0), (29, 4), (30, 5)])
def test_september_2023_stands_under_the_right_weekdays(day, weekday):
    heads = {line.text: line for line in boxes(month(), Line)}
    head = heads[weekday_names("lv", short=True)[weekday]]
    assert middle(grid(month())[day]) == pytest.approx(middle(head), abs=2)


def test_september_2023_has_thirty_days_in_five_rows():
    days = grid(month())
    assert set(days) == set(range(1, 31))
    assert len({line.y for line in days.values()}) == 5


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)))
def test_every_month_has_all_its_days_below_their_weekday(day):
    days = grid(month(year=day.year, number=day.month))
    assert day.day in days
    assert [number for number, line in sorted(days.items(), key=lambda item: (item[1].y, item[1].x))] == sorted(days)


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_weeks_begin_on_monday_in_every_language(language):
    names = weekday_names(language, short=True)
    heads = sorted((line.x, line.text) for line in boxes(month(language=language), Line) if line.text in names)
    assert [text for _, text in heads] == list(names)


def test_events_and_observances_differ_in_shape():
    one = month([entry("2023-09-12"), entry("2023-09-21", kind="observance")])
    event, observance = marks(one, 12)[0], marks(one, 21)[0]
    assert (event.border, observance.border > 0) == (0, True)
    assert event.radius < event.width // 2 == pytest.approx(observance.radius, abs=1)


def test_a_day_with_both_carries_both_marks():
    one = month([entry("2023-09-18", kind="observance"), entry("2023-09-18")])
    (plate,) = marks(one, 18)
    small = [
        area
        for area in boxes(one, Area)
        if area.y == plate.y + area.x - plate.x and area.x < plate.x < area.x + area.width
    ]
    assert plate.border == 0
    assert [area.border > 0 for area in small] == [False, True]


def test_a_cancelled_event_is_an_empty_plate_with_its_number_struck():
    one = month([entry("2023-09-29", status="cancelled")])
    number = grid(one)[29]
    struck = [box for box in boxes(one, Stroke) if box.x == number.x]
    assert marks(one, 29)[0].border > 0
    assert len(struck) == 1


def test_of_several_events_on_a_day_one_that_takes_place_is_shown():
    one = month([entry("2023-09-29", status="cancelled"), entry("2023-09-29", "Cits notikums")])
    assert marks(one, 29)[0].border == 0
    assert not [box for box in boxes(one, Stroke) if box.x == grid(one)[29].x]


def test_an_event_not_yet_confirmed_is_a_frame_and_says_so():
    one = month([entry("2023-09-29", status="tentative")])
    assert marks(one, 29)[0].border > 0
    assert not boxes(one, Stroke)
    assert "Vēl nav apstiprināts" in texts(one)


def test_the_marks_of_the_list_are_those_of_the_grid():
    for kind, status in (("event", ""), ("event", "cancelled"), ("observance", "")):
        one = month([entry("2023-09-29", kind=kind, status=status)])
        in_grid, in_list = (area for area in boxes(one, Area) if area.width == area.height and area.width < 100)
        assert (in_grid.colour, in_grid.border > 0) == (in_list.colour, in_list.border > 0)
        assert in_grid.radius / in_grid.width == pytest.approx(in_list.radius / in_list.width, abs=0.05)


def test_two_spans_in_one_week_are_both_drawn():
    spans = [entry("2023-09-04", ends="2023-09-06", kind="observance"), entry("2023-09-08", ends="2023-09-10")]
    bands = [area for area in boxes(month(spans), Area) if 100 < area.width < 930 and 20 < area.height < 100]
    assert len(bands) == 2
    assert bands[0].x + bands[0].width < bands[1].x


def test_a_moved_event_has_a_dot_at_its_corner():
    moved = boxes(month([entry("2023-09-27", status="moved")]), Area)
    plain = boxes(month([entry("2023-09-27")]), Area)
    assert len(moved) == len(plain) + 4  # a dot and its rim, in the grid and in the list


def test_the_list_says_what_became_of_an_event():
    one = month(
        [entry("2023-09-27", status="moved", time="13:00"), entry("2023-09-29", status="cancelled", time="11:00")]
    )
    assert {"Pārcelts", "Atcelts", "13.00"} <= set(texts(one))
    assert "11.00" not in texts(one)


def test_a_cancelled_title_is_struck_through():
    one = month([entry("2023-09-29", "Izstādes atklāšana", status="cancelled")])
    title = next(line for line in boxes(one, Line) if line.text == "Izstādes atklāšana")
    assert [box.points[-1][0] for box in boxes(one, Stroke) if box.x == title.x] == [title.width]


def test_a_span_is_a_band_in_each_of_its_weeks():
    one = month([entry("2023-09-18", kind="observance", ends="2023-10-18")])
    days = grid(one)
    bands = [area for area in boxes(one, Area) if 300 < area.width < 930 and area.height < 100]
    assert [(round(band.x + band.height / 2), round(band.x + band.width - band.height / 2)) for band in bands]
    assert len(bands) == 2
    assert bands[0].x < days[18].x < days[24].x < bands[0].x + bands[0].width
    assert bands[1].x < days[25].x < days[30].x < bands[1].x + bands[1].width
    assert "→ 18. okt." in texts(one)


def test_a_span_from_the_month_before_says_both_its_days():
    one = month([entry("2023-09-18", kind="observance", ends="2023-10-18")], number=10)
    assert "18. sept. – 18. okt." in texts(one)
    assert "18." not in texts(one)


@pytest.mark.parametrize(
    ("time", "shown"), [("10:00", "10.00"), ("plkst. 10.00–12.00", "10.00–12.00"), ("visu dienu", "visu dienu")]
)
def test_the_list_shows_the_bare_time(time, shown):
    assert shown in texts(month([entry("2023-09-12", time=time)]))


def test_an_empty_month_says_so():
    assert "Šajā laikā notikumu nav." in texts(month())


def test_the_sample_month_shows_all_fifteen_entries_on_the_tall_card():
    one = card("month-calendar", None, "feed")
    assert not [text for text in texts(one) if text.startswith("un vēl")]
    assert "Starptautiskā tulkošanas diena" in texts(one)


@pytest.mark.parametrize(("count", "size"), [(25, "og"), (40, "feed"), (31, "og")])
def test_what_does_not_fit_is_counted_and_its_days_stay_marked(count, size):
    entries = [entry(f"2023-09-{day % 30 + 1:02}", f"Rūķīšu diena Nr. {day}") for day in range(count)]
    one = month(sorted(entries, key=lambda item: item["date"]), size=size)
    shown = sum(text.startswith("Rūķīšu diena") for text in texts(one))
    counted = next(text for text in texts(one) if text.startswith("un vēl"))
    assert shown + int(counted.split()[2]) == count
    assert marks(one, 20)


def test_long_titles_take_two_lines_and_stay_in_the_box():
    long = "Starptautiskā informācijas vispārējās pieejamības un glāžšķūņu rūķīšu diena Latvijā"
    one = month([entry("2023-09-28", long)], size="og")
    assert flaws_of(one) == []
    assert all(line.x + line.width <= 1140 for line in boxes(one, Line))


@pytest.mark.parametrize("values", [{"month": 13}, {"month": 0}, {"year": 23}, {"year": "divi"}])
def test_a_month_that_does_not_exist_is_told(values):
    assert flaws_of(card("month-calendar", values)) == ["CRD02"]


def test_the_alternative_text_lists_the_month():
    alt = drawn(card("month-calendar")).alt
    assert "12. sept. – Seminārs sociālajiem darbiniekiem, 10.00" in alt
    assert "29. sept. – Atcelts, Izstādes atklāšana" in alt
    assert "18. sept. – 18. okt. – Mēnesis pret cilvēku tirdzniecību" in alt
