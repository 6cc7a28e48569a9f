"""A mark over a panel that still shows another moment than the one that was asked for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from ifcbgui.ui.theme import RADIUS, SPACE_S, SPACE_XS, scaled_font, tokens

_FROM_TOP = 3  # so many of its own heights: below the tools of a panel


class PastMark(QLabel):
    """Stands in the middle over a panel, and lets the mouse through.

    Args:
        panel: What it is said of.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFont(scaled_font(1.0, bold=True))
        self.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        panel.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show a text, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where it is, whatever becomes of the size of the panel."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        panel = self._panel
        size = self.sizeHint().boundedTo(panel.size())
        self.setGeometry(
            (panel.width() - size.width()) // 2,
            min(_FROM_TOP * size.height(), max(0, panel.height() - size.height())),
            size.width(),
            size.height(),
        )
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Stand on a ground of its own, over whatever is below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(tokens().replay)
        painter.setBrush(tokens().surface)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        painter.end()
        super().paintEvent(event)
