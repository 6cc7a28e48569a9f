"""The window of the bin viewer: opening, what is shown of a bin, choosing, exporting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from ifcbgui.settings import SIMULATOR, Profile, Settings
from ifcbgui.ui.panels.bin_panel import BinPanel
from ifcbgui.ui.shell.bin_window import BinDesk, BinWindow
from tests.helpers.bin_files import NEW_NAME, OLD_NAME, write_new_bin, write_old_bin

Open = Callable[[Path], BinPanel]


@pytest.fixture
def window(qtbot: QtBot) -> BinWindow:
    settings = Settings(
        profiles=[SIMULATOR, Profile(name="Ship", serial="111-111-207", server="a")]
    )
    window = BinWindow(settings)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    return window


@pytest.fixture
def open_bin(window: BinWindow, qtbot: QtBot) -> Open:
    def open_and_wait(path: Path) -> BinPanel:
        window.open_paths([path])
        qtbot.waitUntil(lambda: window.panel is not None)
        assert window.panel is not None
        return window.panel

    return open_and_wait


@pytest.mark.parametrize("ending", ["", ".hdr", ".adc", ".roi"])
def test_any_file_of_a_bin_opens_it(open_bin: Open, tmp_path: Path, ending: str) -> None:
    base = write_new_bin(tmp_path)
    panel = open_bin(base.with_name(base.name + ending))

    assert panel.source.bin.path == base
    assert not panel.problems.isVisibleTo(panel)
    assert panel.header.rowCount() == len(panel.source.bin.header)
    assert len(panel.scatter.plot.ids) == len(panel.position.plot.ids) == 3


def test_sizes_are_in_micrometres_where_the_scale_is_known(open_bin: Open, tmp_path: Path) -> None:
    panel = open_bin(write_new_bin(tmp_path))
    panel.rois.show_roi(1)
    assert "µm" in panel.rois.view.facts.texts()["Width, height"]
    assert "µm" in panel._words(1)

    panel = open_bin(write_old_bin(tmp_path))  # of an instrument that nobody has described
    assert "px" in panel._words(1)


def test_a_damaged_bin_opens_as_far_as_it_goes_and_says_so(
    open_bin: Open, window: BinWindow, tmp_path: Path
) -> None:
    base = write_new_bin(tmp_path)
    base.with_suffix(".hdr").unlink()
    base.with_suffix(".roi").write_bytes(b"")
    panel = open_bin(base)

    assert panel.problems.isVisibleTo(panel)
    said = [label.text() for label in panel.problems.findChildren(QLabel)]
    assert said == list(panel.source.bin.problems)
    assert "The .hdr file is missing." in said
    assert panel.table.empty_text == "There is no header."
    assert len(panel.source.table) == 3


def test_what_cannot_be_read_at_all_is_said_in_the_window(
    window: BinWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_paths([tmp_path / f"{NEW_NAME}.adc"])
    qtbot.waitUntil(lambda: "can be read" in window.words.text())
    assert window.panel is None
    assert not window.images_button.isEnabled()
    assert not window.table_button.isEnabled()


def test_several_are_opened_in_turn(window: BinWindow, qtbot: QtBot, tmp_path: Path) -> None:
    new, old = write_new_bin(tmp_path), write_old_bin(tmp_path)
    files = [new.with_suffix(".adc"), new.with_suffix(".hdr"), old.with_suffix(".roi")]
    window.open_paths(files)
    names = [window.opened.itemText(at) for at in range(window.opened.count())]
    assert names == [NEW_NAME, OLD_NAME]
    qtbot.waitUntil(lambda: window.windowTitle() == f"Bin {NEW_NAME}")

    window.opened.activated.emit(1)
    qtbot.waitUntil(lambda: window.windowTitle() == f"Bin {OLD_NAME}")
    assert window.opened.currentText() == OLD_NAME
    assert window.panel is not None
    assert not window.panel.log.isChecked()


def test_of_two_asked_for_at_once_the_last_is_shown(
    window: BinWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    new, old = write_new_bin(tmp_path), write_old_bin(tmp_path)
    window.open_paths([new])
    window.open_paths([old])
    qtbot.waitUntil(lambda: window.panel is not None)
    assert window.windowTitle() == f"Bin {OLD_NAME}"
    assert window.findChildren(BinPanel) == [window.panel]


def test_a_point_and_an_image_are_chosen_together(open_bin: Open, tmp_path: Path) -> None:
    panel = open_bin(write_new_bin(tmp_path))
    panel.scatter.chosen.emit(2)
    assert panel.rois.gallery.choice.current == 2
    assert panel.position.plot.chosen_id == 2
    panel.position.chosen.emit(0)
    assert panel.rois.gallery.choice.current == 0
    assert panel.scatter.plot.chosen_id == 0
    panel.rois.gallery.go("end")
    assert panel.scatter.plot.chosen_id == panel.rois.gallery.choice.current


def test_the_header_is_searched_by_words(open_bin: Open, qtbot: QtBot, tmp_path: Path) -> None:
    panel = open_bin(write_new_bin(tmp_path))
    qtbot.keyClicks(panel.search, "TIME in")
    assert [row.key for row in panel.header.rows] == ["inhibitTime"]
    qtbot.keyClicks(panel.search, " nothing")
    assert not panel.header.rows
    panel.search.clear()
    assert [row.key for row in panel.header.rows] == list(panel.source.bin.header)


def test_images_and_table_are_exported_with_a_word_in_the_window(
    open_bin: Open, window: BinWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_bin(write_new_bin(tmp_path))
    out = tmp_path / "out"
    out.mkdir()
    window.export_images(out)
    assert not window.images_button.isEnabled()
    qtbot.waitUntil(window.images_button.isEnabled)
    assert len(list((out / NEW_NAME).glob("*.png"))) == 3
    notice = window.notices.notice("export")
    assert notice is not None
    assert "3 images" in notice.text

    window.table_button.click()
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert not dialog.isModal()
    dialog.fileSelected.emit(str(out / "table.csv"))
    dialog.reject()
    qtbot.waitUntil((out / "table.csv").exists)
    assert (out / "table.csv").read_text().startswith("roi_id,line,time_utc,trigger,")


def test_dropped_files_are_opened(window: BinWindow, qtbot: QtBot, tmp_path: Path) -> None:
    base, data = write_new_bin(tmp_path), QMimeData()
    urls = [QUrl.fromLocalFile(str(base.with_suffix(ending))) for ending in (".roi", ".txt")]
    data.setUrls(urls)
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(window.rect().center(), copy, data, left, plain)
    window.dragEnterEvent(entered)
    assert entered.isAccepted()
    window.dropEvent(QDropEvent(QPointF(window.rect().center()), copy, data, left, plain))
    qtbot.waitUntil(lambda: window.panel is not None)
    assert window.opened.count() == 1


def test_other_files_are_not_taken(window: BinWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "notes.txt"))])
    entered = QDragEnterEvent(
        window.rect().center(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entered.ignore()
    window.dragEnterEvent(entered)
    assert not entered.isAccepted()


def test_all_that_is_saved_begins_in_the_folder_of_the_last(
    open_bin: Open, window: BinWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = open_bin(write_new_bin(tmp_path))
    folder = tmp_path / "saved"
    folder.mkdir()
    panel.rois.show_roi(1)
    panel.rois.save.trigger()
    (chooser,) = panel.findChildren(QFileDialog)
    with qtbot.waitSignal(panel.notified):
        chooser.fileSelected.emit(str(folder / "one.png"))
    chooser.reject()
    for button, owner in ((window.table_button, window), (window.images_button, panel)):
        button.click()
        begun = [dialog for dialog in owner.findChildren(QFileDialog) if dialog is not chooser]
        assert [dialog.directory().path() for dialog in begun] == [str(folder)]
        begun[0].reject()
    folder.joinpath("one.png").unlink()
    folder.rmdir()
    assert window._keeping.folder() == Path.home()


def test_the_window_is_not_modal_and_leaves_the_bar_in_sight(qtbot: QtBot, tmp_path: Path) -> None:
    main = QMainWindow()
    qtbot.addWidget(main)
    bar = QLabel("Stop")
    bar.setFixedHeight(60)
    main.setMenuWidget(bar)
    main.resize(1400, 900)
    main.show()
    desk = BinDesk(Settings(), main)
    desk.open_paths([write_new_bin(tmp_path)])
    assert desk.window is not None
    assert not desk.window.isModal()
    assert desk.window.geometry().top() >= main.mapToGlobal(bar.rect().bottomLeft()).y()
    qtbot.waitUntil(lambda: desk.window is not None and desk.window.panel is not None)
    desk.window.close()
