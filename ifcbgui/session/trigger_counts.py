"""What can be counted of triggers: how many a second, and how many regions of interest in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

_WINDOW: Final = 50
# With fewer triggers a share says nothing: one in twelve is without a region when all is well.
_ENOUGH: Final = 12
_BIN_NS: Final = 10_000_000_000
_NEVER: Final = 2**63


class RoiCounts:
    """Regions of interest in the newest 50 triggers, from the twelfth on."""

    def __init__(self) -> None:
        self._window: deque[int] = deque()
        self._sum = self._empty = 0

    def take(self, rois: int) -> tuple[float, float] | None:
        """Look at how many a trigger has.

        Returns:
            Mean, and share of triggers without any; None before the twelfth trigger.
        """
        window = self._window
        window.append(rois)
        self._sum += rois
        self._empty += rois == 0
        if len(window) > _WINDOW:
            gone = window.popleft()
            self._sum -= gone
            self._empty -= gone == 0
        if len(window) < _ENOUGH:
            return None
        return self._sum / len(window), self._empty / len(window)

    def clear(self) -> None:
        """Begin anew."""
        self._window.clear()
        self._sum = self._empty = 0


class TriggerRate:
    """Triggers a second, counted in bins of 10 s that were listened to from end to end.

    The first trigger shows that triggers are told of at all; the next whole bin is the first.

    Attributes:
        due_ns: UTC from when on a message shows that a bin is over.
    """

    def __init__(self) -> None:
        self.due_ns = _NEVER
        self._count = 0

    def count(self, time_ns: int) -> None:
        """Count a trigger; call `told_by` before."""
        if self.due_ns == _NEVER or time_ns < self.due_ns - 2 * _BIN_NS:  # the clock was set back
            self.due_ns = (-(-time_ns // _BIN_NS) + 1) * _BIN_NS
            self._count = 0
        if time_ns >= self.due_ns - _BIN_NS:
            self._count += 1

    def told_by(self, time_ns: int) -> Iterator[tuple[int, float]]:
        """Yield the end of each bin that is over, and its rate; of many empty ones two."""
        if time_ns < self.due_ns:
            return
        yield self.due_ns, self._count * 1e9 / _BIN_NS
        self._count = 0
        last_ns = time_ns // _BIN_NS * _BIN_NS
        if last_ns > self.due_ns:
            yield self.due_ns + _BIN_NS, 0.0
        if last_ns > self.due_ns + _BIN_NS:
            yield last_ns, 0.0
        self.due_ns = last_ns + _BIN_NS

    def stop(self) -> None:
        """Forget the bin under way: it will not have been listened to from end to end."""
        self.due_ns = _NEVER
        self._count = 0
