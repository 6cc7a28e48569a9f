"""Which rows of the log are shown: a growing array of positions, oldest first."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.uint32]

_FIRST_CAPACITY: Final = 1024


class RowIndex:
    """Positions in a log store, ascending, one for each shown row.

    Appending costs no copy but when the array doubles; dropping from the front moves a mark.
    """

    def __init__(self) -> None:
        self._array: Positions = np.empty(_FIRST_CAPACITY, np.uint32)
        self._start = 0
        self._stop = 0

    def __len__(self) -> int:
        return self._stop - self._start

    @property
    def positions(self) -> Positions:
        """All shown positions; valid until the index next changes."""
        return self._array[self._start : self._stop]

    def position(self, row: int) -> int:
        """Return the position shown in a row, 0 being the first."""
        return int(self._array[self._start + row])

    def append(self, positions: Positions) -> None:
        """Show more positions, all above the last one."""
        needed = len(self) + len(positions)
        if self._start + needed > len(self._array):
            self._move_to_new_array(2 * needed)
        self._array[self._stop : self._stop + len(positions)] = positions
        self._stop += len(positions)

    def replace(self, positions: Positions) -> None:
        """Show these positions and no other."""
        self._start = self._stop = 0
        self.append(positions)

    def rows_below(self, position: int) -> int:
        """Return how many shown rows stand before a position."""
        return int(np.searchsorted(self.positions, position))

    def drop_first(self, rows: int) -> None:
        """Forget the first rows."""
        self._start += rows

    def _move_to_new_array(self, capacity: int) -> None:
        array = np.empty(max(capacity, _FIRST_CAPACITY), np.uint32)
        array[: len(self)] = self.positions
        self._array, self._start, self._stop = array, 0, len(self)
