"""Which values of triggers can be plotted against each other, and which rows are shown. No Qt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ifcbgui.instrument.imaging.tables import Table

_MINUTE_NS: Final = 60 * 10**9
# Trigger numbers begin anew with each sample, so what belongs together is also near in time.
_NEAR_NS: Final = 10 * 10**9
_LATELY: Final = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of the table of triggers.

    Attributes:
        title: What an operator calls it.
        x: Name of the one column.
        y: Name of the other.
        x_label: What stands on its axis.
        y_label: Likewise.
    """

    title: str
    x: str
    y: str
    x_label: str
    y_label: str


def _unverified(x: str, y: str) -> Pair:
    # Which of the four values of graphchanged is which is not settled: one fell on a real trigger.
    note = "(order unverified)"
    return Pair(f"{x} and {y} {note}", x, y, f"{x} {note}", f"{y} {note}")


PMT_PAIRS: Final = (
    Pair("PMT A and B, peak", "peak_a", "peak_b", "PMT A peak, V", "PMT B peak, V"),
    Pair(
        *("PMT A, peak and integrated", "integrated_a", "peak_a"),
        *("PMT A integrated, V", "PMT A peak, V"),
    ),
    Pair(
        *("PMT B, peak and integrated", "integrated_b", "peak_b"),
        *("PMT B integrated, V", "PMT B peak, V"),
    ),
)
GRAPH_PAIRS: Final = (
    *(_unverified("f1", "f2"), _unverified("f3", "f4")),
    *(_unverified("f1", "f3"), _unverified("f2", "f4")),
)
PAIRS: Final = (*PMT_PAIRS, *GRAPH_PAIRS)


@dataclass(frozen=True, slots=True)
class Window:
    """Which of the newest rows are shown: all, so many, or those of so many minutes.

    Attributes:
        title: What an operator reads.
        most: How many rows, or None.
        minutes: Of how many minutes before the newest row, or None.
    """

    title: str
    most: int | None = None
    minutes: int | None = None

    def part(self, times_ns: npt.NDArray[np.int64]) -> slice:
        """Return which rows are shown, by their UTC of arrival."""
        stop = len(times_ns)
        if self.most is not None:
            return slice(max(stop - self.most, 0), stop)
        if self.minutes is not None and stop:
            since = int(times_ns[-1]) - self.minutes * _MINUTE_NS
            # Not by bisection: a clock that was set back must not hide what came since.
            late = np.flatnonzero(times_ns < since)
            return slice(int(late[-1]) + 1 if len(late) else 0, stop)
        return slice(0, stop)


WINDOWS: Final = (
    *(Window(f"Last {most:,}", most=most) for most in (500, 2000, 10_000)),
    *(Window(f"Last {minutes} min", minutes=minutes) for minutes in (1, 5, 30)),
    Window("All"),
)
USUAL_WINDOW: Final = WINDOWS[1]


def has_values(rows: npt.NDArray[Any], pair: Pair) -> bool:
    """Tell whether both values have come lately."""
    rows = rows[-_LATELY:]
    return bool((np.isfinite(rows[pair.x]) & np.isfinite(rows[pair.y])).any())


def usual_pair(rows: npt.NDArray[Any]) -> Pair:
    """Return what to show until somebody chooses: photomultipliers where their values are sent."""
    return next(
        (pair for pair in (PMT_PAIRS[0], GRAPH_PAIRS[0]) if has_values(rows, pair)), PAIRS[0]
    )


def roi_of(trigger: int, triggers: Table, rois: Table) -> int | None:
    """Return the number of the first ROI of a trigger, or None where nothing is known of it.

    Args:
        trigger: Number of its row.
        triggers: Rows of `TRIGGER`.
        rois: Rows of `ROI`.
    """
    if not triggers.first <= trigger < triggers.stop:
        return None
    row = triggers.rows[trigger - triggers.first]
    found = _near(rois, int(row["time_ns"]), 0, _NEAR_NS)
    same = rois.rows[found]["trigger"] == row["number"]
    if row["number"] == 0:  # nobody numbered it: only the message can tell
        same &= rois.rows[found]["message_id"] == row["message_id"]
    hits = np.flatnonzero(same)
    return rois.first + found.start + int(hits[0]) if len(hits) else None


def trigger_of(roi: int, triggers: Table, rois: Table) -> int | None:
    """Return the number of the row of the trigger that a ROI is of, or None."""
    if not rois.first <= roi < rois.stop:
        return None
    row = rois.rows[roi - rois.first]
    found = _near(triggers, int(row["time_ns"]), _NEAR_NS, 0)
    same = triggers.rows[found]["number"] == row["trigger"]
    if row["trigger"] == 0:
        same &= triggers.rows[found]["message_id"] == row["message_id"]
    hits = np.flatnonzero(same)
    return triggers.first + found.start + int(hits[-1]) if len(hits) else None


def seen_as_images(triggers: Table, rois: Table) -> bool:
    """Tell whether ROIs still come as images, or have come to be told by graphchanged alone.

    Operators switch images off once all is set up, and what came before is then no longer new.
    """
    if not len(rois):
        return False
    outdated_ns = int(rois.rows["time_ns"][-1]) + _MINUTE_NS
    later = triggers.rows[bisect_right(triggers.rows["time_ns"], outdated_ns) :]
    return not (later["left"] >= 0).any()


def _near(table: Table, time_ns: int, before_ns: int, after_ns: int) -> slice:
    """Return which rows came about a moment."""
    times = table.rows["time_ns"]
    # Bisection of a strided column in place, where numpy's would first copy all of it.
    first = bisect_left(times, time_ns - before_ns)
    return slice(first, bisect_right(times, time_ns + after_ns))
