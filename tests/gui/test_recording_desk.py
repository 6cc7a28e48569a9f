"""What the Session menu has on recording, and the operator's notes."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session import EventKind, SessionReader
from ifcbgui.session.snapshots import state_from_json
from ifcbgui.settings import Settings
from ifcbgui.ui.models.log_store import LogRow
from ifcbgui.ui.shell.recording_desk import RecordingDesk
from ifcbgui.ui.widgets.note_line import NoteLine
from tests.gui.conftest import Desk, Until


def rows_of(desk: Desk) -> list[LogRow]:
    store = desk.window.log.model.store
    return [store.row(position) for position in range(store.first, store.stop)]


def menu_of(desk: Desk) -> QMenu:
    return next(
        action.menu() for action in desk.window.top.menus.actions() if action.text() == "&Session"
    )


def choices(menu: QMenu, title: str) -> dict[str, QAction]:
    submenu = next(action.menu() for action in menu.actions() if action.text() == title)
    return {action.text().replace("&", ""): action for action in submenu.actions()}


def chosen(actions: dict[str, QAction]) -> list[str]:
    return [text for text, action in actions.items() if action.isChecked()]


async def test_what_is_chosen_holds_for_the_next_session(desk: Desk, until: Until) -> None:
    files = choices(menu_of(desk), "New &file")
    images = choices(menu_of(desk), "Keep &images")
    assert (chosen(files), chosen(images)) == (["Never"], ["All"])
    files["With each day (UTC)"].trigger()
    images["One in 10 of each form"].trigger()
    assert (desk.settings.rollover_daily, desk.settings.rollover_mb) == (True, 0)
    assert desk.settings.image_every == 10
    files["Every 1 GB"].trigger()
    assert (desk.settings.rollover_daily, desk.settings.rollover_mb) == (False, 1000)
    assert desk.window.notices.notice("next session") is None
    desk.connect_simulator()
    await until(lambda: desk.connector.connected)
    images["All"].trigger()
    assert desk.window.notices.notice("next session") is not None


async def test_what_only_the_settings_file_has_is_a_choice_as_well(
    desk: Desk, tmp_path: Path
) -> None:
    menu = QMenu(desk.window)
    settings = Settings(rollover_mb=250, rollover_daily=True, image_every=7)
    RecordingDesk(
        menu,
        menu.addAction("Quit"),
        desk.connector,
        settings,
        desk.window.notices,
        desk.window,
    )
    files = choices(menu, "New &file")
    assert chosen(files) == ["Every 250 MB and with each day (UTC)"]
    assert chosen(choices(menu, "Keep &images")) == ["One in 7 of each form"]
    files["Never"].trigger()
    files["Every 250 MB and with each day (UTC)"].trigger()
    assert (settings.rollover_daily, settings.rollover_mb) == (True, 250)


async def test_a_note_is_kept_in_the_session_and_shown_in_the_log(desk: Desk, until: Until) -> None:
    note = desk.window.recording_desk.note
    line = desk.window.recording_desk.note_line
    assert not note.isEnabled()
    desk.connect_simulator()
    await until(lambda: desk.bridge.link.online)
    note.trigger()
    assert line.isVisible()
    QTest.keyClicks(line.field, "  Net in the water ")
    QTest.keyClick(line.field, Qt.Key.Key_Return)
    assert not line.isVisible()
    await until(lambda: any(row.event == EventKind.REMARK for row in rows_of(desk)))
    recorder = desk.connector.recorder
    await desk.connector.stop()
    assert recorder is not None
    assert recorder.status.path is not None
    with SessionReader(recorder.status.path) as reader:
        assert reader.info().notes == ("Net in the water",)
    assert not note.isEnabled()


def test_a_note_that_was_begun_waits_for_its_end(qtbot: QtBot) -> None:
    line = NoteLine()
    qtbot.addWidget(line)
    written: list[str] = []
    line.written.connect(written.append)
    line.ask()
    assert not line.keep.isEnabled()
    QTest.keyClick(line.field, Qt.Key.Key_Return)
    assert line.isVisible()
    QTest.keyClicks(line.field, "Buoy")
    QTest.keyClick(line.field, Qt.Key.Key_Escape)
    assert not line.isVisible()
    assert written == []
    line.ask()
    QTest.keyClicks(line.field, " in sight")
    line.keep.click()
    assert written == ["Buoy in sight"]
    line.ask()
    assert line.field.text() == ""


async def test_snapshots_of_a_live_session_are_what_its_messages_lead_to(
    desk: Desk, until: Until
) -> None:
    desk.connect_simulator()
    await until(lambda: desk.bridge.link.online)
    recorder = desk.connector.recorder
    assert recorder is not None
    for _ in range(3):
        recorder._waiting.want_state(new_file=False)
        desk.connector.send("refresh")
        await until(lambda: not recorder.state_wanted)
    await desk.connector.stop()

    assert recorder.status.path is not None
    with SessionReader(recorder.status.path) as reader:
        entries = list(reader.entries())
        snapshots = [reader.snapshot_before(row_id) for row_id, _ in entries]
    taken = {snapshot.message: snapshot for snapshot in snapshots if snapshot}
    assert len(taken) >= 4
    for message, snapshot in taken.items():
        said = [entry for row_id, entry in entries if row_id <= message]
        assert state_from_json(snapshot.state.encode()) == reduce(
            reduce_state, said, InstrumentState()
        )
