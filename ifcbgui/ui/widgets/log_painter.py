"""Paints rows of the message log, a whole row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPen, QStaticText

from ifcbgui.instrument.ticket import Fate
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.fates import FATE_LOOKS
from ifcbgui.ui.models.log_columns import Column, RowTimes, direction_text
from ifcbgui.ui.models.log_events import look_of
from ifcbgui.ui.models.log_row import LogRow, RowFlag
from ifcbgui.ui.theme import SPACE_S, Tokens

_CACHE_SIZE: Final = 1024
_BAR_WIDTH: Final = 3
_MARK_SHARE: Final = 0.6
_RIBBON_WIDTH: Final = 5

Cell = tuple[int, int]
Cells = list[Cell]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it is to be drawn.

    Attributes:
        row: What the store holds of it.
        times: Its times.
        note: Note of its bookmark, perhaps empty, or None where it has none.
        highlight: Colour that a rule gives it, by its token, or "".
        selected: Draw it as chosen.
        current: Draw the frame of the row that has the keyboard.
    """

    row: LogRow
    times: RowTimes
    note: str | None = None
    highlight: str = ""
    selected: bool = False
    current: bool = False


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
        cells: Cells,
        shown: ShownRow,
        colours: Tokens,
    ) -> None:
        """Draw one row.

        Args:
            painter: Painter on the viewport, its font set to the painter's.
            rect: Place of the row.
            cells: Left edge and width of each column, in the order of `Column`; 0 if hidden.
            shown: What to draw.
            colours: The theme in force.
        """
        if shown.row.event:
            self._paint_event(painter, rect, cells, shown, colours)
        else:
            self._paint_message(painter, rect, cells, shown, colours)
        if shown.times.new_day:
            painter.fillRect(rect.x(), rect.y(), rect.width(), 1, colours.accent)
        if shown.current:
            painter.setPen(colours.accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def paint_cursor(self, painter: QPainter, top: int, height: int, colours: Tokens) -> None:
        """Mark a row as the one at which a replay stands: a frame and a wedge at its edge."""
        width = painter.viewport().width()
        painter.setPen(QPen(colours.replay, 2))
        painter.drawLine(0, top + height - 1, width, top + height - 1)
        tip = QPoint(SPACE_S - 1, top + height // 2)  # ends where the words begin
        wedge = [QPoint(0, top), tip, QPoint(0, top + height)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.replay)
        painter.drawPolygon(wedge)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_event(
        self, painter: QPainter, rect: QRect, cells: Cells, shown: ShownRow, colours: Tokens
    ) -> None:
        """Draw a band across all columns: bar, time, icon, and the sentence in bold."""
        row, selected = shown.row, shown.selected
        look = look_of(row.event)
        colour: QColor = getattr(colours, look.token)
        ground: QColor = getattr(colours, f"{look.token}_ground")
        painter.fillRect(rect, colours.selection if selected else ground)
        for line in (rect.top(), rect.bottom()):
            painter.fillRect(rect.x(), line, rect.width(), 1, colour)
        painter.fillRect(rect.x(), rect.y(), _BAR_WIDTH, rect.height(), colour)
        baseline = rect.y() + (rect.height() - self._line) // 2 + self._ascent
        painter.setPen(colours.text if selected else colour)
        time_left, time_width = cells[Column.TIME]
        left = SPACE_S
        if time_width:  # its time stands with the others, the sentence behind it
            painter.drawText(time_left + SPACE_S, baseline, shown.times.clock)
            left += time_left + time_width
        side = self._line
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
        self, painter: QPainter, rect: QRect, cells: Cells, shown: ShownRow, colours: Tokens
    ) -> None:
        row, sent = shown.row, shown.row.flags & RowFlag.OUT
        if ground := _ground(shown, colours):
            painter.fillRect(rect, ground)
        bar = colours.accent if sent else None
        if shown.highlight:
            bar = getattr(colours, shown.highlight)
        if bar is not None:
            painter.fillRect(rect.x(), rect.y(), _BAR_WIDTH, rect.height(), bar)
        top = rect.y() + (rect.height() - self._line) // 2
        plain = shown.selected or shown.highlight
        painter.setPen(colours.text if plain else colours.muted)
        self._paint_times(painter, cells, top, shown)
        self._word(painter, cells[Column.KIND], top, row.group)
        if sent and not plain:
            painter.setPen(colours.accent)
        self._word(painter, cells[Column.DIRECTION], top, direction_text(row.direction))
        self._paint_label(painter, cells[Column.MESSAGE], top, shown, colours)
        left, width = cells[Column.VALUE]
        if row.ticket is not None:
            fate = row.ticket.fate
            width -= self._paint_fate(painter, (left, width), top, fate, colours, bool(plain))
            painter.setPen(colours.text)
        self._text(painter, (left, width), top, row.words.value)
        if shown.note is not None:
            self._paint_bookmark(painter, rect, colours)
            painter.setPen(colours.text)
            self._text(painter, cells[Column.NOTE], top, shown.note)

    def _paint_times(self, painter: QPainter, cells: Cells, top: int, shown: ShownRow) -> None:
        times = shown.times
        if times.new_day:
            painter.setFont(self._bold)
        self._text(painter, cells[Column.TIME], top, times.clock)
        painter.setFont(self._font)
        self._text(painter, cells[Column.RELATIVE], top, times.relative)
        self._text(painter, cells[Column.SINCE], top, times.since)

    def _paint_label(
        self, painter: QPainter, cell: Cell, top: int, shown: ShownRow, colours: Tokens
    ) -> None:
        """Draw what the message is called, behind a mark where something is wrong with it."""
        left, width = cell
        problem = shown.row.flags & RowFlag.PROBLEM
        if problem or shown.row.flags & RowFlag.UNKNOWN:
            painter.setPen(colours.alarm if problem else colours.warn)
            self._word(painter, cell, top, "!" if problem else "?")
        painter.setPen(colours.text)
        inset = self.mark_width
        self._word(painter, (left + inset, width - inset), top, shown.row.words.label)

    def _paint_bookmark(self, painter: QPainter, rect: QRect, colours: Tokens) -> None:
        """Draw a ribbon at the edge of the row."""
        left, right = rect.x() + 1, rect.x() + 1 + _RIBBON_WIDTH
        top, bottom, middle = (
            rect.y() + 1,
            rect.bottom() - 1,
            (2 * rect.x() + 2 + _RIBBON_WIDTH) // 2,
        )
        ribbon = [
            QPoint(left, top),
            QPoint(right, top),
            QPoint(right, bottom),
            QPoint(middle, bottom - 4),
            QPoint(left, bottom),
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent)
        painter.drawPolygon(ribbon)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _text(self, painter: QPainter, cell: Cell, top: int, text: str) -> None:
        """Draw a text that is seldom the same twice."""
        left, width = cell
        if width and text:
            fitted = self._fitted(text, width - 2 * SPACE_S)
            painter.drawText(left + SPACE_S, top + self._ascent, fitted)

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
        if width <= 0:
            return
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


def _ground(shown: ShownRow, colours: Tokens) -> QColor | None:
    """Return the ground of a row, or None for that of the table."""
    if shown.selected:
        return colours.selection
    ground: QColor | None = None
    if shown.highlight:
        ground = getattr(colours, f"{shown.highlight}_ground")
    elif shown.row.flags & (RowFlag.PROBLEM | RowFlag.UNKNOWN):
        ground = colours.unknown_row
    elif shown.row.flags & RowFlag.OUT:
        ground = colours.out_row
    return ground
