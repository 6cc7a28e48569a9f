"""Lines that tell the operator something, above the panels: never modal.

What went wrong or asks something stays until it is put away; mere news goes by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_M, SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.icon_mark import IconMark
from ifcbgui.ui.widgets.painting import draw_notice_ground

MOST_SHOWN = 3
NEWS_MS = 6000  # how long good news and hints stay


class Level(StrEnum):
    """How urgent a notice is; also the names of its icon and, with ``_ground``, its colour."""

    INFO = "info"
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


_TOKENS = {Level.INFO: "info", Level.OK: "ok", Level.WARNING: "warn", Level.ERROR: "alarm"}
_NEWS = (Level.INFO, Level.OK)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button in a notice.

    Attributes:
        text: What it says.
        chosen: Called when it is pressed, or None; the notice goes away by itself.
    """

    text: str
    chosen: Callable[[], None] | None = None


class Notice(QWidget):
    """One line with an icon, perhaps buttons, and a cross to put it away.

    News that asks nothing goes by itself, but not while the mouse is over it.
    """

    def __init__(
        self,
        key: str,
        level: Level,
        text: str,
        choices: Sequence[Choice],
        parent: NoticeArea,
    ) -> None:
        super().__init__(parent)
        self.key = key
        self.text = text
        self._area = parent
        self._choices = tuple(choices)
        self._level = level
        self.setAccessibleName(f"{level.capitalize()}: {text}")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(IconMark(level.value, _TOKENS[level], self))
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(label, 1)
        self._label = label
        self.buttons: list[QPushButton] = []
        for choice in self._choices:
            button = QPushButton(choice.text, self)
            button.clicked.connect(self._choose)
            row.addWidget(button)
            self.buttons.append(button)
        close = QToolButton(self)
        close.setIcon(icon("clear"))
        close.setAutoRaise(True)
        close.setAccessibleName("Put this notice away")
        close.setToolTip("Put this notice away.")
        close.clicked.connect(self.dismiss)
        row.addWidget(close)
        self._going = QTimer(self)
        self._going.setSingleShot(True)
        self._going.timeout.connect(self.dismiss)
        self.stay()

    def stay(self) -> None:
        """Stay as long as a new notice does."""
        if self._level in _NEWS and not self._choices and not self.underMouse():
            self._going.start(NEWS_MS)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while it may be read, or its text be taken."""
        super().enterEvent(event)
        self._going.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Go a while after the mouse."""
        super().leaveEvent(event)
        self.stay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for every line, in a low window too."""
        super().resizeEvent(event)
        self._label.setMinimumHeight(self._label.heightForWidth(self._label.width()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the bar of the level."""
        draw_notice_ground(QPainter(self), self.rect(), _TOKENS[self._level])

    @Slot()
    def dismiss(self) -> None:
        """Put the notice away."""
        self._area.dismiss(self.key)

    @Slot()
    def _choose(self) -> None:
        choice = self._choices[self.buttons.index(self.sender())]  # type: ignore[arg-type]
        self.dismiss()
        if choice.chosen is not None:
            choice.chosen()


class NoticeArea(QWidget):
    """The newest notices, one below the other; empty it takes no room.

    When there are too many the oldest gives way, one that asks nothing before one that does.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._notices: dict[str, Notice] = {}
        self.hide()

    def notify(self, key: str, level: Level, text: str, choices: Sequence[Choice] = ()) -> None:
        """Show a notice in place of the one of the same key."""
        shown = self._notices.get(key)
        if shown is not None and shown.text == text:
            shown.stay()
            return
        self.dismiss(key)
        if len(self._notices) >= MOST_SHOWN:
            plain = (old.key for old in self._notices.values() if not old.buttons)
            self.dismiss(next(plain, next(iter(self._notices))))
        notice = Notice(key, level, text, choices, self)
        self._notices[key] = notice
        self._column.addWidget(notice)
        self.show()

    def dismiss(self, key: str) -> None:
        """Put a notice away, if it is there."""
        notice = self._notices.pop(key, None)
        if notice is not None:
            self._column.removeWidget(notice)
            notice.hide()
            notice.deleteLater()
        if not self._notices:
            self.hide()

    def notice(self, key: str) -> Notice | None:
        """Return the notice of a key, if it is shown."""
        return self._notices.get(key)
