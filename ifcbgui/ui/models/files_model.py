"""What an instrument offers, and what is fetched of it, as tables."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from ifcbgui.instrument.files import JobState, JobView, Offer
from ifcbgui.ui.models.log_text import size_text
from ifcbgui.ui.models.sorted_model import CellRole, SortedModel, TableColumn
from ifcbgui.ui.wording import clock_text

_NEWEST_FIRST: Final = Qt.SortOrder.DescendingOrder
_LOOKS: Final = {
    JobState.RECEIVING: ("", "accent"),
    JobState.ASKED: ("", "accent"),
    JobState.WAITING: ("", "muted"),
    JobState.FAILED: ("warning", "warn"),
    JobState.CANCELLED: ("", "muted"),
    JobState.DONE: ("ok", "ok"),
}
_PLACES: Final = {state: place for place, state in enumerate(_LOOKS)}


class OfferColumn(IntEnum):
    """Columns of what is offered."""

    NAME = 0
    FILES = 1
    TAKEN = 2


_OFFER_COLUMNS: Final = (
    TableColumn("Bin or file", "Its name on the instrument", key=True),
    TableColumn("Files", "The files of the bin; they are fetched together", "hdr adc roi"),
    TableColumn("Taken (UTC)", "When the sample began", "0000-00-00 00:00", from_width=75),
)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A bin or another file that can be fetched."""

    offer: Offer

    @property
    def id(self) -> Hashable:
        """What makes it the same row after a change."""
        return self.offer.name, self.offer.bin is None


class OffersModel(SortedModel):
    """Rows of `OfferRow`, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_OFFER_COLUMNS, OfferColumn.NAME, _NEWEST_FIRST, parent)

    def cell(self, row: OfferRow, column: int, role: int) -> Any:
        """Return what a cell has."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (row.offer.name, row.offer.endings, row.offer.taken)[column]
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(row.offer.files)
            case CellRole.COLOUR:
                return "text" if column == OfferColumn.NAME else "muted"
        return None

    def sort_key(self, row: OfferRow, column: int) -> Any:
        """Return what rows are compared by; bins stand together."""
        if column == OfferColumn.NAME:
            return row.offer.bin is not None, row.offer.name
        return self.cell(row, column, Qt.ItemDataRole.DisplayRole), row.offer.name


class JobColumn(IntEnum):
    """Columns of what is fetched."""

    NAME = 0
    PROGRESS = 1
    STATE = 2
    SIZE = 3
    SPEED = 4
    LEFT = 5


_JOB_COLUMNS: Final = (
    TableColumn("File", "Its name on the instrument", key=True),
    TableColumn("Progress", "Chunks that have come, of all that were announced", "M" * 8),
    TableColumn("State", "How the fetch stands, or how it ended", "MM already here"),
    TableColumn(
        "Size",
        "What has come of it, and what it will about be",
        "000.0 of ~000.0 MB",
        right=True,
        from_width=80,
    ),
    TableColumn("Speed", "Over the last five seconds", "000.0 kB/s", right=True, from_width=90),
    TableColumn("Left", "How long it will take at this speed", "00:00", right=True, from_width=107),
)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A file that is wanted, or was."""

    job: JobView

    @property
    def id(self) -> Hashable:
        """What makes it the same row after a change."""
        return self.job.id

    @property
    def share(self) -> float | None:
        """How much of it has come, 0 to 1, None while nobody knows."""
        job = self.job
        if job.state is JobState.DONE:
            return 1.0
        if job.state is JobState.CANCELLED or not job.count:
            return None
        return job.chunks / job.count


class JobsModel(SortedModel):
    """Rows of `JobRow`: what is under way, what waits, what has ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_JOB_COLUMNS, JobColumn.STATE, parent=parent)

    def cell(self, row: JobRow, column: int, role: int) -> Any:
        """Return what a cell has."""
        icon, token = _LOOKS[row.job.state]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _job_text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(filter(None, (row.job.name, row.job.words)))
            case CellRole.PROGRESS if column == JobColumn.PROGRESS:
                return row.share
            case CellRole.ICON if column == JobColumn.STATE:
                return icon or None
            case CellRole.COLOUR:
                return token if column in (JobColumn.STATE, JobColumn.PROGRESS) else "text"
        return None

    def sort_key(self, row: JobRow, column: int) -> Any:
        """Return what rows are compared by; equals stand in the order of asking."""
        job = row.job
        keys: dict[int, Any] = {
            JobColumn.NAME: job.name,
            JobColumn.PROGRESS: row.share or 0.0,
            JobColumn.STATE: _PLACES[job.state],
            JobColumn.SIZE: job.size,
            JobColumn.SPEED: job.speed,
            JobColumn.LEFT: job.remaining_s or 0.0,
        }
        return keys[column], job.id


def _job_text(row: JobRow, column: int) -> str:
    job = row.job
    match column:
        case JobColumn.NAME:
            return job.name
        case JobColumn.PROGRESS:
            return "" if row.share is None else f"{int(row.share * 100)} %"
        case JobColumn.STATE:
            return "already here" if job.was_there else job.state
        case JobColumn.SIZE:
            return _size_text(job)
        case JobColumn.SPEED if job.speed:
            return f"{size_text(round(job.speed))}/s"
        case JobColumn.LEFT if job.remaining_s is not None:
            return clock_text(job.remaining_s)
    return ""


def _size_text(job: JobView) -> str:
    """Say how large a file is, or how much has come of about how much."""
    if job.expected is None:
        return size_text(0) if job.count == 0 else ""
    if job.state is JobState.DONE:
        return size_text(job.size)
    scale, unit = (1e6, "MB") if job.expected >= 1_000_000 else (1e3, "kB")
    return f"{job.size / scale:.1f} of ~{job.expected / scale:.1f} {unit}"
