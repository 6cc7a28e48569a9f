"""What the panels show of the past: after a jump, after a replay was closed, after the link."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ifcbgui.instrument.entry import Entry
from ifcbgui.session.history import History
from ifcbgui.session.landmarks import MarkKind
from ifcbgui.session.player import Player, Position
from tests.gui.conftest import Desk, Until
from tests.gui.test_imaging_desk import S, same, sampled, seen_up_to
from tests.helpers.recorded_session import write_session


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return sampled()


@pytest_asyncio.fixture
async def player(
    desk: Desk, entries: list[Entry], until: Until, tmp_path: Path
) -> AsyncIterator[Player]:
    """Replay what was said, and stand at its end."""
    desk.window.open_session(write_session(tmp_path / "old", entries))
    await until(lambda: desk.window.replay.active and not desk.window.replay.loading)
    player = desk.bridge.player
    assert player is not None
    await player.seek(len(entries))
    await until(lambda: len(desk.window.imaging.history.rois))
    yield player
    await desk.window.replay.shut()


class SlowRecall:
    """Holds up what a player recalls."""

    def __init__(self, player: Player) -> None:
        self._read, self.may_end = player.recall, asyncio.Event()
        self.tried = 0
        player.recall = self  # type: ignore[method-assign]

    async def __call__(self) -> History | None:
        self.tried += 1
        await self.may_end.wait()
        return await self._read()


def marks_of(desk: Desk) -> set[str]:
    return {mark.text() for mark in desk.window.imaging._marks if not mark.isHidden()}


async def test_nothing_is_left_of_a_replay_that_was_closed(
    desk: Desk, player: Player, until: Until
) -> None:
    imaging = desk.window.imaging
    imaging.panel_wanted.emit("camera")
    await until(lambda: imaging.camera.view.frame is not None)
    await desk.window.replay.shut()
    assert not len(imaging.history.rois)
    assert not imaging.history.marks
    imaging.camera.refresh()
    assert imaging.camera.view.frame is None
    assert "Not connected" in imaging.camera.view._empty


async def test_a_replay_that_is_closed_while_it_is_read_leaves_nothing(
    desk: Desk, player: Player, until: Until
) -> None:
    slow = SlowRecall(player)
    await player.seek(30)
    await until(lambda: slow.tried)
    reading = desk.window.imaging._recalling
    assert reading is not None
    shutting = asyncio.ensure_future(desk.window.replay.shut())
    await until(lambda: not desk.window.replay.active)
    slow.may_end.set()
    await asyncio.wait([reading, shutting])
    assert not len(desk.window.imaging.history.rois)


async def test_what_an_instrument_has_said_stays_after_the_end(desk: Desk, until: Until) -> None:
    history = desk.window.imaging.history
    desk.connect_simulator()
    await until(lambda: desk.bridge.state.value("hostversion"))
    await until(lambda: any(True for _ in history.series()))
    await desk.connector.stop()
    assert any(True for _ in history.series())
    assert history.marks[-1].kind is MarkKind.DISCONNECTED
    assert history.lost_ns == history.marks[-1].time_ns


async def test_the_old_moment_stays_until_the_new_one_is_read(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    history = desk.window.imaging.history
    before, epoch = len(history.rois), history.rois.epoch
    slow = SlowRecall(player)
    await player.seek(len(entries) // 2)
    assert marks_of(desk) == set()
    await until(lambda: marks_of(desk))
    [text] = marks_of(desk)
    assert text.startswith("Reading what was seen before ")
    assert (len(history.rois), history.rois.epoch) == (before, epoch)
    await player.seek(len(entries) // 2 + 500)
    assert text not in marks_of(desk)
    await player.seek(len(entries) // 2)
    slow.may_end.set()
    wanted = seen_up_to(entries, len(entries) // 2)
    await until(lambda: history.triggers.stop == wanted.triggers.stop)
    same(history, wanted)
    assert marks_of(desk) == set()


async def test_the_camera_is_never_dark_between_two_moments(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging, view = desk.window.imaging, desk.window.imaging.camera.view
    imaging.panel_wanted.emit("camera")
    await until(lambda: view.frame is not None)
    shown = []

    def comes() -> bool:
        shown.append(None if view.frame is None else view.frame.row.message_id)
        newest = imaging.history.frames.rows["message_id"]
        return len(newest) > 0 and newest[-1] == shown[-1] != shown[0]

    await player.seek(len(entries) // 2)
    await until(comes)
    assert None not in shown


async def test_a_loop_shorter_than_the_reading_is_shown(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    history = desk.window.imaging.history
    first, last = len(entries) - 40, len(entries) - 30
    await player.seek(first)
    player.set_loop((first, last))
    player.set_speed(100.0)
    slow = SlowRecall(player)
    rounds: list[Position] = []
    player.add_seek_listener(rounds.append)
    player.play()
    await until(lambda: len(rounds) > 2)
    slow.may_end.set()
    wanted = seen_up_to(entries, first)
    await until(lambda: history.rois.stop == wanted.rois.stop)
    stop = len(rounds) + 3
    await until(lambda: len(rounds) > stop)
    player.pause()
    assert slow.tried >= 3
    assert len(history.rois) >= len(wanted.rois)
    assert marks_of(desk) == set()


async def test_trends_follow_each_session_anew(desk: Desk, player: Player, until: Until) -> None:
    trends = desk.window.imaging.trends
    trends.come_into_sight()
    await until(lambda: trends.stack is not None)
    stack = trends.stack
    assert stack is not None
    stack.stay(0, 600 * S)
    row = stack.rows[0]
    row.zoom(row.left, 0.1, 0.5)
    desk.connect_simulator()
    await until(lambda: desk.bridge.state.value("hostversion"))
    assert stack.following
    assert row.left.fits
    stack.refresh()
    assert stack.seen[1] >= desk.bridge.utc_ns() - S
