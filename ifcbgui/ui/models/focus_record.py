"""How sharp pictures have been lately, and how sharp at best: help for focusing. No Qt here."""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from typing import Final

SPAN_NS: Final = 300 * 1_000_000_000
# Cells of one water differ by a third or so in the same focus.
_SMOOTHED: Final = 21
_ENOUGH: Final = 9
# What is older says nothing of the focus as it is: somebody may have turned since.
_TOGETHER_NS: Final = 60 * 1_000_000_000

Point = tuple[int, float]
"""UTC (nanoseconds since 1970) and sharpness."""


class FocusRecord:
    """Follows the median of the last few measurements: one sharp cell is not focus.

    Attributes:
        now: The newest, of however few measurements, or None.
        best: The sharpest since `since_ns`, or None.
        since_ns: UTC of the first measurement that counts for the best, or None.
    """

    def __init__(self) -> None:
        self._lately: deque[Point] = deque(maxlen=_SMOOTHED)
        self._points: deque[Point] = deque()
        self.now: Point | None = None
        self.best: Point | None = None
        self.since_ns: int | None = None

    def courses(self) -> list[list[Point]]:
        """Return the course of the last minutes, oldest first, in pieces where there are gaps."""
        pieces: list[list[Point]] = []
        for point in self._points:
            if not pieces or point[0] - pieces[-1][-1][0] > _TOGETHER_NS:
                pieces.append([])
            pieces[-1].append(point)
        return pieces

    def add(self, time_ns: int, value: float) -> None:
        """Take a measurement."""
        if self._lately and abs(time_ns - self._lately[-1][0]) > _TOGETHER_NS:
            self._lately.clear()
        self._lately.append((time_ns, value))
        near = [v for at, v in self._lately if time_ns - at <= _TOGETHER_NS]
        self.now = point = (time_ns, median(near))
        if self.since_ns is None:
            self.since_ns = time_ns
        if len(near) >= _ENOUGH:
            self._points.append(point)
            if self.best is None or point[1] >= self.best[1]:
                self.best = point
        while self._points and time_ns - self._points[0][0] > SPAN_NS:
            self._points.popleft()

    def share(self) -> float:
        """Return the newest as a share of the best; not a number where there is none."""
        if self.now is None or self.best is None or self.best[1] <= 0:
            return math.nan
        return self.now[1] / self.best[1]

    def reset_best(self) -> None:
        """Look for the best anew; the course stays, what was measured before counts no more."""
        self.best = self.since_ns = None
        self._lately.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._points.clear()
        self.now = None
        self.reset_best()
