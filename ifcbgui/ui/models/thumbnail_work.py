"""Threads that make small pictures, most urgent first, and end soon after the last."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image
from PySide6.QtGui import QImage

from ifcbgui.instrument.imaging.pictures import Grey, PictureError
from ifcbgui.ui.models.roi_source import RoiSource

HEIGHT_SHARE: Final = 0.75
"""Height of the box a small picture fits into, for a width of 1."""

_MOST_THREADS: Final = 2
# From one trigger of a busy instrument to the next: to begin a thread for each holds up whoever
# begins it, here the thread that paints, for some milliseconds.
_LINGER_S: Final = 0.3
_LARGEST_SCALE: Final = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """A small picture, equal to itself alone.

    Attributes:
        image: Grey values, no larger than its box; None where there is no picture.
        ground: Grey of the picture's edge: the frame around it has about the same.
        side: Width of the box it was made for, device pixels.
    """

    image: QImage | None
    ground: int
    side: int


@dataclass(frozen=True, slots=True)
class Task:
    """A small picture to be made.

    Attributes:
        number: Number of the row.
        roi: Copy of the row.
        side: Width of the box, device pixels.
    """

    number: int
    roi: np.void
    side: int


class ThumbnailWork:
    """What is to be made, and what was made and not fetched yet; safe in all threads.

    Args:
        source: Has the pixels.
        tell: Called in a worker thread when there is something to fetch; returns False when
            nobody is there any more to fetch it.
    """

    def __init__(self, source: RoiSource, tell: Callable[[], bool]) -> None:
        self._source = source
        self._tell = tell
        self._lock = threading.Condition()
        self._wanted: deque[Task] = deque()
        self._begun: set[int] = set()
        self._made: dict[int, Thumbnail] = {}
        self._threads = self._idle = 0
        self._epoch = 0

    def begin(self, tasks: Sequence[Task]) -> None:
        """Do these tasks, first things first, and forget those that are not begun."""
        with self._lock:
            self._wanted = deque(
                task
                for task in tasks
                if task.number not in self._begun and task.number not in self._made
            )
            wanted = len(self._wanted)
            more = max(0, min(wanted - self._idle, _MOST_THREADS - self._threads))
            self._threads += more
            self._lock.notify(wanted)
        for _ in range(more):
            threading.Thread(target=self._run, name="thumbnails").start()

    def clear(self) -> None:
        """Forget everything, also what is being made."""
        with self._lock:
            self._wanted.clear()
            self._begun.clear()
            self._made.clear()
            self._epoch += 1

    def fetch(self) -> dict[int, Thumbnail]:
        """Return what was made since this was called last, by number."""
        with self._lock:
            made, self._made = self._made, {}
            return made

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._wanted and not self._wait():
                    self._threads -= 1
                    return
                task, epoch = self._wanted.popleft(), self._epoch
                self._begun.add(task.number)
            self._finish(task, epoch, self._make(task))

    def _wait(self) -> bool:
        """Wait a little for something to do; return False if nothing has come."""
        self._idle += 1
        try:
            return self._lock.wait_for(lambda: bool(self._wanted), _LINGER_S)
        finally:
            self._idle -= 1

    def _make(self, task: Task) -> Thumbnail:
        try:
            return make_thumbnail(self._source.pixels(task.roi), task.side)
        except PictureError:
            return Thumbnail(None, 0, task.side)

    def _finish(self, task: Task, epoch: int, thumbnail: Thumbnail) -> None:
        with self._lock:
            if epoch != self._epoch:
                return
            self._begun.discard(task.number)
            first = not self._made
            self._made[task.number] = thumbnail
        if first and not self._tell():
            self.clear()


def make_thumbnail(grey: Grey, side: int) -> Thumbnail:
    """Scale a picture, in true proportion, into a box of some width."""
    height, width = grey.shape
    if not grey.size:
        return Thumbnail(None, 0, side)
    scale = min(side / width, HEIGHT_SHARE * side / height, _LARGEST_SCALE)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    image = QImage(small.tobytes(), *size, size[0], QImage.Format.Format_Grayscale8)
    return Thumbnail(image.copy(), ground_of(grey), side)


def ground_of(grey: Grey) -> int:
    """Return the grey of a picture's edge, where hardly ever anything is."""
    edge = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    return int(np.median(edge))
