"""The field in which a filter of the message log is typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import tokens


class LogFilterField(QLineEdit):
    """Takes a filter, and turns red where it cannot be understood.

    Args:
        name: What it is called.
        help_text: What may be typed.
        icon_name: Its icon.
        parent: Qt parent.

    Signals:
        escaped: The Esc key.
    """

    escaped = Signal()

    def __init__(self, name: str, help_text: str, icon_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._problem, self._help = "", help_text
        self.setAccessibleName(name)
        self.setToolTip(help_text)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addAction(icon(icon_name, "muted"), QLineEdit.ActionPosition.LeadingPosition)

    def show_problem(self, problem: str) -> None:
        """Turn red and say why, or turn back for ""."""
        self._problem = problem
        self.setToolTip(problem or self._help)
        self.setAccessibleDescription(problem)
        self._colour()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Catch Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme while red."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        if self._problem:
            palette.setColor(QPalette.ColorRole.Base, tokens().alarm_ground)
            palette.setColor(QPalette.ColorRole.Text, tokens().alarm)
        self.setPalette(palette)
