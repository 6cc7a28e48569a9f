"""The line with which something is found among the messages that are shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ifcbgui.session.filters import EntryFilter, FilterError
from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.log_filter_field import LogFilterField

_TYPING_PAUSE_MS: Final = 120
_HELP: Final = (
    "Find among the messages shown, without hiding the others.\n"
    "It understands what the filter understands: words, phrases, /expressions/, humidity>55.\n"
    "F3 goes to the next, Shift+F3 to the one before; Esc ends it."
)


class LogFindBar(QWidget):
    """A field, how many were found, and the way from one to the next.

    Signals:
        wanted_changed: The `EntryFilter` of what to find, or None.
        step_requested: Go to the next one (1), or the one before (-1).
        list_toggled: The list of all of them is wanted, or not.
        closed: Nothing is to be found any more.
    """

    wanted_changed = Signal(object)
    step_requested = Signal(int)
    list_toggled = Signal(bool)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = LogFilterField("Find in what is shown", _HELP, "search", self)
        self._field.setPlaceholderText("Find in what is shown")
        self._count = QLabel(self)
        self._count.setMinimumWidth(self.fontMetrics().horizontalAdvance("000,000 of 000,000"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, 0, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self._field, 1)
        row.addWidget(self._count)
        for text, tip, step in (("↑", "The one before (Shift+F3)", -1), ("↓", "Next (F3)", 1)):
            button = self._button(text, tip)
            button.clicked.connect(lambda _=False, step=step: self.step_requested.emit(step))
            row.addWidget(button)
        self._list = self._button("List", "List all that was found")
        self._list.setCheckable(True)
        self._list.toggled.connect(self.list_toggled)
        row.addWidget(self._list)
        close = self._button("", "Find nothing any more (Esc)")
        close.setIcon(icon("clear", "muted"))
        close.clicked.connect(self.close_bar)
        row.addWidget(close)
        self._field.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self.apply)
        self._field.escaped.connect(self.close_bar)
        self.hide()

    @property
    def list_shown(self) -> bool:
        """Whether the list of all that was found is wanted."""
        return self._list.isChecked()

    def set_text(self, text: str) -> None:
        """Find something at once."""
        self._field.setText(text)
        self.apply()

    @Slot()
    def open_bar(self) -> None:
        """Take the keyboard, with the old text ready to be typed over."""
        self.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self.apply()

    @Slot()
    def close_bar(self) -> None:
        """Find nothing any more."""
        self.hide()
        self._pause.stop()
        self._list.setChecked(False)
        self.wanted_changed.emit(None)
        self.closed.emit()

    @Slot()
    def apply(self) -> None:
        """Announce what is to be found; what cannot be understood changes nothing."""
        self._pause.stop()
        text = self._field.text()
        try:
            wanted = EntryFilter.parse(text) if text.strip() else None
        except FilterError as error:
            self._field.show_problem(str(error))
            return
        self._field.show_problem("")
        self.wanted_changed.emit(wanted)

    def show_count(self, place: int | None, found: int | None) -> None:
        """Say which one of how many is the current one.

        Args:
            place: Its number, from 1, or None.
            found: Number of all; None where nothing is looked for.
        """
        text = "" if found is None else f"{found:,} found" if found else "Nothing found"
        self._count.setText(f"{place:,} of {found:,}" if place and found else text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on by Enter, back by Shift+Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pause.isActive():
                self.apply()
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.step_requested.emit(-1 if back else 1)
            return
        super().keyPressEvent(event)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        return button
