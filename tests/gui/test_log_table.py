"""The log's model and table: following, keeping the place, keys, filters in slices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.filters import EntryFilter
from ifcbgui.ui.models import filtered_rows
from ifcbgui.ui.models.log_columns import Column
from ifcbgui.ui.models.log_model import LogModel
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.widgets.log_table import LogTable
from tests.helpers.log_traffic import TIME_NS, rows, syringe

MakeTable = Callable[..., LogTable]
NO_COMMANDS = RowFilter(directions=frozenset({Direction.IN}))


@pytest.fixture
def make_table(qtbot: QtBot) -> MakeTable:
    def make(max_rows: int = 1_000_000, chunk_rows: int = 8192) -> LogTable:
        model = LogModel(LogStore(max_rows, chunk_rows), piece_s=0)
        table = LogTable(model)
        model.setParent(table)
        qtbot.addWidget(table)
        table.resize(700, 300)
        with qtbot.waitExposed(table):
            table.show()
        return table

    return make


@pytest.fixture
def table(make_table: MakeTable) -> LogTable:
    return make_table()


def log(table: LogTable) -> LogModel:
    model = table.model()
    assert isinstance(model, LogModel)
    return model


def add(table: LogTable, entries: list) -> None:
    log(table).add_rows(entries)
    QApplication.processEvents()


def top_text(table: LogTable) -> str:
    return log(table).log_row(table.rowAt(0)).text


def at_end(table: LogTable) -> bool:
    bar = table.verticalScrollBar()
    return bar.value() == bar.maximum()


def press(table: LogTable, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(table, key)
    QApplication.processEvents()


# --- the model ------------------------------------------------------------------------------


def test_a_batch_is_one_insertion(table: LogTable) -> None:
    seen: list[tuple[int, int]] = []

    def note(_parent: QModelIndex, first: int, last: int) -> None:
        seen.append((first, last))

    log(table).rowsInserted.connect(note)
    add(table, syringe(67))
    add(table, syringe(10, first_id=68))
    assert seen == [(0, 66), (67, 76)]


def test_the_model_keeps_the_rules_of_qt(table: LogTable) -> None:
    model = LogModel(LogStore(max_rows=200, chunk_rows=50), parent=table)
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Warning, table
    )
    for start in range(1, 600, 67):
        model.add_rows(syringe(67, first_id=start))
        model.set_filter(RowFilter(text=EntryFilter.parse(f"{start % 7}.")))
    model.set_filter(RowFilter())
    model.clear()
    model.add_rows(syringe(10))
    assert tester.model() is model
    assert model.rowCount() == 10


def test_cells_tell_screen_readers_what_is_painted(table: LogTable) -> None:
    add(table, rows("syringetrack:1.00", "valuechanged:switchnewthing:1", ">routine:runsample"))

    def cells(row: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> list[str]:
        return [log(table).data(log(table).index(row, column), role) for column in Column]

    times = ["16:00:00.000", "+0.000", ""]
    assert cells(0) == [*times, "↓ in", "fluids", "Syringe", "1.00 mL", ""]
    assert cells(2)[2:6] == ["+0.000", "↑ out", "command", "Run sample"]
    spoken = cells(1, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken[Column.MESSAGE].endswith("not in the catalogue")


def test_the_header_says_the_zone(table: LogTable) -> None:
    assert log(table).headerData(0, Qt.Orientation.Horizontal) == "Time (UTC)"
    log(table).set_utc(False)
    assert log(table).headerData(0, Qt.Orientation.Horizontal) == "Time (local)"


def test_a_filter_hides_and_shows_again(table: LogTable) -> None:
    add(table, rows("client:reset", ">refresh", "syringetrack:1.00"))
    log(table).set_filter(NO_COMMANDS)
    assert log(table).rowCount() == 2
    log(table).set_filter(RowFilter())
    assert log(table).rowCount() == 3


def test_new_rows_go_by_the_filter(table: LogTable) -> None:
    log(table).set_filter(NO_COMMANDS)
    add(table, rows(">refresh", "client:reset"))
    assert [log(table).log_row(0).text] == ["client:reset"]
    assert log(table).rowCount() == 1


def test_rows_that_come_while_a_large_log_is_filtered_are_filtered_once(
    table: LogTable, qtbot: QtBot
) -> None:
    add(table, syringe(60_000))
    model = log(table)
    wanted = RowFilter(text=EntryFilter.parse("1.00 -zebra -lion"))
    with qtbot.waitSignal(model.filter_applied, timeout=10_000):
        model.set_filter(wanted)
        assert model.rowCount() == 60_000, "the last result stands while the new one is sought"
        model.add_rows(rows("syringetrack:1.00", "syringetrack:2.00", first_id=60_001))
        assert model.rowCount() == 60_002
    assert model.rowCount() == 60_000 // 500 + 1
    model.add_rows(rows("syringetrack:1.00", first_id=60_003))
    assert model.rowCount() == 60_000 // 500 + 2
    ids = model.store.row_ids(model.positions).tolist()
    assert ids == sorted(set(ids))


def test_a_filter_typed_on_while_the_last_is_at_work_takes_its_place(
    table: LogTable, qtbot: QtBot
) -> None:
    add(table, syringe(60_000))
    model = log(table)
    applied: list[int] = []
    model.filter_applied.connect(lambda: applied.append(model.rowCount()))
    model.set_filter(RowFilter(text=EntryFilter.parse("1.00")))
    model.set_filter(RowFilter(text=EntryFilter.parse("1.01")))
    qtbot.waitUntil(lambda: bool(applied), timeout=10_000)
    assert applied == [120]
    assert model.log_row(0).text == "syringetrack:1.01"


def test_a_slow_filter_shows_the_newest_rows_first_to_who_reads_the_end(
    table: LogTable, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtered_rows, "_SOON_S", 0.0)
    monkeypatch.setattr(filtered_rows, "_WORTH_S", 0.0)
    add(table, syringe(60_000))
    model = log(table)
    counts: list[int] = []
    model.modelReset.connect(lambda: counts.append(model.rowCount()))
    with qtbot.waitSignal(model.filter_applied, timeout=10_000):
        model.set_filter(RowFilter(text=EntryFilter.parse("-zebra")))
        assert 0 < counts[0] < 60_000
        assert model.log_row(model.rowCount() - 1).row_id == 60_000
        model.add_rows(syringe(10, first_id=60_001))
    assert len(counts) == 1
    assert table.following
    ids = model.store.row_ids(model.positions).tolist()
    assert ids == list(range(1, 60_011))


def test_a_reader_of_older_rows_is_not_disturbed_by_half_a_result(
    table: LogTable, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtered_rows, "_SOON_S", 0.0)
    monkeypatch.setattr(filtered_rows, "_WORTH_S", 0.0)
    add(table, syringe(60_000))
    model = log(table)
    table.verticalScrollBar().setValue(30_000)
    top = top_text(table)
    with qtbot.waitSignal(model.filter_applied, timeout=10_000):
        model.set_filter(RowFilter(text=EntryFilter.parse("-zebra")))
        assert model.rowCount() == 60_000
    assert (top_text(table), table.rowAt(0)) == (top, 30_000)


def test_what_grows_too_old_goes_by_itself(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtered_rows, "_AGAIN_S", 0.01)
    now_ns = [TIME_NS]
    model = LogModel(LogStore(), now_ns=lambda: now_ns[0])
    model.add_rows(syringe(3))
    model.set_filter(RowFilter(text=EntryFilter.parse("time>=-10m")))
    assert model.rowCount() == 3
    now_ns[0] += 601 * 1_000_000_000
    qtbot.waitUntil(lambda: model.rowCount() == 0)
    model.set_filter(RowFilter())


def test_rows_dropped_while_a_filter_is_at_work_are_not_shown(
    make_table: MakeTable, qtbot: QtBot
) -> None:
    table = make_table(max_rows=60_000, chunk_rows=1000)
    add(table, syringe(60_000))
    model = log(table)
    with qtbot.waitSignal(model.filter_applied, timeout=10_000):
        model.set_filter(RowFilter(text=EntryFilter.parse("1.00 -zebra -lion")))
        model.add_rows(syringe(1000, first_id=60_001))
    assert model.store.first == 1000
    assert model.rowCount() == 120
    assert model.log_row(0).row_id == 1100


def test_clearing_while_a_filter_is_at_work_leaves_an_empty_log(
    table: LogTable, qtbot: QtBot
) -> None:
    add(table, syringe(60_000))
    model = log(table)
    with qtbot.waitSignal(model.filter_applied, timeout=10_000):
        model.set_filter(RowFilter(text=EntryFilter.parse("1.00 -zebra -lion")))
        model.clear()
    assert model.rowCount() == 0
    model.add_rows(rows("syringetrack:1.00", "syringetrack:2.00"))
    assert model.rowCount() == 1


# --- following ------------------------------------------------------------------------------


def test_it_follows_from_the_start(table: LogTable) -> None:
    for start in range(1, 1000, 67):
        add(table, syringe(67, first_id=start))
        assert at_end(table)
    assert table.following


def test_scrolling_up_stops_it_and_new_rows_are_counted(table: LogTable) -> None:
    add(table, syringe(200))
    table.verticalScrollBar().setValue(50)
    assert not table.following
    top = top_text(table)
    add(table, syringe(10, first_id=201))
    assert top_text(table) == top
    assert table.unseen == 10


def test_reaching_the_end_resumes(table: LogTable) -> None:
    add(table, syringe(200))
    table.verticalScrollBar().setValue(50)
    add(table, syringe(10, first_id=201))
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    assert table.following
    assert table.unseen == 0


def test_choosing_a_row_above_stops_it(table: LogTable) -> None:
    add(table, syringe(5))
    table.selectRow(2)
    assert not table.following
    add(table, syringe(100, first_id=6))
    assert not at_end(table)
    assert table.unseen == 100


def test_the_end_key_resumes(table: LogTable, qtbot: QtBot) -> None:
    add(table, syringe(200))
    press(table, qtbot, Qt.Key.Key_Home)
    assert not table.following
    assert table.rowAt(0) == 0
    press(table, qtbot, Qt.Key.Key_End)
    assert table.following
    assert at_end(table)
    add(table, syringe(100, first_id=201))
    assert at_end(table)


def test_resizing_and_taking_the_keyboard_do_not_stop_it(table: LogTable) -> None:
    add(table, syringe(200))
    for height in (500, 120, 300):
        table.resize(700, height)
        QApplication.processEvents()
        assert table.following
        assert at_end(table)
    chosen: list[bool] = []
    table.row_chosen.connect(lambda: chosen.append(True))
    table.clearFocus()
    table.setFocus()
    QApplication.processEvents()
    assert table.hasFocus()
    assert table.currentIndex().isValid()
    assert table.following
    assert chosen == []


def test_it_goes_on_following_through_filters_and_trims(make_table: MakeTable) -> None:
    table = make_table(max_rows=500, chunk_rows=100)
    for start in range(1, 3000, 67):
        add(table, syringe(67, first_id=start))
        assert table.following
        assert at_end(table)
    log(table).set_filter(RowFilter(text=EntryFilter.parse("zebra")))
    log(table).set_filter(RowFilter())
    QApplication.processEvents()
    assert table.following
    assert at_end(table)


# --- keeping the place ----------------------------------------------------------------------


def test_the_place_survives_trims(make_table: MakeTable) -> None:
    table = make_table(max_rows=500, chunk_rows=100)
    add(table, syringe(450))
    table.selectRow(400)
    table.verticalScrollBar().setValue(395)
    top, chosen = top_text(table), table.chosen_position()
    add(table, syringe(200, first_id=451))
    assert log(table).store.first == 200
    assert top_text(table) == top
    assert table.chosen_position() == chosen
    assert [index.row() for index in table.selectionModel().selectedRows()] == [200]
    assert not table.following
    assert table.unseen == 200


def test_no_other_row_is_chosen_when_the_chosen_one_is_dropped(make_table: MakeTable) -> None:
    table = make_table(max_rows=500, chunk_rows=100)
    add(table, syringe(450))
    table.selectRow(10)
    chosen: list[bool] = []
    table.row_chosen.connect(lambda: chosen.append(True))
    add(table, syringe(200, first_id=451))
    assert table.chosen_position() is None
    assert not table.selectionModel().hasSelection()
    assert chosen == []
    assert table.rowAt(0) == 0


def test_selection_and_place_survive_a_filter(table: LogTable) -> None:
    add(table, [row for n in range(200) for row in rows("client:reset", f"syringetrack:{n}.00")])
    table.selectRow(301)
    model = table.selectionModel()
    flags = QItemSelectionModel.SelectionFlag
    model.select(log(table).index(305, 0), flags.Select | flags.Rows)
    table.verticalScrollBar().setValue(296)
    line = 301 - table.rowAt(0)
    log(table).set_filter(RowFilter(hidden_groups=frozenset({"client"})))
    QApplication.processEvents()
    assert [index.row() for index in sorted(model.selectedRows())] == [150, 152]
    assert table.currentIndex().row() == 150
    assert 150 - table.rowAt(0) == line
    log(table).set_filter(RowFilter())
    QApplication.processEvents()
    assert [index.row() for index in sorted(model.selectedRows())] == [301, 305]
    assert 301 - table.rowAt(0) == line
    assert table.selected_positions().tolist() == [301, 305]


def test_a_place_whose_row_is_hidden_stays_near(table: LogTable) -> None:
    texts = [text for n in range(200) for text in ("client:reset", f"syringetrack:{n}.00")]
    add(table, rows(*texts))
    table.verticalScrollBar().setValue(200)
    assert top_text(table) == "client:reset"
    log(table).set_filter(RowFilter(hidden_groups=frozenset({"client"})))
    QApplication.processEvents()
    assert top_text(table) == "syringetrack:100.00"


# --- keys -----------------------------------------------------------------------------------


def test_the_first_arrow_starts_from_what_is_in_view(table: LogTable, qtbot: QtBot) -> None:
    add(table, syringe(100))
    table.clearFocus()
    table.setFocus()
    add(table, syringe(4900, first_id=101))
    press(table, qtbot, Qt.Key.Key_Up)
    assert table.currentIndex().row() > 4900
    assert table.selectionModel().hasSelection()


def test_arrows_and_pages_move_the_current_row(table: LogTable, qtbot: QtBot) -> None:
    add(table, syringe(300))
    table.selectRow(100)
    press(table, qtbot, Qt.Key.Key_Down)
    assert table.currentIndex().row() == 101
    press(table, qtbot, Qt.Key.Key_PageUp)
    assert table.currentIndex().row() < 95


def test_shift_end_selects_to_the_end(table: LogTable, qtbot: QtBot) -> None:
    add(table, syringe(300))
    table.selectRow(290)
    qtbot.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_positions().tolist() == list(range(290, 300))


def test_enter_and_the_copy_keys_are_announced(table: LogTable, qtbot: QtBot) -> None:
    add(table, syringe(3))
    table.selectRow(1)
    with qtbot.waitSignal(table.detail_requested):
        qtbot.keyClick(table, Qt.Key.Key_Return)
    with qtbot.waitSignal(table.copy_requested):
        qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)


# --- painting -------------------------------------------------------------------------------


def test_rows_that_stand_out_have_grounds_of_their_own(table: LogTable) -> None:
    add(table, rows("client:reset", ">refresh", "valuechanged:switchnewthing:1"))
    image = table.viewport().grab().toImage()
    right = table.viewport().width() - 4
    grounds = {image.pixelColor(right, table.rowViewportPosition(n) + 4).name() for n in range(3)}
    assert len(grounds) == 3


def test_a_table_wider_than_its_room_has_no_horizontal_bar(table: LogTable) -> None:
    add(table, syringe(300))
    table.resize(200, 300)
    QApplication.processEvents()
    assert not table.horizontalScrollBar().isVisible()
    assert not table.grab().isNull()
