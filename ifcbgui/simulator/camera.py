"""The camera: places particles in the frame and makes 8-bit grey PNG pictures of them."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from ifcbgui.simulator.defaults import FRAME_SIZE
from ifcbgui.simulator.optics import Optics
from ifcbgui.simulator.plankton import BEAD, BUBBLE, COMMUNITY, DETRITUS, Slide, Species
from ifcbgui.simulator.png import encode_png

Pixels = npt.NDArray[np.uint8]

# The laser makes a narrow upright band of what passes (seen: x 852 in a capture, 788 to 828
# and 1036 to 1076 in published bins, all heights of the frame in each).
_BAND_X = 852.0
_BAND_WIDTH = 10.0
_CORE_Y = 512.0
_CORE_HEIGHT = 190.0
# Files tell a trigger without an image by x 0.
_LEFTMOST = 4
_MARGIN = 9
_SMALLEST, _LARGEST = 40, 640
_SHARPEST, _MOST_BLUR = 0.6, 6.0


class Roi:
    """A region of interest; its picture is drawn when somebody asks for it.

    Attributes:
        left: Left edge in the frame, pixels; a multiple of 4.
        top: Upper edge in the frame, pixels.
        width: Width, pixels; a multiple of 8.
        height: Height, pixels.
        light: Fluorescence of what is in it; 1 is that of an average cell.
        defocus: How far the flow was out of focus, pixels of blur.
    """

    def __init__(
        self, scene: Scene, left: int, top: int, shape: Shape, defocus: float = 0.0
    ) -> None:
        self.left = left
        self.top = top
        self.width = shape.width
        self.height = shape.height
        self.light = shape.light
        self._scene = scene
        self._shape = shape
        self.defocus = defocus
        self._pixels: Pixels | None = None
        # The files and the wire want the picture at once, each on a thread of its own.
        self._drawing = threading.Lock()

    @property
    def pixels(self) -> Pixels:
        """The grey picture, height x width."""
        with self._drawing:
            if self._pixels is None:
                self._pixels = self._scene.expose(self.left, self.top, self._shape, self.defocus)
            return self._pixels

    def seen_with(self, defocus: float) -> Roi:
        """Return the same thing at the same place, seen so far out of focus."""
        return Roi(self._scene, self.left, self.top, self._shape, defocus)

    def overlaps(self, other: Roi) -> bool:
        """Tell whether two regions share pixels."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )

    @cached_property
    def png(self) -> bytes:
        """The picture as a PNG file."""
        return encode_png(self.pixels)


class Shape:
    """One particle before it is drawn: what it is, how large, how it lies, how sharp."""

    def __init__(self, species: Species, rng: random.Random) -> None:
        self._species = species
        self._seed = rng.getrandbits(48)
        self._length = min(
            species.length * rng.lognormvariate(0.0, species.spread), _LARGEST - 2 * _MARGIN
        )
        self._thickness = self._length * rng.uniform(*species.slimness)
        self._angle = rng.gauss(0.0, 0.07) if species.lies else rng.uniform(0.0, math.tau)
        # How far from the middle of the flow it passes, in pixels of blur.
        self.depth = rng.gauss(0.0, 0.7)
        room_x = self._length * species.room[0]
        room_y = self._thickness * species.room[1]
        cos, sin = abs(math.cos(self._angle)), abs(math.sin(self._angle))
        self.width = _fit(room_x * cos + room_y * sin, 8)
        self.height = _fit(room_x * sin + room_y * cos, 2)
        size = (self.width * self.height / 4000.0) ** 0.7
        self.light = size * species.glow * rng.lognormvariate(0.0, species.glow_spread)

    def draw(self) -> Image.Image:
        """Return the light taken away, in the size of the ROI."""
        slide = Slide(self.width, self.height, self._angle)
        rng = random.Random(self._seed)
        self._species.draw(slide, rng, self._length, self._thickness)
        return slide.image()


class Scene:
    """What the camera sees without a particle: lamp, lens, and the noise of the chip."""

    def __init__(self, seed: int) -> None:
        width, height = FRAME_SIZE
        rng = np.random.default_rng(seed)
        x = np.linspace(-0.52, 0.48, width, dtype=np.float32)
        y = np.linspace(-0.48, 0.52, height, dtype=np.float32)
        cloud = rng.standard_normal((height // 10, width // 10), np.float32)
        self._mottle = np.asarray(
            Image.fromarray(cloud).resize(FRAME_SIZE, Image.Resampling.BICUBIC)
        )
        self._lamp = 184.0 - 52.0 * (x**2 + y[:, np.newaxis] ** 2) + 1.2 * self._mottle
        # One quarter, four times: nobody sees it, and it takes a quarter of the time.
        grain = rng.standard_normal((height // 2, width // 2), np.float32)
        self._noise = np.tile(1.6 * grain, (2, 2))
        self._empty = _to_grey(self._lamp + self._noise)

    def expose(self, left: int, top: int, shape: Shape, defocus: float) -> Pixels:
        """Return the picture of a particle at a place; the flow is so far out of focus."""
        blur = min(_SHARPEST + abs(shape.depth + defocus), _MOST_BLUR)
        taken = shape.draw().filter(ImageFilter.GaussianBlur(blur))
        glow = taken.filter(ImageFilter.BoxBlur(3))
        window = np.s_[top : top + shape.height, left : left + shape.width]
        dark = np.asarray(taken, np.float32) / 255.0
        # No cell is evenly dark.
        dark *= 0.94 + 0.09 * self._mottle[: shape.height, left : left + shape.width]
        # Light bent round the edges: a faint bright fringe outside, as under the instrument.
        fringe = np.maximum(np.asarray(glow, np.float32) / 255.0 - dark, 0.0)
        light = self._lamp[window] * (1.0 - 0.82 * dark) + 42.0 * fringe
        return _to_grey(light + self._noise[window])

    def frame(self, rois: Iterable[Roi]) -> Pixels:
        """Return the whole frame with particles in it."""
        frame = self._empty.copy()
        for roi in rois:
            frame[roi.top : roi.top + roi.height, roi.left : roi.left + roi.width] = roi.pixels
        return frame


class Camera:
    """Takes pictures of what passes; the same seed gives the same pictures.

    Args:
        seed: Of everything random in them.
        optics: Where lens and laser stand; None for as they are at the start.
    """

    def __init__(self, seed: int, optics: Optics | None = None) -> None:
        self._optics = optics or Optics()
        self._random = random.Random(seed)
        self._seed = seed
        self._stuck: Roi | None = None

    @cached_property
    def _scene(self) -> Scene:
        return Scene(self._seed)

    def plankton(self) -> Roi:
        """Return one of the community, where the laser meets the core of the flow."""
        shares = [species.share for species in COMMUNITY]
        return self._in_core(self._random.choices(COMMUNITY, shares)[0])

    def bead(self) -> Roi:
        """Return a calibration bead."""
        return self._in_core(BEAD)

    def bubble(self) -> Roi:
        """Return an air bubble, anywhere in the frame."""
        rng = self._random
        return self._at(BUBBLE, rng.uniform(0, FRAME_SIZE[0]), rng.uniform(0, FRAME_SIZE[1]))

    def stuck_roi(self) -> Roi:
        """Return the piece of dirt that sits in the flow cell, always at the same place."""
        if self._stuck is None:
            self._stuck = self._in_core(DETRITUS)
        if self._stuck.defocus != self._optics.defocus:
            self._stuck = self._stuck.seen_with(self._optics.defocus)
        return self._stuck

    def frame_png(self, rois: Iterable[Roi]) -> bytes:
        """Return the whole frame as a PNG file."""
        return encode_png(self._scene.frame(rois))

    def _in_core(self, species: Species) -> Roi:
        # Inferred: a laser that points elsewhere catches particles elsewhere.
        rng = self._random
        x = rng.gauss(_BAND_X + self._optics.aside, _BAND_WIDTH)
        return self._at(species, x, rng.gauss(_CORE_Y, _CORE_HEIGHT))

    def _at(self, species: Species, x: float, y: float) -> Roi:
        shape = Shape(species, self._random)
        left = min(max(int(x), _LEFTMOST), FRAME_SIZE[0] - shape.width) // 4 * 4
        top = min(max(int(y - shape.height / 2), 0), FRAME_SIZE[1] - shape.height)
        return Roi(self._scene, left, top, shape, self._optics.defocus)


def apart(rois: Iterable[Roi]) -> list[Roi]:
    """Return the regions without those that overlap one before them."""
    kept: list[Roi] = []
    for roi in rois:
        if not any(roi.overlaps(other) for other in kept):
            kept.append(roi)
    return kept


def _fit(extent: float, step: int) -> int:
    padded = min(max(extent + 2 * _MARGIN, _SMALLEST), _LARGEST)
    return math.ceil(padded / step) * step


def _to_grey(light: npt.NDArray[np.floating[Any]]) -> Pixels:
    grey: Pixels = np.clip(light, 0.0, 255.0).astype(np.uint8)
    return grey
