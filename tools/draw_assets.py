"""Draw the sample workspace's own logo and photographs, so that nobody's rights and no person are in them.

    python tools/draw_assets.py [FOLDER]     # default: assets/ of this repository

The logo is a rising sun: awareness. The photographs are still lifes made of shapes, light and grain.
"""

import argparse
import math
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

INK = (10, 92, 99)
FINE = 4
LOGO = (480, 320)
CENTRE = (240, 232)
RINGS = (214, 150)
STROKE = 32
SUN = 92
HORIZON = 290

Colour = tuple[int, int, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent.parent / "assets")
    folder = parser.parse_args().folder
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    (folder / "logo.svg").write_text(logo_svg(), encoding="utf-8")
    logo().save(folder / "logo.png", optimize=True)
    for name, draw in {"library": library, "desk": desk, "harbour": harbour}.items():
        finished(draw()).save(folder / "photos" / f"{name}.jpg", quality=80, optimize=True)


# ---------------------------------------------------------------- logo


def logo_svg() -> str:
    (x, y), half = CENTRE, STROKE // 2
    arcs = "".join(f'<path d="M{x - radius} {y}a{radius} {radius} 0 0 1 {2 * radius} 0"/>' for radius in RINGS)
    colour = "#{:02x}{:02x}{:02x}".format(*INK)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LOGO[0]} {LOGO[1]}" role="img">'
        f'<g fill="none" stroke="{colour}" stroke-width="{STROKE}" stroke-linecap="round">{arcs}'
        f'<path d="M{x - RINGS[0]} {HORIZON}h{2 * RINGS[0]}"/></g>'
        f'<path fill="{colour}" d="M{x - SUN} {y + half}v-{half}a{SUN} {SUN} 0 0 1 {2 * SUN} 0v{half}z"/></svg>\n'
    )


def logo() -> Image.Image:
    """The same as the drawing above, in pixels."""
    mask = Image.new("L", (LOGO[0] * FINE, LOGO[1] * FINE), 0)
    pen = ImageDraw.Draw(mask)
    x, y = (value * FINE for value in CENTRE)
    half = STROKE * FINE // 2
    for radius in (ring * FINE for ring in RINGS):
        pen.ellipse(around(x, y, radius + half), 255)
        pen.ellipse(around(x, y, radius - half), 0)
    pen.ellipse(around(x, y, SUN * FINE), 255)
    pen.rectangle((0, y, mask.width, mask.height), 0)
    for end in (x + sign * ring * FINE for ring in RINGS for sign in (-1, 1)):
        pen.ellipse(around(end, y, half), 255)
    pen.rectangle((x - SUN * FINE, y, x + SUN * FINE, y + half), 255)
    reach = RINGS[0] * FINE
    bar = (x - reach - half, HORIZON * FINE - half, x + reach + half, HORIZON * FINE + half)
    pen.rounded_rectangle(bar, half, 255)
    picture = Image.new("RGBA", LOGO, (*INK, 0))
    picture.putalpha(mask.reduce(FINE))
    return picture


def around(x: int, y: int, radius: int) -> tuple[int, int, int, int]:
    return x - radius, y - radius, x + radius, y + radius


# ---------------------------------------------------------------- photographs

WIDE = (1200, 800)


def shaded(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def glow(picture: Image.Image, middle: tuple[int, int], radius: int, colour: Colour, strength: float) -> Image.Image:
    """Soft light around a point."""
    light = Image.radial_gradient("L").point([round(max(0, 1 - value / 180) * 255 * strength) for value in range(256)])
    mask = Image.new("L", picture.size, 0)
    mask.paste(light.resize((2 * radius, 2 * radius)), (middle[0] - radius, middle[1] - radius))
    lit = ImageChops.screen(picture, Image.new("RGB", picture.size, colour))
    return Image.composite(lit, picture, mask)


def finished(picture: Image.Image) -> Image.Image:
    """Grain and a darker rim, as a lens gives."""
    grain = Image.effect_noise(picture.size, 14).convert("RGB")
    picture = Image.blend(picture, ImageChops.overlay(picture, grain), 0.35)
    rim = Image.radial_gradient("L").resize(picture.size).point([max(0, value - 120) // 2 for value in range(256)])
    picture = Image.composite(ImageEnhance.Brightness(picture).enhance(0.62), picture, rim)
    return ImageEnhance.Color(picture).enhance(0.82)


def polygon(picture: Image.Image, points: list[tuple[float, float]], colour: Colour, blur: float = 0) -> None:
    """A filled shape with smooth edges, out of focus by `blur`."""
    mask = Image.new("L", (picture.width * 2, picture.height * 2), 0)
    ImageDraw.Draw(mask).polygon([(x * 2, y * 2) for x, y in points], 255)
    mask = mask.reduce(2)
    picture.paste(colour, (0, 0), mask.filter(ImageFilter.GaussianBlur(blur)) if blur else mask)


def ellipse(picture: Image.Image, box: tuple[float, float, float, float], colour: Colour, blur: float = 0) -> None:
    left, top, right, bottom = box
    middle, radii = ((left + right) / 2, (top + bottom) / 2), ((right - left) / 2, (bottom - top) / 2)
    turns = [math.tau * step / 90 for step in range(90)]
    points = [(middle[0] + radii[0] * math.cos(turn), middle[1] + radii[1] * math.sin(turn)) for turn in turns]
    polygon(picture, points, colour, blur)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    first, second, third = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return first, second, third


SPINES: tuple[Colour, ...] = (
    (122, 74, 58), (64, 88, 96), (168, 142, 104), (88, 104, 84), (58, 66, 84), (150, 108, 74), (196, 184, 158),
    (104, 60, 60), (80, 112, 120),
)  # fmt: skip
"""Muted bindings."""


def library() -> Image.Image:
    """A hall with shelves on both sides that run towards a tall window."""
    chance = random.Random(7)  # noqa: S311 - a picture, not a secret
    picture = shaded(WIDE, (92, 82, 70), (58, 46, 38))
    vanish = (600, 352)
    polygon(picture, [(0, 800), (1200, 800), (690, 430), (510, 430)], (112, 86, 62))
    polygon(picture, [(0, 0), (1200, 0), (690, 262), (510, 262)], (132, 122, 106))
    for lane in range(-9, 10):
        x = 600 + lane * 130
        polygon(picture, [(x, 800), (x + 4, 800), (600 + lane * 19 + 1, 430), (600 + lane * 19, 430)], (96, 72, 52), 1)
    for side in (-1, 1):
        shelves(picture, chance, side, vanish)
    window(picture)
    for lamp in (0.32, 0.55, 0.78):
        hang_lamp(picture, lamp)
    picture = glow(picture, (600, 350), 520, (255, 226, 176), 0.75)
    return glow(picture, (600, 620), 420, (255, 214, 160), 0.25)


def shelves(picture: Image.Image, chance: random.Random, side: int, vanish: tuple[int, int]) -> None:
    """Rows of books drawn from far to near, each a little larger and sharper."""

    def at(depth: float, height: float) -> tuple[float, float]:
        """depth 0 is the window, 1 the picture's edge; height -1 the ceiling, 1 the floor."""
        reach = 90 + 520 * depth
        return vanish[0] + side * reach, vanish[1] + height * (78 + 420 * depth)

    polygon(picture, [at(0, -1), at(1, -1), at(1, 1), at(0, 1)], (74, 52, 38))
    for row in range(7):
        top, bottom = -0.94 + row * 0.27, -0.94 + row * 0.27 + 0.235
        depth = 0.0
        while depth < 1:
            width = (0.006 + 0.011 * chance.random()) * (0.45 + depth)
            head = top + 0.02 + 0.07 * chance.random()
            colour = mixed(chance.choice(SPINES), (232, 204, 160), max(0.0, 0.5 - depth * 0.75))
            colour = mixed(colour, (30, 24, 20), max(0.0, depth - 0.55) * 0.7)
            far, near = depth, min(1.0, depth + width * 0.92)
            polygon(
                picture,
                [at(far, head), at(near, head), at(near, bottom), at(far, bottom)],
                colour,
                max(0.0, (depth - 0.6) * 5),
            )
            depth += width
        polygon(picture, [at(0, bottom), at(1, bottom), at(1, bottom + 0.03), at(0, bottom + 0.03)], (104, 76, 54))


def window(picture: Image.Image) -> None:
    polygon(picture, [(508, 262), (692, 262), (692, 432), (508, 432)], (150, 132, 108))
    for column in range(3):
        left = 530 + column * 49
        polygon(picture, [(left, 286), (left + 42, 286), (left + 42, 420), (left, 420)], (250, 240, 214), 1)
        ellipse(picture, (left, 270, left + 42, 306), (250, 240, 214), 1)
        polygon(picture, [(left + 20, 272), (left + 22, 272), (left + 22, 420), (left + 20, 420)], (170, 150, 122))
        polygon(picture, [(left, 346), (left + 42, 346), (left + 42, 348), (left, 348)], (170, 150, 122))


def hang_lamp(picture: Image.Image, depth: float) -> None:
    y, size = 330 - 300 * depth, 10 + 34 * depth
    polygon(picture, [(599, 0), (601, 0), (601, y), (599, y)], (52, 44, 38))
    ellipse(picture, (600 - size, y - size * 0.7, 600 + size, y + size * 0.7), (252, 232, 190), 1 + depth * 2)


def desk() -> Image.Image:
    """A cup, a notebook and a pencil on a table by a window, seen from above the table's edge."""
    picture = shaded(WIDE, (214, 220, 216), (188, 190, 182)).filter(ImageFilter.GaussianBlur(6))
    polygon(picture, [(60, -20), (520, -20), (520, 420), (60, 420)], (232, 238, 234), 22)
    polygon(picture, [(280, -20), (300, -20), (300, 420), (280, 420)], (196, 202, 198), 10)
    polygon(picture, [(0, 400), (1200, 400), (1200, 800), (0, 800)], (176, 140, 104), 3)
    for grain in range(24):
        y = 410 + grain * 17
        bend = 6 * math.sin(grain)
        polygon(
            picture,
            [(0, y), (600, y + bend), (1200, y), (1200, y + 3), (600, y + bend + 3), (0, y + 3)],
            (164, 128, 94),
            3,
        )
    polygon(picture, [(200, 690), (690, 720), (760, 500), (360, 482)], (120, 92, 66), 24)
    polygon(picture, [(180, 664), (664, 694), (742, 482), (340, 462)], (40, 74, 92), 1)
    polygon(picture, [(196, 650), (656, 678), (732, 478), (344, 460)], (246, 242, 232), 1)
    polygon(picture, [(424, 664), (430, 664), (540, 469), (534, 469)], (210, 204, 190), 2)
    for line in range(6):
        share = (line + 1) / 8
        left, right = (344 - 148 * share + 40, 460 + 190 * share), (534 - 110 * share - 20, 468 + 196 * share)
        polygon(picture, [left, right, (right[0], right[1] + 3), (left[0], left[1] + 3)], (170, 180, 184), 1)
    polygon(picture, [(600, 640), (612, 648), (752, 556), (744, 546)], (204, 158, 62), 1)
    polygon(picture, [(590, 656), (600, 640), (612, 648)], (236, 214, 176), 1)
    cup(picture)
    picture = glow(picture, (240, 240), 620, (255, 240, 208), 0.5)
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def cup(picture: Image.Image) -> None:
    ellipse(picture, (806, 610, 1120, 720), (112, 86, 62), 22)
    ellipse(picture, (800, 590, 1090, 690), (226, 224, 216), 1)
    ellipse(picture, (832, 598, 1058, 672), (204, 202, 194), 2)
    ellipse(picture, (1010, 470, 1100, 590), (92, 124, 130), 1)
    ellipse(picture, (1030, 490, 1080, 570), (182, 164, 138), 1)
    ellipse(picture, (862, 570, 1028, 648), (72, 102, 110), 1)
    polygon(picture, [(838, 450), (1052, 450), (1028, 612), (862, 612)], (92, 124, 130), 1)
    polygon(picture, [(838, 450), (890, 450), (900, 636), (866, 620)], (128, 158, 160), 12)
    ellipse(picture, (836, 412, 1054, 488), (116, 146, 150), 1)
    ellipse(picture, (850, 422, 1040, 480), (84, 56, 38), 1)
    ellipse(picture, (866, 432, 960, 462), (122, 84, 56), 8)


def harbour() -> Image.Image:
    """Early morning over calm water: a low sun, a far shore, a jetty."""
    picture = shaded(WIDE, (120, 150, 168), (240, 214, 178))
    polygon(picture, [(0, 440), (1200, 440), (1200, 800), (0, 800)], (120, 146, 158))
    water = shaded((1200, 360), (228, 204, 172), (62, 92, 110))
    picture.paste(water, (0, 440))
    shore = [(0.0, 440.0)] + [
        (step * 30.0, 424 - 16 * math.sin(step / 5) - 5 * math.sin(step * 1.7)) for step in range(41)
    ]
    polygon(picture, [*shore, (1200, 444), (0, 444)], (104, 122, 132), 3)
    chance = random.Random(3)  # noqa: S311 - a picture, not a secret
    for _ in range(240):
        depth = chance.random() ** 1.4
        y, x = 446 + 350 * depth, chance.uniform(-60, 1200)
        wide, tall = 20 + 130 * depth, 0.6 + 2.2 * depth
        tone = (246, 224, 188) if abs(x + wide / 2 - 800) < 90 + 130 * depth else (86, 116, 132)
        ellipse(picture, (x, y - tall, x + wide, y + tall), tone, 0.6 + 2 * depth)
    ellipse(picture, (764, 330, 836, 402), (255, 244, 214), 3)
    jetty(picture)
    picture = glow(picture, (800, 366), 460, (255, 224, 170), 0.7)
    return picture.filter(ImageFilter.GaussianBlur(0.7))


def jetty(picture: Image.Image) -> None:
    polygon(picture, [(-20, 800), (330, 800), (420, 520), (372, 520)], (78, 66, 58), 1)
    for board in range(26):
        share = 1 - (1 - board / 26) ** 2
        y = 796 - 274 * share
        left, right = -20 + 392 * share, 330 + 90 * share
        polygon(
            picture, [(left, y), (right, y), (right, y + 3 - 2 * share), (left, y + 3 - 2 * share)], (56, 48, 44), 0.6
        )
    for share in (0.1, 0.4, 0.62, 0.8, 0.93):
        x, y, tall, wide = 330 + 90 * share, 800 - 280 * share, 110 * (1 - share) + 14, 18 * (1 - share) + 4
        polygon(
            picture,
            [(x, y - tall), (x + wide, y - tall), (x + wide, y + tall * 0.4), (x, y + tall * 0.4)],
            (58, 48, 42),
            0.8,
        )


if __name__ == "__main__":
    main()
