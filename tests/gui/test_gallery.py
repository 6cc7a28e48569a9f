"""The gallery: it fills by itself, keeps still for whoever looks, and is chosen from."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ifcbgui.ui.models.roi_order import SortBy
from ifcbgui.ui.models.roi_text import RoiUnits
from ifcbgui.ui.theme import apply_theme
from ifcbgui.ui.widgets import gallery_view
from ifcbgui.ui.widgets.gallery import Gallery
from ifcbgui.ui.widgets.gallery_grid import GAP, Grid
from ifcbgui.ui.widgets.gallery_view import SIDES
from tests.helpers.roi_pictures import FakeRois

_KEY = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier
_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def source() -> FakeRois:
    return FakeRois(200)


@pytest.fixture
def gallery(qtbot: QtBot, qapp: QApplication, source: FakeRois) -> Gallery:
    apply_theme(qapp, "light")
    return shown(qtbot, source)


def shown(qtbot: QtBot, source: FakeRois) -> Gallery:
    gallery = Gallery(source)
    qtbot.addWidget(gallery)
    gallery.resize(600, 400)
    with qtbot.waitExposed(gallery):
        gallery.show()
    gallery.refresh()
    return gallery


def in_view(gallery: Gallery) -> list[int]:
    """Numbers of the rows that can be seen, in the order shown."""
    height = gallery.viewport().height()
    first, stop = gallery.grid.between(gallery.scrolled, gallery.scrolled + height)
    return gallery.order.shown[first:stop].tolist()


def middle_of(gallery: Gallery, number: int) -> QPoint:
    position = gallery.order.position(number)
    assert position is not None
    return gallery.grid.rect(position).center() - QPoint(0, gallery.scrolled)


def click(gallery: Gallery, number: int, modifier: Qt.KeyboardModifier = _NONE) -> None:
    QTest.mouseClick(gallery.viewport(), _LEFT, modifier, middle_of(gallery, number))


def move_mouse(gallery: Gallery, point: QPoint) -> None:
    place = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        gallery.viewport().mapToGlobal(place),
        Qt.MouseButton.NoButton,
        _LEFT,
        _NONE,
    )
    QApplication.sendEvent(gallery.viewport(), event)


def press(gallery: Gallery, *keys: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
    for key in keys:
        QTest.keyClick(gallery, key, modifier)


def scroll_to(gallery: Gallery, value: int) -> None:
    gallery.verticalScrollBar().setValue(value)


# --- following ----------------------------------------------------------------------------------


def test_new_ones_come_first_while_it_follows(
    qtbot: QtBot, gallery: Gallery, source: FakeRois
) -> None:
    assert in_view(gallery)[0] == 199
    source.add(3)
    gallery.refresh()
    qtbot.waitUntil(lambda: in_view(gallery)[:4] == [202, 201, 200, 199])
    assert gallery.following


def test_what_came_is_seen_before_more_takes_its_place(
    qtbot: QtBot, source: FakeRois, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_view, "PATIENCE_S", 60.0)
    source.gate.clear()
    gallery = shown(qtbot, source)
    before = in_view(gallery)
    source.add(50)
    gallery.refresh()
    assert in_view(gallery) == before
    source.gate.set()
    qtbot.waitUntil(lambda: in_view(gallery)[0] == 249)
    assert all(gallery.thumbnails.find(number) is not None for number in in_view(gallery))


def test_pictures_are_not_waited_for_for_long(qtbot: QtBot, source: FakeRois) -> None:
    source.gate.clear()
    gallery = shown(qtbot, source)
    source.add(50)

    def looked() -> bool:
        gallery.refresh()
        return in_view(gallery)[0] == 249

    qtbot.waitUntil(looked)
    source.gate.set()


def test_scrolled_away_it_stands_still_and_counts(gallery: Gallery, source: FakeRois) -> None:
    scroll_to(gallery, 500)
    before = in_view(gallery)
    source.add(25)
    gallery.refresh()
    assert in_view(gallery) == before
    assert not gallery.following
    assert gallery.order.unseen == 25


def test_back_at_the_top_it_follows_again(gallery: Gallery, source: FakeRois) -> None:
    scroll_to(gallery, 500)
    source.add(2)
    gallery.refresh()
    scroll_to(gallery, 0)
    assert gallery.following
    assert in_view(gallery)[0] == 201


def test_what_is_chosen_holds_it_still_at_the_top_too(gallery: Gallery, source: FakeRois) -> None:
    click(gallery, 198)
    before = in_view(gallery)
    source.add(5)
    gallery.refresh()
    assert in_view(gallery) == before
    assert gallery.order.unseen == 5
    press(gallery, _KEY.Key_Escape)
    assert gallery.following
    assert in_view(gallery)[0] == 204


def test_the_button_leads_to_what_came_and_leaves_what_is_chosen(
    gallery: Gallery, source: FakeRois
) -> None:
    click(gallery, 198)
    source.add(5)
    gallery.set_following(True)
    assert in_view(gallery)[0] == 204
    assert gallery.choice.selected.tolist() == [198]


def test_the_view_stands_still_when_old_rows_go(qtbot: QtBot) -> None:
    source = FakeRois(100, most=100)
    gallery = shown(qtbot, source)
    gallery.set_sort(SortBy.TIME, descending=False)
    scroll_to(gallery, 1000)
    watched = in_view(gallery)[8]
    before = middle_of(gallery, watched).y()
    source.add(1)  # a quarter goes
    gallery.refresh()
    assert source.table.first == 25
    assert middle_of(gallery, watched).y() == before
    assert gallery.order.position(24) is None


def test_what_is_chosen_may_go(qtbot: QtBot) -> None:
    source = FakeRois(100, most=100)
    gallery = shown(qtbot, source)
    gallery.set_sort(SortBy.TIME, descending=False)
    click(gallery, 0)
    click(gallery, 2, _SHIFT)
    source.add(1)
    gallery.refresh()
    assert gallery.choice.selected.tolist() == []
    assert gallery.choice.current is None


def test_another_session_begins_at_the_top(gallery: Gallery, source: FakeRois) -> None:
    scroll_to(gallery, 500)
    click(gallery, in_view(gallery)[5])
    source.table.clear()
    source.add(300)  # more than there were, so that no number tells
    gallery.refresh()
    assert gallery.following
    assert in_view(gallery)[0] == 299
    assert len(gallery.choice.selected) == 0


def test_cleared_between_two_looks_nothing_old_is_painted(
    gallery: Gallery, source: FakeRois
) -> None:
    source.table.clear()
    source.add(2)
    assert not gallery.grab().isNull()
    scroll_to(gallery, 300)
    assert not gallery.grab().isNull()
    gallery.refresh()
    assert sorted(in_view(gallery)) == [0, 1]


@pytest.mark.parametrize("rows", [0, 2])
def test_input_between_two_looks_finds_nothing_old(
    gallery: Gallery, source: FakeRois, rows: int
) -> None:
    point = middle_of(gallery, 190)
    for act in (
        lambda: QTest.mouseClick(gallery.viewport(), _LEFT, _NONE, point),
        lambda: press(gallery, _KEY.Key_Down, _KEY.Key_Return, _KEY.Key_Space),
        lambda: QTest.mouseDClick(gallery.viewport(), _LEFT, _NONE, point),
        lambda: move_mouse(gallery, point),
        lambda: gallery.set_units(RoiUnits(utc=False)),
        lambda: gallery.set_sort(SortBy.SIZE, descending=True),
        lambda: gallery.set_following(False),
        gallery.select_all,
    ):
        source.table.clear()
        source.add(60)
        gallery.refresh()
        gallery.show_number(50)
        source.table.clear()
        source.add(rows)
        act()
        assert set(gallery.choice.selected.tolist()) <= set(range(rows))


def test_rows_that_go_between_two_looks_are_not_painted(qtbot: QtBot) -> None:
    source = FakeRois(100, most=100)
    gallery = shown(qtbot, source)
    source.add(90)
    assert not gallery.grab().isNull()


# --- choosing -----------------------------------------------------------------------------------


def test_clicks_with_shift_and_ctrl(gallery: Gallery) -> None:
    click(gallery, 199)
    click(gallery, 196, _SHIFT)
    assert gallery.choice.selected.tolist() == [196, 197, 198, 199]
    click(gallery, 197, _CTRL)
    assert gallery.choice.selected.tolist() == [196, 198, 199]
    click(gallery, 198)
    assert gallery.choice.selected.tolist() == [198]


def test_a_rubber_band_from_between_the_tiles(gallery: Gallery) -> None:
    columns = gallery.grid.columns
    QTest.mousePress(gallery.viewport(), _LEFT, _NONE, QPoint(2, 2))
    move_mouse(gallery, middle_of(gallery, 198))
    assert gallery.banding
    assert gallery.choice.selected.tolist() == [198, 199]
    move_mouse(gallery, middle_of(gallery, 198 - columns))
    assert gallery.choice.selected.tolist() == [198 - columns, 199 - columns, 198, 199]
    QTest.mouseRelease(gallery.viewport(), _LEFT, _NONE, QPoint(50, 50))
    assert not gallery.banding
    assert len(gallery.choice.selected) == 4
    assert not gallery.following


def test_a_click_between_the_tiles_chooses_nothing_and_lets_it_follow(gallery: Gallery) -> None:
    click(gallery, 198)
    QTest.mouseClick(gallery.viewport(), _LEFT, _NONE, QPoint(2, 2))
    assert len(gallery.choice.selected) == 0
    assert gallery.following


def test_keys_move_through_the_tiles(gallery: Gallery) -> None:
    columns = gallery.grid.columns
    press(gallery, _KEY.Key_Right)
    assert gallery.choice.current == 199
    press(gallery, _KEY.Key_Right)
    assert gallery.choice.current == 198
    press(gallery, _KEY.Key_Down)
    assert gallery.choice.current == 198 - columns
    press(gallery, _KEY.Key_Up, _KEY.Key_Left, _KEY.Key_Left)
    assert gallery.choice.current == 199
    press(gallery, _KEY.Key_End)
    assert gallery.choice.current == 0
    assert 0 in in_view(gallery)
    press(gallery, _KEY.Key_PageUp)
    assert gallery.choice.current == (gallery.viewport().height() // gallery.grid.height) * columns
    press(gallery, _KEY.Key_Home)
    assert gallery.choice.current == 199
    assert gallery.scrolled == 0


def test_keys_select(gallery: Gallery) -> None:
    press(gallery, _KEY.Key_Home)
    press(gallery, _KEY.Key_Right, _KEY.Key_Right, modifier=_SHIFT)
    assert gallery.choice.selected.tolist() == [197, 198, 199]
    press(gallery, _KEY.Key_Space)
    assert gallery.choice.selected.tolist() == [198, 199]
    press(gallery, _KEY.Key_A, modifier=_CTRL)
    assert len(gallery.choice.selected) == 200


def test_keys_in_an_empty_gallery(qtbot: QtBot) -> None:
    gallery = shown(qtbot, FakeRois(0))
    press(gallery, _KEY.Key_Down, _KEY.Key_Return, _KEY.Key_Space, _KEY.Key_Escape)
    press(gallery, _KEY.Key_A, modifier=_CTRL)
    assert gallery.choice.current is None


def test_enter_and_a_double_click_want_it_larger(qtbot: QtBot, gallery: Gallery) -> None:
    click(gallery, 199)
    with qtbot.waitSignal(gallery.larger_wanted):
        press(gallery, _KEY.Key_Return)
    with qtbot.waitSignal(gallery.larger_wanted):
        QTest.mouseDClick(gallery.viewport(), _LEFT, _NONE, middle_of(gallery, 198))


def test_a_row_asked_for_from_elsewhere(gallery: Gallery, source: FakeRois) -> None:
    assert gallery.show_number(3)
    assert 3 in in_view(gallery)
    assert gallery.choice.selected.tolist() == [3]
    source.add(5)
    assert gallery.show_number(204)  # though it waits to be seen
    assert 204 in in_view(gallery)
    assert not gallery.show_number(205)
    assert not gallery.show_number(-1)


def test_the_mouse_with_something_chosen_wants_to_drag_it(qtbot: QtBot, gallery: Gallery) -> None:
    QTest.mousePress(gallery.viewport(), _LEFT, _NONE, middle_of(gallery, 198))
    with qtbot.assertNotEmitted(gallery.drag_wanted):
        move_mouse(gallery, middle_of(gallery, 198) + QPoint(2, 2))
    with qtbot.waitSignal(gallery.drag_wanted):
        move_mouse(gallery, middle_of(gallery, 198) + QPoint(30, 30))


def test_many_chosen_are_dragged_together_and_a_mere_click_chooses_one(
    qtbot: QtBot, gallery: Gallery
) -> None:
    click(gallery, 199)
    click(gallery, 196, _SHIFT)
    QTest.mousePress(gallery.viewport(), _LEFT, _NONE, middle_of(gallery, 198))
    with qtbot.waitSignal(gallery.drag_wanted):
        move_mouse(gallery, middle_of(gallery, 198) + QPoint(30, 30))
    QTest.mouseRelease(gallery.viewport(), _LEFT, _NONE, middle_of(gallery, 198))
    assert len(gallery.choice.selected) == 4
    click(gallery, 198)
    assert gallery.choice.selected.tolist() == [198]


# --- looks --------------------------------------------------------------------------------------


def turn_wheel(gallery: Gallery, turn: int, modifier: Qt.KeyboardModifier) -> None:
    place = QPointF(50, 50)
    event = QWheelEvent(
        place,
        gallery.viewport().mapToGlobal(place),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(gallery.viewport(), event)


def test_the_wheel_scrolls_and_with_ctrl_makes_larger(gallery: Gallery) -> None:
    before = gallery.side
    turn_wheel(gallery, -120, _NONE)
    assert gallery.scrolled > 0
    turn_wheel(gallery, 120, _CTRL)
    assert gallery.side > before
    for _ in range(20):
        turn_wheel(gallery, -120, _CTRL)
    assert gallery.side == SIDES[0]


def test_made_larger_the_chosen_one_stays_in_view(gallery: Gallery) -> None:
    gallery.show_number(60)
    gallery.set_side_number(len(SIDES) - 1)
    assert 60 in in_view(gallery)
    gallery.resize(900, 300)
    assert 60 in in_view(gallery)


def test_a_tile_shows_its_picture_on_its_own_grey(qtbot: QtBot, gallery: Gallery) -> None:
    number = 150
    gallery.show_number(number)
    qtbot.waitUntil(lambda: gallery.thumbnails.find(number) is not None)
    picture = gallery.viewport().grab().toImage()
    position = gallery.order.position(number)
    assert position is not None
    tile = gallery.grid.rect(position).translated(0, -gallery.scrolled)
    grey = (number + 1) % 256
    for point in (tile.topLeft() + QPoint(6, 6), QPoint(tile.center().x(), tile.top() + 40)):
        assert picture.pixelColor(point).getRgb()[:3] == (grey, grey, grey)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_can_be_seen(gallery: Gallery, qapp: QApplication, theme: str) -> None:
    apply_theme(qapp, theme)  # type: ignore[arg-type]
    gallery.setFocus()
    press(gallery, _KEY.Key_Home)
    with_focus = gallery.viewport().grab().toImage()
    gallery.clearFocus()
    assert gallery.viewport().grab().toImage() != with_focus


def test_peaks_get_a_line_once_there_are_any(qtbot: QtBot) -> None:
    source = FakeRois(0)
    source.add(5, peak_a=float("nan"))
    gallery = shown(qtbot, source)
    low = gallery.grid.height
    source.table.amend(4, peak_b=0.4)
    gallery.refresh()
    assert gallery.grid.height > low


def test_an_empty_gallery_says_why(qtbot: QtBot) -> None:
    gallery = shown(qtbot, FakeRois(0))
    blank = gallery.viewport().grab().toImage()
    gallery.set_empty_text("View images is OFF.")
    assert gallery.viewport().grab().toImage() != blank
    assert gallery.accessibleDescription() == "View images is OFF."


def test_those_who_cannot_see_are_told_what_is_chosen(gallery: Gallery) -> None:
    assert gallery.accessibleName()
    click(gallery, 199)
    gallery.set_units(RoiUnits(pixels_per_um=3.4))
    assert gallery.accessibleDescription().startswith("Trigger 200,")
    assert "µm" in gallery.accessibleDescription()
    click(gallery, 197, _SHIFT)
    assert gallery.accessibleDescription().endswith("3 selected")


def test_out_of_sight_no_pictures_are_made(qtbot: QtBot) -> None:
    source = FakeRois(200)
    source.gate.clear()
    gallery = shown(qtbot, source)
    qtbot.waitUntil(lambda: len(source.asked) == 2)
    gallery.hide()
    source.gate.set()
    qtbot.waitUntil(lambda: gallery.thumbnails.find(199) is not None)
    assert len(source.asked) == 2


# --- geometry -----------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [50, 133, 600, 1901])
@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_every_tile_is_found_where_it_is(room: int, count: int) -> None:
    grid = Grid.fill(count, room, 120, 100)
    for position in range(min(count, 30)):
        rect = grid.rect(position)
        assert rect.right() < room or grid.columns == 1
        assert grid.at(rect.center()) == position
        assert grid.at(rect.topLeft()) == position
        assert grid.at(rect.topLeft() - QPoint(1, 1)) is None
        first, stop = grid.between(rect.top(), rect.bottom())
        assert first <= position < stop
        assert position in grid.touched(rect)
    assert grid.at(QPoint(GAP, grid.whole_height + 5)) is None
    assert grid.whole_height == grid.rows * (100 + GAP) + GAP
