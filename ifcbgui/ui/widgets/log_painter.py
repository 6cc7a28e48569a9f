"""Paints rows of the message log, a whole row at a time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from ifcbgui.instrument.entry import Direction
from ifcbgui.ui.models.log_model import Column, direction_text
from ifcbgui.ui.models.log_store import LogRow, RowFlag
from ifcbgui.ui.models.log_text import clock_text
from ifcbgui.ui.theme import SPACE_S, Tokens

_MARKS: Final = {RowFlag.PROBLEM: "!", RowFlag.UNKNOWN: "?"}
_CACHE_SIZE: Final = 4096
_BAR_WIDTH: Final = 3


class LogPainter:
    """Draws a row straight from the store.

    A row is one call instead of one for each cell and role: the difference between a view that
    keeps up with a busy instrument and one that does not.

    Args:
        metrics: Of the font that is painted with.
    """

    def __init__(self, metrics: QFontMetrics) -> None:
        self._metrics = metrics
        self._ascent = metrics.ascent()
        self._line = metrics.ascent() + metrics.descent()
        self._elided: dict[tuple[str, int], str] = {}
        self.mark_width = metrics.horizontalAdvance("?") + SPACE_S // 2

    def paint_row(
        self,
        painter: QPainter,
        rect: QRect,
        cells: list[tuple[int, int]],
        row: LogRow,
        colours: Tokens,
        *,
        utc: bool,
        selected: bool,
        current: bool,
    ) -> None:
        """Draw one row.

        Args:
            painter: Painter on the viewport, its font set.
            rect: Place of the row.
            cells: Left edge and width of each column, in the order of `Column`.
            row: What to draw.
            colours: The theme in force.
            utc: Whether the time is in UTC.
            selected: Draw it as chosen.
            current: Draw the frame of the row that has the keyboard.
        """
        painter.fillRect(rect, _ground(row, colours, selected))
        if row.direction is Direction.OUT:
            painter.fillRect(rect.x(), rect.y(), _BAR_WIDTH, rect.height(), colours.accent)
        base = rect.y() + (rect.height() - self._line) // 2 + self._ascent
        mark = _MARKS.get(row.flags & (RowFlag.PROBLEM | RowFlag.UNKNOWN))
        quiet = colours.text if selected else colours.muted
        sent = row.direction is Direction.OUT
        self._text(painter, cells[Column.TIME], base, clock_text(row.time_ns, utc=utc), quiet)
        way = colours.accent if sent and not selected else quiet
        self._text(painter, cells[Column.DIRECTION], base, direction_text(row.direction), way)
        self._text(painter, cells[Column.KIND], base, row.group, quiet)
        left, width = cells[Column.MESSAGE]
        inset = (left + self.mark_width, width - self.mark_width)
        if mark:
            strong = colours.alarm if row.flags & RowFlag.PROBLEM else colours.warn
            self._text(painter, (left, width), base, mark, strong)
        self._text(painter, inset, base, row.words.label, colours.text)
        self._text(painter, cells[Column.VALUE], base, row.words.value, colours.text)
        if current:
            painter.setPen(colours.accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _text(
        self, painter: QPainter, cell: tuple[int, int], base: int, text: str, colour: QColor
    ) -> None:
        left, width = cell
        painter.setPen(colour)
        painter.drawText(left + SPACE_S, base, self._fitted(text, width - 2 * SPACE_S))

    def _fitted(self, text: str, width: int) -> str:
        """Return a text cut to a width; remembered, since measuring costs more than drawing."""
        fitted = self._elided.get((text, width))
        if fitted is None:
            if len(self._elided) >= _CACHE_SIZE:
                self._elided.clear()
            fitted = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._elided[text, width] = fitted
        return fitted


def _ground(row: LogRow, colours: Tokens, selected: bool) -> QColor:
    if selected:
        return colours.selection
    if row.flags & (RowFlag.PROBLEM | RowFlag.UNKNOWN):
        return colours.unknown_row
    return colours.out_row if row.direction is Direction.OUT else colours.surface
