"""What stands above the panels and never moves: menus, connection, lock, Stop, notices."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenuBar, QToolButton, QVBoxLayout, QWidget

from ifcbgui.ui.theme import SPACE_L, SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.connection_bar import ConnectionBar
from ifcbgui.ui.widgets.notice import NoticeArea
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
        notices: Grows downwards, so that nothing above it moves.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.menus = QMenuBar(self)
        self.connection = ConnectionBar(actions["connect"], actions["disconnect"], self)
        self.lock = QToolButton(self)
        self.lock.setDefaultAction(actions["control"])
        self.lock.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.lock.setIconSize(QSize(20, 20))
        self.lock.setMinimumSize(self.fontMetrics().horizontalAdvance("Observe only") + 44, 32)
        self.stop = SolidButton("STOP", "stop", "alarm", self)
        self.stop.setAccessibleName("Stop the instrument at once")
        self.stop.setMinimumWidth(120)
        self.stop.clicked.connect(actions["stop"].trigger)
        self.notices = NoticeArea(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_L)
        row.addWidget(self.connection, 1)
        row.addWidget(self.lock)
        row.addWidget(self.stop)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        line.setFrameShadow(QFrame.Shadow.Plain)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.menus)
        column.addLayout(row)
        column.addWidget(line)
        column.addWidget(self.notices)
