"""Which rows of the log are shown: a growing array of positions, oldest first."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.uint32]

_FIRST_CAPACITY: Final = 1024


class RowIndex:
    """Positions in a log store, ascending, one for each shown row.

    Appending costs no copy but when the array doubles; dropping from the front moves a mark, and
    so does putting rows before the first where room was kept for them.
    """

    def __init__(self) -> None:
        self._array: Positions = np.empty(0, np.uint32)
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
            self._move(0, 2 * needed)
        self._array[self._stop : self._stop + len(positions)] = positions
        self._stop += len(positions)

    def prepend(self, positions: Positions) -> None:
        """Show more positions, all below the first one."""
        if len(positions) > self._start:
            self._move(len(positions) + len(self), 2 * (len(self) + len(positions)))
        self._array[self._start - len(positions) : self._start] = positions
        self._start -= len(positions)

    def replace(self, positions: Positions, room: int = 0) -> None:
        """Show these positions and no other.

        Args:
            positions: What to show.
            room: Number of rows for which room is kept before the first.
        """
        self._start = self._stop = room
        self._array = np.empty(room + len(positions) + _FIRST_CAPACITY, np.uint32)
        self.append(positions)

    def rows_below(self, position: int) -> int:
        """Return how many shown rows stand before a position."""
        return int(np.searchsorted(self.positions, position))

    def drop_first(self, rows: int) -> None:
        """Forget the first rows."""
        self._start += rows

    def _move(self, start: int, capacity: int) -> None:
        """Copy the rows into a larger array, to begin at some place in it."""
        array = np.empty(start + max(capacity, _FIRST_CAPACITY), np.uint32)
        stop = start + len(self)
        array[start:stop] = self.positions
        self._array, self._start, self._stop = array, start, stop


def rows_of(positions: Positions, shown: Positions) -> NDArray[np.intp]:
    """Return the rows that show some ascending positions; those that are not shown are left out.

    Looked up one by one: `numpy.isin` would go through all that is shown, perhaps millions.
    """
    if not len(shown):
        return np.empty(0, np.intp)
    rows = np.minimum(np.searchsorted(shown, positions), len(shown) - 1)
    there: NDArray[np.bool_] = shown[rows] == positions
    return rows[there]
