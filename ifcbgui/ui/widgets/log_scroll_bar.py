"""The scroll bar of the message log, with marks where something is to be found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

from ifcbgui.ui.models.row_index import Positions, rows_of
from ifcbgui.ui.theme import tokens

_MARK_HEIGHT: Final = 2
_EXACT: Final = 20_000


class LogScrollBar(QScrollBar):
    """Marks places of the rows that are shown, all of them at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._marks: dict[str, list[int]] = {}

    def show_marks(self, shown: Positions, marks: Mapping[str, Positions]) -> None:
        """Mark rows.

        Args:
            shown: Positions of all shown rows, ascending.
            marks: Positions of what is marked, ascending, by the colour's token; those that
                are not shown are left out.
        """
        height = self._groove()[1]
        places = {token: _places(shown, found, height) for token, found in marks.items()}
        if places != self._marks:
            self._marks = places
            self.update()

    @property
    def marks(self) -> Mapping[str, list[int]]:
        """Pixels of the marks below the top of the groove, by the colour's token."""
        return self._marks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the marks over the bar, so that the slider hides none."""
        super().paintEvent(event)
        painter = QPainter(self)
        top, _ = self._groove()
        lane = max(self.width() // 3, 3)
        for number, (token, places) in enumerate(self._marks.items()):
            colour = getattr(tokens(), token)
            left = 1 if number == 0 else self.width() - lane - 1
            for place in places:
                painter.fillRect(left, top + place, lane, _MARK_HEIGHT, colour)

    def _groove(self) -> tuple[int, int]:
        """Return top and height of the part in which the slider moves."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ScrollBarGroove
        groove = self.style().subControlRect(QStyle.ComplexControl.CC_ScrollBar, option, part, self)
        return groove.top(), max(groove.height() - _MARK_HEIGHT, 1)


def _places(shown: Positions, marked: Positions, height: int) -> list[int]:
    """Return at which pixels there are marks; of very many by looking at each pixel's rows."""
    if not len(shown) or not len(marked):
        return []
    if len(marked) <= _EXACT:
        rows = rows_of(marked, shown)
        pixels: list[int] = np.unique(rows * height // len(shown)).tolist()
        return pixels
    edges = np.minimum(np.arange(height + 1) * len(shown) // height, len(shown) - 1)
    below = np.searchsorted(marked, shown[edges])
    return np.flatnonzero(np.diff(below)).tolist()
