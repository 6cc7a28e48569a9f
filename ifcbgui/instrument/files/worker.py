"""Runs a `FileQueue` beside the event loop: decoding and writing never hold up the window."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

from ifcbgui.instrument.files.jobs import Files
from ifcbgui.instrument.files.queue import FileQueue
from ifcbgui.instrument.messages import Message

log = logging.getLogger(__name__)

MOST_WAITING: Final = 20_000
MOST_WAITING_BYTES: Final = 128 * 1024 * 1024
"""Characters of the messages that wait; a file of the usual size fits in."""
_TELL_EVERY_NS: Final = 100_000_000
_LINGER_S: Final = 2.0
# What has just come is being shown by the other thread: two at once would hold each other up.
_GIVE_WAY_S: Final = 0.015

Step = Callable[[FileQueue], None]


class FileWorker:
    """Has a thread while there is something to do, and none when there was nothing for a while.

    A host cannot be slowed down. What comes quicker than it can be written waits here, as far
    as there is room; what is left out is counted, and the file it belongs to is asked for again.

    All methods are for one and the same thread, that of the event loop.

    Args:
        queue: Touched by nobody else from now on.
        changed: Called with how things stand, ten times a second at most; in the worker's thread.
        clock: Returns the monotonic time in nanoseconds.
    """

    def __init__(
        self,
        queue: FileQueue,
        changed: Callable[[Files], None],
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._queue, self._changed, self._clock = queue, changed, clock
        self._steps: SimpleQueue[tuple[Step | None, int]] = SimpleQueue()
        self._came_bytes = self._done_bytes = 0  # each written by one thread only
        self._left_out = 0
        self._thread: threading.Thread | None = None
        self._ending = threading.Lock()  # held by the thread only when it ends
        self._told_ns = 0
        self._untold = self._closed = False

    def do(self, step: Step) -> None:
        """Do something with the queue, after all that was wanted before; returns at once."""
        self._add(step, 0)

    def take(self, message: Message, now_ns: int) -> None:
        """Hand the queue a message of the group ``file``; returns at once.

        Args:
            message: The message.
            now_ns: Monotonic time of its arrival, nanoseconds.
        """
        if self._thread is None and self._queue.idle:
            self._queue.unsolicited += 1
            return
        size = len(message.text)
        waiting_bytes = self._came_bytes - self._done_bytes + size
        if self._steps.qsize() >= MOST_WAITING or waiting_bytes > MOST_WAITING_BYTES:
            self._left_out += 1
            return
        self._add(lambda queue: queue.take(message, now_ns), size)

    def tick(self, now_ns: int) -> None:
        """Let the queue look at the clock, if it waits for something."""
        if not self._queue.idle:
            self.do(lambda queue: queue.tick(now_ns))

    def close(self, timeout_s: float = 5.0) -> None:
        """Take unfinished files away and wait until that is done, unless the disk hangs.

        Whatever is wanted after that is not done.
        """
        if self._closed:
            return
        self.do(FileQueue.close)
        self._closed = True
        self._steps.put((None, 0))
        if (thread := self._thread) is not None:
            thread.join(timeout_s)

    def _add(self, step: Step, size: int) -> None:
        if self._closed:
            return
        self._came_bytes += size
        with self._ending:
            self._steps.put((step, size))
            if self._thread is None:
                # A disk that hangs must not keep the program from ending.
                self._thread = threading.Thread(target=self._run, name="files", daemon=True)
                self._thread.start()

    # --- in the thread ----------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            rested = self._steps.empty()
            try:
                step, size = self._steps.get(timeout=self._patience_s())
            except Empty:
                if self._untold:
                    self._tell()
                elif self._ends():
                    return
                continue
            if step is None:
                self._tell()
                self._thread = None
                return
            if rested:
                time.sleep(_GIVE_WAY_S)
            self._do(step)
            self._done_bytes += size

    def _patience_s(self) -> float:
        """Return how long to wait for more: until it is time to tell, or to end."""
        if not self._untold:
            return _LINGER_S
        return max(0.0, (self._told_ns + _TELL_EVERY_NS - self._clock()) / 1e9)

    def _ends(self) -> bool:
        with self._ending:
            if not self._steps.empty():
                return False
            self._thread = None
            return True

    def _do(self, step: Step) -> None:
        self._queue.left_out = self._left_out
        try:
            step(self._queue)
        except Exception:  # what comes after it must not wait for ever
            log.exception("A step of the file transfer failed")
        self._untold = True
        if self._clock() - self._told_ns >= _TELL_EVERY_NS:
            self._tell()

    def _tell(self) -> None:
        self._untold = False
        now_ns = self._told_ns = self._clock()
        self._changed(self._queue.view(now_ns))
