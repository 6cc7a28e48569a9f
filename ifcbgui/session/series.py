"""One quantity over time."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from ifcbgui.instrument.imaging.tables import SAMPLE, Rows, Table

MOST_SAMPLES: Final = 400_000

_NEVER: Final = -(2**63)


class Series:
    """One quantity over time.

    Of a held value that is said again and again the first and the last time are kept.

    Attributes:
        name: As in the state (``humidity``), or what was made of it (``zero_roi_share``).
        label: What an operator calls it.
        unit: Unit of its values, or "".
        held: True for what holds until it is said again (a setting), False for a measurement.
        first: The first value of all, kept when its row has long gone; NaN before it.
        gap_s: A measurement that is followed by none for so long leaves a gap; None for never.
    """

    def __init__(
        self, name: str, label: str, unit: str = "", *, held: bool, gap_s: float | None = None
    ) -> None:
        self.name, self.label, self.unit = name, label, unit
        self.held, self.gap_s = held, gap_s
        self.first = math.nan
        self._gap_ns = None if gap_s is None else round(gap_s * 1e9)
        self._table = Table(SAMPLE, MOST_SAMPLES)
        self._last_ns = _NEVER
        self._last = math.nan
        self._repeated = False

    @property
    def times(self) -> npt.NDArray[np.int64]:
        """UTC of each value, nanoseconds since 1970; they never fall."""
        return self._table.rows["time_ns"]

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """The values; NaN where a gap begins."""
        return self._table.rows["value"]

    @property
    def rows(self) -> Rows:
        """Times and values together, rows of `SAMPLE`."""
        return self._table.rows

    @property
    def revision(self) -> int:
        """Grows with each change."""
        return self._table.revision

    def __len__(self) -> int:
        return len(self._table)

    def append(self, time_ns: int, value: float) -> None:
        """Add a value.

        A time before the last one is taken for that: all that looks up times relies on their
        order.
        """
        last_ns = self._last_ns
        time_ns = max(time_ns, last_ns)
        if self.held:
            again = value == self._last
            if again and self._repeated:
                self._table.amend(self._table.stop - 1, time_ns=time_ns)
                self._last_ns = time_ns
                return
            self._repeated = again
        elif self._gap_ns is not None and time_ns - last_ns > self._gap_ns:
            self.break_off(last_ns + self._gap_ns)
        self._table.append((time_ns, value))
        self._last_ns, self._last = time_ns, value
        if self.first != self.first:
            self.first = value

    def break_off(self, time_ns: int) -> None:
        """Begin a gap, if there is a value before it."""
        if not math.isnan(self._last):
            self._last_ns, self._last = max(time_ns, self._last_ns), math.nan
            self._table.append((self._last_ns, math.nan))

    def clear(self) -> None:
        """Forget all values."""
        self._table.clear()
        self._last_ns, self._last, self._repeated = _NEVER, math.nan, False
        self.first = math.nan

    def adopt(self, other: Series) -> None:
        """Take over the values of another series, which is then of no use."""
        self._table.adopt(other._table)
        self._last_ns, self._last = other._last_ns, other._last
        self._repeated, self.first = other._repeated, other.first
