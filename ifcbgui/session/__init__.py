"""What happened, kept: recorder, store, reader, export."""

from ifcbgui.session.errors import ExportCancelled, SessionError
from ifcbgui.session.reader import SessionInfo, SessionReader
from ifcbgui.session.recorder import Recorder, RecorderLimits, RecorderStatus
from ifcbgui.session.store import EventKind, SessionEvent, SessionRow

__all__ = [
    "EventKind",
    "ExportCancelled",
    "Recorder",
    "RecorderLimits",
    "RecorderStatus",
    "SessionError",
    "SessionEvent",
    "SessionInfo",
    "SessionReader",
    "SessionRow",
]
