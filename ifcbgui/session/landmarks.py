"""What stands out in a session: runs, pauses, problems, losses, bookmarks, as points and spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ifcbgui.instrument.state import InstrumentState, RoutineRun, RunPhase
from ifcbgui.session.records import EventKind, SessionEvent


class MarkKind(StrEnum):
    """What a mark stands for."""

    STARTED = "started"
    ENDED = "ended"
    PAUSED = "paused"
    RESUMED = "resumed"
    PROBLEM = "problem"
    LOST = "lost"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    GAP = "gap"
    NOTE = "note"
    BOOKMARK = "bookmark"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Mark:
    """A landmark of a session.

    Attributes:
        kind: What it stands for.
        time_ns: UTC, nanoseconds since 1970.
        message_id: The message at it, or the newest one before it; 0 before the first.
        text: What happened, one sentence.
    """

    kind: MarkKind
    time_ns: int
    message_id: int
    text: str


class SpanKind(StrEnum):
    """What lasted from one mark to another."""

    RUN = "run"
    PAUSE = "pause"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted.

    Attributes:
        kind: What it was.
        start_ns: UTC of its begin, nanoseconds since 1970.
        stop_ns: UTC of its end; that of the session where it had none.
        text: What it was, as the mark at its begin says.
    """

    kind: SpanKind
    start_ns: int
    stop_ns: int
    text: str


_BEGINS = {
    MarkKind.STARTED: SpanKind.RUN,
    MarkKind.PAUSED: SpanKind.PAUSE,
    MarkKind.LOST: SpanKind.OFFLINE,
    MarkKind.DISCONNECTED: SpanKind.OFFLINE,
}
_ENDS = {
    MarkKind.ENDED: SpanKind.RUN,
    MarkKind.STARTED: SpanKind.RUN,  # one run at a time: the next shows that the last is over
    MarkKind.RESUMED: SpanKind.PAUSE,
    MarkKind.CONNECTED: SpanKind.OFFLINE,
}


def spans_of(marks: Iterable[Mark], last_ns: int) -> Sequence[Span]:
    """Return what lasted, in order of its begin.

    While there is no connection nobody knows of anything: runs and pauses are cut off by it, and
    go on with the next one until something else is said.

    Args:
        marks: All marks, in order of time.
        last_ns: UTC of the end of the session, where what has not ended ends.
    """
    spans: list[Span] = []
    under_way: dict[SpanKind, Mark] = {}
    cut_off: dict[SpanKind, Mark] = {}
    for mark in marks:
        begun = _BEGINS.get(mark.kind)
        if begun is SpanKind.OFFLINE and begun not in under_way:
            spans += (_span(kind, begin, mark.time_ns) for kind, begin in under_way.items())
            cut_off, under_way = under_way, {}
        ended = _ENDS.get(mark.kind)
        if ended is not None and (begin := under_way.pop(ended, None)):
            spans.append(_span(ended, begin, mark.time_ns))
            if ended is SpanKind.OFFLINE:
                for kind, cut in cut_off.items():
                    under_way[kind] = replace(cut, time_ns=mark.time_ns)
        if begun is not None:
            under_way.setdefault(begun, mark)
    spans += (_span(kind, begin, max(last_ns, begin.time_ns)) for kind, begin in under_way.items())
    return sorted(spans, key=lambda span: span.start_ns)


def _span(kind: SpanKind, begin: Mark, stop_ns: int) -> Span:
    return Span(kind, begin.time_ns, stop_ns, begin.text)


class StateMarks:
    """Finds the landmarks in states that follow one another: runs and pauses."""

    def __init__(self) -> None:
        self._run: RoutineRun | None = None
        self._paused: bool | None = None

    def take(self, state: InstrumentState, message_id: int) -> Iterator[Mark]:
        """Yield what has changed since the state before.

        Args:
            state: The state now.
            message_id: The newest message that it has seen.
        """
        run, paused = state.run, state.paused
        if run is not self._run:
            if run is not None and (mark := _run_mark(self._run, run, message_id)):
                yield mark
            self._run = run
        if paused is not self._paused:
            if paused:
                yield Mark(MarkKind.PAUSED, _said_ns(state), message_id, "Paused.")
            elif self._paused:
                yield Mark(MarkKind.RESUMED, _said_ns(state), message_id, "Resumed.")
            self._paused = paused


def mark_of_event(event: SessionEvent, message_id: int) -> Mark | None:
    """Return the landmark that an event is, if any; ``message_id`` is the newest before it."""
    kind = _EVENT_MARKS.get(event.kind)
    return Mark(kind, event.time_ns, message_id, event.text) if kind is not None else None


_EVENT_MARKS: dict[str, MarkKind] = {
    EventKind.CONNECTED: MarkKind.CONNECTED,
    EventKind.LOST: MarkKind.LOST,
    EventKind.GAP: MarkKind.GAP,
    EventKind.REMARK: MarkKind.NOTE,
    EventKind.PROBLEM: MarkKind.PROBLEM,
}


def _run_mark(before: RoutineRun | None, run: RoutineRun, message_id: int) -> Mark | None:
    """Return what the change from one run to the next says to someone who looks for it."""
    phase_before = before.phase if before is not None and before.started == run.started else None
    if run.phase is phase_before:
        return None
    if run.phase is RunPhase.RUNNING:
        text = f"{_title(run)} runs."
        return Mark(MarkKind.STARTED, run.started.time_ns, message_id, text)
    if run.phase is RunPhase.FINISHED:
        text = f"{_title(run)} ended: {run.evidence[:80]}"
        return Mark(MarkKind.ENDED, run.changed.time_ns, message_id, text)
    return None


def _title(run: RoutineRun) -> str:
    return (run.routine.title if run.routine else "") or run.name or "A routine"


def _said_ns(state: InstrumentState) -> int:
    return state.values["pausestate"].time_ns
