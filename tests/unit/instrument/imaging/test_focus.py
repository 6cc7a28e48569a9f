"""The focus measure, against pictures whose blur is known."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from statistics import median

import numpy as np
import pytest

from ifcbgui.instrument.imaging.focus import sharpness
from ifcbgui.instrument.imaging.pictures import Grey
from ifcbgui.simulator.camera import Scene, Shape
from ifcbgui.simulator.plankton import BEAD, BUBBLE, COMMUNITY, DETRITUS, Species

DEFOCUS = (0.0, 0.4, 0.8, 1.3, 1.9, 2.6, 3.4)
SPECIES = (*COMMUNITY, BEAD, BUBBLE, DETRITUS)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(1)


def shapes(species: Species, count: int) -> list[Shape]:
    rng = random.Random(5)
    made = [Shape(species, rng) for _ in range(count)]
    for shape in made:
        shape.depth = 0.0  # each in the middle of the flow: only the lens blurs it
    return made


@pytest.mark.parametrize("number", range(len(SPECIES)))
def test_every_shape_is_less_sharp_the_more_it_is_blurred(scene: Scene, number: int) -> None:
    per_shape = [
        [sharpness(scene.expose(700, 300, shape, defocus)) for defocus in DEFOCUS]
        for shape in shapes(SPECIES[number], 5)
    ]
    for measured in per_shape:
        ranks = np.argsort(np.argsort(measured))
        assert np.corrcoef(ranks, range(len(DEFOCUS)))[0, 1] < -0.95
    medians = list(map(median, zip(*per_shape, strict=True)))
    assert all(later < before for before, later in pairwise(medians))


def test_an_edge_comes_to_what_its_blur_says() -> None:
    x = np.arange(-60.0, 60.0)
    for blur in (0.7, 1.0, 2.0, 4.0):
        profile = [100.0 + 40.0 * math.erf(at / (blur * math.sqrt(2.0))) for at in x]
        picture = np.tile(profile, (80, 1)).round().astype(np.uint8)
        assert sharpness(picture) == pytest.approx(1 / math.sqrt(2 * (blur**2 + 1)), rel=0.08)


def test_contrast_size_and_noise_hardly_count(scene: Scene) -> None:
    [bead] = shapes(BEAD, 1)
    picture = scene.expose(700, 300, bead, 0.8)
    grey = picture.astype(float)
    noise = np.random.default_rng(3).normal(0.0, 3.0, grey.shape)
    faint = (grey * 0.4 + 100.0).astype(np.uint8)
    roomy = np.pad(picture, 60, mode="reflect")[:, 30:-30]
    noisy = np.clip(grey + noise, 0, 255).astype(np.uint8)
    for other in (faint, 255 - picture, roomy, noisy):
        assert sharpness(other) == pytest.approx(sharpness(picture), rel=0.1)


def noise_alone(deviation: float) -> Grey:
    noise = np.random.default_rng(7).normal(180.0, deviation, (90, 120))
    return np.clip(noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((60, 60), np.uint8),
        np.full((60, 60), 255, np.uint8),
        np.zeros((0, 0), np.uint8),
        np.zeros((11, 400), np.uint8),
        noise_alone(1.6),
        noise_alone(20.0),
    ],
)
def test_a_picture_of_nothing_has_no_sharpness(picture: Grey) -> None:
    assert math.isnan(sharpness(picture))
