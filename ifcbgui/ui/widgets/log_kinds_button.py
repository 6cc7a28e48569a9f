"""A button with which kinds of messages are hidden from the log."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ifcbgui.session.filters import filter_kinds
from ifcbgui.ui.theme import SPACE_S


class KindsButton(QToolButton):
    """A button with a menu of the kinds of messages, each of which can be hidden.

    Signals:
        changed: Other kinds are hidden than before.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Kinds of messages shown")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = _StayingMenu(self)
        menu.addAction("Show all", self._show_all)
        menu.addAction("Hide all", self._hide_all)
        menu.addSeparator()
        self._choices = {kind: menu.addAction(kind) for kind in filter_kinds()}
        for choice in self._choices.values():
            choice.setCheckable(True)
            choice.setChecked(True)
            choice.triggered.connect(self._on_chosen)
        self.setMenu(menu)
        self._show_count()
        widest = self.fontMetrics().horizontalAdvance("Kinds 00/00")
        self.setMinimumWidth(widest + 4 * SPACE_S)

    @property
    def hidden(self) -> frozenset[str]:
        """Kinds not shown."""
        return frozenset(kind for kind, choice in self._choices.items() if not choice.isChecked())

    def set_hidden(self, kinds: frozenset[str]) -> None:
        """Hide these kinds and no other."""
        if kinds == self.hidden:
            return
        for kind, choice in self._choices.items():
            choice.setChecked(kind not in kinds)
        self._on_chosen()

    @Slot()
    def _show_all(self) -> None:
        self.set_hidden(frozenset())

    @Slot()
    def _hide_all(self) -> None:
        self.set_hidden(frozenset(self._choices))

    @Slot()
    def _on_chosen(self) -> None:
        self._show_count()
        self.changed.emit()

    def _show_count(self) -> None:
        shown, kinds = len(self._choices) - len(self.hidden), len(self._choices)
        self.setText("Kinds" if shown == kinds else f"Kinds {shown}/{kinds}")
        self.setToolTip(f"Choose which kinds of messages are shown ({shown} of {kinds})")


class _StayingMenu(QMenu):
    """Stays open while its choices are made, since several are wanted in a row."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose without closing."""
        if (action := self.actionAt(event.position().toPoint())) is not None:
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by the space bar without closing; Enter chooses and closes."""
        if event.key() == Qt.Key.Key_Space and (action := self.activeAction()) is not None:
            action.trigger()
            return
        super().keyPressEvent(event)
