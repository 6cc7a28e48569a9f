"""Save log as...: all messages, what the filter shows or those selected, in any format."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.session import (
    FORMATS,
    FilterError,
    RecorderStatus,
    RecordingReader,
    SessionError,
    TimeRange,
)
from ifcbgui.ui.shell.save_job import SaveJob, named_file
from ifcbgui.ui.theme import SPACE_L, SPACE_M, SPACE_S
from ifcbgui.ui.widgets.file_chooser import show_chooser

_PROGRESS_EVERY_MS: Final = 100
_SUFFIXES: Final = tuple(format_.suffix for format_ in FORMATS.values() if format_.suffix)


class MessageKeeper(Protocol):
    """What keeps messages: a recorder, or a session that is finished."""

    @property
    def status(self) -> RecorderStatus:
        """How the recording stands."""

    def reader(self) -> RecordingReader:
        """Return a reader of all messages so far."""


class SaveLogDialog(QDialog):
    """Not modal: the instrument stays in view and in reach while a long log is written.

    What it saves, and says it will, is the log as it was when the dialog opened: it may stay
    open while messages come in, or another session begins with row ids of its own.

    Args:
        keeper: Keeps the session that the messages come from.
        shown_ids: Returns the row ids that the filter shows, ascending; called once.
        spawn: Runs a coroutine as a task of the window.
        folder: Folder to offer.
        parent: Qt parent.
        selected_ids: Returns the row ids of the selected messages, ascending; called once.

    Signals:
        saved: Path of the file and what is in it, ``1,234 messages``.
    """

    saved = Signal(str, str)

    def __init__(
        self,
        keeper: MessageKeeper,
        shown_ids: Callable[[], NDArray[np.int64]],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        folder: Path,
        parent: QWidget | None = None,
        *,
        selected_ids: Callable[[], NDArray[np.int64]] = lambda: np.empty(0, np.int64),
    ) -> None:
        super().__init__(parent)
        self._spawn = spawn
        self._source, self._shown_ids = keeper.reader(), shown_ids()
        self._selected_ids = selected_ids()
        self._job: SaveJob | None = None
        self._asked_to_replace = False
        status = keeper.status
        self.setWindowTitle("Save log as")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        session = status.path.stem if status.path else "session"
        self.path = QLineEdit(str(folder / f"{session}_log_{stamp}.txt"), self)
        self.path.setAccessibleName("File to save to")
        self.path.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)
        self.format = QComboBox(self)
        for name, format_ in FORMATS.items():
            self.format.addItem(format_.label, name)
        self.format.setAccessibleName("Format")
        self._count = self._source.last_id() - status.lost
        self.everything = QRadioButton(f"&All messages of this session ({self._count:,})", self)
        self.shown = QRadioButton(f"&What the filter shows ({len(self._shown_ids):,})", self)
        self.selected = QRadioButton(f"Those s&elected ({len(self._selected_ids):,})", self)
        self.selected.setEnabled(len(self._selected_ids) > 0)
        self.everything.setChecked(True)
        self.start = self._time_field("From", "the beginning")
        self.stop = self._time_field("Until", "the end")
        self.progress = QProgressBar(self)
        self.progress.setVisible(False)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self._progress_timer = QTimer(self)
        self._progress_timer.setInterval(_PROGRESS_EVERY_MS)
        self._progress_timer.timeout.connect(self._show_progress)
        self._lay_out()
        self.format.currentIndexChanged.connect(self._match_suffix)
        self.path.textEdited.connect(self._match_format)
        self.path.textChanged.connect(self._forget_question)

    def _time_field(self, name: str, otherwise: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setAccessibleName(name)
        field.setPlaceholderText(otherwise)
        field.setToolTip(
            "2026-11-22T10:00, or 12:30 of the last day, both UTC;\n"
            "-10m: ten minutes before the last message (s, m, h or d)"
        )
        field.textChanged.connect(self._forget_question)
        return field

    def _lay_out(self) -> None:
        browse = QPushButton("&Browse…", self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        file_row = QHBoxLayout()
        file_row.addWidget(self.path, 1)
        file_row.addWidget(browse)
        form = QFormLayout()
        form.setSpacing(SPACE_M)
        self.path_label = QLabel("&File", self)
        self.path_label.setBuddy(self.path)
        form.addRow(self.path_label, file_row)
        form.addRow("F&ormat", self.format)
        form.addRow("Messages", self.everything)
        form.addRow("", self.shown)
        form.addRow("", self.selected)
        times = QHBoxLayout()
        times.setSpacing(SPACE_S)
        times.addWidget(self.start)
        times.addWidget(QLabel("until", self))
        times.addWidget(self.stop)
        start_label = QLabel("Fro&m", self)
        start_label.setBuddy(self.start)
        form.addRow(start_label, times)
        self.save = QPushButton("&Save", self)
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.progress, 1)
        buttons.addStretch(1)
        buttons.addWidget(self.save)
        buttons.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addLayout(form)
        column.addWidget(self.message)
        column.addLayout(buttons)

    @Slot()
    def _match_suffix(self) -> None:
        suffix = FORMATS[self._format_name].suffix
        self.path_label.setText("&File" if suffix else "&Folder")
        path = Path(self.path.text())
        if path.name and (suffix or path.suffix in _SUFFIXES):
            self.path.setText(str(path.with_suffix(suffix)))

    @Slot(str)
    def _match_format(self, text: str) -> None:
        for index, format_ in enumerate(FORMATS.values()):
            if format_.suffix and text.endswith(format_.suffix):
                self.format.blockSignals(True)  # the name is the operator's; only follow it
                self.format.setCurrentIndex(index)
                self.format.blockSignals(False)
                self.path_label.setText("&File")

    @property
    def _format_name(self) -> str:
        return str(self.format.currentData())

    @Slot()
    def _browse(self) -> None:
        chooser = QFileDialog(self, "Save log as", self.path.text())
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.fileSelected.connect(self.path.setText)
        chooser.fileSelected.connect(self._match_format)
        show_chooser(chooser)

    @Slot()
    def _save(self) -> None:
        try:
            time_range = TimeRange.parse(self.start.text(), self.stop.text())
            path, there = named_file(self.path.text(), folder=not FORMATS[self._format_name].suffix)
        except FilterError as exc:
            self._say(f"Not saved: {exc}")
            return
        except SessionError as exc:
            self._refuse(exc)
            return
        if there and not self._asked_to_replace:
            self._asked_to_replace = True
            self._say(f"{path.name} exists already. Replace it, or choose another name.")
            self.save.setText("&Replace")
            return
        ids = self._wanted_ids()
        self._job = SaveJob(self._source, path, self._format_name, ids, time_range)
        self.progress.setMaximum(self._count if ids is None else len(ids))
        self._set_busy(True)
        self._spawn(self._write(self._job))

    def _wanted_ids(self) -> NDArray[np.int64] | None:
        if self.shown.isChecked():
            return self._shown_ids
        return self._selected_ids if self.selected.isChecked() else None

    @Slot()
    def _forget_question(self) -> None:
        self._asked_to_replace = False
        self.save.setText("&Save")
        self.message.clear()

    async def _write(self, job: SaveJob) -> None:
        """Write the file. A job that is given up may outlive the dialog, so look at it first."""
        loop = asyncio.get_running_loop()
        try:
            what = await loop.run_in_executor(None, job.run)
        except asyncio.CancelledError:
            job.cancelled.set()
            raise
        except SessionError as exc:
            if not job.cancelled.is_set():
                self._set_busy(False)
                self._refuse(exc)
            return
        if not job.cancelled.is_set():
            self._set_busy(False)
            self.saved.emit(str(job.path), what)
            self._end(what, job.problem)

    def _end(self, what: str, problem: str | None) -> None:
        """Close, unless there is something to read first."""
        if problem is None:
            self.accept()
            return
        self._say(f"{what} saved; some could not be read. {problem}")
        self.save.setVisible(False)
        self.cancel.setText("Close")
        self.cancel.setFocus()

    def _say(self, text: str) -> None:
        """Show a text, and grow where it needs more lines than there is room for."""
        self.message.setText(text)
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))

    def _refuse(self, error: SessionError) -> None:
        self._say(f"Not saved: {error} {error.hint}".strip())
        self.path.setFocus()  # another name can be typed at once
        self.path.selectAll()

    @Slot()
    def _show_progress(self) -> None:
        if self._job is not None:
            self.progress.setValue(self._job.done)

    def _set_busy(self, busy: bool) -> None:
        self.progress.setValue(0)
        self.progress.setVisible(busy)
        if busy:
            self._progress_timer.start()
        else:
            self._progress_timer.stop()
        for widget in (self.path, self.format, self.start, self.stop, self.save):
            widget.setEnabled(not busy)
        for choice in (self.everything, self.shown, self.selected):
            choice.setEnabled(not busy)
        self.selected.setEnabled(not busy and len(self._selected_ids) > 0)

    def cancel_export(self) -> None:
        """Give up the file under way, if there is one; it leaves nothing behind."""
        if self._job is not None:
            self._job.cancelled.set()

    def reject(self) -> None:
        """Close without saving; a file under way is given up."""
        self.cancel_export()
        super().reject()
