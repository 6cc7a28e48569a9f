"""Paints rows of the message log, a whole row at a time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QStaticText

from ifcbgui.ui.models.log_model import Column, direction_text
from ifcbgui.ui.models.log_store import LogRow, RowFlag
from ifcbgui.ui.models.log_text import clock_text
from ifcbgui.ui.theme import SPACE_S, Tokens

_CACHE_SIZE: Final = 1024
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
        self._widest = metrics.horizontalAdvance("W")
        self._words: dict[tuple[str, int], QStaticText] = {}
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
        sent = row.flags & RowFlag.OUT
        if ground := _ground(row, colours, selected):
            painter.fillRect(rect, ground)
        if sent:
            painter.fillRect(rect.x(), rect.y(), _BAR_WIDTH, rect.height(), colours.accent)
        top = rect.y() + (rect.height() - self._line) // 2
        painter.setPen(colours.text if selected else colours.muted)
        clock = clock_text(row.time_ns, utc=utc)
        painter.drawText(cells[Column.TIME][0] + SPACE_S, top + self._ascent, clock)
        self._word(painter, cells[Column.KIND], top, row.group)
        if sent and not selected:
            painter.setPen(colours.accent)
        self._word(painter, cells[Column.DIRECTION], top, direction_text(row.direction))
        left, width = cells[Column.MESSAGE]
        if row.flags & (RowFlag.PROBLEM | RowFlag.UNKNOWN):
            problem = row.flags & RowFlag.PROBLEM
            painter.setPen(colours.alarm if problem else colours.warn)
            self._word(painter, (left, width), top, "!" if problem else "?")
        painter.setPen(colours.text)
        self._word(painter, (left + self.mark_width, width - self.mark_width), top, row.words.label)
        left, width = cells[Column.VALUE]
        value = self._fitted(row.words.value, width - 2 * SPACE_S)
        painter.drawText(left + SPACE_S, top + self._ascent, value)
        if current:
            painter.setPen(colours.accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _word(self, painter: QPainter, cell: tuple[int, int], top: int, text: str) -> None:
        """Draw a text of which there are few, laid out once for all rows."""
        left, width = cell[0] + SPACE_S, cell[1] - 2 * SPACE_S
        word = self._words.get((text, width))
        if word is None:
            word = QStaticText(self._fitted(text, width))
            word.setTextFormat(Qt.TextFormat.PlainText)
            word.prepare(font=painter.font())
            if len(self._words) >= _CACHE_SIZE:
                self._words.clear()
            self._words[text, width] = word
        painter.drawStaticText(left, top, word)

    def _fitted(self, text: str, width: int) -> str:
        """Return a text cut to a width; measured only where it may be too long."""
        if len(text) * self._widest <= width:
            return text
        return self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _ground(row: LogRow, colours: Tokens, selected: bool) -> QColor | None:
    """Return the ground of a row, or None for that of the table."""
    if selected:
        return colours.selection
    if row.flags & (RowFlag.PROBLEM | RowFlag.UNKNOWN):
        return colours.unknown_row
    return colours.out_row if row.flags & RowFlag.OUT else None
