"""Watches the space that is left for a recording, and how quickly it goes."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable
from pathlib import Path

from ifcbgui.instrument.link import length_text
from ifcbgui.session.status import DiskLevel, RecorderLimits

FreeSpace = Callable[[Path], int]

_WINDOW_S = 60.0
# Before that a rate says little: a recording begins with everything that waited.
_RATE_AFTER_S = 1.0
_FORECAST_AFTER_S = 30.0
# A warning goes only when there is that much more room than brought it, lest it flicker.
_EASE = 1.1


def free_space(folder: Path) -> int:
    """Return the bytes that may still be written on the disk of a folder.

    Raises:
        OSError: If the folder is not there, or cannot tell.
    """
    return shutil.disk_usage(folder).free


def bytes_text(size: float) -> str:
    """Return a size as people say it: ``812 B``, ``18.7 kB``, ``412 MB``."""
    if size < 1000:
        return f"{size:.0f} B"
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000:
            return f"{size:.{0 if size >= 100 else 1}f} {unit}"
    return f"{size / 1000:.1f} TB"


class DiskWatch:
    """Tells from what is written and what is free how the disk stands.

    Args:
        limits: When to warn and when to stop.

    Attributes:
        free_bytes: Free space when it was last looked at, or None where it cannot be told.
        rate: Bytes a second written over the last minute.
        level: How the disk stands.
        warning: None, or what to tell the operator; it stays the same as long as it holds.
    """

    def __init__(self, limits: RecorderLimits) -> None:
        self._limits = limits
        self._samples: deque[tuple[float, int]] = deque()
        self.free_bytes: int | None = None
        self.rate = 0.0
        self.level = DiskLevel.OK
        self.warning: str | None = None

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the recording has to stop at the present rate, or None."""
        if self.free_bytes is None or not self.rate or self._seen_s < _FORECAST_AFTER_S:
            return None
        return max(0.0, (self.free_bytes - self._limits.stop_free_bytes) / self.rate)

    def look(self, now_s: float, written: int, free_bytes: int | None, folder: Path) -> None:
        """Take what was found.

        Args:
            now_s: A clock that never goes back, seconds.
            written: Bytes written by this recording so far, all files together.
            free_bytes: Free space, or None where it cannot be told.
            folder: Where the session is written, to name it.
        """
        self.free_bytes = free_bytes
        samples = self._samples
        samples.append((now_s, written))
        while now_s - samples[0][0] > _WINDOW_S:
            samples.popleft()
        if self._seen_s >= _RATE_AFTER_S:
            self.rate = (written - samples[0][1]) / self._seen_s
        self.level = self._find_level()
        if self.level is not DiskLevel.WARN:
            self.warning = None
        elif self.warning is None:
            self.warning = self._words(folder)

    @property
    def _seen_s(self) -> float:
        return self._samples[-1][0] - self._samples[0][0] if self._samples else 0.0

    def _find_level(self) -> DiskLevel:
        limits, free, left = self._limits, self.free_bytes, self.seconds_left
        if free is None:
            return self.level
        ease = _EASE if self.level is DiskLevel.STOPPED else 1.0
        if free < limits.stop_free_bytes * ease:
            return DiskLevel.STOPPED
        ease = _EASE if self.level is DiskLevel.WARN else 1.0
        if free < limits.warn_free_bytes * ease:
            return DiskLevel.WARN
        if left is not None and left < limits.warn_left_s * ease:
            return DiskLevel.WARN
        return DiskLevel.OK

    def _words(self, folder: Path) -> str:
        text = f"Only {bytes_text(self.free_bytes or 0)} are left on the disk of {folder}"
        if (left := self.seconds_left) is not None:
            text += f", at the present rate for {length_text(round(left * 1e9))}"
        stop = bytes_text(self._limits.stop_free_bytes)
        return f"{text}. The recording stops when {stop} are left: free some space in time."
