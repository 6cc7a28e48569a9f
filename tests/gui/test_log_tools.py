"""What an operator has to find things in the log: find, bookmarks, colours, columns, filters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from ifcbgui.session.errors import SessionError
from ifcbgui.session.records import Bookmark
from ifcbgui.settings import Settings
from ifcbgui.ui.models.log_columns import Column
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.panels.log_panel import LogPanel
from ifcbgui.ui.widgets.highlight_editor import HighlightEditor
from ifcbgui.ui.widgets.log_menu import LogMenu
from ifcbgui.ui.widgets.log_scroll_bar import LogScrollBar
from ifcbgui.ui.widgets.saved_filters import SavedFilters
from tests.helpers.log_traffic import TIME_NS, entry, event, rows, syringe


class Keeper:
    """Keeps bookmarks; may refuse to."""

    def __init__(self) -> None:
        self.kept: dict[int, tuple[int, str]] = {}
        self.broken = False
        self._last = 0

    def bookmark(self, message_id: int, note: str = "") -> int:
        if self.broken:
            raise SessionError("The session cannot be written.", "")
        self._last += 1
        self.kept[self._last] = (message_id, note)
        return self._last

    def remove_bookmark(self, bookmark_id: int) -> None:
        del self.kept[bookmark_id]


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def panel(qtbot: QtBot, settings: Settings) -> LogPanel:
    return make_panel(qtbot, settings)


@pytest.fixture
def keeper(panel: LogPanel) -> Keeper:
    keeper = Keeper()
    panel.bookmarks.attach(keeper)
    return keeper


def make_panel(qtbot: QtBot, settings: Settings) -> LogPanel:
    panel = LogPanel({}.get, settings=settings, store=LogStore(max_rows=1000, chunk_rows=100))
    qtbot.addWidget(panel)
    panel.resize(1000, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def chosen(panel: LogPanel) -> int:
    position = panel.table.chosen_position()
    assert position is not None
    return panel.model.store.row(position).row_id


def press(panel: LogPanel, qtbot: QtBot, keys: str) -> None:
    modifiers = Qt.KeyboardModifier.NoModifier
    names = keys.split("+")
    for name in names[:-1]:
        modifiers |= {
            "Ctrl": Qt.KeyboardModifier.ControlModifier,
            "Shift": Qt.KeyboardModifier.ShiftModifier,
            "Alt": Qt.KeyboardModifier.AltModifier,
        }[name]
    panel.table.setFocus()
    qtbot.keyClick(panel.table, getattr(Qt.Key, f"Key_{names[-1]}"), modifiers)
    QApplication.processEvents()


# --- find ---------------------------------------------------------------------------------------


def test_find_walks_through_what_is_shown_and_hides_nothing(panel: LogPanel, qtbot: QtBot) -> None:
    panel.add_rows(syringe(900))
    panel.filter_bar.set_text("id<=700")
    panel.finder.bar.open_bar()
    panel.finder.bar.set_text("1.00")
    assert panel.model.rowCount() == 700
    press(panel, qtbot, "F3")
    assert chosen(panel) == 100
    press(panel, qtbot, "F3")
    assert chosen(panel) == 600
    assert panel.finder.bar.findChild(QLabel).text() == "2 of 2"
    press(panel, qtbot, "F3")
    assert chosen(panel) == 100, "behind the last comes the first again"
    press(panel, qtbot, "Shift+F3")
    assert chosen(panel) == 600
    panel.filter_bar.set_text("id<=500")
    assert panel.finder.bar.findChild(QLabel).text() == "1 found"
    panel.finder.bar.close_bar()
    assert not len(panel.finder.positions)


def test_new_rows_are_found_too_and_dropped_ones_no_longer(panel: LogPanel) -> None:
    panel.finder.bar.set_text("1.00")
    panel.add_rows(syringe(900))
    assert len(panel.finder.positions) == 2
    panel.add_rows(syringe(300, first_id=901))
    ids = panel.model.store.row_ids(panel.finder.positions).tolist()
    assert ids == [600, 1100]
    panel.clear()
    assert not len(panel.finder.positions)


def test_the_list_leads_to_what_was_found(panel: LogPanel) -> None:
    panel.add_rows(syringe(900))
    panel.finder.bar.set_text("1.00")
    panel.finder.bar.list_toggled.emit(True)
    assert panel.finder.results.isVisible()
    panel.finder.results.selectRow(1)
    assert chosen(panel) == 600


def test_what_cannot_be_understood_finds_what_was_found_before(panel: LogPanel) -> None:
    panel.add_rows(syringe(300))
    panel.finder.bar.set_text("1.00")
    panel.finder.bar.set_text("(1.00")
    assert len(panel.finder.positions) == 1


# --- bookmarks ----------------------------------------------------------------------------------


def test_bookmarks_are_kept_where_the_messages_are(
    panel: LogPanel, keeper: Keeper, qtbot: QtBot
) -> None:
    panel.add_rows(syringe(200))
    panel.table.selectRow(9)
    press(panel, qtbot, "Ctrl+B")
    assert list(keeper.kept.values()) == [(10, "")]
    panel.bookmarks.put(10, "bubble")
    assert list(keeper.kept.values()) == [(10, "bubble")]
    index = panel.model.index(9, Column.NOTE)
    assert panel.model.data(index) == "bubble"
    press(panel, qtbot, "Ctrl+B")
    assert keeper.kept == {}


def test_keys_go_from_bookmark_to_bookmark(panel: LogPanel, keeper: Keeper, qtbot: QtBot) -> None:
    panel.add_rows(syringe(200))
    for row_id in (20, 120):
        panel.bookmarks.put(row_id, "")
    press(panel, qtbot, "Alt+Shift+Up")
    assert chosen(panel) == 120
    press(panel, qtbot, "Alt+Shift+Up")
    assert chosen(panel) == 20
    press(panel, qtbot, "Alt+Shift+Down")
    assert chosen(panel) == 120


def test_a_note_is_asked_for_without_holding_up_anything(
    panel: LogPanel, keeper: Keeper, qtbot: QtBot
) -> None:
    panel.add_rows(syringe(5))
    panel.table.selectRow(2)
    panel.table.menu_requested.emit(QPoint(5, 5))
    menu = panel.findChildren(LogMenu)[-1]
    next(a for a in menu.actions() if "note" in a.text()).trigger()
    menu.close()
    dialog = panel.findChild(QInputDialog)
    assert not dialog.isModal()
    dialog.setTextValue(" first bubble ")
    dialog.accept()
    assert list(keeper.kept.values()) == [(3, "first bubble")]
    assert not panel.table.header.isSectionHidden(Column.NOTE)


def test_bookmarks_of_a_session_are_shown_and_a_failure_is_told(
    panel: LogPanel, keeper: Keeper, qtbot: QtBot
) -> None:
    panel.add_rows(syringe(5))
    panel.bookmarks.attach(keeper, [Bookmark(7, 2, TIME_NS, "seen")])
    assert panel.bookmarks.note(2) == "seen"
    keeper.broken = True
    with qtbot.waitSignal(panel.notice) as told:
        panel.bookmarks.put(3, "")
    assert "cannot be written" in told.args[0]
    assert panel.bookmarks.note(3) is None


# --- marks, colours -----------------------------------------------------------------------------


def test_the_scroll_bar_marks_what_is_to_be_found(panel: LogPanel, qtbot: QtBot) -> None:
    panel.add_rows([*syringe(400), event("lost", "Gone."), *syringe(400, first_id=401)])
    bar = panel.table.verticalScrollBar()
    assert isinstance(bar, LogScrollBar)
    assert not len(panel.finder.positions), "nothing is looked for"
    panel.finder.bar.set_text("id=800")
    qtbot.waitUntil(lambda: len(bar.marks.get("warn", [])) == 1)
    (found,), (lost,) = bar.marks["warn"], bar.marks["info"]
    assert found == pytest.approx(2 * lost, abs=4)
    panel.filter_bar.set_text("id<5 -kind:link")
    qtbot.waitUntil(lambda: not bar.marks["info"] and not bar.marks["warn"])


def test_rules_colour_messages_and_are_kept(
    panel: LogPanel, settings: Settings, qtbot: QtBot
) -> None:
    panel.add_rows(rows("syringetrack:1.00", "client:reset"))
    colour = panel.table.highlight_of
    syringes, reset = panel.model.log_row(0), panel.model.log_row(1)
    panel.filter_bar.highlights_requested.emit()
    editor = panel.findChild(HighlightEditor)
    editor.choose_set("Runs")
    editor.add_rule()
    editor._lines[0]._field.setText("kind:fluids")
    assert settings.log_highlights == {"Runs": [("info", "kind:fluids")]}
    assert (colour(syringes), colour(reset)) == ("info", "")
    editor._lines[0]._field.setText("(")
    assert colour(syringes) == "", "a rule that cannot be understood colours nothing"
    editor._lines[0]._field.setText("kind:fluids")
    assert make_panel(qtbot, settings).table.highlight_of(syringes) == "info"
    sets = editor.findChild(QComboBox)
    sets.lineEdit().setText("Others")
    qtbot.keyClick(sets.lineEdit(), Qt.Key.Key_Return)
    assert settings.log_highlight_set == "Others"
    assert settings.log_highlights["Runs"], "Enter removes nothing"
    editor.remove_set()
    editor.choose_set("Runs")
    editor.remove_set()
    assert settings.log_highlights == {}
    assert colour(syringes) == ""


# --- columns, filters ---------------------------------------------------------------------------


def test_the_first_row_of_a_day_has_the_date(panel: LogPanel) -> None:
    midnight = TIME_NS + 8 * 3600 * 1_000_000_000
    times = (midnight - 2_000_000_000, midnight, midnight + 35_000_000)
    panel.add_rows([(n, entry("client:reset", time_ns=t)) for n, t in enumerate(times, 1)])
    cells = [panel.model.times(row) for row in range(3)]
    assert [cell.clock for cell in cells] == ["23:59:58.000", "23 Nov 00:00", "00:00:00.035"]
    assert [cell.since for cell in cells] == ["", "+2.000", "+0.035"]
    panel.model.set_zero(midnight)
    assert [panel.model.times(row).relative for row in range(3)] == ["-2.000", "+0.000", "+0.035"]


def test_columns_are_as_they_were_left(panel: LogPanel, settings: Settings, qtbot: QtBot) -> None:
    header = panel.table.header
    header.set_shown(Column.SINCE, True)
    header.set_shown(Column.KIND, False)
    header.moveSection(header.visualIndex(Column.DIRECTION), 0)
    again = make_panel(qtbot, settings).table.header
    assert not again.isSectionHidden(Column.SINCE)
    assert again.isSectionHidden(Column.KIND)
    assert again.visualIndex(Column.DIRECTION) == 0


@pytest.mark.parametrize("text", ["", "not base64 at all", "AAAA"])
def test_columns_that_cannot_be_read_are_the_usual_ones(qtbot: QtBot, text: str) -> None:
    header = make_panel(qtbot, Settings(log_columns=text, log_splitter=text)).table.header
    assert [header.visualIndex(column) for column in Column] == list(Column)
    assert header.isSectionHidden(Column.NOTE)


def test_open_details_are_open_again(panel: LogPanel, settings: Settings, qtbot: QtBot) -> None:
    panel.footer.set_detail_shown(True)
    assert settings.log_details
    assert make_panel(qtbot, settings).detail.isVisible()


def test_filters_are_saved_by_name(panel: LogPanel, settings: Settings) -> None:
    panel.add_rows(syringe(600))
    panel.filter_bar.set_text("1.00 kind:fluids")
    saved = panel.filter_bar.findChild(SavedFilters)
    saved.save("full")
    assert settings.log_filters == {"full": "1.00 kind:fluids"}
    panel.filter_bar.set_text("")
    saved.menu().aboutToShow.emit()
    next(action for action in saved.menu().actions() if action.text() == "full").trigger()
    assert panel.model.rowCount() == 2
