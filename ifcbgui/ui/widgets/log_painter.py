"""Paints rows of the message log, a whole row at a time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPen, QStaticText

from ifcbgui.instrument.ticket import Fate
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.fates import FATE_LOOKS
from ifcbgui.ui.models.log_events import look_of
from ifcbgui.ui.models.log_model import Column, direction_text
from ifcbgui.ui.models.log_row import LogRow, RowFlag
from ifcbgui.ui.models.log_text import clock_text
from ifcbgui.ui.theme import SPACE_S, Tokens

_CACHE_SIZE: Final = 1024
_BAR_WIDTH: Final = 3
_MARK_SHARE: Final = 0.6


class LogPainter:
    """Draws a row straight from the store.

    A row is one call instead of one for each cell and role: the difference between a view that
    keeps up with a busy instrument and one that does not.

    Args:
        font: Font that is painted with.
    """

    def __init__(self, font: QFont) -> None:
        metrics = QFontMetrics(font)
        self._font, self._bold = font, QFont(font)
        self._bold.setBold(True)
        self._bold_metrics = QFontMetrics(self._bold)
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._metrics = metrics
        self._ascent = metrics.ascent()
        self._line = metrics.ascent() + metrics.descent()
        self._widest = metrics.horizontalAdvance("W")
        self._words: dict[tuple[str, int], QStaticText] = {}
        self._mark_widths: dict[str, int] = {}
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
            painter: Painter on the viewport, its font set to the painter's.
            rect: Place of the row.
            cells: Left edge and width of each column, in the order of `Column`.
            row: What to draw.
            colours: The theme in force.
            utc: Whether the time is in UTC.
            selected: Draw it as chosen.
            current: Draw the frame of the row that has the keyboard.
        """
        if row.event:
            self._paint_event(painter, rect, cells, row, colours, utc=utc, selected=selected)
        else:
            self._paint_message(painter, rect, cells, row, colours, utc=utc, selected=selected)
        if current:
            painter.setPen(colours.accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def paint_cursor(self, painter: QPainter, top: int, height: int, colours: Tokens) -> None:
        """Mark a row as the one at which a replay stands: a frame and a wedge at its edge."""
        width = painter.viewport().width()
        painter.setPen(QPen(colours.warn, 2))
        painter.drawLine(0, top + height - 1, width, top + height - 1)
        wedge = [QPoint(0, top), QPoint(height // 2, top + height // 2), QPoint(0, top + height)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.warn)
        painter.drawPolygon(wedge)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_event(
        self,
        painter: QPainter,
        rect: QRect,
        cells: list[tuple[int, int]],
        row: LogRow,
        colours: Tokens,
        *,
        utc: bool,
        selected: bool,
    ) -> None:
        """Draw a band across all columns: bar, time, icon, and the sentence in bold."""
        look = look_of(row.event)
        colour: QColor = getattr(colours, look.token)
        ground: QColor = getattr(colours, f"{look.token}_ground")
        painter.fillRect(rect, colours.selection if selected else ground)
        for line in (rect.top(), rect.bottom()):
            painter.fillRect(rect.x(), line, rect.width(), 1, colour)
        painter.fillRect(rect.x(), rect.y(), _BAR_WIDTH, rect.height(), colour)
        baseline = rect.y() + (rect.height() - self._line) // 2 + self._ascent
        painter.setPen(colours.text if selected else colour)
        clock = clock_text(row.time_ns, utc=utc)
        painter.drawText(cells[Column.TIME][0] + SPACE_S, baseline, clock)
        side = self._line
        left = cells[Column.DIRECTION][0] + SPACE_S
        place = QRect(left, rect.y() + (rect.height() - side) // 2, side, side)
        self._icon(look.icon, "text" if selected else look.token).paint(painter, place)
        left += side + SPACE_S
        painter.setFont(self._bold)
        width = rect.right() - SPACE_S - left
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(
            left, baseline, self._bold_metrics.elidedText(row.words.value, elide, width)
        )
        painter.setFont(self._font)

    def _icon(self, name: str, token: str) -> QIcon:
        if (name, token) not in self._icons:
            self._icons[name, token] = icon(name, token)
        return self._icons[name, token]

    def _paint_message(
        self,
        painter: QPainter,
        rect: QRect,
        cells: list[tuple[int, int]],
        row: LogRow,
        colours: Tokens,
        *,
        utc: bool,
        selected: bool,
    ) -> None:
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
        if row.ticket is not None:
            fate = row.ticket.fate
            width -= self._paint_fate(painter, (left, width), top, fate, colours, selected)
            painter.setPen(colours.text)
        value = self._fitted(row.words.value, width - 2 * SPACE_S)
        painter.drawText(left + SPACE_S, top + self._ascent, value)

    def _paint_fate(
        self,
        painter: QPainter,
        cell: tuple[int, int],
        top: int,
        fate: Fate,
        colours: Tokens,
        selected: bool,
    ) -> int:
        """Draw what became of a command at the right edge; return the width that takes."""
        look = FATE_LOOKS[fate]
        mark = look.mark
        if self._mark_width(mark) > cell[1] * _MARK_SHARE:
            mark = look.short
        width = self._mark_width(mark)
        painter.setPen(colours.text if selected else getattr(colours, look.token))
        self._word(painter, (cell[0] + cell[1] - width, width), top, mark)
        return width

    def _mark_width(self, mark: str) -> int:
        if mark not in self._mark_widths:
            # A pixel more: what just fits would be cut.
            self._mark_widths[mark] = self._metrics.horizontalAdvance(mark) + 2 * SPACE_S + 1
        return self._mark_widths[mark]

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
