"""Save log as...: all messages or what the filter shows, to text, CSV or JSON Lines."""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

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

from ifcbgui.session import Recorder, RecordingReader, SessionError, export
from ifcbgui.session.errors import explain_write_error
from ifcbgui.ui.theme import SPACE_L, SPACE_M, SPACE_S

FORMATS = {"Text": ("text", ".txt"), "CSV": ("csv", ".csv"), "JSON Lines": ("jsonl", ".jsonl")}

_PROGRESS_EVERY_MS: Final = 100


class SaveLogDialog(QDialog):
    """Not modal: the instrument stays in view and in reach while a long log is written.

    What it saves, and says it will, is the log as it was when the dialog opened: it may stay
    open while messages come in, or another session begins with row ids of its own.

    Args:
        recorder: Keeps the session that the messages come from.
        shown_ids: Returns the row ids that the filter shows, ascending; called once.
        spawn: Runs a coroutine as a task of the window.
        folder: Folder to offer.
        parent: Qt parent.

    Signals:
        saved: Path of the file and number of messages in it.
    """

    saved = Signal(str, int)

    def __init__(
        self,
        recorder: Recorder,
        shown_ids: Callable[[], NDArray[np.int64]],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._spawn = spawn
        self._source, self._shown_ids = recorder.reader(), shown_ids()
        self._job: _Job | None = None
        self._asked_to_replace = False
        status = recorder.status
        self.setWindowTitle("Save log as")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        session = status.path.stem if status.path else "session"
        self.path = QLineEdit(str(folder / f"{session}_log_{stamp}.txt"), self)
        self.path.setAccessibleName("File to save to")
        self.path.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)
        self.format = QComboBox(self)
        self.format.addItems(list(FORMATS))
        self.format.setAccessibleName("Format")
        self._count = self._source.last_id() - status.lost
        self.everything = QRadioButton(f"&All messages of this session ({self._count:,})", self)
        self.shown = QRadioButton(f"&What the filter shows ({len(self._shown_ids):,})", self)
        self.everything.setChecked(True)
        self.progress = QProgressBar(self)
        self.progress.setVisible(False)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self._progress_timer = QTimer(self)
        self._progress_timer.setInterval(_PROGRESS_EVERY_MS)
        self._progress_timer.timeout.connect(self._show_progress)
        self._lay_out()
        self.format.currentTextChanged.connect(self._match_suffix)
        self.path.textEdited.connect(self._match_format)
        self.path.textChanged.connect(self._forget_question)

    def _lay_out(self) -> None:
        browse = QPushButton("&Browse…", self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        file_row = QHBoxLayout()
        file_row.addWidget(self.path, 1)
        file_row.addWidget(browse)
        form = QFormLayout()
        form.setSpacing(SPACE_M)
        file_label = QLabel("&File", self)
        file_label.setBuddy(self.path)
        form.addRow(file_label, file_row)
        form.addRow("F&ormat", self.format)
        form.addRow("Messages", self.everything)
        form.addRow("", self.shown)
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

    @Slot(str)
    def _match_suffix(self, name: str) -> None:
        path = Path(self.path.text())
        if path.name:
            self.path.setText(str(path.with_suffix(FORMATS[name][1])))

    @Slot(str)
    def _match_format(self, text: str) -> None:
        for name, (_, suffix) in FORMATS.items():
            if text.endswith(suffix):
                self.format.blockSignals(True)  # the name is the operator's; only follow it
                self.format.setCurrentText(name)
                self.format.blockSignals(False)

    @Slot()
    def _browse(self) -> None:
        chooser = QFileDialog(self, "Save log as", self.path.text())
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)  # asked here, for typed names
        chooser.fileSelected.connect(self.path.setText)
        chooser.fileSelected.connect(self._match_format)
        chooser.open()

    @Slot()
    def _save(self) -> None:
        try:
            path, there = _named_file(self.path.text())
        except SessionError as exc:
            self._refuse(exc)
            return
        if there and not self._asked_to_replace:
            self._asked_to_replace = True
            self.message.setText(f"{path.name} exists already. Replace it, or choose another name.")
            self.save.setText("&Replace")
            return
        ids = self._shown_ids if self.shown.isChecked() else None
        self._job = _Job(self._source, path, FORMATS[self.format.currentText()][0], ids)
        self.progress.setMaximum(self._count if ids is None else len(ids))
        self._set_busy(True)
        self._spawn(self._write(self._job))

    @Slot()
    def _forget_question(self) -> None:
        self._asked_to_replace = False
        self.save.setText("&Save")
        self.message.clear()

    async def _write(self, job: _Job) -> None:
        """Write the file. A job that is given up may outlive the dialog, so look at it first."""
        loop = asyncio.get_running_loop()
        try:
            count = await loop.run_in_executor(None, job.run)
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
            self.saved.emit(str(job.path), count)
            self.accept()

    def _refuse(self, error: SessionError) -> None:
        self.message.setText(f"Not saved: {error} {error.hint}".strip())
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
        for widget in (self.path, self.format, self.everything, self.shown, self.save):
            widget.setEnabled(not busy)

    def cancel_export(self) -> None:
        """Give up the file under way, if there is one; it leaves nothing behind."""
        if self._job is not None:
            self._job.cancelled.set()

    def reject(self) -> None:
        """Close without saving; a file under way is given up."""
        self.cancel_export()
        super().reject()


class _Job:
    """A file being written; knows nothing of Qt, for it runs in a thread and may outlive it.

    Attributes:
        path: The file.
        done: Messages looked at so far.
        cancelled: Set it to end the writing soon, without a file.
    """

    def __init__(
        self, source: RecordingReader, path: Path, kind: str, ids: NDArray[np.int64] | None
    ) -> None:
        self._source, self._kind, self._ids = source, kind, ids
        self.path = path
        self.done = 0
        self.cancelled = threading.Event()

    def run(self) -> int:
        """Write the file and return the number of messages in it; runs in a worker thread.

        Raises:
            SessionError: If it could not be written.
        """
        return export(
            self._source,
            self.path,
            self._kind,
            ids=None if self._ids is None else self._ids.tolist(),
            progress=self._note_progress,
            cancelled=self.cancelled.is_set,
        )

    def _note_progress(self, done: int) -> None:
        self.done = done


def _named_file(text: str) -> tuple[Path, bool]:
    """Return the file that a text names, and whether it is there already.

    Raises:
        SessionError: If no file can be written under that name.
    """
    path = Path(text)
    if not text.strip():
        raise SessionError("There is no name.", "Name a file to save to.")
    try:
        path = path.expanduser()
        mode = path.stat().st_mode
    except FileNotFoundError:
        return path, False
    except OSError as exc:
        raise SessionError(*explain_write_error(exc, path.parent)) from exc
    except RuntimeError as exc:
        raise SessionError(f"There is no user {path.parts[0]}.", "Give the whole path.") from exc
    except ValueError as exc:
        raise SessionError("The name has characters no name can have.", "Change it.") from exc
    if stat.S_ISDIR(mode):
        raise SessionError(f"{path} is a folder.", "Name a file in it.")
    if not stat.S_ISREG(mode):
        raise SessionError(f"{path} is a device, not a file.", "Choose another name.")
    return path, True
