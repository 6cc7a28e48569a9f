"""Many points on few pixels, with numpy alone: what a plot works out before it draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Span = tuple[float, float]

# A cell of two points must not look as full as one of two thousand.
_LEAST_FULL: Final = 16
_EDGE: Final = 0.05
_ROOMY: Final = 0.6
_DIGITS: Final = (range(1, 10), (1, 2, 5), (1, 3), (1,))
_FEWEST_LABELS: Final = 3


@dataclass(frozen=True, slots=True)
class Box:
    """The part of the plane that is seen, in the coordinates of its axes.

    Attributes:
        left: Smallest x.
        right: Largest x, more than ``left``.
        bottom: Smallest y.
        top: Largest y, more than ``bottom``.
    """

    left: float
    right: float
    bottom: float
    top: float


def to_axis(values: npt.NDArray[Any], *, log: bool) -> Values:
    """Return where values stand on an axis; NaN for what has no place on it.

    On a logarithmic axis that is the logarithm to base 10, and zero and what is below it have no
    place. Infinite values have none on any.
    """
    places = np.array(values, np.float64)
    places[~np.isfinite(places)] = np.nan
    if log:
        places[places <= 0.0] = np.nan
        np.log10(places, out=places)
    return places


def count_cells(x: Values, y: Values, box: Box, columns: int, rows: int) -> Counts:
    """Count the points in each cell of a grid over a box; row 0 is at the bottom.

    Points outside the box are not counted, nor are those without a place.
    """
    # Outside and NaN alike fail the comparison, and only what is inside becomes a whole number.
    inside = (x >= box.left) & (x <= box.right) & (y >= box.bottom) & (y <= box.top)
    column = ((x[inside] - box.left) * (columns / (box.right - box.left))).astype(np.intp)
    row = ((y[inside] - box.bottom) * (rows / (box.top - box.bottom))).astype(np.intp)
    # What lies on the far edges belongs to the last cells.
    cell = np.minimum(row, rows - 1) * columns + np.minimum(column, columns - 1)
    return np.bincount(cell, minlength=rows * columns).reshape(rows, columns)


def shade(counts: Counts) -> npt.NDArray[np.uint8]:
    """Return how full each cell looks: 0 for empty, else 1 to 255 by the logarithm of its count."""
    fullest = max(int(counts.max(initial=0)), _LEAST_FULL)
    table = np.zeros(fullest + 1, np.uint8)
    steps = np.arange(1, fullest + 1)
    table[1:] = 1 + np.rint(254.0 * np.log(steps) / np.log(fullest)).astype(np.uint8)
    return table[counts]


def nearest(
    x: Values, y: Values, at: tuple[float, float], pixel: tuple[float, float], within: float
) -> int | None:
    """Return the index of the point nearest to a place, of several the last; None if all are far.

    Args:
        x: Where the points are.
        y: Likewise.
        at: The place, in the same coordinates.
        pixel: Width and height of a pixel in these coordinates.
        within: How near it must be, pixels.
    """
    across, down = abs(pixel[0]) * within, abs(pixel[1]) * within
    near = np.flatnonzero((np.abs(x - at[0]) <= across) & (np.abs(y - at[1]) <= down))
    if not len(near):
        return None
    # In terms of the reach, so that nothing is lost on axes of very small or large numbers.
    distance = np.hypot((x[near] - at[0]) / across, (y[near] - at[1]) / down)[::-1]
    closest = int(np.argmin(distance))
    return int(near[::-1][closest]) if distance[closest] <= 1.0 else None


def count_near(
    x: Values, y: Values, at: tuple[float, float], pixel: tuple[float, float], within: float
) -> int:
    """Return how many points are at most so many pixels to each side of a place."""
    across, down = abs(pixel[0]) * within, abs(pixel[1]) * within
    return int(np.count_nonzero((np.abs(x - at[0]) <= across) & (np.abs(y - at[1]) <= down)))


def extent(values: Values, least: float) -> Span | None:
    """Return the range an axis needs for these values and an edge; None where there are none.

    Args:
        values: Places on the axis; NaN is passed over.
        least: Least width of the range.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    wider = max((least - (high - low)) / 2.0, 0.0) + (high - low) * _EDGE
    return low - wider, high + wider


def settle(shown: Span | None, wanted: Span) -> Span:
    """Return the range to show: that shown before, while all fits in it without much room left.

    An axis that moves with each new point cannot be read.
    """
    if shown is None:
        return wanted
    fits = shown[0] <= wanted[0] and wanted[1] <= shown[1]
    roomy = wanted[1] - wanted[0] < _ROOMY * (shown[1] - shown[0])
    return shown if fits and not roomy else wanted


def merge(x: Values, y: Values, cell: float) -> tuple[npt.NDArray[np.intp], Counts]:
    """Put points together that share a square cell.

    Returns:
        Index of the last point in each cell, in rising order, and how many points are in it.
        Points without a place are left out.
    """
    known = np.flatnonzero(~(np.isnan(x) | np.isnan(y)))
    if not len(known):
        return known, np.zeros(0, np.int64)
    column, row = (np.floor(places[known] / cell).astype(np.int64) for places in (x, y))
    cells = column * 2**32 + row  # pairs would be sorted ten times as slowly
    # unique() tells the first of each: the last, seen from behind.
    _, first, counts = np.unique(cells[::-1], return_index=True, return_counts=True)
    last = known[len(known) - 1 - first]
    order = np.argsort(last)
    return last[order], counts[order].astype(np.int64)


def log_ticks(low: float, high: float, least: float) -> list[float]:
    """Return where a logarithmic axis is labelled: at round values.

    Args:
        low: Begin of the axis, a logarithm to base 10.
        high: Its end, likewise.
        least: Room that a label needs along the axis, likewise.
    """
    decades = np.arange(np.floor(low), np.ceil(high) + 1)
    for digits in _DIGITS:
        if np.diff(np.log10((*digits, 10))).min() >= least:
            places = np.add.outer(decades, np.log10(digits)).ravel()
            places = places[(places >= low) & (places <= high)]
            break
    else:
        return [float(place) for place in decades[:: int(np.ceil(least))] if low <= place <= high]
    if len(places) < _FEWEST_LABELS:  # less than a digit's width: as on a linear axis
        steps = np.log10(_round_steps(10.0**low, 10.0**high, least))
        places = max(places, steps, key=len)
    return [float(place) for place in places]


def _round_steps(low: float, high: float, least: float) -> Values:
    """Return multiples of 1, 2 or 5 times a power of ten, their logarithms so far apart."""
    rough = least * high * np.log(10.0)  # where they are nearest to each other, at the end
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough)
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * float(step)
