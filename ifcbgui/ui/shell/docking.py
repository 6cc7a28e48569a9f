"""Docks behind a small interface: add, save, restore, reset."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

LAYOUT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands at first.

    Attributes:
        area: Side of the window.
        width: Preferred width in pixels, 0 for none.
        height: Preferred height in pixels, 0 for none.
        shares: Name of the panel whose place it shares, by a tab, or "".
        shown: False for a panel that waits to be asked for.
    """

    area: Qt.DockWidgetArea
    width: int = 0
    height: int = 0
    shares: str = ""
    shown: bool = True


class Docking:
    """The panels around a main window.

    Args:
        window: The window that holds them.
    """

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks: dict[str, tuple[QDockWidget, Place]] = {}
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)

    def add(self, name: str, title: str, panel: QWidget, place: Place) -> QAction:
        """Dock a panel; return the action that shows and hides it."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        self._docks[name] = (dock, place)
        self._put(dock, place)
        action = dock.toggleViewAction()
        action.triggered.connect(dock.raise_)
        return action

    def save(self) -> QByteArray:
        """Return the layout for `restore`."""
        return self._window.saveState(LAYOUT_VERSION)

    def restore(self, state: QByteArray) -> bool:
        """Take a saved layout; one that is damaged or of another version changes nothing."""
        return bool(self._window.restoreState(state, LAYOUT_VERSION))

    def reset(self) -> None:
        """Put every panel back where it stands at first."""
        for dock, place in self._docks.values():
            dock.setFloating(False)
            self._put(dock, place)
        wide = [(dock, place.width) for dock, place in self._docks.values() if place.width]
        high = [(dock, place.height) for dock, place in self._docks.values() if place.height]
        self._resize(wide, Qt.Orientation.Horizontal)
        self._resize(high, Qt.Orientation.Vertical)

    def _put(self, dock: QDockWidget, place: Place) -> None:
        self._window.addDockWidget(place.area, dock)
        if place.shares:
            self._window.tabifyDockWidget(self._docks[place.shares][0], dock)
        dock.setVisible(place.shown)

    def heighten(self, name: str, by: int) -> None:
        """Make a panel higher by so many pixels, or lower."""
        dock, _ = self._docks[name]
        self._resize([(dock, dock.height() + by)], Qt.Orientation.Vertical)

    def _resize(self, sizes: list[tuple[QDockWidget, int]], along: Qt.Orientation) -> None:
        docks, extents = [dock for dock, _ in sizes], [extent for _, extent in sizes]
        self._window.resizeDocks(docks, extents, along)
