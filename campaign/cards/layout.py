"""A template and its words become a tree of boxes: pure, without pixels, every gate that needs none included."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from campaign.cards.agenda import agenda
from campaign.cards.desk import Block, Desk, needed, paragraph
from campaign.cards.fields import tidy
from campaign.cards.flaws import ALT, LEGIBLE, Flaw
from campaign.cards.lists import check_list, contacts
from campaign.cards.month import month_grid
from campaign.cards.signs import sign
from campaign.cards.templates import (
    Agenda,
    Badge,
    Contacts,
    Design,
    Fill,
    Flowing,
    Gradient,
    ListLayer,
    Logo,
    MonthGrid,
    Rings,
    Rule,
    Stack,
    TextLayer,
)
from campaign.cards.tree import Area, Box, Emblem, Line, Shade, Sheet, moved

ALT_CHARACTERS = 1500
"""The longest alternative text every service takes."""


def lay_out(desk: Desk, design: Design, alt: tuple[str, ...]) -> tuple[Sheet, tuple[Flaw, ...]]:
    """The sheet, and everything that forbids drawing it."""
    blocks = [_layer(desk, layer) for layer in design.layers if _applies(desk, layer)]
    boxes = tuple(chain.from_iterable(block.boxes for block in blocks))
    sheet = Sheet(*design.size, boxes, alt_text(desk, alt))
    flaws = (*chain.from_iterable(block.flaws for block in blocks), *_too_small(desk, boxes), *alt_flaws(sheet.alt))
    return sheet, tuple(dict.fromkeys(flaws))


def alt_text(desk: Desk, patterns: tuple[str, ...]) -> str:
    """The sentences of the alternative text; one without a value is left out."""
    parts = (tidy(desk.words.fill(pattern)) for pattern in patterns)
    return " ".join(part if part[-1] in ".!?…" else f"{part}." for part in parts if part)


def alt_flaws(alt: str) -> tuple[Flaw, ...]:
    """An alternative text must say something and be short enough for every service."""
    if not alt.strip():
        return (Flaw(ALT, "the picture has no alternative text", field="alt"),)
    if len(alt) > ALT_CHARACTERS:
        message = f"the alternative text has {len(alt)} characters, {ALT_CHARACTERS} are allowed"
        return (Flaw(ALT, message, f"shorten it by {len(alt) - ALT_CHARACTERS}", "alt"),)
    return ()


def _too_small(desk: Desk, boxes: tuple[Box, ...]) -> Iterator[Flaw]:
    least = desk.theme.smallest
    for line in boxes:
        if isinstance(line, Line) and line.size < least:
            yield Flaw(
                LEGIBLE, f"“{line.text}” would be {line.size} px small, {least} px is the least", field=line.field
            )


def _applies(desk: Desk, layer: Any) -> bool:
    values = desk.words.values
    return all(
        (bool(values.get(name)) is wanted) if isinstance(wanted, bool) else values.get(name) in wanted
        for name, wanted in layer.when.items()
    )


# ---------------------------------------------------------------- layers with a place of their own


def _layer(desk: Desk, layer: Any) -> Block:
    x, y, width, height = layer.box
    match layer:
        case Fill():
            area = Area(x, y, width, height, desk.colour(layer.colour), layer.radius, layer.border)
            return Block(height, (area,))
        case Gradient():
            first, last = (desk.colour(name) for name in layer.colours)
            return Block(height, (Shade(x, y, width, height, first, last, layer.angle),))
        case Rings():
            return Block(height, tuple(_rings(layer, desk)))
        case Logo():
            tint = desk.colour(layer.tint) if layer.tint else None
            return Block(height, (Emblem(x, y, width, height, tint),))
        case Stack():
            return _placed(_stack(desk, layer, width, height), layer)
        case _:
            return _placed(_flow(desk, layer, width, height), layer)


def _rings(layer: Rings, desk: Desk) -> Iterator[Area]:
    """The same distance between all of them."""
    x, y, width, _ = layer.box
    for number in range(layer.count):
        inset = round(number * width / 2 / layer.count)
        side = width - 2 * inset
        yield Area(x + inset, y + inset, side, side, desk.colour(layer.colour), side // 2, layer.border)


def _placed(block: Block, layer: Any) -> Block:
    x, y, _, height = layer.box
    share = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[layer.anchor]
    return replace(block, boxes=block.at(x, y + round((height - block.height) * share)))


# ---------------------------------------------------------------- stacks


def _stack(desk: Desk, stack: Stack, width: int, height: int) -> Block:
    """Items in order; each may take what the later ones do not need at their smallest."""
    items = [item for item in stack.items if _applies(desk, item)]
    needs = [_need(desk, item, width) for item in items]
    items = [item for item, need in zip(items, needs, strict=True) if need]
    needs = [need for need in needs if need]
    boxes: list[Box] = []
    flaws: list[Flaw] = []
    top = 0
    for place, item in enumerate(items):
        top += item.gap if place else 0
        later = sum(needs[place + 1 :]) + sum(one.gap for one in items[place + 1 :])
        block = _flow(desk, item, width, height - top - later)
        boxes += block.at(0, top)
        flaws += block.flaws
        top += block.height
    return Block(top, tuple(boxes), tuple(flaws))


def _need(desk: Desk, item: Flowing, width: int) -> int:
    """The least height an item can live with; 0 for one that has nothing to say."""
    match item:
        case TextLayer():
            look = desk.look(item.style, item.size)
            text = desk.words.fill(item.text)
            return max(1, needed(desk, text, look, width - _indent(item, look.largest), item.lines)) if text else 0
        case Badge():
            return _badge(item, desk, width, 0).height
        case Rule():
            return item.thickness
        case _:
            return 1


def _flow(desk: Desk, layer: Any, width: int, height: int) -> Block:
    setters: dict[type, Callable[..., Block]] = {
        TextLayer: _text,
        Badge: _badge,
        Rule: _rule,
        ListLayer: check_list,
        Contacts: contacts,
        Agenda: agenda,
        MonthGrid: month_grid,
    }
    return _aligned(setters[type(layer)](layer, desk, width, max(1, height)), layer.align, width)


def _aligned(block: Block, align: str, width: int) -> Block:
    if align == "left":
        return block
    share = 0.5 if align == "centre" else 1.0
    boxes = (moved(box, round((width - box.width) * share), 0) if isinstance(box, Line) else box for box in block.boxes)
    return replace(block, boxes=tuple(boxes))


# ---------------------------------------------------------------- what flows


def _text(layer: TextLayer, desk: Desk, width: int, height: int) -> Block:
    look = desk.look(layer.style, layer.size, layer.colour)
    look = replace(look, struck=layer.struck)
    indent = _indent(layer, look.largest)
    block = paragraph(
        desk, desk.words.fill(layer.text), look, (width - indent, height), layer.lines, pattern=layer.text
    )
    if not layer.icon or not block.boxes:
        return block
    side = round(look.largest * 1.05)
    signs = sign(layer.icon, side, desk.colour("sea"))
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
