"""The row above the trends: how much of the time they show, and what to do with them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.cut_label import CutLabel
from ifcbgui.ui.widgets.follow_button import FollowButton

SPANS_S: Final = {
    "Last 2 minutes": 120,
    "Last 10 minutes": 600,
    "Last hour": 3600,
    "Last 6 hours": 21_600,
    "Last 24 hours": 86_400,
    "All": 0,
}
_WORDS_FROM: Final = 520
_FOLLOWING: Final = "The plots follow the clock. Drag or turn the wheel to stay where you look."
_BACK: Final = "Go back to now, and follow (End)"


class TrendTools(QWidget):
    """Signals say what is wanted; what is shown says how it is.

    Attributes:
        rows: The button whose menu changes the rows.
        note: What day can be seen.

    Signals:
        follow_wanted: Follow the clock, with so many seconds in sight (0 for all).
        save_wanted: ``png``, ``svg``, ``csv`` of what is seen, or ``csv-all``.
    """

    follow_wanted = Signal(int)
    save_wanted = Signal(str)

    def __init__(self, span_s: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.span = QComboBox(self)
        self.span.addItems(list(SPANS_S))
        spans = list(SPANS_S.values())
        self.span.setCurrentIndex(spans.index(span_s) if span_s in spans else 1)
        self.span.setAccessibleName("How much of the time is shown")
        self.span.setToolTip("How much of the time is shown while the plots follow")
        self.follow = FollowButton("to_end", _FOLLOWING, _BACK, self)
        self.note = CutLabel(Qt.TextElideMode.ElideRight, self)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.rows = self._button("Rows", "rows", "Add, change and remove rows")
        self.rows.setMenu(QMenu(self))
        self.save = self._button("Save", "save", "Save as a picture, a drawing, or as values")
        self.save.setMenu(self._save_menu())
        self._lay_out()
        self.span.activated.connect(self._follow)
        self.follow.clicked.connect(self._follow)

    @property
    def span_s(self) -> int:
        """Seconds that are in sight while following; 0 for all there is."""
        return SPANS_S[self.span.currentText()]

    def _button(self, text: str, picture: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setIcon(icon(picture))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _save_menu(self) -> QMenu:
        menu = QMenu(self)
        for what, text in (
            ("png", "Picture of what is seen (PNG)…"),
            ("svg", "Drawing of what is seen (SVG)…"),
            ("csv", "Values that are seen (CSV)…"),
            ("csv-all", "All values of these rows (CSV)…"),
        ):
            action = QAction(text, menu)
            action.triggered.connect(lambda _checked=False, what=what: self.save_wanted.emit(what))
            menu.addAction(action)
        return menu

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self.span)
        row.addWidget(self.follow)
        row.addWidget(self.note, 1)
        row.addWidget(self.rows)
        row.addWidget(self.save)

    def show_following(self, following: bool) -> None:
        """Say whether the plots follow the clock."""
        self.follow.show_state(following)

    def show_days(self, days: str) -> None:
        """Say what day, or days, can be seen: without the year where there is no room for it."""
        self.note.set_text(days, days.rpartition(" ")[0])

    @Slot()
    def _follow(self) -> None:
        self.follow_wanted.emit(self.span_s)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words of the buttons out where there is no room."""
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        wide = event.size().width() >= _WORDS_FROM
        for button in (self.rows, self.save):
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly
            )
