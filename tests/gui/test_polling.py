"""What polls does so while it can be seen: not hidden, not in a tab behind another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from ifcbgui.ui.panels.plots_panel import PlotsPanel
from ifcbgui.ui.widgets.polling import PollingWidget, is_seen


class Counted(PollingWidget):
    def __init__(self) -> None:
        super().__init__(5)
        self.refreshed = self.polled = 0

    def refresh(self) -> None:
        self.refreshed += 1

    def poll(self) -> None:
        self.polled += 1


class Unplottable(PlotsPanel):
    def __init__(self) -> None:
        super().__init__(5, self.import_plots)
        self.setAccessibleName("Depths")

    def import_plots(self) -> type:
        raise ImportError("No module named 'plots'")

    def _build(self, plots_type: type) -> None:
        raise AssertionError(plots_type)

    def refresh(self) -> None: ...


class Tabs(QMainWindow):
    """A polling widget in a tab, with another tab in front of it."""

    def __init__(self) -> None:
        super().__init__()
        self.counted, self.other = Counted(), Counted()
        self.docks = [self._dock(widget) for widget in (self.counted, self.other)]
        self.tabifyDockWidget(*self.docks)
        self.resize(400, 300)

    def _dock(self, widget: QWidget) -> QDockWidget:
        dock = QDockWidget("panel", self)
        dock.setWidget(widget)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        return dock


@pytest.fixture
def tabs(qtbot: QtBot) -> Iterator[Tabs]:
    tabs = Tabs()
    qtbot.addWidget(tabs)
    tabs.show()
    tabs.docks[0].raise_()
    qtbot.waitUntil(lambda: is_seen(tabs.counted) and tabs.counted.polled > 1)
    yield tabs
    tabs.close()


def test_behind_another_tab_nothing_is_polled(tabs: Tabs, qtbot: QtBot) -> None:
    tabs.docks[1].raise_()
    qtbot.waitUntil(lambda: not is_seen(tabs.counted))
    before = tabs.counted.polled
    after = tabs.other.polled + 5
    qtbot.waitUntil(lambda: tabs.other.polled >= after)
    assert tabs.counted.polled == before


def test_a_tab_that_comes_to_the_front_is_refreshed_first(tabs: Tabs, qtbot: QtBot) -> None:
    tabs.docks[1].raise_()
    # Out of sight it notices at its next look.
    qtbot.waitUntil(lambda: not tabs.counted._seen)
    before = tabs.counted.refreshed
    tabs.docks[0].raise_()
    qtbot.waitUntil(lambda: tabs.counted.refreshed > before)


def test_plots_that_cannot_be_loaded_are_told_of(qtbot: QtBot) -> None:
    panel = Unplottable()
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.notified) as told:
        panel.show()
    assert told.args == ["Depths cannot be plotted: No module named 'plots'", False]


def test_hidden_it_rests_and_shown_again_it_is_refreshed_at_once(tabs: Tabs) -> None:
    counted = tabs.counted
    tabs.hide()
    assert not counted._timer.isActive()
    before = counted.refreshed
    tabs.show()
    assert counted.refreshed == before + 1
    assert counted._timer.isActive()
