"""What stands above the panels and never moves: menus, connection, lock, Stop."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenuBar, QVBoxLayout, QWidget

from ifcbgui.ui.theme import SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.connection_bar import ConnectionBar
from ifcbgui.ui.widgets.solid_button import SolidButton


class TopBar(QWidget):
    """A plain widget and no tool bar: a tool bar would hide Stop when the window is narrow.

    Args:
        actions: The window's actions by id.
        parent: Qt parent.

    Attributes:
        menus: The menu bar.
        connection: Where to connect to, and how the link stands.
        lock: Takes control and lets go of it.
        stop: Stops the instrument.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.menus = QMenuBar(self)
        self.connection = ConnectionBar(actions, self)
        self.lock = SolidButton("Observe only", "lock", None, self)
        self.lock.setMinimumWidth(self.lock.sizeHint().width())
        self.lock.clicked.connect(actions["control"].trigger)
        self.stop = SolidButton("STOP", "stop", "stop_fill", self)
        self.stop.setAccessibleName("Stop the instrument at once")
        self.stop.setMinimumWidth(120)
        self.stop.clicked.connect(actions["stop"].trigger)
        row = QHBoxLayout()
        row.setContentsMargins(0, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self.connection, 1)
        row.addWidget(self.lock)
        row.addSpacing(SPACE_S)
        row.addWidget(self.stop)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        line.setFrameShadow(QFrame.Shadow.Plain)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.menus)
        column.addLayout(row)
        column.addWidget(line)

    def add_below(self, widget: QWidget) -> None:
        """Put something across the whole window, below what always stands here."""
        self._column.addWidget(widget)

    def show_lock(self, *, in_control: bool) -> None:
        """Show whether commands may leave: open and coloured, or shut and plain."""
        if in_control:
            self.lock.show_as("In control", "unlock", "run_fill")
        else:
            self.lock.show_as("Observe only", "lock", None)
        self.lock.setAccessibleName("In control" if in_control else "Observe only")
