"""What the instrument sees, in the window: live, replayed, and from one panel to another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.history import History
from ifcbgui.session.pictures import PictureStore
from ifcbgui.session.player import Player
from ifcbgui.settings import Profile
from ifcbgui.ui.shell.layouts import LAYOUTS
from tests.gui.conftest import Desk, Until
from tests.helpers.recorded_session import START_NS, UTC_NS, write_session
from tests.helpers.virtual_bench import Bench

S = 1_000_000_000


def sampled() -> list[Entry]:
    """Return what a virtual instrument says in the first two minutes of its triggering."""
    bench = Bench(particle_rate=3.0, frame_period=5.0, trigger_content=True)
    bench.send("routine:runsample")
    bench.run_until("triggerchanged:1:")
    bench.run(120.0)
    return [
        Entry(parse_message(text), Direction.IN, UTC_NS + round(at * S), START_NS + round(at * S))
        for at, text in bench.said
    ]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return sampled()


def seen_up_to(entries: list[Entry], last_id: int) -> History:
    history = History()
    for row_id, entry in enumerate(entries[:last_id], 1):
        history.take(row_id, entry)
    return history


def same(one: History, other: History) -> None:
    for mine, its in ((one.triggers.rows, other.triggers.rows), (one.rois.rows, other.rois.rows)):
        for name in mine.dtype.names:
            np.testing.assert_array_equal(mine[name], its[name])
    for series in other.series():
        mine = one.find(series.name)
        assert mine is not None, series.name
        np.testing.assert_array_equal(mine.values, series.values)


@pytest_asyncio.fixture
async def player(
    desk: Desk, entries: list[Entry], until: Until, tmp_path: Path
) -> AsyncIterator[Player]:
    """Replay what was said, in the window."""
    desk.window.open_session(write_session(tmp_path / "old", entries))
    await until(lambda: desk.window.replay.active and not desk.window.replay.loading)
    assert desk.bridge.player is not None
    yield desk.bridge.player
    await desk.window.replay.shut()


async def test_a_live_instrument_fills_the_panels(desk: Desk, until: Until) -> None:
    imaging = desk.window.imaging
    desk.connect_simulator()
    await until(desk.window.controls.run_sample.isEnabled)  # later than the state: it is told of it
    desk.window.controls.run_sample.click()
    await until(lambda: len(imaging.history.rois) > 5 and len(imaging.history.frames) > 0)
    assert desk.window.log.model.store.messages > 0
    roi = imaging.history.rois.rows[-1]
    text = desk.window.log_desk.texts_of([int(roi["message_id"])])[int(roi["message_id"])]
    assert text.startswith(("triggerrois:", "triggercontent:"))


async def test_a_replay_knows_what_was_seen_before_the_moment_it_jumps_to(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging = desk.window.imaging
    for row_id in (len(entries), len(entries) // 2, len(entries) - 3):
        await player.seek(row_id)
        wanted = seen_up_to(entries, row_id)
        await until(lambda wanted=wanted: imaging.history.triggers.stop == wanted.triggers.stop)
        same(imaging.history, wanted)


async def test_a_replay_that_plays_on_adds_to_it(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging = desk.window.imaging
    await player.seek(len(entries) - 60)
    player.set_speed(100.0)
    player.play()
    wanted = seen_up_to(entries, len(entries))
    await until(lambda: imaging.history.triggers.stop == wanted.triggers.stop)
    await until(lambda: player.position.message_id == len(entries))
    desk.bridge.flush()
    same(imaging.history, wanted)


async def test_pictures_of_a_replay_are_read_from_its_session(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging = desk.window.imaging
    await player.seek(len(entries))
    await until(lambda: len(imaging.history.rois))
    roi = imaging.history.rois.rows[0]
    pictures = PictureStore(desk.window.log_desk.texts_of)
    assert pictures.png(int(roi["message_id"]), int(roi["index"])).startswith(b"\x89PNG")


async def test_another_connection_begins_anew(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging = desk.window.imaging
    await player.seek(len(entries))
    await until(lambda: len(imaging.history.rois))
    desk.connect_simulator()
    await until(lambda: desk.bridge.state.value("hostversion"))
    assert not len(imaging.history.rois)
    assert not len(imaging.history.frames)


async def test_a_past_that_is_read_too_late_is_not_taken_for_anothers(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging = desk.window.imaging
    read = player.recall
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slowly() -> History | None:
        begun.set()
        history = await read()
        await may_end.wait()
        ended.set()
        return history

    player.recall = slowly  # type: ignore[method-assign]
    await player.seek(len(entries))
    await until(begun.is_set)
    desk.connect_simulator()
    await until(lambda: desk.bridge.state.value("hostversion"))
    may_end.set()
    await until(ended.is_set)
    await asyncio.sleep(0)
    assert not len(imaging.history.rois)


async def test_what_is_chosen_in_one_panel_is_shown_in_another(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    window = desk.window
    await player.seek(len(entries))
    await until(lambda: len(window.imaging.history.rois))
    rois = window.findChild(QDockWidget, "rois")
    assert isinstance(rois, QDockWidget)
    assert rois.visibleRegion().isEmpty()
    window.imaging.camera.roi_chosen.emit(3)
    await until(lambda: not rois.visibleRegion().isEmpty())
    message_id = int(window.imaging.history.rois.rows["message_id"][3])
    window.imaging.rois.message_wanted.emit(message_id)
    assert message_id in window.log.selected_ids()


async def test_a_roi_chosen_in_the_gallery_is_marked_in_the_plots(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging = desk.window.imaging
    await player.seek(len(entries))
    await until(lambda: len(imaging.history.rois))
    imaging.panel_wanted.emit("signals")
    await until(lambda: imaging.signals.plots is not None)
    plots = imaging.signals.plots
    assert plots is not None
    imaging.rois.refresh()
    assert imaging.rois.show_roi(3)
    await until(lambda: plots.position.plot.chosen_id == 3)
    assert plots.scatter.plot.chosen_id is not None


async def test_plots_come_when_they_are_first_looked_at(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging = desk.window.imaging
    await player.seek(len(entries))
    await until(lambda: len(imaging.history.rois))
    imaging.rois.refresh()
    assert imaging.rois.show_roi(3)
    for panel in (imaging.signals, imaging.trends):
        assert not panel._loader.busy
    assert imaging.signals.plots is None
    assert imaging.trends.stack is None
    imaging.panel_wanted.emit("signals")
    await until(lambda: imaging.signals.plots is not None)
    assert imaging.signals.plots is not None
    assert imaging.signals.plots.position.plot.chosen_id == 3
    assert imaging.trends.stack is None


async def test_a_replay_shows_what_is_kept_of_its_instrument_and_changes_nothing(
    desk: Desk, player: Player, entries: list[Entry], until: Until
) -> None:
    imaging, settings = desk.window.imaging, desk.settings
    known = Profile(
        name="Ship", serial=player.serial, humidity_baseline=31.5, roi_band=(788.0, 828.0)
    )
    desk.connector.profile = last_connected = Profile(name="Dock", serial="other")
    settings.profiles = [last_connected, known]
    await player.seek(len(entries))
    await until(lambda: imaging.check.tools.replay and len(imaging.history.rois))
    band = imaging.history.band
    assert band is not None
    assert (band.is_known, band.left, band.right) == (True, 788.0, 828.0)
    imaging.check.refresh()
    assert "the baseline you set" in imaging.check.rows["humidity"].check.target
    assert not imaging.check.tools.baseline.isEnabled()
    imaging.check.baseline_chosen.emit(20.0)
    imaging.check.band_chosen.emit(None)
    assert settings.profiles == [last_connected, known]
    await desk.window.replay.shut()
    assert not imaging.check.tools.replay


async def test_every_layout_shows_its_panels(desk: Desk, until: Until) -> None:
    window = desk.window
    window.resize(1920, 1080)
    for choice in LAYOUTS:
        window.docking.arrange(choice.layout)
        for row in choice.layout.rows:
            for group in row:
                dock = window.findChild(QDockWidget, group[0])
                assert isinstance(dock, QDockWidget)
                await until(lambda dock=dock: not dock.visibleRegion().isEmpty())


async def test_a_layout_that_does_not_fit_is_refused_with_the_reason(desk: Desk) -> None:
    window = desk.window
    [action] = [it for it in window.findChildren(QAction) if it.text() == "&See everything"]
    before = window.docking.save()
    window.resize(1280, 800)
    action.trigger()
    notice = window.notices.notice("layout")
    assert notice is not None
    assert "this one has 1,280" in notice.text
    assert window.docking.save() == before
    window.resize(1920, 1080)
    action.trigger()
    assert window.docking.save() != before


async def test_panels_never_lie_one_over_the_other(desk: Desk, until: Until) -> None:
    window = desk.window
    window.resize(1920, 1080)
    window.docking.arrange(LAYOUTS[-1].layout)
    await until(lambda: window.minimumWidth() > 1280)
    window.resize(1000, 800)
    assert window.width() == window.minimumWidth()
    camera, rois = (window.findChild(QDockWidget, name) for name in ("camera", "rois"))
    assert isinstance(camera, QDockWidget)
    assert isinstance(rois, QDockWidget)
    await until(lambda: not camera.geometry().intersects(rois.geometry()))


async def test_a_saved_layout_that_is_too_wide_gives_way_to_the_first(desk: Desk) -> None:
    window = desk.window
    window.resize(1920, 1080)
    window.docking.arrange(LAYOUTS[-1].layout)
    wide = window.docking.save()
    window.docking.reset()
    window.setMinimumWidth(0)
    window.resize(1280, 800)
    assert window.docking.restore(wide)
    assert window.docking.width_of(LAYOUTS[0].layout) <= 1280
    camera, rois = (window.findChild(QDockWidget, name) for name in ("camera", "rois"))
    assert isinstance(camera, QDockWidget)
    assert rois in window.tabifiedDockWidgets(camera)
