"""What the camera sees: the newest frame, how well it is lit, and how sharp the cells are."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ifcbgui.session.history import History
from ifcbgui.session.pictures import PictureStore
from ifcbgui.settings import Settings
from ifcbgui.ui.models.focus_meter import FocusMeter
from ifcbgui.ui.models.frame_loader import Frame, FrameLoader
from ifcbgui.ui.models.frame_places import Places, places_in
from ifcbgui.ui.models.frame_reel import FrameReel, FrameRow, file_stem
from ifcbgui.ui.models.log_text import clock_text
from ifcbgui.ui.models.roi_source import LiveRois
from ifcbgui.ui.panels.keeping import Keeping
from ifcbgui.ui.theme import SPACE_S
from ifcbgui.ui.widgets.camera_body import CameraBody
from ifcbgui.ui.widgets.camera_tools import CameraTools
from ifcbgui.ui.widgets.caption_row import CaptionRow
from ifcbgui.ui.widgets.focus_view import FocusView
from ifcbgui.ui.widgets.frame_view import FrameView, Mark, PixelReading
from ifcbgui.ui.widgets.histogram import Histogram
from ifcbgui.ui.widgets.polling import PollingWidget
from ifcbgui.ui.widgets.words import Words
from ifcbgui.ui.wording import age_text

LOOK_MS: Final = 50
OLD_NS: Final = 10 * 1_000_000_000


class CameraPanel(PollingWidget):
    """Pulls the newest frame while somebody can see it; measures the focus all the time.

    Args:
        history: What the instrument has shown.
        pictures: Has the files of the frames and of the regions of interest.
        settings: Remember the folder that is saved to.
        parent: Qt parent.
        why_empty: Says why there is no frame.
        now_ns: Returns UTC (nanoseconds since 1970) that ages are counted to: that of this
            computer, or a replay's own.

    Signals:
        message_wanted: A message is to be shown in the log.
        roi_chosen: Somebody clicked on a region of interest; its number in the history.
        notified: What became of what was saved or copied, and whether it is good news.
    """

    message_wanted = Signal(int)
    roi_chosen = Signal(int)
    notified = Signal(str, bool)

    def __init__(
        self,
        history: History,
        pictures: PictureStore,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        why_empty: Callable[[], str] = lambda: "No frame has come yet.",
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        super().__init__(LOOK_MS, parent)
        self._history, self._why_empty, self._now_ns = history, why_empty, now_ns
        self._utc = True
        self._asked: FrameRow | None = None
        self._problem: tuple[FrameRow, str] | None = None
        self._placed: object = None
        self._outdated = False  # the frame is of another moment, until the first one is loaded
        self.keeping = Keeping(settings, self)
        self.reel = FrameReel(history.frames)
        self.loader = FrameLoader(pictures.frame, self)
        keep = partial(history.measure, "focus", "Focus", "1/px")
        self.focus = FocusMeter(LiveRois(history.rois, pictures), keep, self)
        self.tools = CameraTools(self)
        self.facts = CaptionRow("Frame", self)
        self.problem = Words("alarm", self)
        self.view = FrameView(self)
        self.reading = CaptionRow("Pixel", self)
        self.histogram = Histogram(self)
        self.focus_view = FocusView(self.focus.record, self._clock, self)
        self._lay_out()
        self._connect()
        self.focus.start()

    def _lay_out(self) -> None:
        self.setAccessibleName("Camera")
        measured = (self.histogram, self.focus_view)
        body = CameraBody(self.view, self.reading, measured, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self.facts)
        self.problem.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        column.addWidget(self.problem)
        column.addWidget(body, 1)

    def _connect(self) -> None:
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_failed)
        self.keeping.notified.connect(self.notified)
        self.focus_view.reset_wanted.connect(self._reset_best)
        view, tools = self.view, self.tools
        view.pixel_read.connect(self._show_reading)
        view.zoomed.connect(self._show_zoom)
        view.roi_chosen.connect(self.roi_chosen)
        tools.fit.clicked.connect(view.fit)
        tools.actual.clicked.connect(view.show_actual_size)
        tools.boxes.toggled.connect(view.set_boxes_shown)
        tools.band.toggled.connect(view.set_band_shown)
        tools.freeze.clicked.connect(self.freeze)
        tools.stepped.connect(self.step)
        tools.save.clicked.connect(self.save)
        tools.copy.clicked.connect(self.copy)
        tools.to_log.clicked.connect(self._show_in_log)

    # What others tell ----------------------------------------------------------------------

    def set_pixels_per_um(self, pixels_per_um: float) -> None:
        """Take how many pixels of the camera a micrometre has."""
        self.view.set_pixels_per_um(pixels_per_um)

    def set_utc(self, utc: bool) -> None:
        """Write times in UTC, or in the machine's zone."""
        self._utc = utc
        self.refresh()

    # Looking -------------------------------------------------------------------------------

    def come_into_sight(self) -> None:
        """Go with the newest frame; none that came while nobody looked was skipped."""
        if not self.reel.frozen:
            self.reel.resume()
        super().come_into_sight()

    @Slot()
    def refresh(self) -> None:
        """Show how things are now."""
        if not self.reel.look():
            self._begin_anew()
        wanted = self.reel.wanted
        if wanted is not None and wanted != self._asked:
            self._asked = wanted
            self.loader.load(wanted)
        if not self._outdated:
            self._show_places()
            self._show_facts()
        self.focus_view.show_at(self._now_ns())

    def _begin_anew(self) -> None:
        """Show nothing of another connection, or of another moment once that has a frame."""
        self._asked = self._problem = self._placed = None
        self.loader.forget()
        self._outdated = self.reel.wanted is not None
        if not self._outdated:
            self._show(None)

    @Slot(object)
    def _on_loaded(self, frame: Frame) -> None:
        if self.reel.frozen and frame.row != self.reel.wanted:
            return
        if self._problem is not None and self._problem[0].number <= frame.row.number:
            self._problem = None
        self._outdated = False
        self._show(frame)

    @Slot(object, str)
    def _on_failed(self, row: FrameRow, why: str) -> None:
        self._problem = (row, why)
        if self._outdated:
            self._outdated = False
            self._show(None)
        self._show_facts()

    def _show(self, frame: Frame | None) -> None:
        self.view.show_frame(frame)
        self.histogram.set_counts(frame.counts if frame is not None else ())
        self._show_places()
        self._show_facts()

    def _show_places(self) -> None:
        """Show boxes and band, if anything has changed that they come from."""
        frame, history = self.view.frame, self._history
        source = (frame, history.rois.revision, history.triggers.revision)
        if source == self._placed:
            return
        self._placed = source
        places = places_in(frame.row, history.rois, history.triggers) if frame else Places()
        self.view.set_places(places)
        band = history.band
        if band is None:
            self.view.clear_band()
        else:
            self.view.set_band(band.left, band.right)

    def _show_facts(self) -> None:
        """Say what is shown and how old it is."""
        frame, reel = self.view.frame, self.reel
        age_ns = max(0, self._now_ns() - frame.row.time_ns) if frame is not None else 0
        self.facts.set_texts(self._frame_text(frame, age_ns), self._count_text())
        self.view.set_marks(self._marks(frame, age_ns))
        self.problem.say(self._problem_text())
        if frame is None:
            self.view.set_empty_text("" if self._problem else self._why_empty())
        self.tools.set_state(
            there=frame is not None, frozen=reel.frozen, older=reel.older, newer=reel.newer
        )

    def _frame_text(self, frame: Frame | None, age_ns: int) -> str:
        if frame is None:
            return "No frame"
        trigger = f"Trigger {frame.row.trigger}" if frame.row.trigger else "Trigger not known"
        age = age_text(age_ns)
        words = "just now" if age == "now" else f"{age} ago"
        return f"{trigger} · {words} · {self._clock(frame.row.time_ns, seconds=True)}"

    def _count_text(self) -> str:
        """Say how many frames there were, and since when: after a jump these are not all."""
        reel = self.reel
        if reel.since_ns is None:
            return ""
        frames = "1 frame" if reel.count == 1 else f"{reel.count:,} frames"
        since = clock_text(reel.since_ns, utc=self._utc)[:8]
        passed = reel.overtaken + self.loader.overtaken
        return f"{frames} since {since}" + (f", {passed:,} skipped" if passed else "")

    def _marks(self, frame: Frame | None, age_ns: int) -> list[Mark]:
        if frame is None:
            return []
        marks = []
        if self._problem is not None:
            marks.append(Mark("Last good frame", "error", "alarm"))
        if age_ns > OLD_NS:
            marks.append(Mark(f"{age_text(age_ns)} old", "warning", "warn"))
        if self.reel.frozen:
            newer = self.reel.newer
            marks.append(Mark(f"Frozen, {newer} newer" if newer else "Frozen", "pause", "info"))
        return marks

    def _problem_text(self) -> str:
        if self._problem is None:
            return ""
        row, why = self._problem
        kept = " The last good frame stays." if self.view.frame is not None else ""
        which = f"of trigger {row.trigger}" if row.trigger else "of a trigger not known"
        return f"The frame {which} cannot be shown. {why.rstrip('.')}.{kept}"

    @Slot(object)
    def _show_reading(self, reading: PixelReading | None) -> None:
        words = "" if reading is None else f"x {reading.x}   y {reading.y}   grey {reading.grey}"
        self.reading.set_texts(words, self.reading.right)

    @Slot()
    def _show_zoom(self) -> None:
        port = self.view.port
        self.tools.fit.setChecked(port.fitted)
        there = self.view.frame is not None
        zoom = f"{port.width} x {port.height} px · {100 * port.scale:.0f} %" if there else ""
        self.reading.set_texts(self.reading.left, zoom)

    def _clock(self, time_ns: int, *, seconds: bool = False) -> str:
        words = clock_text(time_ns, utc=self._utc)[: 8 if seconds else 5]
        return f"{words} UTC" if self._utc else words

    # What the operator does ----------------------------------------------------------------

    @Slot(bool)
    def freeze(self, frozen: bool) -> None:
        """Keep the frame that is shown, or go with the newest again."""
        if frozen and self.view.frame is not None:
            self.reel.freeze(self.view.frame.row)
            self._asked = self.view.frame.row
        else:
            self._problem = None
            self.reel.resume()
        self.refresh()

    @Slot(int)
    def step(self, count: int) -> None:
        """Go back or on by some frames, and stay there."""
        if self.view.frame is not None and not self.reel.frozen:
            self.reel.freeze(self.view.frame.row)
        self._problem = None
        self.reel.step(count)
        self.refresh()

    @Slot()
    def copy(self) -> None:
        """Put the frame on the clipboard."""
        if self.view.frame is not None:
            QGuiApplication.clipboard().setImage(self.view.frame.image.copy())
            self.notified.emit("Frame copied.", True)

    @Slot()
    def save(self) -> None:
        """Ask for a file, and write the frame into it as it came."""
        frame = self.view.frame
        if frame is not None:
            stem = file_stem(frame.row)
            self.keeping.ask_for_file("Save frame", stem, "png", lambda: frame.png)

    @Slot()
    def _show_in_log(self) -> None:
        if self.view.frame is not None:
            self.message_wanted.emit(self.view.frame.row.message_id)

    @Slot()
    def _reset_best(self) -> None:
        self.focus.record.reset_best()
        self.focus_view.show_at(self._now_ns())

    # Qt ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Freeze by Space, go through the frames by Page Up and Down, copy."""
        key = event.key()
        if key == Qt.Key.Key_Space:
            self.freeze(not self.reel.frozen)
        elif key == Qt.Key.Key_PageUp:
            self.step(-1)
        elif key == Qt.Key.Key_PageDown:
            self.step(1)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)
