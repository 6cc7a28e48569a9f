"""Decodes pictures away from the thread that paints."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from ifcbgui.instrument.imaging.pictures import PictureError, open_png


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, scaled down.

    Attributes:
        width: Pixels of the original.
        height: Pixels of the original.
        image: What is shown of it.
    """

    width: int
    height: int
    image: QImage


class PictureLoader(QObject):
    """Decodes pictures one after the other on a thread that ends with the last.

    Pillow lets others work meanwhile, which `QImage` does not.

    Signals:
        loaded: Number of the picture, and a `Picture`, or None for what is none.
    """

    loaded = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: ThreadPoolExecutor | None = None
        self._order = 0

    def load(self, pictures: Sequence[bytes], most: QSize) -> None:
        """Decode pictures, and forget those that are not decoded yet.

        Args:
            pictures: PNG files, numbered from 0.
            most: Size that none is to exceed on the screen.
        """
        self._order += 1
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        size = (most.width(), most.height())
        for number, data in enumerate(pictures):
            future = self._worker.submit(decode, data, size)
            future.add_done_callback(partial(self._on_done, self._order, number))
        self._worker.shutdown(wait=False)  # it ends with the last of them

    def _on_done(self, order: int, number: int, future: Future[Picture | None]) -> None:
        """Hand a picture on, from the worker's thread, if it is still wanted."""
        if order == self._order and not future.cancelled():
            with suppress(RuntimeError):  # the window may be gone
                self.loaded.emit(number, future.result())


def decode(data: bytes, most: tuple[int, int]) -> Picture | None:
    """Return a picture no larger than allowed, or None for what is none, or is enormous."""
    try:
        with open_png(data) as image:
            # Of 16 bits Pillow would cut off the upper ones instead of scaling.
            deep = image.mode.startswith("I")
            shown = (image.point(lambda value: value / 256) if deep else image).convert("RGBA")
    except PictureError:
        return None
    width, height = shown.size
    shown.thumbnail(most)
    pixels = QImage(shown.tobytes(), *shown.size, 4 * shown.width, QImage.Format.Format_RGBA8888)
    return Picture(width, height, pixels.copy())
