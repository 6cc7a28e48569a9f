"""The message explorer: every kind in its row, and the log follows a click."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from ifcbgui.session.filters import EntryFilter
from ifcbgui.session.filters.terms import Term
from ifcbgui.ui.models.kinds_model import KindColumn
from ifcbgui.ui.models.sorted_model import CellRole
from ifcbgui.ui.panels.explorer_panel import ExplorerPanel
from ifcbgui.ui.shell.docking import Docking, Layout
from ifcbgui.ui.shell.explorer_desk import ExplorerDesk
from ifcbgui.ui.widgets.log_filter_bar import LogFilterBar
from tests.gui.conftest import Desk, Until
from tests.helpers.recorded import entry

NS = 1_000_000_000


class Clock:
    def __init__(self) -> None:
        self.now_ns = 100 * NS

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(qtbot: QtBot, clock: Clock) -> ExplorerPanel:
    panel = ExplorerPanel(clock)
    qtbot.addWidget(panel)
    panel.resize(1200, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def hear(panel: ExplorerPanel, clock: Clock) -> Callable[..., None]:
    def hear(*texts: str) -> None:
        panel.add_entries(entry(text, monotonic_ns=clock.now_ns) for text in texts)
        panel.refresh()

    return hear


def labels(panel: ExplorerPanel) -> list[str]:
    model = panel.model
    return [model.index(row, KindColumn.MESSAGE).data() for row in range(model.rowCount())]


def click(panel: ExplorerPanel, label: str) -> None:
    table = panel.table
    place = table.visualRect(panel.model.index(labels(panel).index(label), 0)).center()
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(table.viewport(), button, none, QPoint(place))


def test_before_the_first_message_it_says_so(panel: ExplorerPanel) -> None:
    assert "No messages yet" in panel.table.empty_text


def test_a_row_says_what_came(
    panel: ExplorerPanel, clock: Clock, hear: Callable[..., None]
) -> None:
    hear("valuechanged:pausestate:1", "valuechanged:pausestate:0")
    clock.now_ns += 5 * NS
    panel.refresh()
    [row] = panel.model.rows
    cells = [panel.model.index(0, column).data() for column in KindColumn]
    assert cells[KindColumn.KEY] == "valuechanged:pausestate"
    assert cells[KindColumn.COUNT] == "2"
    assert cells[KindColumn.VALUE] == "OFF"
    assert cells[KindColumn.AGE] == "5 s"
    assert sum(row.history) == 2


def test_unknown_kinds_are_told_by_word_mark_and_place(
    panel: ExplorerPanel, hear: Callable[..., None]
) -> None:
    hear("valuechanged:pausestate:1", "zzz:what:1")
    assert labels(panel)[0] == "unknown · zzz:what"
    assert panel.model.index(0, 0).data(CellRole.ICON) == "warning"
    assert "1 unknown" in panel.summary.text()


def test_a_kind_that_comes_up_later_is_new_for_a_while(
    panel: ExplorerPanel, clock: Clock, hear: Callable[..., None]
) -> None:
    hear("syringetrack:1")
    clock.now_ns += 60 * NS
    hear("valuechanged:pausestate:1")
    assert labels(panel)[0].startswith("new · ")
    clock.now_ns += 600 * NS
    panel.refresh()
    assert not any(label.startswith("new") for label in labels(panel))


def test_the_search_looks_into_every_word(
    panel: ExplorerPanel, hear: Callable[..., None], qtbot: QtBot
) -> None:
    hear("valuechanged:pausestate:1", "syringetrack:1")
    qtbot.keyClicks(panel.search, "PAUSEstate")
    assert len(labels(panel)) == 1
    qtbot.keyClicks(panel.search, "xyz")
    assert "xyz" in panel.table.empty_text
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert len(labels(panel)) == 2


def test_sorting_by_count_and_the_choice_stays_on_its_row(
    panel: ExplorerPanel, hear: Callable[..., None]
) -> None:
    hear("valuechanged:pausestate:1", "syringetrack:1", "syringetrack:2")
    panel.table.sortByColumn(KindColumn.COUNT, Qt.SortOrder.DescendingOrder)
    assert labels(panel)[0] == "Syringe"
    panel.table.selectRow(0)
    hear(*["valuechanged:pausestate:0"] * 9)
    assert labels(panel)[1] == "Syringe"
    assert [index.row() for index in panel.table.selectionModel().selectedRows()] == [1]


def test_enter_chooses_like_a_click(
    panel: ExplorerPanel, hear: Callable[..., None], qtbot: QtBot
) -> None:
    chosen: list[Term] = []
    panel.kind_chosen.connect(chosen.append)
    hear("syringetrack:1")
    click(panel, "Syringe")
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert len(chosen) == 2
    assert chosen[0] == chosen[1]


def test_hidden_it_only_counts(panel: ExplorerPanel, clock: Clock) -> None:
    panel.hide()
    panel.add_entries([entry("syringetrack:1", monotonic_ns=clock.now_ns)])
    assert not any(timer.isActive() for timer in panel.findChildren(QTimer))
    assert panel.model.rowCount() == 0
    panel.show()
    assert panel.model.rowCount() == 1


def test_cleared_for_another_connection(panel: ExplorerPanel, hear: Callable[..., None]) -> None:
    hear("syringetrack:1")
    panel.clear()
    assert panel.model.rowCount() == 0
    assert panel.summary.text() == ""


# --- the log -----------------------------------------------------------------------------------


def test_the_typed_filter_is_extended_replaced_and_given_back(
    panel: ExplorerPanel, hear: Callable[..., None], qtbot: QtBot
) -> None:
    bar = LogFilterBar()
    qtbot.addWidget(bar)
    desk = ExplorerDesk(panel, bar, panel)
    hear("valuechanged:pausestate:1", "syringetrack:1")
    bar.set_text("-valve")
    click(panel, "Syringe")
    assert bar.text().startswith("-valve ")
    assert EntryFilter.parse(bar.text()).matches("fluids", "in", "syringetrack:2")
    first = bar.text()
    click(panel, next(label for label in labels(panel) if label != "Syringe"))
    assert bar.text() != first
    assert EntryFilter.parse(bar.text()).matches("switch", "in", "valuechanged:pausestate:0")
    click(panel, next(label for label in labels(panel) if label != "Syringe"))
    assert bar.text() == "-valve"
    assert desk is not None


async def test_it_counts_what_the_log_shows(desk: Desk, until: Until) -> None:
    window = desk.window
    desk.connect_simulator()
    await until(lambda: desk.bridge.state.value("hostversion"))
    desk.bridge.flush()
    assert window.explorer.tally.count() == window.log.model.store.messages
    assert window.explorer.visibleRegion().isEmpty()


# --- its place -----------------------------------------------------------------------------------


WITHOUT = Layout(rows=((("instrument",),),))
WITH = Layout(rows=((("instrument", "explorer"),),))


def make_window(qtbot: QtBot, *, explorer: bool) -> tuple[QMainWindow, Docking]:
    window = QMainWindow()
    qtbot.addWidget(window)
    docking = Docking(window, WITH if explorer else WITHOUT)
    docking.add("instrument", "Instrument", QWidget())
    if explorer:
        docking.add("explorer", "Explorer", QWidget())
    window.show()
    docking.reset()
    return window, docking


def in_front(window: QMainWindow, name: str) -> bool:
    dock = window.findChild(QDockWidget, name)
    assert isinstance(dock, QDockWidget)
    return not dock.visibleRegion().isEmpty()


def test_a_layout_from_before_there_was_an_explorer_is_taken(qtbot: QtBot) -> None:
    _, old = make_window(qtbot, explorer=False)
    layout = QByteArray(old.save())
    window, docking = make_window(qtbot, explorer=True)
    assert docking.restore(layout)
    docking.bring("explorer")
    qtbot.waitUntil(lambda: in_front(window, "explorer"))


def test_asked_for_it_comes_to_the_front_and_reset_puts_it_behind(qtbot: QtBot) -> None:
    window, docking = make_window(qtbot, explorer=True)
    qtbot.waitUntil(lambda: in_front(window, "instrument"))
    assert not in_front(window, "explorer")
    docking.bring("explorer")
    qtbot.waitUntil(lambda: in_front(window, "explorer"))
    docking.reset()
    qtbot.waitUntil(lambda: in_front(window, "instrument"))
    assert not in_front(window, "explorer")


def test_a_panel_that_was_closed_comes_back_when_it_is_asked_for(qtbot: QtBot) -> None:
    window, docking = make_window(qtbot, explorer=True)
    dock = window.findChild(QDockWidget, "explorer")
    assert isinstance(dock, QDockWidget)
    dock.close()
    assert dock.isHidden()
    docking.bring("explorer")
    qtbot.waitUntil(lambda: in_front(window, "explorer"))
