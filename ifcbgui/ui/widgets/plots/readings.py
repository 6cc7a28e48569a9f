"""What a series said at a moment: the value nearest before it, or nothing. No Qt here."""

from __future__ import annotations

import math
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
