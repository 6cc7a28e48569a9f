"""Events of the link and fates of commands in the log, as an operator meets them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.commands import COMMANDS
from ifcbgui.instrument.ticket import Fate, Step, Ticket
from ifcbgui.session.filters import EntryFilter
from ifcbgui.session.records import EventKind
from ifcbgui.ui.models.log_columns import Column
from ifcbgui.ui.models.log_model import LogModel
from ifcbgui.ui.models.log_row import LogItem
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.panels.log_panel import LogPanel
from ifcbgui.ui.theme import apply_theme, tokens
from tests.helpers.log_traffic import TIME_NS, event, rows, syringe

LOST = event(EventKind.LOST, "The cable is out.")
AGAIN = event(EventKind.CONNECTED, "Signed on again after 12.3 s without a connection.")
SPOKEN = Qt.ItemDataRole.AccessibleTextRole
MS = 1_000_000


@pytest.fixture
def panel(qtbot: QtBot) -> LogPanel:
    panel = LogPanel({}.get, store=LogStore(max_rows=300, chunk_rows=100))
    qtbot.addWidget(panel)
    panel.resize(1000, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def add(panel: LogPanel, *items: LogItem) -> None:
    panel.add_rows(items)
    QApplication.processEvents()


def ticket(row_id: int, *steps: Step, text: str = "acquisition:pause") -> Ticket:
    result = Ticket(1, text, COMMANDS.match(text), row_id, TIME_NS)
    for step in (Step(Fate.SENT, 0), *steps):
        result = result.with_step(step)
    return result


def spoken(panel: LogPanel, row: int, column: Column) -> str:
    return str(panel.model.data(panel.model.index(row, column), SPOKEN))


def counts(panel: LogPanel) -> str:
    names = (child.accessibleName() for child in panel.footer.findChildren(QWidget))
    return next(name for name in names if "message" in name)


def details(panel: LogPanel) -> str:
    labels = panel.detail.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def copied() -> str:
    return QGuiApplication.clipboard().text()


# --- events ---------------------------------------------------------------------------------


def test_events_stand_in_their_place_and_count_as_no_messages(panel: LogPanel) -> None:
    add(panel, *syringe(2), LOST, AGAIN, *syringe(1, first_id=3))
    assert [bool(panel.model.log_row(row).event) for row in range(5)] == [0, 0, 1, 1, 0]
    assert counts(panel) == "3 messages"
    assert panel.shown_ids().tolist() == [1, 2, 3]
    panel.filter_bar.set_text("zebra")
    assert counts(panel) == "0 of 3 messages shown"
    assert panel.model.rowCount() == 2
    panel.filter_bar.show_only_kind("report")
    assert panel.model.rowCount() == 2
    panel.filter_bar.hide_kind("link")
    assert panel.model.rowCount() == 0
    assert "3 hidden" in panel.table._empty_text()


def test_dropped_events_are_not_counted_as_dropped_messages(panel: LogPanel) -> None:
    add(panel, LOST, *syringe(350))
    assert counts(panel) == "251 messages  ·  99 dropped from view, still in the session"


def test_an_event_is_a_band_across_the_whole_row(panel: LogPanel, qapp: QApplication) -> None:
    add(panel, *rows("client:reset", ">refresh", "valuechanged:switchnewthing:1"), LOST, AGAIN)
    table = panel.table
    for theme in ("light", "dark"):
        apply_theme(qapp, theme)
        QApplication.processEvents()
        image = table.viewport().grab().toImage()
        for row, token in ((3, "alarm"), (4, "ok")):
            top = table.rowViewportPosition(row)
            for x in (1, 300, table.viewport().width() - 2):
                assert image.pixelColor(x, top) == getattr(tokens(), token)
            ground = image.pixelColor(table.viewport().width() - 2, top + 4)
            assert ground == getattr(tokens(), f"{token}_ground")
    apply_theme(qapp, "light")


def test_an_event_is_read_out_from_whatever_cell(panel: LogPanel) -> None:
    add(panel, LOST)
    sentence = "16:00:00.000, Connection lost: The cable is out."
    assert {spoken(panel, 0, column) for column in Column} == {sentence}


def test_keys_go_from_event_to_event(panel: LogPanel, qtbot: QtBot) -> None:
    add(panel, *syringe(50), LOST, *syringe(50, first_id=51), AGAIN, *syringe(50, first_id=101))
    table = panel.table

    def press(key: Qt.Key) -> int:
        qtbot.keyClick(table, key, Qt.KeyboardModifier.AltModifier)
        return table.currentIndex().row()

    assert press(Qt.Key.Key_Up) == 101, "from the end, when nothing is chosen"
    assert not table.following
    assert table.visualRect(table.currentIndex()).intersects(table.viewport().rect())
    assert press(Qt.Key.Key_Up) == 50
    assert press(Qt.Key.Key_Up) == 50, "there is none before it"
    assert press(Qt.Key.Key_Down) == 101
    assert [index.row() for index in table.selectionModel().selectedRows()] == [101]
    panel.filter_bar.set_text("zebra")
    assert table.currentIndex().row() == 1, "the place survives a filter"
    panel.filter_bar.hide_kind("link")
    assert press(Qt.Key.Key_Up) == -1


def test_an_event_has_details(panel: LogPanel, qtbot: QtBot) -> None:
    add(panel, *rows("client:reset"), LOST)
    panel.table.selectRow(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    said = details(panel)
    assert "Connection lost: The cable is out." in said
    assert "2026-11-22 16:00:00.000000 UTC" in said
    assert "is missing here" in said
    assert not panel.detail.findChild(QPlainTextEdit).isVisible()
    qtbot.keyClick(panel.table, Qt.Key.Key_Up)
    qtbot.waitUntil(panel.detail.findChild(QPlainTextEdit).isVisible)
    assert "cable" not in details(panel)


def test_events_are_selected_and_copied_with_the_messages(panel: LogPanel, qtbot: QtBot) -> None:
    add(panel, *rows("client:reset"), LOST)
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied().splitlines() == [
        "2026-11-22T16:00:00.000000Z in  client:reset",
        "2026-11-22T16:00:00.000000Z --- Connection lost: The cable is out.",
    ]
    assert panel.selected_ids().tolist() == [1]


def test_following_goes_on_through_events(panel: LogPanel) -> None:
    for start in range(1, 900, 67):
        add(panel, *syringe(67, first_id=start), LOST, AGAIN)
        bar = panel.table.verticalScrollBar()
        assert bar.value() == bar.maximum()
    assert panel.table.following


# --- fates ----------------------------------------------------------------------------------


def test_a_fate_changes_in_its_row_and_nowhere_else(panel: LogPanel) -> None:
    add(panel, *rows("client:reset", ">acquisition:pause", "client:reset", ">acquisition:pause"))
    changed: list[tuple[int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        changed.append((first.row(), last.row()))

    panel.model.dataChanged.connect(note)
    panel.table.selectRow(0)
    panel.show_tickets([ticket(4, Step(Fate.ACCEPTED, 35 * MS))])
    assert changed == [(3, 3)]
    assert spoken(panel, 3, Column.VALUE) == "acquisition:pause, Accepted by the hub."
    assert spoken(panel, 1, Column.VALUE) == "acquisition:pause"
    assert panel.table.currentIndex().row() == 0


def test_a_fate_is_painted_at_the_end_of_its_row(panel: LogPanel) -> None:
    add(panel, *rows(">acquisition:pause"))
    table = panel.table
    widths = (1000, 520)

    def painted() -> set[str]:
        image = table.viewport().grab().toImage()
        right, middle = table.viewport().width(), table.rowHeight(0) // 2
        area = [(x, y) for x in range(right - 90, right) for y in range(middle - 6, middle + 6)]
        return {image.pixelColor(x, y).name() for x, y in area}

    for width in widths:
        panel.resize(width, 400)
        QApplication.processEvents()
        panel.show_tickets([ticket(1, Step(Fate.REFUSED, MS))])
        assert tokens().alarm.name() in painted()
        panel.show_tickets([ticket(1, Step(Fate.CONFIRMED, MS))])
        assert tokens().alarm.name() not in painted()


def test_the_details_tell_the_whole_story_while_it_goes_on(panel: LogPanel, qtbot: QtBot) -> None:
    add(panel, *rows(">acquisition:pause"))
    panel.show_tickets([ticket(1)])
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert "Sent 16:00:00.000 UTC" in details(panel)
    accepted = Step(Fate.ACCEPTED, 35 * MS)
    echo = Step(Fate.CONFIRMED, 210 * MS, "valuechanged:pausestate:1")
    panel.show_tickets([ticket(1, accepted, echo)])
    qtbot.waitUntil(lambda: "Accepted by the hub after 35 ms" in details(panel))
    assert "Confirmed after 210 ms by “valuechanged:pausestate:1”" in details(panel)
    assert "Confirmed by the instrument's echo." in details(panel)


def test_a_time_out_is_not_said_to_be_a_failure(panel: LogPanel) -> None:
    add(panel, *rows(">acquisition:pause"))
    panel.show_tickets([ticket(1, Step(Fate.TIMED_OUT, 15_000 * MS, "The hub has not answered."))])
    assert "may have been executed all the same" in spoken(panel, 0, Column.VALUE)


def test_fates_of_hidden_and_dropped_rows_disturb_nothing(panel: LogPanel) -> None:
    add(panel, *rows(">acquisition:pause"), *syringe(99, first_id=2))
    panel.filter_bar.set_text("syringe")
    panel.show_tickets([ticket(1, Step(Fate.ACCEPTED, MS))])
    add(panel, *syringe(300, first_id=101))
    panel.show_tickets([ticket(1, Step(Fate.CONFIRMED, MS))])
    assert panel.table.following


def test_the_model_keeps_the_rules_of_qt_with_events_and_fates(panel: LogPanel) -> None:
    model = LogModel(LogStore(max_rows=200, chunk_rows=50), parent=panel)
    mode = QAbstractItemModelTester.FailureReportingMode.Warning
    tester = QAbstractItemModelTester(model, mode, panel)
    for start in range(1, 600, 67):
        model.add_rows([LOST, *rows(">refresh", first_id=start), *syringe(66, first_id=start + 1)])
        model.set_tickets([ticket(start, text="refresh")])
        model.set_filter(RowFilter(text=EntryFilter.parse(f"{start % 7}.")))
    model.set_filter(RowFilter())
    assert tester.model() is model
    assert model.messages == model.rowCount() - len(model.store.event_positions)
