"""Which frame of a session is looked at: the newest, or one that was kept. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ifcbgui.instrument.imaging.tables import Table


@dataclass(frozen=True, slots=True)
class FrameRow:
    """A frame in the table of frames.

    Attributes:
        number: Of its row.
        message_id: The message it is in.
        time_ns: UTC of its arrival, nanoseconds since 1970.
        trigger: Number of its trigger, 0 where nobody said.
    """

    number: int
    message_id: int
    time_ns: int
    trigger: int


def file_stem(row: FrameRow) -> str:
    """Return ``frame_20261122T160500.123Z_<trigger>``, part of a file's name on any system."""
    seconds, nanoseconds = divmod(row.time_ns, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"frame_{moment:%Y%m%dT%H%M%S}.{nanoseconds // 1_000_000:03d}Z_{row.trigger}"


class FrameReel:
    """Goes with the newest frame until one is kept.

    Args:
        frames: Rows of `FRAME`, which may begin anew at any time.

    Attributes:
        wanted: The frame to look at, or None while there is none.
        frozen: True while it is kept, whatever comes.
        overtaken: How many frames were passed over, because the next came before a look.
        since_ns: UTC of the first frame of all, or None before it.
    """

    def __init__(self, frames: Table) -> None:
        self._frames = frames
        self._epoch = frames.epoch
        self.wanted: FrameRow | None = None
        self.frozen = False
        self.overtaken = 0
        self.since_ns: int | None = None

    @property
    def count(self) -> int:
        """How many frames there have been."""
        return self._frames.stop

    @property
    def newer(self) -> int:
        """How many frames came after the one that is looked at."""
        return 0 if self.wanted is None else self._frames.stop - 1 - self.wanted.number

    @property
    def older(self) -> int:
        """To how many frames before the one that is looked at one can still go back."""
        return 0 if self.wanted is None else max(0, self.wanted.number - self._frames.first)

    def look(self) -> bool:
        """Look at the table; return False if it began anew, so that nothing shown is true."""
        same = self._frames.epoch == self._epoch
        if not same:
            self._epoch = self._frames.epoch
            self.wanted, self.frozen, self.overtaken = None, False, 0
            self.since_ns = None
        if self.since_ns is None and len(self._frames):
            self.since_ns = self._row(self._frames.first).time_ns
        if not self.frozen and len(self._frames):
            newest = self._row(self._frames.stop - 1)
            if self.wanted is not None:
                self.overtaken += max(0, newest.number - self.wanted.number - 1)
            self.wanted = newest
        return same

    def resume(self) -> None:
        """Go with the newest again; those that came while nobody looked were not passed over."""
        self.wanted, self.frozen = None, False

    def freeze(self, row: FrameRow) -> None:
        """Keep looking at a frame."""
        self.wanted, self.frozen = row, True

    def step(self, count: int) -> None:
        """Keep looking at a frame further on, or back where the count is below 0."""
        if self.wanted is not None and len(self._frames) and self._epoch == self._frames.epoch:
            number = max(self.wanted.number + count, self._frames.first)
            self.freeze(self._row(min(number, self._frames.stop - 1)))

    def _row(self, number: int) -> FrameRow:
        return FrameRow(number, *self._frames.rows[number - self._frames.first].item())
