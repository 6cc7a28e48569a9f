"""What was seen and said over time, kept in memory as numbers: for plots, gallery and checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.imaging.tables import FRAME, ROI, SAMPLE, TRIGGER, Table
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.landmarks import Mark
from ifcbgui.session.records import SessionEvent

MOST_SAMPLES: Final = 400_000
MOST_TRIGGERS: Final = 400_000
MOST_ROIS: Final = 400_000
MOST_FRAMES: Final = 10_000


class Series:
    """One quantity over time.

    Attributes:
        name: As in the state (``humidity``), or what was made of it (``zero_roi_share``).
        label: What an operator calls it.
        unit: Unit of its values, or "".
        held: True for what holds until it is said again (a setting), False for a measurement.
        gap_s: A measurement that is followed by none for so long leaves a gap; None for never.
    """

    def __init__(
        self, name: str, label: str, unit: str = "", *, held: bool, gap_s: float | None = None
    ) -> None:
        self.name, self.label, self.unit = name, label, unit
        self.held, self.gap_s = held, gap_s
        self._table = Table(SAMPLE, MOST_SAMPLES)

    @property
    def times(self) -> npt.NDArray[np.int64]:
        """UTC of each value, nanoseconds since 1970."""
        return self._table.rows["time_ns"]

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """The values; NaN where a gap begins."""
        return self._table.rows["value"]

    @property
    def revision(self) -> int:
        """Grows with each change."""
        return self._table.revision

    def append(self, time_ns: int, value: float) -> None:
        """Add a value."""
        self._table.append((time_ns, value))

    def break_off(self, time_ns: int) -> None:
        """Begin a gap, if there is anything before it."""
        if len(self._table) and not np.isnan(self.values[-1]):
            self._table.append((time_ns, np.nan))


class History:
    """What one connection, or one replay up to its clock, has shown so far.

    Attributes:
        triggers: Rows of `TRIGGER`.
        rois: Rows of `ROI`.
        frames: Rows of `FRAME`.
        marks: Routines, pauses, problems and gaps, oldest first.
    """

    def __init__(self) -> None:
        self.triggers = Table(TRIGGER, MOST_TRIGGERS)
        self.rois = Table(ROI, MOST_ROIS)
        self.frames = Table(FRAME, MOST_FRAMES)
        self.marks: list[Mark] = []
        self._series: dict[str, Series] = {}

    def series(self) -> Iterator[Series]:
        """Yield every quantity that there is anything of, in a fixed order."""
        yield from self._series.values()

    def find(self, name: str) -> Series | None:
        """Return a quantity by its name, or None while nothing was said of it."""
        return self._series.get(name)

    def take(self, row_id: int, entry: Entry) -> None:
        """Look at one line of traffic."""

    def take_event(self, event: SessionEvent) -> None:
        """Look at what is no message: a lost link leaves a gap in every series."""

    def take_state(self, state: InstrumentState) -> None:
        """Look at the state after what was taken: runs begin and end in it."""

    def clear(self) -> None:
        """Forget everything, for another connection or another moment of a replay."""
