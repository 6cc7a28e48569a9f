"""Save log as...: all messages or what the filter shows, to text, CSV or JSON Lines."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
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

from ifcbgui.session import Recorder, SessionError, export
from ifcbgui.ui.theme import SPACE_L, SPACE_M, SPACE_S

FORMATS = {"Text": ("text", ".txt"), "CSV": ("csv", ".csv"), "JSON Lines": ("jsonl", ".jsonl")}


class SaveLogDialog(QDialog):
    """Not modal: the instrument stays in view and in reach while a long log is written.

    Args:
        recorder: Keeps the session that the messages come from.
        shown_ids: Returns the row ids that the filter shows.
        spawn: Runs a coroutine as a task of the window.
        folder: Folder to offer.
        parent: Qt parent.

    Signals:
        saved: Path of the file and number of messages in it.
        progressed: Messages written so far; from the writing thread.
    """

    saved = Signal(str, int)
    progressed = Signal(int)

    def __init__(
        self,
        recorder: Recorder,
        shown_ids: Callable[[], Sequence[int]],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._recorder, self._spawn, self._shown_ids = recorder, spawn, shown_ids
        status = recorder.status
        self._session = status.path or Path()
        self._cancelled = threading.Event()
        self._busy = False
        self.setWindowTitle("Save log as")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        self.path = QLineEdit(str(folder / f"{self._session.stem}_log_{stamp}.txt"), self)
        self.path.setAccessibleName("File to save to")
        self.path.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)
        self.format = QComboBox(self)
        self.format.addItems(list(FORMATS))
        self.format.setAccessibleName("Format")
        shown = len(shown_ids())
        self.everything = QRadioButton(
            f"&All messages of this session ({status.rows + status.pending:,})", self
        )
        self.shown = QRadioButton(f"&What the filter shows ({shown:,})", self)
        self.everything.setChecked(True)
        self.progress = QProgressBar(self)
        self.progress.setVisible(False)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self.format.currentTextChanged.connect(self._match_suffix)
        self.path.textEdited.connect(self._match_format)
        self.progressed.connect(self.progress.setValue)

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
        path = Path(self.path.text()).expanduser()
        if not self.path.text().strip() or path.is_dir():
            self.message.setText("Name a file to save to.")
            return
        if path.exists() and self.save.text() != "&Replace":
            self.message.setText(f"{path.name} exists already. Replace it, or choose another name.")
            self.save.setText("&Replace")
            self.path.textChanged.connect(self._ask_again)
            return
        self._set_busy(True)
        self._spawn(self._write(path))

    @Slot()
    def _ask_again(self) -> None:
        self.save.setText("&Save")
        self.message.clear()

    async def _write(self, path: Path) -> None:
        ids = list(self._shown_ids()) if self.shown.isChecked() else None
        kind = FORMATS[self.format.currentText()][0]
        loop = asyncio.get_running_loop()
        try:
            count = await loop.run_in_executor(None, self._export, path, kind, ids)
        except SessionError as exc:
            self._set_busy(False)
            self.message.setText(f"Not saved: {exc} {exc.hint}".strip())
            return
        if self._cancelled.is_set():
            return
        self._set_busy(False)
        self.saved.emit(str(path), count)
        self.accept()

    def _export(self, path: Path, kind: str, ids: list[int] | None) -> int:
        """Write the file; runs in a worker thread."""
        return export(
            self._recorder.reader(),
            path,
            kind,
            ids=ids,
            progress=self.progressed.emit,
            cancelled=self._cancelled.is_set,
        )

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        chosen = len(self._shown_ids()) if self.shown.isChecked() else 0
        self.progress.setMaximum(chosen)
        self.progress.setVisible(busy)
        for widget in (self.path, self.format, self.everything, self.shown, self.save):
            widget.setEnabled(not busy)

    def reject(self) -> None:
        """Cancel; a file under way is given up and leaves nothing behind."""
        self._cancelled.set()
        super().reject()
