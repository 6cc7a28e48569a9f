"""Recordings, and messages found in them, as tables."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.library import Found, Recording, SessionState, counted
from ifcbgui.ui.models.log_text import describe_text, one_line, size_text
from ifcbgui.ui.models.sorted_model import CellRole, SortedModel, TableColumn
from ifcbgui.ui.wording import clock_text, utc_text

READING: Final = "reading…"
_NEWEST_FIRST: Final = Qt.SortOrder.DescendingOrder
_STATE_LOOKS: Final = {
    SessionState.RECORDING: ("record", "accent"),
    SessionState.CLOSED: ("", "muted"),
    SessionState.BROKE_OFF: ("info", "info"),
    SessionState.DAMAGED: ("warning", "warn"),
}


class SessionColumn(IntEnum):
    """Columns of the list of recordings."""

    START = 0
    INSTRUMENT = 1
    STATE = 2
    LENGTH = 3
    MESSAGES = 4
    SIZE = 5
    ROUTINES = 6
    NOTES = 7


_SESSION_COLUMNS: Final = (
    TableColumn("Start (UTC)", "When the recording began", "0000-00-00 00:00"),
    TableColumn("Instrument", "Serial number of the instrument", "000-000-000-0"),
    TableColumn("State", "How the recording stands, or how it ended", "MM recording now"),
    TableColumn("Length", "From the first moment to the last, h:mm:ss", "000:00:00", right=True),
    TableColumn("Messages", "Messages in both directions", "0,000,000", right=True),
    TableColumn("Size", "Space on disk", "000.0 MB", right=True, from_width=120),
    TableColumn("Routines", "Runs that are known to have begun"),
    TableColumn("Notes", "What was noted, and the notes of bookmarks"),
)


@dataclass(frozen=True, slots=True)
class SessionTableRow:
    """A recording in the table."""

    recording: Recording

    @property
    def id(self) -> Hashable:
        """What makes it the same row after a change."""
        return self.recording.path


class SessionsModel(SortedModel):
    """Rows of `SessionTableRow`, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_SESSION_COLUMNS, SessionColumn.START, _NEWEST_FIRST, parent)

    def cell(self, row: SessionTableRow, column: int, role: int) -> Any:
        """Return what a cell has."""
        recording = row.recording
        icon, token = _STATE_LOOKS[recording.state] if recording.state else ("", "muted")
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _session_text(recording, column)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(filter(None, (recording.path.name, recording.problem)))
            case CellRole.ICON if column == SessionColumn.STATE:
                return icon or None
            case CellRole.COLOUR:
                return token if column == SessionColumn.STATE else "text"
        return None

    def sort_key(self, row: SessionTableRow, column: int) -> Any:
        """Return what rows are compared by."""
        recording = row.recording
        match column:
            case SessionColumn.START:
                return recording.start_ns
            case SessionColumn.LENGTH:
                return recording.length_ns
            case SessionColumn.MESSAGES:
                return recording.messages
            case SessionColumn.SIZE:
                return recording.size
            case SessionColumn.ROUTINES:
                return len(recording.routines)
        return _session_text(recording, column).casefold()


def _session_text(recording: Recording, column: int) -> str:
    match column:
        case SessionColumn.START:
            start = recording.start_ns
            return utc_text(start).removesuffix(" UTC")[:16] if start else "not known"
        case SessionColumn.INSTRUMENT:
            return recording.serial or recording.path.stem
        case SessionColumn.STATE:
            return recording.state or READING
        case SessionColumn.SIZE:
            return size_text(recording.size)
    if not recording.start_ns or not any(file.facts for file in recording.files):
        return ""
    match column:
        case SessionColumn.LENGTH:
            return clock_text(recording.length_ns / 1e9)
        case SessionColumn.MESSAGES:
            return f"{recording.messages:,}"
        case SessionColumn.ROUTINES:
            return ", ".join(counted(recording.routines))
    return one_line(notes_text(recording))


def notes_text(recording: Recording) -> str:
    """Return notes and bookmarks, those without words counted."""
    bare = sum(not note for note in recording.bookmarks)
    words = [*recording.notes, *filter(None, recording.bookmarks)]
    if bare:
        words.append("1 bookmark" if bare == 1 else f"{bare} bookmarks")
    return " · ".join(words)


class FoundColumn(IntEnum):
    """Columns of the messages found."""

    TIME = 0
    INSTRUMENT = 1
    DIRECTION = 2
    MESSAGE = 3
    VALUE = 4


_FOUND_COLUMNS: Final = (
    TableColumn("Time (UTC)", "When the message came or went", "0000-00-00 00:00:00 0"),
    TableColumn("Instrument", "Serial number of the instrument", "000-000-000-0"),
    TableColumn("Dir.", "in: from the instrument; out: sent by us", "Dir. ▾"),
    TableColumn("Message", "What the catalogue calls it", "Debubble before sample"),
    TableColumn("Value", "What it says, with units"),
)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A message that was found, in words.

    Attributes:
        path: The file that it is in.
        message_id: Its id there.
        cells: The words of its columns.
        time_ns: UTC, nanoseconds since 1970.
    """

    path: Path
    message_id: int
    cells: tuple[str, ...]
    time_ns: int

    @property
    def id(self) -> Hashable:
        """What makes it the same row after a change."""
        return self.path, self.message_id


def found_row(found: Found) -> FoundRow:
    """Put a message that was found into words. Costs some time; not for the thread that paints."""
    row = found.row
    direction = Direction(row.direction)
    words = describe_text(row.text, direction)
    time = utc_text(row.time_ns).removesuffix(" UTC")
    cells = (time, found.recording.serial, direction.value, words.label, words.value)
    return FoundRow(found.path, row.id, cells, row.time_ns)


class FoundModel(SortedModel):
    """Rows of `FoundRow`, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_FOUND_COLUMNS, FoundColumn.TIME, _NEWEST_FIRST, parent)

    def cell(self, row: FoundRow, column: int, role: int) -> Any:
        """Return what a cell has."""
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"Message {row.message_id:,} of {row.path.name}"
        if role == CellRole.COLOUR:
            return "text" if column >= FoundColumn.MESSAGE else "muted"
        return None

    def sort_key(self, row: FoundRow, column: int) -> Any:
        """Return what rows are compared by."""
        if column == FoundColumn.TIME:
            return row.time_ns, row.message_id
        return row.cells[column].casefold()
