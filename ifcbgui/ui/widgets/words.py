"""Small words in the colour of what they mean, wrapped; without words it takes no room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from ifcbgui.ui.theme import scaled_font, tokens


class Words(QLabel):
    """Says something below a field.

    Args:
        token: Name of the `Tokens` colour.
        parent: Qt parent.
    """

    def __init__(self, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self._theme = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(scaled_font(0.9))
        self._dress()
        self.hide()

    def say(self, text: str) -> None:
        """Show a text, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        table = tokens()
        if table.name == self._theme:
            return  # our own palette has just changed, nothing else
        self._theme = table.name
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, getattr(table, self._token))
        self.setPalette(palette)
