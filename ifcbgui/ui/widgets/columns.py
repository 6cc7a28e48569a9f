"""A layout of equal columns, about as many as the width has room for."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class ColumnsLayout(QLayout):
    """Lays its widgets out row by row in equal columns; rows share the height there is.

    Args:
        parent: The widget it lays out.
        gap: Pixels between columns.
        row_gap: Pixels between rows.
        margin: Pixels around all of it.
        most: The most columns to make.
    """

    def __init__(
        self,
        parent: QWidget,
        *,
        gap: int,
        row_gap: int,
        margin: int = 0,
        most: int = 6,
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap: Final = gap
        self._row_gap: Final = row_gap
        self._most: Final = most
        self.setContentsMargins(margin, margin, margin, margin)

    def addItem(self, item: QLayoutItem) -> None:
        """Add an item behind the others."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, or None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove an item and return it, or None beyond the last."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Take all the width; height only as far as is needed."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Say that fewer columns make more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows at a width."""
        margins = self.contentsMargins()
        rows = self._rows(width - margins.left() - margins.right())
        height = rows * self._row_height() + (rows - 1) * self._row_gap
        return height + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        """Return the size with two columns."""
        width = 2 * self._column_width() + self._gap + 2 * self.contentsMargins().left()
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """Return the width of one column; the height comes from `heightForWidth`."""
        margins = self.contentsMargins()
        size = QSize(self._column_width(), self._row_height())
        return size.grownBy(margins)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items; what height is left over is shared among the rows."""
        super().setGeometry(rect)
        inner = rect.marginsRemoved(self.contentsMargins())
        columns, rows = self._columns(inner.width()), self._rows(inner.width())
        for index, item in enumerate(self._items):
            row, column = divmod(index, columns)
            left, right = _span(inner.width(), self._gap, columns, column)
            top, bottom = _span(inner.height(), self._row_gap, rows, row)
            corner = inner.topLeft()
            item.setGeometry(QRect(left, top, right - left, bottom - top).translated(corner))

    def _column_width(self) -> int:
        return max((item.sizeHint().width() for item in self._items), default=1)

    def _row_height(self) -> int:
        return max((item.sizeHint().height() for item in self._items), default=0)

    def _columns(self, width: int) -> int:
        """Return the fewest columns that need no more rows than as many as fit."""
        count = max(1, len(self._items))
        room = (width + self._gap) // (self._column_width() + self._gap)
        rows = -(-count // max(1, min(room, self._most)))
        return -(-count // rows)

    def _rows(self, width: int) -> int:
        return max(1, -(-len(self._items) // self._columns(width)))


def _span(length: int, gap: int, parts: int, index: int) -> tuple[int, int]:
    """Return where a part of an evenly divided length starts and ends."""
    step = (length + gap) / parts
    return round(step * index), round(step * (index + 1)) - gap
