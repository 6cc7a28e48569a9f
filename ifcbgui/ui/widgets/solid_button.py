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
        token: Name of the `Tokens` colour that fills it; None for a plain one.
        parent: Qt parent.
    """

    def __init__(
        self, text: str, picture: str, token: str | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._picture, self._token = picture, token
        self._dressed: tuple[str, str | None, str] | None = None
        self.setFont(scaled_font(1.15, bold=True))
        self.setIconSize(QSize(20, 20))
        self._dress()

    def sizeHint(self) -> QSize:
        """A third higher than a plain button: easy to hit on a moving deck."""
        hint = super().sizeHint()
        return QSize(hint.width() + 16, max(38, hint.height() * 4 // 3))

    def show_as(self, text: str, picture: str, token: str | None) -> None:
        """Change what the button says and its colour; None for a plain one."""
        self._picture, self._token = picture, token
        self.setText(text)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and being enabled."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self._dress()

    def _dress(self) -> None:
        table = tokens()
        solid = self._token if self.isEnabled() else None
        dress = (table.name, solid, self._picture)
        if dress == self._dressed:
            return  # our own palette has just changed, nothing else
        self._dressed = dress
        palette = QPalette()
        if solid is not None:
            palette.setColor(QPalette.ColorRole.Button, getattr(table, solid))
            palette.setColor(QPalette.ColorRole.ButtonText, table.on_fill)
        self.setPalette(palette)
        self.setIcon(icon(self._picture, "on_fill" if solid is not None else "text"))
