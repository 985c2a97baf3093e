"""A template and its words become a tree of boxes: pure, without pixels, every gate that needs none included."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from campaign.cards.alt import alt_flaws, alt_text
from campaign.cards.desk import Block, Desk
from campaign.cards.flaws import LEGIBLE, Flaw
from campaign.cards.flow import flow, needed_by
from campaign.cards.layers import Code, Dots, Fill, Gradient, ImageLayer, Logo, Rings, Scrim, Stack
from campaign.cards.templates import Design
from campaign.cards.tree import Area, Box, Emblem, Line, Photo, Shade, Sheet, Veil
from campaign.cards.tree import Code as CodeBox


def lay_out(desk: Desk, design: Design, alt: tuple[str, ...]) -> tuple[Sheet, tuple[Flaw, ...]]:
    """The sheet, and everything that forbids drawing it."""
    blocks = [_layer(desk.on(layer.tone), layer) if _applies(desk, layer) else Block() for layer in design.layers]
    boxes = tuple(chain.from_iterable(block.boxes for block in blocks))
    shared = sum(len(block.boxes) for block in blocks[: design.shared])
    rest = sum(block.rest for block in blocks)
    sheet = Sheet(*design.size.pixels, boxes, alt_text(desk, alt), shared, rest)
    flaws = (*chain.from_iterable(block.flaws for block in blocks), *_too_small(desk, boxes), *alt_flaws(sheet))
    return sheet, tuple(dict.fromkeys(flaws))


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
        (values.get(name) not in (None, "", (), False)) is wanted
        if isinstance(wanted, bool)
        else values.get(name) in wanted
        for name, wanted in layer.when.items()
    )


# ---------------------------------------------------------------- layers with a place of their own


def _layer(desk: Desk, layer: Any) -> Block:
    _, _, width, height = layer.box
    match layer:
        case Stack():
            return _placed(_stack(desk, layer, width, height), layer)
        case Fill() | Gradient() | Rings() | ImageLayer() | Scrim() | Logo() | Dots() | Code():
            return Block(height, tuple(_shapes(desk, layer)))
        case _:
            return _placed(flow(desk, layer, width, height), layer)


def _shapes(desk: Desk, layer: Any) -> Iterator[Box]:
    """Layers that fill their box whatever the words are."""
    match layer:
        case Fill():
            yield Area(*layer.area, desk.colour(layer.colour), layer.radius, layer.border)
        case Gradient():
            first, last = (desk.colour(name) for name in layer.colours)
            yield Shade(*layer.area, first, last, layer.angle)
        case Scrim():
            first, last = (desk.colour(name) for name in layer.colours)
            yield Veil(*layer.area, first, last, layer.angle)
        case Rings():
            yield from _rings(desk, layer)
        case Logo():
            yield Emblem(*layer.area, desk.colour(layer.tint) if layer.tint else None)
        case ImageLayer():
            yield from _photo(desk, layer)
        case Dots():
            yield from _dots(desk, layer)
        case Code():
            yield from _code(desk, layer)


def _rings(desk: Desk, layer: Rings) -> Iterator[Area]:
    """The same distance between all of them."""
    x, y, width, _ = layer.area
    colour = desk.colour(layer.colour)
    for number in range(layer.count if colour[3] else 0):
        inset = round(number * width / 2 / layer.count)
        side = width - 2 * inset
        yield Area(x + inset, y + inset, side, side, colour, side // 2, layer.border)


def _photo(desk: Desk, layer: ImageLayer) -> Iterator[Photo]:
    photo = desk.words.values.get(layer.of)
    if photo:
        yield Photo(*layer.area, photo.file, photo.digest, photo.focus)


def _dots(desk: Desk, layer: Dots) -> Iterator[Area]:
    """The page shown is a long dot, the others are round and paler."""
    x, y, _, height = layer.area
    shown, count = desk.words.values.get(layer.page), desk.words.values.get(layer.pages) or 0
    for page in range(1, count + 1 if count > 1 else 0):
        width = height * 3 if page == shown else height
        tint = layer.colour if page == shown else f"{layer.colour}@.35"
        yield Area(x, y, width, height, desk.colour(tint), height // 2)
        x += width + height


def _code(desk: Desk, layer: Code) -> Iterator[CodeBox]:
    x, y, width, height = layer.area
    address = desk.words.values.get(layer.of)
    if address:
        yield CodeBox(x, y, min(width, height), address, desk.on("light").colour("text"))


def _placed(block: Block, layer: Any) -> Block:
    x, y, _, height = layer.box
    share = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[layer.anchor]
    return replace(block, boxes=block.at(x, y + round((height - block.height) * share)))


# ---------------------------------------------------------------- stacks


def _stack(desk: Desk, stack: Stack, width: int, height: int) -> Block:
    """Items in order; each may take what the later ones do not need at their smallest."""
    items = [(item, desk.on(item.tone)) for item in stack.items if _applies(desk, item)]
    needs = [(item, on, needed_by(on, item, width)) for item, on in items]
    needs = [(item, on, need) for item, on, need in needs if need]
    blocks: list[Block] = []
    top = 0
    for place, (item, on, _) in enumerate(needs):
        top += desk.gap(item.gap) if place else 0
        later = sum(need + desk.gap(one.gap) for one, _, need in needs[place + 1 :])
        block = flow(on, item, width, height - top - later)
        blocks.append(replace(block, boxes=block.at(0, top)))
        top += block.height
    boxes = tuple(chain.from_iterable(block.boxes for block in blocks))
    flaws = tuple(chain.from_iterable(block.flaws for block in blocks))
    return Block(top, boxes, flaws, rest=sum(block.rest for block in blocks))
