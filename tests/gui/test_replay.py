"""A recorded session in the window: as it was, framed as what it is, and nothing can be sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from ifcbgui.instrument import LinkState
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.ticket import Fate
from ifcbgui.session.records import EventKind, SessionEvent
from ifcbgui.session.replay import ReplaySession
from ifcbgui.ui.shell.save_log import SaveLogDialog
from ifcbgui.ui.widgets.timeline import Timeline
from tests.gui.conftest import Desk, Until
from tests.helpers.recorded_session import START_NS, UTC_NS, write_session

S = 1_000_000_000
TEXTS = [
    ("in", "valuechanged:pausestate:0"),
    ("out", "routine:runsample"),
    ("in", "valuechanged:interactive:started"),
    ("in", "syringetrack:2.50"),
    ("in", "valuechanged:pausestate:1"),
    ("in", "valuechanged:pausestate:0"),
    ("in", "reportevent:Finished - Run sample."),
    ("in", "valuechanged:interactive:stopped"),
    *(("in", f"syringetrack:{number / 100:.2f}") for number in range(492)),
]


def event(kind: EventKind, second: float, text: str) -> SessionEvent:
    at = round(second * S)
    return SessionEvent(kind, UTC_NS + at, START_NS + at, text)


EVENTS = [
    event(EventKind.CONNECTED, 0.5, "Signed on."),
    SessionEvent(
        EventKind.COMMAND, UTC_NS + 3 * S, START_NS + 3 * S, "confirmed by its echo: started", 2
    ),
    event(EventKind.LOST, 100.5, "The cable was pulled."),
    event(EventKind.CONNECTED, 102.5, "Signed on again after 2.0 s without a connection."),
]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    entries = [
        Entry(parse_message(text), Direction(way), UTC_NS + n * S, START_NS + n * S)
        for n, (way, text) in enumerate(TEXTS, 1)
    ]
    return write_session(tmp_path / "old", entries, EVENTS)


@pytest_asyncio.fixture
async def replay(desk: Desk, session: Path, until: Until):
    desk.window.open_session(session)
    await until(lambda: desk.window.replay.active and not desk.window.replay.loading)
    yield desk.window.replay
    await desk.window.replay.shut()


class TestOpened:
    async def test_it_is_framed_and_named(self, desk: Desk, replay: object) -> None:
        window = desk.window
        assert window.replay.banner.isVisible()
        assert window.replay.transport.isVisible()
        assert "IFCB 207 · 2026-11-22 — nothing here is live" in window.replay.banner.words.text()
        assert window.windowTitle().startswith("Replay: IFCB 207 2026-11-22")
        assert window.connection_bar.indicator.words.startswith("Was online")

    async def test_the_log_has_the_whole_session_with_what_befell_the_link(
        self, desk: Desk, replay: object
    ) -> None:
        assert len(desk.window.log.shown_ids()) == len(TEXTS)
        store = desk.window.log.model.store
        assert len(store) == len(TEXTS) + len(EVENTS) - 1  # a command's fate is in its row
        ticket = store.row(store.position_of(2)).ticket
        assert ticket is not None
        assert ticket.fate is Fate.CONFIRMED

    async def test_nothing_can_be_sent_and_everything_says_why(
        self, desk: Desk, replay: object
    ) -> None:
        window = desk.window
        assert desk.connector.door is None
        assert not desk.connector.connected
        for button in (window.controls.run_sample, window.controls.pause, window.stop_button):
            assert not button.isEnabled()
            assert "This is a replay" in button.toolTip()
        assert not window.command_line.isVisible()
        assert not window.actions_by_id["control"].isEnabled()
        window.connector.stop_routine()
        await asyncio.sleep(0.05)
        with ReplaySession(next(Path(window.log_desk.status.path).parent.glob("*"))) as session:
            assert session.last_id == len(TEXTS)

    async def test_a_file_that_is_none_is_told_and_changes_nothing(
        self, desk: Desk, until: Until, tmp_path: Path
    ) -> None:
        path = tmp_path / "note.txt"
        path.write_text("hello")
        desk.window.open_session(path)
        await until(lambda: desk.window.notices.notice("replay"))
        assert not desk.window.replay.active

    async def test_a_live_connection_is_left_alone(
        self, desk: Desk, session: Path, until: Until
    ) -> None:
        desk.connect_simulator()
        await until(lambda: desk.bridge.link.state is LinkState.ONLINE)
        desk.window.open_session(session)
        assert "Disconnect first" in desk.window.notices.notice("replay").text
        assert not desk.window.replay.active
        assert desk.bridge.link.state is LinkState.ONLINE

    async def test_the_menu_asks_for_a_file(self, desk: Desk) -> None:
        desk.window.actions_by_id["open_session"].trigger()
        chooser = desk.window.findChild(QFileDialog)
        assert chooser.isVisible()
        chooser.reject()


class TestClock:
    async def test_panels_show_what_was_at_the_moment(
        self, desk: Desk, replay: object, until: Until
    ) -> None:
        replay.transport.sought.emit(UTC_NS + 5 * S)
        await until(lambda: desk.bridge.state.paused is True)
        assert desk.bridge.now_ns() == START_NS + 5 * S
        assert desk.bridge.state.value("syringe_volume") == 2.5
        replay.transport.sought.emit(UTC_NS + 101 * S)
        await until(lambda: desk.bridge.link.state is LinkState.RECONNECTING)
        assert desk.window.notices.notice("link") is None  # long past
        assert desk.window.connection_bar.indicator.words.startswith("Was reconnecting")

    async def test_it_plays_to_the_end(self, desk: Desk, replay: object, until: Until) -> None:
        replay.transport.sought.emit(UTC_NS + 498 * S)
        replay.transport.speed_chosen.emit(100.0)
        replay.transport.play.click()
        await until(lambda: desk.bridge.state.value("syringe_volume") == 4.91)
        await until(lambda: replay.transport.play.accessibleName() == "Play")
        assert replay.transport.elapsed.text() == "0:08:19 of 0:08:19"

    async def test_steps_both_ways_and_to_the_ends(
        self, desk: Desk, replay: object, until: Until
    ) -> None:
        timeline = replay.transport.timeline
        QTest.keyClick(timeline, Qt.Key.Key_Right)
        await until(lambda: desk.bridge.now_ns() == START_NS + 2 * S)
        QTest.keyClick(timeline, Qt.Key.Key_Left)
        await until(lambda: desk.bridge.now_ns() == START_NS + S)
        QTest.keyClick(timeline, Qt.Key.Key_End)
        await until(lambda: desk.bridge.now_ns() == START_NS + 500 * S)
        QTest.keyClick(timeline, Qt.Key.Key_PageUp)  # back to the landmark before
        await until(lambda: desk.bridge.now_ns() == START_NS + 102 * S + S // 2)
        QTest.keyClick(timeline, Qt.Key.Key_Home)
        await until(lambda: desk.bridge.now_ns() == START_NS + S)
        QTest.keyClick(timeline, Qt.Key.Key_Space)
        await until(lambda: replay.transport.play.accessibleName() == "Pause")

    async def test_a_double_click_in_the_log_moves_it(
        self, desk: Desk, replay: object, until: Until
    ) -> None:
        desk.window.log.moment_requested.emit(250, UTC_NS + 250 * S)
        await until(lambda: desk.bridge.now_ns() == START_NS + 250 * S)
        table = desk.window.log.table
        assert table.rowAt(0) <= 251 <= table.rowAt(table.viewport().height() - 1)
        desk.window.log.moment_requested.emit(0, UTC_NS + 100 * S + S // 2)  # the lost link
        await until(lambda: desk.bridge.link.state is LinkState.RECONNECTING)

    async def test_a_range_is_played_over_and_over(
        self, desk: Desk, replay: object, until: Until
    ) -> None:
        replay.transport.sought.emit(UTC_NS + 200 * S)
        await until(lambda: desk.bridge.now_ns() == START_NS + 200 * S)
        replay.transport.loop_start.emit()
        replay.transport.sought.emit(UTC_NS + 210 * S)
        await until(lambda: desk.bridge.now_ns() == START_NS + 210 * S)
        replay.transport.loop_stop.emit()
        jumps: list[int] = []
        desk.bridge.jumped.connect(lambda: jumps.append(desk.bridge.now_ns()))
        replay.transport.speed_chosen.emit(100.0)
        replay.transport.play.click()
        await until(lambda: len(jumps) >= 3)
        assert set(jumps) == {START_NS + 200 * S}


class TestClosed:
    async def test_the_window_is_as_before(self, desk: Desk, replay: object, until: Until) -> None:
        desk.window.replay.banner.close_button.click()
        await until(lambda: not desk.window.replay.active)
        assert not desk.window.replay.banner.isVisible()
        assert desk.window.command_line.isVisible()
        assert len(desk.window.log.shown_ids()) == 0
        assert not desk.window.actions_by_id["save_log"].isEnabled()
        assert desk.bridge.state.values == {}
        assert desk.window.windowTitle() == "ifcbgui"

    async def test_connecting_closes_it(self, desk: Desk, replay: object, until: Until) -> None:
        desk.connect_simulator()
        await until(lambda: desk.bridge.link.state is LinkState.ONLINE)
        assert not desk.window.replay.active
        assert not desk.bridge.replaying
        assert desk.connector.door is not None
        assert not desk.window.replay.banner.isVisible()

    async def test_the_log_can_be_saved(
        self, desk: Desk, replay: object, until: Until, tmp_path: Path
    ) -> None:
        desk.window.actions_by_id["save_log"].trigger()
        dialog = desk.window.findChild(SaveLogDialog)
        target = tmp_path / "log.jsonl"
        dialog.path.setText(str(target))
        dialog.format.setCurrentText("JSON Lines")
        dialog.save.click()
        await until(target.exists)
        assert len(target.read_text().splitlines()) == len(TEXTS)


def test_the_timeline_leads_from_places_to_times_and_back(qtbot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(1000, timeline.sizeHint().height())
    timeline.set_session(UTC_NS, UTC_NS + 3600 * S)
    with qtbot.waitSignal(timeline.sought) as sought:
        QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(500, 20))
    assert abs(sought.args[0] - (UTC_NS + 1800 * S)) < 10 * S
    assert timeline.place_of(UTC_NS + 1800 * S) == pytest.approx(500)
    assert timeline.time_at(-50) == UTC_NS
    assert timeline.time_at(5000) == UTC_NS + 3600 * S
