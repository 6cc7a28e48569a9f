"""How the daily check came out, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument.daily_check import Check, Verdict
from ifcbgui.ui.check_text import COLOURS, ICONS, headline, worst
from ifcbgui.ui.icons import draw_icon
from ifcbgui.ui.theme import SPACE_S, scaled_font, tokens
from ifcbgui.ui.widgets.painting import draw_card, draw_text


class CheckHeadline(QWidget):
    """Names what is gravest and counts the rest, in the colour of the gravest.

    Args:
        parent: The widget it lives in.

    Signals:
        clicked: The gravest item is to be shown.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self._worst = Verdict.UNKNOWN
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Result of the daily check")
        self.setFixedHeight(round(QFontMetricsF(scaled_font(bold=True)).height() + 2 * SPACE_S))

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show how the checks came out, all together."""
        self.text, self._worst = headline(checks), worst(checks)
        self.setAccessibleDescription(self.text)
        self.setToolTip(f"{self.text}. Click to go to the first of the gravest.")
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter and the space bar for a click."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card."""
        painter, table = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = COLOURS[self._worst]
        colour = getattr(table, token)
        ground = getattr(table, f"{token}_ground", table.surface)
        draw_card(painter, QRectF(self.rect()), ground, table.accent if self.hasFocus() else colour)
        box = QRectF(self.rect()).adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
        side = round(box.height())
        mark = QRectF(box.left(), box.top(), side, side)
        draw_icon(painter, ICONS[self._worst], mark, colour)
        box.setLeft(mark.right() + SPACE_S)
        draw_text(painter, box, self.text, scaled_font(bold=True), colour)
