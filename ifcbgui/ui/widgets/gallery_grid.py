"""Where the tiles of a gallery are: rows of equal tiles that fill the width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect

GAP: Final = 6


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal tiles, left to right and top to bottom; all lengths in pixels.

    Attributes:
        count: Number of tiles.
        columns: Tiles in a row, at least 1.
        width: Width of a tile.
        height: Height of a tile.
    """

    count: int
    columns: int
    width: int
    height: int

    @staticmethod
    def fill(count: int, room: int, least_width: int, height: int) -> Grid:
        """Return a grid of tiles that are just so much wider than needed that they fill a row.

        Args:
            count: Number of tiles.
            room: Width there is.
            least_width: Width that a tile needs.
            height: Height of a tile.
        """
        columns = max(1, (room - GAP) // (least_width + GAP))
        return Grid(count, columns, max(1, (room - GAP) // columns - GAP), height)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return -(-self.count // self.columns)

    @property
    def whole_height(self) -> int:
        """Height of all rows together."""
        return self.rows * (self.height + GAP) + GAP

    def rect(self, position: int) -> QRect:
        """Return where a tile is, from 0."""
        row, column = divmod(position, self.columns)
        x, y = column * (self.width + GAP) + GAP, row * (self.height + GAP) + GAP
        return QRect(x, y, self.width, self.height)

    def at(self, point: QPoint) -> int | None:
        """Return which tile is at a point, or None between them."""
        column = (point.x() - GAP) // (self.width + GAP)
        row = (point.y() - GAP) // (self.height + GAP)
        position = row * self.columns + column
        if not (0 <= column < self.columns and 0 <= position < self.count):
            return None
        return position if self.rect(position).contains(point) else None

    def between(self, top: int, bottom: int) -> tuple[int, int]:
        """Return the first of the tiles that touch a stretch of height, and the end of them."""
        first = max(0, (top - GAP) // (self.height + GAP))
        last = max(0, (bottom - GAP) // (self.height + GAP)) + 1
        return min(first * self.columns, self.count), min(last * self.columns, self.count)

    def touched(self, area: QRect) -> list[int]:
        """Return all tiles that an area touches, in order."""
        first, stop = self.between(area.top(), area.bottom())
        # Of each row the same columns are touched.
        columns = [
            column for column in range(self.columns) if self._column(column).intersects(_flat(area))
        ]
        rows = range(first // self.columns, -(-stop // self.columns))
        found = (row * self.columns + column for row in rows for column in columns)
        return [
            position
            for position in found
            if position < self.count and self.rect(position).intersects(area)
        ]

    def _column(self, column: int) -> QRect:
        return QRect(column * (self.width + GAP) + GAP, 0, self.width, 1)


def _flat(area: QRect) -> QRect:
    return QRect(area.left(), 0, area.width(), 1)
