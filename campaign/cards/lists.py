"""Lists on a card: check lists, contacts, and the lines of a calendar."""

from collections.abc import Iterator, Sequence

from campaign.cards.desk import Block, Desk, Look, paragraph, strikes
from campaign.cards.fields import Contact, Entry, status_words, time_words
from campaign.cards.flaws import OVERFLOW, Flaw
from campaign.cards.month import CALLED_OFF, mark
from campaign.cards.templates import Agenda, Contacts, ListLayer
from campaign.cards.tree import Area, Box, Line, moved, stroke
from campaign.language import date_text, phrase

_FAR = 100_000
_STEP = 2
"""Sizes are tried in these steps, so that neighbouring cards look alike."""


def sizes_of(look: Look) -> range:
    """From the largest size down to the smallest."""
    return range(look.largest, look.smallest - 1, -_STEP)


def spread(blocks: Sequence[Block], height: int, least: int, most: int) -> Block | None:
    """Blocks below each other, with the free height between them as far as `most`; None when they do not fit."""
    gaps = len(blocks) - 1
    free = height - sum(block.height for block in blocks)
    if free < gaps * least:
        return None
    gap = min(most, free // gaps) if gaps else 0
    boxes: list[Box] = []
    top = 0
    for block in blocks:
        boxes += block.at(0, top)
        top += block.height + gap
    flaws = tuple(flaw for block in blocks for flaw in block.flaws)
    return Block(max(0, top - gap), tuple(boxes), flaws)


def check_list(layer: ListLayer, desk: Desk, width: int, height: int) -> Block:
    """Every text of the field at one size, the largest that lets all of them fit."""
    look = desk.look(layer.style, layer.size, layer.colour)
    texts: tuple[str, ...] = desk.words.values[layer.of]
    for size in sizes_of(look):
        rows = [_item(layer, desk, look.sized(size), text, number, width) for number, text in enumerate(texts, 1)]
        block = spread(rows, height, round(size * 0.75), round(size * 1.2))
        if block:
            return block
    return Block(flaws=(too_many(layer.of, len(texts)),))


def _item(layer: ListLayer, desk: Desk, look: Look, text: str, number: int, width: int) -> Block:
    indent = round(look.largest * 1.75)
    block = paragraph(desk, text, look, (width - indent, _FAR), 6, pattern=layer.of)
    marks = _check(desk, layer, look) if layer.mark == "check" else _numeral(desk, layer, look, number)
    return Block(block.height, (*marks, *block.at(indent, 0)), block.flaws)


def _check(desk: Desk, layer: ListLayer, look: Look) -> tuple[Box, ...]:
    """A check mark on a disc, centred on the capitals of the first line."""
    side = round(look.largest * 1.16)
    top = round(look.cap * look.largest / 2 - side / 2)
    points = ((side * 0.28, side * 0.53), (side * 0.44, side * 0.68), (side * 0.73, side * 0.35))
    disc = Area(0, top, side, side, desk.colour(layer.mark_colour), side // 2)
    return disc, stroke(points, side / 9, desk.colour("paper"), top)


def _numeral(desk: Desk, layer: ListLayer, look: Look, number: int) -> tuple[Box, ...]:
    line = desk.line(f"{number}.", desk.look("strong", (look.largest, look.largest), layer.mark_colour), look.largest)
    return (moved(line, 0, round(look.cap * look.largest)),)


def too_many(field: str, count: int) -> Flaw:
    """All of it does not fit at the smallest size."""
    return Flaw(
        OVERFLOW, f"“{field}” does not fit the card: {count} lines", "shorten the longest or leave one out", field
    )


# ---------------------------------------------------------------- contacts


def contacts(layer: Contacts, desk: Desk, width: int, height: int) -> Block:
    """Names and numbers in rows of one or two columns, each below a thin line."""
    name, phone = desk.look(layer.style, layer.size, layer.colour), desk.look(layer.phone)
    people: tuple[Contact, ...] = desk.words.values[layer.of]
    gutter = round(width * 0.06) if layer.columns == 2 else 0
    column = (width - gutter) // layer.columns
    for size in sizes_of(phone):
        share = (size - phone.smallest) / max(1, phone.largest - phone.smallest)
        names = name.sized(round(name.smallest + share * (name.largest - name.smallest)))
        cells = [_contact(desk, person, names, phone.sized(size), column, layer.of) for person in people]
        rows = [_row(cells[at : at + layer.columns], column + gutter) for at in range(0, len(cells), layer.columns)]
        block = spread(rows, height, round(size * 0.6), round(size * 0.95))
        if block:
            return block
    return Block(flaws=(too_many(layer.of, len(people)),))


def _contact(desk: Desk, person: Contact, name: Look, phone: Look, width: int, field: str) -> Block:
    """The rule, the name below it, the number below that."""
    who = paragraph(desk, person.name, name, (width, _FAR), 3, pattern=field)
    number = paragraph(desk, person.phone, phone, (width, _FAR), 1, pattern=field)
    top = round(name.largest * 0.8)
    below = top + who.height + round(phone.largest * 0.5)
    rule = Area(0, 0, width, 2, desk.colour("line"))
    boxes = (rule, *who.at(0, top), *number.at(0, below))
    return Block(below + number.height, boxes, (*who.flaws, *number.flaws))


def _row(cells: Sequence[Block], pitch: int) -> Block:
    boxes = tuple(box for place, cell in enumerate(cells) for box in cell.at(place * pitch, 0))
    return Block(max(cell.height for cell in cells), boxes, tuple(flaw for cell in cells for flaw in cell.flaws))


# ---------------------------------------------------------------- agenda


def agenda(layer: Agenda, desk: Desk, width: int, height: int) -> Block:
    """Every entry, smaller if need be; at the smallest size as many as fit, and the others counted in words."""
    entries: tuple[Entry, ...] = desk.words.values[layer.of]
    look = desk.look(layer.style, layer.size, layer.colour)
    if not entries:
        text = phrase("no_events", desk.words.language)
        return paragraph(desk, text, look, (width, height), 3, pattern=layer.of)
    for size in sizes_of(look):
        block = spread(_rows(desk, look.sized(size), entries, width), height, *_agenda_gaps(size))
        if block:
            return block
    return _shortened(layer, desk, look.sized(look.smallest), width, height)


def _shortened(layer: Agenda, desk: Desk, look: Look, width: int, height: int) -> Block:
    entries: tuple[Entry, ...] = desk.words.values[layer.of]
    rows = _rows(desk, look, entries, width)
    for shown in range(len(entries) - 1, 0, -1):
        text = phrase("more_events", desk.words.language, n=len(entries) - shown)
        more = paragraph(desk, text, desk.look("strong").sized(look.smallest), (width, _FAR), 2)
        indented = Block(more.height, more.at(_day_column(desk, look, entries)[1], 0))
        block = spread([*rows[:shown], indented], height, *_agenda_gaps(look.smallest))
        if block:
            return block
    return Block(flaws=(too_many(layer.of, len(entries)),))


def _agenda_gaps(size: int) -> tuple[int, int]:
    return round(size * 0.5), round(size * 1.0)


def _rows(desk: Desk, look: Look, entries: tuple[Entry, ...], width: int) -> list[Block]:
    columns = _day_column(desk, look, entries)
    return [_entry(desk, look, entry, columns, width) for entry in entries]


def _day_column(desk: Desk, look: Look, entries: tuple[Entry, ...]) -> tuple[int, int]:
    """Where the number of the day ends, and where the title begins."""
    strong = desk.look("strong").sized(look.largest)
    widest = max(desk.width(_day(entry, desk), strong, look.largest) for entry in entries)
    ends = round(look.largest * 1.2) + widest
    return ends, ends + round(look.largest * 0.5)


def _day(entry: Entry, desk: Desk) -> str:
    return f"{entry.date.day}." if desk.words.language == "lv" else str(entry.date.day)


def _entry(desk: Desk, look: Look, entry: Entry, columns: tuple[int, int], width: int) -> Block:
    """Mark, day and title; time, span and what became of it follow the title or stand below it."""
    ends, begins = columns
    strong = desk.look("strong").sized(look.largest)
    called_off = entry.status in CALLED_OFF
    title = paragraph(desk, entry.title, look, (width - begins, _FAR), 3, pattern="entries")
    top = round(look.cap * look.largest)
    day = desk.line(_day(entry, desk), strong, look.largest)
    side = round(look.largest * 0.78)
    mark_boxes = (moved(box, 0, (top - side) // 2) for box in mark(desk, entry, side))
    lines = [box for box in title.boxes if isinstance(box, Line)]
    boxes = (*mark_boxes, moved(day, ends - day.width, top), *title.at(begins, 0))
    if called_off:
        boxes = (*boxes, *(moved(box, begins, 0) for box in strikes(lines)))
    return _with_remarks(desk, look, entry, Block(title.height, boxes, title.flaws, title.last_width), (begins, width))


def _with_remarks(desk: Desk, look: Look, entry: Entry, row: Block, span: tuple[int, int]) -> Block:
    begins, width = span
    x, y, boxes = begins + row.last_width, row.height, list(row.boxes)
    space = round(look.largest * 0.4)
    for text, style, colour in _remarks(entry, desk):
        line = desk.line(text, desk.look(style, None, colour), look.largest)
        if x + space + line.width > width:
            x, y = begins - space, y + look.step(look.largest)
        boxes.append(moved(line, x + space, y))
        x += space + line.width
    return Block(y, tuple(boxes), row.flaws, x - begins)


def _remarks(entry: Entry, desk: Desk) -> Iterator[tuple[str, str, str]]:
    """(words, style, colour) of what is said beside the title."""
    language = desk.words.language
    if entry.is_span:
        yield f"→ {date_text('day_short', entry.last, language)}", "body", "slate"
    if entry.status:
        words = status_words(entry.status, language)
        yield from ((words, "strong", "clay") for _ in [0] if words)
    if entry.time and entry.status not in CALLED_OFF:
        yield time_words(entry, language), "body", "slate"
