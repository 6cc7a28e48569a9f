"""How sharp a region of interest is."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ifcbgui.instrument.imaging.pictures import Grey

Real = npt.NDArray[np.floating[Any]]

_SMALLEST: Final = 12
# What is left of white noise of variance 1 in the curvature of the smoothed picture, and in its
# slope: by the sums of squares of the kernels together.
_NOISE_CURVED: Final = 0.08374
_NOISE_SLOPED: Final = 0.04486
# Deviation of what tells the noise, and of its size the median, for noise of deviation 1.
_NOISE_TOLD: Final = 6.0
_HALF_NORMAL: Final = 0.6745
# Of edges so blurred that their curvature is lost in the noise, so much of it is left.
_LEAST_CURVED: Final = 0.01
# Slopes have to hold so much more energy than the noise does.
_FAINTEST: Final = 0.05


def sharpness(grey: Grey) -> float:
    """Return how sharp the edges in a picture are: the larger, the sharper.

    The picture is smoothed a little; then it is the energy of its curvature (Laplacian) over the
    energy of its slope (gradient), both without what noise makes of them, and the root of it. An
    edge that is blurred by so many pixels (standard deviation) comes to about
    ``1 / sqrt(2 (blur**2 + 1))``: 0.7 for a knife's edge, 0.3 for 2 pixels, 0.1 for 7, if the
    noise leaves so much of it; spines and threads, which are all edge, to half as much again.
    Both energies lie at the edges, so neither contrast nor size of a cell counts.

    What it is not: a property of the instrument. A cell full of fine structure is sharper than a
    smooth one in the same focus, so compare only like with like, beads with beads, or medians
    over many cells of the same water. It cannot tell on which side of the focus a cell lies.

    Args:
        grey: Grey values, height x width.

    Returns:
        Sharpness in 1/pixels; NaN for a picture without edges above the noise, or of less than
        12 pixels a side.
    """
    if min(grey.shape) < _SMALLEST:
        return math.nan
    picture = grey.astype(np.float32)
    smooth = _smoothed(picture)
    middle = smooth[1:-1, 1:-1]
    beside, above = smooth[1:-1, 2:], smooth[2:, 1:-1]
    left, below = smooth[1:-1, :-2], smooth[:-2, 1:-1]
    curvature = beside + left + above + below - 4.0 * middle
    slope_x, slope_y = (beside - left) * 0.5, (above - below) * 0.5
    noise = _noise_of(picture)
    sloped = float(np.mean(slope_x**2 + slope_y**2)) - _NOISE_SLOPED * noise
    if sloped <= _FAINTEST * noise:
        return math.nan
    curved = max(float(np.mean(curvature**2)) - _NOISE_CURVED * noise, _LEAST_CURVED * noise)
    return math.sqrt(curved / sloped)


def _smoothed(picture: Real) -> Real:
    """Return a picture smoothed by 1 pixel (standard deviation) both ways."""
    for _ in range(2):
        columns = picture.T
        picture = (
            columns[:-4] + 4.0 * (columns[1:-3] + columns[3:-1]) + 6.0 * columns[2:-2] + columns[4:]
        ) / 16.0
    return picture


def _noise_of(picture: Real) -> float:
    """Return the variance of the noise: what differs from neighbour to neighbour both ways.

    Blurred edges hardly do, and sharp ones take less than half of a picture.
    """
    across = picture[:, :-2] - 2.0 * picture[:, 1:-1] + picture[:, 2:]
    both = across[:-2] - 2.0 * across[1:-1] + across[2:]
    size = np.abs(both).ravel()
    middle = len(size) // 2
    deviation = float(np.partition(size, middle)[middle]) / (_NOISE_TOLD * _HALF_NORMAL)
    return deviation**2
