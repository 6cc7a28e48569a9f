"""Files that somebody wants: how each of them stands."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from ifcbgui.instrument.files.listing import Listing
from ifcbgui.instrument.files.spool import Spool
from ifcbgui.instrument.files.transfer import Received

_WINDOW_NS: Final = 5_000_000_000
_LEAST_NS: Final = 1_000_000_000
_NOTHING_NEW: Final = (
    "Nothing new comes now: the instrument repeats what is here already, or first has to end"
    " what it was asked for before."
)


class JobState(StrEnum):
    """Where the fetch of a file stands."""

    WAITING = "waiting"
    ASKED = "asked for"
    RECEIVING = "receiving"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """True when nothing more comes of it by itself."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class JobView:
    """A wanted file as it stands now.

    Attributes:
        id: 1, 2, 3, ... in the order of asking.
        name: The file's name on the instrument.
        state: Where it stands.
        chunks: Chunks that have come.
        count: Chunks that it has, None while that is not known.
        size: Bytes that have come.
        expected: Bytes that the file will about have, None while nobody can tell.
        speed: Bytes a second over the last five seconds.
        remaining_s: Seconds it will take at that speed, None where that cannot be told.
        words: Why it failed, or what there is to know about it, or "".
        path: The file, once it is whole.
        was_there: True where the whole file was there before, with the same content.
    """

    id: int
    name: str
    state: JobState
    chunks: int = 0
    count: int | None = None
    size: int = 0
    expected: int | None = None
    speed: float = 0.0
    remaining_s: float | None = None
    words: str = ""
    path: Path | None = None
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """Everything there is to show.

    Attributes:
        listing: What the host offers, None before it has said so.
        asking: True while its list is waited for.
        words: Why there is no list, or which files were not queued, or "".
        jobs: The wanted files, in the order of asking.
        finishing: Name of a file that nobody wants any more and the host still sends, or "".
        unsolicited: Messages about files that nobody here has asked for.
        left_out: Messages that came quicker than they could be written.
    """

    listing: Listing | None = None
    asking: bool = False
    words: str = ""
    jobs: tuple[JobView, ...] = ()
    finishing: str = ""
    unsolicited: int = 0
    left_out: int = 0

    @property
    def busy(self) -> bool:
        """True while something is still to come."""
        return self.asking or any(not job.state.ended for job in self.jobs)


class Speed:
    """Bytes a second over the last five seconds."""

    def __init__(self) -> None:
        self._came: deque[tuple[int, int]] = deque()
        self._total = 0
        self._begun_ns = 0

    def add(self, now_ns: int, size: int) -> None:
        """Count bytes that came just now."""
        if not self._came:
            self._begun_ns = now_ns
        self._came.append((now_ns, size))
        self._total += size
        self._forget(now_ns)

    def at(self, now_ns: int) -> float:
        """Return the speed; of the first second it says little, and is reckoned over a whole."""
        self._forget(now_ns)
        seen_ns = min(_WINDOW_NS, max(_LEAST_NS, now_ns - self._begun_ns))
        return self._total * 1e9 / seen_ns

    def _forget(self, now_ns: int) -> None:
        while self._came and now_ns - self._came[0][0] > _WINDOW_NS:
            self._total -= self._came.popleft()[1]


@dataclass(slots=True)
class Job:
    """A wanted file, as the queue keeps it."""

    id: int
    name: str
    folder: Path
    spool: Spool
    state: JobState = JobState.WAITING
    received: Received | None = None
    words: str = ""
    path: Path | None = None
    speed: Speed = field(default_factory=Speed)

    def discard(self) -> None:
        """Forget what has come of it."""
        self.received = None
        self.spool.clear()

    def view(self, now_ns: int) -> JobView:
        """Return how it stands now."""
        received = self.received
        if received is None:
            return JobView(self.id, self.name, self.state, words=self.words, path=self.path)
        chunks, size, words = len(received.digests), received.size, self.words
        expected = round(size / chunks * received.count) if chunks else None
        speed, remaining_s = 0.0, None
        if self.state is JobState.RECEIVING and expected is not None:
            speed = self.speed.at(now_ns)
            if speed:
                remaining_s = (expected - size) / speed
            else:
                words = words or _NOTHING_NEW
        return JobView(
            self.id,
            self.name,
            self.state,
            chunks,
            received.count,
            size,
            expected,
            speed,
            remaining_s,
            words,
            self.path,
            self.spool.was_there,
        )
