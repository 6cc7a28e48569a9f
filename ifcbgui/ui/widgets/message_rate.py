"""How many messages come and go, second by second."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QWidget

from ifcbgui.ui.theme import SPACE_S


class MessageRate(QLabel):
    """Counts the messages between two ticks of a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Message rate")
        self.setToolTip("Messages of the last second, both directions.")
        self.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumWidth(
            self.fontMetrics().horizontalAdvance("00,000 messages/s") + 2 * SPACE_S
        )
        self._counted = 0

    def count(self, messages: int) -> None:
        """Take so many messages."""
        self._counted += messages

    @Slot()
    def tick(self) -> None:
        """Show what was counted since the last tick."""
        self.setText(f"{self._counted:,} messages/s")
        self._counted = 0
