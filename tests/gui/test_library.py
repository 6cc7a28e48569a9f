"""The window of the sessions: it lists, searches and puts away, and hides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ifcbgui.session import SessionRow
from ifcbgui.session.library import Recording, SessionFacts, SessionFile, SessionState
from ifcbgui.session.names import files_of
from ifcbgui.session.store import SessionStore
from ifcbgui.ui import trash
from ifcbgui.ui.models.sessions_model import SessionColumn
from ifcbgui.ui.panels.library_panel import LibraryPanel
from ifcbgui.ui.shell.save_log import SaveLogDialog
from tests.gui.conftest import Desk, Until
from tests.gui.test_main_window import recording
from tests.helpers.recorded import message, stored

DAY_NS = 86_400 * 1_000_000_000


def make(folder: Path, day: int, rows: Sequence[SessionRow], *, closed: bool = True) -> Path:
    store = SessionStore.create(folder, {"serial": "IFCB207", "start_time_ns": day * DAY_NS})
    store.write([stored(row._replace(time_ns=day * DAY_NS + row.id)) for row in rows], [])
    store.close(closed_ns=day * DAY_NS + 60_000_000_000 if closed else None)
    return store.path


def recorded(state: SessionState, day: int = 20_000, **facts: object) -> Recording:
    told = SessionFacts(state, serial="IFCB207", start_ns=day * DAY_NS, messages=9, **facts)  # type: ignore[arg-type]
    path = Path(f"/sessions/{day}.ifcbsession")
    return Recording((SessionFile(path, 1000, 0, state is SessionState.RECORDING, told),))


def click(button: QWidget) -> None:
    assert button.isVisible()
    assert button.isEnabled(), button.toolTip()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def column(panel: LibraryPanel, number: SessionColumn) -> list[str]:
    model = panel.model
    return [model.index(row, number).data() for row in range(model.rowCount())]


# --- the panel alone -----------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot: QtBot) -> LibraryPanel:
    panel = LibraryPanel()
    qtbot.addWidget(panel)
    panel.resize(1180, 680)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_without_sessions_it_says_where_they_will_come_from(panel: LibraryPanel) -> None:
    panel.show_recordings([])
    assert "No sessions yet" in panel.table.empty_text
    assert not panel.open.isEnabled()
    panel.show_recordings([], trouble="/x cannot be read.")
    assert panel.table.empty_text == "/x cannot be read."


def test_the_newest_stands_first_and_damage_is_marked_in_words(panel: LibraryPanel) -> None:
    panel.show_recordings(
        [
            recorded(SessionState.CLOSED, 20_000),
            recorded(SessionState.DAMAGED, 20_001, problem="The file is damaged."),
        ]
    )
    assert column(panel, SessionColumn.STATE) == ["damaged", "closed"]
    panel.table.selectRow(0)
    assert "The file is damaged." in panel.details.text()


def test_words_find_sessions(panel: LibraryPanel, qtbot: QtBot) -> None:
    panel.show_recordings(
        [
            recorded(SessionState.CLOSED, 20_000, notes=("Bloom at the pier",)),
            recorded(SessionState.CLOSED, 20_001, routines=("Beads", "Beads")),
        ]
    )
    assert column(panel, SessionColumn.ROUTINES) == ["Beads (2)", ""]
    qtbot.keyClicks(panel.find_field, "bloom")
    assert column(panel, SessionColumn.NOTES) == ["Bloom at the pier"]
    assert panel.summary.text().startswith("1 of 2 sessions")
    qtbot.keyClicks(panel.find_field, "xx")
    assert "bloomxx" in panel.table.empty_text


def test_the_session_being_recorded_can_be_neither_opened_nor_deleted(panel: LibraryPanel) -> None:
    panel.show_recordings([recorded(SessionState.RECORDING)])
    panel.table.selectRow(0)
    assert not panel.delete.isEnabled()
    assert not panel.open.isEnabled()
    assert "recorded now" in panel.delete.toolTip()
    assert panel.export.isEnabled()


def test_nothing_is_deleted_without_a_second_word(panel: LibraryPanel) -> None:
    doomed: list[Recording] = []
    panel.delete_requested.connect(doomed.append)
    panel.show_recordings([recorded(SessionState.CLOSED), recorded(SessionState.CLOSED, 20_001)])
    panel.table.selectRow(0)
    click(panel.delete)
    click(panel.keep)
    click(panel.delete)
    panel.table.selectRow(1)  # another one: what was asked is no longer meant
    assert not panel.confirm.isVisible()
    assert doomed == []
    click(panel.delete)
    click(panel.confirm)
    assert [it.start_ns for it in doomed] == [20_000 * DAY_NS]


def test_the_question_stays_while_the_list_is_looked_at_again(panel: LibraryPanel) -> None:
    panel.show_recordings([recorded(SessionState.CLOSED)])
    panel.table.selectRow(0)
    click(panel.delete)
    panel.show_recordings([recorded(SessionState.CLOSED), recorded(SessionState.CLOSED, 20_001)])
    assert panel.confirm.isVisible()


# --- the window ----------------------------------------------------------------------------------


async def show(desk: Desk, until: Until) -> LibraryPanel:
    desk.window.actions_by_id["sessions"].trigger()
    panel = desk.window.library.panel
    assert panel is not None
    await until(
        lambda: panel.model.rowCount() and all(it.recording.read for it in panel.model.rows)
    )
    return panel


async def test_stop_stays_in_sight(desk: Desk, until: Until) -> None:
    make(desk.connector.session_dir, 20_000, [message(1)])
    panel = await show(desk, until)
    stop = desk.window.stop_button
    lowest = stop.mapToGlobal(stop.rect().bottomLeft()).y()
    assert panel.window().geometry().top() > lowest


async def test_every_file_is_listed_whatever_is_wrong_with_it(desk: Desk, until: Until) -> None:
    folder = desk.connector.session_dir
    make(folder, 20_000, [message(1), message(2)])
    make(folder, 20_001, [message(1)], closed=False)
    (folder / "x.ifcbsession").write_bytes(b"?" * 5000)
    panel = await show(desk, until)
    assert sorted(column(panel, SessionColumn.STATE)) == ["broke off", "closed", "damaged"]
    assert panel.summary.text().startswith("3 sessions")


async def test_the_recording_under_way_is_marked_and_closed_later(desk: Desk, until: Until) -> None:
    await recording(desk, until)
    panel = await show(desk, until)
    assert column(panel, SessionColumn.STATE) == ["recording now"]
    await desk.connector.stop()
    desk.window.library.look()
    await until(lambda: column(panel, SessionColumn.STATE) == ["closed"])


async def test_search_goes_through_the_messages_and_opens_what_it_found(
    desk: Desk, until: Until
) -> None:
    path = make(desk.connector.session_dir, 20_000, [message(1), message(2, "reportevent:Beads")])
    panel = await show(desk, until)
    QTest.keyClicks(panel.search, "beads")
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    await until(lambda: panel.search_words.text() == "1 found in 2 messages")
    panel.found_table.selectRow(0)
    panel.found_table.setCurrentIndex(panel.found_model.index(0, 0))
    QTest.keyClick(panel.found_table, Qt.Key.Key_Return)
    await until(lambda: desk.window.replay.active and not desk.window.replay.loading)
    await until(lambda: desk.bridge.state.value("report") == "Beads")
    assert desk.window.log_desk.status.path == path
    assert not panel.isVisible()  # it would cover the replay
    await desk.window.replay.shut()


async def test_a_filter_that_cannot_be_understood_is_answered(desk: Desk, until: Until) -> None:
    make(desk.connector.session_dir, 20_000, [message(1)])
    panel = await show(desk, until)
    QTest.keyClicks(panel.search, "(")
    click(panel.search_button)
    assert panel.message.text()
    assert not panel.progress.isVisible()


async def test_a_search_is_given_up_with_the_window(desk: Desk, until: Until) -> None:
    make(desk.connector.session_dir, 20_000, [message(number) for number in range(1, 30_000)])
    panel = await show(desk, until)
    QTest.keyClicks(panel.search, "nowhere")
    click(panel.search_button)
    await until(panel.progress.isVisible)
    window = panel.window()
    window.close()
    await until(lambda: not panel._searching)
    assert panel.search_words.text().startswith(("Cancelled", "0 found in 29,999"))


async def test_deleted_and_had_back(
    desk: Desk, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = desk.connector.session_dir
    path = make(folder, 20_000, [message(1)], closed=False)
    files = files_of(path)
    panel = await show(desk, until)
    panel.table.selectRow(0)
    click(panel.delete)
    click(panel.confirm)
    await until(panel.undo.isVisible)
    assert files_of(path) == []
    await until(lambda: panel.model.rowCount() == 0)
    click(panel.undo)
    await until(lambda: panel.model.rowCount() == 1)
    assert set(files) <= set(files_of(path))


async def test_export_offers_the_dialog_and_writes(
    desk: Desk, until: Until, tmp_path: Path
) -> None:
    make(desk.connector.session_dir, 20_000, [message(1), message(2)])
    panel = await show(desk, until)
    panel.table.selectRow(0)
    click(panel.export)
    await until(lambda: panel.window().findChild(SaveLogDialog))
    dialog = panel.window().findChild(SaveLogDialog)
    assert isinstance(dialog, SaveLogDialog)
    dialog.path.setText(str(tmp_path / "out.txt"))
    click(dialog.save)
    await until(lambda: "exported to" in panel.message.text())
    assert len((tmp_path / "out.txt").read_text().splitlines()) == 2
    await asyncio.sleep(0)


# --- the trash -----------------------------------------------------------------------------------


def test_all_files_go_or_none(tmp_path: Path) -> None:
    """The trash is laid out as in the specification of freedesktop.org."""
    files, info = tmp_path / "Trash" / "files", tmp_path / "Trash" / "info"
    for place in (files, info):
        place.mkdir(parents=True)

    def discard(path: Path) -> Path:
        if path.name.endswith("-wal"):
            raise OSError("no room")
        (info / f"{path.name}.trashinfo").touch()
        return path.rename(files / path.name)

    paths = [tmp_path / "a", tmp_path / "a-wal"]
    for path in paths:
        path.touch()
    with pytest.raises(OSError, match="no room"):
        trash.move_to_trash(paths, discard)
    assert all(path.exists() for path in paths)
    assert [*files.iterdir(), *info.iterdir()] == []


def test_a_name_that_was_taken_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    trashed = tmp_path / "trashed"
    trashed.touch()
    there = tmp_path / "there"
    there.write_text("new")
    with pytest.raises(FileExistsError):
        trash.put_back([(there, trashed)])
    assert there.read_text() == "new"
