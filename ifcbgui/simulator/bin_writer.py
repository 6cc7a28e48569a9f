"""Writes .hdr, .adc and .roi files as an instrument does, on a thread of its own."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from ifcbgui.simulator.camera import Roi
from ifcbgui.simulator.trigger import Trigger

_log = logging.getLogger(__name__)

_UNFINISHED = ".part"
_ENDINGS = (".roi", ".adc", ".hdr")  # in the order in which they appear


class BinWriter:
    """Writes one bin after another into a folder.

    A bin appears whole, with its header last, or not at all: what is never saved leaves nothing, as
    with a real instrument (field guide). The caller never waits for drawing or for the disk; how
    far behind they are, `backlog` tells.

    Args:
        folder: Where the files belong; it must exist.
        most: How many bins are kept in it, the newest; None for all.
    """

    def __init__(self, folder: Path, most: int | None = None) -> None:
        self._folder = folder
        self._most = most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bins")
        self._jobs: deque[Future[None]] = deque()
        self._draft: _Draft | None = None  # touched by the thread alone

    @property
    def backlog(self) -> int:
        """How many things are still to be done."""
        while self._jobs and self._jobs[0].done():
            self._jobs.popleft()
        return len(self._jobs)

    def begin(self, name: str) -> None:
        """Begin a bin; one that is open and was not saved is dropped."""
        self._do(lambda: self._begin(name))

    def add(self, trigger: Trigger) -> None:
        """Add a trigger to the open bin."""
        self._do(lambda: self._draft.add(trigger) if self._draft else None)

    def save(self, header: str) -> None:
        """Complete the open bin."""
        self._do(lambda: self._save(header))

    def discard(self) -> None:
        """Drop the open bin."""
        self._do(self._discard)

    def close(self) -> None:
        """Complete what was saved, drop what was not, and end the thread."""
        self.discard()
        self._thread.shutdown()

    def _do(self, job: Callable[[], None]) -> None:
        self._jobs.append(self._thread.submit(self._try, job))

    def _try(self, job: Callable[[], None]) -> None:
        try:
            job()
        except OSError as exc:
            _log.error("A bin was not written to %s: %s.", self._folder, exc.strerror)
            self._discard()

    def _begin(self, name: str) -> None:
        self._discard()
        self._draft = _Draft(self._folder / name)

    def _save(self, header: str) -> None:
        if self._draft:
            self._draft.save(header)
            self._draft = None
            self._remove_old()

    def _remove_old(self) -> None:
        if self._most is None:
            return
        headers = sorted(self._folder.glob("*.hdr"))  # by their names, which is by time
        for header in headers[: -self._most]:
            for ending in reversed(_ENDINGS):  # whoever looks finds no header without the rest
                header.with_suffix(ending).unlink(missing_ok=True)

    def _discard(self) -> None:
        draft, self._draft = self._draft, None
        if draft:
            draft.discard()


class _Draft:
    """A bin that is being written: images on disk, lines in memory."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._images = self._unfinished(".roi").open("wb")
        self._lines: list[str] = []

    def add(self, trigger: Trigger) -> None:
        if not trigger.rois:
            self._lines.append(_line(trigger, None, 0))
        for roi in trigger.rois:
            self._lines.append(_line(trigger, roi, self._images.tell()))
            self._images.write(roi.pixels.tobytes())

    def save(self, header: str) -> None:
        self._images.close()
        self._unfinished(".adc").write_text("".join(self._lines), "ascii", newline="\n")
        self._unfinished(".hdr").write_text(header, "utf-8", newline="\n")
        for ending in _ENDINGS:
            self._unfinished(ending).replace(self._base.with_name(self._base.name + ending))

    def discard(self) -> None:
        with contextlib.suppress(OSError):  # a full disk refuses what is still in the buffer
            self._images.close()
        for ending in _ENDINGS:
            with contextlib.suppress(OSError):
                self._unfinished(ending).unlink(missing_ok=True)

    def _unfinished(self, ending: str) -> Path:
        return self._base.with_name(self._base.name + ending + _UNFINISHED)


def _line(trigger: Trigger, roi: Roi | None, start: int) -> str:
    """Return a line of the .adc file, whose columns the header names."""
    light = trigger.light
    place = (roi.left, roi.top, roi.width, roi.height, start) if roi else (0, 0, 0, 0, 0)
    fields = (
        str(trigger.number),
        f"{trigger.seconds:.7f}",
        *(f"{volts:.8g}" for volts in (*light.integrated, *light.peaks)),
        f"{trigger.time_of_flight:.6f}",
        f"{trigger.seconds:.7f}",
        f"{trigger.grabbed:.7f}",
        *map(str, place),
        *("0", "0", "0", "0"),  # comparator, start point, signal length, status
        f"{trigger.run_time:.9f}",
        f"{trigger.inhibit_time:.9f}",
    )
    return ",".join(fields) + "\n"
