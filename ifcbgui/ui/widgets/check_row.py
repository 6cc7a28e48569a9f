"""One item of the daily check: how it came out, its value and target, and what to do."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ifcbgui.instrument.daily_check import Check
from ifcbgui.ui.check_text import COLOURS, ICONS, age, word
from ifcbgui.ui.icons import draw_icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import RIGHT, draw_text

_SMALL: Final = 0.9
_BAR: Final = 4
_WRAPPED: Final = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


class CheckRow(QWidget):
    """Two lines; below them the advice while the item is off, or once somebody opens it.

    Args:
        check: The item.
        parent: Qt parent.

    Signals:
        panel_wanted: The panel to look closer in.
    """

    panel_wanted = Signal(str)

    def __init__(self, check: Check, parent: QWidget) -> None:
        super().__init__(parent)
        self.check = check
        self._opened = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.closer = QPushButton(f"Look closer: {check.closer.capitalize()}", self)
        self.closer.setFont(scaled_font(_SMALL))
        self.closer.clicked.connect(self._look_closer)
        self._tell()

    @property
    def open(self) -> bool:
        """Whether the advice is to be seen."""
        return self.check.off or self._opened

    def show_check(self, check: Check) -> None:
        """Show how the item came out now."""
        if check == self.check:
            return
        grown = check.off != self.check.off or check.advice != self.check.advice
        self.check = check
        self._tell()
        if grown:
            self._resized()
        self.update()

    @Slot()
    def toggle(self) -> None:
        """Open the row, or close it; one that is off stays open."""
        self._opened = not self._opened
        self._resized()
        self.update()

    def _look_closer(self) -> None:
        self.panel_wanted.emit(self.check.closer)

    def _tell(self) -> None:
        check = self.check
        seen = ", ".join(part for part in (check.value, age(check)) if part)
        said = f"{word(check.verdict)}. {seen or 'No value'}. Target: {check.target}. "
        self.setAccessibleName(check.name)
        self.setAccessibleDescription((said + check.advice).strip())

    def _resized(self) -> None:
        self.closer.setVisible(self.open and bool(self.check.closer))
        self.updateGeometry()
        self._place_button()

    # --- how high it is -----------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Wide enough for most values."""
        width = QFontMetrics(scaled_font()).height() * 20
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """As narrow as a dock may be."""
        return QSize(QFontMetrics(scaled_font()).height() * 12, self._head_height())

    def heightForWidth(self, width: int) -> int:
        """Two lines, and what the advice needs."""
        height = self._head_height()
        if self.open:
            height += self._advice_rect(width).height() + SPACE_XS
            if self.check.closer:
                height += self.closer.sizeHint().height() + SPACE_XS
        return height

    def _head_height(self) -> int:
        lines = QFontMetrics(scaled_font()).height() + QFontMetrics(scaled_font(_SMALL)).height()
        return lines + SPACE_S

    def _text_left(self) -> int:
        return _BAR + SPACE_S + QFontMetrics(scaled_font()).height() + SPACE_S

    def _advice_rect(self, width: int) -> QRect:
        left = self._text_left()
        room = QRect(left, self._head_height(), max(40, width - left - SPACE_S), 2000)
        return QFontMetrics(scaled_font(_SMALL)).boundingRect(room, int(_WRAPPED), self._words())

    def _words(self) -> str:
        source = f"Target: {self.check.target} ({self.check.source})."
        return "\n".join(part for part in (self.check.advice, source) if part)

    def _place_button(self) -> None:
        size = self.closer.sizeHint()
        top = self._advice_rect(self.width()).bottom() + SPACE_XS
        self.closer.setGeometry(QRect(QPointF(self._text_left(), top).toPoint(), size))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button below the advice."""
        super().resizeEvent(event)
        self._resized()

    # --- how it looks -------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, icon, name and value, verdict and age, and the advice."""
        painter, table, check = QPainter(self), tokens(), self.check
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = COLOURS[check.verdict]
        colour: QColor = getattr(table, token)
        if check.off:
            painter.fillRect(self.rect(), getattr(table, f"{token}_ground"))
            painter.fillRect(QRectF(0, 0, _BAR, self.height()), colour)
        line = QFontMetricsF(scaled_font()).height()
        small = QFontMetricsF(scaled_font(_SMALL)).height()
        box = QRectF(self.rect()).adjusted(_BAR + SPACE_S, SPACE_XS, -SPACE_S, 0)
        mark = QRectF(box.left(), box.top(), round(line), round(line))
        draw_icon(painter, ICONS[check.verdict], mark, colour)
        left = self._text_left()
        first = QRectF(left, box.top(), box.right() - left, line)
        self._paint_first(painter, first)
        second = QRectF(left, first.bottom(), first.width(), small)
        self._paint_second(painter, second, colour)
        if self.open:
            painter.setFont(scaled_font(_SMALL))
            painter.setPen(table.text)
            painter.drawText(self._advice_rect(self.width()), int(_WRAPPED), self._words())
        if self.hasFocus():
            painter.setPen(table.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_first(self, painter: QPainter, rect: QRectF) -> None:
        table, bold = tokens(), scaled_font(bold=True)
        room = QRectF(rect)
        name = QFontMetricsF(bold).horizontalAdvance(self.check.name)
        room.setLeft(rect.left() + min(name, rect.width() / 2) + SPACE_S)
        middle = Qt.TextElideMode.ElideMiddle
        value = self.check.value or "—"
        taken = draw_text(painter, room, value, scaled_font(), table.text, RIGHT, middle)
        room = QRectF(rect)
        room.setRight(rect.right() - taken - SPACE_S)
        draw_text(painter, room, self.check.name, bold, table.text)

    def _paint_second(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        table, small = tokens(), scaled_font(_SMALL)
        taken = draw_text(painter, rect, age(self.check), small, table.muted, RIGHT)
        room = QRectF(rect)
        room.setRight(rect.right() - taken - SPACE_S)
        bold = scaled_font(_SMALL, bold=True)
        taken = draw_text(painter, room, word(self.check.verdict), bold, colour)
        room.setLeft(room.left() + taken)
        draw_text(painter, room, f"  ·  {self.check.target}", small, table.muted)

    # --- mouse and keys -----------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the row by a click, or close it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open it by Enter or the space bar."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggle()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
