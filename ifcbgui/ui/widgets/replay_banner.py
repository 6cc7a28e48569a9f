"""Says, where it cannot be missed, that what the window shows is not happening now."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_M, SPACE_S, SPACE_XS, scaled_font, tokens


class ReplayBanner(QWidget):
    """A line across the whole window, with the way out.

    Signals:
        closed: The operator wants to leave the replay.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        picture = QLabel(self)
        picture.setPixmap(icon("replay", "on_fill").pixmap(QSize(20, 20)))
        self._title = QLabel("REPLAY", self)
        self._title.setFont(scaled_font(1.1, bold=True))
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setFont(scaled_font(1.05))
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.close_button = QPushButton("Close replay", self)
        self.close_button.setIcon(icon("clear"))
        self.close_button.setToolTip("Leave the replay. The session file stays as it is.")
        self.close_button.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(picture)
        row.addWidget(self._title)
        row.addWidget(self.words, 1)
        row.addWidget(self.close_button)

    def show_session(self, instrument: str, date: str, name: str) -> None:
        """Say which session it is."""
        text = f"{instrument} · {date} — nothing here is live"
        self.words.setText(text)
        self.words.setToolTip(name)
        self.setAccessibleName(f"Replay: {text}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, and the words in what can be read on it."""
        table = tokens()
        QPainter(self).fillRect(self.rect(), table.replay_fill)
        for label in (self._title, self.words):
            palette = label.palette()
            if palette.color(QPalette.ColorRole.WindowText) != table.on_fill:
                palette.setColor(QPalette.ColorRole.WindowText, table.on_fill)
                label.setPalette(palette)
