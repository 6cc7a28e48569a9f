"""The recordings of the session folder: found, looked at, opened, exported, put away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.session.library import Recording, SessionState, counted
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.log_text import size_text
from ifcbgui.ui.models.sessions_model import (
    FoundModel,
    FoundRow,
    SessionsModel,
    SessionTableRow,
    notes_text,
)
from ifcbgui.ui.theme import SPACE_M, SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.row_table import RowTable
from ifcbgui.ui.wording import clock_text, utc_text

_NOTHING_CHOSEN: Final = "Choose a session to see what is in it."


class LibraryPanel(QWidget):
    """Shows recordings and asks for what is to be done with them; it reads no file.

    Args:
        parent: Qt parent.

    Signals:
        open_requested: Path of a session to replay, and the id of the message to go to, or 0.
        export_requested: A `Recording` to export.
        folder_requested: Path of a session whose folder to show.
        delete_requested: A `Recording` to move to the trash, confirmed.
        undo_requested: What was moved last is wanted back.
        search_requested: A filter, and the recordings to look through: a list.
        search_cancelled: Nobody waits for the search any more.
    """

    open_requested = Signal(object, int)
    export_requested = Signal(object)
    folder_requested = Signal(object)
    delete_requested = Signal(object)
    undo_requested = Signal()
    search_requested = Signal(str, list)
    search_cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[Recording] = ()
        self._reading = 0
        self._doomed: Recording | None = None
        self._searching = False
        self.model, self.found_model = SessionsModel(self), FoundModel(self)
        self.find_field = _field("Find sessions: instrument, date, routine, note, state", self)
        self.summary = QLabel(self)
        self.table = RowTable(self.model, "Sessions", self)
        self.details = _text_label(self)
        self.search = _field('Search the messages of these sessions: "a phrase"  humidity>55', self)
        self.search_button = _button("Searc&h", "Search, the newest session first.", self)
        self.progress = QProgressBar(self)
        self.search_words = QLabel(self)
        self.found_table = RowTable(self.found_model, "Messages found", self)
        self.message = _text_label(self)
        self.confirm = _button("&Move to trash", "Move the files to the trash.", self)
        self.keep = _button("&Keep", "Leave the session where it is.", self)
        self.undo = _button("&Undo", "Put the session back.", self)
        self.open = _button("&Open", "Replay the session.", self)
        self.export = _button("&Export…", "Write the messages to a file.", self)
        self.folder = _button("Show in &folder", "Show where the file is.", self)
        self.delete = _button("&Delete", "Move the session to the trash.", self)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.details.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, 0)
        self._lay_out()
        self._connect()
        self._show_chosen()

    # --- building ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.details)
        upper = QSplitter(Qt.Orientation.Horizontal, self)
        upper.setChildrenCollapsible(False)
        upper.addWidget(self.table)
        upper.addWidget(scroll)
        upper.setStretchFactor(0, 3)
        upper.setStretchFactor(1, 1)
        upper.setSizes([860, 300])
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(upper)
        self._split.addWidget(self._lower_part())
        self._split.setStretchFactor(0, 1)
        self.found_table.hide()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(120)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addLayout(_row(self.find_field, self.summary, wide=self.find_field))
        column.addWidget(self._split, 1)
        actions = (self.open, self.export, self.folder, self.delete)
        asked = (self.message, self.confirm, self.keep, self.undo)
        column.addLayout(_row(*asked, *actions, wide=self.message))
        self._show_question("")
        self._show_searching(False, "")
        _say(self.summary, "")

    def _lower_part(self) -> QWidget:
        """Return the search with, below it, what it found."""
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        search = (self.search, self.search_button, self.progress, self.search_words)
        column.addLayout(_row(*search, wide=self.search))
        column.addWidget(self.found_table, 1)
        column.addStretch(0)  # takes the room while nothing is looked for
        return part

    def _connect(self) -> None:
        self.find_field.textChanged.connect(self._show_rows)
        self.table.selectionModel().selectionChanged.connect(self._show_chosen)
        self.table.doubleClicked.connect(self._open)
        self.table.entered_row.connect(self._open)
        self.found_table.doubleClicked.connect(self._open_found)
        self.found_table.entered_row.connect(self._open_found)
        self.search.returnPressed.connect(self._search)
        self.search_button.clicked.connect(self._search_or_cancel)
        self.open.clicked.connect(self._open)
        self.export.clicked.connect(self._export)
        self.folder.clicked.connect(self._show_folder)
        self.delete.clicked.connect(self._ask_to_delete)
        self.confirm.clicked.connect(self._delete)
        self.keep.clicked.connect(self._keep)
        self.undo.clicked.connect(self.undo_requested)

    # --- for whoever reads the files --------------------------------------------------------

    def show_recordings(self, recordings: Sequence[Recording], *, trouble: str = "") -> None:
        """Show these recordings.

        Args:
            recordings: All there are; what of them was not read yet is shown as being read.
            trouble: Why the folder cannot be read, or "".
        """
        self._all = recordings
        nothing = "No sessions yet. Every connection is recorded here from the first byte on."
        self._nothing = trouble or nothing
        self._show_rows()

    def show_found(self, rows: Sequence[FoundRow], words: str, *, done: bool) -> None:
        """Show messages that were found, how far the search is in words, and whether it ended."""
        self.found_model.set_rows(rows)
        if self.found_table.isHidden():
            self.found_table.show()
            height = self._split.height()
            self._split.setSizes([height * 3 // 5, height * 2 // 5])
        self.found_table.set_empty_text("No message found." if done else "Searching…")
        self._show_searching(not done, words)

    def show_problem(self, problem: str) -> None:
        """Say why something could not be done."""
        self._show_searching(False, "")
        self._show_question(problem)

    def show_deleted(self, name: str) -> None:
        """Say that a recording is in the trash, from where it can be had back."""
        self._show_question(f"{name} is in the trash.", undo=True)

    def show_message(self, text: str) -> None:
        """Say that something was done."""
        self._show_question(text)

    # --- what is shown ----------------------------------------------------------------------

    _nothing = ""

    @property
    def chosen(self) -> Recording | None:
        """The chosen recording, or None."""
        rows = self.table.selectionModel().selectedRows()
        if not rows:
            return None
        row: SessionTableRow = self.model.rows[rows[0].row()]
        return row.recording

    @property
    def shown(self) -> list[Recording]:
        """The recordings that the words above let through."""
        words = self.find_field.text().casefold().split()
        return [recording for recording in self._all if recording.has(words)]

    @Slot()
    def _show_rows(self) -> None:
        shown = self.shown
        self.model.set_rows(SessionTableRow(recording) for recording in shown)
        text = self.find_field.text().strip()
        self.table.set_empty_text(f"No session with “{text}”." if self._all else self._nothing)
        _say(self.summary, _summary(self._all, shown))
        self._show_chosen()

    @Slot()
    def _show_chosen(self) -> None:
        recording = self.chosen
        if self._doomed and (recording is None or recording.path != self._doomed.path):
            self._keep()
        self.details.setText(_details(recording) if recording else _NOTHING_CHOSEN)
        readable = recording is not None and (recording.messages > 0 or not recording.read)
        written = recording is not None and recording.state is SessionState.RECORDING
        self.open.setEnabled(readable and not written)
        self.export.setEnabled(readable)
        self.folder.setEnabled(recording is not None)
        self.delete.setEnabled(recording is not None and not written)
        why = "It is being recorded now: disconnect first." if written else ""
        self.open.setToolTip(why or "Replay the session.")
        self.delete.setToolTip(why or "Move the session to the trash.")

    def _show_question(self, text: str, *, ask: bool = False, undo: bool = False) -> None:
        self.message.setText(text)
        self.confirm.setVisible(ask)
        self.keep.setVisible(ask)
        self.undo.setVisible(undo)
        for button in (self.open, self.export, self.folder, self.delete):
            button.setVisible(not ask)

    def _show_searching(self, searching: bool, words: str) -> None:
        self._searching = searching
        self.progress.setVisible(searching)
        self.search_button.setText("&Cancel" if searching else "Searc&h")
        _say(self.search_words, words)

    # --- what is wanted ---------------------------------------------------------------------

    @Slot()
    def _open(self) -> None:
        if self.chosen is not None and self.open.isEnabled():
            self.open_requested.emit(self.chosen.path, 0)

    @Slot(QModelIndex)
    def _open_found(self, index: QModelIndex) -> None:
        row: FoundRow = self.found_model.rows[index.row()]
        self.open_requested.emit(row.path, row.message_id)

    @Slot()
    def _export(self) -> None:
        self.export_requested.emit(self.chosen)

    @Slot()
    def _show_folder(self) -> None:
        if self.chosen is not None:
            self.folder_requested.emit(self.chosen.path)

    @Slot()
    def _ask_to_delete(self) -> None:
        self._doomed = doomed = self.chosen
        if doomed is not None:
            files = "" if len(doomed.files) == 1 else f"{len(doomed.files)} files, "
            size = size_text(doomed.size)
            self._show_question(f"Move {doomed.path.name} ({files}{size}) to the trash?", ask=True)
            self.keep.setFocus()

    @Slot()
    def _keep(self) -> None:
        self._doomed = None
        self._show_question("")

    @Slot()
    def _delete(self) -> None:
        doomed, self._doomed = self._doomed, None
        self._show_question("")
        if doomed is not None:
            self.delete_requested.emit(doomed)

    @Slot()
    def _search_or_cancel(self) -> None:
        if self._searching:
            self.search_cancelled.emit()
        else:
            self._search()

    @Slot()
    def _search(self) -> None:
        if self.search.text().strip():
            self._show_question("")
            self.search_requested.emit(self.search.text(), self.shown)


def _summary(recordings: Sequence[Recording], shown: Sequence[Recording]) -> str:
    if not recordings:
        return ""
    count = len(shown)
    of = (
        f"{count} of {len(recordings)} sessions" if count < len(recordings) else f"{count} sessions"
    )
    unread = sum(not recording.read for recording in recordings)
    reading = f" · reading {unread}…" if unread else ""
    return f"{of} · {size_text(sum(recording.size for recording in shown))}{reading}"


def _details(recording: Recording) -> str:
    """Return what is told of a recording, a line for each thing."""
    state = recording.state or "being read"
    parts = [f"{recording.serial or 'Instrument not known'}\n{recording.server}".strip()]
    if recording.start_ns:
        length = clock_text(recording.length_ns / 1e9)
        parts.append(f"{utc_text(recording.start_ns)}\n{length} long · {state}")
    else:
        parts.append(state.capitalize())
    if recording.problem:
        parts.append(recording.problem)
    if recording.routines:
        parts.append("Routines\n" + "\n".join(counted(recording.routines)))
    if notes := notes_text(recording):
        parts.append("Notes\n" + notes.replace(" · ", "\n"))
    files = "\n".join(f"{file.path.stem}, {size_text(file.size)}" for file in recording.files)
    parts.append(f"{recording.messages:,} messages\n{files}")
    return "\n\n".join(parts)


def _say(label: QLabel, text: str) -> None:
    """Show a text; without one the label takes no room."""
    label.setText(text)
    label.setVisible(bool(text))


def _row(*widgets: QWidget, wide: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE_S)
    for widget in widgets:
        row.addWidget(widget, 1 if widget is wide else 0)
    return row


def _field(placeholder: str, parent: QWidget) -> QLineEdit:
    field = QLineEdit(parent)
    field.setPlaceholderText(placeholder)
    field.setAccessibleName(placeholder)
    field.setClearButtonEnabled(True)
    field.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
    return field


def _button(text: str, help_text: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAutoDefault(False)
    button.setToolTip(help_text)
    return button


def _text_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
