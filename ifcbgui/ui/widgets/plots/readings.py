"""What a series said at a moment, or last by then. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ifcbgui.session.history import Series

_S: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A value and when it was said (UTC, nanoseconds since 1970)."""

    time_ns: int
    value: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What part of the time is looked at.

    Attributes:
        start_ns: Its begin, UTC.
        stop_ns: Its end, or now.
        known_ns: Up to when there was a connection, at most `stop_ns`.
        when: Returns the words for a moment in it.
    """

    start_ns: int
    stop_ns: int
    known_ns: int
    when: Callable[[int], str]


def sample_at(series: Series, time_ns: int) -> Sample | None:
    """Return the value nearest before a moment; None in a gap and before the first."""
    times, values = series.times, series.values
    at = int(np.searchsorted(times, time_ns, "right")) - 1
    if at < 0:
        return None
    said_ns, value = int(times[at]), float(values[at])
    overdue = series.gap_s is not None and time_ns - said_ns > series.gap_s * _S
    if math.isnan(value) or (overdue and not series.held):
        return None
    return Sample(said_ns, value)


def newest_by(series: Series, time_ns: int, start_ns: int) -> Sample | None:
    """Return the newest value by a moment, however old it is, also before a gap.

    Args:
        series: The series.
        time_ns: The moment, UTC.
        start_ns: UTC of what is seen at all. A setting still holds that was said before.
    """
    times, values = series.times, series.values
    at = int(np.searchsorted(times, time_ns, "right")) - 1
    if at >= 0 and math.isnan(values[at]):
        at -= 1  # never two in a row
    if at < 0 or (times[at] < start_ns and not series.held):
        return None
    return Sample(int(times[at]), float(values[at]))
