"""What happened, kept: recorder, store, reader, export."""

from ifcbgui.session.chronicle import Chronicle
from ifcbgui.session.errors import SessionError
from ifcbgui.session.exporting import FORMATS, TimeRange, export
from ifcbgui.session.filters import EntryFilter, FilterError, FilterRow, filter_kinds
from ifcbgui.session.importing import Imported, import_file
from ifcbgui.session.info import SessionInfo
from ifcbgui.session.keeper import SnapshotKeeper
from ifcbgui.session.lines import entry_json, entry_text
from ifcbgui.session.names import public_address
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.recorder import Recorder
from ifcbgui.session.recording import RecordingReader
from ifcbgui.session.records import EventKind, SessionEvent, SessionRow
from ifcbgui.session.status import DiskLevel, RecorderLimits, RecorderSettings, RecorderStatus

__all__ = [
    "FORMATS",
    "Chronicle",
    "DiskLevel",
    "EntryFilter",
    "EventKind",
    "FilterError",
    "FilterRow",
    "Imported",
    "Recorder",
    "RecorderLimits",
    "RecorderSettings",
    "RecorderStatus",
    "RecordingReader",
    "SessionError",
    "SessionEvent",
    "SessionInfo",
    "SessionReader",
    "SessionRow",
    "SnapshotKeeper",
    "TimeRange",
    "entry_json",
    "entry_text",
    "export",
    "filter_kinds",
    "import_file",
    "public_address",
]
