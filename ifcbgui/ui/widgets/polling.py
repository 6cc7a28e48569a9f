"""Widgets that look again and again at what they show, while somebody can see them."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget


def is_seen(widget: QWidget) -> bool:
    """Return whether any of a widget is on the screen.

    A dock in a tab behind another one says on some systems that it is visible.
    """
    return not widget.visibleRegion().isEmpty() and not widget.window().isMinimized()


class PollingWidget(QWidget):
    """Refreshes itself when it comes into sight, and polls while it stays there.

    Args:
        every_ms: How long from one poll to the next, milliseconds.
        parent: Qt parent.
    """

    def __init__(self, every_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen = False
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._poll_if_seen)

    @Slot()
    def refresh(self) -> None:
        """Show how things are."""
        raise NotImplementedError

    def poll(self) -> None:
        """Show what is new; a whole refresh, unless a widget knows better."""
        self.refresh()

    def come_into_sight(self) -> None:
        """Show how things are, after a time in which nobody saw it."""
        self._seen = True
        self.refresh()

    @Slot()
    def _poll_if_seen(self) -> None:
        if not is_seen(self):
            self._seen = False
        elif self._seen:
            self.poll()
        else:  # its tab has come to the front
            self.come_into_sight()

    def showEvent(self, event: QShowEvent) -> None:
        """Show how things are, and keep showing it; in a tab behind another, later."""
        super().showEvent(event)
        self._seen = False
        self._poll_if_seen()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest: nobody sees it."""
        self._timer.stop()
        super().hideEvent(event)
