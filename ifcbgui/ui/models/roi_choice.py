"""Which regions of interest are chosen, by number: it outlives any order. No Qt here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ifcbgui.ui.models.roi_order import Numbers, RoiOrder


class RoiChoice:
    """What is selected, and which of it is the one that keys move.

    Args:
        order: The order in which ranges are meant.

    Attributes:
        current: Number of the row that keys move, or None.
    """

    def __init__(self, order: RoiOrder) -> None:
        self._order = order
        self._selected = np.empty(0, np.int64)
        self._anchor: int | None = None
        self.current: int | None = None

    @property
    def selected(self) -> Numbers:
        """Selected numbers, ascending."""
        return self._selected

    def has(self, number: int) -> bool:
        """Return whether a row is selected."""
        return bool(self.among(np.array([number]))[0])

    def among(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Return which of some rows are selected."""
        places = np.searchsorted(self._selected, numbers)
        found = places < len(self._selected)
        found[found] = self._selected[places[found]] == numbers[found]
        return found

    def choose(self, number: int) -> None:
        """Select one row and nothing else."""
        self.current = self._anchor = number
        self._selected = np.array([number], np.int64)

    def toggle(self, number: int) -> None:
        """Select one row more, or one less."""
        self.current = self._anchor = number
        self._selected = np.setxor1d(self._selected, [number])

    def extend(self, number: int) -> None:
        """Select all from where the selection began to a row, in the order shown."""
        begin = None if self._anchor is None else self._order.position(self._anchor)
        end = self._order.position(number)
        if begin is None or end is None:
            self.choose(number)
            return
        self.current = number
        first, last = sorted((begin, end))
        self._selected = np.sort(self._order.shown[first : last + 1])

    def take(self, numbers: Numbers) -> None:
        """Select some rows and nothing else; where the keys are does not change."""
        self._selected = np.unique(numbers)

    def clear(self) -> None:
        """Select nothing."""
        self._selected = self._selected[:0]
        self._anchor = self.current = None

    def let_go(self, first: int) -> None:
        """Forget rows before a number, which are gone."""
        self._selected = self._selected[self._selected >= first]
        if self.current is not None and self.current < first:
            self.current = None

    def in_order(self) -> Numbers:
        """Return the selected numbers in the order shown."""
        shown = self._order.shown
        return shown[self.among(shown)]
