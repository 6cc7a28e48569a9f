"""Draws plankton: how much light each spot of a particle takes away.

Every species is a function that draws one cell, chain or clump round the middle of a
`Slide`, in pixels of the camera; the camera puts background, blur and noise to it.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

Point = tuple[float, float]

# Drawn larger and scaled down, edges come out smooth.
_OVERSAMPLING = 2
_CIRCLE = tuple((math.cos(2 * math.pi * i / 28), math.sin(2 * math.pi * i / 28)) for i in range(28))


class Slide:
    """A picture of light taken away, 0 none to 255 all, with its origin in the middle.

    Args:
        width: Width in pixels.
        height: Height in pixels.
        angle: Everything drawn is turned by this, radians.
    """

    def __init__(self, width: int, height: int, angle: float) -> None:
        self._size = (width, height)
        self._image = Image.new("L", (width * _OVERSAMPLING, height * _OVERSAMPLING))
        self._draw = ImageDraw.Draw(self._image)
        self._cos, self._sin = math.cos(angle), math.sin(angle)

    def image(self) -> Image.Image:
        """Return the picture in the camera's pixels."""
        return self._image.resize(self._size, Image.Resampling.BOX)

    def polygon(self, points: Sequence[Point], fill: int, outline: int = 0) -> None:
        """Draw an area, with a dark rim where ``outline`` is given."""
        placed = [self._place(point) for point in points]
        self._draw.polygon(placed, fill=fill)
        if outline:
            self._draw.line([*placed, placed[0]], fill=outline, width=2 * _OVERSAMPLING - 1)

    def ellipse(self, centre: Point, rx: float, ry: float, fill: int, outline: int = 0) -> None:
        """Draw an ellipse."""
        x, y = centre
        self.polygon([(x + rx * c, y + ry * s) for c, s in _CIRCLE], fill, outline)

    def line(self, points: Sequence[Point], shade: int, width: float = 1.0) -> None:
        """Draw a line through points."""
        placed = [self._place(point) for point in points]
        self._draw.line(placed, fill=shade, width=max(1, round(width * _OVERSAMPLING)))

    def _place(self, point: Point) -> Point:
        x, y = point
        return (
            (x * self._cos - y * self._sin + self._size[0] / 2) * _OVERSAMPLING,
            (x * self._sin + y * self._cos + self._size[1] / 2) * _OVERSAMPLING,
        )


def chain_diatom(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a chain of boxes, with setae on some."""
    cell = width * rng.uniform(0.5, 1.1)
    gap = cell * rng.uniform(0.08, 0.3)
    bow = rng.uniform(-0.35, 0.35) * width
    setae = rng.random() < 0.55
    cells = max(2, int(length / (cell + gap)))
    start = -(cells * (cell + gap) - gap) / 2
    chloroplasts = rng.randint(1, 3)
    half = width * (0.28 if setae else 0.42)
    for index in range(cells):
        x = start + index * (cell + gap)
        y = bow * ((2 * x + cell) / length) ** 2
        corner = cell * 0.12
        slide.polygon(
            [
                (x, y - half + corner),
                (x + corner, y - half),
                (x + cell - corner, y - half),
                (x + cell, y - half + corner),
                (x + cell, y + half - corner),
                (x + cell - corner, y + half),
                (x + corner, y + half),
                (x, y + half - corner),
            ],
            fill=rng.randint(45, 65),
            outline=150,
        )
        for _ in range(chloroplasts):
            spot = (x + cell * rng.uniform(0.3, 0.7), y + half * rng.uniform(-0.5, 0.5))
            slide.ellipse(spot, cell * 0.2, half * 0.32, fill=rng.randint(120, 175))
        if setae:
            _setae(slide, rng, x + cell + gap / 2, y, half, width)


def _setae(slide: Slide, rng: random.Random, x: float, y: float, half: float, width: float) -> None:
    for side in (-1, 1):
        reach = width * rng.uniform(0.38, 0.5)
        lean = rng.uniform(-0.6, 0.6) * reach
        middle = (x + lean * 0.3, y + side * (half + reach) * 0.55)
        slide.line([(x, y + side * half * 0.7), middle, (x + lean, y + side * reach)], 90, 0.8)


def centric_diatom(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a disk seen from above: a rim, and chloroplasts all over."""
    radius = min(length, width) / 2
    slide.ellipse((0, 0), radius, radius, fill=rng.randint(40, 70), outline=190)
    slide.ellipse((0, 0), radius * 0.86, radius * 0.86, fill=rng.randint(50, 80))
    for _ in range(rng.randint(12, 30)):
        turn, out = rng.uniform(0, math.tau), radius * 0.75 * math.sqrt(rng.random())
        size = radius * rng.uniform(0.07, 0.15)
        spot = (out * math.cos(turn), out * math.sin(turn))
        slide.ellipse(spot, size, size * 0.8, fill=rng.randint(110, 170))


def cylinder_diatom(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a long tube with pointed or blunt ends, like Rhizosolenia or Guinardia."""
    half, end = width / 2, width * rng.uniform(0.2, 1.2)
    body = length / 2 - end
    slide.polygon(
        [
            (-length / 2, 0),
            (-body, -half),
            (body, -half),
            (length / 2, 0),
            (body, half),
            (-body, half),
        ],
        fill=rng.randint(35, 60),
        outline=140,
    )
    for _ in range(int(length / width * 2)):
        spot = (rng.uniform(-body, body), rng.uniform(-0.6, 0.6) * half)
        slide.ellipse(spot, width * 0.16, width * 0.11, fill=rng.randint(100, 160))


def pennate_diatom(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a slim lens with two chloroplasts and a line along it."""
    half, steps = length / 2, 16
    upper = [
        (-half + length * i / steps, -width / 2 * math.sin(math.pi * i / steps) ** 0.8)
        for i in range(steps + 1)
    ]
    lower = [(x, -y) for x, y in reversed(upper)]
    slide.polygon(upper + lower, fill=rng.randint(50, 75), outline=170)
    for side in (-1, 1):
        slide.ellipse((side * length * 0.2, 0), length * 0.14, width * 0.3, rng.randint(130, 180))
    slide.line([(-half * 0.9, 0), (half * 0.9, 0)], 120, 0.7)


def horned_dinoflagellate(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw an armoured body with one horn ahead and two bent back, like Tripos."""
    radius = width * rng.uniform(0.2, 0.26)
    shade = rng.randint(140, 180)
    reach = length * rng.uniform(0.0, 0.3)
    for side in (-1, 1):
        root = (-radius * 0.4, side * radius * 0.4)
        elbow = (-radius * rng.uniform(1.8, 2.6), side * width * 0.5)
        _horn(slide, root, elbow, (reach, side * width * 0.46), radius * 0.5, shade)
    ahead = radius * rng.uniform(-0.3, 0.3)
    _horn(slide, (radius * 0.4, 0), (length * 0.25, 0), (length / 2, ahead), radius * 0.8, shade)
    slide.ellipse((0, 0), radius, radius * 1.05, fill=shade, outline=210)
    slide.line([(-radius * 0.1, -radius * 0.9), (-radius * 0.1, radius * 0.9)], 100, 1.5)
    _granules(slide, rng, radius * 0.8, radius * 0.8, 8, (170, 225))


def _horn(slide: Slide, root: Point, bend: Point, tip: Point, thickness: float, shade: int) -> None:
    """Draw a curved spine that grows thinner."""
    points = []
    for i in range(9):
        t = i / 8
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append(
            (a * root[0] + b * bend[0] + c * tip[0], a * root[1] + b * bend[1] + c * tip[1])
        )
    for i, piece in enumerate(itertools.pairwise(points)):
        slide.line(piece, shade, max(thickness * (1 - i / 10), 1.0))


def round_dinoflagellate(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a plump cell with a girdle round its middle."""
    rx, ry = length / 2, width / 2
    slide.ellipse((0, 0), rx, ry, fill=rng.randint(110, 160), outline=205)
    _granules(slide, rng, rx * 0.85, ry * 0.85, 16, (140, 215))
    bend = rx * rng.uniform(-0.15, 0.15)
    slide.line([(bend, -ry * 0.95), (-bend, 0), (bend, ry * 0.95)], 70, 1.6)


def ciliate(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a cone or a vase with a crown of cilia."""
    half = length / 2
    crown = width / 2
    tail, plump = rng.uniform(0.03, 0.3), rng.uniform(0.5, 1.1)
    for _ in range(26):
        y = rng.uniform(-crown, crown)
        tip = (half + length * rng.uniform(0.0, 0.12), y * rng.uniform(1.0, 1.35))
        slide.line([(half * 0.72, y * 0.9), tip], rng.randint(60, 120), 0.8)
    outline = []
    for i in range(13):
        along = i / 12
        wide = crown * (tail + (1 - tail) * math.sin(math.pi * 0.5 * along**plump))
        outline.append((half * (1.78 * along - 1), wide))
    slide.polygon(
        outline + [(x, -y) for x, y in reversed(outline)], fill=rng.randint(100, 145), outline=175
    )
    _granules(slide, rng, half * 0.6, crown * 0.7, 14, (130, 220))


def filament(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a wavy thread with cross walls, like a cyanobacterium."""
    wave, phase = rng.uniform(0.02, 0.07) * length, rng.uniform(0, math.tau)
    turns = rng.uniform(0.4, 1.3)
    steps = max(10, int(length / 5))
    points = []
    for i in range(steps + 1):
        x = -length / 2 + length * i / steps
        points.append((x, wave * math.sin(phase + turns * math.pi * 2 * x / length)))
    slide.line(points, rng.randint(130, 170), width)
    for x, y in points[1:-1:2]:
        slide.line([(x, y - width / 2), (x, y + width / 2)], 70, 0.8)


def detritus(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw an irregular clump of aggregated matter."""
    for _ in range(rng.randint(9, 18)):
        centre = (rng.gauss(0, length / 7), rng.gauss(0, width / 7))
        size = rng.uniform(0.1, 0.26)
        points = []
        for c, s in _CIRCLE[::2]:
            r = rng.uniform(0.5, 1.2)
            points.append((centre[0] + c * r * length * size, centre[1] + s * r * width * size))
        slide.polygon(points, fill=rng.randint(70, 160))
    _granules(slide, rng, length / 3, width / 3, 16, (90, 200))


def flagellate(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a little round cell, its nucleus and a thread behind."""
    slide.ellipse((0, 0), length / 2, width / 2, fill=rng.randint(115, 165), outline=185)
    slide.ellipse((length * 0.1, 0), length * 0.16, width * 0.18, fill=rng.randint(170, 215))
    drift = width * rng.uniform(-0.4, 0.4)
    slide.line([(-length / 2, 0), (-length * 0.8, drift), (-length * 1.1, drift * 0.4)], 70, 0.7)


def bead(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw a calibration bead: a dark ring round a bright middle."""
    slide.ellipse((0, 0), length / 2, width / 2, fill=215)
    slide.ellipse((0, 0), length * 0.24, width * 0.24, fill=rng.randint(40, 60))


def bubble(slide: Slide, rng: random.Random, length: float, width: float) -> None:
    """Draw an air bubble: nearly black, with a glint."""
    slide.ellipse((0, 0), length / 2, width / 2, fill=rng.randint(235, 250))
    slide.ellipse((-length * 0.08, -width * 0.1), length * 0.09, width * 0.09, fill=30)


def _granules(
    slide: Slide, rng: random.Random, rx: float, ry: float, count: int, shades: tuple[int, int]
) -> None:
    for _ in range(count):
        turn, out = rng.uniform(0, math.tau), math.sqrt(rng.random())
        size = rng.uniform(0.06, 0.16) * min(rx, ry) + 0.5
        spot = (rx * out * math.cos(turn), ry * out * math.sin(turn))
        slide.ellipse(spot, size, size, fill=rng.randint(*shades))


@dataclass(frozen=True, slots=True)
class Species:
    """A kind of particle.

    Attributes:
        draw: Draws one.
        share: How common it is, against the others.
        length: Median length, pixels.
        slimness: Width over length, from and to.
        room: Space its appendages need, as a share of length and of width.
        lies: True when it lies along the flow, as long things do.
        spread: How much lengths differ, as the standard deviation of their logarithm.
        glow: How strongly it fluoresces for its size, against a cell full of chlorophyll.
        glow_spread: How much that differs, as the standard deviation of its logarithm.
    """

    draw: Callable[[Slide, random.Random, float, float], None]
    share: float
    length: float
    slimness: tuple[float, float]
    room: Point = (1.0, 1.0)
    lies: bool = False
    spread: float = 0.28
    glow: float = 1.0
    glow_spread: float = 0.5


COMMUNITY = (
    Species(flagellate, 26, 26, (0.75, 1.0), (1.6, 1.1)),
    Species(round_dinoflagellate, 16, 42, (0.7, 0.95)),
    Species(chain_diatom, 17, 120, (0.16, 0.34), (1.05, 1.1), lies=True, spread=0.4),
    Species(detritus, 11, 50, (0.5, 1.0), (1.1, 1.1), spread=0.4),
    Species(pennate_diatom, 12, 72, (0.12, 0.28), lies=True),
    Species(centric_diatom, 8, 44, (1.0, 1.0)),
    Species(ciliate, 6, 56, (0.5, 0.8), (1.15, 1.3)),
    Species(cylinder_diatom, 6, 150, (0.07, 0.14), lies=True, spread=0.35),
    Species(horned_dinoflagellate, 4, 120, (0.5, 0.75), (1.05, 1.1), lies=True),
    Species(filament, 3, 160, (0.03, 0.05), (1.0, 5.0), lies=True, spread=0.4),
)
DETRITUS = Species(detritus, 1, 60, (0.7, 0.9))
BEAD = Species(bead, 1, 34, (1.0, 1.0), spread=0.03, glow=1.5, glow_spread=0.08)
# Air holds no chlorophyll: what it scatters is little for its size.
BUBBLE = Species(bubble, 1, 90, (0.95, 1.0), glow=0.04)
