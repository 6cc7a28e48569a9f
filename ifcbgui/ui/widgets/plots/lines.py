"""What is drawn of a series, no more than the pixels can show. numpy alone, no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_S: Final = 1e9
# Fewer values than this in a pixel column are drawn as they are.
_DENSE: Final = 3


@dataclass(frozen=True, slots=True)
class Window:
    """What part of the time is seen, and how finely.

    Attributes:
        start_ns: Its begin, UTC.
        stop_ns: Its end.
        columns: How many pixels it is wide.
        origin_ns: The time that is x = 0.
        now_ns: Up to when a setting is known to hold.
    """

    start_ns: int
    stop_ns: int
    columns: int
    origin_ns: int = 0
    now_ns: int = 2**62

    @property
    def column_ns(self) -> int:
        """Length of what one pixel column shows."""
        return max(1, (self.stop_ns - self.start_ns) // max(1, self.columns))


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Line:
    """Strokes and dots; x in seconds since the window's origin.

    Attributes:
        x: Two for each stroke: where it begins and where it ends.
        y: Likewise.
        dots_x: Values that no stroke leads to or from.
        dots_y: Likewise.
        low: The lowest value in the window, NaN where there is none.
        high: The highest.
    """

    x: Floats = field(default_factory=_none)
    y: Floats = field(default_factory=_none)
    dots_x: Floats = field(default_factory=_none)
    dots_y: Floats = field(default_factory=_none)
    low: float = math.nan
    high: float = math.nan


def line_of(
    times: Times, values: Floats, window: Window, *, held: bool, gap_s: float | None = None
) -> Line:
    """Return what to draw of a series.

    Args:
        times: UTC of each value in nanoseconds, never falling.
        values: The values; NaN where a gap begins.
        window: What is seen.
        held: True for a setting, which is drawn as steps and holds to the window's now.
        gap_s: After so long without another value a gap is left; None for never.
    """
    first = int(np.searchsorted(times, window.start_ns, "left"))
    stop = int(np.searchsorted(times, window.stop_ns, "right"))
    # A stroke may come in from the left and leave to the right.
    begin, end = max(0, first - 1), min(len(times), stop + 1)
    if begin >= end:
        return Line()
    times, values = times[begin:end], values[begin:end]
    if held:
        times, values = as_steps(times, values, window.now_ns)
    gap_ns = None if held or gap_s is None else round(gap_s * _S)
    if len(times) > _DENSE * window.columns:
        line = _dense(times, values, window, gap_ns)
    else:
        line = _sparse(times, values, window, gap_ns)
    left_s = (window.start_ns - window.origin_ns) / _S
    right_s = (window.stop_ns - window.origin_ns) / _S
    x, y = clipped(line.x, line.y, left_s, right_s)
    seen = (line.dots_x >= left_s) & (line.dots_x <= right_s)
    dots_y = line.dots_y[seen]
    low, high = _extent(np.concatenate((y, dots_y)))
    return Line(x, y, line.dots_x[seen], dots_y, low, high)


def clipped(along: Floats, across: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """Return strokes without what of them lies beyond two limits.

    Args:
        along: Two for each stroke, of the coordinate that has the limits.
        across: Likewise, of the other coordinate.
        low: The lower limit.
        high: The upper limit.
    """
    if not len(along) or (along.min() >= low and along.max() <= high):
        return along, across
    a, b = along.reshape(-1, 2), across.reshape(-1, 2)
    seen = (a.max(axis=1) >= low) & (a.min(axis=1) <= high)
    a, b = a[seen], b[seen]
    inside = np.clip(a, low, high)
    length = a[:, 1] - a[:, 0]
    slope = np.divide(b[:, 1] - b[:, 0], length, out=np.zeros(len(a)), where=length != 0)
    return inside.ravel(), (b + (inside - a) * slope[:, np.newaxis]).ravel()


def as_steps(times: Times, values: Floats, now_ns: int) -> tuple[Times, Floats]:
    """Return the corners of steps: each value holds until the next, the last until now."""
    hold = np.append(times[1:], max(now_ns, int(times[-1])))
    return np.column_stack((times, hold)).ravel(), np.repeat(values, 2)


def columns_of(
    times: Times, values: Floats, column_ns: int
) -> tuple[Times, npt.NDArray[np.intp], Floats, Floats]:
    """Return the lowest and the highest value of each pixel column that has any.

    The columns lie at multiples of their length, so that a line does not shimmer while it moves.

    Returns:
        Begin of each column, number of its first value, lowest and highest value (NaN where all
        are).
    """
    edges = np.arange(times[0] // column_ns, times[-1] // column_ns + 1) * column_ns
    starts = np.searchsorted(times, edges, "left")
    filled = np.diff(starts, append=len(times)) > 0
    edges, starts = edges[filled], starts[filled]
    return edges, starts, np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)


def _sparse(times: Times, values: Floats, window: Window, gap_ns: int | None) -> Line:
    """Draw every value."""
    x = (times - window.origin_ns) / _S
    joined = _joined(times[:-1], values[:-1], times[1:], values[1:], gap_ns)
    alone = _alone(np.isfinite(values), joined)
    return Line(
        _pairs(x[:-1], x[1:], joined), _pairs(values[:-1], values[1:], joined), x[alone],
        values[alone],
    )  # fmt: skip


def _dense(times: Times, values: Floats, window: Window, gap_ns: int | None) -> Line:
    """Draw a stroke from lowest to highest in each column, and from column to column."""
    edges, starts, low, high = columns_of(times, values, window.column_ns)
    lasts = np.append(starts[1:], len(times)) - 1
    middles = edges + window.column_ns // 2
    seen = (edges + window.column_ns > window.start_ns) & (edges <= window.stop_ns)
    middles[seen] = np.clip(middles[seen], window.start_ns, window.stop_ns)
    x = (middles - window.origin_ns) / _S
    out_t, out_v, in_t, in_v = times[lasts], values[lasts], times[starts], values[starts]
    joined = _joined(out_t[:-1], out_v[:-1], in_t[1:], in_v[1:], gap_ns)
    tall = high > low
    alone = _alone(np.isfinite(low), joined) & ~tall
    return Line(
        np.concatenate((_pairs(x, x, tall), _pairs(x[:-1], x[1:], joined))),
        np.concatenate((_pairs(low, high, tall), _pairs(out_v[:-1], in_v[1:], joined))),
        x[alone],
        low[alone],
    )


def _joined(
    times: Times, values: Floats, next_times: Times, next_values: Floats, gap_ns: int | None
) -> npt.NDArray[np.bool_]:
    """Return which values a stroke leads from to the next."""
    joined = np.isfinite(values) & np.isfinite(next_values)
    if gap_ns is not None:
        joined &= next_times - times <= gap_ns
    return joined


def _alone(there: npt.NDArray[np.bool_], joined: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which of those that are there no stroke touches."""
    alone = there.copy()
    alone[:-1] &= ~joined
    alone[1:] &= ~joined
    return alone


def _pairs(begin: Floats, end: Floats, wanted: npt.NDArray[np.bool_]) -> Floats:
    return np.column_stack((begin[wanted], end[wanted])).ravel()


def _extent(values: Floats) -> tuple[float, float]:
    if not len(values):
        return math.nan, math.nan
    return float(values.min()), float(values.max())
