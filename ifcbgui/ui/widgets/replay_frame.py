"""A coloured edge around the whole window, while what it shows is not happening now."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from ifcbgui.ui.theme import tokens

_WIDTH = 3


class ReplayFrame(QWidget):
    """Lies above everything and lets every click through.

    Args:
        window: The window to frame.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.installEventFilter(self)
        self._fit(window)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the window's size."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._fit(watched)
        return False

    def _fit(self, window: QWidget) -> None:
        self.setGeometry(window.rect())
        inner = self.rect().adjusted(_WIDTH, 0, -_WIDTH, -_WIDTH)
        # The edge alone, so that nothing painted below it has to be painted twice.
        self.setMask(QRegion(self.rect()) - QRegion(inner))
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the edge."""
        QPainter(self).fillRect(self.rect(), tokens().replay_fill)
