"""What takes as much room as its words need: texts, badges, rules, signs, lists, calendars, charts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from campaign.cards.agenda import agenda
from campaign.cards.charts import bar_chart, line_chart
from campaign.cards.desk import Block, Desk, needed, paragraph
from campaign.cards.layers import (
    Agenda,
    Badge,
    BarChart,
    Contacts,
    Flowing,
    Icon,
    LineChart,
    ListLayer,
    MonthGrid,
    Rule,
    TextLayer,
)
from campaign.cards.lists import check_list, contacts, least_of_contacts, least_of_list
from campaign.cards.month import month_grid
from campaign.cards.runs import is_right_to_left
from campaign.cards.signs import sign
from campaign.cards.tree import Area, Line, moved


def flow(desk: Desk, layer: Flowing, width: int, height: int) -> Block:
    """A layer set in a width, within a height; from a corner at 0, 0."""
    return _aligned(_SETTERS[type(layer)](layer, desk, width, max(1, height)), layer.align, width)


def needed_by(desk: Desk, layer: Flowing, width: int) -> int:
    """The least height a layer can live with; 0 for one that has nothing to say."""
    match layer:
        case TextLayer():
            look = desk.look(layer.style, layer.size)
            text = desk.words.fill(layer.text)
            return max(1, needed(desk, text, look, width - _indent(layer, look.largest), layer.lines)) if text else 0
        case Badge():
            return _badge(layer, desk, width, 0).height
        case Rule():
            return layer.thickness
        case Icon():
            return desk.gap(layer.height)
        case ListLayer():
            return least_of_list(layer, desk, width)
        case Contacts():
            return least_of_contacts(layer, desk, width)
        case _:
            return 1


def _aligned(block: Block, align: str, width: int) -> Block:
    """Lines at the left, in the middle or at the right; a right-to-left text starts at the other side."""
    if align == "left" and not any(_is_reversed(box) for box in block.boxes):
        return block
    share = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
    return replace(block, boxes=tuple(_shifted(box, share, width) for box in block.boxes))


def _is_reversed(box: Any) -> bool:
    return isinstance(box, Line) and is_right_to_left(box.text)


def _shifted(box: Any, share: float, width: int) -> Any:
    if not isinstance(box, Line):
        return box
    return moved(box, round((width - box.x - box.width) * (1.0 - share if _is_reversed(box) else share)), 0)


# ---------------------------------------------------------------- texts


def _text(layer: TextLayer, desk: Desk, width: int, height: int) -> Block:
    look = replace(desk.look(layer.style, layer.size, layer.colour), struck=layer.struck)
    indent = _indent(layer, look.largest)
    text = desk.words.fill(layer.text)
    block = paragraph(desk, text, look, (width - indent, height), layer.lines, pattern=layer.text)
    if not layer.icon or not block.boxes:
        return block
    side = round(look.largest * 1.05)
    signs = sign(layer.icon, side, desk.colour("mark"))
    top = round(look.cap * look.largest / 2 - side / 2)
    return replace(block, boxes=(*(moved(box, 0, top) for box in signs), *block.at(indent, 0)))


def _indent(layer: TextLayer, size: int) -> int:
    return round(size * 1.55) if layer.icon else 0


def _badge(layer: Badge, desk: Desk, width: int, _height: int) -> Block:
    look = desk.look(layer.style, layer.size, layer.colour)
    pad, tall = round(look.largest * 0.7), round(look.largest * 1.7)
    text = desk.words.fill(layer.text)
    block = paragraph(desk, text, look.sized(look.largest), (width - 2 * pad, tall), 1, pattern=layer.text)
    if not block.boxes:
        return block
    plate = Area(0, 0, block.last_width + 2 * pad, tall, desk.colour(layer.plate), tall // 2)
    return Block(tall, (plate, *block.at(pad, round((tall - block.height) / 2))), block.flaws)


def _rule(layer: Rule, desk: Desk, _width: int, _height: int) -> Block:
    colour = desk.colour(layer.colour or "accent")
    return Block(layer.thickness, (Area(0, 0, layer.width, layer.thickness, colour, layer.thickness // 2),))


def _icon(layer: Icon, desk: Desk, _width: int, _height: int) -> Block:
    side = desk.gap(layer.height)
    return Block(side, sign(layer.icon, side, desk.colour(layer.colour or "mark")))


_SETTERS: Mapping[type, Callable[..., Block]] = {
    TextLayer: _text,
    Badge: _badge,
    Rule: _rule,
    Icon: _icon,
    ListLayer: check_list,
    Contacts: contacts,
    Agenda: agenda,
    MonthGrid: month_grid,
    BarChart: bar_chart,
    LineChart: line_chart,
}
