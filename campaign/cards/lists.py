"""Lists on a card: check lists and contacts, at the largest size that lets all of it fit."""

from collections.abc import Callable, Iterable, Sequence

from campaign.cards.desk import FAR, Block, Desk, Look, paragraph
from campaign.cards.fields import Contact
from campaign.cards.flaws import OVERFLOW, Flaw
from campaign.cards.layers import Contacts, ListLayer
from campaign.cards.tree import Area, Box, moved, stroke

_CLOSE = 0.75
"""The least distance of two texts of a list, in text sizes."""
_STEP = 2
"""Sizes are tried in these steps, so that neighbouring cards look alike."""


def sizes_of(look: Look) -> range:
    """From the largest size down to the smallest."""
    return range(look.largest, look.smallest - 1, -_STEP)


def largest_that_fits(sizes: Iterable[int], at: Callable[[int], Block | None], otherwise: Flaw) -> Block:
    """The first size at which everything fits and nothing is wrong; else what is wrong at the last."""
    block: Block | None = None
    for size in sizes:
        block = at(size)
        if block and not block.flaws:
            return block
    return block or Block(flaws=(otherwise,))


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


def _least(blocks: Sequence[Block], gap: int) -> int:
    """The height of blocks below each other as close as they may stand."""
    return sum(block.height for block in blocks) + gap * (len(blocks) - 1)


def check_list(layer: ListLayer, desk: Desk, width: int, height: int) -> Block:
    """Every text of the field at one size, the largest that lets all of them fit."""
    look = desk.look(layer.style, layer.size, layer.colour)
    texts: tuple[str, ...] = desk.words.values[layer.of]

    def at(size: int) -> Block | None:
        rows = [_item(layer, desk, look.sized(size), text, number, width) for number, text in enumerate(texts, 1)]
        return spread(rows, height, round(size * _CLOSE), round(size * 1.2))

    return largest_that_fits(sizes_of(look), at, too_many(layer.of, len(texts)))


def least_of_list(layer: ListLayer, desk: Desk, width: int) -> int:
    """The height all texts take at the smallest size; 0 when there are none."""
    look = desk.look(layer.style, layer.size, layer.colour)
    small = look.sized(look.smallest)
    rows = [
        _item(layer, desk, small, text, number, width) for number, text in enumerate(desk.words.values[layer.of], 1)
    ]
    return _least(rows, round(look.smallest * _CLOSE)) + 2 if rows else 0


def _item(layer: ListLayer, desk: Desk, look: Look, text: str, number: int, width: int) -> Block:
    indent = round(look.largest * 1.75)
    block = paragraph(desk, text, look, (width - indent, FAR), 6, pattern=layer.of)
    marks = _check(desk, layer, look) if layer.mark == "check" else _numeral(desk, layer, look, number)
    return Block(block.height, (*marks, *block.at(indent, 0)), block.flaws)


def _check(desk: Desk, layer: ListLayer, look: Look) -> tuple[Box, ...]:
    """A check mark on a disc, centred on the capitals of the first line."""
    side = round(look.largest * 1.16)
    top = round(look.cap * look.largest / 2 - side / 2)
    points = ((side * 0.28, side * 0.53), (side * 0.44, side * 0.68), (side * 0.73, side * 0.35))
    disc = Area(0, top, side, side, desk.colour(layer.mark_colour), side // 2)
    return disc, stroke(points, side / 9, desk.colour("ground"), top)


def _numeral(desk: Desk, layer: ListLayer, look: Look, number: int) -> tuple[Box, ...]:
    line = desk.line(f"{number}.", desk.look("strong", (look.largest, look.largest), layer.mark_colour), look.largest)
    return (moved(line, 0, round(look.cap * look.largest)),)


def too_many(field: str, count: int) -> Flaw:
    """All of it does not fit at the smallest size."""
    return Flaw(
        OVERFLOW, f"“{field}” does not fit the card: {count} lines", "shorten the longest or leave one out", field
    )


# ---------------------------------------------------------------- contacts

_APART = 0.6
"""The least distance of two rows of contacts, in sizes of the number."""


def contacts(layer: Contacts, desk: Desk, width: int, height: int) -> Block:
    """Names and numbers in rows of one or two columns, each below a thin line."""

    def at(size: int) -> Block | None:
        return spread(_rows(layer, desk, width, size), height, round(size * _APART), round(size * 0.95))

    phone = desk.look(layer.phone)
    return largest_that_fits(sizes_of(phone), at, too_many(layer.of, len(desk.words.values[layer.of])))


def least_of_contacts(layer: Contacts, desk: Desk, width: int) -> int:
    """The height all contacts take at the smallest size; 0 when there are none."""
    size = desk.look(layer.phone).smallest
    rows = _rows(layer, desk, width, size)
    return _least(rows, round(size * _APART)) + 2 if rows else 0


def _rows(layer: Contacts, desk: Desk, width: int, size: int) -> list[Block]:
    """Numbers at a size, the names in proportion."""
    name, phone = desk.look(layer.style, layer.size, layer.colour), desk.look(layer.phone)
    gutter = round(width * 0.06) if layer.columns == 2 else 0
    column = (width - gutter) // layer.columns
    share = (size - phone.smallest) / max(1, phone.largest - phone.smallest)
    names = name.sized(round(name.smallest + share * (name.largest - name.smallest)))
    people: tuple[Contact, ...] = desk.words.values[layer.of]
    cells = [_contact(desk, person, names, phone.sized(size), column, layer.of) for person in people]
    starts = range(0, len(cells), layer.columns)
    return [_row(cells[start : start + layer.columns], column + gutter) for start in starts]


def _contact(desk: Desk, person: Contact, name: Look, phone: Look, width: int, field: str) -> Block:
    """The rule, the name below it, the number below that."""
    who = paragraph(desk, person.name, name, (width, FAR), 3, pattern=field)
    number = paragraph(desk, person.phone, phone, (width, FAR), 1, pattern=field)
    top = round(name.largest * 0.8)
    below = top + who.height + round(phone.largest * 0.5)
    rule = Area(0, 0, width, 2, desk.colour("rule"))
    boxes = (rule, *who.at(0, top), *number.at(0, below))
    return Block(below + number.height, boxes, (*who.flaws, *number.flaws))


def _row(cells: Sequence[Block], pitch: int) -> Block:
    boxes = tuple(box for place, cell in enumerate(cells) for box in cell.at(place * pitch, 0))
    return Block(max(cell.height for cell in cells), boxes, tuple(flaw for cell in cells for flaw in cell.flaws))
