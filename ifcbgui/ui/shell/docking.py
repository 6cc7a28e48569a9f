"""Docks behind a small interface: add, bring to the front, arrange, save, restore."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStyle, QTabWidget, QWidget

LAYOUT_VERSION = 1

Group = tuple[str, ...]
"""Names of panels that share a place by tabs; the first is seen."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the panels stand around the log. A panel that is not named waits to be asked for.

    Attributes:
        rows: Rows of groups above the log, from the top down and from left to right.
        left: Names of panels that stand at the left, from the top down.
        width: Width of those at the left, pixels.
        height: Height of the rows together, pixels; None for as much as the log can spare.
    """

    rows: tuple[tuple[Group, ...], ...]
    left: tuple[str, ...] = ()
    width: int = 280
    height: int | None = None


class Docking(QObject):
    """The panels around a main window.

    Args:
        window: The window that holds them.
        layout: Where they stand at first.
        least_width: The window is never narrower, pixels.
    """

    def __init__(self, window: QMainWindow, layout: Layout, least_width: int = 0) -> None:
        super().__init__(window)
        self._window, self._least_width = window, least_width
        self._first = layout
        self._docks: dict[str, QDockWidget] = {}
        window.setDockNestingEnabled(True)
        window.setDockOptions(window.dockOptions() | QMainWindow.DockOption.GroupedDragging)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._settle)

    def add(self, name: str, title: str, panel: QWidget) -> QAction:
        """Take a panel; return the action that brings it to the front.

        It has no place until `arrange` or `restore` gives it one.
        """
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        for moved in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
            moved.connect(self._plan_to_settle)
        self._docks[name] = dock
        self._window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
        action = QAction(title, self)
        action.triggered.connect(lambda: self.bring(name))
        return action

    def bring(self, name: str) -> None:
        """Show a panel, in front of those that share its place."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()

    def save(self) -> QByteArray:
        """Return the layout for `restore`."""
        return self._window.saveState(LAYOUT_VERSION)

    def restore(self, state: QByteArray) -> bool:
        """Take a saved layout.

        One that is damaged or of another version changes nothing; of one that is too wide for
        the window, as on a smaller screen than before, the first layout takes the place.
        """
        if not self._window.restoreState(state, LAYOUT_VERSION):
            return False
        if self._needed() > self._window.width():
            self.reset()
        return True

    def reset(self) -> None:
        """Put every panel back where it stands at first."""
        self.arrange(self._first)

    def arrange(self, layout: Layout) -> None:
        """Put the panels where a layout wants them."""
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        self._place_left(layout.left)
        heads = [self._docks[row[0][0]] for row in layout.rows]
        self._place_in_line(heads, Qt.DockWidgetArea.TopDockWidgetArea, Qt.Orientation.Vertical)
        for row in layout.rows:
            self._place_row(row)
        self._put_away({*layout.left, *(name for row in layout.rows for g in row for name in g)})
        self._size(layout)

    def width_of(self, layout: Layout) -> int:
        """Return the least width of a window that a layout fits into, pixels."""
        left = max((self._least(name) for name in layout.left), default=0)
        rows = (sum(max(map(self._least, group)) for group in row) for row in layout.rows)
        lines = self._window.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent)
        return left + max(rows) + lines * max(len(row) for row in layout.rows)

    def _least(self, name: str) -> int:
        return self._docks[name].minimumSizeHint().width()

    def heighten(self, name: str, by: int) -> None:
        """Make a panel higher by so many pixels, or lower."""
        dock = self._docks[name]
        self._window.resizeDocks([dock], [dock.height() + by], Qt.Orientation.Vertical)

    def _place_left(self, names: tuple[str, ...]) -> None:
        docks = [self._docks[name] for name in names]
        self._place_in_line(docks, Qt.DockWidgetArea.LeftDockWidgetArea, Qt.Orientation.Vertical)

    def _place_in_line(
        self, docks: list[QDockWidget], area: Qt.DockWidgetArea, along: Qt.Orientation
    ) -> None:
        if docks:
            self._window.addDockWidget(area, docks[0], along)
        for before, dock in pairwise(docks):
            self._window.splitDockWidget(before, dock, along)
        for dock in docks:
            dock.show()

    def _place_row(self, row: tuple[Group, ...]) -> None:
        """Put the groups of a row beside its first panel, which has its place already."""
        heads = [self._docks[group[0]] for group in row]
        for before, dock in pairwise(heads):
            self._window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
        for head, group in zip(heads, row, strict=True):
            for name in group[1:]:
                self._window.tabifyDockWidget(head, self._docks[name])
            for name in group:
                self._docks[name].show()
            head.raise_()

    def _put_away(self, placed: set[str]) -> None:
        """Give panels that nobody asked for a place behind the first one, unseen."""
        first = next(name for name in self._docks if name in placed)
        for name in self._docks.keys() - placed:
            self._window.tabifyDockWidget(self._docks[first], self._docks[name])
            self._docks[name].hide()

    def _size(self, layout: Layout) -> None:
        window = self._window
        for row in layout.rows:
            heads = [self._docks[group[0]] for group in row]
            if len(heads) > 1:
                window.resizeDocks(heads, [window.width()] * len(heads), Qt.Orientation.Horizontal)
        left = [self._docks[name] for name in layout.left]
        window.resizeDocks(left, [layout.width] * len(left), Qt.Orientation.Horizontal)
        heads = [self._docks[row[0][0]] for row in layout.rows]
        height = window.height() if layout.height is None else layout.height
        window.resizeDocks(heads, [height // len(heads)] * len(heads), Qt.Orientation.Vertical)

    @Slot()
    def _plan_to_settle(self) -> None:
        self._settling.start()

    @Slot()
    def _settle(self) -> None:
        """Follow what was moved, shown or hidden."""
        self._show_titles()
        # Narrower, panels would lie one over the other; wider than the screen, Stop beyond it.
        window = self._window
        room = max(window.screen().availableGeometry().width(), window.width())
        window.setMinimumWidth(max(self._least_width, min(self._needed(), room)))

    def _needed(self) -> int:
        """Return the least width that the panels need as they stand, pixels."""
        layout = self._window.layout()
        return layout.minimumSize().width() if layout is not None else 0

    def _show_titles(self) -> None:
        """Give a title bar to each panel that stands alone: of others the tab says it."""
        for dock in self._docks.values():
            others = self._window.tabifiedDockWidgets(dock)
            tabbed = not dock.isFloating() and any(not other.isHidden() for other in others)
            if tabbed != (dock.titleBarWidget() is not None):
                dock.setTitleBarWidget(QWidget(dock) if tabbed else None)  # type: ignore[arg-type]
