"""The main job with real widgets on the simulated instrument."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QMenuBar,
    QTableView,
    QWidget,
)

from ifcbgui.instrument import LinkState, RunPhase
from ifcbgui.session import DiskLevel, RecorderStatus, SessionReader
from ifcbgui.settings import SIMULATOR, Profile
from ifcbgui.simulator import Simulator
from ifcbgui.ui.shell.actions import ACTIONS, MENUS
from ifcbgui.ui.shell.main_window import MainWindow
from ifcbgui.ui.shell.save_log import SaveLogDialog
from tests.gui.conftest import Desk, Until


def click(button: QWidget) -> None:
    assert button.isEnabled(), button.toolTip()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def online(desk: Desk, until: Until) -> None:
    desk.connect_simulator()
    await until(lambda: desk.bridge.link.state is LinkState.ONLINE)
    await until(lambda: desk.bridge.state.value("hostversion"))
    await until(lambda: desk.window.controls.run_sample.isEnabled())


async def recording(desk: Desk, until: Until) -> None:
    await online(desk, until)
    await until(desk.window.actions_by_id["save_log"].isEnabled)


def sent(desk: Desk) -> list[str]:
    recorder = desk.connector.recorder
    assert recorder is not None
    return [row.text for row in recorder.reader().rows() if row.direction == "out"]


async def test_before_connecting_nothing_can_be_sent(desk: Desk) -> None:
    window = desk.window
    for button in window.controls.findChildren(QAbstractButton):
        assert not button.isEnabled(), button.text()
    assert not window.stop_button.isEnabled()
    assert not window.actions_by_id["save_log"].isEnabled()
    assert "Off" in window.connection_bar.indicator.words


async def test_run_pause_resume_stop(desk: Desk, until: Until) -> None:
    await online(desk, until)
    window, state = desk.window, lambda: desk.bridge.state
    click(window.controls.run_sample)
    await until(lambda: state().run and state().run.phase is RunPhase.RUNNING)
    click(window.controls.pause)
    await until(lambda: state().paused is True)
    await until(lambda: not window.controls.pause.isEnabled())
    click(window.controls.resume)
    await until(lambda: state().paused is False)
    click(window.stop_button)
    await until(lambda: state().run.phase is RunPhase.FINISHED)
    assert sent(desk)[2:] == [
        "routine:runsample",
        "acquisition:pause",
        "acquisition:resume",
        "interactive:stop",
    ]


async def test_pause_shows_what_was_asked_until_the_echo(desk: Desk, until: Until) -> None:
    await online(desk, until)
    click(desk.window.controls.run_sample)
    await until(lambda: desk.bridge.state.busy)
    click(desk.window.controls.pause)
    assert desk.window.controls.pause.text().startswith("Pausing")
    await until(lambda: desk.bridge.state.paused)
    await until(lambda: desk.window.controls.pause.text().startswith("Pause "))


async def test_typed_command_is_confirmed_by_its_echo(desk: Desk, until: Until) -> None:
    await online(desk, until)
    line = desk.window.command_line
    QTest.keyClicks(line.edit, "daq:setdatafolder:/data/pier")
    assert "confirmed" in line.outcome.text
    QTest.keyClick(line.edit, Qt.Key.Key_Escape)
    QTest.keyClick(line.edit, Qt.Key.Key_Return)
    await until(lambda: line.edit.text() == "")
    await until(lambda: "confirmed by its echo" in line.outcome.text)
    assert desk.bridge.state.value("setdatafolder") == "/data/pier"
    QTest.keyClick(line.edit, Qt.Key.Key_Up)
    assert line.edit.text() == "daq:setdatafolder:/data/pier"


async def test_starting_twice_asks_first(desk: Desk, until: Until) -> None:
    await online(desk, until)
    click(desk.window.controls.run_sample)
    await until(lambda: desk.bridge.state.run)
    click(desk.window.controls.run_sample)
    notice = desk.window.notices.notice("question")
    assert notice is not None
    click(notice.buttons[1])
    assert desk.window.notices.notice("question") is None
    assert sent(desk).count("routine:runsample") == 1
    click(desk.window.controls.run_sample)
    notice = desk.window.notices.notice("question")
    assert notice is not None
    click(notice.buttons[0])
    await until(lambda: sent(desk).count("routine:runsample") == 2)


async def test_lock_holds_everything_back_and_one_click_opens_it(desk: Desk, until: Until) -> None:
    await online(desk, until)
    click(desk.window.lock_button)
    assert desk.connector.observe
    assert not desk.window.stop_button.isEnabled()
    assert not desk.window.controls.run_sample.isEnabled()
    assert "Observing" in desk.window.controls.run_sample.toolTip()
    assert desk.window.lock_button.text() == "Observe only"
    click(desk.window.lock_button)
    assert desk.window.stop_button.isEnabled()


async def test_real_instrument_starts_locked_and_gated(desk: Desk, until: Until) -> None:
    async with Simulator(serial="207", seed=1) as real:
        profile = Profile(name="pier", server=real.url, serial="207")
        desk.window.connection.connect_to(profile)
        await until(lambda: desk.bridge.link.state is LinkState.ONLINE)
        assert desk.connector.observe
        assert not desk.window.stop_button.isEnabled()
        click(desk.window.lock_button)
        assert desk.window.stop_button.isEnabled()
        assert desk.window.controls.run_sample.isEnabled()
        assert not desk.window.controls.pause.isEnabled()
        desk.window.actions_by_id["allow_unverified"].trigger()
        assert desk.window.controls.pause.isEnabled()
        assert desk.settings.last_profile == "pier"
        assert [known.name for known in desk.settings.profiles if known.allow_unverified] == [
            "pier"
        ]
        await desk.connector.stop()


@pytest.mark.parametrize("name", ["txt", "csv", "jsonl"])
async def test_saved_log_holds_what_the_filter_shows(
    desk: Desk, until: Until, tmp_path: Path, name: str
) -> None:
    await recording(desk, until)
    desk.window.log.focus_filter()
    QTest.keyClicks(desk.window.log.filter_bar.findChild(QLineEdit), "dir:out")
    await until(lambda: len(desk.window.log.shown_ids()) == 2)
    desk.window.actions_by_id["save_log"].trigger()
    dialog = desk.window.findChild(SaveLogDialog)
    assert dialog is not None
    path = tmp_path / f"log.{name}"
    dialog.path.setText("")
    QTest.keyClicks(dialog.path, str(path))
    dialog.shown.setChecked(True)
    click(dialog.save)
    await until(path.exists)
    text = path.read_text(encoding="utf-8")
    assert "refresh" in text
    assert "Client connected." in text
    assert "valuechanged" not in text
    await until(lambda: desk.window.notices.notice("save"))


async def test_save_asks_before_it_replaces(desk: Desk, until: Until, tmp_path: Path) -> None:
    await recording(desk, until)
    path = tmp_path / "log.txt"
    path.write_text("precious")
    desk.window.actions_by_id["save_log"].trigger()
    dialog = desk.window.findChild(SaveLogDialog)
    assert dialog is not None
    dialog.path.setText(str(path))
    click(dialog.save)
    assert path.read_text() == "precious"
    click(dialog.save)
    await until(lambda: path.read_text() != "precious")


async def test_session_holds_what_the_log_shows(desk: Desk, until: Until) -> None:
    await recording(desk, until)
    recorder = desk.connector.recorder
    assert recorder is not None
    await desk.connector.stop()
    path = recorder.status.path
    assert path is not None
    with SessionReader(path) as reader:
        rows = list(reader.rows())
    assert [row.id for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == desk.window.log.model.store.messages
    sent = [row.text for row in rows if row.direction == "out"]
    assert sent == ["Client connected.", "refresh", "Client disconnected."]
    assert desk.bridge.link.state is LinkState.OFF
    assert not desk.window.controls.run_sample.isEnabled()


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("ftp://nowhere", "ws://"),
        ("ws://127.0.0.1:1/ifcbHub", "127.0.0.1"),
    ],
)
async def test_bad_address_is_said_in_one_line(
    desk: Desk, until: Until, server: str, words: str
) -> None:
    desk.window.connection.connect_to(Profile(name="x", server=server, serial="x"))
    await until(lambda: desk.window.notices.notice("link"))
    notice = desk.window.notices.notice("link")
    assert notice is not None
    assert words in notice.text
    assert desk.window.isEnabled()


async def test_web_server_that_is_no_hub_fails_for_good(desk: Desk, until: Until) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, family=socket.AF_INET)
    port = server.sockets[0].getsockname()[1]
    async with server:
        desk.window.connection.connect_to(
            Profile(name="x", server=f"ws://127.0.0.1:{port}/", serial="x")
        )
        await until(lambda: not desk.connector.connected)
        notice = desk.window.notices.notice("link")
        assert notice is not None
        assert "Failed" in desk.window.connection_bar.indicator.words
        await until(desk.window.actions_by_id["connect"].isEnabled)


async def test_unwritable_session_folder_is_told_and_the_program_runs_on(
    desk: Desk, until: Until, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    desk.connector.session_dir = tmp_path / "file" / "sessions"
    await online(desk, until)
    await until(lambda: desk.window.notices.notice("recording"))
    assert "NOT ON DISK" in desk.window.recording.words
    click(desk.window.controls.run_sample)
    await until(lambda: desk.bridge.state.busy)


async def test_closing_while_a_routine_runs_asks_once(desk: Desk, until: Until) -> None:
    await online(desk, until)
    closings: list[bool] = []
    desk.window.closing.connect(lambda: closings.append(True))
    click(desk.window.controls.run_sample)
    await until(lambda: desk.bridge.state.busy)
    assert not desk.window.close()
    assert desk.window.notices.notice("close") is not None
    assert closings == []
    assert desk.window.close()
    assert closings == [True]


async def test_layout_and_size_come_back(desk: Desk) -> None:
    # The window is a little wider than the 800 pixels of the screen that tests have.
    desk.window.resize(desk.window.minimumSizeHint().width(), 612)
    size = desk.window.size()
    desk.window.close()
    again = MainWindow(desk.bridge, desk.connector, desk.settings, desk.window.history)
    try:
        assert again.height() == size.height()
    finally:
        again.deleteLater()


async def test_damaged_layout_shows_every_panel(desk: Desk) -> None:
    desk.settings.window_geometry = "%%%"
    desk.settings.window_state = "AAAA"
    again = MainWindow(desk.bridge, desk.connector, desk.settings, desk.window.history)
    try:
        again.show()
        assert again.controls.isVisible()
        assert again.log.isVisible()
        again.hide()
    finally:
        again.deleteLater()


def test_every_action_stands_in_a_menu_once() -> None:
    listed = [action for ids in MENUS.values() for action in ids if action]
    assert sorted(listed) == sorted(info.id for info in ACTIONS)


async def test_no_two_actions_share_a_key(desk: Desk) -> None:
    keys = [
        action.shortcut().toString()
        for action in desk.window.findChildren(QAction)
        if not action.shortcut().isEmpty()
    ]
    assert len(keys) == len(set(keys))


def _menus(menu: QMenuBar | QMenu) -> Iterator[QMenuBar | QMenu]:
    """Yield a menu and all that hang below it."""
    yield menu
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _menus(below)


async def test_every_key_of_the_window_stands_in_a_menu(desk: Desk) -> None:
    listed = {action for menu in _menus(desk.window.top.menus) for action in menu.actions()}
    of_one_panel = Qt.ShortcutContext.WidgetWithChildrenShortcut
    keyed = [
        action
        for action in desk.window.findChildren(QAction)
        if not action.shortcut().isEmpty() and action.shortcutContext() != of_one_panel
    ]
    assert keyed
    assert [action.text() for action in keyed if action not in listed] == []


async def test_every_control_has_a_name_for_screen_readers(desk: Desk, until: Until) -> None:
    desk.connect_simulator()
    await until(lambda: desk.window.actions_by_id["save_log"].isEnabled())
    for action in ("sessions", "save_log"):
        desk.window.actions_by_id[action].trigger()
    desk.window.log.filter_bar.highlights_requested.emit()
    dialogs = [it for it in desk.window.findChildren(QDialog) if it.isVisible()]
    assert len(dialogs) == 3
    kinds = (QAbstractButton, QComboBox, QLineEdit, QTableView)
    nameless = [
        widget
        for kind in kinds
        for widget in desk.window.findChildren(kind)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QLineEdit)
    ]
    assert nameless == []
    for dialog in dialogs:
        dialog.close()


async def test_ten_quick_connects_leak_nothing(desk: Desk, until: Until) -> None:
    for _ in range(10):
        desk.window.connection.connect_to(SIMULATOR)
        await until(lambda: desk.bridge.link.state is LinkState.ONLINE)
        await desk.connector.stop()
    assert not desk.connector.connected


async def test_a_disk_that_fills_is_told_in_one_notice_that_goes_by_itself(desk: Desk) -> None:
    fine = RecorderStatus(Path("s.ifcbsession"), 1, 1, 0, 0, None, 4_000_000_000)
    low = replace(fine, level=DiskLevel.WARN, warning="Only 4.0 GB are left.")
    tell, notices = desk.connector.recording_changed.emit, desk.window.notices
    tell(low)
    notice = notices.notice("disk")
    assert notice is not None
    notice.dismiss()
    tell(replace(low, free_bytes=3_900_000_000))
    assert notices.notice("disk") is None  # it was put away, and says nothing new
    tell(fine)
    tell(low)
    assert notices.notice("disk") is not None
    tell(fine)
    assert notices.notice("disk") is None
