"""One job at a time, away from the thread that paints."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Worker(QObject):
    """Does a job on a thread that ends with it.

    Signals:
        done: What the job returned.
        failed: The exception that it raised.
    """

    done = Signal(object)
    failed = Signal(object)
    _ended = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._order = 0
        self._busy = False
        # Queued, also where the job ends before `start` does: what follows never comes first.
        self._ended.connect(self._hand_on, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True from `start` to the signal that tells of its end."""
        return self._busy

    def start(self, job: Callable[[], object]) -> None:
        """Begin a job; only when there is none."""
        assert not self._busy
        self._busy = True
        self._order += 1
        thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        thread.submit(job).add_done_callback(partial(self._tell, self._order))
        thread.shutdown(wait=False)  # it ends with the job

    def forget(self) -> None:
        """Be free at once; nothing is heard of the job that is under way."""
        self._order += 1
        self._busy = False

    def _tell(self, order: int, future: Future[object]) -> None:
        """Tell, from the worker's thread, the one that paints."""
        with suppress(RuntimeError):  # the window may be gone
            self._ended.emit(order, future)

    @Slot(int, object)
    def _hand_on(self, order: int, future: Future[object]) -> None:
        if order != self._order:
            return
        self._busy = False
        error = future.exception()
        if error is None:
            self.done.emit(future.result())
        else:
            self.failed.emit(error)
