"""A layout of equal columns, as many as the width has room for."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class ColumnsLayout(QLayout):
    """Lays its widgets out row by row in equal columns; rows share the height there is.

    Args:
        parent: The widget it lays out.
        column_width: Width below which a column is not made; the widest hint when None.
        max_columns: Most columns to make.
        spacing: Pixels between columns and between rows.
    """

    def __init__(
        self,
        parent: QWidget,
        *,
        column_width: int | None = None,
        max_columns: int = 12,
        spacing: int,
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._column_width: Final = column_width
        self._max_columns: Final = max_columns
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Add an item behind the others."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        """Return an item, or None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
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
        rows = self._rows(width)
        return rows * self._row_height() + (rows - 1) * self.spacing()

    def sizeHint(self) -> QSize:
        """Return the size with two columns."""
        width = 2 * self._min_column() + self.spacing()
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """Return the size of one column; its height comes from `heightForWidth`."""
        return QSize(self._min_column(), self._row_height())

    def setGeometry(self, rect: QRect) -> None:
        """Place the items; what height is left over is shared among the rows."""
        super().setGeometry(rect)
        columns, rows = self._columns(rect.width()), self._rows(rect.width())
        gap = self.spacing()
        for index, item in enumerate(self._items):
            row, column = divmod(index, columns)
            left, right = (_edge(rect.width(), gap, columns, i) for i in (column, column + 1))
            top, bottom = (_edge(rect.height(), gap, rows, i) for i in (row, row + 1))
            item.setGeometry(
                QRect(rect.left() + left, rect.top() + top, right - left - gap, bottom - top - gap)
            )

    def _min_column(self) -> int:
        if self._column_width is not None:
            return self._column_width
        return max((item.sizeHint().width() for item in self._items), default=1)

    def _row_height(self) -> int:
        return max((item.sizeHint().height() for item in self._items), default=0)

    def _columns(self, width: int) -> int:
        room = (width + self.spacing()) // (self._min_column() + self.spacing())
        return max(1, min(room, self._max_columns, len(self._items) or 1))

    def _rows(self, width: int) -> int:
        return max(1, -(-len(self._items) // self._columns(width)))


def _edge(length: int, gap: int, parts: int, index: int) -> int:
    """Return where part number ``index`` of a divided length starts."""
    return round((length + gap) * index / parts)
