"""The line above the log: what it asks for, and what it says of what it cannot understand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.filters import filter_kinds
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.theme import apply_theme, tokens
from ifcbgui.ui.widgets.log_filter_bar import LogFilterBar


@pytest.fixture
def bar(qtbot: QtBot) -> LogFilterBar:
    bar = LogFilterBar()
    qtbot.addWidget(bar)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


@pytest.fixture
def asked(bar: LogFilterBar) -> list[RowFilter]:
    filters: list[RowFilter] = []
    bar.filter_changed.connect(filters.append)
    return filters


def field(bar: LogFilterBar) -> QLineEdit:
    return bar.findChild(QLineEdit)


def clear_button(bar: LogFilterBar) -> QToolButton:
    return next(
        b for b in bar.findChildren(QToolButton) if b.accessibleName().startswith("Show everything")
    )


def box(bar: LogFilterBar, words: str) -> QCheckBox:
    return next(b for b in bar.findChildren(QCheckBox) if words in b.accessibleName())


def test_at_first_everything_is_shown(bar: LogFilterBar) -> None:
    assert bar.row_filter() == RowFilter()
    assert not clear_button(bar).isEnabled()


def test_typing_applies_after_a_short_pause_and_once(
    bar: LogFilterBar, asked: list[RowFilter], qtbot: QtBot
) -> None:
    qtbot.keyClicks(field(bar), "laser")
    assert asked == []
    qtbot.waitUntil(lambda: bool(asked))
    assert len(asked) == 1
    assert asked[0].text is not None
    assert asked[0].text.matches("report", "in", "Laser switched ON.")


def test_enter_does_not_wait(bar: LogFilterBar, asked: list[RowFilter], qtbot: QtBot) -> None:
    qtbot.keyClicks(field(bar), "laser")
    qtbot.keyClick(field(bar), Qt.Key.Key_Return)
    assert len(asked) == 1


def test_a_bad_filter_turns_red_says_why_and_keeps_the_last_one(bar: LogFilterBar) -> None:
    problems: list[str] = []
    bar.problem_changed.connect(problems.append)
    bar.set_text("laser")
    bar.set_text("kind:coffee")
    assert bar.row_filter().text.text == "laser"
    assert "coffee" in bar.problem
    assert problems == [bar.problem]
    assert field(bar).palette().color(QPalette.ColorRole.Base) == tokens().alarm_ground
    assert field(bar).toolTip() == field(bar).accessibleDescription() == bar.problem
    bar.set_text("kind:report")
    assert bar.problem == problems[-1] == ""
    assert field(bar).palette().color(QPalette.ColorRole.Base) != tokens().alarm_ground
    assert bar.row_filter().text.text == "kind:report"


def test_a_red_field_is_red_in_any_theme(bar: LogFilterBar, qapp: QApplication) -> None:
    bar.set_text('"open')
    for theme in ("dark", "light"):
        apply_theme(qapp, theme)
        QApplication.processEvents()
        assert field(bar).palette().color(QPalette.ColorRole.Base) == tokens().alarm_ground


def test_directions_are_toggled(bar: LogFilterBar, asked: list[RowFilter]) -> None:
    box(bar, "commands that were sent").click()
    assert asked[-1].directions == {Direction.IN}
    box(bar, "from the instrument").click()
    assert asked[-1].directions == frozenset()


def kinds_menu(bar: LogFilterBar) -> QMenu:
    return next(b for b in bar.findChildren(QToolButton) if b.menu()).menu()


def choice(bar: LogFilterBar, words: str) -> QAction:
    return next(action for action in kinds_menu(bar).actions() if action.text() == words)


def test_kinds_are_chosen_in_a_menu_that_stays_open(
    bar: LogFilterBar, asked: list[RowFilter], qtbot: QtBot
) -> None:
    menu = kinds_menu(bar)
    menu.popup(bar.mapToGlobal(bar.rect().bottomLeft()))
    where = menu.actionGeometry(choice(bar, "fluids")).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=where)
    assert asked[-1].hidden_groups == {"fluids"}
    menu.setActiveAction(choice(bar, "graph"))
    qtbot.keyClick(menu, Qt.Key.Key_Space)
    assert asked[-1].hidden_groups == {"fluids", "graph"}
    assert menu.isVisible()
    menu.close()


def test_all_kinds_can_be_hidden_and_shown_at_once(
    bar: LogFilterBar, asked: list[RowFilter]
) -> None:
    choice(bar, "Hide all").trigger()
    assert asked[-1].hidden_groups == set(filter_kinds())
    choice(bar, "Show all").trigger()
    assert asked[-1] == RowFilter()


def test_kinds_can_be_hidden_from_elsewhere(bar: LogFilterBar, asked: list[RowFilter]) -> None:
    bar.hide_kind("fluids")
    bar.hide_kind("graph")
    assert asked[-1].hidden_groups == {"fluids", "graph"}
    bar.show_only_kind("report")
    assert asked[-1].hidden_groups == set(filter_kinds()) - {"report", "link"}
    assert choice(bar, "report").isChecked()
    assert not choice(bar, "fluids").isChecked()


def test_the_kinds_button_says_how_many_are_shown(bar: LogFilterBar) -> None:
    button = next(b for b in bar.findChildren(QToolButton) if b.menu())
    assert button.text() == "Kinds"
    bar.show_only_kind("report")
    assert button.text() == f"Kinds 2/{len(filter_kinds())}"


def test_clear_shows_everything_again(bar: LogFilterBar) -> None:
    bar.set_text("laser")
    bar.hide_kind("graph")
    box(bar, "commands that were sent").click()
    clear_button(bar).click()
    assert bar.row_filter() == RowFilter()
    assert bar.text() == ""
    assert not clear_button(bar).isEnabled()


def test_esc_clears_the_text_then_leaves(bar: LogFilterBar, qtbot: QtBot) -> None:
    bar.set_text("laser")
    left: list[bool] = []
    bar.left.connect(lambda: left.append(True))
    qtbot.keyClick(field(bar), Qt.Key.Key_Escape)
    assert bar.text() == ""
    assert bar.row_filter() == RowFilter()
    assert left == []
    qtbot.keyClick(field(bar), Qt.Key.Key_Escape)
    assert left == [True]
