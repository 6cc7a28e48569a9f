"""A button in a solid colour: for the few that must be found without looking for them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import scaled_font, tokens


class SolidButton(QPushButton):
    """Filled with a token's colour while it can be pressed, plain while it cannot.

    Args:
        text: What it says.
        picture: Name of its icon.
        token: Name of the `Tokens` colour that fills it.
        parent: Qt parent.
    """

    def __init__(self, text: str, picture: str, token: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._picture, self._token = picture, token
        self.setFont(scaled_font(1.15, bold=True))
        self.setIconSize(QSize(20, 20))
        self._dress()

    def sizeHint(self) -> QSize:
        """A third higher than a plain button: easy to hit on a moving deck."""
        hint = super().sizeHint()
        return QSize(hint.width() + 16, max(38, hint.height() * 4 // 3))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and being enabled."""
        super().changeEvent(event)
        kind = event.type()
        if kind is QEvent.Type.ApplicationPaletteChange or kind is QEvent.Type.EnabledChange:
            self._dress()

    def _dress(self) -> None:
        table = tokens()
        palette = QPalette()
        if self.isEnabled():
            palette.setColor(QPalette.ColorRole.Button, getattr(table, self._token))
            palette.setColor(QPalette.ColorRole.ButtonText, table.on_solid)
        self.setPalette(palette)
        self.setIcon(icon(self._picture, "on_solid" if self.isEnabled() else "disabled"))
