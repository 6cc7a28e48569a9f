"""In which order a gallery shows the rows of a table, sorted as columns. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ifcbgui.instrument.imaging.tables import Rows, Table

Numbers = NDArray[np.int64]
"""Numbers of rows of a table."""

_NONE: Final[Numbers] = np.empty(0, np.int64)


class SortBy(StrEnum):
    """What regions of interest are sorted by, as an operator reads it."""

    TIME = "Time"
    SIZE = "Size"
    LEFT = "Position, x"
    TOP = "Position, y"
    TRIGGER = "Trigger"


_KEYS: Final[Mapping[SortBy, Callable[[Rows], NDArray[Any]]]] = {
    SortBy.SIZE: lambda rows: rows["width"].astype(np.int64) * rows["height"],
    SortBy.LEFT: lambda rows: rows["left"],
    SortBy.TOP: lambda rows: rows["top"],
    SortBy.TRIGGER: lambda rows: rows["trigger"],
}


class RoiOrder:
    """Numbers of rows in the order shown, which only changes when it is asked to.

    Args:
        table: Rows of `ROI`.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._order = _NONE  # always ascending, and read backwards for descending
        self._stop = 0
        self._epoch = table.epoch
        self._sort = SortBy.TIME
        self._descending = True

    def __len__(self) -> int:
        return len(self._order)

    @property
    def table(self) -> Table:
        """The rows themselves."""
        return self._table

    @property
    def sort(self) -> SortBy:
        """What it is sorted by."""
        return self._sort

    @property
    def descending(self) -> bool:
        """Whether the newest, largest, rightmost or lowest come first."""
        return self._descending

    @property
    def unseen(self) -> int:
        """How many rows the table has that are not in the order yet."""
        if self._epoch != self._table.epoch:
            return len(self._table)
        return self._table.stop - max(self._stop, self._table.first)

    @property
    def shown(self) -> Numbers:
        """All numbers in the order shown."""
        return self._order[::-1] if self._descending else self._order

    def set_sort(self, sort: SortBy, *, descending: bool) -> None:
        """Sort otherwise, with all that has come."""
        self._sort, self._descending = sort, descending
        self.take_new()

    def let_go(self) -> bool:
        """Leave out rows that the table no longer has; return whether there were any."""
        if self._epoch != self._table.epoch:
            gone = len(self._order) > 0
            self._order, self._stop, self._epoch = _NONE, 0, self._table.epoch
            return gone
        kept = self._order[self._order >= self._table.first]
        gone = len(kept) < len(self._order)
        self._order = kept
        return gone

    def take_new(self, stop: int | None = None) -> None:
        """Take in rows that have come, and put all into order by what they hold now.

        Args:
            stop: Number of the first row that is to wait still; None for none.
        """
        self.let_go()
        stop = self._table.stop if stop is None else max(stop, self._stop)
        fresh = np.arange(max(self._stop, self._table.first), stop)
        self._stop = stop
        order = np.concatenate((self._order, fresh))
        key = _KEYS.get(self._sort)
        keys = order if key is None else key(self._table.rows)[order - self._table.first]
        # A stable sort is quick on what is almost sorted: what was there before.
        self._order = order[np.argsort(keys, kind="stable")]

    def rows(self, numbers: Numbers) -> Rows:
        """Return a copy of some rows, all of which the table must have."""
        return self._table.rows[numbers - self._table.first]

    def position(self, number: int) -> int | None:
        """Return at which place a row is shown, from 0, or None if it is not."""
        found = np.flatnonzero(self.shown == number)
        return int(found[0]) if len(found) else None
