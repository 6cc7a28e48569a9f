"""The log panel as the window uses it: rows in, counts, copying, menu, details, follow button."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ifcbgui.session.filters.terms import OfKind
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.panels.log_panel import LogPanel
from ifcbgui.ui.widgets.log_menu import LogMenu
from tests.helpers.log_traffic import rows, syringe

LONG = "reportevent:" + "abc " * 2000


@pytest.fixture
def texts() -> dict[int, str]:
    return {}


@pytest.fixture
def panel(qtbot: QtBot, texts: dict[int, str]) -> LogPanel:
    panel = LogPanel(texts.get, store=LogStore(max_rows=1000, chunk_rows=100))
    qtbot.addWidget(panel)
    panel.resize(1000, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def add(panel: LogPanel, entries: list) -> None:
    panel.add_rows(entries)
    QApplication.processEvents()


def status(panel: LogPanel) -> str:
    return next(
        child.accessibleName()
        for child in panel.footer.findChildren(QWidget)
        if "message" in child.accessibleName()
    )


def follow_button(panel: LogPanel) -> QToolButton:
    return panel.footer.findChildren(QToolButton)[1]


def copied() -> str:
    return QGuiApplication.clipboard().text()


def menu_action(panel: LogPanel, words: str) -> QAction:
    """Return an entry of the row's menu; ``>`` leads into a menu inside it."""
    *menus, words = words.split(" > ")
    menu = panel.findChildren(LogMenu)[-1]
    for title in menus:
        menu = next(m for m in menu.findChildren(QMenu) if m.title().replace("&", "") == title)
    return next(a for a in menu.actions() if words in a.text().replace("&", ""))


def test_the_counts_say_what_is_shown_kept_and_dropped(panel: LogPanel) -> None:
    assert status(panel) == "0 messages"
    add(panel, rows("client:reset", ">refresh", "syringetrack:1.00"))
    assert status(panel) == "3 messages"
    panel.filter_bar.set_text("kind:client")
    assert status(panel) == "1 of 3 messages shown"
    panel.filter_bar.clear()
    add(panel, syringe(1200, first_id=4))
    assert status(panel) == ("903 messages  ·  300 dropped from view, still in the session")


def test_a_bad_filter_is_explained_below(panel: LogPanel) -> None:
    panel.filter_bar.set_text("kind:coffee")
    assert "Filter not applied: There is no kind 'coffee'" in status(panel)
    panel.filter_bar.set_text("")
    assert "Filter" not in status(panel)


def test_the_follow_button_says_how_many_are_new_and_leads_to_them(
    panel: LogPanel, qtbot: QtBot
) -> None:
    add(panel, syringe(200))
    button = follow_button(panel)
    assert button.text() == "Following"
    assert button.isChecked()
    panel.table.selectRow(0)
    assert button.text() == "Follow"
    add(panel, syringe(1234, first_id=201)[:500])
    assert button.text() == "500 new"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Following"
    assert panel.table.following
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not panel.table.following


def test_the_window_gets_the_numbers_of_what_is_shown_and_selected(panel: LogPanel) -> None:
    add(panel, rows("client:reset", ">refresh", "client:disableroutines", first_id=7))
    panel.filter_bar.set_text("kind:client")
    panel.table.selectRow(1)
    assert panel.shown_ids().tolist() == [7, 9]
    assert panel.selected_ids().tolist() == [9]


def test_copied_text_has_time_direction_and_the_whole_message(
    panel: LogPanel, texts: dict[int, str], qtbot: QtBot
) -> None:
    texts[2] = LONG
    add(panel, rows(">refresh", LONG, "client:reset"))
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied().splitlines() == [
        "2026-11-22T16:00:00.000000Z out refresh",
        f"2026-11-22T16:00:00.000000Z in  {LONG}",
        "2026-11-22T16:00:00.000000Z in  client:reset",
    ]


def test_copied_json_is_what_watch_prints(panel: LogPanel) -> None:
    add(panel, rows("valuechanged:pausestate:1", first_id=5))
    panel.table.selectAll()
    panel.copy_json()
    copy = json.loads(copied())
    assert (copy["id"], copy["direction"], copy["seqno"]) == (5, "in", 4101)
    assert copy["fields"] == ["valuechanged", "pausestate", True]


def test_copied_tsv_and_bare_texts(panel: LogPanel) -> None:
    add(panel, rows("syringetrack:1.00", "client:reset"))
    panel.table.selectAll()
    panel.copy_tsv()
    assert [line.split("\t")[3:5] for line in copied().splitlines()] == [
        ["Syringe", "1.00 mL"],
        ["Reset", ""],
    ]
    panel.copy_messages()
    assert copied() == "syringetrack:1.00\nclient:reset"


def test_nothing_selected_leaves_the_clipboard_alone(panel: LogPanel) -> None:
    QGuiApplication.clipboard().setText("precious")
    add(panel, syringe(3))
    panel.copy_text()
    assert copied() == "precious"


def test_copying_very_many_is_limited_and_said(qtbot: QtBot) -> None:
    panel = LogPanel({}.get)
    qtbot.addWidget(panel)
    panel.add_rows(syringe(10_500))
    panel.table.selectAll()
    with qtbot.waitSignal(panel.notice) as notice:
        panel.copy_messages()
    assert "first 10,000 of 10,500" in notice.args[0]
    assert copied().count("\n") == 9_999


def test_the_texts_of_many_long_messages_are_read_together(qtbot: QtBot) -> None:
    asked: list[list[int]] = []

    def texts_of(ids: Sequence[int]) -> Mapping[int, str]:
        asked.append(list(ids))
        return {row_id: f"{row_id}:{LONG}" for row_id in ids if row_id != 7}

    panel = LogPanel({}.get, texts_of=texts_of)
    qtbot.addWidget(panel)
    panel.add_rows(rows("client:reset", *[LONG] * 150))
    panel.table.selectAll()
    panel.copy_messages()
    qtbot.waitUntil(lambda: len(copied().splitlines()) == 151)
    assert asked == [list(range(2, 101)), list(range(101, 152))]
    lines = copied().splitlines()
    assert lines[0] == "client:reset"
    assert lines[1] == f"2:{LONG}"
    assert lines[6] == LONG[:300]
    assert lines[150] == f"151:{LONG}"


def test_copying_very_much_is_limited_and_said(qtbot: QtBot) -> None:
    asked: list[int] = []

    def texts_of(ids: Sequence[int]) -> Mapping[int, str]:
        asked.extend(ids)
        return dict.fromkeys(ids, "x" * 3_000_000)

    panel = LogPanel({}.get, texts_of=texts_of)
    qtbot.addWidget(panel)
    panel.add_rows(rows(*[LONG] * 300))
    panel.table.selectAll()
    with qtbot.waitSignal(panel.notice) as notice:
        panel.copy_messages()
    assert "first 10 of 300" in notice.args[0]
    assert len(copied()) == 30_000_009
    assert len(asked) == 100


def test_one_message_is_copied_whatever_its_size(qtbot: QtBot) -> None:
    panel = LogPanel(lambda row_id: "x" * 40_000_000)
    qtbot.addWidget(panel)
    panel.add_rows(rows(LONG))
    panel.table.selectAll()
    with qtbot.assertNotEmitted(panel.notice):
        panel.copy_messages()
        qtbot.waitUntil(lambda: len(copied()) == 40_000_000)


def test_the_menu_filters_by_the_kind_of_the_row(panel: LogPanel) -> None:
    add(panel, rows("client:reset", "syringetrack:1.00", "valuechanged:pausestate:1"))
    panel.table.selectRow(1)
    panel.table.menu_requested.emit(panel.table.mapToGlobal(QPoint(5, 5)))
    menu_action(panel, "Filter out > Kind “fluids”").trigger()
    assert panel.shown_ids().tolist() == [1, 3]
    panel.filter_bar.clear()
    menu_action(panel, "Show only > Kind “fluids”").trigger()
    assert panel.shown_ids().tolist() == [2]
    panel.filter_bar.clear()
    menu_action(panel, "Filter out > Messages “Syringe”").trigger()
    assert panel.shown_ids().tolist() == [1, 3]
    panel.filter_bar.clear()
    menu_action(panel, "Show only > volume=1.00 mL").trigger()
    assert panel.shown_ids().tolist() == [2]
    panel.findChildren(LogMenu)[-1].close()


def test_the_menu_goes_when_it_is_closed(panel: LogPanel, qtbot: QtBot) -> None:
    add(panel, syringe(3))
    panel.table.selectRow(1)
    before = len(panel.findChildren(QMenu))
    panel.table.menu_requested.emit(QPoint(5, 5))
    panel.findChildren(LogMenu)[-1].close()
    qtbot.waitUntil(lambda: len(panel.findChildren(QMenu)) == before)


def test_enter_opens_the_details_of_the_row(
    panel: LogPanel, texts: dict[int, str], qtbot: QtBot
) -> None:
    texts[2] = LONG
    add(panel, rows("client:reset", LONG))
    assert not panel.detail.isVisible()
    panel.table.selectRow(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert panel.detail.isVisible()
    assert panel.detail.findChild(QPlainTextEdit).toPlainText() == LONG
    qtbot.keyClick(panel.table, Qt.Key.Key_Up)
    raw = panel.detail.findChild(QPlainTextEdit)
    qtbot.waitUntil(lambda: raw.toPlainText() == "client:reset")


def test_the_details_stay_when_their_row_is_dropped(panel: LogPanel) -> None:
    add(panel, syringe(100))
    panel.table.selectRow(3)
    panel.footer.set_detail_shown(True)
    shown = panel.detail.findChild(QPlainTextEdit).toPlainText()
    add(panel, syringe(1100, first_id=101))
    assert panel.model.store.first > 3
    assert panel.detail.findChild(QPlainTextEdit).toPlainText() == shown


def test_the_details_stand_beside_the_messages_where_there_is_room(panel: LogPanel) -> None:
    add(panel, syringe(5))
    panel.table.selectRow(1)
    panel.footer.set_detail_shown(True)
    QApplication.processEvents()
    assert panel.detail.x() > panel.table.geometry().right()
    panel.resize(500, 500)
    QApplication.processEvents()
    assert panel.detail.y() > panel.table.geometry().bottom()


def test_find_leads_to_the_filter_and_esc_back(panel: LogPanel, qtbot: QtBot) -> None:
    add(panel, syringe(5))
    panel.activateWindow()
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = panel.filter_bar.findChild(QLineEdit)
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(panel.table.hasFocus)


def test_another_session_starts_with_an_empty_following_log(panel: LogPanel) -> None:
    add(panel, syringe(200))
    panel.table.selectRow(3)
    panel.footer.set_detail_shown(True)
    panel.clear()
    add(panel, syringe(300))
    assert panel.table.following
    assert panel.shown_ids()[0] == 1
    bar = panel.table.verticalScrollBar()
    assert bar.value() == bar.maximum()


def test_every_control_has_a_name_for_screen_readers(panel: LogPanel) -> None:
    buttons = panel.findChildren(QAbstractButton)
    nameless = [
        button
        for button in buttons
        if button.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and not (button.accessibleName() or button.text())
    ]
    assert len(buttons) >= 7
    assert nameless == []
    assert panel.table.accessibleName()
    assert panel.detail.accessibleName()


def test_a_closed_panel_leaves_nothing_behind(qtbot: QtBot) -> None:
    before = len(QApplication.topLevelWidgets())
    panel = LogPanel({}.get)
    panel.show()
    panel.add_rows(syringe(100))
    panel.filter_bar.set_text("1.0")
    destroyed: list[bool] = []
    panel.destroyed.connect(lambda: destroyed.append(True))
    timers = panel.findChildren(QTimer)
    assert timers
    panel.deleteLater()
    del panel, timers
    qtbot.waitUntil(lambda: bool(destroyed))
    gc.collect()
    assert len(QApplication.topLevelWidgets()) == before


# --- for a replay, and for other panels -------------------------------------------------------


def test_the_cursor_marks_the_message_or_the_last_shown_before_it(panel: LogPanel) -> None:
    add(panel, syringe(300))
    panel.filter_bar.set_text("id<=100")
    panel.set_cursor(50)
    assert not panel.table.following
    top = panel.table.rowAt(0)
    assert top <= 49 < top + panel.table.verticalScrollBar().pageStep()
    panel.set_cursor(200)
    assert panel.table.verticalScrollBar().value() == panel.table.verticalScrollBar().maximum()
    panel.set_cursor(None)


def test_a_double_click_asks_for_the_moment_of_a_message(panel: LogPanel, qtbot: QtBot) -> None:
    add(panel, syringe(3))
    model, table = panel.model, panel.table
    with qtbot.waitSignal(panel.moment_requested) as asked:
        table.doubleClicked.emit(model.index(1, 0))
    assert asked.args == [2, model.log_row(1).time_ns]


def test_another_panel_narrows_the_filter_and_a_bad_one_does_not_stop_it(panel: LogPanel) -> None:
    panel.filter_bar.set_text("syringe")
    panel.narrow_filter(OfKind(frozenset({"fluids"})))
    assert panel.filter_bar.text() == "syringe kind:fluids"
    panel.filter_bar.set_text("syringe (")
    panel.narrow_filter(OfKind(frozenset({"fluids"})))
    assert panel.filter_bar.text() == "syringe kind:fluids"
