"""What stands out in a session: runs, pauses, problems, losses, bookmarks, as points and spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """What a mark stands for."""

    STARTED = "started"
    ENDED = "ended"
    PAUSED = "paused"
    RESUMED = "resumed"
    PROBLEM = "problem"
    LOST = "lost"
    CONNECTED = "connected"
    GAP = "gap"
    NOTE = "note"
    BOOKMARK = "bookmark"


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
}
_ENDS = {
    MarkKind.ENDED: SpanKind.RUN,
    MarkKind.STARTED: SpanKind.RUN,  # one run at a time: the next shows that the last is over
    MarkKind.RESUMED: SpanKind.PAUSE,
    MarkKind.CONNECTED: SpanKind.OFFLINE,
}


def spans_of(marks: Iterable[Mark], last_ns: int) -> Sequence[Span]:
    """Return what lasted, in order of its begin.

    Args:
        marks: All marks, in order of time.
        last_ns: UTC of the end of the session, where what has not ended ends.
    """
    spans: list[Span] = []
    under_way: dict[SpanKind, Mark] = {}
    for mark in marks:
        ended = _ENDS.get(mark.kind)
        if ended is not None and (begin := under_way.pop(ended, None)):
            spans.append(Span(ended, begin.time_ns, mark.time_ns, begin.text))
        begun = _BEGINS.get(mark.kind)
        if begun is not None:
            under_way.setdefault(begun, mark)
    for kind, begin in under_way.items():
        spans.append(Span(kind, begin.time_ns, max(last_ns, begin.time_ns), begin.text))
    return sorted(spans, key=lambda span: span.start_ns)
