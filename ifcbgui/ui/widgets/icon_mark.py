"""An icon that stands by itself."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ifcbgui.ui.icons import icon

SIDE = 18


class IconMark(QWidget):
    """Paints an icon, unlike a label's pixmap in the colours of the present theme.

    Args:
        name: Name of the icon, as in `ifcbgui.ui.icons.icon`.
        token: Its colour, likewise.
        parent: Qt parent.
    """

    def __init__(self, name: str, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon(name, token)
        self.setFixedSize(SIDE, SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon."""
        self._icon.paint(QPainter(self), self.rect())
