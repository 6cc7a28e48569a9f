"""From messages about triggers to rows of triggers, regions of interest and frames.

``graphchanged`` and ``triggerchanged`` name the number of their trigger. ``triggerimage``,
``triggerrois`` and ``triggercontent`` do not: they are taken to belong to the number said last
(inferred), once each; what comes once more belongs to a trigger that nobody has numbered.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.imaging.pictures import png_size
from ifcbgui.instrument.imaging.tables import Table

# Kinds of message that each trigger has one of.
_GRAPH, _PROCESSED, _SAVED, _SKIPPED, _IMAGE, _ROIS, _CONTENT = (1 << bit for bit in range(7))

# A late message amends one of so many triggers before the newest, within so long (inferred).
_RECENT: Final = 16
_LATE_NS: Final = 10_000_000_000

_MOST_I4: Final = 2**31 - 1
_MOST_I8: Final = 2**63 - 1
_MOST_F4: Final = 3.4e38
_NOWHERE: Final = (-1, -1)
_UNSAID: Final = (math.nan,) * 4
_DAQ: Final = ("PeakA", "PeakB", "IntegratedA", "IntegratedB")

Signals = tuple[float, float, float, float]
"""Peaks A and B, integrated A and B, volts."""

TakeTrigger = Callable[[int, Entry], int]
"""Takes the id of a message and it; see `TriggerFollower.take`."""


@dataclass(slots=True)
class _Trigger:
    """A trigger that more may be said of: its row, and which kinds of message have spoken."""

    number: int
    row: int
    time_ns: int
    heard: int
    counted: bool = False


@dataclass(slots=True)
class _Cut:
    """The regions cut out of one frame: their rows, and which of the two messages told them."""

    trigger: _Trigger | None
    places: list[tuple[Any, Any]]
    row: int
    heard: int


class TriggerFollower:
    """Fills the tables from messages as they come.

    Each trigger is one row that later messages amend, and each region of interest one, also where
    ``triggerrois`` and ``triggercontent`` both bring it. A number that goes back, or a message of
    the same kind once more for the same number, begins a new bin (inferred). Nothing raises,
    whatever a message holds.

    Args:
        triggers: Table of rows of `TRIGGER`.
        rois: Table of rows of `ROI`.
        frames: Table of rows of `FRAME`.

    Attributes:
        takes: By the key of a form that tells of triggers: what `take` does with such a message.
    """

    def __init__(self, triggers: Table, rois: Table, frames: Table) -> None:
        self._triggers, self._rois, self._frames = triggers, rois, frames
        self._recent: dict[int, _Trigger] = {}
        self._newest = 0
        self._current: _Trigger | None = None
        self._cut: _Cut | None = None
        self.takes: dict[str, TakeTrigger] = {
            "graphchanged": self._graph,
            "triggerchanged:processed": self._processed,
            "triggerchanged:saved": self._saved,
            "triggerchanged:skipped": self._skipped,
            "triggerimage": self._image,
            "triggerrois": self._rois_seen,
            "triggercontent": self._content,
        }

    def take(self, row_id: int, entry: Entry) -> int:
        """Look at a message of the instrument.

        Args:
            row_id: Id of the message.
            entry: The message.

        Returns:
            How many regions of interest a trigger has, if this is the first to say so; else -1.
        """
        form = entry.message.form
        take = self.takes.get(form.key) if form is not None else None
        return take(row_id, entry) if take is not None else -1

    def clear(self) -> None:
        """Forget which trigger was the newest; the tables are cleared by their owner."""
        self._recent.clear()
        self._newest = 0
        self._current = self._cut = None

    def adopt(self, other: TriggerFollower) -> None:
        """Go on where another one stands, whose tables ours have taken over."""
        self._recent, self._newest = other._recent, other._newest
        self._current, self._cut = other._current, other._cut

    # --- messages with a number -----------------------------------------------------------------

    def _graph(self, row_id: int, entry: Entry) -> int:
        fields = entry.message.fields
        number = fields[7] if len(fields) > 7 else None
        if not isinstance(number, int):
            return -1
        left, top = _place(fields[5], fields[6])
        values = tuple(map(_real, fields[1:5]))
        known = self._known(number, entry, _GRAPH)
        if known is None:
            row = (row_id, entry.time_ns, _whole(number, _MOST_I8), -1, left, top)
            self._begin(number, entry, _GRAPH, (*row, *values, *_UNSAID))
        else:
            f1, f2, f3, f4 = values
            self._triggers.amend(known.row, left=left, top=top, f1=f1, f2=f2, f3=f3, f4=f4)
        return -1

    def _processed(self, row_id: int, entry: Entry) -> int:
        trigger = self._numbered(row_id, entry, _PROCESSED)
        rois = entry.message.fields[3] if trigger is not None else None
        if trigger is None or not isinstance(rois, int) or rois < 0:
            return -1
        return self._count(trigger, rois)

    def _saved(self, row_id: int, entry: Entry) -> int:
        self._numbered(row_id, entry, _SAVED)
        return -1

    def _skipped(self, row_id: int, entry: Entry) -> int:
        self._numbered(row_id, entry, _SKIPPED)
        return -1

    def _numbered(self, row_id: int, entry: Entry, kind: int) -> _Trigger | None:
        """Return the trigger of ``triggerchanged``, None where its number cannot be read."""
        fields = entry.message.fields
        number = fields[1] if len(fields) > 3 else None
        if not isinstance(number, int):
            return None
        known = self._known(number, entry, kind)
        if known is not None:
            return known
        row = (row_id, entry.time_ns, _whole(number, _MOST_I8), -1, *_NOWHERE)
        return self._begin(number, entry, kind, (*row, *_UNSAID, *_UNSAID))

    def _known(self, number: int, entry: Entry, kind: int) -> _Trigger | None:
        """Return the trigger that is spoken of, if it has a row; see to a new bin otherwise."""
        known = self._recent.get(number)
        if known is not None and not known.heard & kind:
            late_ns = entry.time_ns - known.time_ns
            if number == self._newest or late_ns < _LATE_NS:
                known.heard |= kind
                self._current = known
                return known
        if number <= self._newest:
            self._recent.clear()
        self._newest = number
        return None

    def _begin(self, number: int, entry: Entry, kind: int, row: tuple[Any, ...]) -> _Trigger:
        trigger = _Trigger(row[2], self._triggers.append(row), entry.time_ns, kind)
        self._recent[number] = self._current = trigger
        if len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]
        return trigger

    # --- messages without one -------------------------------------------------------------------

    def _image(self, row_id: int, entry: Entry) -> int:
        trigger = self._spoken_of(_IMAGE)
        self._frames.append((row_id, entry.time_ns, trigger.number if trigger else 0))
        return -1

    def _rois_seen(self, row_id: int, entry: Entry) -> int:
        images = entry.message.fields[-1]
        trigger = self._spoken_of(_ROIS)
        if not isinstance(images, list):
            return -1
        self._cut_out(row_id, entry, images, trigger, _ROIS, _UNSAID)
        return self._count_shown(trigger, len(images))

    def _content(self, row_id: int, entry: Entry) -> int:
        fields = entry.message.fields
        daq, images = (fields[1], fields[2]) if len(fields) > 2 else ({}, None)
        trigger = self._spoken_of(_CONTENT)
        if not isinstance(daq, dict) or not isinstance(images, list):
            return -1
        signals = _signals(daq)
        shown = self._cut_out(row_id, entry, images, trigger, _CONTENT, signals)
        if trigger is None:  # only here would its signals be found again
            row = (row_id, entry.time_ns, 0, -1, *_NOWHERE, *_UNSAID, *signals)
            trigger = _Trigger(0, self._triggers.append(row), entry.time_ns, shown.heard)
            self._current = shown.trigger = trigger
        else:
            a, b, sum_a, sum_b = signals
            self._triggers.amend(
                trigger.row, peak_a=a, peak_b=b, integrated_a=sum_a, integrated_b=sum_b
            )
        return self._count_shown(trigger, len(images))

    def _spoken_of(self, kind: int) -> _Trigger | None:
        """Return the trigger whose number was said last, unless it has such a message already."""
        current = self._current
        if current is not None and current.heard & kind:
            self._current = current = None
        if current is not None:
            current.heard |= kind
        return current

    def _cut_out(
        self,
        row_id: int,
        entry: Entry,
        images: list[tuple[Any, Any, bytes]],
        trigger: _Trigger | None,
        kind: int,
        signals: Signals,
    ) -> _Cut:
        """Add rows of regions, or amend those that the other message has brought."""
        places = [(top, left) for top, left, _ in images]
        cut = self._cut
        if (
            cut is not None
            and cut.trigger is trigger
            and not cut.heard & kind
            and cut.places == places
        ):
            cut.heard |= kind
            if kind == _CONTENT:
                self._amend_signals(cut, signals)
            return cut
        self._cut = cut = _Cut(trigger, places, self._rois.stop, kind)
        number = trigger.number if trigger is not None else 0
        for index, (top, left, image) in enumerate(images):
            width, height = png_size(image) or (0, 0)
            place = [_whole(value, _MOST_I4) for value in (left, top, width, height)]
            self._rois.append((row_id, index, entry.time_ns, number, *place, *signals))
        return cut

    def _amend_signals(self, cut: _Cut, signals: Signals) -> None:
        a, b, sum_a, sum_b = signals
        for row in range(cut.row, cut.row + len(cut.places)):
            self._rois.amend(row, peak_a=a, peak_b=b, integrated_a=sum_a, integrated_b=sum_b)

    # --- how many -------------------------------------------------------------------------------

    def _count_shown(self, trigger: _Trigger | None, rois: int) -> int:
        """Take the regions that were shown for all there are, where nobody said how many."""
        if trigger is None or trigger.counted:
            return -1
        return self._count(trigger, rois)

    def _count(self, trigger: _Trigger, rois: int) -> int:
        rois = _whole(rois, _MOST_I4)
        self._triggers.amend(trigger.row, rois=rois)
        first, trigger.counted = not trigger.counted, True
        return rois if first else -1


def _place(left: Any, top: Any) -> tuple[int, int]:
    """Return where ``graphchanged`` saw a region; 0, 0 says that there was none (inferred)."""
    if not isinstance(left, int) or not isinstance(top, int):
        return _NOWHERE
    if left < 0 or top < 0 or left == top == 0:
        return _NOWHERE
    return _whole(left, _MOST_I4), _whole(top, _MOST_I4)


def _signals(daq: dict[str, Any]) -> Signals:
    a, b, sum_a, sum_b = (_real(daq.get(name)) for name in _DAQ)
    return a, b, sum_a, sum_b


def _real(value: Any) -> float:
    """Return a number as a column of f4 can hold it; NaN for what is none."""
    if isinstance(value, int | float) and -_MOST_F4 <= value <= _MOST_F4:
        return value
    return math.nan


def _whole(value: int, most: int) -> int:
    return min(max(value, -most), most)
