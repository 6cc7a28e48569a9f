"""What was seen and said over time, kept in memory as numbers: for plots, gallery and checks."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final, TypeGuard

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.imaging.band import Band, BandLearner
from ifcbgui.instrument.imaging.tables import FRAME, ROI, TRIGGER, Table
from ifcbgui.instrument.imaging.triggers import TakeTrigger, TriggerFollower
from ifcbgui.instrument.messages import FieldSpec, Message, MessageForm
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.landmarks import Mark, MarkKind, StateMarks, mark_of_event
from ifcbgui.session.records import EventKind, SessionEvent
from ifcbgui.session.series import MOST_SAMPLES as MOST_SAMPLES
from ifcbgui.session.series import Series as Series
from ifcbgui.session.trigger_counts import RoiCounts, TriggerRate

MOST_TRIGGERS: Final = 400_000
MOST_ROIS: Final = 400_000
MOST_FRAMES: Final = 10_000
MOST_MARKS: Final = 2_000

_OUT = Direction.OUT
_NUMBERS = ("int", "float", "bool")
_MOST = 1e300
# What an instrument says of these holds until it says otherwise; the others are measurements.
_HELD_GROUPS = ("switch", "setting", "acquisition", "hardware")
# Once one of these is off, no trigger heard need not mean that there was none.
_TRIGGER_SWITCHES = (
    "switchtriggering",
    "switchcontinuoustrigger",
    "switchviewtriggers",
    "switchviewgraphs",
)
# A clock is put right by less; anything that is later than this would stand in the future.
_SET_BACK_NS = 60_000_000_000
# In the clearest water a trigger comes every minute (inferred).
_FEW_TRIGGERS_S = 300.0
# What is measured once an hour comes a little later each time, and leaves no gap.
_LATE = 1.25


class History:
    """What one connection, or one replay up to its clock, has shown so far.

    Beside what the instrument says by itself there are: ``trigger_rate`` (triggers counted in
    whole bins of 10 s by arrival, at the end of each), ``rois_per_trigger`` (mean) and
    ``zero_roi_share`` (share of triggers without any), both of the newest 50 triggers.

    Attributes:
        triggers: Rows of `TRIGGER`.
        rois: Rows of `ROI`.
        frames: Rows of `FRAME`.
        marks: Routines, pauses, problems and gaps, oldest first; of too many the newest.
        lost_ns: UTC since when there is no connection, so that nothing is known; else None.
        revision: Grows with each change of any of it.
    """

    def __init__(self) -> None:
        self.triggers = Table(TRIGGER, MOST_TRIGGERS)
        self.rois = Table(ROI, MOST_ROIS)
        self.frames = Table(FRAME, MOST_FRAMES)
        self._tables = (self.triggers, self.rois, self.frames)
        self.marks: list[Mark] = []
        self.lost_ns: int | None = None
        self.revision = 0
        self._series = {series.name: series for series in _derived_series()}
        self._says = {form.key: tuple(self._fields_of(form)) for form in MESSAGE_FORMS.values()}
        self._follower = TriggerFollower(self.triggers, self.rois, self.frames)
        self._more: dict[str, Callable[[int, Entry], None]] = {
            key: partial(self._take_trigger, take) for key, take in self._follower.takes.items()
        }
        for name in _TRIGGER_SWITCHES:
            self._more[f"valuechanged:{name}"] = self._take_switch
        self._counts = RoiCounts()
        self._rate = TriggerRate()
        self._by_images, self._by_graph = BandLearner(), BandLearner()
        self._known_band: Band | None = None
        self._state_marks = StateMarks()
        self._newest_id = self._newest_ns = 0

    def _fields_of(self, form: MessageForm) -> Iterator[tuple[int, Series]]:
        """Yield the position of each number of a message, and the series it goes into."""
        for spec in form.fields:
            if spec.state and spec.type in _NUMBERS:
                series = self._series.setdefault(spec.state, _series_of(form, spec))
                yield spec.position, series

    def series(self) -> Iterator[Series]:
        """Yield every quantity that there is anything of, in a fixed order."""
        return (series for series in self._series.values() if len(series))

    def find(self, name: str) -> Series | None:
        """Return a quantity by its name, or None while nothing was said of it."""
        series = self._series.get(name)
        return series if series is not None and len(series) else None

    @property
    def band(self) -> Band | None:
        """Where regions of interest usually lie: as somebody knows, or as learned so far.

        Learned from their images; where these form none, from where ``graphchanged`` saw them.
        """
        return _band_in(self.rois, self._by_images) or _band_in(self.triggers, self._by_graph)

    def know_band(self, band: Band | None) -> None:
        """Take a band for the instrument's, whatever comes; None to learn it from what comes."""
        self._known_band = band
        self._learn_anew()

    def begin(self, state: InstrumentState, measured: Message | None = None) -> None:
        """Take what was said before the first message that is going to be taken.

        Args:
            state: The state by then.
            measured: The first measurement of all, which later ones are held against.
        """
        for name, series in self._series.items():
            reading = state.reading(name)
            if reading is not None and _is_number(reading.value):
                series.append(reading.time_ns, reading.value)
        if measured is not None and measured.form is not None:
            for position, series in self._says[measured.form.key]:
                value = measured.fields[position] if position < len(measured.fields) else None
                if _is_number(value):
                    series.first = value
        self.revision += 1

    def take(self, row_id: int, entry: Entry) -> None:
        """Look at one line of traffic."""
        message = entry.message
        form = message.form
        self._newest_id = row_id
        if form is None or entry.direction is _OUT:
            return
        time_ns = entry.time_ns
        if time_ns < self._newest_ns - _SET_BACK_NS:
            self._begin_anew(time_ns)
        self._newest_ns = time_ns
        if time_ns >= self._rate.due_ns:
            self._tell_rate(time_ns)
        fields = message.fields
        for position, series in self._says[form.key]:
            value = fields[position] if position < len(fields) else None
            if _is_number(value):
                series.append(time_ns, value)
        more = self._more.get(form.key)
        if more is not None:
            more(row_id, entry)
        self.revision += 1

    def take_event(self, event: SessionEvent) -> None:
        """Look at what is no message: a lost link leaves a gap in every measured series."""
        if event.kind == EventKind.LOST:
            self._lose(event.time_ns)
        elif event.kind == EventKind.CONNECTED:
            self.lost_ns = None
        elif event.kind == EventKind.GAP:
            self._stop_counting(event.time_ns)
        mark = mark_of_event(event, self._newest_id)
        if mark is not None:
            self._add_marks([mark])

    def end(self, time_ns: int) -> None:
        """Take the end of a connection (UTC), asked for or not: all of it stays, as the past."""
        if self._newest_ns:
            self._lose(time_ns)
            text = "Disconnected."
            self._add_marks([Mark(MarkKind.DISCONNECTED, time_ns, self._newest_id, text)])

    def take_all(self, rows: Iterable[tuple[int, Entry | SessionEvent]]) -> None:
        """Look at messages and, with 0 for an id, events, in the order in which they came."""
        for row_id, row in rows:
            if isinstance(row, Entry):
                self.take(row_id, row)
            else:
                self.take_event(row)

    def take_state(self, state: InstrumentState) -> None:
        """Look at the state after what was taken: runs begin and end in it."""
        self._add_marks(self._state_marks.take(state, self._newest_id))

    def take_runs(self, marks: Iterable[Mark], state: InstrumentState) -> None:
        """Take runs and pauses that were found elsewhere.

        Args:
            marks: Their landmarks.
            state: The state after them, which `take_state` goes on from.
        """
        self._add_marks(marks)
        for _ in self._state_marks.take(state, 0):
            pass  # told already

    def measure(self, name: str, label: str, unit: str, time_ns: int, value: float) -> None:
        """Add a value of a quantity that was measured here, not by the instrument.

        Args:
            name: Name of its series.
            label: What an operator calls it.
            unit: Unit of its values, or "".
            time_ns: UTC of what was measured, nanoseconds since 1970.
            value: The value; NaN begins a gap.
        """
        series = self._series.get(name)
        if series is None:
            series = self._series[name] = Series(name, label, unit, held=False)
        series.append(time_ns, value)
        self.revision += 1

    def clear(self) -> None:
        """Forget everything, for another connection or another moment of a replay."""
        for table in self._tables:
            table.clear()
        for series in self._series.values():
            series.clear()
        self.marks.clear()
        self.lost_ns = None
        self._follower.clear()
        self._counts.clear()
        self._rate.stop()
        self._learn_anew()
        self._state_marks = StateMarks()
        self._newest_id = self._newest_ns = 0
        self.revision += 1

    def adopt(self, other: History) -> None:
        """Forget everything, and take over what another one holds, which is then of no use."""
        self.clear()
        for mine, its in zip(self._tables, other._tables, strict=True):
            mine.adopt(its)
        for name, series in other._series.items():
            self._series.setdefault(name, series).adopt(series)
        self.marks[:] = other.marks
        self.lost_ns = other.lost_ns
        self._follower.adopt(other._follower)
        self._counts, self._rate = other._counts, other._rate
        self._state_marks = other._state_marks
        self._newest_id, self._newest_ns = other._newest_id, other._newest_ns

    def _lose(self, time_ns: int) -> None:
        """Leave a gap in all that is measured, from when on nothing is heard any more."""
        if self.lost_ns is None:
            self.lost_ns = time_ns
        self._counts.clear()
        self._stop_counting(time_ns)
        for series in self._series.values():
            if not series.held:
                series.break_off(time_ns)

    def _begin_anew(self, time_ns: int) -> None:
        """Forget what a clock that has been set back puts into the future."""
        set_back_s = (self._newest_ns - time_ns) // 10**9
        newest_id, state_marks = self._newest_id, self._state_marks
        held = [(series, float(series.values[-1])) for series in self.series() if series.held]
        firsts = [(series, series.first) for series in self.series()]
        self.clear()
        self._newest_id, self._state_marks = newest_id, state_marks
        for series, first in firsts:
            series.first = first
        for series, value in held:
            series.append(time_ns, value)
        text = f"This computer's clock was set back by {set_back_s} s: plots begin anew."
        self._add_marks([Mark(MarkKind.PROBLEM, time_ns, newest_id, text)])

    def _learn_anew(self) -> None:
        self._by_images = BandLearner(self.rois.stop)
        self._by_graph = BandLearner(self.triggers.stop)
        self._by_images.band = self._known_band
        self.revision += 1

    # --- triggers -------------------------------------------------------------------------------

    def _take_trigger(self, take: TakeTrigger, row_id: int, entry: Entry) -> None:
        before = self.triggers.stop
        rois = take(row_id, entry)
        if self.triggers.stop != before:
            self._rate.count(entry.time_ns)
        if rois < 0:
            return
        told = self._counts.take(rois)
        if told is not None:
            self._series["rois_per_trigger"].append(entry.time_ns, told[0])
            self._series["zero_roi_share"].append(entry.time_ns, told[1])

    def _take_switch(self, _row_id: int, entry: Entry) -> None:
        if entry.message.fields[-1] is False:
            self._stop_counting(entry.time_ns)

    def _tell_rate(self, time_ns: int) -> None:
        series = self._series["trigger_rate"]
        for end_ns, rate in self._rate.told_by(time_ns):
            series.append(end_ns, rate)

    def _stop_counting(self, time_ns: int) -> None:
        self._rate.stop()
        self._series["trigger_rate"].break_off(time_ns)

    # --- marks ----------------------------------------------------------------------------------

    def _add_marks(self, marks: Iterable[Mark]) -> None:
        for mark in marks:
            insort(self.marks, mark, key=lambda mark: mark.time_ns)
            self.revision += 1
        if len(self.marks) > MOST_MARKS:
            del self.marks[: MOST_MARKS // 4]


def _derived_series() -> tuple[Series, ...]:
    return (
        Series("trigger_rate", "Trigger rate, counted", "1/s", held=False),
        Series("rois_per_trigger", "ROIs per trigger", held=False, gap_s=_FEW_TRIGGERS_S),
        Series("zero_roi_share", "Triggers without ROI", held=False, gap_s=_FEW_TRIGGERS_S),
    )


def _band_in(table: Table, learner: BandLearner) -> Band | None:
    rows = table.rows
    return learner.look(rows["left"], rows["top"], table.first)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and -_MOST < value < _MOST


def _series_of(form: MessageForm, spec: FieldSpec) -> Series:
    return Series(
        spec.state or spec.name,
        spec.label or form.label,
        spec.unit,
        held=form.group in _HELD_GROUPS,
        gap_s=form.stale_after_s and _LATE * form.stale_after_s,
    )
