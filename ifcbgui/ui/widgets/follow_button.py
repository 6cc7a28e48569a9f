"""The button that says whether something follows what is newest, and makes it do so."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import tokens

_USUAL_MOST: Final = 88_888  # for more, it grows


class FollowButton(QToolButton):
    """Checked while it follows; stands out while there is something newer than what is seen.

    Args:
        picture: Name of its icon.
        following: What to say while it follows: how to stop it.
        back: What to say while it does not: what a click does.
        parent: Qt parent.
    """

    def __init__(self, picture: str, following: str, back: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = picture
        self._tips = {True: following, False: back}
        self._stands_out = False
        self._look: tuple[str, bool] | None = None
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._dress()  # the icon takes its room
        self.show_state(False, _USUAL_MOST)
        self.show_state(True)

    def show_state(self, following: bool, unseen: int | None = None) -> None:
        """Say whether it follows.

        Args:
            following: It does.
            unseen: How much has come since it does not; None where that is not counted.
        """
        text = "Following" if following else f"{unseen:,} new" if unseen else "Follow"
        self.setChecked(following)
        self.setText(text)
        # What is beside it does not move to and fro while it counts.
        self.setMinimumWidth(max(self.minimumWidth(), self.sizeHint().width()))
        self.setToolTip(self._tips[following])
        self.setAccessibleName(f"{text}. {self._tips[following]}")
        self._stands_out = not following and unseen != 0
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        look = tokens().name, self._stands_out
        if look == self._look:
            return  # our own palette has just changed, nothing else
        self._look = look
        palette = QPalette()
        if self._stands_out:
            palette.setColor(QPalette.ColorRole.Button, tokens().accent)
            palette.setColor(QPalette.ColorRole.ButtonText, tokens().on_solid)
        self.setPalette(palette)
        self.setIcon(icon(self._picture, "on_solid" if self._stands_out else "text"))
