"""Things done away from the thread that paints, and what then follows in it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

Result = TypeVar("Result")


class Errands(QObject):
    """Runs each errand in a thread of its own, which ends with it; nothing waits for any.

    Args:
        parent: Qt parent; without it nothing follows.
    """

    _done = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._done.connect(self._follow, Qt.ConnectionType.QueuedConnection)

    def run(self, errand: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Do something in a thread.

        Args:
            errand: What is done there; it raises nothing.
            then: Called with what it returned, in the window's thread.
        """
        worker = ThreadPoolExecutor(1, thread_name_prefix="errand")
        worker.submit(errand).add_done_callback(partial(self._hand_back, then))
        worker.shutdown(wait=False)

    def _hand_back(self, then: Callable[[Result], None], future: Future[Result]) -> None:
        with suppress(RuntimeError):  # the window may be gone
            self._done.emit(partial(_call, then, future))

    @Slot(object)
    def _follow(self, follow: Callable[[], None]) -> None:
        follow()


def _call(then: Callable[[Result], None], future: Future[Result]) -> None:
    then(future.result())
