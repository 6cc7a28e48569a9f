"""The panel of regions of interest: what is chosen is seen in full, and can be taken away."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.imaging.pictures import read_grey
from ifcbgui.settings import Settings
from ifcbgui.ui.models.roi_order import SortBy
from ifcbgui.ui.panels.rois_panel import RoisPanel, count_text
from ifcbgui.ui.theme import DARK, LIGHT, apply_theme
from ifcbgui.ui.widgets.gallery_view import SIDES
from ifcbgui.ui.widgets.roi_drag import RoiDrag, mime_of
from ifcbgui.ui.widgets.roi_image import RoiImage, round_length
from tests.helpers.roi_pictures import FakeRois

_KEY = Qt.Key
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
def source() -> FakeRois:
    return FakeRois(100)


@pytest.fixture
def panel(qtbot: QtBot, source: FakeRois) -> RoisPanel:
    return shown(qtbot, source)


def shown(qtbot: QtBot, source: FakeRois, **arguments: Any) -> RoisPanel:
    panel = RoisPanel(source, Settings(), **arguments)
    qtbot.addWidget(panel)
    panel.resize(1000, 420)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def wait_for_picture(qtbot: QtBot, panel: RoisPanel) -> None:
    qtbot.waitUntil(lambda: panel.view.pixels is not None)


# --- what is shown ------------------------------------------------------------------------------


def test_it_fills_by_itself(qtbot: QtBot, panel: RoisPanel, source: FakeRois) -> None:
    assert panel.tools.count.text() == "100 ROIs since 16:25:00"
    source.add(3)
    qtbot.waitUntil(lambda: panel.tools.count.text() == "103 ROIs since 16:25:00")
    qtbot.waitUntil(lambda: panel.gallery.thumbnails.find(102) is not None)


def test_hidden_it_does_not_look(qtbot: QtBot, panel: RoisPanel, source: FakeRois) -> None:
    panel.hide()
    source.add(3)
    assert panel.tools.count.text() == "100 ROIs since 16:25:00"
    panel.show()
    assert panel.tools.count.text() == "103 ROIs since 16:25:00"


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ((0, 0, 0), "0 ROIs"),
        ((1, 0, 1), "1 ROI"),
        ((12_345, 345, 0), "12,345 ROIs, 345 oldest let go"),
        ((12_345, 0, 20), "12,345 ROIs, 20 selected"),
        ((951, 0, 0, "23:16:40"), "951 ROIs since 23:16:40"),
    ],
)
def test_how_many(counts: tuple[int, int, int] | tuple[int, int, int, str], text: str) -> None:
    assert count_text(*counts) == text


def test_empty_it_says_why(qtbot: QtBot) -> None:
    reason = "View images is OFF."
    source = FakeRois(0)
    panel = shown(qtbot, source, why_empty=lambda: reason)
    assert panel.gallery.accessibleDescription() == "View images is OFF."
    reason = "No ROI has come yet."
    qtbot.waitUntil(lambda: panel.gallery.accessibleDescription() == reason)


def test_new_ones_are_counted_on_the_button_while_it_stands_still(
    qtbot: QtBot, panel: RoisPanel, source: FakeRois
) -> None:
    panel.show_roi(99)
    assert panel.tools.follow.text() == "Follow"
    source.add(12)
    qtbot.waitUntil(lambda: panel.tools.follow.text() == "12 new")
    panel.tools.follow.click()
    assert panel.tools.follow.text() == "Following"
    assert panel.gallery.order.unseen == 0


def test_sorted_by_what_was_chosen(panel: RoisPanel) -> None:
    panel.tools.sort.setCurrentText(SortBy.SIZE.value)
    order = panel.gallery.order
    sizes = [roi["width"] * roi["height"] for roi in order.rows(order.shown)]
    assert sizes == sorted(sizes, reverse=True)
    assert panel.tools.direction.accessibleName() == "Largest first"
    panel.tools.direction.click()
    sizes = [roi["width"] * roi["height"] for roi in order.rows(order.shown)]
    assert sizes == sorted(sizes)


def test_the_slider_and_the_wheel_agree(panel: RoisPanel) -> None:
    panel.tools.side.setValue(len(SIDES) - 1)
    assert panel.gallery.side == SIDES[-1]
    panel.gallery.set_side_number(1)
    assert panel.tools.side.value() == 1


def test_the_button_keeps_to_the_theme(
    qtbot: QtBot, qapp: QApplication, panel: RoisPanel, source: FakeRois
) -> None:
    panel.show_roi(99)
    source.add(1)
    qtbot.waitUntil(lambda: panel.tools.follow.text() == "1 new")
    role = QPalette.ColorRole.Button
    for theme, table in (("dark", DARK), ("light", LIGHT)):
        apply_theme(qapp, theme)  # type: ignore[arg-type]
        qtbot.waitUntil(
            lambda table=table: panel.tools.follow.palette().color(role) == table.accent  # type: ignore[misc]
        )


# --- one in full --------------------------------------------------------------------------------


def test_a_row_is_shown_in_full(qtbot: QtBot, panel: RoisPanel) -> None:
    panel.set_pixels_per_um(2.0)
    assert panel.show_roi(7)
    wait_for_picture(qtbot, panel)
    facts = panel.view.facts.texts()
    assert panel.view.title.text() == "Trigger 8"
    assert facts["Peak A, B"] == "0.200 V, not known"
    assert facts["Integrated A, B"] == "not known"
    assert facts["Message"] == "107"
    assert "µm" in facts["Width, height"]
    assert facts["Time"].endswith("UTC")
    panel.set_utc(False)
    assert not panel.view.facts.texts()["Time"].endswith("UTC")
    assert not panel.show_roi(4000)


def test_keys_step_on_in_full_view_too(qtbot: QtBot, panel: RoisPanel) -> None:
    panel.show_roi(50)
    panel.gallery.setFocus()
    QTest.keyClick(panel.gallery, _KEY.Key_Return)
    assert not panel.gallery.isVisible()
    assert panel.view.larger.isChecked()
    QTest.keyClick(panel.view, _KEY.Key_Right)
    assert panel.view.title.text() == "Trigger 50"
    panel.view.before.click()
    assert panel.view.title.text() == "Trigger 51"
    QTest.keyClick(panel.view, _KEY.Key_Escape)
    assert panel.gallery.isVisible()


def test_only_the_picture_chosen_last_is_shown(
    qtbot: QtBot, panel: RoisPanel, source: FakeRois
) -> None:
    qtbot.waitUntil(lambda: panel.gallery.thumbnails.find(70) is not None)
    source.gate.clear()
    for number in (80, 81, 82):
        panel.show_roi(number)
    source.gate.set()
    wait_for_picture(qtbot, panel)
    assert panel.view.pixels is not None
    assert panel.view.pixels[0, 0] == 83
    QTest.qWait(1)
    assert panel.view.pixels[0, 0] == 83


def test_what_is_learnt_later_is_shown_without_the_picture_going(
    qtbot: QtBot, panel: RoisPanel, source: FakeRois
) -> None:
    panel.show_roi(50)
    wait_for_picture(qtbot, panel)
    source.table.amend(50, peak_b=0.75)
    panel.refresh()
    assert panel.view.facts.texts()["Peak A, B"] == "0.200 V, 0.750 V"
    assert panel.view.pixels is not None


def test_a_picture_that_is_not_there_says_so(
    qtbot: QtBot, panel: RoisPanel, source: FakeRois
) -> None:
    source.missing = [51]
    blank = panel.view.image.grab().toImage()
    panel.show_roi(50)
    qtbot.waitUntil(lambda: panel.view.image.grab().toImage() != blank)
    assert panel.view.pixels is None
    panel.copy.trigger()


def test_another_session_leaves_nothing_of_the_last(
    qtbot: QtBot, panel: RoisPanel, source: FakeRois
) -> None:
    panel.show_roi(50)
    source.table.clear()
    panel.refresh()
    assert panel.view.roi is None
    assert not panel.save.isEnabled()
    assert not panel.show_in_log.isEnabled()


def test_pixels_are_shown_in_whole_steps(qtbot: QtBot) -> None:
    image = RoiImage()
    qtbot.addWidget(image)
    image.resize(200, 200)
    grey = np.full((20, 30), 200, np.uint8)
    grey[10, 15] = 0
    image.show_pixels(grey)
    picture = image.grab().toImage()
    dark = [
        (x, y)
        for x in range(200)
        for y in range(180)
        if picture.pixelColor(x, y).red() == 0 and y < 150
    ]
    assert len(dark) == 6 * 6  # 200 / 30 is six, and a bit


def test_where_the_picture_ends_is_seen(qtbot: QtBot) -> None:
    image = RoiImage()
    qtbot.addWidget(image)
    image.resize(200, 200)
    image.show_pixels(np.full((20, 30), 200, np.uint8))
    picture = image.grab().toImage()
    # Six pixels of the screen for each of the picture: 180 x 120 of them in the middle.
    edge = [x for x in range(200) if picture.pixelColor(x, 100) != picture.pixelColor(0, 0)]
    assert edge == [9, 190]
    edge = [y for y in range(180) if picture.pixelColor(100, y) != picture.pixelColor(0, 0)]
    assert edge == [39, 160]


@pytest.mark.parametrize(
    ("most", "length"), [(1.0, 1), (4.9, 2), (5.0, 5), (37.0, 20), (99.9, 50), (0.3, 0.2), (0, 0)]
)
def test_the_scale_is_of_a_round_length(most: float, length: float) -> None:
    assert round_length(most) == pytest.approx(length, abs=1e-2)


# --- taken away ---------------------------------------------------------------------------------


def test_shown_in_the_log(qtbot: QtBot, panel: RoisPanel) -> None:
    panel.show_roi(7)
    with qtbot.waitSignal(panel.message_wanted) as wanted:
        panel.show_in_log.trigger()
    assert wanted.args == [107]


def test_rows_of_a_file_have_no_message(qtbot: QtBot) -> None:
    source = FakeRois(0)
    source.add(5, message_id=0)
    panel = shown(qtbot, source, live=False)
    assert panel.gallery.order.shown.tolist() == [0, 1, 2, 3, 4]
    panel.show_roi(3)
    assert panel.show_in_log.text() not in [button.text() for button in panel.tools.buttons]
    assert not panel.show_in_log.isEnabled()
    assert not panel.tools.follow.isVisible()
    assert "Message" not in panel.view.facts.texts()


def test_copied_to_the_clipboard(qtbot: QtBot, panel: RoisPanel) -> None:
    panel.show_roi(7)
    wait_for_picture(qtbot, panel)
    with qtbot.waitSignal(panel.notified) as told:
        panel.copy.trigger()
    assert told.args == ["Picture copied.", True]
    image = QGuiApplication.clipboard().image()
    assert panel.view.pixels is not None
    height, width = panel.view.pixels.shape
    assert (image.width(), image.height()) == (width, height)
    assert image.pixelColor(3, 3).red() == 8


def test_of_several_one_is_copied_and_that_is_said(qtbot: QtBot, panel: RoisPanel) -> None:
    panel.show_roi(7)
    wait_for_picture(qtbot, panel)
    panel.gallery.select_all()
    with qtbot.waitSignal(panel.notified) as told:
        panel.copy.trigger()
    assert told.args[0].startswith("1 of 100 pictures copied")


def save_dialog(panel: RoisPanel) -> QFileDialog:
    dialog = panel.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert not dialog.isModal()
    return dialog


def test_one_is_saved_under_a_name_the_operator_chooses(
    qtbot: QtBot, panel: RoisPanel, tmp_path: Path
) -> None:
    panel.set_origin("IFCB207")
    panel.show_roi(7)
    panel.save.trigger()
    dialog = save_dialog(panel)
    assert dialog.selectedFiles()[0].endswith("IFCB207_20261122T162507.000Z_8_0.png")
    with qtbot.waitSignal(panel.notified) as told:
        dialog.fileSelected.emit(str(tmp_path / "mine.png"))
    dialog.reject()
    assert told.args == [f"Saved {tmp_path / 'mine.png'}.", True]
    assert read_grey((tmp_path / "mine.png").read_bytes())[0, 0] == 8


def test_one_that_cannot_be_saved_leaves_no_file(
    qtbot: QtBot, panel: RoisPanel, source: FakeRois, tmp_path: Path
) -> None:
    source.missing = [8]
    there = tmp_path / "there.png"
    there.write_bytes(b"old")
    panel.show_roi(7)
    panel.save.trigger()
    dialog = save_dialog(panel)
    for path, why in ((tmp_path / "mine.png", "does not have it"), (there, "is there already")):
        with qtbot.waitSignal(panel.notified) as told:
            dialog.fileSelected.emit(str(path))
        text, well = told.args
        assert why in text
        assert not well
    dialog.reject()
    assert there.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [there]


def test_many_are_saved_in_a_folder(
    qtbot: QtBot, panel: RoisPanel, source: FakeRois, tmp_path: Path
) -> None:
    source.missing = [10]
    panel.gallery.select_all()
    panel.save.trigger()
    dialog = save_dialog(panel)
    assert dialog.fileMode() is QFileDialog.FileMode.Directory
    with qtbot.waitSignal(panel.notified) as told:
        dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    assert told.args == [f"Saved 99 pictures in {tmp_path}. 1 has no picture.", False]
    assert len(list(tmp_path.glob("*.png"))) == 99


def test_what_could_not_be_saved_is_said(qtbot: QtBot, panel: RoisPanel, tmp_path: Path) -> None:
    panel.gallery.select_all()
    rows = panel.gallery.order.rows(panel.gallery.choice.in_order())
    with qtbot.waitSignal(panel.notified) as told:
        panel.takeaway.save_in(tmp_path / "gone", rows)
    text, well = told.args
    assert not well
    assert text.startswith("Nothing was saved.")
    assert "not there" in text


def test_the_menu_has_what_the_buttons_have(qtbot: QtBot, panel: RoisPanel) -> None:
    panel.show_roi(7)
    panel.gallery.menu_wanted.emit(QPoint(10, 10))
    menu = panel.findChild(QMenu)
    assert isinstance(menu, QMenu)
    actions = menu.actions()
    assert {panel.save, panel.copy, panel.show_in_log} <= set(actions)
    menu.close()


def test_dragged_out_as_files_and_image(qtbot: QtBot, panel: RoisPanel) -> None:
    drag = panel.takeaway.findChild(RoiDrag) or panel.gallery.findChild(RoiDrag)
    assert isinstance(drag, RoiDrag)
    numbers = np.array([7, 8])
    rows = panel.gallery.order.rows(numbers)
    assert not drag.move(numbers, rows, "IFCB207")  # the files are not there yet
    qtbot.waitUntil(lambda: len(drag.paths) == 2)
    mime = mime_of(drag.paths)
    files = [Path(url.toLocalFile()) for url in mime.urls()]
    assert [path.name.split("_")[2] for path in files] == ["8", "9"]
    assert all(read_grey(path.read_bytes()).size for path in files)
    assert not mime.hasImage()
    assert mime_of(drag.paths[:1]).hasImage()
    assert drag.move(numbers, rows, "IFCB207")


async def test_under_a_coroutine_nothing_is_dragged(
    qapp: QApplication, until: Until, source: FakeRois
) -> None:
    view = QWidget()
    drag = RoiDrag(source, view)
    numbers = np.array([7])
    rows = source.table.rows[numbers]
    drag.move(numbers, rows, "IFCB207")
    await until(lambda: drag.paths)
    assert asyncio.current_task() is not None
    assert not drag.move(numbers, rows, "IFCB207")
    view.deleteLater()


def test_what_a_drag_left_goes_with_the_window(qtbot: QtBot, source: FakeRois) -> None:
    view = QWidget()

    def dragged_file() -> Path:
        drag = RoiDrag(source, view)
        numbers = np.array([7])
        drag.move(numbers, source.table.rows[numbers], "IFCB207")
        qtbot.waitUntil(lambda: bool(drag.paths))
        return drag.paths[0]

    path = dragged_file()
    assert path.exists()
    with qtbot.waitSignal(view.destroyed):
        view.deleteLater()
    gc.collect()
    assert not path.exists()


# --- for everybody ------------------------------------------------------------------------------


def test_everything_has_a_name(panel: RoisPanel) -> None:
    panel.show_roi(7)
    buttons = [button for button in panel.findChildren(QToolButton) if button.isVisible()]
    assert all(button.accessibleName() for button in buttons)
    for widget in (panel, panel.gallery, panel.view, panel.view.image, panel.tools.sort):
        assert widget.accessibleName()


@pytest.mark.parametrize("size", [(1000, 330), (640, 440), (420, 600), (1900, 500)])
def test_it_fits_into_a_dock_of_any_size(panel: RoisPanel, size: tuple[int, int]) -> None:
    panel.show_roi(7)
    panel.resize(*size)
    assert (panel.width(), panel.height()) == size
    assert panel.gallery.viewport().width() > 100
    tall = size[1] > size[0]
    assert (panel.splitter.orientation() is Qt.Orientation.Vertical) == tall


@pytest.mark.parametrize("size", [(320, 330), (360, 500), (420, 330), (500, 420)])
def test_in_a_narrow_dock_the_gallery_keeps_half(
    qtbot: QtBot, panel: RoisPanel, size: tuple[int, int]
) -> None:
    panel.show_roi(7)  # while there is much room
    panel.resize(*size)
    tall = panel.splitter.orientation() is Qt.Orientation.Vertical
    gallery, view = panel.gallery, panel.view
    sides = (gallery.height(), view.height()) if tall else (gallery.width(), view.width())
    assert sides[0] >= sides[1] - panel.splitter.handleWidth()
    assert panel.tools.count.text() == "100 ROIs"
    assert max(button.geometry().right() for button in panel.tools.buttons) < panel.width()


def test_with_none_chosen_the_gallery_has_all_the_room(
    qtbot: QtBot, panel: RoisPanel, source: FakeRois
) -> None:
    panel.show_roi(7)
    width = panel.gallery.width()
    assert panel.view.isVisible()
    panel.gallery.clear_choice()
    assert panel.view.isHidden()
    qtbot.waitUntil(lambda: panel.gallery.width() > width)


def test_what_the_operator_gave_the_chosen_one_it_gets_again(
    qtbot: QtBot, panel: RoisPanel
) -> None:
    panel.show_roi(7)
    panel.splitter.setSizes([panel.splitter.width() - 400, 400])
    width = panel.view.width()
    panel.gallery.clear_choice()
    panel.show_roi(8)
    qtbot.waitUntil(lambda: panel.view.width() == width)
