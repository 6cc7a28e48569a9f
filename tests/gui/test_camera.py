"""The camera's panel: the newest frame or the one that was kept, and never an old one as new."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QWidget

from ifcbgui.instrument.imaging.pictures import Grey, PictureError
from ifcbgui.settings import Settings
from ifcbgui.simulator.png import encode_png
from ifcbgui.ui import theme
from ifcbgui.ui.models.focus_meter import MOST_PER_PULL, FocusMeter
from ifcbgui.ui.models.frame_loader import FrameLoader
from ifcbgui.ui.models.frame_reel import FrameRow
from ifcbgui.ui.panels.camera_panel import CameraPanel
from tests.helpers.frames import CameraFeed, S, speckled
from tests.helpers.roi_pictures import FakeRois

DAMAGED = encode_png(speckled())[:400]


@pytest.fixture
def feed() -> CameraFeed:
    return CameraFeed()


@pytest.fixture
def panel(qtbot, qapp, feed: CameraFeed) -> CameraPanel:
    theme.apply_theme(qapp, "light")
    panel = CameraPanel(
        feed.history,
        feed.store,
        Settings(),
        why_empty=lambda: "View images is OFF.",
        now_ns=lambda: feed.now_ns,
    )
    qtbot.addWidget(panel)
    panel.resize(640, 440)
    panel.show()
    return panel


def shown(panel: CameraPanel) -> int:
    """Trigger of the frame on the screen, 0 for none."""
    return 0 if panel.view.frame is None else panel.view.frame.row.trigger


def wait_for(qtbot, panel: CameraPanel, trigger: int) -> None:
    qtbot.waitUntil(lambda: shown(panel) == trigger)


def marks(panel: CameraPanel) -> list[str]:
    panel.refresh()
    return [mark.text for mark in panel.view._marks]


class TestPanel:
    def test_the_newest_frame_is_shown_as_it_came(self, qtbot, panel, feed) -> None:
        feed.trigger(1)
        feed.trigger(2)
        wait_for(qtbot, panel, 2)
        assert np.array_equal(panel.view.frame.grey, speckled(seed=2))
        assert sum(panel.view.frame.counts) == 136 * 102
        assert "Trigger 2 · just now · 18:30:02 UTC" in panel.facts.left
        assert panel.facts.right == "2 frames since 18:30:01"
        assert "136 x 102 px" in panel.reading.right

    def test_an_old_frame_is_never_shown_as_new(self, qtbot, panel, feed) -> None:
        feed.trigger(1)
        wait_for(qtbot, panel, 1)
        assert marks(panel) == []
        feed.now_ns += 10 * S
        assert marks(panel) == []
        assert "10 s ago" in panel.facts.left
        feed.now_ns += S
        assert marks(panel) == ["11 s old"]

    def test_without_a_frame_it_says_why(self, qtbot, panel, feed) -> None:
        panel.refresh()
        assert panel.view._empty == "View images is OFF."
        assert panel.facts.left == "No frame"
        for button in (panel.tools.save, panel.tools.copy, panel.tools.freeze, panel.tools.back):
            assert not button.isEnabled()
        QTest.keyClick(panel, Qt.Key.Key_Space)
        panel.save()
        panel.copy()
        assert not panel.reel.frozen

    def test_freeze_keeps_the_frame_that_is_shown(self, qtbot, panel, feed) -> None:
        feed.trigger(1)
        wait_for(qtbot, panel, 1)
        QTest.keyClick(panel.view, Qt.Key.Key_Space)
        assert panel.tools.freeze.isChecked()
        feed.trigger(2)
        feed.trigger(3)
        assert marks(panel) == ["Frozen, 2 newer"]
        assert shown(panel) == 1
        panel.tools.freeze.click()
        wait_for(qtbot, panel, 3)
        assert marks(panel) == []
        assert panel.facts.right == "3 frames since 18:30:01"

    def test_a_frame_that_comes_late_does_not_undo_the_freeze(self, qtbot, panel, feed) -> None:
        feed.trigger(1)
        wait_for(qtbot, panel, 1)
        feed.trigger(2)
        panel.refresh()  # the second is being decoded
        panel.freeze(True)
        qtbot.waitUntil(lambda: not panel.loader._worker.busy)
        assert shown(panel) == 1
        assert marks(panel) == ["Frozen, 1 newer"]

    def test_back_and_forward_through_the_session(self, qtbot, panel, feed) -> None:
        for trigger in range(1, 5):
            feed.trigger(trigger)
        wait_for(qtbot, panel, 4)
        assert not panel.tools.on.isEnabled()
        panel.tools.back.click()
        wait_for(qtbot, panel, 3)
        QTest.keyClick(panel.view, Qt.Key.Key_PageUp)
        wait_for(qtbot, panel, 2)
        assert marks(panel) == ["Frozen, 2 newer"]
        assert panel.tools.on.isEnabled()
        QTest.keyClick(panel.view, Qt.Key.Key_PageDown)
        wait_for(qtbot, panel, 3)

    def test_a_damaged_frame_leaves_the_last_good_one(self, qtbot, panel, feed) -> None:
        feed.trigger(1)
        wait_for(qtbot, panel, 1)
        feed.trigger(2, DAMAGED)
        qtbot.waitUntil(lambda: not panel.problem.isHidden())
        assert "frame of trigger 2 cannot be shown" in panel.problem.text()
        assert "damaged" in panel.problem.text()
        assert shown(panel) == 1
        feed.now_ns += 20 * S
        assert marks(panel) == ["Last good frame", "21 s old"]
        feed.trigger(3)
        wait_for(qtbot, panel, 3)
        assert panel.problem.isHidden()

    def test_a_first_frame_that_is_damaged_is_said(self, qtbot, panel, feed) -> None:
        feed.trigger(1, b"GIF89a")
        qtbot.waitUntil(lambda: not panel.problem.isHidden())
        assert "no PNG" in panel.problem.text()
        assert panel.view._empty == ""
        assert panel.facts.left == "No frame"

    @pytest.mark.parametrize("frozen", [False, True])
    def test_nothing_of_another_connection_stays(self, qtbot, panel, feed, frozen) -> None:
        feed.trigger(1, None, (30, 40))
        wait_for(qtbot, panel, 1)
        panel.freeze(frozen)
        feed.begin_anew()
        panel.refresh()
        assert shown(panel) == 0
        assert panel.histogram.accessibleDescription() == ""
        assert not panel.reel.frozen
        feed.trigger(7)
        wait_for(qtbot, panel, 7)
        feed.begin_anew()
        feed.trigger(7)  # looks the same, and is another
        wait_for(qtbot, panel, 7)
        qtbot.waitUntil(lambda: feed.asked.count(2) >= 3)

    def test_a_frame_of_another_connection_that_comes_late_is_not_shown(
        self, qtbot, panel, feed
    ) -> None:
        feed.trigger(1)
        panel.refresh()  # it is being decoded
        feed.begin_anew()
        panel.refresh()
        qtbot.waitUntil(lambda: not any("frames" in t.name for t in threading.enumerate()))
        QCoreApplication.sendPostedEvents()  # what was sent before the end is heard now
        assert shown(panel) == 0

    def test_boxes_stand_where_regions_were_found(self, qtbot, panel, feed) -> None:
        feed.trigger(1, None, (30, 40), (80, 20))
        wait_for(qtbot, panel, 1)
        boxes = [(box.left, box.top, box.width, box.height) for box in panel.view._places.boxes]
        assert boxes == [(30, 40, 40, 24), (80, 20, 40, 24)]
        chosen = []
        panel.roi_chosen.connect(chosen.append)
        ratio = panel.view.port.scale
        place = QPoint(
            round(panel.view.port.left + 100 * ratio), round(panel.view.port.top + 30 * ratio)
        )
        QTest.mouseMove(panel.view, place)
        QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=place)
        assert chosen == [1]

    def test_a_place_that_only_graphchanged_told(self, qtbot, panel, feed) -> None:
        feed.now_ns += S
        feed.say("graphchanged:0.1:0.2:0.3:0.4:60:40:1:0.45:0.60:0.13:0.13:2026-03-14|07-50")
        feed.trigger(1)
        wait_for(qtbot, panel, 1)
        panel.refresh()
        assert panel.view._places.corner == (60, 40)

    def test_what_was_overtaken_is_counted(self, qtbot, panel, feed) -> None:
        feed.trigger(1)
        panel.refresh()
        for trigger in range(2, 6):
            feed.trigger(trigger)
        panel.refresh()
        wait_for(qtbot, panel, 5)
        assert panel.facts.right == "5 frames since 18:30:01, 3 skipped"

    def test_hidden_it_reads_nothing_and_skips_nothing(self, qtbot, panel, feed) -> None:
        feed.trigger(1)
        wait_for(qtbot, panel, 1)
        panel.hide()
        feed.asked.clear()
        for trigger in range(2, 6):
            feed.trigger(trigger)
        assert not panel._timer.isActive()
        panel.show()
        wait_for(qtbot, panel, 5)
        assert len(feed.asked) == 1
        assert panel.facts.right == "5 frames since 18:30:01"

    def test_its_bytes_are_saved(self, qtbot, panel, feed, tmp_path: Path) -> None:
        feed.trigger(1)
        wait_for(qtbot, panel, 1)
        panel.tools.save.click()
        (chooser,) = panel.findChildren(QFileDialog)
        feed.trigger(2)
        wait_for(qtbot, panel, 2)
        path = tmp_path / "kept.png"
        with qtbot.waitSignal(panel.notified) as notified:
            chooser.fileSelected.emit(str(path))  # for the frame for which it was asked
        assert notified.args == [f"Saved {path}.", True]
        assert path.read_bytes() == encode_png(speckled(seed=1))
        chooser.close()

    def test_it_is_copied_and_shown_in_the_log(self, qtbot, panel, feed) -> None:
        message = feed.trigger(1)
        wait_for(qtbot, panel, 1)
        QTest.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        image = QGuiApplication.clipboard().image()
        assert (image.width(), image.height()) == (136, 102)
        assert image.pixelColor(7, 9).red() == speckled(seed=1)[9, 7]
        with qtbot.waitSignal(panel.message_wanted) as wanted:
            panel.tools.to_log.click()
        assert wanted.args == [message]

    def test_the_best_focus_can_be_looked_for_anew(self, qtbot, panel, feed) -> None:
        for trigger in range(1, 11):
            feed.trigger(trigger, None, (30, 40))
            panel.focus.pull()
            qtbot.waitUntil(lambda: not panel.focus._worker.busy)
        assert panel.focus.record.best is not None
        panel.refresh()
        assert "Best since 18:30 UTC" in panel.focus_view.accessibleDescription()
        panel.focus_view.reset.click()
        assert panel.focus.record.best is None
        series = feed.history.find("focus")
        assert series is not None
        assert len(series.values) == 10

    @pytest.mark.parametrize(
        ("size", "below"), [((420, 600), True), ((640, 440), False), ((510, 380), False)]
    )
    def test_narrow_docks_have_the_rest_below(self, qtbot, panel, size, below) -> None:
        panel.resize(*size)
        qtbot.waitUntil(
            lambda: (panel.histogram.mapTo(panel, QPoint()).x() < panel.view.width()) is below
        )
        assert panel.minimumSizeHint().width() <= 400

    def test_everything_has_a_name(self, panel) -> None:
        for widget in panel.findChildren(QWidget):
            if isinstance(widget, QAbstractButton):
                assert widget.accessibleName()
                assert widget.toolTip()


class TestLoader:
    def test_of_those_that_wait_only_the_last_is_decoded(self, qtbot) -> None:
        gate, threads = threading.Event(), []

        def read(message_id: int) -> bytes:
            threads.append(threading.current_thread())
            gate.wait(10.0)
            return encode_png(speckled(seed=message_id))

        loader, loaded = FrameLoader(read), []
        loader.loaded.connect(lambda frame: loaded.append(frame.row.message_id))
        for number in range(1, 5):
            loader.load(FrameRow(number, number, 0, 0))
        gate.set()
        qtbot.waitUntil(lambda: len(loaded) == 2)
        assert loaded == [1, 4]
        assert loader.overtaken == 2
        assert threading.main_thread() not in threads

    def test_what_is_forgotten_is_not_heard_of(self, qtbot) -> None:
        gate = threading.Event()

        def read(message_id: int) -> bytes:
            if message_id == 1:
                gate.wait(10.0)
            return encode_png(speckled())

        loader, loaded = FrameLoader(read), []
        loader.loaded.connect(lambda frame: loaded.append(frame.row.message_id))
        loader.load(FrameRow(0, 1, 0, 0))
        loader.forget()
        loader.load(FrameRow(0, 2, 0, 0))
        gate.set()
        qtbot.waitUntil(lambda: 2 in loaded)
        qtbot.waitUntil(lambda: not loader._worker.busy)
        assert loaded == [2]

    def test_what_cannot_be_read_does_not_stop_it(self, qtbot) -> None:
        def read(message_id: int) -> bytes:
            if message_id == 1:
                raise PictureError("The session does not have message 1.")
            return encode_png(speckled())

        loader, heard = FrameLoader(read), []
        loader.loaded.connect(lambda frame: heard.append(frame.row.message_id))
        loader.failed.connect(lambda row, why: heard.append((row.message_id, why)))
        loader.load(FrameRow(0, 1, 0, 0))
        loader.load(FrameRow(1, 2, 0, 0))
        qtbot.waitUntil(lambda: len(heard) == 2)
        assert heard == [(1, "The session does not have message 1."), 2]


class Edges(FakeRois):
    """Regions with an edge each, sharp where the trigger's number is even."""

    def pixels(self, roi: np.void) -> Grey:
        grey = super().pixels(roi)
        edge = np.linspace(40, 200, 12) if int(roi["trigger"]) % 2 else np.array([40, 200])
        grey[:] = 40
        grey[:, 16 : 16 + len(edge)] = edge
        grey[:, 16 + len(edge) :] = 200
        return grey


class TestFocusMeter:
    @pytest.fixture
    def source(self) -> Edges:
        return Edges()

    @pytest.fixture
    def kept(self) -> list[tuple[int, float]]:
        return []

    @pytest.fixture
    def meter(self, qapp, source: Edges, kept: list[tuple[int, float]]) -> FocusMeter:
        return FocusMeter(source, lambda time_ns, value: kept.append((time_ns, value)))

    def pull(self, qtbot, meter: FocusMeter) -> None:
        meter.pull()
        qtbot.waitUntil(lambda: not meter._worker.busy)

    def test_the_median_of_what_has_come(self, qtbot, meter, source, kept) -> None:
        self.pull(qtbot, meter)
        assert kept == []
        source.add(3, trigger=1)
        self.pull(qtbot, meter)
        source.add(3, trigger=2)
        self.pull(qtbot, meter)
        self.pull(qtbot, meter)
        (_, blurred), (at, sharp) = kept
        assert sharp > 2 * blurred
        assert at == source.table.rows["time_ns"][-1]
        assert (meter.measured, meter.skipped) == (6, 0)

    def test_of_too_many_the_newest(self, qtbot, meter, source) -> None:
        source.add(100)
        self.pull(qtbot, meter)
        assert source.asked == list(range(101 - MOST_PER_PULL, 101))
        assert (meter.measured, meter.skipped) == (MOST_PER_PULL, 100 - MOST_PER_PULL)

    def test_without_a_picture_there_is_nothing_to_measure(
        self, qtbot, meter, source, kept
    ) -> None:
        source.missing = [1]
        source.add(2)
        self.pull(qtbot, meter)
        assert (meter.measured, meter.skipped) == (1, 1)
        source.missing = [3]
        source.add(1)
        self.pull(qtbot, meter)
        assert len(kept) == 1

    def test_what_was_measured_of_another_connection_is_dropped(
        self, qtbot, meter, source, kept
    ) -> None:
        source.gate.clear()
        source.add(2)
        meter.pull()
        qtbot.waitUntil(lambda: len(source.asked) > 0)
        source.table.clear()
        source.add(5)
        source.gate.set()
        qtbot.waitUntil(lambda: not meter._worker.busy)
        assert kept == []
        self.pull(qtbot, meter)
        assert meter.measured == 5
        assert len(kept) == 1
        source.table.clear()
        meter.pull()
        assert meter.record.now is None

    def test_it_starts_and_stops(self, qtbot, meter, source, kept) -> None:
        meter.start()
        source.add(1)
        qtbot.waitUntil(lambda: len(kept) == 1)
        source.gate.clear()
        source.add(1)
        qtbot.waitUntil(lambda: len(source.asked) == 2)
        meter.stop()
        source.gate.set()
        qtbot.waitUntil(lambda: not any("focus" in t.name for t in threading.enumerate()))
        QCoreApplication.sendPostedEvents()  # what was sent before the end is heard now
        assert len(kept) == 1
