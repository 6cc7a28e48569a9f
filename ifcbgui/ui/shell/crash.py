"""What happens when something happens that should not: it is logged, shown, and survived."""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("ifcbgui")

LOG_NAME = "ifcbgui.log"
FAULTS_NAME = "faults.log"
LOG_BYTES = 1_000_000
LOGS_KEPT = 5


QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashHandler:
    """Keeps the program's own log and catches what nobody else caught.

    Args:
        folder: Where the log goes.
        notify: Called with one line for the operator, in the thread where it happened.
    """

    def __init__(self, folder: Path, notify: Callable[[str], None]) -> None:
        self._path = folder / LOG_NAME
        self._notify = notify
        self._faults: TextIO | None = None
        self._handler: logging.Handler = logging.StreamHandler()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handler = RotatingFileHandler(
                self._path, maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8"
            )
            self._faults = (folder / FAULTS_NAME).open("a", encoding="utf-8")
        except OSError as exc:
            log.warning("No log file in %s (%s): the log goes to standard error", folder, exc)
        self._handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
        )

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Catch from now on; what Qt has to say goes into the log too."""
        qInstallMessageHandler(_log_qt)
        logging.getLogger().addHandler(self._handler)
        logging.getLogger().setLevel(logging.INFO)
        if self._faults is not None:
            faulthandler.enable(self._faults)
        sys.excepthook = self._uncaught
        threading.excepthook = self._thread_uncaught
        loop.set_exception_handler(self._loop_uncaught)

    def remove(self) -> None:
        """Stop catching and close the files."""
        qInstallMessageHandler(None)
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()

    def _uncaught(
        self,
        kind: type[BaseException],
        exc: BaseException,
        _trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        self._report(exc)

    def _thread_uncaught(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._report(arguments.exc_value)

    def _loop_uncaught(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        exc = context.get("exception")
        if exc is not None:
            self._report(exc)
        else:
            log.error("%s", context.get("message"))

    def _report(self, exc: BaseException) -> None:
        log.error("Something failed that should not", exc_info=exc)
        self._notify(
            f"A part of this program failed ({type(exc).__name__}: {exc}). It runs on, and so "
            f"does the recording; the details are in {self._path}."
        )


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    logging.getLogger("qt").log(QT_LEVELS[kind], "%s", text)
