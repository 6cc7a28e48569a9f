"""Where in a frame its regions of interest were found. No Qt here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ifcbgui.instrument.imaging.tables import Rows, Table
from ifcbgui.ui.models.frame_reel import FrameRow

# Trigger numbers begin anew with each sample, so what belongs together is also near in time.
_NEAR_NS: Final = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Box:
    """A region of interest in a frame.

    Attributes:
        number: Its row in the table of regions.
        left: Left edge, pixels.
        top: Upper edge, pixels.
        width: Pixels.
        height: Pixels.
    """

    number: int
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Places:
    """What is known of where the regions of a frame are.

    Attributes:
        boxes: The regions that came as images.
        corner: Left and upper edge of one that only ``graphchanged`` told of (inferred), or
            None.
    """

    boxes: tuple[Box, ...] = ()
    corner: tuple[int, int] | None = None


def places_in(frame: FrameRow, rois: Table, triggers: Table) -> Places:
    """Return where the regions of a frame are; nothing where its trigger is not known."""
    if frame.trigger <= 0:
        return Places()
    found = _of_trigger(rois, "trigger", frame)
    names = ("left", "top", "width", "height")
    boxes = tuple(
        Box(rois.first + int(index), *(int(rois.rows[index][name]) for name in names))
        for index in found
    )
    return Places(boxes) if boxes else Places((), _corner(frame, triggers))


def _corner(frame: FrameRow, triggers: Table) -> tuple[int, int] | None:
    found = _of_trigger(triggers, "number", frame)
    for index in found[::-1]:
        row = triggers.rows[index]
        if row["left"] >= 0 and row["top"] >= 0:
            return int(row["left"]), int(row["top"])
    return None


def _of_trigger(table: Table, name: str, frame: FrameRow) -> npt.NDArray[np.intp]:
    """Return the indices of the rows of a frame's trigger."""
    rows: Rows = table.rows
    times = rows["time_ns"]
    # A bisection looks at twenty rows, where numpy's would first copy a column of all.
    first = bisect_left(times, frame.time_ns - _NEAR_NS)
    last = bisect_right(times, frame.time_ns + _NEAR_NS)
    return np.flatnonzero(rows[first:last][name] == frame.trigger) + first
