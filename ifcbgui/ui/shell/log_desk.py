"""Between the log and what keeps its messages: reads whole texts, saves the log."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from ifcbgui.session import Recorder, RecorderStatus
from ifcbgui.session.finished import FinishedSession
from ifcbgui.settings import Settings
from ifcbgui.ui.panels.log_panel import LogPanel
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.save_log import SaveLogDialog
from ifcbgui.ui.widgets.notice import Level, NoticeArea

Keeper = Recorder | FinishedSession


class LogDesk(QObject):
    """Knows where the messages in the log are kept: in a recording, or in a replayed session.

    Args:
        connector: Whose recorder it is, and whose tasks write files.
        settings: Keep the folder last saved to.
        notices: Where it is told what was saved.
        save_action: Enabled while there is something to save.
        window: Parent of the dialog.

    Attributes:
        log: The log.
    """

    def __init__(
        self,
        connector: Connector,
        settings: Settings,
        notices: NoticeArea,
        save_action: QAction,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._connector, self._settings, self._notices = connector, settings, notices
        self._save_action, self._window = save_action, window
        self._keeper: Keeper | None = None
        self.log = LogPanel(
            self._text_of,
            texts_of=self.texts_of,
            utc=settings.utc_times,
            now_ns=self._now_ns,
            settings=settings,
            parent=window,
        )
        self.log.notice.connect(self._show_notice)
        connector.recording_changed.connect(self._recording_changed)
        save_action.setEnabled(False)

    def begin(self, keeper: Keeper | None) -> None:
        """Empty the log for what is kept elsewhere, or nowhere."""
        self.log.clear()
        self._keeper = keeper
        known = keeper.bookmarks() if isinstance(keeper, FinishedSession) else ()
        self._save_action.setEnabled(isinstance(keeper, FinishedSession))
        self.log.bookmarks.attach(keeper, known)

    @property
    def status(self) -> RecorderStatus | None:
        """How it stands with what keeps the log, or None."""
        return self._keeper.status if self._keeper else None

    @Slot()
    def save(self) -> None:
        """Open the dialog that saves the log."""
        if self._keeper is None:
            return
        dialog = SaveLogDialog(
            self._keeper,
            self.log.shown_ids,
            self._connector.spawn,
            Path(self._settings.export_dir or Path.home()),
            self._window,
            selected_ids=self.log.selected_ids,
        )
        dialog.saved.connect(self._saved)
        dialog.show()

    @Slot(str, str)
    def _saved(self, path: str, what: str) -> None:
        self._settings.export_dir = str(Path(path).parent)
        self._notices.notify("save", Level.OK, f"{what} saved to {path}")

    @Slot(str)
    def _show_notice(self, text: str) -> None:
        self._notices.notify("log", Level.INFO, text)

    @Slot(object)
    def _recording_changed(self, status: RecorderStatus) -> None:
        if self._keeper is self._connector.recorder:
            self._save_action.setEnabled(bool(status.rows or status.pending))

    def _now_ns(self) -> int:
        """Return what filters count back from; of a finished session its newest message."""
        store = self.log.model.store
        if isinstance(self._keeper, FinishedSession) and len(store):
            return store.time_ns(store.stop - 1)
        return time.time_ns()

    def _text_of(self, row_id: int) -> str | None:
        return self._keeper.text(row_id) if self._keeper else None

    def texts_of(self, row_ids: Sequence[int]) -> Mapping[int, str]:
        """Return whole texts by ascending row ids, in any thread; those not kept are left out."""
        return self._keeper.texts(row_ids) if self._keeper else {}
