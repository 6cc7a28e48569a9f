"""The line below the message log: how much is shown, and whether it follows."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, tokens
from ifcbgui.ui.widgets.follow_button import FollowButton

_FOLLOWING: Final = "The newest message stays in view. Scroll up to stop."
_BACK: Final = "Go to the newest message and follow (End)"


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
        self._counts, self._percent = "", 100
        self._line = _StatusLine(self)
        self._detail = QToolButton(self)
        self._detail.setIcon(icon("detail"))
        self._detail.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._detail.setToolTip("The chosen message in full (Enter in the log)")
        self._detail.setCheckable(True)
        self._follow = FollowButton("follow", _FOLLOWING, _BACK, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self._line, 1)
        row.addWidget(self._detail)
        row.addWidget(self._follow)
        self._detail.toggled.connect(self._on_detail_toggled)
        self._follow.clicked.connect(self.follow_requested)
        self._show_detail_text()

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
        if shown == kept == 1:
            text = "1 message"
        if dropped:
            text += f"  ·  {dropped:,} dropped from view, still in the session"
        self._counts = text
        self._show_counts()

    @Slot(int)
    def show_progress(self, percent: int) -> None:
        """Say how far a slow filter is; nothing at 100."""
        self._percent = percent
        self._show_counts()

    def _show_counts(self) -> None:
        going_on = f"  ·  filtering, {self._percent} %" if self._percent < 100 else ""
        self._line.set_counts(f"{self._counts}{going_on}")

    @Slot(str)
    def show_problem(self, problem: str) -> None:
        """Say why the filter is not applied, or nothing for ""."""
        self._line.set_problem(f"Filter not applied: {problem}" if problem else "")

    def show_following(self, following: bool, unseen: int) -> None:
        """Say whether the log follows, and how many messages came since it does not."""
        self._follow.show_state(following, unseen)

    @Slot(bool)
    def _on_detail_toggled(self, shown: bool) -> None:
        self._show_detail_text()
        self.detail_toggled.emit(shown)

    def _show_detail_text(self) -> None:
        text = "Hide details" if self._detail.isChecked() else "Show details"
        self._detail.setText(text)
        self._detail.setAccessibleName(text)


class _StatusLine(QWidget):
    """Counts, and behind them a problem in the colour of alarm.

    No label, because each new number in one would have the whole panel laid out again.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counts, self._problem = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_counts(self, counts: str) -> None:
        """Show other counts."""
        if counts != self._counts:
            self._counts = counts
            self._show()

    def set_problem(self, problem: str) -> None:
        """Show another problem, or none."""
        self._problem = problem
        self.setToolTip(problem)
        self._show()

    def _show(self) -> None:
        self.setAccessibleName(f"{self._counts}. {self._problem}".rstrip(". "))
        self.update()

    def sizeHint(self) -> QSize:
        """One line, as wide as there is room."""
        return QSize(0, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        painter = QPainter(self)
        metrics, room = self.fontMetrics(), self.rect()
        counts = metrics.elidedText(self._counts, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, counts)
        if self._problem:
            room.setLeft(metrics.horizontalAdvance(counts) + 2 * SPACE_S)
            painter.setPen(tokens().alarm)
            text = metrics.elidedText(self._problem, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
