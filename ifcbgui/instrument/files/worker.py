"""Runs a `FileQueue` beside the event loop: decoding and writing never hold up the window."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from ifcbgui.instrument.files.jobs import Files
from ifcbgui.instrument.files.queue import FileQueue
from ifcbgui.instrument.messages import Message

log = logging.getLogger(__name__)

MOST_WAITING: Final = 20_000
MOST_WAITING_BYTES: Final = 128 * 1024 * 1024
"""Characters of the messages that wait; a file of the usual size fits in."""
_TELL_EVERY_NS: Final = 100_000_000

Step = Callable[[FileQueue], None]


class FileWorker:
    """Has a thread while there is something to do, and none while there is not.

    A host cannot be slowed down. What comes quicker than it can be written waits here, as far
    as there is room; what is left out is counted, and the file it belongs to is asked for again.

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
        self._lock = threading.Lock()
        self._steps: deque[tuple[Step, int]] = deque()
        self._waiting_bytes = 0
        self._left_out = 0
        self._thread: threading.Thread | None = None
        self._told_ns = 0

    def do(self, step: Step) -> None:
        """Do something with the queue, after all that was wanted before; returns at once."""
        self._add(step, 0)

    def take(self, message: Message, now_ns: int) -> None:
        """Hand the queue a message of the group ``file``; returns at once.

        Args:
            message: The message.
            now_ns: Monotonic time of its arrival, nanoseconds.
        """
        size = len(message.text)
        with self._lock:
            if self._thread is None and self._queue.idle:
                self._queue.unsolicited += 1
                return
            waiting = len(self._steps)
            if waiting >= MOST_WAITING or self._waiting_bytes + size > MOST_WAITING_BYTES:
                self._left_out += 1
                return
        self._add(lambda queue: queue.take(message, now_ns), size)

    def tick(self, now_ns: int) -> None:
        """Let the queue look at the clock, if it waits for something."""
        if self._thread is not None or not self._queue.idle:
            self.do(lambda queue: queue.tick(now_ns))

    def close(self, timeout_s: float = 5.0) -> None:
        """Take unfinished files away and wait until that is done, unless the disk hangs."""
        self.do(FileQueue.close)
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _add(self, step: Step, size: int) -> None:
        with self._lock:
            self._steps.append((step, size))
            self._waiting_bytes += size
            if self._thread is None:
                # A disk that hangs must not keep the program from ending.
                self._thread = threading.Thread(target=self._run, name="files", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            while (step := self._next_step()) is not None:
                try:
                    step(self._queue)
                except Exception:  # what comes after it must not wait for ever
                    log.exception("A step of the file transfer failed")
                if self._clock() - self._told_ns >= _TELL_EVERY_NS:
                    self._tell()
            self._tell()
            with self._lock:
                if not self._steps:
                    self._thread = None
                    return

    def _next_step(self) -> Step | None:
        with self._lock:
            if not self._steps:
                return None
            step, size = self._steps.popleft()
            self._waiting_bytes -= size
            self._queue.left_out = self._left_out
            return step

    def _tell(self) -> None:
        now_ns = self._told_ns = self._clock()
        self._changed(self._queue.view(now_ns))
