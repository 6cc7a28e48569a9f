"""The files of an instrument: what it offers, and how the fetching of them goes."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.instrument.files import Files, JobState, JobView, Listing
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.files_model import JobRow, JobsModel, OfferRow, OffersModel
from ifcbgui.ui.theme import SPACE_L, SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.cut_label import CutLabel
from ifcbgui.ui.widgets.icon_mark import IconMark
from ifcbgui.ui.widgets.row_table import RowTable

MOST_SHOWN: Final = 1000
"""Rows of the list that are shown, the newest; words find the others."""
_BESIDE_FROM: Final = 760
_BIN_ENDINGS: Final = (".hdr", ".adc", ".roi")
_INFERRED: Final = (
    "The words that ask for files (file:list, file:get) are inferred: no real instrument has"
    " confirmed them."
)
_NO_LIST: Final = "Ask for the list to see what the instrument has."
_NO_JOBS: Final = "Choose bins or files in the list, and fetch them."


class FilesPanel(QWidget):
    """Shows files and asks for what is to be done with them; it reads and writes none.

    Args:
        parent: Qt parent.

    Attributes:
        files: How things stand.

    Signals:
        list_requested: The list of the instrument is wanted.
        fetch_requested: Names of files to fetch: a list.
        folder_change_requested: Another folder is wanted for them.
        cancel_requested: Ids of fetches to cancel: a list.
        retry_requested: Ids of fetches to begin again: a list.
        clear_requested: Fetches that have ended need not be shown any more.
        folder_requested: Path of a folder to show.
        bin_wanted: Path of a fetched file of a bin, to look at the bin.
    """

    list_requested = Signal()
    fetch_requested = Signal(list)
    folder_change_requested = Signal()
    cancel_requested = Signal(list)
    retry_requested = Signal(list)
    clear_requested = Signal()
    folder_requested = Signal(object)
    bin_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = Files()
        self._listing: Listing | None = None
        self._blocked = "Not connected."
        self._folder = Path()
        self.offers, self.jobs = OffersModel(self), JobsModel(self)
        self.ask = _button("&Ask for the list", self)
        self.search = _search_field(self)
        self.summary = CutLabel(Qt.TextElideMode.ElideRight, self)
        self.offers_table = _table(self.offers, "Files of the instrument", self)
        self.fetch = _button("&Fetch", self)
        self.folder_label = CutLabel(Qt.TextElideMode.ElideLeft, self)
        self.change = _button("Chan&ge…", self, "Choose another folder for fetched files.")
        self.jobs_table = _table(self.jobs, "Fetched files", self)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cancel = _button("&Cancel", self)
        self.retry = _button("&Retry", self)
        self.open = _button("&Open", self)
        self.show_folder = _button("&Show folder", self, "Show the folder of the files.")
        self.clear = _button("C&lear", self, "Take what has ended out of the list; files stay.")
        self._lay_out()
        self._connect()
        self._show_now()

    # --- building ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setAccessibleName("Files")
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(SPACE_S)
        into = (self.fetch, QLabel("into", self), self.folder_label, self.change)
        self._split.addWidget(_part(self, self.offers_table, _row(*into, wide=self.folder_label)))
        actions = _row(self.cancel, self.retry, self.open, self.show_folder, self.clear)
        actions.addStretch(1)
        self._split.addWidget(_part(self, self.jobs_table, self.words, actions))
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 2)
        self._split.setSizes([1000, 1000])
        # Beside each other they need more, but then they are put below each other.
        self._split.setMinimumWidth(self._split.minimumSizeHint().width())
        note = QLabel(_INFERRED, self)
        note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_S)
        column.setSpacing(SPACE_XS)
        column.addLayout(_row(self.ask, self.search, self.summary, wide=self.search))
        column.addLayout(_row(IconMark("info", "info", self), note, wide=note))
        column.addWidget(self._split, 1)

    def _connect(self) -> None:
        self.ask.clicked.connect(self.list_requested)
        self.search.textChanged.connect(self._show_offers)
        self.offers_table.selectionModel().selectionChanged.connect(self._enable)
        self.offers_table.doubleClicked.connect(self._fetch_chosen)
        self.offers_table.entered_row.connect(self._fetch_chosen)
        self.fetch.clicked.connect(self._fetch_chosen)
        self.change.clicked.connect(self.folder_change_requested)
        self.jobs_table.selectionModel().selectionChanged.connect(self._enable)
        self.jobs_table.doubleClicked.connect(self._open)
        self.jobs_table.entered_row.connect(self._open)
        self.cancel.clicked.connect(self._cancel)
        self.retry.clicked.connect(self._retry)
        self.open.clicked.connect(self._open)
        self.show_folder.clicked.connect(self._show_folder)
        self.clear.clicked.connect(self.clear_requested)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the two tables beside each other where there is room, else below."""
        super().resizeEvent(event)
        beside = event.size().width() >= _BESIDE_FROM
        direction = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if direction is not self._split.orientation():
            self._split.setOrientation(direction)
            self._split.setSizes([800, 1700] if beside else [1000, 1000])  # shares

    def showEvent(self, event: QShowEvent) -> None:
        """Show how things stand."""
        super().showEvent(event)
        self._show_now()

    # --- for whoever fetches ----------------------------------------------------------------

    def set_blocked(self, why: str) -> None:
        """Say why nothing can be asked for now; "" when it can."""
        if why != self._blocked:
            self._blocked = why
            self._enable()

    def set_folder(self, folder: Path) -> None:
        """Show the folder that files are fetched into."""
        self._folder = folder
        self.folder_label.set_text(str(folder))

    def show_files(self, files: Files) -> None:
        """Show how things stand, now or when the panel is seen again."""
        self.files = files
        if self.isVisible():
            self._show_now()

    # --- what is shown ----------------------------------------------------------------------

    def _show_now(self) -> None:
        files = self.files
        if files.listing is not self._listing:
            self._listing = files.listing
            self._show_offers()
        if self._listing is None:
            self.offers_table.set_empty_text(files.words or _NO_LIST)
        rows = [JobRow(job) for job in files.jobs]
        self.jobs.set_rows(rows, keep_order=self.jobs_table.viewport().underMouse())
        self.jobs_table.set_empty_text(_NO_JOBS)
        self._show_summary()
        self._enable()

    @Slot()
    def _show_offers(self) -> None:
        words = self.search.text().casefold().split()
        offers = self._listing.offers if self._listing else ()
        found = (offer for offer in offers if all(word in offer.text for word in words))
        self.offers.set_rows(map(OfferRow, islice(found, MOST_SHOWN)))
        if self._listing:
            looked_for = self.search.text().strip()
            nothing = "The instrument says that it has no files."
            self.offers_table.set_empty_text(
                f"No bin or file with “{looked_for}”." if offers else nothing
            )
        self._show_summary()
        self._enable()

    def _show_summary(self) -> None:
        text = _summary(self.files)
        if self._listing and self.offers.rowCount() == MOST_SHOWN < len(self._listing.offers):
            text = f"The newest {MOST_SHOWN:,} are shown; words find the others · {text}"
        self.summary.set_text(text)
        self.summary.setVisible(bool(text))

    @Slot()
    def _enable(self) -> None:
        """Enable what can be done now, and say of the rest why it cannot."""
        asking, jobs = self.files.asking, self._chosen_jobs()
        blocked = self._blocked
        _allow(
            self.ask,
            blocked or ("The list is on its way." if asking else ""),
            "Ask the instrument for the names of its files.",
        )
        _allow(
            self.fetch,
            blocked or ("" if self._chosen_names() else "Choose bins or files in the list first."),
            "Fetch what is chosen, one file after the other (double click).",
        )
        _allow(
            self.retry,
            blocked or ("" if _retriable(jobs) else "Choose files that did not come."),
            "Ask for the chosen files again; what has come is kept.",
        )
        _allow(
            self.cancel,
            "" if any(not job.state.ended for job in jobs) else "Choose files that still come.",
            "Want the chosen files no more, and keep nothing of them.",
        )
        opens = len(jobs) == 1 and _is_of_bin(jobs[0])
        _allow(self.open, "" if opens else "Choose a fetched file of a bin.", "Look at the bin.")
        self.clear.setEnabled(any(job.state.ended for job in self.files.jobs))
        text = _words(self.files, jobs)
        self.words.setText(text)
        self.words.setVisible(bool(text))

    def _chosen_names(self) -> list[str]:
        rows = self.offers_table.selectionModel().selectedRows()
        chosen = [self.offers.rows[index.row()] for index in sorted(rows)]
        return [name for row in chosen for name in row.offer.files]

    def _chosen_jobs(self) -> list[JobView]:
        rows = self.jobs_table.selectionModel().selectedRows()
        return [self.jobs.rows[index.row()].job for index in rows]

    # --- what is wanted ---------------------------------------------------------------------

    @Slot()
    def _fetch_chosen(self) -> None:
        if self.fetch.isEnabled():
            self.fetch_requested.emit(self._chosen_names())

    @Slot()
    def _cancel(self) -> None:
        jobs = self._chosen_jobs()
        self.cancel_requested.emit([job.id for job in jobs if not job.state.ended])

    @Slot()
    def _retry(self) -> None:
        self.retry_requested.emit([job.id for job in _retriable(self._chosen_jobs())])

    @Slot()
    def _open(self, _index: QModelIndex | bool = False) -> None:
        if self.open.isEnabled():
            self.bin_wanted.emit(self._chosen_jobs()[0].path)

    @Slot()
    def _show_folder(self) -> None:
        path = next((job.path for job in self._chosen_jobs() if job.path), None)
        self.folder_requested.emit(path.parent if path else self._folder)


def _summary(files: Files) -> str:
    """Say what the list has, and what of it is not shown."""
    listing = files.listing
    if files.asking:
        return "Asked for the list…"
    if listing is None:
        return ""
    bins = sum(offer.bin is not None for offer in listing.offers)
    counts = (
        (bins, "bin", "bins"),
        (len(listing.offers) - bins, "other file", "other files"),
        (listing.left_out, "older name left out", "older names left out"),
        (listing.unsafe, "name no file here can have", "names no file here can have"),
    )
    return " · ".join(f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n)


def _words(files: Files, chosen: list[JobView]) -> str:
    """Say what there is to know about the chosen file, or else what went wrong or is odd."""
    if len(chosen) == 1 and chosen[0].words:
        return f"{chosen[0].name}: {chosen[0].words}"
    lines = [files.words] if files.words and files.listing else []  # else where the list would be
    if files.finishing:
        lines.append(
            f"The instrument still sends {files.finishing} as it was asked before; what waits is"
            " asked for when that has ended."
        )
    for state in (JobState.RECEIVING, JobState.FAILED):
        told = [job for job in files.jobs if job.state is state and job.words]
        lines += [f"{job.name}: {job.words}" for job in told[-1:]]
    return "\n".join(lines)


def _retriable(jobs: list[JobView]) -> list[JobView]:
    return [job for job in jobs if job.state in (JobState.FAILED, JobState.CANCELLED)]


def _is_of_bin(job: JobView) -> bool:
    return job.path is not None and job.path.suffix.lower() in _BIN_ENDINGS


def _allow(button: QPushButton, why_not: str, help_text: str) -> None:
    button.setEnabled(not why_not)
    button.setToolTip(why_not or help_text)


def _table(model: OffersModel | JobsModel, name: str, parent: QWidget) -> RowTable:
    table = RowTable(model, name, parent)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    return table


def _part(parent: QWidget, table: RowTable, *below: QWidget | QHBoxLayout) -> QWidget:
    part = QWidget(parent)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_XS)
    column.addWidget(table, 1)
    for item in below:
        if isinstance(item, QWidget):
            column.addWidget(item)
        else:
            column.addLayout(item)
    return part


def _row(*widgets: QWidget, wide: QWidget | None = None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE_S)
    for widget in widgets:
        row.addWidget(widget, 1 if widget is wide else 0)
    return row


def _button(text: str, parent: QWidget, help_text: str = "") -> QPushButton:
    button = QPushButton(text, parent)
    button.setAutoDefault(False)
    button.setToolTip(help_text)
    # The style's own least width is made for dialogs, not for a narrow dock.
    button.setMinimumWidth(button.fontMetrics().horizontalAdvance(text) + SPACE_L)
    return button


def _search_field(parent: QWidget) -> QLineEdit:
    field = QLineEdit(parent)
    field.setPlaceholderText("Find a bin or file")
    field.setAccessibleName("Find a bin or file")
    field.setToolTip("Words in its name, its endings or its time.")
    field.setClearButtonEnabled(True)
    field.setMinimumWidth(120)
    field.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
    return field
