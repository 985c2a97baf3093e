"""Small signs beside a text, drawn as shapes so that no font needs to have them."""

import math

from campaign.cards.tree import Area, Box, Colour, stroke


def sign(name: str, side: int, colour: Colour) -> tuple[Box, ...]:
    """A sign in a square of `side` pixels."""
    thickness = max(2.0, side / 11)
    match name:
        case "calendar":
            return _calendar(side, thickness, colour)
        case "pin":
            return _pin(side, thickness, colour)
        case "phone":
            return _phone(side, thickness, colour)
        case "quote":
            return _quote(side, colour)
        case "next":
            return _next(side, thickness, colour)
        case "blank":
            return ()
        case _:
            return _source(side, thickness, colour)


def _calendar(side: int, thickness: float, colour: Colour) -> tuple[Box, ...]:
    frame = Area(
        round(side * 0.06),
        round(side * 0.12),
        round(side * 0.88),
        round(side * 0.82),
        colour,
        side // 7,
        round(thickness),
    )
    head = stroke(((side * 0.1, side * 0.4), (side * 0.9, side * 0.4)), thickness, colour)
    pegs = (stroke(((side * x, side * 0.02), (side * x, side * 0.2)), thickness, colour) for x in (0.3, 0.7))
    return (frame, head, *pegs)


def _pin(side: int, thickness: float, colour: Colour) -> tuple[Box, ...]:
    """A circle that runs out into a point."""
    middle, radius = (side * 0.5, side * 0.4), side * 0.36
    angles = [math.radians(150 + step * 12) for step in range(21)]
    round_part = [(middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)) for angle in angles]
    point = (side * 0.5, side * 0.98)
    dot = round(side * 0.22)
    return (
        stroke((point, *round_part, point), thickness, colour),
        Area(round(middle[0] - dot / 2), round(middle[1] - dot / 2), dot, dot, colour, dot // 2),
    )


def _phone(side: int, thickness: float, colour: Colour) -> tuple[Box, ...]:
    frame = Area(round(side * 0.2), 0, round(side * 0.6), side, colour, side // 7, round(thickness))
    return frame, stroke(((side * 0.42, side * 0.8), (side * 0.58, side * 0.8)), thickness, colour)


def _source(side: int, thickness: float, colour: Colour) -> tuple[Box, ...]:
    """A sheet of paper with lines."""
    frame = Area(round(side * 0.14), 0, round(side * 0.72), side, colour, side // 9, round(thickness))
    lines = (stroke(((side * 0.34, side * y), (side * 0.66, side * y)), thickness, colour) for y in (0.3, 0.5, 0.7))
    return (frame, *lines)


def _quote(side: int, colour: Colour) -> tuple[Box, ...]:
    """Two commas, the same in every language: each a disc with its tail."""
    disc = round(side * 0.34)
    boxes: list[Box] = []
    for left in (0, round(side * 0.5)):
        top = round(side * 0.46)
        boxes.append(Area(left, top, disc, disc, colour, disc // 2))
        middle, rise = left + disc * 0.2, side * 0.1
        curve = [
            (middle + disc * 0.75 * share**2, top + disc * 0.5 - (top + disc * 0.5 - rise) * share)
            for share in (step / 8 for step in range(9))
        ]
        boxes.append(stroke(curve, disc * 0.36, colour))
    return tuple(boxes)


def _next(side: int, thickness: float, colour: Colour) -> tuple[Box, ...]:
    """An arrow to the right: more follows."""
    middle = side * 0.5
    shaft = stroke(((side * 0.08, middle), (side * 0.92, middle)), thickness * 1.2, colour)
    head = stroke(
        ((side * 0.58, side * 0.18), (side * 0.92, middle), (side * 0.58, side * 0.82)), thickness * 1.2, colour
    )
    return shaft, head
