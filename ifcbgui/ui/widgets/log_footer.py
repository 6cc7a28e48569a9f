"""The line below the message log: how much is shown, and whether it follows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, tokens


class LogFooter(QWidget):
    """Counts, the reason why a filter is not applied, and two switches.

    Signals:
        follow_requested: Follow the newest message (True) or stay (False).
        detail_toggled: Show the pane with the whole message, or hide it.
    """

    follow_requested = Signal(bool)
    detail_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem = ""
        self._counts = QLabel(self)
        self._counts.setAccessibleName("Messages shown")
        self._reason = QLabel(self)
        self._reason.setAccessibleName("Why the filter is not applied")
        self._reason.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._detail = QToolButton(self)
        self._detail.setText("Details")
        self._detail.setIcon(icon("detail"))
        self._detail.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._detail.setToolTip("Show the chosen message in full (Enter in the log)")
        self._detail.setAccessibleName("Show the chosen message in full")
        self._detail.setCheckable(True)
        self._follow = QToolButton(self)
        self._follow.setIcon(icon("follow"))
        self._follow.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._follow.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self._counts)
        row.addWidget(self._reason, 1)
        row.addWidget(self._detail)
        row.addWidget(self._follow)
        self._detail.toggled.connect(self.detail_toggled)
        self._follow.clicked.connect(self.follow_requested)
        self.show_following(True, 0)
        self._follow.setMinimumWidth(self._widest_follow())

    @property
    def detail_shown(self) -> bool:
        """Whether the pane with the whole message is wanted."""
        return self._detail.isChecked()

    def set_detail_shown(self, shown: bool) -> None:
        """Want the pane, or not."""
        self._detail.setChecked(shown)

    def show_counts(self, shown: int, kept: int, dropped: int) -> None:
        """Say how many messages are shown of those kept, and how many are no longer in view."""
        text = f"{shown:,} messages" if shown == kept else f"{shown:,} of {kept:,} messages shown"
        if dropped:
            text += f"  ·  {dropped:,} dropped from view, still in the session"
        if text != self._counts.text():
            self._counts.setText(text)

    def show_problem(self, problem: str) -> None:
        """Say why the filter is not applied, or nothing for ""."""
        self._problem = f"Filter not applied: {problem}" if problem else ""
        self._reason.setToolTip(problem)
        self._colour()
        self._fit_problem()

    def show_following(self, following: bool, unseen: int) -> None:
        """Say whether the log follows, and how many messages came since it does not."""
        self._follow.setChecked(following)
        if following:
            text, tip = "Following", "The newest message stays in view. Scroll up to stop."
        else:
            text = f"{unseen:,} new" if unseen else "Follow"
            tip = "Go to the newest message and follow (End)"
        self._follow.setText(text)
        self._follow.setToolTip(tip)
        self._follow.setAccessibleName(f"{text}. {tip}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the reason into the room there is."""
        super().resizeEvent(event)
        self._fit_problem()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()

    @Slot()
    def _fit_problem(self) -> None:
        metrics = self._reason.fontMetrics()
        room = self._reason.width()
        self._reason.setText(metrics.elidedText(self._problem, Qt.TextElideMode.ElideRight, room))

    def _colour(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, tokens().alarm)
        self._reason.setPalette(palette)

    def _widest_follow(self) -> int:
        """Return a width at which the button need not move while it counts."""
        words = self.fontMetrics().horizontalAdvance("9,999,999 new")
        return words + self._follow.iconSize().width() + 3 * SPACE_S
