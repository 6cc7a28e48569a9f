from __future__ import annotations

import io
import statistics

import numpy as np
import pytest
from PIL import Image

from ifcbgui.simulator.camera import Camera, Roi, apart


@pytest.fixture(scope="module")
def camera() -> Camera:
    return Camera(seed=5)


@pytest.fixture(scope="module")
def rois(camera: Camera) -> list[Roi]:
    return [camera.plankton() for _ in range(200)]


def test_a_roi_is_a_valid_grey_png(rois: list[Roi]) -> None:
    for roi in rois:
        image = Image.open(io.BytesIO(roi.png))
        image.load()
        assert (image.format, image.mode) == ("PNG", "L")
        assert image.size == (roi.width, roi.height)


def test_rois_have_the_geometry_of_real_ones(rois: list[Roi]) -> None:
    for roi in rois:
        assert roi.left % 4 == 0
        assert roi.width % 8 == 0
        assert 0 <= roi.left <= 1360 - roi.width
        assert 0 <= roi.top <= 1024 - roi.height
    areas = [roi.width * roi.height for roi in rois]
    assert 3000 < statistics.median(areas) < 6000
    assert max(areas) > 15_000


def test_something_dark_lies_on_a_light_ground(rois: list[Roi]) -> None:
    for roi in rois:
        rim = np.concatenate([roi.pixels[0], roi.pixels[-1]])
        assert 150 < np.median(rim) < 200
        assert roi.pixels.min() < np.median(rim) - 25


def test_the_frame_holds_its_rois(camera: Camera, rois: list[Roi]) -> None:
    roi = rois[0]
    frame = np.asarray(Image.open(io.BytesIO(camera.frame_png([roi]))))
    assert frame.shape == (1024, 1360)
    window = frame[roi.top : roi.top + roi.height, roi.left : roi.left + roi.width]
    assert np.array_equal(window, roi.pixels)
    assert frame[20:40, 20:40].mean() < frame[500:520, 600:620].mean(), "the corners are darker"


def test_overlapping_regions_are_left_out(rois: list[Roi]) -> None:
    kept = apart([rois[0], rois[0], *rois[1:20]])
    assert kept[0] is rois[0]
    assert 1 < len(kept) < 20
    covered = np.zeros((1024, 1360), int)
    for roi in kept:
        covered[roi.top : roi.top + roi.height, roi.left : roi.left + roi.width] += 1
    assert covered.max() == 1


def test_same_seed_same_pictures() -> None:
    first, second = Camera(seed=9), Camera(seed=9)
    assert [first.plankton().png for _ in range(5)] == [second.plankton().png for _ in range(5)]


def test_special_particles(camera: Camera) -> None:
    assert camera.stuck_roi() is camera.stuck_roi()
    bead = camera.bead()
    centre = bead.pixels[bead.height // 2, bead.width // 2]
    ring = bead.pixels[bead.height // 2].min()
    assert centre > ring + 40
    assert camera.bubble().pixels.min() < 50
